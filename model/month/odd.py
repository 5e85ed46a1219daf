"""Notes the first number of a rule that is not finite, and stops the run: compiled code raises nothing that tells so much."""

from ..rule_numbers import ALL_FINITE

NOBODY = 0


def note(w, kind, value, one, other):
    """Note a number that is not finite, by the kind of its rule and the identities of whom it was asked about.

    Where some table has turned out too short, what follows is void anyway, and so is what a rule says of it.
    """
    now = w.now[0]
    if now.odd == ALL_FINITE and not now.full:
        now.odd, now.odd_value, now.odd_one, now.odd_other = kind, value, one, other
        now.full = True
