"""How the figures of two results differ, and whether the difference can be told from zero."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from model.experiment.results.intervals import calculation_error

from ..reading.estimate import SAME, verdict_of
from ..reading.results import Results

Values = dict[int, float]
"""A figure of one scenario and year, by replicate."""
NEGLIGIBLE = 1e-9
"""Relative difference that another processor or compiler may make."""


class Mean(NamedTuple):
    """A mean over runs and its calculation error, NaN where it cannot be estimated."""

    mean: float
    error: float


class Difference(NamedTuple):
    """A figure before and after, the difference, and what may be said of it (a verdict of `estimate`)."""

    old: Mean
    new: Mean
    change: Mean
    verdict: str


def figures(results: Results, measure: str) -> dict[tuple[str, int], Values]:
    """Return a measure by scenario and year: run - twin where there is a twin, else the level."""
    told: dict[tuple[str, int], Values] = {}
    for level in results.levels(measure):
        told.setdefault((level.scenario, level.year), {})[level.replicate] = level.value
    for pair in results.pairs(measure):
        told.setdefault((pair.scenario, pair.year), {})[pair.replicate] = pair.difference
    return told


def difference(old: Values, new: Values, paired: bool) -> Difference:
    """Return how a figure differs.

    `paired` says that a replicate has the same luck in both results: then only replicates both hold are looked at, one by one.
    """
    if paired:
        common = [replicate for replicate in old if replicate in new]
        before, after = (np.array([values[k] for k in common]) for values in (old, new))
        change = _mean(after - before)
    else:
        before, after = (np.array(list(values.values())) for values in (old, new))
        change = Mean(float(after.mean() - before.mean()), unpaired_error(before, after))
    same = before.size == after.size and bool(np.allclose(before, after, rtol=NEGLIGIBLE, atol=0.0))
    verdict = SAME if same and paired else verdict_of(*change)
    return Difference(_mean(before), _mean(after), change, verdict)


def _mean(values: np.ndarray) -> Mean:
    return Mean(float(values.mean()), calculation_error(values))


def unpaired_error(old: Sequence[float] | np.ndarray, new: Sequence[float] | np.ndarray) -> float:
    """Return the half-width of the 95 % interval of the difference of two means (Welch); NaN for fewer than two values."""
    from scipy.special import stdtrit

    sizes = len(old), len(new)
    if min(sizes) < 2:
        return math.nan
    parts = [float(np.var(values, ddof=1)) / len(values) for values in (old, new)]
    whole = sum(parts)
    if whole == 0.0:
        return 0.0
    freedom = whole**2 / sum(part**2 / (size - 1) for part, size in zip(parts, sizes, strict=True))
    return float(stdtrit(freedom, 0.975) * math.sqrt(whole))


def matched(old: Results, new: Results) -> dict[str, str]:
    """Return which scenario is held against which: those of one name, or the only ones of two results, with their twins."""
    with_policy = [list(one.pairs_by_scenario) for one in (old, new)]
    without = [list(one.without_policy) for one in (old, new)]
    if [len(names) for names in with_policy] == [1, 1]:
        (before,), (after,) = with_policy
        return {old.twins[before]: new.twins[after], before: after}
    if with_policy == [[], []] and [len(names) for names in without] == [1, 1]:
        return dict(zip(*without, strict=True))
    return {name: name for names in (without, with_policy) for name in names[0] if name in names[1]}
