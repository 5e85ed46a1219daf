"""Dated events and background programmes: the same in run and twin."""

import pytest

from model.months import parse
from model.outcomes import INDEX
from model.scenario.scenario import Event
from tests.made_up import no_centre
from tests.worlds import SHORT, run, shorn, short, short_with_centre, small_tables, total


def with_society(**changes):
    society = no_centre().model_dump(mode="json")["society"] | changes
    return no_centre(horizon=SHORT, society=society)


def historic(region, **where):
    cases = [case for case in [*region.cases, *region.finished] if case.opened_by == "historic"]
    return [case for case in cases if all(case.sides[side].code == code for side, code in where.items())]


def test_a_named_firm_closes_by_a_dated_event_and_takes_its_exchanges_with_it():
    region = run(with_society(events=[{"month": "2011-03", "closes": "partner-10"}]))
    (farm,) = [firm for firm in region.firms if firm.code == "partner-10"]
    assert not farm.open
    ended = [case for case in region.finished if farm in case.sides and case.started >= 0]
    assert ended and all((case.ended, case.end_cause) == (parse("2011-03"), "partner_closed") for case in ended)
    assert total(region.result(), "jobs_lost_realised") == pytest.approx(
        total(run(short()).result(), "jobs_lost_realised") + farm.jobs, rel=0.2
    )


def test_a_residual_that_stops_ends_its_exchanges_by_regulation_and_no_other_begins():
    region = run(with_society(events=[{"month": "2011-03", "stops": "fly_ash", "at": "partner-03"}]))
    ash = [c for c in [*region.cases, *region.finished] if c.linkage.residual == "fly_ash"]
    ended = [case for case in ash if case.end_cause == "regulation"]
    assert ended and all(case.ended == parse("2011-03") for case in ended)
    assert not [case for case in ash if case.opened > parse("2011-03")]


def test_a_banned_linkage_ends_everywhere_and_is_refused_from_then_on():
    region = run(with_society(events=[{"month": "2011-03", "bans": "steam_to_process"}]))
    steam = [c for c in [*region.cases, *region.finished] if c.linkage.code == "steam_to_process"]
    assert steam and all(case.ended != -1 for case in steam)
    assert {case.end_cause for case in steam if case.ended == parse("2011-03")} <= {"regulation", "permit"}
    assert "regulation" in {case.end_cause for case in steam}


def test_what_was_banned_before_the_first_month_is_banned_from_it_on():
    long_ago, at_once = (run(with_society(events=[{"month": m, "bans": "steam_to_process"}])) for m in ("1999-01", "2009-01"))
    assert shorn(long_ago.result()) == shorn(at_once.result()) != shorn(run(short()).result())


def test_nobody_organises_a_round_for_a_banned_linkage():
    pooled = [code for code, linkage in small_tables().catalogue.linkages.items() if linkage.mode == "pooled"]
    society = no_centre().model_dump(mode="json")["society"]
    society["events"] = [{"month": "2009-02", "bans": code} for code in pooled]
    region = run(short_with_centre(society=society))
    assert not region.pools.by_taker
    assert sum(month.pools_organised + month.surveyed for month in region.result().centre) == 0


def test_without_events_no_exchange_ends_by_regulation():
    assert "regulation" not in {case.end_cause for case in run(short()).finished}


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        ({"month": "2011-03"}, "one of closes, bans and stops"),
        ({"month": "2011-03", "closes": "partner-10", "bans": "x"}, "one of closes, bans and stops"),
        ({"month": "2011-03", "closes": "partner-10", "at": "partner-03"}, "needs 'stops'"),
    ],
)
def test_an_event_says_one_thing(event, fault):
    with pytest.raises(ValueError, match=fault):
        Event.model_validate(event)


# --- background programmes -------------------------------------------------------------------------------------------

CHECKS = {
    "name": "checks",
    "first": "2010-01",
    "months": 24,
    "checks_per_year": 18,
    "municipalities": ["326", "316", "306"],
    "basis": "made up",
}


def test_a_programme_checks_as_many_firms_as_it_says():
    result = run(with_society(programmes=[CHECKS])).result()
    by_year = result.outcomes[:, :, INDEX["checked"]].sum(axis=1)
    assert by_year.tolist() == [0, 18, 18, 0, 0]


def test_a_programme_checks_in_its_municipalities_only():
    result = run(with_society(programmes=[CHECKS | {"municipalities": ["306"]}])).result()
    assert result.outcomes[:, result.municipalities.index("306"), INDEX["checked"]].sum() == total(result, "checked") > 0


def test_of_a_programme_for_all_only_the_part_of_those_simulated_is_done():
    """155,019 of 849,857 people live in the three municipalities."""
    result = run(with_society(programmes=[CHECKS | {"municipalities": [], "checks_per_year": 60}])).result()
    assert total(result, "checked") == int(2 * 60 * 155_019 / 849_857)


def test_a_programme_reveals_residuals():
    without, with_checks = run(short()).result(), run(with_society(programmes=[CHECKS])).result()
    known = INDEX["known_residuals"]
    assert with_checks.outcomes[2, :, known].sum() > without.outcomes[2, :, known].sum()
    assert (with_checks.outcomes[0] == without.outcomes[0]).all()


def test_programmes_and_events_are_in_the_twin_too():
    scenario = with_society(programmes=[CHECKS], events=[{"month": "2011-03", "closes": "partner-10"}])
    assert scenario.twin().society == scenario.society


def test_a_programme_of_no_checks_changes_nothing():
    assert shorn(run(with_society(programmes=[CHECKS | {"checks_per_year": 0}])).result()) == shorn(run(short()).result())
