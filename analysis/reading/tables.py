"""Tidy tables over paired runs: each figure with its range of outcomes and its calculation error."""

import csv
import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from model.outcomes import MEASURES, OUTCOMES_OF, PARTS

from ..neutral import inert
from .estimate import Estimate, estimate
from .results import MEASURES_READ, ClassPart, Level, Pair, Results

DIFFERENCE, LEVEL = "difference", "level"
UNITS = {measure.name: measure.unit for measure in MEASURES}


class Figure(NamedTuple):
    """A measure over the paired runs of a scenario at the end of a year: a difference, or the level without policy.

    The range of outcomes is NaN where runs are too few for one, the calculation error where it cannot be estimated; `above`
    and `below` count the runs whose outcome is above and below zero.
    """

    measure: str
    unit: str
    year: int
    scenario: str
    kind: str
    runs: int
    mean: float
    range_low: float
    range_high: float
    above: int
    below: int
    calculation_error: float


class FanYear(NamedTuple):
    """How a measure spreads over runs at the end of a year; NaN where runs are too few for a range. The inner one holds half.

    Of jobs the mean is that of the weighted accounts, all else of the closures that happened.
    """

    scenario: str
    kind: str
    year: int
    runs: int
    mean: float
    calculation_error: float
    median: float
    inner_low: float
    inner_high: float
    range_low: float
    range_high: float


class RunYear(NamedTuple):
    """What one run came to at the end of a year."""

    scenario: str
    kind: str
    replicate: int
    year: int
    value: float


class ClassMean(NamedTuple):
    """The mean over paired runs of what a part holds at the end of a year; savings are cumulative, in m DKK.

    Crowded-out exchanges are counted in the twin, all others in the run.
    """

    scenario: str
    year: int
    kind: str
    runs: int
    exchanges: float
    savings_mdkk: float


def comparison(results: Results, years: Sequence[int]) -> list[Figure]:
    """Return every measure in the years given: first the levels without policy, then the differences of each scenario."""
    return [figure for measure in MEASURES_READ for figure in _figures(results, measure, years)]


def fan(results: Results, measure: str) -> list[FanYear]:
    """Return how a measure spreads in every year, the differences of each scenario first, then the levels without policy."""
    return [_fan_year(group, kind) for kind in (DIFFERENCE, LEVEL) for group in _grouped(results, measure, kind)]


def run_years(results: Results, measure: str) -> list[RunYear]:
    """Return what single runs came to in every year, of jobs by the closures that happened; in the order of `fan`."""
    happened = OUTCOMES_OF.get(measure, measure)
    return [
        RunYear(one.scenario, kind, one.replicate, one.year, one.value)
        for kind in (DIFFERENCE, LEVEL)
        for one in _of_kind(results, happened, kind)
    ]


def class_means(results: Results, years: Sequence[int]) -> list[ClassMean]:
    """Return the mean of every part in the years given, by scenario, year and part."""
    groups: dict[tuple[str, int, str], list[ClassPart]] = {}
    for part in results.class_parts():
        if part.year in years and part.kind in PARTS:
            groups.setdefault((part.scenario, part.year, part.kind), []).append(part)
    return [_class_mean(group) for group in groups.values()]


def write_csv(path: Path, rows: Sequence[NamedTuple], columns: Sequence[str]) -> None:
    """Write rows as UTF-8 CSV with a header; numbers with ten digits, nothing where there is no number."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in rows)


class _Group(NamedTuple):
    """A measure in all runs of a scenario in one year, and what happened in these runs where that is not the same."""

    scenario: str
    year: int
    values: list[float]
    happened: list[float]

    @property
    def estimate(self) -> Estimate:
        return estimate(self.values, self.happened)


def _figures(results: Results, measure: str, years: Sequence[int]) -> list[Figure]:
    return [
        _figure(measure, group, kind)
        for kind in (LEVEL, DIFFERENCE)
        for group in _grouped(results, measure, kind)
        if group.year in years
    ]


def _grouped(results: Results, measure: str, kind: str) -> list[_Group]:
    """Return a measure by scenario, in the order in which these first appear, and year."""
    values = _by_scenario_and_year(_of_kind(results, measure, kind))
    happened = _by_scenario_and_year(_of_kind(results, OUTCOMES_OF.get(measure, measure), kind))
    return [_Group(*key, of_year, happened[key]) for key, of_year in values.items()]


def _of_kind(results: Results, measure: str, kind: str) -> list[Level]:
    return results.levels(measure) if kind == LEVEL else _differences(results.pairs(measure))


def _differences(pairs: Iterable[Pair]) -> list[Level]:
    return [Level(pair.scenario, pair.replicate, pair.year, pair.difference) for pair in pairs]


def _by_scenario_and_year(levels: Iterable[Level]) -> dict[tuple[str, int], list[float]]:
    place: dict[str, int] = {}
    in_order = sorted(levels, key=lambda one: (place.setdefault(one.scenario, len(place)), one.year, one.replicate))
    groups = groupby(in_order, key=lambda one: (one.scenario, one.year))
    return {key: [one.value for one in group] for key, group in groups}


def _figure(measure: str, group: _Group, kind: str) -> Figure:
    one = group.estimate
    return Figure(
        measure, UNITS[measure], group.year, group.scenario, kind, one.runs, one.mean, one.low, one.high, one.above,
        one.below, one.error(),
    )  # fmt: skip


def _fan_year(group: _Group, kind: str) -> FanYear:
    one = group.estimate
    median = inner_low = inner_high = math.nan
    if one.has_range:
        inner_low, median, inner_high = map(float, np.quantile(group.happened, (0.25, 0.5, 0.75)))
    return FanYear(
        group.scenario, kind, group.year, one.runs, one.mean, one.error(), median, inner_low, inner_high, one.low, one.high,
    )  # fmt: skip


def _class_mean(group: list[ClassPart]) -> ClassMean:
    first = group[0]
    exchanges, savings = (float(np.mean([getattr(part, name) for part in group])) for name in ("exchanges", "savings_mdkk"))
    return ClassMean(first.scenario, first.year, first.kind, len(group), exchanges, savings)


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.10g}"
    if not isinstance(value, str):
        return value
    # The csv module quotes the line ends it writes; a carriage return alone would break the row in two.
    return inert(value).replace("\r\n", "\n").replace("\r", "\n")
