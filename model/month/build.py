"""Lays a scenario out in columns on the ground of its replicate: a run as it is before anything is settled."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..draws import Draws, Purpose
from ..identity import identity
from ..money import to_ore
from ..months import NEVER
from ..outcomes import NAMES
from ..rules import trust
from ..scenario.levers import CentreInputs
from ..scenario.parameters import Parameters, draw_parameters, quantiles
from ..scenario.scenario import Scenario
from ..scenario.schema import value_at
from ..world.streams import RegionTables
from . import choice, columns
from . import survival as losses
from .columns import NONE, World
from .funding import last_month, tenth_month_ore
from .ground import Ground
from .hours import home_share
from .kinds import ACTIVITIES
from .modes import modes_of
from .prices import INDICES, Market, lever
from .prospects import usual_saving_per_job
from .society import part_simulated
from .tables import blank, filled

NOWHERE = -2
"""Where a residual stops that is not in the region."""


class Sizes(NamedTuple):
    """Rows of the tables that grow in the course of a run."""

    cases: int = 1024
    relations: int = 2048
    proposals: int = 1024
    pools: int = 256
    notes: int = 8192
    histories: int = 1024

    def doubled(self) -> "Sizes":
        """Return twice as much of everything."""
        return Sizes(*(2 * rows for rows in self))


def drawn(scenario: Scenario, draws: Draws) -> Parameters:
    """Return the parameters of a replicate."""
    return draw_parameters(scenario, quantiles(draws).__getitem__)


def with_months(world: World) -> World:
    """Return the columns of a run whose months are recorded one by one too."""
    now = world.now[0]
    return world._replace(by_month=np.zeros((now.end - now.recorded_from + 1, *world.outcomes.shape[1:])))


def world_of(
    scenario: Scenario, ground: Ground, parameters: Parameters, tables: RegionTables, draws: Draws, sizes: Sizes
) -> World:
    """Return the columns of a run as they are before anything is settled."""
    horizon = scenario.horizon
    span = horizon.end - horizon.start + 1
    accounts = losses.account_months(horizon.recorded_from, horizon.end)
    years = len(accounts)
    by_place = len(ground.recorded), len(NAMES)
    patterns = {name: table.copy() for name, table in ground.patterns.items()}
    parties = patterns["parties"]
    firms = int(np.count_nonzero(parties["inside"]))
    centre, served = scenario.levers.centre, _served(scenario, ground)
    if centre is not None:
        saving = _usual_saving_per_job(scenario, ground, parameters, tables)[ground.sector]
        patterns["profiles"]["usual_saving_dkk"][:firms] = parties["jobs"][:firms] * saving
    programmes, checks = _programmes(scenario, ground, tables, draws)
    paths = _paths(scenario)
    acting = np.zeros(firms, np.int32)
    standing = np.flatnonzero(parties["open"][:firms])
    acting[: standing.size] = standing
    residents = np.flatnonzero((parties["first_supply"] < parties["last_supply"]) & served[parties["place"]])
    queue = residents[residents < firms].astype(np.int32)
    return World(
        numbers=np.array([tuple(map(tuple, parameters))], columns.NUMBERS).view(np.recarray),
        modes=_modes(parameters),
        rules=_rules(scenario),
        levers=_levers(scenario),
        now=_now(scenario, draws, firms, standing.size),
        office=_office(centre, ground, parameters),
        paths=paths,
        places=_places(served, centre, ground),
        cases=blank(sizes.cases, columns.CASE),
        acting=acting,
        acting_identities=parties["identity"][acting],
        live=np.zeros(sizes.cases, np.int32),
        savings_ore=np.zeros((sizes.cases, years, 2), np.int64),
        relations=blank(sizes.relations, columns.RELATION),
        proposals=blank(sizes.proposals, columns.PROPOSAL),
        pools=blank(sizes.pools, columns.POOL),
        pool_order=np.zeros(sizes.pools, np.int32),
        notes=_notes(sizes.notes),
        histories=blank(sizes.histories, columns.HISTORY),
        lines=_lines(scenario),
        programmes=programmes,
        checks=checks,
        events=_events(scenario, ground, firms),
        queue=queue if centre is not None else queue[:0],
        small_first=queue[np.argsort(parties["jobs"][queue], kind="stable")],
        hired=np.zeros(span + 1, np.int64),
        diary=blank(span if centre is not None else 0, columns.DIARY),
        outcomes=np.zeros((years, *by_place)),
        by_month=np.zeros((0, *by_place)),
        jobs_lost=np.zeros((firms, years)),
        months_like_this=losses.months_like_this(parameters.jobs, span),
        demand_to_come=losses.demand_to_come(parameters.jobs, paths["demand"].tolist(), horizon),
        account_months=np.array(accounts),
        ahead=_ahead(firms),
        luck=np.zeros(max(firms, ground.most_at_once)),
        shocks=np.zeros(firms),
        seen=np.zeros(len(patterns["supplies"]), np.int64),
        **patterns,
        **ground.fixed,
    )


def _ahead(firms: int) -> np.ndarray:
    table = blank(firms, columns.AHEAD)
    table["since"] = NEVER
    return table


def _notes(rows: int) -> np.ndarray:
    table = blank(rows, columns.NOTE)
    table["row"] = NONE
    return table


def _modes(parameters: Parameters) -> np.ndarray:
    persistence = parameters.modes.failure_persistence
    rows = [(*mode, mode.failure_per_month, mode.failing_share(persistence)) for mode in modes_of(parameters).values()]
    return np.array(rows, columns.MODE).view(np.recarray)


def _rules(scenario: Scenario) -> np.ndarray:
    names, table, centre = scenario.rules, blank(1, columns.RULES), scenario.levers.centre
    table[0].price, table[0].trust = choice.PRICE.get(names.price, choice.OWN), choice.TRUST.get(names.trust, choice.OWN)
    rule = trust.RULES[names.trust]
    table[0].asks_others, table[0].asks_luck = rule.asks_others, rule.asks_luck
    table[0].from_first_contact = rule.from_first_contact
    if centre is not None:
        table[0].targeting = choice.TARGETING.get(centre.targeting, choice.OWN)
    return table


def _levers(scenario: Scenario) -> np.ndarray:
    table, levers = blank(1, columns.LEVERS), scenario.levers
    one = table[0]
    one.centre, one.platform, one.grant_most_dkk = levers.centre is not None, levers.platform is not None, np.inf
    if levers.investment_grant is not None:
        offer = levers.investment_grant
        one.grant_share, one.grant_most_dkk = offer.share, offer.most_dkk_per_case
        one.grant_first, one.grant_months = offer.first, offer.months
    if levers.guarantee is not None:
        one.guarantee_share, one.guarantee_first = levers.guarantee.share, levers.guarantee.first
        one.guarantee_months = levers.guarantee.months
    return table


def _now(scenario: Scenario, draws: Draws, firms: int, standing: int) -> np.ndarray:
    table, horizon = blank(1, columns.NOW), scenario.horizon
    now = table[0]
    now.root0, now.root1 = draws.root
    now.index_keys = [identity("index", name) for name in INDICES]
    now.month = now.start = horizon.start
    now.end, now.recorded_from, now.year = horizon.end, horizon.recorded_from, NONE
    now.firms, now.acting = firms, standing
    return table


def _paths(scenario: Scenario) -> np.ndarray:
    """Return what society and policy say of each month, as agents' `Market` reads it."""
    society, levers = scenario.society, scenario.levers
    months_ = range(scenario.horizon.start, scenario.horizon.end + 1)
    rows = [
        (
            value_at(society.landfill_tax_dkk_per_t, month),
            lever(levers.landfill_tax_added_dkk_per_t, month),
            lever(levers.subsidy_dkk_per_t, month),
            value_at(society.demand, month),
        )
        for month in months_
    ]
    return np.array(rows, columns.PATH).view(np.recarray)


def _served(scenario: Scenario, ground: Ground) -> np.ndarray:
    """Return whether the centre serves each place, the outside last."""
    centre = scenario.levers.centre
    served = np.zeros(len(ground.rows.places) + 1, bool)
    if centre is not None:
        places = ground.rows.places
        served[[places[code] for code in centre.catchment or places if code in places]] = True
    return served


def _places(served: np.ndarray, centre: CentreInputs | None, ground: Ground) -> np.ndarray:
    table = blank(served.size, columns.PLACE)
    table["served"] = served
    for code in centre.home if centre is not None else ():
        if code in ground.rows.places:
            table["home"][ground.rows.places[code]] = True
    return table


def _office(centre: CentreInputs | None, ground: Ground, parameters: Parameters) -> np.ndarray:
    table = blank(1, columns.OFFICE)
    office = table[0]
    office.only = NONE
    if centre is None:
        return table
    catchment = frozenset(centre.catchment or ground.rows.places)
    share = home_share(frozenset(centre.home), catchment, parameters.centre.home_share)
    office.only = {0.0: 1, 1.0: 0}.get(share, NONE)
    office.shares = [getattr(centre.hour_shares, activity) for activity in ACTIVITIES]
    office.areas = [share, 1.0 - share]
    office.last, office.lag = last_month(centre.funding), round(parameters.centre.hiring_lag_months)
    office.tenth_ore, office.salary_ore = tenth_month_ore(parameters)
    office.handed_over = centre.handed_over
    if centre.grants is not None:
        office.grant_share, office.grant_most_ore = centre.grants.share, to_ore(centre.grants.most_dkk_per_firm)
        office.grant_left_ore = to_ore(centre.grants.total_dkk)
    return table


def _lines(scenario: Scenario) -> np.ndarray:
    levers = scenario.levers
    funding = [(line, False) for line in levers.centre.funding] if levers.centre is not None else []
    funding += [(line, True) for line in levers.platform.funding] if levers.platform is not None else []
    rows = [(line.total_dkk, line.first, line.months, of_platform) for line, of_platform in funding]
    return filled(rows, columns.LINE.names, columns.LINE)


def _usual_saving_per_job(scenario: Scenario, ground: Ground, parameters: Parameters, tables: RegionTables) -> np.ndarray:
    """Return what a sector's usual residuals would save a year and job at the prices before the first month, by sector."""
    market = Market(scenario.society, scenario.levers, parameters, tables.catalogue)
    market.open(scenario.horizon.start)
    per_job = usual_saving_per_job(market, tables)
    return np.array([per_job.get(sector, 0.0) for sector in ground.sectors])


def _programmes(scenario: Scenario, ground: Ground, tables: RegionTables, draws: Draws) -> tuple[np.ndarray, np.ndarray]:
    """Return the background programmes and, in their order, the firms each would go to, by an order of chance."""
    rows, checks, first = [], [blank(0, columns.CHECK)], 0
    for programme in scenario.programmes:
        key = identity("programme", programme.name, str(programme.first))
        places = programme.municipalities or tuple(tables.municipalities)
        if (key, places) not in ground.checks:
            ground.checks[key, places] = _checks(key, places, ground, draws)
        checks.append(ground.checks[key, places])
        a_month = programme.checks_per_year / 12.0 * part_simulated(places, tuple(ground.rows.places), tables)
        rows.append((key, a_month, programme.first, programme.months, first, first + checks[-1].size))
        first += checks[-1].size
    return filled(rows, columns.PROGRAMME.names, columns.PROGRAMME), np.concatenate(checks).view(np.recarray)


def _checks(key: int, places: Sequence[str], ground: Ground, draws: Draws) -> np.ndarray:
    parties = ground.patterns["parties"]
    numbers = [row for code, row in ground.rows.places.items() if code in places]
    served = parties["inside"] & np.isin(parties["place"], numbers)
    firms = np.flatnonzero(served & (parties["first_supply"] < parties["last_supply"]))
    ids = parties["identity"][firms]
    order = np.lexsort((ids, draws.uniform(Purpose.PROGRAMME_RANK, 0, ids, key)))
    checks = blank(firms.size, columns.CHECK)
    checks["luck"] = draws.uniform(Purpose.PROGRAMME_ACCEPT, 0, ids, key)[order]
    checks["firm"] = firms[order]
    return checks


def _events(scenario: Scenario, ground: Ground, firms: int) -> np.ndarray:
    rows = []
    for event in sorted(scenario.society.events, key=lambda event: event.month):
        kind = columns.CLOSES if event.closes is not None else columns.BANS if event.bans is not None else columns.STOPS
        closes = _firm(event.closes, ground, firms)
        bans = ground.rows.linkages.get(event.bans or "", NONE)
        stops = ground.rows.residuals.get(event.stops or "", NONE)
        at = NONE if event.at is None else ground.rows.parties.get(event.at.removeprefix("outside-"), NOWHERE)
        rows.append((event.month, closes, bans, stops, at, kind))
    return filled(rows, columns.EVENT.names, columns.EVENT)


def _firm(code: str | None, ground: Ground, firms: int) -> int:
    row = ground.rows.parties.get(code or "", NONE)
    return row if row < firms else NONE
