"""The tables behind the first sheet, against the stored outcomes."""

from pathlib import Path

import duckdb
import numpy as np
import pytest
from made_up_folder import write_folder
from report_folder import report_folder, rows, told

from analysis.report import tables
from analysis.report.html import Markup, joined
from analysis.report.words import Words
from analysis.texts import load
from model.experiment.results.intervals import calculation_error

ENGLISH = load("en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report_folder(tmp_path_factory.mktemp("tables") / "r", replicates=4)


def payers(words: Words) -> Markup:
    return joined([tables.lined(tables.payers(words), words), tables.funders_table(words)])


def municipalities(words: Words) -> Markup:
    return joined(tables.dated(one, words) for one in tables.municipalities(words))


def chain(words: Words) -> Markup:
    return tables.lined(tables.chain(words), words, empty="actual")


def differences(folder: Path, scenario: str, condition: str, sign: int = 1) -> np.ndarray:
    query = """
        SELECT sum(value) FILTER (scenario = '{}') - sum(value) FILTER (scenario = 'no_centre') FROM '{}/outcomes.parquet'
        WHERE {} GROUP BY replicate ORDER BY replicate
    """
    return sign * np.array([value for (value,) in duckdb.sql(query.format(scenario, folder, condition)).fetchall()])


def cell(values: np.ndarray, decimals: int = 1) -> str:
    """Mean and calculation error as a table of few runs writes them."""
    error = ENGLISH.number(calculation_error(values), decimals)
    return f"{ENGLISH.signed(float(values.mean()), decimals)} ± {error}"


def test_municipalities_stand_by_name_with_their_differences_and_sum(folder: Path) -> None:
    found = {row[0]: row[1:] for row in rows(told(folder, municipalities)) if len(row) == 7 and row[0] != "mean"}
    assert set(found) == {"Kalundborg", "Outside the region", "Whole region"}
    operating = [row for row in rows(told(folder, municipalities)) if row[0] == "Kalundborg"][1]
    for year, place in ((2014, 1), (2024, 5)):
        values = differences(folder, "centre_12m", f"variable = 'operating' AND municipality = '326' AND year = {year}")
        assert " ".join(operating[place : place + 2]) == cell(values)


def test_who_pays_and_who_loses_stands_on_one_row(folder: Path) -> None:
    found = {row[0]: row[1:] for row in rows(told(folder, payers)) if len(row) == 8}
    assert set(found) == {"centre 12m", "handed over"} | {"Scenario"}
    money, suppliers, receivers, transfers, without, outside, tax = found["centre 12m"]
    for text, variable in ((suppliers, "savings_supplier"), (receivers, "savings_receiver")):
        saved = differences(folder, "centre_12m", f"variable = '{variable}' AND municipality = '326' AND year >= 2011")
        assert text.startswith(cell(saved / 1e6))
    assert money == "+12.0 ± 0.0" and tax == transfers == "0.0 ± 0.0" and outside == "0.0 ± 0.0"
    saved = differences(folder, "centre_12m", "variable LIKE 'savings_%' AND municipality = '326' AND year >= 2011")
    assert without == cell(saved / 1e6)


def test_funders_are_named_as_the_scenario_names_them(folder: Path) -> None:
    expected = ["centre 12m", "centre", "Fund & friends", "12.0", "January 2011, 48 months"]
    assert expected in rows(told(folder, payers))


def test_what_an_added_tax_takes_from_firms_the_state_has_and_nobody_gains(tmp_path: Path) -> None:
    def taxed(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        return 1e6 * (name == "added_tax" and scenario != "no_centre" and place == "326" and year >= 2011)

    write_folder(tmp_path, {"no_centre": "", "centre_12m": "no_centre"}, 2, (2011, 2012), taxed)
    heads, row = rows(told(tmp_path, payers))[:2]
    found = dict(zip(heads, row, strict=True))
    assert found["Suppliers"] == found["Of these, transfers"] == "−2.0 ± 0.0"
    assert found["Firms together, without transfers"] == "0.0 ± 0.0"
    assert found["The state's landfill tax income"] == "+2.0 ± 0.0"


def test_the_way_from_activities_to_effects_has_what_each_year_adds_and_a_column_to_fill_in(folder: Path) -> None:
    heads, *steps = rows(told(folder, chain))
    assert heads[2:] == [*map(str, range(2011, 2025)), "actual"]
    found = {row[0]: row[2:] for row in steps}
    assert all(row[-1] == "" for row in found.values())
    for year in (2012, 2017):
        place = year - 2011
        screened = differences(folder, "centre_12m", f"variable = 'screened' AND year = {year}")
        assert found["Firms screened, in the year"][place].startswith(cell(screened))
        saved = differences(folder, "centre_12m", f"variable LIKE 'savings_%' AND municipality = '326' AND year = {year}")
        assert found["Firms' savings in the year, m DKK"][place].startswith(cell(saved / 1e6))
    jobs = differences(folder, "centre_12m", "variable = 'jobs_lost_weighted' AND year = 2024", -1)
    assert found["Jobs retained, end of year, FTE"][13].startswith(cell(jobs))


def test_hours_are_those_of_the_centres_diary(tmp_path: Path) -> None:
    folder = report_folder(tmp_path / "r", replicates=4)
    stored, changed = folder / "centre.parquet", tmp_path / "changed.parquet"
    worked = "CASE WHEN month[1:4] = '2012' THEN 100.0 + replicate ELSE 0 END AS worked_h"
    duckdb.sql(f"COPY (SELECT * REPLACE ({worked}) FROM '{stored}') TO '{changed}' (FORMAT parquet)")
    stored.write_bytes(changed.read_bytes())
    found = {row[0]: row[2:] for row in rows(told(folder, chain))[1:]}
    # two months of a year are made up: 200, 202, 204, 206 hours
    assert found["Hours worked by the centre, in the year"][1].startswith("203.0 ± 4.1")
