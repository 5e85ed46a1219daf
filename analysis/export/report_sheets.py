"""The report's tables as sheets of a workbook: wide, with units, in the language of the texts."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..reading.contrasts import Contrast, contrasts
from ..reading.results import Results
from ..report.evidence import Evidence
from ..report.figures import in_words
from ..report.inputs import choices, differing, uncertain_numbers
from ..report.origin import command, entries
from ..report.tables import chain, funders, municipalities, payers
from ..report.words import Words
from ..scenario_names import firms, runs, texts_of
from ..summary import comparison_tables
from ..texts import decimals_for
from ..wide import Numbers, Wide

Value = str | float | None
"""What a cell holds; None leaves it empty."""
AS_THEY_ARE = -1
"""Decimals of numbers that are written as they are."""


class Grid(NamedTuple):
    """A sheet: its name, what is said above its table, heads, rows, and the decimals of the numbers in each row."""

    name: str
    notes: Sequence[str]
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]
    decimals: Sequence[int]


class Book(NamedTuple):
    """What a workbook says of a result: its question, which firms are synthetic and on how many runs it rests, its sheets."""

    opening: str
    grids: Sequence[Grid]


def read_book(results: Results, folder: Path, language: str) -> Book:
    """Return what the workbook of a result holds; a table without rows is left out."""
    texts = texts_of(results, language)
    words = Words(Evidence(results, folder), texts)
    paired = texts("table.paired" if results.pairs_by_scenario else "table.unpaired", runs=runs(results, texts))
    return Book(f"{firms(results, texts)} {paired}", [grid for grid in _grids(results, words) if grid.rows])


def _grids(results: Results, words: Words) -> Iterator[Grid]:
    measures, notes = comparison_tables(results, words.texts)
    named = words.texts("export.measure")
    yield _of_wides("measures", measures, words, notes, named)
    if results.recording.by_municipality:
        told = {"scenario": words.scenario, "runs": words.evidence.runs, "asked": results.replicates}
        yield _of_wides("municipalities", municipalities(words), words, [words("body.places_lead", **told)], named)
    who_pays = payers(words)
    yield _of_wides("payers", [who_pays], words, [who_pays.caption, who_pays.note])
    yield _funders(words)
    yield _of_wides("effects", [chain(words)], words, [f"{words('body.chain_caption')}: {words.scenario}"])
    yield _contrasts(results, words)
    yield from (_assumptions(words), _choices(words), _differences(words), _provenance(words))


def _of_wides(name: str, wides: Sequence[Wide], words: Words, notes: Sequence[str], first: str = "") -> Grid:
    """Put tables with the same columns under each other; `first` is what tells them apart."""
    parts = ("mean", "error", "low", "high") if any(wide.has_ranges for wide in wides) else ("mean", "error")
    columns = list(dict.fromkeys(column for wide in wides for column in wide.columns))
    kinds = any(row.kind for wide in wides for row in wide.rows)
    heads = [first] * bool(first) + [wides[0].rows_are] + [words("body.part")] * kinds
    heads += [words.texts(f"export.part.{part}", column=column) for column in columns for part in parts]
    rows: list[list[Value]] = []
    decimals: list[int] = []
    for wide in wides:
        for row, places in zip(wide.rows, wide.decimals, strict=True):
            cells = dict(zip(wide.columns, row.cells, strict=True))
            numbers = [value for column in columns for value in _values(cells.get(column), len(parts))]
            rows.append([*([wide.caption] if first else []), row.label, *([row.kind] if kinds else []), *numbers])
            decimals.append(places)
    said = dict.fromkeys([*notes, *(wide.note for wide in wides if wide.note and first)])
    return Grid(words.texts(f"export.sheet.{name}"), list(said), heads, rows, decimals)


def _values(cell: Numbers | None, parts: int) -> Sequence[float | None]:
    return (cell.values if cell else (None,) * 4)[:parts]


def _funders(words: Words) -> Grid:
    heads = [words(f"body.{name}") for name in ("scenario", "instrument", "funder", "amount", "period")]
    rows: list[list[Value]] = [list(row) for row in funders(words)]
    return _plain("funders", words, [words("body.funders_caption")], heads, rows, 1)


def _contrasts(results: Results, words: Words) -> Grid:
    wanted = [(measure, year) for measure in ("savings", "jobs_retained") for year in results.years_shown]
    found = contrasts(results, wanted) if len(results.pairs_by_scenario) > 1 else []
    heads = [words.texts(f"data.column.{name}") for name in Contrast._fields]
    rows = [[_in_words(name, value, words) for name, value in one._asdict().items()] for one in found]
    decimals = [decimals_for([one.mean, one.simultaneous_error], 1) for one in found]
    return Grid(words.texts("export.sheet.contrasts"), [words.texts("export.contrasts")], heads, rows, decimals)


def _in_words(column: str, value: Value, words: Words) -> Value:
    if isinstance(value, str):
        return in_words(column, value, words)
    return value if value == value else None  # a NaN is not itself


def _assumptions(words: Words) -> Grid:
    heads = [words(f"body.{name}") for name in ("parameter", "value")]
    heads += [words.texts(f"export.{name}") for name in ("lowest", "highest")] + [words("body.grade"), words("body.basis")]
    rows = [[one.key, one.value, one.low, one.high, one.grade, one.basis] for one in uncertain_numbers(words)]
    return _plain("assumptions", words, [words("body.assumptions_lead", scenario=words.scenario)], heads, rows)


def _choices(words: Words) -> Grid:
    heads = [words("body.parameter"), words("body.value")]
    return _plain("choices", words, [f"{words('body.levers_caption')}: {words.scenario}"], heads, choices(words))


def _differences(words: Words) -> Grid:
    heads = [words("body.scenario"), words("body.change")]
    rows = [(name, line) for name, lines in differing(words) for line in lines or [words("body.no_difference")]]
    return _plain("differences", words, [words("body.differences_lead", first=words.scenario)], heads, rows)


def _provenance(words: Words) -> Grid:
    heads = [words("body.item"), words("body.value")]
    return _plain("provenance", words, [words("body.again"), command(words)], heads, entries(words))


def _plain(
    name: str, words: Words, notes: Sequence[str], heads: Sequence[str], rows: Sequence[Sequence[Value]],
    decimals: int = AS_THEY_ARE,
) -> Grid:  # fmt: skip
    return Grid(words.texts(f"export.sheet.{name}"), notes, heads, rows, [decimals] * len(rows))
