"""Hostile texts in every place a user can write in: whatever is exported or shown, they stay texts."""

import csv
import re
import tempfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from analysis import summary
from analysis.charts.style import Chart, save
from analysis.export import command

from . import hostile_folder
from .claims import Case, Outcome, claim

OUTPUTS = ("csv", "csv-da", "xlsx", "report.html", "figures")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOLDS = (
    f"Each of {len(hostile_folder.PAYLOADS)} hostile texts, in each of {len(hostile_folder.SLOTS)} places a user can write in "
    "(names and titles of scenarios, funders, firms, residuals, municipalities, rules, files), stays text in CSV, Danish CSV, "
    "XLSX, the report and the figures: no cell is a formula or a link, no element or attribute appears in HTML or SVG that a "
    "harmless text does not have there."
)
_STARTS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def _plant_no_escape() -> None:
    """Let texts into the page as they are."""
    from analysis.report import html

    html._safe = lambda piece: piece


def _plant_no_apostrophe() -> None:
    """Export texts as they are."""
    from analysis.export import separated
    from analysis.neutral import clean_sql

    separated.inert_sql = clean_sql


@claim(
    "hostile-text",
    holds=HOLDS,
    quick=2,
    full=len(hostile_folder.PAYLOADS),
    limit_s=300,
    plants={"no-escape": _plant_no_escape, "no-apostrophe": _plant_no_apostrophe},
)
def hostile_text(case: Case) -> Outcome:
    """Put a payload into each place of a result, and look at everything that is made of it."""
    said = hostile_folder.texts(case.number)
    lang = ("da", "en")[case.number % 2]
    wrong = list(_wrongs(hostile_folder.write(case.folder / "result", said), lang, case.number))
    told = "\n".join(f"{slot}: {text[:100]!a}" for slot, text in said.items())
    return Outcome(len(said) * len(OUTPUTS), 0, tuple(f"{what}\n{told}" for what in wrong))


def _wrongs(result: Path, lang: str, number: int) -> Iterator[str]:
    for form in ("csv", "csv-da"):
        command.export(result, form, result.parent / form)
        yield from _wrong_tables(result.parent / form, ";" if form == "csv-da" else ",")
    command.export(result, "xlsx", result.parent / "xlsx")
    yield from _wrong_book(result.parent / "xlsx" / "result.xlsx")
    shown = _shown(result, lang, number)
    yield from _wrong_page(shown.page, _harmless(lang).page)
    for svg in shown.drawings:
        yield from _wrong_drawing(svg)
    yield from _wrong_tables(result, ",")
    yield from _wrong_tables(result / "figures", ",")


# --- CSV and XLSX ----------------------------------------------------------------------------------------------------


def _wrong_tables(folder: Path, delimiter: str) -> Iterator[str]:
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file, delimiter=";" if path.name == "codebook.da.csv" else delimiter, strict=True)
        for row in rows:
            if len(row) != len(header):
                yield f"{path.name}: a row of {len(row)} cells below {len(header)} columns"
            yield from (f"{path.name}: the cell {cell[:60]!a} may be a formula" for cell in row if _may_act(cell))


def _may_act(cell: str) -> bool:
    """Tell whether a spreadsheet may take a cell for a formula; a negative number is none."""
    begin = next((letter for letter in cell if unicodedata.category(letter)[0] not in "ZC"), "")
    is_number = re.fullmatch(r"-[0-9]+([.,][0-9]+)?(e[+-]?[0-9]+)?", cell) is not None
    return not is_number and bool(begin and begin in _STARTS_A_FORMULA or cell[:1] in ("\t", "\r", "\n") and cell)


def _wrong_book(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if re.search(r"extern|vba|activex|embed|hyperlink", name, re.IGNORECASE):
                yield f"the workbook has a part {name}"
            if not name.endswith((".xml", ".rels")):
                continue
            root = ElementTree.fromstring(book.read(name))
            if any(one.get("TargetMode") == "External" for one in root.iter()):
                yield f"{name}: a link to the outside"
            for kind in ("f", "hyperlink", "oleObject", "ddeLink"):
                yield from (f"{name}: an element {kind}" for _ in root.iter(f"{SHEET}{kind}"))
            yield from (f"{name}: a cell of type {t}" for t in {one.get("t") for one in root.iter(f"{SHEET}c")} - _CELL_TYPES)


_CELL_TYPES = {None, "inlineStr", "s", "n"}


# --- HTML and SVG ----------------------------------------------------------------------------------------------------


class Shown(NamedTuple):
    """The report of a result, and one of its drawings by itself."""

    page: str
    drawings: tuple[str, ...]


def _shown(result: Path, lang: str, number: int) -> Shown:
    """Write comparison and report, and of the charts, all of which stand in the report, one in turn with all its files."""
    charts: list[Chart] = []
    kept, summary.save = summary.save, lambda chart, _: charts.append(chart)
    try:
        summary.summarise(result, lang)
    finally:
        summary.save = kept
    save(charts[number % len(charts)], result / "figures")
    drawings = tuple(path.read_text(encoding="utf-8") for path in (result / "figures").glob("*.svg"))
    return Shown((result / "report.html").read_text(encoding="utf-8"), drawings)


@cache
def _harmless(lang: str) -> Shown:
    with tempfile.TemporaryDirectory() as folder:
        return _shown(hostile_folder.write(Path(folder) / "result", hostile_folder.harmless()), lang, 0)


class _Elements(HTMLParser):
    """The elements of a page with their attributes, drawings apart, and what is wrong with them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: Counter[str] = Counter()
        self.attributes: set[tuple[str, str]] = set()
        self.wrong: list[str] = []
        self._drawings = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._drawings += tag == "svg"
        if not self._drawings:
            self.elements[tag] += 1
        self.attributes |= {(tag, name) for name, _ in attrs}
        for name, value in attrs:
            if name.startswith("on") or name in ("href", "src") and not re.match(r"#|data:image/png;base64,", value or ""):
                self.wrong.append(f"the page has <{tag} {name}={value!a:.80}>")

    def handle_endtag(self, tag: str) -> None:
        self._drawings -= tag == "svg"

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"the page has a comment: {data[:80]!a}")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"the page has an instruction: {data[:80]!a}")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"the page has a declaration: {data[:80]!a}")


def _wrong_page(page: str, harmless: str) -> Iterator[str]:
    found, usual = _Elements(page), _Elements(harmless)
    yield from found.wrong
    foreign = set(found.elements) - set(usual.elements) | {"script", "iframe", "object", "base", "form"} & set(found.elements)
    yield from (f"the page has an element {tag} that a harmless one has not" for tag in sorted(foreign))
    further = found.attributes - usual.attributes
    yield from (f"the page has {tag} with {name}, which a harmless one has not" for tag, name in sorted(further))
    for tag in sorted(set(found.elements) & set(usual.elements)):
        if found.elements[tag] != usual.elements[tag]:
            yield f"the page has {found.elements[tag]} elements {tag}, a harmless one {usual.elements[tag]}"
    if unwritable := re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", page):
        yield f"the page has a control character {unwritable[0]!a}"


_DRAWN = {
    "svg",
    "metadata",
    "RDF",
    "Work",
    "title",
    "description",
    "date",
    "format",
    "type",
    "creator",
    "Agent",
    "defs",
    "style",
    "g",
}
_DRAWN |= {"path", "use", "clipPath", "rect", "image", "pattern", "RDF", "symbol"}


def _wrong_drawing(svg: str) -> Iterator[str]:
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        yield f"a figure is no XML: {error}"
        return
    for one in root.iter():
        tag = str(one.tag).rpartition("}")[2]
        if tag not in _DRAWN:
            yield f"a figure has an element {tag}"
        for name, value in one.attrib.items():
            local = name.rpartition("}")[2]
            if local.startswith("on") or local == "href" and not value.startswith(("#", "data:image/png;base64,")):
                yield f"a figure has {tag} with {local}={value[:60]!a}"
