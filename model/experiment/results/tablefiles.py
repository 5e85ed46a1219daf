"""DuckDB, which reads and writes the tables: it takes every path as it stands, and fetches nothing from anywhere.

By itself it takes `*`, `?` and `[` in a path for a pattern, `a=b/` for a column, `~` for the home folder, and `s3:` or `file:`
for something to be fetched.
"""

import errno
import glob
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from .aside import naming

SETTINGS: dict[str, Any] = {
    "threads": 1,  # rows stay in order, and sums are added up in the same order every time
    "pandas_analyze_sample": 0,  # no sample decides what a column of texts holds
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}

_REFUSED = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException, duckdb.OutOfMemoryException)
"""What DuckDB says where the system refused it a file, depending on what it was doing."""

_INTERRUPTED = ("Query interrupted", "KeyboardInterrupt")
"""How its errors begin where Ctrl-C came in its own code, or in Python that it called."""

_USUAL = ("ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "ENOENT", "EFBIG", "EIO", "EMFILE")
"""Reasons of the system that are looked for in what it says."""

_PLAIN = re.compile(r"[\w/. +,@-]+")
"""A path in which nothing means anything but itself."""


class Folder(NamedTuple):
    """A folder of tables, opened for reading: `place` is the folder by a name that DuckDB takes as it stands."""

    database: duckdb.DuckDBPyConnection
    place: Path

    def view(self, table: str, numbered: bool = True) -> None:
        """Have a table's file read as a view of its name; numbered, with the place of each row as `file_row_number`."""
        path = glob.escape(str(self.place / f"{table}.parquet"))  # else it would be a pattern
        self.database.read_parquet(path, file_row_number=numbered, hive_partitioning=False).create_view(table)


@contextmanager
def reading(folder: Path) -> Iterator[Folder]:
    """Open a folder to read its tables, in memory. Raises OSError for a file that cannot be read, naming it where it can."""
    with _scratch() as scratch, refusals_named(folder), connected(spilling_into=scratch) as database:
        yield Folder(database, _plainly_named(folder, scratch))


@contextmanager
def connected(file: Path | None = None, spilling_into: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in a file, otherwise in memory; what does not fit into memory goes into a folder.

    Raises KeyboardInterrupt for what DuckDB makes of Ctrl-C while it is at work.
    """
    settings = SETTINGS if spilling_into is None else SETTINGS | {"temp_directory": str(spilling_into / "spilt")}
    with duckdb.connect(":memory:" if file is None else str(file.absolute()), config=settings) as database:
        try:
            yield database
        except (RuntimeError, duckdb.Error) as error:
            if not str(error).startswith(_INTERRUPTED):
                raise
            raise KeyboardInterrupt from error


PARQUET = "FORMAT parquet, COMPRESSION zstd"
"""How SQL says so."""


def copy(database: duckdb.DuckDBPyConnection, query: str, path: Path, options: str = PARQUET) -> None:
    """Write the rows of a query into a file, of Parquet unless options say otherwise. Raises OSError that names it."""
    quoted = str(path.absolute()).replace("'", "''")
    with naming(path), refusals_named(path):
        database.execute(f"COPY ({query}) TO '{quoted}' ({options})")


@contextmanager
def refusals_named(path: Path) -> Iterator[None]:
    """Tell what the system refuses DuckDB as OSError, with the path it was about."""
    try:
        yield
    except _REFUSED as error:
        raise _os_error(str(error), path) from error


def _os_error(said: str, path: Path) -> OSError:
    codes = [getattr(errno, name) for name in _USUAL if hasattr(errno, name)]
    code = next((code for code in codes if os.strerror(code) in said), None)
    return OSError(code, said.partition("\n")[0] if code is None else os.strerror(code), str(path))


@contextmanager
def _scratch() -> Iterator[Path | None]:
    """Hand out a folder for what does not fit into memory, and for links; None where there is no room for one."""
    try:
        scratch = tempfile.mkdtemp(prefix="symbiosis-")
    except OSError:
        yield None
        return
    try:
        yield Path(scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _plainly_named(folder: Path, scratch: Path | None) -> Path:
    """Return a folder by a name that DuckDB takes as it stands, through a link if need be; no name in Windows needs one."""
    whole = folder.absolute()
    if os.name == "nt" or scratch is None or _PLAIN.fullmatch(str(whole)):
        return whole
    link = scratch / "result"
    link.symlink_to(whole, target_is_directory=True)
    return link
