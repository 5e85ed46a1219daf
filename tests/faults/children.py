"""Starts processes of the program in folders of their own, strikes them, and looks at what they leave."""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from hashlib import blake2b
from pathlib import Path
from time import monotonic, sleep
from typing import Any, NamedTuple

from model.experiment.results import ledger
from model.experiment.results.seals import Damaged

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120.0
"""A child that takes longer hangs."""

SOON_S = 60.0
"""What outlives its parent for longer than this is left behind."""

TAXED = "extends: two_firms.yaml\nlabel: {da: Afgift, en: Tax}\nlevers:\n  landfill_tax_added_dkk_per_t: {2011-01: 200}\n"

OUT = "out"


class Child(NamedTuple):
    """A process that was started, and the folder it works in."""

    pid: int
    folder: Path

    @property
    def out(self) -> Path:
        """Its result folder."""
        return self.folder / OUT

    def told(self) -> str:
        """Return what it said on its error stream."""
        return (self.folder / "stderr").read_text(encoding="utf-8", errors="replace")

    def acknowledged(self) -> set[str]:
        """Return the ids of all runs that were said to be kept."""
        return set(self.acknowledgements())

    def acknowledgements(self) -> list[str]:
        """Return the ids of runs in the order in which they were said to be kept."""
        path = self.folder / "acknowledged"
        return path.read_text().split() if path.exists() else []

    def writes(self) -> tuple[int, int]:
        """Return how many writes it began below its result folder, and how many were under way when last seen."""
        counts = (self.folder / "counts").read_bytes()
        return int.from_bytes(counts[:8], "little"), int.from_bytes(counts[8:], "little")


class Zygote:
    """Starts children, with all imports done already; with an interposer it can make their writes fail."""

    def __init__(self, folder: Path, interposer: Path | None, draws: bool = False) -> None:
        self.interposer = interposer
        environment = os.environ | {"PYTHONPATH": str(ROOT)} | ({"LD_PRELOAD": str(interposer)} if interposer else {})
        environment |= {"FAULT_DRAWS": "yes"} if draws else {}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote", *job(folder, 1)[:-2]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT,
        )

    def start(self, folder: Path, *argv: str, **environment: object) -> Child:
        """Start the program in a folder; `environment` are further variables, as the interposer takes them."""
        folder.mkdir(exist_ok=True)
        (folder / "counts.new").write_bytes(bytes(16))
        os.replace(folder / "counts.new", folder / "counts")  # an earlier child goes on counting in the file it has
        there = {"FAULT_ROOT": str(folder / OUT), "FAULT_COUNTS": str(folder / "counts")}
        there |= {"FAULT_ACKNOWLEDGED": str(folder / "acknowledged")}
        there |= {name: str(value) for name, value in environment.items()}
        return Child(self._asked({"argv": argv, "folder": str(folder), "environment": there}), folder)

    def code(self, child: Child) -> int | None:
        """Return a child's exit code, None while it lives; minus the signal's number for one that was killed."""
        return self._asked({"wait": child.pid})

    def ended(self, child: Child, seconds: float = PATIENCE_S) -> int | None:
        """Wait for a child's exit code; None for one that still lives after so many seconds."""
        until = monotonic() + seconds
        while (code := self.code(child)) is None and monotonic() < until:
            sleep(0.003)
        return code

    def _asked(self, order: dict[str, Any]) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


class Stage(NamedTuple):
    """Where faults are made: what starts children, the job they do, and what comes of it undisturbed.

    `expected` are the files of its result; it took so many `seconds` and `writes`.
    """

    zygote: Zygote
    begun: list[str]
    expected: dict[str, str]
    seconds: float
    writes: int


REPLICATES = 6


@cache
def stage() -> Stage:
    """Return where this process makes faults: the job was done twice by then, and came out the same."""
    folder = scratch()
    begun = job(folder, REPLICATES)
    zygote = Zygote(folder, interposer(folder))
    first, second = (_undisturbed(zygote, folder / name, begun) for name in ("first", "second"))
    if first[0] != second[0]:
        raise AssertionError("the same job twice came out as two results")
    return Stage(zygote, begun, second[0], second[1], second[2])


def _undisturbed(zygote: Zygote, folder: Path, begun: list[str]) -> tuple[dict[str, str], float, int]:
    began = monotonic()
    child = zygote.start(folder, *begun)
    if zygote.ended(child) != 0:
        raise AssertionError(child.told())
    return contents(child.out), monotonic() - began, child.writes()[0]


def scratch() -> Path:
    """Return a new folder that goes with this process."""
    folder = Path(tempfile.mkdtemp(prefix="faults-stage-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def interposer(folder: Path) -> Path | None:
    """Return the interposer; None where there is no C compiler or no LD_PRELOAD."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    library = folder / "interposer.so"
    source = Path(__file__).with_name("interposer.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    return library


def job(folder: Path, replicates: int) -> list[str]:
    """Return the arguments of a small job, each replicate a run and its twin, and write the scenario it needs into a folder."""
    base = ROOT / "scenarios" / "two_firms.yaml"
    (folder / "taxed.yaml").write_text(TAXED, encoding="utf-8")
    files = [str(base), str(folder / "taxed.yaml")]
    return ["run", *files, "--replicates", str(replicates), "--out", OUT]


def going_on(child: Child, begun: list[str]) -> list[str]:
    """Return what goes on with a job, whatever has become of its folder: `resume`, or `run` where there is no ledger."""
    return ["resume", OUT] if (child.out / ledger.NAME).exists() else begun


def contents(out: Path) -> dict[str, str]:
    """Return the hash of every file of a result but its ledger's, by path, with what lies aside."""
    files = (path for path in sorted(out.rglob("*")) if path.is_file() and not path.name.startswith("ledger."))
    return {path.relative_to(out).as_posix(): blake2b(path.read_bytes()).hexdigest() for path in files}


def differences(out: Path, expected: dict[str, str], but: tuple[str, ...] = ()) -> list[str]:
    """Return the names of files that are not as expected, left over, or not there, but for those that begin so."""
    found = contents(out)
    names = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
    return [name for name in names if not name.startswith(but)]


def lost(child: Child) -> list[str]:
    """Return what is wrong with the ledger a child left: damaged, acknowledged runs that are gone, runs there twice."""
    if not (child.out / ledger.NAME).exists():
        return [f"{len(gone)} acknowledged runs went with the ledger" for gone in [child.acknowledged()] if gone]
    try:
        with ledger.opened(child.out) as book:
            book.check()
            kept = [run for (run,) in book._rows("SELECT run FROM runs")]
    except (Damaged, OSError) as error:
        return [f"ledger: {error}"]
    gone = child.acknowledged() - set(kept)
    return [f"{len(gone)} acknowledged runs lost"] * bool(gone) + ["a run twice"] * (len(kept) > len(set(kept)))


def left_behind(child: Child, seconds: float = SOON_S) -> list[int]:
    """Return the processes of a child's session that still live some seconds after it, and end them."""
    until = monotonic() + seconds
    while (living := _session(child.pid)) and monotonic() < until:
        sleep(0.02)
    for pid in living:
        os.kill(pid, signal.SIGKILL)
    return living


def _session(leader: int) -> list[int]:
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _is_of(pid, leader)]


def _is_of(pid: int, leader: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return stat[3] == str(leader) and stat[0] not in "ZX"


def workers(child: Child) -> list[int]:
    """Return the worker processes of a child."""
    return [pid for pid in _session(child.pid) if "spawn_main" in _command(pid)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


# --- what must hold --------------------------------------------------------------------------------------------------

DRAWN = ("figures/", "report.html")
"""What a process that was started afresh draws, and children do not."""


def finished(stage: Stage, child: Child, but: tuple[str, ...] = ()) -> list[str]:
    """Have a job done to its end, and return what is wrong with its result, held against an undisturbed one."""
    last = stage.zygote.start(child.folder, *going_on(child, stage.begun))
    code = stage.zygote.ended(last)
    wrong = [f"going on ended with {code}: {last.told()[-1500:]}"] if code else []
    return wrong + whole(stage, last, but)


def whole(stage: Stage, child: Child, but: tuple[str, ...] = ()) -> list[str]:
    """Return what is wrong with a result, held against an undisturbed one, and with its ledger."""
    different = differences(child.out, stage.expected, but)
    return lost(child) + ([f"not as uninterrupted: {', '.join(different)}"] if different else [])


def stopped_well(child: Child, code: int | None) -> list[str]:
    """Return what is wrong with the end of a process that could not go on: it says so, in words, and leaves nobody behind."""
    told = child.told()
    wrong = [f"exit code {code}"] if code not in (0, 2, 3) else []
    wrong += ["a traceback"] if "Traceback" in told else []
    wrong += ["no word"] if code and not told.strip() else []
    left = left_behind(child)
    return [f"{one}: {told[-2500:]}" for one in wrong] + ([f"left processes {left}"] if left else []) + lost(child)


def afresh(folder: Path, argv: list[str]) -> "subprocess.Popen[bytes]":
    """Start `run.py` as its users do, in a session of its own."""
    folder.mkdir(exist_ok=True)
    with (folder / "stdout").open("ab") as out, (folder / "stderr").open("ab") as err:
        command = [sys.executable, str(ROOT / "run.py"), *argv]
        return subprocess.Popen(command, cwd=folder, stdout=out, stderr=err, start_new_session=True)
