"""The model against forms worked out from first principles, with cases enough to see an error of two per cent."""

from math import ceil, exp, floor, log

import numpy as np
import pytest

from model.agents.pools import TAKER
from model.agents.region import Region
from model.draws import Purpose
from model.month.exchanges import FAILED_MONTHS
from model.month.kinds import BUILT, OPERATING
from model.rules import cost, pool
from model.scenario.scenario import Scenario
from model.world.streams import PartnerRow, PartnerStream, RegionTables, StreamUse, WorkplaceRow
from tests.made_up import no_centre
from tests.worlds import quiet_sector, small_tables, without_links

START = 2_000 * 12
TOWN = "316"


SHOP = quiet_sector("shop", closure_per_year=0.0)


def bare_tables(**changes) -> RegionTables:
    """One branch without closures, one stream, one linkage by lorry that needs no capital; firms as the changes say."""
    tables = without_links(small_tables())
    catalogue = tables.catalogue
    linkage = catalogue.linkages["chips_to_fuel"]._replace(
        treatment_dkk_per_unit=0, running_dkk_per_year=0, capital_fixed_dkk=0, capital_dkk_per_unit=0, capital_dkk_per_km=0,
        reach_km=1_000, permit_months=0, build_months=1, contract_years=100, life_years=100,
    )  # fmt: skip
    seasons = {code: season._replace(**dict.fromkeys(season._fields[1:13], 1.0)) for code, season in catalogue.seasons.items()}
    bare = {
        "sectors": {"shop": SHOP, "plant": SHOP._replace(code="plant", public_inputs=True)},
        "catalogue": catalogue._replace(linkages={linkage.code: linkage}, seasons=seasons),
        "outside_streams": (),
        "sector_streams": (),
        "workplaces": (),
    }
    return tables._replace(**(bare | changes))


def plain_scenario(months: int, numbers: dict[str, dict[str, float]], trust: str = "none") -> Scenario:
    """No centre, nothing moves by itself; all uncertain numbers fixed, those given and the central values of the others."""
    plain = no_centre().model_dump(mode="json")
    for group, members in plain["uncertainties"].items():
        fixed = {name: number["value"] for name, number in members.items()}
        plain["uncertainties"][group] = fixed | numbers.get(group, {})
    plain["region"]["municipalities"] = [TOWN]
    plain["society"] |= {"demand": {"2000-01": 1.0}, "landfill_tax_dkk_per_t": {"2000-01": 400}}
    plain["rules"] = {"price": "nash", "trust": trust}
    plain["horizon"] = {"start": START, "recorded_from": START, "end": START + months - 1}
    return Scenario.model_validate(plain)


QUIET = {
    "prices": {"volatility_per_month": 0},
    "jobs": {"entry_per_closure": 0},
    "awareness": {"spontaneous_per_month": 0, "imitation_per_month": 0, "example_per_month": 0, "fade_per_month": 0},
}


# --- formation and ending make a renewal process ---------------------------------------------------------------------
# One supplier's cycle: it idles until it finds the taker, talks, operates, and rests after the failure. It is counted by
# where the supplier stands at the end of each month.

FIRMS = 1_000
SELF_IDENTIFICATION, CONTACT, RELIABILITY, RETRY = 0.5, 0.5, 0.0, 3.0
STAGE_MONTHS = (1.0, 0.5, 0.5)
SPEED = 0.5
BUILDING_MONTHS = 1
WARM_UP, MEASURED = 60, 400
FORMATION = QUIET | {
    "modes": {"truck_reliability": RELIABILITY, "truck_viability": 1, "permit_granted": 1, "failure_persistence": 1},
    "search": {
        "self_identification_per_month": SELF_IDENTIFICATION, "public_taker_weight": CONTACT, "retry_months": RETRY,
        "acquaintances_near": 0, "acquaintances_same_sector": 0, "acquaintances_random": 0, "stumble_per_month": 0,
    },
    "stages": {
        **dict(zip(("idea_months", "assessed_months", "negotiated_months"), STAGE_MONTHS, strict=True)),
        "unaided_speed": SPEED, "no_time_per_month": 0, "disruption_share": 0,
    },
}  # fmt: skip


def one_taker_of_many(firms: int, months: int, numbers=FORMATION) -> Region:
    """So many firms with one known residual each, and a taker near by that lives by taking it all and is known to all."""
    code = small_tables().catalogue.linkages["chips_to_fuel"]
    suppliers = [PartnerRow(f"supplier-{n:04d}", "x", TOWN, "shop", 10, False, 0.0, 0.0, False) for n in range(firms)]
    taker = PartnerRow("taker", "x", TOWN, "plant", 100, False, 1.0, 0.0, False)
    streams = [PartnerStream(row.code, "out", code.residual, 100, True) for row in suppliers]
    tables = bare_tables(
        partners=(*suppliers, taker), partner_streams=(*streams, PartnerStream("taker", "in", code.input, 1e9, True))
    )
    region = Region(plain_scenario(months, numbers), 7, 0, tables)
    for firm in region.firms:
        firm.aware = firm.informed = True
    return region


def months_of(work: float, pace: float) -> int:
    """Months a stage takes with so many months' work at a pace: what is begun takes the whole month."""
    return ceil(work / pace)


def mean_rest() -> float:
    """Mean rest: retry x (1 to 1.5) months, uniform, each rounded to the nearest month."""
    nearest = np.rint(RETRY * (1 + 0.5 * (np.arange(1_000_000) + 0.5) / 1_000_000))
    return float(nearest.mean())


def means_by_first_principles() -> dict[str, float]:
    """Mean month-ends a supplier spends in each part of its cycle, from one opening to the next.

    The month a case opens is the first of its work, and the one its last stage is done in the first it operates: talks
    leave one month-end fewer than their stages take months. A failure begins with chance f a month and goes on, so an
    exchange operates 1/f - 1 months well on average and FAILED_MONTHS badly, and is over at the end of the last of them.
    From there the rest is counted, this month-end included; in the month after it the supplier may find its taker at once,
    with chance p, and is idle for (1 - p)/p month-ends on average.
    """
    found = SELF_IDENTIFICATION * CONTACT
    fails = (1 - RELIABILITY) / 12
    return {
        "idle": (1 - found) / found,
        "talks": sum(months_of(work, SPEED) for work in STAGE_MONTHS) + BUILDING_MONTHS - 1,
        "operating": 1 / fails - 1 + FAILED_MONTHS - 1,
        "rest": mean_rest(),
    }


def stand(region: Region) -> dict[str, int]:
    """Count suppliers by the part of their cycle they are in at the end of the month just past."""
    past = region.month - 1
    operating = sum(case.stage == OPERATING for case in region.cases)
    talks = len(region.cases) - operating
    resting = [s for s in region.supplies if not s.cases and max(s.rests_until.values(), default=0) > past]
    idle = len(region.supplies) - operating - talks - len(resting)
    return {"idle": idle, "talks": talks, "operating": operating, "rest": len(resting)}


@pytest.fixture(scope="module")
def months_a_cycle():
    """Month-ends of each part per cycle begun, in the long run, and how many cycles began."""
    region = one_taker_of_many(FIRMS, WARM_UP + MEASURED)
    for _ in range(WARM_UP):
        region.step()
    spent, before = dict.fromkeys(means_by_first_principles(), 0), len(region.cases) + len(region.finished)
    for _ in range(MEASURED):
        region.step()
        for part, suppliers in stand(region).items():
            spent[part] += suppliers
    begun = len(region.cases) + len(region.finished) - before
    assert {case.end_cause for case in region.finished} == {"supply_failure"}
    return {part: months / begun for part, months in spent.items()}, begun


def share_operating(months):
    return months["operating"] / sum(months.values())


def test_a_cycle_by_hand():
    """One firm that finds its taker at once; months counted from the first, which is 0.

    Two months of idea, one of assessment, one of negotiation, one of building: at work in 0 to 4, operating from 4 on.
    """
    sure = FORMATION | {"search": FORMATION["search"] | {"self_identification_per_month": 1, "public_taker_weight": 1}}
    region = one_taker_of_many(1, 200, sure)
    parts, failing = [], None
    while len(region.finished) < 1 or not region.cases:
        region.step()
        parts.append(next(part for part, suppliers in stand(region).items() if suppliers))
        if region.cases and region.cases[0].failing and failing is None:
            failing = region.month - 1 - START
    (case,), again = region.finished, region.cases[0]
    assert (case.opened - START, case.started - START) == (0, 4)
    assert case.ended - START == failing + 5  # the sixth month of the failure
    rest = again.opened - case.ended
    luck = region.draws.one(Purpose.RETRY, 0, case.pair.id, case.attempt)
    assert rest == round(3 * (1 + 0.5 * luck))
    operating = case.ended - case.started
    assert parts == ["talks"] * 4 + ["operating"] * operating + ["rest"] * rest + ["talks"]


def test_formation_and_ending_make_a_renewal_process_of_known_means(months_a_cycle):
    months, cycles = months_a_cycle
    known = means_by_first_principles()
    assert cycles > 10_000
    assert months == pytest.approx(known, rel=0.01)
    assert share_operating(months) == pytest.approx(share_operating(known), rel=0.01)


def test_a_mean_or_a_share_two_per_cent_off_would_be_seen(months_a_cycle):
    months, known = months_a_cycle[0], means_by_first_principles()
    for error in (0.98, 1.02):
        for part in known:
            assert months != pytest.approx(known | {part: error * known[part]}, rel=0.01)
        assert share_operating(months) != pytest.approx(error * share_operating(known), rel=0.01)


# --- awareness alone -------------------------------------------------------------------------------------------------

OUTSIDE, IMITATION = 0.01, 0.02
CROWD, LIVES = 1_000, 26
DATES = (60, 80, 100)


def bass(month: float) -> float:
    """Bass's share of a crowd that has adopted by a date, in continuous time."""
    left = exp(-(OUTSIDE + IMITATION) * month)
    return (1 - left) / (1 + IMITATION / OUTSIDE * left)


def months_without(until: float) -> float:
    """Mean months until adoption, none counted beyond `until`: the integral of 1 - bass."""
    ratio = IMITATION / OUTSIDE
    return log((1 + ratio) / (1 + ratio * exp(-(OUTSIDE + IMITATION) * until))) / IMITATION


@pytest.fixture(scope="module")
def shares_aware():
    """Share aware at each month's end, of a crowd that all know each other and live through it again and again."""
    residual = next(iter(small_tables().catalogue.residuals))
    tables = bare_tables(
        sector_streams=(StreamUse("shop", "out", residual, 1.0, 1.0, 0.0),),
        workplaces=(WorkplaceRow(TOWN, "shop", "10-49", CROWD),),
        partners=(),
        partner_streams=(),
    )
    alone = QUIET | {
        "awareness": QUIET["awareness"] | {"spontaneous_per_month": OUTSIDE, "imitation_per_month": IMITATION},
        "search": {"acquaintances_random": CROWD, "stumble_per_month": 0},
    }
    region = Region(plain_scenario(LIVES * max(DATES), alone), 7, 0, tables)
    assert all(len(firm.acquaintances) == CROWD - 1 for firm in region.firms)
    shares = np.empty((LIVES, max(DATES)))
    for life in shares:
        for firm in region.firms:
            firm.aware = False
        for month in range(life.size):
            region.step()
            life[month] = np.mean([firm.aware for firm in region.firms])
    return shares.mean(axis=0)


def test_awareness_alone_where_everybody_knows_everybody_follows_bass(shares_aware):
    """Of 26,000 adoptions; imitation makes them hang together, so the shares are known to 0.3-0.6 %."""
    known = {month: bass(month) for month in DATES}
    found = {month: float(shares_aware[month - 1]) for month in DATES}
    assert found == pytest.approx(known, rel=0.015)
    for error in (0.98, 1.02):
        assert found != pytest.approx({month: error * share for month, share in known.items()}, rel=0.015)


def test_awareness_comes_as_late_as_bass_says(shares_aware):
    """Mean months until adoption, as far as the last date: the area above the curve, drawn straight from month to month."""
    without = np.concatenate(([1.0], 1 - shares_aware))
    waited = ((without[:-1] + without[1:]) / 2).sum()
    known = months_without(max(DATES))
    assert waited == pytest.approx(known, rel=0.01)
    for error in (0.98, 1.02):
        assert waited != pytest.approx(error * known, rel=0.01)


# --- annuity ---------------------------------------------------------------------------------------------------------


def test_ten_thousand_annuities_repay_what_was_borrowed():
    luck = np.random.default_rng(11)
    rates, years = luck.uniform(0.001, 0.3, 10_000), luck.integers(1, 41, 10_000)
    for rate, term in zip(rates.tolist(), years.tolist(), strict=True):
        payment = cost.annuity_factor(rate, term)
        worth_today = sum(payment / (1 + rate) ** year for year in range(1, term + 1))
        assert worth_today == pytest.approx(1.0, rel=1e-9)


# --- the pooled round ------------------------------------------------------------------------------------------------


def left_after_a_year(members: int, value: float, round_dkk: float, stop_dkk: float, rounds: int) -> float:
    """What members bring in a year less every line haul and every stop of it, one by one."""
    left = sum(value for _ in range(members))
    for _ in range(rounds):
        left -= round_dkk
        for _ in range(members):
            left -= stop_dkk
    return left


def test_ten_thousand_rounds_pay_from_their_break_even_on_and_not_before():
    luck = np.random.default_rng(12)
    seen = 0
    while seen < 10_000:
        value, round_dkk, stop_dkk = luck.uniform(500, 20_000), luck.uniform(200, 3_000), luck.uniform(10, 300)
        rounds = int(luck.integers(4, 53))
        needed = pool.break_even_members(value, round_dkk, stop_dkk, rounds)
        if needed > 60 or abs(needed - round(needed)) < 1e-6:  # beyond any round, or even to the last bit
            continue
        seen += 1
        terms = round_dkk, stop_dkk, rounds
        for members, pays in ((floor(needed), False), (floor(needed) + 1, True)):
            added_up = left_after_a_year(members, value, *terms)
            assert (added_up > 0) == pays
            balance = pool.yearly_balance(members * value, members, *terms)
            assert balance == pytest.approx(added_up, abs=1e-9 * rounds * (round_dkk + members * (stop_dkk + value)))


def test_members_of_ten_thousand_rounds_together_pay_for_the_round():
    luck = np.random.default_rng(13)
    for _ in range(10_000):
        members, rounds = int(luck.integers(1, 61)), int(luck.integers(4, 53))
        round_dkk, stop_dkk = luck.uniform(200, 3_000), luck.uniform(10, 300)
        quantities = luck.uniform(1, 200, members).tolist()
        paid = sum(q * pool.member_haul(q, members, round_dkk, stop_dkk, rounds) for q in quantities)
        assert paid == pytest.approx(rounds * (round_dkk + members * stop_dkk), rel=1e-9)


SUPPLIERS = 60
POOLED = QUIET | {
    "prices": QUIET["prices"] | {"gate_fee_factor": 1},
    "modes": {"pooled_viability": 1, "pooled_reliability": 1, "permit_granted": 1, "failure_persistence": 0},
    "stages": {"no_time_per_month": 0, "disruption_share": 0, "setup_h_per_month": 0, "unaided_speed": 1},
    "pools": {"taker_starts_per_month": 0, "taker_asks_per_month": 0},
}


def region_with_a_round(value_dkk: float, round_dkk: float, stop_dkk: float, rounds: int) -> Region:
    """Sixty suppliers that would each bring a round so much a year, and a taker that organises one for 51 members."""
    catalogue = small_tables().catalogue
    old = catalogue.linkages["chips_to_fuel"]
    linkage = old._replace(
        mode="pooled", substitution=1, treatment_dkk_per_unit=0, running_dkk_per_year=0, capital_fixed_dkk=0,
        capital_dkk_per_unit=0, capital_dkk_per_km=0, reach_km=100, permit_months=0, build_months=0, contract_years=100,
        round_dkk=round_dkk, stop_dkk=stop_dkk, rounds_per_year=rounds,
    )  # fmt: skip
    residual = catalogue.residuals[old.residual]._replace(gate_fee_dkk_per_unit=value_dkk / 10, landfill_share=0)
    bought = catalogue.inputs[old.input]._replace(price_dkk_per_unit=0)
    members = [PartnerRow(f"member-{n:02d}", "x", TOWN, "shop", 10, False, 0.0, 0.0, False) for n in range(SUPPLIERS)]
    taker = PartnerRow("taker", "x", TOWN, "shop", 100, False, 1.0, 0.0, False)
    streams = [PartnerStream(row.code, "out", residual.code, 10, True) for row in members]
    bare = bare_tables(
        partners=(*members, taker), partner_streams=(*streams, PartnerStream("taker", "in", bought.code, 1e6, True))
    )
    changed = bare.catalogue._replace(
        residuals=bare.catalogue.residuals | {residual.code: residual},
        inputs=bare.catalogue.inputs | {bought.code: bought},
        linkages={linkage.code: linkage},
    )
    region = Region(plain_scenario(60, POOLED), 7, 0, bare._replace(catalogue=changed))
    region.pools.organise(region.needs[0], linkage, TAKER, 51)
    return region


def sign_up(region: Region, members: range) -> None:
    """Let some suppliers join, and go on until they have signed."""
    for supply in region.supplies[members.start : members.stop]:
        (row,) = region.candidates.rows(supply)
        region.open_case(region.candidates.pairs[row], 10, "firm")
    for _ in range(6):
        region.step()


def test_a_round_that_breaks_even_at_fifty_and_a_half_members_waits_for_the_fifty_first():
    """A member brings 4,000 DKK a year; twelve rounds cost 15,150 each and 33 1/3 a stop: 181,800 / 3,600 = 50.5."""
    assert left_after_a_year(50, 4_000, 15_150, 100 / 3, 12) < 0 < left_after_a_year(51, 4_000, 15_150, 100 / 3, 12)
    region = region_with_a_round(4_000, 15_150, 100 / 3, 12)
    (round_,) = region.pools.by_taker.values()
    sign_up(region, range(50))
    assert [case.stage for case in round_.signed] == [BUILT] * 50
    assert not round_.running
    sign_up(region, range(50, 51))
    assert round_.running
    assert [case.stage for case in round_.signed] == [OPERATING] * 51
