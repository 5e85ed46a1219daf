"""How much faster the compiled engine is than the agents, whose events are the same."""

from .clock import Act, in_turn, say
from .ready import LARGE, SHIPPED, SMALL, Ready, ready, run_agents, run_compiled
from .report import Part, Target, ms, table, times

TARGETS = {SMALL: Target(30, at_least=True), SHIPPED: Target(60, at_least=True), LARGE: Target(80, at_least=True)}
REPEATS = {SMALL: 9, SHIPPED: 5, LARGE: 3}
SCENARIOS = ("centre_12m", "no_centre")
HEAD = ("scenario", "firms", "agents, s", "compiled, ms", "agents / compiled", "target")
NOTE = (
    "Full runs of 240 months with set-up, recording and result, in turn in one process (medians). The landscape is kept: "
    "both engines share it, as all runs of a replicate do in an experiment. Neither time holds it."
)


def measure(quick: bool) -> Part:
    """Measure full runs of both engines side by side."""
    sizes = (SMALL,) if quick else (SMALL, SHIPPED, LARGE)
    rows, missed = [], []
    for size in sizes:
        for name in SCENARIOS:
            say(f"engines: {name}, {size:,} firms")
            row, fault = _compared(ready(name, size), TARGETS[size], 2 if quick else REPEATS[size])
            rows.append(row)
            missed += fault
    return Part("Compiled engine against agents", [NOTE, "", *table(HEAD, rows), *missed])


def compare(it: Ready, repeats: int) -> tuple[float, float]:
    """Return the median seconds of agents and of the compiled engine."""
    acts = {"agents": Act(lambda _: run_agents(it)), "compiled": Act(lambda _: run_compiled(it))}
    run_compiled(it)  # builds the landscape, and finds how long tables must be
    taken = in_turn(acts, repeats, warm_up=False)
    return taken["agents"], taken["compiled"]


def _compared(it: Ready, target: Target, repeats: int) -> tuple[list[str], list[str]]:
    agents, compiled = compare(it, repeats)
    ratio = agents / compiled
    row = [it.name, f"{it.firms:,}", f"{agents:.2f}", ms(compiled), times(ratio), target.verdict(ratio)]
    return row, target.missed(f"agents / compiled of {it.name} at {it.firms:,} firms", ratio)
