"""Scenarios compared: who is told apart, and by which error."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from made_up_folder import write_folder
from report_folder import about

from analysis.charts import forest
from analysis.charts.style import save
from analysis.reading.contrasts import Contrast, contrasts
from analysis.reading.estimate import ALONE, MORE, UNCLEAR
from analysis.reading.results import open_results
from model.experiment.results.intervals import calculation_error, simultaneous_error

SCENARIOS = {"no_centre": "", "centre_6m": "no_centre", "centre_12m": "no_centre", "centre_24m": "no_centre"}
LUCK = (0.0, 1.0, -1.0, 2.0, -2.0)


def saved(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
    """The 6 m centre saves 0.1 m DKK a year, that of 12 m as much less luck, that of 24 m 0.05 more than that of 12 m."""
    if place == "outside" or name != "savings_supplier":
        return 0.0
    luck = LUCK[replicate] * 1e6
    return {"no_centre": 0.0, "centre_6m": 1e5, "centre_12m": 1e5 + luck, "centre_24m": 1.5e5 + luck}[scenario]


@pytest.fixture
def rows(tmp_path: Path) -> list[Contrast]:
    with open_results(write_folder(tmp_path, SCENARIOS, 5, (2013, 2014), saved)) as results:
        return contrasts(results, [("savings", 2014), ("jobs_retained", 2014)])


def of(rows: list[Contrast], scenario: str) -> Contrast:
    return next(row for row in rows if (row.scenario, row.measure) == (scenario, "savings"))


def test_scenarios_stand_in_the_order_of_the_experiment(rows: list[Contrast]) -> None:
    assert [row.scenario for row in rows] == ["centre_6m", "centre_12m", "centre_24m"] * 2


def test_the_error_holds_for_all_scenarios_together_and_the_tables_own_stands_beside_it(rows: list[Contrast]) -> None:
    row, values = of(rows, "centre_12m"), [0.2 + 2 * luck for luck in LUCK]
    assert (row.runs, row.scenarios) == (5, 3)
    assert row.simultaneous_error == pytest.approx(simultaneous_error(values, 3))
    assert row.calculation_error == pytest.approx(calculation_error(values))
    assert row.simultaneous_error > row.calculation_error


def test_luck_that_scenarios_share_cancels_between_them_but_not_against_no_policy(rows: list[Contrast]) -> None:
    row = of(rows, "centre_24m")
    assert row.told_from_zero == UNCLEAR  # 0.3 m DKK among luck of 4
    assert row.told_from_reference == MORE  # and 0.1 more than the centre of 12 m in every run
    assert row.reference_difference == pytest.approx(0.1)
    assert of(rows, "centre_6m").told_from_zero == MORE
    assert of(rows, "centre_6m").told_from_reference == UNCLEAR


def test_the_reference_is_not_held_against_itself(rows: list[Contrast]) -> None:
    row = of(rows, "centre_12m")
    assert (row.reference_runs, row.told_from_reference) == (0, "")
    assert math.isnan(row.reference_difference)


def test_a_failed_run_is_missing_from_its_own_comparisons_only(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, SCENARIOS, 5, (2014,), saved, lost=["centre_24m-3"])
    with open_results(folder) as results:
        found = contrasts(results, [("savings", 2014)])
    assert [(row.runs, row.reference_runs) for row in found] == [(5, 5), (5, 0), (4, 4)]


def test_the_title_counts_what_is_told_apart_in_the_last_years_savings(rows: list[Contrast]) -> None:
    title = forest.draw(rows, about()).title
    assert "more in 1 of 3 scenarios, less in 0; in 2 the runs cannot tell" in title
    none = [row._replace(told_from_zero=UNCLEAR) for row in rows]
    assert "none of the 3 scenarios" in forest.draw(none, about()).title
    every = [row._replace(told_from_zero=MORE) for row in rows]
    assert forest.draw(every, about()).title.endswith("more in 3 of 3 scenarios, less in 0")


def test_marks_stand_at_the_numbers_and_the_triangles_at_what_differs_from_the_reference(rows: list[Contrast]) -> None:
    chart = forest.draw(rows, about())
    panel = chart.figure.axes[0]
    diamonds = {line.get_ydata()[0]: line.get_xdata()[0] for line in panel.lines if line.get_marker() == "D"}
    assert diamonds == pytest.approx({0: 0.2, 1: 0.2, 2: 0.3})
    filled = [line.get_ydata()[0] for line in panel.lines if line.get_marker() == "D" and line.get_color() != "white"]
    assert filled == [0]
    assert [line.get_ydata()[0] for line in panel.lines if line.get_marker() == "^"] == [2]
    bars = [line for line in panel.lines if line.get_linewidth() == 5]
    assert np.diff(bars[1].get_xdata())[0] == pytest.approx(2 * of(rows, "centre_12m").simultaneous_error)


def test_one_run_shows_means_without_an_error(tmp_path: Path) -> None:
    with open_results(write_folder(tmp_path, SCENARIOS, 1, (2014,), saved)) as results:
        found = contrasts(results, [("savings", 2014)])
    assert {row.told_from_zero for row in found} == {ALONE}
    chart = forest.draw(found, about("da"))
    assert "ingen af de 3 scenarier" in chart.title
    assert not [line for line in chart.figure.axes[0].lines if line.get_linewidth() == 5]


def test_the_data_keep_both_errors_and_the_reference(rows: list[Contrast], tmp_path: Path) -> None:
    save(forest.draw(rows, about()), tmp_path / "f")
    with (tmp_path / "f" / "forest.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert float(read[1]["simultaneous_error"]) > float(read[1]["calculation_error"])
    assert {row["reference"] for row in read} == {"centre_12m"}


def test_a_scenario_alone_is_no_comparison(rows: list[Contrast]) -> None:
    with pytest.raises(ValueError, match="one scenario alone"):
        forest.draw(rows[:1], about())
