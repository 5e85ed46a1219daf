"""Claim: whatever single runs do - raise, kill their process, hang, eat memory - they are named, and the others are kept.

A whole `run` of a thousand runs, of which forty go wrong: ten kill their process, twenty raise, five never end (asleep, or
in C code that lets nothing else of Python run) and five eat memory (step by step, or at a stroke).
"""

import io
import json
import multiprocessing
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

import run as command_line
from model.experiment.results.store import read_table
from model.experiment.workers import worker
from model.record import RunResult
from model.scenario.scenario import Scenario
from tests import made_up

from .claims import Case, Outcome, claim
from .plants import plant

SHARES = {"kills": 10, "raises": 20, "hangs": 5, "eats": 5}
"""Bad runs of a thousand, by what they do."""
SECONDS, MEMORY_MB = 2, 600

TWO = """\
title: {da: "To virksomheder", en: "Two firms"}
extends: two_firms.yaml
experiment:
  replicates: 1
  seed: 2011
  scenarios:
    no_centre: two_firms.yaml
    centre:
      levers:
        centre:
          funding: [{funder: {da: alle, en: all}, total_dkk: 12e6, first: 2011-01, months: 24}]
          hour_shares: {visibility: 0.15, screening: 0.35, brokerage: 0.35, gathering: 0.15}
          targeting: largest_first
          catchment: []
          home: ["326"]
          grants: null
          handed_over: false
"""
"""A scenario file of two firms with and without a centre."""


# --- what bad runs do ------------------------------------------------------------------------------------------------


def _kills_itself() -> None:
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def _ends_its_process() -> None:
    os._exit(7)


def _raises() -> None:
    raise ArithmeticError("books do not\nbalance")


def _raises_what_is_no_error() -> None:
    sys.exit("enough")


def _sleeps() -> None:
    while True:
        time.sleep(3600)


def _holds_everything_up() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")  # years of work in C, without letting go of the interpreter


def _eats_slowly() -> None:
    eaten = []
    while True:
        eaten.append(bytearray(8 << 20))


def _eats_at_a_stroke() -> None:
    np.ones(1 << 29)  # 4 GB


KINDS: dict[str, tuple[Callable[[], None], ...]] = {
    "kills": (_kills_itself, _ends_its_process),
    "raises": (_raises, _raises, _raises_what_is_no_error),
    "hangs": (_sleeps, _holds_everything_up),
    "eats": (_eats_slowly, _eats_at_a_stroke),
}

NAMED = {
    "kills": r"its process ended twice .*killed",
    "raises": r"ArithmeticError: books do not balance|SystemExit: enough",
    "hangs": rf"stopped after {SECONDS} s",
    "eats": r"stopped(, for its process could get no more memory| for using more than).*",
}
"""How each must be named."""

WITH_TRACEBACK = {"raises": r"in _raises", "hangs": r"in _(sleeps|holds_everything_up)", "eats": r"in _eats"}
"""Where a traceback can be had, what stands in it."""

Which = tuple[bool, int]
"""A run: whether it has a centre, and its replicate."""


class Bad(NamedTuple):
    """What a run does, by kind and way."""

    kind: str
    way: int


def simulate(bad: dict[Which, Bad], scenario: Scenario, seed: int, replicate: int) -> RunResult:
    """Stand in for the model, but for the bad runs."""
    does = bad.get((scenario.levers.centre is not None, replicate))
    if does is not None:
        KINDS[does.kind][does.way]()
    return made_up.simulate(scenario, seed, replicate)


def drawn(runs: int, seed: int) -> dict[Which, Bad]:
    """Return which runs are bad and how: of a thousand as many as SHARES says, and at least one of a kind."""
    chance = random.Random(seed)
    kinds = [Bad(kind, i % len(KINDS[kind])) for kind, share in SHARES.items() for i in range(max(1, share * runs // 1000))]
    which = [(centre, replicate) for replicate in range(runs // 2) for centre in (False, True)]
    return dict(zip(chance.sample(which, len(kinds)), kinds, strict=True))


# --- the claim -------------------------------------------------------------------------------------------------------


SHARE = 200
"""So many runs are one case; five make the thousand."""


@claim(
    "bad-runs",
    holds="Of a thousand runs ten kill their process, twenty raise, five hang and five eat memory: 960 are done, 40 are named "
    "with their cause, traceback and the command that repeats them; no process is left.",
    quick=1,
    full=5,
    limit_s=600,
    workers=1,
    plants=plant("forget-the-dead"),
)
def bad_runs(case: Case) -> Outcome:
    """Do a fifth of the thousand runs."""
    bad, wrong = _bad_runs(SHARE, case.rng.randrange(2**32))
    return Outcome(bad, violations=tuple(wrong), sums={"runs": SHARE, "runs kept": SHARE - bad})


def _bad_runs(count: int, seed: int) -> tuple[int, list[str]]:
    """Do so many runs, bad ones among them; return how many were bad, and what went otherwise than it must."""
    runs = count - count % 2
    bad = drawn(runs, seed)
    with tempfile.TemporaryDirectory(prefix="bad-runs-") as place:
        (Path(place) / "two.yaml").write_text(TWO, encoding="utf-8")
        result = Path(place) / "result"
        limits = ("--run-seconds", str(SECONDS), "--run-memory", str(MEMORY_MB), "--workers", "2")
        asked = ["run", f"{place}/two.yaml", "--replicates", str(runs // 2), "--seed", str(seed % 2**32)]
        with engine(partial(simulate, bad)), no_pictures():
            code, told = command([*asked, *limits, "--engine", "agents", "--out", str(result)])
            wrong = [] if code == command_line.SOME_FAILED else [f"exit code {code}: {told[-2000:]}"]
            wrong += _left() if wrong else [*_left(), *_faults_in(result, bad, runs, told)]
            return len(bad), wrong


def _faults_in(result: Path, bad: dict[Which, Bad], runs: int, told: str) -> list[str]:
    """Return what is wrong with a result, and with what was said of it."""
    failed = json.loads((result / "failed_runs.json").read_text(encoding="utf-8"))
    by_run = {(one["scenario"] == "centre", one["replicate"]): one for one in failed}
    table = read_table(result, "runs")
    there = set(zip(table["scenario"] == "centre", table["replicate"], strict=True))
    wrong = [f"failed and not bad: {by_run[which]}" for which in by_run.keys() - bad.keys()]
    wrong += [f"bad and not failed: {which} {bad[which]}" for which in bad.keys() - by_run.keys()]
    everything = {(centre, replicate) for replicate in range(runs // 2) for centre in (False, True)}
    wrong += [f"lost: {which}" for which in everything - there - by_run.keys()]
    wrong += [f"failed, and in the tables: {which}" for which in there & by_run.keys()]
    for which in bad.keys() & by_run.keys():
        wrong += _misnamed(bad[which], by_run[which], result, told)
    raises = next(by_run[which]["run"] for which in bad if bad[which] == Bad("raises", 0))
    code, again = command(["replay", str(result), "--run", raises])
    return wrong if code == command_line.DONE and "books do not" in again else [*wrong, f"replay: {code} {again}"]


def _misnamed(bad: Bad, failed: dict[str, str], result: Path, told: str) -> Iterator[str]:
    way = KINDS[bad.kind][bad.way].__name__
    if not re.fullmatch(NAMED[bad.kind], failed["error"].strip()) and not re.match(NAMED[bad.kind], failed["error"]):
        yield f"{way} is named {failed['error']!r}"
    if not re.search(WITH_TRACEBACK.get(bad.kind, ""), failed["traceback"]):
        yield f"{way} has the traceback {failed['traceback']!r}"
    line = next((line for line in told.splitlines() if f"--run {failed['run']}" in line), "")
    if f"replay {result.as_posix()}" not in line or f"seed {failed['seed']}" not in line or failed["error"] not in line:
        yield f"{way} is told as {line!r}"


def _left() -> list[str]:
    """Return the processes left behind: all children but the one that the standard library keeps for itself."""
    multiprocessing.active_children()
    ours = [child for child in psutil.Process().children(recursive=True) if "resource_tracker" not in _line(child)]
    return [f"left behind: process {child.pid} {_line(child)}" for child in ours]


def _line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return "resource_tracker"  # it ended this very moment


@contextmanager
def engine(simulate: worker.Simulate, seconds: float = worker.SECONDS_A_RUN["agents"]) -> Iterator[None]:
    """Put something that takes so many seconds a run in the place of the engine with agents."""
    before, took = worker.ENGINES["agents"], worker.SECONDS_A_RUN["agents"]
    worker.ENGINES["agents"], worker.SECONDS_A_RUN["agents"] = simulate, seconds
    try:
        yield
    finally:
        worker.ENGINES["agents"], worker.SECONDS_A_RUN["agents"] = before, took


@contextmanager
def no_pictures() -> Iterator[None]:
    """Have `run` and `resume` open the result they made and draw nothing of it, which takes longer than all the rest."""
    from analysis import summary
    from analysis.reading import results

    def opens(folder: Path, lang: str) -> str:
        with results.open_results(folder):
            return ""

    before, summary.summarise = summary.summarise, opens
    try:
        yield
    finally:
        summary.summarise = before


def command(arguments: list[str]) -> tuple[int, str]:
    """Return the exit code of a command and all it wrote."""
    written = io.StringIO()
    with redirect_stdout(written), redirect_stderr(written):
        code = command_line.main(arguments)
    return code, written.getvalue()
