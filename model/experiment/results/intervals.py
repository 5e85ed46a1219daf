"""The two numbers beside every mean over paired runs: what we do not know, and what more computing would remove."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

ENOUGH_FOR_RANGE = 40
"""Pairs from which on there is a range of outcomes: its ends are then the second value from either end, not the outermost."""


class Trend(NamedTuple):
    """How one quantity goes with another, as no single point decides it: ranks, and the median slope.

    `correlation` is Kendall's tau and `chance` that of one as far from nothing by luck; `slope` the median of the slopes
    between all pairs of points (Theil 1950, Sen 1968), with its interval; `intercept` makes the line go through the medians.
    """

    correlation: float
    chance: float
    slope: float
    slope_low: float
    slope_high: float
    intercept: float
    points: int

    def at(self, x: float) -> float:
        """Return the line's value at x."""
        return self.intercept + self.slope * x


def calculation_error(pairs: ArrayLike) -> float:
    """Return the half-width of the 95 % Student t interval of the mean; NaN for fewer than two pairs."""
    return simultaneous_error(pairs, 1)


def simultaneous_error(pairs: ArrayLike, comparisons: int) -> float:
    """Return the half-width of the mean's interval that, with those of so many comparisons, holds in 95 of 100 cases."""
    values = np.asarray(pairs, dtype=float)
    return half_width(float(values.std(ddof=1)), values.size, comparisons) if values.size > 1 else float("nan")


def half_width(deviation: float, pairs: int, comparisons: int = 1) -> float:
    """Return the half-width of the interval of a mean over so many pairs of this standard deviation.

    Bonferroni (Dunn 1961): each interval is one of 1 - 0.05 / comparisons, so all hold together with 95 % or more,
    however they depend on each other. NaN for fewer than two pairs.
    """
    return _student(pairs, comparisons) * deviation / float(np.sqrt(pairs)) if pairs > 1 else float("nan")


def widened(error: float, pairs: int, comparisons: int) -> float:
    """Return the calculation error of a mean over so many pairs as one of so many that hold together; NaN stays."""
    return error if np.isnan(error) else error * _student(pairs, comparisons) / _student(pairs, 1)


def _student(pairs: int, comparisons: int) -> float:
    from scipy.special import stdtrit  # Student's t; scipy.stats, which offers it too, takes half a second to import

    return float(stdtrit(pairs - 1, 1 - 0.025 / max(comparisons, 1)))


def trend(x: ArrayLike, y: ArrayLike, comparisons: int = 1) -> Trend:
    """Return how y goes with x; the slope's interval holds with those of so many comparisons in 95 of 100 cases.

    Raises ValueError for fewer than three points, or where all x are one.
    """
    from scipy import stats

    across, up = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if up.size < 3 or float(np.ptp(across)) == 0:
        raise ValueError("a trend needs three points or more, and not all at one place")
    slope, intercept, low, high = stats.theilslopes(up, across, 1 - 0.05 / max(comparisons, 1))
    tau, chance = stats.kendalltau(across, up)
    correlation, chance = (float(tau), float(chance)) if np.isfinite(tau) else (0.0, 1.0)
    return Trend(correlation, chance, float(slope), float(low), float(high), float(intercept), up.size)


def outcome_range(pairs: ArrayLike) -> tuple[float, float] | None:
    """Return the ends of the range into which a further run falls nine times of ten, or a little oftener; None below 40 pairs.

    A further run lies between the k-th value and the k-th from the top with chance (n + 1 - 2k) / (n + 1), whatever the
    distribution; k is the largest that makes it nine tenths: of 40 pairs the second.
    """
    values = np.sort(np.asarray(pairs, dtype=float))
    if values.size < ENOUGH_FOR_RANGE:
        return None
    outside = (values.size + 1) // 20
    return float(values[outside - 1]), float(values[-outside])
