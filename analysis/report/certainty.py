"""How far the runs agree, what jobs hang on, what a trifle moves, and which scenario is the best of several."""

from typing import Any

import numpy as np

from model.experiment.results.intervals import Trend, trend

from ..reading.estimate import Values, estimate
from ..reading.results import MILLION
from .evidence import Evidence, same_replicates
from .findings import FEW_RUNS, SENSITIVITY, Best, Plants, Sure, Trifle


def sure(evidence: Evidence) -> Sure:
    """Return how far the runs agree."""
    found = {measure: evidence.estimate(measure, evidence.last) for measure in ("savings", "jobs_retained")}
    figures = {measure: one for measure, one in found.items() if one is not None}
    varied = bounds(evidence) is not None or len(set(evidence.draws(SENSITIVITY).values())) > 1
    return Sure(
        evidence.last, evidence.runs, evidence.results.replicates, figures, plants(evidence), varied,
        _with_sensitivity(evidence), _trifle(evidence),
    )  # fmt: skip


def plants(evidence: Evidence) -> Plants | None:
    """Return in how many runs a plant is kept or lost; None without pairs."""
    rows = evidence.results.kept(evidence.scenario, evidence.last) if evidence.paired else []
    kept, lost = sum(row.kept > 0 for row in rows), sum(row.lost > 0 for row in rows)
    return Plants(kept, lost, len(rows)) if rows else None


def best(evidence: Evidence) -> Best | None:
    """Return the scenario with the highest savings among those held against the same twin; None below two."""
    twins = evidence.results.twins
    names = [name for name, twin in twins.items() if twin == twins.get(evidence.scenario)]
    found = {name: evidence.values("savings", evidence.last, name) for name in names}
    if len(found) < 2 or not found[evidence.scenario].size or not same_replicates(evidence, names):
        return None
    first = max(names, key=lambda name: found[name].mean())
    leads = {name: estimate(found[first] - values) for name, values in found.items() if name != first}
    money = evidence.estimate("public_money", evidence.last, first)
    return Best(first, evidence.last, estimate(found[first]), money, leads, _highest_in(found), found[first].size)


def _highest_in(found: dict[str, Values]) -> dict[str, int]:
    """Return in how many runs each is higher than all others."""
    values = np.array(list(found.values()))
    second, top = np.sort(values, axis=0)[-2:]
    return {name: int(((one == top) & (top > second)).sum()) for name, one in zip(found, values, strict=True)}


def bounds(evidence: Evidence) -> tuple[float, float] | None:
    """Return between what the closure sensitivity is drawn; None where it is fixed."""
    group, name = SENSITIVITY.split(".")
    number: Any = evidence.input.get("uncertainties", {}).get(group, {}).get(name, {})
    low, high = number.get("low"), number.get("high")
    return (low, high) if low is not None and high is not None else None


def _with_sensitivity(evidence: Evidence) -> Trend | None:
    """Return how jobs go with their sensitivity."""
    draws, jobs = evidence.draws(SENSITIVITY), evidence.values("jobs_retained", evidence.last)
    drawn = np.array([draws[k] for k in evidence.replicates() if k in draws])
    if not evidence.paired or drawn.size != jobs.size or drawn.size < FEW_RUNS or drawn.min() == drawn.max():
        return None
    return trend(drawn, jobs)


def _trifle(evidence: Evidence) -> Trifle | None:
    """Return what next to nothing moves: of n runs, the k-th value from the top is passed by k / (n + 1) of further ones."""
    moved = evidence.results.trifles("savings", evidence.last) if evidence.results.about.trifle else []
    if len(moved) < FEW_RUNS:
        return None
    upwards = sorted(map(abs, moved))
    money = float(np.mean(evidence.results.trifles("public_money", evidence.last)))
    paid = evidence.values("public_money", evidence.last).mean()
    return Trifle(upwards[-((len(upwards) + 1) // 10)], upwards[-1], money * MILLION, money / paid if paid else 0.0)
