"""Every parameter moves an outcome other than itself, in the shipped scenario that its field in the schema names.

Each is moved alone, everything else drawn alike, in a world cut down for speed: some firms of three municipalities over a
few years around the policy. What seldom happens is looked at where it does (`RARE`).
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, get_args

import pytest

from model.agents.region import Region, _release
from model.outcomes import NAMES
from model.scenario.scenario import Scenario
from model.scenario.schema import Strict, Uncertain, Wording
from model.world.known import load_known
from tests.worlds import small_tables

TOLERANCE = 1e-9
"""Relative difference above which two outcomes are not the same number."""
PLACES = ("326", "316", "330")
"""Two municipalities that own the centre, and one that does not."""
TOLD_ONLY = {"title", "label", "funder", "basis"}
"""Texts for readers, which nothing goes by."""


class World(NamedTuple):
    """A cut of three municipalities: workplaces kept per table row, first and last month, replicate."""

    keep: int
    horizon: tuple[str, str]
    replicate: int


SMALL = ("2010-07", "2014-06")
AROUND_THE_EVENTS = ("2016-07", "2017-06")
LADDER = tuple(World(3, SMALL, replicate) for replicate in range(3))
"""What is tried, in this order; what needs more is under `RARE`."""
KNOWN_SLOWLY = (World(6, ("2008-01", "2016-12"), 3),)
"""Where two firms trust each other enough before they know enough."""
RARE = {
    "uncertainties.ghali.contact": KNOWN_SLOWLY,
    "uncertainties.ghali.learning_per_month": KNOWN_SLOWLY,
    "uncertainties.ghali.knowledge_threshold": KNOWN_SLOWLY,
    # Where a firm that is aware only, and not screened or in an exchange, looks for a partner.
    "uncertainties.search.aware_weight": (World(6, ("2008-01", "2014-12"), 0),),
    # At the end of a contract, where somebody else offers more.
    "uncertainties.stages.switching_premium": (World(6, ("2008-01", "2019-12"), 2),),
    # Where a centre has done services enough.
    "uncertainties.centre.learning_floor": (World(3, SMALL, 14),),
    # Where a platform comes to have users enough.
    "uncertainties.platform.weight": (World(3, SMALL, 27),),
    "uncertainties.platform.least_user_share": (World(3, SMALL, 4),),
    # Where an exchange fails of which an acquaintance hears that deals with the same firm.
    "uncertainties.trust.word_of_failure": (World(3, SMALL, 3),),
    # Where there are more partners within reach than are kept.
    "region.candidates_per_stream": (World(6, SMALL, 0),),
    # After the funding has ended.
    "levers.centre.handed_over": (World(3, ("2011-01", "2016-06"), 0),),
    # Where anybody agrees on an exchange with capital without a centre, after the first year and before the last.
    "levers.investment_grant.first": (World(6, SMALL, 6),),
    "levers.investment_grant.months": (World(6, SMALL, 4),),
    "levers.investment_grant.share": (World(6, SMALL, 4),),
    "levers.investment_grant.most_dkk_per_case": (World(6, SMALL, 4),),
    "levers.guarantee.first": (World(6, SMALL, 6),),
    "levers.guarantee.months": (World(6, SMALL, 4),),
    "levers.guarantee.share": (World(6, SMALL, 4),),
}

# --- where a parameter acts ------------------------------------------------------------------------------------------


def fields(group: Any = Scenario, path: tuple[str, ...] = (), acts_in: str = "") -> Iterator[tuple[tuple[str, ...], str]]:
    """Every parameter by its path of keys, and the scenario its field or the nearest group around it names."""
    for name, field in group.model_fields.items():
        extra = field.json_schema_extra
        named = extra.get("acts_in", acts_in) if isinstance(extra, dict) else acts_in
        members = [kind for kind in _kinds(field.annotation) if isinstance(kind, type) and issubclass(kind, Strict)]
        if members and members[0] not in (Uncertain, Wording):
            yield from fields(members[0], (*path, name), named)
        elif name not in TOLD_ONLY:
            yield (*path, name), named


def _kinds(annotation: Any) -> list[Any]:
    inner = [kind for argument in get_args(annotation) for kind in _kinds(argument)]
    return [annotation, *inner]


ACTS_IN = dict(fields())
UNCERTAIN = [path for path in ACTS_IN if path[0] == "uncertainties"]
CHOSEN = [path for path in ACTS_IN if path[0] != "uncertainties"]


@cache
def shipped(name: str) -> Scenario:
    """The scenario of a file, or one of an experiment's."""
    file, _, scenario = name.partition("/")
    return load_known(file).scenarios[scenario or file]


# --- two runs side by side -------------------------------------------------------------------------------------------


def cut(scenario: Scenario, world: World) -> Scenario:
    """The same policy in a smaller world; a scenario with tables of its own is small already."""
    plain = scenario.model_dump(mode="json")
    if plain["region"]["data"] == "data":
        plain["region"]["municipalities"] = PLACES
        start, end = AROUND_THE_EVENTS if scenario.society.events else world.horizon
        plain["horizon"] = {"start": start, "recorded_from": start, "end": end}
    return Scenario.model_validate(plain)


def region_of(scenario: Scenario, world: World) -> Region:
    tables = small_tables(world.keep) if scenario.region.data == "data" else None
    return Region(scenario, 2011, world.replicate, tables)


def totals(region: Region) -> dict[str, float]:
    """What a run has recorded so far, over all years and places."""
    return dict(zip(NAMES, region.recorder.outcomes().sum(axis=(0, 1)).tolist(), strict=True))


def different(one: dict[str, float], other: dict[str, float]) -> list[str]:
    return [name for name in NAMES if abs(one[name] - other[name]) > TOLERANCE * max(abs(one[name]), abs(other[name]))]


def moved(one: Scenario, other: Scenario, world: World) -> list[str]:
    """The outcomes that differ between two scenarios, looked at every half-year until any does."""
    regions = [region_of(scenario, world) for scenario in (one, other)]
    first, last = (pick(month for s in (one, other) for month in (s.horizon.start, s.horizon.end)) for pick in (min, max))
    found: list[str] = []
    for until in range(first + 6, last + 7, 6):
        for region in regions:
            _advance(region, until)
        if found := different(*map(totals, regions)):
            break
    for region in regions:
        _release(region)
    return found


def _advance(region: Region, until: int) -> None:
    while region.month < until and region.month <= region.inputs.horizon.end:
        region.step()


def first_moved(path: tuple[str, ...], changes: Any, worlds: tuple[World, ...] = LADDER) -> tuple[World, list[str]] | None:
    """The first world in which a change of a parameter moves an outcome, and which it moves."""
    for world in worlds:
        base = cut(shipped(ACTS_IN[path]), world).model_dump(mode="json")
        one, other = (Scenario.model_validate(change(base)) for change in changes)
        if found := moved(one, other, world):
            return world, found
    return None


class Beside(dict):
    """Several keys to be put beside a path's last one."""


def put(path: tuple[str, ...], value: Any) -> Any:
    """A change that puts a value at a path; of a list, into its first member."""
    return lambda plain: _put(plain, path, value)


def _put(plain: Any, path: tuple[str, ...], value: Any) -> Any:
    if isinstance(plain, list) and path:
        return [_put(plain[0], path, value), *plain[1:]]
    if len(path) == 1 and isinstance(value, Beside):
        return plain | value
    return plain | {path[0]: _put(plain[path[0]], path[1:], value)} if path else value


# --- the claims ------------------------------------------------------------------------------------------------------


def ends(path: tuple[str, ...]) -> tuple[float, float]:
    """The ends of an uncertain number's range; of one without, its value and a fifth less."""
    number = getattr(getattr(shipped(ACTS_IN[path]).uncertainties, path[1]), path[2])
    return (0.8 * number.value, number.value) if number.shape == "fixed" else (number.low, number.high)


def worlds_for(path: tuple[str, ...]) -> tuple[World, ...]:
    key = ".".join(path)
    return RARE.get(key, LADDER)


def as_parameters(paths: list[tuple[str, ...]]) -> list[Any]:
    return [pytest.param(path, id=".".join(path)) for path in paths]


@pytest.mark.parametrize("path", as_parameters(UNCERTAIN))
def test_an_uncertain_number_moves_an_outcome_between_the_ends_of_its_range(path):
    assert first_moved(path, [put(path, end) for end in ends(path)], worlds_for(path))


# A policy's money, dates and shares, society's course, the region's settings: each with one small change.
CENTRE, FUNDING = ("levers", "centre"), ("levers", "centre", "funding")
GRANTS = ("levers", "centre", "grants")
PROGRAMME: dict[tuple[str, ...], Any] = {
    ("programmes", "name"): "another",
    ("programmes", "first"): "2012-12",
    ("programmes", "months"): 6,
    ("programmes", "checks_per_year"): 33.0,
    ("programmes", "municipalities"): ["316"],
}
CHANGED: dict[tuple[str, ...], Any] = {
    ("horizon", "start"): "2010-04",
    ("horizon", "recorded_from"): "2011-01",
    ("horizon", "end"): "2014-05",
    ("region", "data"): "data",
    ("region", "municipalities"): PLACES[:2],
    ("region", "road_factor"): 1.4,
    ("region", "candidates_per_stream"): 20,
    ("society", "landfill_tax_dkk_per_t"): {"2005-01": 375, "2010-01": 480},
    ("society", "demand"): {"2005-01": 1.0, "2012-01": 0.99},
    **{(group, *path): value for group in ("society", "levers") for path, value in PROGRAMME.items()},
    ("society", "events", "month"): "2017-02",
    ("society", "events", "closes"): Beside({"closes": "partner-03", "stops": None, "at": None}),
    ("society", "events", "bans"): Beside({"bans": "flyash_to_cement", "stops": None, "at": None}),
    ("society", "events", "stops"): Beside({"stops": "flue_gypsum"}),
    ("society", "events", "at"): Beside({"at": "partner-01"}),
    ("rules", "price"): "nash",
    ("rules", "trust"): "reinforcement",
    (*FUNDING, "total_dkk"): 13e6,
    (*FUNDING, "first"): "2011-02",
    (*FUNDING, "months"): 36,
    (*CENTRE, "hour_shares", "visibility"): 0.12,
    (*CENTRE, "hour_shares", "screening"): 0.3,
    (*CENTRE, "hour_shares", "brokerage"): 0.3,
    (*CENTRE, "hour_shares", "gathering"): 0.1,
    (*CENTRE, "targeting"): "first_come",
    (*CENTRE, "catchment"): PLACES[:2],
    (*CENTRE, "home"): PLACES[:1],
    (*GRANTS, "total_dkk"): 1.9e6,
    (*GRANTS, "share"): 0.4,
    (*GRANTS, "most_dkk_per_firm"): 5_000.0,
    (*CENTRE, "handed_over"): False,
    ("levers", "landfill_tax_added_dkk_per_t"): {"2005-01": 0, "2011-01": 190, "2015-01": 0},
    ("levers", "subsidy_dkk_per_t"): {"2005-01": 0, "2011-01": 45, "2015-01": 0},
    ("levers", "investment_grant", "first"): "2012-01",
    ("levers", "investment_grant", "months"): 24,
    ("levers", "investment_grant", "share"): 0.25,
    ("levers", "investment_grant", "most_dkk_per_case"): 5_000.0,
    ("levers", "guarantee", "first"): "2012-01",
    ("levers", "guarantee", "months"): 24,
    ("levers", "guarantee", "share"): 0.7,
    ("levers", "platform", "funding", "total_dkk"): 2.9e6,
    ("levers", "platform", "funding", "first"): "2011-03",
    ("levers", "platform", "funding", "months"): 36,
}


def test_every_parameter_that_is_no_uncertain_number_has_a_change_to_be_tried():
    assert set(CHOSEN) == set(CHANGED)


@pytest.mark.parametrize("path", as_parameters(CHOSEN))
def test_what_is_chosen_moves_an_outcome_by_one_small_change(path):
    assert first_moved(path, [dict, put(path, CHANGED[path])], worlds_for(path))


def test_every_scenario_named_is_shipped_and_every_parameter_names_one():
    assert all(shipped(name) for name in set(ACTS_IN.values()))


def test_a_number_that_stays_where_it_is_moves_nothing():
    """The comparison itself: two runs that are the same differ in nothing."""
    path = ("uncertainties", "prices", "wage_dkk_per_h")
    assert first_moved(path, [put(path, 450)] * 2, LADDER[:1]) is None


def test_texts_for_readers_move_nothing():
    def retold(plain: Any) -> Any:
        told = [((*FUNDING, "funder"), "somebody"), (("society", "programmes", "basis"), "hearsay"), (("title",), "Why?")]
        for path, text in told:
            plain = put(path, text)(plain)
        return plain

    assert first_moved(("levers", "centre", "targeting"), [dict, retold], LADDER[:1]) is None
