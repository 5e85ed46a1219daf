"""What of a computer this process may use: processors and memory, as the system, a container or a scheduler allows it."""

import math
import os
from collections.abc import Iterator
from pathlib import Path

import psutil

from .limits import MEGABYTE

CGROUPS, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
"""Where Linux says what a group of processes may use, and in which groups this one is; elsewhere there is neither."""


def processors() -> int:
    """Return how many processors this process may be at work on at a time, at least one."""
    return max(1, min([_assigned(), *(math.ceil(quota) for quota in _quotas())]))


def free_memory_mb() -> float:
    """Return how much memory this process may still take, in MB."""
    return min([psutil.virtual_memory().available, *_memory_left()]) / MEGABYTE


def _assigned() -> int:
    """Return how many processors it may run on at all."""
    if hasattr(os, "process_cpu_count"):  # Python 3.13
        return os.process_cpu_count() or 1
    try:
        return len(psutil.Process().cpu_affinity() or ()) or os.cpu_count() or 1
    except (AttributeError, psutil.Error):  # macOS knows no such thing
        return os.cpu_count() or 1


def _quotas() -> Iterator[float]:
    """Yield the processors' time that each group it is in may take, in processors."""
    for group in _groups("cpu"):
        quota, period = _numbers(group / "cpu.max") or _both(group / "cpu.cfs_quota_us", group / "cpu.cfs_period_us")
        if quota > 0 and period > 0:
            yield quota / period


def _memory_left() -> Iterator[float]:
    """Yield the bytes that each group it is in may still take; what a file keeps in memory makes way."""
    for group in _groups("memory"):
        most, used = _both(group / "memory.max", group / "memory.current")
        if not most:
            most, used = _both(group / "memory.limit_in_bytes", group / "memory.usage_in_bytes")
        if most:
            yield max(0.0, most - used + _inactive(group))


def _groups(controller: str) -> Iterator[Path]:
    """Yield the folders of the groups it is in, and of those above: version 2 has one tree, version 1 one a controller."""
    for line in _text(OWN).splitlines():
        _, controllers, path = (line.split(":", 2) + ["", ""])[:3]
        if controllers and controller not in controllers.split(","):
            continue
        root = CGROUPS / controllers if controllers else CGROUPS
        inside = root / path.lstrip("/")
        for folder in (inside, *inside.parents):
            yield folder
            if folder == root:
                break


def _numbers(path: Path) -> tuple[float, float] | None:
    """Return the two numbers of a file; None where it has not two, or one of them is "max", which is no limit."""
    words = _text(path).split()
    return (float(words[0]), float(words[1])) if len(words) == 2 and all(word.isdigit() for word in words) else None


def _both(first: Path, second: Path) -> tuple[float, float]:
    """Return the numbers in two files; 0 for one that has none."""
    one, other = (_text(path).strip() for path in (first, second))
    return (float(one) if one.isdigit() else 0.0, float(other) if other.isdigit() else 0.0)


def _inactive(group: Path) -> float:
    words = dict(line.split()[:2] for line in _text(group / "memory.stat").splitlines() if len(line.split()) == 2)
    return float(words.get("inactive_file", words.get("total_inactive_file", 0)))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
