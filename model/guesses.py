"""What there is to choose from, and what somebody probably meant who mistyped a name."""

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import SequenceMatcher
from itertools import islice

from .faults import Message, say

LEAST_LIKENESS = 0.6
"""Below this part of letters in common (as `difflib` counts them) a longer name is not meant."""
MOST_LISTED = 30
"""So many names are listed of those there are."""


def listed(allowed: Collection[str], none: str = "none") -> object:
    """Return names as a list, codes with what they are called, of very many the first; what `none` says for no names."""
    named = allowed if isinstance(allowed, Mapping) else dict.fromkeys(allowed, "")
    told = [f"{code} ({name})" if name else code for code, name in islice(named.items(), MOST_LISTED)]
    return ", ".join([*told, "…"] if len(named) > MOST_LISTED else told) or say(none)


def guess(given: str, allowed: Iterable[str]) -> Message | None:
    """Return the question whether the most similar allowed name was meant; None where none is similar."""
    meant = closest(given, allowed)
    return say("did_you_mean", guess=meant) if meant else None


def guess_code(given: str, allowed: Iterable[str]) -> Message | None:
    """Return the same among codes, as an offer: `Kalundborg`, `326 Kalundborg` and `0326` mean one that is called so."""
    meant = _code(given, allowed)
    return say("did_you_mean", guess=meant).offering(meant) if meant else None


def _code(given: str, allowed: Iterable[str]) -> str | None:
    found = re.match(r"\s*0*([0-9]+)(?:\.0*)?\b", given)
    if found and found[1] in {*allowed}:
        return found[1]
    if isinstance(allowed, Mapping):
        codes = {name.casefold(): code for code, name in allowed.items() if name}
        if meant := closest(given, codes):
            return str(codes[meant])
    return closest(given, allowed)


def closest(given: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed name that is fewest slips away, else the most similar; codes of digits are never guessed."""
    typed = given.casefold()
    if typed.isdigit() or len(typed) < 2 or len(typed) > 100:
        return None
    names = {name: name.casefold() for name in allowed}
    if near := _nearest(typed, names):
        return near
    like = [name for name, low in names.items() if _likeness(typed, low) >= LEAST_LIKENESS]
    return max(like, key=lambda name: _likeness(typed, names[name]), default=None)


def near(given: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed name that is a few slips away; None where none is so near."""
    typed = given.casefold()
    return _nearest(typed, {name: name.casefold() for name in allowed}) if 2 <= len(typed) <= 100 else None


def _nearest(typed: str, names: Mapping[str, str]) -> str | None:
    few = max(1, len(typed) // 4)
    # What differs in length by more than a few letters is more than a few slips away.
    counted = {name: slips(typed, low) for name, low in names.items() if abs(len(low) - len(typed)) <= few}
    close = [name for name, count in counted.items() if count <= few]
    return min(close, key=lambda name: (counted[name], -_likeness(typed, names[name])), default=None)


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
