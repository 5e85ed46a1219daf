"""One run at a time, in this process or in one that works for another."""

import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter  # noqa: TID251 - for the time left; no result reads it
from typing import Any, NamedTuple

from ..record import RunResult
from ..scenario import Scenario

Simulate = Callable[[Scenario, int, int], RunResult]


class Attempt(NamedTuple):
    """What became of one run: its result and the seconds it took, or None and why, in one line and with its traceback."""

    result: RunResult | None
    seconds: float = 0.0
    error: str = ""
    traceback: str = ""


def simulate_region(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    """Simulate one run; the model is imported only here, where it is needed."""
    from ..region import simulate

    return simulate(scenario, seed, replicate)


def attempt(simulate: Simulate, scenario: Scenario, seed: int, replicate: int) -> Attempt:
    """Do one run; what it raises becomes part of the answer."""
    began = perf_counter()
    try:
        result = simulate(scenario, seed, replicate)
    except Exception as error:
        return failed_by(error)
    return Attempt(result, perf_counter() - began)


def failed_by(error: BaseException) -> Attempt:
    """Return an attempt that ended in an error."""
    in_one_line = " ".join(f"{type(error).__name__}: {error}".split())
    return Attempt(None, error=in_one_line, traceback="".join(traceback.format_exception(error)))


class Worker:
    """What a process that works for another keeps: the scenarios, so that a task stays small, and whether to stop.

    Ctrl-C ends a simulation but never what the process is telling its parent: half an answer would block both.
    """

    def __init__(self, simulate: Simulate, scenarios: dict[str, Scenario]) -> None:
        self._simulate, self._scenarios = simulate, scenarios
        self._busy = self._stopping = False
        signal.signal(signal.SIGINT, self._stop)

    def do(self, parameters: str, seed: int, replicate: int) -> Attempt:
        """Do the run of the scenario with this hash of parameters."""
        try:
            self._busy = not self._stopping
            if self._busy:
                return attempt(self._simulate, self._scenarios[parameters], seed, replicate)
        except KeyboardInterrupt:
            pass
        finally:
            self._busy = False
        return Attempt(None, error="interrupted")

    def _stop(self, *_: Any) -> None:
        already, self._stopping = self._stopping, True
        if self._busy and not already:
            raise KeyboardInterrupt


_here: list[Worker] = []


def begin(simulate: Simulate, scenarios: dict[str, Scenario]) -> None:
    """Make this process a worker, and import the model before the first run."""
    _here[:] = [Worker(simulate, scenarios)]
    if simulate is simulate_region:
        with suppress(Exception):  # each run then says what is wrong
            from .. import region  # noqa: F401


def do(runs: list[tuple[str, int, int]]) -> list[Attempt]:
    """Do some runs, each given by hash of parameters, seed and replicate, in a process made a worker by `begin`."""
    return [_here[0].do(parameters, seed, replicate) for parameters, seed, replicate in runs]
