"""The corpus of bad input: a folder for each class of mistakes, with real files and what must be said about each.

`messages.yaml` of a folder names, for each file, the lines in English and in Danish and, where one edit mends the file,
what to replace by what (`mend`). Words that belong to the program as a whole stand in capitals: SCENARIOS for where the
shipped files lie, SHIPPED for their names, GROUPS for the keys at the top of a scenario. In `tables` each case is a
folder of tables that take the place of the worked example's; `remove` names one to take away.
"""

import contextlib
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

import run
from model.scenario.scenario import Scenario
from model.scenario.scenario_faults import FILE_KEYS
from model.shipped import SCENARIOS

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "da")
OF_TABLES = "extends: two_firms\nregion: {data: tables}\n"


class Case(NamedTuple):
    """A bad file, or folder of bad tables, and what is known about it."""

    kind: str
    name: str
    told: dict[str, Any]

    @property
    def path(self) -> Path:
        """Return where it lies."""
        return FOLDER / self.kind / self.name


class Said(NamedTuple):
    """What the command line did."""

    code: int
    out: str
    err: str


def kinds() -> list[str]:
    """Return the classes of mistakes."""
    return sorted(path.parent.name for path in FOLDER.glob("*/messages.yaml"))


def cases(kind: str) -> Iterator[Case]:
    """Return the cases of a class in the order of its messages."""
    for name, told in read_messages(kind).items():
        yield Case(kind, name, told)


def read_messages(kind: str) -> dict[str, Any]:
    """Return what the messages of a class say."""
    return yaml.load((FOLDER / kind / "messages.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def check(case: Case, language: str, folder: Path, *, mended: bool = False) -> Said:
    """Check a case in an empty folder as the command line does."""
    place(case, folder, mended=mended)
    file = "tables.yaml" if case.kind == "tables" else case.name
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run.main(["check", file, "--lang", language])
    return Said(code, out.getvalue(), err.getvalue())


def place(case: Case, folder: Path, *, mended: bool = False) -> None:
    """Put into a folder what the case is checked with; mended: with its one edit done."""
    folder.mkdir(parents=True, exist_ok=True)
    if case.kind != "tables":
        shutil.copytree(case.path.parent, folder, dirs_exist_ok=True)
        edited = [folder / case.name]
    else:
        shutil.copytree(SCENARIOS / "data" / "two_firms", folder / "tables")
        shutil.copytree(case.path, folder / "tables", dirs_exist_ok=True)
        (folder / "tables" / case.told.get("remove", "keep")).unlink(missing_ok=True)
        (folder / "tables.yaml").write_text(OF_TABLES, encoding="utf-8")
        edited = [folder / "tables" / path.name for path in case.path.iterdir()]
    if mended:
        _mend(edited, *case.told["mend"])


def _mend(paths: list[Path], old: str, new: str) -> None:
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{path.name} has no {old!r} to mend"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def neutral(err: str) -> list[str]:
    """Return the lines said, without what belongs to this machine or to the program as a whole."""
    shipped = ", ".join(sorted(path.stem for path in SCENARIOS.glob("*.yaml")))
    words = {SCENARIOS.as_posix(): "SCENARIOS", f"({shipped})": "(SHIPPED)"}
    words[", ".join((*Scenario.model_fields, *FILE_KEYS))] = "GROUPS"
    for word, name in words.items():
        err = err.replace(word, name)
    return err.splitlines()
