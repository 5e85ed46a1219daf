"""Kills at any moment, interruptions, and writes that fail: nothing acknowledged is lost, and the tables come out the same."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count as counted
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import NamedTuple

from model.experiment import ledger

from . import children
from .children import Child, Outcome, Zygote, staged

REPLICATES, REPLICATES_IN_QUICK = 12, 4
MOST_KILLS_OF_A_JOB = 6
"""So often one job is killed before it may come to its end."""

IN_HAND = 20
"""More runs than a crew of two has in hand at a time."""

NO_SPACE, BROKEN = errno.ENOSPC, errno.EIO


class _Stage(NamedTuple):
    """Where faults are made: what starts children, the folder they work in, what is drawn by lot, and the job they do.

    `expected` are the files of the job undisturbed, `drawn` those with figures; it took so many `seconds` and `writes`.
    """

    zygote: Zygote
    folder: Path
    lot: Random
    begun: list[str]
    expected: dict[str, str]
    drawn: dict[str, str]
    seconds: float
    writes: int

    def places(self, kind: str) -> Iterator[Path]:
        """Yield new folders."""
        return (self.folder / f"{kind}-{number}" for number in counted())


class _Tally:
    """Counts faults, those that struck in the middle of a write, and what broke the claim."""

    def __init__(self) -> None:
        self.faults, self.mid_write = 0, 0
        self.violations: list[str] = []

    def struck(self, in_write: bool = False) -> None:
        """Count a fault."""
        self.faults += 1
        self.mid_write += in_write

    def require(self, where: str, wrong: list[str]) -> None:
        """Note what is wrong."""
        self.violations += [f"{where}: {one}" for one in wrong]


def killed_at_any_moment(count: int, seed: int, quick: bool) -> Outcome:
    """Kill `count` processes of the program, at random moments and in the middle of writes, and finish each job.

    A tenth of the kills strike a worker, a tenth a parent with workers, a twentieth `run.py` started afresh; the others a
    process that does its runs itself, half of these in the middle of a write where there is a C compiler.
    """
    tally = _Tally()
    with _stage(seed, quick) as stage:
        alone = count if quick else count * 3 // 4
        _kill_in_turn(stage, tally, alone)
        if not quick:
            _kill_workers(stage, tally, count // 10)
            _kill_parents(stage, tally, count // 10)
            _kill_afresh(stage, tally, count - alone - 2 * (count // 10))
    return _outcome(stage, tally)


def interrupted_at_any_moment(count: int, seed: int, quick: bool) -> Outcome:
    """Send `count` SIGINTs, a fifth of the time two at once, and finish each job; the program says so and leaves nobody."""
    tally = _Tally()
    with _stage(seed, quick) as stage:
        places, last = stage.places("interrupted"), -1
        while tally.faults > last and tally.faults < count:
            last = tally.faults
            if quick or stage.lot.random() < 0.6:
                _interrupt(stage, tally, next(places))
            else:
                _interrupt_afresh(stage, tally, next(places))
    return _outcome(stage, tally)


def every_write_fails(count: int, seed: int, quick: bool) -> Outcome:
    """Have `count` writes fail, spread over all that a job makes: each once, and each and all after it for good."""
    tally = _Tally()
    with _stage(seed, quick) as stage:
        if stage.zygote.interposer is None:
            return Outcome(0, 0, [], ["no write was made to fail: that needs a C compiler and LD_PRELOAD"])
        struck = sorted(stage.lot.sample(range(1, stage.writes + 1), min(stage.writes, (count + 1) // 2)))
        for place, at in zip(stage.places("failing"), struck, strict=False):
            for mode in ("once", "forever")[: count - tally.faults]:
                _fail(stage, tally, place.with_name(f"{place.name}-{mode}"), at, mode)
    return _outcome(stage, tally)


@contextmanager
def _stage(seed: int, quick: bool) -> Iterator[_Stage]:
    """Do the job undisturbed, so that it is known what is to come out of it, and hand out where to disturb it."""
    with staged() as (zygote, folder):
        begun = children.job(folder, REPLICATES_IN_QUICK if quick else REPLICATES)
        began = monotonic()
        whole = zygote.start(folder / "undisturbed", *begun)
        code = zygote.ended(whole)
        assert code == 0, whole.told()
        seconds = monotonic() - began
        drawn: dict[str, str] = {}
        if not quick:
            with_figures = zygote.start(folder / "drawn", *begun, FAULT_FIGURES=1)
            zygote.ended(with_figures)
            drawn = children.contents(with_figures.out)
        yield _Stage(
            zygote, folder, Random(seed), begun, children.contents(whole.out), drawn, seconds, whole.writes()[0]
        )


def _outcome(stage: _Stage, tally: _Tally) -> Outcome:
    skipped = (
        [] if stage.zygote.interposer else ["no kill was aimed at a write: that needs a C compiler and LD_PRELOAD"]
    )
    return Outcome(tally.faults, tally.mid_write, tally.violations, skipped)


# --- kills -----------------------------------------------------------------------------------------------------------


def _kill_in_turn(stage: _Stage, tally: _Tally, count: int) -> None:
    """Kill jobs again and again until they come to their end."""
    places = stage.places("killed")
    aim = tally.faults + count
    while tally.faults < aim:
        child, argv = Child(0, next(places)), stage.begun
        for _ in range(min(MOST_KILLS_OF_A_JOB, aim - tally.faults)):
            at = stage.lot.randint(1, stage.writes) if stage.zygote.interposer and stage.lot.random() < 0.5 else 0
            child = stage.zygote.start(child.folder, *argv, FAULT_AT=at, FAULT_MODE="kill")
            stage.zygote.strike(child, 1e3 if at else stage.lot.uniform(0, stage.seconds))
            if not _was_killed(stage, tally, child):
                break
            argv = children.going_on(child, stage.begun)
        _finish(stage, tally, child)


def _was_killed(stage: _Stage, tally: _Tally, child: Child) -> bool:
    code = stage.zygote.ended(child)
    if code != -signal.SIGKILL:
        return False
    in_write = child.writes()[1] > 0 or (stage.zygote.interposer is None and any(child.out.glob("*.part")))
    tally.struck(in_write)
    tally.require(f"killed after {child.writes()[0]} writes", children.lost(child))
    return True


def _kill_parents(stage: _Stage, tally: _Tally, count: int) -> None:
    """Kill parents of workers, which are to be gone soon after."""
    places, aim = stage.places("parent"), tally.faults + count
    while tally.faults < aim:
        child, argv = Child(0, next(places)), [*stage.begun, "--workers", "2"]
        for _ in range(min(MOST_KILLS_OF_A_JOB, aim - tally.faults)):
            child = stage.zygote.start(child.folder, *argv)
            stage.zygote.strike(child, stage.lot.uniform(0, 2 * stage.seconds))
            if not _was_killed(stage, tally, child):
                break
            tally.require("parent killed", [f"left workers {left}" for left in [children.left_behind(child)] if left])
            argv = [*children.going_on(child, stage.begun), "--workers", "2"]
        _finish(stage, tally, child)


def _kill_workers(stage: _Stage, tally: _Tally, count: int) -> None:
    """Kill workers, one a time and the next only after all runs it had in hand are done: none is killed twice."""
    places, aim = stage.places("worker"), tally.faults + count
    while tally.faults < aim:
        child = stage.zygote.start(next(places), *stage.begun, "--workers", "2")
        while tally.faults < aim and (victim := _a_worker_of(stage, child)):
            acknowledged = len(child.acknowledged())
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
                tally.struck()
            _wait_for(stage, child, acknowledged + IN_HAND)
        tally.require("worker killed", [f"ended with {code}" for code in [stage.zygote.ended(child)] if code])
        _require_whole(stage, tally, child)


def _a_worker_of(stage: _Stage, child: Child) -> int | None:
    """Return a worker, once there is one, after a random while; None when the child came to its end before that."""
    while stage.zygote.code(child) is None:
        sleep(stage.lot.uniform(0.05, 0.4))
        if living := children.workers(child):
            return stage.lot.choice(living)
    return None


def _wait_for(stage: _Stage, child: Child, acknowledged: int) -> None:
    until = monotonic() + children.PATIENCE_S
    while len(child.acknowledged()) < acknowledged and stage.zygote.code(child) is None and monotonic() < until:
        sleep(0.02)


def _finish(stage: _Stage, tally: _Tally, child: Child) -> None:
    """Have a job done to its end, and hold its result against an undisturbed one."""
    last = stage.zygote.start(child.folder, *children.going_on(child, stage.begun))
    code = stage.zygote.ended(last)
    if code != 0:
        tally.require(child.folder.name, [f"going on ended with {code}: {last.told()[-800:]}"])
    _require_whole(stage, tally, last)


def _require_whole(stage: _Stage, tally: _Tally, child: Child) -> None:
    tally.require(child.folder.name, children.lost(child))
    different = children.differences(child.out, stage.expected)
    tally.require(child.folder.name, [f"not as uninterrupted: {', '.join(different)}"] if different else [])


# --- run.py, started afresh ------------------------------------------------------------------------------------------


def _afresh(child: Child, argv: list[str]) -> subprocess.Popen[bytes]:
    """Start `run.py` as its users do, in a session of its own."""
    child.folder.mkdir(exist_ok=True)
    with (child.folder / "stdout").open("ab") as out, (child.folder / "stderr").open("ab") as err:
        command = [sys.executable, str(children.ROOT / "run.py"), *argv]
        return subprocess.Popen(command, cwd=child.folder, stdout=out, stderr=err, start_new_session=True)


def _kill_afresh(stage: _Stage, tally: _Tally, count: int) -> None:
    places, aim = stage.places("afresh"), tally.faults + count
    while tally.faults < aim:
        folder, argv = next(places), stage.begun
        for _ in range(min(MOST_KILLS_OF_A_JOB, aim - tally.faults)):
            process = _afresh(Child(0, folder), argv)
            child = Child(process.pid, folder)
            with suppress(subprocess.TimeoutExpired):
                process.wait(stage.lot.uniform(0.2, 2 * stage.seconds + 5))
                break
            _note_kept(child)
            process.kill()
            process.wait()
            tally.struck(any(child.out.glob("*.part")))
            tally.require("run.py killed", children.lost(child))
            argv = children.going_on(child, stage.begun)
        last = stage.zygote.start(folder, *children.going_on(Child(0, folder), stage.begun), FAULT_FIGURES=1)
        code = stage.zygote.ended(last)
        tally.require(folder.name, [f"going on ended with {code}: {last.told()[-800:]}"] if code else [])
        _require_whole(stage._replace(expected=stage.drawn), tally, last)


def _note_kept(child: Child) -> None:
    """Take down what the ledger of a running process says, just before it is killed."""
    if (child.out / ledger.NAME).exists():
        with ledger.opened(child.out) as book, (child.folder / "acknowledged").open("a") as noted:
            noted.writelines(f"{run}\n" for run in book.done())


# --- interruptions ---------------------------------------------------------------------------------------------------


def _interrupt(stage: _Stage, tally: _Tally, folder: Path) -> None:
    crew = stage.lot.choice(([], ["--workers", "2"])) if stage.drawn else []
    child = stage.zygote.start(folder, *stage.begun, *crew)
    if stage.zygote.ended(child, stage.lot.uniform(0, stage.seconds * (2 if crew else 1))) is not None:
        return
    _ctrl_c(stage, tally, child)
    code = stage.zygote.ended(child)
    _require_said(tally, child, code)
    _finish(stage, tally, child)


def _interrupt_afresh(stage: _Stage, tally: _Tally, folder: Path) -> None:
    process = _afresh(Child(0, folder), stage.begun)
    child = Child(process.pid, folder)
    with suppress(subprocess.TimeoutExpired):
        process.wait(stage.lot.uniform(0.2, 2 * stage.seconds))
        return
    _ctrl_c(stage, tally, child)
    try:
        code: int | None = process.wait(children.PATIENCE_S)
    except subprocess.TimeoutExpired:
        code = None
    if "Traceback" in child.told() and "in main" not in child.told():
        (folder / "stderr").write_text("Python itself was still starting, or had ended")
    elif code != -signal.SIGINT:  # so early that Python does not listen yet
        _require_said(tally, child, code)
    _finish(stage, tally, child)


def _ctrl_c(stage: _Stage, tally: _Tally, child: Child) -> None:
    """Interrupt a process and its workers, as a terminal does; sometimes twice."""
    os.killpg(child.pid, signal.SIGINT)
    tally.struck(child.out.exists() and (any(child.out.glob("*.part")) or _in_write(child)))
    if stage.lot.random() < 0.3:
        sleep(stage.lot.uniform(0, 0.3))
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGINT)


def _in_write(child: Child) -> bool:
    return (child.folder / "counts").exists() and child.writes()[1] > 0


def _require_said(tally: _Tally, child: Child, code: int | None) -> None:
    """A process that was interrupted or could not write says so, leaves nobody behind, and an undamaged ledger."""
    wrong = [f"exit code {code}"] if code not in (0, 2, 3) else []
    wrong += ["a traceback"] if "Traceback" in child.told() else []
    wrong += ["no word"] if code and not child.told().strip() else []
    tally.require(child.folder.name, [f"{one}: {child.told()[-1500:]}" for one in wrong])
    tally.require(child.folder.name, children.lost(child))
    left = children.left_behind(child)
    tally.require(child.folder.name, [f"left processes {left}"] if left else [])


# --- writes that fail ------------------------------------------------------------------------------------------------


def _fail(stage: _Stage, tally: _Tally, folder: Path, at: int, mode: str) -> None:
    code = stage.lot.choice((NO_SPACE, BROKEN))
    child = stage.zygote.start(folder, *stage.begun, FAULT_AT=at, FAULT_MODE=mode, FAULT_ERRNO=code)
    ended = stage.zygote.ended(child)
    if child.writes()[0] >= at:
        tally.struck(in_write=True)
    _require_said(tally, child._replace(folder=folder), ended)
    if mode == "forever" and ended == 0:
        tally.require(folder.name, children.lost(child))
    _finish(stage, tally, child)
