"""A result as a workbook: a first sheet that says what it is, a sheet for each table, the codebook, the provenance."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ..codebook import entries, header
from ..texts import Texts
from .contents import Contents, has_decimals
from .formats import Formats
from .neutral import clean, clean_sql

MOST_ROWS = 1_048_575
"""Rows of a sheet below its header."""
LEFT_OUT = ("outcomes", "outcomes_by_month")
"""Tables that are too long for a sheet in any ordinary result; the sheet `outcomes_region` holds the sums of years."""
BATCH = 5_000
WIDEST, NARROWEST, NUMBER_WIDTH, ARROW = 60, 8, 14, 3
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
    """A sheet to write: its columns with their widths, its rows, and how their numbers look."""

    name: str
    columns: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[Any]]
    codes: Formats


def write_workbook(path: Path, contents: Contents, texts: Texts) -> None:
    """Write the workbook; the same result makes the same bytes. Rows pass through in batches, never all at once."""
    fitting = [table for table in contents.tables if table not in LEFT_OUT and contents.rows(table) <= MOST_ROWS]
    book = xlsxwriter.Workbook(str(path), OPTIONS | {"tmpdir": str(path.parent)})
    book.set_properties({"created": ALWAYS, "title": texts("export.title")})
    styles = _Styles(book)
    _write_first(book.add_worksheet(FIRST), styles, contents, fitting, texts)
    for sheet in [_of_table(contents, fitting[0]), _codebook(texts), *(_of_table(contents, one) for one in fitting[1:])]:
        _write(book.add_worksheet(sheet.name), styles, sheet)
    book.close()


class _Styles:
    """The number styles of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._numbers: dict[str, Format] = {}
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def number(self, code: str) -> Format:
        """Return the format of a code such as `#,##0.0`."""
        if code not in self._numbers:
            self._numbers[code] = self._book.add_format({"num_format": code})
        return self._numbers[code]


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
        f'{clean_sql(_quoted(name)) if kind == "VARCHAR" else _finite(name, kind)}' for name, kind in kinds.items()
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


def _write_first(
    page: Worksheet, styles: _Styles, contents: Contents, fitting: Sequence[str], texts: Texts
) -> None:
    """Say what the workbook is, on how many runs it rests, and what each sheet holds."""
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 110)
    page.write_string(0, 0, texts("export.title"), styles.title)
    told = [contents.opening, texts("export.three_numbers"), texts("export.no_forecast")]
    for row, sentence in enumerate(told, start=2):
        page.write_string(row, 1, sentence, styles.wrapped)
    facts = [(name, contents.provenance.get(name, "")) for name in ("model", "seed", "replicates")]
    listed = [(table, _about(table, contents, texts)) for table in fitting]
    listed.insert(1, (CODEBOOK, texts("codebook.table.codebook")))
    listed += [(table, texts("export.left_out")) for table in contents.tables if table not in fitting]
    row = len(told) + 3
    for name, text in [*((texts(f"export.{name}"), value) for name, value in facts), ("", ""), *listed]:
        page.write_string(row, 0, clean(name), styles.wrapped)
        page.write_string(row, 1, clean(text), styles.wrapped)
        row += 1


def _about(table: str, contents: Contents, texts: Texts) -> str:
    rows = texts.number(contents.rows(table), 0)
    return texts("export.about", meaning=texts(f"codebook.table.{table}"), rows=rows)
