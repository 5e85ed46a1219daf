"""Files appear whole or not at all, and what a dead process left is told from what a living one holds."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.experiment.results import aside
from model.faults import refusal

HOLDS_AND_DIES = """
import os, sys
from pathlib import Path
from model.experiment.results.aside import aside
with aside(Path(sys.argv[1])) as part:
    (part / "half").write_text("ha")
    print(part, flush=True)
    sys.stdin.readline()
    os._exit(9)
"""


def at_work(folder: Path) -> "subprocess.Popen[str]":
    """Start a process that writes aside in a folder until it is told to die."""
    command = [sys.executable, "-c", HOLDS_AND_DIES, str(folder)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(aside.__file__).parents[3]
    )


def test_what_a_living_process_holds_stays_and_what_a_dead_one_left_is_cleared(tmp_path: Path) -> None:
    with at_work(tmp_path) as other:
        assert other.stdin is not None and other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        with aside.aside(tmp_path):
            assert (theirs / "half").read_text() == "ha"
        print(file=other.stdin, flush=True)
        assert other.wait(30) == 9
    assert (theirs / "half").exists()
    with aside.aside(tmp_path):
        assert not theirs.exists()
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_one_left_goes_without_anything_being_written_too(tmp_path: Path) -> None:
    with at_work(tmp_path) as other:
        assert other.stdin is not None and other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        aside.tidy(tmp_path)
        assert theirs.exists()
        print(file=other.stdin, flush=True)
        other.wait(30)
    aside.tidy(tmp_path)
    assert list(tmp_path.iterdir()) == []
    aside.tidy(tmp_path / "none")


def test_a_text_that_cannot_be_written_leaves_the_old_one_and_nothing_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    aside.write_text(path, "old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as refused:
        aside.write_text(path, "new")
    assert refused.value.filename == str(path)
    assert refusal(refused.value).worded("en").startswith(f"{path.as_posix()}: cannot be used: the disk is full; make room")
    assert path.read_text() == "old" and [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_takes_its_place_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with aside.aside(tmp_path) as part:
        (part / "new" / "deep").mkdir(parents=True)
        (part / "new" / "deep" / "a.txt").write_text("a")
        aside.put(part / "new", tmp_path / "new")
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*.txt"))] == ["new/deep/a.txt"]


def test_folders_made_on_the_way_go_again_where_nothing_comes_of_it(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(KeyboardInterrupt), aside.made(tmp_path / "mine" / "a" / "b"):
        raise KeyboardInterrupt
    assert list(tmp_path.rglob("*")) == [tmp_path / "mine"]


def test_a_folder_that_was_moved_away_is_not_made_again(tmp_path: Path) -> None:
    for writes in (
        lambda: aside.write_text(tmp_path / "gone" / "a.txt", "a"),
        lambda: aside.made(tmp_path / "gone" / "figures", inside=tmp_path / "gone").__enter__(),
    ):
        with pytest.raises(FileNotFoundError) as told:
            writes()
        assert "gone" in str(told.value.filename)
    assert list(tmp_path.iterdir()) == []


def test_a_corner_that_is_somebody_elses_file_is_told(tmp_path: Path) -> None:
    (tmp_path / aside.CORNER).write_text("mine")
    with pytest.raises(OSError) as refused, aside.aside(tmp_path):
        pass
    assert aside.CORNER in str(refused.value.filename) or refused.value.filename == str(tmp_path)
    assert (tmp_path / aside.CORNER).read_text() == "mine"


def test_errors_keep_their_own_place_and_get_one_where_they_have_none(tmp_path: Path) -> None:
    other = tmp_path / "other"
    with pytest.raises(FileNotFoundError) as told, aside.naming(tmp_path):
        other.read_text()
    assert told.value.filename == str(other)
    with pytest.raises(OSError, match="odd") as untold, aside.naming(tmp_path):
        raise OSError("odd")
    assert refusal(untold.value).worded("en") == f"{tmp_path.as_posix()}: cannot be used: odd"
