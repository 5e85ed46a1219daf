"""The table of figures, and the command that draws them again."""

import csv
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from made_up_folder import YEARS, plausible, write_folder

import run
from analysis import summary
from analysis.charts.style import Chart, applied
from analysis.figures import FIGURES, UnknownFigure, drawable
from analysis.reading.results import open_results
from analysis.report.evidence import Evidence
from analysis.report.figures import in_words
from analysis.report.words import Words
from analysis.summary import draw_again, summarise
from analysis.texts import LANGUAGES, load, readable

Capture = pytest.CaptureFixture[str]
TWO = {"no_centre": "", "centre_12m": "no_centre"}
PLACES = (("326", "Kalundborg", 55.68, 11.09, 0), ("316", "Holbæk", 55.72, 11.71, 0))
CASE = {
    "supplier": "a", "receiver": "b", "supplier_municipality": "326", "receiver_municipality": "316", "mode": "pipe",
    "opened": "2011-02", "assessed": "2011-05", "matched": "2011-08", "started": "2012-01",
}  # fmt: skip
CASES = [
    CASE | {"scenario": scenario, "replicate": k, "unit": unit, "case": f"{scenario}-{k}-{unit}"}
    for scenario in ("centre_6m", "centre_12m", "no_centre")
    for k in range(10)
    for unit in ("t", "m3", "MWh")
]
TITLED = {"savings_fan": "savings", "jobs_fan": "jobs_retained", "map": "operating"}
"""Figures whose title holds a mean of a measure."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a result that can show everything."""
    scenarios = {"no_centre": "", "centre_6m": "no_centre", "centre_12m": "no_centre"}
    made = tmp_path_factory.mktemp("whole")
    write_folder(made, scenarios, 10, YEARS, cases=CASES, places=PLACES, sensitivity=lambda k: 4.0 + 2 * k)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summary.page, "page", lambda *told: "")  # a report draws every figure once more
        summarise(made, "en")
    return made


@pytest.fixture(scope="module", params=LANGUAGES)
def charts(folder: Path, request: pytest.FixtureRequest) -> Iterator[list[Chart]]:
    with open_results(folder) as results:
        yield [drawn() for _, drawn in drawable(results, load(request.param)) if not isinstance(drawn, str)]


def reasons(folder: Path, language: str = "en") -> dict[str, str]:
    with open_results(folder) as results:
        return {name: drawn for name, drawn in drawable(results, load(language)) if isinstance(drawn, str)}


def test_no_column_and_no_value_of_a_danish_figure_is_told_by_its_english_name(folder: Path) -> None:
    told: dict[str, set[str]] = {}
    for language in LANGUAGES:
        with open_results(folder) as results:
            texts = load(language)
            charts = [drawn() for _, drawn in drawable(results, texts) if not isinstance(drawn, str)]
            words = Words(Evidence(results, folder), texts)
            told[language] = {texts(f"data.column.{name}") for chart in charts for name in chart.columns}
            told[language] |= {
                in_words(name, value, words)
                for chart in charts for row in chart.rows for name, value in zip(chart.columns, row, strict=True)
                if isinstance(value, str) and name not in ("scenario", "reference", "supplier", "receiver")
            }  # fmt: skip
    assert told["da"] & told["en"] - {""} == set()


def test_a_whole_result_shows_every_figure_by_its_name(charts: list[Chart]) -> None:
    assert tuple(chart.name for chart in charts) == FIGURES


def test_every_figure_has_title_caption_alternative_and_data_and_says_how_many_runs(charts: list[Chart]) -> None:
    for chart in charts:
        assert chart.title and chart.alt and chart.rows, chart.name
        assert re.search(r"10 (of|af) 10", chart.caption), chart.name


def test_nothing_is_clipped_and_no_letter_is_tiny(charts: list[Chart]) -> None:
    for chart in charts:
        with applied():
            chart.figure.draw_without_rendering()
            whole = chart.figure.bbox
            inside = chart.figure.get_tightbbox().transformed(chart.figure.dpi_scale_trans)
        assert whole.x0 <= inside.x0 and inside.x1 <= whole.x1, chart.name
        assert whole.y0 <= inside.y0 and inside.y1 <= whole.y1, chart.name
        sizes = [text.get_fontsize() for axes in chart.figure.axes for text in axes.texts if text.get_text()]
        assert min([*sizes, *(text.get_fontsize() for text in chart.figure.texts)]) >= 7, chart.name


def test_keys_fit_beside_each_other_and_end_above_the_headings(charts: list[Chart]) -> None:
    for chart in charts:
        with applied():
            chart.figure.draw_without_rendering()
            key = chart.figure.legends[0].get_window_extent()
            panels = [axes.get_tightbbox() for axes in chart.figure.axes if axes.axison]
        assert key.x1 <= chart.figure.bbox.x1, chart.name
        assert all(panel.y1 <= key.y0 + 1 for panel in panels), chart.name


def test_the_means_in_titles_are_those_of_the_comparison(folder: Path) -> None:
    with (folder / "comparison.csv").open(encoding="utf-8", newline="") as file:
        keys = ("measure", "year", "scenario", "kind")
        table = {tuple(row[key] for key in keys): float(row["mean"]) for row in csv.DictReader(file)}
    with open_results(folder) as results:
        drawings = drawable(results, load("en"), tuple(TITLED))
        titles = {name: drawn().title for name, drawn in drawings if not isinstance(drawn, str)}
    assert set(titles) == set(TITLED)
    for name, title in titles.items():
        number, year = (re.search(pattern, title) for pattern in (r"about ([\d.,]+)", r"end of (\d{4})"))
        assert number and year, title
        mean = table[TITLED[name], year[1], "centre_12m", "difference"]
        assert float(number[1].replace(",", "")) == pytest.approx(mean, abs=0.0501), title


def test_the_forests_means_are_those_of_the_comparison(folder: Path) -> None:
    def means(path: Path) -> dict[tuple[str, ...], str]:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row.get("kind", "difference") == "difference"]
        keys = ("measure", "year", "scenario")
        return {tuple(row[key] for key in keys): (row["mean"], row["range_low"], row["calculation_error"]) for row in rows}

    shown, table = means(folder / "figures" / "forest.csv"), means(folder / "comparison.csv")
    assert len(shown) == 6
    assert {key: table[key] for key in shown} == shown


def test_drawn_again_every_file_has_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    draw_again(folder, "en", (), tmp_path / "again")
    files = sorted(path.name for path in (tmp_path / "again").iterdir())
    assert len(files) == 5 * len(FIGURES)
    for name in files:
        assert (tmp_path / "again" / name).read_bytes() == (folder / "figures" / name).read_bytes(), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_result_cannot_show_says_which_experiment_would(tmp_path: Path, language: str) -> None:
    unpaired = reasons(write_folder(tmp_path / "a", {"base": ""}, 2, (2014,)), language)
    assert set(unpaired) == set(FIGURES) and "run.py run" in unpaired["funnel"]
    early = reasons(write_folder(tmp_path / "b", TWO, 2, (2008, 2009)), language)
    assert set(early) == set(FIGURES) and "2011" in early["forest"]
    old = reasons(write_folder(tmp_path / "c", TWO, 2, (2014,)), language)
    assert set(old) == {"forest", "map", "closure_sensitivity"}
    assert len(set(old.values())) == 3


def test_a_fixed_sensitivity_and_few_runs_are_told(tmp_path: Path) -> None:
    fixed = reasons(write_folder(tmp_path / "a", TWO, 4, (2014,), sensitivity=lambda _: 14.0))
    few = reasons(write_folder(tmp_path / "b", TWO, 2, (2014,), sensitivity=lambda k: 4.0 + k))
    assert "one value in all runs" in fixed["closure_sensitivity"]
    assert "three paired runs" in few["closure_sensitivity"]


def test_an_unknown_figure_is_refused_with_those_there_are(folder: Path) -> None:
    with open_results(folder) as results, pytest.raises(UnknownFigure, match="did you mean 'funnel'"):
        drawable(results, load("en"), ["funel"])


def test_the_command_draws_what_is_asked_for_and_says_where(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "some"
    assert run.main(["figures", str(folder), "--only", "funnel", "--lang", "da", "--out", str(out)]) == 0
    assert capsys.readouterr().out.startswith("funnel: ")
    assert sorted(path.name for path in out.iterdir()) == [f"funnel.{kind}" for kind in ("csv", "pdf", "png", "svg", "txt")]
    assert "mulige samarbejder" in (out / "funnel.svg").read_text(encoding="utf-8")


def test_the_command_tells_why_a_figure_is_not_drawn(tmp_path: Path, capsys: Capture) -> None:
    old = write_folder(tmp_path / "old", TWO, 2, (2014,), plausible)
    assert run.main(["figures", str(old), "--only", "map"]) == 0
    assert "map: not drawn. The result does not say where" in capsys.readouterr().out


def test_the_command_refuses_unknown_names_and_other_folders(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    assert run.main(["figures", str(folder), "--only", "mapp"]) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in FIGURES) and "did you mean 'map'?" in told
    assert run.main(["figures", str(folder), "--only", "mapp", "--lang", "da"]) == 2
    told = capsys.readouterr().err
    assert "der er ingen figur, der hedder 'mapp'" in told and "mente du 'map'?" in told
    assert run.main(["figures", str(tmp_path)]) == 2
    assert "is no result folder" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["mange ord som ingen ville skrive ", "Etordudenmellemrum", "WMWM"])
def test_names_of_hundreds_of_letters_are_cut_or_wrapped_wherever_they_are_drawn(folder: Path, word: str) -> None:
    long = word * 40
    with open_results(folder) as results:
        results.places = tuple(place._replace(name=readable(f"{place.name} {long}")) for place in results.places)
        texts = load("da", dict.fromkeys(("no_centre", "centre_6m", "centre_12m"), long))
        charts = [drawn() for _, drawn in drawable(results, texts) if not isinstance(drawn, str)]
    for chart in charts:
        with applied():
            chart.figure.draw_without_rendering()
            whole = chart.figure.bbox
            inside = chart.figure.get_tightbbox().transformed(chart.figure.dpi_scale_trans)
            boxes = [axes.get_tightbbox() for axes in chart.figure.axes if axes.axison]
        assert whole.x0 <= inside.x0 and inside.x1 <= whole.x1, chart.name
        assert whole.y0 <= inside.y0 and inside.y1 <= whole.y1, chart.name
        assert not [1 for one, other in combinations(boxes, 2) if one.overlaps(other)], chart.name
