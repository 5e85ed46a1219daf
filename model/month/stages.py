"""How a case advances: idea, assessed, negotiated, built. A stage counts down; its luck is drawn when it is done."""

from math import isfinite

import numpy as np

from ..draws import uniform_of
from ..money import to_ore
from ..months import NEVER
from ..rule_numbers import PRICE
from ..rules import cost
from ..rules.cost import setup_cost
from ..rules.effort import no_time_chance, setup_hours
from ..rules.negotiation import NO_AGREEMENT, Outcome, Position, negotiate
from . import accounts, cases, experience, grants, luck, market, odd, recorder, rounds
from .causes import NO_CAUSE, NO_TIME, NOT_VIABLE, PERMIT
from .columns import NONE, POOLED
from .kinds import ASSESSED, BUILT, IDEA, NEGOTIATED
from .opportunities import alternatives


def reckon_burdens(w):
    """Work out what each party's cases in talks ask of it this month; what a grant pays for, somebody else does."""
    now = w.now[0]
    for i in range(now.acting):
        w.parties[w.acting[i]].burden = 0.0
    for i in range(now.live):
        case = w.cases[w.live[i]]
        if case.stage < BUILT and case.ended == NEVER:
            complexity = w.modes[w.linkages[case.linkage].mode].complexity
            for side in range(2):
                party = accounts.party_at(w, case, side)
                if not party.takes_for_a_living:
                    party.burden += complexity * (1.0 - grants.share(w, case, side))


def advance_all(w):
    """Move all cases on by a month and note what becomes of each; none of it takes effect yet."""
    for i in range(w.now[0].live):
        case = w.cases[w.live[i]]
        if case.ended == NEVER and case.stage <= BUILT:
            case.verdict = _advance(w, case)


def _advance(w, case):
    """Move a case on by one month; return why it is given up, `NO_CAUSE` where it is not."""
    if case.stage < BUILT:
        if _no_time(w, case):
            return NO_TIME
        pace = 1.0 if case.helped else w.numbers[0].stages.unaided_speed
        _spend_setup(w, case, pace)
        case.remaining -= pace
    else:
        case.remaining -= 1.0
    return _finish(w, case) if case.remaining <= 0.0 else NO_CAUSE


def _finish(w, case):
    if case.stage == IDEA:
        cases.enter(w, case, ASSESSED)
        return NO_CAUSE
    if case.stage == ASSESSED:
        return _finish_assessed(w, case)
    if case.stage == NEGOTIATED:
        return _finish_negotiated(w, case)
    return _finish_built(w, case)


def _no_time(w, case):
    """Tell whether one side gives up this month for want of staff hours."""
    now, stages = w.now[0], w.numbers[0].stages
    base = stages.no_time_per_month * (stages.helped_no_time_factor if case.helped else 1.0)
    k0, k1 = luck.key(now, luck.NO_TIME, now.month)
    for side in range(2):
        party = accounts.party_at(w, case, side)
        # Who takes for a living has staff for it: its burden is nil.
        if uniform_of(case.key, np.uint64(side), k0, k1) < no_time_chance(base, party.jobs, party.burden):
            return True
    return False


def _spend_setup(w, case, pace):
    """Book the month's hours on both sides; they are lost if the case drops."""
    numbers = w.numbers[0]
    stages = numbers.stages
    hours = setup_hours(pace, w.modes[w.linkages[case.linkage].mode], stages, case.helped)
    for side in range(2):
        party = accounts.party_at(w, case, side)
        other = case.receiver if side == 0 else case.supplier
        me = case.supplier if side == 0 else case.receiver
        experienced = 1.0 - stages.setup_experience_saving * (party.partners > 0)
        trust = experience.trust(w, me, other)
        dkk = setup_cost(hours * experienced, numbers.prices.wage_dkk_per_h, trust, stages.setup_trust_saving)
        granted = grants.pay(w, case, side, dkk)
        case.setup_dkk[side] += dkk - granted
        accounts.spend(w, case, side, dkk, recorder.TRANSACTION_COST)


def _finish_assessed(w, case):
    now, mode = w.now[0], w.modes[w.linkages[case.linkage].mode]
    if luck.one(now, luck.VIABLE, 0, case.pair, case.attempt) >= mode.viability:
        return NOT_VIABLE
    case.assessed = now.month
    recorder.count(w, recorder.ASSESSED, case)
    cases.enter(w, case, NEGOTIATED)
    return NO_CAUSE


def _finish_negotiated(w, case):
    terms = terms_of(w, case, True)
    table = position(w, case, 0, case.setup_dkk[0]), position(w, case, 1, case.setup_dkk[1])
    outcome = bargain(w, case, terms, table)
    if outcome.failure:
        return outcome.failure
    case.price, case.capital_dkk, case.matched = outcome.price, terms.capital_dkk, w.now[0].month
    case.granted_dkk, case.guaranteed_share = terms.granted_dkk, terms.guaranteed_share
    recorder.count(w, recorder.MATCHED, case)
    cases.enter(w, case, BUILT)
    return NO_CAUSE


def bargain(w, case, terms, table):
    """Let both sides of a case negotiate."""
    outcome = negotiate(terms, experience.custom(w, w.linkages[case.linkage]), table)
    if not isfinite(outcome.price):
        odd.note(w, PRICE, outcome.price, case.key, odd.NOBODY)
        return Outcome(0.0, NO_AGREEMENT)
    return outcome


def terms_of(w, case, capital):
    """Return a case's terms at mean prices, with or without its capital."""
    linkage = w.linkages[case.linkage]
    haul = rounds.haul_expected(w, case) if linkage.mode == POOLED else market.haul(w, linkage, case.km)
    return market.terms(w, linkage, case.km, case.quantity, haul, capital)


def position(w, case, side, setup_dkk):
    """Return where one side of a case stands at the table, its set-up cost so far being as given."""
    party, other = (case.supplier, case.receiver) if side == 0 else (case.receiver, case.supplier)
    number, best = alternatives(w, case, side)
    trust, takes_part = experience.trust(w, party, other), experience.takes_part(w, party, other)
    return Position(number, best, trust, w.parties[party].hurdle_years, setup_dkk, takes_part)


def _finish_built(w, case):
    """Be ready to operate once permitted and, in a round, once the round runs; all that are ready start together."""
    if w.linkages[case.linkage].mode == POOLED:
        pool = rounds.of(w, case.need, case.linkage)
        if pool == NONE or not w.pools[pool].running:
            return NO_CAUSE
    if luck.one(w.now[0], luck.PERMIT, 0, case.pair, case.attempt) >= w.numbers[0].modes.permit_granted:
        return PERMIT
    case.ready = True
    return NO_CAUSE


def apply(w):
    """Let what was found this month take effect: cases given up, then exchanges that are ready."""
    now = w.now[0]
    for i in range(now.live):
        case = w.cases[w.live[i]]
        if case.ended == NEVER and case.verdict != NO_CAUSE:
            cases.end(w, case, case.verdict)
    for i in range(now.live):
        case = w.cases[w.live[i]]
        if case.ended == NEVER and case.ready:
            case.ready = False
            _start(w, case)


def _start(w, case):
    """Pay what was built, and begin to operate."""
    for side in range(2):
        accounts.spend(w, case, side, cost.CAPITAL_SHARES[side] * case.capital_dkk, recorder.CAPITAL)
    accounts.grant_investment(w, case, to_ore(case.granted_dkk))
    cases.start_exchange(w, case)
