"""Ctrl-C at any moment, once or twice: the program says so, leaves nobody behind, and goes on where it was."""

import os
import signal
import subprocess
from contextlib import suppress
from time import sleep

from . import children
from .children import Child, Stage
from .claims import Case, Outcome, claim


@claim(
    "interrupt",
    holds="SIGINT at any moment, to the whole group of processes and sometimes twice, ends in a message and never in a "
    "traceback of the program; no process is left; the job goes on, and its result is that of an undisturbed one.",
    quick=2,
    full=90,
    limit_s=600,
    strikes=True,
)
def interrupt(case: Case) -> Outcome:
    """Interrupt a child, every other time with workers, or every third time `run.py` started afresh."""
    stage = children.stage()
    return _afresh(case, stage) if case.number % 3 == 2 else _child(case, stage)


def _child(case: Case, stage: Stage) -> Outcome:
    crew = ["--workers", "2"] if case.number % 3 == 1 else []
    at = case.rng.randint(1, stage.writes) if stage.zygote.interposer and case.rng.random() < 0.5 else 0
    child = stage.zygote.start(case.folder, *stage.begun, *crew, FAULT_AT=at, FAULT_MODE="interrupt")
    if not at:
        if stage.zygote.ended(child, case.rng.uniform(0, stage.seconds * (3 if crew else 1))) is not None:
            return Outcome(0, 0)
        _ctrl_c(case, child)
    wrong = children.stopped_well(child, stage.zygote.ended(child))
    struck = int(at > 0 and child.writes()[0] >= at)
    wrong += children.finished(stage, child)
    return Outcome(1 if not at else struck, struck, tuple(f"write {at}: {one}" if at else one for one in wrong))


def _afresh(case: Case, stage: Stage) -> Outcome:
    process = children.afresh(case.folder, stage.begun)
    child = Child(process.pid, case.folder)
    with suppress(subprocess.TimeoutExpired):
        process.wait(case.rng.uniform(0, 6 * stage.seconds))
        return Outcome(0, 0)
    struck = any(child.out.rglob("*.part"))
    _ctrl_c(case, child)
    code = process.wait(children.PATIENCE_S)
    wrong = [] if _python_itself(child, code) else children.stopped_well(child, code)
    return Outcome(1, struck, tuple(wrong + children.finished(stage, child, children.DRAWN)))


def _python_itself(child: Child, code: int) -> bool:
    """Say whether it was Python that was interrupted, before `run.py` had begun or after it had ended."""
    return code == -signal.SIGINT or ("Traceback" in child.told() and "in main" not in child.told())


def _ctrl_c(case: Case, child: Child) -> None:
    os.killpg(child.pid, signal.SIGINT)
    if case.rng.random() < 0.3:
        sleep(case.rng.uniform(0, 0.3))
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGINT)
