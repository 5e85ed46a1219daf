"""Quantities that move at random around a normal level."""


def step(deviation: float, persistence: float, volatility: float, shock: float) -> float:
    """Return next month's deviation of a first-order autoregression, given a standard normal shock."""
    return persistence * deviation + volatility * shock
