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

    @property
    def least_dkk(self) -> float:
        """Return the yearly gain below which this side walks away."""
        return self.risk_dkk + max(self.outside_dkk, self.hurdle_dkk)


def nash(terms: Terms, supplier: Side, receiver: Side) -> float:
    """Return the price in DKK per unit of the asymmetric Nash bargain; it may be negative (a gate fee).

    Each side gets the least it would accept and a part of what is left, by its number of alternatives: its own plus one
    over both sides' plus two.
    """
    power = (supplier.alternatives + 1.0) / (supplier.alternatives + receiver.alternatives + 2.0)
    gain = supplier.least_dkk + power * (surplus(terms) - supplier.least_dkk - receiver.least_dkk)
    capital = terms.supplier_capital_share * terms.capital_dkk * terms.annuity_factor
    return (gain + capital) / terms.quantity - terms.disposal_dkk - terms.subsidy_dkk + terms.haul_dkk


PriceRule = Callable[[Terms, Side, Side], float]
RULES: dict[str, PriceRule] = {"nash": nash}
