"""Jobs retained against the closure sensitivity that each paired run drew, with a line and its calculation error."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from model.experiment.intervals import Line, least_squares

from ..contrasts import told_apart
from ..sensitivity import JobsAt
from ..texts import Texts, decimals_for
from .style import Chart, Room, frame, key_in, numbered, styled, zero_line

POINT, LINE, BAND, ENDS = "#0b1f3f", "#a4531b", "#c9773b", "#5d5d5d"
PANEL_IN, BELOW_IN, LEFT_IN = 3.4, 0.45, 0.75
FAR = 8
"""Times the middle half of the runs is high: farther from it, a run is drawn at the edge with its number."""


class Fitted(NamedTuple):
    """The line through the runs, and the ends of the assumption at which it is read."""

    line: Line
    low: float
    high: float


@styled
def draw(rows: Sequence[JobsAt], assumed: tuple[float, float], runs: str, texts: Texts) -> Chart:
    """Draw a point for every paired run, the least-squares line, the error of its mean, and the ends of the assumption.

    Where the assumption's ends are not known (NaN), the line is read at the ends of what was drawn. Raises ValueError
    where all runs drew one value.
    """
    drawn = [row.closure_sensitivity for row in rows]
    low, high = (min(drawn), max(drawn)) if any(map(math.isnan, assumed)) else assumed
    fitted = Fitted(least_squares(drawn, [row.jobs_retained for row in rows]), low, high)
    words = _words(rows, fitted, texts)
    finding = told_apart(fitted.line.slope, fitted.line.slope_error)
    title = texts(f"sensitivity.title_{finding}", **words)
    far = [texts("sensitivity.far", count=len(_far(rows)))] if _far(rows) else []
    caption = " ".join([texts("sensitivity.caption", **words), *far, texts("chart.caption", runs=runs)])
    figure = _figure(title, caption, rows, fitted, texts)
    alt = texts("sensitivity.alt", **words)
    return Chart("closure_sensitivity", figure, title, caption, alt, rows, JobsAt._fields)


def _figure(title: str, caption: str, rows: Sequence[JobsAt], fitted: Fitted, texts: Texts) -> Figure:
    handles, labels = _key(fitted, texts)
    above_in = key_in(labels)
    box = frame(title, caption, above_in + PANEL_IN + BELOW_IN, LEFT_IN)
    axes = box.grid(1, 1, PANEL_IN, Room(above_in, 0, BELOW_IN), wspace=0)[0, 0]
    _line(axes, fitted)
    for end in (fitted.low, fitted.high):
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


def _line(axes: Axes, fitted: Fitted) -> None:
    across = np.linspace(fitted.low, fitted.high, 50)
    values, errors = np.array([fitted.line.at(x) for x in across]).T
    if np.isfinite(errors).all():
        axes.fill_between(
            across, values - errors, values + errors, facecolor="white", edgecolor=BAND, hatch="\\\\\\\\", zorder=1
        )
    axes.plot(across, values, color=LINE, linewidth=2.2, zorder=3)


def _key(fitted: Fitted, texts: Texts) -> tuple[list[Artist], list[str]]:
    marks: list[Artist] = [
        Line2D([], [], color=POINT, marker="o", linestyle="", markersize=7),
        Line2D([], [], color=LINE, linewidth=2.2),
        Patch(facecolor="white", edgecolor=BAND, hatch="\\\\\\\\"),
        Line2D([], [], color=ENDS, linestyle=":", linewidth=1.4),
    ]
    ends = {"low": _end(fitted.low, texts), "high": _end(fitted.high, texts)}
    return marks, [texts(f"sensitivity.{name}", **ends) for name in ("point", "line", "band", "range")]


def _words(rows: Sequence[JobsAt], fitted: Fitted, texts: Texts) -> dict[str, object]:
    (at_low, low_error), (at_high, high_error) = (fitted.line.at(end) for end in (fitted.low, fitted.high))
    decimals = decimals_for([at_low, at_high], 1)
    told = {"at_low": at_low, "at_high": at_high, "low_error": low_error, "high_error": high_error}
    written = {name: _number(value, decimals, texts) for name, value in told.items()}
    of_slope = decimals_for([fitted.line.slope], 3)
    return written | {
        "scenario": texts.scenario(rows[0].scenario),
        "year": rows[0].year,
        "points": len(rows),
        "retaining": sum(row.jobs_retained > 0 for row in rows),
        "slope": texts.signed(fitted.line.slope, of_slope),
        "error": _number(fitted.line.slope_error, of_slope, texts),
        "low": _end(fitted.low, texts),
        "high": _end(fitted.high, texts),
    }


def _end(value: float, texts: Texts) -> str:
    return texts.number(value, 0 if float(value).is_integer() else 1)


def _number(value: float, decimals: int, texts: Texts) -> str:
    return texts("table.not_estimated") if math.isnan(value) else texts.number(value, decimals)
