"""Takes times: several things in turn, again and again, so that a slow spell of the machine meets all of them."""

import gc
import sys
import time  # noqa: TID251  measurements are what this folder is for
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from statistics import median
from typing import Any, NamedTuple


class Act(NamedTuple):
    """Something to be timed: `do` is given what `prepare` returns, and only `do` is timed."""

    do: Callable[[Any], Any]
    prepare: Callable[[], Any] = lambda: None


def seconds(act: Act) -> float:
    """Return the seconds that one act takes; garbage of what went before is collected first."""
    given = act.prepare()
    gc.collect()
    before = time.perf_counter()
    act.do(given)
    return time.perf_counter() - before


def in_turn(acts: Mapping[str, Act], repeats: int, warm_up: bool = True) -> dict[str, float]:
    """Return the median seconds of each act, done A B A B …; a first round is not counted where there is a warm-up."""
    if warm_up:
        for act in acts.values():
            seconds(act)
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(repeats):
        for name, act in acts.items():
            taken[name].append(seconds(act))
    return {name: median(times) for name, times in taken.items()}


def today() -> str:
    """Return the date."""
    return datetime.now(UTC).date().isoformat()


def say(text: str) -> None:
    """Tell whoever waits what is being measured."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
