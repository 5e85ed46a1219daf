"""How a measure spreads over the runs, year by year: the difference a centre makes, and beside it the level without one."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from model.experiment.results.intervals import widened

from ..reading.estimate import LESS, NOTHING, SAME, verdict_of
from ..reading.tables import DIFFERENCE, LEVEL, FanYear, RunYear
from ..texts import Texts, decimals_for
from .style import About, Chart, Room, balanced, frame, heading_in, key_in, numbered, styled, zero_line

OUTER, INNER, MEAN = "#3f6f9f", "#5b8fc9", "#0b1f3f"
FUNDED_EDGE, FUNDED_FACE = "#6b5a00", "#f6f0d8"
PANEL_IN, BELOW_IN, LEFT_IN = 1.75, 0.55, 0.85
ABREAST = 2
PANEL_CHARACTERS = 39

SAVINGS, JOBS = "savings", "jobs_retained"
CHARTS = {SAVINGS: "savings_fan", JOBS: "jobs_fan"}
"""The measures that have a fan, and the name of each one's chart."""


class Panels(NamedTuple):
    """What the panels say of scenarios: their headings, and first and last month of each policy, such as 2011-01."""

    names: Mapping[str, str]
    policies: Mapping[str, Sequence[str]]


class Fan(NamedTuple):
    """One panel: the years of a scenario or level, and its single runs where they are too few for a range."""

    years: list[FanYear]
    runs: list[list[RunYear]]

    @property
    def scenario(self) -> str:
        """Return whose fan it is."""
        return self.years[0].scenario

    @property
    def has_range(self) -> bool:
        """Return whether there are runs enough for a range."""
        return not math.isnan(self.years[0].range_low)


class Words(NamedTuple):
    """The sentences about one measure; those about every fan stand beside them."""

    measure: str
    texts: Texts

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence with its values filled in."""
        return self.texts(f"fan.{self.measure}.{key}", **values)


@styled
def draw(measure: str, years: Sequence[FanYear], runs: Sequence[RunYear], panels: Panels, about: About) -> Chart:
    """Draw a fan for every scenario on one axis, and one for every level without policy on an axis of its own.

    `measure` is `SAVINGS` or `JOBS`; `years` are in m DKK or jobs, from that before the first of sums on, if it has a value
    (else nothing); `runs` are those of the same scenarios and years, drawn one by one where they are too few for a range.
    Raises ValueError without any.
    """
    if not any(one.kind == DIFFERENCE for one in years):
        raise ValueError("no paired runs: a fan needs a scenario that differs from its twin")
    words, fans = Words(measure, about.texts), _fans(years, runs, about.since)
    title = _title(_last(years, about.reference, about.statements), about.without, words)
    how = "fan.caption" if all(fan.has_range for fan in fans) else "fan.caption_few"
    caption = about.caption(words("caption", since=about.since), about.texts(how))
    figure = _figure(title, caption, fans, panels, words)
    return Chart(CHARTS[measure], figure, title, caption, _alt(fans, words), years, FanYear._fields)


def _fans(years: Sequence[FanYear], runs: Sequence[RunYear], since: int) -> list[Fan]:
    """Return the fans, the differences before the levels; what has no value before the first year begins at nothing."""
    fans: dict[tuple[str, str], Fan] = {}
    for one in sorted(years, key=lambda one: (one.kind == LEVEL, one.year)):
        its_years = fans.setdefault((one.kind, one.scenario), Fan([], [])).years
        its_years += [one] if its_years or one.year < since else [_nothing_before(one), one]
    for (kind, scenario), fan in fans.items():
        if not fan.has_range:
            its_runs = [run for run in runs if (run.kind, run.scenario) == (kind, scenario)]
            for replicate in dict.fromkeys(run.replicate for run in its_runs):
                run = [one for one in its_runs if one.replicate == replicate]
                fan.runs.append(run if run[0].year < since else [run[0]._replace(year=run[0].year - 1, value=0.0), *run])
    return list(fans.values())


def _nothing_before(one: FanYear) -> FanYear:
    """Return the year before one, in which all numbers are nothing; those that there are none of stay so."""
    numbers = {name: 0.0 * getattr(one, name) for name in FanYear._fields[4:]}
    return one._replace(year=one.year - 1, **numbers)


def _figure(title: str, caption: str, fans: list[Fan], about: Panels, words: Words) -> Figure:
    rows, key = math.ceil(len(fans) / ABREAST), _key(fans, about.policies, words.texts)
    headings = [_heading(about.names[fan.scenario]) for fan in fans]
    above_in, between_in = key_in(key[1]) + heading_in(headings), heading_in(headings) + BELOW_IN
    box = frame(title, caption, above_in + rows * PANEL_IN + (rows - 1) * between_in + BELOW_IN, LEFT_IN)
    room = Room(above_in, between_in, BELOW_IN)
    panels = box.grid(rows, ABREAST, PANEL_IN, room, wspace=0.3).ravel()
    for axes, fan, heading in zip(panels, fans, headings, strict=False):
        axes.set_title(heading, loc="left")
        _panel(axes, fan, about.policies.get(fan.scenario), words)
    for axes in panels[len(fans) :]:
        axes.set_axis_off()
    _share_axis([axes for axes, fan in zip(panels, fans, strict=False) if fan.years[0].kind == DIFFERENCE])
    box.legend(*key)
    return box.figure


def _heading(name: str) -> str:
    return balanced(textwrap.shorten(name, 3 * PANEL_CHARACTERS - 10, placeholder=" …"), PANEL_CHARACTERS)


def _share_axis(panels: list[Axes]) -> None:
    bounds = [axes.get_ylim() for axes in panels]
    for axes in panels:
        axes.set_ylim(min(low for low, _ in bounds), max(high for _, high in bounds))


def _panel(axes: Axes, fan: Fan, policy: Sequence[str] | None, words: Words) -> None:
    years = fan.years
    axes.set_ylabel(words("level_axis" if years[0].kind == LEVEL else "difference_axis"))
    axes.set_xlabel(words.texts("fan.year"))
    if policy:
        axes.axvspan(*_span(policy), facecolor=FUNDED_FACE, edgecolor=FUNDED_EDGE, linestyle=":", linewidth=1.2, zorder=0)
    (_bands if fan.has_range else _runs)(axes, fan)
    _means(axes, years)
    zero_line(axes, vertical=False)
    axes.set_xlim(years[0].year, years[-1].year + 0.15)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    numbered(axes.yaxis, words.texts)


def _bands(axes: Axes, fan: Fan) -> None:
    """Draw the ranges."""
    years = [one.year for one in fan.years]

    def series(name: str) -> list[float]:
        return [getattr(one, name) for one in fan.years]

    outer, inner = (series("range_low"), series("range_high")), (series("inner_low"), series("inner_high"))
    axes.fill_between(years, *outer, facecolor="white", hatch="//////", edgecolor=OUTER, linewidth=1, zorder=1)
    axes.fill_between(years, *inner, facecolor=INNER, edgecolor=MEAN, linewidth=0.6, zorder=2)


def _runs(axes: Axes, fan: Fan) -> None:
    """Draw every run by itself."""
    for run in fan.runs:
        axes.plot([one.year for one in run], [one.value for one in run], color=OUTER, linewidth=0.8, zorder=1)


def _means(axes: Axes, years: list[FanYear]) -> None:
    """Draw the mean, and its calculation error in the last year."""
    ends, means = [one.year for one in years], [one.mean for one in years]
    axes.plot(ends, means, color=MEAN, linewidth=2.2, zorder=4)
    error = 0.0 if math.isnan(years[-1].calculation_error) else years[-1].calculation_error
    axes.errorbar(ends[-1], means[-1], error, color=MEAN, capsize=4, zorder=5, clip_on=False)
    axes.plot(ends[-1], means[-1], "D", color=MEAN, markeredgecolor="white", markersize=6, zorder=6, clip_on=False)


def _span(policy: Sequence[str]) -> tuple[float, float]:
    """Return first and last month on an axis whose whole numbers are the ends of years."""
    (first_year, first), (last_year, last) = ([int(part) for part in month.split("-")] for month in policy)
    return first_year - 1 + (first - 1) / 12, last_year - 1 + last / 12


def _key(fans: list[Fan], policies: Mapping[str, Sequence[str]], texts: Texts) -> tuple[list, list[str]]:
    marks: list[tuple[Any, str]] = [(Line2D([], [], color=MEAN, linewidth=2.2), "mean")]
    marks.append((Line2D([], [], color=MEAN, marker="D", linestyle=""), "error"))
    if any(fan.has_range for fan in fans):
        marks.append((Patch(facecolor=INNER, edgecolor=MEAN, linewidth=0.6), "inner"))
        marks.append((Patch(facecolor="white", hatch="//////", edgecolor=OUTER), "range"))
    if any(not fan.has_range for fan in fans):
        marks.append((Line2D([], [], color=OUTER, linewidth=0.8), "run"))
    if any(fan.scenario in policies for fan in fans):
        marks.append((Patch(facecolor=FUNDED_FACE, edgecolor=FUNDED_EDGE, linestyle=":", linewidth=1.2), "policy"))
    return [mark for mark, _ in marks], [texts(f"fan.{name}") for _, name in marks]


def _last(years: Sequence[FanYear], scenario: str, statements: int) -> FanYear:
    """Return the last year of the scenario the title speaks of, with an error that holds with that of all titles."""
    its_years = [one for one in years if (one.kind, one.scenario) == (DIFFERENCE, scenario)]
    last = max(its_years, key=lambda one: one.year)
    return last._replace(calculation_error=widened(last.calculation_error, last.runs, statements))


def _title(last: FanYear, without: str, words: Words) -> str:
    finding = _finding(last)
    return words(f"title_{finding}", without=without, **_figures(last, finding == LESS, words.texts))


def _finding(last: FanYear) -> str:
    """Return the verdict on the mean; the range stands beside it."""
    same = abs(last.mean) < NOTHING and last.calculation_error < NOTHING
    return SAME if same else verdict_of(last.mean, last.calculation_error)


def _figures(last: FanYear, turned: bool, texts: Texts) -> dict[str, object]:
    """Return what a sentence says of one year; `turned` writes a loss without its sign."""
    decimals = decimals_for([last.mean], 1)
    told = {"scenario": texts.scenario(last.scenario), "year": last.year, "runs": last.runs}
    told["mean"] = texts.number(-last.mean if turned else last.mean, decimals)
    told["range"] = _range(last, turned, decimals, texts)
    unknown = texts("table.not_estimated")
    known = not math.isnan(last.calculation_error)
    return told | {"error": texts.number(last.calculation_error, decimals) if known else unknown}


def _range(last: FanYear, turned: bool, decimals: int, texts: Texts) -> str:
    """Return the range of outcomes in words; nothing where runs are too few for one."""
    if math.isnan(last.range_low):
        return ""
    ends = (-last.range_high, -last.range_low) if turned else (last.range_low, last.range_high)
    low, high = texts.ends(*ends, decimals)
    return texts("range.in_brackets", low=low, high=high)


def _alt(fans: list[Fan], words: Words) -> str:
    details = [words("alt_scenario", **_figures(fan.years[-1], False, words.texts)) for fan in fans]
    return words("alt", details=" ".join(details))
