"""A ledger that is not as it was written, or not that of its result, is refused by all who read it."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import run as command_line
from tests.faults.claim_bad_runs import TWO, command, engine, no_pictures
from tests.made_up import simulate


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Two finished results, of two seeds."""
    place = tmp_path_factory.mktemp("results")
    (place / "two.yaml").write_text(TWO, encoding="utf-8")
    with engine(simulate, 0.01), no_pictures():
        for seed in ("1", "2"):
            asked = ["run", f"{place}/two.yaml", "--replicates", "2", "--seed", seed, "--engine", "agents"]
            assert command([*asked, "--out", f"{place}/{seed}"])[0] == command_line.DONE
    return place


@pytest.fixture
def result(results, tmp_path):
    return Path(shutil.copytree(results / "1", tmp_path / "result"))


def answers(result, run="x"):
    return [
        command(asked)
        for asked in (["resume", f"{result}"], ["resume", f"{result}", "--status"], ["replay", f"{result}", "--run", run])
    ]


def empty_root_page(ledger, table):
    """Have a table's page say that there is nothing on it, as a flipped byte can."""
    with closing(sqlite3.connect(ledger)) as database:
        ((root,),) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchall()
        ((size,),) = database.execute("PRAGMA page_size").fetchall()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(ledger.read_bytes())
    content[(root - 1) * size + 3 : (root - 1) * size + 5] = b"\0\0"
    ledger.write_bytes(content)


@pytest.mark.parametrize("table", ["about", "runs"])
def test_a_page_that_hides_rows_is_noticed_by_all_who_read_the_ledger(result, table):
    empty_root_page(result / "ledger.sqlite", table)
    for code, told in answers(result):
        assert code == command_line.BAD_INPUT
        assert "ledger.sqlite: not as it was written" in told


def test_the_ledger_of_another_result_is_not_used(results, result):
    shutil.copy(results / "2" / "ledger.sqlite", result)
    before = (result / "outcomes.parquet").read_bytes()
    for code, told in answers(result):
        assert code == command_line.BAD_INPUT
        assert "it and provenance.json are not of one result" in told
    assert (result / "outcomes.parquet").read_bytes() == before


@pytest.mark.parametrize("form", ["csv", "csv-da", "xlsx"])
def test_export_says_which_file_is_damaged(result, form):
    (result / "outcomes.parquet").write_bytes(b"")
    code, told = command(["export", f"{result}", "--format", form])
    said = "er ikke, som den blev skrevet" if form == "csv-da" else "not as it was written"
    assert (code, f"outcomes.parquet: {said}" in told) == (command_line.BAD_INPUT, True)
