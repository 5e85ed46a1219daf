"""One run at a time, in this process or in one that works for another."""

import os
import signal
import traceback
from collections.abc import Callable, Mapping
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from time import perf_counter  # noqa: TID251 - for the time left; no result reads it
from typing import TYPE_CHECKING, NamedTuple

from ..record import RunResult
from .design import Run
from .limits import Limits, limit_memory, timed
from .tables import Parts, tabulated

if TYPE_CHECKING:
    from ..scenario import Scenario

Simulate = Callable[["Scenario", int, int], RunResult]


class Attempt(NamedTuple):
    """What became of one run: its result or, once it was tabulated, its parts of the tables, and the seconds it took.

    A run that failed has neither, but why, in one line and with its traceback.
    """

    result: RunResult | None = None
    parts: Parts | None = None
    seconds: float = 0.0
    error: str = ""
    traceback: str = ""


class Batch(NamedTuple):
    """Runs of one replicate for one process. `whole`: they are all of it, so that it can tabulate them as well."""

    runs: list[Run]
    whole: bool


# --- engines ---------------------------------------------------------------------------------------------------------


def simulate_region(scenario: "Scenario", seed: int, replicate: int) -> RunResult:
    """Simulate one run with agents; the model is imported only here, where it is needed."""
    from ..region import simulate

    return simulate(scenario, seed, replicate)


def simulate_compiled(scenario: "Scenario", seed: int, replicate: int) -> RunResult:
    """Simulate one run with the compiled model."""
    from ..engine.simulate import simulate

    return simulate(scenario, seed, replicate)


ENGINES: dict[str, Simulate] = {"agents": simulate_region, "compiled": simulate_compiled}
"""What does a run, by name. All give the same results."""

SECONDS_A_RUN = {"agents": 4.0, "compiled": 0.05}
"""About what a run of the whole region takes."""


# --- attempts --------------------------------------------------------------------------------------------------------


def attempt(simulate: Simulate, scenario: "Scenario", seed: int, replicate: int) -> Attempt:
    """Do one run; what it raises becomes part of the answer."""
    began = perf_counter()
    try:
        result = simulate(scenario, seed, replicate)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: a rule that calls exit() ends its run, and no other
        return failed_by(error)
    return Attempt(result, seconds=perf_counter() - began)


def failed_by(error: BaseException) -> Attempt:
    """Return an attempt that ended in an error."""
    in_one_line = " ".join(f"{type(error).__name__}: {error}".split())
    return Attempt(error=in_one_line, traceback="".join(traceback.format_exception(error)))


def tabulate(attempts: Mapping[str, Attempt], twins: Mapping[str, str]) -> dict[str, Attempt]:
    """Return the attempts at the runs of a replicate, by id, with their parts of the tables in place of results.

    `twins` holds the id of each one's twin. What has been tabulated is let alone.
    """
    results = {run: one.result for run, one in attempts.items() if one.result is not None}
    parts = tabulated(results, twins)
    return {run: one._replace(result=None, parts=parts.get(run, one.parts)) for run, one in attempts.items()}


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
    if not batch.whole:
        return attempts
    told = dict(zip([run.id for run in batch.runs], attempts, strict=True))
    return list(tabulate(told, {run.id: run.twin for run in batch.runs}).values())


class _Bounds(NamedTuple):
    seconds: float
    trace: Path


_bounds: _Bounds | None = None
"""What holds in this process; None where it is nobody's worker."""


def _bounded(simulate: Simulate, run: Run) -> Attempt:
    if _bounds is None:
        return attempt(simulate, run.scenario, run.seed, run.replicate)
    with timed(_bounds.seconds, _bounds.trace):
        return attempt(simulate, run.scenario, run.seed, run.replicate)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
