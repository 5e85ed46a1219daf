"""A real Dask cluster on this computer, as anybody would start one: `dask scheduler` and two `dask worker --nthreads 1`."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 120


LACKS = """\
import sys


class Lacks:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "model":
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)


sys.meta_path.insert(0, Lacks())
"""
"""Has a Python find no module of this program, as one in which it was never installed."""


@contextmanager
def cluster(place: Path, workers: int = 2, lacks_program: bool = False, waited_for: bool = True) -> Iterator[str]:
    """Start one on free ports, with its files in a folder; hand out its address, and leave no process of it behind.

    Its workers stand ready then, unless they are not `waited_for`.
    """
    (place / "home").mkdir()
    if lacks_program:
        (place / "home" / "sitecustomize.py").write_text(LACKS, encoding="utf-8")
    started = [_start(place, "scheduler", "--port", "0", "--no-dashboard")]
    try:
        address = _address(place / "scheduler.json")
        for _ in range(workers):
            started.append(_start(place, "worker", address, "--nthreads", "1", "--no-dashboard"))
        _wait_for(address, workers if waited_for else 0)
        yield address
    finally:
        _end(started)


def _start(place: Path, *what: str) -> subprocess.Popen[bytes]:
    known = ["--scheduler-file", str(place / "scheduler.json")] if what[0] == "scheduler" else []
    command = [sys.executable, "-m", "dask", *what, *known]
    paths = os.pathsep.join(filter(None, (str(place / "home"), str(ROOT), os.environ.get("PYTHONPATH", ""))))
    with (place / "dask.log").open("ab") as log:
        return subprocess.Popen(command, cwd=place / "home", env=os.environ | {"PYTHONPATH": paths}, stdout=log, stderr=log)


def _address(file: Path) -> str:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        with suppress(FileNotFoundError, ValueError):
            return str(json.loads(file.read_text(encoding="utf-8"))["address"])
        time.sleep(0.1)
    raise TimeoutError("the scheduler did not start")


def _wait_for(address: str, workers: int) -> None:
    if not workers:
        return
    from distributed import Client

    with Client(address, timeout=SECONDS_TO_START, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=SECONDS_TO_START)


def _end(started: list[subprocess.Popen[bytes]]) -> None:
    """End the processes, and those that they started."""
    family = []
    for process in started:
        with suppress(psutil.Error):
            family += [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for process in family:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(family, timeout=10)
    for process in started:
        process.wait()
