"""What a funder could do instead of a centre: it changes the terms of exchanges and the public accounts, both."""

import numpy as np
import pytest

from model.month.prices import Market
from model.months import parse
from model.outcomes import INDEX, OUTSIDE
from model.rules import cost
from tests.engine_equality import Subject, by_agents, by_engine
from tests.made_up import CENTRE, no_centre
from tests.worlds import SHORT, in_region, run, shorn, short, small_tables, total

WINDOW = {"first": "2010-01", "months": 36}


def with_lever(**levers):
    return no_centre(horizon=SHORT, levers=levers)


@pytest.fixture(scope="module")
def without():
    return run(short())


def terms_of(region, code="chips_to_fuel", quantity=500.0):
    linkage = region.market.catalogue.linkages[code]
    return region.market.terms(linkage, 15.0, quantity, 53.0)


def stood_in(scenario, month):
    """A region, its market moved to a month."""
    return run(scenario.model_copy(update={"horizon": scenario.horizon.model_copy(update={"end": parse(month)})}))


# --- landfill tax ----------------------------------------------------------------------------------------------------


def test_an_added_tax_is_owed_on_all_that_would_be_landfilled(without):
    """Worked out anew from the streams of all firms that stand, month by month."""
    scenario = with_lever(landfill_tax_added_dkk_per_t={"2009-01": 100})
    from model.agents.region import Region

    region = Region(scenario, 7, 0, small_tables())
    owed = 0.0
    for _ in range(24):
        month, demand_month = region.month, region.month % 12
        region.step()
        for firm in region.firms:
            closed_now = not firm.open
            for supply in firm.supplies if not closed_now else ():
                season = region.market.season(supply.residual.season)[demand_month]
                tonnes = supply.quantity_per_year / 12 * season * region.market.demand
                owed += 100 * tonnes * supply.residual.landfill_share
        assert month == region.month - 1
    booked = float(region.result().outcomes[:2, :, INDEX["added_tax"]].sum())
    assert booked >= owed > 0  # firms that closed in a month paid for that month too
    assert booked == pytest.approx(owed, rel=0.02)


def test_what_firms_avoid_of_an_added_tax_is_in_their_savings_and_what_they_owe_beside_them(without):
    taxed = run(with_lever(landfill_tax_added_dkk_per_t={"2009-01": 300})).result()
    burden = in_region(taxed, "added_tax")
    gain = in_region(taxed, "savings_supplier") + in_region(taxed, "savings_receiver")
    gain -= in_region(without.result(), "savings_supplier") + in_region(without.result(), "savings_receiver")
    assert burden > gain  # the tax costs the region's firms more than exchanges save them of it
    assert total(taxed, "public_money") == 0.0


def gypsum_from_beyond():
    """The small world, its waste gypsum coming from outside the region from the start on."""
    tables = small_tables()
    links = tuple(
        link._replace(supplier="DK") if link.linkage == "waste_gypsum_to_boards" else link for link in tables.historic_links
    )
    return tables._replace(historic_links=links)


@pytest.mark.parametrize("run_with", [by_agents, by_engine])
def test_the_state_loses_no_income_by_an_added_tax_that_outside_places_avoid(run_with):
    """An exchange that the tax leaves as it is: the state's income from it is what it was."""
    scenarios = no_centre(horizon=SHORT), with_lever(landfill_tax_added_dkk_per_t={"2009-01": 300})
    plain, taxed = (run_with(Subject("", scenario, 7, 0, gypsum_from_beyond())) for scenario in scenarios)

    def beyond(result, variable):
        place = result.municipalities.index(OUTSIDE)
        return result.outcomes[1:, place, INDEX[variable]]  # society's tax is 475 DKK/t from 2010 on

    assert beyond(taxed, "added_tax") == pytest.approx(beyond(taxed, "tax_forgone") * 300 / 775)
    assert (beyond(plain, "tax_forgone") > 0).all()
    assert beyond(taxed, "tax_forgone") - beyond(taxed, "added_tax") == pytest.approx(beyond(plain, "tax_forgone"))


def test_a_dated_lever_is_nothing_before_its_first_date():
    late = run(with_lever(subsidy_dkk_per_t={"2012-01": 40}, landfill_tax_added_dkk_per_t={"2012-01": 40})).result()
    for variable in ("subsidies", "added_tax"):
        by_year = late.outcomes[:, :, INDEX[variable]].sum(axis=1)
        assert not by_year[:3].any() and by_year[3:].all()


def test_a_tax_of_nothing_changes_nothing(without):
    zero = run(with_lever(landfill_tax_added_dkk_per_t={"2009-01": 0}))
    assert shorn(zero.result()) == shorn(without.result())


# --- subsidy ---------------------------------------------------------------------------------------------------------


def test_a_subsidy_raises_the_worth_of_material_by_its_rate_and_of_nothing_else():
    plain = stood_in(short(), "2010-12")
    paid = stood_in(with_lever(subsidy_dkk_per_t={"2009-01": 40}), "2010-12")
    material = [terms_of(region) for region in (plain, paid)]
    assert cost.flow(material[1]) - cost.flow(material[0]) == pytest.approx(40 * material[0].quantity)
    heat = [terms_of(region, "heat_to_town") for region in (plain, paid)]
    assert heat[0] == heat[1]


def test_pairs_are_passed_over_just_where_a_unit_is_worth_nothing_subsidy_included():
    """The reckoning in columns against the terms of each pair alone."""
    region = stood_in(with_lever(subsidy_dkk_per_t={"2009-01": 150}), "2009-06")
    rows = range(0, len(region.candidates.columns.id), 7)
    one_by_one = []
    for row in rows:
        pair = region.candidates.pairs[row]
        terms = region.market.terms(pair.linkage, pair.km, 1.0, region.market.haul(pair.linkage, pair.km))
        value = cost.unit_value(terms.disposal_dkk, terms.purchase_dkk, terms.treatment_dkk, terms.haul_dkk)
        if value + terms.subsidy_dkk > 0 and pair.linkage.mode != "pooled":
            one_by_one.append(row)
    worthwhile = region.worth.between_two(range(len(region.candidates.columns.id)))
    assert [row for row in worthwhile if row % 7 == 0] == one_by_one
    assert 0 < len(one_by_one) < len(rows)


def test_a_subsidy_is_paid_for_every_tonne_and_counted_as_public_money():
    region = run(with_lever(subsidy_dkk_per_t={"2009-01": 40}))
    tonnes = sum(c.delivered for c in [*region.cases, *region.finished] if c.pair.supply.residual.kind == "material")
    assert total(region.result(), "subsidies") == pytest.approx(40 * tonnes, rel=1e-6)
    assert total(region.result(), "public_money") == pytest.approx(total(region.result(), "subsidies"))


# --- investment grant and guarantee ----------------------------------------------------------------------------------


def test_a_grant_pays_its_share_up_to_its_cap_in_its_window_only():
    offer = {"investment_grant": WINDOW | {"share": 0.25, "most_dkk_per_case": 1e4}}
    before, within = stood_in(with_lever(**offer), "2009-12"), stood_in(with_lever(**offer), "2010-06")
    assert terms_of(before).granted_dkk == 0.0
    small, large = terms_of(within, quantity=10.0), terms_of(within, quantity=5_000.0)
    whole = small.capital_dkk + small.granted_dkk
    assert small.granted_dkk == pytest.approx(min(0.25 * whole, 1e4))
    assert large.granted_dkk == 1e4


def test_firms_pay_the_rest_and_the_public_its_part():
    """Together with a centre, so that something is built."""
    offer = {"first": "2009-01", "months": 60, "share": 0.5, "most_dkk_per_case": 1e7}
    funding = [{"funder": "all", "total_dkk": 12e6, "first": "2009-01", "months": 36}]
    region = run(with_lever(investment_grant=offer, centre=CENTRE | {"funding": funding}))
    started = [c for c in [*region.cases, *region.finished] if c.opened_by != "historic" and c.started >= 0]
    granted = sum(case.granted_dkk for case in started)
    assert granted > 0
    assert total(region.result(), "investment_grants") == pytest.approx(granted, abs=1.0)
    assert total(region.result(), "public_money") == pytest.approx(12e6 + granted, abs=1.0)


def test_a_guarantee_lowers_the_perceived_loss_of_a_side():
    assert cost.stake_at_risk(100_000, 0.5, 4_000, 0.8) == pytest.approx(14_000)
    assert cost.stake_at_risk(100_000, 0.5, 4_000) == pytest.approx(54_000)


def test_lost_capital_is_written_off_in_a_straight_line():
    assert cost.lost_capital(100_000, 0.5, 0.0, 10.0) == 50_000
    assert cost.lost_capital(100_000, 0.5, 4.0, 10.0) == pytest.approx(30_000)
    assert cost.lost_capital(100_000, 0.5, 12.0, 10.0) == 0.0


def test_a_guarantee_pays_where_an_exchange_signed_under_it_fails():
    pays = with_lever(guarantee={"first": "2009-01", "months": 60, "share": 1.0})
    results = [run(pays, replicate=replicate) for replicate in range(4)]
    paid = sum(total(region.result(), "guarantees_paid") for region in results)
    failed = [
        case
        for region in results
        for case in region.finished
        if case.guaranteed_share and case.end_cause in ("supply_failure", "partner_closed", "trust") and case.started >= 0
    ]
    assert bool(failed) == (paid > 0)
    assert paid <= sum(case.capital_dkk for case in failed) + 1


# --- platform --------------------------------------------------------------------------------------------------------


def platform(least: float, join: float = 0.2):
    scenario = with_lever(platform={"funding": [{"funder": "state", "total_dkk": 2e6, "first": "2009-06", "months": 48}]})
    numbers = scenario.uncertainties.platform
    fixed = {"least_user_share": least, "join_per_month": join, "weight": 1.0}
    update = {name: type(numbers.weight).model_validate(value) for name, value in fixed.items()}
    changed = scenario.uncertainties.model_copy(update={"platform": numbers.model_copy(update=update)})
    return scenario.model_copy(update={"uncertainties": changed})


def test_a_platform_below_its_share_of_users_is_useless(without):
    """All that differs from no platform is the money, its users and the numbers drawn for it."""
    useless = run(platform(least=1.0)).result()
    outcomes = useless.outcomes.copy()
    for variable in ("platform_users", "public_money"):
        assert outcomes[:, :, INDEX[variable]].sum() > 0
        outcomes[:, :, INDEX[variable]] = 0.0
    assert np.array_equal(outcomes, without.result().outcomes)


def test_a_platform_without_money_is_no_platform(without):
    funding = [{"funder": "state", "total_dkk": 0, "first": "2009-06", "months": 48}]
    assert shorn(run(with_lever(platform={"funding": funding})).result()) == shorn(without.result())


def test_a_platform_with_users_enough_lets_them_find_each_other(without):
    helped, nothing = run(platform(least=0.0)).result(), without.result()
    assert total(helped, "opened") > total(nothing, "opened")


def test_a_platform_is_paid_for_to_the_ore():
    result = run(platform(least=1.0)).result()
    outside = result.municipalities.index(OUTSIDE)
    assert result.outcomes[:, outside, INDEX["public_money"]].sum() == 2e6


def test_the_market_knows_no_lever_in_the_twin():
    twin = with_lever(subsidy_dkk_per_t={"2009-01": 40}).twin()
    assert twin.levers.subsidy_dkk_per_t is None
    assert isinstance(run(twin).market, Market)
