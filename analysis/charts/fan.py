"""How a measure spreads over the runs, year by year: the difference a centre makes, and beside it the level without one."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from model.experiment.intervals import RANGE_90

from ..contrasts import NOTHING
from ..tables import DIFFERENCE, LEVEL, FanYear
from ..texts import Texts, decimals_for
from .style import Chart, Room, balanced, frame, heading_in, key_in, numbered, reference, styled, zero_line

OUTER, INNER, MEDIAN = "#3f6f9f", "#5b8fc9", "#0b1f3f"
FUNDED_EDGE, FUNDED_FACE = "#6b5a00", "#f6f0d8"
PANEL_IN, BELOW_IN, LEFT_IN = 1.75, 0.55, 0.85
ABREAST = 2
PANEL_CHARACTERS = 39

SAVINGS, JOBS = "savings", "jobs_retained"
CHARTS = {SAVINGS: "savings_fan", JOBS: "jobs_fan"}
"""The measures that have a fan, and the name of each one's chart."""


class Panels(NamedTuple):
    """What the panels say of scenarios: their headings, and first and last month with income, such as 2011-01."""

    names: Mapping[str, str]
    funded: Mapping[str, tuple[str, str]]


class Words(NamedTuple):
    """The sentences about one measure; those about every fan stand beside them."""

    measure: str
    texts: Texts

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence with its values filled in."""
        return self.texts(f"fan.{self.measure}.{key}", **values)


@styled
def draw(measure: str, years: Sequence[FanYear], panels: Panels, runs: str, texts: Texts) -> Chart:
    """Draw a fan for every scenario on one axis, and one for every level without policy on an axis of its own.

    `measure` is `SAVINGS` or `JOBS`; `years` are sums since their first year, in m DKK or jobs; `runs` says how many runs
    stand behind them. Raises ValueError without any.
    """
    if not any(one.kind == DIFFERENCE for one in years):
        raise ValueError("no paired runs: a fan needs a scenario that differs from its twin")
    words, fans = Words(measure, texts), _fans(years)
    since = min(one.year for one in years)
    title = _title(_last(years), words)
    caption = " ".join([words("caption", since=since), texts("fan.caption"), texts("chart.caption", runs=runs)])
    figure = _figure(title, caption, fans, panels, words)
    return Chart(CHARTS[measure], figure, title, caption, _alt(fans, words), years, FanYear._fields)


def _fans(years: Sequence[FanYear]) -> list[list[FanYear]]:
    """Return the years of each fan, the differences before the levels."""
    fans: dict[tuple[str, str], list[FanYear]] = {}
    for one in sorted(years, key=lambda one: (one.kind == LEVEL, one.year)):
        fans.setdefault((one.kind, one.scenario), []).append(one)
    return list(fans.values())


def _figure(
    title: str, caption: str, fans: list[list[FanYear]], about: Panels, words: Words
) -> Figure:
    rows, key = math.ceil(len(fans) / ABREAST), _key(fans, about.funded, words.texts)
    headings = [_heading(about.names[fan[0].scenario]) for fan in fans]
    above_in, between_in = key_in(key[1]) + heading_in(headings), heading_in(headings) + BELOW_IN
    box = frame(title, caption, above_in + rows * PANEL_IN + (rows - 1) * between_in + BELOW_IN, LEFT_IN)
    room = Room(above_in, between_in, BELOW_IN)
    panels = box.grid(rows, ABREAST, PANEL_IN, room, wspace=0.3).ravel()
    for axes, fan, heading in zip(panels, fans, headings, strict=False):
        axes.set_title(heading, loc="left")
        _panel(axes, fan, about.funded.get(fan[0].scenario), words)
    for axes in panels[len(fans) :]:
        axes.set_axis_off()
    _share_axis([axes for axes, fan in zip(panels, fans, strict=False) if fan[0].kind == DIFFERENCE])
    box.legend(*key)
    return box.figure


def _heading(name: str) -> str:
    return balanced(textwrap.shorten(name, 3 * PANEL_CHARACTERS - 10, placeholder=" …"), PANEL_CHARACTERS)


def _share_axis(panels: list[Axes]) -> None:
    bounds = [axes.get_ylim() for axes in panels]
    for axes in panels:
        axes.set_ylim(min(low for low, _ in bounds), max(high for _, high in bounds))


def _panel(axes: Axes, fan: list[FanYear], funded: tuple[str, str] | None, words: Words) -> None:
    axes.set_ylabel(words("level_axis" if fan[0].kind == LEVEL else "difference_axis"))
    axes.set_xlabel(words.texts("fan.year"))
    if funded:
        axes.axvspan(
            *_span(funded), facecolor=FUNDED_FACE, edgecolor=FUNDED_EDGE, linestyle=":", linewidth=1.2, zorder=0
        )
    _bands(axes, fan)
    zero_line(axes, vertical=False)
    axes.set_xlim(fan[0].year - 1, fan[-1].year + 0.15)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    numbered(axes.yaxis, words.texts)


def _bands(axes: Axes, fan: list[FanYear]) -> None:
    """Draw the fan from nothing at the end of the year before the first."""
    years = [fan[0].year - 1] + [one.year for one in fan]

    def series(name: str) -> list[float]:
        return [0.0] + [getattr(one, name) for one in fan]

    axes.fill_between(
        years,
        series("range_low"),
        series("range_high"),
        facecolor="white",
        hatch="//////",
        edgecolor=OUTER,
        linewidth=1,
        zorder=1,
    )
    if fan[0].range == RANGE_90:
        axes.fill_between(
            years, series("inner_low"), series("inner_high"), facecolor=INNER, edgecolor=MEDIAN, linewidth=0.6, zorder=2
        )
    axes.plot(years, series("median"), color=MEDIAN, linewidth=2.2, zorder=4)
    axes.plot(
        fan[-1].year, fan[-1].mean, "D", color=MEDIAN, markeredgecolor="white", markersize=6, clip_on=False, zorder=5
    )


def _span(funded: tuple[str, str]) -> tuple[float, float]:
    """Return first and last month on an axis whose whole numbers are the ends of years."""
    (first_year, first), (last_year, last) = ([int(part) for part in month.split("-")] for month in funded)
    return first_year - 1 + (first - 1) / 12, last_year - 1 + last / 12


def _key(fans: list[list[FanYear]], funded: Mapping[str, tuple[str, str]], texts: Texts) -> tuple[list, list[str]]:
    ranges = list(dict.fromkeys(one.range for fan in fans for one in fan))
    handles: list = [Line2D([], [], color=MEDIAN, linewidth=2.2)]
    labels = [texts("fan.median")]
    if RANGE_90 in ranges:
        handles.append(Patch(facecolor=INNER, edgecolor=MEDIAN, linewidth=0.6))
        labels.append(texts("fan.inner"))
    handles += [Patch(facecolor="white", hatch="//////", edgecolor=OUTER) for _ in ranges]
    labels += [texts(f"fan.{name}") for name in ranges]
    handles.append(Line2D([], [], color=MEDIAN, marker="D", linestyle=""))
    labels.append(texts("fan.mean"))
    if any(fan[0].scenario in funded for fan in fans):
        handles.append(Patch(facecolor=FUNDED_FACE, edgecolor=FUNDED_EDGE, linestyle=":", linewidth=1.2))
        labels.append(texts("fan.funded"))
    return handles, labels


def _last(years: Sequence[FanYear]) -> FanYear:
    """Return the last year of the scenario the title speaks of."""
    differences = [one for one in years if one.kind == DIFFERENCE]
    scenario = reference(list(dict.fromkeys(one.scenario for one in differences)))
    return max((one for one in differences if one.scenario == scenario), key=lambda one: one.year)


def _title(last: FanYear, words: Words) -> str:
    finding = _finding(last)
    return words(f"title_{finding}", **_figures(last, finding == "less", words.texts))


def _finding(last: FanYear) -> str:
    """Say what the mean and its calculation error allow to be said; the range stands beside it in every title."""
    if max(abs(last.range_low), abs(last.range_high)) < NOTHING:
        return "same"
    if not last.calculation_error < abs(last.mean):  # also where it cannot be estimated
        return "few"
    return "more" if last.mean > 0 else "less"


def _figures(last: FanYear, turned: bool, texts: Texts) -> dict[str, object]:
    """Return what a sentence says of one year; `turned` writes a loss without its sign."""
    decimals = decimals_for([last.mean], 1)
    ends = (-last.range_high, -last.range_low) if turned else (last.range_low, last.range_high)
    return {
        "scenario": texts.scenario(last.scenario),
        "year": last.year,
        "mean": texts.number(-last.mean if turned else last.mean, decimals),
        "range": texts(f"range.{last.range}"),
        "low": texts.number(ends[0], decimals),
        "high": texts.number(ends[1], decimals),
    }


def _alt(fans: list[list[FanYear]], words: Words) -> str:
    details = [words("alt_scenario", **_figures(fan[-1], False, words.texts)) for fan in fans]
    return words("alt", details=" ".join(details))
