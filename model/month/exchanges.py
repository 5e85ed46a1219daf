"""How exchanges operate, and when they end."""

import numpy as np

from ..draws import uniform_of
from ..money import to_ore
from ..months import NEVER
from ..rules import cost
from ..rules.negotiation import AGREED, OUTCOMPETED, expected_loss, offer
from . import accounts, cases, experience, luck, market, recorder, rounds
from .accounts import RECEIVER, SUPPLIER
from .causes import BETTER_OFFER, EXPIRED, NO_CAUSE, PRICE, SUPPLY_FAILURE, TRUST
from .columns import MATERIAL, PIPE, POOLED, WATER
from .kinds import OPERATING
from .opportunities import alternatives
from .stages import bargain, position, terms_of

POOR_MONTHS = 3
"""Months in a row in which a side loses, or risks more than it gains, before it asks for another price (assumed)."""
FAILED_MONTHS = 6
"""Months in a row without delivery before an exchange ends (assumed: half a year's patience, 3-12)."""


def operate_all(w):
    """Let every exchange deliver and be paid for."""
    now = w.now[0]
    k0, k1 = luck.key(now, luck.FAILURE, now.month)
    for i in range(now.live):
        case = w.cases[w.live[i]]
        if case.stage == OPERATING and case.ended == NEVER:
            _operate(w, case, uniform_of(case.key, np.uint64(0), k0, k1))


def _operate(w, case, luck_of_month):
    """Deliver what supply, need and capacity let through this month, unless it fails, and book it."""
    mode = w.modes[w.linkages[case.linkage].mode]
    chance = w.numbers[0].modes.failure_persistence if case.failing else mode.failure_per_month
    case.failing = luck_of_month < chance
    case.failed_months = case.failed_months + 1 if case.failing else 0
    units = 0.0 if case.failing else _deliverable(w, case)
    _book(w, case, units)
    _count(w, case, units)


def _deliverable(w, case):
    """Return the smallest of supply, need and capacity; the plant is built for the supply's best month."""
    linkage, month, demand = w.linkages[case.linkage], w.now[0].month % 12, w.now[0].demand
    residual, bought = w.residuals[linkage.residual], w.inputs[linkage.bought]
    most = min(residual.season[month] * demand, bought.season[month] * demand, residual.season_most)
    return case.quantity / 12.0 * most


def _book(w, case, units):
    """Book the month: disposal and purchase avoided, price, haulage, treatment, running cost."""
    linkage, prices = w.linkages[case.linkage], w.now[0].prices
    residual, bought = w.residuals[linkage.residual], w.inputs[linkage.bought]
    tax = units * residual.landfill_share * prices[market.TAX]
    fee = units * residual.disposal_now_dkk - tax
    saved = units * linkage.substitution * bought.purchase_now_dkk
    if linkage.mode == POOLED:
        haul = rounds.month_cost(w, case)
    else:
        haul = units * market.haul(w, linkage, case.km)
    treated = units * linkage.treatment_dkk + linkage.running_dkk / 12.0
    accounts.spend(w, case, SUPPLIER, -fee, recorder.OPERATING_SAVING)
    accounts.spend(w, case, SUPPLIER, -tax, recorder.OPERATING_SAVING)
    accounts.spend(w, case, SUPPLIER, haul, recorder.OPERATING_SAVING)
    accounts.spend(w, case, RECEIVER, -saved, recorder.OPERATING_SAVING)
    accounts.spend(w, case, RECEIVER, treated, recorder.OPERATING_SAVING)
    accounts.transfer(w, case, units * case.price)
    accounts.subsidise(w, case, SUPPLIER, units * market.subsidy(w, linkage, prices))
    recorder.add(w, recorder.TAX_FORGONE, w.parties[case.supplier].recorded_at, to_ore(tax))
    if w.supplies[case.supply].unlimited:  # what it would dispose of has no bounds: the tax is owed on what is exchanged alone
        accounts.tax(w, w.parties[case.supplier], units * residual.landfill_share * w.now[0].added_tax)


def _count(w, case, units):
    """Count the quantities, at the supplier's municipality."""
    linkage, place = w.linkages[case.linkage], w.parties[case.supplier].recorded_at
    if w.now[0].year >= 0:
        case.delivered += units
    haulage = 0.0 if linkage.mode == PIPE else case.km * w.numbers[0].modes.truck_co2e_t_per_t_km
    avoided = units * (linkage.co2e_t_per_unit - haulage)
    recorder.add(w, recorder.CO2E, place, avoided)
    kind = w.residuals[linkage.residual].kind
    if kind == MATERIAL:
        recorder.add(w, recorder.DIVERTED, place, units * (1.0 - linkage.residue_share))
        recorder.add(w, recorder.CO2E_MATERIAL, place, avoided)
    else:
        recorder.add(w, recorder.WATER_USED if kind == WATER else recorder.ENERGY_USED, place, units)


def review_all(w):
    """Look at every exchange; those that are over end together, after all were looked at."""
    now = w.now[0]
    for i in range(now.live):
        case = w.cases[w.live[i]]
        case.verdict = NO_CAUSE
        if case.stage == OPERATING and case.ended == NEVER:
            case.verdict = _review(w, case)
    for i in range(now.live):
        case = w.cases[w.live[i]]
        if case.verdict != NO_CAUSE and case.ended == NEVER:
            cases.end(w, case, case.verdict)


def _review(w, case):
    """Keep or renew an exchange, or return why it ends; what is poor for some months in a row is talked over first."""
    if case.failed_months >= FAILED_MONTHS:
        return SUPPLY_FAILURE
    terms = terms_of(w, case, False)
    case.poor_price = case.poor_price + 1 if _loses(case, terms) else 0
    if case.poor_price >= POOR_MONTHS:
        return _talk_over(w, case, terms, PRICE)
    case.poor_trust = case.poor_trust + 1 if _risks_too_much(w, case, terms) else 0
    if case.poor_trust >= POOR_MONTHS:
        return _talk_over(w, case, terms, TRUST)
    return _renew(w, case, terms) if w.now[0].month >= case.contract_ends else NO_CAUSE


def _loses(case, terms):
    """Tell whether either side loses at mean prices; what it has invested is sunk."""
    return min(cost.supplier_flow(terms, case.price), cost.receiver_flow(terms, case.price)) < 0.0


def _risks_too_much(w, case, terms):
    """Tell whether either side's expected loss exceeds its gain, sunk capital out of account."""
    customary = experience.custom(w, w.linkages[case.linkage])
    for side in range(2):
        flow = cost.supplier_flow(terms, case.price) if side == 0 else cost.receiver_flow(terms, case.price)
        party, other = (case.supplier, case.receiver) if side == 0 else (case.receiver, case.supplier)
        trust = experience.trust(w, party, other)
        if 0.0 <= flow < expected_loss(terms, customary, trust, cost.CAPITAL_SHARES[0]):
            return True
    return False


def _talk_over(w, case, terms, cause):
    """Agree on another price for the rest of the contract, or return why the exchange ends."""
    if _agree(w, case, terms) != AGREED:
        return cause
    case.poor_price = case.poor_trust = 0
    return NO_CAUSE


def _renew(w, case, terms):
    """At the end of the contract: take a better offer, let it expire, or agree on a new price and go on."""
    linkage = w.linkages[case.linkage]
    trusts = (
        experience.trust(w, case.supplier, case.receiver),
        experience.trust(w, case.receiver, case.supplier),
    )
    here = offer(terms, experience.custom(w, linkage), trusts)
    _, better = alternatives(w, case, SUPPLIER)
    if here > 0.0 and better > (1.0 + w.numbers[0].stages.switching_premium) * here:
        return BETTER_OFFER
    failure = _agree(w, case, terms)
    if failure != AGREED:
        return BETTER_OFFER if failure == OUTCOMPETED else EXPIRED
    case.contract_ends += linkage.contract_months
    return NO_CAUSE


def _agree(w, case, terms):
    """Negotiate a running exchange's price anew, capital and set-up cost sunk; return how it went."""
    table = position(w, case, SUPPLIER, 0.0), position(w, case, RECEIVER, 0.0)
    outcome = bargain(w, case, terms, table)
    if outcome.failure == AGREED:
        case.price = outcome.price
    return outcome.failure
