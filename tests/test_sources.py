"""What a run was asked for is kept: files with hashes, and settings given; never a place."""

import json
from pathlib import Path

import pytest

import run
from model.experiment.plan.sources import Given, asked
from model.experiment.workers import worker
from model.record import RunResult
from model.scenario.scenario import Scenario
from model.world.known import load_known
from tests import made_up


def write(path: Path, extends: str, title: str = "why") -> Path:
    path.write_text(f"extends: {extends}\ntitle: {title}\n", encoding="utf-8", newline="\n")
    return path


def told(path: Path) -> dict[str, str]:
    return {file["name"]: file["hash"] for file in asked([load_known(path)], Given())["files"]}


def test_a_file_is_told_with_all_it_extends(tmp_path: Path) -> None:
    write(tmp_path / "mine.yaml", "centre")
    assert list(told(write(tmp_path / "child.yaml", "mine.yaml"))) == [
        "child.yaml", "mine.yaml", "scenarios/centre.yaml", "scenarios/base.yaml",
    ]  # fmt: skip


def test_an_experiment_is_told_with_the_files_its_scenarios_name(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    write(tmp_path / "mine.yaml", "centre")
    path.write_text("extends: base\nexperiment: {replicates: 1, seed: 1, scenarios: {a: mine, b: base}}\n", encoding="utf-8")
    assert list(told(path)) == ["two.yaml", "scenarios/base.yaml", "mine.yaml", "scenarios/centre.yaml"]


def test_an_edit_changes_the_hash_of_that_file_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.yaml", "centre")
    before, after = told(path), told(write(path, "centre", "another"))
    assert [name for name in before if before[name] != after[name]] == ["mine.yaml"]


def test_line_ends_change_no_hash(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.yaml", "centre")
    before = told(path)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert told(path) == before


@pytest.mark.parametrize("rule", ["price=/home/me/rules/mine.py:third", r"price=C:\me\mine.py:third", "price=mine.py:third"])
def test_settings_are_kept_without_folders(rule: str) -> None:
    said = asked([], Given(3, None, [rule], ["a.b=1"]))
    kept = {"replicates": 3, "seed": None, "rules": ["price=mine.py:third"], "set": ["a.b=1"]}
    assert said == {"title": None, "files": [], **kept}


def test_what_was_asked_for_is_noted_before_the_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file edited or gone while runs go on neither loses the results nor stands in them as if it had been used."""
    path = write(tmp_path / "mine.yaml", "centre")
    before = told(path)

    def simulate(scenario: Scenario, seed: int, replicate: int) -> RunResult:
        path.unlink(missing_ok=True)
        return made_up.simulate(scenario, seed, replicate)

    monkeypatch.setitem(worker.ENGINES, "agents", simulate)
    monkeypatch.setitem(worker.SECONDS_A_RUN, "agents", 0.0)  # so little is done in this process
    out = tmp_path / "out"
    options = ["--replicates", "1", "--workers", "1", "--engine", "agents", "--out", str(out)]
    assert run.main(["run", str(path), *options]) == run.DONE
    kept = json.loads((out / "provenance.json").read_text(encoding="utf-8"))["asked"]
    assert {file["name"]: file["hash"] for file in kept["files"]} == before
    assert (kept["replicates"], kept["seed"]) == (1, None)
