"""Whoever only reads needs no right to write; and what cannot be read is told."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import run
from model.experiment.results import ledger
from model.experiment.results.store import read_table
from model.experiment.workers.worker import simulate_region
from tests.faults.claim_bad_runs import TWO, command, engine, no_pictures

ROOT = Path(run.__file__).parent
OVERRIDES = "-dac_override,-dac_read_search"
"""What lets root read and write what permissions forbid."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="permissions work otherwise on Windows")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    (place / "two.yaml").write_text(TWO, encoding="utf-8")
    with engine(simulate_region, 0.01), no_pictures():
        asked = ["run", f"{place}/two.yaml", "--replicates", "1", "--engine", "agents", "--out", f"{place}/result"]
        assert command(asked)[0] == run.DONE
    return place / "result"


@pytest.fixture
def result(made: Path, tmp_path: Path) -> Iterator[Path]:
    folder = Path(shutil.copytree(made, tmp_path / "result"))
    yield folder
    _permit(folder, 0o755)


def _permit(folder: Path, mode: int) -> None:
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(mode)


@contextmanager
def unable_to_write(folder: Path) -> Iterator[Path]:
    _permit(folder, 0o555)
    try:
        yield folder
    finally:
        _permit(folder, 0o755)


ONE_AFTER_THE_OTHER = """
import contextlib, io, json, sys
import run

answers = []
for arguments in json.loads(sys.argv[1]):
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = run.main(arguments)
    answers.append([code, said.getvalue()])
print(json.dumps(answers))
"""


def asked(place: Path, *commands: list[str]) -> list[tuple[int, str]]:
    """Return exit codes and words of commands in a process that permissions bind, as they do not bind root."""
    command = [sys.executable, "-c", ONE_AFTER_THE_OTHER, json.dumps(commands)]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root is bound by no permissions, and there is no setpriv")
        command = ["setpriv", f"--bounding-set={OVERRIDES}", f"--inh-caps={OVERRIDES}", *command]
    here = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=place, check=False, env=here)
    assert done.returncode == 0, done.stderr
    return [(code, told) for code, told in json.loads(done.stdout.splitlines()[-1])]


def test_every_command_that_reads_does_so_where_nothing_can_be_written(result: Path, tmp_path: Path) -> None:
    of, case = (str(read_table(result, "cases")[name][0]) for name in ("run", "case"))
    commands = [
        ["resume", "result", "--status"],
        ["replay", "result", "--run", of],
        ["explain", "result", "--case", case],
        ["compare", "result", "result"],
        ["report", "result", "--out", "page.html"],
        ["figures", "result", "--only", "jobs_fan", "--out", "f"],
        ["export", "result", "--format", "csv", "--out", "e"],
    ]
    with unable_to_write(result):
        answers = asked(tmp_path, *commands)
    assert [code for code, _ in answers] == [run.DONE] * len(commands), answers


def test_every_command_that_would_write_there_says_that_it_may_not(result: Path, tmp_path: Path) -> None:
    with unable_to_write(result):
        answers = asked(tmp_path, ["report", "result"], ["export", "result", "--format", "csv"], ["resume", "result"])
    for code, told in answers:
        assert code == run.BAD_INPUT and told.startswith("result"), told
        assert "you have no permission to" in told and "another place" in told


@pytest.mark.parametrize("name", ["outcomes.parquet", "provenance.json", "ledger.sqlite", "tables/data/two_firms/sectors.csv"])
def test_a_file_that_cannot_be_read_is_named(result: Path, tmp_path: Path, name: str) -> None:
    (result / name).chmod(0)
    reads = [["report", "result", "--out", "page.html"], ["export", "result", "--format", "csv", "--out", "e"]]
    reads = [["resume", "result", "--status"]] if name.startswith("ledger") else reads
    for code, told in asked(tmp_path, *reads):
        assert code == run.BAD_INPUT and f"result/{name}: " in told and "Traceback" not in told, told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["result"]


def test_what_a_killed_process_left_in_the_log_of_its_ledger_is_read_too(result: Path, tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    (last,) = [run for run in read_table(result, "runs")["run"] if run][-1:]
    database = sqlite3.connect(result / ledger.NAME, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA wal_autocheckpoint=0")
    database.execute("DELETE FROM runs WHERE run = ?", (str(last),))
    shutil.copytree(result, killed)  # as a killed process leaves it, the log beside the ledger
    database.close()
    (killed / f"{ledger.NAME}-shm").unlink()
    with unable_to_write(killed):
        ((code, told),) = asked(tmp_path, ["resume", "killed", "--status"])
    assert code == run.DONE and "1 of 2 runs done" in told, told
