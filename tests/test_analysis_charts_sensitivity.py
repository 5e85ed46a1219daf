"""Jobs retained against the closure sensitivity that each run drew."""

import math
from pathlib import Path

import pytest
from made_up_folder import write_folder
from report_folder import about

from analysis.charts import sensitivity as chart
from analysis.reading.results import open_results
from analysis.reading.sensitivity import JobsAt, assumed_range, jobs_by_sensitivity

TWO = {"no_centre": "", "centre_12m": "no_centre"}


def runs(slope: float, scatter: float = 0.1, points: int = 12) -> list[JobsAt]:
    """Runs on a line through 1 at a sensitivity of 3, every second one above it and the others below."""
    drawn = [3 + 22 * k / (points - 1) for k in range(points)]
    return [JobsAt("centre_12m", k, 2024, x, 1 + slope * (x - 3) + scatter * (-1) ** k) for k, x in enumerate(drawn)]


def draw(rows: list[JobsAt], assumed: tuple[float, float] = (3.0, 25.0), language: str = "en"):
    return chart.draw(rows, assumed, about(language, "12 of 12"))


def test_each_paired_run_is_a_point_at_what_it_drew(tmp_path: Path) -> None:
    def lost(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        return (10.0 - 2 * replicate * (scenario != "no_centre")) * (name == "jobs_lost_weighted") * (place == "326")

    folder = write_folder(tmp_path, TWO, 3, (2011, 2024), lost, sensitivity=lambda k: 5.0 + k)
    with open_results(folder) as results:
        rows = jobs_by_sensitivity(results, "centre_12m", 2024)
    assert [(row.closure_sensitivity, row.jobs_retained) for row in rows] == [(5.0, 0.0), (6.0, 2.0), (7.0, 4.0)]


@pytest.mark.parametrize(
    ("slope", "said"),
    [
        (0.5, "the more jobs are retained, according to the model: 1.0 on the line"),
        (-0.5, "the fewer jobs are retained"),
        (0.0, "the runs cannot tell"),
    ],
)
def test_the_title_says_whether_the_slope_is_told_apart_from_nothing(slope: float, said: str) -> None:
    assert said in draw(runs(slope)).title


def test_two_runs_make_no_line() -> None:
    with pytest.raises(ValueError, match="three points or more"):
        draw(runs(0.5, points=2))


def test_the_caption_reads_the_line_at_both_ends_of_the_assumption() -> None:
    caption = draw(runs(0.5, scatter=0.0), language="da").caption
    assert "+0,50 årsværk pr. enhed (konfidensinterval +0,50 til +0,50" in caption
    assert "Ved en følsomhed på 3 giver linjen 1,0 årsværk, ved 25 giver den 12,0" in caption
    assert "12 of 12" in caption


def test_the_ends_of_the_assumption_are_marked_and_the_line_reaches_from_one_to_the_other() -> None:
    axes = draw(runs(0.5)).figure.axes[0]
    dotted = sorted(line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == ":")
    assert dotted == [3, 25]
    (line,) = [line for line in axes.lines if line.get_color() == chart.LINE]
    assert (line.get_xdata()[0], line.get_xdata()[-1]) == (3, 25)
    assert line.get_ydata()[0] == pytest.approx(1, abs=0.1)


def test_a_result_without_the_assumption_is_read_at_the_ends_of_what_was_drawn() -> None:
    axes = draw(runs(0.5), (math.nan, math.nan)).figure.axes[0]
    assert sorted(line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == ":") == [3, 25]


def test_the_assumption_is_read_from_the_stored_scenario(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    text = "uncertainties:\n  jobs:\n    closure_sensitivity: {value: 14, low: 3, high: 25}\n"
    (tmp_path / "scenarios" / "s.yaml").write_text(text)
    (tmp_path / "scenarios" / "fixed.yaml").write_text("uncertainties: {jobs: {closure_sensitivity: 10}}\n")
    assert assumed_range(tmp_path, "s") == (3, 25)
    assert all(map(math.isnan, assumed_range(tmp_path, "fixed") + assumed_range(tmp_path, "none")))


def test_a_run_far_from_all_others_stands_at_the_edge_with_its_number_and_turns_nothing() -> None:
    plain = runs(0.5)
    far = [*plain, JobsAt("centre_12m", 12, 2024, 16.0, -164.4)]
    figure = draw(far)
    axes = figure.figure.axes[0]
    assert axes.get_ylim()[0] > -100
    assert [text.get_text() for text in axes.texts] == ["\N{MINUS SIGN}164.4"]
    assert "beyond the axis (1)" in figure.caption
    assert "the more jobs are retained" in figure.title and "the more jobs are retained" in draw(plain).title
    assert len(figure.rows) == 13
