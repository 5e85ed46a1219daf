"""How far the runs are, and how long is left: a bar in a terminal, a line now and then in a log."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter  # noqa: TID251 - for the time left; no result reads it
from typing import TextIO

from ..faults import say

Report = Callable[[int], object]
"""To be told how many more runs are done."""

SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def progress(
    total: int, language: str = "en", stream: TextIO | None = None, seconds: float = SECONDS_BETWEEN_LINES
) -> Iterator[Report]:
    """Hand out what to tell of every run done, of `total` runs; `seconds` is the time between two lines."""
    stream = stream or sys.stderr
    if not stream.isatty():
        yield _Lines(total, language, stream, seconds).advance
        return
    from tqdm import tqdm

    with tqdm(total=total, unit=say("progress.unit").worded(language), file=stream) as bar:
        yield bar.update


class _Lines:
    """Progress as plain lines, without control characters."""

    def __init__(self, total: int, language: str, stream: TextIO, seconds: float) -> None:
        self._total, self._language, self._stream, self._seconds = total, language, stream, seconds
        self._done = 0
        self._began = self._written = perf_counter()

    def advance(self, runs: int) -> None:
        if not runs:
            return
        self._done += runs
        now = perf_counter()
        if self._done == self._total or now - self._written >= self._seconds:
            self._written = now
            left = (now - self._began) / self._done * (self._total - self._done)
            line = say("progress.line", done=self._done, total=self._total, left=_clock(left))
            print(line.worded(self._language), file=self._stream, flush=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
