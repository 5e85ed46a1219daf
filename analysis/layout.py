"""The comparison as plain text: one block per measure, one row per scenario, three figures for every date."""

import math
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .tables import DIFFERENCE, LEVEL, Figure
from .texts import Texts, decimals_for

WIDTH = 110
LONGEST_LABEL = 27
INDENT = GAP = "  "
MANY_TONNES = 1e5
"""From here on a block is written in thousands of tonnes."""
COLUMNS = ("difference", "outcomes", "error")

Cells = tuple[str, str, str]
"""Difference or level, range of outcomes, calculation error."""


class Row(NamedTuple):
    """A scenario and its cells, one triple for each date of its block."""

    label: str
    cells: list[Cells]


class Block(NamedTuple):
    """What is printed about one measure: title, dates, rows, and what the reader must know beside them ("": nothing)."""

    title: str
    dates: list[str]
    rows: list[Row]
    note: str


class Grid(NamedTuple):
    """Widths in characters: of the labels, of the three columns of a date; and how many dates stand abreast."""

    label: int
    columns: tuple[int, ...]
    abreast: int

    @property
    def date(self) -> int:
        """Return the width of one date's three columns."""
        return sum(self.columns) + len(GAP) * (len(self.columns) - 1)

    def aligned(self, label: str, cells: Sequence[Cells]) -> list[str]:
        """Return a row's line; a label that is too long gets lines of its own before it."""
        long = len(label) > self.label
        places = [
            GAP + GAP.join(cell.rjust(width) for cell, width in zip(one, self.columns, strict=True)) for one in cells
        ]
        line = INDENT + ("" if long else label).ljust(self.label) + "".join(places)
        above = textwrap.wrap(label, WIDTH, initial_indent=INDENT, subsequent_indent=2 * INDENT) if long else []
        return [*above, line]


def block(measure: str, figures: Sequence[Figure], labels: dict[str, str], since: int, texts: Texts) -> Block:
    """Return the block of a measure: a row for each scenario of `labels` that has a figure, in the order of `labels`."""
    years = sorted({figure.year for figure in figures})
    per, unit = _unit(figures)
    cells = {
        (figure.scenario, figure.year): _cells(figure, per, _decimals(figures, figure.kind, per), texts)
        for figure in figures
    }
    shown = [name for name in labels if any(figure.scenario == name for figure in figures)]
    return Block(
        title=texts(f"measure.{measure}", since=since, tonnes=texts(f"unit.{unit}")),
        dates=[texts("table.end_of", year=year) for year in years],
        rows=[Row(labels[name], [cells[name, year] for year in years]) for name in shown],
        note=texts.sentences.get(f"note.{measure}", ""),
    )


def render(blocks: Sequence[Block], texts: Texts) -> list[str]:
    """Return the lines of all blocks, none wider than `WIDTH` where labels allow; a header wherever the dates change."""
    heads = [texts(f"table.{name}").split("\n") for name in COLUMNS]
    grid = _grid(blocks, heads)
    lines: list[str] = []
    dates_above: list[str] = []
    for one in blocks:
        body = [one.title] + ([] if one.rows else [INDENT + texts("table.not_recorded")])
        for dates, rows in _bands(one, grid.abreast):
            body = (_header(grid, dates, heads) if dates != dates_above else []) + body
            lines += ["", *body]
            lines += [line for row in rows for line in grid.aligned(*row)]
            dates_above, body = dates, []
        lines += (["", *body] if not one.rows else []) + ([INDENT + one.note] if one.note and one.rows else [])
    return lines


def _unit(figures: Sequence[Figure]) -> tuple[float, str]:
    """Return by what to divide and the unit that makes it."""
    many = any(figure.unit == "t" and abs(figure.mean) >= MANY_TONNES for figure in figures)
    return (1e3, "thousand_t") if many else (1.0, "t")


def _decimals(figures: Sequence[Figure], kind: str, per: float) -> int:
    """Return the decimals of a block's differences, or of its levels: never more than the differences have."""
    means = {one: [figure.mean / per for figure in figures if figure.kind == one] for one in (kind, DIFFERENCE)}
    return min(decimals_for(values, 1) for values in means.values() if values)


def _cells(figure: Figure, per: float, decimals: int, texts: Texts) -> Cells:
    def number(value: float) -> str:
        return texts.number(value / per, decimals)

    mean = number(figure.mean) if figure.kind == LEVEL else texts.signed(figure.mean / per, decimals)
    outcomes = texts("table.from_to", low=number(figure.range_low), high=number(figure.range_high))
    if math.isnan(figure.calculation_error):
        return mean, outcomes, texts("table.not_estimated")
    return mean, outcomes, texts("table.plus_minus", error=number(figure.calculation_error))


def _grid(blocks: Sequence[Block], heads: list[list[str]]) -> Grid:
    rows = [row for one in blocks for row in one.rows]
    label = min(LONGEST_LABEL, max((len(row.label) for row in rows), default=0))
    columns = tuple(
        max([len(line) for line in heads[i]] + [len(cells[i]) for row in rows for cells in row.cells])
        for i in range(len(heads))
    )
    one_date = Grid(label, columns, 1)
    abreast = (WIDTH - len(INDENT) - label) // (one_date.date + len(GAP))
    return one_date._replace(abreast=min(2, max(1, abreast)))


def _bands(one: Block, abreast: int) -> Iterator[tuple[list[str], list[Row]]]:
    """Cut a block with more dates than stand abreast into several of the same rows."""
    for first in range(0, len(one.dates), abreast):
        band = slice(first, first + abreast)
        yield one.dates[band], [Row(row.label, row.cells[band]) for row in one.rows]


def _header(grid: Grid, dates: list[str], heads: list[list[str]]) -> list[str]:
    margin = " " * (len(INDENT) + grid.label)
    named = margin + "".join(GAP + f" {date} ".center(grid.date, "-") for date in dates)
    depth = max(len(head) for head in heads)
    padded = [[""] * (depth - len(head)) + head for head in heads]
    texts = [[(first, second, third)] * len(dates) for first, second, third in zip(*padded, strict=True)]
    return [named, *(line for row in texts for line in grid.aligned("", row))]
