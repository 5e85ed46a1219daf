"""Where firms are: municipalities on a flat map in kilometres, and the places outside the region."""

import math
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from .table_rows import Code, Km, Name, Origin, People
from .tables import by_code, read_table

_EARTH_RADIUS_KM = 6371.0
_LATITUDE_OF_TRUE_SCALE = math.radians(55.4)


class Municipality(NamedTuple):
    """A municipality and its seat (degrees north and east), round which its firms stand."""

    code: Code
    name: Name
    population: People
    area_km2: Annotated[float, Field(gt=0, le=1e6)]
    lat: Annotated[float, Field(ge=54, le=58, description="the map is flat and true to scale in Denmark only")]
    lon: Annotated[float, Field(ge=7, le=16)]
    origin: Origin = Origin()


class OutsidePlace(NamedTuple):
    """A place beyond the region, `haul_km` road kilometres from all of it. What lands there is leakage."""

    code: Code
    name_en: Name
    name_da: Name
    haul_km: Km
    origin: Origin = Origin()


class Point(NamedTuple):
    """A place on the map: kilometres east and north of where the equator meets Greenwich."""

    x_km: float
    y_km: float

    def moved(self, x_km: float, y_km: float) -> "Point":
        """Return the point so many kilometres further east and north."""
        return Point(self.x_km + x_km, self.y_km + y_km)


def project(lat: float, lon: float) -> Point:
    """Return degrees as a point of the equirectangular map that is true to scale at 55.4° N."""
    x_km = _EARTH_RADIUS_KM * math.cos(_LATITUDE_OF_TRUE_SCALE) * math.radians(lon)
    return Point(x_km, _EARTH_RADIUS_KM * math.radians(lat))


ESTATE_RADIUS_KM = 1.5
"""Radius of an industrial estate: about the core radius of Kalundborg's symbiosis (docs/sources.md)."""
SETTLED_PART = 0.6
"""Part of a municipality's radius, as a disc of its area, within which firms outside estates stand (assumed 0.4-0.8)."""


def reach_km(town: Municipality, estate: bool) -> float:
    """Return how far from a municipality's seat firms stand: those on its estate, or those that are not."""
    return ESTATE_RADIUS_KM if estate else SETTLED_PART * math.sqrt(town.area_km2 / math.pi)


def road_km(a: tuple[float, float], b: tuple[float, float], road_factor: float) -> float:
    """Return the distance by road in km: as the crow flies times `road_factor`."""
    return road_factor * math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2)


def load_municipalities(folder: Path) -> dict[str, Municipality]:
    """Return the municipalities of a data folder by code; raise TableError where the table is wrong."""
    return by_code(read_table(folder / "municipalities.csv", Municipality))
