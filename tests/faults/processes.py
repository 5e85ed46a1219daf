"""Cases tried in processes of their own, so that one that hangs, dies or eats memory is noticed and the others go on."""

import multiprocessing
import os
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import chdir, suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from .claims import Case, Claim, Outcome, claims, rng

POLL_S = 0.5
STARTS_IN_S = 120
"""A process has so long to import what its claim needs, on top of the limit of its first case."""


def tried(claim: Claim, numbers: Iterable[int], workers: int, plant: str | None = None) -> Iterator[tuple[int, Outcome]]:
    """Return what came of each case, in the order in which they end."""
    scratch = Path(tempfile.mkdtemp(prefix="faults-"))
    left = iter(numbers)
    team = [_Worker(claim, scratch, plant) for _ in range(workers)]
    try:
        for worker in team:
            worker.take(left)
        while busy := [worker for worker in team if worker.case is not None]:
            ready = wait([worker.pipe for worker in busy], timeout=POLL_S)
            for worker in busy:
                outcome = worker.outcome() if worker.pipe in ready else worker.hung()
                if outcome is not None:
                    yield worker.case, outcome  # type: ignore[misc]
                    worker.take(left)
    finally:
        for worker in team:
            worker.end()
        shutil.rmtree(scratch, ignore_errors=True)


class _Worker:
    """A process that tries one case after the other."""

    def __init__(self, claim: Claim, scratch: Path, plant: str | None) -> None:
        self._claim, self._scratch, self._plant = claim, scratch, plant
        self.case: int | None = None
        self._until = 0.0
        self._start()

    def take(self, left: Iterator[int]) -> None:
        """Begin the next case, if there is one."""
        self.case = next(left, None)
        if self.case is None:
            return
        self._until = time.monotonic() + self._claim.limit_s + (STARTS_IN_S if self._is_new else 0)
        self._is_new = False
        with suppress(BrokenPipeError):  # it died since; reading will tell
            self.pipe.send(self.case)

    def outcome(self) -> Outcome:
        """Return what the process sent, or that it died."""
        try:
            return self.pipe.recv()  # type: ignore[no-any-return]
        except (EOFError, ConnectionResetError):
            self._process.join(5)
            code = self._process.exitcode
            self._renew()
            return Outcome(violations=(f"the process died (exit code {code})",))

    def hung(self) -> Outcome | None:
        """Return that the case took too long and was ended; None where it may go on."""
        if time.monotonic() < self._until:
            return None
        self._renew()
        return Outcome(violations=(f"still not done after {self._claim.limit_s:g} s, and ended",))

    def end(self) -> None:
        """End the process and all it started."""
        self.pipe.close()
        self._process.join(0 if self.case is not None else 5)
        if self._process.is_alive():
            self._kill()
        self._process.join()

    def _renew(self) -> None:
        self.pipe.close()
        self._kill()
        self._process.join()
        self._start()

    def _kill(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg") and os.getpgid(self._process.pid or 0) == self._process.pid:
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        arguments = (self._claim.name, self._scratch, self._plant, theirs)
        self._process: Any = context.Process(target=_work, args=arguments)
        self._process.start()
        theirs.close()
        self._is_new = True


def _work(name: str, scratch: Path, plant: str | None, pipe: Connection) -> None:
    """Try the cases whose numbers come, until none comes any more."""
    if hasattr(os, "setsid"):
        os.setsid()  # so that all it starts can be ended with it
    claim = claims()[name]
    if plant:
        claim.plants[plant]()
    with suppress(EOFError, BrokenPipeError):
        while True:
            pipe.send(attempt(claim, pipe.recv(), scratch))


def attempt(claim: Claim, number: int, scratch: Path | None = None) -> Outcome:
    """Try one case in this process, in an empty folder that is removed afterwards; an error is a violation."""
    folder = Path(tempfile.mkdtemp(dir=scratch)).resolve()
    try:
        with chdir(folder):
            return claim.attempt(Case(number, rng(claim.name, number), folder))
    except Exception:
        return Outcome(violations=(f"an error nobody caught:\n{traceback.format_exc()}",))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
