"""Does the runs a design asks for, in this process or by a crew of others, and hands on what became of them."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from itertools import groupby

from ..plan.design import Run
from ..results.outcome import Done, Failed, Finished
from . import worker
from .executors import Crew, Hire
from .worker import Attempt, Batch, Simulate, attempt, tabulate

WORTH_STARTING_S = 2.0
"""Work that takes less is done sooner here than where processes have to start first."""

SECONDS_BETWEEN_LOOKS = 0.2
"""How often it is looked whether a worker uses too much memory, or everything is to stop."""

Attempts = Generator[list[tuple[Run, Attempt]], None, None]
"""What became of runs, those together that were handed back together."""

Stop = Callable[[], bool]
"""Says whether to begin nothing more."""


def never() -> bool:
    """Say that nothing is to stop."""
    return False


def do_here(runs: list[Run], simulate: Simulate, stop: Stop = never) -> Generator[list[Done], None, None]:
    """Do runs in this process, and yield what became of those of each replicate. One that raises is set aside."""
    attempts = ([(run, attempt(simulate, run))] for run in runs if not stop())
    yield from _by_replicate(runs, attempts)


def do_by(crew: Hire, size: int, runs: list[Run], stop: Stop = never) -> Generator[list[Done], None, None]:
    """Have a crew of so many workers do runs, and yield what became of those of each replicate, in the order it came in.

    A run that raises or whose process dies is set aside, and the others go on. Once `stop` says so nothing more begins,
    and what has begun comes to its end; a replicate of which runs are missing then is left out.
    """
    with closing(_in_crews(runs, crew, min(size, max(len(runs), 1)), stop)) as attempts:
        yield from _by_replicate(runs, attempts)


def takes_a_moment(seconds: float) -> bool:
    """Say whether work of so many seconds is done sooner in this process than where others have to start first."""
    return seconds < WORTH_STARTING_S


def _by_replicate(runs: list[Run], attempts: Iterator[list[tuple[Run, Attempt]]]) -> Generator[list[Done], None, None]:
    """Tabulate the runs of a replicate once all are in, so that no more results are kept."""
    expected = Counter(map(_replicate, runs))
    untold: dict[tuple[int, int], dict[str, tuple[Run, Attempt]]] = defaultdict(dict)
    for together in attempts:
        for run, attempted in together:
            of_all = untold[_replicate(run)]
            of_all[run.id] = run, attempted
            if len(of_all) == expected[_replicate(run)]:
                del untold[_replicate(run)]
                done, tried = zip(*(of_all[id] for id in sorted(of_all)), strict=True)
                yield list(map(_done, done, tabulate(done, tried)))


def _done(run: Run, attempted: Attempt) -> Done:
    if attempted.parts is None:
        return Failed(run, attempted.error, attempted.traceback)
    return Finished(run, attempted.parts, attempted.seconds, attempted.memory_mb)


def _replicate(run: Run) -> tuple[int, int]:
    return run.seed, run.replicate


# --- crews -----------------------------------------------------------------------------------------------------------


def _batches(runs: list[Run], workers: int) -> Iterator[Batch]:
    """Keep the runs of a replicate together, for they share a landscape, but at the end share out what is left."""
    left, of_replicate = len(runs), Counter(map(_replicate, runs))
    for replicate, alike in groupby(runs, _replicate):
        rest = list(alike)
        while rest:
            most = max(left // workers, 1)
            together, rest = rest[:most], rest[most:]
            left -= len(together)
            yield Batch(together, len(together) == of_replicate[replicate])


def _in_crews(runs: list[Run], hire: Hire, size: int, stop: Stop) -> Attempts:
    """Take on a new crew where a death ended one; what was in hand then is tried again, each run alone."""
    waiting = deque(_batches(runs, size))
    while waiting and not stop():
        suspects: list[Run] = []
        for together in _until_a_death(waiting, hire(size), stop):
            suspects += [run for run, attempted in together if attempted is None]
            yield [(run, attempted) for run, attempted in together if attempted is not None]
        yield from _alone(suspects, hire, stop)


def _until_a_death(waiting: deque[Batch], crew: Crew, stop: Stop) -> Iterator[list[tuple[Run, Attempt | None]]]:
    """Work off what is waiting, a bounded number in hand at a time; None stands for a run in hand when a worker died."""
    in_hand: dict[Future[list[Attempt]], list[Run]] = {}
    lives = True
    try:
        while in_hand or (lives and waiting and not stop()):
            lives = lives and _submit(crew, waiting, in_hand, stop)
            done, _ = wait(in_hand, SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED)
            crew.watch()
            if stop():
                _take_back(in_hand)
            for future in [future for future in in_hand if future in done]:
                runs = in_hand.pop(future)
                attempts = _answer(crew, future, len(runs))
                lives = lives and None not in attempts
                yield list(zip(runs, attempts, strict=True))
    finally:
        crew.dismiss(at_once=bool(in_hand))


def _submit(crew: Crew, waiting: deque[Batch], in_hand: dict[Future[list[Attempt]], list[Run]], stop: Stop) -> bool:
    """Give every worker something to do and something to do next; return whether the crew still takes work."""
    try:
        while waiting and len(in_hand) < 2 * crew.size and not stop():
            in_hand[crew.submit(waiting[0])] = waiting[0].runs
            waiting.popleft()
    except BrokenProcessPool:
        return False
    return True


def _take_back(in_hand: dict[Future[list[Attempt]], list[Run]]) -> None:
    """Take back what no worker has begun."""
    for future in [future for future in in_hand if future.cancel()]:
        del in_hand[future]


def _answer(crew: Crew, future: Future[list[Attempt]], runs: int) -> list[Attempt] | list[None]:
    try:
        error = future.exception()
    except CancelledError as called_off:  # by a cluster that lost it: nobody here asks for what they called off
        error = called_off
    if error is None:
        return future.result()
    return [None] * runs if crew.died(error) else [worker.failed_by(error)] * runs


def _alone(suspects: list[Run], hire: Hire, stop: Stop) -> Attempts:
    """Do runs one at a time, so that it is sure which one ends its process; such a one is set aside."""
    waiting = deque(suspects)
    while waiting and not stop():
        yield from _until_one_dies(waiting, hire(1), stop)


def _until_one_dies(waiting: deque[Run], crew: Crew, stop: Stop) -> Attempts:
    future: Future[list[Attempt]] | None = None
    try:
        attempted: Attempt | None = Attempt()
        while waiting and attempted is not None and not stop():
            run, future = waiting[0], crew.submit(Batch([waiting[0]], whole=False))
            while not wait([future], SECONDS_BETWEEN_LOOKS).done:
                crew.watch()
            (attempted,) = _answer(crew, future, 1)
            waiting.popleft()
            yield [(run, crew.why() if attempted is None else attempted)]
    finally:
        crew.dismiss(at_once=future is not None and not future.done())
