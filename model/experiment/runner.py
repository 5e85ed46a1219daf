"""Runs what a design asks for, in this process or in several."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from itertools import islice, takewhile
from typing import NamedTuple

from ..record import RunResult
from . import worker
from .design import Run
from .progress import Report
from .worker import Attempt, Simulate, attempt, failed_by, simulate_region

MOST_WORKERS = 61
"""Windows cannot wait for more processes at once."""

DIED = Attempt(None, error="its process died twice (out of memory, or killed)")

Attempts = Generator[list[tuple[Run, Attempt]], None, None]
"""What became of runs, those together that were handed back together."""


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


class Outcome(NamedTuple):
    """What became of the runs asked for, both lists in the order they were asked for."""

    finished: list[Finished]
    failed: list[Failed]


def run_all(
    runs: list[Run],
    workers: int | None = None,
    simulate: Simulate = simulate_region,
    report: Report = lambda runs: None,
) -> Outcome:
    """Do all runs; one that raises is set aside and the others go on. `report` is told how many more are done.

    `workers` defaults to the number of processors; with 1, everything runs in this process. With more, `simulate` must be
    importable by name. What comes out depends neither on workers nor on the order in which runs finish.
    """
    workers = min(workers or os.cpu_count() or 1, MOST_WORKERS, max(len(runs), 1))
    attempts = _here(runs, simulate) if workers == 1 else _in_processes(runs, workers, simulate)
    done: dict[str, Attempt] = {}
    with closing(attempts):
        for together in attempts:
            done |= {run.id: attempted for run, attempted in together}
            report(len(together))
    in_order = [(run, done[run.id]) for run in runs]
    return Outcome(
        finished=[Finished(run, one.result, one.seconds) for run, one in in_order if one.result is not None],
        failed=[Failed(run, one.error, one.traceback) for run, one in in_order if one.result is None],
    )


def _here(runs: list[Run], simulate: Simulate) -> Attempts:
    for run in runs:
        yield [(run, attempt(simulate, run.scenario, run.seed, run.replicate))]


def _in_processes(runs: list[Run], workers: int, simulate: Simulate) -> Attempts:
    """Start a new pool where a dead worker broke the old one; what was in hand then is tried again, each run alone."""
    waiting = deque(runs)
    while waiting:
        suspects: list[Run] = []
        for together in _until_broken(waiting, workers, simulate):
            suspects += [run for run, attempted in together if attempted is None]
            yield [(run, attempted) for run, attempted in together if attempted is not None]
        for suspect in suspects:
            for together in _until_broken(deque([suspect]), 1, simulate):
                yield [(run, attempted or DIED) for run, attempted in together]


def _until_broken(waiting: deque[Run], workers: int, simulate: Simulate) -> Iterator[list[tuple[Run, Attempt | None]]]:
    """Work off what is waiting, a bounded number in hand at a time; None stands for a run that broke with its pool."""
    with _pool(waiting, workers, simulate) as pool:
        in_hand: dict[Future[list[Attempt]], list[Run]] = {}
        whole = True
        while in_hand or (whole and waiting):
            whole = whole and _submit(pool, waiting, in_hand, workers)
            done, _ = wait(in_hand, return_when=FIRST_COMPLETED)
            for future in [future for future in in_hand if future in done]:
                runs = in_hand.pop(future)
                attempts = _answer(future, len(runs))
                whole = whole and None not in attempts
                yield list(zip(runs, attempts, strict=True))


def _submit(
    pool: ProcessPoolExecutor, waiting: deque[Run], in_hand: dict[Future[list[Attempt]], list[Run]], workers: int
) -> bool:
    """Give every worker something to do and something to do next; return whether the pool still takes work."""
    try:
        while waiting and len(in_hand) < 2 * workers:
            runs = _next_together(waiting, workers)
            future = pool.submit(worker.do, [(run.parameters, run.seed, run.replicate) for run in runs])
            in_hand[future] = [waiting.popleft() for _ in runs]
    except BrokenProcessPool:
        return False
    return True


def _next_together(waiting: deque[Run], workers: int) -> list[Run]:
    """Return the next runs of one replicate, which share a landscape, but no more than a worker's part of what waits."""
    first, part = waiting[0], max(len(waiting) // workers, 1)
    alike = takewhile(lambda run: (run.seed, run.replicate) == (first.seed, first.replicate), waiting)
    return list(islice(alike, part))


def _answer(future: Future[list[Attempt]], runs: int) -> list[Attempt] | list[None]:
    error = future.exception()
    if error is None:
        return future.result()
    return [None] * runs if isinstance(error, BrokenProcessPool) else [failed_by(error)] * runs


@contextmanager
def _pool(runs: deque[Run], workers: int, simulate: Simulate) -> Iterator[ProcessPoolExecutor]:
    """Hand out a pool of fresh processes, started the same way on every system; an interruption stops them at once."""
    others = multiprocessing.active_children()
    scenarios = {run.parameters: run.scenario for run in runs}
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, spawn, initializer=worker.begin, initargs=(simulate, scenarios))
    try:
        yield pool
    except BaseException:
        for process in multiprocessing.active_children():
            if process not in others and process.pid and os.name == "posix":  # Windows passes Ctrl-C on by itself
                os.kill(process.pid, signal.SIGINT)
        raise
    finally:
        pool.shutdown(cancel_futures=True)
