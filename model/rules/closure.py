"""When plants close: a monthly hazard that falls with the margin and rises in a recession."""

from math import exp

LARGE_PLANT_JOBS = 500.0
"""Plants above this are shown apart in jobs lost: one of them can outweigh all others."""
COMPETITIVENESS_LAG_MONTHS = 24
"""Months from a saving to the output it brings."""


def stationary_deviation(volatility: float, persistence: float) -> float:
    """Return the long-run standard deviation of a margin that follows AR(1)."""
    return volatility / (1.0 - persistence * persistence) ** 0.5 if persistence < 1.0 else volatility


def base_hazard(closure_per_year: float, jobs: float, size_exponent: float) -> float:
    """Return the monthly chance of closure at normal margin and demand; the sector's rate is for 10 jobs."""
    yearly = min(0.95, closure_per_year * (max(jobs, 1.0) / 10.0) ** -size_exponent)
    return 1.0 - (1.0 - yearly) ** (1.0 / 12.0)


def hazard(base: float, margin_deviation: float, sensitivity: float, spread: float, cycle: float) -> float:
    """Return this month's chance of closure.

    `spread` is the margin's standard deviation: dividing by the mean of exp(-sensitivity x deviation) over a normal
    spread keeps the average hazard at `base`, so that sensitivity says who closes and not how many.
    """
    level = exp(-sensitivity * margin_deviation - 0.5 * (sensitivity * spread) ** 2)
    return min(1.0, base * level * cycle)


def cycle_factor(demand: float, sensitivity: float) -> float:
    """Return how much the hazard is raised by demand below normal."""
    return exp(sensitivity * (1.0 - demand))


SAVING_CAP = 0.3
"""Share of turnover beyond which a saving is another business (assumed); in no shipped scenario does one come near it."""


def saving_as_margin(saving_per_year: float, turnover: float) -> float:
    """Return a yearly saving as a share of turnover, at most `SAVING_CAP` either way."""
    return min(SAVING_CAP, max(-SAVING_CAP, saving_per_year / turnover))
