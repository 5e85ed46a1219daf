"""Scenarios beside each other: each difference with an error that holds for all of them together."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from model.experiment.intervals import calculation_error, outcome_range, simultaneous_error

from .results import Results
from .tables import UNITS

MORE, LESS, NOT = "more", "less", "not"
"""How a difference is told apart from nothing."""


NOTHING = 1e-9
"""Smaller differences are what sums of floating point numbers leave behind."""


class Difference(NamedTuple):
    """The mean of a paired difference, and its calculation error."""

    mean: float
    error: float

    @property
    def told(self) -> str:
        """Return how it is told apart from nothing."""
        return told_apart(self.mean, self.error)


class Contrast(NamedTuple):
    """A scenario's difference to the course without policy at the end of a year, and that to the reference scenario.

    Both errors are simultaneous: `scenarios` intervals against no policy, one less against the reference, hold together in
    95 of 100 experiments; for each measure and year apart. NaN and `not` where fewer than two runs allow no estimate;
    empty where the reference would be held against itself.
    """

    measure: str
    unit: str
    year: int
    scenario: str
    runs: int
    mean: float
    range_low: float
    range_high: float
    range: str
    calculation_error: float
    scenarios: int
    simultaneous_error: float
    apart_from_zero: str
    reference: str
    reference_runs: int
    reference_difference: float
    reference_error: float
    apart_from_reference: str


def contrasts(results: Results, wanted: Sequence[tuple[str, int]], reference: str) -> list[Contrast]:
    """Return every scenario's contrast for each measure and year wanted, in the order of the experiment."""
    return [one for measure, year in wanted for one in _contrasts(results, measure, year, reference)]


def difference(values: Sequence[float]) -> Difference:
    """Return the mean of paired differences, and its calculation error."""
    return Difference(float(np.mean(values)), calculation_error(values))


def told_apart(mean: float, error: float) -> str:
    """Say whether a mean is more or less than nothing by more than its error; `not` where there is no error."""
    if abs(mean) < NOTHING or not error < abs(mean):
        return NOT
    return MORE if mean > 0 else LESS


def _contrasts(results: Results, measure: str, year: int, reference: str) -> list[Contrast]:
    by_scenario: dict[str, dict[int, float]] = {}
    for pair in results.pairs(measure):
        if pair.year == year:
            by_scenario.setdefault(pair.scenario, {})[pair.replicate] = pair.difference
    of_reference = by_scenario.get(reference, {})
    about = (measure, UNITS[measure], year)
    rows: list[tuple[Any, ...]] = [
        (*about, name, *_to_zero(np.array(list(values.values())), len(by_scenario)), reference,
         *_to_reference(values, of_reference, len(by_scenario) - 1))
        for name, values in by_scenario.items()
    ]  # fmt: skip
    return [Contrast(*row) for row in rows]


def _to_zero(values: np.ndarray, scenarios: int) -> tuple:
    mean, error = float(values.mean()), simultaneous_error(values, scenarios)
    return (
        len(values), mean, *outcome_range(values), calculation_error(values), scenarios, error, told_apart(mean, error),
    )  # fmt: skip


def _to_reference(values: dict[int, float], reference: dict[int, float], others: int) -> tuple:
    """Return the paired difference to the reference over the replicates that both have."""
    between = np.array([values[k] - reference[k] for k in values if k in reference])
    if values is reference or not between.size:
        return 0, float("nan"), float("nan"), ""
    mean, error = float(between.mean()), simultaneous_error(between, others)
    return len(between), mean, error, told_apart(mean, error)
