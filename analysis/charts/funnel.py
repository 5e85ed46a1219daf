"""How far cases come, step by step, and why the others go no further; with policy and without, side by side."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ..reading.estimate import LESS, MORE, Estimate
from ..reading.funnel import CONTACTED, MEMBERS, SCREENED, STAGES, TWO_FIRMS, FunnelRow
from ..reading.sides import GOING_ON, NOT_SHOWN, RUN, TWIN
from ..texts import Texts
from .style import TEXT_PT, About, Chart, Room, balanced, frame, heading_in, key_in, styled

LEFT_IN, STEP_IN, CAUSE_IN = 2.35, 0.27, 0.2
NUMBER_SHARE = 0.16
"""Room beside the longest bar for its number, as a share of the axis."""


class Look(NamedTuple):
    """How a kind of bar is filled: contrast 3:1 or more to white, and a hatch of its own."""

    face: str
    edge: str
    hatch: str


LOOKS = {
    "key_before": Look("#1f8378", "white", "...."),
    "key_step": Look("#0b3c6f", "white", ""),
    "key_cause": Look("white", "#8a4b12", "//////"),
}
"""By the sentence that explains it."""


def cause_in_words(cause: str, texts: Texts) -> str:
    """Return why cases came no further."""
    return texts(f"funnel.{cause}" if cause in (GOING_ON, NOT_SHOWN) else f"explain.cause.{cause}")


class Line(NamedTuple):
    """A row of the chart: a step, or a cause under it, and its number on each side."""

    step: str
    cause: str
    means: dict[str, float]

    @property
    def look(self) -> Look:
        """Return how the row's bars are filled."""
        if self.cause:
            return LOOKS["key_cause"]
        return LOOKS["key_before" if self.step in (CONTACTED, SCREENED) else "key_step"]

    @property
    def height_in(self) -> float:
        """Return the room the row takes."""
        return CAUSE_IN if self.cause else STEP_IN


@styled
def draw(rows: Sequence[FunnelRow], more: Estimate, about: About) -> Chart:
    """Draw two panels of bars, one for the scenario and one for its twin, on one scale: of cases between two firms.

    `more` is the paired difference in those that were built. Raises ValueError without any rows.
    """
    if not rows:
        raise ValueError("no paired runs: the funnel needs a scenario that differs from its twin")
    texts, of_two = about.texts, [row for row in rows if row.kind == TWO_FIRMS]
    title = _title(of_two, more, about)
    built = [row for row in rows if (row.kind, row.step, row.cause) == (MEMBERS, STAGES[-1], "")]
    members = {row.side: row.mean for row in built}
    told = {"years": _years(rows), "last": rows[0].last_year, "members": texts.number(members[RUN])}
    caption = about.caption(texts("funnel.caption", **told, members_without=texts.number(members[TWIN])))
    figure = _figure(title, caption, of_two, texts)
    return Chart("funnel", figure, title, caption, _alt(of_two, texts), rows, FunnelRow._fields)


def _figure(title: str, caption: str, rows: Sequence[FunnelRow], texts: Texts) -> Figure:
    lines, labels = _lines(rows), [texts(f"funnel.{name}") for name in LOOKS]
    headings = [_heading(rows, side, texts) for side in (RUN, TWIN)]
    panel_in, above_in = sum(line.height_in for line in lines) + 0.1, key_in(labels) + heading_in(headings)
    box = frame(title, caption, above_in + panel_in, LEFT_IN)
    (panels,) = box.grid(1, 2, panel_in, Room(above_in, 0, 0), wspace=0.08)
    most = max(row.mean for row in rows) or 1.0
    for axes, side, heading in zip(panels, (RUN, TWIN), headings, strict=True):
        axes.set_title(heading, loc="left")
        axes.set_xlim(0, most * (1 + NUMBER_SHARE))
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        _bars(axes, lines, side, texts)
    middles = _middles(lines)
    panels[0].set_yticks(middles, [_label(line, rows[0].last_year, texts) for line in lines])
    for label, line in zip(panels[0].get_yticklabels(), lines, strict=True):
        label.set_fontweight("normal" if line.cause else "bold")
    box.legend([_patch(look) for look in LOOKS.values()], labels)
    return box.figure


def _lines(rows: Sequence[FunnelRow]) -> list[Line]:
    """Return the steps in their order, each with the causes that occur on either side, the commonest first."""
    means: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        means.setdefault((row.step, row.cause), {RUN: 0.0, TWIN: 0.0})[row.side] = row.mean
    lines = [Line(step, cause, numbers) for (step, cause), numbers in means.items()]
    steps = list(dict.fromkeys(row.step for row in rows))
    last = ("", GOING_ON, NOT_SHOWN)

    def place(line: Line) -> tuple:
        late = last.index(line.cause) if line.cause in last else 0
        return steps.index(line.step), bool(line.cause), late, -max(line.means.values())

    return sorted(lines, key=place)


def _middles(lines: list[Line]) -> list[float]:
    tops = [sum(line.height_in for line in lines[:i]) for i in range(len(lines))]
    return [top + line.height_in / 2 for top, line in zip(tops, lines, strict=True)]


def _bars(axes: Axes, lines: list[Line], side: str, texts: Texts) -> None:
    for line, middle in zip(lines, _middles(lines), strict=True):
        look, mean = line.look, line.means[side]
        axes.barh(middle, mean, 0.8 * line.height_in, facecolor=look.face, edgecolor=look.edge, hatch=look.hatch, linewidth=0.8)
        weight = "normal" if line.cause else "bold"
        axes.text(mean, middle, f" {texts.number(mean)}", va="center", size=TEXT_PT - 0.5, weight=weight)
    axes.set_ylim(sum(line.height_in for line in lines) + 0.05, -0.05)
    axes.set_yticks(_middles(lines), [])
    axes.tick_params(axis="y", length=0)


def _label(line: Line, last: int, texts: Texts) -> str:
    return cause_in_words(line.cause, texts) if line.cause else texts(f"funnel.step.{line.step}", last=last)


def _heading(rows: Sequence[FunnelRow], side: str, texts: Texts) -> str:
    return balanced(texts.scenario(rows[0].scenario), 28) if side == RUN else texts("funnel.without")


def _patch(look: Look) -> Patch:
    return Patch(facecolor=look.face, edgecolor=look.edge, hatch=look.hatch, linewidth=0.8)


def _title(rows: Sequence[FunnelRow], more: Estimate, about: About) -> str:
    """Say how many more come into operation than without: shares of what was opened are of unlike cases."""
    numbers = {row.side: row.mean for row in rows if not row.cause and row.step == STAGES[-1]}
    verdict, texts = more.verdict(about.statements), about.texts
    told = {"scenario": texts.scenario(rows[0].scenario), "years": _years(rows), "difference": texts.number(abs(more.mean))}
    told |= {"built": texts.number(numbers[RUN]), "built_without": texts.number(numbers[TWIN]), "without": about.without}
    return texts(f"funnel.title_{verdict if verdict in (MORE, LESS) else 'not'}", **told)


def _years(rows: Sequence[FunnelRow]) -> str:
    first, last = rows[0].first_year, rows[0].last_year
    return str(last) if first == last else f"{first}\N{EN DASH}{last}"


def _alt(rows: Sequence[FunnelRow], texts: Texts) -> str:
    return texts("funnel.alt", details=" ".join(_alt_side(rows, side, texts) for side in (RUN, TWIN)))


def _alt_side(rows: Sequence[FunnelRow], side: str, texts: Texts) -> str:
    steps = "; ".join(_alt_row(row, texts) for row in rows if row.side == side)
    return texts("funnel.alt_side", scenario=_heading(rows, side, texts).replace("\n", " "), steps=steps)


def _alt_row(row: FunnelRow, texts: Texts) -> str:
    label = _label(Line(row.step, row.cause, {}), row.last_year, texts)
    return f"{label} {texts.number(row.mean)}"
