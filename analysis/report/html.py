"""HTML in small pieces. Text is escaped unless a function of this module made it, so no name can become markup."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from ..texts import clean


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


class Cell(NamedTuple):
    """A number in a table with what belongs to it, each on a line of its own; `words` is a cell of running text."""

    lines: Sequence[str]
    words: bool = False


VOID = frozenset({"meta", "br", "img"})
"""Elements without an end."""


def element(name: str, /, *content: str, **attributes: str | None) -> Markup:
    """Return an element with its content; `class_` is written class, `aria_label` aria-label, None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"' for key, value in attributes.items() if value is not None
    )
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{joined(content)}</{name}>")


def joined(pieces: Iterable[str], between: str = "") -> Markup:
    """Put pieces one after the other, escaping those that are no markup."""
    return Markup(_safe(between).join(_safe(piece) for piece in pieces))


def items(texts: Iterable[str], **attributes: str) -> Markup:
    """Return a list of points."""
    return element("ul", *(element("li", text) for text in texts), **attributes)


def scrolling(label: str, *content: str, class_: str = "wide") -> Markup:
    """Return a region that scrolls by itself, also from the keyboard, where it is wider than the page."""
    return element("div", *content, class_=class_, role="region", aria_label=label, tabindex="0")


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str | Cell]], class_: str | None = None) -> Markup:
    """Return a table in a region of its own; the first cell of each row is its header."""
    top = element("tr", *(element("th", head, scope="col") for head in heads))
    return bodied(caption, [top], rows, class_)


def bodied(caption: str, tops: Sequence[Markup], rows: Iterable[Sequence[str | Cell]], class_: str | None = None) -> Markup:
    """Return a table below header rows that are made already."""
    body = element("tbody", *(_row(row) for row in rows))
    whole = element("table", element("caption", element("span", caption)), element("thead", *tops), body, class_=class_)
    return scrolling(caption, whole)


def _row(cells: Sequence[str | Cell]) -> Markup:
    first, *others = cells
    header = first if isinstance(first, str) else joined(first.lines, " ")
    return element("tr", element("th", header, scope="row"), *map(_cell, others))


def _cell(cell: str | Cell) -> Markup:
    """Return a cell: words stand left, everything else is taken for a number."""
    if isinstance(cell, str):
        return element("td", cell)
    if cell.words:
        return element("td", *cell.lines, class_="words")
    return element("td", *(element("span", line) for line in cell.lines))


def _safe(piece: str) -> str:
    return piece if isinstance(piece, Markup) else _escaped(piece)


def _escaped(text: str) -> str:
    return escape(clean(text))
