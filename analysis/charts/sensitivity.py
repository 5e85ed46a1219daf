"""Jobs retained against the closure sensitivity that each paired run drew, with a line that no single run decides."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from model.experiment.results.intervals import Trend, trend

from ..reading.estimate import LESS, MORE, UNCLEAR
from ..reading.sensitivity import JobsAt
from ..texts import Texts, decimals_for
from .style import About, Chart, Room, frame, key_in, numbered, styled, zero_line

POINT, LINE, ENDS = "#0b1f3f", "#a4531b", "#5d5d5d"
PANEL_IN, BELOW_IN, LEFT_IN = 3.4, 0.45, 0.75
FAR = 8
"""Times the middle half of the runs is high: farther from it, a run is drawn at the edge with its number."""


class Fitted(NamedTuple):
    """How jobs go with the sensitivity, and the ends of the assumption at which the line is read."""

    trend: Trend
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """Return whether the median slope is told apart from none."""
        if self.trend.slope_low > 0:
            return MORE
        return LESS if self.trend.slope_high < 0 else UNCLEAR


@styled
def draw(rows: Sequence[JobsAt], assumed: tuple[float, float], about: About) -> Chart:
    """Draw a point for every paired run, the line of the median slope, and the ends of the assumption.

    Where the assumption's ends are not known (NaN), the line is read at the ends of what was drawn. Raises ValueError
    where all runs drew one value, or are fewer than three.
    """
    texts, drawn = about.texts, [row.closure_sensitivity for row in rows]
    low, high = (min(drawn), max(drawn)) if any(map(math.isnan, assumed)) else assumed
    fitted = Fitted(trend(drawn, [row.jobs_retained for row in rows], about.statements), low, high)
    words = _words(rows, fitted, texts)
    title = texts(f"sensitivity.title_{fitted.verdict}", **words)
    far = [texts("sensitivity.far", count=len(_far(rows)))] if _far(rows) else []
    caption = about.caption(texts("sensitivity.caption", **words), *far)
    figure = _figure(title, caption, rows, fitted, texts)
    alt = texts("sensitivity.alt", **words)
    return Chart("closure_sensitivity", figure, title, caption, alt, rows, JobsAt._fields)


def _figure(title: str, caption: str, rows: Sequence[JobsAt], fitted: Fitted, texts: Texts) -> Figure:
    handles, labels = _key(fitted, texts)
    above_in = key_in(labels)
    box = frame(title, caption, above_in + PANEL_IN + BELOW_IN, LEFT_IN)
    axes = box.grid(1, 1, PANEL_IN, Room(above_in, 0, BELOW_IN), wspace=0)[0, 0]
    ends = [fitted.low, fitted.high]
    axes.plot(ends, [fitted.trend.at(end) for end in ends], color=LINE, linewidth=2.2, zorder=3)
    for end in ends:
        axes.axvline(end, color=ENDS, linestyle=":", linewidth=1.4, zorder=1)
    zero_line(axes, vertical=False)
    far = _far(rows)
    near = [row for row in rows if row not in far]
    across, up = [row.closure_sensitivity for row in near], [row.jobs_retained for row in near]
    axes.plot(across, up, "o", color=POINT, markeredgecolor="white", markersize=7, zorder=5)
    _edge(axes, far, texts)
    axes.set_xlabel(texts("sensitivity.x"))
    axes.set_ylabel(texts("sensitivity.y", year=rows[0].year))
    numbered(axes.xaxis, texts)
    numbered(axes.yaxis, texts)
    box.legend(handles, labels)
    return box.figure


def _far(rows: Sequence[JobsAt]) -> list[JobsAt]:
    """Return the runs so far from most that an axis reaching to them would press the others into one line."""
    low, high = np.quantile([row.jobs_retained for row in rows], (0.25, 0.75))
    reach = FAR * (high - low)
    return [row for row in rows if reach > 0 and not low - reach <= row.jobs_retained <= high + reach]


def _edge(axes: Axes, far: Sequence[JobsAt], texts: Texts) -> None:
    """Draw far runs at the edge, with their numbers."""
    low, high = axes.get_ylim()
    for row in far:
        above = row.jobs_retained > high
        at = (row.closure_sensitivity, high if above else low)
        axes.plot(*at, "^" if above else "v", color=POINT, markersize=8, clip_on=False)
        beside, lines_up = (7, -3 if above else 3), "top" if above else "bottom"
        axes.annotate(texts.number(row.jobs_retained), at, beside, textcoords="offset points", va=lines_up)
    axes.set_ylim(low, high)


def _key(fitted: Fitted, texts: Texts) -> tuple[list[Artist], list[str]]:
    marks: list[Artist] = [
        Line2D([], [], color=POINT, marker="o", linestyle="", markersize=7),
        Line2D([], [], color=LINE, linewidth=2.2),
        Line2D([], [], color=ENDS, linestyle=":", linewidth=1.4),
    ]
    ends = {"low": _end(fitted.low, texts), "high": _end(fitted.high, texts)}
    return marks, [texts(f"sensitivity.{name}", **ends) for name in ("point", "line", "range")]


def _words(rows: Sequence[JobsAt], fitted: Fitted, texts: Texts) -> dict[str, object]:
    found = fitted.trend
    at_ends = [found.at(fitted.low), found.at(fitted.high)]
    decimals, of_slope = decimals_for(at_ends, 1), decimals_for([found.slope], 2)
    at_low, at_high = (texts.number(value, decimals) for value in at_ends)
    slopes = {"slope": found.slope, "slope_low": found.slope_low, "slope_high": found.slope_high}
    return {name: texts.signed(value, of_slope) for name, value in slopes.items()} | {
        "scenario": texts.scenario(rows[0].scenario),
        "year": rows[0].year,
        "points": len(rows),
        "correlation": texts.number(found.correlation, 2),
        "at_low": at_low,
        "at_high": at_high,
        "low": _end(fitted.low, texts),
        "high": _end(fitted.high, texts),
    }


def _end(value: float, texts: Texts) -> str:
    return texts.number(value, 0 if float(value).is_integer() else 1)
