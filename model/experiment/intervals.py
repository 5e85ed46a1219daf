"""The two numbers beside every mean over paired runs: what we do not know, and what more computing would remove."""

import numpy as np
from numpy.typing import ArrayLike

RANGE_90 = "range_90"
RANGE_MIN_MAX = "range_min_max"
ENOUGH_FOR_90 = 40
"""From this many pairs on, two or more lie beyond either end of the range of 90 %."""


def calculation_error(pairs: ArrayLike) -> float:
    """Return the half-width of the 95 % Student t interval of the mean; NaN for fewer than two pairs."""
    from scipy.special import stdtrit  # Student's t; scipy.stats, which offers it too, takes half a second to import

    values = np.asarray(pairs, dtype=float)
    if values.size < 2:
        return float("nan")
    return float(stdtrit(values.size - 1, 0.975) * values.std(ddof=1) / np.sqrt(values.size))


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
