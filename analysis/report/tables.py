"""The tables of the report: municipalities, who pays and who loses, from activities to effects."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from model.outcomes import NAMED, OUTCOMES_OF, OUTSIDE, REGION

from ..reading.estimate import Estimate, Values, estimate
from ..reading.results import FORMULAS, MILLION, Formula
from ..texts import in_language
from ..wide import Numbers, Row, Wide, alike, by_row, numbers
from .answers import SIDES
from .evidence import ALL_PLACES, REGION_AND_OUTSIDE, Evidence
from .html import Cell, Markup, bodied, element, joined, table
from .words import Words

BY_MUNICIPALITY = ("savings", "operating", "jobs_retained")


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

PAYERS: dict[str, tuple[Formula, str]] = {
    "suppliers": (SIDES["suppliers"], REGION),
    "receivers": (SIDES["receivers"], REGION),
    "outside_firms": (FORMULAS["savings"], OUTSIDE),
}
"""Columns that are sums over one place; the others are measures."""


# --- as data ---------------------------------------------------------------------------------------------------------


def municipalities(words: Words) -> list[Wide]:
    """Return savings, exchanges and jobs by municipality in the years shown, for the scenario of the report."""
    return [_municipalities(measure, words) for measure in BY_MUNICIPALITY]


def _municipalities(measure: str, words: Words) -> Wide:
    evidence = words.evidence
    by_year = [_by_place(measure, year, evidence) for year in evidence.years]
    places = [place.code for place in evidence.results.places]
    places += [place for place in (NAMED, OUTSIDE) if any(place in found for found in by_year)]
    rows = [Row(words.place(place), [numbers(found.get(place), evidence.paired) for found in by_year]) for place in places]
    whole = [evidence.estimate(measure, year) for year in evidence.years]
    rows.append(Row(words("body.region"), [numbers(one, evidence.paired) for one in whole]))
    name = "jobs_lost" if measure == "jobs_retained" and not evidence.paired else measure
    title = words(f"place.{name}", since=evidence.since)
    caption = words("body.places_caption", measure=title, marked=words("body.marked"))
    dates = [words.texts("table.end_of", year=year) for year in evidence.years]
    notes = [words("body.places_named")] if any(NAMED in found for found in by_year) else []
    notes += [words.texts("note.jobs_retained")] if measure == "jobs_retained" else []
    return Wide(caption, words("body.place"), dates, rows, alike(rows), " ".join(notes))


def payers(words: Words) -> Wide:
    """Return what each party has more or less by the last year, a row for each scenario."""
    evidence = words.evidence
    found = {name: _sums(*about, evidence) for name, about in PAYERS.items()}
    rows = []
    for scenario in evidence.results.pairs_by_scenario or evidence.results.without_policy:
        money, transfers, net, tax = (
            numbers(evidence.estimate(measure, evidence.last, scenario), evidence.paired)
            for measure in ("public_money", "transfers", "net_savings", "tax_revenue")
        )
        sides = {name: _cell(values.get(scenario), evidence) for name, values in found.items()}
        cells = [money, sides["suppliers"], sides["receivers"], transfers, net, sides["outside_firms"], tax]
        rows.append(Row(words.texts.scenario(scenario), cells))
    names = ("public_money", "suppliers", "receivers", "transfers", "net_savings", "outside_firms", "tax_revenue")
    heads = [words(f"body.{name}") for name in names]
    caption = words("body.payers_caption", year=evidence.last)
    return Wide(caption, words("body.scenario"), heads, rows, alike(rows), words("body.payers_note"))


def chain(words: Words) -> Wide:
    """Return hours, screenings, matches, exchanges, savings, jobs and CO2e year by year, from the policy's first year on."""
    evidence = words.evidence
    years = [year for year in evidence.results.years if evidence.since <= year <= evidence.last]
    rows = [_hours(name, years, words) for name in HOURS] if evidence.has_centre else []
    rows += [_step(step, years, words) for step in STEPS]
    return Wide(words("body.chain_caption"), words("body.step"), [str(year) for year in years], rows, by_row(rows))


def _hours(name: str, years: Sequence[int], words: Words) -> Row:
    found = [_estimated(words.evidence.hours(name, year)) for year in years]
    return Row(words(f"step.{name}"), [numbers(one, False) for one in found], words("body.activities"))


def _step(step: Step, years: Sequence[int], words: Words) -> Row:
    evidence = words.evidence
    found = [numbers(_in_year(step, year, evidence), evidence.paired) for year in years]
    name = "jobs_lost" if step.name == "jobs_retained" and not evidence.paired else step.name
    return Row(words(f"step.{name}"), found, words(f"body.{step.kind}"))


def _in_year(step: Step, year: int, evidence: Evidence) -> Estimate | None:
    if step.formula is None:
        return evidence.estimate(step.name, year)
    found = evidence.by_place(step.formula, year, step.places)
    place = REGION if step.places == REGION_AND_OUTSIDE else "all"
    return _estimated(found.get((evidence.scenario, place)))


def _sums(formula: Formula, place: str, evidence: Evidence) -> dict[str, Values]:
    found = evidence.by_place(formula, evidence.last, REGION_AND_OUTSIDE)
    return {scenario: values for (scenario, where), values in found.items() if where == place}


def _by_place(measure: str, year: int, evidence: Evidence) -> dict[str, Estimate]:
    values, happened = (evidence.by_place(FORMULAS[name], year) for name in (measure, OUTCOMES_OF.get(measure, measure)))
    return {key[1]: estimate(values[key], happened[key]) for key in values if key[0] == evidence.scenario}


def _cell(values: Values | None, evidence: Evidence) -> Numbers | None:
    return numbers(_estimated(values), evidence.paired)


def _estimated(values: Values | None) -> Estimate | None:
    return None if values is None or not np.size(values) else estimate(values)


def funders(words: Words) -> Iterator[tuple[str, str, str, float, str]]:
    """Return who funds what by how much in m DKK, and when, as the scenarios themselves say."""
    for name, given in words.evidence.inputs.items():
        for instrument in ("centre", "platform"):
            for one in (given.get("levers", {}).get(instrument) or {}).get("funding", []):
                funder = in_language(words.texts.language, one["funder"])
                period = words("body.period_of", first=words.month(one["first"]), months=one["months"])
                yield words.texts.scenario(name), words(f"body.{instrument}"), funder, one["total_dkk"] / MILLION, period


# --- as HTML ---------------------------------------------------------------------------------------------------------


def dated(wide: Wide, words: Words) -> Markup:
    """Return a table with columns for mean, error and range below each date."""
    names = ("mean", "error", "outcomes") if wide.has_ranges else ("mean", "error")
    above = [element("th", wide.rows_are, scope="col", rowspan="2")]
    above += [element("th", date, scope="colgroup", colspan=str(len(names))) for date in wide.columns]
    below = [element("th", words(f"body.{name}"), scope="col") for _ in wide.columns for name in names]
    rows = [
        [row.label, *(text for cell in row.cells for text in _texts(cell, places, words)[: len(names)])]
        for row, places in zip(wide.rows, wide.decimals, strict=True)
    ]
    kind = f"dated by{len(names)}"
    return joined([bodied(wide.caption, [element("tr", *above), element("tr", *below)], rows, kind), *_note(wide)])


def lined(wide: Wide, words: Words, empty: str = "") -> Markup:
    """Return a table with mean, error and range below each other in a cell; with a last column to fill in, if it has a name."""
    kinds = any(row.kind for row in wide.rows)
    heads = [wide.rows_are, *([words("body.part")] if kinds else []), *wide.columns, *([empty] if empty else [])]
    rows: list[list[str | Cell]] = [
        [
            row.label,
            *([Cell([row.kind], True)] if kinds else []),
            *(Cell([text for text in _texts(cell, places, words) if text]) for cell in row.cells),
            *([Cell([], True)] if empty else []),
        ]
        for row, places in zip(wide.rows, wide.decimals, strict=True)
    ]
    return joined([table(wide.caption, heads, rows, "lines chain" if empty else "lines"), *_note(wide)])


def _texts(cell: Numbers | None, decimals: int, words: Words) -> list[str]:
    return [words.texts("table.not_estimated"), "", ""] if cell is None else cell.written(decimals, words.texts)


def _note(wide: Wide) -> list[Markup]:
    return [element("p", wide.note, class_="note")] if wide.note else []


def funders_table(words: Words) -> Markup:
    """Return who funds what by how much."""
    rows: list[list[str | Cell]] = [
        [scenario, Cell([instrument], True), Cell([funder], True), words.texts.number(amount, 1), Cell([period], True)]
        for scenario, instrument, funder, amount, period in funders(words)
    ]
    if not rows:
        return element("p", words("body.funders_none"))
    heads = [words(f"body.{name}") for name in ("scenario", "instrument", "funder", "amount", "period")]
    return table(words("body.funders_caption"), heads, rows)
