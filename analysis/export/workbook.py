"""A result as a workbook: a first sheet that says what it is, the report's tables, and the raw ones where asked for."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ..codebook import entries, header
from ..neutral import clean, clean_sql
from ..texts import Texts
from .contents import Contents, has_decimals
from .formats import GENERAL, Formats, with_decimals
from .report_sheets import AS_THEY_ARE, Book, Grid

MOST_ROWS = 1_048_575
"""Rows of a sheet below its header."""
LEFT_OUT = ("outcomes", "outcomes_by_month")
"""Tables that are too long for a sheet in any ordinary result; the sheet `outcomes_region` holds the sums of years."""
BATCH = 5_000
WIDEST, NARROWEST, NUMBER_WIDTH, ARROW, HEAD_LINES = 60, 8, 14, 3, 3
FIRST, CODEBOOK = "readme", "codebook"
ALWAYS = datetime(2014, 12, 31)  # noqa: DTZ001 - a date of the workbook's own, the same every time
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


class Sheet(NamedTuple):
    """A raw table to write: its columns with their widths, its rows, and how their numbers look."""

    name: str
    columns: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[Any]]
    codes: Formats


def write_workbook(path: Path, book: Book, texts: Texts, raw: Contents | None = None) -> None:
    """Write the workbook; the same result makes the same bytes.

    Parameters
    ----------
    path : Path
        The file to write.
    book : Book
        The report's tables.
    texts : Texts
        The language of first sheet and codebook.
    raw : Contents, optional
        The tables of the result, to follow with their codebook. Rows pass through in batches, never all at once.
    """
    fitting = [one for one in raw.tables if one not in LEFT_OUT and raw.rows(one) <= MOST_ROWS] if raw else []
    written = xlsxwriter.Workbook(str(path), OPTIONS | {"tmpdir": str(path.parent)})
    written.set_properties({"created": ALWAYS, "title": texts("export.title")})
    styles = _Styles(written)
    listed = [(grid.name, grid.notes[0]) for grid in book.grids]
    if raw is not None:
        listed += [(CODEBOOK, texts("codebook.table.codebook")), *((one, _about(one, raw, texts)) for one in fitting)]
        listed += [(one, texts("export.left_out")) for one in raw.tables if one not in fitting]
    _write_first(written.add_worksheet(texts("export.sheet.first")), styles, book, listed, texts)
    for grid in book.grids:
        _write_grid(written.add_worksheet(grid.name), styles, grid)
    if raw is not None:
        for sheet in [_codebook(texts), *(_of_table(raw, one) for one in fitting)]:
            _write(written.add_worksheet(sheet.name), styles, sheet)
    written.close()


class _Styles:
    """The number styles of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._numbers: dict[str, Format] = {}
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.wide_head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def number(self, code: str) -> Format:
        """Return the format of a code such as `#,##0.0`."""
        if code not in self._numbers:
            self._numbers[code] = self._book.add_format({"num_format": code})
        return self._numbers[code]


# --- the report's tables ---------------------------------------------------------------------------------------------


def _write_grid(page: Worksheet, styles: _Styles, grid: Grid) -> None:
    """Write notes, then the table below them, with its header and first columns of texts held in place."""
    for row, note in enumerate(grid.notes):
        page.write_string(row, 0, clean(note))
    top = len(grid.notes) + 1
    for place, head in enumerate(grid.heads):
        texts = [cell for cells in grid.rows if isinstance(cell := cells[place], str)]
        width = max(map(len, texts), default=NUMBER_WIDTH - ARROW) + ARROW
        page.set_column(place, place, min(max(width, NARROWEST), WIDEST))
        page.write_string(top, place, head, styles.wide_head)
    page.set_row(top, 15 * HEAD_LINES)
    still = next((place for place, cell in enumerate(grid.rows[0]) if not isinstance(cell, str)), 1)
    page.freeze_panes(top + 1, min(still, 2))
    for row, (cells, decimals) in enumerate(zip(grid.rows, grid.decimals, strict=True), start=top + 1):
        style = styles.number(GENERAL if decimals == AS_THEY_ARE else with_decimals(decimals))
        whole = styles.number(GENERAL)
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write_string(row, place, clean(cell))
            elif cell is not None:
                page.write_number(row, place, cell, whole if isinstance(cell, int) else style)
    page.autofilter(top, 0, top + len(grid.rows), len(grid.heads) - 1)


# --- raw tables ------------------------------------------------------------------------------------------------------


def _of_table(contents: Contents, table: str) -> Sheet:
    kinds = contents.columns(table)
    texts = [name for name, kind in kinds.items() if kind == "VARCHAR"]
    longest = _longest(contents, table, texts)
    widths = [max(longest.get(name, NUMBER_WIDTH), len(name) + ARROW) for name in kinds]
    return Sheet(table, list(kinds), widths, _rows(contents, table, kinds), Formats(table, list(kinds)))


def _codebook(texts: Texts) -> Sheet:
    columns, rows = header(texts), entries(texts)
    widths = [max(len(head) + ARROW, *(len(row[i]) for row in rows)) for i, head in enumerate(columns)]
    return Sheet(CODEBOOK, columns, widths, rows, Formats(CODEBOOK, columns))


def _longest(contents: Contents, table: str, columns: Sequence[str]) -> dict[str, int]:
    if not columns:
        return {}
    asked = ", ".join(f'coalesce(max(length("{name}")), 0)' for name in columns)
    (found,) = contents.database.execute(f'SELECT {asked} FROM "{table}"').fetchall()
    return dict(zip(columns, found, strict=True))


def _rows(contents: Contents, table: str, kinds: dict[str, str]) -> Iterator[Sequence[Any]]:
    cells = ", ".join(
        f"{clean_sql(_quoted(name)) if kind == 'VARCHAR' else _finite(name, kind)}" for name, kind in kinds.items()
    )
    found = contents.database.execute(f'SELECT {cells} FROM "{table}"')
    while batch := found.fetchmany(BATCH):
        yield from batch


def _quoted(name: str) -> str:
    return f'"{name}"'


def _finite(name: str, kind: str) -> str:
    column = _quoted(name)
    return f"CASE WHEN isfinite(CAST({column} AS DOUBLE)) THEN {column} END" if has_decimals(kind) else column


def _write(page: Worksheet, styles: _Styles, sheet: Sheet) -> None:
    for i, width in enumerate(sheet.widths):
        page.set_column(i, i, min(max(width, NARROWEST), WIDEST))
    page.freeze_panes(1, 0)
    for i, name in enumerate(sheet.columns):
        page.write_string(0, i, name, styles.head)
    row = 0
    for row, cells in enumerate(sheet.rows, start=1):
        _write_row(page, styles, row, cells, sheet.codes)
    page.autofilter(0, 0, row, len(sheet.columns) - 1)


def _write_row(page: Worksheet, styles: _Styles, row: int, cells: Sequence[Any], codes: Formats) -> None:
    """Write one row: texts as texts whatever they begin with, numbers with the decimals of their unit, no empty cells."""
    for i, cell in enumerate(cells):
        if isinstance(cell, str):
            if cell:
                page.write_string(row, i, cell)
        elif cell is not None:
            page.write_number(row, i, cell, styles.number(codes.of(i, cells)))


# --- the first sheet -------------------------------------------------------------------------------------------------


def _write_first(page: Worksheet, styles: _Styles, book: Book, listed: Sequence[tuple[str, str]], texts: Texts) -> None:
    """Say what the workbook is, on how many runs it rests, and what each sheet holds."""
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 110)
    page.write_string(0, 0, texts("export.title"), styles.title)
    told = [book.opening, texts("export.three_numbers"), texts("export.no_forecast")]
    for row, sentence in enumerate(told, start=2):
        page.write_string(row, 1, sentence, styles.wrapped)
    for row, (name, text) in enumerate(listed, start=len(told) + 3):
        page.write_string(row, 0, clean(name), styles.wrapped)
        page.write_string(row, 1, clean(text), styles.wrapped)


def _about(table: str, contents: Contents, texts: Texts) -> str:
    rows = texts.number(contents.rows(table), 0)
    return texts("export.about", meaning=texts(f"codebook.table.{table}"), rows=rows)
