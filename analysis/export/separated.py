"""Tables as CSV, written by DuckDB: for programs, or as a Danish spreadsheet reads it."""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

from model.experiment.results import tablefiles

from ..codebook import write_codebook
from ..neutral import inert_sql
from ..texts import Texts
from .contents import Contents, has_decimals

BOM = b"\xef\xbb\xbf"


class Dialect(NamedTuple):
    """How CSV is written: what separates cells, what stands before the decimals, and whether a mark of UTF-8 comes first."""

    delimiter: str
    decimal: str
    marked: bool
    codebook: str


DIALECTS = {"csv": Dialect(",", ".", False, "en"), "csv-da": Dialect(";", ",", True, "da")}


def write_separated(folder: Path, contents: Contents, texts: Texts, form: str) -> None:
    """Write every table and the codebook into a folder."""
    dialect = DIALECTS[form]
    for table in contents.tables:
        _write_table(folder / f"{table}.csv", contents, table, dialect)
    write_codebook(folder / f"codebook.{texts.language}.csv", texts, dialect.codebook)


def _write_table(path: Path, contents: Contents, table: str, dialect: Dialect) -> None:
    cells = ", ".join(f'{_cell(name, kind, dialect)} AS "{name}"' for name, kind in contents.columns(table).items())
    target = path.with_suffix(".part") if dialect.marked else path
    options = f"FORMAT csv, HEADER, DELIMITER '{dialect.delimiter}', QUOTE '\"', ESCAPE '\"'"
    tablefiles.copy(contents.database, f'SELECT {cells} FROM "{table}"', target, options)
    if dialect.marked:
        _mark(target, path)


def _cell(name: str, kind: str, dialect: Dialect) -> str:
    """Return the SQL of a cell as it is written: numbers as such, texts inert, nothing where there is no number."""
    column = f'"{name}"'
    if kind == "VARCHAR":
        return inert_sql(column)
    if not has_decimals(kind):
        return column
    number = f"CASE WHEN isfinite(CAST({column} AS DOUBLE)) THEN {column} END"
    return number if dialect.decimal == "." else f"replace(CAST({number} AS VARCHAR), '.', '{dialect.decimal}')"


def _mark(bare: Path, path: Path) -> None:
    """Put the mark of UTF-8 before a file, so that a spreadsheet shows æ, ø and å."""
    with bare.open("rb") as source, path.open("wb") as target:
        target.write(BOM)
        shutil.copyfileobj(source, target)
    os.remove(bare)
