"""Strict reading of the CSV tables a region is built from: each row a named tuple, each fault told, all of them in one go."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ..faults import MOST_TOLD, Fault, Faulty, Message, say
from ..guesses import guess, listed
from ..scalars import shortened
from .sheets import Sheet, read_sheet
from .table_rows import ORIGIN_COLUMNS, TableRow, read_row, row_kind


class TableError(Faulty):
    """Faults in tables, each with where it stands (file:line:column), what is wrong and what is allowed."""


MOST_COMPARED = 20_000
"""So many names are compared with what was mistyped, in all tables of a folder; to look for more would take time."""

Row = TypeVar("Row", bound=TableRow)


def read_table(path: Path, row_type: type[Row], key: Sequence[str] = ("code",)) -> list[Row]:
    """Return the rows of a table by itself, as `Tables.read` does; raises TableError with all that is wrong with it."""
    tables = Tables(path.parent)
    rows = tables.read(path.name, row_type, key)
    tables.require_sound()
    return rows


def by_code(rows: Iterable[Any]) -> dict[str, Any]:
    """Return rows by their `code`, in the order given."""
    return {row.code: row for row in rows}


class Tables:
    """The tables of a folder as they are read. What is wrong with any of them is gathered, to be told in one go.

    Rows with faults are left out of what is read. What refers to such a row, or to a table that cannot be read, is no fault
    by itself.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sheets: dict[str, Sheet] = {}
        self._codes: dict[str, dict[str, None]] = {}
        self._faults: list[Fault] = []
        self._compared = 0

    def read(self, name: str, row_type: type[Row], key: Sequence[str] = ("code",)) -> list[Row]:
        """Return the sound rows of a table in order of `key`, so that the order of lines has no effect.

        The columns are the fields of `row_type` but the last, `origin`, and those of `ORIGIN_COLUMNS`; a field's type says
        what is allowed, and one with a default may be missing.
        """
        kind = row_kind(row_type)
        sheet = self._sheets[name] = read_sheet(self._folder / name, (*kind.columns, *ORIGIN_COLUMNS), kind.optional)
        self._codes[name] = dict.fromkeys(sorted(sheet.texts("code")))
        self._faults += sheet.faults
        rows: list[Row] = []
        for line in sheet.lines:
            row, faults = read_row(kind, sheet, line)
            self._faults += faults
            rows += [row] if row is not None else []
            sheet.whole &= not any(fault.key == "code" for fault in faults)  # nobody knows what it is called
        self._refuse_twice(rows, key)
        return sorted(rows, key=lambda row: tuple(getattr(row, name) for name in key))

    def refuse(self, row: TableRow, column: str, message: str, **values: object) -> None:
        """Note what is wrong with a column of a row that has been read; `message` is a key of the texts."""
        self._faults.append(Fault(row.origin.place, column, say(message, **values)))

    def refers(self, row: TableRow, column: str, *tables: str) -> bool:
        """Tell whether a column's code is known to stand in one of the tables, and note it where it does not."""
        code = getattr(row, column)
        if any(code in self._codes[table] for table in tables):
            return True
        if self.are_whole(*tables):
            known = [one for table in tables for one in self._codes[table]]
            allowed = listed(known, "table.none_there")
            message = say("table.unknown", code=shortened(code), table=", ".join(tables), allowed=allowed)
            self._faults.append(Fault(row.origin.place, column, message.followed_by(self._guess(code, known))))
        return False

    def are_whole(self, *tables: str) -> bool:
        """Tell whether it is known what stands in tables."""
        return all(self._sheets[table].whole for table in tables)

    def cells(self, table: str, *columns: str) -> set[tuple[str, ...]]:
        """Return what stands in some columns of a table, row by row, whether or not the rows are sound."""
        sheet = self._sheets[table]
        lines = (*sheet.lines, *sheet.torn)
        return {tuple(line.cells.get(column, "") for column in columns) for line in lines}

    def require_sound(self) -> None:
        """Raise TableError with every fault found, by place; nothing where there is none."""
        faults = sorted(self._faults, key=lambda fault: fault.place)
        if faults:
            told = sorted(map(self._placed, faults[:MOST_TOLD]), key=lambda fault: fault.place)
            raise TableError(*told, *faults[MOST_TOLD:])

    def _placed(self, fault: Fault) -> Fault:
        """Return a fault of a cell with the very place of that cell."""
        sheet = next(sheet for sheet in self._sheets.values() if sheet.file == fault.place.file)
        line = next((line for line in sheet.lines if line.number == fault.place.line), None)
        return fault._replace(place=sheet.place(line, fault.key)) if line and fault.key in sheet.columns else fault

    def _guess(self, code: str, known: Collection[str]) -> Message | None:
        self._compared += len(known)
        return guess(code, known) if self._compared <= MOST_COMPARED else None

    def _refuse_twice(self, rows: Iterable[TableRow], key: Sequence[str]) -> None:
        first_at: dict[tuple[Any, ...], int] = {}
        for row in rows:
            values = tuple(getattr(row, name) for name in key)
            if values in first_at:
                self.refuse(row, " ".join(key), "table.twice", given=" ".join(values), line=first_at[values])
            first_at.setdefault(values, row.origin.place.line)
