"""Runs a scenario in a replicate on compiled columns."""

import gc
from functools import lru_cache
from typing import Any

from numba import int64, typeof
from numba.core.dispatcher import Dispatcher

from ..draws import Draws
from ..landscape import landscape_of
from ..population import setting_of
from ..record import RunResult
from ..scenario import Scenario
from ..streams import RegionTables, tables_of
from . import build, choice, compiler, ground, lending, month, result, settle
from .columns import World, nothing

REPLACED = {
    "model.negotiation.priced": choice.priced,
    "model.rules.trust.revised": choice.revise,
    "model.engine.simulate.lent": lending.lent,
}
"""What agents choose by holding a rule, columns choose by its number."""

_sizes = [build.Sizes()]
"""Rows that sufficed for the runs of this process so far."""


def simulate(scenario: Scenario, seed: int, replicate: int, tables: RegionTables | None = None) -> RunResult:
    """Run one scenario in one replicate, from the first month to the last: what `region.simulate` gives, much faster."""
    tables = tables or tables_of(scenario.region.data)
    draws = Draws(seed, replicate)
    parameters = build.drawn(scenario, draws)
    landscape = landscape_of(setting_of(scenario, parameters, tables, seed, replicate))
    laid_out = ground.ground_of(landscape, scenario.region, tables)
    begin_and_run = _compiled(*choice.own_rules(scenario))
    while True:
        world = build.world_of(scenario, laid_out, parameters, tables, draws, _sizes[0])
        begin_and_run(world, scenario.horizon.end)
        if not world.now[0].full:
            return result.result_of(world, scenario, laid_out, tables.catalogue, parameters)
        _sizes[0] = _sizes[0].doubled()


def begin_and_run(w: World, last: int) -> None:
    """Settle the region and run its months until `last` is over."""
    columns = lent(w)
    settle.settle(columns)
    month.run(columns, last)


def lent(w: World) -> World:
    """Return the columns as they are; compiled code has them lent as one pointer."""
    return w


def warm(own_rules: choice.OwnRules = ()) -> None:
    """Read the compiled model from disk, or compile it where its sources have changed; with a user's own rules if any."""
    run = _compiled(*own_rules)
    if isinstance(run, Dispatcher):  # not where numba is told not to compile
        gc.disable()  # it would look through all that numba makes again and again
        try:
            run.compile((typeof(nothing()), int64))
        finally:
            gc.enable()


@lru_cache(maxsize=8)
def _compiled(*own_rules: tuple[str, Any]) -> Any:
    replaced = REPLACED | {f"{choice.__name__}.{name}": rule for name, rule in own_rules}
    return compiler.compiled(begin_and_run, replaced, choice.source_of(own_rules))
