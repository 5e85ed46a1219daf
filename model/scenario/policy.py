"""When a scenario's policy is at work: from the first month in which a lever has a value of its own to the last."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from .levers import Funding, Levers
from .scenario import Scenario


class Span(NamedTuple):
    """Months from first to last, both counted."""

    first: int
    last: int


def policy_span(scenario: Scenario) -> Span | None:
    """Return when a scenario's levers are at work within what is simulated; None where none ever is."""
    horizon = scenario.horizon
    spans = [
        Span(max(one.first, horizon.start), min(one.last, horizon.end))
        for one in _spans(scenario.levers, horizon.end)
        if one.first <= horizon.end and one.last >= horizon.start
    ]
    return Span(min(one.first for one in spans), max(one.last for one in spans)) if spans else None


def _spans(levers: Levers, end: int) -> Iterator[Span]:
    for instrument in (levers.centre, levers.platform):
        yield from map(_paid, instrument.funding if instrument is not None else ())
    for dated in (levers.landfill_tax_added_dkk_per_t, levers.subsidy_dkk_per_t):
        yield from _in_force(dated or {}, end)
    for window in (levers.investment_grant, levers.guarantee, *levers.programmes):
        if window is not None:
            yield Span(window.first, window.first + window.months - 1)


def _paid(line: Funding) -> Span:
    return Span(line.first, line.first + line.months - 1)


def _in_force(dated: Mapping[int, float], end: int) -> Iterator[Span]:
    """Return the months in which a dated value is above nothing; the last one holds to the end."""
    for month, until in pairwise([*sorted(dated), end + 1]):
        if dated[month] > 0:
            yield Span(month, until - 1)
