"""The tables of the report: all measures, municipalities, who pays and who loses, from activities to effects."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from model.outcomes import OUTSIDE, REGION

from ..layout import Block
from ..results import FIRST_YEAR, FORMULAS, MILLION, Formula
from ..texts import in_language
from .estimate import Estimate, Values, estimate
from .evidence import ALL_PLACES, REGION_AND_OUTSIDE, Evidence
from .html import Cell, Markup, bodied, element, joined, table
from .words import Words, decimals

BY_MUNICIPALITY = ("savings", "operating", "jobs_retained")
CHAIN_YEARS = (2011, 2012, 2013, 2014, 2017, 2024)

Triples = Sequence[Sequence[str]]
"""For each date: mean, range of outcomes, calculation error."""


class Step(NamedTuple):
    """One row of the way from activities to effects; a step without a formula is a measure of that name."""

    name: str
    kind: str
    formula: Formula | None = None
    places: str = ALL_PLACES


HOURS = ("worked", "visibility", "screening", "brokerage", "gathering")
STEPS = (
    Step("screened", "activities", Formula(("screened",))),
    Step("matched", "output", Formula(("matched",))),
    Step("operating", "short"),
    Step("pool_members", "short"),
    Step("savings", "short", FORMULAS["savings"]._replace(summed_from=()), REGION_AND_OUTSIDE),
    Step("jobs_retained", "long"),
    Step("co2e", "long", Formula(("co2e",))),
)

PAYERS = {
    "suppliers": (Formula(("savings_supplier",), (FIRST_YEAR,), per=MILLION), REGION),
    "receivers": (Formula(("savings_receiver",), (FIRST_YEAR,), per=MILLION), REGION),
    "outside_firms": (FORMULAS["savings"], OUTSIDE),
    "added_tax": (Formula(("added_tax",), (FIRST_YEAR,), sign=-1, per=MILLION), REGION),
}
"""Columns that are sums over one place."""


def measures(blocks: Sequence[Block], words: Words) -> Markup:
    """Return a table for each measure, with the figures that the command line prints."""
    return joined(_measure(block, words) for block in blocks)


def _measure(block: Block, words: Words) -> Markup:
    if not block.rows:
        return element("p", f"{block.title}: {words('body.not_recorded')}.")
    rows = [(row.label, row.cells) for row in block.rows]
    note = [element("p", block.note, class_="note")] if block.note else []
    return joined([_dated(block.title, words("body.scenario"), block.dates, rows, words), *note])


def municipalities(words: Words) -> Markup:
    """Return savings, exchanges and jobs by municipality at the milestones, for the scenario of the report."""
    evidence = words.evidence
    if not evidence.results.recording.by_municipality:
        return element("p", words("body.region_alone"))
    told = {"scenario": words.scenario, "runs": evidence.runs, "asked": evidence.results.replicates}
    parts = [_municipalities(measure, words) for measure in BY_MUNICIPALITY]
    return joined([element("p", words("body.places_lead", **told)), *parts])


def _municipalities(measure: str, words: Words) -> Markup:
    evidence = words.evidence
    years = [year for year in evidence.milestones if evidence.estimate(measure, year)]
    by_year = [_of_scenario(evidence, FORMULAS[measure], year) for year in years]
    places = list(evidence.input.get("region", {}).get("municipalities", []))
    places = [*(places or sorted({place for found in by_year for place in found} - {OUTSIDE})), OUTSIDE]
    named = {words.place(place): [_one(found.get(place)) for found in by_year] for place in places}
    named[words("body.region")] = [evidence.estimate(measure, year) for year in years]
    shown = decimals(one for figures in named.values() for one in figures)
    rows = [(name, [_triple(one, shown, words) for one in figures]) for name, figures in named.items()]
    name = "jobs_lost" if measure == "jobs_retained" and not evidence.paired else measure
    title = words(f"place.{name}", since=evidence.since)
    if not years:
        return element("p", f"{title}: {words('body.not_recorded')}.")
    caption = words("body.places_caption", measure=title, marked=words("body.marked"))
    dates = [words.texts("table.end_of", year=year) for year in years]
    return _dated(caption, words("body.place"), dates, rows, words)


def payers(runs: str, words: Words) -> Markup:
    """Return what each party has more or less by the last year, a row for each scenario, and the funders by name.

    `runs` says how many runs of how many asked for there are.
    """
    evidence = words.evidence
    lead = "body.payers_lead" if evidence.paired else "body.payers_lead_level"
    told = {"year": evidence.last, "runs": runs, "range": words.range}
    columns = [name for name in PAYERS if name != "added_tax" or evidence.results.has_added_tax]
    heads = [words(f"body.{name}") for name in ("scenario", "public_money", *columns, "tax_revenue")]
    found = {name: _sums(*PAYERS[name], evidence) for name in columns}
    figures: dict[str, list[Estimate | None]] = {}
    for scenario in evidence.results.pairs_by_scenario or evidence.results.without_policy:
        cells = [_one(found[name].get(scenario)) for name in columns]
        money, tax = (evidence.estimate(m, evidence.last, scenario) for m in ("public_money", "tax_revenue"))
        figures[scenario] = [money, *cells, tax]
    shown = decimals(one for row in figures.values() for one in row)
    rows: list[list[str | Cell]] = [
        [words.texts.scenario(name), *(Cell(words.lines(one, shown)) for one in row)] for name, row in figures.items()
    ]
    whole = table(words("body.payers_caption"), heads, rows, "lines")
    texts = element("p", words(lead, **told)), element("p", words("body.payers_note"), class_="note")
    return joined([texts[0], whole, texts[1], _funders(words)])


def _sums(formula: Formula, place: str, evidence: Evidence) -> dict[str, Values]:
    if evidence.last < FIRST_YEAR:
        return {}
    found = evidence.by_place(formula, evidence.last, REGION_AND_OUTSIDE)
    return {scenario: values for (scenario, where), values in found.items() if where == place}


def _funders(words: Words) -> Markup:
    """Return who funds what by how much, as the scenarios themselves say."""
    rows: list[list[str | Cell]] = []
    for name, given in words.evidence.inputs.items():
        for instrument in ("centre", "platform"):
            lever = given.get("levers", {}).get(instrument) or {}
            rows += [[words.texts.scenario(name), *_funder(instrument, one, words)] for one in lever.get("funding", [])]
    if not rows:
        return element("p", words("body.funders_none"))
    heads = [words(f"body.{name}") for name in ("scenario", "instrument", "funder", "amount", "period")]
    return table(words("body.funders_caption"), heads, rows)


def _funder(instrument: str, funding: dict, words: Words) -> list[str | Cell]:
    period = words("body.period_of", first=words.month(funding["first"]), months=funding["months"])
    amount = words.texts.number(funding["total_dkk"] / MILLION, 1)
    funder = in_language(words.texts.language, funding["funder"])
    return [Cell([words(f"body.{instrument}")], True), Cell([funder], True), amount, Cell([period], True)]


def chain(words: Words) -> Markup:
    """Return hours, screenings, matches, exchanges, savings, jobs and CO2e by year, with a column for what was observed."""
    evidence = words.evidence
    years = [year for year in evidence.results.years if year in CHAIN_YEARS or year == evidence.last]
    told = {"scenario": words.scenario, "runs": evidence.runs, "asked": evidence.results.replicates, "range": words.range}
    key = "body.chain_lead" if evidence.paired else "body.chain_lead_level"
    lead = words(key, without=words.without, **told)
    rows = [_hours(name, years, words) for name in HOURS] if evidence.has_centre else []
    rows += [_step(step, years, words) for step in STEPS]
    heads = [words("body.step"), words("body.part"), *map(str, years), words("body.actual")]
    return joined([element("p", lead), table(words("body.chain_caption"), heads, rows, "lines chain")])


def _hours(name: str, years: Sequence[int], words: Words) -> list[str | Cell]:
    found = [_one(words.evidence.hours(name, year)) for year in years]
    return [words(f"step.{name}"), Cell([words("body.activities")], True), *_cells(found, words), Cell([], True)]


def _step(step: Step, years: Sequence[int], words: Words) -> list[str | Cell]:
    found = [_in_year(step, year, words.evidence) for year in years]
    name = "jobs_lost" if step.name == "jobs_retained" and not words.evidence.paired else step.name
    return [words(f"step.{name}"), Cell([words(f"body.{step.kind}")], True), *_cells(found, words), Cell([], True)]


def _cells(figures: Sequence[Estimate | None], words: Words) -> list[Cell]:
    shown = decimals(figures)
    return [Cell(words.lines(one, shown)) for one in figures]


def _in_year(step: Step, year: int, evidence: Evidence) -> Estimate | None:
    if step.formula is None:
        return evidence.estimate(step.name, year)
    found = evidence.by_place(step.formula, year, step.places)
    place = REGION if step.places == REGION_AND_OUTSIDE else "all"
    return _one(found.get((evidence.scenario, place)))


def _of_scenario(evidence: Evidence, formula: Formula, year: int) -> dict[str, Values]:
    found = evidence.by_place(formula, year)
    return {place: values for (scenario, place), values in found.items() if scenario == evidence.scenario}


def _one(values: Values | None) -> Estimate | None:
    return None if values is None or not np.size(values) else estimate(values)


def _triple(one: Estimate | None, shown: int, words: Words) -> list[str]:
    empty = words.texts("table.not_estimated")
    return [*words.lines(one, shown), empty, empty][:3]


def _dated(caption: str, label: str, dates: Sequence[str], rows: Sequence[tuple[str, Triples]], words: Words) -> Markup:
    """Return a table with three columns below each date."""
    above = [element("th", label, scope="col", rowspan="2")]
    above += [element("th", date, scope="colgroup", colspan="3") for date in dates]
    heads = [words(f"body.{name}") for name in ("mean", "outcomes", "error")]
    below = [element("th", head, scope="col") for _ in dates for head in heads]
    cells = [[name, *(cell for triple in triples for cell in triple)] for name, triples in rows]
    return bodied(caption, [element("tr", *above), element("tr", *below)], cells, "dated")
