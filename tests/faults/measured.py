"""What a piece of work takes: seconds of the processor, and memory beyond what the process held before.

Memory is the growth of the resident set at its peak, as Linux counts it (VmHWM, set back before the work). Where that
cannot be set back, `getrusage` tells the peak of the whole process, which can only hide growth below an earlier peak.
Where there is neither (Windows), memory is not measured and counts as None.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

Given = TypeVar("Given")
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
MB = 1_000_000


class Taken(NamedTuple):
    """Seconds of the processor and megabytes a piece of work took."""

    seconds: float
    megabytes: float | None


def measured(work: Callable[[], Given]) -> tuple[Given, Taken]:
    """Do a piece of work and return what it gave and what it took."""
    before = _memory_before()
    begun = time.process_time()
    given = work()
    seconds = time.process_time() - begun
    peak = _peak()
    return given, Taken(seconds, None if peak is None or before is None else max(0.0, peak - before) / MB)


def _memory_before() -> int | None:
    try:
        _CLEAR.write_text("5", encoding="ascii")
    except OSError:
        return _resident() or _peak()
    return _resident()


def _resident() -> int | None:
    return _from_status("VmRSS:")


def _peak() -> int | None:
    return _from_status("VmHWM:") or _peak_of_process()


def _from_status(name: str) -> int | None:
    try:
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith(name)), None)


def _peak_of_process() -> int | None:
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
