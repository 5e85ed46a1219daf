"""Calendar months as integers, so that dates can be compared, counted and used as draw keys."""

import re

NEVER = -1
"""Stands for a month that did not come."""

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def month(year: int, number: int) -> int:
    """Return the month count since year 0; `number` is 1 for January."""
    return year * 12 + number - 1


def parse(text: str) -> int:
    """Read `2011-01`; raise ValueError with the expected form otherwise."""
    found = _MONTH.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' is not a month; write it as 2011-01")
    return month(int(found[1]), int(found[2]))


def label(month: int) -> str:
    """Write a month as `2011-01`."""
    return f"{year(month)}-{month % 12 + 1:02d}"


def year(month: int) -> int:
    """Return the calendar year a month belongs to."""
    return month // 12
