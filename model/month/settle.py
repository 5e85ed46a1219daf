"""Gives a landscape what stands before the first month: tempers, historic links, first awareness."""

from math import exp

import numpy as np

from ..draws import Purpose, mixed, normal_of, uniform_of
from ..rules import awareness, closure
from ..rules.price import IDLE, equal_split
from ..rules.trust import Evidence, Experience, settled
from . import cases, experience, firms, luck, market, stages
from .columns import HISTORIC

DISPOSITION, HURDLE = int(Purpose.DISPOSITION), int(Purpose.HURDLE)
FIRST_MARGIN, FIRST_AWARE, CONTRACT_AGE = (
    int(Purpose.FIRST_MARGIN),
    int(Purpose.FIRST_AWARE),
    int(Purpose.CONTRACT_AGE),
)
NOBODY_ELSE = np.uint64(0)


def settle(w):
    """Bring the columns to the state before the first month."""
    jobs = w.numbers[0].jobs
    w.now[0].margin_spread = closure.stationary_deviation(jobs.margin_volatility, jobs.margin_persistence)
    _draw_tempers(w)
    market.open_market(w)
    _start_historic_links(w)
    firms.call_up(w)
    firms.look_around(w)
    _draw_first_awareness(w)


def _draw_tempers(w):
    """Draw each firm's trust in strangers, hurdle and margin; outside places are like the middling firm."""
    now, numbers = w.now[0], w.numbers[0]
    low, high, stages_ = numbers.trust.disposition_low, numbers.trust.disposition_high, numbers.stages
    d0, d1 = luck.key(now, DISPOSITION, 0)
    h0, h1 = luck.key(now, HURDLE, 0)
    m0, m1 = luck.key(now, FIRST_MARGIN, 0)
    for row in range(len(w.parties)):
        party = w.parties[row]
        party.disposition, party.hurdle_years = 0.5 * (low + high), stages_.hurdle_years
        if row < now.firms:
            party.disposition = low + (high - low) * uniform_of(party.identity, NOBODY_ELSE, d0, d1)
            party.hurdle_years *= exp(stages_.hurdle_spread * normal_of(party.identity, NOBODY_ELSE, h0, h1))
            party.margin_deviation = now.margin_spread * normal_of(party.identity, NOBODY_ELSE, m0, m1)
            exponent = numbers.jobs.closure_size_exponent
            party.base_hazard = closure.base_hazard(w.profiles[row].closure_per_year, party.jobs, exponent)


def _start_historic_links(w):
    """Start the exchanges that stood before the first month: capital long paid, trust settled, contracts of all ages."""
    if len(w.historic) > len(w.cases):
        w.now[0].full = True
        return
    for i in range(len(w.historic)):
        _open(w, w.historic[i])
    _settle_trust(w)
    now = w.now[0]
    k0, k1 = luck.key(now, CONTRACT_AGE, 0)
    for number in range(now.cases):
        case = w.cases[number]
        contract = w.linkages[case.linkage].contract_months
        age = uniform_of(case.pair, NOBODY_ELSE, k0, k1)
        cases.operate_from(w, case, contract - int(age * contract))
        case.assessed = case.matched = now.month
        # Agreed long before: whatever rule the scenario follows, a bargain between equals.
        case.price = equal_split(
            stages.terms_of(w, case, False), IDLE, IDLE, experience.custom(w, w.linkages[case.linkage]).bargain
        )


def _open(w, link):
    w.supplies[link.supply].known = True
    case = cases.new_case(w, link.supply, link.need, link.linkage)
    case.pair, case.row, case.km, case.quantity = link.pair, link.row, link.km, link.quantity
    case.opened_by, case.key = HISTORIC, mixed(link.pair, np.uint64(0), cases.CASE_KEY)
    case.supplier_known = cases.known_of(w, w.parties[case.supplier])
    cases.hold_capacity(w, case)
    supplier, receiver = w.parties[case.supplier], w.parties[case.receiver]
    supplier.aware = supplier.informed = receiver.aware = receiver.informed = True


def _settle_trust(w):
    """Let both sides trust each other as if they had dealt for ever; all are asked before any has settled."""
    now = w.now[0]
    for number in range(now.cases):
        experience.introduce(w, w.cases[number])
    for number in range(now.cases):
        case = w.cases[number]
        _settle_side(w, case, case.supplier, case.receiver)
        _settle_side(w, case, case.receiver, case.supplier)
    for number in range(now.relations):
        kept = w.relations[number]
        kept.good, kept.bad = kept.next_good, kept.next_bad


def _settle_side(w, case, party, other):
    kept = w.relations[experience.relation(w, party, other)]
    failing, first = w.modes[w.linkages[case.linkage].mode].failing_share, Evidence(kept.first_good, kept.first_bad)
    common, count, partner, met = experience.of_others(w, kept)
    month = Experience(1.0 - failing, failing, 0.0, common, count, 0.5, 0.5, partner, met)
    there = settled(w.rules[0].trust, first, month, w.numbers[0])
    kept.next_good, kept.next_bad = there.good, there.bad


def _draw_first_awareness(w):
    """Make firms aware so that, nothing else happening, as many forget as take it up."""
    now, spread = w.now[0], w.numbers[0].awareness
    k0, k1 = luck.key(now, FIRST_AWARE, 0)
    for row in range(now.firms):
        firm = w.parties[row]
        outside = w.places[firm.place].outside_influence
        share = awareness.stationary_share(outside, spread.imitation_per_month, spread.fade_per_month)
        firm.aware = firm.aware or uniform_of(firm.identity, NOBODY_ELSE, k0, k1) < share
