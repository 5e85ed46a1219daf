"""How time and memory grow with the region: every size in a process of its own, where memory can be read."""

import json
import subprocess
import sys
from statistics import median
from typing import Any, NamedTuple

from model.month.simulate import warm

from . import ready
from .clock import Act, say, seconds
from .report import Part, Target, exponent, table

try:
    import resource
except ImportError:  # as on Windows
    resource = None  # type: ignore[assignment]

GB = 1e9
EXPONENT, MEMORY_GB = Target(1.1), Target(12)
NEVER_MORE_GB = 16
"""What a process may claim at most: it fails before the machine does."""
A_YEAR = (2011 * 12, 2011 * 12 + 11)
HEAD = ("firms", "months", "landscape, s", "first run, s", "warm run, s", "µs a firm and year", "peak, GB", "kB a firm")
NOTE = (
    "Compiled runs of `centre_12m`, each size in a process of its own. The landscape is timed with its columns. The first run "
    "of a size is done again from the start whenever a table turns out too short, with all twice as long; a warm run (median) "
    "follows one in the same process. Memory a firm is the peak less what the process held before the landscape."
)


class Size(NamedTuple):
    """A region to be measured: standing firms, whether for one year only, and how many warm runs."""

    firms: int
    a_year: bool
    repeats: int


SIZES = (
    Size(ready.SMALL, False, 9),
    Size(ready.SHIPPED, False, 9),
    Size(ready.LARGE, False, 5),
    Size(100_000, False, 3),
    Size(1_000_000, True, 2),
)
QUICK = (Size(300, False, 3), Size(1_000, False, 3))


def measure(quick: bool) -> Part:
    """Measure every size, one process after the other, the largest last."""
    found, faults = [], []
    for size in QUICK if quick else SIZES:
        say(f"growth: {size.firms:,} firms{', one year' * size.a_year}")
        done = _in_own_process(size)
        if done.returncode == 0:
            found.append(json.loads(done.stdout.splitlines()[-1]))
        else:
            reason = done.stderr.strip().splitlines()[-1:] or [f"its process ended with {done.returncode}"]
            faults += ["", f"missed: {size.firms:,} firms could not be run: {reason[0]}"]
    return Part("Growth with the region", [NOTE, "", *table(HEAD, [_row(one) for one in found]), *faults, *_judged(found)])


def _judged(found: list[dict[str, Any]]) -> list[str]:
    """Say how time grows over the full runs, and what the most memory was."""
    long = [one for one in found if one["months"] == 240]
    power = exponent([one["firms"] for one in long], [one["warm"] for one in long])
    peak = max(one["peak_gb"] for one in found)
    lines = [
        "",
        f"Time of a warm run over 240 months grows with firms to the power {power:.2f} ({EXPONENT.verdict(power)}).",
    ]
    if resource is not None:
        lines.append(f"The most memory a process held is {peak:.1f} GB ({MEMORY_GB.verdict(peak)}).")
    missed = EXPONENT.missed("the exponent of a run's time", power)
    return lines + missed + MEMORY_GB.missed("the most memory", peak, " GB")


def _in_own_process(size: Size) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.growth", json.dumps(size)]
    return subprocess.run(command, capture_output=True, text=True)


def _row(one: dict[str, Any]) -> list[str]:
    a_firm_and_year = one["warm"] / one["firms"] / one["months"] * 12 * 1e6
    memory = [f"{one['peak_gb']:.2f}", f"{one['bytes_a_firm'] / 1e3:,.1f}"] if one["peak_gb"] else ["–", "–"]
    taken = [f"{one[what]:.3g}" for what in ("landscape", "first", "warm")]
    return [f"{one['firms']:,}", str(one["months"]), *taken, f"{a_firm_and_year:.1f}", *memory]


# --- in the process of a size ----------------------------------------------------------------------------------------


def alone(size: Size) -> dict[str, Any]:
    """Measure one size in this process, which has done nothing else."""
    warm()
    ready.run_compiled(ready.ready("no_centre", 10))  # so that all is loaded
    before = _peak()
    it = ready.ready("centre_12m", size.firms, A_YEAR if size.a_year else None)
    laid_out = seconds(Act(lambda _: ready.ground(it)))
    first, *more = [seconds(Act(lambda _: ready.run_compiled(it))) for _ in range(size.repeats + 1)]
    horizon, peak = it.scenario.horizon, _peak()
    return {
        "firms": it.firms,
        "months": horizon.end - horizon.start + 1,
        "landscape": laid_out,
        "first": first,
        "warm": median(more),
        "peak_gb": peak / GB,
        "bytes_a_firm": (peak - before) / it.firms,
    }


def _peak() -> float:
    """Return the most bytes this process has held so far; 0 where that cannot be asked."""
    if resource is None:
        return 0.0
    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


if __name__ == "__main__":
    if resource is not None:
        most = int(NEVER_MORE_GB * GB)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    print(json.dumps(alone(Size(*json.loads(sys.argv[1])))))
