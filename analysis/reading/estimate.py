"""What runs say together: their mean, how sure it is, the range of outcomes, and in how many runs there is more or less."""

from collections.abc import Iterable
from math import isnan, nan
from typing import NamedTuple

import numpy as np

from model.experiment.results.intervals import half_width, outcome_range

Values = np.ndarray
"""One value for each run, in the order of the replicates."""

SAME, ALONE, UNCLEAR, MORE, LESS = "same", "alone", "unclear", "more", "less"
"""What may be said: no difference in any run; one run says nothing of it; not told from nothing; more; less."""

NOTHING = 1e-9
"""Smaller differences are what sums of floating point numbers leave behind."""


class Estimate(NamedTuple):
    """A mean over runs with their standard deviation (NaN for one run), and what became of the runs themselves.

    `low` and `high` are the range of outcomes, NaN where runs are too few for one; `above` and `below` count the runs whose
    outcome is above and below zero; `smallest` is the outcome nearest to zero.
    """

    runs: int
    mean: float
    deviation: float
    low: float
    high: float
    above: int
    below: int
    smallest: float

    @property
    def has_range(self) -> bool:
        """Whether there are runs enough for a range of outcomes."""
        return not isnan(self.low)

    def error(self, comparisons: int = 1) -> float:
        """Return the calculation error: it holds together with those of so many statements; NaN for a single run."""
        return half_width(self.deviation, self.runs, comparisons)

    def verdict(self, comparisons: int = 1) -> str:
        """Return what may be said of the mean beside so many statements."""
        if self.runs > 1 and abs(self.mean) < NOTHING and self.deviation < NOTHING:
            return SAME
        return verdict_of(self.mean, self.error(comparisons))


def estimate(values: Values | Iterable[float], outcomes: Values | Iterable[float] | None = None) -> Estimate:
    """Sum up the values of all runs; range and counts are those of `outcomes` where they are not the same.

    Raises ValueError without any.
    """
    means = np.asarray(list(values), dtype=float) + 0.0
    if means.size == 0:
        raise ValueError("no runs: there is nothing to sum up")
    happened = means if outcomes is None else np.asarray(list(outcomes), dtype=float) + 0.0
    low, high = outcome_range(happened) or (nan, nan)
    deviation = float(means.std(ddof=1)) if means.size > 1 else nan
    counts = int((happened > NOTHING).sum()), int((happened < -NOTHING).sum())
    smallest = float(happened[np.abs(happened).argmin()])
    return Estimate(means.size, float(means.mean()), deviation, low, high, *counts, smallest)


def verdict_of(mean: float, error: float) -> str:
    """Return what may be said of a mean with this error."""
    if isnan(error):
        return ALONE
    if abs(mean) < NOTHING or not error < abs(mean):
        return UNCLEAR
    return MORE if mean > 0 else LESS
