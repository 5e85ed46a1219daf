"""Two firms agree on a price, or do not. Plain arithmetic over named numbers: agents and columns call the same functions."""

from typing import Any, NamedTuple

from . import cost, price
from .price import Bargain, Side

ROUNDING = 1e-9
"""Part of an outside offer that may be missing: a Nash bargain gives it in full, rounding apart."""
AGREED, NO_AGREEMENT, OUTCOMPETED = range(3)
"""How a negotiation ends."""
FAILURES = ("", "no_agreement", "outcompeted")
"""The cause recorded for each; none where both accept."""


class Position(NamedTuple):
    """One side at the table.

    How many other partners it could turn to and what the best of them would leave it a year, its trust in this one, its
    hurdle, its set-up cost so far, and whether it would sign with this one at all.
    """

    alternatives: int
    outside_dkk: float
    trust: float
    hurdle_years: float
    setup_dkk: float
    takes_part: bool = True


class Outcome(NamedTuple):
    """A price in DKK per unit, and how it went: `AGREED`, `NO_AGREEMENT` or `OUTCOMPETED`."""

    price: float
    failure: int


class Custom(NamedTuple):
    """What holds at every table: the price rule and its numbers, the mode's numbers, and what a failed year disrupts.

    Agents hold the rule itself, columns its number; see `priced`.
    """

    price_rule: Any
    bargain: Bargain
    mode: Any
    disruption_share: float


Table = tuple[Position, Position]
"""Supplier's and receiver's position."""


def negotiate(terms: cost.Terms, custom: Custom, table: Table) -> Outcome:
    """Find a price and ask both sides; a better partner elsewhere means `OUTCOMPETED`, a refusal `NO_AGREEMENT`."""
    if not (table[0].takes_part and table[1].takes_part):
        return Outcome(0.0, NO_AGREEMENT)
    supplier, receiver = sides_at(terms, custom, table)
    gain = cost.surplus(terms)
    if gain <= price.least(supplier) + price.least(receiver):
        without_offers = _least_without_offers(supplier) + _least_without_offers(receiver)
        return Outcome(0.0, OUTCOMPETED if gain > without_offers else NO_AGREEMENT)
    agreed = priced(custom.price_rule, terms, supplier, receiver, custom.bargain)
    ours, theirs = stakes_at(terms, agreed, table, (supplier, receiver))
    failure = _answer(terms, ours, table[0], supplier)
    if failure == AGREED:
        failure = _answer(terms, theirs, table[1], receiver)
    return Outcome(agreed, failure)


def priced(rule: Any, terms: cost.Terms, supplier: Side, receiver: Side, bargain: Bargain) -> float:
    """Return the price in DKK per unit by a rule; `engine.choice` has its counterpart for rules by number."""
    return rule(terms, supplier, receiver, bargain)


def sides_at(terms: cost.Terms, custom: Custom, table: Table) -> tuple[Side, Side]:
    """Return both bargaining positions, in DKK a year."""
    shares = shares_of(terms)
    return _side(terms, custom, table[0], shares[0]), _side(terms, custom, table[1], shares[1])


def stakes_at(terms: cost.Terms, price: float, table: Table, sides: tuple[Side, Side]) -> tuple[cost.Stake, cost.Stake]:
    """Return what each side would put in and get at a price in DKK per unit."""
    shares = shares_of(terms)
    ours, theirs = shares[0] * terms.capital_dkk, shares[1] * terms.capital_dkk
    return (
        cost.Stake(cost.supplier_flow(terms, price), ours, table[0].setup_dkk, sides[0].risk_dkk),
        cost.Stake(cost.receiver_flow(terms, price), theirs, table[1].setup_dkk, sides[1].risk_dkk),
    )


def shares_of(terms: cost.Terms) -> tuple[float, float]:
    """Return each side's share of the capital."""
    return terms.supplier_capital_share, 1.0 - terms.supplier_capital_share


def _least_without_offers(side: Side) -> float:
    return price.least(Side(side.alternatives, 0.0, side.risk_dkk, side.hurdle_dkk))


def _answer(terms: cost.Terms, stake: cost.Stake, position: Position, side: Side) -> int:
    if not cost.accepts(stake, terms.annuity_factor, position.hurdle_years):
        return NO_AGREEMENT
    if cost.gain_after_risk(stake, terms.annuity_factor) < (1.0 - ROUNDING) * side.outside_dkk:
        return OUTCOMPETED
    return AGREED


def _side(terms: cost.Terms, custom: Custom, position: Position, capital_share: float) -> Side:
    """Return a bargaining position."""
    capital = capital_share * terms.capital_dkk
    hurdle = cost.gain_demanded(capital, position.setup_dkk, terms.annuity_factor, position.hurdle_years)
    risk = expected_loss(terms, custom, position.trust, capital_share)
    return Side(position.alternatives, position.outside_dkk, risk, hurdle)


def offer(terms: cost.Terms, custom: Custom, trusts: tuple[float, float]) -> float:
    """Return what another partner would leave each side: half the surplus after what both reckon to lose."""
    shares = shares_of(terms)
    ours = expected_loss(terms, custom, trusts[0], shares[0])
    theirs = expected_loss(terms, custom, trusts[1], shares[1])
    return 0.5 * (cost.surplus(terms) - (ours + theirs))


def expected_loss(terms: cost.Terms, custom: Custom, trust: float, capital_share: float) -> float:
    """Return the yearly loss one side reckons with: its perceived chance of failure times its stake."""
    return cost.failure_chance(trust, custom.mode.reliability) * at_stake(terms, custom, capital_share)


def at_stake(terms: cost.Terms, custom: Custom, capital_share: float) -> float:
    """Return what a failed year would cost one side: the specific part of its capital, and a year's disruption."""
    disruption = custom.disruption_share * terms.quantity * (terms.disposal_dkk + terms.purchase_dkk)
    capital = capital_share * terms.capital_dkk
    return cost.stake_at_risk(capital, custom.mode.specificity, disruption, terms.guaranteed_share)
