"""What somebody probably meant who mistyped a name."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from .faults import Message, say

LEAST_LIKENESS = 0.6
"""Below this part of letters in common (as `difflib` counts them) a longer name is not meant."""


def guess(given: str, allowed: Iterable[str]) -> Message | None:
    """Return the question whether the most similar allowed name was meant; None where none is similar."""
    meant = closest(given, allowed)
    return say("did_you_mean", guess=meant) if meant else None


def guess_code(given: str, allowed: Iterable[str]) -> Message | None:
    """Return the same among codes, which may have names: whoever writes `Kalundborg` means its code."""
    if isinstance(allowed, Mapping):
        codes = {name.casefold(): code for code, name in allowed.items() if name}
        if meant := closest(given, codes):
            return say("did_you_mean", guess=codes[meant])
    return guess(given, allowed)


def closest(given: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed name that is fewest slips away, ties by likeness; codes of digits are never guessed."""
    typed = given.casefold()
    if typed.isdigit() or len(typed) < 2 or len(typed) > 100:
        return None
    ranked = sorted((slips(typed, name.casefold()), -_likeness(typed, name.casefold()), name) for name in allowed)
    near = [name for count, likeness, name in ranked if count <= max(1, len(typed) // 4) or -likeness >= LEAST_LIKENESS]
    return near[0] if near else None


def slips(typed: str, meant: str) -> int:
    """Return how many letters were dropped, added, replaced or swapped with their neighbour."""
    before, row = [0] * (len(meant) + 1), list(range(len(meant) + 1))
    for i, letter in enumerate(typed):
        above, before, row = before, row, [i + 1]
        for j, other in enumerate(meant):
            row.append(min(before[j + 1] + 1, row[j] + 1, before[j] + (letter != other)))
            if i and j and letter == meant[j - 1] and typed[i - 1] == other:
                row[j + 1] = min(row[j + 1], above[j - 1] + 1)
    return row[-1]


def _likeness(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b).ratio()
