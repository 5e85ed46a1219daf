"""The result folder: written once, at the end, as Parquet tables; read back as NumPy arrays."""

import glob
import json
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from .. import __version__
from ..scenario_file import resolved_text
from ..shipped import tables_hash
from ..streams import tables_of
from .columns import NUMBER, TEXT, Column, Texts, joined, part
from .design import parameters_hash
from .grades import grades
from .own_rules import OwnRule
from .runner import Failed, Finished
from .sources import Asked
from .stored_draws import COLUMNS as DESIGN_COLUMNS
from .stored_draws import DESIGN, design_columns
from .tables import TABLES

MUNICIPALITIES, ABOUT_PLACES = "municipalities", {"code": TEXT, "name": TEXT, "lat": NUMBER, "lon": NUMBER}
"""The table of places, and its columns: each municipality of the experiment with its seat in degrees."""

PACKAGES = ("duckdb", "mesa", "numba", "numpy", "pydantic", "PyYAML", "scipy")
"""Whose versions the provenance names."""


Arrays = dict[str, np.ndarray]
"""Columns of one length, by name. A masked array has empty cells."""


Whole = dict[str, np.ndarray | Texts]
"""Columns of one length, by name, as they are written."""


class FolderInUse(Exception):
    """The folder asked for holds something already."""


def claim_folder(results: Path, name: str) -> Path:
    """Make and return the first free one of `results/name`, `results/name-2`, …: no result is ever overwritten."""
    results.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        folder = results / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def claim_this(folder: Path) -> Path:
    """Make the folder asked for; raise FolderInUse unless it is new or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(f"{folder} is there already and is not empty; name a new folder, nothing is ever overwritten")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_results(
    folder: Path,
    finished: Sequence[Finished],
    failed: Sequence[Failed] = (),
    rules: Sequence[OwnRule] = (),
    engine: str = "agents",
    asked: Asked | None = None,
) -> None:
    """Write every table, the resolved scenarios, the user's own rules, what failed and, last, the provenance.

    The same results make the same bytes in every file but `runs.parquet`, which keeps what no result depends on: the
    seconds each run took, and when the results were written. `asked` is what the command line said.
    """
    in_order = _by_scenario(finished)
    written = datetime.now(UTC).isoformat(timespec="seconds")
    # One thread keeps the rows in order, and no sample decides what a column of texts holds.
    with duckdb.connect(config={"threads": 1, "pandas_analyze_sample": 0}) as database:
        for name, table in TABLES.items():
            _write_table(database, folder / f"{name}.parquet", table.columns, _whole(name, in_order, written))
        _write_table(database, folder / f"{MUNICIPALITIES}.parquet", ABOUT_PLACES, _places(in_order))
        if (design := design_columns([*(one.run for one in finished), *(one.run for one in failed)])) is not None:
            _write_table(database, folder / f"{DESIGN}.parquet", DESIGN_COLUMNS, design)
    for run in {one.run.name: one.run for one in finished}.values():
        _write_under(folder / "scenarios" / f"{run.name}.yaml", resolved_text(run.base))
    for rule in rules:
        _write_under(folder / "rules" / rule.file, rule.source)
    if failed:
        _write_json(folder / "failed_runs.json", [_failure(one) for one in failed])
    own = {rule.kind: {"name": rule.name, "file": f"rules/{rule.file}", "hash": rule.hash} for rule in rules}
    said = {"asked": asked or {}, "engine": engine, "rules": own}
    _write_json(folder / "provenance.json", _provenance(folder, finished, failed) | said)


def read_table(folder: Path, name: str) -> Arrays:
    """Return a table's columns by name: texts as arrays of `object`, a column with empty cells as a masked array.

    Raises FileNotFoundError where the folder holds no such table.
    """
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: {folder} is not a result folder, or its run did not finish")
    with duckdb.connect() as database:
        return database.execute("SELECT * FROM read_parquet(?)", [glob.escape(str(path))]).fetchnumpy()


def _by_scenario(finished: Sequence[Finished]) -> list[Finished]:
    """Return the runs by scenario, in the order in which these first appear, then by replicate."""
    place = {name: i for i, name in enumerate(dict.fromkeys(one.run.name for one in finished))}
    return sorted(finished, key=lambda one: (place[one.run.name], one.run.replicate))


def _whole(table: str, finished: Sequence[Finished], written: str) -> Whole:
    """Return the whole columns of a table: the rows about each run in turn."""
    parts = [(one.parts[table].rows, _about_run(one, written) | one.parts[table].columns) for one in finished]
    kinds = TABLES[table].columns
    return {name: joined(kind, [(rows, held[name]) for rows, held in parts if rows]) for name, kind in kinds.items()}


def _places(finished: Sequence[Finished]) -> Whole:
    """Return every municipality simulated, in the order in which the scenarios name them."""
    settings = {one.run.name: one.run.base.region for one in finished}.values()
    places = {code: tables_of(region.data).municipalities[code] for region in settings for code in region.municipalities}
    rows, columns = part(ABOUT_PLACES, {name: [getattr(one, name) for one in places.values()] for name in ABOUT_PLACES})
    return {name: joined(ABOUT_PLACES[name], [(rows, column)]) for name, column in columns.items()}


def _about_run(finished: Finished, written: str) -> dict[str, Column]:
    run = finished.run
    return {
        "run": run.id,
        "scenario": run.name,
        "replicate": run.replicate,
        "draw": run.draw,
        "seed": run.seed,
        "twin_run": run.twin,
        "parameters_hash": run.parameters,
        "seconds": finished.seconds,
        "written": written,
    }


def _write_table(database: duckdb.DuckDBPyConnection, path: Path, kinds: dict[str, str], whole: Whole) -> None:
    """Write a table: aside first, so that no half-written one ever bears the name."""
    aside = path.with_suffix(".part")
    quoted = str(aside).replace("'", "''")
    database.register("whole", {name: _registered(database, name, values) for name, values in whole.items()})
    columns = ", ".join(f'CAST({_read(name, whole[name])} AS {kind}) AS "{name}"' for name, kind in kinds.items())
    database.execute(f"COPY (SELECT {columns} FROM whole) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
    os.replace(aside, path)


def _registered(database: duckdb.DuckDBPyConnection, name: str, values: np.ndarray | Texts) -> np.ndarray:
    """Return the numbers of a column; the words that those of a column of texts stand for get a table of their own."""
    if not isinstance(values, Texts):
        return values
    words = {"word": np.array(values.words, dtype=object), "place": np.arange(len(values.words))}
    database.register(f"words of {name}", words)
    return values.codes


def _read(name: str, values: np.ndarray | Texts) -> str:
    """Return the SQL of a column's values; a place that is in no list, as -1 + 1, reads as NULL."""
    if not isinstance(values, Texts):
        return f'"{name}"'
    return f'(SELECT list(word ORDER BY place) FROM "words of {name}")["{name}" + 1]'


def _write_under(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    _write_text(path, text)


def _failure(failed: Failed) -> dict[str, Any]:
    run = failed.run
    return {
        "run": run.id,
        "scenario": run.name,
        "replicate": run.replicate,
        "seed": run.seed,
        "error": failed.error,
        "traceback": failed.traceback,
    }


def _provenance(folder: Path, finished: Sequence[Finished], failed: Sequence[Failed]) -> dict[str, Any]:
    runs = [one.run for one in finished] + [one.run for one in failed]
    bases = {run.name: run.base for run in runs}
    tables = [name for name in (*TABLES, MUNICIPALITIES, DESIGN) if name != "runs"]
    return {
        "model": __version__,
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        "packages": {name: _version(name) for name in PACKAGES},
        "seed": runs[0].seed if runs else None,
        "replicates": 1 + max((run.replicate for run in runs), default=-1),
        "runs_finished": len(finished),
        "runs_failed": len(failed),
        "labels": {name: one.label.model_dump() for name, one in bases.items() if one.label},
        "parameters": {name: parameters_hash(one) for name, one in bases.items()},
        "scenarios": {path.stem: _file_hash(path) for path in sorted((folder / "scenarios").glob("*.yaml"))},
        "input_tables": {data: tables_hash(data) for data in dict.fromkeys(one.region.data for one in bases.values())},
        "grades": grades(runs[0].base) if runs else {},
        "tables": {name: _file_hash(path) for name in tables if (path := folder / f"{name}.parquet").is_file()},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _file_hash(path: Path) -> str:
    return blake2b(path.read_bytes(), digest_size=16).hexdigest()


def _write_json(path: Path, content: Any) -> None:
    _write_text(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def _write_text(path: Path, text: str) -> None:
    aside = path.with_name(f"{path.name}.part")
    aside.write_text(text, encoding="utf-8", newline="\n")
    os.replace(aside, path)
