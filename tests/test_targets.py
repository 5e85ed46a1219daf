"""One gate for every command that writes: new files only, or those that this program wrote for the same result."""

import errno
import os
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

import pytest
from made_up_folder import write_folder

import run
from model.experiment.results import aside
from tests.blank_figures import blank_figures
from tests.faults.claim_bad_runs import TWO, command, engine, no_pictures
from tests.made_up import simulate

Make = Callable[[Path, Path], Path]
"""Puts something in an empty folder, given a result as well, and returns the path that a command is told to write to."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished result, whole, with the scenario it was made from beside it."""
    place = tmp_path_factory.mktemp("kept")
    (place / "two.yaml").write_text(TWO, encoding="utf-8")
    with engine(simulate, 0.01), no_pictures():
        asked = ["run", f"{place}/two.yaml", "--replicates", "2", "--engine", "agents", "--out", f"{place}/result"]
        assert command(asked)[0] == run.DONE
    return place


@pytest.fixture
def place(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that holds `result`, `two.yaml` and `thesis.txt`, and is the working folder."""
    folder = Path(shutil.copytree(kept, tmp_path / "place"))
    (folder / "thesis.txt").write_text("years of work", encoding="utf-8")
    monkeypatch.chdir(folder)
    with engine(simulate, 0.01), no_pictures(), blank_figures():
        yield folder


# --- what commands write ---------------------------------------------------------------------------------------------


WRITES_FILE = {"report": ["report", "result", "--out"]}
WRITES_FOLDER = {
    "figures": ["figures", "result", "--only", "savings_fan", "--out"],
    "csv": ["export", "result", "--format", "csv", "--out"],
    "csv-da": ["export", "result", "--format", "csv-da", "--out"],
    "xlsx": ["export", "result", "--format", "xlsx", "--out"],
    "run": ["run", "two.yaml", "--replicates", "1", "--engine", "agents", "--workers", "1", "--out"],
}
WRITERS = WRITES_FILE | WRITES_FOLDER
WALKED = [name for name in WRITERS if name not in ("csv-da", "xlsx")]
"""What is walked against every target; an export looks at its target in one way for all forms."""

OWN = (
    "ledger.sqlite", "ledger.lock", "provenance.json", "runs.parquet", "outcomes.parquet", "scenarios/centre.yaml",
    "tables/data/two_firms/linkages.csv",
)  # fmt: skip
OWN_TO_BE = ("ledger.sqlite-wal", "ledger.sqlite-journal", "failed_runs.json", "outcomes_by_month.parquet", "rules/mine.py")


def foreign(name: str) -> Make:
    return lambda place, result: place / name


def of_result(name: str) -> Make:
    return lambda place, result: result / name


def link(path: Path, to: Path) -> Path:
    """Make a link, where the system lets this user."""
    try:
        path.symlink_to(to, target_is_directory=to.is_dir())
    except OSError as error:
        pytest.skip(f"no links here: {error}")
    return path


def linked(to: str) -> Make:
    return lambda place, result: link(place / "link", place / to)


def among_the_scenarios(place: Path, result: Path) -> Path:
    return link(place / "link", result / "scenarios") / "new"


def hard_linked(to: str) -> Make:
    def make(place: Path, result: Path) -> Path:
        (place / "hard").hardlink_to(place / to)
        return place / "hard"

    return make


def pipe(place: Path, result: Path) -> Path:
    os.mkfifo(place / "pipe")
    return place / "pipe"


def plug(place: Path, result: Path) -> Path:
    """A socket, which stays when nobody listens any more."""
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("plug")
    return place / "plug"


def below_a_file(place: Path, result: Path) -> Path:
    return place / "thesis.txt" / "new"


TARGETS: dict[str, Make] = {
    "a foreign file": foreign("thesis.txt"),
    "a scenario": foreign("two.yaml"),
    **{f"the result's {name}": of_result(name) for name in (*OWN, *OWN_TO_BE)},
    "a link to a file": linked("thesis.txt"),
    "a link to the ledger": linked("result/ledger.sqlite"),
    "a link to nothing": linked("nothing"),
    "behind a link to the result's scenarios": among_the_scenarios,
    "a hard link to a file": hard_linked("thesis.txt"),
    "a hard link to the ledger": hard_linked("result/ledger.sqlite"),
    "below a file": below_a_file,
}
POSIX_ONLY: dict[str, Make] = {
    "a pipe": pipe,
    "a socket": plug,
    "a device": lambda place, result: Path(os.devnull),
    "standard output by name": lambda place, result: Path("/dev/stdout"),
}
TARGETS |= {} if sys.platform == "win32" else POSIX_ONLY
A_FOLDER_MAY_BE_NEW_THERE = {f"the result's {name}" for name in OWN_TO_BE if "/" not in name} | {"a link to nothing"}


def snapshot(folder: Path) -> dict[str, str]:
    """What is in a folder and what each is: links by where they lead, files by kind, content and identity."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = ""
        if stat.S_ISREG(status.st_mode):
            content = blake2b(path.read_bytes()).hexdigest()
        if path.is_symlink():
            content = os.readlink(path)
        found[path.relative_to(folder).as_posix()] = f"{stat.S_IFMT(status.st_mode)} {status.st_ino} {content}"
    return found


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("writer", WALKED)
def test_nothing_that_is_somebodys_is_written_over(place: Path, writer: str, target: str) -> None:
    path = TARGETS[target](place, place / "result")
    before = snapshot(place)
    code, told = command([*WRITERS[writer], str(path)])
    after = snapshot(place)
    if writer in WRITES_FOLDER and target in A_FOLDER_MAY_BE_NEW_THERE and code == run.DONE:
        assert before.items() <= after.items()
        return
    assert code == run.BAD_INPUT, told
    assert (path.name in told or path.parent.name in told) and "Traceback" not in told
    assert after == before
    if os.path.exists(os.devnull) and os.name != "nt":
        assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize("writer", WRITERS)
def test_what_is_refused_is_told_with_place_fault_and_remedy_in_both_languages(place: Path, writer: str) -> None:
    for language, remedy in (("en", "name another"), ("da", "angiv e")):
        _, told = command([*WRITERS[writer], "thesis.txt", "--lang", language])
        assert told.startswith("thesis.txt: ") and remedy in told


@pytest.mark.parametrize("writer", WRITERS)
def test_a_folder_that_is_missing_is_made_and_goes_again_where_nothing_is_written(place: Path, writer: str) -> None:
    assert command([*WRITERS[writer], "deep/er/new"])[0] == run.DONE
    assert (place / "deep" / "er" / "new").exists()
    before = snapshot(place)
    broken = [part.replace("result", "nothing").replace("two.yaml", "none.yaml") for part in WRITERS[writer]]
    assert command([*broken, "deeper/still/new"])[0] == run.BAD_INPUT
    assert snapshot(place) == before


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk_is_told_with_the_place_and_leaves_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch, writer: str, language: str
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = snapshot(place)
    monkeypatch.setattr(os, "fsync", full)
    code, told = command([*WRITERS[writer], "deep/new", "--lang", language])
    assert code == run.BAD_INPUT and snapshot(place) == before
    assert "deep/new" in told and {"en": "the disk is full", "da": "disken er fuld"}[language] in told
    assert "--out" in told and "None" not in told


def test_a_report_replaces_its_own_and_no_other(place: Path) -> None:
    asked = ["report", "result", "--out", "page.html"]
    assert command(asked)[0] == run.DONE
    english = Path("page.html").read_bytes()
    assert command([*asked, "--lang", "da"])[0] == run.DONE
    assert Path("page.html").read_bytes() != english
    assert command(asked)[0] == run.DONE
    assert Path("page.html").read_bytes() == english  # however often it was written in between
    shutil.copy("page.html", "sent.html")  # the mark goes along
    assert command(["report", "result", "--out", "sent.html"])[0] == run.DONE
    Path("page.html").write_bytes(english.replace(b"<h1", b"<h1 class='mine'", 1))
    assert "has been changed since" in command(asked)[1]


def test_what_was_written_for_another_result_stays(place: Path) -> None:
    write_folder(place / "other", {"base": "", "centre_6m": "base"}, 2, (2011, 2014))
    assert command(["report", "other", "--out", "page.html"])[0] == run.DONE
    code, told = command(["report", "result", "--out", "page.html"])
    assert (code, "wrote it for another result" in told) == (run.BAD_INPUT, True)
    assert command(["report", "other", "--out", "page.html"])[0] == run.DONE


def test_a_result_that_was_moved_still_knows_its_own(place: Path) -> None:
    assert command(["figures", "result", "--only", "savings_fan"])[0] == run.DONE
    Path("result").rename("moved")
    assert command(["report", "moved"])[0] == run.DONE
    assert command(["figures", "moved", "--only", "savings_fan", "--lang", "da"])[0] == run.DONE


@pytest.mark.parametrize("kind", ["svg", "png", "pdf", "csv", "txt"])
def test_no_file_of_a_figure_is_written_over_that_was_edited_or_is_foreign(
    place: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    asked = ["figures", "result", "--only", "savings_fan", "--out", "f"]
    Path("f").mkdir()
    mine = Path("f") / f"savings_fan.{kind}"
    mine.write_text("mine", encoding="utf-8")
    assert command(asked)[0] == run.BAD_INPUT
    assert [path.name for path in Path("f").iterdir()] == [mine.name] and mine.read_text(encoding="utf-8") == "mine"
    mine.unlink()
    assert command(asked)[0] == run.DONE
    mine.write_bytes(mine.read_bytes() + b"mine")
    before = snapshot(place)
    code, told = command([*asked, "--lang", "da"])
    assert code == run.BAD_INPUT and mine.name in told
    assert snapshot(place) == before


def test_a_file_that_holds_just_that_already_is_no_obstacle(place: Path) -> None:
    """Whoever removes a drawing to have it drawn again finds its data, for which nothing vouches any more, no obstacle."""
    asked = ["figures", "result", "--only", "savings_fan", "--out", "f"]
    assert command(asked)[0] == run.DONE
    before = {path.name: path.read_bytes() for path in Path("f").iterdir()}
    Path("f/savings_fan.svg").unlink()
    assert command(asked)[0] == run.DONE
    assert {path.name: path.read_bytes() for path in Path("f").iterdir()} == before


def test_killed_between_two_files_of_a_set_the_next_call_knows_them_all(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["figures", "result", "--only", "savings_fan", "--out", "f"]
    assert command([*asked, "--lang", "da"])[0] == run.DONE
    really, puts = aside.put, []

    def killed(part: Path, path: Path) -> None:
        puts.append(path)
        if len(puts) == 3:
            raise KeyboardInterrupt
        really(part, path)

    with monkeypatch.context() as patch:
        patch.setattr("analysis.outputs.put", killed)
        assert command(asked)[0] == run.INTERRUPTED
    assert command(asked)[0] == run.DONE
    mixed = {path.name: path.read_bytes() for path in Path("f").iterdir()}
    assert command([*asked[:-1], "g"])[0] == run.DONE
    assert mixed == {path.name: path.read_bytes() for path in Path("g").iterdir()}


def test_a_folder_behind_a_link_is_written_to(place: Path) -> None:
    Path("disk").mkdir()
    link(place / "link", place / "disk")
    for writer in WRITES_FOLDER:
        assert command([*WRITES_FOLDER[writer], "link"])[0] == run.DONE, writer
        assert Path("link").is_symlink() and any(Path("disk").iterdir())
        shutil.rmtree("disk")
        Path("disk").mkdir()


def test_an_export_takes_an_empty_folder_and_no_other(place: Path) -> None:
    Path("empty").mkdir()
    asked = ["export", "result", "--format", "csv", "--out", "empty"]
    assert command(asked)[0] == run.DONE
    code, told = command(asked)
    assert code == run.BAD_INPUT and "is not empty" in told and "resume" not in told


def test_a_report_goes_to_standard_output_where_that_is_asked_for(
    place: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    before = snapshot(place)
    assert run.main(["report", "result", "--lang", "da", "--out", "-"]) == run.DONE
    sys.stdout.flush()
    page = capfdbinary.readouterr().out
    assert page.startswith(b"<!DOCTYPE html>") and page.endswith(b"</html>\n")
    assert b"besparelser" in page.lower()
    assert snapshot(place) == before


@pytest.mark.parametrize("writer", WRITES_FOLDER)
def test_several_files_do_not_go_to_standard_output(place: Path, writer: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(place)
    with pytest.raises(SystemExit) as ended:
        run.main([*WRITES_FOLDER[writer], "-"])
    assert ended.value.code == run.BAD_INPUT
    assert "name a folder" in capsys.readouterr().err
    assert snapshot(place) == before


def test_commands_that_only_read_write_nothing(place: Path) -> None:
    before = snapshot(place)
    for asked in (["compare", "result", "result"], ["resume", "result", "--status"], ["schema"], ["check", "two.yaml"]):
        assert command(asked)[0] == run.DONE
    assert snapshot(place) == before
