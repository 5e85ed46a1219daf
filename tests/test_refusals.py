"""What the system refuses, and what a killed process leaves: told in words, and nothing of another process is touched."""

import errno
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Timer

import duckdb
import pytest

import run
from analysis.reading.results import open_results
from model.experiment.commands import resuming
from model.experiment.results import folder as folders
from model.experiment.results import ledger, lock, store, tablefiles
from model.experiment.workers import worker
from model.faults import refusal
from tests.made_up import finished
from tests.made_up_folder import write_folder

SMALL = ["run", "scenarios/two_firms.yaml", "--replicates", "1", "--engine", "agents", "--out"]


@pytest.fixture(autouse=True)
def _little_is_done_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(worker.SECONDS_A_RUN, "agents", 0.0)


def test_a_ledger_that_was_not_made_whole_is_none_and_its_folder_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(aside: Path, path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "put", killed)
        with pytest.raises(KeyboardInterrupt), ledger.created(tmp_path, {"asked": 1}):
            pass
    assert not (tmp_path / ledger.NAME).exists()
    folders.require_free(tmp_path)
    with ledger.created(tmp_path, {"asked": 2}) as book:
        book.check()
        assert book.about == {"asked": 2}
    assert [path.name for path in tmp_path.iterdir()] == [ledger.NAME]


def test_a_folder_that_another_process_has_just_taken_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with lock.held(tmp_path):
        assert run.main([*SMALL, str(tmp_path)]) == run.BAD_INPUT
        assert (tmp_path / lock.LOCK).exists()
    assert "at work on it" in capsys.readouterr().err


def test_a_folder_that_cannot_be_locked_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / lock.LOCK).mkdir()
    assert run.main([*SMALL, str(tmp_path)]) == run.BAD_INPUT
    assert "cannot be used for results" in capsys.readouterr().err


def test_a_ledger_that_cannot_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(aside: Path, path: Path) -> None:
        raise OSError("disk is full")

    monkeypatch.setattr(ledger, "put", full)
    assert run.main([*SMALL, str(tmp_path / "out")]) == run.BAD_INPUT
    assert "disk is full" in capsys.readouterr().err


def busy(folder: Path) -> sqlite3.Connection:
    """Lock the ledger of a folder, as a program does that shows what is in databases."""
    database = sqlite3.connect(folder / ledger.NAME, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    return database


def test_it_is_said_that_a_ledger_is_waited_for_and_runs_are_kept_once_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "SECONDS_AT_ONCE", 0.01)
    waited: list[Path] = []
    with ledger.created(tmp_path, {}) as book, closing(busy(tmp_path)) as other:

        def let_go(path: Path) -> None:
            waited.append(path)
            other.rollback()

        book.on_wait = let_go
        book.keep(finished())
        assert book.done() == {one.run.id for one in finished()}
    assert waited == [tmp_path / ledger.NAME]


def test_a_ledger_that_stays_locked_is_told_with_the_file_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "SECONDS_AT_ONCE", 0.01)
    monkeypatch.setattr(ledger, "SECONDS_OF_PATIENCE", 0.05)
    with ledger.created(tmp_path, {}) as book, closing(busy(tmp_path)), pytest.raises(OSError) as refused:
        book.keep(finished())
    told = refusal(refused.value).worded("en")
    assert told.startswith((tmp_path / ledger.NAME).as_posix()) and "another program has it open; close it there" in told


@pytest.mark.parametrize("said", [duckdb.IOException, duckdb.TransactionException, duckdb.FatalException])
def test_tables_that_cannot_be_written_are_an_os_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: type[Exception]
) -> None:
    def refused(*told: object) -> None:
        raise said("fsync failed!")

    monkeypatch.setattr(store, "_insert", refused)
    with pytest.raises(OSError, match="fsync failed"):
        store.write_tables(tmp_path, [one.run for one in finished()], finished())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_what_the_system_says_through_duckdb_is_told_as_by_itself(tmp_path: Path, code: int) -> None:
    said = f'Could not write to "x": {{"errno":"{code}"}} {os.strerror(code)}'
    with pytest.raises(OSError) as refused, tablefiles.refusals_named(tmp_path / "runs.parquet"):
        raise duckdb.IOException(said)
    assert (refused.value.errno, refused.value.filename) == (code, str(tmp_path / "runs.parquet"))


def test_a_result_that_goes_while_it_is_read_is_an_os_error(tmp_path: Path) -> None:
    write_folder(tmp_path)
    with pytest.raises(OSError, match="parquet"), open_results(tmp_path) as results:
        for path in tmp_path.glob("*.parquet"):
            path.unlink()
        _ = results.levels("savings")


def test_a_reader_that_has_had_enough_is_no_fault_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(BrokenPipeError), resuming._told():
        raise BrokenPipeError


def test_an_interruption_that_duckdb_hears_is_told_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The query ends by itself, so that an interruption nobody hears fails the test instead of holding it up."""

    def at_work(*told: object) -> None:
        Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        duckdb.execute("SELECT max(hash(a.range + b.range)) FROM range(200000) a, range(10000) b").fetchall()

    monkeypatch.setattr(store, "_insert", at_work)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever spreads tests over processes ignores it
    try:
        assert run.main([*SMALL, str(tmp_path / "out")]) == run.INTERRUPTED
    finally:
        signal.signal(signal.SIGINT, before)
    assert "goes on with them" in capsys.readouterr().err
