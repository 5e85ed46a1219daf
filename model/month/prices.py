"""Prices and demand of a month, and the terms an exchange would have at these prices."""

from collections import deque
from math import exp
from typing import NamedTuple

from ..draws import Draws, Purpose
from ..identity import identity
from ..rules import cost
from ..rules.reversion import step
from ..scenario.levers import Levers
from ..scenario.parameters import Parameters
from ..scenario.scenario import Society
from ..scenario.schema import value_at
from ..world.streams import Catalogue, Input, Linkage, Residual

INDICES = ("gate", "virgin", "energy")
"""The three price indices, normal = 1."""
MONTHS_IN_MEAN = 12


class Prices(NamedTuple):
    """Price indices, landfill tax and subsidy, of a month or as the mean of twelve."""

    gate: float
    virgin: float
    energy: float
    landfill_tax_dkk_per_t: float
    subsidy_dkk_per_t: float


class Market:
    """The state of prices and demand. Decisions read `mean` (of 12 months), cash is booked at `now`."""

    def __init__(self, society: Society, levers: Levers, parameters: Parameters, catalogue: Catalogue) -> None:
        self.society, self.levers, self.parameters, self.catalogue = society, levers, parameters, catalogue
        self._deviations = dict.fromkeys(INDICES, 0.0)
        self._history: deque[Prices] = deque(maxlen=MONTHS_IN_MEAN)
        self._annuity = {code: self._annuity_factor(linkage) for code, linkage in catalogue.linkages.items()}
        self._utilisation = {code: self._usable_part(linkage) for code, linkage in catalogue.linkages.items()}

    def open(self, month: int) -> None:
        """Stand at normal prices before the first month."""
        self._quote(month)
        self.mean = self.now
        self._normal_disposal = {code: self._at_first(residual) for code, residual in self.catalogue.residuals.items()}
        self._draw_attention()

    def advance(self, month: int, draws: Draws) -> None:
        """Move prices to `month`; demand follows its dated path."""
        prices = self.parameters.prices
        for index in INDICES:
            shock = float(draws.normal(Purpose.PRICE_INDEX, month, [identity("index", index)])[0])
            self._deviations[index] = step(
                self._deviations[index], 1.0 - prices.reversion_per_month, prices.volatility_per_month, shock
            )
        self._quote(month)
        self._history.append(self.now)
        self.mean = Prices(*(sum(column) / len(self._history) for column in zip(*self._history, strict=True)))
        self._draw_attention()

    def _quote(self, month: int) -> None:
        prices = self.parameters.prices
        levels = (prices.gate_fee_factor, prices.virgin_price_factor, prices.energy_price_factor)
        self.added_tax = lever(self.levers.landfill_tax_added_dkk_per_t, month)
        tax = value_at(self.society.landfill_tax_dkk_per_t, month) + self.added_tax
        subsidy = lever(self.levers.subsidy_dkk_per_t, month)
        indices = {name: level * exp(self._deviations[name]) for name, level in zip(INDICES, levels, strict=True)}
        self.now = Prices(landfill_tax_dkk_per_t=tax, subsidy_dkk_per_t=subsidy, **indices)
        self.month = month
        self.demand = value_at(self.society.demand, month)

    def _at_first(self, residual: Residual) -> float:
        """Return what disposal costs before the first month, a tax that policy adds left out."""
        return self.disposal(residual, self.mean) - residual.landfill_share * self.added_tax

    def _draw_attention(self) -> None:
        """Work out how much more firms look at each residual for its disposal being dearer than it was."""
        elasticity = self.parameters.search.attention_to_cost
        self.attention = {
            code: cost.attention(self.disposal(residual, self.mean), self._normal_disposal[code], elasticity)
            for code, residual in self.catalogue.residuals.items()
        }

    def disposal(self, residual: Residual, prices: Prices) -> float:
        """Return DKK per unit of disposing of a residual, landfill tax included."""
        gate_fee = residual.gate_fee_dkk_per_unit * prices.gate
        return cost.disposal_cost(gate_fee, residual.landfill_share, prices.landfill_tax_dkk_per_t)

    def purchase(self, bought: Input, prices: Prices) -> float:
        """Return DKK per unit of buying an input."""
        return bought.price_dkk_per_unit * (prices.energy if bought.price_index == "energy" else prices.virgin)

    def haul(self, linkage: Linkage, km: float) -> float:
        """Return DKK per unit of moving a residual by lorry; pipes and pooled rounds have their own costs."""
        if linkage.mode != "truck":
            return 0.0
        return cost.haul_cost(km, self.parameters.prices.freight_dkk_per_t_km, self.parameters.prices.loading_dkk_per_t)

    def terms(self, linkage: Linkage, km: float, quantity: float, haul_dkk: float, capital: bool = True) -> cost.Terms:
        """Return what `quantity` a year through `linkage` is worth at mean prices; without capital once it is sunk."""
        residual = self.catalogue.residuals[linkage.residual]
        bought = self.catalogue.inputs[linkage.input]
        investment = cost.capital_cost(
            linkage.capital_fixed_dkk, linkage.capital_dkk_per_unit, linkage.capital_dkk_per_km, quantity, km
        )
        investment *= self.parameters.prices.capital_factor if capital else 0.0
        granted = self._granted(investment)
        return cost.Terms(
            quantity=quantity * self.usable_part(linkage),
            disposal_dkk=self.disposal(residual, self.mean),
            purchase_dkk=linkage.substitution * self.purchase(bought, self.mean),
            treatment_dkk=linkage.treatment_dkk_per_unit,
            haul_dkk=haul_dkk,
            running_dkk=linkage.running_dkk_per_year,
            capital_dkk=investment - granted,
            annuity_factor=self._annuity[linkage.code],
            subsidy_dkk=self.subsidy(residual, self.mean),
            granted_dkk=granted,
            guaranteed_share=self._guaranteed(),
        )

    def subsidy(self, residual: Residual, prices: Prices) -> float:
        """Return DKK per unit of residual put to use; for material only."""
        return prices.subsidy_dkk_per_t if residual.kind == "material" else 0.0

    def _granted(self, investment: float) -> float:
        """Return the public part of an investment decided on this month."""
        offer = self.levers.investment_grant
        if offer is None or not offer.open_in(self.month):
            return 0.0
        return min(offer.share * investment, offer.most_dkk_per_case)

    def _guaranteed(self) -> float:
        offer = self.levers.guarantee
        return offer.share if offer is not None and offer.open_in(self.month) else 0.0

    def usable_part(self, linkage: Linkage) -> float:
        """Return the part of a year's quantity that the seasons of supply and need let through."""
        return self._utilisation[linkage.code]

    def _annuity_factor(self, linkage: Linkage) -> float:
        return cost.annuity_factor(self.parameters.prices.discount_rate_per_year, linkage.life_years)

    def _usable_part(self, linkage: Linkage) -> float:
        """Return the part of a year's quantity that supply and need, each with its season, let through."""
        supply = self.season(self.catalogue.residuals[linkage.residual].season)
        need = self.season(self.catalogue.inputs[linkage.input].season)
        return sum(map(min, supply, need)) / 12.0

    def season(self, code: str) -> tuple[float, ...]:
        """Return twelve monthly factors, January first; an average month is 1."""
        return self.catalogue.seasons[code].months


def lever(dated: dict[int, float] | None, month: int) -> float:
    """Return what a dated lever amounts to: nothing before its first date."""
    return value_at(dated, month) if dated is not None and month >= min(dated) else 0.0
