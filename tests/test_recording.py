"""How closely a run is recorded changes nothing but what is kept of it."""

from pathlib import Path

import numpy as np
import pytest

import run as command_line
from analysis import figures
from analysis.figures import drawable
from analysis.reading.results import MEASURES_READ, open_results
from analysis.summary import write_report
from analysis.texts import load
from model import months
from model.agents.region import Region
from model.experiment.commands.asked_job import asked_job
from model.experiment.plan.design import plan
from model.experiment.results.store import read_table
from model.experiment.results.tables import NAMES_BY_MONTH, tabulated
from model.month import simulate as compiled
from model.outcomes import FLOW, NAMES, OUTSIDE, REGION, STOCK, VARIABLES
from model.record import RunResult
from model.recording import CASES_KEPT, LEVELS, Recording
from tests import made_up
from tests.first_difference import ABSOLUTE, RELATIVE
from tests.test_engine import with_every_lever
from tests.worlds import run, shorn


@pytest.fixture(scope="module")
def by_month() -> RunResult:
    _, scenario, seed, replicate, tables = with_every_lever()
    return run(scenario, tables, seed, replicate, by_month=True).result()


def test_recording_months_changes_nothing_else_in_a_run(by_month: RunResult) -> None:
    _, scenario, seed, replicate, tables = with_every_lever()
    by_year = run(scenario, tables, seed, replicate).result()
    assert shorn(by_month) == shorn(by_year)
    assert by_month.outcomes.tobytes() == by_year.outcomes.tobytes() and by_month.centre == by_year.centre
    assert len(by_year.by_month) == 0


def test_both_engines_record_the_same_months(by_month: RunResult) -> None:
    _, scenario, seed, replicate, tables = with_every_lever()
    by_engine = compiled.simulate(scenario, seed, replicate, tables, by_month=True)
    np.testing.assert_allclose(by_engine.by_month, by_month.by_month, rtol=RELATIVE, atol=ABSOLUTE)
    assert by_engine.first_month == by_month.first_month == scenario.horizon.recorded_from


def test_months_add_up_to_years_and_a_year_ends_as_its_last_month_does(by_month: RunResult) -> None:
    of_year = np.array([months.year(by_month.first_month + passed) for passed in range(len(by_month.by_month))])
    stocks, flows = ([i for i, one in enumerate(VARIABLES) if one.kind == kind] for kind in (STOCK, FLOW))
    assert by_month.by_month[..., flows].any() and by_month.by_month[..., stocks].any()
    for year, told in zip(by_month.years, by_month.outcomes, strict=True):
        its_months = by_month.by_month[of_year == year]
        np.testing.assert_allclose(its_months[..., flows].sum(axis=0), told[..., flows], rtol=1e-9, atol=1e-6)
        assert np.array_equal(its_months[-1][..., stocks], told[..., stocks])


def parts_of(result: RunResult, recording: Recording) -> dict[str, object]:
    (twin,) = plan({"no_centre": made_up.no_centre()}, 1, seed=7)
    return tabulated([(twin._replace(recording=recording), result)])[twin.id]


@pytest.mark.parametrize("period", ["year", "month"])
def test_the_region_is_the_sum_of_its_municipalities_and_what_lies_outside_stays_apart(
    by_month: RunResult, period: str
) -> None:
    table = "outcomes" if period == "year" else "outcomes_by_month"
    whole, parts = (parts_of(by_month, Recording(f"{period}_{place}"))[table] for place in ("region", "municipality"))
    places = len(by_month.municipalities)
    variables = len(NAMES if period == "year" else NAMES_BY_MONTH)
    each = parts.columns["value"].reshape(-1, places, variables)
    together = whole.columns["value"].reshape(-1, 2, variables)
    assert whole.columns["municipality"].words == (REGION, OUTSIDE)
    outside = by_month.municipalities.index(OUTSIDE)
    np.testing.assert_allclose(together[:, 0], np.delete(each, outside, axis=1).sum(axis=1))
    assert np.array_equal(together[:, 1], each[:, outside])


@pytest.mark.parametrize("level", LEVELS)
def test_a_table_by_month_is_there_only_where_months_are_recorded(by_month: RunResult, level: str) -> None:
    assert ("outcomes_by_month" in parts_of(by_month, Recording(level))) == level.startswith("month")


def test_the_cases_kept_are_all_or_those_that_came_to_an_end_or_none(by_month: RunResult) -> None:
    kept = {cases: parts_of(by_month, Recording(cases=cases))["cases"].rows for cases in CASES_KEPT}
    ended = sum(case.ended >= 0 or bool(case.private) for case in by_month.cases)  # else the end of a private one would show
    assert kept == {"none": 0, "ended": ended, "all": len(by_month.cases)} and 0 < ended < len(by_month.cases)


# --- what is made of it ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def closely_and_roughly(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("recorded")
    short = ["--set", "horizon.start=2009-01", "--set", "horizon.recorded_from=2010-01", "--set", "horizon.end=2015-12"]
    asked = ["run", "centre", "--replicates", "2", "--workers", "1", *short]
    close, rough = folder / "close", folder / "rough"
    assert command_line.main([*asked, "--out", str(close)]) == 0
    assert command_line.main([*asked, "--record", "year_region", "--cases", "none", "--out", str(rough)]) == 0
    return close, rough


def test_every_measure_is_the_same_however_roughly_it_was_recorded(closely_and_roughly: tuple[Path, Path]) -> None:
    close, rough = closely_and_roughly
    with open_results(close) as one, open_results(rough) as other:
        for measure in MEASURES_READ:
            ours, theirs = one.pairs(measure), other.pairs(measure)
            assert [pair[:3] for pair in ours] == [pair[:3] for pair in theirs] and ours
            np.testing.assert_allclose([p.difference for p in ours], [p.difference for p in theirs], rtol=1e-9, atol=1e-9)


def test_a_rough_result_takes_a_small_part_of_the_room(closely_and_roughly: tuple[Path, Path]) -> None:
    close, rough = (sum(path.stat().st_size for path in folder.glob("*.parquet")) for folder in closely_and_roughly)
    assert rough < close / 2


def test_what_a_rough_result_cannot_show_says_why_and_how_it_could(closely_and_roughly: tuple[Path, Path]) -> None:
    _, rough = closely_and_roughly
    with open_results(rough) as results:
        told = {name: one for name, one in drawable(results, load("en")) if isinstance(one, str)}
    assert set(told) >= {"funnel", "map"} and set(told) < set(figures.FIGURES)
    assert "--cases all" in told["funnel"] and "--record year_municipality" in told["map"]


def test_a_rough_result_has_a_report_that_says_what_it_cannot_tell(closely_and_roughly: tuple[Path, Path]) -> None:
    _, rough = closely_and_roughly
    page = write_report(rough, "en").read_text(encoding="utf-8")
    assert "not all cases were kept" in page and "so none of a single municipality can be shown" in page


def test_an_experiment_says_how_it_is_recorded_and_the_command_line_wins(tmp_path: Path) -> None:
    asks = "replicates: 1, seed: 1, record: year_region, cases: none, scenarios: {x: {title: why}}"
    text = f"extends: base\nexperiment: {{{asks}}}\n"
    path = tmp_path / "rough.yaml"
    path.write_text(text, encoding="utf-8")
    for options, expected in (([], ("year_region", "none")), (["--cases", "all"], ("year_region", "all"))):
        arguments = command_line._parser().parse_args(["run", str(path), *options])
        assert asked_job(arguments).recording == expected


def test_the_provenance_tells_how_closely_runs_were_recorded(closely_and_roughly: tuple[Path, Path]) -> None:
    _, rough = closely_and_roughly
    with open_results(rough) as results:
        assert results.recording == Recording("year_region", "none")
    assert read_table(rough, "cases")["case"].size == 0


def test_regions_that_are_stepped_by_hand_record_no_months() -> None:
    region = Region(made_up.no_centre(horizon={"start": "2011-01", "recorded_from": "2011-01", "end": "2011-02"}), 7, 0)
    assert not region.recorder.takes_stocks_monthly
