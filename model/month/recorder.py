"""Adds up what happens into outcomes by municipality and year, and by month where asked to; money in whole øre."""

import numpy as np

from ..outcomes import INDEX, UNITS

MONEY = np.array([unit == "DKK" for unit in UNITS.values()])
"""Which outcomes are money."""

OPENED, ASSESSED, MATCHED, BUILT = (INDEX[name] for name in ("opened", "assessed", "matched", "built"))
DROPPED, ENDED = INDEX["dropped"], INDEX["ended"]
OPERATING_SAVING, CAPITAL, TRANSACTION_COST = (INDEX[name] for name in ("operating_saving", "capital", "transaction_cost"))
SAVINGS_SUPPLIER, SAVINGS_RECEIVER = INDEX["savings_supplier"], INDEX["savings_receiver"]
PUBLIC_MONEY, CENTRE_SPENT = INDEX["public_money"], INDEX["centre_spent"]
SUBSIDIES, INVESTMENT_GRANTS, GUARANTEES_PAID, FEASIBILITY_GRANTS = (
    INDEX[name] for name in ("subsidies", "investment_grants", "guarantees_paid", "feasibility_grants")
)
ADDED_TAX, TAX_FORGONE = INDEX["added_tax"], INDEX["tax_forgone"]
CO2E, CO2E_MATERIAL, DIVERTED, WATER_USED, ENERGY_USED = (
    INDEX[name] for name in ("co2e", "co2e_material", "diverted", "water", "energy")
)
CONTACTED, SCREENED, CHECKED = INDEX["contacted"], INDEX["screened"], INDEX["checked"]
JOBS_ENTERED, JOBS_LOST_REALISED, CLOSED_FIRMS = (
    INDEX[name] for name in ("jobs_entered", "jobs_lost_realised", "closed_firms")
)
OPERATING_STOCK, HISTORIC_STOCK, POOL_MEMBERS, JOBS, JOBS_COMPETITIVENESS = (
    INDEX[name] for name in ("operating", "historic", "pool_members", "jobs", "jobs_competitiveness")
)
OPEN_FIRMS, AWARE_FIRMS, KNOWN_RESIDUALS, RESIDUALS, PLATFORM_USERS = (
    INDEX[name] for name in ("open_firms", "aware_firms", "known_residuals", "residuals", "platform_users")
)


def turn_to(now):
    """Add to the year of the month from now on; during warm-up nothing is recorded."""
    now.year = now.month // 12 - now.recorded_from // 12 if now.month >= now.recorded_from else -1


def add(w, variable, place, amount):
    """Add to a flow of a municipality."""
    year = w.now[0].year
    if year >= 0:
        w.outcomes[year, place, variable] += amount
        _add_to_month(w, variable, place, amount)


def stand(w, variable, place, amount, of_year):
    """Add to a stock of the month, and `of_year` of the year."""
    if of_year:
        w.outcomes[w.now[0].year, place, variable] += amount
    _add_to_month(w, variable, place, amount)


def _add_to_month(w, variable, place, amount):
    if len(w.by_month):
        w.by_month[w.now[0].month - w.now[0].recorded_from, place, variable] += amount


def count(w, variable, case):
    """Count a step of a case at its supplier's municipality."""
    add(w, variable, w.parties[case.supplier].recorded_at, 1.0)
