"""What the tables hold about a run as bytes for the ledger, and back. Plain numbers and JSON: nothing in it can be executed."""

import json
import zlib
from typing import Any

import numpy as np

from .columns import Column, Part, Texts
from .tables import Parts

LEVEL = 1
"""Of compression; higher ones take far more time and save little room."""

_LENGTH_BYTES = 4


def packed(parts: Parts) -> bytes:
    """Return the parts as bytes, the same for the same parts: a header of JSON, then the arrays it describes, compressed."""
    arrays: list[np.ndarray] = []
    header = {
        table: [part.rows, {name: _described(column, arrays) for name, column in part.columns.items()}]
        for table, part in parts.items()
    }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    whole = [len(text).to_bytes(_LENGTH_BYTES, "little"), text, *(array.tobytes() for array in arrays)]
    return zlib.compress(b"".join(whole), LEVEL)


def unpacked(content: bytes) -> Parts:
    """Return the parts that `packed` made bytes of. Bytes that are not sound raise ValueError or zlib.error."""
    whole = memoryview(zlib.decompress(content))
    start = _LENGTH_BYTES + int.from_bytes(whole[:_LENGTH_BYTES], "little")
    header = json.loads(bytes(whole[_LENGTH_BYTES:start]))
    arrays = _Arrays(whole, start)
    return {
        table: Part(rows, {name: _column(described, arrays) for name, described in columns.items()})
        for table, (rows, columns) in header.items()
    }


def _described(column: Column, arrays: list[np.ndarray]) -> Any:
    """Return what the header says of a column; its arrays go to the end of the list."""
    if isinstance(column, Texts):
        return {"codes": _kept(column.codes, arrays), "words": list(column.words)}
    if not isinstance(column, np.ndarray):
        return column
    if not np.ma.isMaskedArray(column):
        return {"values": _kept(column, arrays)}
    # What lies under a mask is nobody's business, and must not make equal columns differ.
    return {"values": _kept(column.filled(0), arrays), "empty": _kept(np.ma.getmaskarray(column), arrays)}


def _kept(array: np.ndarray, arrays: list[np.ndarray]) -> list[Any]:
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    arrays.append(little)
    return [little.dtype.str, little.size]


class _Arrays:
    """The arrays behind a header, handed out in the order in which they lie there."""

    def __init__(self, whole: memoryview, start: int) -> None:
        self._whole, self._at = whole, start

    def next(self, described: list[Any]) -> np.ndarray:
        kind, size = np.dtype(described[0]), described[1]
        array = np.frombuffer(self._whole, kind, size, self._at)
        self._at += array.nbytes
        return array


def _column(described: Any, arrays: _Arrays) -> Column:
    if not isinstance(described, dict):
        return described
    if "codes" in described:
        return Texts(arrays.next(described["codes"]), described["words"])
    values = arrays.next(described["values"])
    return np.ma.array(values, mask=arrays.next(described["empty"])) if "empty" in described else values
