"""The design of a result as a table, `design.parquet`, and a run's exact scenario got back from a result folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...scenario.scenario import Scenario
from ...world.known import load_known
from ..plan.design import Run
from ..plan.sample import Drawn, with_draw
from . import tablefiles
from .columns import NUMBER, TEXT, WHOLE, Texts, coded
from .stored_scenario import stored_scenario

DESIGN = "design"
COLUMNS = {"scenario": TEXT, "draw": WHOLE, "parameter": TEXT, "value": NUMBER}
"""`scenario` is empty where a draw fixes the same in all scenarios, as it does unless these differ in what is uncertain."""


def design_columns(runs: Sequence[Run]) -> dict[str, np.ndarray | Texts] | None:
    """Return the columns of the design's table: what each draw fixes; None where there is no design.

    The runs may be those finished, failed and still to do, in any order.
    """
    drawn: dict[str, dict[int, Drawn]] = {}
    for run in runs:
        if run.drawn is not None:
            drawn.setdefault(run.name, {}).setdefault(run.draw, run.drawn)
    if not drawn:
        return None
    by_name: Mapping[str | None, dict[int, Drawn]] = {None: _shared(drawn)} if _alike(drawn) else dict(sorted(drawn.items()))
    held = [(name, draws[number]) for name, draws in by_name.items() for number in sorted(draws)]
    names = [name for name in by_name if name is not None]
    parameters = list(dict.fromkeys(parameter for _, one in held for parameter in one.names))
    place = {parameter: i for i, parameter in enumerate(parameters)}
    sizes = [one.values.size for _, one in held]
    return {
        "scenario": coded(np.repeat([-1 if name is None else names.index(name) for name, _ in held], sizes), names),
        "draw": np.repeat(np.array([one.draw for _, one in held], dtype=np.int64), sizes),
        "parameter": coded(np.concatenate([[place[parameter] for parameter in one.names] for _, one in held]), parameters),
        "value": np.concatenate([one.values for _, one in held]),
    }


def scenario_of_run(folder: Path, row: Mapping[str, Any]) -> Scenario:
    """Return the very scenario that a run of a result folder simulated; `row` has its `scenario` and `draw`.

    Raises ScenarioError where the stored scenario cannot be used any more.
    """
    (scenario,) = load_known(stored_scenario(folder, row["scenario"])).scenarios.values()
    if not (folder / f"{DESIGN}.parquet").is_file():
        return scenario
    with tablefiles.reading(folder) as tables:
        tables.view(DESIGN)
        found = tables.database.execute(
            f"SELECT parameter, value FROM {DESIGN} WHERE draw = ? AND (scenario IS NULL OR scenario = ?)",
            [row["draw"], row["scenario"]],
        ).fetchall()
    return with_draw(scenario, dict(found))


def _shared(drawn: Mapping[str, dict[int, Drawn]]) -> dict[int, Drawn]:
    return {number: one for draws in drawn.values() for number, one in draws.items()}


def _alike(drawn: Mapping[str, dict[int, Drawn]]) -> bool:
    """Tell whether every draw fixes the same in all scenarios."""
    shared = _shared(drawn)
    return all(_same(one, shared[number]) for draws in drawn.values() for number, one in draws.items())


def _same(one: Drawn, other: Drawn) -> bool:
    return one is other or (one.names == other.names and np.array_equal(one.values, other.values))
