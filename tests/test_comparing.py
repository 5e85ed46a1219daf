"""Two results side by side: what was put in, what came out, and what can be told from zero."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from made_up_folder import CENTRES, Value, know, plausible, write_folder

import run
from analysis.compare.comparing import compare
from analysis.layout import WIDTH
from analysis.reading.results import NotAResultFolder
from model.outcomes import NAMES

TWO = {"no_centre": "", "centre": "no_centre"}


def more(by: float) -> Value:
    """Suppliers' savings and exchanges grow with the centre, by the same in every replicate."""

    def value(scenario: str, replicate: int, year: int, place: str, variable: str) -> float:
        luck = float((replicate * 7 + 3) % 11)
        moved = variable in ("operating", "savings_supplier") and place != "outside"
        return (luck + (by if scenario != "no_centre" else 0.0)) * (1e6 if variable == "savings_supplier" else 1.0) * moved

    return value


def folder(path: Path, scenarios: dict[str, str], value: Value, replicates: int = 12, seed: int = 1, **told: Any) -> Path:
    """A made-up result with provenance."""
    years, about = told.pop("years", (2011, 2014, 2024)), told.pop("reference", {})
    write_folder(path, scenarios, replicates, years, value, lambda *_: {}, reference=about)
    know(path, {"model": "0.5.0", "seed": seed} | told)
    return path


def keep(path: Path, name: str, content: dict[str, Any]) -> None:
    (path / "scenarios").mkdir(exist_ok=True)
    (path / "scenarios" / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")


def line(text: str, title: str, date: str = "end of 2024") -> str:
    """The line of a date under a measure's title."""
    lines = text.splitlines()
    first = next(i for i, one in enumerate(lines) if one.strip().startswith(title))
    return next(one for one in lines[first:] if one.strip().startswith(date))


def test_the_same_folder_twice_is_identical(tmp_path: Path) -> None:
    here = folder(tmp_path / "a", TWO, more(3))
    text = compare(here, here, "en")
    assert "Nothing differs" in text and "identical: every table has the same bytes" in text
    assert "±" not in text
    (tmp_path / "b").mkdir()
    other = folder(tmp_path / "b", TWO, more(3))
    assert "identical: every table has the same bytes" in compare(here, other, "en")
    with duckdb.connect() as database:
        place = "SELECT '999' AS code, 'Nowhere' AS name, 55.0 AS lat, 11.0 AS lon, 0 AS named_firms"
        database.execute(f"COPY ({place}) TO '{(other / 'municipalities.parquet').as_posix()}' (FORMAT parquet)")
    assert "identical" not in compare(here, other, "en")


def test_with_one_seed_replicates_are_held_against_themselves(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "a", TWO, more(3)), folder(tmp_path / "b", TWO, more(4.5))
    text = compare(old, new, "en")
    assert "Same seed" in text
    # luck cancels out twice: run - twin, and replicate by replicate
    assert " ".join(line(text, "Exchanges in operation").split("2024")[1].split()) == "3.0 ± 0.0 4.5 ± 0.0 +1.5 ± 0.0 more"
    assert "no centre\n  Same in every run, in all measures." in text


def test_pairing_takes_out_the_luck_both_results_share(tmp_path: Path) -> None:
    """A shift of all runs alike is told from zero when paired, and drowns in the spread when not."""

    def shifted(by: float) -> Value:
        plain = more(0)
        return lambda *which: plain(*which) + by * (which[4] == "operating" and which[3] != "outside")

    alone = {"no_centre": ""}
    old, new = folder(tmp_path / "a", alone, shifted(0)), folder(tmp_path / "b", alone, shifted(1))
    other = folder(tmp_path / "c", alone, shifted(1), seed=2)
    assert line(compare(old, new, "en"), "Exchanges in operation").endswith("  more")
    assert "± 0.0" in line(compare(old, new, "en"), "Exchanges in operation")
    text = compare(old, other, "en")
    assert "unpaired" in text and line(text, "Exchanges in operation").endswith("  not told apart")


def test_more_replicates_of_the_same_change_nothing(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "a", CENTRES, plausible, 4), folder(tmp_path / "b", CENTRES, plausible, 6)
    text = compare(old, new, "en")
    assert "replicates: 4 → 6" in text
    assert text.count("Same in every run, in all measures.") == len(CENTRES)


def test_one_run_each_cannot_be_told(tmp_path: Path) -> None:
    text = compare(folder(tmp_path / "a", TWO, more(3), 1), folder(tmp_path / "b", TWO, more(4), 1), "en")
    assert line(text, "Exchanges in operation").endswith("  too few runs")
    assert "nan" not in text


def test_scenarios_of_one_name_are_told_key_by_key(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "a", TWO, more(3)), folder(tmp_path / "b", TWO, more(4))
    number = {"value": 1.0, "low": 0.5, "high": 2.0, "shape": "triangular", "grade": "assumed", "basis": "guess"}
    line_ = {"funder": "all", "total_dkk": 12e6}
    keep(old, "centre", {"levers": {"funding": [line_]}, "uncertainties": {"fee": number}, "handed_over": False})
    changed = {"levers": {"funding": [line_ | {"total_dkk": 9e6}]}, "uncertainties": {"fee": number | {"high": 3.0}}}
    keep(new, "centre", changed | {"handed_over": True})
    text = compare(old, new, "en")
    assert "levers.funding[0].total_dkk: 12000000 → 9000000" in text
    assert "uncertainties.fee: 1 (0.5 – 2, triangular) → 1 (0.5 – 3, triangular)" in text
    assert "handed_over: false → true" in text
    assert "grade" not in text and "funder" not in text


def test_versions_and_seeds_that_differ_are_told(tmp_path: Path) -> None:
    old = folder(tmp_path / "a", TWO, more(3), packages={"numpy": "2.0.0"}, input_tables={"data": "aa"})
    new = folder(tmp_path / "b", TWO, more(3), seed=2, packages={"numpy": "2.1.0"}, input_tables={"data": "bb"})
    text = compare(old, new, "en")
    for change in ("packages.numpy: 2.0.0 → 2.1.0", "seed: 1 → 2", "input_tables.data: aa → bb"):
        assert change in text
    assert "model:" not in text


def test_scenarios_of_one_result_only_are_named(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "a", CENTRES, more(3), 2), folder(tmp_path / "b", TWO | CENTRES, more(3), 2)
    assert "new result only: centre" in compare(old, new, "en")
    assert "old result only: centre" in compare(new, old, "en")


def test_the_only_scenarios_of_two_results_are_compared_whatever_their_names(tmp_path: Path) -> None:
    other = {"without": "", "mine": "without"}
    old, new = folder(tmp_path / "a", TWO, more(3)), folder(tmp_path / "b", other, lambda s, *w: more(4)(_as(s), *w))
    text = compare(old, new, "en")
    assert "(centre → mine)" in text and "(no_centre → without)" in text
    assert "+1.0 ± 0.0" in line(text, "Exchanges in operation")


def _as(scenario: str) -> str:
    return "no_centre" if scenario == "without" else scenario


@pytest.mark.parametrize("lang", ["da", "en"])
def test_no_line_is_too_wide(tmp_path: Path, lang: str) -> None:
    old = folder(tmp_path / "a", CENTRES, plausible)
    new = folder(tmp_path / "b", CENTRES, lambda *which: 1.1 * plausible(*which))
    keep(old, "centre_6m", {"title": "x" * 30 + " y" * 60})
    keep(new, "centre_6m", {"title": "z " * 90})
    text = compare(old, new, lang)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert {"da": "konstruerede", "en": "synthetic"}[lang] in text
    assert {"da": "12 af 12", "en": "12 of 12"}[lang] in text


def test_every_measure_is_held_against_itself(tmp_path: Path) -> None:
    """Whatever variable differs, some measure that uses it says so, and the others stay the same."""
    old = folder(tmp_path / "a", TWO, lambda *_: 1.0, 2)
    for name, measure in (("matched", "Matches"), ("screened", "Firms screened"), ("diverted", "Residuals put to use")):
        assert name in NAMES
        new = folder(tmp_path / name, TWO, lambda s, k, y, p, v, name=name: 1.0 + (v == name and s == "centre"), 2)
        text = compare(old, new, "en")
        assert line(text, measure).endswith("more")
        assert len(re.findall(r"± [\d.,]+  \w", text)) == 2  # in each of the years shown, and in no other measure


def test_sums_of_both_run_from_the_first_policy_year_of_either(tmp_path: Path) -> None:
    def saves(scenario: str, replicate: int, year: int, place: str, variable: str) -> float:
        return 1e6 * (scenario != "no_centre") * (variable == "savings_supplier" and place != "outside")

    years = tuple(range(2008, 2016))
    old = folder(tmp_path / "a", TWO, saves, 2, years=years, reference={"since": 2010, "years": [2014]})
    new = folder(tmp_path / "b", TWO, saves, 2, years=years, reference={"since": 2012, "years": [2015]}, rules={"x": "y"})
    (new / "extra.parquet").write_bytes(b"")  # so that the two are not the same bytes
    text = compare(old, new, "en")
    assert "Same in every run, in all measures" in text
    later = folder(tmp_path / "c", TWO, lambda *w: 2 * saves(*w), 2, years=years, reference={"since": 2012, "years": [2014]})
    found = compare(old, later, "en")
    assert "cumulative from 2010" in found and "cumulative from 2012" not in found
    assert line(found, "Firms' savings, cumulative", "end of 2014").split()[3:9] == ["5.0", "±", "0.0", "10.0", "±", "0.0"]


def test_jobs_are_not_compared_where_recording_began_in_different_years_and_the_page_says_so(tmp_path: Path) -> None:
    old = folder(tmp_path / "a", TWO, more(3), 2, years=(2008, 2011, 2014))
    new = folder(tmp_path / "b", TWO, more(4), 2, years=(2011, 2014))
    text = compare(old, new, "en")
    assert "Jobs count from when recording began, 2008 in the old result and 2011 in the new" in text
    assert "Jobs retained, full-time" not in text and "Exchanges in operation" in text
    assert "Jobs count" not in compare(old, old, "en")


# --- the command line --------------------------------------------------------------------------------------------------


def test_the_command_prints_the_comparison(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = folder(tmp_path / "a", TWO, more(3), 2), folder(tmp_path / "b", TWO, more(4), 2)
    assert run.main(["compare", str(old), str(new), "--lang", "da"]) == run.DONE
    assert "To resultater sammenlignet" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["missing", "empty", "damaged", "no yaml"])
def test_wrong_folders_are_told(tmp_path: Path, wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = folder(tmp_path / "a", TWO, more(3), 2), tmp_path / "b"
    if wrong != "missing":
        bad.mkdir()
    if wrong in ("damaged", "no yaml"):
        folder(bad, TWO, more(3), 2)
    if wrong == "damaged":
        (bad / "outcomes.parquet").write_bytes(b"PAR1 no")
    if wrong == "no yaml":
        keep(good, "centre", {"title": "x"})
        keep(bad, "centre", {})
        (bad / "scenarios" / "centre.yaml").write_text("a: [", encoding="utf-8")
    for folders in ((good, bad), (bad, good)):
        assert run.main(["compare", *map(str, folders)]) == run.BAD_INPUT
        said = capsys.readouterr()
        assert said.out == "" and bad.as_posix() in said.err.replace("\\", "/")


def test_a_missing_result_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(NotAResultFolder):
        compare(tmp_path, tmp_path, "en")
