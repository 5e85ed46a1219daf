"""Money in whole øre."""

ORE_PER_DKK = 100


def to_ore(dkk: float) -> int:
    """Return whole øre, rounded half to even."""
    return round(dkk * ORE_PER_DKK)
