"""Figures over paired runs: mean, range of outcomes and calculation error, never mixed."""

import csv
import math
from pathlib import Path

import pytest
from made_up_folder import write_folder

from analysis.reading.results import open_results
from analysis.reading.tables import DIFFERENCE, LEVEL, Figure, class_means, comparison, fan, run_years, write_csv

TWO = {"no_centre": "", "centre_6m": "no_centre"}


def five_pairs(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
    return replicate + 1.0 if (scenario, place, name) == ("centre_6m", "326", "operating") else 0.0


def test_mean_range_and_calculation_error_of_five_pairs(tmp_path: Path) -> None:
    with open_results(write_folder(tmp_path, TWO, 5, (2014,), five_pairs)) as results:
        figures = [figure for figure in comparison(results, (2014,)) if figure.measure == "operating"]
    assert [figure.kind for figure in figures] == [LEVEL, DIFFERENCE]
    figure = figures[1]
    assert (figure.runs, figure.mean, figure.above, figure.below) == (5, 3, 5, 0)
    assert math.isnan(figure.range_low) and math.isnan(figure.range_high)  # five pairs are too few for a range
    assert figure.calculation_error == pytest.approx(1.963243, abs=1e-6)  # t(0.975, 4) = 2.776445, times sqrt(2.5 / 5)


def test_from_forty_pairs_on_the_range_holds_90_per_cent_and_the_fan_its_middle_half(tmp_path: Path) -> None:
    with open_results(write_folder(tmp_path, TWO, 41, (2014,), five_pairs)) as results:
        year = next(one for one in fan(results, "operating") if one.kind == DIFFERENCE)
    assert (year.range_low, year.inner_low, year.median, year.inner_high, year.range_high) == (2, 11, 21, 31, 40)


def test_below_forty_pairs_a_fan_has_no_range_and_shows_its_runs(tmp_path: Path) -> None:
    with open_results(write_folder(tmp_path, TWO, 39, (2014,), five_pairs)) as results:
        year = next(one for one in fan(results, "operating") if one.kind == DIFFERENCE)
        runs = [one.value for one in run_years(results, "operating") if one.kind == DIFFERENCE]
    assert all(math.isnan(getattr(year, name)) for name in ("range_low", "range_high", "inner_low", "inner_high"))
    assert runs == list(range(1, 40))


def test_of_jobs_the_mean_is_weighted_and_range_and_counts_are_of_closures_that_happened(tmp_path: Path) -> None:
    def jobs(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        if place == "outside" or scenario == "no_centre":
            return 0.0
        return {"jobs_lost_weighted": -2.0, "jobs_lost_realised": float(-replicate)}.get(name, 0.0)

    with open_results(write_folder(tmp_path, TWO, 40, (2014,), jobs)) as results:
        figures = [one for one in comparison(results, (2014,)) if one.kind == DIFFERENCE]
    jobs_retained = next(one for one in figures if one.measure == "jobs_retained")
    assert (jobs_retained.mean, jobs_retained.range_low, jobs_retained.range_high) == (2, 1, 38)
    assert (jobs_retained.above, jobs_retained.below, jobs_retained.calculation_error) == (39, 0, 0)


def test_a_class_is_averaged_over_the_pairs_that_have_none_of_it_too(tmp_path: Path) -> None:
    def classes(scenario: str, replicate: int, year: int) -> dict[str, tuple[int, float]]:
        return {"came_earlier": (4, 2e6)} if replicate == 0 else {}

    with open_results(write_folder(tmp_path, TWO, 4, (2014,), five_pairs, classes)) as results:
        means = {one.kind: one for one in class_means(results, (2014,))}
    assert (means["came_earlier"].exchanges, means["came_earlier"].savings_mdkk, means["came_earlier"].runs) == (
        1,
        0.5,
        4,
    )
    assert means["other"].exchanges == means["other"].savings_mdkk == 0


def test_a_csv_keeps_full_numbers_and_leaves_what_cannot_be_estimated_empty(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    row = Figure("savings", "m DKK", 2014, "=1+1", DIFFERENCE, 1, 1 / 3, math.nan, math.nan, 1, 0, math.nan)
    write_csv(path, [row], Figure._fields)
    assert path.read_bytes().count(b"\r") == 0
    with path.open(encoding="utf-8", newline="") as file:
        (read,) = csv.DictReader(file)
    assert read["mean"] == "0.3333333333"
    assert read["calculation_error"] == ""
    assert read["scenario"] == "'=1+1"  # a spreadsheet must not run it
