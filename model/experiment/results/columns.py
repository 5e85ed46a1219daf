"""Columns of a table in little room: made in the process that did a run, put together by the one that writes them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

TEXT, WHOLE, NUMBER = "VARCHAR", "BIGINT", "DOUBLE"
"""What a column may hold, by the name SQL has for it."""

_DTYPES = {WHOLE: np.int64, NUMBER: np.float64}


class Texts(NamedTuple):
    """A column of texts: `codes` says which of the `words` stands in each row, -1 for an empty cell."""

    codes: np.ndarray
    words: Sequence[str]


Column = np.ndarray | Texts | str | int | float
"""A masked array has empty cells; a text or number alone stands in every row."""


class Part(NamedTuple):
    """So many rows of a table, by column."""

    rows: int
    columns: dict[str, Column]


def part(kinds: dict[str, str], held: dict[str, Any]) -> Part:
    """Return columns and sequences of one length as part of a table whose columns are of these kinds."""
    columns = {name: _column(kinds[name], values) for name, values in held.items()}
    return Part(max((_length(values) for values in columns.values()), default=0), columns)


def texts(values: Sequence[str | None]) -> Texts:
    """Return a column of texts, None for an empty cell."""
    words = [word for word in dict.fromkeys(values) if word is not None]
    places: dict[str | None, int] = {None: -1} | {word: i for i, word in enumerate(words)}
    return coded([places[value] for value in values], words)


def coded(codes: Any, words: Sequence[str]) -> Texts:
    """Return a column of texts given by their places among `words`."""
    return Texts(np.asarray(codes, dtype=_smallest(words)), words)


def joined(kind: str, parts: Sequence[tuple[int, Column]]) -> np.ndarray | Texts:
    """Return one column of those that stand below each other, each given with its number of rows."""
    if kind == TEXT:
        return _joined_texts([_spread_text(rows, values) for rows, values in parts])
    arrays = [np.empty(0, dtype=_DTYPES[kind]), *(_spread(rows, values) for rows, values in parts)]
    return np.ma.concatenate(arrays) if any(map(np.ma.isMaskedArray, arrays)) else np.concatenate(arrays)


def _joined_texts(parts: Sequence[Texts]) -> Texts:
    words = list(dict.fromkeys(word for one in parts for word in one.words))
    places = {word: i for i, word in enumerate(words)}
    codes = [np.empty(0, dtype=_smallest(words))]
    codes += [coded([places[word] for word in one.words] + [-1], words).codes[one.codes] for one in parts]
    return Texts(np.concatenate(codes), words)


def _spread_text(rows: int, values: Column) -> Texts:
    return values if isinstance(values, Texts) else coded(np.broadcast_to(0, rows), [str(values)])


def _spread(rows: int, values: Column) -> np.ndarray:
    return values if isinstance(values, np.ndarray) else np.broadcast_to(np.array(values), rows)


def _smallest(words: Sequence[str]) -> np.dtype:
    return np.min_scalar_type(-len(words) - 1)


def _column(kind: str, values: Any) -> Column:
    if isinstance(values, np.ndarray | Texts | str | int | float):
        return values
    return texts(values) if kind == TEXT else _numbers(kind, values)


def _length(values: Column) -> int:
    if isinstance(values, Texts):
        return values.codes.size
    return values.size if isinstance(values, np.ndarray) else 0


def _numbers(kind: str, values: Sequence[float | None]) -> np.ndarray:
    if None not in values:
        return np.array(values, dtype=_DTYPES[kind])
    empty = [value is None for value in values]
    return np.ma.array([value or 0 for value in values], mask=empty, dtype=_DTYPES[kind])
