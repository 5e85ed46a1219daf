"""Regions of any size to measure on: thinner than Region Sjælland, or many copies of it, each as dense as itself."""

from math import isqrt

from model.world.geography import Municipality, project
from model.world.region_tables import tables_of
from model.world.streams import RegionTables, WorkplaceRow

APART_EAST_KM = 420.0
APART_NORTH_KM = 480.0
"""From a copy to the next: so far that no lorry of the tables reaches over, so each copy has the partners it has alone."""


def of_size(firms: int) -> tuple[RegionTables, tuple[str, ...]]:
    """Return the tables of a region of about so many standing workplaces, and the codes of its municipalities."""
    tables = tables_of("data")
    alone = standing(tables)
    made = copied(tables, round(firms / alone)) if firms > alone else thinned(tables, firms / alone)
    return made, tuple(made.municipalities)


def standing(tables: RegionTables) -> int:
    """Return how many workplaces stand from the start."""
    return len(tables.partners) + sum(row.workplaces for row in tables.workplaces)


def thinned(tables: RegionTables, part: float) -> RegionTables:
    """Return the tables with a part of the workplaces, spread evenly over the rows; named partners stay."""
    rows, so_far = [], 0
    for row in tables.workplaces:
        before, so_far = so_far, so_far + row.workplaces
        rows.append(row._replace(workplaces=round(so_far * part) - round(before * part)))
    return tables._replace(workplaces=tuple(rows))


def copied(tables: RegionTables, copies: int) -> RegionTables:
    """Return the tables of so many copies of a region, laid out in rows; named partners and their links are in the first."""
    across = isqrt(max(copies - 1, 0)) + 1
    places = [(copy, divmod(copy, across)) for copy in range(copies)]
    towns = [_moved(town, copy, *place) for copy, place in places for town in tables.municipalities.values()]
    rows = [_of_copy(row, copy) for copy in range(copies) for row in tables.workplaces]
    return tables._replace(municipalities={town.code: town for town in towns}, workplaces=tuple(rows))


def _moved(town: Municipality, copy: int, north: int, east: int) -> Municipality:
    """Return a municipality of a copy. The map is flat: it has no edge, and a degree is as long everywhere."""
    degree = project(1.0, 1.0)
    lat = town.lat + north * APART_NORTH_KM / degree.y_km
    return town._replace(code=_code(town.code, copy), lat=lat, lon=town.lon + east * APART_EAST_KM / degree.x_km)


def _of_copy(row: WorkplaceRow, copy: int) -> WorkplaceRow:
    return row._replace(municipality=_code(row.municipality, copy))


def _code(municipality: str, copy: int) -> str:
    return f"{municipality}x{copy}" if copy else municipality
