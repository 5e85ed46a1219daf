"""Regions for benchmarks: of the size asked for, and copies that are each what the region is alone."""

import numpy as np
import pytest

from benchmarks.regions import copied, of_size, standing, thinned
from model.world.geography import project, reach_km
from model.world.region_tables import tables_of
from tests.shipped_scenarios import shipped

TABLES = tables_of("data")


@pytest.mark.parametrize("firms", [300, 2_500, 10_000, 100_000])
def test_a_region_has_about_the_size_asked_for(firms):
    tables, codes = of_size(firms)
    assert standing(tables) == pytest.approx(firms, rel=0.05)
    assert set(codes) == set(tables.municipalities) >= {row.municipality for row in tables.workplaces}


def test_copies_have_the_rows_of_the_region_and_partners_stand_in_the_first():
    tables = copied(TABLES, 3)
    assert len(tables.workplaces) == 3 * len(TABLES.workplaces)
    assert tables.workplaces[: len(TABLES.workplaces)] == TABLES.workplaces
    assert tables.partners == TABLES.partners
    assert copied(TABLES, 1) == TABLES


def test_no_lorry_reaches_from_one_copy_to_the_next():
    tables = copied(TABLES, 4)
    places = {code: project(town.lat, town.lon) for code, town in tables.municipalities.items()}
    apart = min(
        np.hypot(a.x_km - b.x_km, a.y_km - b.y_km)
        for one, a in places.items()
        for other, b in places.items()
        if one.partition("x")[2] != other.partition("x")[2]
    )
    widest = max(reach_km(town, False) for town in tables.municipalities.values())
    by_road_km = shipped("centre").region.road_factor * (apart - 2 * widest)
    assert by_road_km > max(linkage.reach_km for linkage in TABLES.catalogue.linkages.values())


def test_a_thinner_region_loses_as_many_everywhere():
    rows = thinned(TABLES, 0.25).workplaces
    for before, after in zip(TABLES.workplaces, rows, strict=True):
        assert abs(after.workplaces - before.workplaces / 4) <= 1
