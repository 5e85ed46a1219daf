"""A centre's hours: what a month brings, what carries over, what is spent on what, and what lapses."""

from ..rules import practice
from .columns import NONE
from .kinds import ACTIVITIES, AREAS, AWAY, HOME

CARRY_OVER_MONTHS = 3
"""Unused hours stay within their activity and area for so long."""
VISIBILITY, SCREENING, BROKERAGE, GATHERING = range(len(ACTIVITIES))


def home_share(home: frozenset[str], catchment: frozenset[str], usual: float) -> float:
    """Return the share of hours kept for home: all of them where there is no elsewhere, none where there is no home."""
    if not home & catchment:
        return 0.0
    return 1.0 if home & catchment == catchment else usual


def fill(w, worked):
    """Begin a month with so many hours of work; a purse keeps three months' hours, or enough for one unit of service."""
    office = w.office[0]
    office.worked, office.carried_in, office.lapsed, assigned = worked, 0.0, 0.0, 0.0
    for activity in range(len(ACTIVITIES)):
        assigned += office.shares[activity]
        for area in range(len(AREAS)):
            office.carried_in += office.left[activity, area]
            office.spent[activity, area] = 0.0
            new = worked * office.shares[activity] * office.areas[area]
            most = max(CARRY_OVER_MONTHS * new, _unit_h(w, activity)) if new > 0.0 else 0.0
            there = office.left[activity, area] + new
            office.new[activity, area], office.left[activity, area] = new, min(there, most)
            office.lapsed += max(0.0, there - most)
    office.unassigned = worked * (1.0 - assigned)


def _unit_h(w, activity):
    """Return the hours of one unit of service: what is saved up for."""
    work = w.numbers[0].centre
    if activity == SCREENING:
        return screening_h(w)
    if activity == BROKERAGE:
        return case_h(w)
    return work.pool_h * routine(w, GATHERING) if activity == GATHERING else 0.0


def routine(w, activity):
    """Return the part of the first service's hours that an activity's next one takes."""
    work, done = w.numbers[0].centre, w.office[0].done[activity]
    return practice.hours_factor(done, work.learning_start, work.learning_exponent, work.learning_floor)


def screening_h(w):
    """Return what a screening takes by now."""
    return w.numbers[0].centre.screening_h * routine(w, SCREENING)


def case_h(w):
    """Return what a case takes from idea to signing by now."""
    return w.numbers[0].centre.brokered_case_h * routine(w, BROKERAGE)


def months_of_help(w):
    """Return the months of help a case takes from idea to signing."""
    stages = w.numbers[0].stages
    return max(stages.idea_months + stages.assessed_months + stages.negotiated_months, 1.0)


def spend(w, activity, area, hours):
    """Take hours out of a purse."""
    w.office[0].left[activity, area] -= hours
    w.office[0].spent[activity, area] += hours


def lend(w, activity):
    """Let the rest of the region, where there is one, have what home has no more use for, as hours of this month."""
    office = w.office[0]
    if office.only == NONE:
        office.new[activity, AWAY] += office.left[activity, HOME]
        office.left[activity, AWAY] += office.left[activity, HOME]
        office.left[activity, HOME] = 0.0


def has(w, activity):
    """Tell whether an activity was given hours this month."""
    return w.office[0].new[activity, HOME] + w.office[0].new[activity, AWAY] > 0.0


def area_of(w, party):
    """Tell in which area's hours a party is served: its own, or where all hours are for one area, that."""
    if w.office[0].only != NONE:
        return w.office[0].only
    return HOME if w.places[party.place].home else AWAY


def welcome(w):
    """Return by what the centre's reputation multiplies acceptance and reach."""
    return practice.welcome(reputation(w), w.numbers[0].centre.reputation_weight)


def reputation(w):
    """Return the centre's reputation, between 0 and 1; one half at the start."""
    return practice.reputation(w.office[0].good, w.office[0].bad, w.numbers[0].centre.reputation_prior)
