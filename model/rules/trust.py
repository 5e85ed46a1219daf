"""Trust as the mean of a Beta distribution over good and bad months (rule `reinforcement`)."""

from typing import NamedTuple


class Evidence(NamedTuple):
    """Counts of good and bad experience; trust is their mean."""

    good: float
    bad: float


def trust(evidence: Evidence) -> float:
    """Return the trust that evidence gives, between 0 and 1."""
    return evidence.good / (evidence.good + evidence.bad)


def prior(mean: float, strength: float) -> Evidence:
    """Return the evidence that stands for a first impression of `mean`, kept a little off certainty."""
    mean = min(max(mean, 0.02), 0.98)
    return Evidence(strength * mean, strength * (1.0 - mean))


def forget(evidence: Evidence, first: Evidence, share: float) -> Evidence:
    """Return evidence drawn back towards the first impression by `share`."""
    return Evidence(
        evidence.good + share * (first.good - evidence.good),
        evidence.bad + share * (first.bad - evidence.bad),
    )


def settled(first: Evidence, failure_per_month: float, good: float, bad: float, forgetting: float) -> Evidence:
    """Return the evidence of a pair that has dealt with each other for ever: the fixed point of `forget` and new months."""
    return Evidence(
        first.good + good * (1.0 - failure_per_month) / forgetting,
        first.bad + bad * failure_per_month / forgetting,
    )
