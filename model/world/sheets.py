"""A CSV file as a sheet of texts, each with its place: what a spreadsheet, a statistical office or a program writes.

The file itself says how it is to be read, by what separates the names in its first line: commas (decimals have a point),
tabs (the same), or semicolons (decimals have a comma, as in a Danish spreadsheet). No cell is guessed at.
"""

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..decoding import NotText, text_of
from ..faults import Fault, Message, Place, os_reason, say
from ..guesses import guess
from ..paths import shown
from ..scalars import shortened

MOST_BYTES, MOST_ROWS = 5_000_000, 10_000
"""Of a table; all municipalities of Denmark, each sector and each size class make 8,000 rows."""
MOST_COLUMNS_TOLD = 10
"""Of the columns that are unknown, or stand there twice, so many are named."""
SEPARATORS = {",": "table.commas", ";": "table.semicolons", "\t": "table.tabs"}
"""What may separate cells, and what it is called; where a first line says nothing, the first of them."""
OF_STATBANK = {"TID", "INDHOLD"}
"""Columns of whatever Statistics Denmark's StatBank hands out as CSV."""


class Line(NamedTuple):
    """A row of a sheet: the number of its first line, its cells by column, and the text it was read from."""

    number: int
    cells: dict[str, str]
    text: str


class Sheet:
    """What a file holds, and what is wrong with its shape.

    `columns` are the names in its first line, "" for one left blank. `torn` are rows with too many or too few cells. A sheet
    that is not `whole` breaks off, or has not the columns it should have, so that nobody knows what stands in it.
    """

    def __init__(self, file: str) -> None:
        self.file, self.separator, self.whole = file, next(iter(SEPARATORS)), True
        self.columns: tuple[str, ...] = ()
        self.lines: list[Line] = []
        self.torn: list[Line] = []
        self.faults: list[Fault] = []

    @property
    def has_decimal_commas(self) -> bool:
        """Whether a comma stands before decimals, and not a point."""
        return self.separator == ";"

    def texts(self, column: str) -> set[str]:
        """Return all that stands in a column, as far as it can be told."""
        return {line.cells[column] for line in (*self.lines, *self.torn) if column in line.cells}

    def place(self, line: Line, column: str) -> Place:
        """Return where a cell stands."""
        starts = list(_starts(line.text, self.separator))
        index = self.columns.index(column)
        if index >= len(starts):
            return Place(self.file, line.number)
        before = line.text[: starts[index]]
        return Place(self.file, line.number + before.count("\n"), len(before) - before.rfind("\n"))

    def refuse(self, line: int, message: Message) -> None:
        """Note what is wrong with a line, or with the file as a whole (0)."""
        self.faults.append(Fault(Place(self.file, line), "", message))

    def give_up(self, line: int, message: Message) -> None:
        """Note what is wrong and makes the rest unknown."""
        self.refuse(line, message)
        self.whole = False


def read_sheet(path: Path, expected: Sequence[str], optional: Collection[str] = ()) -> Sheet:
    """Return the sheet of a file that should have certain columns, and may lack some of them.

    Rows and columns that hold nothing are left out.
    """
    sheet = Sheet(shown(path))
    text = _text(path, sheet, expected)
    sheet.separator = _separator(text, expected)
    records = _records(text, sheet)
    header = next(records, None)
    if header is None and sheet.whole:
        sheet.give_up(1, say("table.empty", columns=",".join(expected)))
    if header is not None:
        sheet.columns = tuple(name.strip() for name in header.cells)
        _check_header(sheet, header.number, expected, optional)
    for record in records if sheet.whole else ():
        if len(sheet.lines) == MOST_ROWS:
            sheet.give_up(0, say("table.too_many_rows", most=MOST_ROWS))
            sheet.lines, sheet.torn = [], []  # nothing else need be said of it
            break
        _take(sheet, record)
    return sheet


class _Record(NamedTuple):
    """A row as it was read: the number of its first line, its cells in order, and its text."""

    number: int
    cells: list[str]
    text: str


def _text(path: Path, sheet: Sheet, expected: Sequence[str]) -> str:
    try:
        if path.stat().st_size <= MOST_BYTES:
            return text_of(path.read_bytes())
        sheet.give_up(0, say("table.too_big", most=MOST_BYTES))
    except FileNotFoundError:
        sheet.give_up(0, say("table.missing", columns=",".join(expected)))
    except OSError as error:
        sheet.give_up(0, say("unreadable", reason=os_reason(error)))
    except NotText as error:
        sheet.give_up(0, error.message)
        sheet.faults[-1] = sheet.faults[-1]._replace(place=error.place(sheet.file))
    return ""


def _separator(text: str, expected: Collection[str]) -> str:
    """Return what separates most columns that are known in the first line, else what stands there most often."""
    blank = f"{''.join(SEPARATORS)} \r\n"
    first = next((line for line in io.StringIO(text) if line.strip(blank)), "")
    known = {mark: len({name.strip(' "\r\n') for name in first.split(mark)} & {*expected}) for mark in SEPARATORS}
    return max(SEPARATORS, key=lambda mark: (known[mark], first.count(mark)))


def _records(text: str, sheet: Sheet) -> Iterator[_Record]:
    """Yield the rows that hold something."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=sheet.separator, strict=True)
    begun = 0
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield _Record(begun + 1, cells, "".join(lines[begun : reader.line_num]))
            begun = reader.line_num
    except csv.Error:
        sheet.give_up(min(begun + 1, len(lines)), say("table.not_csv"))


# --- the first line --------------------------------------------------------------------------------------------------


def _check_header(sheet: Sheet, line: int, expected: Sequence[str], optional: Collection[str]) -> None:
    names = [name for name in sheet.columns if name]
    told = _foreign(names, expected) or _header_faults([*names, *{*optional}.difference(names)], expected)
    if told:
        first, *others = told
        sheet.give_up(line, first.followed_by(*others, say("table.columns", columns=",".join(expected))))


def _foreign(names: Sequence[str], expected: Sequence[str]) -> list[Message]:
    """Return what is said of a first line without a single column that is known."""
    if {*names} & {*expected}:
        return []
    if {*names} >= OF_STATBANK:
        return [say("table.statbank")]
    return [say("table.no_column_known", names=shortened(", ".join(names)))]


def _header_faults(names: Sequence[str], expected: Sequence[str]) -> list[Message]:
    missing = [name for name in expected if name not in names]
    unknown = [name for name in names if name not in expected][:MOST_COLUMNS_TOLD]
    twice = [name for name, count in Counter(names).items() if count > 1][:MOST_COLUMNS_TOLD]
    return [
        *(say("table.column_missing", name=name) for name in missing),
        *(say("table.column_unknown", name=shortened(name)).followed_by(guess(name, missing)) for name in unknown),
        *(say("table.column_twice", name=shortened(name)) for name in twice),
    ]


# --- rows ------------------------------------------------------------------------------------------------------------


def _take(sheet: Sheet, record: _Record) -> None:
    """Put a row into the sheet, or say what is wrong with its cells."""
    cells = [cell.strip() for cell in record.cells]
    while len(cells) > len(sheet.columns) and not cells[-1]:
        cells.pop()
    named = zip(sheet.columns, cells, strict=False)
    line = Line(record.number, {name: cell for name, cell in named if name}, record.text)
    message = _shape_fault(sheet, cells)
    if message:
        sheet.refuse(record.number, message)
    (sheet.torn if message else sheet.lines).append(line)


def _shape_fault(sheet: Sheet, cells: Sequence[str]) -> Message | None:
    if len(cells) > len(sheet.columns):
        message = "table.too_many_values" if sheet.separator == "," else "table.too_many_cells"
        marks = say(SEPARATORS[sheet.separator])
        return say(message, given=len(cells), columns=len(sheet.columns), marks=marks)
    if len(cells) < len(sheet.columns):
        return say("table.too_few_values", given=len(cells), columns=len(sheet.columns))
    unnamed = next((cell for name, cell in zip(sheet.columns, cells, strict=True) if cell and not name), "")
    return say("table.unnamed_column", given=shortened(unnamed)) if unnamed else None


def _starts(record: str, separator: str) -> Iterator[int]:
    """Return where each cell of a row begins in its text."""
    is_quoted = False
    yield 0
    for index, letter in enumerate(record):
        if letter == '"':
            is_quoted = not is_quoted
        elif letter == separator and not is_quoted:
            yield index + 1
