"""Adds up what happens into outcomes by municipality and year, and by month where asked to."""

from collections.abc import Sequence

import numpy as np

from .. import months
from ..money import ORE_PER_DKK
from ..month.recorder import MONEY
from ..outcomes import INDEX
from ..scenario.scenario import Horizon

_Sums = dict[str, dict[str, float]]
"""What was added up in a year or a month, by municipality and variable."""


class Recorder:
    """Outcomes by year, municipality and variable; money is added in whole øre, exactly, and told in DKK."""

    def __init__(self, horizon: Horizon, places: Sequence[str], by_month: bool = False) -> None:
        self._first_month = horizon.recorded_from
        self.years = tuple(range(months.year(horizon.recorded_from), months.year(horizon.end) + 1))
        self.municipalities = tuple(places)
        self._sums = [self._nothing() for _ in self.years]
        self._by_month = [self._nothing() for _ in range(horizon.recorded_from, horizon.end + 1) if by_month]
        self.year: int | None = None
        self._month = 0

    def turn_to(self, month: int) -> None:
        """Add to the year of `month` and to the month from now on; during warm-up nothing is recorded."""
        self.year = months.year(month) - self.years[0] if month >= self._first_month else None
        self._month = month - self._first_month

    def add(self, variable: str, municipality: str, amount: float) -> None:
        """Add to a flow. Money is given in øre."""
        if self.year is not None:
            self._sums[self.year][municipality][variable] += amount
            if self._by_month:
                self._by_month[self._month][municipality][variable] += amount

    @property
    def takes_stocks_monthly(self) -> bool:
        """Whether stocks are wanted at the end of every month."""
        return bool(self._by_month)

    def stand(self, variable: str, municipality: str, amount: float, of_year: bool) -> None:
        """Set a stock of the month, and `of_year` of the year."""
        if of_year and self.year is not None:
            self._sums[self.year][municipality][variable] = amount
        if self._by_month:
            self._by_month[self._month][municipality][variable] = amount

    def outcomes(self) -> np.ndarray:
        """Return float64 [years, municipalities, variables], money in DKK."""
        return self._in_dkk(self._sums)

    def by_month(self) -> np.ndarray:
        """Return float64 [months, municipalities, variables], money in DKK; no months where they were not asked for."""
        return self._in_dkk(self._by_month)

    def _nothing(self) -> _Sums:
        return {code: dict.fromkeys(INDEX, 0.0) for code in self.municipalities}

    def _in_dkk(self, held: list[_Sums]) -> np.ndarray:
        sums = [[list(place.values()) for place in one.values()] for one in held]
        all_sums = np.array(sums, np.float64).reshape(len(held), len(self.municipalities), len(INDEX))
        return np.where(MONEY, all_sums / ORE_PER_DKK, all_sums)
