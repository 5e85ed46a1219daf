"""The firms of a region, synthesised from tables: who they are, where they stand, what flows through them, whom they know.

The population is drawn per replicate and shared by all scenarios of that replicate. Identities come from table rows by
name, so inserting or reordering rows changes nobody else.
"""

from itertools import compress
from math import cos, exp, pi, sin, sqrt
from typing import Any, NamedTuple

import numpy as np

from .. import months
from ..draws import Draws, Purpose
from ..identity import identity, require_distinct
from ..scenario.parameters import Parameters
from ..scenario.scenario import Scenario
from .entrants import bounds, closures_per_year
from .geography import OutsidePlace, project, reach_km
from .streams import Catalogue, PartnerRow, RegionTables, Sector, StreamUse, WorkplaceRow

FROM_THE_START = -1
UNLIMITED = 1e9
"""Quantity a year an outside place takes or supplies."""


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
    named: bool
    closes: bool
    residuals: tuple[Stream, ...]
    inputs: tuple[Stream, ...]


class Setting(NamedTuple):
    """All that shapes a region before anybody acts; what is not here cannot bear on who stands where and whom they know.

    Months are counts since year 0; the numbers are the drawn values of the parameters of the same names.
    """

    seed: int
    replicate: int
    start: int
    end: int
    municipalities: tuple[str, ...]
    road_factor: float
    candidates_per_stream: int
    entry_per_closure: float
    closure_size_exponent: float
    acquaintances_near: float
    acquaintance_distance_km: float
    acquaintances_same_sector: float
    acquaintances_random: float
    public_taker_weight: float
    same_municipality_weight: float
    other_weight: float
    tables: RegionTables


def setting_of(scenario: Scenario, parameters: Parameters, tables: RegionTables, seed: int, replicate: int) -> Setting:
    """Return what shapes the region of a scenario in a replicate."""
    horizon, region = scenario.horizon, scenario.region
    numbers = {name: value for group in parameters for name, value in group._asdict().items()}
    return Setting(
        seed=seed,
        replicate=replicate,
        start=horizon.start,
        end=horizon.end,
        municipalities=region.municipalities,
        road_factor=region.road_factor,
        candidates_per_stream=region.candidates_per_stream,
        tables=_copied(tables),
        **{name: numbers[name] for name in Setting._fields if name in numbers},
    )


def _copied(tables: RegionTables) -> RegionTables:
    """Return the same rows in tables of its own: a setting must not change with tables that are changed after a run."""
    copies: dict[str, Any] = {name: dict(rows) for name, rows in tables._asdict().items() if isinstance(rows, dict)}
    catalogue = Catalogue(**{name: dict(rows) for name, rows in tables.catalogue._asdict().items()})
    return tables._replace(catalogue=catalogue, **copies)


class _Seat(NamedTuple):
    """A workplace about to be drawn: its identity, its code, the table row it comes from, the month it enters."""

    id: int
    code: str
    row: WorkplaceRow
    enters: int


def synthesise(setting: Setting, draws: Draws) -> tuple[Workplace, ...]:
    """Return all workplaces of the horizon, dormant entrants included, in the order of their identities."""
    tables = setting.tables
    rows = [row for row in tables.workplaces if row.municipality in setting.municipalities]
    partners = [row for row in tables.partners if row.municipality in setting.municipalities]
    seats = [_seat(row, f"{n:03d}", FROM_THE_START) for row in rows for n in range(row.workplaces)]
    seats += _entrants(rows, setting, draws)
    workplaces = [*(_named(row, tables) for row in partners), *_anonymous(seats, tables, draws)]
    require_distinct((workplace.id for workplace in workplaces), "workplaces")
    require_distinct((s.id for w in workplaces for s in (*w.residuals, *w.inputs)), "streams")
    return tuple(sorted(workplaces))


def _seat(row: WorkplaceRow, ordinal: str, enters: int) -> _Seat:
    code = f"{row.municipality}-{row.sector}-{row.size_class.replace('-', '_')}-{ordinal}"
    return _Seat(identity("firm", code), code, row, enters)


def _entrants(rows: list[WorkplaceRow], setting: Setting, draws: Draws) -> list[_Seat]:
    """Return the dormant workplaces of all table rows; their number and months depend on the calendar year alone."""
    years = range(months.year(setting.start), months.year(setting.end) + 1)
    ids = [identity("entry", row.municipality, row.sector, row.size_class, str(year)) for row in rows for year in years]
    expected = np.repeat([_entering_per_year(row, setting) for row in rows], len(years))
    counts = (expected + draws.uniform(Purpose.ENTRY_COUNT, 0, ids)).astype(int)
    found = []
    for n in range(counts.max(initial=0)):
        places = np.flatnonzero(counts > n).tolist()
        when = draws.uniform(Purpose.ENTRY_MONTH, n, [ids[i] for i in places]).tolist()
        for i, u in zip(places, when, strict=True):
            row, year = rows[i // len(years)], years[i % len(years)]
            month = months.month(year, 1) + int(12 * u)
            if setting.start < month <= setting.end:
                found.append(_seat(row, f"e{year}-{n}", month))
    return found


def _entering_per_year(row: WorkplaceRow, setting: Setting) -> float:
    """Return the expected number of entrants of a table row: its closures in a normal year, times entry per closure."""
    closure_per_year = setting.tables.sectors[row.sector].closure_per_year
    closures = closures_per_year(row.size_class, closure_per_year, setting.closure_size_exponent)
    return setting.entry_per_closure * row.workplaces * closures


def _anonymous(seats: list[_Seat], tables: RegionTables, draws: Draws) -> list[Workplace]:
    """Draw the workplaces of all seats: jobs, places, streams."""
    sizes = draws.uniform(Purpose.SIZE, 0, [seat.id for seat in seats]).tolist()
    jobs = [_jobs(seat.row.size_class, u) for seat, u in zip(seats, sizes, strict=True)]
    drawn = zip(seats, jobs, _places(seats, tables, draws), *_streams(seats, jobs, tables, draws), strict=True)
    return [
        Workplace(
            id=seat.id,
            code=seat.code,
            municipality=seat.row.municipality,
            sector=tables.sectors[seat.row.sector],
            size_class=seat.row.size_class,
            jobs=size,
            x_km=x,
            y_km=y,
            enters=seat.enters,
            named=False,
            closes=True,
            residuals=residuals,
            inputs=inputs,
        )
        for seat, size, (x, y), residuals, inputs in drawn
    ]


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
        row.named,
        row.closes,
        tuple(sorted(flows["out"])),
        tuple(sorted(flows["in"])),
    )


def _jobs(size_class: str, u: float) -> float:
    """Draw a size within its class, small ones more often (a Pareto with exponent 1 between the bounds)."""
    low, high = bounds(size_class)
    return low / (1.0 - u * (1.0 - low / high))


SIZE_CLASSES = ("1-9", "10-49", "50-249", "250-999")


def _size_class(jobs: float) -> str:
    """Return the class a plant of `jobs` belongs to; the largest class also holds what lies above it."""
    return next((c for c in SIZE_CLASSES if jobs < float(c.split("-")[1]) + 1), SIZE_CLASSES[-1])


def _places(seats: list[_Seat], tables: RegionTables, draws: Draws) -> list[tuple[float, float]]:
    """Draw places: on the estate by the seat for sectors that stand on one, else anywhere in the settled part."""
    ids = [seat.id for seat in seats]
    radii = draws.uniform(Purpose.PLACE_RADIUS, 0, ids).tolist()
    angles = draws.uniform(Purpose.PLACE_ANGLE, 0, ids).tolist()
    towns = {code: project(town.lat, town.lon) for code, town in tables.municipalities.items()}
    found = []
    for seat, u, v in zip(seats, radii, angles, strict=True):
        town = tables.municipalities[seat.row.municipality]
        radius = reach_km(town, tables.sectors[seat.row.sector].estate) * sqrt(u)
        angle = 2.0 * pi * v
        x, y = towns[town.code]
        found.append((x + radius * cos(angle), y + radius * sin(angle)))
    return found


Holdings = list[tuple[Stream, ...]]


def _streams(seats: list[_Seat], jobs: list[float], tables: RegionTables, draws: Draws) -> tuple[Holdings, Holdings]:
    """Draw residuals and inputs, a tuple of each per seat."""
    places, uses, ids = _held(seats, tables, draws)
    normals = draws.normal(Purpose.STREAM_QUANTITY, 0, ids).tolist()
    found: dict[str, list[Stream]] = {"out": [], "in": []}
    holders: dict[str, list[int]] = {"out": [], "in": []}
    for place, use, stream, normal in zip(places, uses, ids, normals, strict=True):
        quantity = use.quantity_per_fte * jobs[place] * exp(use.spread * normal)
        found[use.direction].append(Stream(stream, seats[place].id, use.stream, quantity, False))
        holders[use.direction].append(place)
    residuals, inputs = (_shared_out(found[way], holders[way], len(seats)) for way in ("out", "in"))
    return residuals, inputs


def _shared_out(streams: list[Stream], places: list[int], seats: int) -> list[tuple[Stream, ...]]:
    """Return the streams of each seat in order of identity; `places`, ascending, says whose each is."""
    ends = np.cumsum(np.bincount(places, minlength=seats)).tolist()
    return [tuple(sorted(streams[start:end])) for start, end in zip([0, *ends], ends, strict=False)]


def _held(seats: list[_Seat], tables: RegionTables, draws: Draws) -> tuple[list[int], list[StreamUse], list[int]]:
    """Return which streams of its sector each seat has: the seat's position, the table row, the stream's identity."""
    by_sector: dict[str, list[StreamUse]] = {}
    for use in tables.sector_streams:
        by_sector.setdefault(use.sector, []).append(use)
    theirs = [by_sector.get(seat.row.sector, []) for seat in seats]
    places = [place for place, own in enumerate(theirs) for _ in own]
    uses = [use for own in theirs for use in own]
    asked = zip(places, uses, strict=True)
    names = (identity("stream", seats[place].code, use.direction, use.stream) for place, use in asked)
    ids = np.fromiter(names, np.uint64, len(places))
    has = draws.uniform(Purpose.HAS_STREAM, 0, ids) < np.array([use.share_of_firms for use in uses])
    return list(compress(places, has)), list(compress(uses, has)), ids[has].tolist()


class Outside(NamedTuple):
    """A place beyond the region with what it supplies and takes, both without limit."""

    id: int
    code: str
    haul_km: float
    residuals: tuple[Stream, ...]
    inputs: tuple[Stream, ...]


def outside(tables: RegionTables) -> tuple[Outside, ...]:
    """Return the places beyond the region, in order of their codes."""
    return tuple(_outside(tables.outside_places[code], tables) for code in sorted(tables.outside_places))


def _outside(place: OutsidePlace, tables: RegionTables) -> Outside:
    code, owner = f"outside-{place.code}", identity("outside", place.code)
    held: dict[str, list[Stream]] = {"out": [], "in": []}
    for row in tables.outside_streams:
        if row.place == place.code:
            stream = identity("stream", code, row.direction, row.stream)
            held[row.direction].append(Stream(stream, owner, row.stream, UNLIMITED, True))
    return Outside(owner, code, place.haul_km, tuple(held["out"]), tuple(held["in"]))
