"""The firms of a region, synthesised from tables: who they are, where they stand, what flows through them, whom they know.

The population is drawn per replicate and shared by all scenarios of that replicate. Identities come from table rows by
name, so inserting or reordering rows changes nobody else.
"""

from math import cos, exp, pi, sin, sqrt
from typing import NamedTuple

import numpy as np

from . import months
from .draws import Draws, Purpose
from .geography import Municipality, project
from .identity import identity, require_distinct
from .parameters import Parameters
from .scenario import Scenario
from .streams import PartnerRow, RegionTables, Sector, WorkplaceRow

FROM_THE_START = -1
ESTATE_RADIUS_KM = 1.5
"""Radius of an industrial estate: about the core radius of Kalundborg's symbiosis (docs/sources.md)."""
SETTLED_PART = 0.6
"""Part of a municipality's radius, as a disc of its area, within which firms outside estates stand (assumed 0.4-0.8)."""


class Stream(NamedTuple):
    """A residual a workplace has, or an input it needs: quantity a year in the stream's unit."""

    id: int
    firm: int
    code: str
    quantity_per_year: float
    known: bool


class Workplace(NamedTuple):
    """One workplace (arbejdssted) of the synthetic population, with all that is fixed about it."""

    id: int
    code: str
    municipality: str
    sector: Sector
    size_class: str
    jobs: float
    x_km: float
    y_km: float
    enters: int
    partner: bool
    closes: bool
    residuals: tuple[Stream, ...]
    inputs: tuple[Stream, ...]


def synthesise(scenario: Scenario, parameters: Parameters, draws: Draws, tables: RegionTables) -> list[Workplace]:
    """Return all workplaces of the horizon, dormant entrants included, in the order of their identities."""
    rows = [row for row in tables.workplaces if row.municipality in scenario.region.municipalities]
    partners = [row for row in tables.partners if row.municipality in scenario.region.municipalities]
    workplaces = [_named(row, tables) for row in partners]
    for row in rows:
        seats = [(ordinal, FROM_THE_START) for ordinal in range(row.workplaces)]
        workplaces += [_anonymous(row, f"{n:03d}", enters, draws, tables) for n, enters in seats]
        workplaces += _entrants(row, scenario, parameters, draws, tables)
    require_distinct((workplace.id for workplace in workplaces), "workplaces")
    require_distinct((s.id for w in workplaces for s in (*w.residuals, *w.inputs)), "streams")
    return sorted(workplaces)


def _entrants(row: WorkplaceRow, scenario: Scenario, parameters: Parameters, draws: Draws, tables: RegionTables):
    """Return the dormant workplaces of a table row; their number and months depend on the calendar year alone."""
    found = []
    expected = parameters.jobs.entry_per_closure * row.workplaces * _closures_per_year(row, parameters, tables)
    for year in range(months.year(scenario.horizon.start), months.year(scenario.horizon.end) + 1):
        cell = identity("entry", row.municipality, row.sector, row.size_class, str(year))
        count = int(expected + draws.one(Purpose.ENTRY_COUNT, 0, cell))
        for n in range(count):
            month = months.month(year, 1) + int(12 * draws.one(Purpose.ENTRY_MONTH, n, cell))
            if scenario.horizon.start < month <= scenario.horizon.end:
                found.append(_anonymous(row, f"e{year}-{n}", month, draws, tables))
    return found


def _closures_per_year(row: WorkplaceRow, parameters: Parameters, tables: RegionTables) -> float:
    """Return the share of a cell's firms that close in a normal year, over the sizes of its class (`_jobs`)."""
    low, high = _bounds(row.size_class)
    exponent = 1.0 + parameters.jobs.closure_size_exponent
    size_factor = 10.0 ** (exponent - 1.0) * (low**-exponent - high**-exponent) / exponent / (1.0 / low - 1.0 / high)
    return tables.sectors[row.sector].closure_per_year * size_factor


def _anonymous(row: WorkplaceRow, ordinal: str, enters: int, draws: Draws, tables: RegionTables) -> Workplace:
    code = f"{row.municipality}-{row.sector}-{row.size_class.replace('-', '_')}-{ordinal}"
    firm = identity("firm", code)
    sector = tables.sectors[row.sector]
    jobs = _jobs(row.size_class, draws.one(Purpose.SIZE, 0, firm))
    x, y = _place(tables.municipalities[row.municipality], sector.estate, firm, draws)
    flows = {direction: _streams(firm, code, row.sector, direction, jobs, draws, tables) for direction in ("out", "in")}
    return Workplace(
        firm, code, row.municipality, sector, row.size_class, jobs, x, y, enters, False, True, flows["out"], flows["in"]
    )


def _named(row: PartnerRow, tables: RegionTables) -> Workplace:
    firm = identity("firm", row.code)
    seat = tables.municipalities[row.municipality]
    x, y = project(seat.lat, seat.lon)
    flows: dict[str, list[Stream]] = {"out": [], "in": []}
    for stream in tables.partner_streams:
        if stream.partner == row.code:
            flows[stream.direction].append(
                Stream(
                    identity("stream", row.code, stream.direction, stream.stream),
                    firm,
                    stream.stream,
                    stream.quantity_per_year,
                    stream.known,
                )
            )
    return Workplace(
        firm,
        row.code,
        row.municipality,
        tables.sectors[row.sector],
        _size_class(row.fte),
        row.fte,
        x + row.x_km_offset,
        y + row.y_km_offset,
        FROM_THE_START,
        row.code.startswith("partner-"),
        row.closes,
        tuple(sorted(flows["out"])),
        tuple(sorted(flows["in"])),
    )


def _jobs(size_class: str, u: float) -> float:
    """Draw a size within its class, small ones more often (a Pareto with exponent 1 between the bounds)."""
    low, high = _bounds(size_class)
    return low / (1.0 - u * (1.0 - low / high))


def _bounds(size_class: str) -> tuple[float, float]:
    """Return the smallest size of a class and the smallest beyond it."""
    low, high = size_class.split("-")
    return float(low), float(high) + 1.0


SIZE_CLASSES = ("1-9", "10-49", "50-249", "250-999")


def _size_class(jobs: float) -> str:
    """Return the class a plant of `jobs` belongs to; the largest class also holds what lies above it."""
    return next((c for c in SIZE_CLASSES if jobs < float(c.split("-")[1]) + 1), SIZE_CLASSES[-1])


def _place(seat: Municipality, estate: bool, firm: int, draws: Draws) -> tuple[float, float]:
    """Draw a place: on the estate by the seat for sectors that stand on one, else anywhere in the settled part."""
    reach = ESTATE_RADIUS_KM if estate else SETTLED_PART * sqrt(seat.area_km2 / pi)
    radius = reach * sqrt(draws.one(Purpose.PLACE_RADIUS, 0, firm))
    angle = 2.0 * pi * draws.one(Purpose.PLACE_ANGLE, 0, firm)
    x, y = project(seat.lat, seat.lon)
    return x + radius * cos(angle), y + radius * sin(angle)


def _streams(firm: int, code: str, sector: str, direction: str, jobs: float, draws: Draws, tables: RegionTables):
    found = []
    for use in tables.sector_streams:
        if (use.sector, use.direction) != (sector, direction):
            continue
        stream = identity("stream", code, direction, use.stream)
        if draws.one(Purpose.HAS_STREAM, 0, stream) < use.share_of_firms:
            normal = float(draws.normal(Purpose.STREAM_QUANTITY, 0, [stream])[0])
            quantity = use.quantity_per_fte * jobs * exp(use.spread * normal)
            found.append(Stream(stream, firm, use.stream, quantity, False))
    return tuple(sorted(found))


def acquaintances(workplaces: list[Workplace], parameters: Parameters, draws: Draws) -> list[list[int]]:
    """Return, per workplace, the positions of those it is acquainted with; each pair is drawn by its own key.

    Near firms, firms of the same sector and municipality, and a few at random. A workplace without streams is nobody's
    acquaintance, so adding one changes nobody else.
    """
    search = parameters.search
    linked = [i for i, w in enumerate(workplaces) if w.residuals or w.inputs]
    x, y = (np.array([getattr(workplaces[i], axis) for i in linked]) for axis in ("x_km", "y_km"))
    ids = np.array([workplaces[i].id for i in linked], np.uint64)
    trade = np.array([identity(workplaces[i].municipality, workplaces[i].sector.code) for i in linked], np.uint64)
    # Entrants of later years must not thin out today's acquaintances.
    standing = sum(workplaces[i].enters == FROM_THE_START for i in linked)
    by_chance = search.acquaintances_random / max(standing, 1)
    found: list[list[int]] = [[] for _ in workplaces]
    for a in range(len(linked) - 1):
        others = np.arange(a + 1, len(linked))
        distance = np.hypot(x[others] - x[a], y[others] - y[a])
        chance = search.acquaintances_near * np.exp(-distance / search.acquaintance_distance_km) + by_chance
        chance += np.where(trade[others] == trade[a], search.acquaintances_same_sector, 0.0)
        for b in others[draws.uniform(Purpose.ACQUAINTANCE, 0, ids[others], ids[a]) < chance].tolist():
            found[linked[a]].append(linked[b])
            found[linked[b]].append(linked[a])
    return [sorted(known) for known in found]
