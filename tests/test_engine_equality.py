"""Agents and compiled engine tell the same story; and what is needed to be sure of that.

The whole check is `python -m tests.engine_equality`; here is the part that fits the suite.
"""

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from model import months
from model.agents import exchanges
from model.month import simulate
from model.months import NEVER
from model.outcomes import DROP_CAUSES, END_CAUSES, INDEX, NAMES, UNITS
from model.record import CaseRecord, CentreMonth, RunResult
from model.scenario.levers import Levers
from model.scenario.scenario import Event, Scenario
from tests import engine_equality
from tests.engine_equality import Subject, by_agents, compare, main, of_random_region
from tests.first_difference import MEASURED, MONEY_OF_A_CASE, first_difference
from tests.random_regions import CENTRES, FEWEST, RULES, random_region, seeds_and_sizes

SEEDS = 120
"""Random regions over which everything must occur somewhere; about half as many do."""


@settings(max_examples=12, derandomize=True)
@given(seeds_and_sizes(most_firms=80))
def test_both_engines_tell_the_same_story(seed_and_size):
    pytest.importorskip(engine_equality.ENGINE)
    report = compare(of_random_region(*seed_and_size))
    assert not report, report


# --- random regions --------------------------------------------------------------------------------------------------


def test_a_random_region_is_the_same_whenever_it_is_made():
    assert random_region(3) == random_region(3)
    assert random_region(3) != random_region(4)


@pytest.mark.parametrize("firms", [FEWEST, 40])
def test_a_random_region_has_as_many_firms_at_the_start_as_are_asked_for(firms):
    for seed in range(20):
        _, tables = random_region(seed, firms)
        assert sum(row.workplaces for row in tables.workplaces) + len(tables.partners) == firms


def test_every_kind_of_centre_and_every_pair_of_rules_comes_in_its_turn():
    scenarios = [random_region(seed, FEWEST)[0] for seed in range(len(CENTRES))]
    assert {centre_of(scenario) for scenario in scenarios} >= {centre for centre in CENTRES if centre and is_plain(centre)}
    assert {(scenario.rules.price, scenario.rules.trust) for scenario in scenarios} == set(RULES)


def is_plain(traits: Any) -> bool:
    """Tell whether traits can be read off a scenario: "some" may happen to be all."""
    return traits.catchment == "all" and traits.home != "some"


def centre_of(scenario: Scenario) -> Any:
    """The traits of a scenario's centre as `CENTRES` names them."""
    centre = scenario.levers.centre
    if centre is None:
        return None
    whole = {(): "none", scenario.region.municipalities: "all"}
    home, catchment = whole.get(centre.home, "some"), "some" if centre.catchment else "all"
    return centre.targeting, catchment, home, centre.grants is not None, centre.handed_over


def happenings(scenario: Scenario, result: RunResult) -> set[str]:
    """What occurs in a run, in words."""
    found = {f"outcome {name}" for name in NAMES if result.outcomes[:, :, INDEX[name]].any()}
    for case in result.cases:
        found |= {f"opened by {case.opened_by}", end_of(case)}
        found |= {f"exchange by {case.mode}, opened by {case.opened_by}"} if case.started != NEVER else set()
    found |= {f"event {kind_of(event)} ends cases" for event in scenario.society.events if ends_cases(event, result)}
    found |= {f"lever {name}" for name in Levers.model_fields if getattr(scenario.levers, name) is not None}
    found |= {f"rules {scenario.rules.price}, {scenario.rules.trust}"}
    return found | horizon_of(scenario) | of_society(scenario) | of_centre(scenario, result) | of_platform(scenario, result)


def end_of(case: CaseRecord) -> str:
    if not case.end_cause:
        return "still there at the end"
    return f"{'dropped' if case.started == NEVER else 'ended'}: {case.end_cause}"


def kind_of(event: Event) -> str:
    return "stops at" if event.at else next(kind for kind in ("closes", "bans", "stops") if getattr(event, kind))


def ends_cases(event: Event, result: RunResult) -> bool:
    """Tell whether cases that an event concerns ended in its month."""
    return any(case.ended == event.month and is_hit(case, event) for case in result.cases)


def is_hit(case: CaseRecord, event: Event) -> bool:
    if event.closes:
        return case.end_cause == "partner_closed" and event.closes in (case.supplier, case.receiver)
    if event.bans:
        return case.end_cause in ("regulation", "permit") and case.linkage == event.bans
    where = event.at in (None, case.supplier)
    return case.end_cause in ("regulation", "permit") and case.residual == event.stops and where


def horizon_of(scenario: Scenario) -> set[str]:
    horizon = scenario.horizon
    return {"a warm-up" if horizon.start < horizon.recorded_from else "no warm-up"}


def of_society(scenario: Scenario) -> set[str]:
    events = scenario.society.events
    early = {"an event before the first month"} if any(e.month < scenario.horizon.start for e in events) else set()
    return early | ({"a recession"} if min(scenario.society.demand.values()) < 0.8 else set())


def of_centre(scenario: Scenario, result: RunResult) -> set[str]:
    """What becomes of a centre, and who runs rounds."""
    centre = scenario.levers.centre
    if centre is None:
        return {"a taker's own round"} if any(case.mode == "pooled" for case in result.cases) else set()
    last = max(line.first + line.months - 1 for line in centre.funding)
    left = "handed over" if centre.handed_over else "gone"
    later = [case for case in result.cases if case.opened > last + 1]
    found = {f"a centre {left}"} if last < scenario.horizon.end else {"a centre to the end"}
    found |= {f"a round after a centre is {left}" for case in later if case.mode == "pooled"}
    found |= {f"no hours for {name}" for name, share in centre.hour_shares if share == 0.0}
    found |= {f"targeting {centre.targeting}"} if any(row.screened for row in result.centre) else set()
    found |= {f"diary {name}" for name in CentreMonth._fields if any(getattr(row, name) for row in result.centre)}
    return found | ({"lines from different months"} if len({line.first for line in centre.funding}) > 1 else set())


def of_platform(scenario: Scenario, result: RunResult) -> set[str]:
    users = result.outcomes[:, :, INDEX["platform_users"]].sum(axis=1).tolist()
    there = [year for year, number in enumerate(users) if number]
    closes = bool(there) and there[-1] + 1 < len(users)
    return {"a platform that closes"} if closes and scenario.levers.platform else set()


EXPECTED = {
    *(f"outcome {name}" for name in NAMES),
    *(f"dropped: {cause}" for cause in DROP_CAUSES),
    *(f"ended: {cause}" for cause in END_CAUSES),
    "still there at the end",
    *(f"opened by {whom}" for whom in ("firm", "centre", "historic")),
    *(f"exchange by {mode}, opened by {whom}" for mode in ("truck", "pipe", "pooled") for whom in ("firm", "centre")),
    *(f"event {kind} ends cases" for kind in ("closes", "bans", "stops", "stops at")),
    *(f"lever {name}" for name in Levers.model_fields),
    *(f"rules {price}, {trust}" for price, trust in RULES),
    *("a warm-up", "no warm-up", "a recession", "an event before the first month"),
    *("a centre to the end", "a centre handed over", "a centre gone", "lines from different months"),
    *("a round after a centre is handed over", "a round after a centre is gone", "a taker's own round"),
    *(f"targeting {rule}" for rule in ("largest_first", "by_cluster", "by_expected_saving", "first_come")),
    *(f"no hours for {activity}" for activity in ("visibility", "screening", "brokerage", "gathering")),
    *(f"diary {name}" for name in CentreMonth._fields),
    "a platform that closes",
}


def test_everything_that_can_happen_happens_in_some_random_region():
    seen: set[str] = set()
    for seed in range(SEEDS):
        subject = of_random_region(seed)
        seen |= happenings(subject.scenario, by_agents(subject))
        if seen >= EXPECTED:
            break
    missing = sorted(EXPECTED - seen)
    assert not missing, f"in none of {SEEDS} random regions: {'; '.join(missing)}"


# --- the first difference --------------------------------------------------------------------------------------------


WITH_ALL = 18
"""The seed of a region with a centre, grants, and exchanges that end."""


@cache
def subject() -> Subject:
    return of_random_region(WITH_ALL, 60)


@cache
def ours() -> RunResult:
    return by_agents(subject())


def with_case(change: Callable[[CaseRecord], CaseRecord]) -> RunResult:
    """The same result with one case changed: of the exchanges that ended."""
    cases = list(ours().cases)
    place = [n for n, case in enumerate(cases) if NEVER not in (case.started, case.ended)][-1]
    cases[place] = change(cases[place])
    return ours()._replace(cases=cases)


def another(value: Any) -> Any:
    """A value of the same kind, as little different as must be noticed."""
    if isinstance(value, np.ndarray):
        return value + np.eye(*value.shape) * 0.01
    if isinstance(value, str):
        return value + "x"
    return value + 1 if isinstance(value, int) else value * (1 + 1e-8) + 1e-8


def test_a_result_does_not_differ_from_itself_run_again():
    assert first_difference(ours(), by_agents(subject())) is None


@pytest.mark.parametrize("field", CaseRecord._fields)
def test_any_field_of_a_case_is_noticed_money_by_the_ore(field):
    def changed(case: CaseRecord) -> CaseRecord:
        value = getattr(case, field)
        return case._replace(**{field: value + 0.01 if field in MONEY_OF_A_CASE else another(value)})

    found = first_difference(ours(), with_case(changed))
    assert found is not None and field in str(found)


@pytest.mark.parametrize("field", CentreMonth._fields)
def test_any_entry_of_the_diary_is_noticed(field):
    diary = list(ours().centre)
    diary[5] = diary[5]._replace(**{field: another(getattr(diary[5], field))})
    found = first_difference(ours(), ours()._replace(centre=diary))
    assert found is not None and found.count == 1 and field in str(found) and "row 6 of the centre's diary" in str(found)


@pytest.mark.parametrize("variable", NAMES)
def test_any_outcome_is_noticed_money_by_the_ore(variable):
    outcomes = ours().outcomes.copy()
    outcomes[1, 0, INDEX[variable]] += step_of(variable, outcomes[1, 0, INDEX[variable]])
    found = first_difference(ours(), ours()._replace(outcomes=outcomes))
    assert found is not None and found.count == 1 and variable in found.what
    assert found.month == months.month(ours().years[1], 12)


def step_of(variable: str, value: float) -> float:
    """One øre, one of what is counted, or a hundred-millionth."""
    if UNITS[variable] == "DKK":
        return 0.01
    return 1e-8 * (1.0 + value) if UNITS[variable] in MEASURED else 1.0


def test_jobs_lost_by_a_firm_are_noticed():
    lost = ours().jobs_lost_by_firm.copy()
    lost[2, 3] = another(float(lost[2, 3]))
    found = first_difference(ours(), ours()._replace(jobs_lost_by_firm=lost))
    assert found is not None and ours().firms[3] in found.what


@pytest.mark.parametrize("part", ["years", "municipalities", "firms", "draws"])
def test_what_does_not_belong_together_is_said_first_of_all(part):
    frame = getattr(ours(), part)
    changed = frame | {"prices.wage_dkk_per_h": 1.0} if isinstance(frame, dict) else frame[:-1]
    found = first_difference(ours(), ours()._replace(**{part: changed}))
    assert found is not None and "before the first month" in str(found)


def test_numbers_that_differ_by_rounding_alone_are_equal():
    nearly = with_case(lambda case: case._replace(quantity_per_year=case.quantity_per_year * (1 + 1e-13)))
    lost = ours().jobs_lost_by_firm * (1 + 1e-13)
    assert first_difference(ours(), nearly._replace(jobs_lost_by_firm=lost)) is None


def test_a_case_of_one_side_only_is_noticed_whichever_side_it_is():
    fewer = ours()._replace(cases=ours().cases[1:])
    for sides, word in (((ours(), fewer), "ours only"), ((fewer, ours()), "theirs only")):
        found = first_difference(*sides)
        assert found is not None and word in found.what and found.case == ours().cases[0].case


def test_a_case_told_twice_and_an_order_changed_are_noticed():
    first, *others = ours().cases
    for cases in ([first, first, *others], [*others, first]):
        found = first_difference(ours(), ours()._replace(cases=cases))
        assert found is not None and found.what == "order of the cases"


def test_of_several_differences_the_earliest_is_told_and_all_are_counted():
    late = with_case(lambda case: case._replace(end_cause="x", ended=ours().centre[-1].month))
    diary = list(ours().centre)
    diary[0] = diary[0]._replace(queue=-1)
    found = first_difference(ours(), late._replace(centre=diary))
    assert found is not None and found.month == diary[0].month and found.count > 1


def test_of_differences_in_one_month_cases_come_before_the_diary_and_the_diary_before_sums():
    changed = with_case(lambda case: case._replace(end_cause="x"))
    (month,) = {case.ended for case in changed.cases if case.end_cause == "x"}
    outcomes = ours().outcomes.copy()
    outcomes[:, 0, INDEX["opened"]] += 1
    with_sums = ours()._replace(outcomes=outcomes)
    december = next(n for n, row in enumerate(ours().centre) if row.month % 12 == 11)
    for result, row, word in ((changed, position_of(month), "ended"), (with_sums, december, "diary")):
        diary = list(ours().centre)
        diary[row] = diary[row]._replace(queue=-1)
        found = first_difference(ours(), result._replace(centre=diary))
        assert found is not None and found.month == diary[row].month and word in found.what


def position_of(month: int) -> int:
    return next(n for n, row in enumerate(ours().centre) if row.month == month)


def test_a_step_taken_in_another_month_is_dated_by_the_earlier_one():
    found = first_difference(ours(), with_case(lambda case: case._replace(matched=case.matched - 1)))
    assert found is not None and "matched (ours" in found.what
    case = next(case for case in ours().cases if case.case == found.case)
    assert found.month == case.matched - 1


# --- both sides' arithmetic, and the command -------------------------------------------------------------------------


def dearer(subject: Subject) -> RunResult:
    """Stands in for an engine that reckons with another wage: its first case costs more."""
    draws = by_agents(subject).draws
    plain = subject.scenario.model_dump(mode="json")
    plain["uncertainties"]["prices"]["wage_dkk_per_h"] = 1.001 * draws["prices.wage_dkk_per_h"]
    return by_agents(subject._replace(scenario=Scenario.model_validate(plain)))._replace(draws=draws)


def engine(simulate: Callable[[Subject], RunResult]) -> SimpleNamespace:
    """A made-up engine that gives an account of itself."""
    return SimpleNamespace(
        simulate=lambda *arguments: simulate(Subject("made up", *arguments)),
        trace=lambda *arguments: [f"the engine on {arguments[-2]} in {months.label(arguments[-1])}"],
    )


@pytest.fixture
def run_with(monkeypatch, capsys):
    def run(simulate: Callable[[Subject], RunResult]) -> tuple[int, str]:
        monkeypatch.setattr(engine_equality, "import_module", lambda _: engine(simulate))
        monkeypatch.setattr(engine_equality, "has_engine", lambda: True)
        code = main(["--regions", "2", "--seed", "6", "--workers", "1"])
        return code, capsys.readouterr().out

    return run


def test_the_command_is_content_where_both_sides_are_equal(run_with):
    code, said = run_with(by_agents)
    assert code == 0 and said.count(": equal") == 2 and "2 runs: 2 equal, 0 not" in said


def test_the_command_tells_what_both_sides_decided_on_where_they_part(run_with):
    code, said = run_with(dearer)
    assert code == 1 and "DIFFERS" in said and "2 runs: 0 equal, 2 not" in said
    agents, theirs = said.index("what the agents decided on"), said.index("what the engine decided on")
    assert "opened:" in said[agents:theirs] and "free_supply = " in said[agents:theirs]
    assert "the engine on" in said[theirs:]


def test_an_engine_that_fails_is_no_equal_one(run_with):
    code, said = run_with(lambda _: 1 / 0)
    assert code == 1 and "THE ENGINE FAILS" in said and "ZeroDivisionError" in said


def test_without_an_engine_the_command_says_so(monkeypatch, capsys):
    monkeypatch.setattr(engine_equality, "ENGINE", "model.nowhere.simulate")
    assert main(["--regions", "1"]) == 2
    assert "model.nowhere.simulate" in capsys.readouterr().err


def test_a_disagreement_is_told_with_the_arithmetic_of_both_sides(monkeypatch):
    """Agents who are patient for a month longer before they talk over a poor exchange differ from the engine."""
    simulate.warm()  # the engine is as it is before the agents change
    monkeypatch.setattr(exchanges, "POOR_MONTHS", 4)
    told = next(filter(None, (compare(of_random_region(seed, None)) for seed in range(28, 60))))
    assert "<<<" in told
    assert "_review(" in told and "cost.surplus(" in told
