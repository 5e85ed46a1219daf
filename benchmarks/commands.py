"""What a user waits for: the main job, the small commands, the first compilation."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from .clock import Act, in_turn, say, seconds
from .report import Part, Target, table, times

ROOT = Path(__file__).parent.parent
SPEED_UP, SMALL_COMMAND, COMPILATION = Target(1.85, at_least=True), Target(0.3), Target(20)
JOBS = {50: 1, 10: 1}
"""How often the main job is done with so many replicates, with one worker and with two each time."""
COPIED = ("run.py", "model", "analysis", "scenarios")


def measure(quick: bool) -> Part:
    """Measure commands from their start to their end, each in a process of its own."""
    lines = ["Seconds from start to end of a process, charts and tables with it.", ""]
    return Part("Commands", [*lines, *_main_job({1: 1} if quick else JOBS), "", *_small(3 if quick else 9), *_first_time()])


def _main_job(jobs: dict[int, int]) -> list[str]:
    _python(["-c", "from model.month.simulate import warm; warm()"])  # so that nothing is compiled while time is taken
    rows, missed = [], []
    for replicates, repeats in jobs.items():
        say(f"commands: main job with {replicates} replicates, {repeats} times each with two workers and with one")
        acts = {f"{workers}": Act(lambda _, n=replicates, w=workers: _run(n, w)) for workers in (2, 1)}
        taken = in_turn(acts, repeats, warm_up=False)
        ratio = taken["1"] / taken["2"]
        name = f"`run.py run funding --replicates {replicates}`"
        rows.append([name, f"{taken['2']:.1f}", f"{taken['1']:.1f}", times(ratio), SPEED_UP.verdict(ratio)])
        missed += SPEED_UP.missed(f"the speed-up of {name}", ratio)
    return [*table(("command", "two workers, s", "one worker, s", "speed-up", "target"), rows), *missed]


def _small(repeats: int) -> list[str]:
    rows, missed = [], []
    for arguments in (["--help"], ["check", "scenarios/base.yaml"]):
        name = f"`run.py {' '.join(arguments)}`"
        say(f"commands: {name}")
        taken = median(seconds(Act(lambda _, a=arguments: _python(["run.py", *a]))) for _ in range(repeats + 1))
        rows.append([name, f"{taken:.2f}", SMALL_COMMAND.verdict(taken)])
        missed += SMALL_COMMAND.missed(name, taken, " s")
    return [*table((f"command (median of {repeats})", "s", "target"), rows), *missed]


def _first_time() -> list[str]:
    """Run a small question in a copy of the program where nothing has been compiled, and then again."""
    say("commands: first compilation")
    with TemporaryDirectory() as folder:
        home = Path(folder, "program")
        for name in COPIED:
            _copy(ROOT / name, home / name)
        question = ["run.py", "run", "two_firms", "--replicates", "1", "--workers", "1", "--out"]
        first, again = (
            seconds(Act(lambda _, n=n: _python([*question, f"{folder}/{n}"], home, cache=folder))) for n in range(2)
        )
    more = first - again
    told = f"The first run after installing compiles the model: `{question[2]}` takes {first:.1f} s, the next {again:.1f} s, "
    return [
        "",
        f"{told}so {more:.1f} s more ({COMPILATION.verdict(more)}).",
        *COMPILATION.missed("what it adds", more, " s"),
    ]


def _copy(source: Path, goal: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, goal, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, goal)


def _run(replicates: int, workers: int) -> None:
    with TemporaryDirectory() as folder:
        settings = ["--replicates", str(replicates), "--workers", str(workers), "--out", f"{folder}/results"]
        _python(["run.py", "run", "funding", *settings])


def _python(arguments: list[str], home: Path = ROOT, cache: str | None = None) -> None:
    """Run Python in a copy of the program; compiled code and settings of the user are left out where `cache` is given."""
    environment = os.environ | {"PYTHONPATH": str(home)}
    if cache is not None:
        environment |= {"XDG_CACHE_HOME": cache}
    subprocess.run([sys.executable, *arguments], cwd=home, env=environment, check=True, capture_output=True)
