"""Jobs retained against the closure sensitivity each run drew: the assumption nobody has measured."""

import math
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from model.experiment.results.stored_scenario import stored_scenario

from .results import Results

PARAMETER = "jobs.closure_sensitivity"


class JobsAt(NamedTuple):
    """What one paired run retained by the end of a year, and the closure sensitivity it drew."""

    scenario: str
    replicate: int
    year: int
    closure_sensitivity: float
    jobs_retained: float


def jobs_by_sensitivity(results: Results, scenario: str, year: int) -> list[JobsAt]:
    """Return every paired run of a scenario that drew a closure sensitivity, by replicate."""
    drawn = results.drawn(scenario, PARAMETER)
    pairs = [pair for pair in results.pairs("jobs_retained") if (pair.scenario, pair.year) == (scenario, year)]
    return [
        JobsAt(scenario, pair.replicate, year, drawn[pair.replicate], pair.difference)
        for pair in pairs
        if pair.replicate in drawn
    ]


def assumed_range(folder: Path, scenario: str) -> tuple[float, float]:
    """Return low and high end of the assumption as the result's scenario file says; NaN where it is not there."""
    path = stored_scenario(folder, scenario)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    number: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=loader) if path.is_file() else {}
    for key in ("uncertainties", *PARAMETER.split(".")):
        number = number.get(key, {}) if isinstance(number, dict) else {}
    if not isinstance(number, dict):
        return math.nan, math.nan
    return float(number.get("low", math.nan)), float(number.get("high", math.nan))
