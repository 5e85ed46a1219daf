"""What a result says of itself: versions, seeds, what was asked for, and the hash of every file in it."""

import json
import platform
import sys
from math import isfinite
from pathlib import Path
from typing import Any

from ... import __version__
from ...scenario.scenario_file import resolved_text
from ...shipped import table_files, tables_hash
from ..plan.design import parameters_hash
from ..plan.grades import grades
from ..plan.reference import reference_of
from ..results.aside import made, write_text
from ..results.input_tables import kept_at
from ..results.outcome import Failed, Made
from ..results.seals import FAILED_RUNS, PROVENANCE, file_hash, sealed
from ..results.store import MUNICIPALITIES
from ..results.stored_draws import DESIGN
from ..results.stored_scenario import stored_scenario
from ..results.tables import TABLES
from . import installation
from .job import Job


def write_provenance(folder: Path, job: Job, made: Made) -> None:
    """Write the resolved scenarios, the user's own rules, what failed and, last, the provenance with the hashes of all."""
    _write_about_runs(folder, job, made)
    own = {rule.kind: {"name": rule.name, "file": f"rules/{rule.file}", "hash": rule.hash} for rule in job.rules}
    said = {"asked": job.asked, "recording": job.recording._asdict(), "engine": job.engine, "rules": own}
    said |= {"reference": (job.reference or reference_of(job.scenarios))._asdict()}
    said |= {} if job.precision is None else {"precision": _precision(job.precision, made.precision)}
    write_json(folder / PROVENANCE, sealed(_provenance(folder, job, made) | said))


def _precision(asked: float, reached: float | None) -> dict[str, float | None]:
    return {"asked_mdkk": asked, "reached_mdkk": reached if reached is not None and isfinite(reached) else None}


def _write_about_runs(folder: Path, job: Job, made: Made) -> None:
    for run in {run.name: run for run in made.runs}.values():
        _write_inside(folder, stored_scenario(folder, run.name), resolved_text(run.base))
    for rule in job.rules:
        _write_inside(folder, folder / "rules" / rule.file, rule.source)
    if made.failed:
        write_json(folder / FAILED_RUNS, [_failure(one) for one in made.failed])


def write_json(path: Path, content: Any) -> None:
    """Write plain data as JSON. Raises OSError."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def _write_inside(folder: Path, path: Path, text: str) -> None:
    with made(path.parent, inside=folder):
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


def _provenance(folder: Path, job: Job, made: Made) -> dict[str, Any]:
    bases = {run.name: run.base for run in made.runs}
    tables = (*TABLES, MUNICIPALITIES, DESIGN)
    return {
        "model": __version__,
        "code": installation.code(),
        "python": installation.python(),
        "platform": f"{sys.platform} {platform.machine()}",
        "packages": installation.versions(),
        "seed": made.runs[0].seed,
        "replicates": 1 + max(run.replicate for run in made.runs),
        "runs_finished": len(made.runs) - len(made.failed),
        "runs_failed": len(made.failed),
        "labels": {name: one.label.model_dump() for name, one in bases.items() if one.label},
        "parameters": {name: parameters_hash(one) for name, one in bases.items()},
        "scenarios": {path.stem: file_hash(path) for path in sorted(stored_scenario(folder, name) for name in bases)},
        "input_tables": {data: tables_hash(data) for data in dict.fromkeys(one.region.data for one in bases.values())},
        "grades": grades(made.runs[0].base),
        "tables": {name: file_hash(path) for name in tables if (path := folder / f"{name}.parquet").is_file()},
        "others": {path.relative_to(folder).as_posix(): file_hash(path) for path in _others(folder, job, made)},
    }


def _others(folder: Path, job: Job, made: Made) -> list[Path]:
    """Return the files that are vouched for and are neither tables nor scenarios."""
    rules = sorted({folder / "rules" / rule.file for rule in job.rules})
    read = [path for name in job.data for path in table_files(kept_at(folder, name))]
    return [*rules, *read, *([folder / FAILED_RUNS] if made.failed else [])]
