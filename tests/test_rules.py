"""Each rule against a closed form, a limit or a worked case that does not come from the code."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.rules import awareness, closure, cost, pool, reversion, trust
from model.rules.effort import no_time_chance
from model.rules.price import Side, nash

# 600 t a year; 200 + 360 - 50 - 42 = 468 DKK/t; 12,000 DKK running; 120,000 DKK capital over 10 years at 8 %.
TERMS = cost.Terms(600, 200, 360, 50, 42, 12_000, 120_000, 0.14902949)
IDLE = Side(0, 0.0, 0.0, 0.0)


def test_an_annuity_repays_what_was_borrowed():
    payment = cost.annuity_factor(0.08, 10)
    debt = 1.0
    for _ in range(10):
        debt = debt * 1.08 - payment
    assert debt == pytest.approx(0.0, abs=1e-12)
    assert payment == pytest.approx(0.14902949, abs=1e-8)
    assert cost.annuity_factor(0.0, 10) == 0.1


def test_the_surplus_of_a_worked_pair():
    assert cost.flow(TERMS) == 268_800
    assert cost.surplus(TERMS) == pytest.approx(268_800 - 17_883.54, abs=0.01)


@given(st.floats(-500, 500))
def test_what_the_price_gives_one_side_it_takes_from_the_other(price):
    both = cost.supplier_flow(TERMS, price) + cost.receiver_flow(TERMS, price)
    assert both == pytest.approx(cost.flow(TERMS), rel=1e-9)


@given(st.floats(0, 400), st.floats(0, 1), st.floats(0, 600))
def test_a_higher_landfill_tax_never_makes_disposal_cheaper(fee, share, tax):
    assert cost.disposal_cost(fee, share, tax + 100) >= cost.disposal_cost(fee, share, tax)


def test_equal_sides_share_the_surplus_equally():
    price = nash(TERMS, IDLE, IDLE)
    half = cost.surplus(TERMS) / 2
    annuity = 0.5 * TERMS.capital_dkk * TERMS.annuity_factor
    assert price == pytest.approx(66.0)
    assert cost.supplier_flow(TERMS, price) - annuity == pytest.approx(half)
    assert cost.receiver_flow(TERMS, price) - annuity == pytest.approx(half)


@given(st.integers(0, 20), st.integers(0, 20), st.floats(0, 80_000), st.floats(0, 80_000))
def test_each_side_of_a_bargain_gets_at_least_what_it_would_walk_away_for(ours, theirs, outside, risk):
    supplier, receiver = Side(ours, outside, 1_000, 0), Side(theirs, 0, risk, 5_000)
    price = nash(TERMS, supplier, receiver)
    annuity = 0.5 * TERMS.capital_dkk * TERMS.annuity_factor
    assert cost.supplier_flow(TERMS, price) - annuity >= supplier.least_dkk - 1e-6
    assert cost.receiver_flow(TERMS, price) - annuity >= receiver.least_dkk - 1e-6


def test_more_alternatives_mean_a_better_price():
    assert nash(TERMS, Side(3, 0, 0, 0), IDLE) > nash(TERMS, IDLE, IDLE) > nash(TERMS, IDLE, Side(3, 0, 0, 0))


def test_a_receiver_may_be_paid_to_take_a_residual():
    costly = TERMS._replace(disposal_dkk=900, treatment_dkk=500)
    assert nash(costly, IDLE, IDLE) < 0


def test_a_side_accepts_just_at_its_hurdle_and_not_beyond():
    stake = cost.Stake(flow_dkk=40_000, capital_dkk=90_000, setup_dkk=10_000, risk_dkk=0)
    assert cost.accepts(stake, 0.1, hurdle_years=2.5)
    assert not cost.accepts(stake._replace(setup_dkk=10_100), 0.1, hurdle_years=2.5)
    assert not cost.accepts(stake._replace(flow_dkk=8_000), 0.1, hurdle_years=99)


def test_the_gain_demanded_is_the_one_that_is_accepted():
    demanded = cost.gain_demanded(90_000, 10_000, 0.1, 2.5)
    flow = demanded + 0.1 * 90_000
    assert cost.accepts(cost.Stake(flow, 90_000, 10_000, 0), 0.1, 2.5)
    assert not cost.accepts(cost.Stake(flow * 0.999, 90_000, 10_000, 0), 0.1, 2.5)


def test_full_trust_in_a_faultless_mode_perceives_no_risk():
    assert cost.failure_chance(1.0, 1.0) == 0.0
    assert cost.failure_chance(0.5, 0.9) == pytest.approx(0.55)


# --- trust -----------------------------------------------------------------------------------------------------------


def test_settled_trust_is_where_good_and_bad_months_lead():
    """Thirty thousand months of luck against the closed form."""
    first, failing = trust.prior(0.6, 4), 0.03
    expected = trust.settled(first, failing, 0.2, 1.5, 0.01)
    evidence, sums = first, np.zeros(2)
    failures = np.random.default_rng(1).random(40_000) < failing
    for month, failed in enumerate(failures):
        evidence = trust.forget(evidence, first, 0.01)
        evidence = trust.Evidence(evidence.good + 0.2 * (not failed), evidence.bad + 1.5 * failed)
        sums += np.array(evidence) * (month >= 10_000)
    assert sums / 30_000 == pytest.approx(np.array(expected), rel=0.02)


def test_idle_time_draws_trust_back_to_the_first_impression():
    first, evidence = trust.prior(0.5, 4), trust.Evidence(30.0, 1.0)
    for _ in range(2_000):
        evidence = trust.forget(evidence, first, 0.01)
    assert trust.trust(evidence) == pytest.approx(0.5, abs=1e-6)


# --- awareness -------------------------------------------------------------------------------------------------------


def test_awareness_alone_on_a_complete_graph_follows_bass():
    """10,000 firms that all know each other, no fading: the share aware against Bass's solution."""
    outside, imitation, firms = 0.003, 0.05, 10_000
    luck, aware = np.random.default_rng(2), np.zeros(firms, bool)
    for month in range(1, 181):
        chance = awareness.take_up_chance(outside, imitation, float(aware.mean()))
        aware |= luck.random(firms) < chance
        if month % 60 == 0:
            growth = math.exp(-(outside + imitation) * month)
            bass = (1 - growth) / (1 + imitation / outside * growth)
            assert aware.mean() == pytest.approx(bass, abs=0.03)
    assert aware.mean() > 0.95


@given(st.floats(1e-5, 0.05), st.floats(0, 0.03), st.floats(1e-4, 0.05))
def test_at_the_stationary_share_as_many_forget_as_take_it_up(outside, imitation, fade):
    share = awareness.stationary_share(outside, imitation, fade)
    assert 0 <= share <= 1
    assert (outside + imitation * share) * (1 - share) == pytest.approx(fade * share, abs=1e-9)


def test_no_hours_of_visibility_reach_nobody():
    assert awareness.visibility_chance(0.0, 0.1, 500) == 0.0
    assert awareness.visibility_chance(10.0, 0.1, 0) == 0.0
    assert awareness.visibility_chance(100.0, 0.1, 500) == pytest.approx(1 - math.exp(-0.02))


# --- closures --------------------------------------------------------------------------------------------------------


def test_twelve_months_of_the_base_hazard_make_the_yearly_rate():
    monthly = closure.base_hazard(0.08, 10, 0.25)
    assert 1 - (1 - monthly) ** 12 == pytest.approx(0.08)


def test_sensitivity_says_who_closes_and_not_how_many():
    """The mean hazard over the margin's own spread stays at the base, whatever the sensitivity."""
    deviations = np.random.default_rng(3).normal(0, 0.04, 400_000)
    for sensitivity in (0, 3, 10, 25):
        hazards = [closure.hazard(0.005, d, sensitivity, 0.04, 1.0) for d in deviations[:100_000]]
        assert np.mean(hazards) == pytest.approx(0.005, rel=0.02)


@given(st.floats(-0.3, 0.3), st.floats(0, 25))
def test_a_higher_margin_never_raises_the_hazard(margin, sensitivity):
    assert closure.hazard(0.01, margin + 0.01, sensitivity, 0.04, 1.0) <= closure.hazard(0.01, margin, sensitivity, 0.04, 1.0)


def test_a_saving_counts_as_margin_up_to_its_cap():
    assert closure.saving_as_margin(2e5, 1e7, 0.3) == pytest.approx(0.02)
    assert closure.saving_as_margin(9e6, 1e7, 0.3) == 0.3
    assert closure.saving_as_margin(-9e6, 1e7, 0.3) == -0.3


def test_a_recession_raises_the_hazard_and_normal_demand_leaves_it():
    assert closure.cycle_factor(1.0, 3.0) == 1.0
    assert closure.cycle_factor(0.9, 3.0) == pytest.approx(math.exp(0.3))


def test_a_margin_has_the_spread_its_volatility_gives_it():
    luck, deviation, values = np.random.default_rng(4), 0.0, []
    for shock in luck.normal(size=200_000):
        deviation = reversion.step(deviation, 0.97, 0.01, float(shock))
        values.append(deviation)
    assert np.std(values) == pytest.approx(closure.stationary_deviation(0.01, 0.97), rel=0.03)


# --- pooled rounds and scarce hours ----------------------------------------------------------------------------------


@given(st.floats(500, 20_000), st.floats(200, 3_000), st.floats(10, 300), st.integers(4, 52))
def test_a_round_pays_from_its_break_even_and_not_below(value, round_cost, stop, rounds):
    needed = pool.break_even_members(value, round_cost, stop, rounds)
    if math.isinf(needed) or needed > 1e6:
        return
    above, below = math.ceil(needed * 1.001) + 1, math.floor(needed * 0.999)
    assert pool.yearly_balance(value * above, above, round_cost, stop, rounds) > 0
    assert pool.yearly_balance(value * below, below, round_cost, stop, rounds) <= 0


@given(st.integers(1, 60), st.floats(1, 200))
def test_members_together_pay_for_the_round_exactly(members, quantity):
    paid = members * quantity * pool.member_haul(quantity, members, 1200, 100, 26)
    assert paid == pytest.approx(26 * (1200 + 100 * members))


def test_small_firms_give_up_more_often_for_want_of_time():
    assert no_time_chance(0.05, 10, 1) == pytest.approx(0.05)
    assert no_time_chance(0.05, 1, 1) > no_time_chance(0.05, 50, 1) > no_time_chance(0.05, 500, 1)
    assert no_time_chance(0.9, 1, 1) == 1.0


def test_two_cases_at_a_time_wear_a_firm_out_twice_as_fast():
    assert no_time_chance(0.05, 10, 2) == pytest.approx(0.1)
    assert no_time_chance(0.05, 10, 0.15) == pytest.approx(0.0075)
