"""What is kept of a run: outcomes by year or also by month, of each municipality or of the region, and which cases."""

from typing import Literal, NamedTuple, get_args

Level = Literal["year_region", "year_municipality", "month_region", "month_municipality"]
CasesKept = Literal["none", "ended", "all"]

LEVELS: tuple[str, ...] = get_args(Level)
CASES_KEPT: tuple[str, ...] = get_args(CasesKept)


class Recording(NamedTuple):
    """How closely a run is recorded. It changes nothing in the run, and nothing but the room it takes.

    `level`: outcomes by year are always kept, those by month where it says so; `cases`: all, those that came to an end,
    or none.
    """

    level: Level = "year_municipality"
    cases: CasesKept = "all"

    @property
    def by_month(self) -> bool:
        """Whether outcomes are kept by month too."""
        return self.level.startswith("month_")

    @property
    def by_municipality(self) -> bool:
        """Whether each municipality's outcomes are kept, or the sums of the region alone."""
        return self.level.endswith("_municipality")
