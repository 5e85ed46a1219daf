"""Whom the centre turns to first. A rule scores a prospect; the highest score comes first, ties by identity."""

from collections.abc import Callable
from typing import NamedTuple

from ..months import NEVER

AFTER_ALL = -1e9
"""The score of a firm that did not come: below that of any month, and finite, as a score must be."""


class Prospect(NamedTuple):
    """What anybody may know of a firm before it is screened.

    Its jobs, how many other firms with residuals stood within the radius of an estate when the centre began, what residuals
    usual in its sector would save were each put to its best use, haulage apart (DKK a year), and the month it became aware
    (`NEVER` where it is not).
    """

    jobs: float
    neighbours: int
    usual_saving_dkk: float
    aware_since: int


def largest_first(firm: Prospect) -> float:
    """Score a firm by its jobs."""
    return firm.jobs


def by_cluster(firm: Prospect) -> float:
    """Score a firm by the number of firms around it: the densest estates first."""
    return firm.neighbours


def by_expected_saving(firm: Prospect) -> float:
    """Score a firm by what its sector's usual residuals would save."""
    return firm.usual_saving_dkk


def first_come(firm: Prospect) -> float:
    """Score a firm by how long it has been aware; those that are not come last, in no order."""
    return AFTER_ALL if firm.aware_since == NEVER else -firm.aware_since


TargetingRule = Callable[[Prospect], float]
RULES: dict[str, TargetingRule] = {
    "largest_first": largest_first,
    "by_cluster": by_cluster,
    "by_expected_saving": by_expected_saving,
    "first_come": first_come,
}
