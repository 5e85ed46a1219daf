"""Figures that results are held against: what a data file says of each, what runs say of it, and the verdict."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

from model.experiment.results.intervals import half_width, outcome_range

from .quantities import Quantity, Tables, quantity, values

WITHIN, MISSED, UNTOLD, NO_BAND = "within", "missed", "cannot be told", "no band"
"""The interval of the mean lies in the band, beside it, or on one of its ends; there is nothing to hold it against."""


class Figure(NamedTuple):
    """A figure, the band it should lie in, and how runs are asked for it.

    Attributes
    ----------
    figure : str
        What it is called.
    unit : str
        Of the band and of what is measured.
    rests_on : str
        Where the band comes from.
    roles : tuple of str
        What holding it against its band is worth: keys of `Bands.roles`.
    because : str
        Why it has these roles.
    measured, per : Quantity
        The figure is the mean of `measured`, over that of `per` where there is one.
    low, high : float
        Ends of the band, NaN where no source gives one.
    times : float
        What the figure is multiplied by.
    fullest : bool
        Whether the largest value of any run is meant, not the mean.
    """

    figure: str
    unit: str
    rests_on: str
    roles: tuple[str, ...]
    because: str
    measured: Quantity
    per: Quantity | None = None
    low: float = math.nan
    high: float = math.nan
    times: float = 1
    fullest: bool = False

    @property
    def has_band(self) -> bool:
        """Whether there is a band to hold it against."""
        return not math.isnan(self.low)


class Bands(NamedTuple):
    """What a data file holds: the meaning of each role, and the figures in their order."""

    roles: Mapping[str, str]
    figures: Sequence[Figure]


class Found(NamedTuple):
    """What runs say of a figure.

    Attributes
    ----------
    mean : float
        Mean over runs; of a ratio, the ratio of the means.
    low, high : float
        Ends of the mean's interval; NaN where there is none.
    range_low, range_high : float
        Ends of the range of outcomes; NaN where there is none.
    """

    mean: float
    low: float
    high: float
    range_low: float
    range_high: float


def read(path: Path) -> Bands:
    """Return the figures a data file describes.

    Parameters
    ----------
    path : Path
        A YAML file with `roles` and `figures`.

    Raises
    ------
    ValueError
        Where a figure has a role without a meaning, or a quantity that is none.
    """
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    figures = [_figure(one) for one in told["figures"]]
    unknown = {role for one in figures for role in one.roles} - set(told["roles"])
    if unknown:
        raise ValueError(f"roles without a meaning: {', '.join(sorted(unknown))}")
    return Bands(told["roles"], figures)


def _figure(told: Mapping[str, Any]) -> Figure:
    quantities = {key: quantity(told[key]) for key in ("measured", "per") if key in told}
    return Figure(**{**told, **quantities, "roles": tuple(told["roles"])})


def found(tables: Tables, figure: Figure, comparisons: int = 1) -> Found:
    """Return what the runs of a result say of a figure.

    Parameters
    ----------
    tables : Tables
        The tables of a result.
    figure : Figure
        What is looked for.
    comparisons : int
        The interval holds together with those of so many figures in 95 of 100 cases.
    """
    measured = values(tables, figure.measured)
    per = values(tables, figure.per) if figure.per else dict.fromkeys(measured, 1.0)
    runs = [replicate for replicate in measured if replicate in per]
    above = figure.times * np.array([measured[replicate] for replicate in runs])
    below = np.array([per[replicate] for replicate in runs])
    if figure.fullest:
        return Found(float((above / below).max()), *[math.nan] * 4)
    low, high = ratio_interval(above, below, comparisons)
    spread = outcome_range(above / below) if (below > 0).all() else None
    return Found(float(above.mean() / below.mean()), low, high, *(spread or (math.nan, math.nan)))


def ratio_interval(above: np.ndarray, below: np.ndarray, comparisons: int = 1) -> tuple[float, float]:
    """Return the ends of the interval of a ratio of two means over the same runs (Fieller 1954).

    Parameters
    ----------
    above, below : array
        The values whose means are divided. Where `below` is 1 throughout, the interval is that of the mean of `above`.
    comparisons : int
        The interval holds together with those of so many ratios in 95 of 100 cases.

    Returns
    -------
    tuple of float
        NaN where the mean of `below` cannot be told from nothing, for then there is no interval with two ends.
    """
    width = half_width(1.0, above.size, comparisons)
    spread = width**2 * np.cov(above, below) if above.size > 1 else np.full((2, 2), np.nan)
    square = below.mean() ** 2 - spread[1, 1]
    if not square > 0:
        return math.nan, math.nan
    middle = above.mean() * below.mean() - spread[0, 1]
    root = math.sqrt(max(0.0, middle**2 - square * (above.mean() ** 2 - spread[0, 0])))
    return float((middle - root) / square), float((middle + root) / square)


def verdict(figure: Figure, seen: Found) -> str:
    """Return how a figure lies to its band: the whole interval of its mean is asked, or the value where there is none."""
    if not figure.has_band:
        return NO_BAND
    low, high = (seen.mean, seen.mean) if math.isnan(seen.low) else (seen.low, seen.high)
    if figure.low <= low and high <= figure.high:
        return WITHIN
    return MISSED if high < figure.low or figure.high < low else UNTOLD
