"""The nearest takers of each giver: looked for cell by cell outwards, so that most of a large region is never looked at."""

from math import hypot
from typing import NamedTuple

import numpy as np

from ..kept import kernel

TAKERS_PER_CELL = 2.0
"""Takers a cell holds in the mean: a few cells hold what a giver needs, and few of them are empty."""
SLACK = 1.0 + 1e-9
"""What is compared before its distance is worked out in full is let through by this much, for rounding."""


class Places(NamedTuple):
    """Holders of streams as columns [streams]: km east and north, km by road to an outside place (else 0), who holds it."""

    x_km: np.ndarray
    y_km: np.ndarray
    haul_km: np.ndarray
    owner: np.ndarray


class Field(NamedTuple):
    """Takers sorted into square cells, cell by cell; those in outside places come last, for they are in no cell.

    `rank` is int64 [takers], where a taker stands in the order given; `standing` int64, 1 where its owner is there from the
    start. The takers of cell c, counted row by row, are `first[c]` to `first[c + 1]`; `first[-1]` is where outside begins.
    """

    places: Places
    rank: np.ndarray
    standing: np.ndarray
    first: np.ndarray
    west_km: float
    south_km: float
    side_km: float
    columns: int
    rows: int


def field(places: Places, standing: np.ndarray) -> Field:
    """Return takers sorted into cells."""
    inside = places.haul_km == 0.0
    x, y = places.x_km[inside], places.y_km[inside]
    west, south, east, north = (x.min(), y.min(), x.max(), y.max()) if x.size else (0.0, 0.0, 0.0, 0.0)
    cells = max(x.size / TAKERS_PER_CELL, 1.0)
    side = max(np.sqrt((east - west) * (north - south) / cells), max(east - west, north - south) / cells, 1e-3)
    columns, rows = int((east - west) / side) + 1, int((north - south) / side) + 1
    cell = np.full(inside.size, columns * rows)
    cell[inside] = ((y - south) / side).astype(int) * columns + ((x - west) / side).astype(int)
    rank = np.argsort(cell, kind="stable")
    first = np.searchsorted(cell[rank], np.arange(columns * rows + 1))
    sorted_places = Places(*(column[rank] for column in places))
    return Field(sorted_places, rank, standing[rank], first, float(west), float(south), float(side), columns, rows)


class Kept(NamedTuple):
    """What is kept for one giver: takers seen, with km by road, and the nearest that stand (`stand_km`, `stand_rank`).

    `seen` and `km` have room for all, of which `size[0]` is used. Of those that stand there are always as many as may be
    kept, the nearest first; until so many are found, the others are taken to stand at the end of the reach.
    """

    seen: np.ndarray
    km: np.ndarray
    size: np.ndarray
    stand_km: np.ndarray
    stand_rank: np.ndarray


@kernel()
def nearest(givers, takers, road_factor, reach_km, most):
    """Return giver, taker and km of every pair within reach, per giver the nearest `most` takers that stand.

    `givers` are `Places`, `takers` a `Field`. Takers are told by their place in the order given, which parts those that are
    as near. Those that only enter later come on top, or they would crowd out those that stand. Nobody is its own taker, and
    two outside places are never paired.
    """
    room, standing = takers.rank.size, min(most, takers.rank.size + 1)
    one = np.empty(1, np.int64)
    kept = Kept(np.empty(room, np.int64), np.empty(room), one, np.empty(standing), np.empty(standing, np.int64))
    giver_found, taker_found, km_found = np.empty(1024, np.int64), np.empty(1024, np.int64), np.empty(1024)
    size = 0
    for giver in range(givers.owner.size):
        kept.size[0], kept.stand_km[:], kept.stand_rank[:] = 0, reach_km, room
        _see_all(givers, giver, takers, road_factor, kept)
        while size + kept.size[0] > km_found.size:
            giver_found, taker_found, km_found = _longer(giver_found), _longer(taker_found), _longer(km_found)
        limit, last = kept.stand_km[-1], kept.stand_rank[-1]
        for i in range(kept.size[0]):
            km, rank = kept.km[i], takers.rank[kept.seen[i]]
            if km < limit or (km == limit and rank <= last):
                giver_found[size], taker_found[size], km_found[size] = giver, rank, km
                size += 1
    return giver_found[:size].copy(), taker_found[:size].copy(), km_found[:size].copy()


@kernel()
def _longer(column):
    longer = np.empty(2 * column.size, column.dtype)
    for i in range(column.size):
        longer[i] = column[i]
    return longer


@kernel()
def _see_all(givers, giver, takers, road_factor, kept):
    """See, of the takers of one giver, at least those that may be kept."""
    outside = takers.first[-1]
    if givers.haul_km[giver] > 0.0:
        _see_hauled(0, outside, givers.haul_km[giver], takers, kept)
    else:
        for taker in range(outside, takers.rank.size):
            _see_hauled(taker, taker + 1, takers.places.haul_km[taker], takers, kept)
        _see_around(givers, giver, takers, road_factor, kept)


@kernel(forceinline=True)
def _see(taker, km, rank, standing, kept):
    """Note a taker that comes before the last of the nearest; if it stands, it takes its place among them."""
    kept.seen[kept.size[0]], kept.km[kept.size[0]] = taker, km
    kept.size[0] += 1
    if standing:
        at = kept.stand_km.size - 1
        while at > 0 and (km < kept.stand_km[at - 1] or (km == kept.stand_km[at - 1] and rank < kept.stand_rank[at - 1])):
            kept.stand_km[at], kept.stand_rank[at] = kept.stand_km[at - 1], kept.stand_rank[at - 1]
            at -= 1
        kept.stand_km[at], kept.stand_rank[at] = km, rank


@kernel()
def _see_hauled(start, stop, haul_km, takers, kept):
    """See some takers to which, or from which, it is as far from everywhere."""
    for taker in range(start, stop):
        rank = takers.rank[taker]
        limit, last = kept.stand_km[-1], kept.stand_rank[-1]
        if haul_km < limit or (haul_km == limit and rank < last):
            _see(taker, haul_km, rank, takers.standing[taker], kept)


@kernel()
def _see_around(givers, giver, takers, road_factor, kept):
    """See takers ring of cells by ring of cells round the giver's own, until no nearer one can come."""
    x, y, owner = givers.x_km[giver], givers.y_km[giver], givers.owner[giver]
    column = min(max(int((x - takers.west_km) / takers.side_km), 0), takers.columns - 1)
    row = min(max(int((y - takers.south_km) / takers.side_km), 0), takers.rows - 1)
    for ring in range(max(takers.columns, takers.rows)):
        if (ring - 1) * takers.side_km * road_factor > SLACK * kept.stand_km[-1]:
            break
        west, east = max(column - ring, 0), min(column + ring, takers.columns - 1)
        for r in range(max(row - ring, 0), min(row + ring, takers.rows - 1) + 1):
            cells = r * takers.columns
            if abs(r - row) == ring:
                _see_cells(cells + west, cells + east, x, y, owner, takers, road_factor, kept)
            else:
                if west == column - ring:
                    _see_cells(cells + west, cells + west, x, y, owner, takers, road_factor, kept)
                if east == column + ring:
                    _see_cells(cells + east, cells + east, x, y, owner, takers, road_factor, kept)


@kernel()
def _see_cells(first, last, x, y, owner, takers, road_factor, kept):
    """See the takers of neighbouring cells that are near enough, but for the giver itself."""
    places, rank, standing = takers.places, takers.rank, takers.standing
    for taker in range(takers.first[first], takers.first[last + 1]):
        east, north = x - places.x_km[taker], y - places.y_km[taker]
        limit = kept.stand_km[-1]
        if (east * east + north * north) * road_factor**2 <= SLACK * limit * limit and places.owner[taker] != owner:
            km = hypot(east, north) * road_factor
            if km < limit or (km == limit and rank[taker] < kept.stand_rank[-1]):
                _see(taker, km, rank[taker], standing[taker], kept)
