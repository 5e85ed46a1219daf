"""What an experiment's report speaks of: a scenario, the years its tables show, and the year from which sums run.

It says how results are read and bears on no run: no run's id depends on it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ... import months
from ...scenario.policy import policy_span
from ...scenario.scenario import Report, Scenario

YEARS_AFTER = 3
"""Years after a policy's end at which Danish register studies count jobs; of one that does not end, after its beginning."""


class Reference(NamedTuple):
    """A scenario, the years that tables show, and the first year of sums.

    `trifle` names a scenario that differs from it by next to nothing, "" where there is none; it shows how far single runs
    differ for no reason. `policies` holds the first and last month of each scenario's policy, such as 2011-01;
    `handed_over` names the scenarios whose centre goes on under hosts, at a cost to them that no sum counts.
    """

    scenario: str
    years: tuple[int, ...]
    since: int
    trifle: str
    policies: dict[str, tuple[str, str]]
    handed_over: tuple[str, ...]


def reference_of(scenarios: Mapping[str, Scenario], asked: Report | None = None) -> Reference:
    """Return what a report on these scenarios speaks of, as far as `asked` does not say: the first with a lever at work.

    Years are the policy's last, three years on and the horizon's end; sums run from the first policy month of any scenario.
    """
    asked = asked or Report()
    spans = {name: span for name, one in scenarios.items() if (span := policy_span(one))}
    name = asked.scenario or next(iter(spans), next(iter(scenarios)))
    recorded = scenarios[name].horizon
    first = min((span.first for span in spans.values()), default=recorded.recorded_from)
    return Reference(
        scenario=name,
        years=asked.years or _years(scenarios[name]),
        since=months.year(max(first, recorded.recorded_from)),
        trifle=asked.trifle or "",
        policies={one: (months.label(span.first), months.label(span.last)) for one, span in spans.items()},
        handed_over=tuple(one for one, told in scenarios.items() if told.levers.centre and told.levers.centre.handed_over),
    )


def _years(scenario: Scenario) -> tuple[int, ...]:
    span, horizon = policy_span(scenario), scenario.horizon
    first, end = months.year(horizon.recorded_from), months.year(horizon.end)
    if span is None:
        return (end,)
    last = months.year(span.last)
    wanted = (last, last + YEARS_AFTER, end) if last < end else (months.year(span.first) + YEARS_AFTER, end)
    return tuple(sorted({year for year in wanted if first <= year <= end}))


def from_data(told: Mapping[str, Any]) -> Reference:
    """Return the reference that `Reference._asdict` made plain data of."""
    policies = {name: (first, last) for name, (first, last) in told["policies"].items()}
    as_told = {name: tuple(told[name]) for name in ("years", "handed_over")}
    return Reference(**{**told, **as_told, "policies": policies})
