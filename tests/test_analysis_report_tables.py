"""The tables behind the first sheet, against the stored outcomes."""

from pathlib import Path

import duckdb
import numpy as np
import pytest
from made_up_folder import write_folder
from report_folder import report_folder, rows, told

from analysis.report import tables
from analysis.report.html import Markup
from analysis.report.words import Words
from analysis.texts import load

ENGLISH = load("en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report_folder(tmp_path_factory.mktemp("tables") / "r", replicates=4)


def payers(words: Words) -> Markup:
    return tables.payers("4 of 4", words)


def differences(folder: Path, scenario: str, condition: str, sign: int = 1) -> np.ndarray:
    query = """
        SELECT sum(value) FILTER (scenario = '{}') - sum(value) FILTER (scenario = 'no_centre') FROM '{}/outcomes.parquet'
        WHERE {} GROUP BY replicate ORDER BY replicate
    """
    return sign * np.array([value for (value,) in duckdb.sql(query.format(scenario, folder, condition)).fetchall()])


def cell(values: np.ndarray, decimals: int = 1) -> str:
    """Mean and range as a table writes them."""
    low, high = (ENGLISH.number(float(one), decimals) for one in (values.min(), values.max()))
    return f"{ENGLISH.signed(float(values.mean()), decimals)} {low} to {high}"


def test_municipalities_stand_by_name_with_their_differences_and_sum(folder: Path) -> None:
    found = {row[0]: row[1:] for row in rows(told(folder, tables.municipalities)) if len(row) == 7}
    assert set(found) == {"Kalundborg", "Outside the region", "Whole region"}
    operating = [row for row in rows(told(folder, tables.municipalities)) if row[0] == "Kalundborg"][1]
    for year, place in ((2014, 1), (2024, 4)):
        values = differences(folder, "centre_12m", f"variable = 'operating' AND municipality = '326' AND year = {year}")
        assert " ".join(operating[place : place + 2]) == cell(values)


def test_who_pays_and_who_loses_stands_on_one_row(folder: Path) -> None:
    found = {row[0]: row[1:] for row in rows(told(folder, payers)) if len(row) == 6}
    assert set(found) == {"centre 12m", "handed over"} | {"Scenario"}
    money, suppliers, receivers, outside, tax = found["centre 12m"]
    for text, variable in ((suppliers, "savings_supplier"), (receivers, "savings_receiver")):
        saved = differences(folder, "centre_12m", f"variable = '{variable}' AND municipality = '326' AND year >= 2011")
        assert text.startswith(cell(saved / 1e6))
    assert money.startswith("+12.0 12.0 to 12.0") and tax.startswith("0.0")


def test_funders_are_named_as_the_scenario_names_them(folder: Path) -> None:
    expected = ["centre 12m", "centre", "Fund & friends", "12.0", "January 2011, 48 months"]
    assert expected in rows(told(folder, payers))


def test_an_added_tax_has_a_column_only_where_there_is_one(folder: Path, tmp_path: Path) -> None:
    def taxed(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        return 1e6 * (name == "added_tax" and scenario != "no_centre" and place == "326" and year >= 2011)

    assert "Added landfill tax, paid" not in told(folder, payers)
    write_folder(tmp_path, {"no_centre": "", "centre_12m": "no_centre"}, 2, (2011, 2012), taxed)
    heads, row = rows(told(tmp_path, payers))[:2]
    assert row[heads.index("Added landfill tax, paid by firms")].startswith("-2.0 -2.0 to -2.0")
    assert row[heads.index("The state's income from the landfill tax, difference")].startswith("+2.0")


def test_the_way_from_activities_to_effects_has_what_each_year_adds_and_a_column_to_fill_in(folder: Path) -> None:
    heads, *steps = rows(told(folder, tables.chain))
    assert heads[2:] == ["2011", "2012", "2013", "2014", "2017", "2024", "actual"]
    found = {row[0]: row[2:] for row in steps}
    assert all(row[-1] == "" for row in found.values())
    for year, place in ((2012, 1), (2017, 4)):
        screened = differences(folder, "centre_12m", f"variable = 'screened' AND year = {year}")
        assert found["Firms screened, in the year"][place].startswith(cell(screened))
        saved = differences(folder, "centre_12m", f"variable LIKE 'savings_%' AND municipality = '326' AND year = {year}")
        assert found["Firms' savings in the year, m DKK"][place].startswith(cell(saved / 1e6))
    jobs = differences(folder, "centre_12m", "variable = 'jobs_lost_weighted' AND year = 2024", -1)
    assert found["Jobs retained, end of year, FTE"][5].startswith(cell(jobs))


def test_hours_are_those_of_the_centres_diary(tmp_path: Path) -> None:
    folder = report_folder(tmp_path / "r", replicates=4)
    stored, changed = folder / "centre.parquet", tmp_path / "changed.parquet"
    worked = "CASE WHEN month[1:4] = '2012' THEN 100.0 + replicate ELSE 0 END AS worked_h"
    duckdb.sql(f"COPY (SELECT * REPLACE ({worked}) FROM '{stored}') TO '{changed}' (FORMAT parquet)")
    stored.write_bytes(changed.read_bytes())
    found = {row[0]: row[2:] for row in rows(told(folder, tables.chain))[1:]}
    # two months of a year are made up: 200, 202, 204, 206 hours
    assert found["Hours worked by the centre, in the year"][1].startswith("+203.0 200.0 to 206.0")
