"""Figures, bands and roles stand in one file; pages are made from it, and each figure is measured as the file says."""

import math
import re
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pytest

from analysis import face_validity
from analysis.face_validity import BANDS, RESULTS, ROLES, band, bands_table, results_table, roles_table
from analysis.page import significant, table
from analysis.reading.bands import MISSED, NO_BAND, UNTOLD, WITHIN, Figure, Found, found, ratio_interval, read, verdict
from analysis.reading.quantities import Quantity, quantity, values
from model.experiment.results.intervals import calculation_error
from model.experiment.results.tables import PRIVATE
from model.outcomes import FLOW, NAMED, NAMES, OUTSIDE, VARIABLES

DOCS = Path(__file__).parents[1] / "docs"
HELD = read(DOCS / "face-validity.yaml")
QUANTITIES = [one for figure in HELD.figures for one in (figure.measured, figure.per) if one]
KINDS = {variable.name: variable.kind for variable in VARIABLES}


def between(page, marks):
    return (DOCS / page).read_text(encoding="utf-8").split(marks[0])[1].split(marks[1])[0]


class Made:
    """Tables made in memory, which answer as those of a result do."""

    replicates = 3

    def __init__(self, **tables):
        self.database = duckdb.connect()
        for name, (columns, rows) in tables.items():
            self.database.execute(f"CREATE TABLE {name} ({columns})")
            marks = ", ".join("?" * len(columns.split(",")))
            if rows:
                self.database.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)

    def query(self, query, told=None):
        return self.database.execute(query, told or {}).fetchall()


OUTCOMES = "scenario TEXT, replicate INT, year INT, municipality TEXT, variable TEXT, value DOUBLE"
CASES = (
    "scenario TEXT, replicate INT, mode TEXT, opened_by TEXT, helped_months INT, "
    "opened TEXT, assessed TEXT, matched TEXT, started TEXT"
)
CENTRE = "scenario TEXT, replicate INT, staff_fte DOUBLE"


def outcomes(*rows):
    return Made(outcomes=(OUTCOMES, rows))


# --- what a quantity is ----------------------------------------------------------------------------------------------


TOLD = outcomes(
    ("with", 0, 2011, "a", "matched", 3.0),
    ("with", 0, 2012, "a", "matched", 4.0),
    ("with", 0, 2012, "b", "matched", 10.0),
    ("with", 0, 2012, "a", "built", 100.0),
    ("with", 0, 2013, "a", "matched", 1000.0),
    ("with", 1, 2012, "a", "matched", 5.0),
    ("without", 0, 2012, "a", "matched", 1.0),
)


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        ({"sum": (2011, 2012)}, {0: 17.0, 1: 5.0}),
        ({"end": 2012}, {0: 14.0, 1: 5.0}),
        ({"change": (2011, 2012)}, {0: 11.0, 1: 5.0}),
        ({"end": 2012, "places": ("b",)}, {0: 10.0}),
        ({"end": 2012, "other_than": ("b",)}, {0: 4.0, 1: 5.0}),
        ({"end": 2012, "outcomes": ("matched", "built")}, {0: 114.0, 1: 5.0}),
    ],
    ids=lambda told: " ".join(told) if isinstance(told, dict) and 0 not in told else "",
)
def test_outcomes_are_added_up_over_years_and_places(described, expected):
    assert values(TOLD, Quantity(**{"scenario": "with", "outcomes": ("matched",)} | described)) == expected


def test_a_scenario_is_taken_away_in_the_replicates_that_both_have():
    assert values(TOLD, Quantity("with", less="without", outcomes=("matched",), end=2012)) == {0: 13.0}


def test_cases_are_counted_by_a_condition_and_a_replicate_without_any_counts_none():
    modes = (0, "truck"), (0, "pooled"), (1, "pooled")
    rows = [("with", k, mode, "firm", 0, "2012-01", None, None, None) for k, mode in modes]
    assert values(Made(cases=(CASES, rows)), Quantity("with", cases="mode <> 'pooled'")) == {0: 1.0, 1: 0.0}


def test_a_query_is_asked_of_its_scenario_and_nothing_is_no_value():
    made = Made(centre=(CENTRE, [("with", 0, 2.0), ("with", 0, 4.0), ("with", 1, None), ("other", 0, 9.0)]))
    asked = "SELECT replicate, avg(staff_fte) FROM centre WHERE scenario = $scenario GROUP BY 1"
    assert values(made, Quantity("with", query=asked)) == {0: 3.0}


@pytest.mark.parametrize(
    "described",
    [
        {"scenario": "with"},
        {"scenario": "with", "outcomes": ["matched"]},
        {"scenario": "with", "outcomes": ["matched"], "end": 2012, "sum": [2011, 2012]},
        {"scenario": "with", "outcomes": ["matched"], "end": 2012, "cases": "true"},
        {"scenario": "with", "cases": "true", "end": 2012},
    ],
)
def test_a_quantity_that_is_none_or_several_is_refused(described):
    with pytest.raises(ValueError, match="a quantity is"):
        quantity(described)


# --- what runs say of a figure ---------------------------------------------------------------------------------------


ABOVE, BELOW = np.array([3.0, 5.0, 4.0, 8.0]), np.array([10.0, 14.0, 9.0, 17.0])
FIGURE = Figure("a figure", "t", "hand", ("input",), "so", Quantity("with", outcomes=("matched",), end=2012), low=1, high=2)


def test_the_interval_of_a_ratio_by_ones_is_that_of_the_mean():
    error = calculation_error(ABOVE)
    assert ratio_interval(ABOVE, np.ones(4)) == pytest.approx((ABOVE.mean() - error, ABOVE.mean() + error))


def test_the_ends_of_a_ratios_interval_are_where_above_less_ratio_times_below_is_just_told_from_nothing():
    for end in ratio_interval(ABOVE, BELOW):
        assert abs((ABOVE - end * BELOW).mean()) == pytest.approx(calculation_error(ABOVE - end * BELOW))


def test_a_ratio_has_no_interval_where_what_it_is_divided_by_cannot_be_told_from_nothing():
    assert all(map(math.isnan, ratio_interval(ABOVE, np.array([-1.0, 2.0, -3.0, 4.0]))))
    assert all(map(math.isnan, ratio_interval(np.array([1.0]), np.array([1.0]))))


def test_an_interval_for_several_figures_is_wider():
    low, high = ratio_interval(ABOVE, BELOW)
    of_two = ratio_interval(ABOVE, BELOW, 2)
    assert of_two[0] < low < high < of_two[1]


def test_a_ratio_is_that_of_the_means_times_its_factor():
    told = ((0, "matched", 1.0), (0, "built", 10.0), (1, "matched", 3.0), (1, "built", 10.0))
    made = outcomes(*(("with", k, 2012, "a", name, value) for k, name, value in told))
    figure = FIGURE._replace(per=Quantity("with", outcomes=("built",), end=2012), times=100)
    assert found(made, figure).mean == pytest.approx(20)
    assert found(made, figure._replace(fullest=True)).mean == pytest.approx(30)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(1.1, 1.9, WITHIN), (0.5, 0.9, MISSED), (2.1, 3, MISSED), (0.9, 1.5, UNTOLD), (1.5, 2.1, UNTOLD), (0, 3, UNTOLD)],
)
def test_a_verdict_asks_for_the_whole_interval(low, high, expected):
    assert verdict(FIGURE, Found((low + high) / 2, low, high, math.nan, math.nan)) == expected


def test_without_an_interval_the_value_decides_and_without_a_band_nothing():
    alone = [math.nan] * 4
    assert (verdict(FIGURE, Found(1.5, *alone)), verdict(FIGURE, Found(2.5, *alone))) == (WITHIN, MISSED)
    assert verdict(FIGURE._replace(low=math.nan, high=math.nan), Found(1.5, *alone)) == NO_BAND


def test_numbers_have_three_digits_and_a_minus_sign():
    assert [significant(n) for n in (0.06114, -0.0254, 263.4, -20.0, -0.0)] == ["0.0611", "−0.0254", "263", "−20", "0"]
    assert table(("a", "b"), [("1", "2")]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"


# --- what the file holds ---------------------------------------------------------------------------------------------


def test_every_role_is_used_and_a_figure_without_a_band_has_no_other():
    assert {role for figure in HELD.figures for role in figure.roles} == set(HELD.roles)
    assert all(figure.has_band != (NO_BAND in figure.roles) for figure in HELD.figures)
    assert all(figure.low < figure.high for figure in HELD.figures if figure.has_band)
    assert len({figure.figure for figure in HELD.figures}) == len(HELD.figures)


def test_a_role_without_a_meaning_is_refused(tmp_path):
    told = (DOCS / "face-validity.yaml").read_text(encoding="utf-8").replace("roles: [imposed]", "roles: [hoped]")
    path = tmp_path / "told.yaml"
    path.write_text(told, encoding="utf-8")
    with pytest.raises(ValueError, match="hoped"):
        read(path)


def test_kalundborg_is_its_municipality_and_the_named_firms_and_elsewhere_leaves_out_both_and_what_lies_beyond():
    told = [one for one in QUANTITIES if "326" in one.places + one.other_than]
    assert {bool(one.places) for one in told} == {True, False}
    assert all(NAMED in one.places for one in told if one.places)
    assert all({NAMED, OUTSIDE} < set(one.other_than) for one in told if one.other_than)
    spoken_of = [f for f in HELD.figures if "Kalundborg" in f.figure]
    assert spoken_of
    assert all("326" in one.places + one.other_than for f in spoken_of for one in (f.measured, f.per) if one)


def test_what_stands_at_the_end_of_a_year_is_never_added_up_over_years():
    assert {name for one in QUANTITIES for name in one.outcomes} <= set(NAMES)
    assert all(KINDS[name] == FLOW for one in QUANTITIES if one.sum for name in one.outcomes)
    assert all(one.less for one in QUANTITIES if "jobs_lost_weighted" in one.outcomes)


def test_no_figure_asks_for_what_the_cases_of_named_firms_do_not_show():
    asked = " ".join(one.cases + one.query for one in QUANTITIES)
    assert "started" in asked
    assert not [column for column in PRIVATE if re.search(rf"\b{column}\b", asked)]


# --- the pages -------------------------------------------------------------------------------------------------------


def test_bands_and_roles_stand_in_the_pages_as_in_the_file():
    assert between("face-validity.md", BANDS) == bands_table(HELD)
    assert between("ODD.md", ROLES) == roles_table(HELD)


def result_rows():
    lines = between("face-validity.md", RESULTS).splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| ")][2:]


def test_every_figure_has_a_result_beside_its_band_and_roles():
    expected = [[figure.figure, ", ".join(figure.roles), band(figure)] for figure in HELD.figures]
    assert [row[:3] for row in result_rows()] == expected


def test_a_verdict_of_the_page_agrees_with_the_numbers_beside_it():
    number = r"[−\d.]+"
    for figure, row in zip(HELD.figures, result_rows(), strict=True):
        told = row[6].strip("*")
        ends = [float(end.replace("−", "-")) for end in re.findall(number, row[4] if row[4] != "–" else row[3])]
        low, high = ends[0], ends[-1]
        if told == WITHIN:
            assert figure.low <= low <= high <= figure.high, figure.figure
        elif told == MISSED:
            assert high < figure.low or figure.high < low, figure.figure
            assert row[6].startswith("**")
        else:
            assert told == (UNTOLD if figure.has_band else NO_BAND), figure.figure


def test_the_page_counts_its_verdicts():
    told = [row[6].strip("*") for row in result_rows()]
    page = (DOCS / "face-validity.md").read_text(encoding="utf-8")
    words = {2: "two", 5: "five"}
    held, within = sum(figure.has_band for figure in HELD.figures), told.count(WITHIN)
    missed, untold = (words[told.count(one)] for one in (MISSED, UNTOLD))
    said = f"Of {held} figures with a band {within} lie within it, {missed} beside it, and of {untold} it cannot be told."
    assert said in page


def small_result():
    """Three replicates of three scenarios in which every variable is there, a little more with a centre."""
    scenarios = {"no_centre": 0, "centre_12m": 1, "centre_24m": 2}
    told = [
        (scenario, k, year, place, name, 10.0 + k + strength * (k + 1))
        for scenario, strength in scenarios.items()
        for k in range(3)
        for year in range(2008, 2025)
        for place in ("326", "316", NAMED, OUTSIDE)
        for name in NAMES
    ]
    stages = ["2011-05", "2011-11", "2012-03", "2012-08"]
    cases = [
        (scenario, k, "truck", "centre", 3, *stages[: 1 + n % 4], *[None] * (3 - n % 4))
        for scenario, strength in scenarios.items()
        for k in range(3)
        for n in range(8 * (1 + strength) + k)
    ]
    staff = [(scenario, k, 3.0 + k / 10) for scenario in scenarios for k in range(3)]
    return Made(outcomes=(OUTCOMES, told), cases=(CASES, cases), centre=(CENTRE, staff))


def test_every_figure_of_the_file_is_found_in_a_result_and_has_a_row(monkeypatch):
    @contextmanager
    def opened(folder):
        yield small_result()

    monkeypatch.setattr(face_validity, "open_results", opened)
    rows = results_table(Path("anywhere"), HELD).splitlines()
    assert rows[0].startswith("Replicates: 3.")
    assert [row.split(" | ")[0].strip("| ") for row in rows[4:]] == [figure.figure for figure in HELD.figures]
    assert "| 3 to 10 % of firms open at its end | 100 |" in rows[4 + 13]
    assert "| 19 | " in rows[4 + 15]


def test_the_command_writes_bands_and_roles_and_leaves_results_where_no_folder_is_given(tmp_path, monkeypatch):
    page, protocol = tmp_path / "page.md", tmp_path / "odd.md"
    page.write_text("".join((*BANDS, *RESULTS[:1], "as they were\n", RESULTS[1])), encoding="utf-8")
    protocol.write_text("".join(ROLES), encoding="utf-8")
    monkeypatch.setattr(face_validity, "PAGE", page)
    monkeypatch.setattr(face_validity, "PROTOCOL", protocol)
    monkeypatch.setattr(face_validity, "DATA", DOCS / "face-validity.yaml")
    face_validity.main([])
    assert page.read_text(encoding="utf-8") == f"{BANDS[0]}{bands_table(HELD)}{BANDS[1]}{RESULTS[0]}as they were\n{RESULTS[1]}"
    assert protocol.read_text(encoding="utf-8") == f"{ROLES[0]}{roles_table(HELD)}{ROLES[1]}"
