"""Strict reading of the CSV tables a region is built from: each row a named tuple, each fault a `TableError`."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, Protocol, TypeVar, get_type_hints

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$")]
Name = Annotated[str, StringConstraints(min_length=1)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Whole = Annotated[int, Field(ge=0)]


def _yes_or_no(text: str | bool) -> bool:
    if text not in ("yes", "no", True, False):
        raise ValueError("write yes or no")
    return text in ("yes", True)


YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]

Grade = Literal["read", "derived", "assumed"]

_FINITE = ConfigDict(allow_inf_nan=False)


class TableError(ValueError):
    """A fault in a table; the text says where (file:line column), what is wrong and what is allowed."""


class Origin(NamedTuple):
    """Where a row's numbers come from, and where the row stands.

    An assumed row has a range: its numbers times `low_factor` to times `high_factor`. `source_or_basis` of a row read
    or derived begins with the name of its source as in docs/sources.md; remarks follow after a semicolon.
    """

    grade: Grade = "assumed"
    low_factor: Positive | None = None
    high_factor: Positive | None = None
    source_or_basis: Name = "made in code"
    place: str = ""

    @property
    def source(self) -> str:
        """Return the name of the source, without the remarks after it."""
        return self.source_or_basis.split(";")[0].strip()


ORIGIN_COLUMNS = ("grade", "low_factor", "high_factor", "source_or_basis")


class TableRow(Protocol):
    """Any row type: a named tuple whose fields are the columns, and `origin` the last."""

    @property
    def origin(self) -> Origin:
        """Return the row's grade, range and source."""


Row = TypeVar("Row", bound=TableRow)


def read_table(path: Path, row_type: type[Row], key: Sequence[str] = ("code",)) -> list[Row]:
    """Return the rows of a table in order of `key`, so that the order of lines has no effect.

    The columns are the fields of `row_type` but the last, `origin`, and those of `ORIGIN_COLUMNS`; a field's type says
    what is allowed. Raises TableError for a missing file or column, an unknown column, a wrong value and a key twice.
    """
    columns = tuple(get_type_hints(row_type))[:-1]
    adapter = TypeAdapter(row_type, config=_FINITE)
    lines = _read_lines(path, columns + ORIGIN_COLUMNS)
    rows = [_row(adapter, f"{path}:{number}", columns, texts) for number, texts in lines]
    _refuse_duplicates(rows, key)
    return sorted(rows, key=lambda row: tuple(getattr(row, name) for name in key))


def by_code(rows: Iterable[Any]) -> dict[str, Any]:
    """Return rows by their `code`, in the order given."""
    return {row.code: row for row in rows}


def refuse(row: TableRow, column: str, fault: str) -> NoReturn:
    """Raise TableError for a column of a row that has been read."""
    raise TableError(f"{row.origin.place} {column}: {fault}")


def check_reference(row: TableRow, column: str, known: Mapping[str, Any], table: str) -> None:
    """Raise TableError unless the column's code is among the `known` ones of `table`."""
    code = getattr(row, column)
    if code not in known:
        refuse(row, column, f"'{code}' is not in {table}; allowed: {', '.join(known) or 'none, the table is empty'}")


def _read_lines(path: Path, expected: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    try:
        # utf-8-sig: spreadsheets write a mark at the start of the file.
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _split(path, csv.reader(file, strict=True), expected)
    except FileNotFoundError:
        columns = ",".join(expected)
        raise TableError(f"{path}: no such table; an empty one has the line {columns}") from None
    except OSError as error:
        raise TableError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise TableError(f"{path}: not UTF-8 text; save it as 'CSV UTF-8 (comma delimited)'") from None


def _split(path: Path, reader: Any, expected: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    try:
        header: list[str] = next(reader, [])
        _check_header(path, header, expected)
        lines = []
        for fields in reader:
            if fields:
                _check_width(f"{path}:{reader.line_num}", fields, header)
                lines.append((reader.line_num, dict(zip(header, (text.strip() for text in fields), strict=True))))
        return lines
    except csv.Error as error:
        raise TableError(f"{path}:{reader.line_num}: not a CSV line: {error}") from None


def _check_header(path: Path, header: Sequence[str], expected: Sequence[str]) -> None:
    if len(header) == 1 and ";" in header[0]:
        fault = "columns are separated by semicolons; separate them by commas, and write 0.5, not 0,5"
        raise TableError(f"{path}:1: {fault}")
    faults = [
        *(f"column {name} is missing" for name in expected if name not in header),
        *(f"column '{name}' is unknown" for name in header if name not in expected),
        *(f"column {name} comes twice" for i, name in enumerate(header) if name in header[:i]),
    ]
    if faults:
        raise TableError(f"{path}:1: {'; '.join(faults)}; the columns are {','.join(expected)}")


def _check_width(place: str, fields: Sequence[str], header: Sequence[str]) -> None:
    if len(fields) != len(header):
        hint = "; write 0.5, not 0,5, and put texts with commas in quotes" if len(fields) > len(header) else ""
        raise TableError(f"{place}: {len(fields)} values for {len(header)} columns{hint}")


_ORIGIN = TypeAdapter(tuple[Grade, Positive | None, Positive | None, Name], config=_FINITE)


def _row(adapter: TypeAdapter[Row], place: str, columns: Sequence[str], texts: dict[str, str]) -> Row:
    for column, text in texts.items():
        _check_number_text(place, column, text)
    try:
        return adapter.validate_python({**{c: texts[c] for c in columns}, "origin": _origin(place, texts)})
    except ValidationError as error:
        raise _as_table_error(place, columns, error) from None


_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf(inity)?)", re.IGNORECASE)


def _check_number_text(place: str, column: str, text: str) -> None:
    if _DECIMAL_COMMA.fullmatch(text):
        point = text.replace(",", ".")
        raise TableError(f"{place} {column}: '{text}' has a comma; write {point}, and thousands without a mark")
    if _NOT_FINITE.fullmatch(text):
        raise TableError(f"{place} {column}: '{text}' is not a finite number")


def _origin(place: str, texts: dict[str, str]) -> Origin:
    try:
        values = _ORIGIN.validate_python(tuple(texts[name] or None for name in ORIGIN_COLUMNS))
    except ValidationError as error:
        raise _as_table_error(place, ORIGIN_COLUMNS, error) from None
    origin = Origin(*values, place=place)
    _check_range(origin)
    return origin


def _check_range(origin: Origin) -> None:
    low, high = origin.low_factor, origin.high_factor
    if origin.grade != "assumed":
        if low is not None or high is not None:
            fault = f"the grade '{origin.grade}' has no range; leave low_factor and high_factor empty"
            raise TableError(f"{origin.place} low_factor: {fault}")
    elif low is None or high is None or not low <= 1 <= high or low == high:
        fault = "an assumed row needs a range, low_factor <= 1 <= high_factor, such as 0.5 and 2"
        raise TableError(f"{origin.place} low_factor: {fault}")


def _as_table_error(place: str, columns: Sequence[str], error: ValidationError) -> TableError:
    first = error.errors()[0]
    at = first["loc"][0] if first["loc"] else ""
    column = columns[at] if isinstance(at, int) else at
    value = "nothing" if first["input"] in (None, "") else f"'{first['input']}'"
    return TableError(f"{place} {column}: {value} is given; {first['msg'][:1].lower()}{first['msg'][1:]}")


def _refuse_duplicates(rows: Iterable[TableRow], key: Sequence[str]) -> None:
    first_at: dict[tuple[Any, ...], str] = {}
    for row in rows:
        values = tuple(getattr(row, name) for name in key)
        if values in first_at:
            refuse(row, " ".join(key), f"'{' '.join(values)}' stands already at {first_at[values]}; each may come once")
        first_at[values] = row.origin.place
