"""Runs what a design asks for, in this process or in several."""

import multiprocessing
import os
import signal
from collections import Counter, defaultdict, deque
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from itertools import groupby
from typing import NamedTuple

from ..faults import Message, say
from . import worker
from .design import Run
from .progress import Report
from .tables import Parts
from .worker import Attempt, Simulate, Task, attempt, failed_by, simulate_region, tabulate

MOST_WORKERS = 61
"""Windows cannot wait for more processes at once."""

WORTH_STARTING_S = 2.0
"""Work that takes less is done sooner here than where processes have to start first."""

DIED = Attempt(error=say("process_died"))

Attempts = Generator[list[tuple[Run, Attempt]], None, None]
"""What became of runs, those together that were handed back together."""


class Finished(NamedTuple):
    """A run that came to its end, its parts of the tables, and the seconds it took."""

    run: Run
    parts: Parts
    seconds: float


class Failed(NamedTuple):
    """A run that raised, or whose process died: the error in one line, and its traceback."""

    run: Run
    error: Message | str
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
    gathered = _Gathered(runs)
    with closing(attempts):
        for together in attempts:
            for run, attempted in together:
                gathered.take(run, attempted)
            report(len(together))
    in_order = [(run, gathered.done[run.id]) for run in runs]
    return Outcome(
        finished=[Finished(run, one.parts, one.seconds) for run, one in in_order if one.parts is not None],
        failed=[Failed(run, one.error, one.traceback) for run, one in in_order if one.parts is None],
    )


def workers_for(runs: int, engine: str) -> int:
    """Return how many processes to use where nobody says so: for little work this one alone."""
    little = runs * worker.SECONDS_A_RUN[engine] < WORTH_STARTING_S
    return 1 if little else os.cpu_count() or 1


class _Gathered:
    """What became of runs; those of a replicate are tabulated once all are in, so that no more results are kept."""

    def __init__(self, runs: list[Run]) -> None:
        self.done: dict[str, Attempt] = {}
        self._twins = {run.id: run.twin for run in runs}
        self._missing = Counter(map(_replicate, runs))
        self._untold: dict[tuple[int, int], dict[str, Attempt]] = defaultdict(dict)

    def take(self, run: Run, attempted: Attempt) -> None:
        """Take what became of a run."""
        replicate = _replicate(run)
        self._untold[replicate][run.id] = attempted
        self._missing[replicate] -= 1
        if not self._missing[replicate]:
            self.done |= tabulate(self._untold.pop(replicate), self._twins)


def _replicate(run: Run) -> tuple[int, int]:
    return run.seed, run.replicate


def _here(runs: list[Run], simulate: Simulate) -> Attempts:
    for run in runs:
        yield [(run, attempt(simulate, run.scenario, run.seed, run.replicate))]


class _Batch(NamedTuple):
    """Runs of a replicate done by one worker; `whole`: all of them, so that it can tabulate them as well."""

    runs: list[Run]
    whole: bool


def _batches(runs: list[Run], workers: int) -> Iterator[_Batch]:
    """Keep the runs of a replicate together, for they share a landscape, but at the end share out what is left."""
    left, of_replicate = len(runs), Counter(map(_replicate, runs))
    for replicate, alike in groupby(runs, _replicate):
        rest = list(alike)
        while rest:
            most = max(left // workers, 1)
            together, rest = rest[:most], rest[most:]
            left -= len(together)
            yield _Batch(together, len(together) == of_replicate[replicate])


def _in_processes(runs: list[Run], workers: int, simulate: Simulate) -> Attempts:
    """Start a new pool where a dead worker broke the old one; what was in hand then is tried again, each run alone."""
    waiting = deque(_batches(runs, workers))
    while waiting:
        suspects: list[Run] = []
        for together in _until_broken(waiting, workers, simulate):
            suspects += [run for run, attempted in together if attempted is None]
            yield [(run, attempted) for run, attempted in together if attempted is not None]
        for suspect in suspects:
            for together in _until_broken(deque([_Batch([suspect], False)]), 1, simulate):
                yield [(run, attempted or DIED) for run, attempted in together]


def _until_broken(
    waiting: deque[_Batch], workers: int, simulate: Simulate
) -> Iterator[list[tuple[Run, Attempt | None]]]:
    """Work off what is waiting, a bounded number in hand at a time; None stands for a run that broke with its pool."""
    with _pool(waiting, workers, simulate) as pool:
        in_hand: dict[Future[list[Attempt]], list[Run]] = {}
        works = True
        while in_hand or (works and waiting):
            works = works and _submit(pool, waiting, in_hand, workers)
            done, _ = wait(in_hand, return_when=FIRST_COMPLETED)
            for future in [future for future in in_hand if future in done]:
                runs = in_hand.pop(future)
                attempts = _answer(future, len(runs))
                works = works and None not in attempts
                yield list(zip(runs, attempts, strict=True))


def _submit(
    pool: ProcessPoolExecutor, waiting: deque[_Batch], in_hand: dict[Future[list[Attempt]], list[Run]], workers: int
) -> bool:
    """Give every worker something to do and something to do next; return whether the pool still takes work."""
    try:
        while waiting and len(in_hand) < 2 * workers:
            runs, whole = waiting[0]
            tasks = [Task(run.id, run.twin, run.parameters, run.seed, run.replicate) for run in runs]
            in_hand[pool.submit(worker.do_replicate if whole else worker.do, tasks)] = runs
            waiting.popleft()
    except BrokenProcessPool:
        return False
    return True


def _answer(future: Future[list[Attempt]], runs: int) -> list[Attempt] | list[None]:
    error = future.exception()
    if error is None:
        return future.result()
    return [None] * runs if isinstance(error, BrokenProcessPool) else [failed_by(error)] * runs


@contextmanager
def _pool(waiting: deque[_Batch], workers: int, simulate: Simulate) -> Iterator[ProcessPoolExecutor]:
    """Hand out a pool of fresh processes, started the same way on every system; an interruption stops them at once."""
    others = multiprocessing.active_children()
    scenarios = {run.parameters: run.scenario for batch in waiting for run in batch.runs}
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
