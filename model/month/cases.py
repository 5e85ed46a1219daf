"""Opens, starts and ends cases."""

import numpy as np

from ..draws import mixed
from ..months import NEVER
from ..rules import cost
from . import accounts, experience, luck, notes, recorder
from .causes import BLAMED, INSURED, NO_CAUSE, PARTNER_CLOSED
from .columns import NONE, POOLED
from .kinds import ASSESSED, BUILT, CASE, IDEA, NEGOTIATED, OPERATING

CASE_KEY = np.uint64(CASE)
POOLED_STAGE_MONTHS = 1.0
"""Months of each stage of a member of a round."""


def open_case(w, row, quantity, opened_by):
    """Open a case on a candidate pair; from now on it holds capacity on both sides."""
    if w.now[0].cases == len(w.cases):
        w.now[0].full = True
        return
    note = notes.note_of(w, row)
    note.attempts += 1
    case = new_case(w, w.pair_supply[row], w.pair_need[row], w.pair_linkage[row])
    case.row, case.pair, case.km = row, w.pair_id[row], w.pair_km[row]
    case.quantity, case.opened_by, case.attempt = quantity, opened_by, note.attempts
    case.key = mixed(case.pair, np.uint64(case.attempt), CASE_KEY)
    case.supplier_known = known_of(w, w.parties[case.supplier])
    case.supplier_partners = w.parties[case.supplier].partners
    case.receiver_partners = w.parties[case.receiver].partners
    hold_capacity(w, case)
    recorder.count(w, recorder.OPENED, case)
    if w.rules[0].from_first_contact:
        experience.introduce(w, case)
    enter(w, case, IDEA)


def new_case(w, supply, need, linkage):
    """Return the next row of the table of cases, with its two sides."""
    now = w.now[0]
    case = w.cases[now.cases]
    case.number = now.cases
    w.live[now.live] = now.cases
    now.cases += 1
    now.live += 1
    case.supply, case.need, case.linkage = supply, need, linkage
    case.supplier, case.receiver = w.supplies[supply].owner, w.needs[need].owner
    case.opened = now.month
    case.assessed = case.matched = case.started = case.ended = case.contract_ends = NEVER
    return case


def known_of(w, party):
    """Return how many of a party's residuals are known as resources."""
    count = 0
    for s in range(party.first_supply, party.last_supply):
        count += w.supplies[s].known
    return count


def hold_capacity(w, case):
    """Pencil the case's quantity on both sides, among their other cases in the order of keys."""
    supply, need = w.supplies[case.supply], w.needs[case.need]
    before, at = NONE, supply.case
    while at != NONE and w.cases[at].key < case.key:
        before, at = at, w.cases[at].next_of_supply
    case.next_of_supply = at
    if before == NONE:
        supply.case = case.number
    else:
        w.cases[before].next_of_supply = case.number
    before, at = NONE, need.case
    while at != NONE and w.cases[at].key < case.key:
        before, at = at, w.cases[at].next_of_need
    case.next_of_need = at
    if before == NONE:
        need.case = case.number
    else:
        w.cases[before].next_of_need = case.number


def _free_capacity(w, case):
    supply, need = w.supplies[case.supply], w.needs[case.need]
    before, at = NONE, supply.case
    while at != case.number:
        before, at = at, w.cases[at].next_of_supply
    if before == NONE:
        supply.case = case.next_of_supply
    else:
        w.cases[before].next_of_supply = case.next_of_supply
    before, at = NONE, need.case
    while at != case.number:
        before, at = at, w.cases[at].next_of_need
    if before == NONE:
        need.case = case.next_of_need
    else:
        w.cases[before].next_of_need = case.next_of_need


def enter(w, case, stage):
    """Let a case enter a stage and its work begin."""
    linkage = w.linkages[case.linkage]
    case.stage = stage
    idea, assessed, negotiated = stage_months(w, linkage)
    if stage == BUILT:
        case.remaining = linkage.build_months
    elif stage == NEGOTIATED:
        case.remaining = negotiated
    elif stage == ASSESSED:
        case.remaining = assessed
    else:
        case.remaining = idea


def stage_months(w, linkage):
    """Return the months of work in idea, assessment and negotiation, with help; a member signs a standard agreement."""
    stages = w.numbers[0].stages
    if linkage.mode == POOLED:
        return POOLED_STAGE_MONTHS, POOLED_STAGE_MONTHS, POOLED_STAGE_MONTHS
    return stages.idea_months, stages.assessed_months, stages.negotiated_months


def start_exchange(w, case):
    """Turn a case that is built into an exchange; both sides now know what to look for."""
    experience.introduce(w, case)
    supplier, receiver = w.parties[case.supplier], w.parties[case.receiver]
    supplier.aware = supplier.informed = receiver.aware = receiver.informed = True
    operate_from(w, case, w.linkages[case.linkage].contract_months)
    recorder.count(w, recorder.BUILT, case)
    _centre_hears_of(w, case, NO_CAUSE)


def operate_from(w, case, contract_months):
    """Let an exchange operate; its contract covers this month and ends with the last of its term."""
    month = w.now[0].month
    case.stage, case.started, case.contract_ends = OPERATING, month, month + contract_months - 1
    w.parties[case.supplier].partners += 1
    w.parties[case.receiver].partners += 1


def end(w, case, cause):
    """End a case, whatever its stage."""
    if case.stage == OPERATING:
        recorder.count(w, recorder.ENDED, case)
        _honour_guarantee(w, case, cause)
        w.parties[case.supplier].partners -= 1
        w.parties[case.receiver].partners -= 1
    else:
        recorder.count(w, recorder.DROPPED, case)
        _centre_hears_of(w, case, cause)
    case.ended, case.end_cause = w.now[0].month, cause
    _free_capacity(w, case)
    _let_rest(w, case)


def _let_rest(w, case):
    """Let a pair that came to an end rest for a while."""
    if case.row == NONE:
        return
    now = w.now[0]
    luck_of_it = luck.one(now, luck.RETRY, 0, case.pair, case.attempt)
    rest = w.numbers[0].search.retry_months * (1.0 + 0.5 * luck_of_it)
    notes.note_of(w, case.row).rests_until = now.month + round(rest)


def _honour_guarantee(w, case, cause):
    """Pay each side still there its guaranteed part of the capital that an exchange's failure costs it."""
    if not INSURED[cause] or case.guaranteed_share == 0.0:
        return
    linkage = w.linkages[case.linkage]
    specificity, age = w.modes[linkage.mode].specificity, (w.now[0].month - case.started) / 12.0
    for side in range(2):
        if accounts.party_at(w, case, side).open:
            capital = cost.CAPITAL_SHARES[side] * case.capital_dkk
            lost = cost.lost_capital(capital, specificity, age, linkage.life_years)
            accounts.honour_guarantee(w, case, side, case.guaranteed_share * lost)


def _centre_hears_of(w, case, cause):
    """Let the centre take the credit for an exchange it helped to start, or the blame for a case it helped in vain."""
    if not w.levers[0].centre or case.helped_months == 0:
        return
    office = w.office[0]
    if cause == NO_CAUSE:
        office.good += 1.0
    elif BLAMED[cause]:
        office.bad += 1.0


def end_all_of(w, party):
    """End all cases and exchanges of a firm that has closed."""
    for i in range(w.now[0].live):
        case = w.cases[w.live[i]]
        if case.ended == NEVER and (case.supplier == party or case.receiver == party):
            end(w, case, PARTNER_CLOSED)


def forget_ended(w):
    """Take what has ended off the list of live cases; the others keep their order."""
    now, kept = w.now[0], 0
    for i in range(now.live):
        if w.cases[w.live[i]].ended == NEVER:
            w.live[kept] = w.live[i]
            kept += 1
    now.live = kept
