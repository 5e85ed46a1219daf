"""The tables of a result folder: made from the ledger, a bounded number of runs at a time, and read back as NumPy arrays."""

import glob
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np

from ..faults import Told, say
from ..region_tables import tables_of
from .aside import put
from .columns import NUMBER, TEXT, Column, Texts, joined, part
from .design import Run
from .results import Finished
from .stored_draws import COLUMNS as DESIGN_COLUMNS
from .stored_draws import DESIGN, design_columns
from .tables import TABLES, tables_kept

MUNICIPALITIES, ABOUT_PLACES = "municipalities", {"code": TEXT, "name": TEXT, "lat": NUMBER, "lon": NUMBER}
"""The table of places, and its columns: each municipality of the experiment with its seat in degrees."""

RUNS_AT_A_TIME = 100
"""So many are in memory at once while the tables are made."""

_REFUSED = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException, duckdb.OutOfMemoryException)
"""What DuckDB says of a write that the system refused, depending on what it was writing."""

Arrays = dict[str, np.ndarray]
"""Columns of one length, by name. A masked array has empty cells."""

Whole = dict[str, np.ndarray | Texts]
"""Columns of one length, by name, as they are written."""


class MissingTable(Told, FileNotFoundError):
    """The folder lacks a table."""


def write_tables(folder: Path, runs: Sequence[Run], finished: Iterable[Finished]) -> None:
    """Write every table, with its rows in the order in which runs come; the same runs make the same bytes.

    `runs` are all that were asked for, whatever became of them.

    No more than RUNS_AT_A_TIME runs are in memory: rows gather in a database on the disk, which is gone afterwards. Raises
    OSError where the disk is full.
    """
    tables = tables_kept(runs[0].recording)
    with _gathering(folder) as database:
        for name, table in tables.items():
            columns = ", ".join(f'"{column}" {kind}' for column, kind in table.columns.items())
            database.execute(f'CREATE TABLE "{name}" ({columns})')
        for some in _at_a_time(finished):
            for name, table in tables.items():
                _insert(database, name, table.columns, _whole(name, some))
        for name in tables:
            _write(database, f'FROM "{name}"', folder / f"{name}.parquet")
        _write_whole(database, folder / f"{MUNICIPALITIES}.parquet", ABOUT_PLACES, _places(runs))
        if (design := design_columns(runs)) is not None:
            _write_whole(database, folder / f"{DESIGN}.parquet", DESIGN_COLUMNS, design)


def read_table(folder: Path, name: str) -> Arrays:
    """Return a table's columns by name: texts as arrays of `object`, a column with empty cells as a masked array.

    Raises MissingTable where the folder holds no such table.
    """
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise MissingTable(say("result.missing_table", path=path, folder=folder))
    with duckdb.connect() as database:
        return database.execute("SELECT * FROM read_parquet(?)", [glob.escape(str(path))]).fetchnumpy()


@contextmanager
def _gathering(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    aside = folder / "tables.part"
    _remove(aside)
    # One thread keeps the rows in order, and no sample decides what a column of texts holds.
    settings: dict[str, str | bool | int | float | list[str]] = {"threads": 1, "pandas_analyze_sample": 0}
    try:
        with duckdb.connect(str(aside), config=settings) as database:
            yield database
    except _REFUSED as error:
        raise OSError(str(error)) from error
    finally:
        _remove(aside)


def _remove(aside: Path) -> None:
    for path in (aside, aside.with_name(f"{aside.name}.wal")):
        path.unlink(missing_ok=True)


def _at_a_time(finished: Iterable[Finished]) -> Iterator[list[Finished]]:
    left = iter(finished)
    while some := list(islice(left, RUNS_AT_A_TIME)):
        yield some


def _insert(database: duckdb.DuckDBPyConnection, table: str, kinds: dict[str, str], whole: Whole) -> None:
    _register(database, whole)
    database.execute(f'INSERT INTO "{table}" SELECT {_read_all(kinds, whole)} FROM whole')


def _write_whole(database: duckdb.DuckDBPyConnection, path: Path, kinds: dict[str, str], whole: Whole) -> None:
    _register(database, whole)
    _write(database, f"SELECT {_read_all(kinds, whole)} FROM whole", path)


def _write(database: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write rows: aside first, and onto the disk, so that no half-written table ever bears the name."""
    aside = path.with_suffix(".part")
    quoted = str(aside).replace("'", "''")
    database.execute(f"COPY ({query}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
    put(aside, path)


def _whole(table: str, finished: Sequence[Finished]) -> Whole:
    """Return the whole columns of a table: the rows about each run in turn."""
    parts = [(one.parts[table].rows, _about_run(one.run) | one.parts[table].columns) for one in finished]
    kinds = TABLES[table].columns
    return {name: joined(kind, [(rows, held[name]) for rows, held in parts if rows]) for name, kind in kinds.items()}


def _places(runs: Sequence[Run]) -> Whole:
    """Return every municipality simulated, in the order in which the scenarios name them."""
    settings = {run.name: run.base.region for run in runs}.values()
    places = {
        code: tables_of(region.data).municipalities[code] for region in settings for code in region.municipalities
    }
    rows, columns = part(ABOUT_PLACES, {name: [getattr(one, name) for one in places.values()] for name in ABOUT_PLACES})
    return {name: joined(ABOUT_PLACES[name], [(rows, column)]) for name, column in columns.items()}


def _about_run(run: Run) -> dict[str, Column]:
    return {
        "run": run.id,
        "scenario": run.name,
        "replicate": run.replicate,
        "draw": run.draw,
        "seed": run.seed,
        "twin_run": run.twin,
        "parameters_hash": run.parameters,
    }


def _register(database: duckdb.DuckDBPyConnection, whole: Whole) -> None:
    database.register("whole", {name: _registered(database, name, values) for name, values in whole.items()})


def _registered(database: duckdb.DuckDBPyConnection, name: str, values: np.ndarray | Texts) -> np.ndarray:
    """Return the numbers of a column; the words that those of a column of texts stand for get a table of their own."""
    if not isinstance(values, Texts):
        return values
    words = {"word": np.array(values.words, dtype=object), "place": np.arange(len(values.words))}
    database.register(f"words of {name}", words)
    return values.codes


def _read_all(kinds: dict[str, str], whole: Whole) -> str:
    return ", ".join(f'CAST({_read(name, whole[name])} AS {kind}) AS "{name}"' for name, kind in kinds.items())


def _read(name: str, values: np.ndarray | Texts) -> str:
    """Return the SQL of a column's values; a place that is in no list, as -1 + 1, reads as NULL."""
    if not isinstance(values, Texts):
        return f'"{name}"'
    return f'(SELECT list(word ORDER BY place) FROM "words of {name}")["{name}" + 1]'
