"""Kills while something is made of a result: no file is ever half there, and the same call goes through afterwards."""

import os
import re
import shutil
import signal
from functools import cache
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from model.experiment.results.aside import CORNER

from . import children
from .children import Child, Zygote
from .claims import Case, Outcome, claim
from .plants import plant

MOST_KILLS = 3
"""So often a call is killed before it may come to its end."""

FIGURES = ["figures", children.OUT, "--only", "additionality", "savings_fan"]
CALLS = {
    "figures": [FIGURES],
    "figures over others": [[*FIGURES, "--lang", "da"], FIGURES],
    "export csv": [["export", children.OUT, "--format", "csv"]],
    "export xlsx": [["export", children.OUT, "--format", "xlsx"]],
    "report": [["report", children.OUT]],
    "report over another": [["report", children.OUT, "--lang", "da"], ["report", children.OUT]],
    "compare": [["compare", children.OUT, children.OUT]],
}
"""What is killed, the last of these calls, after the others."""

MARK = re.compile(rb"<!-- regional-symbiosis [^\n]* -->\n\Z|<meta name='regional-symbiosis' [^>]*>")


class Scene(NamedTuple):
    """A result before and after a call, each as files without their marks; how long that took, in seconds and writes.

    `expected` are the files afterwards, marks and all.
    """

    folder: Path
    before: dict[str, bytes]
    after: dict[str, bytes]
    expected: dict[str, str]
    seconds: float
    writes: int


@claim(
    "kill-writing",
    holds="A `figures`, `export`, `report` or `compare` that is killed at any moment leaves no file half written: each has the "
    "bytes it had before or those it was to get. The same call then goes through, with the bytes of an undisturbed one, and "
    "nothing is left beside them.",
    quick=3,
    full=140,
    limit_s=300,
    strikes=True,
    plants=plant("in-place"),
)
def kill_writing(case: Case) -> Outcome:
    """Kill a call again and again, at random moments or in the middle of a write, and let it come to its end."""
    name = [*CALLS][case.number % len(CALLS)]
    scene, call = _scene(name), CALLS[name][-1]
    shutil.copytree(scene.folder, case.folder / children.OUT)
    faults, struck, wrong = 0, 0, []
    for _ in range(MOST_KILLS):
        child, at = _killed(case, scene, call)
        if child is None:
            break
        faults, struck = faults + 1, struck + (child.writes()[1] > 0)
        wrong += [f"{one} (write {at})" for one in _halves(child.out, scene)]
    return Outcome(faults, struck, tuple(f"{name}: {one}" for one in (*wrong, *_finished(case, scene, call))))


def _killed(case: Case, scene: Scene, call: list[str]) -> tuple[Child | None, int]:
    """Kill a call, and return what is left of it and the write it fell in; None where it came to its end before that."""
    zygote = _zygote()
    at = case.rng.randint(1, scene.writes) if scene.writes and zygote.interposer and case.rng.random() < 0.7 else 0
    child = zygote.start(case.folder, *call, FAULT_AT=at, FAULT_MODE="kill")
    if zygote.ended(child, children.PATIENCE_S if at else case.rng.uniform(0, scene.seconds)) is None:
        os.kill(child.pid, signal.SIGKILL)
    return (child if zygote.ended(child) == -signal.SIGKILL else None), at


def _halves(out: Path, scene: Scene) -> list[str]:
    """Return which files are neither as they were nor as they were to become; those aside are nobody's."""
    found = _unmarked(out)
    odd = [name for name, its in found.items() if its not in (scene.before.get(name), scene.after.get(name))]
    gone = [name for name in scene.before if name not in found]
    return [f"half written: {', '.join(odd)}"] * bool(odd) + [f"gone: {', '.join(gone)}"] * bool(gone)


def _finished(case: Case, scene: Scene, call: list[str]) -> list[str]:
    """Have a call done to its end, and return what is wrong with what it leaves."""
    zygote = _zygote()
    last = zygote.start(case.folder, *call)
    code = zygote.ended(last)
    is_there = code == 2 and "is not empty" in last.told()  # the kill came when all was done
    wrong = [] if code == 0 or is_there else [f"going on ended with {code}: {last.told()[-1500:]}"]
    different = children.differences(last.out, scene.expected)
    return wrong + ([f"not as undisturbed: {', '.join(different)}"] if different else [])


def _unmarked(out: Path) -> dict[str, bytes]:
    """Return every file of a result but its ledger's, and what lies aside, without the marks, which may be of two calls."""
    files = [path for path in out.rglob("*") if path.is_file() and not path.name.startswith("ledger.")]
    here = {path.relative_to(out).as_posix(): path.read_bytes() for path in files if CORNER not in path.parts}
    return {name: MARK.sub(b"", content) for name, content in here.items()}


@cache
def _zygote() -> Zygote:
    folder = children.scratch()
    return Zygote(folder, children.interposer(folder), draws=True)


@cache
def _result() -> Path:
    """Return a folder with a finished result and nothing made of it."""
    folder, zygote = children.scratch() / "made", _zygote()
    folder.mkdir()
    child = zygote.start(folder, *children.job(folder, 2))
    if zygote.ended(child) != 0:
        raise AssertionError(child.told())
    shutil.rmtree(child.out / "figures")
    (child.out / "report.html").unlink()
    return child.out


@cache
def _scene(name: str) -> Scene:
    *first, last = CALLS[name]
    folder = children.scratch()
    shutil.copytree(_result(), folder / children.OUT)
    for call in first:
        _done(folder, call)
    shutil.copytree(folder / children.OUT, folder / "before")
    began = monotonic()
    child = _done(folder, last)
    return Scene(
        folder / "before",
        _unmarked(folder / "before"),
        _unmarked(child.out),
        children.contents(child.out),
        monotonic() - began,
        child.writes()[0],
    )


def _done(folder: Path, call: list[str]) -> Child:
    child = _zygote().start(folder, *call)
    if _zygote().ended(child) != 0:
        raise AssertionError(child.told())
    return child
