"""How many firms close and open in a normal year, by the rows of a table: what decides how large a region becomes."""

from functools import lru_cache


@lru_cache
def bounds(size_class: str) -> tuple[float, float]:
    """Return the smallest size of a class and the smallest beyond it, in full-time jobs."""
    low, high = size_class.split("-")
    return float(low), float(high) + 1.0


def closures_per_year(size_class: str, closure_per_year: float, size_exponent: float) -> float:
    """Return the share of firms of a class that close in a normal year, over its sizes (a Pareto with exponent 1).

    `closure_per_year` is that of a firm of ten jobs.
    """
    low, high = bounds(size_class)
    exponent = 1.0 + size_exponent
    size_factor = 10.0 ** (exponent - 1.0) * (low**-exponent - high**-exponent) / exponent / (1.0 / low - 1.0 / high)
    return closure_per_year * size_factor
