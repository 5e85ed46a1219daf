"""The whole report as one page of HTML that needs no network and no script, and is the same bytes whenever written."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from ..charts.style import Chart
from ..reading.results import Results
from ..texts import Texts
from ..wide import Wide
from .answers import Answers, answers
from .evidence import Evidence
from .figures import figures
from .first_page import first_page, question
from .html import Markup, element, items, joined
from .inputs import assumptions, differences
from .origin import origin
from .tables import chain, dated, funders_table, lined, municipalities, payers
from .words import Words

STYLE = Path(__file__).parent / "page.css"
NAME = "report.html"


class Told(NamedTuple):
    """What the command line tells of a result, and the report tells too: how many runs, tables of measures, notes, charts."""

    runs: str
    measures: Sequence[Wide]
    notes: Sequence[str]
    charts: Sequence[Chart]


def page(results: Results, folder: Path, told: Told, texts: Texts) -> str:
    """Return the report of a result as a page of HTML."""
    evidence = Evidence(results, folder)
    found = answers(evidence)
    words = Words(evidence, texts, _statements(found, told, evidence, texts))
    sections = _sections(told, words)
    body = [
        element("a", words("skip"), href="#findings", class_="skip"),
        element("main", first_page(found, told.runs, words), _contents(sections, words), *sections.values()),
    ]
    document = element("html", _head(words), element("body", *body), lang=words("language"))
    return f"<!DOCTYPE html>\n{document}\n"


def _statements(found: Answers, told: Told, evidence: Evidence, texts: Texts) -> int:
    """Return how many figures the first sheet states: it is made once to count them, before errors can hold for them all."""
    counting = Words(evidence, texts)
    first_page(found, told.runs, counting)
    return max(counting.made, 1)


def _head(words: Words) -> Markup:
    style = Markup(STYLE.read_text(encoding="utf-8").replace("\n", ""))
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{question(words)} – {words('name')}"),
        element("style", style),
    )


def _sections(told: Told, words: Words) -> dict[str, Markup]:
    """Return the sections behind the first sheet by name."""
    made: dict[str, Callable[[], Markup]] = {
        "figures": lambda: figures(told.charts, words),
        "comparison": lambda: joined([_notes(told, words), *(_measure(one, words) for one in told.measures)]),
        "places": lambda: _places(words),
        "payers": lambda: _payers(told, words),
        "chain": lambda: _chain(words),
        "assumptions": lambda: assumptions(words),
        "differences": lambda: differences(words),
        "provenance": lambda: origin(words),
    }
    if len(words.evidence.inputs) < 2 or not words.evidence.input:
        del made["differences"]
    return {name: _section(name, make(), words) for name, make in made.items()}


def _measure(one: Wide, words: Words) -> Markup:
    return dated(one, words) if one.rows else element("p", f"{one.caption}: {words('body.not_recorded')}.")


def _places(words: Words) -> Markup:
    evidence = words.evidence
    if not evidence.results.recording.by_municipality:
        return element("p", words("body.region_alone"))
    told = {"scenario": words.scenario, "runs": evidence.runs, "asked": evidence.results.replicates}
    lead = element("p", words("body.places_lead", **told))
    return joined([lead, *(dated(one, words) for one in municipalities(words))])


def _payers(told: Told, words: Words) -> Markup:
    key = "body.payers_lead" if words.evidence.paired else "body.payers_lead_level"
    lead = element("p", words(key, year=words.evidence.last, runs=told.runs))
    return joined([lead, lined(payers(words), words), funders_table(words)])


def _chain(words: Words) -> Markup:
    evidence = words.evidence
    told = {"scenario": words.scenario, "runs": evidence.runs, "asked": evidence.results.replicates}
    lead = words("body.chain_lead" if evidence.paired else "body.chain_lead_level", without=words.without, **told)
    return joined([element("p", lead), lined(chain(words), words, empty=words("body.actual"))])


def _section(name: str, content: Markup, words: Words) -> Markup:
    return element("section", element("h2", words(f"section.{name}")), content, id=name)


def _contents(sections: dict[str, Markup], words: Words) -> Markup:
    links = [element("a", words(f"section.{name}"), href=f"#{name}") for name in sections]
    return element("nav", element("h2", words("contents")), items(links), aria_label=words("contents"))


def _notes(told: Told, words: Words) -> Markup:
    """Return how the tables are to be read."""
    return joined([element("h3", words("body.notes")), items([words("body.runs", runs=told.runs), *told.notes])])
