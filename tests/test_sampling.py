"""Draws of uncertain numbers by a design: what is drawn, how it is paired, and how it is found again in a result."""

import json
import os
import random
from collections import Counter
from functools import partial
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import pytest

import run
from model.draws import Draws
from model.experiment.commands.asked_job import asked_job
from model.experiment.commands.job import Job
from model.experiment.commands.workforce import Workers, workforce
from model.experiment.plan import sample
from model.experiment.plan.design import Run, parameters_hash, plan, run_id
from model.experiment.results.stored_draws import design_columns, scenario_of_run
from model.experiment.workers import worker
from model.scenario.parameters import draw_parameters, quantile, quantiles
from model.scenario.sampling import NUMBERS, Factor, Sampling, from_data, number_of
from model.scenario.scenario import Scenario
from model.world.known import load_known
from tests import made_up
from tests.made_up import no_centre, with_centre

SEED = 5
SHAPES = ("prices.gate_fee_factor", "jobs.closure_sensitivity", "stages.hurdle_years")
"""Numbers of base.yaml, triangular and uniform ones."""
ALL = tuple(
    Factor(name)
    for name in (key.removeprefix("uncertainties.") for key in NUMBERS)
    if number_of(no_centre().uncertainties, name).shape != "fixed"
)


def value(one: Run, name: str) -> float:
    return number_of(one.scenario.uncertainties, name).value


def loguniform(**changes: object) -> Scenario:
    base = made_up._base()["uncertainties"]
    number = {"value": 1, "low": 0.5, "high": 2, "shape": "loguniform"}
    return no_centre(uncertainties=base | {"prices": base["prices"] | {"capital_factor": number}}, **changes)


# --- the points --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draws", [1, 7, 50])
def test_a_latin_hypercube_has_one_value_in_every_stratum_of_every_numbers_distribution(draws: int) -> None:
    scenario = loguniform()
    factors = (*map(Factor, SHAPES), Factor("prices.capital_factor"), Factor("trust.vouched", within=(0.05, 0.15)))
    runs = plan({"x": scenario}, 1, SEED, Sampling("latin_hypercube", draws, factors))
    for factor in factors:
        number = number_of(scenario.uncertainties, factor.name)
        ends = [i / draws for i in range(draws + 1)]
        limits = [0.05 + 0.1 * end for end in ends] if factor.within else [quantile(number, end) for end in ends]
        drawn = sorted(value(one, factor.name) for one in runs)
        assert len(drawn) == draws
        assert all(low <= at <= high for low, at, high in zip(limits[:-1], drawn, limits[1:], strict=True)), factor
    assert len({tuple(np.argsort([value(one, name) for one in runs])) for name in SHAPES}) == (1 if draws == 1 else 3)


def test_a_sobol_sequence_is_balanced_in_every_number_and_in_every_two_halves() -> None:
    factors = tuple(map(Factor, SHAPES))
    at = sample.points(Sampling("sobol", 16, factors), SEED)
    for column in at.T:
        assert sorted((column * 16).astype(int)) == list(range(16))
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert set(Counter(zip(at[:, one] < 0.5, at[:, other] < 0.5, strict=True)).values()) == {4}


def test_a_factorial_has_every_combination_once_from_low_to_high() -> None:
    listed, within = Factor("trust.vouched", of=(0.0, 0.1)), Factor("stages.hurdle_years", within=(1, 5))
    factors = (Factor("jobs.closure_sensitivity"), listed, within)
    runs = plan({"x": no_centre()}, 1, SEED, Sampling("factorial", 18, factors, levels=3))
    found = [tuple(value(one, factor.name) for factor in factors) for one in runs]
    number = number_of(no_centre().uncertainties, "jobs.closure_sensitivity")
    middle = (number.low + number.high) / 2
    assert Counter(found) == Counter(product((number.low, middle, number.high), (0.0, 0.1), (1.0, 3.0, 5.0)))


def test_a_random_design_draws_what_replicates_would_draw_by_themselves() -> None:
    runs = plan({"x": loguniform()}, 1, SEED, Sampling("random", 4, ALL))
    for one in runs:
        by_itself = quantiles(Draws(SEED, one.draw))
        drawn = draw_parameters(one.scenario, lambda name: 0.123)
        assert drawn == draw_parameters(one.base, by_itself.__getitem__)


@pytest.mark.parametrize("design", ["latin_hypercube", "sobol", "random"])
def test_the_same_design_comes_of_the_same_seed_and_another_of_another(design: str) -> None:
    sampling = Sampling(design, 8, ALL)
    same, again, other = (sample.points(sampling, seed) for seed in (SEED, SEED, SEED + 1))
    assert same.tobytes() == again.tobytes() != other.tobytes()
    assert ((same >= 0) & (same <= 1)).all()


def test_a_number_takes_each_value_of_a_list_equally_often_in_a_latin_hypercube() -> None:
    runs = plan({"x": no_centre()}, 1, SEED, Sampling("latin_hypercube", 12, (Factor("trust.vouched", of=(0.0, 0.1, 0.2)),)))
    assert Counter(value(one, "trust.vouched") for one in runs) == {0.0: 4, 0.1: 4, 0.2: 4}


# --- runs ----------------------------------------------------------------------------------------------------------------

THREE = Sampling("latin_hypercube", 3, ALL)


def test_draws_and_replicates_make_pairs_with_a_number_of_their_own() -> None:
    runs = plan({"x": no_centre()}, 2, SEED, THREE)
    assert [(one.draw, one.replicate) for one in runs] == [(0, 0), (0, 1), (1, 2), (1, 3), (2, 4), (2, 5)]
    assert len({one.id for one in runs}) == 6
    assert len({one.parameters for one in runs}) == 3
    assert [(one.draw, one.replicate) for one in plan({"x": no_centre()}, 2, SEED)] == [(0, 0), (1, 1)]


def test_all_scenarios_of_a_draw_share_its_twin_and_draws_do_not() -> None:
    runs = plan({"half": with_centre(6e6), "whole": with_centre()}, 2, SEED, THREE)
    assert [one.name for one in runs[:3]] == ["half", "whole", "half_twin"]
    twins = {one.replicate: one.id for one in runs if one.name == "half_twin"}
    assert all(one.twin == twins[one.replicate] for one in runs if one.name != "half_twin")
    assert len(runs) == 3 * 2 * 3 and len(set(twins.values())) == 6
    for one in runs:
        assert one.scenario.twin().uncertainties == next(r for r in runs if r.id == twins[one.replicate]).scenario.uncertainties


def test_the_hash_of_a_run_is_that_of_its_scenario_written_out() -> None:
    scenarios = {"a": no_centre(), "b": with_centre(), "c": loguniform(rules={"price": "equal_split", "trust": "none"})}
    for one in plan(scenarios, 1, SEED, THREE):
        again = Scenario.model_validate_json(one.scenario.model_dump_json())
        assert one.parameters == parameters_hash(one.scenario) == parameters_hash(again)
        assert one.id == run_id(parameters_hash(again), SEED, one.replicate)


def test_a_number_drawn_and_the_same_number_typed_in_are_the_same_run() -> None:
    (drawn,) = plan({"x": no_centre()}, 1, SEED, Sampling("random", 1, (Factor("stages.hurdle_years", of=(3.5,)),)))
    base = made_up._base()["uncertainties"]
    typed = no_centre(uncertainties=base | {"stages": base["stages"] | {"hurdle_years": 3.5}})
    assert plan({"x": typed}, 1, SEED)[0].id == drawn.id


def test_numbers_the_design_leaves_out_or_that_are_fixed_stay_as_they_are() -> None:
    typed = made_up._base()["uncertainties"]
    scenario = no_centre(uncertainties=typed | {"stages": typed["stages"] | {"hurdle_years": 3.5}})
    (one, *_) = plan({"x": scenario}, 1, SEED, Sampling("random", 2, tuple(map(Factor, SHAPES))))
    names = [key.removeprefix("uncertainties.") for key in NUMBERS]
    before, after = scenario.uncertainties, one.scenario.uncertainties
    changed = [name for name in names if number_of(before, name) != number_of(after, name)]
    assert changed == ["prices.gate_fee_factor", "jobs.closure_sensitivity"]


def test_a_wider_range_in_one_scenario_moves_its_values_alone() -> None:
    wide, narrow = loguniform(), no_centre()
    runs = plan({"narrow": narrow, "wide": wide}, 1, SEED, THREE)
    alone = plan({"narrow": narrow}, 1, SEED, THREE)
    assert [one.id for one in runs if one.name == "narrow"] == [one.id for one in alone]
    for one, other in zip(runs[::2], runs[1::2], strict=True):
        assert value(one, "prices.capital_factor") != value(other, "prices.capital_factor")
        assert value(one, "prices.gate_fee_factor") == value(other, "prices.gate_fee_factor")


def test_the_order_of_scenarios_and_of_what_is_named_changes_no_run() -> None:
    scenarios = {"a": no_centre(), "b": with_centre(), "c": with_centre(6e6)}
    before = {one.name: one.id for one in plan(scenarios, 1, SEED, THREE)}
    for seed in range(4):
        shuffled = list(scenarios.items())
        random.Random(seed).shuffle(shuffled)
        assert {one.name: one.id for one in plan(dict(shuffled), 1, SEED, THREE)} == before


def test_scenarios_that_become_alike_in_a_draw_are_refused() -> None:
    only = Sampling("random", 1, (Factor("prices.capital_factor", within=(1.0, 1.5)),))
    with pytest.raises(ValueError, match="'a' and 'b' have the same parameters"):
        plan({"a": no_centre(), "b": loguniform()}, 1, SEED, only)


# --- files -------------------------------------------------------------------------------------------------------------------

FILE = """\
title: a sweep
extends: base
region: {municipalities: ['326', '316', '306']}
experiment:
  replicates: 2
  seed: 3
  scenarios: {none: base, mine: centre}
  uncertainties: {design: latin_hypercube, draws: 2, over: OVER}
"""


def written(tmp_path: Path, over: str = "all") -> Path:
    path = tmp_path / "sweep.yaml"
    path.write_text(FILE.replace("OVER", over), encoding="utf-8")
    return path


def over(tmp_path: Path, text: str) -> tuple[Factor, ...]:
    sampling = load_known(written(tmp_path, text)).sampling
    assert sampling and from_data(json.loads(json.dumps(sampling.as_data()))) == sampling
    return sampling.factors


def test_all_is_every_number_that_is_uncertain(tmp_path: Path) -> None:
    assert over(tmp_path, "all") == ALL
    assert over(tmp_path, "[uncertainties]") == ALL


def test_groups_numbers_ranges_and_lists_may_be_named_in_any_order(tmp_path: Path) -> None:
    wage = "uncertainties.prices.wage_dkk_per_h: {low: 1, high: 2}"
    named = over(tmp_path, f"{{uncertainties.trust.vouched: [0, 0.1], uncertainties.prices: null, {wage}}}")
    factors = {factor.name: factor for factor in named}
    assert len(factors) == 11 and list(factors) == [one.name for one in ALL if one.name in factors]
    assert factors["prices.wage_dkk_per_h"].within == (1.0, 2.0)
    assert factors["trust.vouched"].of == (0.0, 0.1)
    assert factors["prices.gate_fee_factor"] == Factor("prices.gate_fee_factor")


def test_a_fixed_number_may_be_given_a_range(tmp_path: Path) -> None:
    assert over(tmp_path, "{uncertainties.ghali.event_size: {low: 0, high: 1}}") == (Factor("ghali.event_size", (0.0, 1.0)),)


# --- results -----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up result of two draws with two replicates each, in which one run failed."""

    def simulate(scenario: Scenario, seed: int, replicate: int) -> object:
        if replicate == 3 and scenario.levers.centre:
            raise RuntimeError("broken")
        return made_up.simulate(scenario, seed, replicate)

    folder = tmp_path_factory.mktemp("drawn")
    options = ["--workers", "1", "--engine", "agents", "--out", str(folder / "out")]
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(worker.ENGINES, "agents", simulate)
        patched.setitem(worker.SECONDS_A_RUN, "agents", 0.0)  # so little is done in this process
        assert run.main(["run", str(written(folder)), *options]) == run.SOME_FAILED
    return folder / "out"


def rows(folder: Path) -> list[dict[str, object]]:
    names = ("run", "scenario", "draw", "replicate", "seed")
    found = duckdb.sql(f"SELECT {', '.join(names)} FROM '{folder}/runs.parquet'").fetchall()
    return [dict(zip(names, row, strict=True)) for row in found]


def test_a_run_found_again_in_its_result_has_the_same_id(result: Path) -> None:
    for row in rows(result):
        again = run_id(parameters_hash(scenario_of_run(result, row)), row["seed"], row["replicate"])  # type: ignore[arg-type]
        assert again == row["run"]
    assert {(row["draw"], row["replicate"]) for row in rows(result)} == {(0, 0), (0, 1), (1, 2), (1, 3)}


def test_a_run_that_failed_is_found_again_too(result: Path) -> None:
    (failed,) = json.loads((result / "failed_runs.json").read_text(encoding="utf-8"))
    again = scenario_of_run(result, failed | {"draw": 1})
    assert run_id(parameters_hash(again), failed["seed"], failed["replicate"]) == failed["run"]


def test_the_stored_scenario_keeps_its_distributions_and_the_provenance_the_design(result: Path) -> None:
    (stored,) = load_known(result / "scenarios" / "mine.yaml").scenarios.values()
    assert number_of(stored.uncertainties, "stages.hurdle_years").shape == "triangular"
    provenance = json.loads((result / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["parameters"]["mine"] == parameters_hash(stored)
    assert from_data(provenance["asked"]["sampling"]) == Sampling("latin_hypercube", 2, ALL)
    assert provenance["tables"]["design"]


def test_the_table_of_draws_has_rows_for_each_scenario_only_where_these_differ() -> None:
    alike = design_columns(plan({"a": no_centre(), "b": with_centre()}, 2, SEED, THREE))
    assert alike is not None and list(alike["scenario"].words) == []
    assert len(alike["value"]) == 3 * len(ALL)
    differing = design_columns(plan({"a": no_centre(), "b": loguniform()}, 2, SEED, THREE))
    assert differing is not None and list(differing["scenario"].words) == ["a", "b"]
    assert len(differing["value"]) == 2 * 3 * len(ALL)
    assert design_columns(plan({"a": no_centre()}, 2, SEED)) is None


def test_many_runs_are_planned_in_little_room() -> None:
    import tracemalloc

    scenarios = {f"s{i}": with_centre(1e6 * (i + 1)) for i in range(9)} | {"none": no_centre()}
    tracemalloc.start()
    runs = plan(scenarios, 10, SEED, Sampling("latin_hypercube", 100, ALL))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(runs) == 10_000 and most / len(runs) < 3_000  # bytes a run: 300 MB for 100,000


def test_a_design_of_many_draws_is_no_little_work_and_is_shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    few, many = (_job_of(draws) for draws in (2, 512))
    assert not isinstance(workforce(few, Workers()), partial)
    assert isinstance(workforce(many, Workers()), partial)


def _job_of(draws: int) -> Job:
    arguments = run._parser().parse_args(["run", "sweep", "--set", f"experiment.uncertainties.draws={draws}"])
    return asked_job(arguments)
