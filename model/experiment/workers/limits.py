"""How long a run may take and how much memory its process may use, and what stops one that goes beyond."""

import faulthandler
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

MEGABYTE = 1 << 20


class Limits(NamedTuple):
    """The most a run may take: seconds, and memory of its process in MB (of 2**20 bytes)."""

    seconds: float
    memory_mb: float


BY_ENGINE = {"compiled": Limits(300, 2048), "agents": Limits(3600, 4096)}
"""Far more than any sound run takes, so that only what hangs or runs away meets them."""


@contextmanager
def timed(seconds: float, trace: Path) -> Iterator[None]:
    """End this process after so many seconds, leaving in a file where it was. Works while Python itself is held up."""
    with trace.open("w", encoding="utf-8") as file:
        faulthandler.dump_traceback_later(seconds, exit=True, file=file)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def limit_memory(megabytes: float) -> None:
    """Have the system refuse this process more memory where it can (Linux): a run then raises MemoryError."""
    try:
        import resource
    except ImportError:
        return
    # Address space holds far more than is used, such as libraries; only what comes on top of it now counts.
    now = psutil.Process().memory_info().vms
    most = int(now + megabytes * MEGABYTE)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or most < hard:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        except (ValueError, OSError):  # a system that has the call and not the limit
            return


def over_memory(processes: list[psutil.Process], megabytes: float) -> list[psutil.Process]:
    """Return those of the processes that use more memory than they may; one that has just ended uses none."""
    return [process for process in processes if used_mb(process) > megabytes]


def used_mb(process: psutil.Process | None = None) -> float:
    """Return how much memory a process holds, otherwise this one."""
    try:
        return float((process or psutil.Process()).memory_info().rss) / MEGABYTE
    except psutil.Error:
        return 0.0
