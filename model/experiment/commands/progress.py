"""How far the runs are, and how long is left: a bar in a terminal, a line now and then in a log."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import perf_counter  # noqa: TID251 - for the time left; no result reads it
from typing import NamedTuple, TextIO

from ...faults import say

Report = Callable[[int], object]
"""To be told how many more runs are done."""

Progress = Callable[[int, int], AbstractContextManager[Report]]
"""Shows progress, given how many runs there are and how many of them were done before."""

SECONDS_BETWEEN_LINES = 10.0


def progress_in(language: str, stream: TextIO | None = None, seconds: float = SECONDS_BETWEEN_LINES) -> Progress:
    """Return what shows progress in a language; `seconds` is the time between two lines in a log."""

    @contextmanager
    def shown(total: int, before: int) -> Iterator[Report]:
        into = stream or sys.stderr
        if not into.isatty():
            yield _Lines(total, before, _Log(into, seconds, language)).advance
            return
        from tqdm import tqdm

        unit = say("progress.unit").worded(language)
        with tqdm(total=total, initial=before, unit=unit, file=getattr(into, "terminal", into)) as bar:
            yield bar.update

    return shown


def silent(total: int, before: int) -> AbstractContextManager[Report]:
    """Show nothing."""
    return _nothing()


@contextmanager
def _nothing() -> Iterator[Report]:
    yield lambda runs: None


class _Log(NamedTuple):
    """Where lines go, the seconds between two, and their language."""

    stream: TextIO
    seconds: float
    language: str


class _Lines:
    """Progress as plain lines, without control characters."""

    def __init__(self, total: int, before: int, log: _Log) -> None:
        self._total, self._before, self._log = total, before, log
        self._done = 0
        self._began = self._written = perf_counter()

    def advance(self, runs: int) -> None:
        if not runs:
            return
        self._done += runs
        now, done = perf_counter(), self._before + self._done
        if done == self._total or now - self._written >= self._log.seconds:
            self._written = now
            left = (now - self._began) / self._done * (self._total - done)
            line = say("progress.line", done=done, total=self._total, left=clock(left))
            print(line.worded(self._log.language), file=self._log.stream, flush=True)


def clock(seconds: float) -> str:
    """Return a time as minutes and seconds, 2:05, or with days and hours where it takes them, 1 d 3:20:00."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{f'{days} d ' if days else ''}{hours}:{minutes:02d}:{rest:02d}"
