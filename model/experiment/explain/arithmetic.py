"""A negotiation as plain numbers: what both sides were told, what the rules made of it, and where it failed."""

from collections.abc import Sequence
from typing import Any

from ...rules import cost
from ...rules.negotiation import (
    FAILURES,
    OUTCOMPETED,
    ROUNDING,
    Custom,
    Outcome,
    Position,
    at_stake,
    shares_of,
    sides_at,
    stakes_at,
)
from ...rules.price import Side, least, supplier_power

Plain = dict[str, Any]
Table = tuple[Position, Position]
Sides = tuple[Side, Side]


def negotiation(terms: cost.Terms, custom: Custom, table: Table, outcome: Outcome) -> Plain:
    """Return the arithmetic of a negotiation; `settlement` is None where it never came to a price.

    `worth` is what both have to share, `asks` and `settlement` have one entry a side, supplier first. Money is DKK a year,
    or per unit of residual in `worth` and for the price.
    """
    sides = sides_at(terms, custom, table)
    reason, side = _refusal(terms, table, sides, outcome)
    priced = reason not in ("wary", "too_little", "too_little_for_offers")
    return {
        "worth": _worth(terms),
        "reliability": custom.mode.reliability,
        "asks": [_asks(terms, custom, *seat) for seat in zip(table, sides, shares_of(terms), strict=True)],
        "supplier_power": supplier_power(*sides),
        "price": outcome.price,
        "settlement": _settlement(terms, outcome.price, table, sides) if priced else None,
        "failure": FAILURES[outcome.failure],
        "reason": reason,
        "side": side,
    }


def _worth(terms: cost.Terms) -> Plain:
    value = cost.unit_value(terms.disposal_dkk, terms.purchase_dkk, terms.treatment_dkk, terms.haul_dkk)
    return terms._asdict() | {
        "unit_value_dkk": value + terms.subsidy_dkk,
        "flow_dkk": cost.flow(terms),
        "annuity_dkk": terms.capital_dkk * terms.annuity_factor,
        "surplus_dkk": cost.surplus(terms),
    }


def _asks(terms: cost.Terms, custom: Custom, position: Position, side: Side, capital_share: float) -> Plain:
    capital = capital_share * terms.capital_dkk
    return {
        "trust": position.trust,
        "failure_chance": cost.failure_chance(position.trust, custom.mode.reliability),
        "at_stake_dkk": at_stake(terms, custom, capital_share),
        "capital_dkk": capital,
        "setup_dkk": position.setup_dkk,
        "hurdle_years": position.hurdle_years,
        "outlay_a_year_dkk": cost.outlay_a_year(capital, position.setup_dkk, position.hurdle_years),
        **side._asdict(),
        "least_dkk": least(side),
    }


def _settlement(terms: cost.Terms, price: float, table: Table, sides: Sides) -> list[Plain]:
    stakes = stakes_at(terms, price, table, sides)
    return [
        {
            "flow_dkk": stake.flow_dkk,
            "annuity_dkk": stake.capital_dkk * terms.annuity_factor,
            "risk_dkk": stake.risk_dkk,
            "gain_dkk": cost.gain_after_risk(stake, terms.annuity_factor),
            "payback_years": cost.payback_years(stake),
        }
        for stake in stakes
    ]


def _refusal(terms: cost.Terms, table: Table, sides: Sides, outcome: Outcome) -> tuple[str, int]:
    """Return why a negotiation failed and which side refused, in the order in which both are asked; ("", 0) for neither."""
    if not outcome.failure:
        return "", 0
    for side, position in enumerate(table):
        if not position.takes_part:
            return "wary", side
    if cost.surplus(terms) <= sum(map(least, sides)):
        return ("too_little_for_offers" if outcome.failure == OUTCOMPETED else "too_little"), 0
    return _refused_price(terms, table, sides, outcome)


def _refused_price(terms: cost.Terms, table: Table, sides: Sides, outcome: Outcome) -> tuple[str, int]:
    stakes = stakes_at(terms, outcome.price, table, sides)
    willing = [
        cost.accepts(stake, terms.annuity_factor, position.hurdle_years) for stake, position in zip(stakes, table, strict=True)
    ]
    if outcome.failure == OUTCOMPETED:
        # Whoever is asked first and would be left more elsewhere refuses; the other may not have been asked.
        return "better_elsewhere", _first(
            gain < (1.0 - ROUNDING) * side.outside_dkk for gain, side in zip(_gains(terms, stakes), sides, strict=True)
        )
    side = willing.index(False)
    return ("loses" if _gains(terms, stakes)[side] < 0.0 else "payback"), side


def _gains(terms: cost.Terms, stakes: Sequence[cost.Stake]) -> list[float]:
    return [cost.gain_after_risk(stake, terms.annuity_factor) for stake in stakes]


def _first(answers: Any) -> int:
    return list(answers).index(True)
