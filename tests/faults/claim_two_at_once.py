"""Two processes on one folder at once: one goes on, the other says who is there, and no run is there twice."""

import os
import signal
from time import sleep

from . import children
from .children import Child, Stage
from .claims import Case, Outcome, claim
from .plants import plant

WORDS = ("is at work on it", "been at work on it", "is not empty")
"""What the one says that may not go on: somebody is there, or was there first."""

APART_S = 0.15
"""The second starts at most so much later than the first."""


@claim(
    "two-at-once",
    holds="Of two processes started on one folder at once, one goes on and the other says who holds it; no run is kept "
    "twice, and the result is that of one alone; what a killed process held is free.",
    quick=3,
    full=100,
    limit_s=300,
    plants=plant("no-lock"),
)
def two_at_once(case: Case) -> Outcome:
    """Start two `run --out` into one folder, or two `resume` of a job that was killed, and let the job come to its end."""
    stage = children.stage()
    argv = stage.begun
    if case.number % 2:
        argv = _begun_and_killed(case, stage)
    first = stage.zygote.start(case.folder, *argv)
    sleep(case.rng.uniform(0, APART_S))
    second = _beside(stage, first, argv)
    codes = sorted(stage.zygote.ended(child) or 0 for child in (first, second))
    told = first.told()
    wrong = [f"a traceback: {told[-2500:]}"] if "Traceback" in told else []
    # the second may find the job done where it starts late enough, and makes the same result again
    if codes not in ([0, 2], [0, 0]) or (codes == [0, 2] and not any(word in told for word in WORDS)):
        wrong.append(f"exit codes {codes}: {told[-2500:]}")
    if codes == [0, 0] and argv[0] == "run":
        wrong.append(f"both ran: {told[-2500:]}")
    wrong += ["runs were done by both"] * (len(first.acknowledgements()) > len(first.acknowledged()))
    wrong += children.whole(stage, first)
    kind = "two resume" if case.number % 2 else "two run"
    return Outcome(1, 0, tuple(wrong), sums={kind: 1, "told who": "process " in told})


def _begun_and_killed(case: Case, stage: Stage) -> list[str]:
    """Begin a job and kill it; return what goes on with it. Its lock is left behind."""
    child = stage.zygote.start(case.folder, *stage.begun)
    if stage.zygote.ended(child, case.rng.uniform(0, stage.seconds)) is None:
        os.kill(child.pid, signal.SIGKILL)
        stage.zygote.ended(child)
    return children.going_on(child, stage.begun)


def _beside(stage: Stage, first: Child, argv: list[str]) -> Child:
    return stage.zygote.start(first.folder, *argv)
