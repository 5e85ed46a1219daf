"""Two firms agree on a price, or do not."""

from typing import NamedTuple

from .modes import Mode
from .rules import cost
from .rules.price import Bargain, PriceRule, Side

ROUNDING = 1e-9
"""Part of an outside offer that may be missing: a Nash bargain gives it in full, rounding apart."""


class Position(NamedTuple):
    """One side at the table.

    What other partners would leave it, its trust in this one, its hurdle, its set-up cost so far, and whether it would
    sign with this one at all.
    """

    offers_dkk: list[float]
    trust: float
    hurdle_years: float
    setup_dkk: float
    takes_part: bool = True


class Outcome(NamedTuple):
    """A price in DKK per unit, and the cause of failure ("" where both accept)."""

    price: float
    failure: str


class Custom(NamedTuple):
    """What holds at every table: the price rule and its numbers, the mode's numbers, and what a failed year disrupts."""

    price_rule: PriceRule
    bargain: Bargain
    mode: Mode
    disruption_share: float


def negotiate(terms: cost.Terms, custom: Custom, table: tuple[Position, Position]) -> Outcome:
    """Find a price and ask both sides; a better partner elsewhere means `outcompeted`, a refusal `no_agreement`."""
    if not all(position.takes_part for position in table):
        return Outcome(0.0, "no_agreement")
    sides = supplier, receiver = sides_at(terms, custom, table)
    gain, least = cost.surplus(terms), supplier.least_dkk + receiver.least_dkk
    if gain <= least:
        without_offers = sum(side._replace(outside_dkk=0.0).least_dkk for side in sides)
        return Outcome(0.0, "outcompeted" if gain > without_offers else "no_agreement")
    price = custom.price_rule(terms, supplier, receiver, custom.bargain)
    for position, side, stake in zip(table, sides, stakes_at(terms, price, table, sides), strict=True):
        if not cost.accepts(stake, terms.annuity_factor, position.hurdle_years):
            return Outcome(price, "no_agreement")
        if cost.gain_after_risk(stake, terms.annuity_factor) < (1.0 - ROUNDING) * side.outside_dkk:
            return Outcome(price, "outcompeted")
    return Outcome(price, "")


def sides_at(terms: cost.Terms, custom: Custom, table: tuple[Position, Position]) -> tuple[Side, Side]:
    """Return both bargaining positions, in DKK a year."""
    supplier, receiver = (_side(terms, custom, *seat) for seat in zip(table, shares_of(terms), strict=True))
    return supplier, receiver


def stakes_at(
    terms: cost.Terms, price: float, table: tuple[Position, Position], sides: tuple[Side, Side]
) -> tuple[cost.Stake, cost.Stake]:
    """Return what each side would put in and get at a price in DKK per unit."""
    flows = cost.supplier_flow(terms, price), cost.receiver_flow(terms, price)
    supplier, receiver = (
        cost.Stake(flow, share * terms.capital_dkk, position.setup_dkk, side.risk_dkk)
        for position, side, flow, share in zip(table, sides, flows, shares_of(terms), strict=True)
    )
    return supplier, receiver


def shares_of(terms: cost.Terms) -> tuple[float, float]:
    """Return each side's share of the capital."""
    return terms.supplier_capital_share, 1.0 - terms.supplier_capital_share


def _side(terms: cost.Terms, custom: Custom, position: Position, capital_share: float) -> Side:
    """Return a bargaining position."""
    capital = capital_share * terms.capital_dkk
    hurdle = cost.gain_demanded(capital, position.setup_dkk, terms.annuity_factor, position.hurdle_years)
    risk = expected_loss(terms, custom, position.trust, capital_share)
    return Side(len(position.offers_dkk), max(position.offers_dkk, default=0.0), risk, hurdle)


def offer(terms: cost.Terms, custom: Custom, trusts: tuple[float, float]) -> float:
    """Return what another partner would leave each side: half the surplus after what both reckon to lose."""
    losses = sum(
        expected_loss(terms, custom, trust, share) for trust, share in zip(trusts, shares_of(terms), strict=True)
    )
    return 0.5 * (cost.surplus(terms) - losses)


def expected_loss(terms: cost.Terms, custom: Custom, trust: float, capital_share: float) -> float:
    """Return the yearly loss one side reckons with: its perceived chance of failure times its stake."""
    return cost.failure_chance(trust, custom.mode.reliability) * at_stake(terms, custom, capital_share)


def at_stake(terms: cost.Terms, custom: Custom, capital_share: float) -> float:
    """Return what a failed year would cost one side: the specific part of its capital, and a year's disruption."""
    disruption = custom.disruption_share * terms.quantity * (terms.disposal_dkk + terms.purchase_dkk)
    capital = capital_share * terms.capital_dkk
    return cost.stake_at_risk(capital, custom.mode.specificity, disruption, terms.guaranteed_share)
