"""One run at a time, in this process or in one that works for another."""

import signal
import traceback
from collections.abc import Callable, Mapping
from time import perf_counter  # noqa: TID251 - for the time left; no result reads it
from typing import TYPE_CHECKING, Any, NamedTuple

from ..faults import Message, say
from ..record import RunResult
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
    error: Message | str = ""
    traceback: str = ""


class Task(NamedTuple):
    """A run to be done by another process: which scenario, by its hash of parameters, and how."""

    run: str
    twin: str
    parameters: str
    seed: int
    replicate: int


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
    except Exception as error:
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


class Worker:
    """What a process that works for another keeps: the scenarios, so that a task stays small, and whether to stop.

    Ctrl-C ends a simulation but never what the process is telling its parent: half an answer would block both.
    """

    def __init__(self, simulate: Simulate, scenarios: dict[str, "Scenario"]) -> None:
        self._simulate, self._scenarios = simulate, scenarios
        self._busy = self._stopping = False
        signal.signal(signal.SIGINT, self._stop)

    def do(self, task: Task) -> Attempt:
        """Do a run."""
        try:
            self._busy = not self._stopping
            if self._busy:
                return attempt(self._simulate, self._scenarios[task.parameters], task.seed, task.replicate)
        except KeyboardInterrupt:
            pass
        finally:
            self._busy = False
        return Attempt(error=say("process_interrupted"))

    def _stop(self, *_: Any) -> None:
        already, self._stopping = self._stopping, True
        if self._busy and not already:
            raise KeyboardInterrupt


_here: list[Worker] = []


def begin(simulate: Simulate, scenarios: dict[str, "Scenario"]) -> None:
    """Make this process a worker."""
    _here[:] = [Worker(simulate, scenarios)]


def do(tasks: list[Task]) -> list[Attempt]:
    """Do some runs in a process made a worker by `begin`."""
    return [_here[0].do(task) for task in tasks]


def do_replicate(tasks: list[Task]) -> list[Attempt]:
    """Do all runs of a replicate, and tabulate them: tables take far less room than results on their way to the parent."""
    attempts = dict(zip([task.run for task in tasks], do(tasks), strict=True))
    return list(tabulate(attempts, {task.run: task.twin for task in tasks}).values())
