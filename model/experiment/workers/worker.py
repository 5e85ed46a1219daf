"""One run at a time, in this process or in one that works for another."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from threading import Lock, Thread, Timer
from time import perf_counter  # noqa: TID251 - for the time left; no result reads it
from typing import TYPE_CHECKING, Any, NamedTuple

from ...faults import Message, Told, say
from ...record import RunResult
from ..plan.design import Run
from ..results.tables import Parts, tabulated
from .limits import Limits, limit_memory, timed, used_mb

if TYPE_CHECKING:
    from ...scenario.scenario import Scenario

Simulate = Callable[..., RunResult]
"""Simulates a run, given scenario, seed and replicate, and `by_month` where its months are to be recorded one by one."""


class Attempt(NamedTuple):
    """What became of one run: its result or, once it was tabulated, its parts of the tables.

    With it come the seconds it took, and the memory its process held then. A run that failed has no result, but why, in one
    line and with its traceback.
    """

    result: RunResult | None = None
    parts: Parts | None = None
    seconds: float = 0.0
    memory_mb: float = 0.0
    error: Message | str = ""
    traceback: str = ""


class Batch(NamedTuple):
    """Runs of one replicate for one process. `whole`: they are all of it, so that it can tabulate them as well."""

    runs: list[Run]
    whole: bool


# --- engines ---------------------------------------------------------------------------------------------------------


def simulate_region(scenario: "Scenario", seed: int, replicate: int, **more: Any) -> RunResult:
    """Simulate one run with agents; the model is imported only here, where it is needed."""
    from ...agents.region import simulate

    return simulate(scenario, seed, replicate, **more)


def simulate_compiled(scenario: "Scenario", seed: int, replicate: int, **more: Any) -> RunResult:
    """Simulate one run with the compiled model."""
    from ...month.simulate import simulate

    return simulate(scenario, seed, replicate, **more)


ENGINES: dict[str, Simulate] = {"agents": simulate_region, "compiled": simulate_compiled}
"""What does a run, by name. All give the same results."""

SECONDS_A_RUN = {"agents": 4.0, "compiled": 0.05}
"""About what a run of the whole region takes."""


# --- attempts --------------------------------------------------------------------------------------------------------


def attempt(simulate: Simulate, run: Run) -> Attempt:
    """Do one run; what it raises becomes part of the answer."""
    more = {"by_month": True} if run.recording.by_month else {}
    began = perf_counter()
    try:
        result = simulate(run.scenario, run.seed, run.replicate, **more)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: a rule that calls exit() ends its run, and no other
        return failed_by(error)
    return Attempt(result, seconds=perf_counter() - began, memory_mb=used_mb())


def failed_by(error: BaseException) -> Attempt:
    """Return an attempt that ended in an error."""
    if isinstance(error, MemoryError):
        return Attempt(error=say("stopped.out_of_memory"), traceback="".join(traceback.format_exception(error)))
    in_one_line = " ".join(f"{type(error).__name__}: {error}".split())
    told = error.message if isinstance(error, Told) else in_one_line
    return Attempt(error=told, traceback="".join(traceback.format_exception(error)))


def tabulate(runs: Sequence[Run], attempts: Sequence[Attempt]) -> list[Attempt]:
    """Return the attempts at the runs of a replicate with their parts of the tables in place of results.

    What has been tabulated is let alone.
    """
    results = [(run, one.result) for run, one in zip(runs, attempts, strict=True) if one.result is not None]
    parts = tabulated(results)
    return [one._replace(result=None, parts=parts.get(run.id, one.parts)) for run, one in zip(runs, attempts, strict=True)]


# --- processes -------------------------------------------------------------------------------------------------------


def begin(limits: Limits, traces: Path) -> None:
    """Make this process a worker: within limits, gone as soon as its parent is, and deaf to Ctrl-C, which is the parent's."""
    global _bounds
    _bounds = _Bounds(limits.seconds, traces / f"{os.getpid()}.txt")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_memory(limits.memory_mb)
    Thread(target=_end_with_parent, daemon=True).start()


def do(simulate: Simulate, batch: Batch) -> list[Attempt]:
    """Do some runs, in their order; those of a whole replicate are tabulated, for tables take far less room than results."""
    attempts = [_bounded(simulate, run) for run in batch.runs]
    return tabulate(batch.runs, attempts) if batch.whole else attempts


class _Bounds(NamedTuple):
    seconds: float
    trace: Path


_bounds: _Bounds | None = None
"""What holds in this process; None where it is nobody's worker."""


def _bounded(simulate: Simulate, run: Run) -> Attempt:
    if _bounds is None:
        return attempt(simulate, run)
    with timed(_bounds.seconds, _bounds.trace):
        return attempt(simulate, run)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


# --- workers of a cluster --------------------------------------------------------------------------------------------

SECONDS_MORE = 10
"""So long after its time a run that holds up Python itself ends its process, and one that was left behind ends too."""

_turn = Lock()
"""One run at a time in a process, however many threads a cluster gives it: its time is counted for the whole process."""


def do_within(seconds: float, simulate: Simulate, batch: Batch) -> list[Attempt]:
    """Do some runs as `do` does, in a process of others, each within so many seconds."""
    left_behind: list[Thread] = []
    with _turn:
        attempts = do(partial(_in_time, seconds, left_behind, simulate), batch)
    if left_behind and _is_started_again():
        # Once the answer is gone: what never ends would take its share of the computer for ever.
        end = Timer(SECONDS_MORE, os._exit, (1,))
        end.daemon = True
        end.start()
    return attempts


def _in_time(seconds: float, left_behind: list[Thread], simulate: Simulate, *run: Any, **more: bool) -> RunResult:
    """Do a run in a thread of its own, and leave it there when its time is up; raises TimeoutError, and what it raises."""
    answers: list[RunResult | BaseException] = []
    thread = Thread(target=_answered, args=(answers, partial(simulate, *run, **more)), daemon=True)
    with timed(seconds + SECONDS_MORE, Path(os.devnull)):
        thread.start()
        thread.join(seconds)
    if not answers:
        left_behind.append(thread)
        raise _late(seconds, thread)
    (answer,) = answers
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _answered(answers: list[RunResult | BaseException], simulated: Callable[[], RunResult]) -> None:
    try:
        answers.append(simulated())
    except BaseException as error:
        answers.append(error)


class Late(Told):
    """A run that took longer than it may."""


def _late(seconds: float, thread: Thread) -> Late:
    error = Late(say("stopped.time", seconds=f"{seconds:g}"))
    frame = sys._current_frames().get(thread.ident or 0)
    error.add_note("".join(traceback.format_stack(frame)) if frame else "")
    return error


def _is_started_again() -> bool:
    """Say whether somebody starts this worker of a cluster anew when it ends."""
    from distributed import get_worker

    try:
        return get_worker().nanny is not None
    except ValueError:
        return False
