"""Claim: whoever does the runs, and in whatever order they come in, the result is the same, byte for byte.

Each comparison holds every file of a result but the ledger's own against those of one made in this process, in order. What
differs: 0 (this process), 1, 2 or 4 workers; a Dask cluster of two; the order in which replicates reach the ledger; the seed of
Python's hashes; the way the whole of Python starts processes.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from model.experiment.commands import job as jobs
from model.experiment.commands.carrying_out import carry_out, make_result
from model.experiment.commands.job import Job
from model.experiment.commands.progress import silent
from model.experiment.plan.design import Run
from model.experiment.results import ledger
from model.experiment.results.outcome import Done
from model.experiment.workers.executors import in_processes, on_cluster
from model.experiment.workers.limits import Limits
from model.experiment.workers.runner import Stop, do_by, do_here, never
from model.experiment.workers.worker import simulate_region
from tests.faults.cluster import ROOT, cluster

from .claims import Case, Outcome, claim
from .plants import plant, planted_here

REPLICATES = 3
LIMITS = Limits(300, 4096)
EACH_PROCESS = 12
"""So many comparisons are made by one process, for it takes a second to start."""
START_METHODS = ("spawn", "forkserver", "fork") if sys.platform == "linux" else ("spawn",)


class How(NamedTuple):
    """How a result is made: by how many workers (-1 is the cluster), from which experiment, arriving in which order."""

    workers: int
    experiment: int
    order: int


EACH_CASE = 50


@claim(
    "same-bytes",
    holds="Whoever does the runs - this process, 1, 2 or 4 others, a Dask cluster - in whatever order, with whatever hash seed "
    "and start method, every file of the result is the same, byte for byte.",
    quick=1,
    full=11,
    limit_s=900,
    plants=plant("as-they-came"),
)
def same(case: Case) -> Outcome:
    """Make fifty results and compare them; the first case is small and needs no cluster."""
    chance = random.Random(case.rng.randrange(2**32))
    hows = _drawn(EACH_CASE if case.number else 4, chance, quick=case.number == 0)
    return Outcome(len(hows), violations=tuple(_same_bytes(hows, chance)), sums=Counter(map(_by, hows)))


def _by(how: How) -> str:
    """Say who does the runs."""
    return "by Dask" if how.workers < 0 else f"by {how.workers} processes" if how.workers else "by this process"


def _same_bytes(hows: list[How], chance: random.Random) -> list[str]:
    """Make results as told; return the files that differed."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="same-bytes-") as place, ExitStack() as stack:
        address = ""
        if any(how.workers < 0 for how in hows):
            (Path(place) / "cluster").mkdir()
            address = stack.enter_context(cluster(Path(place) / "cluster"))
        for experiment in sorted({how.experiment for how in hows}):
            _make(Path(place) / f"reference-{experiment}", How(0, experiment, 0), "")
        for i in range(0, len(hows), EACH_PROCESS):
            wrong += _elsewhere(Path(place), hows[i : i + EACH_PROCESS], address, chance)
    return wrong


def _drawn(count: int, chance: random.Random, quick: bool) -> list[How]:
    """Draw how results are made; processes take longer to start than everything else takes, so there are fewer of those."""
    workers = {0: 16, 1: 2, 2: 2, 4: 1} | ({} if quick else {-1: 4})
    drawn = chance.choices(list(workers), list(workers.values()), k=count)
    drawn[: len(workers)] = list(workers)[:count]
    return [How(one, chance.randrange(2), chance.randrange(1000)) for one in drawn]


# --- in a process with other hashes ----------------------------------------------------------------------------------


def _elsewhere(place: Path, hows: list[How], address: str, chance: random.Random) -> list[str]:
    """Make results in a process of their own and compare them there."""
    told = json.dumps([str(place), hows, address, chance.choice(START_METHODS)])
    seed = str(chance.randrange(2**32))
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.claim_same_bytes", told],
        env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    if done.returncode:
        return [f"hash seed {seed}, {told}: {done.stderr[-2000:]}"]
    return [f"hash seed {seed}, {told}: {fault}" for fault in json.loads(done.stdout)]


def _compared(place: Path, hows: list[How], address: str) -> Iterator[str]:
    for how in hows:
        with tempfile.TemporaryDirectory(prefix="made-") as made:
            _make(Path(made) / "result", how, address)
            different = _different(place / f"reference-{how.experiment}", Path(made) / "result")
        if different:
            yield f"{how}: {different}"


def _different(one: Path, other: Path) -> list[str]:
    files = {path.relative_to(folder) for folder in (one, other) for path in folder.rglob("*") if path.is_file()}
    if len(files) < 10:
        return [f"there are only {len(files)} files"]
    counted = (file for file in files if not file.name.startswith("ledger."))
    return sorted(str(file) for file in counted if _content(one / file) != _content(other / file))


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


# --- results ---------------------------------------------------------------------------------------------------------


def _make(folder: Path, how: How, address: str) -> None:
    folder.mkdir()
    job = _job(how.experiment)
    with ledger.created(folder, jobs.about(job)) as book:
        doing = partial(_out_of_order, how.order, _doing(how.workers, address))
        make_result(folder, job, carry_out(job, book, doing, silent, never), book)


def _doing(workers: int, address: str) -> Any:
    if workers < 0:
        return partial(do_by, on_cluster(simulate_region, LIMITS, address), 2)
    if workers:
        return partial(do_by, in_processes(simulate_region, LIMITS), workers)
    return lambda runs, stop: do_here(runs, simulate_region, stop)


def _out_of_order(order: int, doing: Any, runs: list[Run], stop: Stop) -> Generator[list[Done], None, None]:
    """Hand on what became of runs in some order; 0 is that in which it came."""
    together = list(doing(runs, stop))
    if order:
        random.Random(order).shuffle(together)
    yield from together


def _job(experiment: int) -> Job:
    """Return an experiment with the two firms: no policy and two policies, or the same and one more in another order."""
    from tests.faults.claim_memory import taxed
    from tests.test_memory import tiny

    plain = tiny()
    scenarios = {"plain": plain, "taxed": taxed(plain, 100), "heavily_taxed": taxed(plain, 400)}
    if experiment:
        scenarios = {"most_taxed": taxed(plain, 800)} | dict(reversed(scenarios.items()))
    return Job(scenarios, REPLICATES, 7, "agents", (), {}, {})


def _main() -> None:
    import multiprocessing

    place, hows, address, method = json.loads(sys.argv[1])
    planted_here()
    multiprocessing.set_start_method(method, force=True)
    print(json.dumps(list(_compared(Path(place), [How(*how) for how in hows], address))))


if __name__ == "__main__":
    _main()
