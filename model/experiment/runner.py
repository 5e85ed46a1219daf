"""Runs what a design asks for, in this process or in several, and says how far it is."""

import multiprocessing
import os
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, suppress
from time import perf_counter
from typing import NamedTuple, TextIO

from ..record import RunResult
from ..scenario import Scenario
from .design import Run

Simulate = Callable[[Scenario, int, int], RunResult]
Report = Callable[[], object]

MOST_WORKERS = 61
"""Windows cannot wait for more processes at once."""

SECONDS_BETWEEN_LINES = 10.0


class Finished(NamedTuple):
    """A run that came to its end, and the seconds it took."""

    run: Run
    result: RunResult
    seconds: float


class Failed(NamedTuple):
    """A run that raised, or whose process died: the error in one line, and its traceback."""

    run: Run
    error: str
    traceback: str


Attempt = Finished | Failed


class Outcome(NamedTuple):
    """What became of the runs asked for, both lists in the order they were asked for."""

    finished: list[Finished]
    failed: list[Failed]


def simulate_region(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    """Simulate one run; the model is imported only here, where it is needed."""
    from ..region import simulate

    return simulate(scenario, seed, replicate)


def run_all(
    runs: list[Run], workers: int | None = None, simulate: Simulate = simulate_region, report: Report = lambda: None
) -> Outcome:
    """Do all runs; one that raises is set aside and the others go on. `report` is called after each.

    `workers` defaults to the number of processors; with 1, everything runs in this process. With more, `simulate` must be
    importable by name. What comes out depends neither on workers nor on the order in which runs finish.
    """
    workers = min(workers or os.cpu_count() or 1, MOST_WORKERS, max(len(runs), 1))
    attempts = _here(runs, simulate) if workers == 1 else _in_processes(runs, workers, simulate)
    by_id: dict[str, Attempt] = {}
    with closing(attempts):
        for attempted in attempts:
            by_id[attempted.run.id] = attempted
            report()
    in_order = [by_id[run.id] for run in runs]
    return Outcome(
        finished=[attempted for attempted in in_order if isinstance(attempted, Finished)],
        failed=[attempted for attempted in in_order if isinstance(attempted, Failed)],
    )


def attempt(run: Run, simulate: Simulate) -> Attempt:
    """Do one run; what it raises becomes part of the answer."""
    began = perf_counter()
    try:
        result = simulate(run.scenario, run.seed, run.replicate)
    except Exception as error:
        return Failed(run, _in_one_line(error), traceback.format_exc())
    return Finished(run, result, perf_counter() - began)


def _in_one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


def _here(runs: list[Run], simulate: Simulate) -> Generator[Attempt, None, None]:
    yield from (attempt(run, simulate) for run in runs)


def _in_processes(runs: list[Run], workers: int, simulate: Simulate) -> Generator[Attempt, None, None]:
    """Start a new pool where a dead worker broke the old one; what was in hand then is tried again, each run alone."""
    waiting = deque(runs)
    while waiting:
        suspects: list[Run] = []
        for run, attempted in _until_broken(waiting, workers, simulate):
            if attempted is None:
                suspects.append(run)
            else:
                yield attempted
        for suspect in suspects:
            for run, attempted in _until_broken(deque([suspect]), 1, simulate):
                yield attempted or Failed(run, "its process died twice (out of memory, or killed)", "")


def _until_broken(
    waiting: deque[Run], workers: int, simulate: Simulate
) -> Iterator[tuple[Run, Attempt | None]]:
    """Work off what is waiting, a bounded number in hand at a time; None stands for a run that broke with its pool."""
    with _pool(workers, simulate) as pool:
        in_hand: dict[Future[Attempt], Run] = {}
        whole = True
        while in_hand or (whole and waiting):
            whole = whole and _submit(pool, waiting, in_hand, 2 * workers, simulate)
            done, _ = wait(in_hand, return_when=FIRST_COMPLETED)
            for future in [future for future in in_hand if future in done]:
                run = in_hand.pop(future)
                attempted = _answer(future, run)
                whole = whole and attempted is not None
                yield run, attempted


def _submit(
    pool: ProcessPoolExecutor, waiting: deque[Run], in_hand: dict[Future[Attempt], Run], window: int, simulate: Simulate
) -> bool:
    """Fill the window; return whether the pool still takes work."""
    try:
        while waiting and len(in_hand) < window:
            future = pool.submit(attempt, waiting[0], simulate)
            in_hand[future] = waiting.popleft()
    except BrokenProcessPool:
        return False
    return True


def _answer(future: Future[Attempt], run: Run) -> Attempt | None:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, BrokenProcessPool):
        return None
    return Failed(run, _in_one_line(error), "".join(traceback.format_exception(error)))


@contextmanager
def _pool(workers: int, simulate: Simulate) -> Iterator[ProcessPoolExecutor]:
    """Hand out a pool of fresh processes, the same way on every system; an interruption ends them at once."""
    others = multiprocessing.active_children()
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _warm_up, (simulate,))
    try:
        yield pool
    except BaseException:
        for process in multiprocessing.active_children():
            if process not in others:
                process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _warm_up(simulate: Simulate) -> None:
    """Import the model before the first run, and leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if simulate is simulate_region:
        with suppress(Exception):  # each run then says what is wrong
            from .. import region  # noqa: F401


@contextmanager
def progress(total: int, stream: TextIO | None = None, seconds: float = SECONDS_BETWEEN_LINES) -> Iterator[Report]:
    """Hand out what to call after each run: a bar with the time left, or plain lines where `stream` is no terminal."""
    stream = stream or sys.stderr
    if not stream.isatty():
        yield _Lines(total, stream, seconds).advance
        return
    from tqdm import tqdm

    with tqdm(total=total, unit="run", file=stream) as bar:
        yield bar.update


class _Lines:
    """Progress as a line now and then, for logs."""

    def __init__(self, total: int, stream: TextIO, seconds: float) -> None:
        self._total, self._stream, self._seconds = total, stream, seconds
        self._done = 0
        self._began = self._written = perf_counter()

    def advance(self) -> None:
        self._done += 1
        now = perf_counter()
        if self._done == self._total or now - self._written >= self._seconds:
            self._written = now
            left = (now - self._began) / self._done * (self._total - self._done)
            print(f"{self._done} of {self._total} runs, about {_clock(left)} left", file=self._stream, flush=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
