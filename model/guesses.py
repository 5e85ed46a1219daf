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
    """Return the allowed name that is fewest slips away, else the most similar; codes of digits are never guessed."""
    typed = given.casefold()
    if typed.isdigit() or len(typed) < 2 or len(typed) > 100:
        return None
    names = {name: name.casefold() for name in allowed}
    few = max(1, len(typed) // 4)
    # What differs in length by more than a few letters is more than a few slips away.
    counted = {name: slips(typed, low) for name, low in names.items() if abs(len(low) - len(typed)) <= few}
    near = [name for name, count in counted.items() if count <= few]
    if near:
        return min(near, key=lambda name: (counted[name], -_likeness(typed, names[name])))
    like = [name for name, low in names.items() if _likeness(typed, low) >= LEAST_LIKENESS]
    return max(like, key=lambda name: _likeness(typed, names[name]), default=None)


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
    match = SequenceMatcher(None, a, b)
    return match.ratio() if match.quick_ratio() >= LEAST_LIKENESS else 0.0
