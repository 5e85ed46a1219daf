"""Prices and demand of a month, and the terms an exchange would have at these prices."""

from math import exp

import numpy as np

from ..draws import normal_of
from ..rules import cost
from ..rules.reversion import step
from . import luck
from .columns import MATERIAL, TRUCK

INDICES, MONTHS_IN_MEAN, QUOTES = 3, 12, 5
GATE, VIRGIN, ENERGY, TAX, SUBSIDY = range(5)


def open_market(w):
    """Stand at normal prices before the first month."""
    now, prices = w.now[0], w.numbers[0].prices
    _quote(w)
    for i in range(QUOTES):
        now.mean_prices[i] = now.prices[i]
    for r in range(len(w.residuals)):
        residual = w.residuals[r]
        residual.normal_disposal_dkk = _disposal(residual, now.mean_prices) - residual.landfill_share * now.added_tax
    for k in range(len(w.linkages)):
        linkage = w.linkages[k]
        linkage.annuity_factor = cost.annuity_factor(prices.discount_rate_per_year, linkage.life_years)
        linkage.usable_part = _usable_part(w.residuals[linkage.residual], w.inputs[linkage.bought])
    _work_out(w)


def advance(w):
    """Move prices on; demand follows its dated path."""
    now, prices = w.now[0], w.numbers[0].prices
    k0, k1 = luck.key(now, luck.PRICE_INDEX, now.month)
    for i in range(INDICES):
        shock = normal_of(now.index_keys[i], np.uint64(0), k0, k1)
        persistence = 1.0 - prices.reversion_per_month
        now.deviations[i] = step(now.deviations[i], persistence, prices.volatility_per_month, shock)
    _quote(w)
    for i in range(QUOTES):
        now.past[now.quoted % MONTHS_IN_MEAN, i] = now.prices[i]
    now.quoted += 1
    months = min(now.quoted, MONTHS_IN_MEAN)
    for i in range(QUOTES):
        total = 0.0
        for back in range(months, 0, -1):
            total += now.past[(now.quoted - back) % MONTHS_IN_MEAN, i]
        now.mean_prices[i] = total / months
    _work_out(w)


def _quote(w):
    now, prices, levers = w.now[0], w.numbers[0].prices, w.levers[0]
    path = w.paths[now.month - now.start]
    now.added_tax, now.demand = path.added_tax, path.demand
    now.prices[GATE] = prices.gate_fee_factor * exp(now.deviations[GATE])
    now.prices[VIRGIN] = prices.virgin_price_factor * exp(now.deviations[VIRGIN])
    now.prices[ENERGY] = prices.energy_price_factor * exp(now.deviations[ENERGY])
    now.prices[TAX] = path.landfill_tax + path.added_tax
    now.prices[SUBSIDY] = path.subsidy
    since = now.month - levers.grant_first
    now.granted_share = levers.grant_share if 0 <= since < levers.grant_months else 0.0
    since = now.month - levers.guarantee_first
    now.guaranteed_share = levers.guarantee_share if 0 <= since < levers.guarantee_months else 0.0


def _work_out(w):
    """Work out what these prices make of each residual, input and linkage."""
    now, elasticity = w.now[0], w.numbers[0].search.attention_to_cost
    for r in range(len(w.residuals)):
        residual = w.residuals[r]
        residual.disposal_dkk = _disposal(residual, now.mean_prices)
        residual.disposal_now_dkk = _disposal(residual, now.prices)
        residual.attention = cost.attention(residual.disposal_dkk, residual.normal_disposal_dkk, elasticity)
    for i in range(len(w.inputs)):
        bought = w.inputs[i]
        bought.purchase_dkk = bought.price_dkk * now.mean_prices[ENERGY if bought.energy else VIRGIN]
        bought.purchase_now_dkk = bought.price_dkk * now.prices[ENERGY if bought.energy else VIRGIN]
    for k in range(len(w.linkages)):
        linkage = w.linkages[k]
        disposal = w.residuals[linkage.residual].disposal_dkk + subsidy(w, linkage, now.mean_prices)
        purchase = linkage.substitution * w.inputs[linkage.bought].purchase_dkk
        linkage.before_haul = cost.unit_value(disposal, purchase, linkage.treatment_dkk, 0.0)


def _disposal(residual, prices):
    return cost.disposal_cost(residual.gate_fee_dkk * prices[GATE], residual.landfill_share, prices[TAX])


def subsidy(w, linkage, prices):
    """Return DKK per unit of residual put to use; for material only."""
    return prices[SUBSIDY] if w.residuals[linkage.residual].kind == MATERIAL else 0.0


def _usable_part(residual, bought):
    """Return the part of a year's quantity that supply and need, each with its season, let through."""
    total = 0.0
    for month in range(12):
        total += min(residual.season[month], bought.season[month])
    return total / 12.0


def haul(w, linkage, km):
    """Return DKK per unit of moving a residual by lorry; pipes and pooled rounds have their own costs."""
    if linkage.mode != TRUCK:
        return 0.0
    prices = w.numbers[0].prices
    return cost.haul_cost(km, prices.freight_dkk_per_t_km, prices.loading_dkk_per_t)


def worthwhile(w, linkage, km):
    """Tell whether moving a unit between two is worth it at mean prices."""
    return linkage.before_haul - haul(w, linkage, km) > 0.0


def terms(w, linkage, km, quantity, haul_dkk, capital):
    """Return what `quantity` a year through a linkage is worth at mean prices; without capital once it is sunk."""
    now, prices = w.now[0], w.numbers[0].prices
    investment = cost.capital_cost(
        linkage.capital_fixed_dkk, linkage.capital_dkk_per_unit, linkage.capital_dkk_per_km, quantity, km
    )
    investment *= prices.capital_factor if capital else 0.0
    granted = min(now.granted_share * investment, w.levers[0].grant_most_dkk)
    return cost.Terms(
        quantity * linkage.usable_part,
        w.residuals[linkage.residual].disposal_dkk,
        linkage.substitution * w.inputs[linkage.bought].purchase_dkk,
        linkage.treatment_dkk,
        haul_dkk,
        linkage.running_dkk,
        investment - granted,
        linkage.annuity_factor,
        cost.CAPITAL_SHARES[0],
        subsidy(w, linkage, now.mean_prices),
        granted,
        now.guaranteed_share,
    )
