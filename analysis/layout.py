"""The comparison as plain text: one block per measure, one row per scenario, a column for each date."""

import math
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .reading.tables import DIFFERENCE, LEVEL, Figure
from .texts import Texts, decimals_for

WIDTH = 110
LONGEST_LABEL = 27
INDENT, GAP = "  ", "   "
MANY_TONNES = 1e5
"""From here on a block is written in thousands of tonnes."""


class Cell(NamedTuple):
    """A difference or level with its calculation error, and below it the range of outcomes, "" where there is none."""

    mean: str
    error: str
    range: str

    @property
    def first(self) -> str:
        """Return what stands in the first line."""
        return f"{self.mean} {self.error}" if self.error else self.mean


class Row(NamedTuple):
    """A scenario and its cells, one for each date of its block."""

    label: str
    cells: list[Cell]


class Block(NamedTuple):
    """What is printed about one measure: title, dates, rows, and what the reader must know beside them ("": nothing)."""

    title: str
    dates: list[str]
    rows: list[Row]
    note: str


class Grid(NamedTuple):
    """Widths in characters: of the labels and of a date's column; and how many dates stand abreast."""

    label: int
    column: int
    abreast: int

    def aligned(self, label: str, cells: Sequence[str]) -> list[str]:
        """Return a row's line; a label that is too long gets lines of its own before it."""
        long = len(label) > self.label
        places = "".join(GAP + cell.rjust(self.column) for cell in cells)
        line = (INDENT + ("" if long else label).ljust(self.label) + places).rstrip()
        above = textwrap.wrap(label, WIDTH, initial_indent=INDENT, subsequent_indent=2 * INDENT) if long else []
        return [*above, line]


def block(measure: str, figures: Sequence[Figure], labels: dict[str, str], since: int, texts: Texts) -> Block:
    """Return the block of a measure: a row for each scenario of `labels` that has a figure, in the order of `labels`."""
    years = sorted({figure.year for figure in figures})
    per, unit = _unit(figures)
    cells = {
        (figure.scenario, figure.year): _cell(figure, per, _decimals(figures, figure.kind, per), texts) for figure in figures
    }
    shown = [name for name in labels if any(figure.scenario == name for figure in figures)]
    return Block(
        title=texts(f"measure.{measure}", since=since, tonnes=texts(f"unit.{unit}")),
        dates=[texts("table.end_of", year=year) for year in years],
        rows=[Row(labels[name], [cells[name, year] for year in years]) for name in shown],
        note=texts.sentences.get(f"note.{measure}", ""),
    )


def render(blocks: Sequence[Block], texts: Texts) -> list[str]:
    """Return the lines of all blocks, none wider than `WIDTH` where labels allow; the dates wherever they change."""
    grid = _grid(blocks)
    lines: list[str] = []
    dates_above: list[str] = []
    for one in blocks:
        body = [*textwrap.wrap(one.title, WIDTH)] + ([] if one.rows else [INDENT + texts("table.not_recorded")])
        for dates, rows in _bands(one, grid.abreast):
            body = (grid.aligned("", dates) if dates != dates_above else []) + body
            lines += ["", *body]
            lines += [line for row in rows for line in _lines(row, grid)]
            dates_above, body = dates, []
        lines += (["", *body] if not one.rows else []) + (_note(one.note) if one.note and one.rows else [])
    return lines


def _lines(row: Row, grid: Grid) -> list[str]:
    ranges = [cell.range for cell in row.cells]
    return grid.aligned(row.label, [cell.first for cell in row.cells]) + (grid.aligned("", ranges) if any(ranges) else [])


def _note(note: str) -> list[str]:
    return textwrap.wrap(note, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)


def _unit(figures: Sequence[Figure]) -> tuple[float, str]:
    """Return by what to divide and the unit that makes it."""
    many = any(figure.unit == "t" and abs(figure.mean) >= MANY_TONNES for figure in figures)
    return (1e3, "thousand_t") if many else (1.0, "t")


def _decimals(figures: Sequence[Figure], kind: str, per: float) -> int:
    """Return the decimals of a block's differences, or of its levels: never more than the differences have."""
    means = {one: [figure.mean / per for figure in figures if figure.kind == one] for one in (kind, DIFFERENCE)}
    return min(decimals_for(values, 1) for values in means.values() if values)


def _cell(figure: Figure, per: float, decimals: int, texts: Texts) -> Cell:
    def number(value: float) -> str:
        return texts.number(value / per, decimals)

    mean = number(figure.mean) if figure.kind == LEVEL else texts.signed(figure.mean / per, decimals)
    error = "" if math.isnan(figure.calculation_error) else texts.plus_minus(number(figure.calculation_error))
    low, high = texts.ends(figure.range_low / per, figure.range_high / per, decimals)
    return Cell(mean, error, "" if math.isnan(figure.range_low) else texts("table.from_to", low=low, high=high))


def _grid(blocks: Sequence[Block]) -> Grid:
    rows = [row for one in blocks for row in one.rows]
    label = min(LONGEST_LABEL, max((len(row.label) for row in rows), default=0))
    cells = [cell for row in rows for cell in row.cells]
    dates = [len(date) for one in blocks for date in one.dates]
    column = max([*dates, *(max(len(cell.first), len(cell.range)) for cell in cells)], default=0)
    abreast = (WIDTH - len(INDENT) - label) // (column + len(GAP))
    return Grid(label, column, max(1, abreast))


def _bands(one: Block, abreast: int) -> Iterator[tuple[list[str], list[Row]]]:
    """Cut a block with more dates than stand abreast into several of the same rows."""
    for first in range(0, len(one.dates), abreast):
        band = slice(first, first + abreast)
        yield one.dates[band], [Row(row.label, row.cells[band]) for row in one.rows]
