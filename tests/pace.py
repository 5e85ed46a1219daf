"""Tells work that grows without bound from work on a slow computer."""

import time

USUAL_S = 0.05
"""Seconds of the processor that the piece of work below takes where the limits were measured."""
MARGIN = 5
"""Times as long as usual that work may take: what is looked for takes minutes, and computers have bad moments."""


def takes_too_long(seconds: float, usual_s: float) -> bool:
    """Tell whether work took far longer than usual on a computer as fast as this one is now."""
    return seconds > MARGIN * usual_s and seconds > MARGIN * usual_s * min(_seconds() for _ in range(3)) / USUAL_S


def _seconds() -> float:
    begun = time.process_time()
    sum(number % 7 for number in range(1_000_000))
    return time.process_time() - begun
