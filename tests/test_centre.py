"""The centre: where each krone and each hour goes, whom it serves, what it learns, and how it ends."""

import numpy as np
import pytest

from model.month.kinds import ACTIVITIES
from model.months import parse
from model.outcomes import INDEX
from model.rules import practice, targeting
from model.rules.targeting import Prospect
from tests.made_up import CENTRE, no_centre
from tests.worlds import SHORT, everything, run, shorn, short, total

FUNDING = [{"funder": "all", "total_dkk": 12e6, "first": "2009-06", "months": 36}]
HOME = ["306"]


def centre(uncertain=None, **changes):
    """Five years with a centre from the first summer on; `uncertain` fixes numbers of its work."""
    inputs = CENTRE | {"funding": FUNDING} | changes
    scenario = no_centre(horizon=SHORT, levers={"centre": inputs})
    if not uncertain:
        return scenario
    numbers = scenario.uncertainties.centre
    fixed = {name: type(getattr(numbers, name)).model_validate(value) for name, value in uncertain.items()}
    changed = scenario.uncertainties.model_copy(update={"centre": numbers.model_copy(update=fixed)})
    return scenario.model_copy(update={"uncertainties": changed})


GRANTS = {"total_dkk": 600_000, "share": 0.5, "most_dkk_per_firm": 20_000}


@pytest.fixture(scope="module")
def region():
    return run(centre(home=HOME, grants=GRANTS))


@pytest.fixture(scope="module")
def diary(region):
    return region.result().centre


# --- its diary -------------------------------------------------------------------------------------------------------


def test_the_diary_says_where_every_ore_went(diary):
    before = 0
    for month in diary:
        spent = month.salaries_ore + month.overhead_ore + month.grants_ore
        assert month.balance_ore == before + month.income_ore - spent >= 0
        before = month.balance_ore
    assert sum(month.income_ore for month in diary) == 1_200_000_000
    assert sum(month.grants_ore for month in diary) > 0


def test_the_diary_says_where_every_hour_went(diary):
    carried = 0.0
    for month in diary:
        spent = sum(getattr(month, f"{activity}_h") for activity in ACTIVITIES)
        assert month.carried_in_h == pytest.approx(carried)
        there = month.worked_h + month.carried_in_h
        assert there == pytest.approx(spent + month.unassigned_h + month.lapsed_h + month.carried_out_h)
        assert 0 <= month.home_h <= spent + 1e-9
        carried = month.carried_out_h
    assert sum(month.lapsed_h for month in diary) > 0  # at the end at the latest


def test_the_diary_counts_what_the_region_recorded(region, diary):
    result = region.result()
    for variable in ("contacted", "screened"):
        assert sum(getattr(month, variable) for month in diary) == total(result, variable)
    assert all(month.contacted == month.refused + month.screened for month in diary)


def test_hours_pay_for_the_services_they_bought(region, diary):
    """Screenings never cost less than the floor of the learning curve, and refusals their call."""
    work = region.parameters.centre
    screened, refused = (sum(getattr(month, name) for month in diary) for name in ("screened", "refused"))
    spent = sum(month.screening_h for month in diary)
    least = work.screening_h * work.learning_floor * screened + work.refusal_h * refused
    assert least <= spent <= work.screening_h * screened + work.refusal_h * refused + 1e-6


# --- home and the rest of its catchment ------------------------------------------------------------------------------


def screened_at(result, code):
    return float(result.outcomes[:, result.municipalities.index(code), INDEX["screened"]].sum())


def test_more_hours_kept_for_home_screen_more_firms_at_home():
    low, high = (run(centre({"home_share": share}, home=HOME)).result() for share in (0.2, 0.9))
    assert screened_at(high, HOME[0]) > screened_at(low, HOME[0])
    assert screened_at(high, "316") < screened_at(low, "316")


def test_without_a_home_or_with_nothing_else_the_home_share_moves_nothing():
    for places in ({"home": []}, {"home": HOME, "catchment": HOME}):
        low, high = (run(centre({"home_share": share}, **places)).result() for share in (0.2, 0.9))
        low_cases, high_cases = ([case[:-1] for case in result.cases] for result in (low, high))
        assert low_cases == high_cases
        assert np.array_equal(low.outcomes, high.outcomes)


def test_a_catchment_that_is_all_home_is_served_as_one_without_a_home():
    """Takers of its rounds may stand outside it: they take hours all the same."""
    for places in (HOME, ["326", "316"]):
        owned, not_owned = (run(centre(home=home, catchment=places)).result() for home in (places, []))
        assert np.array_equal(owned.outcomes, not_owned.outcomes)
        organised = [sum(month.pools_organised for month in result.centre) for result in (owned, not_owned)]
        assert organised[0] == organised[1] > 0


def test_nobody_outside_the_catchment_is_screened():
    result = run(centre(catchment=HOME)).result()
    assert screened_at(result, HOME[0]) == total(result, "screened") > 0


# --- learning and reputation -----------------------------------------------------------------------------------------


def test_experience_saves_hours_down_to_its_floor():
    assert practice.hours_factor(0, 20, 0.3, 0.4) == 1.0
    assert practice.hours_factor(20, 20, 0.3, 0.4) == pytest.approx(2**-0.3)
    assert practice.hours_factor(10**9, 20, 0.3, 0.4) == 0.4
    assert practice.hours_factor(500, 20, 0.0, 0.4) == 1.0


def test_a_centre_that_learns_screens_more_firms_with_the_same_hours():
    slow, fast = (run(centre({"learning_exponent": b})).result() for b in (0.0, 0.4))
    assert total(fast, "screened") > total(slow, "screened")


def test_a_reputation_is_earned_and_lost_by_results():
    assert practice.reputation(0, 0, 20) == 0.5
    assert practice.reputation(20, 0, 20) == 0.75
    assert practice.reputation(0, 20, 20) == 0.25
    assert practice.welcome(0.75, 0.4) == pytest.approx(1.2)
    assert practice.welcome(0.25, 0.4) == pytest.approx(0.8)


def test_a_reputation_that_counts_for_nothing_leaves_doors_as_they_were(diary):
    assert diary[0].reputation == 0.5
    assert len({month.reputation for month in diary}) > 3
    indifferent, prized = (run(centre({"reputation_weight": w})).result() for w in (0.0, 0.9))
    assert shorn(indifferent) != shorn(prized)


# --- targeting -------------------------------------------------------------------------------------------------------

SMALL_IN_CROWD = Prospect(jobs=5, neighbours=40, usual_saving_dkk=10_000, aware_since=-1)
LARGE_ALONE = Prospect(jobs=200, neighbours=2, usual_saving_dkk=50_000, aware_since=-1)
WASTEFUL = Prospect(jobs=20, neighbours=10, usual_saving_dkk=90_000, aware_since=-1)
EARLY = Prospect(jobs=10, neighbours=5, usual_saving_dkk=5_000, aware_since=parse("2010-01"))


@pytest.mark.parametrize(
    ("rule", "first"),
    [("largest_first", LARGE_ALONE), ("by_cluster", SMALL_IN_CROWD), ("by_expected_saving", WASTEFUL), ("first_come", EARLY)],
)
def test_each_targeting_rule_turns_to_another_firm_first(rule, first):
    assert max((SMALL_IN_CROWD, LARGE_ALONE, WASTEFUL, EARLY), key=targeting.RULES[rule]) is first


def test_who_came_first_is_served_first():
    later = EARLY._replace(aware_since=parse("2011-01"))
    assert targeting.first_come(EARLY) > targeting.first_come(later) > targeting.first_come(LARGE_ALONE)


def test_every_targeting_rule_makes_another_history():
    histories = [run(centre(targeting=rule)).result() for rule in targeting.RULES]
    assert len({repr(shorn(history)) for history in histories}) == len(targeting.RULES) == 4


# --- grants ----------------------------------------------------------------------------------------------------------


def test_grants_stay_within_pot_and_cap_and_go_to_helped_cases_only(region):
    paid = total(region.result(), "feasibility_grants")
    assert 0 < paid <= GRANTS["total_dkk"]
    given = region.centres[0].grants._given_ore
    assert 0 < max(given.values()) <= 100 * GRANTS["most_dkk_per_firm"]
    helped = {side.identity for case in [*region.cases, *region.finished] if case.helped_months for side in case.sides}
    assert {firm for firm, ore in given.items() if ore} <= helped


def test_grants_of_nothing_change_nothing_but_the_posts_they_would_have_paid():
    """A pot of nothing equals no pot, to the last bit."""
    without, empty = (run(centre(grants=g)).result() for g in (None, GRANTS | {"total_dkk": 0}))
    assert shorn(without) == shorn(empty)


def test_a_pot_is_set_aside_before_posts_are_filled():
    with_pot, without = (run(centre(grants=g)).result() for g in (GRANTS | {"total_dkk": 6e6}, None))
    assert max(m.staff_fte for m in with_pot.centre) < max(m.staff_fte for m in without.centre)


# --- its end ---------------------------------------------------------------------------------------------------------


def test_what_is_handed_over_goes_on_and_what_is_not_loses_its_support():
    lost, kept = (run(centre(handed_over=over)) for over in (False, True))
    causes = [{case.end_cause for case in region.finished} for region in (lost, kept)]
    assert "support_ended" in causes[0] - causes[1]
    assert not lost.centres[0].register.firms and kept.centres[0].register.firms
    members = [region.result().outcomes[-1, :, INDEX["pool_members"]].sum() for region in (lost, kept)]
    assert members[1] > members[0]


def test_every_lever_and_event_at_once_keeps_the_books():
    """The run itself stops where accounts or streams do not balance."""
    result = run(everything()).result()
    assert result.years == (2009, 2010, 2011, 2012, 2013)
    assert shorn(run(everything()).result()) == shorn(result) != shorn(run(short()).result())
