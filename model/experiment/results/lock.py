"""One writer to a result folder: a lock of the operating system, which ends with the process that holds it."""

import errno
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ...faults import Message, Told, say
from .aside import naming
from .seals import LEDGER

LOCK, HOLDER = "ledger.lock", "ledger.holder"


class Held(Told):
    """Another process works on the folder; `message` says which, since when."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder for this process; raises Held at once where another has it, OSError where it cannot be locked.

    A lock left behind by a process that was killed is none: the system lets go of it. A folder that has no ledger when it is
    let go of is left as it was found.
    """
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise Held(_told(folder)) from error
    except NotImplementedError as error:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK), str(folder / LOCK)) from error
    try:
        with naming(folder / HOLDER):
            (folder / HOLDER).write_text(json.dumps(_who()), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):  # gone, or read-only by now; what counts is the lock
            (folder / HOLDER).unlink(missing_ok=True)
        _release(lock, folder)


def _release(lock: FileLock, folder: Path) -> None:
    """Let go of a folder. Windows removes no file that is open, so the lock goes afterwards there, unless somebody took it."""
    begun = (folder / LEDGER).exists()
    if not begun and os.name != "nt":
        with suppress(OSError):
            (folder / LOCK).unlink(missing_ok=True)
    lock.release()
    if not begun and os.name == "nt":
        with suppress(OSError):
            (folder / LOCK).unlink(missing_ok=True)


def _who() -> dict[str, object]:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return {"process": os.getpid(), "computer": socket.gethostname(), "since": since}


def _told(folder: Path) -> Message:
    try:
        who = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return say("held", folder=folder, **{name: who[name] for name in ("process", "computer", "since")})
    except (OSError, ValueError, KeyError):  # it has only just taken the folder
        return say("held_by_someone", folder=folder)
