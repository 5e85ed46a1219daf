"""Every scenario of every shipped file runs on the real tables, and does something."""

import hashlib
from functools import cache

import pytest

from model.agents.region import Region, _release
from model.scenario.scenario import Scenario, no_policy
from model.shipped import SCENARIOS
from model.world.known import load_known
from tests.worlds import shorn

FILES = {path.stem: load_known(path) for path in sorted(SCENARIOS.glob("*.yaml"))}
ALL = [(file, name) for file, content in FILES.items() for name in content.scenarios]
WINDOW = ("2011-07", "2013-01")
"""While every policy is open, and into the first month of a background programme; the same for all that share a region."""
OWN_WINDOW = {
    "coal_exit": ("2014-01", "2017-02"),
    "two_firms": ("2011-01", "2012-12"),
    "guarantee": ("2012-01", "2013-06"),
}
"""Around an event; for the firms of the tutorial; where one who signs minds a guarantee, which is rare without a centre."""
OWN_REPLICATE = {"guarantee": 5}
AS_A_NEIGHBOUR = {("funding", "centre_12m_handed_over"), ("programmes", "programmes_through_centre")}
"""Until the funding has ended, after the window; where the twin alone differs."""


def within(scenario: Scenario, window: tuple[str, str]) -> Scenario:
    start, end = window
    horizon = type(scenario.horizon)(start=start, recorded_from=start, end=end)
    return scenario.model_copy(update={"title": no_policy(), "label": None, "horizon": horizon})


def cut(file: str, name: str) -> Scenario:
    return within(FILES[file].scenarios[name], OWN_WINDOW.get(name, WINDOW))


def left_by(scenario: Scenario, replicate: int = 0) -> str:
    """What a run leaves behind, as one short text; the run itself stops where books do not balance."""
    return _left_by(scenario.model_dump_json(), replicate)


@cache
def _left_by(scenario_json: str, replicate: int) -> str:
    scenario = Scenario.model_validate_json(scenario_json)
    region = Region(scenario, 2011, replicate)
    assert {firm.municipality for firm in region.firms} == set(scenario.region.municipalities)
    while region.month <= scenario.horizon.end:
        region.step()
    assert region.month == scenario.horizon.end + 1
    result = region.result()
    assert result.outcomes.any()
    _release(region)
    return hashlib.sha256(repr(shorn(result)).encode()).hexdigest()


@pytest.mark.parametrize("file", FILES)
def test_every_scenario_of_a_file_runs_and_differs_from_its_twin_and_from_its_neighbours(file):
    found = {}
    for name in FILES[file].scenarios:
        scenario, replicate = cut(file, name), OWN_REPLICATE.get(name, 0)
        found[name] = left_by(scenario, replicate)
        is_its_twin = scenario.twin().levers == scenario.levers
        assert (found[name] == left_by(scenario.twin(), replicate)) == is_its_twin, name
    at_once = [digest for name, digest in found.items() if (file, name) not in AS_A_NEIGHBOUR]
    assert len(set(at_once)) == len(at_once)


@pytest.mark.parametrize("file", ["coal_exit", "recession", "grants"])
def test_a_variant_of_the_centre_differs_from_the_centre(file):
    window = OWN_WINDOW.get(file, WINDOW)
    assert left_by(cut(file, file)) != left_by(within(FILES["centre"].scenarios["centre"], window))


def test_the_files_are_those_of_the_folder():
    assert {"base", "centre", "funding", "rivals", "rules", "two_firms"} <= set(FILES)
    assert len(ALL) >= 36
