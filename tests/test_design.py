"""Which runs an experiment needs."""

import shutil

import pytest

from model.experiment.plan import design
from model.experiment.plan.design import parameters_hash, plan
from model.shipped import SCENARIOS, folder_hash
from tests.made_up import no_centre, with_centre


def test_a_scenario_without_policy_is_the_twin_of_the_others_and_runs_once_per_replicate() -> None:
    runs = plan({"no_centre": no_centre(), "half": with_centre(6e6), "whole": with_centre()}, replicates=2, seed=1)
    assert [(run.name, run.replicate) for run in runs] == [
        ("no_centre", 0),
        ("half", 0),
        ("whole", 0),
        ("no_centre", 1),
        ("half", 1),
        ("whole", 1),
    ]
    first, second = runs[0].id, runs[3].id
    assert [run.twin for run in runs] == ["", first, first, "", second, second]


def test_a_twin_nobody_named_is_run_once_for_all_that_share_it() -> None:
    runs = plan({"half": with_centre(6e6), "whole": with_centre()}, replicates=1, seed=1)
    assert [run.name for run in runs] == ["half", "whole", "half_twin"]
    assert runs[0].twin == runs[1].twin == runs[2].id
    assert runs[2].scenario.levers.centre is None


def test_scenarios_that_differ_in_more_than_their_levers_have_twins_of_their_own() -> None:
    horizon = {"start": "2005-01", "recorded_from": "2008-01", "end": "2014-12"}
    runs = plan({"long": with_centre(), "short": with_centre(horizon=horizon)}, replicates=1, seed=1)
    assert [run.name for run in runs] == ["long", "short", "long_twin", "short_twin"]
    assert [run.twin for run in runs] == [runs[2].id, runs[3].id, "", ""]


def test_a_named_scenario_keeps_its_name_beside_an_added_twin() -> None:
    runs = plan({"x": with_centre(), "x_twin": with_centre(6e6)}, replicates=1, seed=1)
    assert [run.name for run in runs] == ["x", "x_twin", "x_twin_"]


def test_the_id_follows_parameters_seed_replicate_and_version_but_not_the_title(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def first_id(seed: int = 1, **changes: object) -> str:
        return plan({"x": no_centre(**changes)}, replicates=1, seed=seed)[0].id

    before = first_id()
    assert first_id(title="asked otherwise") == before == first_id()
    assert first_id(seed=2) != before
    assert first_id(rules={"price": "equal_split", "trust": "reinforcement"}) != before
    runs = plan({"x": no_centre()}, replicates=2, seed=1)
    assert runs[0].id != runs[1].id
    assert runs[0].parameters == runs[1].parameters
    monkeypatch.setattr(design, "__version__", "another")
    assert first_id() != before


def test_two_scenarios_that_differ_in_nothing_but_their_title_are_refused() -> None:
    with pytest.raises(ValueError, match="'a' and 'b' have the same parameters"):
        plan({"a": with_centre(), "b": with_centre(title="asked otherwise")}, replicates=1, seed=1)


def test_a_changed_table_gives_other_run_ids(tmp_path, monkeypatch) -> None:
    shutil.copytree(SCENARIOS / "data" / "two_firms", tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    mine = no_centre(region={"data": "mine", "municipalities": ["326"], "road_factor": 1.2, "candidates_per_stream": 5})
    before = parameters_hash(mine)
    folder_hash.cache_clear()
    table = tmp_path / "mine" / "inputs.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("400", "401"), encoding="utf-8")
    assert parameters_hash(mine) != before
