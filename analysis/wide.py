"""Tables as people read them: rows of scenarios, places or steps, and in each cell a mean with what belongs to it.

The report writes them as HTML, the workbook as cells.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .reading.estimate import Estimate
from .reading.tables import DIFFERENCE, Figure
from .texts import Texts, decimals_for


class Numbers(NamedTuple):
    """A mean, its calculation error and the range of outcomes; NaN where there is none."""

    mean: float
    error: float
    low: float
    high: float
    signed: bool

    @property
    def values(self) -> tuple[float | None, ...]:
        """Return mean, calculation error and the ends of the range, None where there is none."""
        return tuple(None if math.isnan(one) else one for one in (self.mean, self.error, self.low, self.high))

    def written(self, decimals: int, texts: Texts) -> list[str]:
        """Return mean, calculation error and range in words; empty where there is none."""
        mean = (texts.signed if self.signed else texts.number)(self.mean, decimals)
        error = "" if math.isnan(self.error) else texts.plus_minus(texts.number(self.error, decimals))
        low, high = texts.ends(self.low, self.high, decimals)
        return [mean, error, "" if math.isnan(self.low) else texts("table.from_to", low=low, high=high)]


class Row(NamedTuple):
    """A row: what it is called, its cells (None where nothing was recorded), and what kind of row it is."""

    label: str
    cells: Sequence[Numbers | None]
    kind: str = ""


class Wide(NamedTuple):
    """A table: what it is about with its unit, what its rows and columns are, and what a reader must know beside it.

    `decimals` are those of the cells of a row.
    """

    caption: str
    rows_are: str
    columns: Sequence[str]
    rows: Sequence[Row]
    decimals: Sequence[int]
    note: str = ""

    @property
    def has_ranges(self) -> bool:
        """Whether any cell has a range of outcomes."""
        return any(cell and not math.isnan(cell.low) for row in self.rows for cell in row.cells)


def numbers(one: Estimate | None, signed: bool) -> Numbers | None:
    """Return the numbers of an estimate; `signed` where it is a difference."""
    return None if one is None else Numbers(one.mean, one.error(), one.low, one.high, signed)


def alike(rows: Iterable[Row]) -> list[int]:
    """Return as many decimals for every row as the largest of their cells needs."""
    held = list(rows)
    return [decimals_for([cell.mean for row in held for cell in row.cells if cell], 1)] * len(held)


def by_row(rows: Iterable[Row]) -> list[int]:
    """Return for each row the decimals that its own cells need."""
    return [decimals_for([cell.mean for cell in row.cells if cell], 1) for row in rows]


def measure_table(figures: Sequence[Figure], labels: Mapping[str, str], caption: str, note: str, texts: Texts) -> Wide:
    """Return the figures of one measure: a row for each scenario of `labels` that has any, a column for each year."""
    years = sorted({figure.year for figure in figures})
    found = {
        (one.scenario, one.year): Numbers(
            one.mean, one.calculation_error, one.range_low, one.range_high, one.kind == DIFFERENCE
        )
        for one in figures
    }
    shown = [name for name in labels if any(one.scenario == name for one in figures)]
    rows = [Row(labels[name], [found.get((name, year)) for year in years]) for name in shown]
    dates = [texts("table.end_of", year=year) for year in years]
    return Wide(caption, texts("report.body.scenario"), dates, rows, alike(rows), note)
