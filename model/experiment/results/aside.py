"""Files and folders that appear whole or not at all: written aside, onto the disk, and only then given their names.

In every folder that is written to, `.regional-symbiosis` is the program's own corner: in it stand, while they are written,
files that are to come, in a folder for each process, locked as long as that lives.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from filelock import FileLock, Timeout

CORNER = ".regional-symbiosis"
PART, LOCK = ".part", "lock"
MOST_TRIES = 100
"""So often another process may come between."""


@contextmanager
def aside(folder: Path) -> Iterator[Path]:
    """Hand out an empty folder inside one that is there, for this process alone; it is gone afterwards.

    What a killed process left there is cleared, what a living one has at work is let alone. Raises OSError.
    """
    with naming(folder):
        part, lock = _taken(folder / CORNER)
        try:
            yield part
        finally:
            lock.release()
            shutil.rmtree(part, ignore_errors=True)
            with suppress(OSError):  # others are at work, or something is to stay there
                part.parent.rmdir()


@contextmanager
def made(folder: Path, inside: Path | None = None) -> Iterator[None]:
    """Make a folder and those it lies in; those made are removed again, if they are empty, where what follows fails.

    `inside` is a folder that has to be there: whoever moved a result away while it is worked on is not given another.
    """
    if inside is not None and not inside.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(inside))
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for one in missing:
            with suppress(OSError):
                one.rmdir()
        raise


def put(part: Path, path: Path) -> None:
    """Give a file or folder written aside its name, once all of it is on the disk; an empty folder makes way for a folder."""
    for file in sorted(part.rglob("*")) if part.is_dir() else [part]:
        if file.is_file():
            _flush(file)
    if part.is_dir() and path.is_dir():
        path.rmdir()
    os.replace(part, path)
    with suppress(OSError):  # Windows opens no folders, and needs none of this
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_text(path: Path, text: str) -> None:
    """Write a text: aside first, and onto the disk. Raises OSError that names the file."""
    with aside(path.parent) as part, naming(path):
        (part / path.name).write_text(text, encoding="utf-8", newline="\n")
        put(part / path.name, path)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Have what the system refuses named by a path where it names none, or only a file written aside for that."""
    try:
        yield
    except OSError as error:
        if error.filename is None or _is_aside_for(path, str(error.filename)):
            error.strerror = error.strerror or str(error)
            error.filename = str(path)
        raise


def _is_aside_for(path: Path, filename: str) -> bool:
    home, corner, _ = filename.partition(f"{os.sep}{CORNER}")
    return bool(corner) and Path(home) in (path, path.parent)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


# --- what is whose ---------------------------------------------------------------------------------------------------


def _taken(corner: Path) -> tuple[Path, FileLock]:
    """Return a new folder in a corner, and the lock by which others see that its owner lives."""
    for _ in range(MOST_TRIES):
        corner.mkdir(exist_ok=True)
        _clear(corner)
        part = corner / f"{token_hex(8)}{PART}"
        try:
            part.mkdir()  # as any folder: of a private one Windows makes files that stay private when they are moved
        except FileNotFoundError:  # the last to be at work in the corner has just removed it
            continue
        lock = FileLock(part / LOCK, timeout=0)
        try:
            lock.acquire()
        except (Timeout, FileNotFoundError):  # somebody took it for a dead one's
            continue
        except (OSError, NotImplementedError):  # no locks here: nobody clears it either
            pass
        return part, lock
    raise FileNotFoundError(corner)


def tidy(folder: Path) -> None:
    """Remove what killed processes left in a folder, where that can be done: whoever writes there does so anyhow."""
    with suppress(OSError):
        _clear(folder / CORNER)
        (folder / CORNER).rmdir()


def _clear(corner: Path) -> None:
    for part in corner.glob(f"*{PART}"):
        if _is_left(part):
            shutil.rmtree(part, ignore_errors=True)


def _is_left(part: Path) -> bool:
    try:
        with FileLock(part / LOCK, timeout=0):
            return True
    except (Timeout, OSError, NotImplementedError):  # it is held, gone by now, or locks tell nothing here
        return False
