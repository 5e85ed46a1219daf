"""When savings come and exchanges start, and what becomes of them when support ends."""

from typing import Any

from model.outcomes import WOULD_NOT_HAVE_COME

from ..reading.estimate import Estimate, estimate
from .evidence import Evidence, estimates, same_replicates
from .findings import ADDITIONAL, FIRST, HELPED, Stop, When


def when(evidence: Evidence) -> When:
    """Return when savings come, and when the first exchange starts."""
    years = [year for year in evidence.results.years if year >= evidence.since]
    found = {year: one for year in years if evidence.paired and (one := evidence.estimate("savings", year)) is not None}
    final = found.get(evidence.last)
    half = None
    if final is not None and final.mean > 0:
        half = next(year for year, one in found.items() if 2 * one.mean >= final.mean)
    kind = HELPED if evidence.has_centre else ADDITIONAL if evidence.paired else FIRST
    return When(found, half, kind, _first_starts(evidence, kind))


def stop(evidence: Evidence) -> Stop | None:
    """Return what becomes of exchanges when support ends; None where there is none."""
    if not evidence.paired or evidence.support is None:
        return None
    month = evidence.support[1]
    ends = int(month[:4])
    goes_on = month >= evidence.end
    years = tuple(dict.fromkeys([min(ends, evidence.last), evidence.last]))
    return Stop(month, goes_on, years, estimates(evidence, ("operating", "pool_members"), years), _handed_over(evidence))


def _first_starts(evidence: Evidence, kind: str) -> tuple[str, ...] | None:
    if evidence.results.recording.cases != "all":
        return None
    told = {"scenario": evidence.scenario, "from": f"{evidence.since}-01"}
    rows = evidence.results.query(_FIRST_STARTS.format(which=_WHICH[kind]), told)
    return tuple(month for (month,) in rows)


def _handed_over(evidence: Evidence) -> dict[str, Estimate]:
    """Return the paired difference to the scenario that is the same but handed over, in the last year."""
    other = _counterpart(evidence)
    if other is None or not same_replicates(evidence, (other, evidence.scenario)):
        return {}
    measures = ("operating", "pool_members", "savings")
    pairs = {m: [evidence.values(m, evidence.last, name) for name in (other, evidence.scenario)] for m in measures}
    return {m: estimate(over - not_over) for m, (over, not_over) in pairs.items() if over.size}


def _counterpart(evidence: Evidence) -> str | None:
    """Return the scenario whose input differs in nothing but that its centre is handed over."""
    if not evidence.centre or evidence.centre.get("handed_over"):
        return None
    wanted = _without_title(evidence.input)
    wanted["levers"] = wanted["levers"] | {"centre": evidence.centre | {"handed_over": True}}
    return next((name for name, given in evidence.inputs.items() if _without_title(given) == wanted), None)


def _without_title(given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key not in ("title", "label")}


_WHICH = {HELPED: "helped_months > 0", ADDITIONAL: f"class = '{WOULD_NOT_HAVE_COME}'", FIRST: "true"}

_FIRST_STARTS = """
    SELECT min(started) AS month FROM cases
    WHERE scenario = $scenario AND started >= $from AND {which} GROUP BY replicate ORDER BY month
"""
