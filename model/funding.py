"""The centre's money: what comes in, what a tenth of a post costs, how many posts that carries. All in whole øre."""

from collections.abc import Sequence

from .accounts import to_ore
from .parameters import Parameters
from .scenario import Funding

TENTHS = 10
"""Staff is hired in steps of a tenth of a full-time post."""
SHORTEST_POST_MONTHS = 6
"""Nobody is hired for less (assumed)."""


def paid_ore(line: Funding, month: int) -> int:
    """Return what a funding line pays in `month`; its equal parts add up to the whole amount to the øre."""
    part = month - line.first
    if not 0 <= part < line.months:
        return 0
    total = to_ore(line.total_dkk)
    return total * (part + 1) // line.months - total * part // line.months


def last_month(funding: Sequence[Funding]) -> int:
    """Return the last month in which any line pays; -1 without funding."""
    return max((line.first + line.months - 1 for line in funding), default=-1)


def promised_ore(funding: Sequence[Funding], after: int) -> int:
    """Return what the lines will still pay after a month, of those that have begun to pay."""
    begun = [line for line in funding if line.first <= after]
    return sum(sum(paid_ore(line, m) for m in range(after + 1, line.first + line.months)) for line in begun)


def tenth_month_ore(parameters: Parameters) -> int:
    """Return what a tenth of a post costs a month, overhead included."""
    work = parameters.centre
    return to_ore(work.salary_dkk_per_fte_year * (1.0 + work.overhead_share) / 12.0 / TENTHS)


def affordable_tenths(available_ore: int, tenth_ore: int, months: int) -> int:
    """Return the tenths of posts that money carries for so many months."""
    return max(0, available_ore) // (tenth_ore * months) if months >= SHORTEST_POST_MONTHS else 0
