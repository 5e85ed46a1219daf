"""The facilitation centre: hires with the money it is given, keeps its queue, ends, and writes its diary."""

from math import hypot, isfinite

import numpy as np

from ..months import NEVER
from ..rule_numbers import TARGETING
from ..rules.targeting import Prospect
from ..world.geography import ESTATE_RADIUS_KM
from . import activities, cases, choice, hours, odd, pools, recorder, register
from .causes import SUPPORT_ENDED
from .columns import BY_CENTRE
from .funding import TENTHS, affordable_tenths, paid_by, paid_ore, total_ore
from .kinds import ACTIVITIES, AREAS, BUILT


def plan(w):
    """Take the month's money, hire and pay, turn posts into hours, and put the queue in order."""
    now, office = w.now[0], w.office[0]
    office.income_ore = income(w, False)
    _book(w, recorder.PUBLIC_MONEY, office.income_ore)
    office.balance_ore += office.income_ore
    office.staff_tenths += w.hired[now.month - now.start]
    w.hired[now.month - now.start] = 0
    _hire(w)
    _pay(w)
    hours.fill(w, office.paid_tenths / TENTHS * w.numbers[0].centre.hours_per_fte_month)
    office.grant_paid_ore = 0
    if office.paid_tenths:
        _put_queue_in_order(w)
        activities.be_visible(w)


def income(w, of_platform):
    """Return what the lines of funding of the centre, or of the platform, pay this month, in øre."""
    total = 0
    for i in range(len(w.lines)):
        if w.lines[i].platform == of_platform:
            total += paid_ore(w.lines[i], w.now[0].month)
    return total


def _promised(w):
    """Return what the lines will still pay after this month, of those that have begun to pay."""
    month, total = w.now[0].month, 0
    for i in range(len(w.lines)):
        line = w.lines[i]
        if not line.platform and line.first <= month:
            total += total_ore(line) - paid_by(line, month)
    return total


def _hire(w):
    """Promise new posts as far as what is there and what is promised, grants set aside, carries them to the end."""
    now, office = w.now[0], w.office[0]
    starts, committed = now.month + office.lag, office.staff_tenths * (office.last - now.month + 1)
    for month in range(now.month + 1, min(starts, now.end) + 1):
        committed += w.hired[month - now.start] * (office.last - month + 1)
    available = office.balance_ore + _promised(w) - committed * office.tenth_ore - office.grant_left_ore
    tenths = affordable_tenths(available, office.tenth_ore, office.last - starts + 1)
    if tenths and starts == now.month:
        office.staff_tenths += tenths
    elif tenths and starts < now.start + len(w.hired):
        w.hired[starts - now.start] += tenths


def _pay(w):
    """Pay the staff, never more than there is; after the last month of funding nobody stays."""
    office = w.office[0]
    if w.now[0].month > office.last:
        office.staff_tenths = 0
    office.paid_tenths = min(office.staff_tenths, office.balance_ore // office.tenth_ore)
    office.salaries_ore = office.paid_tenths * office.salary_ore
    office.overhead_ore = office.paid_tenths * (office.tenth_ore - office.salary_ore)
    _book(w, recorder.CENTRE_SPENT, office.salaries_ore)
    _book(w, recorder.CENTRE_SPENT, office.overhead_ore)
    office.balance_ore -= office.salaries_ore + office.overhead_ore


def _book(w, variable, ore):
    recorder.add(w, variable, len(w.places) - 1, ore)


def _put_queue_in_order(w):
    """Rank the firms of the catchment by the targeting rule, ties by identity; awareness alone changes a score."""
    changed, now = False, w.now[0]
    if not now.neighbours_counted:
        now.neighbours_counted = True
        _count_neighbours(w)
    for i in range(len(w.queue)):
        firm, profile = w.parties[w.queue[i]], w.profiles[w.queue[i]]
        if profile.looked_at != firm.aware_since:
            profile.looked_at = firm.aware_since
            prospect = Prospect(firm.jobs, profile.neighbours, profile.usual_saving_dkk, firm.aware_since)
            score = choice.scored(w.rules[0].targeting, prospect)
            if not isfinite(score):
                odd.note(w, TARGETING, score, firm.identity, odd.NOBODY)
            changed = changed or score != profile.score
            profile.score = score
    if changed:
        rows = np.sort(w.queue)  # firms stand in the order of their identities
        scores = np.empty(len(rows))
        for i in range(len(rows)):
            scores[i] = -w.profiles[rows[i]].score
        w.queue[:] = rows[np.argsort(scores, kind="mergesort")]


def _count_neighbours(w):
    """Count, for each firm of the queue, the others of its municipality that stand within the radius of an estate today.

    Only rules that ask for it have it counted.
    """
    if w.rules[0].targeting != choice.BY_CLUSTER and w.rules[0].targeting != choice.OWN:
        return
    for i in range(len(w.queue)):
        one, place = w.profiles[w.queue[i]], w.parties[w.queue[i]].place
        for j in range(len(w.queue)):
            other = w.profiles[w.queue[j]]
            if i != j and w.parties[w.queue[j]].open and place == w.parties[w.queue[j]].place:
                one.neighbours += hypot(one.x_km - other.x_km, one.y_km - other.y_km) <= ESTATE_RADIUS_KM


def visibility_chance(w, place):
    """Return the chance that this month's visibility work makes an unaware firm of a municipality aware."""
    office = w.office[0]
    if not w.places[place].served or office.paid_tenths == 0:
        return 0.0
    if office.only >= 0:
        return office.chance[office.only]
    return office.chance[0 if w.places[place].home else 1]


def end(w):
    """Leave when the funding has ended: handed over, or its cases and rounds lose their support."""
    now, office = w.now[0], w.office[0]
    if now.month != office.last + 1:
        return
    pools.lose_organiser(w, office.handed_over)
    if office.handed_over:
        _open_register(w)
        return
    for p in range(len(w.parties)):
        w.parties[p].registered = False
    for s in range(len(w.supplies)):
        w.supplies[s].surveyed = False
    for i in range(now.live):
        case = w.cases[w.live[i]]
        if case.ended == NEVER and case.stage < BUILT and case.opened_by == BY_CENTRE:
            cases.end(w, case, SUPPORT_ENDED)


def _open_register(w):
    """Leave the register open: a firm finds a partner in it as one finds a public taker."""
    w.office[0].register_open = True
    for s in range(len(w.supplies)):
        supply = w.supplies[s]
        supply.shown = supply.surveyed or w.parties[supply.owner].registered
    for n in range(len(w.needs)):
        w.needs[n].shown = register.sees(w, w.needs[n])


def write_diary(w):
    """Note the month: where each krone and each hour came from and went, and whom it served."""
    now, office = w.now[0], w.office[0]
    entry = w.diary[now.month - now.start]
    entry.staff_tenths, entry.income_ore = office.paid_tenths, office.income_ore
    entry.salaries_ore, entry.overhead_ore = office.salaries_ore, office.overhead_ore
    entry.grants_ore, entry.balance_ore = office.grant_paid_ore, office.balance_ore
    entry.worked_h, entry.carried_in_h = office.worked, office.carried_in
    entry.unassigned_h, entry.lapsed_h = office.unassigned, office.lapsed
    for activity in range(len(ACTIVITIES)):
        for area in range(len(AREAS)):
            entry.spent_h[activity, area] = office.spent[activity, area]
            entry.carried_out_h += office.left[activity, area]
    entry.queue = _waiting(w) if office.paid_tenths else 0
    entry.contacted, entry.refused, entry.screened = office.contacted, office.refused, office.screened
    entry.walk_ins, entry.surveyed = office.walk_ins, office.surveyed
    entry.cases_in_hand = office.in_hand[0] + office.in_hand[1]
    entry.cases_helped, entry.cases_proposed = office.helped, office.proposed
    entry.members_invited, entry.pools_organised = office.invited, office.organised
    entry.reputation = hours.reputation(w)


def _waiting(w):
    """Return how many firms of the catchment could be asked now."""
    count = 0
    for i in range(len(w.queue)):
        count += activities.may_ask(w, w.queue[i])
    return count
