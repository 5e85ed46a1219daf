"""Firms' scarce staff hours."""


def no_time_chance(base: float, jobs: float) -> float:
    """Return the chance a month that a firm gives a case up for want of time; `base` is for 10 jobs, large firms have staff."""
    return min(1.0, base * 20.0 / (10.0 + jobs))
