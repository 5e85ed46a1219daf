"""A path means the same to all who are handed it: read once, and taken by DuckDB as it stands."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

import run
from model import paths
from model.experiment.results.store import read_table
from model.experiment.workers.worker import simulate_region
from tests.blank_figures import blank_figures
from tests.faults.claim_bad_runs import TWO, command, engine, no_pictures
from tests.made_up import simulate

ODD = ["file:x", "s3:x", "http:x", "a=b", "c*d", "[e]", "{f,g}", "q'x", "æø å", "%41", "#h", "~x", "seed=1/y", "x$y"]
ODD += [] if sys.platform == "win32" else ["nl\nx", "tab\tx", 'dq"x']
NOT_TO_BE_HAD = ["q?", "back\\slash", "back\\[x]?"]
"""Names of folders in which DuckDB keeps no database, whatever is done; they can be read from."""
ON_WINDOWS = "these names cannot be had on Windows"


def asked(out: str) -> list[str]:
    return ["run", "two.yaml", "--replicates", "1", "--engine", "agents", "--out", out]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "two.yaml").write_text(TWO, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with engine(simulate, 0.01), no_pictures(), blank_figures():
        yield tmp_path


@pytest.fixture
def _simulated(place: Path):
    """Runs are simulated, so that a case can be explained."""
    with engine(simulate_region, 0.01):
        yield


def reads(folder: str) -> None:
    """Have every command that reads a result read one."""
    assert command(["resume", folder, "--status"])[0] == run.DONE
    assert command(["report", folder, "--out", "page.html"])[0] == run.DONE
    assert command(["figures", folder, "--only", "savings_fan", "--out", "f"])[0] == run.DONE
    assert command(["export", folder, "--format", "csv", "--out", "e"])[0] == run.DONE
    code, told = command(["compare", folder, folder])
    assert code == run.DONE and "identical" in told
    assert read_table(Path(folder), "runs")["run"].size == 2
    case, of = (read_table(Path(folder), "cases")[name][0] for name in ("case", "run"))
    assert command(["explain", folder, "--case", case, "--run", of])[0] == run.DONE
    assert command(["replay", folder, "--run", of])[0] == run.DONE
    for left in ("page.html", "f", "e"):
        shutil.rmtree(left) if Path(left).is_dir() else Path(left).unlink()


@pytest.mark.parametrize("name", [name for name in ODD if os.name != "nt" or not set(name) & set(':*"')], ids=ascii)
def test_a_result_may_lie_in_a_folder_of_any_name(place: Path, name: str) -> None:
    code, told = command(asked(name))
    assert code == run.DONE, told
    assert (place / name / "runs.parquet").is_file() and (place / name / "ledger.sqlite").is_file()
    assert sorted(path.name for path in place.iterdir()) == sorted([name.partition("/")[0], "two.yaml"])


@pytest.mark.usefixtures("_simulated")
@pytest.mark.parametrize("name", ["file:x", "[e]*=b"])
@pytest.mark.skipif(os.name == "nt", reason=ON_WINDOWS)
def test_it_is_read_and_written_there_by_every_command(place: Path, name: str) -> None:
    assert command(asked(name))[0] == run.DONE
    reads(name)
    assert command(["export", name, "--format", "csv-da"])[0] == run.DONE
    assert (place / name / "export-csv-da" / "runs.csv").is_file()


@pytest.mark.usefixtures("_simulated")
@pytest.mark.parametrize("name", NOT_TO_BE_HAD)
@pytest.mark.skipif(os.name == "nt", reason=ON_WINDOWS)
def test_what_duckdb_cannot_take_is_refused_before_the_first_run(place: Path, name: str) -> None:
    code, told = command(asked(f"new/{name}"))
    assert code == run.BAD_INPUT and "no tables can be made in a folder of this name" in told
    assert "0:00 left" not in told and not Path("new").exists()
    assert command(asked("plain"))[0] == run.DONE
    Path("plain").rename(name)
    reads(name)
    code, told = command(["resume", name])
    assert code == run.BAD_INPUT and "rename it" in told


def test_the_home_folder_is_filled_in_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = place / "home"
    home.mkdir()
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(home))
    shutil.copy("two.yaml", home)
    (home / "mine.py").write_text("def score(*_):\n    return 0.0\n", encoding="utf-8")
    rule = ["--rule", "targeting=~/mine.py:score"]
    assert command(["run", "~/two.yaml", *asked("~/deep/x")[2:], *rule])[0] == run.DONE
    assert (home / "deep" / "x" / "runs.parquet").is_file() and not Path("~").exists()
    assert command(["report", "~/deep/x", "--out", "~/page.html"])[0] == run.DONE
    assert (home / "page.html").is_file()


def test_messages_tell_paths_from_the_working_folder_and_commands_as_a_shell_takes_them(place: Path) -> None:
    assert paths.shown(place / "a" / "b") == "a/b"
    assert paths.shown(place.parent) == place.parent.as_posix()
    odd = paths.shown(place / "a b's")
    assert f"{odd}" == "a b's" and f"{odd:argument}" != f"{odd}"
    assert f"{paths.shown(place / 'plain'):argument}" == "plain"


def test_a_path_means_the_same_wherever_it_is_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = paths.given("x/y")
    (place / "elsewhere").mkdir()
    monkeypatch.chdir(place / "elsewhere")
    assert given == place / "x" / "y"


def test_an_empty_path_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["report", ""], ["run", "two_firms", "--out", ""], ["report", "x", "--out", ""]):
        with pytest.raises(SystemExit) as ended:
            run.main(arguments)
        assert ended.value.code == run.BAD_INPUT and "a path is needed" in capsys.readouterr().err


def test_nothing_of_the_place_stands_in_a_result(place: Path) -> None:
    assert command(asked("out"))[0] == run.DONE
    provenance = json.loads(Path("out/provenance.json").read_text(encoding="utf-8"))
    assert str(place) not in json.dumps(provenance)
