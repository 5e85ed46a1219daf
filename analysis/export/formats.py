"""How numbers look in a workbook: as many decimals as their unit can bear."""

from collections.abc import Sequence
from typing import Any

from ..codebook_columns import BY_ROW, NUMBER, Column
from .contents import kind_of

DECIMALS = {
    "DKK/unit": 2, "m DKK": 1, "m DKK a year": 1, "FTE": 1, "FTE years": 1, "h": 1, "km": 1, "s": 2, "degrees": 4, "0-1": 2,
}  # fmt: skip
"""Decimals by unit; none for all others."""
IN_MEANS = 1
"""Decimals of a mean of what has none by itself."""
PLAIN, WHOLES, GENERAL = "0", "#,##0", "General"


class Formats:
    """The format code of each cell of a table: by column, or by the unit that stands in the row."""

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self._least = IN_MEANS if table == "comparison" else 0
        self._unit_at = columns.index("unit") if "unit" in columns else 0
        self._fixed = [self._code(kind_of(table, name)) for name in columns]
        self._by_unit: dict[Any, str] = {}

    def of(self, place: int, cells: Sequence[Any]) -> str:
        """Return the format code of a cell of a row."""
        code = self._fixed[place]
        if code is not None:
            return code
        unit = cells[self._unit_at]
        if unit not in self._by_unit:
            self._by_unit[unit] = self._with_decimals(unit)
        return self._by_unit[unit]

    def _code(self, column: Column) -> str | None:
        """Return the code of a column, None where it depends on the row."""
        if column.unit == BY_ROW:
            return None
        if column.type != NUMBER:
            return WHOLES if column.unit else PLAIN
        return self._with_decimals(column.unit) if column.unit else GENERAL

    def _with_decimals(self, unit: str) -> str:
        return with_decimals(DECIMALS.get(unit, self._least))


def with_decimals(decimals: int) -> str:
    """Return the format code of numbers with so many decimals."""
    return f"{WHOLES}.{'0' * decimals}" if decimals else WHOLES
