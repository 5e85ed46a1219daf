"""Who could supply whom: candidate pairs from geography and tables alone, built once for a landscape.

No lever and no price bears on which pairs there are; prices only say which of them are worth proposing.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .draws import mixed_identities
from .identity import identity
from .streams import Linkage

if TYPE_CHECKING:
    from .party import Need, Party, Supply

TAKERS_SEEN = 3
"""Pooled rounds a small supplier knows of: its nearest takers."""
ACQUAINTED = 1.0
"""Contact weight of a pair of acquaintances."""


class Pair(NamedTuple):
    """One residual and one input it could replace through a linkage, with the road between them."""

    id: int
    supply: "Supply"
    need: "Need"
    linkage: Linkage
    km: float


class Ends(NamedTuple):
    """All residuals, or all inputs, as columns [streams] in the order of their indices.

    `id` is uint64; `code` the stream's code; `owner` int64, the position of who holds it; `x_km`, `y_km` float64, where that
    is; `haul_km` float64, above zero for an outside place only; `standing` int64, 1 where the owner is there from the start.
    """

    id: np.ndarray
    code: np.ndarray
    owner: np.ndarray
    x_km: np.ndarray
    y_km: np.ndarray
    haul_km: np.ndarray
    standing: np.ndarray

    def at(self, rows: np.ndarray) -> "Ends":
        """Return some of the streams."""
        return Ends(*(column[rows] for column in self))


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


class Candidates:
    """A landscape's pairs with one run's streams at their ends."""

    def __init__(
        self, columns: PairColumns, supplies: list["Supply"], needs: list["Need"], linkages: dict[str, Linkage]
    ) -> None:
        self.columns = columns
        self.pairs = Pairs(columns, supplies, needs, [linkages[code] for code in sorted(linkages)])
        acquainted = np.flatnonzero(columns.contact == ACQUAINTED)
        self._by_need = acquainted[np.argsort(columns.need[acquainted], kind="stable")]
        self._first_of_need = np.searchsorted(columns.need[self._by_need], np.arange(len(needs) + 1))

    def rows(self, supply: "Supply") -> range:
        """Return the rows of one supply."""
        return range(int(self.columns.first[supply.index]), int(self.columns.first[supply.index + 1]))

    def acquainted_takers(self, supply: "Supply") -> list[int]:
        """Return the rows of a supply whose receiver its owner is acquainted with."""
        rows = self.rows(supply)
        known = self.columns.contact[rows.start : rows.stop] == ACQUAINTED
        return (rows.start + np.flatnonzero(known)).tolist()

    def acquainted_suppliers(self, need: "Need") -> list[int]:
        """Return the rows of a need whose supplier and receiver are acquainted."""
        return self._by_need[self._first_of_need[need.index] : self._first_of_need[need.index + 1]].tolist()


class Pairs(dict[int, Pair]):
    """Pairs by candidate row; each is made when it is first asked for, for few of them ever are."""

    def __init__(
        self, columns: PairColumns, supplies: list["Supply"], needs: list["Need"], linkages: list[Linkage]
    ) -> None:
        super().__init__()
        self._columns, self._supplies, self._needs, self._linkages = columns, supplies, needs, linkages

    def __missing__(self, row: int) -> Pair:
        columns = self._columns
        self[row] = pair = Pair(
            int(columns.id[row]),
            self._supplies[columns.supply[row]],
            self._needs[columns.need[row]],
            self._linkages[columns.linkage[row]],
            float(columns.km[row]),
        )
        return pair


class Matcher:
    """Finds the candidate pairs of a landscape: its linkages, its roads, and how many partners a stream keeps."""

    def __init__(self, linkages: dict[str, Linkage], road_factor: float, cap: int) -> None:
        self.linkages, self.road_factor, self.cap = linkages, road_factor, cap

    def candidates(self, supplies: Ends, needs: Ends) -> PairColumns:
        """Return all pairs within reach; per supply and linkage the nearest `cap` (three takers where pooled).

        Who is in contact with whom is not known here: all weights are zero.
        """
        codes = sorted(self.linkages)
        found = [self._of_linkage(self.linkages[code], supplies, needs) for code in codes]
        supply, need, ids, km = (np.concatenate([part[i] for part in found]) for i in range(4))
        linkage = np.repeat(np.arange(len(codes), dtype=np.int32), [part[0].size for part in found])
        order = np.lexsort((ids, supply))
        first = np.searchsorted(supply[order], np.arange(supplies.id.size + 1))
        return PairColumns(
            supply[order].astype(np.int32),
            need[order].astype(np.int32),
            linkage[order],
            ids[order],
            km[order],
            first,
            np.zeros(order.size),
        )

    def pair(self, supply: "Supply", need: "Need", linkage: Linkage) -> Pair:
        """Return the pair of one residual and one input, whether a candidate or not."""
        pair_id = int(_pair_ids(linkage, np.array([supply.id], np.uint64), np.array([need.id], np.uint64))[0])
        return Pair(pair_id, supply, need, linkage, self.road_km(supply.owner, need.owner))

    def road_km(self, a: "Party", b: "Party") -> float:
        """Return kilometres by road; to an outside place, its haul distance."""
        for party in (a, b):
            if party.haul_km > 0.0:
                return party.haul_km
        return float(np.hypot(a.x_km - b.x_km, a.y_km - b.y_km)) * self.road_factor

    def _of_linkage(self, linkage: Linkage, supplies: Ends, needs: Ends) -> tuple[np.ndarray, ...]:
        """Return supply, need, identity and km of the pairs of one linkage."""
        s, n = np.flatnonzero(supplies.code == linkage.residual), np.flatnonzero(needs.code == linkage.input)
        givers, takers = supplies.at(s), needs.at(n)
        # Nobody is its own partner, nor takes a place among its nearest.
        km = np.where(givers.owner[:, None] == takers.owner, np.inf, self._distances(givers, takers))
        most = TAKERS_SEEN if linkage.mode == "pooled" else self.cap
        giver, taker = _nearest(km, linkage.reach_km, takers.standing, most)
        ids = _pair_ids(linkage, givers.id[giver], takers.id[taker])
        return s[giver], n[taker], ids, km[giver, taker]

    def _distances(self, givers: Ends, takers: Ends) -> np.ndarray:
        """Return road kilometres [givers, takers]; two outside places are never paired."""
        east, north = givers.x_km[:, None] - takers.x_km, givers.y_km[:, None] - takers.y_km
        haul = np.maximum(givers.haul_km[:, None], takers.haul_km)
        both_outside = np.minimum(givers.haul_km[:, None], takers.haul_km) > 0
        return np.where(both_outside, np.inf, np.where(haul > 0, haul, np.hypot(east, north) * self.road_factor))


def _nearest(km: np.ndarray, reach_km: float, standing: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the giver and the taker of every pair within reach, per giver the nearest `most` takers that stand.

    `km` is [givers, takers]. Firms that will only enter later come on top, or they would crowd out those that stand.
    """
    chosen = [np.empty(0, np.int64)]
    for row in km:
        within = np.flatnonzero(row <= reach_km)
        order = within[np.argsort(row[within], kind="stable")]
        nearer = np.cumsum(standing[order]) - standing[order]
        chosen.append(order[nearer < most])
    givers = np.repeat(np.arange(len(km)), [takers.size for takers in chosen[1:]])
    return givers, np.concatenate(chosen)


def _pair_ids(linkage: Linkage, supplies: np.ndarray, needs: np.ndarray) -> np.ndarray:
    return mixed_identities(supplies, needs, np.uint64(identity("linkage", linkage.code)))
