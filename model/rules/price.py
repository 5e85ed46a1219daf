"""How two firms split what an exchange is worth. One signature for all rules; chosen by name in a scenario."""

from collections.abc import Callable
from typing import NamedTuple

from .cost import Terms, surplus


class Side(NamedTuple):
    """One side's position, in DKK a year after the cost of capital.

    Partners it could turn to, what the best of them would leave it, the loss it reckons with here, and the gain after
    that loss that its hurdle demands.
    """

    alternatives: int
    outside_dkk: float
    risk_dkk: float
    hurdle_dkk: float


def least(side: Side) -> float:
    """Return the yearly gain in DKK below which a side walks away."""
    return side.risk_dkk + max(side.outside_dkk, side.hurdle_dkk)


IDLE = Side(0, 0.0, 0.0, 0.0)
"""A side with nowhere else to go, nothing to lose and no hurdle."""


class Bargain(NamedTuple):
    """The numbers of the rules: the supplier's share of added costs, and a posted fee as a share of the disposal cost."""

    supplier_cost_share: float
    posted_fee_share: float


def nash(terms: Terms, supplier: Side, receiver: Side, bargain: Bargain) -> float:
    """Return the price in DKK per unit of the asymmetric Nash bargain; it may be negative (a gate fee).

    Each side gets the least it would accept and a part of what is left, by its number of alternatives: its own plus one
    over both sides' plus two.
    """
    left = surplus(terms) - least(supplier) - least(receiver)
    gain = least(supplier) + supplier_power(supplier, receiver) * left
    return _price_that_leaves(gain, terms)


def supplier_power(supplier: Side, receiver: Side) -> float:
    """Return the part of what is left that the supplier gets in the Nash bargain."""
    return (supplier.alternatives + 1.0) / (supplier.alternatives + receiver.alternatives + 2.0)


def equal_split(terms: Terms, supplier: Side, receiver: Side, bargain: Bargain) -> float:
    """Return the price in DKK per unit that leaves each side half the surplus after the annuity, whatever else it could do."""
    return _price_that_leaves(0.5 * surplus(terms), terms)


def cost_sharing(terms: Terms, supplier: Side, receiver: Side, bargain: Bargain) -> float:
    """Return the price in DKK per unit at which each side keeps its gross saving and bears its share of all added costs.

    The supplier saves disposal and has the subsidy, the receiver saves purchase; treatment, haulage, running cost and annuity
    are shared.
    """
    own = terms.quantity * (terms.disposal_dkk + terms.subsidy_dkk)
    added = own + terms.quantity * terms.purchase_dkk - surplus(terms)
    return _price_that_leaves(own - bargain.supplier_cost_share * added, terms)


def posted_gate_fee(terms: Terms, supplier: Side, receiver: Side, bargain: Bargain) -> float:
    """Return the price in DKK per unit where the receiver takes a share of the cost of disposal from whoever comes.

    Negative: a fee.
    """
    return -bargain.posted_fee_share * terms.disposal_dkk


def _price_that_leaves(gain: float, terms: Terms) -> float:
    """Return the price at which the supplier gains so many DKK a year after its part of the annuity."""
    capital = terms.supplier_capital_share * terms.capital_dkk * terms.annuity_factor
    return (gain + capital) / terms.quantity - terms.disposal_dkk - terms.subsidy_dkk + terms.haul_dkk


PriceRule = Callable[[Terms, Side, Side, Bargain], float]
RULES: dict[str, PriceRule] = {
    "nash": nash,
    "equal_split": equal_split,
    "cost_sharing": cost_sharing,
    "posted_gate_fee": posted_gate_fee,
}
