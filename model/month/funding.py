"""The centre's money: what comes in, what a tenth of a post costs, how many posts that carries, grants. All in whole øre."""

from collections.abc import Sequence

from ..money import ORE_PER_DKK, to_ore
from ..scenario.levers import FeasibilityGrants, Funding
from ..scenario.parameters import Parameters

TENTHS = 10
"""Staff is hired in steps of a tenth of a full-time post."""
SHORTEST_POST_MONTHS = 6
"""Nobody is hired for less (assumed)."""


def paid_ore(line: Funding, month: int) -> int:
    """Return what a funding line pays in `month`; its equal parts add up to the whole amount to the øre."""
    return paid_by(line, month) - paid_by(line, month - 1)


def last_month(funding: Sequence[Funding]) -> int:
    """Return the last month in which any line pays; -1 without funding."""
    return max((line.first + line.months - 1 for line in funding), default=-1)


def promised_ore(funding: Sequence[Funding], after: int) -> int:
    """Return what the lines will still pay after a month, of those that have begun to pay."""
    return sum(total_ore(line) - paid_by(line, after) for line in funding if line.first <= after)


def paid_by(line: Funding, month: int) -> int:
    """Return what a funding line has paid by the end of a month."""
    parts = min(max(month - line.first + 1, 0), line.months)
    return total_ore(line) * parts // line.months


def total_ore(line: Funding) -> int:
    """Return the whole amount of a funding line."""
    return to_ore(line.total_dkk)


def tenth_month_ore(parameters: Parameters) -> tuple[int, int]:
    """Return what a tenth of a post costs a month, overhead included, and the salary in it."""
    work = parameters.centre
    salary = work.salary_dkk_per_fte_year / 12.0 / TENTHS
    return to_ore(salary * (1.0 + work.overhead_share)), to_ore(salary)


def affordable_tenths(available_ore: int, tenth_ore: int, months: int) -> int:
    """Return the tenths of posts that money carries for so many months."""
    return max(0, available_ore) // (tenth_ore * months) if months >= SHORTEST_POST_MONTHS else 0


class GrantPot:
    """The centre's pot for feasibility grants, a cap on each firm. Without grants it is empty."""

    def __init__(self, grants: FeasibilityGrants | None) -> None:
        self._share = grants.share if grants else 0.0
        self._most_ore = to_ore(grants.most_dkk_per_firm) if grants else 0
        self.left_ore = to_ore(grants.total_dkk) if grants else 0
        self._given_ore: dict[int, int] = {}
        self.paid_now_ore = 0

    def turn_month(self) -> None:
        """Begin to count a new month's payments."""
        self.paid_now_ore = 0

    def share(self, firm: int, balance_ore: int, month_dkk: float) -> float:
        """Return the part of a firm's cost that is paid: less where pot, cap or purse would not last for a whole month's."""
        left = min(self.left_ore, self._most_ore - self._given_ore.get(firm, 0), balance_ore)
        return min(self._share, left / ORE_PER_DKK / month_dkk) if month_dkk > 0.0 else self._share

    def pay(self, firm: int, dkk: float) -> int:
        """Take a grant out of the pot; return it in øre."""
        ore = int(dkk * ORE_PER_DKK)  # never a rounded-up øre more than there is
        self._given_ore[firm] = self._given_ore.get(firm, 0) + ore
        self.left_ore -= ore
        self.paid_now_ore += ore
        return ore
