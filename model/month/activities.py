"""What a centre spends its hours on: visibility, screening, brokerage, and gathering of small streams."""

import numpy as np

from ..draws import uniform_of
from ..months import NEVER
from ..rules.awareness import visibility_chance
from ..rules.pool import FEWEST_MEMBERS, planned_members
from . import hours, luck, pools, recorder, register, rounds
from .columns import BY_CENTRE, CENTRE, NONE, POOLED
from .hours import BROKERAGE, GATHERING, SCREENING, VISIBILITY
from .kinds import AREAS, AWAY, BUILT, HOME
from .opportunities import hand_over, has_time, may_open, opportunity, propose_shown, proposed, supply_free

REFUSAL_RESTS_MONTHS = 12
"""Months before a firm that refused is asked again."""


def be_visible(w):
    """Spend the month's hours of visibility; from them follows an unaware firm's chance to become aware, by area."""
    office, now = w.office[0], w.now[0]
    per_hour = w.numbers[0].awareness.firms_per_visibility_hour * hours.welcome(w)
    for area in range(len(AREAS)):
        left, audience = office.left[VISIBILITY, area], 0
        if left:
            for i in range(now.acting):
                party = w.parties[w.acting[i]]
                if _has_streams(party) and w.places[party.place].served:
                    audience += hours.area_of(w, party) == area
        office.chance[area] = visibility_chance(left, per_hour, audience)
        hours.spend(w, VISIBILITY, area, left)


def _has_streams(party):
    return party.first_supply < party.last_supply or party.first_need < party.last_need


# --- screening -------------------------------------------------------------------------------------------------------


def screen(w):
    """Screen at home, then elsewhere; what home has no more use for goes elsewhere."""
    office = w.office[0]
    office.contacted = office.refused = office.screened = 0
    for area in range(len(AREAS)):
        served_all = _serve(w, area)
        if area == HOME and served_all:
            hours.lend(w, SCREENING)


def _serve(w, area):
    """Ask until hours are short of one more screening; tell whether the queue came to its end before."""
    unit = hours.screening_h(w)
    for i in range(len(w.queue)):
        if w.office[0].left[SCREENING, area] < unit:
            return False
        firm = w.queue[i]
        if may_ask(w, firm) and hours.area_of(w, w.parties[firm]) == area:
            _ask(w, firm, area)
    return True


def may_ask(w, row):
    """Tell whether a firm could be asked to be screened now."""
    profile = w.profiles[row]
    return w.parties[row].open and profile.asked_again_from <= w.now[0].month and not profile.screened


def _ask(w, row, area):
    now, office, work = w.now[0], w.office[0], w.numbers[0].centre
    firm, profile = w.parties[row], w.profiles[row]
    office.contacted += 1
    recorder.add(w, recorder.CONTACTED, firm.recorded_at, 1.0)
    open_door = firm.disposition * (1.0 if firm.aware else work.unaware_acceptance) * hours.welcome(w)
    if luck.one(now, luck.ACCEPT_SCREENING, now.month, firm.identity, 0) < open_door:
        hours.spend(w, SCREENING, area, hours.screening_h(w))
        go_through(w, firm, luck.SCREENING_REVEALS, np.uint64(0))
        profile.screened = firm.registered = True
        office.done[SCREENING] += 1.0
        office.screened += 1
        recorder.add(w, recorder.SCREENED, firm.recorded_at, 1.0)
    else:
        office.refused += 1
        hours.spend(w, SCREENING, area, work.refusal_h)
        profile.asked_again_from = now.month + REFUSAL_RESTS_MONTHS


def go_through(w, firm, purpose, by):
    """Go through a firm's residuals with it; it now knows what to look for."""
    reveals = w.numbers[0].centre.screening_reveals
    k0, k1 = luck.key(w.now[0], purpose, 0)
    for s in range(firm.first_supply, firm.last_supply):
        if uniform_of(w.supplies[s].identity, by, k0, k1) < reveals:
            w.supplies[s].known = True
    firm.informed = firm.aware = True


# --- brokerage -------------------------------------------------------------------------------------------------------


def receive_walk_ins(w):
    """Take in what aware firms bring by themselves."""
    now, office = w.now[0], w.office[0]
    office.walk_ins = 0
    if not hours.has(w, BROKERAGE):
        return
    k0, k1 = luck.key(now, luck.WALK_IN, now.month)
    for i in range(len(w.queue)):
        firm = w.parties[w.queue[i]]
        if firm.open and firm.aware and not firm.registered:
            chance = w.numbers[0].centre.walk_in_per_month * firm.disposition
            if uniform_of(firm.identity, np.uint64(0), k0, k1) < chance:
                firm.registered = True
                office.walk_ins += 1


def help_cases(w):
    """Spend a month's hours on last month's cases; members it has won for rounds are looked after in gathering's hours."""
    now, office = w.now[0], w.office[0]
    office.helped = office.in_hand[HOME] = office.in_hand[AWAY] = 0
    for i in range(now.live):
        case = w.cases[w.live[i]]
        two_firm = w.linkages[case.linkage].mode != POOLED
        in_talks = case.stage < BUILT and case.ended == NEVER
        case.in_hand = in_talks and two_firm and register.has(w, w.supplies[case.supply])
        if case.in_hand:
            office.in_hand[hours.area_of(w, w.parties[case.supplier])] += 1
    for area in range(len(AREAS)):
        _help_in(w, area)
    for i in range(now.live):
        case = w.cases[w.live[i]]
        by_centre = case.opened_by == BY_CENTRE and case.ended == NEVER
        if by_centre and w.linkages[case.linkage].mode == POOLED and office.paid_tenths:
            case.helped = True
            case.helped_months += case.stage < BUILT


def _help_in(w, area):
    """Help as many cases as there are hours for: latest stage first, then by targeting score, ties by identity."""
    office, month_h = w.office[0], hours.case_h(w) / hours.months_of_help(w)
    for _ in range(office.in_hand[area]):
        if office.left[BROKERAGE, area] < month_h:
            return
        number = _most_urgent(w, area)
        hours.spend(w, BROKERAGE, area, month_h)
        office.done[BROKERAGE] += 1.0 / hours.months_of_help(w)
        case = w.cases[number]
        case.helped = True
        case.helped_months += 1
        office.helped += 1


def _most_urgent(w, area):
    """Return the most urgent case in hand of an area that is not helped yet, NONE where there is none."""
    found = NONE
    for i in range(w.now[0].live):
        case = w.cases[w.live[i]]
        waits = case.in_hand and not case.helped and hours.area_of(w, w.parties[case.supplier]) == area
        if waits and (found == NONE or _is_more_urgent(w, case, w.cases[found])):
            found = case.number
    return found


def _is_more_urgent(w, one, other):
    if one.stage != other.stage:
        return one.stage > other.stage
    a, b = w.profiles[one.supplier].score, w.profiles[other.supplier].score
    return a > b or (a == b and one.key < other.key)


def see(w):
    """Note which residuals are in the data base as proposing begins; a centre without staff proposes none."""
    now = w.now[0]
    now.seen = 0
    if w.office[0].paid_tenths == 0:
        return
    for i in range(len(w.queue)):
        firm = w.parties[w.queue[i]]
        if firm.registered or w.profiles[w.queue[i]].surveyed:
            for s in range(firm.first_supply, firm.last_supply):
                w.supplies[s].seen = register.has(w, w.supplies[s])
                if w.supplies[s].seen:
                    w.seen[now.seen] = s
                    now.seen += 1
    _put_in_order(w.seen[: now.seen], w.supplies)


def _put_in_order(rows, streams):
    """Put rows of streams in the order of their identities."""
    identities = np.empty(len(rows), np.uint64)
    for i in range(len(rows)):
        identities[i] = streams[rows[i]].identity
    rows[:] = rows[np.argsort(identities, kind="mergesort")]


def propose(w):
    """Propose partners for residuals in the data base, by targeting score, as many as it has hours to help."""
    w.office[0].proposed = 0
    if not hours.has(w, BROKERAGE):
        return
    known = _by_score(w, w.seen[: w.now[0].seen])
    for area in range(len(AREAS)):
        room = _room(w, area)
        room -= _propose_some(w, known, area, room)
        if area == HOME and room > 0:
            hours.lend(w, BROKERAGE)


def _by_score(w, rows):
    """Return rows of residuals in the order of their owners' targeting scores, the highest first."""
    scores = np.empty(len(rows))
    for i in range(len(rows)):
        scores[i] = -w.profiles[w.supplies[rows[i]].owner].score
    return rows[np.argsort(scores, kind="mergesort")]


def _room(w, area):
    """Return how many more cases this month's hours would carry."""
    office, month_h = w.office[0], hours.case_h(w) / hours.months_of_help(w)
    # A centre too small for one case a month takes one when it has saved the hours for it.
    carried = max(office.new[BROKERAGE, area], min(office.left[BROKERAGE, area], month_h))
    return int(carried / month_h) - office.in_hand[area]


def _propose_some(w, rows, area, room):
    """Propose at most `room` of these residuals; return how many it proposed."""
    made = 0
    for i in range(len(rows)):
        if made >= room:
            break
        supply = w.supplies[rows[i]]
        owner = w.parties[supply.owner]
        free = hours.area_of(w, owner) == area and owner.open and supply_free(w, supply) > 0.0
        if free and has_time(w, owner, proposed(w, owner)):
            made += propose_shown(w, supply)
    w.office[0].proposed += made
    return made


# --- gathering -------------------------------------------------------------------------------------------------------


def gather(w):
    """Win members for its rounds; organise new ones, or survey small firms where too few are known for one."""
    office = w.office[0]
    office.invited = office.organised = office.surveyed = 0
    if not hours.has(w, GATHERING):
        return
    known = w.seen[: w.now[0].seen]
    _invite_members(w, known)
    if not _organise_wanted(w, known) and _any_round_is_possible(w):
        _survey(w, HOME)
        _survey(w, AWAY)


def _invite_members(w, known):
    office, member_h = w.office[0], w.numbers[0].centre.member_h * hours.routine(w, GATHERING)
    if office.left[GATHERING, HOME] < member_h and office.left[GATHERING, AWAY] < member_h:
        return
    for i in range(len(known)):
        supply = w.supplies[known[i]]
        row = _opening(w, known[i]) if _can_join(w, supply) else NONE
        if row != NONE:
            area = hours.area_of(w, w.parties[supply.owner])
            surplus, quantity = opportunity(w, supply, row, True)
            affordable = surplus > 0.0 and office.left[GATHERING, area] >= member_h
            if affordable and hand_over(w, supply, row, surplus, quantity, BY_CENTRE):
                hours.spend(w, GATHERING, area, member_h)
                office.done[GATHERING] += 1.0
                office.invited += 1


def _can_join(w, supply):
    return w.parties[supply.owner].open and supply_free(w, supply) > 0.0


def _opening(w, stream):
    """Return the row by which a supplier could join the nearest round of the centre, NONE where it cannot."""
    for i in range(w.joinable_first[stream], w.joinable_first[stream + 1]):
        row = w.joinable_rows[i]
        number = rounds.of(w, w.pair_need[row], w.pair_linkage[row])
        if number != NONE and w.pools[number].organiser == CENTRE and may_open(w, w.supplies[stream], row):
            return row
    return NONE


def _organise_wanted(w, known):
    """Organise rounds where enough suppliers have been seen to pay for one, best first; tell whether there was any.

    Each supplier counts once, at its nearest taker, and only where no round is within its reach yet.
    """
    rows = _nearest_takers(w, known)
    totals, counts, firsts = np.zeros(len(rows)), np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    groups, last = 0, NONE
    for i in range(len(rows)):
        row = rows[i]
        if last == NONE or w.pair_need[row] != w.pair_need[last] or w.pair_linkage[row] != w.pair_linkage[last]:
            firsts[groups] = row
            groups += 1
        last = row
        worth = pools.worth_of(w, row)
        totals[groups - 1] += worth
        counts[groups - 1] += worth > 0.0
    wanted, pool_h = False, w.numbers[0].centre.pool_h * hours.routine(w, GATHERING)
    for group in np.argsort(-totals[:groups], kind="mergesort"):
        row = firsts[group]
        linkage = w.linkages[w.pair_linkage[row]]
        needed = pools.needed_for(linkage, totals[group], counts[group])
        if counts[group] > max(needed, FEWEST_MEMBERS):
            wanted = True
            _organise(w, row, planned_members(needed), pool_h)
    return wanted


def _nearest_takers(w, known):
    """Return the row of each supplier to its nearest taker, where no round is within its reach; by taker and linkage."""
    rows, count = np.empty(len(known), np.int64), 0
    for i in range(len(known)):
        supply = w.supplies[known[i]]
        row = _nearest_taker(w, known[i]) if _can_join(w, supply) else NONE
        if row != NONE:
            rows[count] = row
            count += 1
    rows = rows[:count]
    identities, linkages = np.empty(count, np.uint64), np.empty(count, np.int64)
    for i in range(count):
        linkages[i] = w.pair_linkage[rows[i]]
    rows = rows[np.argsort(linkages, kind="mergesort")]
    for i in range(count):
        identities[i] = w.needs[w.pair_need[rows[i]]].identity
    return rows[np.argsort(identities, kind="mergesort")]


def _nearest_taker(w, stream):
    """Return the row to a supplier's nearest open taker, NONE where there is none or a round is within its reach."""
    found = NONE
    for i in range(w.joinable_first[stream], w.joinable_first[stream + 1]):
        row = w.joinable_rows[i]
        if not w.linkages[w.pair_linkage[row]].banned and w.parties[w.needs[w.pair_need[row]].owner].open:
            if rounds.of(w, w.pair_need[row], w.pair_linkage[row]) != NONE:
                return NONE
            if found == NONE:
                found = row
    return found


def _organise(w, row, members, pool_h):
    office, need, linkage = w.office[0], w.pair_need[row], w.pair_linkage[row]
    area = hours.area_of(w, w.parties[w.needs[need].owner])
    if office.left[GATHERING, area] >= pool_h:
        hours.spend(w, GATHERING, area, pool_h)
        pools.organise(w, need, linkage, CENTRE, members)
        office.done[GATHERING] += 1.0
        office.organised += 1


def _any_round_is_possible(w):
    possible = False
    for i in range(len(w.linkages)):
        possible = possible or (w.linkages[i].mode == POOLED and not w.linkages[i].banned)
    return possible


def _survey(w, area):
    """Ask small firms about the one stream a round could take; no visit. What home has no use for goes elsewhere."""
    office, survey_h = w.office[0], w.numbers[0].centre.survey_h
    for i in range(len(w.small_first)):
        if office.left[GATHERING, area] < survey_h:
            return
        firm, profile = w.parties[w.small_first[i]], w.profiles[w.small_first[i]]
        if firm.open and not profile.surveyed and hours.area_of(w, firm) == area:
            profile.surveyed = True
            hours.spend(w, GATHERING, area, survey_h)
            office.surveyed += 1
            _note_stream(w, firm)
    if area == HOME:
        hours.lend(w, GATHERING)


def _note_stream(w, firm):
    """Enter the first stream a round could take, where the firm has one not seen yet."""
    for s in range(firm.first_supply, firm.last_supply):
        if not w.supplies[s].seen and _a_round_takes(w, w.supplies[s].residual):
            w.supplies[s].known = w.supplies[s].surveyed = True
            return


def _a_round_takes(w, residual):
    for i in range(len(w.linkages)):
        linkage = w.linkages[i]
        if linkage.mode == POOLED and not linkage.banned and linkage.residual == residual:
            return True
    return False
