"""What a centre gains by doing: routine, which saves hours, and a name, which opens doors."""


def hours_factor(done: float, start: float, exponent: float, floor: float) -> float:
    """Return the part of the first service's hours that the next one takes."""
    return max(floor, (1.0 + done / start) ** -exponent)


def reputation(good: float, bad: float, prior: float) -> float:
    """Return the share of its results that went well; `prior` cases, half of them good, stand for the first opinion."""
    return (0.5 * prior + good) / (prior + good + bad)


def welcome(reputation: float, weight: float) -> float:
    """Return by what a reputation multiplies acceptance and reach: 1 at one half, 1 ± weight at its ends."""
    return 1.0 + weight * (2.0 * reputation - 1.0)
