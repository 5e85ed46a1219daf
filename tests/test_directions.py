"""Directions that theory fixes, with firms, prices and trust frozen: sets of pairs on a settled region, before its first month.

In the full model the same changes work through firms, prices and partners, and no direction is asserted.
"""

from functools import cache

import pytest

from model.agents.opportunities import opportunity
from model.agents.region import Region
from model.rules import price
from model.rules.negotiation import Position, negotiate
from model.scenario.scenario import Scenario
from model.world.streams import RegionTables
from tests.made_up import no_centre
from tests.worlds import small_tables

WORLDS = range(3)
"""Replicates: other firms, places, quantities, numbers drawn."""
HORIZON = {"start": "2011-01", "recorded_from": "2011-01", "end": "2011-12"}
ALWAYS = {"first": "2011-01", "months": 12}


def scenario(group: str = "", name: str = "", value: float = 0.0, **changes) -> Scenario:
    """The base in three municipalities; one uncertain number fixed, everything else as drawn."""
    plain = no_centre(horizon=HORIZON, **changes).model_dump(mode="json")
    if name:
        plain["uncertainties"][group][name] = value
    return Scenario.model_validate(plain)


def fixed(group: str, name: str, value: float):
    return lambda: scenario(group, name, value)


def lever(**levers):
    return lambda: scenario(levers=levers)


def society(**changes):
    return lambda: scenario(society=no_centre().model_dump(mode="json")["society"] | changes)


def settled(made: Scenario, replicate: int, tables: RegionTables | None = None) -> Region:
    return Region(made, 7, replicate, tables or small_tables(3))


def viable(region: Region) -> frozenset[int]:
    """Pairs from which a positive yearly surplus is expected; rounds apart, which nobody has organised yet."""
    return frozenset(pair.id for pair in pairs(region) if opportunity(pair, region)[0] > 0.0)


def pairs(region: Region):
    columns = region.candidates.columns
    return [region.candidates.pairs[row] for row in range(len(columns.id))]


@cache
def plain_viable(replicate: int) -> frozenset[int]:
    return viable(settled(scenario(), replicate))


def check_growth(smaller: list[frozenset[int]], larger: list[frozenset[int]]) -> None:
    """All sets of one list lie within those of the other, and somewhere one is smaller."""
    for few, many in zip(smaller, larger, strict=True):
        assert few <= many
    assert any(few < many for few, many in zip(smaller, larger, strict=True))
    assert any(smaller)


ENDS = {
    "dearer haulage": (fixed("prices", "freight_dkk_per_t_km", 1.8), fixed("prices", "freight_dkk_per_t_km", 0.8)),
    "dearer loading": (fixed("prices", "loading_dkk_per_t", 60), fixed("prices", "loading_dkk_per_t", 20)),
    "dearer capital": (fixed("prices", "capital_factor", 1.6), fixed("prices", "capital_factor", 0.7)),
    "dearer money": (fixed("prices", "discount_rate_per_year", 0.12), fixed("prices", "discount_rate_per_year", 0.05)),
}


@pytest.mark.parametrize("what", ENDS)
def test_viable_opportunities_where_something_is_dearer_are_a_subset(what):
    dearer, cheaper = ENDS[what]
    check_growth(*([viable(settled(make(), replicate)) for replicate in WORLDS] for make in (dearer, cheaper)))


HELPS = {
    "a higher tax of society": society(landfill_tax_dkk_per_t={"2005-01": 675}),
    "an added tax": lever(landfill_tax_added_dkk_per_t={"2011-01": 200}),
    "a subsidy": lever(subsidy_dkk_per_t={"2011-01": 50}),
    "an investment grant": lever(investment_grant=ALWAYS | {"share": 0.5, "most_dkk_per_case": 1e7}),
}


@pytest.mark.parametrize("what", HELPS)
def test_viable_opportunities_with_something_that_helps_are_a_superset(what):
    check_growth([plain_viable(r) for r in WORLDS], [viable(settled(HELPS[what](), r)) for r in WORLDS])


def test_a_higher_subsidy_makes_no_opportunity_worse():
    low, high = (lever(subsidy_dkk_per_t={"2011-01": rate}) for rate in (20, 100))
    check_growth(*([viable(settled(make(), replicate)) for replicate in WORLDS] for make in (low, high)))


def reaching(factor: float) -> RegionTables:
    tables = small_tables(3)
    linkages = {
        code: linkage._replace(reach_km=factor * linkage.reach_km) for code, linkage in tables.catalogue.linkages.items()
    }
    return tables._replace(catalogue=tables.catalogue._replace(linkages=linkages))


def test_a_longer_reach_adds_pairs_and_opportunities_and_takes_none_away():
    near, far = ([settled(scenario(), r, reaching(factor)) for r in WORLDS] for factor in (0.5, 1.0))
    check_growth(*([frozenset(pair.id for pair in pairs(region)) for region in regions] for regions in (near, far)))
    check_growth(*([viable(region) for region in regions] for regions in (near, far)))


# --- the table two firms sit at --------------------------------------------------------------------------------------


def agreed(region: Region, trust_factor: float = 1.0, price_rule: str = "nash") -> frozenset[int]:
    """Pairs that would sign today: nobody else to turn to, forty hours of set-up on each side."""
    setup = 40 * region.parameters.prices.wage_dkk_per_h
    found = []
    for pair in pairs(region):
        surplus, quantity = opportunity(pair, region)
        if surplus > 0.0:
            sides = pair.supply.owner, pair.need.owner
            table = tuple(
                Position(0, 0.0, min(1.0, trust_factor * region.trust(party, other)), party.hurdle_years, setup)
                for party, other in (sides, sides[::-1])
            )
            haul = region.market.haul(pair.linkage, pair.km)
            terms = region.market.terms(pair.linkage, pair.km, quantity, haul)
            custom = region.custom(pair.linkage)._replace(price_rule=price.RULES[price_rule])
            found += [pair.id] if not negotiate(terms, custom, (table[0], table[1])).failure else []
    return frozenset(found)


RULES = pytest.mark.parametrize("rule", ["nash", "equal_split", "posted_gate_fee"])


@RULES
def test_with_a_guarantee_more_negotiations_end_well_at_equal_trust_and_none_worse(rule):
    offer = ALWAYS | {"share": 0.8}
    without, insured = (lambda: scenario(), lever(guarantee=offer))
    check_growth(*([agreed(settled(make(), r), price_rule=rule) for r in WORLDS] for make in (without, insured)))


@RULES
def test_with_higher_trust_more_negotiations_end_well_and_none_worse(rule):
    regions = [settled(scenario(), replicate) for replicate in WORLDS]
    check_growth(*([agreed(region, factor, rule) for region in regions] for factor in (0.6, 1.0)))


@RULES
def test_with_dearer_capital_fewer_negotiations_end_well_and_none_better(rule):
    dearer, cheaper = fixed("prices", "capital_factor", 1.6), fixed("prices", "capital_factor", 0.7)
    check_growth(*([agreed(settled(make(), r), price_rule=rule) for r in WORLDS] for make in (dearer, cheaper)))
