"""What the centre has seen, and whom it can show to whom."""

from . import market
from .columns import POOLED


def has(w, supply):
    """Tell whether a residual is in the data base."""
    return supply.surveyed or (supply.known and w.parties[supply.owner].registered)


def sees(w, need):
    """Tell whether an input is known: it is public, or its firm is in the data base."""
    return need.public or w.parties[need.owner].registered


def shows(w, row):
    """Tell whether the centre would show this pair to the owner of a residual in its data base."""
    linkage = w.linkages[w.pair_linkage[row]]
    if linkage.mode == POOLED or not sees(w, w.needs[w.pair_need[row]]):
        return False
    return market.worthwhile(w, linkage, w.pair_km[row])
