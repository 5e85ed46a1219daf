"""A rule must give finite numbers. What is raised where one does not: which rule, whom it was asked about, and when."""

from . import months
from .faults import Told, say

ALL_FINITE, PRICE, TRUST, TARGETING = range(4)
"""Whether each number so far was finite, else the kind of rule that gave the first one that was not."""


class NoNumber(Told):
    """A rule gave what is no finite number, so that all that follows would be void."""


def no_price(rule: str, value: float, key: int, month: int) -> NoNumber:
    """Return what is raised for a price of a case; `rule` is its name in the scenario, here as below."""
    return _raised("rule.no_price", rule, value, month, case=f"{key:016x}")


def no_trust(rule: str, value: float, sides: tuple[str, str], month: int) -> NoNumber:
    """Return what is raised for what one party thinks of another, by their codes."""
    return _raised("rule.no_trust", rule, value, month, party=sides[0], other=sides[1])


def no_score(rule: str, value: float, firm: str, month: int) -> NoNumber:
    """Return what is raised for the score of a firm, by its code."""
    return _raised("rule.no_score", rule, value, month, firm=firm)


def _raised(message: str, rule: str, value: float, month: int, **about: str) -> NoNumber:
    return NoNumber(say(message, rule=rule.partition("#")[0], value=f"{value:g}", month=months.label(month), **about))
