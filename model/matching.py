"""Who could supply whom: candidate pairs from geography and tables alone, built once for a landscape.

No lever and no price bears on which pairs there are; prices only say which of them are worth proposing.
"""

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .draws import mixed_identities
from .identity import identity
from .streams import Linkage

if TYPE_CHECKING:
    from .party import Need, Party, Supply

TAKERS_SEEN = 3
"""Pooled rounds a small supplier knows of: its nearest takers."""


class Pair(NamedTuple):
    """One residual and one input it could replace through a linkage, with the road between them."""

    id: int
    supply: "Supply"
    need: "Need"
    linkage: Linkage
    km: float


class Candidates(NamedTuple):
    """All pairs as columns, sorted by supply: rows `first[s]` to `first[s + 1]` are those of supply s.

    `id` is uint64 [pairs]; `contact` is float64 [pairs], how likely the supplier comes upon the receiver (acquaintance = 1).
    """

    pairs: list[Pair]
    id: np.ndarray
    contact: np.ndarray
    first: np.ndarray

    def rows(self, supply: "Supply") -> range:
        """Return the rows of one supply."""
        return range(int(self.first[supply.index]), int(self.first[supply.index + 1]))


class Matcher:
    """Builds the candidate pairs of a landscape."""

    def __init__(self, linkages: dict[str, Linkage], road_factor: float, cap: int) -> None:
        self.linkages, self.road_factor, self.cap = linkages, road_factor, cap

    def candidates(self, supplies: list["Supply"], needs: list["Need"], contact) -> Candidates:
        """Return all pairs within reach; per supply and linkage the nearest `cap` (three takers where pooled).

        `contact(supplier, receiver_need)` gives the contact weight of a pair.
        """
        by_residual, by_input = defaultdict(list), defaultdict(list)
        for supply in supplies:
            by_residual[supply.residual.code].append(supply)
        for need in needs:
            by_input[need.input.code].append(need)
        found: list[Pair] = []
        for code in sorted(self.linkages):
            linkage = self.linkages[code]
            found += self._of_linkage(linkage, by_residual[linkage.residual], by_input[linkage.input])
        found.sort(key=lambda pair: (pair.supply.index, pair.id))
        ids = np.array([pair.id for pair in found], np.uint64)
        weights = np.array([contact(pair.supply.owner, pair.need) for pair in found])
        first = np.searchsorted([pair.supply.index for pair in found], np.arange(len(supplies) + 1))
        return Candidates(found, ids, weights, first)

    def pair(self, supply: "Supply", need: "Need", linkage: Linkage) -> Pair:
        """Return the pair of one residual and one input, whether a candidate or not."""
        key = np.uint64(identity("linkage", linkage.code))
        pair_id = int(mixed_identities(np.array([supply.id], np.uint64), np.array([need.id], np.uint64), key)[0])
        return Pair(pair_id, supply, need, linkage, self.road_km(supply.owner, need.owner))

    def road_km(self, a: "Party", b: "Party") -> float:
        """Return kilometres by road; to an outside place, its haul distance."""
        for party in (a, b):
            if party.haul_km > 0.0:
                return party.haul_km
        return float(np.hypot(a.x_km - b.x_km, a.y_km - b.y_km)) * self.road_factor

    def _of_linkage(self, linkage: Linkage, supplies: list["Supply"], needs: list["Need"]) -> list[Pair]:
        if not supplies or not needs:
            return []
        km = self._distances(supplies, needs)
        nearest = TAKERS_SEEN if linkage.mode == "pooled" else self.cap
        key = np.uint64(identity("linkage", linkage.code))
        standing = np.array([need.owner.open for need in needs], np.int64)
        need_ids = np.array([need.id for need in needs], np.uint64)
        found = []
        for supply, row in zip(supplies, km, strict=True):
            within = np.flatnonzero(row <= linkage.reach_km)
            order = within[np.argsort(row[within], kind="stable")]
            # Firms that will only enter later come on top, or they would crowd out those that stand.
            nearer = np.cumsum(standing[order]) - standing[order]
            chosen = order[nearer < nearest]
            ids = mixed_identities(np.full(chosen.size, supply.id, np.uint64), need_ids[chosen], key)
            for i, pair_id in zip(chosen.tolist(), ids.tolist(), strict=True):
                if needs[i].owner is not supply.owner:
                    found.append(Pair(pair_id, supply, needs[i], linkage, float(row[i])))
        return found

    def _distances(self, supplies: list["Supply"], needs: list["Need"]) -> np.ndarray:
        """Return road kilometres [supplies, needs]; two outside places are never paired."""

        def place(party: "Party") -> tuple[float, float, float]:
            return party.x_km, party.y_km, party.haul_km

        s = np.array([place(supply.owner) for supply in supplies])
        r = np.array([place(need.owner) for need in needs])
        road = np.hypot(s[:, None, 0] - r[None, :, 0], s[:, None, 1] - r[None, :, 1]) * self.road_factor
        haul = np.maximum(s[:, None, 2], r[None, :, 2])
        both_outside = np.minimum(s[:, None, 2], r[None, :, 2]) > 0
        return np.where(both_outside, np.inf, np.where(haul > 0, haul, road))
