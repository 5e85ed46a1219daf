"""Distances on the flat map are those on the globe, within what firms' places are known to."""

import math
from pathlib import Path

import pytest

from model.world.geography import OutsidePlace, load_municipalities, project, road_km
from model.world.tables import read_table

DATA = Path(__file__).parent.parent / "scenarios" / "data"


def great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance over a sphere between two places in degrees (haversine)."""
    (lat1, lon1), (lat2, lon2) = [[math.radians(degrees) for degrees in place] for place in (a, b)]
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(half))


def test_distances_between_all_seats_agree_with_the_globe_within_one_per_cent_and_a_half() -> None:
    seats = [(row.lat, row.lon) for row in load_municipalities(DATA).values()]
    for a in seats:
        for b in seats:
            assert road_km(project(*a), project(*b), 1) == pytest.approx(great_circle_km(a, b), rel=0.015, abs=1e-9)


def test_kalundborg_to_holbaek_is_about_39_km_as_the_crow_flies() -> None:
    towns = load_municipalities(DATA)
    a, b = (project(towns[code].lat, towns[code].lon) for code in ("326", "316"))
    assert road_km(a, b, 1) == pytest.approx(39.2, abs=0.5)
    assert road_km(a, b, 1.3) == road_km(b, a, 1.3) == pytest.approx(1.3 * road_km(a, b, 1))


def test_east_and_north_are_where_they_belong() -> None:
    here, east, north = project(55.4, 11), project(55.4, 12), project(56.4, 11)
    assert east.x_km > here.x_km and east.y_km == here.y_km
    assert north.y_km - here.y_km == pytest.approx(111.19, abs=0.01) and north.x_km == here.x_km


def test_eight_km_east_and_six_north_are_ten_km_away() -> None:
    seat = project(55.68, 11.09)
    assert road_km(seat, seat.moved(8, 6), 1) == pytest.approx(10, abs=1e-9)
    assert road_km(seat, seat, 1.3) == 0


def test_the_region_has_17_municipalities_and_849_857_people() -> None:
    towns = load_municipalities(DATA)
    assert len(towns) == 17 and sum(row.population for row in towns.values()) == 849_857
    assert [towns[code].name for code in ("306", "316", "326")] == ["Odsherred", "Holbæk", "Kalundborg"]


def test_outside_places_are_further_away_than_the_three_towns_are_apart() -> None:
    places = read_table(DATA / "outside_places.csv", OutsidePlace)
    assert {place.code: place.haul_km > 60 for place in places} == {"DK": True, "XX": True}
