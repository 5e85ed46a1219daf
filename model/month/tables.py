"""Makes tables of records."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def blank(rows: int, kind: np.dtype) -> Any:
    """Return a table of so many records, all zeros, whose fields are read and written as attributes."""
    return np.zeros(rows, kind).view(np.recarray)


def filled(rows: list[tuple[Any, ...]], names: Sequence[str] | None, kind: np.dtype) -> Any:
    """Return a table with these columns filled from rows."""
    made = blank(len(rows), kind)
    for name, values in zip(names or (), zip(*rows, strict=True), strict=False):
        made[name] = values
    return made
