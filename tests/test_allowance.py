"""How many processors and how much memory a process may use: what it was assigned, not what the computer has."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from model.experiment.workers import allowance
from model.experiment.workers.limits import MEGABYTE


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A made-up tree of groups, and 64 processors with plenty of memory behind it."""
    monkeypatch.setattr(allowance, "CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(allowance, "OWN", tmp_path / "own")
    monkeypatch.setattr(allowance, "_assigned", lambda: 64)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("own", "files", "processors"),
    [
        ("0::/a/b\n", {"a/b/cpu.max": "250000 100000\n"}, 3),
        ("0::/a/b\n", {"a/b/cpu.max": "max 100000\n", "a/cpu.max": "50000 100000\n"}, 1),
        ("0::/a/b\n", {"a/b/cpu.max": "max 100000\n"}, 64),
        ("0::/\n", {"cpu.max": "400000 100000\n"}, 4),
        ("0::/gone\n", {"cpu.max": "200000 100000\n"}, 2),
        ("4:cpu,x:/a\n", {"cpu,x/a/cpu.cfs_quota_us": "150000\n", "cpu,x/a/cpu.cfs_period_us": "100000\n"}, 2),
        ("1:cpu:/\n0::/\n", {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 64),
        ("3:cpuset:/a\n", {"cpuset/a/cpu.cfs_quota_us": "1\n", "cpuset/a/cpu.cfs_period_us": "100000\n"}, 64),
        ("", {}, 64),
        ("nonsense\n", {"cpu.max": "\xff"}, 64),
    ],
)
def test_a_quota_of_a_group_or_of_one_above_it_counts(groups: Path, own: str, files: dict[str, str], processors: int) -> None:
    write(allowance.OWN, own)
    for name, text in files.items():
        write(allowance.CGROUPS / name, text)
    assert allowance.processors() == processors


@pytest.mark.parametrize(
    ("own", "files", "free"),
    [
        ("0::/a\n", {"a/memory.max": "1048576000\n", "a/memory.current": "524288000\n"}, 500),
        ("0::/\n", {"memory.max": "1000", "memory.current": "1000", "memory.stat": "inactive_file 10485760\n"}, 10),
        ("9:memory:/a\n", {"memory/a/memory.limit_in_bytes": "104857600", "memory/a/memory.usage_in_bytes": "52428800"}, 50),
        ("0::/a\n", {"a/memory.max": "max\n"}, 1_000_000),
    ],
)
def test_memory_a_group_may_still_take_counts_and_what_files_keep_makes_way(
    groups: Path, own: str, files: dict[str, str], free: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    plenty = psutil.virtual_memory()._replace(available=1_000_000 * MEGABYTE)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: plenty)
    write(allowance.OWN, own)
    for name, text in files.items():
        write(allowance.CGROUPS / name, text)
    assert allowance.free_memory_mb() == pytest.approx(free)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system ties no process to processors")
def test_a_process_tied_to_one_processor_counts_one() -> None:
    code = "from model.experiment.workers.allowance import processors; print(processors())"
    tie = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
    done = subprocess.run([sys.executable, "-c", tie + code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1"]
