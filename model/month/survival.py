"""Jobs lost to closure, weighted by survival: by how much the months to come weigh, and what plants lose, place by place.

Each month an open plant loses jobs x S x its chance of closure; when it closes it loses jobs x (1 - S). S is the chance,
reckoned before the month's luck, that a plant which gets through the month lasts to the day of the account. Closed less
chance is a martingale difference, so the mean is that of closures whatever S is; were hazards fixed and S exact, nothing
would vary. There is one account for every 31 December recorded.
"""

from collections.abc import Sequence
from math import exp
from typing import Any

import numpy as np

from ..outcomes import INDEX
from ..rules.closure import LARGE_PLANT_JOBS, cycle_factor, stationary_deviation
from ..scenario.scenario import Horizon

MARGINS = 65
"""Rows of the table: deviations of the margin, evenly spaced."""
REACH = 5.0
"""Standard deviations of the margin that the table spans to either side; farther out its ends serve."""


def months_like_this(jobs: Any, months: int) -> np.ndarray:
    """Return how many months like the one at hand weigh as much as those to come, at unchanged demand.

    float64 [months + 1, MARGINS]: for a margin now so far from normal, the mean hazard of so many months, the one at hand
    among them, over that of the one at hand. `jobs` are the drawn numbers of that group: the margin drifts back to normal by
    its persistence (AR(1)), and the hazard is exp(-sensitivity x deviation).
    """
    spread = stationary_deviation(jobs.margin_volatility, jobs.margin_persistence)
    left = jobs.margin_persistence ** np.arange(months)[:, np.newaxis]
    deviations = np.linspace(-REACH * spread, REACH * spread, MARGINS)
    nearer = jobs.closure_sensitivity * deviations * (1.0 - left)
    spread_out = 0.5 * (jobs.closure_sensitivity * spread) ** 2 * (1.0 - left**2)
    return np.pad(np.cumsum(np.exp(nearer + spread_out), axis=0), ((1, 0), (0, 0)))


def demand_to_come(jobs: Any, demand: Sequence[float], horizon: Horizon) -> np.ndarray:
    """Return what demand makes of the mean hazard from a month to an account, over what it makes of that month's.

    float64 [months, accounts]. `demand` is that of each month of the horizon; after its own month an account has 1.
    """
    cycle = np.array([cycle_factor(one, jobs.closure_demand_sensitivity) for one in demand])
    before = np.concatenate([[0.0], np.cumsum(cycle)])
    until = np.array(account_months(horizon.recorded_from, horizon.end)) - horizon.start + 1
    since = np.arange(len(demand))[:, np.newaxis]
    mean = (before[until] - before[:-1, np.newaxis]) / np.maximum(until - since, 1)
    return np.where(until > since, mean / cycle[:, np.newaxis], 1.0)


def row_of(deviation: float, spread: float) -> float:
    """Return where in the table a deviation of the margin stands, between rows."""
    if spread <= 0.0:
        return 0.0
    return min(max((deviation / (REACH * spread) + 1.0) * 0.5 * (MARGINS - 1), 0.0), MARGINS - 1.0)


def chance_to_last(table: np.ndarray, row: float, months: int, lasting: float, demand: float) -> float:
    """Return the chance to get through so many months, the one at hand among them.

    `table` is that of `months_like_this`, `row` where the margin of the month at hand stands in it, `lasting` the logarithm of
    the chance to get through that month; `demand` is of `demand_to_come`.
    """
    below = min(int(row), MARGINS - 2)
    above = row - below
    alike = (1.0 - above) * table[months, below] + above * table[months, below + 1]
    return exp(alike * demand * lasting)


def account_months(recorded_from: int, end: int) -> list[int]:
    """Return the months at whose end accounts stand: every December from the start of recording on, and the last month."""
    return [min(year * 12 + 11, end) for year in range(recorded_from // 12, end // 12 + 1)]


def book_by_place(outcomes: np.ndarray, lost: np.ndarray, jobs: np.ndarray, places: np.ndarray) -> None:
    """Enter what firms lost [years, firms] into outcomes [years, places, variables]: of all, and of large plants apart.

    `jobs` are those of each firm, `places` says where it stands.
    """
    large = np.where(jobs > LARGE_PLANT_JOBS, lost, 0.0)
    for variable, of_firms in (("jobs_lost_weighted", lost), ("jobs_lost_weighted_large", large)):
        for year, of_year in enumerate(of_firms):
            outcomes[year, :, INDEX[variable]] = np.bincount(places, of_year, outcomes.shape[1])
