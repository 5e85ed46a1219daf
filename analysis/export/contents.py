"""What an export holds: the tables of a result, its comparison, outcomes added up over the region, and its provenance."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from model.experiment.results import tablefiles
from model.experiment.results.seals import known
from model.outcomes import OUTSIDE

from ..codebook_columns import COLUMNS, REGION, Column
from ..reading.results import Results, damage_told, open_results
from ..reading.tables import Figure, comparison
from ..scenario_names import texts_of
from ..texts import Texts

PROVENANCE = ("entry", "value")


class Contents(NamedTuple):
    """A result opened for export: `tables` are views of the database by name."""

    database: duckdb.DuckDBPyConnection
    tables: tuple[str, ...]

    def columns(self, table: str) -> dict[str, str]:
        """Return the SQL type of each column of a table."""
        rows = self.database.execute(f'DESCRIBE SELECT * FROM "{table}"').fetchall()
        return {row[0]: row[1] for row in rows}

    def rows(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self.database.execute(f'SELECT count(*) FROM "{table}"').fetchall()[0][0])


def has_decimals(sql_type: str) -> bool:
    """Tell whether a column holds numbers with decimals."""
    return sql_type in ("DOUBLE", "FLOAT") or sql_type.startswith("DECIMAL")


def kind_of(table: str, column: str) -> Column:
    """Return what the codebook says of a column; of one it does not know, that it is a text."""
    return COLUMNS.get(table, {}).get(column, Column("text"))


@contextmanager
def opened(folder: Path, texts: Texts) -> Iterator[Contents]:
    """Open a result folder for export; raises NotAResultFolder where it is none, or is damaged."""
    with damage_told(folder):
        with open_results(folder) as results:
            named = texts_of(results, texts.language)
            rows = [_with_label(figure, results, named) for figure in comparison(results, results.years_shown)]
        provenance = flat(known(folder))
        with tablefiles.reading(folder) as files:
            database, tables = files.database, _views(files, folder)
            database.execute("SET enable_progress_bar = false")
            _fill(database, "comparison", _typed(COLUMNS["comparison"]), rows)
            _fill(database, "provenance", dict.fromkeys(PROVENANCE, "VARCHAR"), list(provenance.items()))
            database.execute(_OUTCOMES_REGION)
            yield Contents(database, ("comparison", "outcomes_region", *tables, "provenance"))


def flat(content: Any, above: str = "") -> dict[str, str]:
    """Return nested entries by dotted key, lists by place; what is empty or null is an empty text."""
    if not isinstance(content, dict | list):
        return {above: "" if content is None else str(content)}
    if not content:
        return {above: ""} if above else {}
    members = content.items() if isinstance(content, dict) else enumerate(content)
    told: dict[str, str] = {}
    for key, value in members:
        told |= flat(value, f"{above}.{key}" if above else str(key))
    return told


def _with_label(figure: Figure, results: Results, texts: Texts) -> tuple[Any, ...]:
    cells = [None if isinstance(cell, float) and math.isnan(cell) else cell for cell in figure]
    return *cells, results.replicates, texts.scenario(figure.scenario)


def _views(files: tablefiles.Folder, folder: Path) -> tuple[str, ...]:
    """Open the Parquet tables there are, in the order of the codebook."""
    there = tuple(name for name in COLUMNS if (folder / f"{name}.parquet").is_file())
    for name in there:
        files.view(name, numbered=False)
    return there


def _typed(columns: dict[str, Column]) -> dict[str, str]:
    types = {"text": "VARCHAR", "whole": "BIGINT", "year": "BIGINT", "number": "DOUBLE"}
    return {name: types[column.type] for name, column in columns.items()}


def _fill(database: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    database.execute(f"CREATE TABLE {table} ({declared})")
    if rows:
        database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", rows)


_OUTCOMES_REGION = f"""
    CREATE TABLE outcomes_region AS
    SELECT scenario, draw, replicate, year,
        CASE WHEN municipality = '{OUTSIDE}' THEN '{OUTSIDE}' ELSE '{REGION}' END AS place,
        variable, any_value(unit) AS unit, sum(value) AS value
    FROM (SELECT *, row_number() OVER () AS place_in_file FROM outcomes) GROUP BY ALL ORDER BY min(place_in_file)
"""
