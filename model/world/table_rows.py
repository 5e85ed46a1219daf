"""Rows of a table: what their columns are made of, and how a line of texts becomes a named tuple, or what is wrong with it."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache, partial
from typing import Annotated, Any, Literal, NamedTuple, Protocol, get_args, get_type_hints

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from ..faults import Fault, Message, Offer, Place, Unfit, say
from ..guesses import guess
from ..scalars import shortened, spelt
from .sheets import Line, Sheet
from .table_numbers import as_in_file, cell_fault, plain

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$")]
Name = Annotated[str, StringConstraints(min_length=1)]
# The upper limits are beyond all that a region can hold; what is larger is a slip, and breaks sums or takes all memory.
Positive = Annotated[float, Field(gt=0, le=1e12)]
NonNegative = Annotated[float, Field(ge=0, le=1e12)]
Share = Annotated[float, Field(ge=0, le=1)]
Jobs = Annotated[float, Field(gt=0, le=1e6)]
Km = Annotated[float, Field(gt=0, le=10_000)]
Offset = Annotated[float, Field(ge=-1_000, le=1_000)]
Years = Annotated[float, Field(gt=0, le=100)]
Months = Annotated[int, Field(ge=0, le=600)]
LogSpread = Annotated[float, Field(ge=0, le=10)]
Tonnes = Annotated[float, Field(ge=-1e6, le=1e6)]
TimesAYear = Annotated[int, Field(ge=0, le=10_000)]
People = Annotated[int, Field(ge=0, le=100_000_000)]
Number = Annotated[int, Field(ge=0, le=100_000_000)]


def _yes_or_no(text: str | bool) -> bool:
    if text not in ("yes", "no", True, False):
        raise Unfit("table.yes_or_no", given=_given(text))
    return text in ("yes", True)


YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]

Grade = Literal["read", "derived", "assumed"]

_FINITE = ConfigDict(allow_inf_nan=False)


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


ORIGIN_COLUMNS = ("grade", "low_factor", "high_factor", "source_or_basis")
_FACTORS = ("low_factor", "high_factor")


class TableRow(Protocol):
    """Any row type: a named tuple whose fields are the columns, and `origin` the last."""

    @property
    def origin(self) -> Origin:
        """Return the row's grade, range and source."""


# --- a type of rows --------------------------------------------------------------------------------------------------

_ORIGIN = TypeAdapter(tuple[Grade, Positive | None, Positive | None, Name], config=_FINITE)
_FACTOR: TypeAdapter[Any] = TypeAdapter(Positive, config=_FINITE)


class RowKind(NamedTuple):
    """A type of rows: its columns, what a number must be in each that holds numbers, and what makes a row of texts.

    A table may lack `optional` columns: what the type says by itself then holds in every row.
    """

    columns: tuple[str, ...]
    optional: frozenset[str]
    numbers: Mapping[str, TypeAdapter[Any]]
    adapter: TypeAdapter[Any]


@cache
def row_kind(row_type: type[Any]) -> RowKind:
    """Return what is known of a type of rows."""
    columns = get_type_hints(row_type, include_extras=True)
    del columns["origin"]
    numbers: dict[str, TypeAdapter[Any]] = {
        name: TypeAdapter(kind, config=_FINITE) for name, kind in columns.items() if _is_number(kind)
    }
    optional = frozenset(row_type._field_defaults) - {"origin"}
    return RowKind(tuple(columns), optional, numbers | dict.fromkeys(_FACTORS, _FACTOR), TypeAdapter(row_type, config=_FINITE))


def _is_number(kind: Any) -> bool:
    return kind is float or get_args(kind)[:1] in ((float,), (int,))


# --- a line as a row -------------------------------------------------------------------------------------------------


def read_row(kind: RowKind, sheet: Sheet, line: Line) -> tuple[Any, list[Fault]]:
    """Return a line as a row, None where it is none, and all that is wrong with it."""
    place = Place(sheet.file, line.number)
    texts = {name: _read_as(text, name in kind.numbers, sheet) for name, text in line.cells.items()}
    origin, told = _origin(texts, place)
    given = {column: texts[column] for column in kind.columns if column in texts}
    row, others = _validated(kind.adapter, {**given, "origin": origin}, kind.columns)
    wrong = {name: as_in_file(message, sheet.has_decimal_commas) for name, message in {**others, **told}.items()}
    wrong |= _number_faults(kind, sheet, line)  # which say more of what is wrong with a number as it is written
    return (None if wrong else row), [Fault(place, name, message) for name, message in wrong.items()]


def _read_as(text: str, is_number: bool, sheet: Sheet) -> str:
    return plain(text, sheet.has_decimal_commas) if is_number else text


def _number_faults(kind: RowKind, sheet: Sheet, line: Line) -> dict[str, Message]:
    """Return what stands in columns of numbers and is none, or can be read in two ways."""
    told: dict[str, Message] = {}
    for column, adapter in kind.numbers.items():
        text = line.cells[column]
        if text and (message := cell_fault(text, sheet.has_decimal_commas)):
            told[column] = message.tried(partial(_is_taken, adapter, sheet)) or message
    return told


def _is_taken(adapter: TypeAdapter[Any], sheet: Sheet, offer: Offer) -> bool:
    """Tell whether a number that a message proposes may stand in a column."""
    if not isinstance(offer, str) or cell_fault(offer, sheet.has_decimal_commas):
        return False
    try:
        adapter.validate_python(plain(offer, sheet.has_decimal_commas))
    except ValidationError:
        return False
    return True


def _origin(texts: Mapping[str, str], place: Place) -> tuple[Origin, dict[str, Message]]:
    values, told = _validated(_ORIGIN, tuple(texts[name] or None for name in ORIGIN_COLUMNS), ORIGIN_COLUMNS)
    origin = Origin(*(values or ()))._replace(place=place)
    if values and (message := _range_fault(origin)):
        told = {"low_factor": message}
    return origin, told


def _range_fault(origin: Origin) -> Message | None:
    low, high = origin.low_factor, origin.high_factor
    if origin.grade != "assumed":
        is_empty = low is None and high is None
        return None if is_empty else say("table.range_not_asked", grade=origin.grade)
    if low is None or high is None or not low <= 1 <= high or low == high:
        return say("table.range_needed", low="0.5")
    return None


# --- what pydantic did not take --------------------------------------------------------------------------------------

_KINDS = {
    "greater_than": "table.greater_than",
    "greater_than_equal": "table.greater_than_equal",
    "less_than_equal": "table.less_than_equal",
    "string_pattern_mismatch": "table.not_a_code",
    "string_too_short": "table.empty_cell",
    "int_parsing": "not_whole",
    "int_from_float": "not_whole",
    "float_parsing": "not_a_number",
    "finite_number": "not_finite",
}
_DATE = re.compile(r"\d{1,2}[-./ ]+[^\W\d]{3,}.*|[^\W\d]{3,}[-./ ]+\d{2,4}|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*")
"""What a spreadsheet makes of 1-9 or 10-49: 01-sep, okt-49, 2014-09-01."""


def _validated(adapter: TypeAdapter[Any], values: Any, columns: Sequence[str]) -> tuple[Any, dict[str, Message]]:
    """Return what an adapter makes of values, None where it does not take them, and what it says of each column."""
    try:
        return adapter.validate_python(values), {}
    except ValidationError as error:
        return None, {_column(details, columns): _message(details) for details in error.errors(include_url=False)}


def _column(details: Any, columns: Sequence[str]) -> str:
    at = details["loc"][0] if details["loc"] else ""
    return columns[at] if isinstance(at, int) else str(at)


def _message(details: Any) -> Message:
    kind, context, given = details["type"], details.get("ctx", {}), details["input"]
    if isinstance(context.get("error"), Unfit):
        message: Message = context["error"].message
        return message
    if kind == "literal_error":
        return _choice_fault(given, re.findall("'([^']*)'", str(context["expected"])))
    if given in (None, ""):
        return say("table.empty_cell")
    limits = {name: spelt(value) if isinstance(value, float) else value for name, value in context.items()}
    return say(_KINDS.get(kind, "table.unfit"), **(limits | {"given": _given(given), "example": "0.5"}))


def _choice_fault(given: Any, choices: Collection[str]) -> Message:
    text = str(given or "")
    is_date = _DATE.fullmatch(text) and any(choice[:1].isdigit() for choice in choices)
    hint = say("table.made_a_date") if is_date else guess(text, choices)
    return say("table.literal_error", given=_given(given), allowed=", ".join(choices)).followed_by(hint)


def _given(value: object) -> Message | str:
    return say("table.nothing") if value in (None, "") else shortened(str(value))
