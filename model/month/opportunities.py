"""Which pairs are worth a case today, who proposes to whom, and what else each side could do."""

import numpy as np

from ..draws import count_below, fill_uniform, uniform_of
from ..rules import cost
from ..rules.effort import most_cases, setup_hours
from ..rules.negotiation import offer
from ..world.matching import ACQUAINTED
from . import cases, experience, luck, market, notes, register, rounds
from .columns import BY_CENTRE, BY_FIRM, NONE, POOLED

LEAST_PART = 0.2
"""Part of a proposed quantity that must fit for a receiver to take it."""
AT_ONCE = 8
"""Numbers a processor draws at once."""


def supply_free(w, supply):
    """Return what is neither signed nor pencilled of a residual, units a year."""
    taken, number = 0.0, supply.case
    while number != NONE:
        taken += w.cases[number].quantity
        number = w.cases[number].next_of_supply
    return supply.quantity_per_year - taken


def need_free(w, need):
    """Return what no signed or pencilled case replaces yet of an input, units a year."""
    taken, number = 0.0, need.case
    while number != NONE:
        case = w.cases[number]
        taken += case.quantity * w.linkages[case.linkage].substitution
        number = case.next_of_need
    return need.quantity_per_year - taken


def may_open(w, supply, row):
    """Tell whether a case on this pair could open: both sides open, not resting, not under way, a round where needed."""
    need, linkage = w.needs[w.pair_need[row]], w.linkages[w.pair_linkage[row]]
    if linkage.banned or not (w.parties[supply.owner].open and w.parties[need.owner].open):
        return False
    if notes.rests(w, row) or _under_way(w, supply, w.pair_id[row]):
        return False
    return linkage.mode != POOLED or rounds.of(w, w.pair_need[row], w.pair_linkage[row]) != NONE


def _under_way(w, supply, pair):
    number = supply.case
    while number != NONE:
        if w.cases[number].pair == pair:
            return True
        number = w.cases[number].next_of_supply
    return False


def opportunity(w, supply, row, helped):
    """Return the yearly surplus a case on this pair could expect, and its quantity; (0, 0) where it cannot open.

    The hours of setting it up are counted against it, spread over each side's hurdle; `helped` says that a broker saves part.
    """
    if not may_open(w, supply, row):
        return 0.0, 0.0
    need, linkage = w.needs[w.pair_need[row]], w.linkages[w.pair_linkage[row]]
    quantity = min(supply_free(w, supply), need_free(w, need) / linkage.substitution)
    if quantity <= 0.0:
        return 0.0, 0.0
    setup = _setup_expected(w, linkage, helped)
    spread = setup / w.parties[supply.owner].hurdle_years + setup / w.parties[need.owner].hurdle_years
    return cost.surplus(terms_of_row(w, row, linkage, quantity)) - spread, quantity


def _setup_expected(w, linkage, helped):
    """Return what setting a case up would cost each side, in DKK, trust and experience apart."""
    numbers = w.numbers[0]
    idea, assessed, negotiated = cases.stage_months(w, linkage)
    hours = setup_hours(idea + assessed + negotiated, w.modes[linkage.mode], numbers.stages, helped)
    return numbers.prices.wage_dkk_per_h * hours


def terms_of_row(w, row, linkage, quantity):
    """Return the terms a candidate pair would have at mean prices."""
    km = w.pair_km[row]
    if linkage.mode == POOLED:
        haul = rounds.haul_offered(w, w.pair_need[row], w.pair_linkage[row], quantity)
    else:
        haul = market.haul(w, linkage, km)
    return market.terms(w, linkage, km, quantity, haul, True)


# --- proposing -------------------------------------------------------------------------------------------------------


def propose(w):
    """Let those propose that come upon somebody by themselves."""
    now = w.now[0]
    k0, k1 = luck.key(now, luck.FIND_PARTNER, now.month)
    for i in range(now.acting):
        party = w.parties[w.acting[i]]
        if party.aware:
            ready = _readiness(w, party)
            for s in range(party.first_supply, party.last_supply):
                supply = w.supplies[s]
                if supply.known and supply_free(w, supply) > 0.0 and has_time(w, party, proposed(w, party)):
                    _look_for_takers(w, supply, ready * w.residuals[supply.residual].attention, k0, k1)
            for n in range(party.first_need, party.last_need):
                _look_outside(w, n, ready, k0, k1)


def _readiness(w, party):
    """Return the chance a month of an aware firm to come upon an acquaintance as a partner."""
    search = w.numbers[0].search
    return search.self_identification_per_month * (1.0 if party.informed else search.aware_weight)


def _look_for_takers(w, supply, ready, k0, k1):
    """Propose a residual to the best of the partners its owner comes upon this month."""
    best, surplus, quantity = NONE, 0.0, 0.0
    # Counting is fast: in most months, most suppliers come upon nobody, and no row need be looked at by itself.
    fill_uniform(w.pair_id[supply.first_row : _rounded_up(w, supply)], np.uint64(0), k0, k1, w.luck)
    hits = count_below(w.luck, w.pair_contact[supply.first_row : supply.last_row], ready)
    if hits == 0 and not (w.now[0].platform_useful or w.office[0].register_open):
        return
    for row in range(supply.first_row, supply.last_row):
        # No weight exceeds 1.
        luck_of_row = w.luck[row - supply.first_row]
        if luck_of_row < ready and luck_of_row < ready * _contact(w, supply, row):
            worth, units = opportunity(w, supply, row, False)
            if worth > 0.0 and (best == NONE or _is_better(w, worth, row, surplus, best)):
                best, surplus, quantity = row, worth, units
    if best != NONE:
        hand_over(w, supply, best, surplus, quantity, BY_FIRM)


def _rounded_up(w, supply):
    """Return where a supplier's rows end, or a little after: a processor draws eight numbers sooner than five."""
    more = (supply.first_row - supply.last_row) % AT_ONCE
    return min(supply.last_row + more, len(w.pair_id))


def _is_better(w, surplus, row, than_surplus, than_row):
    """Tell which proposal comes first: best surplus, ties by the pair's identity."""
    return surplus > than_surplus or (surplus == than_surplus and w.pair_id[row] < w.pair_id[than_row])


def _contact(w, supply, row):
    """Return the contact weight of a pair: that of the landscape, or of a platform or an open register that shows it."""
    now, weight = w.now[0], w.pair_contact[row]
    need = w.needs[w.pair_need[row]]
    if w.office[0].register_open and supply.shown and need.shown:
        weight = max(weight, w.numbers[0].search.public_taker_weight)
    if now.platform_useful and w.profiles[supply.owner].platform_user and w.profiles[need.owner].platform_user:
        weight = max(weight, w.numbers[0].platform.weight)
    return weight


def _look_outside(w, need, ready, k0, k1):
    """Let a firm come upon what outside places offer for one of its inputs."""
    chance = w.numbers[0].search.other_weight * ready
    for i in range(w.outside_first[need], w.outside_first[need + 1]):
        row = w.outside_rows[i]
        if uniform_of(w.pair_id[row], np.uint64(0), k0, k1) < chance:
            supply = w.supplies[w.pair_supply[row]]
            surplus, quantity = opportunity(w, supply, row, False)
            if surplus > 0.0:
                hand_over(w, supply, row, surplus, quantity, BY_FIRM)


def propose_shown(w, supply):
    """Let a centre propose a residual to the best partner in its data base; tell whether there was one."""
    best, surplus, quantity = NONE, 0.0, 0.0
    for row in range(supply.first_row, supply.last_row):
        if register.shows(w, row):
            worth, units = opportunity(w, supply, row, True)
            if worth > 0.0 and (best == NONE or _is_better(w, worth, row, surplus, best)):
                best, surplus, quantity = row, worth, units
    return best != NONE and hand_over(w, supply, best, surplus, quantity, BY_CENTRE)


def hand_over(w, supply, row, surplus, quantity, opened_by):
    """Hand a proposal to its receiver; tell whether it was handed on.

    A residual is proposed once a month, unless there is no end of it.
    """
    now = w.now[0]
    if supply.proposed_in == now.month and not supply.unlimited:
        return False
    supply.proposed_in = now.month
    need = w.needs[w.pair_need[row]]
    w.parties[need.owner].asked_in = now.month
    if now.proposals == len(w.proposals):
        now.full = True
        return True
    number = now.proposals
    now.proposals += 1
    new = w.proposals[number]
    new.surplus_dkk, new.quantity, new.pair, new.row, new.opened_by = surplus, quantity, w.pair_id[row], row, opened_by
    _put_in_order(w, need, number)
    return True


def _put_in_order(w, need, number):
    """Put a proposal among those for an input: the best surplus first, ties by the pair's identity."""
    new, before, at = w.proposals[number], NONE, need.proposal
    while at != NONE and _comes_first(w.proposals[at], new):
        before, at = at, w.proposals[at].next
    new.next = at
    if before == NONE:
        need.proposal = number
    else:
        w.proposals[before].next = number


def _comes_first(one, other):
    return one.surplus_dkk > other.surplus_dkk or (one.surplus_dkk == other.surplus_dkk and one.pair < other.pair)


# --- answering -------------------------------------------------------------------------------------------------------


def answer(w):
    """Let those answer that have been asked: firms, then outside places."""
    now = w.now[0]
    if now.proposals == 0:
        return
    for i in range(now.acting):
        _answer_as(w, w.parties[w.acting[i]])
    for place in range(now.firms, len(w.parties)):
        _answer_as(w, w.parties[place])
    now.proposals = 0


def _answer_as(w, party):
    if party.asked_in == w.now[0].month:
        for n in range(party.first_need, party.last_need):
            _take_proposals(w, party, w.needs[n])


def _take_proposals(w, owner, need):
    """Open cases on the best proposals for an input as far as they fit and its owner has time; what is left waits."""
    number, need.proposal = need.proposal, NONE
    while number != NONE:
        proposal = w.proposals[number]
        number = proposal.next
        linkage = w.linkages[w.pair_linkage[proposal.row]]
        two_firm = linkage.mode != POOLED
        if two_firm and not has_time(w, owner, proposed(w, owner) + _taken(w, owner)):
            continue
        fits = min(proposal.quantity, need_free(w, need) / linkage.substitution)
        if fits >= LEAST_PART * proposal.quantity:
            if two_firm:
                owner.taken = _taken(w, owner) + 1
                owner.taken_in = w.now[0].month
            cases.open_case(w, proposal.row, fits, proposal.opened_by)


def _taken(w, party):
    """Return how many proposals a party has taken this month."""
    return party.taken if party.taken_in == w.now[0].month else 0


def proposed(w, party):
    """Return how many of its residuals a firm has proposed this month; an outside place is never short of staff."""
    number = 0
    if party.inside:
        for s in range(party.first_supply, party.last_supply):
            number += w.supplies[s].proposed_in == w.now[0].month
    return number


def has_time(w, party, pending):
    """Tell whether a party's staff could look into one more case beside `pending` ones."""
    if party.takes_for_a_living:
        return True
    return party.burden + pending + 1.0 <= most_cases(party.jobs, w.numbers[0].stages.jobs_per_further_case)


# --- what else each side could do ------------------------------------------------------------------------------------


def alternatives(w, case, side):
    """Return how many other partners one side could turn to with the same stream, and what the best would leave it a year.

    Those are its acquaintances and, for a supplier, whom a centre shows it. They count only where what the side has left
    after this case would not serve them as well.
    """
    number, best = 0, 0.0
    if side == 0:
        supply = w.supplies[case.supply]
        shown = w.office[0].paid_tenths > 0 and register.has(w, supply)
        for row in range(supply.first_row, supply.last_row):
            if w.pair_contact[row] == ACQUAINTED or (shown and register.shows(w, row)):
                left = _rival_offer(w, case, side, supply, row)
                number, best = number + (left > 0.0), max(best, left)
        return number, best
    for i in range(w.acquainted_first[case.need], w.acquainted_first[case.need + 1]):
        row = w.acquainted_rows[i]
        supply = w.supplies[w.pair_supply[row]]
        if supply.known:
            left = _rival_offer(w, case, side, supply, row)
            number, best = number + (left > 0.0), max(best, left)
    return number, best


def _rival_offer(w, case, side, supply, row):
    if w.pair_id[row] == case.pair or not may_open(w, supply, row):
        return 0.0
    linkage, need = w.linkages[w.pair_linkage[row]], w.needs[w.pair_need[row]]
    supply_left, need_left = supply_free(w, supply), need_free(w, need) / linkage.substitution
    if side == 0:
        wanted = min(supply_left + case.quantity, need_left)
        rival = supply_left < wanted
    else:
        freed = case.quantity * w.linkages[case.linkage].substitution / linkage.substitution
        wanted = min(supply_left, need_left + freed)
        rival = need_left < wanted
    if not rival or wanted <= 0.0:
        return 0.0
    trusts = experience.trust(w, supply.owner, need.owner), experience.trust(w, need.owner, supply.owner)
    return offer(terms_of_row(w, row, linkage, wanted), experience.custom(w, linkage), trusts)
