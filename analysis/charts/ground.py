"""The ground of a map: municipalities on a flat piece of paper true to scale, and their names beside them."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from ..reading.sides import Place
from .style import INK, MARGIN_IN, RIGHT_IN, WIDTH_IN, cut_to

LABEL_PT = 7.0
LONGEST_NAME = 24
"""Letters of usual width in a place's name; a longer one would run across the map, and over its edge."""
KM_PER_DEGREE = 111.2
WEST_KM, EAST_KM, NORTH_KM, SOUTH_KM = 20, 22, 8, 12
ALONE_KM = 30
"""Shown to every side of a municipality that is the only one."""
HIGHEST_IN, GAP_IN = 3.4, 0.12
SCALE_KM = 20
EDGE = "#8a8a8a"
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
"""Where a name may stand beside its circle, the first preferred."""
ROUNDS, POINTS = 4, 40
"""How often names are placed anew, and points looked at along a line."""
WORSE = 9
"""How much worse than a circle or a line it is to cover another name or to leave the map."""
GAPS_IN = {0.02: 0.0, 0.08: 0.5}
"""How far a name may stand from its circle, and the part of itself it may cover rather than stand there."""
NO_CIRCLE_IN = 0.02


class Box(NamedTuple):
    """A rectangle in kilometres."""

    x0: float
    y0: float
    x1: float
    y1: float

    def shared(self, other: "Box") -> float:
        """Return the area that two rectangles share."""
        wide = min(self.x1, other.x1) - max(self.x0, other.x0)
        high = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(0.0, wide) * max(0.0, high)

    @property
    def area(self) -> float:
        """Return the rectangle's area."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)


class Ground(NamedTuple):
    """A piece of the map: places in kilometres east and north, its bounds, and its size on paper."""

    places: Sequence[Place]
    at: dict[str, tuple[float, float]]
    bounds: Box
    columns: int
    width_in: float
    height_in: float

    @classmethod
    def of(cls, places: Sequence[Place], columns: int) -> "Ground":
        """Return the ground of so many maps abreast: equirectangular, true to scale in the middle of the places."""
        cosine = math.cos(math.radians((min(one.lat for one in places) + max(one.lat for one in places)) / 2))
        at = {one.code: (one.lon * cosine * KM_PER_DEGREE, one.lat * KM_PER_DEGREE) for one in places}
        bounds = _bounds([x for x, _ in at.values()], [y for _, y in at.values()])
        width_in = (WIDTH_IN - MARGIN_IN - RIGHT_IN - (columns - 1) * GAP_IN) / columns
        wide, high = bounds.x1 - bounds.x0, bounds.y1 - bounds.y0
        km_per_in = max(wide / width_in, high / HIGHEST_IN)
        spare = (km_per_in * width_in - wide) / 2
        return cls(places, at, bounds._replace(x0=bounds.x0 - spare, x1=bounds.x1 + spare), columns, width_in, high / km_per_in)

    def km(self, inches: float) -> float:
        """Return what so many inches on paper are on the ground."""
        return inches * (self.bounds.y1 - self.bounds.y0) / self.height_in

    def parallel(self, one: str, other: str, aside_in: float) -> tuple[list[float], list[float]]:
        """Return x and y of the line between two places, moved aside."""
        (x0, y0), (x1, y1) = self.at[one], self.at[other]
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        dx, dy = (self.km(aside_in) * part / length for part in (y0 - y1, x1 - x0))
        return [x0 + dx, x1 + dx], [y0 + dy, y1 + dy]

    def prepare(self, axes: Axes) -> None:
        """Give axes the ground's bounds and a thin edge."""
        axes.set_xlim(self.bounds.x0, self.bounds.x1)
        axes.set_ylim(self.bounds.y0, self.bounds.y1)
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set(visible=True, color=EDGE, linewidth=0.6)

    def scale_bar(self, axes: Axes, words: str) -> None:
        """Draw how long some kilometres are, in the lower left corner."""
        x, y = self.bounds.x0 + self.km(0.08), self.bounds.y0 + self.km(0.1)
        axes.plot([x, x + SCALE_KM], [y, y], color=INK, linewidth=1.4, marker="|", markersize=5)
        axes.text(x + SCALE_KM + self.km(0.06), y, words, size=LABEL_PT, va="center")


class Name(NamedTuple):
    """A place's name, and where its lower left corner stands."""

    text: str
    x: float
    y: float


def beside(axes: Axes, ground: Ground, radii_in: dict[str, float], lines: Iterable[tuple[str, str]]) -> list[Name]:
    """Return where the names of the places stand: beside their circles, each where it covers least.

    `radii_in` are those of the circles of places that have any; `lines` join two places.
    """
    shown = {one.code: cut_to(one.name, LONGEST_NAME) for one in ground.places}
    sizes = {code: _size(axes, name, ground) for code, name in shown.items()}
    circles = {code: _around(at, ground.km(radii_in.get(code, NO_CIRCLE_IN))) for code, at in ground.at.items()}
    placed = _placed(Sheet(ground, circles, _points(ground, lines)), sizes)
    return [Name(name, placed[code].x0, placed[code].y0) for code, name in shown.items()]


def write(axes: Axes, names: Iterable[Name]) -> None:
    """Write names with a white edge, so that lines do not run into the letters."""
    for name in names:
        text = axes.text(name.x, name.y, name.text, size=LABEL_PT, va="bottom", ha="left", zorder=6)
        text.set_path_effects([withStroke(linewidth=2, foreground="white")])


def _bounds(x: Sequence[float], y: Sequence[float]) -> Box:
    if len(x) == 1:
        return Box(x[0] - ALONE_KM, y[0] - ALONE_KM / 2, x[0] + ALONE_KM, y[0] + ALONE_KM / 2)
    return Box(min(x) - WEST_KM, min(y) - SOUTH_KM, max(x) + EAST_KM, max(y) + NORTH_KM)


def _size(axes: Axes, name: str, ground: Ground) -> tuple[float, float]:
    """Return width and height of a name in kilometres."""
    text = axes.text(0, 0, name, size=LABEL_PT)
    extent = text.get_window_extent()
    text.remove()
    dpi = axes.get_figure(root=True).dpi  # type: ignore[union-attr]
    return ground.km(extent.width / dpi), ground.km(extent.height / dpi)


def _around(centre: tuple[float, float], radius: float) -> Box:
    return Box(centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)


class Sheet(NamedTuple):
    """What names should not cover: circles, points along lines [points, 2], and what lies beyond the edge."""

    ground: Ground
    circles: dict[str, Box]
    points: np.ndarray

    @property
    def around(self) -> dict[str, Box]:
        """Return the circles with some room, so that no name seems to belong to another place."""
        room = self.ground.km(0.06)
        return {code: Box(x0 - room, y0 - room, x1 + room, y1 + room) for code, (x0, y0, x1, y1) in self.circles.items()}

    def cost(self, box: Box, names: Iterable[Box], circles: Iterable[Box]) -> float:
        """Return how much a name in this box would cover, as an area; a point counts for a part of the name."""
        x, y = self.points.T
        inside = ((box.x0 < x) & (x < box.x1) & (box.y0 < y) & (y < box.y1)).sum()
        covered = sum(box.shared(one) for one in circles)
        worse = sum(box.shared(one) for one in names) + box.area - box.shared(self._inner)
        return covered + WORSE * worse + float(inside) * box.area / POINTS

    @property
    def _inner(self) -> Box:
        (x0, y0, x1, y1), edge = self.ground.bounds, self.ground.km(0.06)
        return Box(x0 + edge, y0 + edge, x1 - edge, y1 - edge)


def _points(ground: Ground, lines: Iterable[tuple[str, str]]) -> np.ndarray:
    ends = [(ground.at[one], ground.at[other]) for one, other in sorted(lines)]
    along = np.linspace(0, 1, POINTS)
    points = [np.outer(1 - along, one) + np.outer(along, other) for one, other in ends]
    return np.concatenate([np.empty((0, 2)), *points])


def _placed(sheet: Sheet, sizes: dict[str, tuple[float, float]]) -> dict[str, Box]:
    """Place names one after the other, those of large circles first, and again while others stand in the way."""
    order = sorted(sheet.circles, key=lambda code: (-sheet.circles[code].area, code))
    placed: dict[str, Box] = {}
    for _ in range(ROUNDS):
        for code in order:
            names = [box for other, box in placed.items() if other != code]
            circles = [around for other, around in sheet.around.items() if other != code]
            placed[code] = min(
                (sheet.cost(box, names, circles) + rather * box.area, place, box)
                for gap, rather in GAPS_IN.items()
                for place, box in enumerate(_choices(sheet.circles[code], sizes[code], sheet.ground.km(gap)))
            )[-1]
    return placed


def _choices(circle: Box, size: tuple[float, float], gap: float) -> list[Box]:
    """Return the places beside a circle where a name of this size may stand."""
    (wide, high), x, y = size, (circle.x0 + circle.x1) / 2, (circle.y0 + circle.y1) / 2
    radius = (circle.x1 - circle.x0) / 2 + gap
    boxes = []
    for right, up in DIRECTIONS:
        reach = radius * (0.75 if right and up else 1)
        left = x + right * reach - wide * (1 - right) / 2
        bottom = y + up * reach - high * (1 - up) / 2
        boxes.append(Box(left, bottom, left + wide, bottom + high))
    return boxes
