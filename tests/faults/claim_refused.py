"""A full disk, a folder that is read-only or gone: told in words, nothing lost, and the job goes on once it is put right."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from time import sleep

from . import children
from .children import Child, Stage
from .claims import Case, Outcome, claim

KINDS = ("file size", "small disk", "read-only disk", "read-only", "folder gone", "file in place of folder")


@claim(
    "refused",
    holds="Where the disk is full, or the result folder is read-only, gone or no folder, the program ends in a message, never "
    "in a traceback, with an exit code other than 0; the ledger is whole, and once the fault is lifted the job goes on to the "
    "result of an undisturbed one.",
    quick=3,
    full=119,
    limit_s=300,
    strikes=True,
)
def refused(case: Case) -> Outcome:
    """Have the system refuse to write, in one of several ways, from the start or from some moment on."""
    kind = KINDS[case.number % len(KINDS)]
    outcome = REFUSED[kind](case, children.stage())
    return outcome._replace(sums={kind if outcome.faults else f"{kind} (not tried, or not met)": 1})


def _judged(stage: Stage, child: Child, code: int | None, met: bool) -> Outcome:
    """Return what came of a child that was refused something, once the fault is lifted."""
    wrong = children.stopped_well(child, code)
    if met and code == 0:
        wrong.append(f"exit code 0: {child.told()[-2500:]}")
    wrong += children.finished(stage, child)
    return Outcome(int(met), 0, tuple(wrong))


def _file_size(case: Case, stage: Stage) -> Outcome:
    """Let no file grow beyond a random size, as a full disk or a quota does."""
    most = case.rng.randint(0, 90_000)
    child = stage.zygote.start(case.folder, *stage.begun, FAULT_FILE_SIZE=most)
    code = stage.zygote.ended(child)
    return _judged(stage, child, code, met=code != 0)


def _small_disk(case: Case, stage: Stage) -> Outcome:
    """Work on a disk of a random size, too small for the job, and make it larger afterwards."""
    with _Disk(case, case.rng.randint(8, 80) * 4096) as disk:
        if not disk.there:
            return Outcome(0, 0)
        child = stage.zygote.start(case.folder, *stage.begun)
        code = stage.zygote.ended(child)
        disk.remount("size=64m")
        return _judged(stage, child, code, met=code != 0)


def _read_only_disk(case: Case, stage: Stage) -> Outcome:
    """Make the disk read-only before or while it is worked on, as soon as no file is open for writing, or start on one."""
    with _Disk(case, 64 << 20) as disk:
        if not disk.there:
            return Outcome(0, 0)
        child = stage.zygote.start(case.folder, *stage.begun)
        if stage.zygote.ended(child, case.rng.uniform(0, stage.seconds)) is None:
            os.kill(child.pid, 9)
            stage.zygote.ended(child)
        disk.remount("ro")
        child = stage.zygote.start(case.folder, *children.going_on(child, stage.begun))
        code = stage.zygote.ended(child)
        wrong = [] if code else [f"exit code 0 on a read-only disk: {child.told()[-2500:]}"]
        wrong += ["a traceback: " + child.told()[-2500:]] if "Traceback" in child.told() else []
        disk.remount("rw")
        judged = _judged(stage, child, code, met=True)
        return judged._replace(violations=(*wrong, *judged.violations))


def _read_only(case: Case, stage: Stage) -> Outcome:
    """Have every write from a random one on refused as on a read-only disk."""
    if stage.zygote.interposer is None:
        return Outcome(0, 0)
    at = case.rng.randint(1, stage.writes)
    code = case.rng.choice((errno.EROFS, errno.EACCES))
    child = stage.zygote.start(case.folder, *stage.begun, FAULT_AT=at, FAULT_MODE="forever", FAULT_ERRNO=code)
    ended = stage.zygote.ended(child)
    # the last writes of all tidy up the ledger, which the program can do without
    return _judged(stage, child, ended, met=child.writes()[0] >= at and ended != 0)._replace(struck=1)


def _folder_gone(case: Case, stage: Stage) -> Outcome:
    """Move the folder away while it is worked on, and put it back afterwards."""
    child = stage.zygote.start(case.folder, *stage.begun)
    if stage.zygote.ended(child, case.rng.uniform(0, stage.seconds)) is not None or not child.out.exists():
        stage.zygote.ended(child)
        return Outcome(0, 0)
    away = case.folder / "away"
    child.out.rename(away)
    code = stage.zygote.ended(child)
    if child.out.exists():
        return Outcome(1, 0, (f"a second folder came up, exit code {code}: {child.told()[-2500:]}",))
    away.rename(child.out)
    return _judged(stage, child, code, met=code != 0)


def _no_folder(case: Case, stage: Stage) -> Outcome:
    """Name a file as the folder, a folder below a file, or one that is gone; then the job itself is done."""
    (case.folder / "file").write_text("")
    name = case.rng.choice(("file", "file/below", "gone"))
    argv = ["resume", name] if name == "gone" or case.rng.random() < 0.5 else [*stage.begun[:-1], name]
    child = stage.zygote.start(case.folder, *argv)
    return _judged(stage, child, stage.zygote.ended(child), met=True)


REFUSED: dict[str, Callable[[Case, Stage], Outcome]] = {
    "file size": _file_size,
    "small disk": _small_disk,
    "read-only disk": _read_only_disk,
    "read-only": _read_only,
    "folder gone": _folder_gone,
    "file in place of folder": _no_folder,
}


class _Disk:
    """A disk of its own as the result folder, in memory; `there` says whether this user may mount one."""

    def __init__(self, case: Case, size: int) -> None:
        self._out, self._size, self.there = case.folder / children.OUT, size, False

    def __enter__(self) -> "_Disk":
        self._out.mkdir()
        if sys.platform == "linux" and shutil.which("mount") and os.geteuid() == 0:
            self.there = _mount("-t", "tmpfs", "-o", f"size={self._size}", "tmpfs", str(self._out))
        return self

    def __exit__(self, *error: object) -> None:
        for _ in range(50 if self.there else 0):
            if subprocess.run(["umount", str(self._out)], check=False, capture_output=True).returncode == 0:
                return
            sleep(0.1)

    def remount(self, options: str) -> None:
        """Change what the disk is; raises RuntimeError where it cannot be changed."""
        if not _mount("-o", f"remount,{options}", str(self._out)):
            raise RuntimeError(f"cannot remount {self._out} {options}")


def _mount(*options: str) -> bool:
    return subprocess.run(["mount", *options], check=False, capture_output=True).returncode == 0
