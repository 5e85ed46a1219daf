"""Tells how the engine came to what it did with one case in one month, by running that month uncompiled and listening."""

from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any

import numpy as np

from .columns import CASE, World
from .compiler import Mirror, Replaced

UNTOLD = ("philox4x32", "key_of", "key", "_open_unit")
"""How a draw is made is nobody's arithmetic."""


def lines_of(step: Callable[[World], None], replaced: Replaced, w: World, case: str) -> list[str]:
    """Run one month uncompiled on columns that stand at its beginning; return what was called for a case, with results.

    `case` is its identity as results tell it. Functions that return nothing are left out.
    """
    listener = _Listener(int(case, 16))
    Mirror(replaced, listener.part).copy(step)(w)
    return listener.lines


class _Listener:
    """Writes down every call that is made while a function deals with the case."""

    def __init__(self, key: int) -> None:
        self.lines: list[str] = []
        self._key, self._depth = key, 0

    def part(self, function: FunctionType, _: dict[str, Any]) -> Any:
        """Return a function that is listened to."""

        @wraps(function)
        def heard(*args: Any) -> Any:
            if not self._depth and not any(map(self._is_it, args)):
                return function(*args)
            self._depth += 1
            place = len(self.lines)
            result = function(*args)
            self._depth -= 1
            if result is not None and not isinstance(result, np.record) and function.__name__ not in UNTOLD:
                name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
                self.lines.insert(place, f"{'  ' * self._depth}{name}({', '.join(map(_told, args))}) = {_told(result)}")
            return result

        return heard

    def _is_it(self, value: Any) -> bool:
        return isinstance(value, np.record) and value.dtype == CASE and int(value["key"]) == self._key


def _told(value: Any) -> str:
    """Return a value in few words: numbers and named tuples of numbers as they are, tables and records by what they hold."""
    if isinstance(value, World):
        return "…"
    if isinstance(value, np.record):
        return f"<{(value.dtype.names or ('record',))[0]} …>"
    if isinstance(value, np.ndarray):
        return f"[{value.size}]"
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        inside = ", ".join(f"{name}={_told(one)}" for name, one in zip(value._fields, value, strict=True))
        return f"{type(value).__name__}({inside})"
    if isinstance(value, tuple):
        return f"({', '.join(map(_told, value))})"
    return f"{value:.10g}" if isinstance(value, float | np.floating) else str(value)
