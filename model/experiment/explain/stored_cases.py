"""Finds a case in a result folder: its row, the runs it occurs in, and how it stands in the twin."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from ...faults import Message, Told, say
from ..results import tablefiles
from ..results.seals import known

Row = dict[str, Any]
NEAREST = 3
"""How many near ids are suggested."""
NEEDED = ("runs.parquet", "cases.parquet", "provenance.json", "scenarios")


class NotFound(Told):
    """The folder, the case or the run asked for is not there; the message says what is."""


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
    try:
        return _found(folder, case, run)
    except duckdb.Error as error:  # of a result that is too old to be vouched for
        reason = str(error).partition("\n")[0]
        raise NotFound(say("result.damaged", folder=folder, reason=reason)) from error


def _found(folder: Path, case: str, run: str | None) -> StoredCase:
    with tablefiles.reading(folder) as tables:
        for name in ("runs", "cases"):
            tables.view(name)
        database = tables.database
        rows = _rows(database, 'SELECT * EXCLUDE (file_row_number) FROM cases WHERE "case" = ? ORDER BY file_row_number', case)
        if not rows:
            raise NotFound(_unknown_case(database, folder, case))
        row = _in_run(database, rows, run) if run else rows[0]
        (its_run,) = _rows(database, "SELECT * FROM runs WHERE run = ?", row["run"])
        return StoredCase(row, its_run, [one for one in rows if one is not row], _twin(database, row, its_run))


def _require_result(folder: Path) -> None:
    missing = [name for name in NEEDED if not (folder / name).exists()]
    if missing:
        raise NotFound(say("result.no_folder", folder=folder, missing=", ".join(missing)))


def _in_run(database: duckdb.DuckDBPyConnection, rows: Sequence[Row], run: str) -> Row:
    for row in rows:
        if row["run"] == run:
            return row
    known = _rows(database, "SELECT 1 FROM runs WHERE run = ?", run)
    fault = say("case.not_in_run", run=run, case=rows[0]["case"]) if known else say("case.no_run", run=run)
    raise NotFound(fault.followed_by(say("case.occurs_in", runs=_some([row["run"] for row in rows]))))


def _unknown_case(database: duckdb.DuckDBPyConnection, folder: Path, case: str) -> Message:
    near = _rows(
        database,
        'SELECT "case" FROM cases GROUP BY "case" ORDER BY NOT starts_with("case", ?), levenshtein("case", ?), "case" LIMIT ?',
        *(case, case, NEAREST),
    )
    meant = say("case.near", near=_either([row["case"] for row in near])) if near else say("case.none")
    return say("case.unknown", case=case, table=folder / "cases.parquet").followed_by(meant)


def _either(names: list[str]) -> Message | str:
    *others, last = names
    return say("case.either", others=", ".join(others), last=last) if others else last


def _twin(database: duckdb.DuckDBPyConnection, row: Row, run: Row) -> list[Row] | None:
    if not run["twin_run"]:
        return None
    return _rows(
        database,
        "SELECT * EXCLUDE (file_row_number) FROM cases WHERE run = ? AND supplier = ? AND receiver = ? AND linkage = ?"
        " ORDER BY file_row_number",
        *(run["twin_run"], row["supplier"], row["receiver"], row["linkage"]),
    )


def _some(names: list[str]) -> Message | str:
    shown, more = ", ".join(names[:NEAREST]), len(names) - NEAREST
    return shown if more <= 0 else say("case.and_more", shown=shown, count=more)


def _rows(database: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[Row]:
    found = database.execute(query, list(values))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
