"""The nearest takers, found without measuring all distances, are those that measuring all distances finds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.world.nearest import Places, field, nearest

ROAD = 1.3
HERE = st.tuples(st.integers(0, 12), st.integers(0, 12), st.just(0.0))
ANYWHERE = st.tuples(st.floats(-50, 250), st.floats(-50, 250), st.just(0.0))
OUTSIDE = st.tuples(st.just(0.0), st.just(0.0), st.sampled_from([5.0, 90.0]))
HOLDERS = st.lists(st.tuples(st.one_of(HERE, HERE, ANYWHERE, OUTSIDE), st.integers(0, 60)), max_size=60)
"""Many on a lattice, so that many are as near as others; some anywhere, some outside; inside, some with the same owner."""


def places(holders):
    x, y, haul = np.array([place for place, _ in holders], float).reshape(-1, 3).T.copy()
    owner = np.array([owner for _, owner in holders], np.int64)
    return Places(x, y, haul, np.where(haul > 0, 1_000 + owner, owner))


def all_distances(givers, takers):
    """Road kilometres [givers, takers], without end where the two are never paired."""
    km = np.hypot(givers.x_km[:, None] - takers.x_km, givers.y_km[:, None] - takers.y_km) * ROAD
    haul = np.maximum(givers.haul_km[:, None], takers.haul_km)
    never = (np.minimum(givers.haul_km[:, None], takers.haul_km) > 0) | (givers.owner[:, None] == takers.owner)
    return np.where(never, np.inf, np.where(haul > 0, haul, km))


def by_all_distances(givers, takers, standing, reach_km, most):
    found = {}
    for giver, row in enumerate(all_distances(givers, takers)):
        within = np.flatnonzero(row <= reach_km)
        order = within[np.argsort(row[within], kind="stable")]
        before = np.cumsum(standing[order]) - standing[order]
        found |= {(giver, taker): row[taker] for taker in order[before < most].tolist()}
    return found


@given(HOLDERS, HOLDERS, st.integers(0, 2**60), st.sampled_from([0.0, 4.0, 60.0, 400.0]), st.integers(1, 8))
def test_cell_by_cell_finds_what_all_distances_find(some, others, bits, reach_km, most):
    givers, takers = places(some), places(others)
    standing = np.array([bits >> i & 1 for i in range(len(others))], np.int64)
    giver, taker, km = nearest(givers, field(takers, standing), ROAD, reach_km, most)
    found = dict(zip(zip(giver.tolist(), taker.tolist(), strict=True), km.tolist(), strict=True))
    assert len(found) == km.size
    assert found == by_all_distances(givers, takers, standing, reach_km, most)
