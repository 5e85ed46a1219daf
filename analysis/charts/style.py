"""How every chart looks, and how it is saved: the same bytes whenever the same table is drawn."""

import math
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib import style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..reading.tables import write_csv
from ..texts import Texts, cut

WIDTH_IN = 7.5
TITLE_PT, TEXT_PT, CAPTION_PT = 11.0, 8.5, 7.5
LINE_SPACING = 1.3
TITLE_CHARACTERS, CAPTION_CHARACTERS = 76, 124
MARGIN_IN, RIGHT_IN = 0.15, 0.25
KEY_LINE_IN, KEY_SPACING, KEY_HANDLE, KEY_PAD = 0.19, 2.0, 2.4, 0.8
MOST_KEY_COLUMNS = 3
DOTS_PER_INCH = 150
LETTER_EM, LEAST_WIDTH = 0.61, 4
"""Width of usual letters in a line, against their height: lines of wider ones are shorter, of so many letters at least."""
LONGEST_NAME = 100
"""Characters of a scenario's name beside a row; titles tell all of it."""

INK = "#1a1a1a"
FONT = "DejaVu Sans"
STYLE = {
    "font.family": FONT,
    "font.size": TEXT_PT,
    "text.color": INK,
    "text.parse_math": False,  # a $ in a scenario's name is a $
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlesize": TEXT_PT + 0.5,
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.8,
    "svg.hashsalt": "symbiosis",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
}


class Chart(NamedTuple):
    """A figure with what belongs to it: file name, title that states the finding, caption, text alternative, data."""

    name: str
    figure: Figure
    title: str
    caption: str
    alt: str
    rows: Sequence[Any]
    columns: Sequence[str]


class About(NamedTuple):
    """What charts say of the result they draw: its scenario of reference, the first year of sums, firms and runs in words.

    `without` is what the reference is compared with, such as `without a centre`. `statements` is how many titles are told
    together: what one of them says holds with all others in 95 of 100 cases.
    """

    texts: Texts
    reference: str
    without: str
    since: int
    firms: str
    runs: str
    statements: int

    def caption(self, *sentences: str) -> str:
        """Return a caption: a chart's own sentences, then what every chart says."""
        return " ".join([*sentences, self.texts("chart.caption", firms=self.firms, runs=self.runs)])


@contextmanager
def applied() -> Iterator[None]:
    """Draw or save in this style, whatever the user's own settings of matplotlib are."""
    with style.context(["default", STYLE]):
        yield


def styled(draw: Callable[..., Chart]) -> Callable[..., Chart]:
    """Make a function draw in this style."""

    @wraps(draw)
    def drawn(*args: Any, **kwargs: Any) -> Chart:
        with applied():
            return draw(*args, **kwargs)

    return drawn


class Room(NamedTuple):
    """What rows of panels need beside themselves: for the key above, for headings and labels between, for labels below."""

    above_in: float
    between_in: float
    below_in: float


class Frame(NamedTuple):
    """An empty figure between title and caption; `top`, `bottom`, `left`, `right` bound its body as shares of the figure."""

    figure: Figure
    top: float
    bottom: float
    left: float
    right: float

    def grid(self, rows: int, columns: int, panel_in: float, room: Room, wspace: float) -> np.ndarray:
        """Fill the body with panels [rows, columns] of so many inches' height, with room above, below and between them."""
        height = self.figure.get_figheight()
        grid = self.figure.add_gridspec(
            rows, columns, left=self.left, right=self.right, hspace=room.between_in / panel_in, wspace=wspace,
            top=self.top - room.above_in / height, bottom=self.bottom + room.below_in / height,
        )  # fmt: skip
        return grid.subplots(squeeze=False)

    def legend(self, handles: Sequence[Artist], labels: Sequence[str]) -> None:
        """Put the key to the marks at the top of the body, in as many columns as fit, three at most."""
        corner = (MARGIN_IN / WIDTH_IN, self.top)
        self.figure.legend(
            handles, labels, ncols=_key_columns(labels), frameon=False, loc="upper left", bbox_to_anchor=corner,
            borderaxespad=0, borderpad=0, handlelength=KEY_HANDLE, handleheight=1.1,
            columnspacing=KEY_SPACING, handletextpad=KEY_PAD,
        )  # fmt: skip


def frame(title: str, caption: str, body_in: float, left_in: float) -> Frame:
    """Return a figure high enough for its title, a body of so many inches and its caption."""
    title_lines = balanced(title, TITLE_CHARACTERS).split("\n")
    caption_lines = textwrap.wrap(caption, CAPTION_CHARACTERS, break_on_hyphens=False)
    head_in = 2 * MARGIN_IN + len(title_lines) * TITLE_PT * LINE_SPACING / 72
    foot_in = 2 * MARGIN_IN + len(caption_lines) * CAPTION_PT * LINE_SPACING / 72
    height = head_in + body_in + foot_in
    figure = Figure(figsize=(WIDTH_IN, height))
    FigureCanvasAgg(figure)
    x, margin = MARGIN_IN / WIDTH_IN, MARGIN_IN / height
    figure.text(x, 1 - margin, "\n".join(title_lines), va="top", size=TITLE_PT, weight="bold", linespacing=LINE_SPACING)
    figure.text(x, margin, "\n".join(caption_lines), va="bottom", size=CAPTION_PT, linespacing=LINE_SPACING)
    return Frame(figure, 1 - head_in / height, foot_in / height, left_in / WIDTH_IN, 1 - RIGHT_IN / WIDTH_IN)


def balanced(text: str, width: int) -> str:
    """Wrap into as few lines as the width asks for, in letters of usual width, and these about equally long.

    A figure and its error stay on one line.
    """
    text = text.replace(" ± ", "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}")

    def wrapped(narrow: int) -> list[str]:
        return textwrap.wrap(text, narrow, break_on_hyphens=False)

    widest = next((one for one in range(width, LEAST_WIDTH, -1) if _fit(wrapped(one), width)), LEAST_WIDTH)
    few, word = len(wrapped(widest)), max(map(len, text.split(" ")), default=1)  # no word is broken that fits into a line
    narrow = next(narrow for narrow in range(min(word, widest), widest + 1) if len(wrapped(narrow)) <= few)
    return "\n".join(wrapped(narrow))


def cut_to(text: str, width: int) -> str:
    """Return a text that is as wide as so many usual letters at most, with a mark where its end is left out."""
    return next(shown for letters in range(width, 0, -1) if _fit([shown := cut(text, letters)], width) or letters == 1)


def _fit(lines: Sequence[str], width: int) -> bool:
    return all(_ems(line) <= width * LETTER_EM for line in lines)


def _ems(text: str) -> float:
    """Return the width of a text in bold, against the height of its letters."""
    size = FontProperties(family=FONT, size=TEXT_PT, weight="bold")
    return float(text_to_path.get_text_width_height_descent(text, size, False)[0]) / TEXT_PT


def key_in(labels: Sequence[str]) -> float:
    """Return the inches that the key with these labels takes."""
    return KEY_LINE_IN * math.ceil(len(labels) / _key_columns(labels)) + 0.1


def heading_in(headings: Sequence[str]) -> float:
    """Return the inches that panels' headings take, the highest of them."""
    return 0.08 + 0.17 * max(heading.count("\n") + 1 for heading in headings)


def row_in(labels: Sequence[str], least: float) -> float:
    """Return the inches a row takes whose label stands in several lines, the highest of them; `least` at least."""
    return max(least, 0.08 + 0.15 * max(label.count("\n") + 1 for label in labels))


def _key_columns(labels: Sequence[str]) -> int:
    room = (WIDTH_IN - 2 * MARGIN_IN) * 72
    return next((n for n in range(min(MOST_KEY_COLUMNS, len(labels)), 1, -1) if _key_pt(labels, n) <= room), 1)


def _key_pt(labels: Sequence[str], columns: int) -> float:
    """Return the width of the key in so many columns, which it fills one after the other."""
    size = FontProperties(family=FONT, size=TEXT_PT)
    widths = [text_to_path.get_text_width_height_descent(label, size, False)[0] for label in labels]
    texts = sum(max(part) for part in np.array_split(widths, columns))
    return texts + TEXT_PT * (columns * (KEY_HANDLE + KEY_PAD) + (columns - 1) * KEY_SPACING)


def numbered(axis: Any, texts: Texts, few: bool = False) -> None:
    """Write an axis' numbers as the language does; `few` of them on a narrow panel."""

    def written(value: float, _: int) -> str:
        ticks = axis.get_majorticklocs()
        step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
        return texts.number(value, max(0, -math.floor(math.log10(step) + 1e-9)))

    axis.set_major_locator(MaxNLocator(nbins=3 if few else 5, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(written))


def zero_line(axes: Axes, vertical: bool) -> None:
    """Mark zero."""
    (axes.axvline if vertical else axes.axhline)(0, color=INK, linewidth=0.8, zorder=3)


def files_of(name: str) -> list[str]:
    """Return the names of the files that a chart is written as."""
    return [f"{name}.{kind}" for kind in ("svg", "png", "pdf", "csv", "txt")]


def save(chart: Chart, folder: Path) -> None:
    """Write a chart as SVG, PNG and PDF, its data as CSV and its text alternative as .txt."""
    folder.mkdir(parents=True, exist_ok=True)
    titles = {"Title": chart.title}
    metadata: dict[str, dict[str, Any]] = {
        "svg": titles | {"Description": chart.alt, "Date": None},
        "png": titles | {"Description": chart.alt},
        "pdf": titles | {"Subject": chart.alt, "CreationDate": None},
    }
    with applied():
        for kind, about in metadata.items():
            chart.figure.savefig(folder / f"{chart.name}.{kind}", dpi=DOTS_PER_INCH, metadata=about)
    write_csv(folder / f"{chart.name}.csv", chart.rows, chart.columns)
    (folder / f"{chart.name}.txt").write_text(chart.alt + "\n", encoding="utf-8", newline="\n")
