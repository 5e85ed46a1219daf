"""What is wrong with what an experiment's report is asked to speak of."""

from collections.abc import Iterator, Mapping

from .. import months
from ..faults import Fault, Message, say
from ..guesses import guess
from .nodes import members_of
from .policy import policy_span
from .scenario import Report, Scenario
from .strict_yaml import KeyPath, Node, plain, written

REPORT: KeyPath = ("experiment", "report")


def report_faults(block: Node, scenarios: Mapping[str, Scenario]) -> Iterator[Fault]:
    """Return what does not fit the scenarios of an experiment, whose own schema holds."""
    told = members_of(block).get("report")
    if told is None or told.content is None:
        return
    asked, nodes = Report.model_validate(plain(told)), members_of(told)
    for key, name in (("scenario", asked.scenario), ("trifle", asked.trifle)):
        if name is not None and (message := _scenario_fault(name, scenarios)):
            yield Fault(nodes[key].place, written((*REPORT, key)), message)
    if asked.trifle is not None and asked.trifle == asked.scenario:
        yield Fault(nodes["trifle"].place, written((*REPORT, "trifle")), say("report_same"))
    if asked.years is not None and (message := _years_fault(asked.years, scenarios)):
        yield Fault(nodes["years"].place, written((*REPORT, "years")), message)


def _scenario_fault(name: str, scenarios: Mapping[str, Scenario]) -> Message | None:
    if name not in scenarios:
        return say("report_unknown", given=name, allowed=", ".join(scenarios)).followed_by(guess(name, list(scenarios)))
    if policy_span(scenarios[name]) is None:
        return say("report_no_policy", given=name)
    return None


def _years_fault(years: tuple[int, ...], scenarios: Mapping[str, Scenario]) -> Message | None:
    horizons = [one.horizon for one in scenarios.values()]
    first = max(months.year(one.recorded_from) for one in horizons)
    last = min(months.year(one.end) for one in horizons)
    if any(not first <= year <= last for year in years):
        return say("report_years", first=first, last=last)
    return say("report_years_order") if list(years) != sorted(set(years)) else None
