"""Range of outcomes and calculation error."""

import math

import numpy as np
import pytest

from model.experiment.intervals import (
    RANGE_90,
    RANGE_MIN_MAX,
    calculation_error,
    least_squares,
    outcome_range,
    simultaneous_error,
)


def test_calculation_error_is_the_half_width_of_students_interval() -> None:
    # mean 3, standard deviation sqrt(2.5), t(0.975, 4) = 2.776445 in the printed tables: 2.776445 * sqrt(2.5 / 5)
    assert calculation_error([1, 2, 3, 4, 5]) == pytest.approx(1.963243, abs=1e-6)


def test_two_pairs_have_the_wide_interval_of_one_degree_of_freedom() -> None:
    assert calculation_error([0, 2]) == pytest.approx(12.7062, abs=1e-4)


def test_one_pair_says_nothing_about_the_error_of_the_mean() -> None:
    assert math.isnan(calculation_error([3.0]))


def test_equal_pairs_have_no_calculation_error() -> None:
    assert calculation_error([4.0] * 10) == 0


def test_few_pairs_are_shown_from_smallest_to_largest() -> None:
    assert outcome_range([3, -1, 7]) == (-1, 7, RANGE_MIN_MAX)
    assert outcome_range(range(39))[2] == RANGE_MIN_MAX


def test_from_forty_pairs_on_the_range_holds_ninety_per_cent() -> None:
    assert outcome_range(range(101)) == (5, 95, RANGE_90)
    assert outcome_range(range(40))[2] == RANGE_90


def test_no_pairs_have_no_range() -> None:
    with pytest.raises(ValueError, match="no paired runs"):
        outcome_range([])


def test_a_simultaneous_error_of_one_comparison_is_the_calculation_error() -> None:
    values = [1.0, 4.0, -2.0, 3.5]
    assert simultaneous_error(values, 1) == calculation_error(values)


def test_simultaneous_errors_use_the_quantile_of_their_share() -> None:
    # five comparisons of five pairs: t(0.995, 4) = 4.604095 in the printed tables
    assert simultaneous_error([1, 2, 3, 4, 5], 5) == pytest.approx(4.604095 * math.sqrt(2.5 / 5), abs=1e-6)
    assert math.isnan(simultaneous_error([1.0], 5))


def test_simultaneous_intervals_hold_together_in_95_of_100_experiments() -> None:
    rng = np.random.default_rng(3)
    runs = rng.normal(size=(2000, 6, 8)) + rng.normal(size=(2000, 1, 8))  # six scenarios that share their luck
    t = simultaneous_error(runs[0, 0], 6) / runs[0, 0].std(ddof=1)
    error = t * runs.std(axis=2, ddof=1)
    together = (np.abs(runs.mean(axis=2)) < error).all(axis=1).mean()
    assert 0.94 < together < 0.995


def test_a_line_is_that_of_scipy_with_its_error() -> None:
    from scipy.stats import linregress, t

    rng = np.random.default_rng(1)
    x = rng.uniform(3, 25, 12)
    y = 2 + 0.3 * x + rng.normal(size=12)
    line, theirs = least_squares(x, y), linregress(x, y)
    assert (line.slope, line.intercept) == (pytest.approx(theirs.slope), pytest.approx(theirs.intercept))
    assert line.slope_error == pytest.approx(t.ppf(0.975, 10) * theirs.stderr)
    assert line.at(0)[0] == pytest.approx(theirs.intercept)
    assert line.at(0)[1] == pytest.approx(t.ppf(0.975, 10) * theirs.intercept_stderr)


def test_two_points_make_a_line_of_unknown_error_and_one_place_makes_none() -> None:
    line = least_squares([1, 2], [3, 5])
    assert (line.slope, line.intercept) == (pytest.approx(2), pytest.approx(1)) and math.isnan(line.slope_error)
    with pytest.raises(ValueError, match="all points stand at one place"):
        least_squares([14, 14, 14], [1, 2, 3])
