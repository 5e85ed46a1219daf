"""How awareness spreads, after Bass (1969): by outside influence and by imitation, with forgetting added."""

from math import exp, sqrt


def take_up_chance(outside: float, imitation: float, aware_share: float) -> float:
    """Return an unaware firm's chance a month: outside influence, and imitation of the share of acquaintances aware."""
    return min(1.0, outside + imitation * aware_share)


def visibility_chance(hours: float, firms_per_hour: float, firms: int) -> float:
    """Return the chance that `hours` of visibility work spread over `firms` make a given one of them aware."""
    return 1.0 - exp(-hours * firms_per_hour / firms) if firms else 0.0


def stationary_share(outside: float, imitation: float, fade: float) -> float:
    """Return the share aware at which as many firms forget as take it up: (o + i a)(1 - a) = f a."""
    b = outside + fade - imitation
    root = sqrt(b * b + 4.0 * imitation * outside)
    if b + root == 0.0:
        return 0.0
    # Of the two forms of the solution, the one that does not subtract nearly equal numbers.
    return 2.0 * outside / (b + root) if b > 0.0 else (root - b) / (2.0 * imitation)
