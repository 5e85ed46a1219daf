"""What every column, value, variable and measure of a result means, in Danish or English.

`python -m analysis.codebook > docs/measures.md` prints the page of measures; after `codebook`, `da` prints it in Danish.
"""

import csv
import io
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from model.outcomes import DROP_CAUSES, END_CAUSES, MEASURES, PARTS, STAGES, UNITS, VARIABLES

from .codebook_columns import COLUMNS
from .texts import LANGUAGES, Texts, load

GROUPS = {"supplier_size": "size", "receiver_size": "size", "grades.*": "grade"}
"""Where a column's values are explained, if not under its own name."""
DELIMITERS, ENCODINGS = {"da": ";", "en": ","}, {"da": "utf-8-sig", "en": "utf-8"}
"""As a spreadsheet of that language opens a file: the mark of UTF-8 before it lets it show æ, ø and å."""
PAGE_WIDTH = 120


class Entry(NamedTuple):
    """A row of the codebook: a table, one of its columns, or a value that a column may hold; "" where it does not apply."""

    table: str
    column: str
    value: str
    type: str
    unit: str
    date: str
    expression: str
    meaning: str


def entries(texts: Texts) -> list[Entry]:
    """Return the codebook: each table, then its columns, each with its values."""
    return [entry for table in COLUMNS for entry in _of_table(table, texts)] + [*_terms(texts)]


CODEBOOKS = tuple(f"codebook.{language}.csv" for language in LANGUAGES)
"""The files of a result that hold it."""


def write_codebooks(folder: Path) -> None:
    """Write the codebook of each language into a folder."""
    for language, name in zip(LANGUAGES, CODEBOOKS, strict=True):
        write_codebook(folder / name, load(language), language)


def write_codebook(path: Path, texts: Texts, like: str) -> None:
    """Write the codebook as CSV, separated as spreadsheets of the language `like` expect."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=DELIMITERS[like], lineterminator="\n")
    writer.writerow(header(texts))
    writer.writerows(entries(texts))
    path.write_bytes(text.getvalue().encode(ENCODINGS[like]))


def header(texts: Texts) -> list[str]:
    """Return the codebook's own column names."""
    return [texts(f"codebook.head.{name}") for name in Entry._fields]


def _of_table(table: str, texts: Texts) -> Iterator[Entry]:
    yield _entry(texts, table=table, type="table", meaning=texts(f"codebook.table.{table}"))
    for name, column in COLUMNS[table].items():
        yield _entry(
            texts, table=table, column=name, type=column.type, unit=column.unit, meaning=_of_column(table, name, texts)
        )
        yield from (_of_value(table, name, value, texts) for value in column.values)


def _of_column(table: str, column: str, texts: Texts) -> str:
    """Return what a column means; those of the provenance have meanings of their own."""
    group = "provenance" if table == "provenance" else "column"
    return texts(f"codebook.{group}.{column.removesuffix('.*')}")


def _of_value(table: str, column: str, value: str, texts: Texts) -> Entry:
    group = GROUPS.get(column, column)
    told = {"table": table, "column": column, "value": value, "meaning": texts(f"codebook.{group}.{value}")}
    if column == "variable":
        told |= {"type": KINDS[value], "unit": UNITS[value]}
    if column == "measure":
        measure = MEASURES_BY_NAME[value]
        told |= {"type": "measure", "unit": measure.unit, "date": measure.date, "expression": measure.expression}
    return _entry(texts, **told)


KINDS = {variable.name: variable.kind for variable in VARIABLES}
MEASURES_BY_NAME = {measure.name: measure for measure in MEASURES}


def _terms(texts: Texts) -> Iterator[Entry]:
    """Explain what is no column: the stages of a case, and the paired run."""
    yield _entry(texts, table="terms", type="table", meaning=texts("codebook.table.terms"))
    for stage in STAGES:
        yield _entry(texts, table="terms", column="stage", value=stage, meaning=texts(f"codebook.stage.{stage}"))
    pair = MEASURES_BY_NAME["pair"]
    meaning = texts("codebook.measure.pair")
    yield _entry(
        texts, table="terms", column="pair", unit=pair.unit, date=pair.date, expression=pair.expression, meaning=meaning
    )


def _entry(texts: Texts, **told: str) -> Entry:
    """Return a row with type, unit, date and expression in words of the language."""
    for name in ("type", "unit", "date"):
        if told.get(name):
            told[name] = texts(f"codebook.{name}.{told[name]}")
    told["expression"] = _in_words(told.get("expression", ""), texts)
    return Entry(**dict.fromkeys(Entry._fields, "") | told)


def _in_words(expression: str, texts: Texts) -> str:
    """Return an expression with its phrases in the language; names of variables stay."""
    for english, phrase in _phrases(texts.language) if expression else ():
        expression = expression.replace(english, phrase)
    return expression


@cache
def _phrases(language: str) -> list[tuple[str, str]]:
    """Return the English phrases of expressions, the longest first, each with what it is in a language."""
    english, texts = load("en").sentences, load(language)
    phrases = [key for key in english if key.startswith("codebook.phrase.")] if language != "en" else []
    return [(english[key], texts(key)) for key in sorted(phrases, key=lambda key: -len(english[key]))]


# --- the page of measures ----------------------------------------------------------------------------------------------


def page(texts: Texts) -> str:
    """Return `docs/measures.md`: every measure, class, variable and cause, with unit and date."""
    words, book = _page_words(texts), entries(texts)
    measures = [entry for entry in book if (entry.table, entry.column) in (("comparison", "measure"), ("terms", "pair"))]
    variables = [entry for entry in book if (entry.table, entry.column) == ("outcomes", "variable") and entry.value]
    rows = [(one.value or one.column, one.unit, one.date, one.expression, one.meaning) for one in measures if one.date]
    meanings = [(one, texts(f"codebook.class.{one}")) for one in PARTS]
    lines = [f"# {words['title']}", "", _wrapped(words["opening"])]
    lines += ["", f"## {words['measures']}", ""]
    lines += _table([words["measure"], *_heads(texts, "unit", "date", "expression", "meaning")], rows)
    lines += ["", f"## {words['classes']}", "", *_table([words["class"], *_heads(texts, "meaning")], meanings)]
    lines += ["", _wrapped(words["classes_note"])]
    lines += ["", f"## {words['variables']}", "", _wrapped(words["variables_note"]), ""]
    lines += _table(
        [words["variable"], *_heads(texts, "unit"), words["kind"], *_heads(texts, "meaning")],
        [(one.value, one.unit, one.type, one.meaning) for one in variables],
    )
    lines += ["", f"## {words['causes']}"]
    for title, causes in (("before", DROP_CAUSES), ("while", END_CAUSES)):
        told = [(cause, texts(f"codebook.end_cause.{cause}")) for cause in causes]
        lines += ["", f"{words[title]}:", "", *_table([words["cause"], *_heads(texts, "meaning")], told)]
    return "\n".join(lines) + "\n"


def _page_words(texts: Texts) -> dict[str, str]:
    start = "codebook.page."
    return {key.removeprefix(start): text for key, text in texts.sentences.items() if key.startswith(start)}


def _heads(texts: Texts, *names: str) -> list[str]:
    return [texts(f"codebook.head.{name}") for name in names]


def _wrapped(text: str) -> str:
    return textwrap.fill(text, PAGE_WIDTH, break_long_words=False, break_on_hyphens=False)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [_row(head), _row(["---"] * len(head)), *(_row([f"`{row[0]}`", *row[1:]]) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    print(page(load((sys.argv[1:] or ["en"])[0])), end="")
