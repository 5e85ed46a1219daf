"""Small worlds for tests: cut-down tables, fixed parameters, and what a run leaves as comparable bytes."""

import hashlib
from functools import cache
from typing import Any

import numpy as np

from model.agents.region import Region
from model.outcomes import INDEX, OUTSIDE
from model.record import RunResult
from model.scenario.scenario import Scenario
from model.world.region_tables import tables_of
from model.world.streams import RegionTables, Sector
from tests.made_up import CENTRE, no_centre, with_centre

SHORT = {"start": "2009-01", "recorded_from": "2009-01", "end": "2013-12"}
CENTRES_OWN = ("public_money", "centre_spent")


@cache
def small_tables(keep: int = 6) -> RegionTables:
    """The shipped tables with at most `keep` workplaces a row: about a quarter of the firms."""
    tables = tables_of("data")
    rows = tuple(row._replace(workplaces=min(row.workplaces, keep)) for row in tables.workplaces)
    return tables._replace(workplaces=rows)


def without_links(tables: RegionTables) -> RegionTables:
    """The same region without named partners and their links."""
    return tables._replace(partners=(), partner_streams=(), historic_links=())


def run(scenario: Scenario, tables: RegionTables | None = None, seed: int = 7, replicate: int = 0, **more: Any) -> Region:
    """Run a region to the end of its horizon."""
    region = Region(scenario, seed, replicate, tables or small_tables(), **more)
    while region.month <= scenario.horizon.end:
        region.step()
    return region


def short(**changes: Any) -> Scenario:
    """Five years without a centre."""
    return no_centre(horizon=SHORT, **changes)


def short_with_centre(total_dkk: float = 12e6, **changes: Any) -> Scenario:
    """Five years, with a centre over the last three of them."""
    return with_centre(total_dkk, **({"horizon": SHORT} | changes))


def shorn(result: RunResult) -> list[Any]:
    """Everything a run leaves behind but the centre's own accounts, as bytes and plain values."""
    outcomes = result.outcomes.copy()
    for variable in CENTRES_OWN:
        outcomes[:, :, INDEX[variable]] = 0.0
    cases = [tuple(v.tobytes() if isinstance(v, np.ndarray) else v for v in case) for case in result.cases]
    return [
        result.years,
        result.municipalities,
        outcomes.tobytes(),
        cases,
        result.firms,
        result.jobs_lost_by_firm.tobytes(),
        tuple(result.draws.items()),
    ]


def everything(**changes: Any) -> Scenario:
    """Five years with every lever, a background programme and dated events: all that can happen happens somewhere."""
    window = {"first": "2010-01", "months": 36}
    funding = [{"funder": "all", "total_dkk": 12e6, "first": "2011-01", "months": 24}]
    grants = {"total_dkk": 1e6, "share": 0.5, "most_dkk_per_firm": 60_000}
    levers = {
        "centre": CENTRE | {"funding": funding, "home": ["326"], "grants": grants},
        "landfill_tax_added_dkk_per_t": {"2009-01": 0, "2010-06": 200},
        "subsidy_dkk_per_t": {"2009-01": 0, "2011-01": 50},
        "investment_grant": window | {"share": 0.3, "most_dkk_per_case": 2e5},
        "guarantee": window | {"share": 0.8},
        "platform": {"funding": [{"funder": "state", "total_dkk": 1e6, "first": "2010-01", "months": 36}]},
    }
    programme = {"name": "checks", "first": "2010-01", "months": 24, "checks_per_year": 20, "municipalities": []}
    events = [
        {"month": "2012-01", "closes": "partner-10"},
        {"month": "2012-06", "stops": "fly_ash", "at": "partner-03"},
        {"month": "2013-01", "bans": "chips_to_fuel"},
    ]
    society = no_centre().model_dump(mode="json")["society"]
    society |= {"programmes": [programme | {"basis": "made up"}], "events": events}
    return no_centre(**({"horizon": SHORT, "levers": levers, "society": society} | changes))


def digest(result: RunResult) -> str:
    """The same as one short text."""
    return hashlib.sha256(repr(shorn(result)).encode()).hexdigest()


def total(result: RunResult, variable: str) -> float:
    """A variable over all years and places; stocks make no sense here."""
    return float(result.outcomes[:, :, INDEX[variable]].sum())


def in_region(result: RunResult, variable: str) -> float:
    """The same for the region's own municipalities."""
    inside = [i for i, code in enumerate(result.municipalities) if code != OUTSIDE]
    return float(result.outcomes[:, inside, INDEX[variable]].sum())


def quiet_sector(code: str, closure_per_year: float = 0.08) -> Sector:
    """A sector without streams."""
    return Sector(code, code, code, 1_500_000, closure_per_year, False, False)


def double_money(scenario: Scenario) -> Scenario:
    """Return a scenario with every amount of money doubled: prices, wages, taxes by date, the centre's funding."""
    return Scenario.model_validate(_doubled(scenario.model_dump(), ""))


def _doubled(value: Any, name: str) -> Any:
    """Double every number below a key that is money: a plain one, an uncertain one with its range, dated ones."""
    is_money = "_dkk" in name
    if isinstance(value, dict):
        return {key: _doubled(member, name if is_money else key) for key, member in value.items()}
    if isinstance(value, tuple | list):
        return [_doubled(member, name) for member in value]
    return 2 * value if is_money and isinstance(value, int | float) else value
