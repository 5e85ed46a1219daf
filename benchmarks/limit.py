"""How far a full compiled run is from its own limit: the same months of the same kernels with nothing around them."""

from model.month import simulate

from .clock import Act, in_turn, say
from .ready import LARGE, SHIPPED, SMALL, Ready, copied, ready, run_compiled, unrecorded, world
from .report import Part, Target, ms, table, times

TARGETS = {SMALL: Target(1.5), SHIPPED: Target(1.25), LARGE: Target(1.25)}
REPEATS = {SMALL: 31, SHIPPED: 21, LARGE: 11}
HEAD = ("scenario", "firms", "full run, ms", "kernels alone, ms", "full / alone", "target")
NOTE = (
    "The limit is one call of the compiled settling and months on columns made beforehand, with nothing recorded "
    "(every month counts as warm-up) and no result made of them. The full run draws parameters, lays out columns, records and "
    "makes its result; the landscape is kept in both. In turn in one process (medians)."
)


def measure(quick: bool) -> Part:
    """Measure full runs and their kernels side by side."""
    rows, missed = [], []
    for size in (SMALL,) if quick else (SMALL, SHIPPED, LARGE):
        for name in ("centre_12m", "no_centre"):
            say(f"limit: {name}, {size:,} firms")
            it = ready(name, size)
            full, alone = _compared(it, 5 if quick else REPEATS[size])
            target, ratio = TARGETS[size], full / alone
            rows.append([name, f"{it.firms:,}", ms(full), ms(alone), times(ratio), target.verdict(ratio)])
            missed += target.missed(f"full run / kernels alone of {name} at {it.firms:,} firms", ratio)
    return Part("Full run against its kernels alone", [NOTE, "", *table(HEAD, rows), *missed])


def _compared(it: Ready, repeats: int) -> tuple[float, float]:
    run_compiled(it)  # finds how long tables must be
    pattern, run, last = unrecorded(world(it)), simulate._compiled(), it.scenario.horizon.end
    acts = {
        "full": Act(lambda _: run_compiled(it)),
        "alone": Act(lambda columns: run(columns, last), lambda: copied(pattern)),
    }
    taken = in_turn(acts, repeats)
    return taken["full"], taken["alone"]
