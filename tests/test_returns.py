"""What a million bought is worked out pair by pair, as the data file asks, and written between the marks of its page."""

from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from analysis import returns
from analysis.page import write_between
from analysis.reading.results import MEASURES_READ, Pair
from analysis.returns import RETURNS, Asked, Column, Compared, per_million, read, returns_table

ROOT = Path(__file__).parents[1]
ASKED = read(ROOT / "docs" / "returns.yaml")


def results():
    told = ((1, 2024, 90.0), (0, 2024, 60.0), (0, 2014, 5.0))
    screened = [Pair("money_6m", replicate, year, 0.0, 0.0, value) for replicate, year, value in told]
    money = [Pair("money_6m", k, 2024, 6.0, 0.0, 6.0) for k in (0, 1)]
    more = [Pair("money_24m", k, 2024, 0.0, 0.0, 24.0 * (k + 2)) for k in (0, 1)]
    most = [Pair("money_24m", k, 2024, 24.0, 0.0, 24.0) for k in (0, 1)]
    return SimpleNamespace(
        years=(2014, 2024),
        replicates=2,
        pairs_by_scenario={"money_6m": 2, "money_24m": 2},
        pairs=lambda measure: money + most if measure == "public_money" else screened + more,
    )


def test_a_million_buys_the_difference_to_the_twin_over_the_money_paid_out_by_replicate():
    assert per_million(results(), "money_6m", Column("firms", "screened", 2024)) == pytest.approx({0: 10.0, 1: 15.0})


def test_the_table_shows_what_is_asked_and_sets_scenarios_against_each_other_pair_by_pair(monkeypatch):
    @contextmanager
    def opened(folder):
        yield results()

    monkeypatch.setattr(returns, "open_results", opened)
    asked = Asked([Column("firms", "screened", 2024)], [Compared("money_24m", "money_6m")])
    told = returns_table(Path("anywhere"), asked).splitlines()
    assert told[:3] == ["Replicates: 2.", "", "| per m DKK | firms |"]
    assert told[4].startswith("| `money_6m` | 12.50 ± ")
    assert told[6].startswith("| `money_24m` − `money_6m` | −10.00 ± ")


def test_replicates_are_compared_with_themselves_where_one_scenario_lacks_some(monkeypatch):
    @contextmanager
    def opened(folder):
        every = results()
        lacking = [pair for pair in every.pairs("screened") if (pair.scenario, pair.replicate) != ("money_24m", 0)]
        yield SimpleNamespace(
            **{**vars(every), "pairs": lambda measure: every.pairs(measure) if measure == "public_money" else lacking}
        )

    monkeypatch.setattr(returns, "open_results", opened)
    asked = Asked([Column("firms", "screened", 2024)], [Compared("money_24m", "money_6m")])
    told = returns_table(Path("anywhere"), asked).splitlines()
    assert told[6].startswith("| `money_24m` − `money_6m` | −12.00 ± ")  # replicate 1 alone: 3 less 15


def test_the_data_file_asks_for_measures_and_scenarios_there_are():
    experiment = yaml.safe_load((ROOT / "scenarios" / "returns.yaml").read_text(encoding="utf-8"))["experiment"]
    assert {column.measure for column in ASKED.columns} <= set(MEASURES_READ)
    assert {name for both in ASKED.compared for name in both} <= set(experiment["scenarios"])


def test_the_page_shows_what_the_data_file_asks_for():
    page = (ROOT / "docs" / "face-validity.md").read_text(encoding="utf-8").split(RETURNS[0])[1].split(RETURNS[1])[0]
    heading, *rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert heading == f"| per m DKK | {' | '.join(column.heading for column in ASKED.columns)} |"
    assert [row.split(" | ")[0] for row in rows[-3:]] == [f"| `{both.more}` − `{both.less}`" for both in ASKED.compared]


def test_text_is_replaced_between_its_marks_only(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("before\n<a>\nold\n<b>\nafter\n", encoding="utf-8")
    write_between(page, "<a>\n", "<b>\n", "new\n")
    assert page.read_text(encoding="utf-8") == "before\n<a>\nnew\n<b>\nafter\n"


def test_a_page_without_the_marks_is_left_alone(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("nothing here\n", encoding="utf-8")
    with pytest.raises(ValueError, match="unpack"):
        write_between(page, "<a>\n", "<b>\n", "new\n")
    assert page.read_text(encoding="utf-8") == "nothing here\n"
