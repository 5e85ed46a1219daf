"""The result folder: written once, at the end, as Parquet tables; read back as NumPy arrays."""

import glob
import json
import os
import platform
import sys
from collections.abc import Sequence
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import duckdb

from .. import __version__
from ..scenario_file import resolved_text
from .grades import grades
from .own_rules import OwnRule
from .runner import Failed, Finished
from .tables import TABLES, Arrays, Paired, Table, pair

PACKAGES = ("duckdb", "mesa", "numba", "numpy", "pydantic", "PyYAML", "scipy")
"""Whose versions the provenance names."""


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
    folder: Path, finished: Sequence[Finished], failed: Sequence[Failed] = (), rules: Sequence[OwnRule] = ()
) -> None:
    """Write every table, the resolved scenarios, the user's own rules, what failed and, last, the provenance.

    The same results make the same bytes in every file but `runs.parquet`, which keeps the seconds each run took.
    """
    paired = pair(finished)
    with duckdb.connect(config={"threads": 1}) as database:  # one thread keeps the rows in order
        for name, table in TABLES.items():
            _write_table(database, folder / f"{name}.parquet", table, paired)
    for run in {one.run.name: one.run for one in finished}.values():
        _write_under(folder / "scenarios" / f"{run.name}.yaml", resolved_text(run.scenario))
    for rule in rules:
        _write_under(folder / "rules" / rule.file, rule.source)
    if failed:
        _write_json(folder / "failed_runs.json", [_failure(one) for one in failed])
    own = {rule.kind: {"name": rule.name, "file": f"rules/{rule.file}", "hash": rule.hash} for rule in rules}
    _write_json(folder / "provenance.json", _provenance(folder, finished, failed) | {"rules": own})


def read_table(folder: Path, name: str) -> Arrays:
    """Return a table's columns by name: texts as arrays of `object`, a column with empty cells as a masked array.

    Raises FileNotFoundError where the folder holds no such table.
    """
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: {folder} is not a result folder, or its run did not finish")
    with duckdb.connect() as database:
        return database.execute("SELECT * FROM read_parquet(?)", [glob.escape(str(path))]).fetchnumpy()


def _write_table(database: duckdb.DuckDBPyConnection, path: Path, table: Table, paired: Sequence[Paired]) -> None:
    """Write the rows about each run in turn: aside first, so that no half-written table ever bears the name."""
    declared = ", ".join(f'"{name}" {kind}' for name, kind in table.columns.items())
    database.execute(f"CREATE OR REPLACE TEMP TABLE whole ({declared})")
    for one in paired:
        if rows := table.rows(one):
            database.register("part", rows)
            database.execute("INSERT INTO whole SELECT * FROM part")
            database.unregister("part")
    aside = path.with_suffix(".part")
    quoted = str(aside).replace("'", "''")
    database.execute(f"COPY (SELECT * FROM whole) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
    os.replace(aside, path)


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
    return {
        "model": __version__,
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        "packages": {name: _version(name) for name in PACKAGES},
        "seed": runs[0].seed if runs else None,
        "replicates": 1 + max((run.replicate for run in runs), default=-1),
        "runs_finished": len(finished),
        "runs_failed": len(failed),
        "parameters": {run.name: run.parameters for run in runs},
        "grades": grades(runs[0].scenario) if runs else {},
        "tables": {name: _file_hash(folder / f"{name}.parquet") for name in TABLES if name != "runs"},
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
