"""Pooled rounds ("mange bække små"): who organises them, whom they ask, when they start and end."""

from ..draws import fill_uniform
from ..rules.cost import unit_value
from ..rules.pool import (
    ASKED_AGAIN_MONTHS,
    FEWEST_MEMBERS,
    PATIENCE_MONTHS,
    POOR_MONTHS,
    break_even_members,
    planned_members,
    yearly_balance,
)
from . import cases, luck, market, notes, rounds
from .causes import NO_AGREEMENT, PRICE, SUPPORT_ENDED
from .columns import BY_FIRM, CENTRE, NOBODY, NONE, TAKER
from .kinds import BUILT, OPERATING
from .opportunities import hand_over, need_free, opportunity, supply_free


def organise(w, need, linkage, organiser, target):
    """Begin to gather members for a round."""
    now = w.now[0]
    if now.pools == len(w.pools):
        now.full = True
        return
    number = now.pools
    now.pools += 1
    pool = w.pools[number]
    pool.need, pool.linkage, pool.organiser, pool.target, pool.begun = need, linkage, organiser, target, now.month
    pool.next = w.needs[need].pool
    w.needs[need].pool = number
    _put_in_order(w, number)


def _put_in_order(w, number):
    """Put a round among the others: by the identity of its taker's input, then by linkage."""
    now, at = w.now[0], w.now[0].ordered_pools
    while at > 0 and _stands_before(w, w.pools[number], w.pools[w.pool_order[at - 1]]):
        w.pool_order[at] = w.pool_order[at - 1]
        at -= 1
    w.pool_order[at] = number
    now.ordered_pools += 1


def _stands_before(w, one, other):
    a, b = w.needs[one.need].identity, w.needs[other.need].identity
    return a < b or (a == b and one.linkage < other.linkage)


def forget_those_over(w):
    """Take rounds that are over off the list."""
    now, kept = w.now[0], 0
    for i in range(now.ordered_pools):
        if not w.pools[w.pool_order[i]].over:
            w.pool_order[kept] = w.pool_order[i]
            kept += 1
    now.ordered_pools = kept


def value_of(w, row, quantity):
    """Return a member's yearly value before collection."""
    return _value(w, w.linkages[w.pair_linkage[row]], w.pair_km[row], quantity)


def _value(w, linkage, km, quantity):
    terms = market.terms(w, linkage, km, quantity, 0.0, True)
    value = unit_value(terms.disposal_dkk, terms.purchase_dkk, terms.treatment_dkk, 0.0)
    return terms.quantity * (value + terms.subsidy_dkk) - terms.running_dkk


def worth_of(w, row):
    """Return what a supplier would bring a round, nil where nothing."""
    supply, need = w.supplies[w.pair_supply[row]], w.needs[w.pair_need[row]]
    quantity = min(supply_free(w, supply), need_free(w, need) / w.linkages[w.pair_linkage[row]].substitution)
    return max(value_of(w, row, quantity), 0.0) if quantity > 0.0 else 0.0


def needed_for(linkage, total, count):
    """Return the members from which a round pays, given what so many would bring it in all."""
    mean = total / count if count else 0.0
    return break_even_members(mean, linkage.round_dkk, linkage.stop_dkk, linkage.rounds_per_year)


# --- takers by themselves --------------------------------------------------------------------------------------------


def begin(w):
    """Let takers organise a round by themselves now and then; those that run one ask suppliers to join."""
    now, chance = w.now[0], w.numbers[0].pools.taker_starts_per_month
    k0, k1 = luck.key(now, luck.TAKER_STARTS, now.month)
    for number in range(len(w.linkages)):
        linkage = w.linkages[number]
        if linkage.first_taker < linkage.last_taker and not linkage.banned:
            takers = w.taker_identities[linkage.first_taker : linkage.last_taker]
            fill_uniform(takers, linkage.key, k0, k1, w.luck)
            for i in range(linkage.first_taker, linkage.last_taker):
                if w.luck[i - linkage.first_taker] < chance:
                    _begin_by_itself(w, w.takers[i], number)
    for i in range(now.ordered_pools):
        pool = w.pools[w.pool_order[i]]
        if pool.organiser == TAKER and w.parties[w.needs[pool.need].owner].open:
            _ask(w, pool, w.pool_order[i] + 1)


def _begin_by_itself(w, need, number):
    """Organise a round where enough suppliers within reach would bring anything, planned with a fifth more than it needs."""
    if not w.parties[w.needs[need].owner].open or rounds.of(w, need, number) != NONE:
        return
    total, count = 0.0, 0
    for i in range(w.pooled_first[need], w.pooled_first[need + 1]):
        row = w.pooled_rows[i]
        if w.pair_linkage[row] == number and w.parties[w.supplies[w.pair_supply[row]].owner].open:
            worth = worth_of(w, row)
            total, count = total + worth, count + (worth > 0.0)
    needed = needed_for(w.linkages[number], total, count)
    if count >= FEWEST_MEMBERS and needed < count:
        organise(w, need, number, TAKER, planned_members(needed))


def _ask(w, pool, number):
    """Let a taker that runs a round ask the nearest suppliers that are not in it."""
    now = w.now[0]
    pool.asked += w.numbers[0].pools.taker_asks_per_month
    for i in range(w.pooled_first[pool.need], w.pooled_first[pool.need + 1]):
        row = w.pooled_rows[i]
        if w.pair_linkage[row] == pool.linkage:
            if pool.asked < 1.0:
                return
            supply = w.supplies[w.pair_supply[row]]
            if supply.proposed_in != now.month and not notes.was_asked(w, row, number):
                note = notes.note_of(w, row)
                note.asked_by, note.asked_again_from = number, now.month + ASKED_AGAIN_MONTHS
                pool.asked -= _invite(w, supply, row)
    pool.asked = min(pool.asked, 1.0)


def _invite(w, supply, row):
    """Ask a supplier whose joining would be worth its while; tell whether it was. Who agrees learns of its residual."""
    surplus, quantity = opportunity(w, supply, row, False)
    if surplus <= 0.0:
        return False
    now = w.now[0]
    if luck.one(now, luck.TAKER_ASKS, now.month, w.pair_id[row], 0) < w.parties[supply.owner].disposition:
        supply.known = True
        hand_over(w, supply, row, surplus, quantity, BY_FIRM)
    return True


# --- running and ending ----------------------------------------------------------------------------------------------


def advance(w):
    """Start rounds that pay, stop those that do not, and let members go that have waited too long."""
    now = w.now[0]
    for i in range(now.ordered_pools):
        pool = w.pools[w.pool_order[i]]
        signed = rounds.members(w, pool.need, pool.linkage, BUILT)
        if not w.parties[w.needs[pool.need].owner].open:
            pool.over = True
        elif pool.organiser == NOBODY:
            _dissolve(w, pool, SUPPORT_ENDED, SUPPORT_ENDED)
        elif pool.running:
            pool.poor_months = pool.poor_months + 1 if _balance(w, pool, signed) < 0.0 else 0
            if pool.poor_months >= POOR_MONTHS:
                _dissolve(w, pool, PRICE, NO_AGREEMENT)
        elif signed >= FEWEST_MEMBERS and _balance(w, pool, signed) > 0.0:
            pool.running = True
        elif rounds.members(w, pool.need, pool.linkage, 0) == 0 and now.month - pool.begun >= PATIENCE_MONTHS:
            pool.over = True
        else:
            _release_waiting(w, pool)
    forget_those_over(w)


def _balance(w, pool, signed):
    linkage, value = w.linkages[pool.linkage], 0.0
    number = w.needs[pool.need].case
    while number != NONE:
        case = w.cases[number]
        if case.linkage == pool.linkage and case.stage >= BUILT:
            value += _value(w, linkage, case.km, case.quantity)
        number = case.next_of_need
    return yearly_balance(value, signed, linkage.round_dkk, linkage.stop_dkk, linkage.rounds_per_year)


def _release_waiting(w, pool):
    number = w.needs[pool.need].case
    while number != NONE:
        case = w.cases[number]
        number = case.next_of_need
        waits = case.linkage == pool.linkage and case.stage >= BUILT
        if waits and w.now[0].month - case.matched >= PATIENCE_MONTHS:
            cases.end(w, case, NO_AGREEMENT)


def _dissolve(w, pool, cause, cause_in_talks):
    """End a round and all its cases."""
    pool.over = True
    number = w.needs[pool.need].case
    while number != NONE:
        case = w.cases[number]
        number = case.next_of_need
        if case.linkage == pool.linkage:
            cases.end(w, case, cause if case.stage == OPERATING else cause_in_talks)


def lose_organiser(w, handed_over):
    """Leave the rounds of the centre to their takers, or to nobody."""
    for i in range(w.now[0].ordered_pools):
        pool = w.pools[w.pool_order[i]]
        if pool.organiser == CENTRE:
            pool.organiser = TAKER if handed_over else NOBODY


def ban(w, linkage):
    """End the rounds of a linkage that is no longer permitted."""
    for i in range(w.now[0].ordered_pools):
        pool = w.pools[w.pool_order[i]]
        if pool.linkage == linkage:
            pool.over = True
    forget_those_over(w)
