"""What an exchange is worth and what it costs, as two firms would work it out before they agree.

Scalar formulas; those of a unit's value and its haul have no branches, so that they serve a column of pairs as well.
"""

from typing import Any, NamedTuple

Number = Any
"""A float, or an array of floats: one per pair."""


CAPITAL_SHARES = (0.5, 0.5)
"""Supplier's and receiver's part of the capital."""


class Terms(NamedTuple):
    """One exchange as it would be agreed today. Money per unit is DKK per unit of residual; amounts are per year."""

    quantity: float
    disposal_dkk: float
    purchase_dkk: float
    treatment_dkk: float
    haul_dkk: float
    running_dkk: float
    capital_dkk: float
    annuity_factor: float
    supplier_capital_share: float = CAPITAL_SHARES[0]
    subsidy_dkk: float = 0.0
    """Paid to the supplier per unit put to use."""
    granted_dkk: float = 0.0
    """Public share of the investment, on top of `capital_dkk`, which is the firms' own."""
    guaranteed_share: float = 0.0
    """Part of a side's lost capital that the public would pay back."""


def annuity_factor(rate: float, years: float) -> float:
    """Return the yearly payment that repays 1 over `years` at `rate` (the capital recovery factor)."""
    return rate / (1.0 - (1.0 + rate) ** -years) if rate > 0 else 1.0 / years


def disposal_cost(gate_fee: Number, landfill_share: Number, landfill_tax: float) -> Number:
    """Return what getting rid of one unit costs, tax included."""
    return gate_fee + landfill_share * landfill_tax


def attention(disposal: float, normal: float, elasticity: float) -> float:
    """Return by what the chance of looking into a residual is multiplied when its disposal costs other than it used to."""
    return (disposal / normal) ** elasticity if normal > 0.0 else 1.0


def unit_value(disposal: Number, purchase: Number, treatment: Number, haul: Number) -> Number:
    """Return what both sides together gain from one unit of residual used, before fixed costs."""
    return disposal + purchase - treatment - haul


def haul_cost(distance_km: Number, freight_per_t_km: Number, loading_per_t: Number) -> Number:
    """Return the cost of moving one tonne by lorry."""
    return loading_per_t + distance_km * freight_per_t_km


def capital_cost(fixed: float, per_unit: float, per_km: float, quantity: float, distance_km: float) -> float:
    """Return the investment an exchange of `quantity` a year over `distance_km` needs."""
    return fixed + per_unit * quantity + per_km * distance_km


def flow(terms: Terms) -> float:
    """Return the yearly gain of both sides before the cost of capital."""
    value = unit_value(terms.disposal_dkk, terms.purchase_dkk, terms.treatment_dkk, terms.haul_dkk)
    return terms.quantity * (value + terms.subsidy_dkk) - terms.running_dkk


def surplus(terms: Terms) -> float:
    """Return the yearly gain of both sides after the annuity of the capital; the annuity serves the decision only."""
    return flow(terms) - terms.capital_dkk * terms.annuity_factor


def supplier_flow(terms: Terms, price: float) -> float:
    """Return the supplier's yearly gain before capital: disposal saved, subsidy and price received, haulage paid."""
    return terms.quantity * (terms.disposal_dkk + terms.subsidy_dkk + price - terms.haul_dkk)


def receiver_flow(terms: Terms, price: float) -> float:
    """Return the receiver's yearly gain before capital: purchase saved; price, treatment and running cost paid."""
    return terms.quantity * (terms.purchase_dkk - price - terms.treatment_dkk) - terms.running_dkk


def setup_cost(hours: float, wage: float, trust: float, trust_saving: float) -> float:
    """Return the transaction cost of `hours` of setting up; trust saves part of them."""
    return hours * wage * (1.0 - trust_saving * trust)


class Stake(NamedTuple):
    """What one side puts in and gets: yearly gain before capital, own capital, set-up cost, expected yearly loss."""

    flow_dkk: float
    capital_dkk: float
    setup_dkk: float
    risk_dkk: float


def failure_chance(trust: float, base_reliability: float) -> float:
    """Return the chance of a failed year as one side perceives it."""
    return 1.0 - trust * base_reliability


def stake_at_risk(capital: float, specificity: float, disruption: float, guaranteed_share: float = 0.0) -> float:
    """Return what a failed year would cost one side, a guarantee's part apart."""
    return capital * specificity * (1.0 - guaranteed_share) + disruption


def lost_capital(capital: float, specificity: float, age_years: float, life_years: float) -> float:
    """Return the capital one side loses when an exchange fails at an age: the specific part, written off in a straight line."""
    return capital * specificity * max(0.0, 1.0 - age_years / life_years)


def gain_demanded(capital: float, setup: float, annuity_factor: float, hurdle_years: float) -> float:
    """Return the yearly gain after risk and capital at which an outlay is just back within the hurdle."""
    return max(0.0, outlay_a_year(capital, setup, hurdle_years) - annuity_factor * capital)


def outlay_a_year(capital: float, setup: float, hurdle_years: float) -> float:
    """Return what an outlay must bring a year to be just back within the hurdle."""
    return (capital + setup) / hurdle_years


def accepts(stake: Stake, annuity_factor: float, hurdle_years: float) -> bool:
    """Tell whether one side agrees: a gain after risk, and its outlay back within its hurdle."""
    after_risk = stake.flow_dkk - stake.risk_dkk
    gain = gain_after_risk(stake, annuity_factor)
    return gain >= 0.0 and stake.capital_dkk + stake.setup_dkk <= hurdle_years * after_risk * (1.0 + 1e-9)


def payback_years(stake: Stake) -> float:
    """Return the years until one side has its outlay back, expected losses taken off; infinite where it never has."""
    after_risk = stake.flow_dkk - stake.risk_dkk
    return (stake.capital_dkk + stake.setup_dkk) / after_risk if after_risk > 0.0 else float("inf")


def gain_after_risk(stake: Stake, annuity_factor: float) -> float:
    """Return what one side gains a year after its expected loss and the annuity of its capital."""
    return stake.flow_dkk - stake.risk_dkk - annuity_factor * stake.capital_dkk
