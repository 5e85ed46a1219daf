"""Which folder a result goes into: a new one of its own, or the one asked for if it is free."""

from pathlib import Path

from ..faults import Told, say
from . import ledger, lock


class FolderInUse(Told):
    """The folder asked for holds something already."""


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
    if folder.exists() and (not folder.is_dir() or any(_holds(folder))):
        raise FolderInUse(say("result.in_use", folder=folder.as_posix()))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def require_free(folder: Path) -> None:
    """Raise FolderInUse where somebody was there first, between the claim and the lock."""
    if any(_holds(folder)):
        raise FolderInUse(say("result.in_use", folder=folder.as_posix()))


def _holds(folder: Path) -> list[Path]:
    """Return what is in a folder, but for what a process leaves that was killed before there was a ledger."""
    return [path for path in folder.iterdir() if path.name not in (lock.LOCK, lock.HOLDER, *ledger.ASIDE)]
