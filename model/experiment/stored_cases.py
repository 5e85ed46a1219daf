"""Finds a case in a result folder: its row, the runs it occurs in, and how it stands in the twin."""

import glob
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from .seals import known

Row = dict[str, Any]
NEAREST = 3
"""How many near ids are suggested."""
NEEDED = ("runs.parquet", "cases.parquet", "provenance.json", "scenarios")


class NotFound(Exception):
    """The folder, the case or the run asked for is not there; the text says what is."""


class StoredCase(NamedTuple):
    """A case as the folder tells it: its row, that of its run, its rows in other runs, and its exchange in the twin.

    `twin` holds the rows of the same exchange in the twin, first one first; None for a run that has no twin.
    """

    row: Row
    run: Row
    others: list[Row]
    twin: list[Row] | None


def find_case(folder: Path, case: str, run: str | None) -> StoredCase:
    """Return a case of a result folder, in the run asked for, else in the first it occurs in; raises NotFound."""
    _require_result(folder)
    known(folder)
    with duckdb.connect(config={"threads": 1}) as database:
        for name in ("runs", "cases"):
            path = glob.escape(str(folder / f"{name}.parquet"))
            database.read_parquet(path, file_row_number=True).create_view(name)
        rows = _rows(
            database, 'SELECT * EXCLUDE (file_row_number) FROM cases WHERE "case" = ? ORDER BY file_row_number', case
        )
        if not rows:
            raise NotFound(_unknown_case(database, folder, case))
        row = _in_run(database, rows, run) if run else rows[0]
        (its_run,) = _rows(database, "SELECT * FROM runs WHERE run = ?", row["run"])
        return StoredCase(row, its_run, [one for one in rows if one is not row], _twin(database, row, its_run))


def _require_result(folder: Path) -> None:
    missing = [name for name in NEEDED if not (folder / name).exists()]
    if missing:
        raise NotFound(
            f"{folder} is no result folder: it has no {', '.join(missing)}; name one that 'run.py run' wrote"
        )


def _in_run(database: duckdb.DuckDBPyConnection, rows: Sequence[Row], run: str) -> Row:
    for row in rows:
        if row["run"] == run:
            return row
    having = f"the case occurs in {_some([row['run'] for row in rows])}"
    if _rows(database, "SELECT 1 FROM runs WHERE run = ?", run):
        raise NotFound(f"run {run} has no case {rows[0]['case']}; {having}")
    raise NotFound(f"there is no run {run}: runs stand in the column 'run' of runs.parquet; {having}")


def _unknown_case(database: duckdb.DuckDBPyConnection, folder: Path, case: str) -> str:
    near = _rows(
        database,
        'SELECT "case" FROM cases GROUP BY "case" ORDER BY NOT starts_with("case", ?), levenshtein("case", ?), "case" LIMIT ?',
        *(case, case, NEAREST),
    )
    where = f"cases stand in the column 'case' of {(folder / 'cases.parquet').as_posix()}"
    meant = f"; did you mean {' or '.join(row['case'] for row in near)}?" if near else "; it holds none"
    return f"there is no case '{case}': {where}{meant}"


def _twin(database: duckdb.DuckDBPyConnection, row: Row, run: Row) -> list[Row] | None:
    if not run["twin_run"]:
        return None
    return _rows(
        database,
        "SELECT * EXCLUDE (file_row_number) FROM cases WHERE run = ? AND supplier = ? AND receiver = ? AND linkage = ?"
        " ORDER BY file_row_number",
        *(run["twin_run"], row["supplier"], row["receiver"], row["linkage"]),
    )


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:NEAREST])
    return shown if len(names) <= NEAREST else f"{shown} and {len(names) - NEAREST} more"


def _rows(database: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[Row]:
    found = database.execute(query, list(values))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
