"""What a result folder says at a glance."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from made_up_folder import CENTRES, write_folder

from analysis import summary
from analysis.layout import WIDTH
from analysis.reading.results import NotAResultFolder
from analysis.summary import summarise

TWO = {"no_centre": "", "centre_6m": "no_centre"}
TITLES = (
    "Firms' savings, cumulative", "Transfers from taxpayers", "Firms' savings without transfers", "Firms' operating saving",
    "Exchanges in operation", "Firms in shared rounds", "Matches", "Firms screened",
    "Residuals put to use", "CO2e avoided", "Jobs retained", "Public money",
)  # fmt: skip
FIGURES = ("additionality", "savings_fan", "jobs_fan", "forest", "funnel")  # no places and no draws: no map, no line
KINDS = ("svg", "png", "pdf", "csv", "txt")


@pytest.fixture
def without_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the report empty, in which every figure is drawn once more; what it holds is said elsewhere."""
    monkeypatch.setattr(summary.page, "page", lambda *told: "")


@pytest.fixture
def quick(without_report: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the figures undrawn on disk and out of a report: they take a second each."""
    monkeypatch.setattr(summary, "save", lambda chart, folder: folder.mkdir(exist_ok=True))


def steady(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
    """Every exchange count is 10 without a centre and 14, 15, 16 with one; suppliers save 1 m DKK a year, 1.5 with a centre."""
    if place == "outside":
        return 0.0
    centre = scenario != "no_centre"
    return {"operating": 10 + (4 + replicate) * centre, "savings_supplier": 1e6 + 5e5 * centre}.get(name, 0.0)


def block(text: str, title: str) -> list[str]:
    """Return the lines from a measure's title to the next empty one."""
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(title))
    return lines[first : lines.index("", first)]


def columns(line: str) -> list[str]:
    return line.replace("± ", "±").replace(" to ", "..").replace(" til ", "..").split()


@pytest.mark.usefixtures("quick")
def test_the_table_holds_means_with_their_calculation_errors_and_ranges_below_them(tmp_path: Path) -> None:
    text = summarise(write_folder(tmp_path / "few", TWO, 3, range(2008, 2025), steady), "en")
    _, level, centre = block(text, "Exchanges in operation")
    assert columns(level)[-6:] == ["10.0", "±0.0"] * 3
    # three pairs 4, 5, 6: t(0.975, 2) = 4.302653, times sqrt(1 / 3) = 2.484138
    assert columns(centre)[-6:] == ["+5.0", "±2.5"] * 3
    lines = [columns(line) for line in block(text, "Firms' savings, cumulative from 2011, m DKK (2014 prices)")]
    level, centre = (next(line for line in lines if name in line) for name in ("level", "6m"))
    assert level[-6::2] == ["4.0", "7.0", "14.0"]
    assert centre[-6::2] == ["+2.0", "+3.5", "+7.0"]
    text = summarise(write_folder(tmp_path / "many", TWO, 40, range(2008, 2025), steady), "en")
    _, _, _, centre, ranges = block(text, "Exchanges in operation")
    assert columns(centre)[-6::2] == ["+23.5"] * 3 and columns(ranges) == ["5..42"] * 3


@pytest.mark.usefixtures("quick")
def test_measures_stand_in_the_order_of_reading_savings_first(tmp_path: Path) -> None:
    text = summarise(write_folder(tmp_path), "en")
    places = [text.index(f"\n{title}") for title in TITLES]
    assert places == sorted(places)
    assert "All firms in the model are synthetic.\n10 of 10 paired model runs" in text
    jobs = text[text.index("Jobs retained") : text.index("Public money")]
    assert "Conditional on the closure sensitivity" in jobs


@pytest.mark.usefixtures("quick")
def test_columns_are_the_years_of_the_report_in_one_band(tmp_path: Path) -> None:
    text = summarise(write_folder(tmp_path, replicates=2, reference={"years": [2012, 2015, 2020], "since": 2012}), "en")
    assert text.count("end of 2012   ") == 1 and "cumulative from 2012" in text
    dates = next(line for line in text.splitlines() if "end of" in line)
    assert dates.split() == ["end", "of", "2012", "end", "of", "2015", "end", "of", "2020"]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("replicates", [1, 10])
def test_no_line_is_too_wide(tmp_path: Path, lang: str, replicates: int) -> None:
    text = summarise(write_folder(tmp_path, replicates=replicates), lang)
    assert max(len(line) for line in text.splitlines()) <= WIDTH


@pytest.mark.usefixtures("quick")
def test_danish_numbers_and_words(tmp_path: Path) -> None:
    text = summarise(write_folder(tmp_path, TWO, 3, (2014,), steady), "da")
    assert "mio. kr. (2014-priser)" in text
    assert columns(block(text, "Symbioser i drift")[2])[-2:] == ["+5,0", "±2,5"]


@pytest.mark.usefixtures("quick")
def test_less_is_written_with_a_minus_sign(tmp_path: Path) -> None:
    def fewer(*where: Any) -> float:
        return -steady(*where)

    text = summarise(write_folder(tmp_path, TWO, 3, (2014,), fewer), "en")
    assert columns(block(text, "Exchanges in operation")[2])[-2:] == ["\N{MINUS SIGN}5.0", "±2.5"]


@pytest.mark.usefixtures("quick")
def test_one_pair_has_no_calculation_error_and_says_so(tmp_path: Path) -> None:
    text = summarise(write_folder(tmp_path, TWO, 1, (2014,), steady), "en")
    assert columns(block(text, "Exchanges in operation")[2])[-1] == "+4.0"
    assert "the calculation error cannot be estimated" in text


@pytest.mark.usefixtures("quick")
def test_with_too_few_runs_for_a_range_the_table_says_how_to_get_one(tmp_path: Path) -> None:
    few = summarise(write_folder(tmp_path / "few", TWO, 39, (2014,), steady), "en")
    many = summarise(write_folder(tmp_path / "many", TWO, 40, (2014,), steady), "en")
    assert "--replicates 40 gives one" in few and "nine times of ten" not in few
    assert "nine times of ten" in many and "--replicates" not in many


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("scenarios", "years"),
    [
        (TWO, range(2008, 2013)),  # ends before the centre does
        (TWO, (2011,)),
        (TWO, (2008, 2009)),  # before anything is cumulated
        (TWO, (2020, 2021)),
        ({"base": ""}, range(2008, 2025)),
        ({"base": ""}, (2005,)),
        ({"no_centre": "", "cheap": "", "centre_6m": "no_centre", "centre_12m": "cheap"}, range(2010, 2017)),
    ],
)
@pytest.mark.parametrize("lang", ["da", "en"])
def test_short_and_partial_results_show_what_there_is(
    tmp_path: Path, scenarios: dict[str, str], years: Sequence[int], lang: str
) -> None:
    text = summarise(write_folder(tmp_path, scenarios, 2, years), lang)
    assert f"{ {'da': 'udgangen af', 'en': 'end of'}[lang] } {2014 if 2014 in years else max(years)}" in text
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert (tmp_path / "comparison.csv").is_file()
    drawn = any(scenarios.values()) and max(years) >= 2011
    assert (tmp_path / "figures").is_dir() == drawn
    assert (("No figures are drawn" in text) or ("ikke tegnet figurer" in text)) != drawn


@pytest.mark.usefixtures("quick")
def test_two_courses_without_a_centre_are_told_apart(tmp_path: Path) -> None:
    scenarios = {"no_centre": "", "cheap": "", "centre_6m": "no_centre", "centre_12m": "cheap"}
    text = summarise(write_folder(tmp_path, scenarios, 2, (2014,)), "en")
    assert "Without policy, level (centre 6m)" in text
    assert "Without policy, level (centre 12m)" in text


@pytest.mark.usefixtures("quick")
def test_failed_runs_are_counted(tmp_path: Path) -> None:
    text = summarise(write_folder(tmp_path, CENTRES, 3, (2014,), lost=["centre_6m-0"]), "en")
    assert "2 to 3 of 3 paired model runs" in text


@pytest.mark.usefixtures("quick")
def test_the_csv_has_every_measure_with_range_and_error_apart(tmp_path: Path) -> None:
    summarise(write_folder(tmp_path, TWO, 3, range(2008, 2025), steady), "da")
    with (tmp_path / "comparison.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    row = next(r for r in rows if (r["measure"], r["year"], r["kind"]) == ("operating", "2014", "difference"))
    told = [row[name] for name in ("unit", "runs", "mean", "range_low", "range_high", "above", "below")]
    assert told == ["exchanges", "3", "5", "", "", "3", "0"]
    assert float(row["calculation_error"]) == pytest.approx(2.484138, abs=1e-6)
    assert {"additional", "job_years", "jobs_retained_realised"} <= {r["measure"] for r in rows}
    assert {r["year"] for r in rows} == {"2014", "2017", "2024"}


@pytest.mark.usefixtures("without_report")
def test_every_figure_is_there_in_every_form_and_the_same_bytes_again(tmp_path: Path) -> None:
    folders = [write_folder(tmp_path / name, replicates=3) for name in ("a", "b")]
    texts = [summarise(folder, "da") for folder in folders]
    assert texts[0] == texts[1]
    names = sorted(f"{figure}.{kind}" for figure in FIGURES for kind in KINDS)
    assert sorted(path.name for path in (folders[0] / "figures").iterdir()) == names
    for name in names:
        assert (folders[0] / "figures" / name).read_bytes() == (folders[1] / "figures" / name).read_bytes(), name


@pytest.mark.usefixtures("quick")
def test_a_folder_that_is_no_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAResultFolder):
        summarise(tmp_path, "en")
