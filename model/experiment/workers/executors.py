"""Where runs are done: processes of this computer, or a Dask cluster. Both are executors of the standard library's kind."""

import logging
import multiprocessing
import signal
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter  # noqa: TID251 - for time waited; no result reads it
from typing import Any, Protocol

import psutil

from ...faults import Told, say
from . import worker
from .code import model_hash
from .limits import Limits, over_memory
from .worker import Attempt, Batch, Simulate

MOST_WORKERS = 61
"""Windows cannot wait for more processes at once."""


class Crew(Protocol):
    """Workers that do batches. One that dies takes what it had in hand with it, and may take the others' with it too."""

    size: int

    def submit(self, batch: Batch) -> Future[list[Attempt]]:
        """Hand over a batch; raises BrokenProcessPool where a worker has died already."""

    def died(self, error: BaseException) -> bool:
        """Say whether an error means that a worker died, and not that a run raised."""

    def watch(self) -> None:
        """Stop workers that use more memory than they may. Raises Unreachable where there are none any more."""

    def why(self) -> Attempt:
        """Return why the last worker died, as an attempt that failed."""

    def dismiss(self, at_once: bool) -> None:
        """Let all workers go, at once whatever they have in hand, or when they have done it."""


Hire = Callable[[int], Crew]
"""Takes on a crew of at most so many workers."""


class Processes:
    """A crew of fresh processes, started the same way on every system."""

    def __init__(self, simulate: Simulate, limits: Limits, size: int) -> None:
        self.size, self._simulate, self._limits = size, simulate, limits
        self._traces = tempfile.TemporaryDirectory(prefix="symbiosis-", ignore_cleanup_errors=True)
        self._others = set(multiprocessing.active_children())
        self._stopped_for_memory = False
        spawn = multiprocessing.get_context("spawn")
        arguments = (limits, Path(self._traces.name))
        self._pool: Executor = ProcessPoolExecutor(size, spawn, initializer=worker.begin, initargs=arguments)

    def submit(self, batch: Batch) -> Future[list[Attempt]]:
        """Hand over a batch; raises BrokenProcessPool where a worker has died already."""
        with _interruptions_kept_from_children():
            return self._pool.submit(worker.do, self._simulate, batch)

    def died(self, error: BaseException) -> bool:
        """Say whether an error means that a worker died, and not that a run raised."""
        return isinstance(error, BrokenProcessPool)

    def watch(self) -> None:
        """Stop workers that use more memory than they may."""
        for process in over_memory(self._workers(), self._limits.memory_mb):
            self._stopped_for_memory = True
            _kill(process)

    def why(self) -> Attempt:
        """Return why the last worker died, as an attempt that failed."""
        if trace := self._trace():
            return Attempt(error=say("stopped.time", seconds=f"{self._limits.seconds:g}"), traceback=trace)
        if self._stopped_for_memory:
            return Attempt(error=say("stopped.memory", megabytes=f"{self._limits.memory_mb:g}"))
        return Attempt(error=say("stopped.died"))

    def dismiss(self, at_once: bool) -> None:
        """Let all workers go, at once whatever they have in hand, or when they have done it."""
        for process in self._workers() if at_once else ():
            _kill(process)
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._traces.cleanup()

    def _workers(self) -> list[psutil.Process]:
        ours = set(multiprocessing.active_children()) - self._others
        return [process for process in map(_process, ours) if process is not None]

    def _trace(self) -> str:
        """Return where a worker was when its time was up; "" where none was stopped."""
        found = [path.read_text(encoding="utf-8", errors="replace") for path in Path(self._traces.name).glob("*.txt")]
        return "".join(text for text in found if text)


def in_processes(simulate: Simulate, limits: Limits) -> Hire:
    """Return what takes on crews of processes."""
    return lambda size: Processes(simulate, limits, min(size, MOST_WORKERS))


@contextmanager
def _interruptions_kept_from_children() -> Iterator[None]:
    """Start processes that never hear Ctrl-C, not even before they can say so; for this one it waits, and is not lost."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _process(child: Any) -> psutil.Process | None:
    try:
        return psutil.Process(child.pid)
    except psutil.Error:
        return None


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.Error:  # it ended by itself
        return


# --- a cluster -------------------------------------------------------------------------------------------------------


SECONDS_TO_ANSWER = 10
"""So long a scheduler may take to answer before it counts as not there."""

SECONDS_TO_COME_UP = 30
"""So long it is waited at the beginning for a first worker: one may be on its way up."""

SECONDS_WITHOUT_WORKERS = 60
"""So long it is waited for a worker where all have gone: some are started again, and some never."""


class Cluster:
    """The workers of a Dask cluster. It starts a worker that died again by itself, so a death takes along one batch only."""

    def __init__(self, simulate: Simulate, limits: Limits, address: str) -> None:
        self._simulate, self._limits, self._address = simulate, limits, address
        self._client = _client(address)
        self._pool = self._client.get_executor(pure=False)
        self.size = max(self._workers(), 1)
        self._last_seen = perf_counter()

    def submit(self, batch: Batch) -> Future[list[Attempt]]:
        """Hand over a batch."""
        return self._pool.submit(worker.do_within, self._limits.seconds, self._simulate, batch)

    def died(self, error: BaseException) -> bool:
        """Say whether an error means that workers died, and not that a run raised."""
        from distributed import KilledWorker

        return isinstance(error, KilledWorker | CancelledError)

    def watch(self) -> None:
        """Raise Unreachable where the cluster has gone; it watches over its own workers' memory."""
        if self._workers():
            self._last_seen = perf_counter()
        elif perf_counter() - self._last_seen > SECONDS_WITHOUT_WORKERS:
            raise Unreachable(say("cluster.no_workers", address=self._address))

    def why(self) -> Attempt:
        """Return why the last worker died, as an attempt that failed."""
        return Attempt(error=say("stopped.cluster", seconds=f"{self._limits.seconds:g}"))

    def dismiss(self, at_once: bool) -> None:
        """Let go of the cluster. What is in hand there is called off, for a result that nobody waits for is none."""
        with suppress(OSError, CancelledError):  # it went first
            self._pool.shutdown(wait=False)
        self._client.close(SECONDS_TO_ANSWER)

    def _workers(self) -> int:
        try:
            return len(self._client.scheduler_info(n_workers=-1)["workers"])
        except OSError as error:
            raise Unreachable(say("cluster.gone", address=self._address)) from error


def on_cluster(simulate: Simulate, limits: Limits, address: str) -> Hire:
    """Return what takes on the workers of a Dask cluster, all there are whatever size is asked for.

    Raises Unreachable where there is no scheduler, or a worker has another model.
    """
    _require_same_model(address)
    return lambda size: Cluster(simulate, limits, address)


class Unreachable(Told):
    """A cluster that cannot be used; `message` says why, and what to do."""


def _client(address: str) -> Any:
    """Return a connection to a scheduler; raises Unreachable."""
    try:
        from distributed import Client
    except ImportError as error:
        raise Unreachable(say("cluster.no_dask")) from error
    # What it has to say of connections is said here, once and in words.
    for name in ("distributed", *(name for name in logging.root.manager.loggerDict if name.startswith("distributed."))):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        return Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        raise Unreachable(say("cluster.no_scheduler", address=address, reason=_in_short(error))) from error


def _in_short(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _require_same_model(address: str) -> None:
    """Raise Unreachable unless every worker has this program, and the same model."""
    there = _asked_of_all(address)
    if not there:
        raise Unreachable(say("cluster.no_workers", address=address))
    unable = {name: found for name, found in sorted(there.items()) if isinstance(found, BaseException)}
    if unable:
        reason = _in_short(next(iter(unable.values())))
        raise Unreachable(say("cluster.no_program", workers=", ".join(unable), reason=reason))
    others = sorted(name for name, found in there.items() if found != model_hash())
    if others:
        raise Unreachable(say("cluster.other_model", workers=", ".join(others)))


def _asked_of_all(address: str) -> dict[str, Any]:
    """Return what each worker says its model is, or what kept it from saying so; workers on their way up are waited for."""
    with _client(address) as client:
        try:
            client.wait_for_workers(1, timeout=SECONDS_TO_COME_UP)
            return dict(client.run(model_hash, on_error="return"))
        except TimeoutError:
            return {}
        except Exception as error:  # whatever a cluster of another make or age may raise
            raise Unreachable(say("cluster.no_answer", address=address, reason=_in_short(error))) from error
