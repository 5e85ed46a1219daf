"""A landscape laid out in columns: what is fixed about it, once for all runs of a replicate; a run copies what it changes."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from .. import months
from ..draws import mixed_identity
from ..identity import identity
from ..outcomes import OUTSIDE
from ..scenario.scenario import RegionInputs
from ..world.landscape import Landscape, public_inputs
from ..world.matching import ACQUAINTED
from ..world.named import places_recorded, recorded_at
from ..world.population import FROM_THE_START, UNLIMITED, Outside, Workplace
from ..world.streams import Catalogue, RegionTables
from . import columns
from .columns import NONE, POOLED
from .modes import MODES
from .opportunities import AT_ONCE
from .tables import blank, filled

KINDS = ("material", "water", "heat")
MOST_KEPT = 2
"""Landscapes whose columns a process keeps."""

_kept: list["Ground"] = []


class Rows(NamedTuple):
    """Where things stand in the tables: row numbers by code. Outside places bear their codes without "outside-"."""

    places: dict[str, int]
    parties: dict[str, int]
    residuals: dict[str, int]
    inputs: dict[str, int]
    linkages: dict[str, int]


class Ground(NamedTuple):
    """What is fixed about a landscape, in columns as `World` has them.

    `patterns` are tables that a run changes, and so copies; `fixed` are the others. `recorded` are the places that outcomes
    are of. `firms` are codes, `sectors` codes of sectors and `sector` int32 [firms] each firm's row among them. `most_at_once`
    is the longest row of draws made at a time; `checks` keeps what background programmes have been laid out.
    """

    landscape: Landscape
    rows: Rows
    recorded: tuple[str, ...]
    firms: tuple[str, ...]
    sectors: tuple[str, ...]
    sector: np.ndarray
    patterns: dict[str, Any]
    fixed: dict[str, Any]
    most_at_once: int
    checks: dict[Any, Any]


def ground_of(landscape: Landscape, region: RegionInputs, tables: RegionTables) -> Ground:
    """Return a landscape as columns: kept, or laid out anew."""
    for ground in _kept:
        if ground.landscape is landscape:
            return ground
    _kept.append(_lay_out(landscape, region.municipalities, region.road_factor, tables))
    del _kept[:-MOST_KEPT]
    return _kept[-1]


def _lay_out(landscape: Landscape, municipalities: tuple[str, ...], road_factor: float, tables: RegionTables) -> Ground:
    catalogue, firms = tables.catalogue, len(landscape.workplaces)
    rows = _rows(landscape, municipalities, catalogue)
    recorded = places_recorded(municipalities, landscape.workplaces)
    patterns = _patterns(landscape, catalogue, rows)
    patterns["parties"]["recorded_at"] = _recorded_at(landscape, recorded)
    linkages, needs = patterns["linkages"], patterns["needs"]
    linkages["first_taker"], linkages["last_taker"], takers = _takers(linkages, needs, firms)
    fixed = _pair_columns(landscape, linkages, len(patterns["supplies"]), len(needs)) | {
        "acquaintances": np.array([row for known in landscape.acquaintances for row in known], np.int32),
        "takers": takers,
        "taker_identities": needs["identity"][takers],
        "entrants": _entrants(patterns["parties"], patterns["profiles"], firms),
        "historic": _historic(tables, landscape, patterns, rows, road_factor),
    }
    return Ground(
        landscape=landscape,
        rows=rows,
        recorded=recorded,
        firms=tuple(workplace.code for workplace in landscape.workplaces),
        sectors=tuple(sorted(tables.sectors)),
        sector=_sector_rows(landscape, tables),
        patterns=patterns,
        fixed=fixed,
        most_at_once=int(max(np.diff(landscape.pairs.first).max(initial=0) + AT_ONCE, takers.size)),
        checks={},
    )


def _rows(landscape: Landscape, municipalities: tuple[str, ...], catalogue: Catalogue) -> Rows:
    outside = [place.code.removeprefix("outside-") for place in landscape.outside]
    return Rows(
        places=_numbered(municipalities),
        parties=_numbered([*(workplace.code for workplace in landscape.workplaces), *outside]),
        residuals=_numbered(sorted(catalogue.residuals)),
        inputs=_numbered(sorted(catalogue.inputs)),
        linkages=_numbered(sorted(catalogue.linkages)),
    )


def _numbered(codes: Iterable[str]) -> dict[str, int]:
    return {code: row for row, code in enumerate(codes)}


def _patterns(landscape: Landscape, catalogue: Catalogue, rows: Rows) -> dict[str, Any]:
    """Return the tables that runs copy, each party with the bounds of its streams and acquaintances."""
    parties, firms = _parties(landscape, rows.places), len(landscape.workplaces)
    supplies, needs = _streams(landscape, rows)
    for streams, first, last in ((supplies, "first_supply", "last_supply"), (needs, "first_need", "last_need")):
        bounds = np.searchsorted(streams["owner"], np.arange(len(parties) + 1))
        parties[first], parties[last] = bounds[:-1], bounds[1:]
    supplies["first_row"], supplies["last_row"] = landscape.pairs.first[:-1], landscape.pairs.first[1:]
    known = np.array([len(others) for others in landscape.acquaintances], np.int64)
    parties["last_acquaintance"][:firms] = np.cumsum(known)
    parties["first_acquaintance"][:firms] = np.cumsum(known) - known
    return {
        "parties": parties,
        "profiles": _profiles(landscape),
        "supplies": supplies,
        "needs": needs,
        "linkages": _linkages(catalogue, rows),
        "residuals": _residuals(catalogue),
        "inputs": _inputs(catalogue),
    }


def _parties(landscape: Landscape, places: dict[str, int]) -> np.ndarray:
    names = ("identity", "place", "jobs", "closes", "inside", "takes_for_a_living", "open")
    rows: list[tuple[Any, ...]] = [
        (w.id, places[w.municipality], w.jobs, w.closes, True, w.sector.public_inputs, w.enters == FROM_THE_START)
        for w in landscape.workplaces
    ]
    outside = len(places), np.inf, False, False, True, True
    rows += [(place.id, *outside) for place in landscape.outside]
    parties = filled(rows, names, columns.PARTY)
    parties["aware"] = parties["informed"] = ~parties["inside"]
    for name in ("asked_in", "taken_in", "aware_since", "history", "relation"):
        parties[name] = months.NEVER
    return parties


def _recorded_at(landscape: Landscape, recorded: tuple[str, ...]) -> list[int]:
    """Return the row of outcomes of each party."""
    places = [recorded_at(workplace, recorded) for workplace in landscape.workplaces]
    return [recorded.index(place) for place in (*places, *[OUTSIDE] * len(landscape.outside))]


def _profiles(landscape: Landscape) -> np.ndarray:
    names = ("turnover_dkk", "closure_per_year", "x_km", "y_km", "enters")
    rows: list[tuple[Any, ...]] = [
        (w.jobs * w.sector.turnover_dkk_per_fte, w.sector.closure_per_year, w.x_km, w.y_km, w.enters)
        for w in landscape.workplaces
    ]
    rows += [(0.0, 0.0, 0.0, 0.0, FROM_THE_START)] * len(landscape.outside)
    profiles = filled(rows, names, columns.PROFILE)
    profiles["looked_at"], profiles["closed"] = months.NEVER - 1, months.NEVER
    return profiles


def _sector_rows(landscape: Landscape, tables: RegionTables) -> np.ndarray:
    row_of = {code: row for row, code in enumerate(sorted(tables.sectors))}
    return np.array([row_of[workplace.sector.code] for workplace in landscape.workplaces], np.int32)


def _streams(landscape: Landscape, rows: Rows) -> tuple[Any, Any]:
    holders: tuple[Workplace | Outside, ...] = (*landscape.workplaces, *landscape.outside)
    supplies = filled(
        [
            (s.id, owner, rows.residuals[s.code], s.quantity_per_year, s.known, s.quantity_per_year >= UNLIMITED)
            for owner, holder in enumerate(holders)
            for s in holder.residuals
        ],
        ("identity", "owner", "residual", "quantity_per_year", "known", "unlimited"),
        columns.SUPPLY,
    )
    firms = len(landscape.workplaces)
    public = [row >= firms or public_inputs(landscape.workplaces[row]) for row in range(len(holders))]
    needs = filled(
        [
            (s.id, owner, rows.inputs[s.code], s.quantity_per_year, public[owner])
            for owner, holder in enumerate(holders)
            for s in holder.inputs
        ],
        ("identity", "owner", "bought", "quantity_per_year", "public"),
        columns.NEED,
    )
    supplies["proposed_in"] = supplies["case"] = needs["case"] = needs["proposal"] = needs["pool"] = NONE
    return supplies, needs


def _linkages(catalogue: Catalogue, rows: Rows) -> np.ndarray:
    table = blank(len(catalogue.linkages), columns.LINKAGE)
    for row, code in enumerate(sorted(catalogue.linkages)):
        one, linkage = table[row], catalogue.linkages[code]
        one.key, one.mode = identity(code), MODES.index(linkage.mode)
        one.residual, one.bought = rows.residuals[linkage.residual], rows.inputs[linkage.input]
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
    table = blank(len(catalogue.residuals), columns.RESIDUAL)
    for row, code in enumerate(sorted(catalogue.residuals)):
        residual = catalogue.residuals[code]
        table[row].gate_fee_dkk, table[row].landfill_share = residual.gate_fee_dkk_per_unit, residual.landfill_share
        table[row].season, table[row].kind = catalogue.season_of(residual), KINDS.index(residual.kind)
        table[row].season_most = max(catalogue.season_of(residual))
    return table


def _inputs(catalogue: Catalogue) -> np.ndarray:
    table = blank(len(catalogue.inputs), columns.INPUT)
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
    acquainted, outside = np.flatnonzero(pairs.contact == ACQUAINTED), np.arange(landscape.first_from_outside, pairs.id.size)
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


def _historic(tables: RegionTables, landscape: Landscape, patterns: Any, rows: Rows, road_factor: float) -> Any:
    """Return the historic links whose two ends are in the region."""
    profiles, supplies, needs = patterns["profiles"], patterns["supplies"], patterns["needs"]
    found: list[tuple[Any, ...]] = []
    for link in tables.historic_links:
        linkage = tables.catalogue.linkages[link.linkage]
        if link.supplier in rows.parties and link.receiver in rows.parties:
            supplier, receiver = rows.parties[link.supplier], rows.parties[link.receiver]
            supply = _stream_of(supplies, supplier, "residual", rows.residuals[linkage.residual])
            need = _stream_of(needs, receiver, "bought", rows.inputs[linkage.input])
            ends = int(supplies["identity"][supply]), int(needs["identity"][need])
            pair = mixed_identity(*ends, identity("linkage", linkage.code))
            first, last = landscape.pairs.first[supply], landscape.pairs.first[supply + 1]
            same = np.flatnonzero(landscape.pairs.id[first:last] == np.uint64(pair))
            row = first + same[0] if same.size else NONE
            km = _road_km(landscape, profiles, supplier, receiver, road_factor)
            found.append((pair, row, km, link.quantity_per_year, supply, need, rows.linkages[linkage.code]))
    return filled(found, columns.HISTORIC_LINK.names, columns.HISTORIC_LINK)


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
