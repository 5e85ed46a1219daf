"""Tidy tables over paired runs: each figure with its range of outcomes and its calculation error."""

import csv
import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from model.experiment.intervals import RANGE_90, calculation_error, outcome_range
from model.outcomes import CLASSES, MEASURES, OTHER

from .export.neutral import inert
from .results import MEASURES_READ, ClassPart, Level, Pair, Results

DIFFERENCE, LEVEL = "difference", "level"
UNITS = {measure.name: measure.unit for measure in MEASURES}


class Figure(NamedTuple):
    """A measure over the paired runs of a scenario at the end of a year: a difference, or the level without policy.

    `range` says which range of outcomes low and high are; the calculation error is NaN where it cannot be estimated.
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
    range: str
    calculation_error: float


class FanYear(NamedTuple):
    """How a measure spreads over runs at the end of a year. The inner range holds half; it is NaN where runs are few."""

    scenario: str
    kind: str
    year: int
    runs: int
    mean: float
    median: float
    inner_low: float
    inner_high: float
    range_low: float
    range_high: float
    range: str
    calculation_error: float


class ClassMean(NamedTuple):
    """The mean over paired runs of what a class holds at the end of a year; savings are cumulative, in m DKK.

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
    of_pairs = [_fan_year(group, DIFFERENCE) for group in _grouped(_differences(results.pairs(measure)))]
    return of_pairs + [_fan_year(group, LEVEL) for group in _grouped(results.levels(measure))]


def class_means(results: Results, years: Sequence[int]) -> list[ClassMean]:
    """Return the mean of every class in the years given, by scenario, year and class."""
    parts = [part for part in results.class_parts() if part.year in years and part.kind in (*CLASSES, OTHER)]
    groups: dict[tuple[str, int, str], list[ClassPart]] = {}
    for part in parts:
        groups.setdefault((part.scenario, part.year, part.kind), []).append(part)
    return [_class_mean(group) for group in groups.values()]


def write_csv(path: Path, rows: Sequence[NamedTuple], columns: Sequence[str]) -> None:
    """Write rows as UTF-8 CSV with a header; numbers with ten digits, nothing where there is no number."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _figures(results: Results, measure: str, years: Sequence[int]) -> list[Figure]:
    levels = [one for one in results.levels(measure) if one.year in years]
    pairs = [pair for pair in results.pairs(measure) if pair.year in years]
    of_levels = [_figure(measure, group, LEVEL) for group in _grouped(levels)]
    return of_levels + [_figure(measure, group, DIFFERENCE) for group in _grouped(_differences(pairs))]


def _differences(pairs: Iterable[Pair]) -> list[Level]:
    return [Level(pair.scenario, pair.replicate, pair.year, pair.difference) for pair in pairs]


def _grouped(levels: Iterable[Level]) -> list[list[Level]]:
    """Group by scenario, in the order in which these first appear, and year."""
    place: dict[str, int] = {}
    in_order = sorted(levels, key=lambda one: (place.setdefault(one.scenario, len(place)), one.year, one.replicate))
    return [list(group) for _, group in groupby(in_order, key=lambda one: (one.scenario, one.year))]


def _figure(measure: str, group: list[Level], kind: str) -> Figure:
    values = np.array([one.value for one in group])
    low, high, label = outcome_range(values)
    return Figure(
        measure, UNITS[measure], group[0].year, group[0].scenario, kind,
        len(values), float(values.mean()), low, high, label, calculation_error(values),
    )  # fmt: skip


def _fan_year(group: list[Level], kind: str) -> FanYear:
    values = np.array([one.value for one in group])
    low, high, label = outcome_range(values)
    median = float(np.median(values))
    inner_low, inner_high = np.quantile(values, (0.25, 0.75)) if label == RANGE_90 else (math.nan, math.nan)
    return FanYear(
        group[0].scenario, kind, group[0].year, len(values), float(values.mean()),
        median, float(inner_low), float(inner_high), low, high, label,
        calculation_error(values),
    )  # fmt: skip


def _class_mean(group: list[ClassPart]) -> ClassMean:
    first = group[0]
    exchanges = float(np.mean([part.exchanges for part in group]))
    return ClassMean(
        first.scenario,
        first.year,
        first.kind,
        len(group),
        exchanges,
        float(np.mean([part.savings_mdkk for part in group])),
    )


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.10g}"
    if not isinstance(value, str):
        return value
    # The csv module quotes the line ends it writes; a carriage return alone would break the row in two.
    return inert(value).replace("\r\n", "\n").replace("\r", "\n")
