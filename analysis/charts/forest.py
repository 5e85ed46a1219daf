"""Scenarios under each other: mean difference, its calculation error for all of them together, and range of outcomes."""

import math
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..reading.contrasts import Contrast
from ..reading.estimate import LESS, MORE, NOTHING
from ..texts import Texts, decimals_for
from .style import INK, LONGEST_NAME, About, Chart, Room, balanced, frame, key_in, numbered, row_in, styled, zero_line

RANGE, ERROR, MEAN = "#a4531b", "#3f6f9f", "#0b1f3f"
ROW_IN, PAD_IN, LEFT_IN, HEADING_IN, BELOW_IN = 0.36, 0.1, 2.0, 0.42, 0.3
NAME_CHARACTERS = 27
ARROWS = {MORE: "^", LESS: "v"}
"""How a difference to the reference scenario is marked, where it is told apart."""


class Told(NamedTuple):
    """The sentences, and what scenarios are called."""

    texts: Texts
    reference: str

    def name(self, scenario: str) -> str:
        """Return what stands beside a row."""
        name = self.texts.scenario(scenario)
        return f"{name} {self.texts('forest.reference')}" if scenario == self.reference else name

    def label(self, scenario: str) -> str:
        """Return the same in short lines."""
        name = balanced(textwrap.shorten(self.texts.scenario(scenario), LONGEST_NAME, placeholder=" …"), NAME_CHARACTERS)
        return f"{name}\n{self.texts('forest.reference')}" if scenario == self.reference else name


@styled
def draw(rows: Sequence[Contrast], about: About) -> Chart:
    """Draw a panel for every measure and year, a row for every scenario in the order of the experiment.

    Raises ValueError for fewer than two scenarios.
    """
    if len({one.scenario for one in rows}) < 2:
        raise ValueError("one scenario alone: the forest compares several")
    texts, told = about.texts, Told(about.texts, about.reference)
    title = _title(rows, texts)
    words = {"since": about.since, "scenarios": rows[0].scenarios, "reference": texts.scenario(told.reference)}
    caption = about.caption(texts("forest.caption", **words))
    return Chart("forest", _figure(title, caption, rows, told), title, caption, _alt(rows, told), rows, Contrast._fields)


def _figure(title: str, caption: str, rows: Sequence[Contrast], told: Told) -> Figure:
    columns = list(dict.fromkeys((one.measure, one.year) for one in rows))
    scenarios = list(dict.fromkeys(one.scenario for one in rows))
    handles, labels = _key(rows, told.texts)
    beside = [told.label(one) for one in scenarios]
    panel_in, above_in = PAD_IN + row_in(beside, ROW_IN) * len(scenarios), key_in(labels) + HEADING_IN
    box = frame(title, caption, above_in + panel_in + BELOW_IN, LEFT_IN)
    (panels,) = box.grid(1, len(columns), panel_in, Room(above_in, 0, BELOW_IN), wspace=0.16)
    for axes, (measure, year) in zip(panels, columns, strict=True):
        shown = [one for one in rows if (one.measure, one.year) == (measure, year)]
        axes.set_title(told.texts(f"forest.{measure}", year=year), loc="left")
        _panel(axes, shown, scenarios, told.texts)
    panels[0].set_yticks(range(len(scenarios)), beside)
    box.legend(handles, labels)
    return box.figure


def _panel(axes: Axes, rows: list[Contrast], scenarios: list[str], texts: Texts) -> None:
    for row in rows:
        _row(axes, row, scenarios.index(row.scenario))
    zero_line(axes, vertical=True)
    axes.set_ylim(len(scenarios) - 0.4, -0.6)
    axes.set_yticks(range(len(scenarios)), [])
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.06)
    if max(map(abs, axes.get_xlim())) < NOTHING:
        axes.set_xlim(-1, 1)
    numbered(axes.xaxis, texts, few=True)


def _row(axes: Axes, row: Contrast, place: int) -> None:
    if not math.isnan(row.range_low):
        axes.plot([row.range_low, row.range_high], [place] * 2, color=RANGE, linewidth=1, marker="|", markersize=8, zorder=4.5)
    if not math.isnan(row.simultaneous_error):
        ends = [row.mean - row.simultaneous_error, row.mean + row.simultaneous_error]
        axes.plot(ends, [place] * 2, color=ERROR, linewidth=5, solid_capstyle="butt", zorder=4)
    axes.plot(row.mean, place, zorder=5, **_diamond(row.told_from_zero in (MORE, LESS)))
    if row.told_from_reference in ARROWS:
        beside = axes.get_yaxis_transform()
        axes.plot(1.03, place, ARROWS[row.told_from_reference], color=INK, markersize=5.5, transform=beside, clip_on=False)


def _diamond(filled: bool) -> dict:
    edges = {"markeredgecolor": "white", "markeredgewidth": 0.8} if filled else {"markeredgecolor": MEAN}
    return {"marker": "D", "markersize": 7, "linestyle": "", "color": MEAN if filled else "white", **edges}


def _key(rows: Sequence[Contrast], texts: Texts) -> tuple[list[Artist], list[str]]:
    marks: list[tuple[Artist, str]] = [(Line2D([], [], color=ERROR, linewidth=5), "error")]
    if any(not math.isnan(one.range_low) for one in rows):
        marks.insert(0, (Line2D([], [], color=RANGE, linewidth=1, marker="|"), "range"))
    told = {one.told_from_zero in (MORE, LESS) for one in rows}
    marks += [(Line2D([], [], **_diamond(one)), "apart" if one else "not_apart") for one in sorted(told, reverse=True)]
    arrows = {one.told_from_reference for one in rows}
    marks += [(Line2D([], [], color=INK, marker=sign, linestyle=""), name) for name, sign in ARROWS.items() if name in arrows]
    return [mark for mark, _ in marks], [texts(f"forest.{name}") for _, name in marks]


def _title(rows: Sequence[Contrast], texts: Texts) -> str:
    """State what can be told apart in savings of the last year."""
    last = max(one.year for one in rows)
    savings = [one for one in rows if (one.measure, one.year) == (rows[0].measure, last)]
    more, less = (sum(one.told_from_zero == way for one in savings) for way in (MORE, LESS))
    numbers = {"year": last, "scenarios": len(savings), "more": more, "less": less, "rest": len(savings) - more - less}
    key = "title_none" if not more + less else "title" if numbers["rest"] else "title_all"
    return texts(f"forest.{key}", **numbers)


def _alt(rows: Sequence[Contrast], told: Told) -> str:
    return told.texts("forest.alt", details=" ".join(_alt_row(row, told) for row in rows))


def _alt_row(row: Contrast, told: Told) -> str:
    texts, decimals = told.texts, decimals_for([row.mean], 1)
    estimated, ranged = not math.isnan(row.simultaneous_error), not math.isnan(row.range_low)
    low, high = texts.ends(row.range_low, row.range_high, decimals)
    return texts(
        "forest.alt_row",
        name=told.name(row.scenario),
        what=texts(f"forest.{row.measure}", year=row.year).replace("\n", " "),
        mean=texts.signed(row.mean, decimals),
        error=texts.number(row.simultaneous_error, decimals) if estimated else texts("table.not_estimated"),
        range=texts("range.in_brackets", low=low, high=high) if ranged else "",
        apart=texts("forest.told" if row.told_from_zero in (MORE, LESS) else "forest.not_told"),
    )
