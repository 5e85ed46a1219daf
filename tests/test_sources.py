"""What a run was asked for is kept: files with hashes, and settings given; never a place."""

from pathlib import Path

import pytest

from model.experiment.scenario_commands import load_known
from model.experiment.sources import asked


def write(path: Path, extends: str, title: str = "why") -> Path:
    path.write_text(f"extends: {extends}\ntitle: {title}\n", encoding="utf-8", newline="\n")
    return path


def told(path: Path) -> dict[str, str]:
    return {file["name"]: file["hash"] for file in asked([load_known(path)], None, None, [])["files"]}


def test_a_file_is_told_with_all_it_extends(tmp_path: Path) -> None:
    write(tmp_path / "mine.yaml", "centre")
    assert list(told(write(tmp_path / "child.yaml", "mine.yaml"))) == [
        "child.yaml", "mine.yaml", "scenarios/centre.yaml", "scenarios/base.yaml",
    ]  # fmt: skip


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
    said = asked([], 3, None, [rule])
    assert said == {"files": [], "replicates": 3, "seed": None, "rules": ["price=mine.py:third"]}
