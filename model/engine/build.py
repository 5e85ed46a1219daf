"""Lays a landscape and a scenario out in columns.

What only hangs on the landscape and the tables (`Ground`) is laid out once and kept with it; a run copies what it will
change.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import months
from ..accounts import to_ore
from ..draws import Draws, Purpose, mixed_identities
from ..funding import last_month, tenth_month_ore
from ..hours import ACTIVITIES, home_share
from ..identity import identity
from ..landscape import Landscape, public_inputs
from ..levers import CentreInputs
from ..market import INDICES, Market, lever
from ..modes import MODES, modes_of
from ..outcomes import NAMES
from ..parameters import Parameters, draw_parameters, quantiles
from ..population import FROM_THE_START, UNLIMITED
from ..programmes import part_simulated
from ..prospects import usual_saving_per_job
from ..rules import trust
from ..scenario import RegionInputs, Scenario
from ..schema import value_at
from ..streams import Catalogue, RegionTables
from . import choice, columns
from .columns import NONE, POOLED, World
from .opportunities import AT_ONCE

KINDS = ("material", "water", "heat")
NOWHERE = -2
"""Where a residual stops that is not in the region."""
MOST_KEPT = 2
"""Landscapes whose columns a process keeps."""

_kept: list["Ground"] = []


class Ground(NamedTuple):
    """What is fixed about a landscape, in columns as `World` has them; tables that a run changes are patterns to copy."""

    landscape: Landscape
    firms: tuple[str, ...]
    places: dict[str, int]
    party_of: dict[str, int]
    sectors: tuple[str, ...]
    sector: np.ndarray
    linkage_of: dict[str, int]
    residual_of: dict[str, int]
    patterns: dict[str, np.ndarray]
    fixed: dict[str, np.ndarray]
    first_from_outside: int
    most_at_once: int
    programmes: dict[Any, np.ndarray]


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


def ground_of(landscape: Landscape, region: RegionInputs, tables: RegionTables) -> Ground:
    """Return a landscape as columns: kept, or laid out anew."""
    for ground in _kept:
        if ground.landscape is landscape:
            return ground
    _kept.append(_lay_out(landscape, region.municipalities, region.road_factor, tables))
    del _kept[:-MOST_KEPT]
    return _kept[-1]


# --- the ground ------------------------------------------------------------------------------------------------------


def _table(rows: int, kind: np.dtype) -> np.ndarray:
    return np.zeros(rows, kind).view(np.recarray)


def _filled(rows: list[tuple[Any, ...]], names: tuple[str, ...], kind: np.dtype) -> np.ndarray:
    """Return a table with these columns filled from rows."""
    table = _table(len(rows), kind)
    for name, values in zip(names, zip(*rows, strict=True), strict=False):
        table[name] = values
    return table


def _lay_out(landscape: Landscape, municipalities: tuple[str, ...], road_factor: float, tables: RegionTables) -> Ground:
    catalogue = tables.catalogue
    places = {code: row for row, code in enumerate(municipalities)}
    residual_of, input_of, linkage_of = (
        {code: row for row, code in enumerate(sorted(part))}
        for part in (catalogue.residuals, catalogue.inputs, catalogue.linkages)
    )
    parties, profiles = _parties(landscape, places), _profiles(landscape)
    supplies, needs = _streams(landscape, residual_of, input_of)
    for table, first, last in ((supplies, "first_supply", "last_supply"), (needs, "first_need", "last_need")):
        bounds = np.searchsorted(table["owner"], np.arange(len(parties) + 1))
        parties[first], parties[last] = bounds[:-1], bounds[1:]
    supplies["first_row"], supplies["last_row"] = landscape.pairs.first[:-1], landscape.pairs.first[1:]
    linkages = _linkages(catalogue, residual_of, input_of)
    linkages["first_taker"], linkages["last_taker"], takers = _takers(linkages, needs, len(landscape.workplaces))
    known = [len(rows) for rows in landscape.acquaintances]
    last = np.cumsum(known, dtype=np.int64)
    firms = len(landscape.workplaces)
    parties["last_acquaintance"][:firms], parties["first_acquaintance"][:firms] = last, last - known
    party_of = {workplace.code: row for row, workplace in enumerate(landscape.workplaces)}
    party_of |= {place.code.removeprefix("outside-"): firms + row for row, place in enumerate(landscape.outside)}
    fixed = _pair_columns(landscape, linkages, len(supplies), len(needs)) | {
        "acquaintances": np.array([row for rows in landscape.acquaintances for row in rows], np.int32),
        "takers": takers,
        "taker_identities": needs["identity"][takers],
        "entrants": _entrants(parties, profiles, firms),
        "historic": _historic(
            tables,
            landscape,
            (profiles, supplies, needs),
            (party_of, residual_of, input_of, linkage_of),
            road_factor,
        ),
    }
    return Ground(
        landscape,
        tuple(workplace.code for workplace in landscape.workplaces),
        places,
        party_of,
        tuple(sorted(tables.sectors)),
        _sector_rows(landscape, tables),
        linkage_of,
        residual_of,
        {
            "parties": parties,
            "profiles": profiles,
            "supplies": supplies,
            "needs": needs,
            "linkages": linkages,
            "residuals": _residuals(catalogue),
            "inputs": _inputs(catalogue),
        },
        fixed,
        landscape.first_from_outside,
        int(max(np.diff(landscape.pairs.first).max(initial=0) + AT_ONCE, takers.size)),
        {},
    )


def _parties(landscape: Landscape, places: dict[str, int]) -> np.ndarray:
    names = ("identity", "place", "jobs", "closes", "inside", "takes_for_a_living", "open")
    rows: list[tuple[Any, ...]] = [
        (w.id, places[w.municipality], w.jobs, w.closes, True, w.sector.public_inputs, w.enters == FROM_THE_START)
        for w in landscape.workplaces
    ]
    outside = len(places), np.inf, False, False, True, True
    rows += [(place.id, *outside) for place in landscape.outside]
    parties = _filled(rows, names, columns.PARTY)
    parties["aware"] = parties["informed"] = ~parties["inside"]
    for name in ("asked_in", "taken_in", "aware_since", "history", "relation"):
        parties[name] = months.NEVER
    return parties


def _profiles(landscape: Landscape) -> np.ndarray:
    names = ("turnover_dkk", "closure_per_year", "x_km", "y_km", "enters")
    rows = [
        (w.jobs * w.sector.turnover_dkk_per_fte, w.sector.closure_per_year, w.x_km, w.y_km, w.enters)
        for w in landscape.workplaces
    ]
    rows += [(0.0, 0.0, 0.0, 0.0, FROM_THE_START)] * len(landscape.outside)
    profiles = _filled(rows, names, columns.PROFILE)
    profiles["looked_at"] = months.NEVER - 1
    return profiles


def _sector_rows(landscape: Landscape, tables: RegionTables) -> np.ndarray:
    row_of = {code: row for row, code in enumerate(sorted(tables.sectors))}
    return np.array([row_of[workplace.sector.code] for workplace in landscape.workplaces], np.int32)


def _streams(
    landscape: Landscape, residual_of: dict[str, int], input_of: dict[str, int]
) -> tuple[np.ndarray, np.ndarray]:
    holders = [*landscape.workplaces, *landscape.outside]
    supplies = _filled(
        [
            (s.id, owner, residual_of[s.code], s.quantity_per_year, s.known, s.quantity_per_year >= UNLIMITED)
            for owner, holder in enumerate(holders)
            for s in holder.residuals
        ],
        ("identity", "owner", "residual", "quantity_per_year", "known", "unlimited"),
        columns.SUPPLY,
    )
    firms = len(landscape.workplaces)
    public = [row >= firms or public_inputs(landscape.workplaces[row]) for row in range(len(holders))]
    needs = _filled(
        [
            (s.id, owner, input_of[s.code], s.quantity_per_year, public[owner])
            for owner, holder in enumerate(holders)
            for s in holder.inputs
        ],
        ("identity", "owner", "bought", "quantity_per_year", "public"),
        columns.NEED,
    )
    supplies["proposed_in"] = supplies["case"] = needs["case"] = needs["proposal"] = needs["pool"] = NONE
    return supplies, needs


def _linkages(catalogue: Catalogue, residual_of: dict[str, int], input_of: dict[str, int]) -> np.ndarray:
    table = _table(len(catalogue.linkages), columns.LINKAGE)
    for row, code in enumerate(sorted(catalogue.linkages)):
        one, linkage = table[row], catalogue.linkages[code]
        one.key, one.mode = identity(code), MODES.index(linkage.mode)
        one.residual, one.bought = residual_of[linkage.residual], input_of[linkage.input]
        one.substitution, one.treatment_dkk = linkage.substitution, linkage.treatment_dkk_per_unit
        one.running_dkk, one.capital_fixed_dkk = linkage.running_dkk_per_year, linkage.capital_fixed_dkk
        one.capital_dkk_per_unit, one.capital_dkk_per_km = linkage.capital_dkk_per_unit, linkage.capital_dkk_per_km
        one.build_months = linkage.permit_months + linkage.build_months
        one.life_years, one.contract_months = linkage.life_years, linkage.contract_months
        one.residue_share, one.co2e_t_per_unit = linkage.residue_share, linkage.co2e_t_per_unit
        one.round_dkk, one.stop_dkk, one.rounds_per_year = (
            linkage.round_dkk, linkage.stop_dkk, linkage.rounds_per_year,
        )  # fmt: skip
    return table


def _residuals(catalogue: Catalogue) -> np.ndarray:
    table = _table(len(catalogue.residuals), columns.RESIDUAL)
    for row, code in enumerate(sorted(catalogue.residuals)):
        residual = catalogue.residuals[code]
        table[row].gate_fee_dkk, table[row].landfill_share = residual.gate_fee_dkk_per_unit, residual.landfill_share
        table[row].season, table[row].kind = catalogue.season_of(residual), KINDS.index(residual.kind)
        table[row].season_most = max(catalogue.season_of(residual))
    return table


def _inputs(catalogue: Catalogue) -> np.ndarray:
    table = _table(len(catalogue.inputs), columns.INPUT)
    for row, code in enumerate(sorted(catalogue.inputs)):
        bought = catalogue.inputs[code]
        table[row].price_dkk, table[row].season = bought.price_dkk_per_unit, catalogue.season_of(bought)
        table[row].energy = bought.price_index == "energy"
    return table


def _takers(linkages: np.ndarray, needs: np.ndarray, firms: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, per linkage, the bounds of its firms' needs in the list returned with them; nothing but for rounds."""
    found = [
        np.flatnonzero((needs["bought"] == linkage.bought) & (needs["owner"] < firms) & (linkage.mode == POOLED))
        for linkage in linkages
    ]
    last = np.cumsum([rows.size for rows in found])
    return last - [rows.size for rows in found], last, np.concatenate([*found, np.empty(0, int)]).astype(np.int32)


def _entrants(parties: np.ndarray, profiles: np.ndarray, firms: int) -> np.ndarray:
    """Return the rows of firms still dormant, by the month they open, then by row."""
    rows = np.flatnonzero(~parties["open"][:firms])
    return rows[np.argsort(profiles["enters"][rows], kind="stable")].astype(np.int32)


def _pair_columns(landscape: Landscape, linkages: np.ndarray, supplies: int, needs: int) -> dict[str, np.ndarray]:
    pairs = landscape.pairs
    acquainted, outside = np.flatnonzero(pairs.contact == 1.0), np.arange(landscape.first_from_outside, pairs.id.size)
    pooled = np.flatnonzero((linkages["mode"] == POOLED)[pairs.linkage])
    pooled = pooled[np.lexsort((pairs.id[pooled], pairs.km[pooled]))]
    found = {"pair_need": pairs.need, "pair_linkage": pairs.linkage, "pair_id": pairs.id, "pair_km": pairs.km}
    found |= {"pair_contact": pairs.contact, "pair_supply": pairs.supply}
    ends = (("acquainted", acquainted, pairs.need), ("outside", outside, pairs.need), ("pooled", pooled, pairs.need))
    for name, rows, end in (*ends, ("joinable", pooled, pairs.supply)):
        in_order = rows[np.argsort(end[rows], kind="stable")]
        found[f"{name}_rows"] = in_order
        found[f"{name}_first"] = np.searchsorted(end[in_order], np.arange((needs if end is pairs.need else supplies) + 1))
    return found


def _historic(tables: RegionTables, landscape: Landscape, held: Any, rows_of: Any, road_factor: float) -> np.ndarray:
    """Return the historic links whose two ends are in the region."""
    profiles, supplies, needs = held
    party_of, residual_of, input_of, linkage_of = rows_of
    found = []
    for link in tables.historic_links:
        linkage = tables.catalogue.linkages[link.linkage]
        if link.supplier in party_of and link.receiver in party_of:
            supplier, receiver = party_of[link.supplier], party_of[link.receiver]
            supply = _stream_of(supplies, supplier, "residual", residual_of[linkage.residual])
            need = _stream_of(needs, receiver, "bought", input_of[linkage.input])
            key = np.uint64(identity("linkage", linkage.code))
            ends = supplies["identity"][supply : supply + 1], needs["identity"][need : need + 1]
            pair = mixed_identities(*map(np.ascontiguousarray, ends), key)[0]
            first, last = landscape.pairs.first[supply], landscape.pairs.first[supply + 1]
            same = np.flatnonzero(landscape.pairs.id[first:last] == pair)
            row = first + same[0] if same.size else NONE
            km = _road_km(landscape, profiles, supplier, receiver, road_factor)
            found.append((pair, row, km, link.quantity_per_year, supply, need, linkage_of[linkage.code]))
    return _filled(found, columns.HISTORIC_LINK.names, columns.HISTORIC_LINK)


def _stream_of(table: np.ndarray, owner: int, column: str, stream: int) -> int:
    return int(np.flatnonzero((table["owner"] == owner) & (table[column] == stream))[0])


def _road_km(landscape: Landscape, profiles: np.ndarray, supplier: int, receiver: int, road_factor: float) -> float:
    """Return kilometres by road; to an outside place, its haul distance."""
    firms = len(landscape.workplaces)
    for row in (supplier, receiver):
        if row >= firms:
            return landscape.outside[row - firms].haul_km
    a, b = profiles[supplier], profiles[receiver]
    return float(np.hypot(a["x_km"] - b["x_km"], a["y_km"] - b["y_km"])) * road_factor


# --- a run -----------------------------------------------------------------------------------------------------------


def world_of(
    scenario: Scenario, ground: Ground, parameters: Parameters, tables: RegionTables, draws: Draws, sizes: Sizes
) -> World:
    """Return the columns of a run as they are before anything is settled."""
    horizon = scenario.horizon
    span = horizon.end - horizon.start + 1
    years = horizon.end // 12 - horizon.recorded_from // 12 + 1
    patterns = {name: table.copy() for name, table in ground.patterns.items()}
    parties = patterns["parties"]
    firms = int(np.count_nonzero(parties["inside"]))
    centre, served = scenario.levers.centre, _served(scenario, ground)
    if centre is not None:
        saving = _usual_saving_per_job(scenario, ground, parameters, tables)[ground.sector]
        patterns["profiles"]["usual_saving_dkk"][:firms] = parties["jobs"][:firms] * saving
    programmes, checks = _programmes(scenario, ground, tables, draws)
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
        now=_now(scenario, ground, draws, firms, standing.size),
        office=_office(centre, served, ground, parameters),
        paths=_paths(scenario),
        places=_places(served, centre, ground),
        cases=_table(sizes.cases, columns.CASE),
        acting=acting,
        acting_identities=parties["identity"][acting],
        live=np.zeros(sizes.cases, np.int32),
        savings_ore=np.zeros((sizes.cases, years, 2), np.int64),
        relations=_table(sizes.relations, columns.RELATION),
        proposals=_table(sizes.proposals, columns.PROPOSAL),
        pools=_table(sizes.pools, columns.POOL),
        pool_order=np.zeros(sizes.pools, np.int32),
        notes=_notes(sizes.notes),
        histories=_table(sizes.histories, columns.HISTORY),
        lines=_lines(scenario),
        programmes=programmes,
        checks=checks,
        events=_events(scenario, ground, firms),
        queue=queue if centre is not None else queue[:0],
        small_first=queue[np.argsort(parties["jobs"][queue], kind="stable")],
        hired=np.zeros(span + 1, np.int64),
        diary=_table(span if centre is not None else 0, columns.DIARY),
        outcomes=np.zeros((years, len(ground.places) + 1, len(NAMES))),
        jobs_lost=np.zeros((years, firms)),
        luck=np.zeros(max(firms, ground.most_at_once)),
        shocks=np.zeros(firms),
        seen=np.zeros(len(patterns["supplies"]), np.int64),
        **patterns,
        **ground.fixed,
    )


def _notes(rows: int) -> np.ndarray:
    table = _table(rows, columns.NOTE)
    table["row"] = NONE
    return table


def _modes(parameters: Parameters) -> np.ndarray:
    persistence = parameters.modes.failure_persistence
    rows = [(*mode, mode.failure_per_month, mode.failing_share(persistence)) for mode in modes_of(parameters).values()]
    return np.array(rows, columns.MODE).view(np.recarray)


def _rules(scenario: Scenario) -> np.ndarray:
    names, table, centre = scenario.rules, _table(1, columns.RULES), scenario.levers.centre
    table[0].price, table[0].trust = choice.PRICE.get(names.price, choice.OWN), choice.TRUST.get(names.trust, choice.OWN)
    rule = trust.RULES[names.trust]
    table[0].asks_others, table[0].asks_luck = rule.asks_others, rule.asks_luck
    table[0].from_first_contact = rule.from_first_contact
    if centre is not None:
        table[0].targeting = choice.TARGETING.get(centre.targeting, choice.OWN)
    return table


def _levers(scenario: Scenario) -> np.ndarray:
    table, levers = _table(1, columns.LEVERS), scenario.levers
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


def _now(scenario: Scenario, ground: Ground, draws: Draws, firms: int, standing: int) -> np.ndarray:
    table, horizon = _table(1, columns.NOW), scenario.horizon
    now = table[0]
    now.root0, now.root1 = draws.root
    now.index_keys = [identity("index", name) for name in INDICES]
    now.month = now.start = horizon.start
    now.end, now.recorded_from, now.year = horizon.end, horizon.recorded_from, NONE
    now.firms, now.acting, now.first_from_outside = firms, standing, ground.first_from_outside
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
    served = np.zeros(len(ground.places) + 1, bool)
    if centre is not None:
        served[[ground.places[code] for code in centre.catchment or ground.places if code in ground.places]] = True
    return served


def _places(served: np.ndarray, centre: CentreInputs | None, ground: Ground) -> np.ndarray:
    table = _table(served.size, columns.PLACE)
    table["served"] = served
    for code in centre.home if centre is not None else ():
        if code in ground.places:
            table["home"][ground.places[code]] = True
    return table


def _office(centre: CentreInputs | None, served: np.ndarray, ground: Ground, parameters: Parameters) -> np.ndarray:
    table = _table(1, columns.OFFICE)
    office = table[0]
    office.only = NONE
    if centre is None:
        return table
    catchment = frozenset(centre.catchment or ground.places)
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
    return _filled(rows, columns.LINE.names, columns.LINE)


def _usual_saving_per_job(
    scenario: Scenario, ground: Ground, parameters: Parameters, tables: RegionTables
) -> np.ndarray:
    """Return what a sector's usual residuals would save a year and job at the prices before the first month, by sector."""
    market = Market(scenario.society, scenario.levers, parameters, tables.catalogue)
    market.open(scenario.horizon.start)
    per_job = usual_saving_per_job(market, tables)
    return np.array([per_job.get(sector, 0.0) for sector in ground.sectors])


def _programmes(
    scenario: Scenario, ground: Ground, tables: RegionTables, draws: Draws
) -> tuple[np.ndarray, np.ndarray]:
    """Return the background programmes and, in their order, the firms each would go to, by an order of chance."""
    rows, checks, first = [], [_table(0, columns.CHECK)], 0
    for programme in scenario.society.programmes:
        key = identity("programme", programme.name, str(programme.first))
        places = programme.municipalities or tuple(tables.municipalities)
        if (key, places) not in ground.programmes:
            ground.programmes[key, places] = _checks(key, places, ground, draws)
        checks.append(ground.programmes[key, places])
        a_month = programme.checks_per_year / 12.0 * part_simulated(places, tuple(ground.places), tables)
        rows.append((key, a_month, programme.first, programme.months, first, first + checks[-1].size))
        first += checks[-1].size
    return _filled(rows, columns.PROGRAMME.names, columns.PROGRAMME), np.concatenate(checks).view(np.recarray)


def _checks(key: int, places: Sequence[str], ground: Ground, draws: Draws) -> np.ndarray:
    parties = ground.patterns["parties"]
    served = parties["inside"] & np.isin(parties["place"], [ground.places[code] for code in places if code in ground.places])
    firms = np.flatnonzero(served & (parties["first_supply"] < parties["last_supply"]))
    ids = parties["identity"][firms]
    order = np.lexsort((ids, draws.uniform(Purpose.PROGRAMME_RANK, 0, ids, key)))
    checks = _table(firms.size, columns.CHECK)
    checks["luck"] = draws.uniform(Purpose.PROGRAMME_ACCEPT, 0, ids, key)[order]
    checks["firm"] = firms[order]
    return checks


def _events(scenario: Scenario, ground: Ground, firms: int) -> np.ndarray:
    rows = []
    for event in sorted(scenario.society.events, key=lambda event: event.month):
        kind = columns.CLOSES if event.closes is not None else columns.BANS if event.bans is not None else columns.STOPS
        closes = _firm(event.closes, ground, firms)
        bans = ground.linkage_of.get(event.bans or "", NONE)
        stops = ground.residual_of.get(event.stops or "", NONE)
        at = NONE if event.at is None else ground.party_of.get(event.at.removeprefix("outside-"), NOWHERE)
        rows.append((event.month, closes, bans, stops, at, kind))
    return _filled(rows, columns.EVENT.names, columns.EVENT)


def _firm(code: str | None, ground: Ground, firms: int) -> int:
    row = ground.party_of.get(code or "", NONE)
    return row if row < firms else NONE
