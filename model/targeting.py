"""Whom the centre turns to first. A rule scores a firm; the highest score comes first, ties by identity."""

from collections.abc import Callable
from typing import Protocol


class Scored(Protocol):
    """What a targeting rule may look at: what is publicly known about a firm."""

    jobs: float


def largest_first(firm: Scored) -> float:
    """Score a firm by its jobs."""
    return firm.jobs


TargetingRule = Callable[[Scored], float]
RULES: dict[str, TargetingRule] = {"largest_first": largest_first}
