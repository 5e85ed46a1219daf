"""A centre that can do nothing changes nothing, byte for byte: the first thing to hold where effects are differences."""

import pytest

from model.money import to_ore
from model.month.funding import SHORTEST_POST_MONTHS, affordable_tenths, paid_ore, tenth_month_ore
from model.scenario.levers import Funding
from tests.made_up import CENTRE, no_centre
from tests.worlds import SHORT, run, shorn, short, short_with_centre, total

FIRST, MONTHS = "2011-01", 36


def centre(**changes):
    funding = [{"funder": "all", "total_dkk": 12e6, "first": FIRST, "months": MONTHS}]
    return no_centre(horizon=SHORT, levers={"centre": CENTRE | {"funding": funding} | changes})


def funded(total_dkk):
    return centre(funding=[{"funder": "all", "total_dkk": total_dkk, "first": FIRST, "months": MONTHS}])


@pytest.fixture(scope="module")
def without():
    return run(short()).result()


def test_a_centre_without_money_equals_no_centre(without):
    assert shorn(run(funded(0.0)).result()) == shorn(without)


def test_a_centre_with_money_and_no_hours_for_anything_equals_no_centre(without):
    idle = dict.fromkeys(CENTRE["hour_shares"], 0.0)
    result = run(centre(hour_shares=idle)).result()
    assert total(result, "centre_spent") > 5e6
    assert shorn(result) == shorn(without)


def test_a_centre_one_ore_short_of_its_first_hire_equals_no_centre(without):
    """The last øre makes the difference: with it a tenth of a post is hired for its shortest term, without it nobody."""
    enough = tenth_month_ore(run(short()).parameters)[0] * SHORTEST_POST_MONTHS
    short_of_it, just = run(funded((enough - 1) / 100)).result(), run(funded(enough / 100)).result()
    assert max(month.staff_fte for month in short_of_it.centre) == 0.0
    assert max(month.staff_fte for month in just.centre) == 0.1
    assert shorn(short_of_it) == shorn(without)
    assert shorn(just) != shorn(without)


def test_a_centre_with_money_and_hours_does_change_the_region(without):
    assert shorn(run(funded(12e6)).result()) != shorn(without)


def test_nothing_differs_before_the_centre_opens(without):
    result = run(short_with_centre()).result()
    assert (result.outcomes[:2] == without.outcomes[:2]).all()  # 2009 and 2010
    assert not (result.outcomes[2:] == without.outcomes[2:]).all()


def test_a_payment_in_parts_adds_up_to_the_ore():
    line = Funding(funder="all", total_dkk=1234567.89, first=FIRST, months=7)
    parts = [paid_ore(line, line.first + i) for i in range(-2, 10)]
    assert sum(parts) == to_ore(1234567.89) == 123456789
    assert parts[:2] == [0, 0] and parts[9:] == [0, 0, 0]
    assert max(parts[2:9]) - min(parts[2:9]) <= 1


@pytest.mark.parametrize(("available", "tenths"), [(719, 0), (720, 1), (1439, 1), (1440, 2), (-5, 0)])
def test_posts_come_in_whole_tenths(available, tenths):
    assert affordable_tenths(available, 60, 12) == tenths


def test_nobody_is_hired_for_less_than_half_a_year():
    assert affordable_tenths(10**9, 60, 5) == 0
