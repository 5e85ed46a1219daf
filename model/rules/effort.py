"""Firms' scarce staff hours."""


def no_time_chance(base: float, jobs: float, burden: float) -> float:
    """Return the chance a month that a firm gives a case up for want of time.

    `base` is for a firm of 10 jobs with one case by lorry; large firms have staff. `burden` is the work all its cases ask
    of it, one case by lorry = 1.
    """
    return min(1.0, base * burden * 20.0 / (10.0 + jobs))
