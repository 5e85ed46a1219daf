"""Adds up what happens into yearly outcomes by municipality."""

from collections.abc import Sequence

import numpy as np

from . import months
from .accounts import ORE_PER_DKK
from .outcomes import INDEX, OUTSIDE, UNITS
from .scenario import Horizon

MONEY = np.array([unit == "DKK" for unit in UNITS.values()])


class Recorder:
    """Outcomes by year, municipality and variable; money is added in whole øre, exactly, and told in DKK."""

    def __init__(self, horizon: Horizon, municipalities: Sequence[str]) -> None:
        self._first_month = horizon.recorded_from
        self.years = tuple(range(months.year(horizon.recorded_from), months.year(horizon.end) + 1))
        self.municipalities = (*municipalities, OUTSIDE)
        nothing = dict.fromkeys(INDEX, 0.0)
        self._sums = [{code: dict(nothing) for code in self.municipalities} for _ in self.years]
        self.year: int | None = None

    def turn_to(self, month: int) -> None:
        """Add to the year of `month` from now on; during warm-up nothing is recorded."""
        self.year = months.year(month) - self.years[0] if month >= self._first_month else None

    def add(self, variable: str, municipality: str, amount: float) -> None:
        """Add to a flow. Money is given in øre."""
        if self.year is not None:
            self._sums[self.year][municipality][variable] += amount

    def stand(self, variable: str, municipality: str, amount: float) -> None:
        """Set a stock of the year."""
        if self.year is not None:
            self._sums[self.year][municipality][variable] = amount

    def outcomes(self) -> np.ndarray:
        """Return float64 [years, municipalities, variables], money in DKK."""
        sums = [[list(place.values()) for place in year.values()] for year in self._sums]
        all_sums = np.array(sums, np.float64)
        return np.where(MONEY, all_sums / ORE_PER_DKK, all_sums)
