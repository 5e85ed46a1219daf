"""Who is acquainted: each pair with its chance, found without looking at pairs that stand too far apart for more than luck."""

import numpy as np
import pytest

from benchmarks.regions import copied
from model.draws import Draws, Purpose
from model.scenario.parameters import draw_parameters
from model.world import acquaintance
from model.world.acquaintance import CIRCLES, _across, network
from model.world.geography import project, reach_km
from model.world.population import FROM_THE_START, setting_of, synthesise
from model.world.region_tables import tables_of
from tests.worlds import short, small_tables


@pytest.fixture(scope="module")
def setting():
    """Four copies of a small region, hundreds of km apart; so many acquaintances by luck that they can be counted."""
    tables, scenario = copied(small_tables(2), 4), short()
    one = setting_of(scenario, draw_parameters(scenario, lambda _: 0.5), tables, 7, 0)
    return one._replace(municipalities=tuple(tables.municipalities), acquaintances_random=6.0)


@pytest.fixture(scope="module")
def workplaces(setting):
    return synthesise(setting, draws(setting))


def draws(setting, listener=None):
    return Draws(setting.seed, setting.replicate, listener)


def acquaintances(workplaces, setting):
    """Pairs of identities, the smaller first."""
    names = [workplace.id for workplace in workplaces]
    known = network(workplaces, setting, draws(setting))
    pairs = {(min(a, b), max(a, b)) for a, others in zip(names, known.lists(names), strict=True) for b in others}
    assert len(pairs) * 2 == known.others.size
    return pairs


def columns(workplaces):
    linked = [w for w in workplaces if w.residuals or w.inputs]
    x, y = (np.array([getattr(w, axis) for w in linked]) for axis in ("x_km", "y_km"))
    return linked, np.hypot(x[:, None] - x, y[:, None] - y)


def test_pairs_within_a_day_trip_are_those_drawn_one_by_one(setting, workplaces):
    linked, km = columns(workplaces)
    ids = np.array([w.id for w in linked], np.uint64)
    trade = np.array([f"{w.municipality} {w.sector.code}" for w in linked])
    random = setting.acquaintances_random / sum(w.enters == FROM_THE_START for w in linked)
    expected = set()
    for a in range(ids.size - 1):
        luck = draws(setting).uniform(Purpose.ACQUAINTANCE, 0, ids[a + 1 :], ids[a])
        chance = setting.acquaintances_near * np.exp(-km[a, a + 1 :] / setting.acquaintance_distance_km) + random
        chance = chance + np.where(trade[a + 1 :] == trade[a], setting.acquaintances_same_sector, 0.0)
        known = np.flatnonzero((luck < chance) & (km[a, a + 1 :] <= acquaintance.DAY_TRIP_KM))
        expected |= {(int(ids[a]), int(ids[a + 1 + b])) for b in known}
    place = {int(one): at for at, one in enumerate(ids)}
    found = {(a, b) for a, b in acquaintances(workplaces, setting) if km[place[a], place[b]] <= acquaintance.DAY_TRIP_KM}
    assert found == expected
    assert len(expected) > 1000


def test_of_those_far_apart_as_many_are_acquainted_as_by_drawing_one_by_one(setting, workplaces):
    linked, km = columns(workplaces)
    chance = setting.acquaintances_random / sum(w.enters == FROM_THE_START for w in linked)
    pairs = np.count_nonzero(np.triu(km > acquaintance.DAY_TRIP_KM))
    place = {w.id: at for at, w in enumerate(linked)}
    counts = []
    for replicate in range(8):
        known = acquaintances(workplaces, setting._replace(replicate=replicate))
        counts.append(sum(bool(km[place[a], place[b]] > acquaintance.DAY_TRIP_KM) for a, b in known))
    expected = pairs * chance
    assert abs(np.mean(counts) - expected) < 4 * np.sqrt(expected / len(counts))


@pytest.mark.parametrize("arc", [0.0, 0.003, 0.2, 1.0])
def test_each_two_on_a_circle_are_acquainted_with_the_chance_of_the_arc(arc):
    people, circles = 60, 400
    ids = np.arange(people, dtype=np.uint64)
    met = np.zeros((people, people))
    for circle in range(circles):
        one, other = _across(Draws(1, 0).uniform(Purpose.ACQUAINTANCE, circle, ids), arc)
        assert (one < other).all()
        np.add.at(met, (one, other), 1)
    pairs = met[np.triu_indices(people, 1)]
    assert met.sum() == pairs.sum() and pairs.max() <= circles
    # Draws of pairs are independent two by two, so the spread of the mean is that of independent draws.
    assert abs(pairs.mean() - arc * circles) <= 4 * np.sqrt(arc * (1 - arc) * circles / pairs.size)
    assert pairs.var() == pytest.approx(arc * (1 - arc) * circles, rel=0.25, abs=1e-9)


def test_those_who_know_one_firm_far_away_seldom_know_another_in_common(setting, workplaces):
    """On one circle, two who know the same firm would know most others in common."""
    linked, km = columns(workplaces)
    place = {w.id: at for at, w in enumerate(linked)}
    knows = np.zeros(km.shape, np.float32)
    for a, b in acquaintances(workplaces, setting):
        if km[place[a], place[b]] > acquaintance.DAY_TRIP_KM:
            knows[place[a], place[b]] = knows[place[b], place[a]] = 1
    common = np.triu(knows @ knows, 1)
    assert np.count_nonzero(common >= 2) < 0.15 * np.count_nonzero(common >= 1)


def test_a_workplace_without_streams_changes_nobody(setting, workplaces):
    (town, sector), some = (workplaces[0].municipality, workplaces[0].sector), workplaces[:50]
    idle = [w._replace(id=w.id ^ 1, residuals=(), inputs=(), municipality=town, sector=sector) for w in some]
    more = tuple(sorted((*workplaces, *idle)))
    assert acquaintances(more, setting) == acquaintances(workplaces, setting)


def test_firms_keep_nearly_all_acquaintances_when_others_come(setting, workplaces):
    fewer = tuple(w for at, w in enumerate(workplaces) if at % 50)
    stay = {w.id for w in fewer}
    before = acquaintances(fewer, setting)
    after = {pair for pair in acquaintances(workplaces, setting) if stay.issuperset(pair)}
    assert len(before - after) + len(after - before) < 0.03 * len(before)


def test_no_draw_of_a_large_region_is_made_twice(setting, workplaces):
    keys = []
    network(workplaces, setting, draws(setting, lambda *key: keys.append(key)))
    assert len(set(keys)) == len(keys)
    assert {time for _, time, _, _ in keys} == set(range(CIRCLES + 1))


def test_neighbours_who_reach_farther_than_a_day_trip_are_drawn_one_by_one_too(setting, workplaces):
    wide = setting._replace(acquaintance_distance_km=100.0, acquaintances_near=1.0, acquaintances_random=0.0)
    linked, km = columns(workplaces)
    place = {w.id: at for at, w in enumerate(linked)}
    apart = np.array([km[place[a], place[b]] for a, b in acquaintances(workplaces, wide)])
    far = km[np.triu_indices(len(linked), 1)]
    expected = np.exp(-far[far > 350] / 100).sum()
    assert abs(np.count_nonzero(apart > 350) - expected) < 4 * np.sqrt(expected)
    assert expected > 1000


def test_nobody_knows_nobody(setting):
    assert network((), setting, draws(setting)).others.size == 0
    alone = synthesise(setting, draws(setting))[:1]
    assert network(alone, setting, draws(setting)).first.tolist() == [0, 0]


def test_every_pair_of_the_shipped_region_is_drawn_by_its_own_key():
    tables = tables_of("data")
    offsets = [np.hypot(row.x_km_offset, row.y_km_offset) for row in tables.partners]
    towns = [(project(town.lat, town.lon), max(reach_km(town, False), *offsets)) for town in tables.municipalities.values()]
    apart = [np.hypot(a.x_km - b.x_km, a.y_km - b.y_km) + r + s for a, r in towns for b, s in towns]
    assert max(apart) < acquaintance.DAY_TRIP_KM
