"""Firms that the tables name: nobody's simulated money or fate is shown, only the sum over three or more of them."""

from collections.abc import Iterable, Sequence

from ..outcomes import NAMED, OUTSIDE
from .population import Workplace

FEWEST_IN_A_SUM = 3
"""A sum over fewer named firms would tell one of them about another, or everybody about the only one."""


def stand_apart(workplaces: Iterable[Workplace]) -> bool:
    """Tell whether what is recorded of named firms is one sum of their own, apart from their municipalities.

    Where fewer are named, it stays in their municipalities' sums, and no single case shows its money or fate.
    """
    return sum(workplace.named for workplace in workplaces) >= FEWEST_IN_A_SUM


def places_recorded(municipalities: Sequence[str], workplaces: Iterable[Workplace]) -> tuple[str, ...]:
    """Return the places that outcomes are recorded of: municipalities, what lies beyond, and named firms that stand apart."""
    return (*municipalities, OUTSIDE, *([NAMED] if stand_apart(workplaces) else []))


def recorded_at(workplace: Workplace, places: Sequence[str]) -> str:
    """Return at which of the places recorded a firm is."""
    return NAMED if workplace.named and NAMED in places else workplace.municipality


def is_private(named_side: bool, any_named: bool, places: Sequence[str]) -> bool:
    """Tell whether a case's money and fate are not shown.

    Those with a named firm on one side are not; nor is any where the few there are could be had by subtraction.
    """
    return named_side or (any_named and NAMED not in places)
