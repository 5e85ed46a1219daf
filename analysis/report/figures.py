"""The charts of a result inside the page: as SVG, or as PNG where that would be large, each with words and data."""

import base64
import io
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..charts.funnel import cause_in_words
from ..charts.style import DOTS_PER_INCH, Chart, applied
from ..texts import decimals_for
from .html import Cell, Markup, element, joined, scrolling, table
from .words import Words

LARGEST_SVG = 800_000
"""Characters; a larger drawing is embedded as a picture."""
MOST_ROWS = 160
"""A longer table of data is left in the result folder."""
GROUPS = {"class": "class", "measure": "measure", "unit": "codebook.unit", "step": "funnel.step"}
"""Where the values of a column have names, if not under its own."""


def figures(charts: Sequence[Chart], words: Words) -> Markup:
    """Return every chart with its title above, its caption below and its data."""
    if not charts:
        return element("p", words("body.figures_none", since=words.evidence.since))
    return joined(_figure(number, chart, words) for number, chart in enumerate(charts, 1))


def _figure(number: int, chart: Chart, words: Words) -> Markup:
    title = words("body.figure", number=number, title=chart.title)
    caption = element("figcaption", chart.caption)
    picture = scrolling(title, drawn(chart), class_="picture")
    return element("figure", element("h3", title), picture, caption, _data(number, chart, words), id=f"figure-{number}")


def drawn(chart: Chart) -> Markup:
    """Return the chart without its title and caption, which the page writes itself, and with its text alternative."""
    svg = _saved(chart, "svg").decode()
    if len(svg) <= LARGEST_SVG:
        return _inline(svg, chart)
    picture = base64.b64encode(_saved(chart, "png")).decode()
    return element("img", src=f"data:image/png;base64,{picture}", alt=chart.alt)


def _saved(chart: Chart, kind: str) -> bytes:
    target = io.BytesIO()
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None} if kind == "svg" else {"Software": None}
    with applied(), _without_words(chart):
        chart.figure.savefig(target, format=kind, dpi=DOTS_PER_INCH, metadata=metadata, bbox_inches="tight", pad_inches=0.05)
    return target.getvalue()


@contextmanager
def _without_words(chart: Chart) -> Iterator[None]:
    """Hide title and caption while a chart is saved."""
    words = {"".join(text.split()) for text in (chart.title, chart.caption)}
    hidden = [text for text in chart.figure.texts if "".join(text.get_text().split()) in words]
    for text in hidden:
        text.set_visible(False)
    try:
        yield
    finally:
        for text in hidden:
            text.set_visible(True)


def _inline(svg: str, chart: Chart) -> Markup:
    """Return a drawing as part of the page: no prologue, no addresses, and ids that no other drawing has."""
    body = svg[svg.index("<svg") :].strip()
    opening, content = re.match(r"(<svg[^>]*>)(.*)</svg>$", body, re.DOTALL).groups()  # type: ignore[union-attr]
    content = re.sub(r"<metadata>.*?</metadata>", "", content, flags=re.DOTALL)
    content = re.sub(r"<!--.*?-->", "", content, flags=re.DOTALL).replace("xlink:href=", "href=")
    mine = f"{chart.name}-"
    content = re.sub(r'\bid="', f'id="{mine}', content)
    content = re.sub(r'href="#', f'href="#{mine}', content)
    content = re.sub(r"url\(#", f"url(#{mine}", content)
    view = re.search(r'viewBox="([^"]*)"', opening)
    names = {"title": f"{mine}title", "desc": f"{mine}desc"}
    about = [element("title", chart.title, id=names["title"]), element("desc", chart.alt, id=names["desc"])]
    return element(
        "svg", *about, Markup(re.sub(r"\s*\n\s*", "\n", content)), viewBox=view.group(1) if view else None,
        role="img", aria_labelledby=names["title"], aria_describedby=names["desc"],
    )  # fmt: skip


def _data(number: int, chart: Chart, words: Words) -> Markup:
    if len(chart.rows) > MOST_ROWS:
        return element("p", words("body.data_large", rows=len(chart.rows), name=chart.name), class_="note")
    heads = [words.texts(f"data.column.{name}") for name in chart.columns]
    decimals = [_decimals([row[place] for row in chart.rows]) for place in range(len(chart.columns))]
    rows = [
        [_cell(name, value, places, words) for name, value, places in zip(chart.columns, row, decimals, strict=True)]
        for row in chart.rows
    ]
    whole = table(words("body.data_table", number=number), heads, rows)
    return element("details", element("summary", words("body.data")), whole, class_="data")


def _decimals(values: Sequence[Any]) -> int:
    return decimals_for([value for value in values if isinstance(value, float)], 1)


def _cell(column: str, value: Any, decimals: int, words: Words) -> str | Cell:
    if isinstance(value, float):
        return "" if math.isnan(value) else words.texts.number(value, decimals)
    return str(value) if isinstance(value, int) else Cell([in_words(column, value, words)], True)


def in_words(column: str, value: str, words: Words) -> str:
    """Return what a value of a column is called. Raises KeyError for one that has no name."""
    texts, evidence = words.texts, words.evidence
    if not value:
        return ""
    if column in ("scenario", "reference"):
        return texts.scenario(value)
    if column in ("supplier", "receiver"):
        return words.place(value)
    if column == "cause":
        return cause_in_words(value, texts)
    told = {"since": evidence.since, "tonnes": texts("unit.t"), "last": evidence.results.years[-1]}
    return texts(f"{GROUPS.get(column, f'data.{column}')}.{value}", **told)
