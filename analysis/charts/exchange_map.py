"""Where exchanges run: municipalities as circles at their seats, lines between them, by kind, at the end of some years."""

from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Wedge

from ..reading.connections import Connection
from ..reading.estimate import LESS, MORE, Estimate
from ..reading.sides import RUN, TWIN, Place
from ..texts import Texts
from .ground import GAP_IN, LABEL_PT, Ground, beside, write
from .map_panel import DOT_IN, LEAST_LINE, LOOKS, Look, Panel, Sizes, joined, kinds_in, panel_of, radii_in, sizes_of
from .style import INK, About, Chart, Room, balanced, frame, heading_in, key_in, styled

BELOW_IN, LEFT_IN = 0.42, 0.15
LEAST_RING_IN = 0.045
NICE = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
EMPTY = "#6e6e6e"


@styled
def draw(rows: Sequence[Connection], places: Sequence[Place], more: Estimate, year: int, about: About) -> Chart:
    """Draw a map for each year, above of the scenario, below of its twin.

    `more` is the paired difference in exchanges at the end of `year`, of which the title speaks. Raises ValueError without
    places.
    """
    if not places:
        raise ValueError("no municipalities: the map needs their seats")
    texts, years = about.texts, sorted({row.year for row in rows})
    panels = [panel_of([row for row in rows if (row.side, row.year) == (side, year)]) for side in (RUN, TWIN) for year in years]
    title = _title(panels[0].name, year, more, about)
    least = texts.number(LEAST_LINE, 2)
    caption = about.caption(texts("map.caption", least=least), *_missing(panels, texts))
    figure = _figure(title, caption, panels, Ground.of(places, len(years)), texts)
    return Chart("map", figure, title, caption, _alt(panels, texts), rows, Connection._fields)


def _figure(title: str, caption: str, panels: Sequence[Panel], ground: Ground, texts: Texts) -> Figure:
    sizes = sizes_of(panels)
    handles, labels = _key(panels, sizes, texts)
    headings = [_heading(panel, texts) for panel in panels]
    heading = heading_in(headings)
    above_in = key_in(labels) + heading
    box = frame(title, caption, above_in + 2 * (ground.height_in + BELOW_IN) + heading, LEFT_IN)
    room = Room(above_in, heading + BELOW_IN, BELOW_IN)
    grid = box.grid(2, ground.columns, ground.height_in, room, wspace=GAP_IN / ground.width_in).ravel()
    names = beside(grid[0], ground, radii_in(panels, sizes), joined(panels))
    for axes, panel, words in zip(grid, panels, headings, strict=True):
        axes.set_title(words, loc="left")
        ground.prepare(axes)
        _lines(axes, panel, ground, sizes)
        _circles(axes, panel, ground, sizes)
        write(axes, names)
        axes.text(0, -0.02, _beside(panel, texts), transform=axes.transAxes, va="top", size=LABEL_PT, linespacing=1.3)
    ground.scale_bar(grid[0], texts("map.scale"))
    box.legend(handles, labels)
    return box.figure


def _lines(axes: Axes, panel: Panel, ground: Ground, sizes: Sizes) -> None:
    """Draw lines, the lines of several kinds beside each other."""
    for (one, other), numbers in sorted(panel.between.items()):
        kinds = [kind for kind in LOOKS if numbers.get(kind, 0) >= LEAST_LINE]
        for place, kind in enumerate(kinds):
            look, width = LOOKS[kind], sizes.width_pt(numbers[kind])
            x, y = ground.parallel(one, other, (place - (len(kinds) - 1) / 2) * (width + 1.5) / 72)
            axes.plot(x, y, color=look.colour, linestyle=look.line, linewidth=width, solid_capstyle="butt", zorder=2)


def _circles(axes: Axes, panel: Panel, ground: Ground, sizes: Sizes) -> None:
    for place in ground.places:
        centre, numbers = ground.at[place.code], panel.within.get(place.code, {})
        radius, start = ground.km(sizes.radius_in(sum(numbers.values()))), 90.0
        if not numbers:
            axes.add_patch(Circle(centre, ground.km(DOT_IN), facecolor=EMPTY, edgecolor="none", zorder=3))
        for kind in (kind for kind in LOOKS if numbers.get(kind)):
            end = start + 360 * numbers[kind] / sum(numbers.values())
            look = LOOKS[kind]
            wedge = Wedge(centre, radius, start, end, facecolor=look.colour, hatch=look.hatch, edgecolor="white", linewidth=0.6)
            axes.add_patch(wedge).set_zorder(4)
            start = end
        if panel.named.get(place.code, 0) >= LEAST_LINE:
            ring = ground.km(max(LEAST_RING_IN, sizes.radius_in(panel.named[place.code])))
            axes.add_patch(Circle(centre, ring, fill=False, edgecolor=INK, linewidth=1, zorder=5))


def _missing(panels: Sequence[Panel], texts: Texts) -> list[str]:
    """Say of which kinds nothing is drawn, or a reader would look for them."""
    missing = [texts(f"map.{kind}").lower() for kind in LOOKS if kind not in kinds_in(panels)]
    return [texts("map.missing", kinds=", ".join(missing))] if missing else []


def _key(panels: Sequence[Panel], sizes: Sizes, texts: Texts) -> tuple[list[Artist], list[str]]:
    kinds = kinds_in(panels)
    marks: list[tuple[Artist, str]] = [(_sample(LOOKS[kind]), texts(f"map.{kind}")) for kind in kinds]
    if any(panel.within for panel in panels):
        number = _nice(max(sum(one.values()) for panel in panels for one in panel.within.values()))
        size = 144 * sizes.radius_in(number)
        marks.append((_circle(size, LOOKS["material"].colour), texts("map.node", number=_short(number, texts))))
    if any(panel.between for panel in panels):
        number = _nice(max(value for panel in panels for one in panel.between.values() for value in one.values()))
        line = Line2D([], [], color=INK, linewidth=sizes.width_pt(number))
        marks.append((line, texts("map.line", number=_short(number, texts))))
    if any(panel.named for panel in panels):
        marks.append((_circle(9, "none"), texts("map.named")))
    return [mark for mark, _ in marks], [words for _, words in marks]


def _sample(look: Look) -> Line2D:
    return Line2D([], [], color=look.colour, linestyle=look.line, linewidth=2.5)


def _circle(size_pt: float, face: str) -> Line2D:
    edge = INK if face == "none" else "white"
    return Line2D([], [], linestyle="", marker="o", markersize=size_pt, markerfacecolor=face, markeredgecolor=edge)


def _nice(number: float) -> float:
    return max((one for one in NICE if one <= number), default=number)


def _short(number: float, texts: Texts) -> str:
    return texts.number(number, 0 if float(number).is_integer() else 1)


def _heading(panel: Panel, texts: Texts) -> str:
    key = "map.panel" if panel.side == RUN else "map.panel_without"
    return balanced(texts(key, scenario=texts.scenario(panel.name), year=panel.year), 28)


def _numbers(panel: Panel, texts: Texts) -> dict[str, str]:
    within, drawn = panel.drawn
    numbers = {"within": within, "shown": drawn, "named": sum(panel.named.values())}
    return {name: texts.number(value) for name, value in {**numbers, "outside": panel.outside, "pooled": panel.pooled}.items()}


def _beside(panel: Panel, texts: Texts) -> str:
    numbers = _numbers(panel, texts)
    return f"{texts('map.shown', **numbers)}\n{texts('map.beside', **numbers)}"


def _title(scenario: str, year: int, more: Estimate, about: About) -> str:
    texts = about.texts
    words = {"scenario": texts.scenario(scenario), "year": year, "difference": texts.number(abs(more.mean))}
    words["without"] = about.without
    verdict = more.verdict(about.statements)
    return texts(f"map.title_{verdict if verdict in (MORE, LESS) else 'not'}", **words)


def _alt(panels: Sequence[Panel], texts: Texts) -> str:
    details = [
        texts("map.alt_panel", panel=_heading(panel, texts).replace("\n", " "), **_numbers(panel, texts)) for panel in panels
    ]
    return texts("map.alt", details=" ".join(details))
