from collections import Counter
from math import sqrt
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.scenario.parameters import Parameters, as_dict, draw_parameters, quantile
from model.scenario.scenario import Uncertainties
from model.scenario.schema import Uncertain
from tests.made_up import no_centre, with_centre
from tests.worlds import double_money

EVEN = [(i + 0.5) / 20_000 for i in range(20_000)]


def uncertain(shape, low, value, high):
    return Uncertain(value=value, low=low, high=high, shape=shape)


def mean_of(number):
    return sum(quantile(number, u) for u in EVEN) / len(EVEN)


def test_every_uncertain_number_of_the_schema_is_drawn_once_by_its_own_name():
    asked = Counter()
    parameters = draw_parameters(no_centre(), lambda name: asked.update([name]) or 0.5)
    schema = [
        f"{group}.{name}" for group, field in Uncertainties.model_fields.items() for name in field.annotation.model_fields
    ]
    assert list(as_dict(parameters)) == schema
    assert asked == Counter(schema)


def test_the_groups_are_those_of_the_schema():
    assert Parameters._fields == tuple(Uncertainties.model_fields)


def test_a_number_is_read_by_group_and_name():
    parameters = draw_parameters(no_centre(), lambda name: 0.9 if name == "trust.good_month" else 0.1)
    assert parameters.trust.good_month == as_dict(parameters)["trust.good_month"]
    assert parameters.trust.good_month == pytest.approx(0.4 - sqrt(0.1 * 0.3 * 0.2))
    assert parameters.prices.wage_dkk_per_h < 450


def test_a_draw_depends_on_its_own_quantile_only():
    low = as_dict(draw_parameters(no_centre(), lambda name: 0.2))
    one_higher = as_dict(draw_parameters(no_centre(), lambda name: 0.7 if name == "modes.permit_granted" else 0.2))
    assert {name for name in low if low[name] != one_higher[name]} == {"modes.permit_granted"}


def test_a_fixed_number_keeps_its_value_whatever_the_quantile():
    changed = no_centre().model_dump(mode="json")
    changed["uncertainties"]["prices"]["wage_dkk_per_h"] = "512.5"
    scenario = no_centre(uncertainties=changed["uncertainties"])
    for u in (1e-12, 0.5, 1 - 1e-12):
        assert draw_parameters(scenario, lambda _, u=u: u).prices.wage_dkk_per_h == 512.5


def test_a_range_on_a_fixed_number_changes_nothing():
    assert quantile(Uncertain(value=3, low=1, high=9, shape="fixed"), 0.99) == 3


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (uncertain("triangular", 0, 1, 4), 4 - sqrt(0.5 * 4 * 3)),
        (uncertain("triangular", 0, 3, 4), sqrt(0.5 * 4 * 3)),
        (uncertain("triangular", 2, 2, 6), 6 - sqrt(8)),
        (uncertain("uniform", 3, 10, 25), 14),
        (uncertain("loguniform", 0.01, 0.1, 1), 0.1),
    ],
)
def test_half_of_many_draws_lie_below_the_median(number, expected):
    assert median(quantile(number, u) for u in EVEN) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (uncertain("triangular", 0, 1, 4), 5 / 3),
        (uncertain("triangular", 5, 9, 9), 23 / 3),
        (uncertain("uniform", 3, 10, 25), 14),
        (uncertain("loguniform", 1, 2, 2.718281828459045), 1.718281828459045),
    ],
)
def test_the_mean_of_many_draws_is_that_of_the_distribution(number, expected):
    assert mean_of(number) == pytest.approx(expected, rel=1e-4)


@given(
    st.sampled_from(["triangular", "uniform", "loguniform"]),
    st.lists(st.floats(1e-6, 1e6), min_size=3, max_size=3, unique=True),
    st.floats(0, 1, exclude_min=True, exclude_max=True),
    st.floats(0, 1, exclude_min=True, exclude_max=True),
)
def test_a_draw_lies_in_its_range_and_rises_with_the_quantile(shape, ends, u, v):
    number = uncertain(shape, *sorted(ends))
    lower, upper = quantile(number, min(u, v)), quantile(number, max(u, v))
    assert number.low <= lower <= upper * (1 + 1e-12)
    assert upper <= number.high


def test_with_all_money_doubled_amounts_are_drawn_twice_as_large_and_nothing_else_changes():
    plain = as_dict(draw_parameters(no_centre(), lambda name: len(name) / 64))
    doubled = as_dict(draw_parameters(double_money(no_centre()), lambda name: len(name) / 64))
    assert doubled == {name: 2 * value if "_dkk" in name else value for name, value in plain.items()}


def test_doubling_money_doubles_taxes_of_every_date_and_the_funding_and_not_the_demand():
    plain, doubled = with_centre(), double_money(with_centre())
    tax, twice = plain.society.landfill_tax_dkk_per_t, doubled.society.landfill_tax_dkk_per_t
    assert twice == {month: 2 * value for month, value in tax.items()}
    assert doubled.society.demand == plain.society.demand
    assert doubled.levers.centre.funding[0].total_dkk == 24e6
    assert doubled.levers.centre.funding[0].months == 48
    assert doubled.uncertainties.prices.wage_dkk_per_h.high == 1200
