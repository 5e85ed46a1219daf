"""What runs say together: their mean, its range of outcomes and its calculation error, and how many of them agree."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from model.experiment.intervals import calculation_error, outcome_range

Values = np.ndarray
"""One value for each run, in the order of the replicates."""


class Estimate(NamedTuple):
    """A mean over runs, its range of outcomes (which one says `range`), its calculation error, and in how many runs it is
    above and below zero. The error is NaN for a single run.
    """

    runs: int
    mean: float
    low: float
    high: float
    range: str
    error: float
    above: int
    below: int

    @property
    def verdict(self) -> str:
        """Return what may be said: same (in every run), alone (one run), unclear (within the error), more or less."""
        if self.above == self.below == 0:
            return "same"
        if math.isnan(self.error):
            return "alone"
        if not self.error < abs(self.mean):
            return "unclear"
        return "more" if self.mean > 0 else "less"


def estimate(values: Values | Iterable[float]) -> Estimate:
    """Sum up the values of all runs. Raises ValueError without any."""
    array = np.asarray(list(values), dtype=float) + 0.0
    low, high, kind = outcome_range(array)
    above, below = int((array > 0).sum()), int((array < 0).sum())
    return Estimate(array.size, float(array.mean()), low, high, kind, calculation_error(array), above, below)
