"""Which folder a result goes into: a new one of its own, or the one asked for if it is free."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...faults import Told, say
from ...paths import kind_of
from . import aside, lock
from .seals import is_of_a_result

RESULTS = Path("results")
"""Where results go that are not asked to go elsewhere, in the working folder."""


class Refused(Told):
    """What is there already is not to be written over; `message` says what it is, and what to do."""


class FolderInUse(Refused):
    """A folder that was asked for holds something already, or is none."""


@contextmanager
def claimed(out: Path | None, name: str) -> Iterator[Path]:
    """Hand out the folder asked for, otherwise a new one; where what follows fails, nothing is left that was not there before.

    Raises FolderInUse, and OSError where it cannot be made.
    """
    home = RESULTS.absolute() if out is None else out
    require_folder(home)
    with aside.made(home):
        if out is not None:
            yield claim_this(out)
            return
        folder = claim_folder(home, name)
        try:
            yield folder
        except BaseException:
            with suppress(OSError):  # another process may have put something there by now
                folder.rmdir()
            raise


def claim_folder(results: Path, name: str) -> Path:
    """Make and return the first free one of `results/name`, `results/name-2`, …: no result is ever overwritten."""
    results.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        folder = results / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def claim_this(folder: Path) -> Path:
    """Make the folder asked for; raise FolderInUse unless it is new or empty."""
    require_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    require_free(folder)
    return folder


def require_folder(path: Path) -> None:
    """Raise FolderInUse for what is there and is no folder, nor a link to one, and for a place among a result's own files."""
    kind = kind_of(path)
    if kind and not path.is_dir():
        raise FolderInUse(say("target.no_folder", path=path, kind=say(f"kind.{kind}")))
    if aside.CORNER in path.parts or is_of_a_result(path / "file"):
        raise FolderInUse(say("target.own", file=path))


def require_free(folder: Path) -> None:
    """Raise FolderInUse for a folder that holds something already."""
    if any(_holds(folder)):
        raise FolderInUse(say("result.in_use", folder=folder))


def _holds(folder: Path) -> list[Path]:
    """Return what is in a folder, but for what a process leaves that was killed before there was a ledger."""
    return [path for path in folder.iterdir() if path.name not in (lock.LOCK, lock.HOLDER, aside.CORNER)]
