"""What one map shows: numbers within municipalities and between them, and how large and in which look they are drawn."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ..reading.connections import POOLED, Connection
from ..reading.sides import NOT_SHOWN

LARGEST_IN, WIDEST_PT, THINNEST_PT, DOT_IN = 0.2, 6.0, 0.7, 0.014
LEAST_AT_ONE, LEAST_BETWEEN = 5.0, 1.0
"""Numbers whose circle and line are as large as any, where no number is larger: few exchanges shall look few."""
LEAST_LINE = 0.05
"""Lines and rings of smaller numbers are left out: with many runs, nearly every pair of municipalities has one."""


class Look(NamedTuple):
    """How a kind is drawn: a colour of contrast 3:1 or more to white, a line style and a hatch of its own."""

    colour: str
    line: Literal["-", "--", ":"]
    hatch: str


LOOKS = {"material": Look("#0b3c6f", "-", ""), "water": Look("#1f8378", "--", "////"), "energy": Look("#b8321f", ":", "....")}


class Sizes(NamedTuple):
    """The largest numbers in any panel, on which radii and widths are scaled, so that panels can be compared."""

    at_one_place: float
    between_two: float

    def radius_in(self, number: float) -> float:
        """Return the radius of a circle whose area is the number."""
        return max(DOT_IN, LARGEST_IN * (number / self.at_one_place) ** 0.5)

    def width_pt(self, number: float) -> float:
        """Return the width of the line of so many exchanges."""
        return max(THINNEST_PT, WIDEST_PT * number / self.between_two)


class Panel(NamedTuple):
    """One side at the end of one year: numbers within municipalities and between two, by kind, and with named firms."""

    side: str
    name: str
    year: int
    within: dict[str, dict[str, float]]
    between: dict[tuple[str, str], dict[str, float]]
    named: dict[str, float]
    outside: float
    pooled: float

    @property
    def drawn(self) -> tuple[float, float]:
        """Return how many are drawn within municipalities, and in all but those with named firms."""
        within, between = (sum(sum(one.values()) for one in part.values()) for part in (self.within, self.between))
        return within, within + between


def panel_of(rows: Sequence[Connection]) -> Panel:
    """Return the panel of the rows of one side and year."""
    pooled = sum(row.exchanges for row in rows if row.kind == POOLED)
    outside = sum(row.exchanges for row in rows if row.abroad and row.kind not in (NOT_SHOWN, POOLED))
    panel = Panel(rows[0].side, rows[0].scenario, rows[0].year, {}, {}, {}, outside, pooled)
    for row in rows:
        if row.kind == NOT_SHOWN:
            panel.named[row.supplier] = panel.named.get(row.supplier, 0.0) + row.exchanges
        elif row.kind != POOLED and not row.abroad:
            _add(panel, row)
    return panel


def _add(panel: Panel, row: Connection) -> None:
    """Count a row in its place; both ways between two municipalities are one line."""
    if row.supplier == row.receiver:
        numbers = panel.within.setdefault(row.supplier, {})
    else:
        one, other = sorted((row.supplier, row.receiver))
        numbers = panel.between.setdefault((one, other), {})
    numbers[row.kind] = numbers.get(row.kind, 0.0) + row.exchanges


def sizes_of(panels: Sequence[Panel]) -> Sizes:
    """Return the sizes that hold in all panels."""
    at_one = [sum(one.values()) for panel in panels for one in panel.within.values()]
    at_one += [number for panel in panels for number in panel.named.values()]
    between = [number for panel in panels for one in panel.between.values() for number in one.values()]
    return Sizes(max([LEAST_AT_ONE, *at_one]), max([LEAST_BETWEEN, *between]))


def joined(panels: Sequence[Panel]) -> set[tuple[str, str]]:
    """Return the pairs of places that a line joins in any panel."""
    return {pair for panel in panels for pair, numbers in panel.between.items() if max(numbers.values()) >= LEAST_LINE}


def radii_in(panels: Sequence[Panel], sizes: Sizes) -> dict[str, float]:
    """Return the radius in inches of each place's largest circle in any panel: names stand beside it in all of them."""
    largest: dict[str, float] = {}
    for panel in panels:
        circles = [(place, sum(numbers.values())) for place, numbers in panel.within.items()]
        for place, number in [*circles, *panel.named.items()]:
            largest[place] = max(largest.get(place, 0.0), sizes.radius_in(number))
    return largest


def kinds_in(panels: Sequence[Panel]) -> list[str]:
    """Return the kinds that anything is drawn of."""
    numbers = [one for panel in panels for one in (*panel.within.values(), *panel.between.values())]
    return [kind for kind in LOOKS if any(one.get(kind) for one in numbers)]
