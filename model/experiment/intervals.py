"""The two numbers beside every mean over paired runs: what we do not know, and what more computing would remove."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

RANGE_90 = "range_90"
RANGE_MIN_MAX = "range_min_max"
ENOUGH_FOR_90 = 40
"""From this many pairs on, two or more lie beyond either end of the range of 90 %."""


class Line(NamedTuple):
    """A straight line through points by least squares, with what is needed to say how sure it is."""

    slope: float
    intercept: float
    slope_error: float
    """Half-width of the slope's 95 % interval; NaN for fewer than three points."""
    points: int
    middle: float
    spread: float

    def at(self, x: float) -> tuple[float, float]:
        """Return the line's value at x and the half-width of the 95 % interval of the mean there."""
        at_middle = self.slope_error * self.spread / np.sqrt(self.points)
        return self.intercept + self.slope * x, float(np.hypot(at_middle, self.slope_error * (x - self.middle)))


def calculation_error(pairs: ArrayLike) -> float:
    """Return the half-width of the 95 % Student t interval of the mean; NaN for fewer than two pairs."""
    return simultaneous_error(pairs, 1)


def simultaneous_error(pairs: ArrayLike, comparisons: int) -> float:
    """Return the half-width of the mean's interval that, with those of so many comparisons, holds in 95 of 100 cases.

    Bonferroni (Dunn 1961): each interval is one of 1 - 0.05 / comparisons, so all hold together with 95 % or more,
    however they depend on each other. NaN for fewer than two pairs.
    """
    values = np.asarray(pairs, dtype=float)
    if values.size < 2:
        return float("nan")
    return _students_t(values.size - 1, comparisons) * float(values.std(ddof=1) / np.sqrt(values.size))


def least_squares(x: ArrayLike, y: ArrayLike) -> Line:
    """Return the line through points, errors being alike everywhere. Raises ValueError where all x are one."""
    across, up = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    middle, spread = float(across.mean()), float(np.sqrt(((across - across.mean()) ** 2).sum()))
    if spread == 0:
        raise ValueError("all points stand at one place: no line goes through them")
    slope = float(((across - middle) * (up - up.mean())).sum() / spread**2)
    intercept = float(up.mean()) - slope * middle
    return Line(slope, intercept, _slope_error(up - intercept - slope * across, spread), up.size, middle, spread)


def _slope_error(left: np.ndarray, spread: float) -> float:
    if left.size < 3:
        return float("nan")
    return _students_t(left.size - 2, 1) * float(np.sqrt((left**2).sum() / (left.size - 2)) / spread)


def _students_t(degrees: int, comparisons: int) -> float:
    from scipy.special import stdtrit  # Student's t; scipy.stats, which offers it too, takes half a second to import

    return float(stdtrit(degrees, 1 - 0.025 / comparisons))


def outcome_range(pairs: ArrayLike) -> tuple[float, float, str]:
    """Return low and high end of the outcomes of paired runs, and which range it is.

    `range_90` holds the middle 90 % of the pairs; below 40 pairs `range_min_max` runs from the smallest to the largest.
    Raises ValueError without pairs.
    """
    values = np.asarray(pairs, dtype=float)
    if values.size == 0:
        raise ValueError("no paired runs: there is no range of outcomes")
    if values.size < ENOUGH_FOR_90:
        return float(values.min()), float(values.max()), RANGE_MIN_MAX
    low, high = np.quantile(values, (0.05, 0.95))
    return float(low), float(high), RANGE_90
