"""The tables of a result folder: made from the ledger, a bounded number of runs at a time, and read back as NumPy arrays."""

import errno
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from ...faults import Told, say
from ...world.region_tables import tables_of
from ...world.streams import RegionTables
from ..plan.design import Run
from . import tablefiles
from .aside import aside, naming, put
from .columns import NUMBER, TEXT, WHOLE, Column, Texts, joined, part
from .outcome import Finished
from .stored_draws import COLUMNS as DESIGN_COLUMNS
from .stored_draws import DESIGN, design_columns
from .tables import TABLES, tables_kept

MUNICIPALITIES = "municipalities"
ABOUT_PLACES = {"code": TEXT, "name": TEXT, "lat": NUMBER, "lon": NUMBER, "named_firms": WHOLE}
"""The table of places, and its columns: each municipality of the experiment, its seat in degrees, firms named there."""

RUNS_AT_A_TIME = 100
"""So many are in memory at once while the tables are made."""

GATHERED = "gathered"
"""The database in which rows come together."""

Arrays = dict[str, np.ndarray]
"""Columns of one length, by name. A masked array has empty cells."""

Whole = dict[str, np.ndarray | Texts]
"""Columns of one length, by name, as they are written."""


class Unnameable(Told, OSError):
    """A folder of a name in which no tables can be made."""


class MissingTable(Told, FileNotFoundError):
    """The folder lacks a table."""


def write_tables(folder: Path, runs: Sequence[Run], finished: Iterable[Finished]) -> None:
    """Write every table, with its rows in the order in which runs come; the same runs make the same bytes.

    `runs` are all that were asked for, whatever became of them.

    No more than RUNS_AT_A_TIME runs are in memory: rows gather in a database on the disk, which is gone afterwards. Raises
    OSError where the disk is full.
    """
    tables = tables_kept(runs[0].recording)
    with aside(folder) as place, _gathering(place / GATHERED) as database:
        for name, table in tables.items():
            columns = ", ".join(f'"{column}" {kind}' for column, kind in table.columns.items())
            database.execute(f'CREATE TABLE "{name}" ({columns})')
        for some in _at_a_time(finished):
            for name, table in tables.items():
                _insert(database, name, table.columns, _whole(name, some))
        for name in tables:
            _write(database, f'FROM "{name}"', place, folder / f"{name}.parquet")
        _register(database, places := _places(runs))
        _write(database, _selected(ABOUT_PLACES, places), place, folder / f"{MUNICIPALITIES}.parquet")
        if (design := design_columns(runs)) is not None:
            _register(database, design)
            _write(database, _selected(DESIGN_COLUMNS, design), place, folder / f"{DESIGN}.parquet")


def require_writable(folder: Path) -> None:
    """Make a table in a folder, before the first run and not after the last; raises OSError where that fails."""
    with aside(folder) as place:
        try:
            with _gathering(place / GATHERED) as database:
                database.execute("CREATE TABLE tried AS SELECT 1 AS one")
                tablefiles.copy(database, "SELECT one FROM tried", place / "tried.parquet")
        except (OSError, duckdb.Error, RuntimeError, UnicodeError) as error:
            if getattr(error, "errno", None) not in (None, errno.ENOENT):
                raise
            raise Unnameable(say("target.name", folder=folder)) from error  # it looked elsewhere


def read_table(folder: Path, name: str) -> Arrays:
    """Return a table's columns by name: texts as arrays of `object`, a column with empty cells as a masked array.

    Raises MissingTable where the folder holds no such table.
    """
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise MissingTable(say("result.missing_table", path=path, folder=folder))
    with tablefiles.reading(folder) as tables:
        tables.view(name, numbered=False)
        return tables.database.execute(f'SELECT * FROM "{name}"').fetchnumpy()


@contextmanager
def _gathering(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with tablefiles.refusals_named(file), tablefiles.connected(file) as database:
        yield database


def _at_a_time(finished: Iterable[Finished]) -> Iterator[list[Finished]]:
    left = iter(finished)
    while some := list(islice(left, RUNS_AT_A_TIME)):
        yield some


def _insert(database: duckdb.DuckDBPyConnection, table: str, kinds: dict[str, str], whole: Whole) -> None:
    _register(database, whole)
    database.execute(f'INSERT INTO "{table}" {_selected(kinds, whole)}')


def _write(database: duckdb.DuckDBPyConnection, query: str, place: Path, path: Path) -> None:
    """Write rows aside, and then give the file its name."""
    with naming(path):
        tablefiles.copy(database, query, place / path.name)
        put(place / path.name, path)


def _whole(table: str, finished: Sequence[Finished]) -> Whole:
    """Return the whole columns of a table: the rows about each run in turn."""
    parts = [(one.parts[table].rows, _about_run(one.run) | one.parts[table].columns) for one in finished]
    kinds = TABLES[table].columns
    return {name: joined(kind, [(rows, held[name]) for rows, held in parts if rows]) for name, kind in kinds.items()}


def _places(runs: Sequence[Run]) -> Whole:
    """Return every municipality simulated, in the order in which the scenarios name them."""
    regions = {run.name: run.base.region for run in runs}.values()
    places = {code: _place(code, tables_of(region.data)) for region in regions for code in region.municipalities}
    rows, columns = part(ABOUT_PLACES, {name: [one[name] for one in places.values()] for name in ABOUT_PLACES})
    return {name: joined(ABOUT_PLACES[name], [(rows, column)]) for name, column in columns.items()}


def _place(code: str, tables: RegionTables) -> dict[str, Any]:
    one = tables.municipalities[code]
    named = sum(row.named for row in tables.partners if row.municipality == code)
    return {"code": code, "name": one.name, "lat": one.lat, "lon": one.lon, "named_firms": named}


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


def _selected(kinds: dict[str, str], whole: Whole) -> str:
    cells = ", ".join(f'CAST({_read(name, whole[name])} AS {kind}) AS "{name}"' for name, kind in kinds.items())
    return f"SELECT {cells} FROM whole"


def _read(name: str, values: np.ndarray | Texts) -> str:
    """Return the SQL of a column's values; a place that is in no list, as -1 + 1, reads as NULL."""
    if not isinstance(values, Texts):
        return f'"{name}"'
    return f'(SELECT list(word ORDER BY place) FROM "words of {name}")["{name}" + 1]'
