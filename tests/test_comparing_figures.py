"""The error of a difference of two means: paired, and not."""

import math

import numpy as np
import pytest
from scipy import stats

from analysis.compare.comparing_figures import difference, unpaired_error
from analysis.reading.estimate import ALONE, LESS, MORE, SAME, UNCLEAR


def by_replicate(values: list[float], first: int = 0) -> dict[int, float]:
    return dict(enumerate(values, start=first))


@pytest.mark.parametrize("sizes", [(5, 5), (3, 12), (40, 10)])
def test_unpaired_error_is_that_of_welch(sizes: tuple[int, int]) -> None:
    rng = np.random.default_rng(sizes)
    old, new = rng.normal(0, 1, sizes[0]), rng.normal(1, 3, sizes[1])
    interval = stats.ttest_ind(new, old, equal_var=False).confidence_interval(0.95)
    assert unpaired_error(old, new) == pytest.approx((interval.high - interval.low) / 2)


def test_two_samples_without_spread_have_no_error_and_single_values_have_none_to_give() -> None:
    assert unpaired_error([1, 1], [2, 2]) == 0.0
    assert math.isnan(unpaired_error([1], [2, 3]))


def test_paired_differences_use_common_replicates_only() -> None:
    old, new = by_replicate([1.0, 2.0, 4.0, 100.0]), by_replicate([2.0, 3.0, 5.0])
    found = difference(old, new, paired=True)
    assert (found.old.mean, found.change.mean, found.change.error, found.verdict) == (pytest.approx(7 / 3), 1.0, 0.0, MORE)
    assert difference(new, old, paired=True).verdict == LESS
    assert difference(old, new, paired=False).old.mean == 26.75


def test_verdicts() -> None:
    same = by_replicate([1.0, 2.0])
    assert difference(same, same, True).verdict == SAME
    assert difference(same, by_replicate([1.0 + 1e-12, 2.0]), True).verdict == SAME
    assert difference(same, by_replicate([0.0, 4.0]), True).verdict == UNCLEAR
    assert difference(by_replicate([1.0]), by_replicate([2.0]), True).verdict == ALONE


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(400):
        old, new = rng.normal(0, 2, 8), rng.normal(0.5, 1, 15)
        found = difference(by_replicate(list(old)), by_replicate(list(new)), False)
        covered += abs(found.change.mean - 0.5) <= found.change.error
    assert 0.92 <= covered / 400 <= 0.98
