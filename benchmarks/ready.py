"""Runs ready to be measured: a shipped scenario in a region of some size."""

from typing import Any, NamedTuple

import numpy as np

from model.agents.region import Region, live
from model.draws import Draws
from model.month import build, simulate
from model.month.build import Sizes
from model.month.columns import KINDS, World
from model.month.ground import Ground, ground_of
from model.scenario.parameters import Parameters
from model.scenario.scenario import Scenario
from model.world.known import load_known
from model.world.landscape import Landscape, landscape_of
from model.world.population import setting_of
from model.world.region_tables import tables_of
from model.world.streams import RegionTables

from .regions import of_size, standing

SEED, REPLICATE = 2011, 0
SMALL, SHIPPED, LARGE = 300, standing(tables_of("data")), 10_000
"""Firms that stand from the start; `SHIPPED`: the region as it is."""


class Ready(NamedTuple):
    """A scenario and the tables of the region it is run in."""

    name: str
    scenario: Scenario
    tables: RegionTables

    @property
    def firms(self) -> int:
        """Return how many firms stand from the start."""
        return standing(self.tables)


def ready(name: str, firms: int, months: tuple[int, int] | None = None) -> Ready:
    """Return a scenario of the main job in a region of about so many firms; over other months where they are given."""
    tables, municipalities = of_size(firms)
    scenario = load_known("funding").scenarios[name]
    changed: dict[str, Any] = {"region": scenario.region.model_copy(update={"municipalities": municipalities})}
    if months is not None:
        first, last = months
        update = {"start": first, "recorded_from": first, "end": last}
        changed["horizon"] = scenario.horizon.model_copy(update=update)
    return Ready(name, scenario.model_copy(update=changed), tables)


def run_compiled(it: Ready) -> None:
    """Do a full run on compiled columns: laid out, settled, recorded, result and all."""
    simulate.simulate(it.scenario, SEED, REPLICATE, it.tables)


def run_agents(it: Ready) -> None:
    """Do the same run with agents."""
    region = Region(it.scenario, SEED, REPLICATE, it.tables)
    live(region, it.scenario.horizon.end)
    region.result()


# --- a compiled run in pieces ----------------------------------------------------------------------------------------


def drawn(it: Ready) -> tuple[Draws, Parameters]:
    """Return the draws and the parameters of the run."""
    draws = Draws(SEED, REPLICATE)
    return draws, build.drawn(it.scenario, draws)


def landscape(it: Ready, parameters: Parameters) -> Landscape:
    """Return the landscape of the run: kept, or built now."""
    return landscape_of(setting_of(it.scenario, parameters, it.tables, SEED, REPLICATE))


def ground(it: Ready) -> Ground:
    """Return the landscape in columns: kept, or laid out now."""
    return ground_of(landscape(it, drawn(it)[1]), it.scenario.region, it.tables)


def world(it: Ready) -> World:
    """Return the columns of the run before anything is settled, long enough once the run has been done in this process."""
    draws, parameters = drawn(it)
    return build.world_of(it.scenario, ground(it), parameters, it.tables, draws, sizes())


def sizes() -> Sizes:
    """Return the rows of tables that sufficed for all runs of this process."""
    return simulate._sizes[0]


def copied(one: World) -> World:
    """Return a copy of columns that a run may change."""
    tables = {name: table if KINDS[name][2] else table.copy() for name, table in one._asdict().items()}
    return World(**tables)


def unrecorded(one: World) -> World:
    """Return columns of which no month is recorded: years are counted from a month that never comes."""
    one.now[0].recorded_from = np.iinfo(np.int32).max
    return one
