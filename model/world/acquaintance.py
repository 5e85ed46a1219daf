"""Who is acquainted with whom in a landscape: neighbours, firms of one trade in one town, and a few at random.

Every pair has its chance, and pairs not too far apart are drawn one by one. To do so with all would take time that grows
with the square of the firms; those farther apart are acquainted at random only, and found without looking at each (`_far`).
"""

from collections.abc import Iterator
from math import log
from typing import NamedTuple

import numpy as np

from ..draws import Draws, Purpose
from ..kept import kernel
from .population import FROM_THE_START, Setting, Workplace

DAY_TRIP_KM = 150.0
"""Kilometres within which every pair is drawn by its own key: as far as Region Sjælland reaches."""
NEGLIGIBLE = 1e-9
"""Chance of being acquainted as neighbours that is taken for nil."""
CIRCLES = 16
"""Circles the firms are seated round to find acquaintances at random: enough that each seats few of them together."""
PAIRS_AT_ONCE = 2**17
"""Pairs drawn in one go: as many as a processor's own memory holds."""

Links = tuple[np.ndarray, np.ndarray]
"""Two columns [pairs], int64: the positions of two firms."""


class Network(NamedTuple):
    """Acquaintances as int64 columns: those of workplace i are `others[first[i]:first[i + 1]]`, by position, ascending."""

    first: np.ndarray
    others: np.ndarray

    def lists(self, names: list[int]) -> Iterator[list[int]]:
        """Yield the acquaintances of each workplace by what `names` calls them; all share the numbers of that list."""
        flat = list(map(names.__getitem__, self.others.tolist()))
        ends = self.first.tolist()
        return (flat[start:end] for start, end in zip(ends, ends[1:], strict=False))


def network(workplaces: tuple[Workplace, ...], setting: Setting, draws: Draws) -> Network:
    """Return who is acquainted with whom.

    Two workplaces with streams are acquainted with the chance `near exp(-d / distance) + random / S`, and `same_sector`
    more in one sector and municipality: d is their distance in km, S the workplaces with streams that stand from the start.
    So entrants of later years do not thin out today's acquaintances. Beyond `DAY_TRIP_KM` (farther where neighbours reach
    farther) the chance is `random / S`. A workplace without streams is nobody's acquaintance: adding one changes nobody.
    """
    linked = np.array([i for i, w in enumerate(workplaces) if w.residuals or w.inputs], np.int64)
    people = _People([workplaces[i] for i in linked.tolist()], setting)
    near, far = _near(people, draws), _far(people, draws)
    one, other = (linked[np.concatenate(column)] for column in zip(near, far, strict=True))
    return _both_ways(one, other, len(workplaces))


def _both_ways(one: np.ndarray, other: np.ndarray, workplaces: int) -> Network:
    links = np.sort(np.concatenate([one * workplaces + other, other * workplaces + one]))
    owners, others = np.divmod(links, workplaces) if links.size else (links, links)
    return Network(np.searchsorted(owners, np.arange(workplaces + 1)), others)


class _People:
    """Workplaces with streams as columns, in the order of their identities, and how likely two are acquainted."""

    def __init__(self, workplaces: list[Workplace], setting: Setting) -> None:
        self.near, self.distance_km = setting.acquaintances_near, setting.acquaintance_distance_km
        self.same_trade = setting.acquaintances_same_sector
        self.random = setting.acquaintances_random / max(sum(w.enters == FROM_THE_START for w in workplaces), 1)
        self.id = np.array([w.id for w in workplaces], np.uint64)
        self.x_km, self.y_km = (np.array([getattr(w, axis) for w in workplaces]) for axis in ("x_km", "y_km"))
        numbers: dict[tuple[str, str], int] = {}
        trades = ((w.municipality, w.sector.code) for w in workplaces)
        self.trade = np.array([numbers.setdefault(trade, len(numbers)) for trade in trades], np.int64)
        reach = self.distance_km * log(self.near / NEGLIGIBLE) if self.near > NEGLIGIBLE else 0.0
        self.far_km = max(DAY_TRIP_KM, reach)

    def apart_km(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Return the distances of pairs, as the crow flies."""
        return np.hypot(self.x_km[other] - self.x_km[one], self.y_km[other] - self.y_km[one])

    def chances(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Return how likely pairs are acquainted, were they not too far apart."""
        chance = self.near * np.exp(-self.apart_km(one, other) / self.distance_km) + self.random
        return chance + np.where(self.trade[one] == self.trade[other], self.same_trade, 0.0)


def _near(people: _People, draws: Draws) -> Links:
    """Return the pairs of acquaintances that are not far apart; each pair is drawn by its own key."""
    found = [(np.empty(0, np.int64), np.empty(0, np.int64))]
    for here, around in _cells(people):
        pool = np.concatenate([here, around])
        for rows in _blocks(here.size, pool.size):
            found.append(_drawn(pool, rows, people, draws))
    one, other = (np.concatenate(column) for column in zip(*found, strict=True))
    return one, other


def _cells(people: _People) -> Iterator[Links]:
    """Yield the firms of each square cell, and those of four of the eight around it: so each two cells meet once."""
    if not people.id.size:
        return
    column, row = (np.floor((axis - axis.min()) / people.far_km).astype(int) for axis in (people.x_km, people.y_km))
    order = np.lexsort((row, column))
    places = np.stack([column[order], row[order]], axis=1)
    corners, starts = np.unique(places, axis=0, return_index=True)
    groups = np.split(order, starts[1:])
    cells = {(x, y): group for (x, y), group in zip(corners.tolist(), groups, strict=True)}
    nobody = np.empty(0, np.int64)
    for (x, y), group in cells.items():
        around = [cells.get((x + 1, y + step), nobody) for step in (-1, 0, 1)]
        yield group, np.concatenate([cells.get((x, y + 1), nobody), *around])


def _blocks(rows: int, columns: int) -> Iterator[tuple[int, int]]:
    step = max(1, PAIRS_AT_ONCE // columns)
    return ((start, min(start + step, rows)) for start in range(0, rows, step))


def _drawn(pool: np.ndarray, rows: tuple[int, int], people: _People, draws: Draws) -> Links:
    """Return the acquaintances among some rows of a pool and all that come after each of them there."""
    luck = draws.uniform(Purpose.ACQUAINTANCE, 0, *_keys(people.id[pool], *rows))
    # Most pairs are strangers by a wide margin: the chance is worked out for the others only.
    x, y = people.x_km[pool] / people.distance_km, people.y_km[pool] / people.distance_km
    may_be = _may_be(luck, *rows, x, y, people.trade[pool], people.near, people.random, people.same_trade)
    at = np.flatnonzero(may_be)
    ends = np.cumsum(np.arange(pool.size - 1 - rows[0], pool.size - 1 - rows[1], -1))
    row = np.searchsorted(ends, at, "right")
    one, other, luck = pool[rows[0] + row], pool[at - ends[row] + pool.size], luck[at]
    known = (luck < people.chances(one, other)) & (people.apart_km(one, other) <= people.far_km)
    return one[known], other[known]


@kernel()
def _keys(ids, start, stop):
    """Return the larger and the smaller identity of each pair of a row of `start:stop` and one after it."""
    size = (stop - start) * ids.size - (start + stop + 1) * (stop - start) // 2
    larger, smaller = np.empty(size, np.uint64), np.empty(size, np.uint64)
    at = 0
    for row in range(start, stop):
        one, others = ids[row], ids[row + 1 :]
        for i in range(others.size):
            larger[at + i], smaller[at + i] = max(one, others[i]), min(one, others[i])
        at += others.size
    return larger, smaller


@kernel()
def _may_be(luck, start, stop, x, y, trade, near, random, same_trade):
    """Tell of each pair, in the same order, whether it may be acquainted; bool [pairs].

    As exp(-t) < 1 / (1 + t^2 / 2 + t^4 / 24 + t^6 / 720), no pair is left out; `x` and `y` are distances over that of the
    chance, and a hair's breadth is for rounding.
    """
    found, most, at = np.empty(luck.size, np.bool_), near * (1.0 + 1e-9) + 1e-12, 0
    for row in range(start, stop):
        others_x, others_y, others_trade = x[row + 1 :], y[row + 1 :], trade[row + 1 :]
        own_luck, own = luck[at : at + others_x.size], found[at : at + others_x.size]
        for i in range(own.size):
            east, north = others_x[i] - x[row], others_y[i] - y[row]
            square = east * east + north * north
            growth = 1.0 + square * (1.0 / 2.0 + square * (1.0 / 24.0 + square / 720.0))
            needed = own_luck[i] - random - (same_trade if others_trade[i] == trade[row] else 0.0)
            own[i] = needed * growth < most
        at += own.size
    return found


def _far(people: _People, draws: Draws) -> Links:
    """Return the pairs that are acquainted by chance alone, being far apart.

    All are seated round a circle at a place drawn for each, and two are acquainted where their places added up lie within
    an arc: so the chance is the same for each two, whoever else sits there, and only those across need be looked at. One
    circle would make those who sit together know the same people; so there are many, each with its part of the chance.
    """
    one, other = np.empty(0, np.int64), np.empty(0, np.int64)
    if people.id.size and np.hypot(np.ptp(people.x_km), np.ptp(people.y_km)) > people.far_km:
        arc = 1.0 - (1.0 - min(people.random, 1.0)) ** (1.0 / CIRCLES)
        places = (draws.uniform(Purpose.ACQUAINTANCE, circle, people.id) for circle in range(1, CIRCLES + 1))
        found = [_across(seats, arc) for seats in places]
        one, other = (np.concatenate(column) for column in zip(*found, strict=True))
        apart = people.apart_km(one, other) > people.far_km
        one, other = np.divmod(np.unique(one[apart] * people.id.size + other[apart]), people.id.size)
    return one, other


def _across(places: np.ndarray, arc: float) -> Links:
    """Return the pairs, the earlier of the two first, whose places in (0, 1) add up to between 1 and 1 + `arc` or to less."""
    order = np.argsort(places)
    twice_round = np.concatenate([places[order], places[order] + 1.0])
    across = 1.0 - places[order]
    first, after = np.searchsorted(twice_round, across), np.searchsorted(twice_round, across + arc)
    one = np.repeat(np.arange(order.size), after - first)
    start_of_row = np.cumsum(after - first) - (after - first)
    other = np.arange(one.size) + (first - start_of_row)[one]
    one, other = order[one], order[other % order.size]
    earlier = one < other
    return one[earlier], other[earlier]
