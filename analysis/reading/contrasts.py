"""Scenarios beside each other: each difference with an error that holds for all of them together."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from model.outcomes import OUTCOMES_OF

from .estimate import Estimate, estimate
from .results import Results
from .tables import UNITS


class Contrast(NamedTuple):
    """A scenario's difference to the course without policy at the end of a year, and that to the reference scenario.

    Both errors are simultaneous: `scenarios` intervals against no policy, one less against the reference, hold together in
    95 of 100 experiments; for each measure and year apart. What is told apart is a verdict of `estimate`; empty where the
    reference would be held against itself. The range is NaN where runs are too few for one.
    """

    measure: str
    unit: str
    year: int
    scenario: str
    runs: int
    mean: float
    range_low: float
    range_high: float
    calculation_error: float
    scenarios: int
    simultaneous_error: float
    told_from_zero: str
    reference: str
    reference_runs: int
    reference_difference: float
    reference_error: float
    told_from_reference: str


def contrasts(results: Results, wanted: Sequence[tuple[str, int]]) -> list[Contrast]:
    """Return every scenario's contrast for each measure and year wanted, in the order of the experiment."""
    return [one for measure, year in wanted for one in _contrasts(results, measure, year)]


def _contrasts(results: Results, measure: str, year: int) -> list[Contrast]:
    by_scenario = _by_scenario(results, measure, year)
    happened = _by_scenario(results, OUTCOMES_OF.get(measure, measure), year)
    of_reference = by_scenario.get(results.reference, {})
    rows = []
    for name, values in by_scenario.items():
        one = estimate(values.values(), happened[name].values())
        rows.append(
            Contrast(
                measure,
                UNITS[measure],
                year,
                name,
                one.runs,
                one.mean,
                one.low,
                one.high,
                one.error(),
                len(by_scenario),
                one.error(len(by_scenario)),
                one.verdict(len(by_scenario)),
                results.reference,
                *_to_reference(values, {} if name == results.reference else of_reference, len(by_scenario) - 1),
            )  # fmt: skip
        )
    return rows


def _by_scenario(results: Results, measure: str, year: int) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for pair in results.pairs(measure):
        if pair.year == year:
            found.setdefault(pair.scenario, {})[pair.replicate] = pair.difference
    return found


def _to_reference(values: Mapping[int, float], reference: Mapping[int, float], others: int) -> tuple[int, float, float, str]:
    """Return the paired difference to the reference over the replicates that both have."""
    between = [value - reference[replicate] for replicate, value in values.items() if replicate in reference]
    if not between:
        return 0, math.nan, math.nan, ""
    one: Estimate = estimate(between)
    return one.runs, one.mean, one.error(others), one.verdict(others)
