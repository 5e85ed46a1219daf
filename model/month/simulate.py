"""Runs a scenario in a replicate on compiled columns."""

import gc
from functools import lru_cache
from typing import Any

from numba import int64, typeof
from numba.core.dispatcher import Dispatcher

from .. import rule_numbers
from ..draws import Draws
from ..record import RunResult
from ..scenario.parameters import Parameters
from ..scenario.scenario import Scenario
from ..world.landscape import Landscape, landscape_of
from ..world.population import setting_of
from ..world.region_tables import tables_of
from ..world.streams import RegionTables
from . import build, choice, compiler, ground, lending, month, result, settle, tracing
from .columns import World, nothing

REPLACED_ALWAYS = {"model.rules.negotiation.priced": choice.priced, "model.rules.trust.revised": choice.revise}
"""What agents choose by holding a rule, columns choose by its number."""
REPLACED = REPLACED_ALWAYS | {"model.month.simulate.lent": lending.lent}
"""What stands in for plain functions in compiled code."""

_sizes = [build.Sizes()]
"""Rows that sufficed for the runs of this process so far."""


def simulate(
    scenario: Scenario, seed: int, replicate: int, tables: RegionTables | None = None, by_month: bool = False
) -> RunResult:
    """Run one scenario in one replicate, from the first month to the last: what `region.simulate` gives, much faster."""
    tables = tables or tables_of(scenario.region.data)
    parameters, laid_out, world = _lived(scenario, seed, replicate, tables, scenario.horizon.end, by_month)
    return result.result_of(world, scenario, laid_out, tables.catalogue, parameters)


def trace(scenario: Scenario, seed: int, replicate: int, tables: RegionTables | None, case: str, when: int) -> list[str]:
    """Return how the engine came to what it did with a case in a month, call by call."""
    tables = tables or tables_of(scenario.region.data)
    _, _, world = _lived(scenario, seed, replicate, tables, when - 1)
    return tracing.lines_of(month.step, _replaced(choice.own_rules(scenario), REPLACED_ALWAYS), world, case)


def _lived(
    scenario: Scenario, seed: int, replicate: int, tables: RegionTables, last: int, by_month: bool = False
) -> tuple[Parameters, ground.Ground, World]:
    """Return parameters, ground and columns after a month; where a table turns out too short, all of it begins anew."""
    draws = Draws(seed, replicate)
    parameters = build.drawn(scenario, draws)
    landscape = landscape_of(setting_of(scenario, parameters, tables, seed, replicate))
    laid_out = ground.ground_of(landscape, scenario.region, tables)
    begin_and_run = _compiled(*choice.own_rules(scenario))
    while True:
        world = build.world_of(scenario, laid_out, parameters, tables, draws, _sizes[0])
        world = build.with_months(world) if by_month else world
        begin_and_run(world, last)
        if world.now[0].odd != rule_numbers.ALL_FINITE:
            raise _no_number(world.now[0], scenario, landscape)
        if not world.now[0].full:
            return parameters, laid_out, world
        _sizes[0] = _sizes[0].doubled()


def _no_number(now: Any, scenario: Scenario, landscape: Landscape) -> rule_numbers.NoNumber:
    """Return what agents raise where a rule gives a number that is not finite."""
    codes = {firm.id: firm.code for firm in landscape.workplaces} | {place.id: place.code for place in landscape.outside}
    one, other, value, month = int(now.odd_one), int(now.odd_other), float(now.odd_value), int(now.month) - 1
    if now.odd == rule_numbers.PRICE:
        return rule_numbers.no_price(scenario.rules.price, value, one, month)
    if now.odd == rule_numbers.TRUST:
        return rule_numbers.no_trust(scenario.rules.trust, value, (codes[one], codes[other]), month)
    centre = scenario.levers.centre
    return rule_numbers.no_score(centre.targeting if centre else "", value, codes[one], month)


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
def _compiled(*own_rules: tuple[str, str, Any]) -> Any:
    others = REPLACED_ALWAYS if compiler.is_off() else REPLACED  # nothing but compiled code can lend
    return compiler.compiled(begin_and_run, _replaced(own_rules, others), choice.source_of(own_rules))


def _replaced(own_rules: choice.OwnRules, others: compiler.Replaced) -> compiler.Replaced:
    return {**others, **{f"{choice.__name__}.{here}": rule for here, _, rule in own_rules}}
