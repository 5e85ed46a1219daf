"""Claim: however many runs are done, neither the process that does them nor the one that keeps them grows.

At most 5 kB a run, resident, once everything has its usual size. On the compiled engine a whole `run` with one worker; with
agents a fifth as many runs, for they take ten times as long: growth is told per run, so that it can be held against the
same bound. Which Mesa is measured is that of the interpreter.
"""

import gc
import random
import tempfile
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import psutil

from model.experiment.commands import job as jobs
from model.experiment.commands.carrying_out import carry_out
from model.experiment.commands.job import Job
from model.experiment.results import ledger
from model.experiment.workers.executors import in_processes
from model.experiment.workers.limits import BY_ENGINE
from model.experiment.workers.preparation import prepare
from model.experiment.workers.runner import do_by
from model.experiment.workers.worker import ENGINES
from model.scenario.scenario import Scenario

from .claims import Case, Outcome, claim
from .plants import plant

MOST_KB = 5.0
WARM = 0.2
"""The part of the runs after which everything has its usual size."""
RARER = {"compiled": 1, "agents": 5}
"""One in so many of the runs asked for is done with an engine."""


class Sizes(NamedTuple):
    """What parent and worker hold in memory, in kB."""

    parent: float
    worker: float


FEW, MANY = 300, 12_500
"""Runs with the compiled engine in the first case, and in the other: 10,000 once everything has its usual size."""


@claim(
    "memory",
    holds="Memory grows by at most 5 kB a run, in the process that does the runs and in the one that keeps them.",
    quick=1,
    full=2,
    limit_s=1800,
    workers=1,
    about="mesa",
    plants=plant("hoard"),
)
def memory(case: Case) -> Outcome:
    """Do many runs with the compiled engine, and a fifth as many with agents; too few to tell a growth in the first case."""
    measured, wrong, most = _memory(MANY if case.number else FEW, case.rng.randrange(2**32))
    return Outcome(0, violations=tuple(wrong), sums={"runs": measured}, peaks=most if case.number else {})


def _memory(count: int, seed: int) -> tuple[int, list[str], dict[str, float]]:
    """Do so many runs with each engine; return how many were measured, what grew too much, and what grew how much."""
    measured, wrong, most = 0, [], {}
    for engine, rarer in RARER.items():
        runs = max(count // rarer, 50)
        after, grown = _growth(engine, runs, random.Random(seed).randrange(2**32))
        measured += after
        for who, kb in grown._asdict().items():
            most[f"kB a run, {who}, {engine}"] = kb
            if kb > _allowed_kb(after):
                wrong.append(f"{engine}, Mesa {version('mesa')}: {who} grew {kb:.1f} kB a run over {after} runs")
    return measured, wrong, most


def _allowed_kb(runs: int) -> float:
    """Return the bound; over few runs one more page taken from the system, of at most 4 MB, says nothing yet."""
    return max(MOST_KB, 4096 / runs)


def _growth(engine: str, runs: int, seed: int) -> tuple[int, Sizes]:
    """Return over how many runs what grew by how much a run."""
    job = Job(_scenarios(), runs // 2, seed, engine, (), {}, {})
    prepare(engine, job.scenarios.values())
    sizes: dict[int, Sizes] = {}
    with tempfile.TemporaryDirectory(prefix="memory-") as place, ledger.created(Path(place), jobs.about(job)) as book:
        doing = partial(do_by, in_processes(ENGINES[engine], BY_ENGINE[engine]), 1)
        carry_out(job, book, doing, partial(_measured, sizes), lambda: False)
    first = min(done for done in sizes if done >= WARM * runs)
    last = max(sizes)
    grown = [(then - before) / (last - first) for before, then in zip(sizes[first], sizes[last], strict=True)]
    return last - first, Sizes(*grown)


def _scenarios() -> dict[str, Scenario]:
    from tests.test_memory import tiny

    scenario = tiny()
    return {"plain": scenario, "taxed": taxed(scenario, 100)}


def taxed(scenario: Scenario, dkk_per_t: int) -> Scenario:
    """Return a scenario with a policy, so that runs have twins."""
    levers = scenario.levers.model_dump(mode="json") | {"landfill_tax_added_dkk_per_t": {"2011-01": dkk_per_t}}
    return Scenario.model_validate(scenario.model_dump(mode="json") | {"levers": levers})


@contextmanager
def _measured(sizes: dict[int, Sizes], total: int, before: int):
    """Note what is held at the warm end, and at the end, as progress is told."""
    done = 0
    looks = {round(part * total) for part in (WARM, 0.4, 0.6, 0.8)}

    def report(runs: int) -> None:
        nonlocal done
        crossed = any(done < look <= done + runs for look in looks)
        done += runs
        if crossed or done >= total - 8:  # at the very end the worker may be gone
            sizes.update({done: size} if (size := _sizes()) else {})

    yield report


def _sizes() -> Sizes | None:
    gc.collect()
    parent = psutil.Process()
    try:
        workers = [child.memory_info().rss for child in parent.children() if "spawn_main" in " ".join(child.cmdline())]
    except psutil.Error:
        return None
    return Sizes(parent.memory_info().rss / 1024, max(workers) / 1024) if workers else None
