"""How fast this computer is, so that what takes at most a second can be told from what takes longer on any."""

import time
from functools import cache

USUAL_S = 0.05
"""Seconds of the processor that the piece of work below takes where the limits were measured."""


@cache
def slowness() -> float:
    """Return how many times as long this computer takes for a piece of work, as it now runs; 1 for a faster one."""
    return max(1.0, min(_seconds() for _ in range(3)) / USUAL_S)


def _seconds() -> float:
    begun = time.process_time()
    sum(number % 7 for number in range(1_000_000))
    return time.process_time() - begun
