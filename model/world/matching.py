"""Who could supply whom: candidate pairs from geography and tables alone, built once for a landscape.

No lever and no price bears on which pairs there are; prices only say which of them are worth proposing.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..draws import mixed_identities
from ..identity import identity
from ..kept import kernel
from .nearest import Field, Places, field, nearest
from .streams import TAKERS_SEEN, Linkage

ACQUAINTED = 1.0
"""Contact weight of a pair of acquaintances."""


class Ends(NamedTuple):
    """All residuals, or all inputs, as columns [streams] in the order of their indices.

    `id` is uint64; `code` int32, the place of the stream's code among `codes`; `owner` int64, the position of who holds it;
    `x_km`, `y_km` float64, where that is; `haul_km` float64, above zero for an outside place only; `standing` int64, 1 where
    the owner is there from the start.
    """

    id: np.ndarray
    code: np.ndarray
    codes: tuple[str, ...]
    owner: np.ndarray
    x_km: np.ndarray
    y_km: np.ndarray
    haul_km: np.ndarray
    standing: np.ndarray

    def by_code(self) -> dict[str, np.ndarray]:
        """Return the indices of the streams of each code, ascending."""
        ends = np.cumsum(np.bincount(self.code, minlength=len(self.codes)))
        return dict(zip(self.codes, np.split(np.argsort(self.code, kind="stable"), ends), strict=False))

    def places(self, rows: np.ndarray) -> Places:
        """Return where some of the streams are."""
        return Places(self.x_km[rows], self.y_km[rows], self.haul_km[rows], self.owner[rows])


class PairColumns(NamedTuple):
    """All candidate pairs as columns [pairs], sorted by supply, then identity.

    `supply`, `need` and `linkage` are int32: indices of the streams, and of the linkage in order of codes. `id` is uint64,
    `km` float64 by road. Rows `first[s]` to `first[s + 1]` are those of supply s. `contact` is float64, how likely the
    supplier comes upon the receiver (acquaintance = 1).
    """

    supply: np.ndarray
    need: np.ndarray
    linkage: np.ndarray
    id: np.ndarray
    km: np.ndarray
    first: np.ndarray
    contact: np.ndarray


class Matcher:
    """Finds the candidate pairs of a landscape: its linkages, its roads, and how many partners a stream keeps."""

    def __init__(self, linkages: dict[str, Linkage], road_factor: float, cap: int) -> None:
        self.linkages, self.road_factor, self.cap = linkages, road_factor, cap

    def candidates(self, supplies: Ends, needs: Ends) -> PairColumns:
        """Return all pairs within reach; per supply and linkage the nearest `cap` (three takers where pooled).

        Who is in contact with whom is not known here: all weights are zero.
        """
        codes = sorted(self.linkages)
        found = list(self._of_linkages([self.linkages[code] for code in codes], supplies, needs))
        linkages = [np.full(part[0].size, n, np.int32) for n, part in enumerate(found)]
        supply, need, ids, km = (list(column) for column in zip(*found, strict=True))
        del found
        order, first = _by_supply(np.concatenate(supply), np.argsort(np.concatenate(ids)), supplies.id.size)
        return PairColumns(
            _in_order(supply, order),
            _in_order(need, order),
            _in_order(linkages, order),
            _in_order(ids, order),
            _in_order(km, order),
            read_only(first),
            read_only(np.zeros(order.size)),
        )

    def _of_linkages(self, linkages: list[Linkage], supplies: Ends, needs: Ends) -> Iterator[tuple[np.ndarray, ...]]:
        """Yield supply, need, identity and km of the pairs of each linkage."""
        holding, asking = supplies.by_code(), needs.by_code()
        nobody = np.empty(0, np.int64)
        fields: dict[str, Field] = {}
        for linkage in linkages:
            s, n = holding.get(linkage.residual, nobody), asking.get(linkage.input, nobody)
            if linkage.input not in fields:
                fields[linkage.input] = field(needs.places(n), needs.standing[n])
            most = TAKERS_SEEN if linkage.mode == "pooled" else self.cap
            givers, takers = supplies.places(s), fields[linkage.input]
            giver, taker, km = nearest(givers, takers, self.road_factor, linkage.reach_km, most)
            supply, need = s[giver], n[taker]
            yield supply.astype(np.int32), need.astype(np.int32), pair_ids(linkage, supplies.id[supply], needs.id[need]), km


def _in_order(parts: list[np.ndarray], order: np.ndarray) -> np.ndarray:
    """Return a column whose parts are used up: of a large region, few columns can be held twice."""
    column = np.concatenate(parts)[order]
    parts.clear()
    return read_only(column)


def read_only(column: np.ndarray) -> np.ndarray:
    """Return a copy over immutable bytes: unlike a flag on an array, that cannot be undone."""
    return np.frombuffer(column.tobytes(), column.dtype)


@kernel()
def _by_supply(supply, by_identity, supplies):
    """Return pairs in order of supply, then identity, and where each supply's begin; int64 [pairs] and [supplies + 1]."""
    first = np.zeros(supplies + 1, np.int64)
    for one in supply:
        first[one + 1] += 1
    for one in range(supplies):
        first[one + 1] += first[one]
    after = first.copy()
    order = np.empty(supply.size, np.int64)
    for row in by_identity:
        order[after[supply[row]]] = row
        after[supply[row]] += 1
    return order, first


def pair_ids(linkage: Linkage, supplies: np.ndarray, needs: np.ndarray) -> np.ndarray:
    """Return the identities of pairs, uint64, from those of their streams."""
    return mixed_identities(supplies, needs, np.uint64(identity("linkage", linkage.code)))
