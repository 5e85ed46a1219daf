"""Memory stays flat however many runs one process does, on either engine; and keeping something of each run is noticed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BEFORE, AFTER = 300, 1700
"""Runs until everything has its usual size, and those over which nothing may grow."""
MOST_MB = 6.0

MANY_RUNS = """
import gc
import sys
from model.experiment.workers.worker import ENGINES
from tests.test_memory import AFTER, BEFORE, resident_mb, tiny

engine, keeps = sys.argv[1], sys.argv[2] == "keeps"
simulate, scenario, kept = ENGINES[engine], tiny(), []
for n in range(BEFORE + AFTER):
    if n == BEFORE:
        gc.collect()
        before = resident_mb()
    # Replicates come and go: what is kept of a landscape must go too.
    result = simulate(scenario, 7, n // 4)
    if keeps:
        kept.append(result)
gc.collect()
print(resident_mb() - before)
"""


def tiny():
    """Half a year of the two firms."""
    from model.scenario.scenario import Scenario
    from model.world.known import load_known

    plain = next(iter(load_known("two_firms").scenarios.values())).model_dump(mode="json")
    return Scenario.model_validate(plain | {"horizon": {"start": "2011-01", "recorded_from": "2011-01", "end": "2011-06"}})


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def growth_mb(engine: str, keeps: bool) -> float:
    command = [sys.executable, "-c", MANY_RUNS, engine, "keeps" if keeps else "lets go"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert not done.returncode, done.stderr
    return float(done.stdout)


pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux says how much memory is resident")


@pytest.mark.parametrize("engine", ["agents", "compiled"])
def test_memory_does_not_grow_over_two_thousand_runs(engine):
    assert growth_mb(engine, keeps=False) < MOST_MB


def test_that_would_be_noticed_if_results_were_kept():
    assert growth_mb("compiled", keeps=True) > 2 * MOST_MB
