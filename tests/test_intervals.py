"""Range of outcomes, calculation error, and how one quantity goes with another."""

import math

import numpy as np
import pytest

from model.experiment.results.intervals import (
    ENOUGH_FOR_RANGE,
    calculation_error,
    outcome_range,
    simultaneous_error,
    trend,
    widened,
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


def test_fewer_than_forty_pairs_have_no_range() -> None:
    assert outcome_range([]) is outcome_range([3, -1, 7]) is outcome_range(range(39)) is None


def test_the_range_of_forty_pairs_is_their_second_and_thirty_ninth_value_in_whatever_order_they_come() -> None:
    shuffled = np.random.default_rng(1).permutation(np.arange(1, 41))
    assert outcome_range(shuffled) == (2, 39)
    assert outcome_range(range(1, 101)) == (5, 96)


@pytest.mark.parametrize("pairs", [ENOUGH_FOR_RANGE, 59, 200])
def test_a_further_run_falls_into_the_range_nine_times_of_ten_or_a_little_oftener(pairs: int) -> None:
    rng = np.random.default_rng(pairs)
    inside = 0
    for _ in range(4000):
        low, high = outcome_range(rng.lognormal(size=pairs)) or (0, 0)
        inside += low <= rng.lognormal() <= high
    assert 0.89 <= inside / 4000 <= 0.93


def test_a_simultaneous_error_of_one_comparison_is_the_calculation_error() -> None:
    values = [1.0, 4.0, -2.0, 3.5]
    assert simultaneous_error(values, 1) == calculation_error(values)


def test_simultaneous_errors_use_the_quantile_of_their_share() -> None:
    # five comparisons of five pairs: t(0.995, 4) = 4.604095 in the printed tables
    assert simultaneous_error([1, 2, 3, 4, 5], 5) == pytest.approx(4.604095 * math.sqrt(2.5 / 5), abs=1e-6)
    assert math.isnan(simultaneous_error([1.0], 5))


def test_an_error_is_widened_to_what_it_is_among_so_many() -> None:
    values = [1.0, 4.0, -2.0, 3.5]
    assert widened(calculation_error(values), 4, 7) == pytest.approx(simultaneous_error(values, 7))
    assert math.isnan(widened(math.nan, 1, 7))


def test_simultaneous_intervals_hold_together_in_95_of_100_experiments() -> None:
    rng = np.random.default_rng(3)
    runs = rng.normal(size=(2000, 6, 8)) + rng.normal(size=(2000, 1, 8))  # six scenarios that share their luck
    t = simultaneous_error(runs[0, 0], 6) / runs[0, 0].std(ddof=1)
    error = t * runs.std(axis=2, ddof=1)
    together = (np.abs(runs.mean(axis=2)) < error).all(axis=1).mean()
    assert 0.94 < together < 0.995


def test_no_single_point_decides_a_trend() -> None:
    x = np.arange(40.0)
    y = 2 + 0.3 * x
    y[39] = 1e6
    found = trend(x, y)
    assert found.slope == pytest.approx(0.3) and found.slope_low <= 0.3 <= found.slope_high < 1
    assert found.at(10) == pytest.approx(5, abs=0.5)


def test_a_trends_interval_covers_its_slope_as_often_as_it_says_and_luck_is_seldom_taken_for_one() -> None:
    rng = np.random.default_rng(5)
    covered = told = 0
    for _ in range(300):
        x = rng.uniform(3, 25, 40)
        found = trend(x, 0.4 * x + rng.standard_t(2, 40))
        covered += found.slope_low <= 0.4 <= found.slope_high
        told += trend(x, rng.standard_t(2, 40)).chance < 0.05
    assert 0.91 <= covered / 300 <= 0.99 and told / 300 <= 0.09


def test_among_more_statements_a_trends_interval_is_wider() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(2, 40))
    alone, among = trend(x, y), trend(x, y, 7)
    assert among.slope_low < alone.slope_low and alone.slope_high < among.slope_high and among.slope == alone.slope


def test_jobs_that_are_all_alike_have_no_trend_and_one_place_makes_none() -> None:
    found = trend([1, 2, 3, 4], [5, 5, 5, 5])
    assert (found.slope, found.correlation, found.chance) == (0, 0, 1)
    for x in ([1, 2], [14, 14, 14]):
        with pytest.raises(ValueError, match="three points or more"):
            trend(x, x)
