"""Strict reading of the CSV tables a region is built from: each row a named tuple, each fault a `TableError`."""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, Protocol, TypeVar, get_args, get_type_hints

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from .faults import Fault, Faulty, Message, Place, Unfit, os_reason, say
from .guesses import guess
from .scalars import is_ambiguous, number_fault, shortened, spelt

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$")]
Name = Annotated[str, StringConstraints(min_length=1)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Whole = Annotated[int, Field(ge=0)]


def _yes_or_no(text: str | bool) -> bool:
    if text not in ("yes", "no", True, False):
        raise Unfit("table.yes_or_no", given=_given(text))
    return text in ("yes", True)


YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]

Grade = Literal["read", "derived", "assumed"]

_FINITE = ConfigDict(allow_inf_nan=False)


class TableError(Faulty):
    """A fault in a table: where (file:line column), what is wrong and what is allowed."""


class Origin(NamedTuple):
    """Where a row's numbers come from, and where the row stands.

    An assumed row has a range: its numbers times `low_factor` to times `high_factor`. `source_or_basis` of a row read
    or derived begins with the name of its source as in docs/sources.md; remarks follow after a semicolon.
    """

    grade: Grade = "assumed"
    low_factor: Positive | None = None
    high_factor: Positive | None = None
    source_or_basis: Name = "made in code"
    place: Place = Place("")

    @property
    def source(self) -> str:
        """Return the name of the source, without the remarks after it."""
        return self.source_or_basis.split(";")[0].strip()


MOST_BYTES, MOST_ROWS = 5_000_000, 10_000
"""Of a table; all municipalities of Denmark, each sector and each size class make 8,000 rows."""
MOST_COLUMNS_TOLD = 10
"""Of the columns that are unknown, or stand there twice, so many are named."""
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
    kind = _row_kind(row_type)
    lines = _read_lines(path, (*kind.columns, *ORIGIN_COLUMNS))
    rows = [_row(kind, Place(path.as_posix(), number), texts) for number, texts in lines]
    _refuse_duplicates(rows, key)
    return sorted(rows, key=lambda row: tuple(getattr(row, name) for name in key))


def by_code(rows: Iterable[Any]) -> dict[str, Any]:
    """Return rows by their `code`, in the order given."""
    return {row.code: row for row in rows}


def refuse(row: TableRow, column: str, message: str, **values: object) -> NoReturn:
    """Raise TableError for a column of a row that has been read; `message` is a key of the texts."""
    _refuse(row.origin.place, column, message, **values)


def check_reference(row: TableRow, column: str, known: Mapping[str, Any], table: str) -> None:
    """Raise TableError unless the column's code is among the `known` ones of `table`."""
    code = getattr(row, column)
    if code not in known:
        allowed = ", ".join(known) or say("table.none_there")
        _raise(row.origin.place, column, say("table.unknown", code=code, table=table, allowed=allowed), guess(code, known))


def _refuse(place: Place, column: str, message: str, **values: object) -> NoReturn:
    _raise(place, column, say(message, **values))


def _raise(place: Place, column: str, message: Message, *more: Message | None) -> NoReturn:
    raise TableError(Fault(place, column, message.followed_by(*more))) from None


# --- lines -----------------------------------------------------------------------------------------------------------


def _read_lines(path: Path, expected: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    whole = Place(path.as_posix())
    try:
        if path.stat().st_size > MOST_BYTES:
            _refuse(whole, "", "table.too_big", most=MOST_BYTES)
        # utf-8-sig: spreadsheets write a mark at the start of the file.
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _split(whole.file, csv.reader(file, strict=True), expected)
    except FileNotFoundError:
        _refuse(whole, "", "table.missing", columns=",".join(expected))
    except OSError as error:
        _refuse(whole, "", "unreadable", reason=os_reason(error))
    except UnicodeDecodeError:
        _refuse(whole, "", "table.not_utf8")


def _split(file: str, reader: Any, expected: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    try:
        header: list[str] = next(reader, [])
        _check_header(Place(file, 1), header, expected)
        lines: list[tuple[int, dict[str, str]]] = []
        for fields in reader:
            if fields:
                if len(lines) == MOST_ROWS:
                    _refuse(Place(file, reader.line_num), "", "table.too_many_rows", most=MOST_ROWS)
                _check_width(Place(file, reader.line_num), fields, header)
                lines.append((reader.line_num, dict(zip(header, (text.strip() for text in fields), strict=True))))
        return lines
    except csv.Error:
        _refuse(Place(file, max(1, reader.line_num)), "", "table.not_csv")


def _check_header(place: Place, header: Sequence[str], expected: Sequence[str]) -> None:
    if len(header) == 1 and ";" in header[0]:
        _refuse(place, "", "table.semicolons")
    if not header:
        _refuse(place, "", "table.empty", columns=",".join(expected))
    missing = [name for name in expected if name not in header]
    unknown = [name for name in header if name not in expected]
    faults = [
        *(say("table.column_missing", name=name) for name in missing),
        *(_unknown_column(name, missing) for name in unknown[:MOST_COLUMNS_TOLD]),
        *(say("table.column_twice", name=shortened(name)) for name in _twice(header)[:MOST_COLUMNS_TOLD]),
    ]
    if faults:
        first, *others = faults
        _raise(place, "", first, *others, say("table.columns", columns=",".join(expected)))


def _twice(header: Sequence[str]) -> list[str]:
    return [name for name, count in Counter(header).items() if count > 1]


def _unknown_column(name: str, missing: Sequence[str]) -> Message:
    return say("table.column_unknown", name=shortened(name)).followed_by(guess(name, missing))


def _check_width(place: Place, fields: Sequence[str], header: Sequence[str]) -> None:
    if len(fields) != len(header):
        message = "table.too_many_values" if len(fields) > len(header) else "table.too_few_values"
        _refuse(place, "", message, given=len(fields), columns=len(header))


# --- rows ------------------------------------------------------------------------------------------------------------

_ORIGIN = TypeAdapter(tuple[Grade, Positive | None, Positive | None, Name], config=_FINITE)


_FACTORS = ("low_factor", "high_factor")


class _RowKind(NamedTuple):
    """A type of rows: its columns, those of them that hold numbers, and what makes a row of texts."""

    columns: tuple[str, ...]
    numbers: Collection[str]
    adapter: TypeAdapter[Any]


@cache
def _row_kind(row_type: type[Any]) -> _RowKind:
    columns = get_type_hints(row_type, include_extras=True)
    del columns["origin"]
    numbers = {name for name, kind in columns.items() if kind is float or get_args(kind)[:1] in ((float,), (int,))}
    return _RowKind(tuple(columns), frozenset(numbers | {*_FACTORS}), TypeAdapter(row_type, config=_FINITE))


def _row(kind: _RowKind, place: Place, texts: dict[str, str]) -> Any:
    for column, text in texts.items():
        if text and column in kind.numbers:
            _check_number_text(place, column, text)
    try:
        return kind.adapter.validate_python({**{c: texts[c] for c in kind.columns}, "origin": _origin(place, texts)})
    except ValidationError as error:
        _refuse_value(place, kind.columns, error)


def _check_number_text(place: Place, column: str, text: str) -> None:
    """Refuse what stands in a column of numbers and is none, or can be read in two ways."""
    # Tables are written by programs, and 55.681 is a latitude: one point parts decimals here.
    message = None if is_ambiguous(text) and text.count(".") == 1 else number_fault(text)
    if message:
        _raise(place, column, message)


def _origin(place: Place, texts: dict[str, str]) -> Origin:
    try:
        values = _ORIGIN.validate_python(tuple(texts[name] or None for name in ORIGIN_COLUMNS))
    except ValidationError as error:
        _refuse_value(place, ORIGIN_COLUMNS, error)
    origin = Origin(*values, place=place)
    _check_range(origin)
    return origin


def _check_range(origin: Origin) -> None:
    low, high = origin.low_factor, origin.high_factor
    if origin.grade != "assumed":
        if low is not None or high is not None:
            _refuse(origin.place, "low_factor", "table.range_not_asked", grade=origin.grade)
    elif low is None or high is None or not low <= 1 <= high or low == high:
        _refuse(origin.place, "low_factor", "table.range_needed")


_KINDS = {
    "greater_than": "table.greater_than",
    "greater_than_equal": "table.greater_than_equal",
    "less_than_equal": "table.less_than_equal",
    "literal_error": "table.literal_error",
    "string_pattern_mismatch": "table.not_a_code",
    "string_too_short": "table.empty_cell",
    "int_parsing": "not_whole",
    "int_from_float": "not_whole",
    "float_parsing": "not_a_number",
    "finite_number": "not_finite",
}


def _refuse_value(place: Place, columns: Sequence[str], error: ValidationError) -> NoReturn:
    """Raise TableError for the first value pydantic did not take."""
    first = error.errors(include_url=False)[0]
    at = first["loc"][0] if first["loc"] else ""
    column = columns[at] if isinstance(at, int) else str(at)
    _raise(place, column, *_value_messages(first))


def _value_messages(details: Any) -> tuple[Message, Message | None]:
    kind, context, given = details["type"], details.get("ctx", {}), details["input"]
    if isinstance(context.get("error"), Unfit):
        return context["error"].message, None
    if given in (None, "") and kind != "literal_error":
        return say("table.empty_cell"), None
    if kind == "literal_error":
        choices = re.findall("'([^']*)'", str(context["expected"]))
        return say("table.literal_error", given=_given(given), allowed=", ".join(choices)), guess(str(given or ""), choices)
    limits = {name: spelt(value) if isinstance(value, float) else value for name, value in context.items()}
    return say(_KINDS.get(kind, "table.unfit"), **(limits | {"given": _given(given)})), None


def _given(value: object) -> Message | str:
    return say("nothing") if value in (None, "") else shortened(str(value))


def _refuse_duplicates(rows: Iterable[TableRow], key: Sequence[str]) -> None:
    first_at: dict[tuple[Any, ...], Place] = {}
    for row in rows:
        values = tuple(getattr(row, name) for name in key)
        if values in first_at:
            refuse(row, " ".join(key), "table.twice", given=" ".join(values), line=first_at[values].line)
        first_at[values] = row.origin.place
