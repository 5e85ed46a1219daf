"""Whatever a command prints to, it ends in words and with a true exit code, and what it keeps in files is whole."""

import errno
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import run
from model.experiment.commands import start
from model.experiment.results.store import read_table
from model.experiment.workers import worker
from model.shipped import SCENARIOS
from tests.blank_figures import blank_figures

ENCODINGS = ("ascii", "cp850", "cp1252", "latin-1", "utf-8")
PROGRAM = SCENARIOS.parent / "run.py"
MINE = 'title: "Bøtten − \\e[31mrød\\a \\u202etxet"\nextends: two_firms\n'
"""A scenario whose title would colour a terminal, ring its bell and turn its letters."""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result of one run, of a scenario with an odd title."""
    folder = tmp_path_factory.mktemp("start")
    (folder / "mine.yaml").write_text(MINE, encoding="utf-8")
    asked = ["run", str(folder / "mine.yaml"), "--replicates", "1", "--engine", "agents", "--out", str(folder / "out")]
    with blank_figures(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(worker.SECONDS_A_RUN, "agents", 0.0)
        assert run.main(asked) == run.DONE
    return folder / "out"


def asked(command: str, result: Path, folder: Path) -> list[str]:
    """What is asked of a command: something that it prints at length."""
    case, of = (str(read_table(result, "cases")[column][0]) for column in ("case", "run"))
    mine = str(result.parent / "mine.yaml")
    more = {
        "run": [mine, "--replicates", "1", "--engine", "agents", "--out", str(folder / "new")],
        "resume": [str(result), "--status"],
        "replay": [str(result), "--run", of],
        "report": [str(result), "--out", str(folder / "report.html")],
        "explain": [str(result), "--case", case],
        "export": [str(result), "--format", "csv", "--out", str(folder / "export")],
        "compare": [str(result), str(result)],
        "figures": [str(result), "--out", str(folder / "figures")],
        "check": [mine, "centre"],
        "show": [mine],
        "schema": [],
    }
    return [command, *more[command], "--lang", "da"]


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(worker.SECONDS_A_RUN, "agents", 0.0)
    with blank_figures():
        yield


def printed_to(streams: tuple[Any, Any], command: list[str]) -> int:
    """Do a command with other standard streams, and return its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", streams[0])
        patch.setattr(sys, "stderr", streams[1])
        return run.main(command)


def in_encoding(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


def bytes_of(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue()


class Refusing(io.StringIO):
    """A stream that takes what it is given and cannot hand it on, as a full disk or a reader that has gone."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def flush(self) -> None:
        raise OSError(self.number, os.strerror(self.number))


@pytest.mark.parametrize("command", run.COMMANDS)
def test_every_command_prints_in_every_encoding_and_nothing_that_a_terminal_obeys(
    command: str, result: Path, tmp_path: Path
) -> None:
    for encoding in ENCODINGS:
        (tmp_path / encoding).mkdir()
        out, err = in_encoding(encoding), in_encoding(encoding)
        code = printed_to((out, err), asked(command, result, tmp_path / encoding))
        said = (bytes_of(out) + bytes_of(err)).decode(encoding)
        assert code == run.DONE, said
        assert said.strip() and "Traceback" not in said
        assert not set(said) & {"\x1b", "\a", "\r", "\u202e"}


@pytest.mark.parametrize("command", run.COMMANDS)
@pytest.mark.parametrize("closed", [False, True], ids=["full", "closed"])
def test_where_nothing_can_be_printed_that_is_said_and_what_is_kept_in_files_is_whole(
    command: str, closed: bool, result: Path, tmp_path: Path
) -> None:
    out = None if closed else Refusing(errno.ENOSPC)
    err = io.StringIO()
    keeps = command in ("run", "resume", "report", "export", "figures")
    assert printed_to((out, err), asked(command, result, tmp_path)) == (run.DONE if keeps else run.BAD_INPUT)
    reason = "den er lukket" if closed else "disken er fuld"
    assert f"der kan ikke skrives til standardudgangen: {reason}" in err.getvalue()
    assert ("filerne er, som de skal være" in err.getvalue()) is keeps
    if command == "run":
        assert run.main(["resume", str(tmp_path / "new"), "--status"]) == run.DONE


@pytest.mark.parametrize("command", ["show", "check", "schema", "compare"])
def test_a_reader_that_has_had_enough_is_no_fault(command: str, result: Path, tmp_path: Path) -> None:
    err = io.StringIO()
    assert printed_to((Refusing(errno.EPIPE), err), asked(command, result, tmp_path)) == run.DONE
    assert err.getvalue() == ""


def test_an_exit_code_is_true_whether_or_not_anything_can_be_printed() -> None:
    for streams in ((None, None), (Refusing(errno.EPIPE), Refusing(errno.ENOSPC)), (io.StringIO(), None)):
        assert printed_to(streams, ["check", "centre", "no_such_file"]) == run.BAD_INPUT
    assert printed_to((io.StringIO(), None), ["check", "centre"]) == run.DONE


def test_nothing_of_an_error_is_printed_among_what_was_asked_for() -> None:
    out = io.StringIO()
    assert printed_to((out, None), ["check", "no_such_file"]) == run.BAD_INPUT
    assert out.getvalue() == ""


def test_letters_an_encoding_lacks_are_written_as_people_write_them_there() -> None:
    assert start.text_for("−0,5 ± 2 … Køge/Holbæk → »é« ≥ 中", "ascii") == '-0,5 +/- 2 ... Koege/Holbaek -> "e" >= ?'
    assert start.text_for("−0,5 Køge…", "cp1252") == "-0,5 Køge…"
    assert start.text_for("file\udcff", "utf-8") == "file?"
    assert start.text_for("Køge", "no such encoding") == "Koege"


def test_what_stands_on_the_command_line_of_the_test_is_left_as_it_was() -> None:
    before = sys.stdout, sys.stderr
    run.main(["check", "centre"])
    assert (sys.stdout, sys.stderr) == before


# --- processes -------------------------------------------------------------------------------------------------------

POSIX = pytest.mark.skipif(os.name == "nt", reason="a shell of another kind")


@POSIX
@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [
        (">&-", 2, "standard output cannot be written: it is closed"),
        ("<&- >&-", 2, "standard output cannot be written: it is closed"),
        ("| head -1 >/dev/null", 0, ""),
        *([(">/dev/full", 2, "the disk is full")] if Path("/dev/full").exists() else []),
    ],
)
def test_a_process_says_so_too(ending: str, code: int, said: str) -> None:
    shell = f'"{sys.executable}" "{PROGRAM}" show centre {ending}; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr and "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


@pytest.mark.parametrize("threads", ["0", "-3", "many"])
def test_what_the_environment_says_keeps_no_library_from_being_used(threads: str) -> None:
    code = (
        "from model.experiment.commands import start\n"
        "with start.safely(is_program=True): import numba.np.ufunc, matplotlib; print(matplotlib.get_backend())"
    )
    odd = {"NUMBA_NUM_THREADS": threads, "MPLBACKEND": "none such"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | odd)
    assert done.stdout.strip() == "agg", done.stderr
