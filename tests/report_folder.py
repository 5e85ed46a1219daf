"""A made-up result folder with scenarios, provenance and draws, and a reader of HTML that notices what is wrong with it."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import yaml
from made_up_folder import know, plausible, plausible_classes, write_folder

from analysis.charts.style import About
from analysis.reading.results import open_results
from analysis.report.evidence import Evidence
from analysis.report.words import Words
from analysis.texts import load

TWO = {"no_centre": "", "centre_12m": "no_centre", "handed_over": "no_centre"}
PLACES = (("326", "Kalundborg", 55.68, 11.09, 0),)
VOID = {"meta", "br", "img"}
CENTRE = {
    "funding": [{"funder": "Fund & friends", "total_dkk": 12e6, "first": "2011-01", "months": 48}],
    "home": ["326"],
    "handed_over": False,
}
SENSITIVITY = {"value": 14.0, "low": 3.0, "high": 25.0, "shape": "uniform", "grade": "assumed", "basis": "nobody measured"}


def given(centre: dict[str, Any] | None, title: str = "What is asked?") -> dict[str, Any]:
    """A resolved scenario, as far as the report reads one."""
    return {
        "title": title,
        "region": {"municipalities": ["326"], "road_factor": 1.3},
        "levers": {"centre": centre, "platform": None},
        "uncertainties": {"jobs": {"closure_sensitivity": SENSITIVITY}},
    }


INPUTS = {
    "no_centre": given(None),
    "centre_12m": given(CENTRE),
    "handed_over": given(CENTRE | {"handed_over": True}),
}


def value(scenario: str, *where: Any) -> float:
    """An outcome as in other made-up folders; handed over it is that of a larger centre."""
    return plausible("centre_24m" if scenario == "handed_over" else scenario, *where)


def class_values(scenario: str, *where: Any) -> dict[str, tuple[int, float]]:
    """Class parts that go with `value`."""
    return plausible_classes("centre_24m" if scenario == "handed_over" else scenario, *where)


def report_folder(folder: Path, inputs: dict[str, Any] | None = None, replicates: int = 10, **changes: Any) -> Path:
    """Write a result with everything the report can read."""
    inputs = INPUTS if inputs is None else inputs
    provenance = changes.pop("provenance", {})
    changes = {"scenarios": TWO, "value": value, "class_values": class_values, "places": PLACES} | changes
    write_folder(folder, replicates=replicates, **changes)
    (folder / "scenarios").mkdir()
    for name, content in inputs.items():
        (folder / "scenarios" / f"{name}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    counts = {"table_rows": {"assumed": 30, "read": 10}, "uncertain_numbers": {"assumed": 3, "read": 1}}
    known = {"seed": 7, "parameters": dict.fromkeys(inputs, "aa"), "grades": counts, "tables": {"cases": "bb"}}
    know(folder, known | provenance)
    write_draws(folder, [*changes["scenarios"]], replicates)
    return folder


def write_draws(folder: Path, scenarios: list[str], replicates: int) -> None:
    """The closure sensitivity is 3 and one more for each replicate."""
    drawn = "('{}', {}, 'jobs.closure_sensitivity', {}::DOUBLE)"
    rows = ", ".join(drawn.format(name, k, 3 + k) for name in scenarios for k in range(replicates))
    path = str(folder / "draws.parquet").replace("'", "''")
    with duckdb.connect() as database:
        database.execute(f"COPY (SELECT * FROM (VALUES {rows}) t(scenario, replicate, parameter, value)) TO '{path}'")


class Page(HTMLParser):
    """Reads a page: its elements with their attributes, its text, and what does not fit together."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.within: list[tuple[str, ...]] = []
        self.faults: list[str] = []
        self.words: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"never closed: {name}" for name in self._open]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._note(tag, attributes)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._note(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"closed but not open: {tag}")

    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            self.words.append((self._open[-1], data))

    def _note(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        self.within.append(tuple(self._open))

    def named(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] or "" for _, attributes in self.elements if attribute in attributes]

    def text(self) -> str:
        return " ".join(" ".join(data.split()) for tag, data in self.words if tag != "style")


def about(language: str = "en", runs: str = "2 of 2", **changes: Any) -> About:
    """What charts say of a result with the centre of 12 m DKK, whose statements each stand alone."""
    texts = load(language)
    return About(texts, "centre_12m", texts("without.centre"), 2011, texts("firms.synthetic"), runs, 1)._replace(**changes)


def told(folder: Path, section: Any, lang: str = "en") -> Any:
    """What a section of the report says of a folder; `section` takes the words."""
    with open_results(folder) as results:
        return section(Words(Evidence(results, folder), load(lang)))


def rows(markup: str) -> list[list[str]]:
    """The rows of all tables, as a reader sees them."""
    found: list[list[str]] = []
    for row in markup.split("<tr>")[1:]:
        cells = row.split("</tr>")[0].replace("</th>", "</td>").split("</td>")
        found.append([Page(f"<p>{cell.split('>', 1)[1]}</p>").text() if ">" in cell else "" for cell in cells[:-1]])
    return found
