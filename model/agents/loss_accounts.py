"""Books the jobs that plants lose to closure, weighted by survival, in an account for every 31 December recorded."""

from math import log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..month import survival as losses
from ..scenario.schema import value_at

if TYPE_CHECKING:
    from .firm import Firm
    from .region import Region


class Ahead(NamedTuple):
    """How a plant's chance to last was reckoned in month `since`, and what was booked since.

    `lasting` is the logarithm of its chance to get through that month, `margin` where its margin stands in the table;
    `lasted` is its chance to get from there through the last month, `weighed` the chances of closure since, each over it.
    """

    since: int
    lasting: float
    margin: float
    lasted: float = 1.0
    weighed: float = 0.0


class LossAccounts:
    """What plants lose. `by_firm` is float64 [years, firms]: since recording began, to the end of each year recorded."""

    def __init__(self, region: "Region") -> None:
        self._region = region
        horizon, numbers = region.inputs.horizon, region.parameters.jobs
        demand = [value_at(region.inputs.society.demand, month) for month in range(horizon.start, horizon.end + 1)]
        self._months = losses.account_months(horizon.recorded_from, horizon.end)
        self._table = losses.months_like_this(numbers, len(demand))
        self._demand = losses.demand_to_come(numbers, demand, horizon)
        self._ahead: dict[int, Ahead] = {}
        self.by_firm = np.zeros((len(self._months), len(region.firms)))

    def book(self, firm: "Firm", hazard: float, closes: bool) -> None:
        """Book this month's chance of closure of an open plant, and its closing if it closes.

        Its chance to last is reckoned when it is first looked at in a year; from then on each month uses some of it up.
        """
        region = self._region
        if region.recorder.year is None:
            return
        if hazard >= 1.0:
            self.lose_for_certain(firm)
            return
        ahead = self._ahead.get(firm.row)
        if ahead is None:
            place = losses.row_of(firm.margin_deviation, region.margin_spread)
            ahead = Ahead(region.month, log(1.0 - hazard), place)
        lasted = ahead.lasted * (1.0 - hazard)
        self._ahead[firm.row] = ahead._replace(lasted=lasted, weighed=ahead.weighed + hazard / lasted)
        if closes or region.month % 12 == 11 or region.month == region.inputs.horizon.end:
            self._settle(firm, 1.0 if closes else 0.0)

    def _settle(self, firm: "Firm", closing: float) -> None:
        """Take what was booked since the chance to last was reckoned into the accounts; `closing` is 1 if the plant closes."""
        ahead, now = self._ahead.pop(firm.row), self._region.recorder.year or 0
        weighed = ahead.weighed - closing / ahead.lasted
        of_month = self._demand[ahead.since - self._region.inputs.horizon.start]
        for year in range(now, len(self._months)):
            months = self._months[year] - ahead.since + 1
            lasts = losses.chance_to_last(self._table, ahead.margin, months, ahead.lasting, of_month[year])
            self.by_firm[year, firm.row] += firm.jobs * (closing + lasts * weighed)

    def lose_for_certain(self, firm: "Firm") -> None:
        """Book the jobs of a plant that closes whatever its luck."""
        now = self._region.recorder.year
        if now is not None:
            if firm.row in self._ahead:
                self._settle(firm, 0.0)
            self.by_firm[now:, firm.row] += firm.jobs
