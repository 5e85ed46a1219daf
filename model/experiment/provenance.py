"""What a result says of itself: versions, seeds, what was asked for, and the hash of every file in it."""

import json
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from math import isfinite
from pathlib import Path
from typing import Any

from .. import __version__
from ..scenario_file import resolved_text
from ..shipped import tables_hash
from .aside import write_text
from .design import Run, parameters_hash
from .grades import grades
from .job import Job
from .reference import reference_of
from .results import Failed, Made
from .seals import PROVENANCE, file_hash, sealed
from .store import MUNICIPALITIES
from .stored_draws import DESIGN
from .tables import TABLES

PACKAGES = ("duckdb", "mesa", "numba", "numpy", "pydantic", "PyYAML", "scipy")
"""Whose versions are named."""

FAILED_RUNS = "failed_runs.json"


def versions() -> dict[str, str | None]:
    """Return the versions of Python and of the packages that results depend on; None for one that is not there."""
    return {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES}


def write_provenance(folder: Path, job: Job, made: Made) -> None:
    """Write the resolved scenarios, the user's own rules, what failed and, last, the provenance with the hashes of all."""
    _write_about_runs(folder, job, made)
    own = {rule.kind: {"name": rule.name, "file": f"rules/{rule.file}", "hash": rule.hash} for rule in job.rules}
    said = {"asked": job.asked, "recording": job.recording._asdict(), "engine": job.engine, "rules": own}
    said |= {"reference": (job.reference or reference_of(job.scenarios))._asdict()}
    said |= {} if job.precision is None else {"precision": _precision(job.precision, made.precision)}
    write_json(folder / PROVENANCE, sealed(_provenance(folder, made.runs, made.failed) | said))


def _precision(asked: float, reached: float | None) -> dict[str, float | None]:
    return {"asked_mdkk": asked, "reached_mdkk": reached if reached is not None and isfinite(reached) else None}


def _write_about_runs(folder: Path, job: Job, made: Made) -> None:
    for run in {run.name: run for run in made.runs}.values():
        _write_under(folder / "scenarios" / f"{run.name}.yaml", resolved_text(run.base))
    for rule in job.rules:
        _write_under(folder / "rules" / rule.file, rule.source)
    if made.failed:
        write_json(folder / FAILED_RUNS, [_failure(one) for one in made.failed])


def write_json(path: Path, content: Any) -> None:
    """Write plain data as JSON. Raises OSError."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def _write_under(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    write_text(path, text)


def _failure(failed: Failed) -> dict[str, Any]:
    run = failed.run
    return {
        "run": run.id,
        "scenario": run.name,
        "replicate": run.replicate,
        "seed": run.seed,
        "error": str(failed.error),
        "traceback": failed.traceback,
    }


def _provenance(folder: Path, runs: Sequence[Run], failed: Sequence[Failed]) -> dict[str, Any]:
    packages, bases = versions(), {run.name: run.base for run in runs}
    tables = (*TABLES, MUNICIPALITIES, DESIGN)
    return {
        "model": __version__,
        "python": packages.pop("python"),
        "platform": f"{sys.platform} {platform.machine()}",
        "packages": packages,
        "seed": runs[0].seed,
        "replicates": 1 + max(run.replicate for run in runs),
        "runs_finished": len(runs) - len(failed),
        "runs_failed": len(failed),
        "labels": {name: one.label.model_dump() for name, one in bases.items() if one.label},
        "parameters": {name: parameters_hash(one) for name, one in bases.items()},
        "scenarios": {path.stem: file_hash(path) for path in sorted((folder / "scenarios").glob("*.yaml"))},
        "input_tables": {data: tables_hash(data) for data in dict.fromkeys(one.region.data for one in bases.values())},
        "grades": grades(runs[0].base),
        "tables": {name: file_hash(path) for name in tables if (path := folder / f"{name}.parquet").is_file()},
        "others": {path.relative_to(folder).as_posix(): file_hash(path) for path in _others(folder)},
    }


def _others(folder: Path) -> list[Path]:
    return [*sorted((folder / "rules").glob("*")), *folder.glob(FAILED_RUNS)]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
