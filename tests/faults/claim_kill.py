"""Kills at any moment: nothing acknowledged is lost, and the tables come out as if nothing had happened."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from model.experiment.results import ledger

from . import children
from .children import Child, Stage
from .claims import Case, Outcome, claim
from .plants import plant

MOST_KILLS = 4
"""So often a job is killed before it may come to its end."""

IN_HAND = 10
"""More replicates than a crew of two has in hand at a time."""

KINDS = ("alone", "alone", "alone", "alone", "alone", "alone", "alone", "parent", "worker", "afresh")
"""What is killed: a process that does its runs itself, a parent of workers, a worker, or `run.py` started afresh."""


@claim(
    "kill",
    holds="A process of the program that is killed at any moment, or a worker of it, loses no run that was acknowledged and "
    "keeps none twice; the job then goes on, and every file of its result is, byte for byte, that of an undisturbed job.",
    quick=3,
    full=140,
    limit_s=600,
    strikes=True,
    plants=plant("acknowledge-early"),
)
def kill(case: Case) -> Outcome:
    """Kill a job again and again, at random moments or in the middle of a write, and let it come to its end."""
    stage = children.stage()
    return KILLED[KINDS[case.number % len(KINDS)]](case, stage)


def _alone(case: Case, stage: Stage) -> Outcome:
    child, faults, struck, wrong = Child(0, case.folder), 0, 0, []
    argv = stage.begun
    for _ in range(MOST_KILLS):
        at = case.rng.randint(1, stage.writes) if stage.zygote.interposer and case.rng.random() < 0.5 else 0
        child = stage.zygote.start(case.folder, *argv, FAULT_AT=at, FAULT_MODE="kill")
        if not _killed(stage, child, children.PATIENCE_S if at else case.rng.uniform(0, stage.seconds)):
            break
        faults, struck = faults + 1, struck + (child.writes()[1] > 0)
        wrong += [f"{one} (write {at})" for one in children.lost(child)]
        argv = children.going_on(child, stage.begun)
    return Outcome(faults, struck, tuple(wrong + children.finished(stage, child)))


def _killed(stage: Stage, child: Child, after: float) -> bool:
    """Kill a child after so many seconds, unless it has ended by then; say whether it was killed, by this or by itself."""
    if stage.zygote.ended(child, after) is None:
        os.kill(child.pid, signal.SIGKILL)
    return stage.zygote.ended(child) == -signal.SIGKILL


def _parent(case: Case, stage: Stage) -> Outcome:
    """Kill parents of workers, which are to be gone soon after."""
    child, faults, struck, wrong = Child(0, case.folder), 0, 0, []
    argv = stage.begun
    for _ in range(MOST_KILLS):
        child = stage.zygote.start(case.folder, *argv, "--workers", "2")
        if not _killed(stage, child, case.rng.uniform(0, 3 * stage.seconds)):
            break
        faults, struck = faults + 1, struck + (child.writes()[1] > 0)
        left = children.left_behind(child)
        wrong += children.lost(child) + ([f"workers outlive their parent: {left}"] if left else [])
        argv = children.going_on(child, stage.begun)
    return Outcome(faults, struck, tuple(wrong + children.finished(stage, child)))


def _worker(case: Case, stage: Stage) -> Outcome:
    """Kill workers, one a time and the next only after all runs it had in hand are done: no run loses two."""
    child, faults, wrong = stage.zygote.start(case.folder, *stage.begun, "--workers", "2"), 0, []
    while faults < MOST_KILLS and (victim := _some_worker(case, stage, child)):
        acknowledged = len(child.acknowledged())
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
            faults += 1
        _wait_for(stage, child, acknowledged + IN_HAND)
    code = stage.zygote.ended(child)
    wrong += [f"exit code {code}: {child.told()[-1500:]}"] if code else []
    return Outcome(faults, 0, tuple(wrong + children.whole(stage, child)))


def _some_worker(case: Case, stage: Stage, child: Child) -> int | None:
    """Return a worker, once there is one, after a random while; None when the child came to its end before that."""
    while stage.zygote.code(child) is None:
        sleep(case.rng.uniform(0, 0.5))
        if living := children.workers(child):
            return case.rng.choice(living)
    return None


def _wait_for(stage: Stage, child: Child, acknowledged: int) -> None:
    until = monotonic() + children.PATIENCE_S
    while len(child.acknowledged()) < acknowledged and stage.zygote.code(child) is None and monotonic() < until:
        sleep(0.02)


def _afresh(case: Case, stage: Stage) -> Outcome:
    """Kill `run.py run` and `run.py resume` themselves; what their ledger says just before counts as acknowledged."""
    faults, struck, wrong = 0, 0, []
    argv = stage.begun
    for _ in range(MOST_KILLS):
        process = children.afresh(case.folder, argv)
        child = Child(process.pid, case.folder)
        with suppress(subprocess.TimeoutExpired):
            process.wait(case.rng.uniform(0, 6 * stage.seconds))
            break
        _note_kept(child)
        process.kill()
        process.wait()
        faults, struck = faults + 1, struck + any(child.out.rglob("*.part"))
        wrong += children.lost(child)
        argv = children.going_on(child, stage.begun)
    return Outcome(faults, struck, tuple(wrong + children.finished(stage, Child(0, case.folder), children.DRAWN)))


def _note_kept(child: Child) -> None:
    if (child.out / ledger.NAME).exists():
        with ledger.opened(child.out) as book, Path(child.folder / "acknowledged").open("a") as noted:
            noted.writelines(f"{run}\n" for run in book.done())


KILLED = {"alone": _alone, "parent": _parent, "worker": _worker, "afresh": _afresh}
