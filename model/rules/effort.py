"""Firms' scarce staff hours."""

from typing import Any


def no_time_chance(base: float, jobs: float, burden: float) -> float:
    """Return the chance a month that a firm gives a case up for want of time.

    `base` is for a firm of 10 jobs with one case by lorry; large firms have staff. `burden` is the work all its cases ask
    of it, one case by lorry = 1.
    """
    return min(1.0, base * burden * 20.0 / (10.0 + jobs))


def setup_hours(months: float, mode: Any, stages: Any, helped: bool) -> float:
    """Return the hours a side spends on so many months of setting up, before trust and experience save some.

    `mode` and `stages` are the drawn numbers of those groups; help by a broker saves part.
    """
    hours = months * stages.setup_h_per_month * mode.complexity
    return hours * (1.0 - stages.setup_help_saving) if helped else hours


def most_cases(jobs: float, jobs_per_further_case: float) -> float:
    """Return how much work on cases a firm's staff have time for at once, one case by lorry = 1."""
    return 1.0 + jobs / jobs_per_further_case
