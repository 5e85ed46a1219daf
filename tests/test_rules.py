"""Each rule against a closed form, a limit or a worked case that does not come from the code."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.draws import Purpose
from model.month.modes import Mode
from model.rules import awareness, closure, cost, reversion, trust
from model.rules import price as price_rules
from model.rules.effort import no_time_chance
from model.rules.negotiation import FAILURES, Custom, Position, negotiate
from model.rules.price import IDLE, Bargain, Side, cost_sharing, equal_split, posted_gate_fee
from model.rules.trust import Evidence, Experience
from tests.made_up import no_centre
from tests.worlds import digest, run, short, short_with_centre

# 600 t a year; 200 + 360 - 50 - 42 = 468 DKK/t; 12,000 DKK running; 120,000 DKK capital over 10 years at 8 %.
TERMS = cost.Terms(600, 200, 360, 50, 42, 12_000, 120_000, 0.14902949)
BARGAIN = Bargain(supplier_cost_share=0.5, posted_fee_share=0.6)


def nash(terms, supplier, receiver):
    return price_rules.nash(terms, supplier, receiver, BARGAIN)


def test_a_worked_annuity_and_one_without_interest():
    assert cost.annuity_factor(0.08, 10) == pytest.approx(0.14902949, abs=1e-8)
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
    assert cost.supplier_flow(TERMS, price) - annuity >= price_rules.least(supplier) - 1e-6
    assert cost.receiver_flow(TERMS, price) - annuity >= price_rules.least(receiver) - 1e-6


def test_more_alternatives_mean_a_better_price():
    assert nash(TERMS, Side(3, 0, 0, 0), IDLE) > nash(TERMS, IDLE, IDLE) > nash(TERMS, IDLE, Side(3, 0, 0, 0))


def test_a_receiver_may_be_paid_to_take_a_residual():
    costly = TERMS._replace(disposal_dkk=900, treatment_dkk=500)
    assert nash(costly, IDLE, IDLE) < 0


def test_four_rules_give_four_prices_on_one_worked_pair():
    """TERMS by hand: the pair gains 250,916.46 DKK a year after an annuity of 17,883.54; the supplier has one other partner."""
    sides = Side(1, 0.0, 0.0, 0.0), IDLE
    by_hand = {
        "nash": 135.699,  # two thirds of 250,916.46, and 8,941.77 for its capital, over 600 t; less 200, plus 42
        "equal_split": 66.0,  # the same with half of it: 134,400 / 600 - 200 + 42
        "cost_sharing": -14.0,  # half of 85,083.54 added costs it has borne: 42 and 14.90 a tonne; so it pays 14 more
        "posted_gate_fee": -120.0,  # 60 % of 200
    }
    prices = {name: rule(TERMS, *sides, BARGAIN) for name, rule in price_rules.RULES.items()}
    assert prices == pytest.approx(by_hand, abs=0.001)


def gains(terms, price):
    """Return both sides' yearly gains after their parts of the annuity."""
    annuity = terms.capital_dkk * terms.annuity_factor
    share = terms.supplier_capital_share
    return cost.supplier_flow(terms, price) - share * annuity, cost.receiver_flow(terms, price) - (1 - share) * annuity


ANY_TERMS = st.builds(
    cost.Terms,
    quantity=st.floats(1, 1e5),
    disposal_dkk=st.floats(0, 1_000),
    purchase_dkk=st.floats(0, 1_000),
    treatment_dkk=st.floats(0, 500),
    haul_dkk=st.floats(0, 300),
    running_dkk=st.floats(0, 1e6),
    capital_dkk=st.floats(0, 1e8),
    annuity_factor=st.floats(0.02, 0.5),
    supplier_capital_share=st.floats(0, 1),
    subsidy_dkk=st.floats(0, 500),
    granted_dkk=st.just(0.0),
    guaranteed_share=st.just(0.0),
)
SIDES = st.builds(Side, st.integers(0, 20), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))


@given(ANY_TERMS, SIDES, SIDES)
def test_an_equal_split_gives_both_sides_the_same_gain_whatever_else_they_could_do(terms, supplier, receiver):
    ours, theirs = gains(terms, equal_split(terms, supplier, receiver, BARGAIN))
    size = 1 + terms.quantity * 3_000 + terms.running_dkk + terms.capital_dkk
    assert ours == pytest.approx(theirs, abs=1e-9 * size)


@given(ANY_TERMS, SIDES, SIDES)
def test_who_bears_none_of_the_added_costs_keeps_its_gross_saving(terms, supplier, receiver):
    size = 1 + terms.quantity * 3_000 + terms.running_dkk + terms.capital_dkk
    ours, _ = gains(terms, cost_sharing(terms, supplier, receiver, BARGAIN._replace(supplier_cost_share=0.0)))
    assert ours == pytest.approx(terms.quantity * (terms.disposal_dkk + terms.subsidy_dkk), abs=1e-9 * size)
    _, theirs = gains(terms, cost_sharing(terms, supplier, receiver, BARGAIN._replace(supplier_cost_share=1.0)))
    assert theirs == pytest.approx(terms.quantity * terms.purchase_dkk, abs=1e-9 * size)


@given(SIDES, SIDES)
def test_a_posted_fee_is_the_same_whoever_comes(supplier, receiver):
    assert posted_gate_fee(TERMS, supplier, receiver, BARGAIN) == posted_gate_fee(TERMS, IDLE, IDLE, BARGAIN) == -120.0


def seat(**changes):
    return Position(alternatives=0, outside_dkk=0.0, trust=1.0, hurdle_years=3.0, setup_dkk=0.0)._replace(**changes)


def agree(rule, supplier, receiver):
    custom = Custom(price_rules.RULES[rule], BARGAIN, Mode(1.0, 1.0, 0.0, 1.0), 0.0)
    return FAILURES[negotiate(TERMS, custom, (supplier, receiver)).failure]


def test_a_side_that_an_unbending_rule_leaves_too_little_refuses():
    """A hurdle of half a year asks 120,000 a year of either side; the supplier gets 134,400, 86,400 or 22,800."""
    assert agree("equal_split", seat(hurdle_years=0.5), seat()) == ""
    assert agree("cost_sharing", seat(hurdle_years=0.5), seat()) == "no_agreement"
    assert agree("posted_gate_fee", seat(hurdle_years=0.5), seat()) == "no_agreement"
    assert agree("nash", seat(hurdle_years=0.5), seat()) == ""


def test_a_side_with_a_better_partner_elsewhere_turns_to_it_where_the_rule_does_not_match_the_offer():
    """Half the surplus is 125,458; the other partner would leave 140,000, which a Nash bargain tops."""
    assert agree("equal_split", seat(alternatives=1, outside_dkk=140_000.0), seat()) == "outcompeted"
    assert agree("nash", seat(alternatives=1, outside_dkk=140_000.0), seat()) == ""


def test_who_does_not_take_part_signs_nothing():
    assert agree("nash", seat(), seat(takes_part=False)) == "no_agreement"


@pytest.fixture(scope="module")
def usual():
    return run(short_with_centre()).result()


@pytest.mark.parametrize("rule", ["equal_split", "cost_sharing", "posted_gate_fee"])
def test_another_price_rule_runs_and_changes_what_comes_of_it(rule, usual):
    result = run(short_with_centre(rules={"price": rule, "trust": "reinforcement"})).result()
    assert digest(result) != digest(usual)
    assert any(case.price_dkk_per_unit for case in result.cases)


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


NUMBERS = SimpleNamespace(prior_strength=4, good_month=0.2, bad_month=1.5, forgetting_per_month=0.01, word_of_failure=0.2)
GHALI = SimpleNamespace(
    social_influence=0.5, event_size=0.1, contact=0.5, learning_per_month=0.02, first_knowledge=0.5,
    trust_threshold=0.5, knowledge_threshold=0.5,
)  # fmt: skip
PUBLISHED = SimpleNamespace(**(vars(GHALI) | {"event_size": 1.0, "learning_per_month": 1.0}))


def history(rule, numbers, mean, months):
    """Return first and last evidence of a party that goes through these months."""
    first = evidence = rule.first(mean, numbers)
    for month in months:
        evidence = rule.revise(evidence, first, month, numbers)
    return first, evidence


def test_three_rules_give_three_trusts_after_the_same_history():
    """A month that went well, then one that failed while a failure elsewhere was heard of; by hand for each rule."""
    partner = Evidence(0.2, 0.7)
    months = [
        Experience(good=1, common=0.9, in_common=1, luck=0.75, second_luck=0.5, partner=partner, met=True),
        Experience(bad=1, heard=1, common=0.9, in_common=1, luck=0.25, second_luck=0.5, partner=partner, met=True),
    ]
    # 3.2 good and 0.8 bad; + 0.2 good; 1 % of that 0.2 forgotten; + 1.5 x (1 + 0.2) bad.
    first, after = history(trust.REINFORCEMENT, NUMBERS, 0.8, months)
    assert first == pytest.approx((3.2, 0.8))
    assert after == pytest.approx((3.398, 2.6))
    assert trust.REINFORCEMENT.level(after) == pytest.approx(0.566522, abs=1e-6)
    # Everybody is trusted fully.
    first, after = history(trust.NONE, NUMBERS, 0.8, months)
    assert trust.NONE.level(first) == trust.NONE.level(after) == 1.0
    # 0.6 + 0.5 x (0.8 - 0.6) + 0.1 x 0.5 = 0.75; 0.75 + 0.5 x (0.8 - 0.75) - 0.05 = 0.725; as a level 1.725 / 2.
    # Knowledge 0.5 + 0.25 x (0.7 - 0.5) + 0.01 = 0.56; 0.56 + 0.25 x (0.7 - 0.56) + 0.01 = 0.605.
    first, after = history(trust.GHALI2017, GHALI, 0.8, months)
    assert first == pytest.approx((0.6, 0.5))
    assert after == pytest.approx((0.725, 0.605))
    assert trust.GHALI2017.level(after) == pytest.approx(0.8625)


def test_settled_trust_is_where_good_and_bad_months_lead():
    """Thirty thousand months of luck against the settled state, and that against its closed form."""
    rule, first, failing = trust.REINFORCEMENT, trust.prior(0.6, 4), 0.03
    expected = trust.settled(rule, first, Experience(good=0.97, bad=0.03), NUMBERS)
    assert expected == pytest.approx((2.4 + 0.2 * 0.97 / 0.01, 1.6 + 1.5 * 0.03 / 0.01), rel=1e-9)
    evidence, sums = first, np.zeros(2)
    failures = np.random.default_rng(1).random(40_000) < failing
    for month, failed in enumerate(failures):
        evidence = rule.revise(evidence, first, Experience(good=not failed, bad=failed), NUMBERS)
        sums += np.array(evidence) * (month >= 10_000)
    assert sums / 30_000 == pytest.approx(np.array(expected), rel=0.02)


@given(st.floats(0.02, 0.98), st.floats(0.5, 20), st.floats(0, 1), st.floats(0, 2), st.floats(0, 5), st.floats(1e-3, 1))
def test_settling_finds_the_closed_form_of_reinforcement(mean, strength, failing, good, bad, forgetting):
    first = trust.prior(mean, strength)
    numbers = SimpleNamespace(good_month=good, bad_month=bad, forgetting_per_month=forgetting, word_of_failure=0.2)
    still = trust.settled(trust.REINFORCEMENT, first, Experience(good=1 - failing, bad=failing), numbers)
    fixed = first.good + good * (1 - failing) / forgetting, first.bad + bad * failing / forgetting
    assert still == pytest.approx(fixed, rel=1e-6)


def test_settling_ends_at_a_bound_or_after_all_months_where_nothing_ever_settles():
    common = Experience(good=1, common=0.9, in_common=1)
    assert trust.settled(trust.GHALI2017, Evidence(0.0, 0.2), common, GHALI) == pytest.approx((0.8, 1.0))
    never = trust.REINFORCEMENT._replace(revise=lambda evidence, *_: Evidence(-evidence.good, 1.0))
    assert trust.settled(never, Evidence(1.0, 1.0), common, NUMBERS).good in (-1.0, 1.0)


def through_ghali(numbers, months=60, pairs=300):
    """Return trust and knowledge (arrays of pairs x months) of unconnected pairs under events and learning alone."""
    luck, path = np.random.default_rng(5).random((pairs, months, 2)), np.empty((pairs, months, 2))
    for pair in range(pairs):
        evidence = first = trust.GHALI2017.first(0.6, numbers)
        for month in range(months):
            event, learning = luck[pair, month]
            lesson = Experience(luck=event, second_luck=learning)
            evidence = path[pair, month] = trust.Evidence(*trust.GHALI2017.revise(evidence, first, lesson, numbers))
    return path[..., 0], path[..., 1]


def test_at_the_published_defaults_everything_saturates_and_with_small_noise_and_slow_learning_it_does_not():
    level, knowledge = through_ghali(PUBLISHED)
    assert np.mean(knowledge[:, 4] == 1.0) > 0.95
    assert np.mean(np.abs(level).max(axis=1) == 1.0) > 0.99
    assert np.mean(level.max(axis=1) >= 0.5) > 0.99
    calm = SimpleNamespace(**(vars(GHALI) | {"event_size": 0.05, "learning_per_month": 0.01, "first_knowledge": 0.2}))
    level, knowledge = through_ghali(calm)
    assert knowledge.max() < 1.0
    assert np.mean(np.abs(level).max(axis=1) == 1.0) < 0.02
    assert np.mean(level.max(axis=1) >= 0.5) < 0.9


def test_a_firm_takes_part_only_where_it_trusts_and_knows():
    takes_part = trust.GHALI2017.takes_part
    assert takes_part(Evidence(0.5, 0.51), GHALI)
    assert not takes_part(Evidence(0.49, 0.9), GHALI)
    assert not takes_part(Evidence(0.9, 0.5), GHALI)
    assert trust.REINFORCEMENT.takes_part(Evidence(0.1, 9.0), NUMBERS)


def test_no_trust_rule_is_reinforcement_with_full_trust_that_nothing_shakes(monkeypatch):
    full = trust.REINFORCEMENT._replace(first=lambda mean, numbers: Evidence(numbers.prior_strength, 0.0))
    monkeypatch.setitem(trust.RULES, "full", full)
    unshaken = no_centre().model_dump(mode="json")["uncertainties"]
    unshaken["trust"] |= {"bad_month": 0}
    of_rule = {
        name: run(short_with_centre(uncertainties=unshaken, rules={"price": "nash", "trust": name})).result()
        for name in ("none", "full")
    }
    assert digest(of_rule["none"]) == digest(of_rule["full"])
    assert cost.failure_chance(trust.NONE.level(trust.NONE.first(0.1, NUMBERS)), 0.85) == pytest.approx(0.15)


@pytest.mark.parametrize("rule", ["none", "ghali2017"])
def test_another_trust_rule_runs_and_changes_what_comes_of_it(rule, usual):
    result = run(short_with_centre(rules={"price": "nash", "trust": rule})).result()
    assert digest(result) != digest(usual)


def test_a_rule_with_luck_uses_no_draw_twice_and_a_rule_without_draws_none():
    used = {"ghali2017": [], "reinforcement": []}
    for rule, keys in used.items():
        run(short(rules={"price": "nash", "trust": rule}), listener=lambda *key, keys=keys: keys.append(key))
    assert len(set(used["ghali2017"])) == len(used["ghali2017"])
    assert {Purpose.SOCIAL_EVENT, Purpose.LEARNING} <= {key[0] for key in used["ghali2017"]}
    assert not {Purpose.SOCIAL_EVENT, Purpose.LEARNING} & {key[0] for key in used["reinforcement"]}


def test_idle_time_draws_trust_back_to_the_first_impression():
    first, evidence = trust.prior(0.5, 4), trust.Evidence(30.0, 1.0)
    for _ in range(2_000):
        evidence = trust.forget(evidence, first, 0.01)
    assert trust.trust(evidence) == pytest.approx(0.5, abs=1e-6)


# --- awareness -------------------------------------------------------------------------------------------------------


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
    assert closure.saving_as_margin(2e5, 1e7) == pytest.approx(0.02)
    assert closure.saving_as_margin(9e6, 1e7) == 0.3
    assert closure.saving_as_margin(-9e6, 1e7) == -0.3


def test_a_recession_raises_the_hazard_and_normal_demand_leaves_it():
    assert closure.cycle_factor(1.0, 3.0) == 1.0
    assert closure.cycle_factor(0.9, 3.0) == pytest.approx(math.exp(0.3))


def test_a_margin_has_the_spread_its_volatility_gives_it():
    luck, deviation, values = np.random.default_rng(4), 0.0, []
    for shock in luck.normal(size=200_000):
        deviation = reversion.step(deviation, 0.97, 0.01, float(shock))
        values.append(deviation)
    assert np.std(values) == pytest.approx(closure.stationary_deviation(0.01, 0.97), rel=0.03)


# --- scarce hours -----------------------------------------------------------------------------------------------------


def test_small_firms_give_up_more_often_for_want_of_time():
    assert no_time_chance(0.05, 10, 1) == pytest.approx(0.05)
    assert no_time_chance(0.05, 1, 1) > no_time_chance(0.05, 50, 1) > no_time_chance(0.05, 500, 1)
    assert no_time_chance(0.9, 1, 1) == 1.0


def test_two_cases_at_a_time_wear_a_firm_out_twice_as_fast():
    assert no_time_chance(0.05, 10, 2) == pytest.approx(0.1)
    assert no_time_chance(0.05, 10, 0.15) == pytest.approx(0.0075)
