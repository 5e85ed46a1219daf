"""Pairs of one run: a landscape's candidate pairs with the streams of parties at their ends."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..world.matching import ACQUAINTED, PairColumns, pair_ids
from ..world.streams import Linkage

if TYPE_CHECKING:
    from .party import Need, Party, Supply


class Pair(NamedTuple):
    """One residual and one input it could replace through a linkage, with the road between them."""

    id: int
    supply: "Supply"
    need: "Need"
    linkage: Linkage
    km: float


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

    def __init__(self, columns: PairColumns, supplies: list["Supply"], needs: list["Need"], linkages: list[Linkage]) -> None:
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


def pair_of(supply: "Supply", need: "Need", linkage: Linkage, road_factor: float) -> Pair:
    """Return the pair of one residual and one input, whether a candidate or not."""
    pair_id = int(pair_ids(linkage, np.array([supply.id], np.uint64), np.array([need.id], np.uint64))[0])
    return Pair(pair_id, supply, need, linkage, _road_km(supply.owner, need.owner, road_factor))


def _road_km(a: "Party", b: "Party", road_factor: float) -> float:
    """Return kilometres by road; to an outside place, its haul distance."""
    for party in (a, b):
        if party.haul_km > 0.0:
            return party.haul_km
    return float(np.hypot(a.x_km - b.x_km, a.y_km - b.y_km)) * road_factor
