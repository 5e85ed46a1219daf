"""Where exchanges run: how many are in operation between municipalities at the end of a year, by kind."""

from collections.abc import Sequence
from typing import NamedTuple

from model.outcomes import NAMED, OUTSIDE

from .estimate import Estimate, estimate
from .results import Results
from .sides import NOT_SHOWN, RUN, TWIN

KINDS = {"t": "material", "m3": "water", "MWh": "energy"}
"""What is exchanged, by the unit it is counted in."""
POOLED = "pooled"


class Connection(NamedTuple):
    """The mean number of exchanges in operation on 31 December, over paired runs (or their twins).

    Kinds: material, water, energy; `not_shown` for those with a named firm, of which no table tells when they end, by the
    supplier's municipality, or `named` where it is a named firm itself; `pooled` for members of pooled rounds, likewise.
    """

    side: str
    scenario: str
    year: int
    supplier: str
    receiver: str
    kind: str
    runs: int
    exchanges: float

    @property
    def abroad(self) -> bool:
        """Whether one side lies beyond the region."""
        return OUTSIDE in (self.supplier, self.receiver)


def connections(results: Results, scenario: str, years: Sequence[int]) -> list[Connection]:
    """Return every connection of a scenario and of its twin in the years given, by year and side."""
    return [one for year in years for side in (RUN, TWIN) for one in _connections(results, scenario, year, side)]


def more_operating(results: Results, scenario: str, year: int) -> Estimate:
    """Return how many more exchanges of the region are in operation at the end of a year than in the twin."""
    pairs = [pair for pair in results.pairs("operating") if (pair.scenario, pair.year) == (scenario, year)]
    return estimate(pair.difference for pair in pairs)


def _connections(results: Results, scenario: str, year: int, side: str) -> list[Connection]:
    runs = results.pairs_by_scenario[scenario]
    name = scenario if side == RUN else results.twins[scenario]
    flows = [one for one in results.flows(scenario, year) if one.side == side]
    shown: dict[str, int] = {}
    for one in flows:
        shown[one.supplier] = shown.get(one.supplier, 0) + one.exchanges
    hidden = _of(side, results.sums(scenario, "operating", year, year), shown)
    pooled = _of(side, results.sums(scenario, "pool_members", year, year), {})
    told = [(one.supplier, one.receiver, KINDS.get(one.kind, one.kind), one.exchanges) for one in flows]
    told += [(_seat(place, results), "", NOT_SHOWN, number) for place, number in hidden.items()]
    told += [(place, "", POOLED, number) for place, number in pooled.items()]
    return [Connection(side, name, year, place, other, kind, runs, number / runs) for place, other, kind, number in told]


def _seat(place: str, results: Results) -> str:
    """Return where exchanges of named suppliers are drawn: at the one municipality where all of them stand, if there is one."""
    seats = [one.code for one in results.places if one.named_firms]
    return seats[0] if place == NAMED and len(seats) == 1 else place


def _of(side: str, sums: dict[tuple[str, str], float], less: dict[str, int]) -> dict[str, int]:
    """Return the whole numbers of one side, less those given, where something is left."""
    left = {place: round(value) - less.get(place, 0) for (one, place), value in sums.items() if one == side}
    return {place: number for place, number in left.items() if number > 0}
