"""Dates and sums of a scenario that do not go together: what lies outside the horizon, and a pot larger than its funding.

What a scenario says and nobody would ever notice in a result is a fault: money that is paid, or a thing that happens, before
recording begins is in no sum. A dated value may change before the simulation starts (what was decided last is in force
then) and after it ends (a parent's horizon may be cut short), but its first date must not lie after the end: it would never
act. Programmes may lie outside where a horizon is cut short, and are
told only where the file that adds one leaves the horizon to its parent.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from .. import months
from ..faults import Cause, Fault, say
from ..scalars import month_fault
from .levers import FeasibilityGrants, Funding, Window
from .nodes import at, deepest, entries, text_at, valid
from .scenario import Horizon
from .strict_yaml import KeyPath, Node, written

HORIZON = ("start", "recorded_from", "end")
PAID: tuple[KeyPath, ...] = (("levers", "centre", "funding"), ("levers", "platform", "funding"))
OFFERED: tuple[KeyPath, ...] = (("levers", "investment_grant"), ("levers", "guarantee"))
PROGRAMMES: tuple[KeyPath, ...] = (("society", "programmes"), ("levers", "programmes"))
DATED: tuple[KeyPath, ...] = (
    ("society", "landfill_tax_dkk_per_t"),
    ("society", "demand"),
    ("levers", "landfill_tax_added_dkk_per_t"),
    ("levers", "subsidy_dkk_per_t"),
)


class _Span(NamedTuple):
    """Months from first to last, the place where the first one stands, and the list or group that it is a part of."""

    first: int
    last: int
    path: KeyPath
    node: Node
    whole: KeyPath


def date_faults(content: Node) -> Iterator[Fault]:
    """Return what does not fit the horizon or the sums of a scenario, as far as both can be read."""
    yield from _horizon_faults(content)
    yield from _pot_faults(content)
    horizon = valid(Horizon, at(content, ("horizon",)))
    if horizon:
        yield from _span_faults(content, horizon)


def _span_faults(content: Node, horizon: Horizon) -> Iterator[Fault]:
    for span in (*_payments(content), *_offers(content)):
        if span.first < horizon.recorded_from or span.last > horizon.end:
            yield _outside("outside_horizon", span, content, horizon)
    for span in _added_programmes(content):
        if span.last < horizon.start or span.first > horizon.end:
            yield _outside("programme_outside", span, content, horizon)
    for span in _events(content):
        if not horizon.recorded_from <= span.first <= horizon.end:
            yield _outside("event_outside", span, content, horizon)
    for span in _first_dates(content):
        if span.first > horizon.end:
            yield _outside("dated_after_end", span, content, horizon)


def _outside(key: str, span: _Span, content: Node, horizon: Horizon) -> Fault:
    dates = {"first": span.first, "last": span.last, "start": horizon.start, "end": horizon.end}
    dates["recorded"] = horizon.recorded_from
    message = say(key, **{name: months.label(month) for name, month in dates.items()})
    too_early = "start" if key == "programme_outside" else "recorded_from"
    limit = ("horizon", too_early if span.first < getattr(horizon, too_early) else "end")
    cause = Cause(deepest(content, limit)[0].place, written(limit), span.whole)
    return Fault(span.node.place, written(span.path), message, cause)


def _payments(content: Node) -> Iterator[_Span]:
    for path in PAID:
        for index, line in enumerate(entries(content, path)):
            if paid := valid(Funding, line):
                yield _span(line, (*path, index, "first"), paid.first, paid.months)._replace(whole=path)


def _offers(content: Node) -> Iterator[_Span]:
    for path in OFFERED:
        group = at(content, path)
        window = _window(group)
        if group and window:
            yield _span(group, (*path, "first"), window.first, window.months)


def _added_programmes(content: Node) -> Iterator[_Span]:
    end = deepest(content, ("horizon", "end"))[0]
    if end.place.file == content.place.file:
        return
    for path in PROGRAMMES:
        yield from _added_under(path, content)


def _added_under(path: KeyPath, content: Node) -> Iterator[_Span]:
    for index, group in enumerate(entries(content, path)):
        if group.place.file == content.place.file and (window := _window(group)):
            yield _span(group, (*path, index, "first"), window.first, window.months)._replace(whole=path)


def _events(content: Node) -> Iterator[_Span]:
    path: KeyPath = ("society", "events")
    for index, event in enumerate(entries(content, path)):
        node = at(event, ("month",))
        if node and isinstance(node.content, str) and not month_fault(node.content):
            yield _span(event, (*path, index, "month"), months.parse(node.content), 1)._replace(whole=path)


def _first_dates(content: Node) -> Iterator[_Span]:
    for path in DATED:
        dated = at(content, path)
        if dated and isinstance(dated.content, dict) and dated.content and not any(map(month_fault, dated.content)):
            first = min(dated.content)
            node = dated.content[first]
            begins = months.parse(first)
            yield _Span(begins, begins, (*path, first), node._replace(place=node.key_place), path)


def _span(group: Node, path: KeyPath, first: int, number: int) -> _Span:
    return _Span(first, first + number - 1, path, deepest(group, path[-1:])[0], path[:-1])


def _window(group: Node | None) -> Window | None:
    """Return the months a group names, whatever else it says."""
    if not group or not isinstance(group.content, dict):
        return None
    named: dict[str, Node] = {key: group.content[key] for key in ("first", "months") if key in group.content}
    return valid(Window, group._replace(content=named))


def _horizon_faults(content: Node) -> Iterator[Fault]:
    """Return the first two dates of the horizon that are in the wrong order, told where the file itself sets one."""
    names = [name for name in HORIZON if text_at(content, ("horizon", name))]
    dates = [text_at(content, ("horizon", name)) or "" for name in names]
    if names != [*HORIZON] or any(map(month_fault, dates)):
        return
    for (early, first), (late, second) in pairwise(zip(names, dates, strict=True)):
        if first > second:
            own = [name for name in (late, early) if deepest(content, ("horizon", name))[0].place.file == content.place.file]
            told = (own or [late])[0]
            place = deepest(content, ("horizon", told))[0].place
            message = say("horizon_reversed", early=early, first=first, late=late, second=second)
            yield Fault(place, f"horizon.{told}", message)
            return


def _pot_faults(content: Node) -> Iterator[Fault]:
    path: KeyPath = ("levers", "centre", "grants")
    grants = valid(FeasibilityGrants, at(content, path))
    lines = [valid(Funding, line) for line in entries(content, PAID[0])]
    income = sum(line.total_dkk for line in lines if line)
    if grants and all(lines) and grants.total_dkk > income:
        node = deepest(content, (*path, "total_dkk"))[0]
        message = say("pot_too_large", pot=f"{grants.total_dkk:.15g}", income=f"{income:.15g}")
        cause = Cause(deepest(content, PAID[0])[0].place, written(PAID[0]), path, "null")
        yield Fault(node.place, written((*path, "total_dkk")), message, cause)
