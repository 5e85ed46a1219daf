"""How far the runs agree, what jobs hang on, and which scenario is the best of several."""

from typing import Any

import numpy as np

from .estimate import estimate
from .evidence import Evidence, same_replicates
from .findings import ENOUGH_TO_HALVE, SENSITIVITY, Best, Halves, Sure


def sure(evidence: Evidence) -> Sure:
    """Return how far the runs agree."""
    found = {measure: evidence.estimate(measure, evidence.last) for measure in ("savings", "jobs_retained")}
    figures = {measure: one for measure, one in found.items() if one is not None}
    varied = bounds(evidence) is not None or len(set(evidence.draws(SENSITIVITY).values())) > 1
    return Sure(evidence.last, evidence.runs, evidence.results.replicates, figures, varied, _halves(evidence))


def best(evidence: Evidence) -> Best | None:
    """Return the scenario with the highest savings among those held against the same twin; None below two."""
    twins = evidence.results.twins
    names = [name for name, twin in twins.items() if twin == twins.get(evidence.scenario)]
    found = {name: evidence.values("savings", evidence.last, name) for name in names}
    if len(found) < 2 or not found[evidence.scenario].size or not same_replicates(evidence, names):
        return None
    first = max(names, key=lambda name: found[name].mean())
    others = np.max([values for name, values in found.items() if name != first], axis=0)
    highest = int((found[first] > others).sum())
    money = evidence.estimate("public_money", evidence.last, first)
    return Best(first, evidence.last, estimate(found[first]), money, len(names), highest, found[first].size)


def bounds(evidence: Evidence) -> tuple[float, float] | None:
    """Return between what the closure sensitivity is drawn; None where it is fixed."""
    group, name = SENSITIVITY.split(".")
    number: Any = evidence.input.get("uncertainties", {}).get(group, {}).get(name, {})
    low, high = number.get("low"), number.get("high")
    return (low, high) if low is not None and high is not None else None


def _halves(evidence: Evidence) -> Halves | None:
    """Split the runs by their closure sensitivity; None where runs are few or it was not drawn."""
    draws, jobs = evidence.draws(SENSITIVITY), evidence.values("jobs_retained", evidence.last)
    drawn = np.array([draws[k] for k in evidence.replicates() if k in draws])
    if not evidence.paired or drawn.size != jobs.size or drawn.size < ENOUGH_TO_HALVE or drawn.min() == drawn.max():
        return None
    order, half = np.argsort(drawn, kind="stable"), drawn.size // 2
    low, high = order[:half], order[-half:]
    return Halves(estimate(jobs[low]), _ends(drawn[low]), estimate(jobs[high]), _ends(drawn[high]))


def _ends(values: np.ndarray) -> tuple[float, float]:
    return float(values.min()), float(values.max())
