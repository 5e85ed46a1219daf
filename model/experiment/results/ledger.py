"""The ledger of a result: what was asked for, and what became of every run, committed before it counts as done.

A file of SQLite in the result folder. Each transaction is on the disk before it returns (WAL, synchronous=FULL), and
holds the runs of whole replicates, so that a run is never there without the twin it was told against. Every row has a
seal, so that a damaged one is noticed.
"""

import errno
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from time import monotonic  # noqa: TID251 - for time waited; no result reads it
from typing import Any

from ...faults import Message, say
from ..plan.design import Run
from .aside import aside, naming, put
from .outcome import Failed, Finished
from .packing import packed, unpacked
from .seals import LEDGER as NAME
from .seals import Damaged

_TABLES = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL, seal BLOB NOT NULL)",
    "CREATE TABLE runs (run TEXT PRIMARY KEY, seconds REAL NOT NULL, written TEXT NOT NULL,"
    " error TEXT NOT NULL, traceback TEXT NOT NULL, parts BLOB, seal BLOB NOT NULL)",
)

_REFUSED = {
    sqlite3.SQLITE_FULL: "ENOSPC",
    sqlite3.SQLITE_READONLY: "EROFS",
    sqlite3.SQLITE_PERM: "EACCES",
    sqlite3.SQLITE_BUSY: "EBUSY",
    sqlite3.SQLITE_LOCKED: "EBUSY",
    **dict.fromkeys((sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM), ""),
}
"""What SQLite says where the system, and not the file, is at fault, and what the system calls it; "" where that is not sure."""

_UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
"""What it says of a folder in which it may not write what it needs beside a ledger."""

SECONDS_AT_ONCE, SECONDS_OF_PATIENCE = 2.0, 30.0
"""So long it is waited for a ledger that another program has locked: without a word, and until it is given up."""

About = dict[str, Any]
"""What was asked for, as plain data."""


class Ledger:
    """An open ledger. Whoever writes holds the folder's lock (`lock.held`); reading needs none."""

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self._database, self._path = database, path
        self.on_wait: Callable[[Path], object] = lambda _: None
        """Called once it is waited for another program to let go of the ledger."""

    @property
    def about(self) -> About:
        """What was asked for; raises Damaged."""
        rows = self._rows("SELECT name, value, seal FROM about")
        for name, value, seal in rows:
            self._require(seal == _seal(name, value), name)
        return {name: json.loads(value) for name, value, _ in rows}

    def say(self, **about: Any) -> None:
        """Keep what was asked for, by name, in place of what stood there."""
        values = [(name, json.dumps(value, ensure_ascii=False)) for name, value in about.items()]
        with _translated(self._path), self._database:
            self._database.executemany(
                "INSERT OR REPLACE INTO about VALUES (?, ?, ?)",
                [(name, value, _seal(name, value)) for name, value in values],
            )

    def keep(self, done: Sequence[Finished | Failed]) -> None:
        """Keep what became of runs, all of them or none; when this returns it is on the disk."""
        written = datetime.now(UTC).isoformat(timespec="seconds")
        rows = [_row(one, written) for one in done]
        sealed = [(*row, _seal(*row)) for row in rows]
        self._patiently(lambda: self._insert(sealed))
        self._settle()

    def _insert(self, rows: list[tuple[Any, ...]]) -> None:
        with _translated(self._path), self._database:
            self._database.executemany("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def _patiently(self, act: Callable[[], None]) -> None:
        """Do something; while another program has the ledger locked, say so and try again."""
        until = monotonic() + SECONDS_OF_PATIENCE
        waiting = False
        while True:
            try:
                return act()
            except OSError as error:
                if error.errno != errno.EBUSY or monotonic() > until:
                    raise
            if not waiting:
                self.on_wait(self._path)
            waiting = True

    def _settle(self) -> None:
        """Copy the write-ahead log into the file itself: a damaged log is cut short in silence, a damaged file is noticed.

        Somebody who reads just now may hold up part of it until next time.
        """
        with _translated(self._path):
            self._database.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def done(self) -> set[str]:
        """Return the ids of the runs that finished or failed; raises Damaged."""
        return {run for (run,) in self._rows("SELECT run FROM runs")}

    def failed(self) -> dict[str, Message | str]:
        """Return the error of each run that failed, by id; raises Damaged."""
        return {run: _error(text) for run, text in self._rows("SELECT run, error FROM runs WHERE parts IS NULL")}

    def read(self, runs: Iterable[Run]) -> Iterator[Finished | Failed]:
        """Return what became of these runs, in their order, those without a row left out; raises Damaged."""
        for run in runs:
            for row in self._rows("SELECT * FROM runs WHERE run = ?", run.id):
                yield self._told(run, row)

    def check(self) -> None:
        """Read everything once; raises Damaged where it is not as it was written."""
        ((said, *_), *_) = self._rows("PRAGMA integrity_check(1)")
        self._require(said == "ok", str(said))
        with _translated(self._path):
            for row in self._database.execute("SELECT * FROM runs"):  # one at a time: there may be more than fit in memory
                self._require(row[-1] == _seal(*row[:-1]), str(row[0]))
        _ = self.about

    def _told(self, run: Run, row: Sequence[Any]) -> Finished | Failed:
        self._require(row[-1] == _seal(*row[:-1]), run.id)
        _, seconds, _, error, traceback, parts, _ = row
        return Failed(run, _error(error), traceback) if parts is None else Finished(run, unpacked(parts), seconds)

    def _rows(self, query: str, *values: object) -> list[Any]:
        with _translated(self._path):
            return self._database.execute(query, values).fetchall()

    def _require(self, sound: bool, what: str) -> None:
        if not sound:
            raise Damaged(self._path, what)


@contextmanager
def created(folder: Path, about: About, done: Sequence[Finished | Failed] = ()) -> Iterator[Ledger]:
    """Make the ledger of a folder that has none, with runs that are done. Raises OSError where the folder cannot be written.

    It appears whole or not at all: a process that is killed here leaves none.
    """
    path = folder / NAME
    with aside(folder) as place, naming(path):
        with _connected(place / NAME, "rwc", "DELETE") as database, _translated(path):
            for statement in _TABLES:
                database.execute(statement)
            new = Ledger(database, path)
            new.say(**about)
            new.keep(done)
        put(place / NAME, path)
    with opened(folder) as ledger:
        yield ledger


@contextmanager
def opened(folder: Path) -> Iterator[Ledger]:
    """Open the ledger of a folder. Raises FileNotFoundError where there is none, OSError, and Damaged where it is no ledger."""
    path = _there(folder)
    with _connected(path, "rw", "WAL") as database:
        yield Ledger(database, path)


@contextmanager
def reading(folder: Path) -> Iterator[Ledger]:
    """Open the ledger of a folder to read it, which may lie where nothing can be written. Raises as `opened` does."""
    path = _there(folder)
    with _translated(path), ExitStack() as stack:
        yield Ledger(stack.enter_context(closing(_reader(path, stack))), path)


def _there(folder: Path) -> Path:
    path = folder / NAME
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    with path.open("rb"):  # which says why, where it cannot be read
        return path


@contextmanager
def _connected(path: Path, mode: str, journal: str) -> Iterator[sqlite3.Connection]:
    with _translated(path), closing(_connection(path, f"mode={mode}")) as database:
        database.execute(f"PRAGMA journal_mode={journal}")
        database.execute("PRAGMA synchronous=FULL")
        yield database


def _connection(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True, timeout=SECONDS_AT_ONCE)


def _reader(path: Path, stack: ExitStack) -> sqlite3.Connection:
    """Return a connection that reads: beside whoever writes, else from a ledger at rest, else from a copy.

    SQLite needs to write beside a ledger that may be written to meanwhile. Where it cannot, nobody here does; what a
    killed process left in the write-ahead log is then read from a copy, for the log has to be worked into the file.
    """
    for how in ("mode=rw", "mode=ro"):
        database = _connection(path, how)
        try:
            database.execute("SELECT 1 FROM sqlite_master").fetchall()
            return database
        except sqlite3.OperationalError as error:
            database.close()
            if error.sqlite_errorcode & 0xFF not in _UNWRITABLE:
                raise
    log = path.with_name(f"{path.name}-wal")
    if not log.is_file() or not log.stat().st_size:
        return _connection(path, "mode=ro&immutable=1")
    scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="symbiosis-", ignore_cleanup_errors=True)))
    for file in (path, log):
        shutil.copyfile(file, scratch / file.name)
    return _connection(scratch / path.name, "mode=rw")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Tell what the system refuses as OSError, and what cannot be read as a ledger as Damaged."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        name = _REFUSED.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)  # the rest of the code says more, as the text does
        if name is None:
            raise Damaged(path, str(error)) from error
        raise _refused(name, str(error), path) from error


def _refused(name: str, said: str, path: Path) -> OSError:
    return OSError(getattr(errno, name) if name else None, said, str(path))


def _row(done: Finished | Failed, written: str) -> tuple[Any, ...]:
    if isinstance(done, Failed):
        return done.run.id, 0.0, written, _error_text(done.error), done.traceback, None
    return done.run.id, done.seconds, written, "", "", packed(done.parts)


def _error_text(error: Message | str) -> str:
    """Return an error as JSON: a text, or the key of a message and its values, so that it can be told in any language."""
    told = [error.key, dict(error.values)] if isinstance(error, Message) else error
    return json.dumps(told, ensure_ascii=False, default=str)


def _error(text: str) -> Message | str:
    told = json.loads(text)
    return told if isinstance(told, str) else say(told[0], **told[1])


def _seal(*values: Any) -> bytes:
    """Return what changes with any of the values."""
    hashed = blake2b(digest_size=16)
    for value in values:
        content = value if isinstance(value, bytes) else repr(value).encode("utf-8", "surrogatepass")
        hashed.update(len(content).to_bytes(8, "little") + content)
    return hashed.digest()
