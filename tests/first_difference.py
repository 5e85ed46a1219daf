"""Finds where two results of one run part: the first event, in time, that is in one but not in the other or differs.

Both results are read as dated events: what stood before the first month; cases opened, assessed, matched, started, ended;
the centre's diary month by month; what was summed up by year. Texts and whole numbers, money in whole øre among them, must
be equal; other numbers may differ by a billionth of their size.
"""

from collections.abc import Iterator
from math import isclose
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from model import months
from model.months import NEVER
from model.outcomes import NAMES, UNITS
from model.record import CaseRecord, RunResult

RELATIVE, ABSOLUTE = 1e-9, 1e-12
MEASURED = ("t", "m3", "MWh", "FTE")
"""Units of outcomes that are no whole numbers; money is one of whole øre, all else is counted."""
BEFORE = NEVER
"""The month of what stands before the first one."""

Fields = dict[str, Any]


class Difference(NamedTuple):
    """The first event that differs: when, of what, both sides of it, and how many events differ in all.

    `case` is the case it belongs to, "" where it is none; what led to it was decided from month `since` to month `month`.
    A side without the event is None.
    """

    since: int
    month: int
    what: str
    case: str
    ours: Fields | None
    theirs: Fields | None
    count: int = 1

    def __str__(self) -> str:
        when = "before the first month" if self.month == BEFORE else months.label(self.month)
        return "\n".join([f"{when}, {self.what}; events that differ in all: {self.count}", *_side_by_side(self)])


class Event(NamedTuple):
    """Something dated in one result: its rank within the month, what it is in words, its values, all there is to show of it.

    Values are compared; `shown`, where it is given, is printed in their place.
    """

    month: int
    rank: int
    what: str
    values: Fields
    since: int = BEFORE
    case: str = ""
    shown: Fields | None = None


Key = tuple[Any, ...]
Events = dict[Key, Event]


def first_difference(ours: RunResult, theirs: RunResult) -> Difference | None:
    """Return the first event of two results that differs, None where all are equal."""
    found = [*_differing(_frame(ours), _frame(theirs))]
    if not found:
        found = [
            *_differing(_case_events(ours), _case_events(theirs)),
            *_differing(_diary(ours), _diary(theirs)),
            *_outcome_differences(ours, theirs),
            *_job_differences(ours, theirs),
        ]
    first = min(found, key=lambda entry: entry[0], default=None)
    return first[1]._replace(count=len(found)) if first else None


# --- equal enough ----------------------------------------------------------------------------------------------------


def equal(one: Any, other: Any) -> bool:
    """Tell whether two values are the same: floats nearly, columns of DKK to the øre, all else exactly."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.shape(one) == np.shape(other) and bool(np.array_equal(in_ore(one), in_ore(other)))
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return bool(one == other)


def in_ore(dkk: Any) -> np.ndarray:
    """Return whole øre."""
    return np.rint(100.0 * np.asarray(dkk))


def _near(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.isclose(one, other, rtol=RELATIVE, atol=ABSOLUTE)


def _differing(ours: Events, theirs: Events) -> Iterator[tuple[Key, Difference]]:
    """Yield the events that are in one only, come in another month, or have other values; each with its place in time."""
    for key in {**ours, **theirs}:
        sides = ours.get(key), theirs.get(key)
        there = [event for event in sides if event is not None]
        if len(there) < 2 or _differ(*there):
            first = min(there, key=attrgetter("month"))
            yield (first.month, first.rank, str(key)), _difference(first, *sides)


def _differ(one: Event, other: Event) -> bool:
    same = one.month == other.month and one.values.keys() == other.values.keys()
    return not same or not all(equal(value, other.values[name]) for name, value in one.values.items())


def _difference(first: Event, ours: Event | None, theirs: Event | None) -> Difference:
    if ours is not None and theirs is not None:
        later = "" if ours.month == theirs.month else f" (ours {_label(ours.month)}, theirs {_label(theirs.month)})"
    else:
        later = " (ours only)" if theirs is None else " (theirs only)"
    shown = [None if event is None else event.shown or event.values for event in (ours, theirs)]
    return Difference(first.since, first.month, first.what + later, first.case, *shown)


# --- results as events -----------------------------------------------------------------------------------------------


def _frame(result: RunResult) -> Events:
    """What two results must share before anything in them can be set side by side."""
    draws = {name: float(value) for name, value in result.draws.items()}
    shape = {
        "outcomes": np.shape(result.outcomes),
        "jobs_lost_by_firm": np.shape(result.jobs_lost_by_firm),
        "savings_by_year_dkk": sorted({np.shape(case.savings_by_year_dkk) for case in result.cases}),
    }
    frame = {"years": tuple(result.years), "municipalities": tuple(result.municipalities), "firms": tuple(result.firms)}
    parts = {"years, places and firms": frame, "draws": draws, "shape of the results": shape}
    return {(name,): Event(BEFORE, rank, name, values) for rank, (name, values) in enumerate(parts.items())}


FROM_THE_OPENING = (
    "supplier",
    "receiver",
    "supplier_municipality",
    "receiver_municipality",
    "supplier_sector",
    "receiver_sector",
    "supplier_size",
    "receiver_size",
    "residual",
    "linkage",
    "mode",
    "distance_km",
    "attempt",
    "opened_by",
    "unit",
    "quantity_per_year",
    "supplier_known",
    "supplier_partners",
    "receiver_partners",
    "private",
)
STEPS: dict[str, tuple[str, ...]] = {
    "opened": FROM_THE_OPENING,
    "assessed": (),
    "matched": ("capital_dkk",),
    "started": ("investment_grant_dkk",),
    "ended": ("end_cause",),
}
"""The months of a case, and which of its fields are settled by then."""
AT_LAST = (
    "end_cause",
    "price_dkk_per_unit",
    "helped_months",
    "delivered",
    "savings_supplier_dkk",
    "savings_receiver_dkk",
)
"""Fields of a case that go on changing while it lasts, and what it ended of, "" where it has not."""
MONEY_OF_A_CASE = ("savings_supplier_dkk", "savings_receiver_dkk")
"""Those that were booked in whole øre."""


def _case_events(result: RunResult) -> Events:
    found: Events = {("order",): _order(result)}
    for case in result.cases:
        for rank, step in enumerate(STEPS):
            if getattr(case, step) != NEVER:
                found[case.case, step] = _step(case, step, rank)
        found |= {(case.case, year): event for year, event in _years(case, result)}
        found[case.case, "at last"] = _at_last(case, result)
    return found


def _order(result: RunResult) -> Event:
    """The cases in the order they are listed in; looked at last of all."""
    return Event(_last_month(result), 99, "order of the cases", {"cases": tuple(case.case for case in result.cases)})


def _step(case: CaseRecord, step: str, rank: int) -> Event:
    what = f"case {case.case} {step}" + (f" ({case.end_cause})" if step == "ended" else "")
    month = getattr(case, step)
    return Event(month, rank, what, _values(case, STEPS[step]), month, case.case, case._asdict())


def _values(case: CaseRecord, names: tuple[str, ...]) -> Fields:
    fields = {name: getattr(case, name) for name in names}
    return fields | {name: np.array(fields[name]) for name in MONEY_OF_A_CASE if name in fields}


def _years(case: CaseRecord, result: RunResult) -> Iterator[tuple[int, Event]]:
    """Yield the savings of each year in which the case lived, or in which it has any."""
    ended = case.ended if case.ended != NEVER else _last_month(result)
    for year, saved in zip(result.years, case.savings_by_year_dkk, strict=False):
        first, last = max(months.month(year, 1), case.opened), min(months.month(year, 12), ended)
        if first <= last or saved.any():
            what = f"savings of case {case.case} in {year}"
            yield year, Event(last, 20, what, {"savings_dkk": saved}, min(first, last), case.case, case._asdict())


def _at_last(case: CaseRecord, result: RunResult) -> Event:
    month = case.ended if case.ended != NEVER else _last_month(result)
    what = f"case {case.case} as it stands at last"
    return Event(month, 21, what, _values(case, AT_LAST), case.opened, case.case, case._asdict())


def _last_month(result: RunResult) -> int:
    return months.month(result.years[-1], 12)


def _diary(result: RunResult) -> Events:
    return {
        ("diary", n): Event(row.month, 10, f"row {n + 1} of the centre's diary", row._asdict(), row.month)
        for n, row in enumerate(result.centre)
    }


# --- columns ---------------------------------------------------------------------------------------------------------


def _outcome_differences(ours: RunResult, theirs: RunResult) -> Iterator[tuple[Key, Difference]]:
    money = np.array([unit == "DKK" for unit in UNITS.values()])
    measured = np.array([unit in MEASURED for unit in UNITS.values()])
    one, other = ours.outcomes, theirs.outcomes
    same = np.where(money, in_ore(one) == in_ore(other), np.where(measured, _near(one, other), one == other))
    for year, place in zip(*np.nonzero(~same.all(axis=2)), strict=True):
        names = [name for name, equal in zip(NAMES, same[year, place].tolist(), strict=True) if not equal]
        what = f"outcomes of {ours.years[year]} in {ours.municipalities[place]}: {', '.join(names)}"
        rows = (dict(zip(NAMES, result.outcomes[year, place].tolist(), strict=True)) for result in (ours, theirs))
        yield _summed(ours.years[year], 30, what, *rows)


def _job_differences(ours: RunResult, theirs: RunResult) -> Iterator[tuple[Key, Difference]]:
    same = _near(ours.jobs_lost_by_firm, theirs.jobs_lost_by_firm)
    for year, row in zip(*np.nonzero(~same), strict=True):
        what = f"jobs lost in expectation in {ours.years[year]} by {ours.firms[row]}"
        lost = ({"jobs_lost": float(result.jobs_lost_by_firm[year, row])} for result in (ours, theirs))
        yield _summed(ours.years[year], 31, what, *lost)


def _summed(year: int, rank: int, what: str, ours: Fields, theirs: Fields) -> tuple[Key, Difference]:
    first, last = months.month(year, 1), months.month(year, 12)
    return (last, rank, what), Difference(first, last, what, "", ours, theirs)


# --- in words --------------------------------------------------------------------------------------------------------


MONTHS = {*STEPS, "month"}
MOST = 45
"""Fields beyond which only those that differ are shown."""
LONGEST = 60
"""Letters of a value that are shown, as far as it differs."""


def _side_by_side(difference: Difference) -> list[str]:
    """Fields of both sides, one a line, those that differ marked."""
    ours, theirs = difference.ours or {}, difference.theirs or {}
    rows = [("", "ours", "theirs", "")]
    for name in {**ours, **theirs}:
        sides = ours.get(name), theirs.get(name)
        mark = "" if equal(*sides) else "<<<"
        if mark or len(ours) <= MOST:
            rows.append((name, *_told(name, *sides), mark))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ("  ".join(f"{cell:{width + 1}}" for cell, width in zip(row, widths, strict=True)) for row in rows)
    return [f"  {line.rstrip()}" for line in lines]


def _told(name: str, one: Any, other: Any) -> tuple[str, str]:
    texts = [_label(value) if name in MONTHS and isinstance(value, int) else _text(value) for value in (one, other)]
    if max(map(len, texts)) > LONGEST:
        texts = [_cut(text, _parting(*texts)) for text in texts]
    return texts[0], texts[1]


def _label(month: int) -> str:
    return "never" if month == NEVER else months.label(month)


def _text(value: Any) -> str:
    if value is None:
        return "-"
    plain = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    return plain if isinstance(plain, str) else repr(plain)


def _parting(one: str, other: str) -> int:
    """Return the first letter at which two texts differ."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)


def _cut(text: str, around: int) -> str:
    first = max(0, around - LONGEST // 2)
    return ("…" if first else "") + text[first : first + LONGEST] + ("…" if len(text) > first + LONGEST else "")
