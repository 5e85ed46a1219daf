"""What would not have come: exchanges and savings by how they stand against the same course without a centre."""

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from model.outcomes import (
    CAME_EARLIER,
    CAME_LATER,
    CROWDED_OUT,
    NAMED,
    NEVER_OPERATED,
    OTHER,
    WOULD_HAVE_COME_ANYWAY,
    WOULD_NOT_HAVE_COME,
)

from ..reading.estimate import LESS, MORE, Estimate
from ..reading.tables import ClassMean
from ..texts import Texts, decimals_for
from .style import (
    LONGEST_NAME,
    TEXT_PT,
    WIDTH_IN,
    About,
    Chart,
    Room,
    balanced,
    frame,
    key_in,
    numbered,
    row_in,
    styled,
    zero_line,
)

EXCHANGES, SAVINGS = "exchanges", "savings"
COLUMNS = tuple("class" if name == "kind" else name for name in ClassMean._fields)


class Fill(NamedTuple):
    """How a class looks: a colour of contrast 4.5:1 or more to white, and white hatching that tells it apart in grey."""

    colour: str
    hatch: str


FILLS = {
    WOULD_NOT_HAVE_COME: Fill("#0b3c6f", ""),
    CAME_EARLIER: Fill("#1f8378", "////"),
    CAME_LATER: Fill("#84479c", "...."),
    WOULD_HAVE_COME_ANYWAY: Fill("#6e6e6e", ""),
    CROWDED_OUT: Fill("#b8321f", "xxxx"),
    NAMED: Fill("#2b2b2b", "\\\\\\\\"),
    NEVER_OPERATED: Fill("#8f5a10", "||||"),
    OTHER: Fill("#000000", "--"),
}
"""In the order of stacking, from zero outwards."""

LEFT_IN, BAR_IN, PANEL_IN, HEADING_IN = 1.5, 0.4, 0.2, 0.75
CHARACTER_IN, SUM_IN = 0.07, 0.95
"""Room a number's character takes, and a sum beside a bar."""


@styled
def draw(means: Sequence[ClassMean], additional: Estimate, about: About) -> Chart:
    """Draw exchanges above and savings below, a column for every year, a bar for every scenario.

    `means` are by scenario, year and part; `additional` are the reference's exchanges that would not have come, in the first
    of the years. Raises ValueError without any.
    """
    if not means:
        raise ValueError("no paired runs: the additionality chart needs a scenario that differs from its twin")
    texts, scenarios = about.texts, list(dict.fromkeys(one.scenario for one in means))
    years = sorted({one.year for one in means})
    title = _title(means, additional, years[0], about)
    caption = about.caption(texts("additionality.caption", since=about.since))
    figure = _figure(title, caption, means, scenarios, years, texts)
    return Chart("additionality", figure, title, caption, _alt(means, scenarios, years[-1], texts), means, COLUMNS)


def part_of(mean: ClassMean, quantity: str) -> float:
    """Return what a class adds to its bar: crowded-out exchanges count below zero."""
    if quantity == SAVINGS:
        return mean.savings_mdkk
    return -mean.exchanges if mean.kind == CROWDED_OUT else mean.exchanges


class _Bar(NamedTuple):
    """One scenario's parts in the order of `FILLS`, and the sum written beside them."""

    parts: list[float]
    total: float

    @property
    def low(self) -> float:
        return sum(part for part in self.parts if part < 0)

    @property
    def high(self) -> float:
        return sum(part for part in self.parts if part > 0)


def _bar(means: Sequence[ClassMean], quantity: str) -> _Bar:
    """Sum savings over all classes, exchanges over those that operate in the run."""
    parts = {one.kind: part_of(one, quantity) for one in means}
    total = sum(part for kind, part in parts.items() if quantity == SAVINGS or kind != CROWDED_OUT)
    return _Bar([parts.get(kind, 0.0) for kind in FILLS], total)


def _figure(
    title: str, caption: str, means: Sequence[ClassMean], scenarios: list[str], years: list[int], texts: Texts
) -> Figure:
    drawn = [kind for kind in FILLS if any(one.kind == kind and (one.exchanges or one.savings_mdkk) for one in means)]
    labels = [texts(f"class.{kind}") for kind in drawn]
    beside = [_beside(texts.scenario(name)) for name in scenarios]
    panel_in, above_in = PANEL_IN + row_in(beside, BAR_IN) * len(scenarios), key_in(labels)
    box = frame(title, caption, above_in + 2 * (HEADING_IN + panel_in), LEFT_IN)
    panels = box.grid(2, len(years), panel_in, Room(above_in + 0.3, HEADING_IN, HEADING_IN - 0.3), wspace=0.08)
    for row, quantity in zip(panels, (EXCHANGES, SAVINGS), strict=True):
        for axes, year in zip(row, years, strict=True):
            axes.set_title(texts(f"additionality.{quantity}", year=year), loc="left")
            axes.set_xlabel(texts(f"additionality.{quantity}_unit"))
            axes.set_yticks(range(len(scenarios)), [])
            axes.tick_params(axis="y", length=0)
            axes.set_ylim(len(scenarios) - 0.5, -0.5)
        _draw_row(list(row), [[_bar(_of(means, name, year), quantity) for name in scenarios] for year in years], texts)
        row[0].set_yticks(range(len(scenarios)), beside)
    patches = [Patch(facecolor=FILLS[kind].colour, hatch=FILLS[kind].hatch, edgecolor="white") for kind in drawn]
    box.legend(patches, labels)
    return box.figure


def _beside(name: str) -> str:
    return balanced(textwrap.shorten(name, LONGEST_NAME, placeholder=" …"), 20)


def _of(means: Sequence[ClassMean], scenario: str, year: int) -> list[ClassMean]:
    return [one for one in means if (one.scenario, one.year) == (scenario, year)]


def _draw_row(row: list[Axes], bars_by_year: list[list[_Bar]], texts: Texts) -> None:
    """Draw the panels of one quantity; they share their horizontal axis."""
    bars = [bar for bars in bars_by_year for bar in bars]
    low, high = min(bar.low for bar in bars), max(bar.high for bar in bars)
    span = (high - low) or 1.0
    decimals = decimals_for([span], 1)
    width_in = row[0].get_position().width * WIDTH_IN
    room_per_in = 1.02 * span / (width_in - SUM_IN)
    for axes, bars in zip(row, bars_by_year, strict=True):
        for place, bar in enumerate(bars):
            _stack(axes, place, bar, room_per_in * CHARACTER_IN, decimals, texts)
            total = f" {texts('additionality.total')} {texts.number(bar.total, decimals)}"
            axes.text(bar.high, place, total, va="center", size=TEXT_PT, weight="bold")
        axes.set_xlim(low - 0.02 * span, high + SUM_IN * room_per_in)
        numbered(axes.xaxis, texts)
        zero_line(axes, vertical=True)


def _stack(axes: Axes, place: int, bar: _Bar, per_character: float, decimals: int, texts: Texts) -> None:
    ends = {True: 0.0, False: 0.0}
    for fill, part in zip(FILLS.values(), bar.parts, strict=True):
        start = ends[part > 0]
        ends[part > 0] += part
        if part:
            axes.barh(place, part, 0.66, start, color=fill.colour, hatch=fill.hatch, edgecolor="white", linewidth=1)
        number = texts.number(part, decimals)
        if abs(part) > per_character * len(number):
            behind = {"facecolor": fill.colour, "edgecolor": "none", "pad": 1}
            axes.text(start + part / 2, place, number, ha="center", va="center", color="white", bbox=behind)


def _title(means: Sequence[ClassMean], additional: Estimate, year: int, about: About) -> str:
    bar = _of(means, about.reference, year)
    total = _bar(bar, EXCHANGES).total
    key = "additionality.title_some" if additional.verdict(about.statements) in (MORE, LESS) else "additionality.title_not"
    numbers = {"additional": about.texts.number(additional.mean), "total": about.texts.number(total)}
    named = sum(one.exchanges for one in bar if one.kind == NAMED)
    beside = about.texts("additionality.named", named=about.texts.number(named)) if named else ""
    told = {"scenario": about.texts.scenario(about.reference), "year": year, "without": about.without}
    return about.texts(key if total else "additionality.title_none", **told, **numbers) + beside


def _alt(means: Sequence[ClassMean], scenarios: list[str], year: int, texts: Texts) -> str:
    details = [
        texts(
            "additionality.alt_scenario",
            scenario=texts.scenario(name),
            year=year,
            parts="; ".join(_alt_part(one, texts) for one in _of(means, name, year)),
        )
        for name in scenarios
    ]
    return texts("additionality.alt", details=" ".join(details))


def _alt_part(one: ClassMean, texts: Texts) -> str:
    numbers = {"exchanges": texts.number(one.exchanges), "savings": texts.number(one.savings_mdkk)}
    return texts("additionality.alt_part", name=texts(f"class.{one.kind}"), **numbers)
