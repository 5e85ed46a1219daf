"""How large a region will be, and about what a run of it takes: worked out from its tables, before anything is made."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from math import pi
from pathlib import Path
from typing import NamedTuple

from ...faults import Message, say
from ...scenario.scenario import Scenario
from ...shipped import data_folder
from ...world.entrants import closures_per_year
from ...world.geography import reach_km
from ...world.region_tables import tables_in
from ...world.streams import TAKERS_SEEN, Linkage, RegionTables, WorkplaceRow
from .limits import MEGABYTE

PROCESS_MB, FIRM_BYTES, PAIR_BYTES, LINK_BYTES = 190.0, 4_000, 64, 36
"""What a process holds anyway, and of a firm with its streams, a candidate pair and an acquaintance (measured on the shipped
region with all workplaces 1, 4 and 12 times, and with 8 times the candidates: 280 to 1,800 MB)."""

USUAL_FIRMS, SECONDS_POWER = 6_700, 1.6
"""Firms of the shipped region, and the power of firms that a run's time grows with (measured on the same: 1.3 to 67 s)."""


LARGE_REGION_MB = 1_024.0
"""Memory of a run from which on it is told before anything begins; one of the shipped region takes 300 MB."""

MEGABYTES_SAID = 10_240
"""From so many on, sizes are said in GB."""


class RegionSize(NamedTuple):
    """Firms of a region in all its months, the memory a run of it takes in MB, and its time against that of the shipped one."""

    firms: float
    memory_mb: float
    times_as_long: float


class _Shape(NamedTuple):
    """What of a scenario decides how large its region is; uncertain numbers at their central value."""

    municipalities: tuple[str, ...]
    candidates_per_stream: int
    years: float
    entry_per_closure: float
    closure_size_exponent: float
    distance_km: float
    near: float
    same_sector: float
    random: float


def size_of(scenario: Scenario) -> RegionSize:
    """Return about how large the region of a scenario is."""
    region, horizon = scenario.region, scenario.horizon
    jobs, search = scenario.uncertainties.jobs, scenario.uncertainties.search
    shape = _Shape(
        region.municipalities,
        region.candidates_per_stream,
        (horizon.end - horizon.start) / 12 + 1,
        jobs.entry_per_closure.value,
        jobs.closure_size_exponent.value,
        search.acquaintance_distance_km.value,
        search.acquaintances_near.value,
        search.acquaintances_same_sector.value,
        search.acquaintances_random.value,
    )
    return _size(shape, data_folder(region.data).resolve())


@lru_cache(maxsize=64)
def _size(shape: _Shape, folder: Path) -> RegionSize:
    tables = tables_in(folder)
    firms = _firms(shape, tables)
    total = sum(firms.values())
    held = total * FIRM_BYTES + _pairs(shape, tables, firms) * PAIR_BYTES + _links(shape, tables, firms) * LINK_BYTES
    return RegionSize(total, PROCESS_MB + held / MEGABYTE, (total / USUAL_FIRMS) ** SECONDS_POWER)


Firms = Mapping[tuple[str, str], float]
"""Firms by municipality and sector, entrants of all years included."""


def _firms(shape: _Shape, tables: RegionTables) -> Firms:
    firms: dict[tuple[str, str], float] = defaultdict(float)
    for row in tables.workplaces:
        if row.municipality in shape.municipalities:
            firms[row.municipality, row.sector] += row.workplaces * (1 + _entrants(row, shape, tables))
    for partner in tables.partners:
        if partner.municipality in shape.municipalities:
            firms[partner.municipality, partner.sector] += 1
    return firms


def _entrants(row: WorkplaceRow, shape: _Shape, tables: RegionTables) -> float:
    """Return how many firms come in the course of the horizon for one that stands at its start."""
    closure_per_year = tables.sectors[row.sector].closure_per_year
    closures = closures_per_year(row.size_class, closure_per_year, shape.closure_size_exponent)
    return shape.entry_per_closure * closures * shape.years


def _pairs(shape: _Shape, tables: RegionTables, firms: Firms) -> float:
    """Return how many candidate pairs there are at most."""
    streams: dict[tuple[str, str], float] = defaultdict(float)
    for use in tables.sector_streams:
        held = sum(number for (_, sector), number in firms.items() if sector == use.sector)
        streams[use.direction, use.stream] += held * use.share_of_firms
    return sum(_pairs_of(linkage, shape, streams) for linkage in tables.catalogue.linkages.values())


def _pairs_of(linkage: Linkage, shape: _Shape, streams: Mapping[tuple[str, str], float]) -> float:
    most = TAKERS_SEEN if linkage.mode == "pooled" else shape.candidates_per_stream
    return streams["out", linkage.residual] * min(streams["in", linkage.input], most)


def _links(shape: _Shape, tables: RegionTables, firms: Firms) -> float:
    """Return how many acquaintances firms have in all: neighbours, of one trade in one town, and at random."""
    together: dict[tuple[str, bool], float] = defaultdict(float)
    for (town, sector), number in firms.items():
        together[town, tables.sectors[sector].estate] += number
    reached_km2 = 2 * pi * shape.distance_km**2
    neighbours = shape.near * sum(
        number**2 * min(1.0, reached_km2 / (pi * reach_km(tables.municipalities[town], estate) ** 2))
        for (town, estate), number in together.items()
    )
    trade, total = shape.same_sector * sum(number**2 for number in firms.values()), sum(firms.values())
    return min(total**2, neighbours + trade + total * shape.random)


# --- in words --------------------------------------------------------------------------------------------------------


def region_told(size: RegionSize) -> Message | None:
    """Return what a run of a large region takes, in words; None where it is nothing out of the ordinary."""
    if size.memory_mb < LARGE_REGION_MB:
        return None
    return say("estimate.region", firms=f"{size.firms:,.0f}".replace(",", " "), memory=size_told(size.memory_mb))


def size_told(megabytes: float) -> Message:
    """Return a size in whole numbers, which all languages write alike."""
    in_gb = megabytes >= MEGABYTES_SAID
    return say("size.gb" if in_gb else "size.mb", size=f"{megabytes / 1024 if in_gb else megabytes:.0f}")
