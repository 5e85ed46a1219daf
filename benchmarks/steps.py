"""Where the time of a compiled run goes: by step of the month, and what stands around the months."""

from statistics import median
from typing import Any

from model.month import build, result, simulate
from model.month.columns import World

from .clock import Act, in_turn, say
from .ready import SHIPPED, SMALL, Ready, copied, drawn, ground, landscape, ready, run_compiled, sizes, world
from .report import Part, ms, table
from .timed_months import Timed, timed

SCENARIOS = ("centre_12m", "no_centre")
AROUND = (
    "parameters drawn", "landscape looked up", "columns laid out", "settled", "240 months", "result made", "full run",
)  # fmt: skip
MONTHS_NOTE = (
    "Shares of the time in months, the processor's clock being read around every step (medians). Reading it "
    "costs a little, and keeps the compiler from working across steps."
)
AROUND_NOTE = "Milliseconds of each piece of a full run, each measured alone (medians); settling and months are one call."


def measure(quick: bool) -> Part:
    """Measure every step of the month, and every piece of a run."""
    size, repeats = (SMALL, 3) if quick else (SHIPPED, 15)
    runs = [ready(name, size) for name in SCENARIOS]
    months, around = [], []
    for it in runs:
        say(f"steps: {it.name}, {it.firms:,} firms")
        run_compiled(it)
        months.append(median_steps(it, repeats)[0])
        around.append(_pieces(it, repeats))
    lines = [f"At {runs[0].firms:,} firms.", "", MONTHS_NOTE, "", *_months_table(months)]
    rows = [[piece, *[ms(taken[piece]) for taken in around]] for piece in AROUND]
    return Part("Where the time goes", [*lines, "", AROUND_NOTE, "", *table(("piece, ms", *SCENARIOS), rows)])


def median_steps(it: Ready, repeats: int) -> tuple[dict[str, float], float]:
    """Return the median seconds of every step in a run, and the firm-months of a run."""
    pattern = world(it)
    runs: list[Timed] = [timed(copied(pattern), it.scenario.horizon.end) for _ in range(repeats + 1)][1:]
    return {name: median(run.by_step[name] for run in runs) for name in runs[0].by_step}, runs[0].firm_months


def _months_table(months: list[dict[str, float]]) -> list[str]:
    names = sorted(months[0], key=lambda name: -sum(taken[name] for taken in months))
    rows = [[f"`{name}`", *[_share(taken, name) for taken in months]] for name in names]
    return table(("step", *SCENARIOS), rows)


def _share(taken: dict[str, float], name: str) -> str:
    part = taken[name] / sum(taken.values())
    return f"{100 * part:.1f} %" if part >= 0.0005 else "–"


def _pieces(it: Ready, repeats: int) -> dict[str, float]:
    scenario, run = it.scenario, simulate._compiled()
    draws, parameters = drawn(it)
    on = ground(it)
    pattern = world(it)
    finished = copied(pattern)
    run(finished, scenario.horizon.end)

    def lay_out(_: Any) -> World:
        return build.world_of(scenario, on, parameters, it.tables, draws, sizes())

    acts = {
        "parameters drawn": Act(lambda _: drawn(it)),
        "landscape looked up": Act(lambda _: landscape(it, parameters)),
        "columns laid out": Act(lay_out),
        "settled": Act(lambda columns: run(columns, scenario.horizon.start - 1), lambda: copied(pattern)),
        "settled and lived": Act(lambda columns: run(columns, scenario.horizon.end), lambda: copied(pattern)),
        "result made": Act(lambda _: result.result_of(finished, scenario, on, it.tables.catalogue, parameters)),
        "full run": Act(lambda _: run_compiled(it)),
    }
    taken = in_turn(acts, repeats)
    return taken | {"240 months": taken["settled and lived"] - taken["settled"]}
