"""Range of outcomes and calculation error."""

import math

import pytest

from model.experiment.intervals import RANGE_90, RANGE_MIN_MAX, calculation_error, outcome_range


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
