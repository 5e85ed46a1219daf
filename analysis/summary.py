"""What a result folder says at a glance: the comparison as text and CSV, the figures, and the report."""

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path

from model.experiment.results.intervals import ENOUGH_FOR_RANGE
from model.paths import shown

from . import outputs
from .charts.style import Chart, files_of, save
from .codebook import CODEBOOKS, write_codebooks
from .figures import drawable
from .layout import WIDTH, Block, block, render
from .reading.results import Grades, Results, open_results
from .reading.tables import Figure, comparison, write_csv
from .report import page
from .scenario_names import firms, names, runs, texts_of
from .texts import Texts, load
from .wide import Wide, measure_table

MEASURES_SHOWN = (
    "savings",
    "transfers",
    "net_savings",
    "run_rate",
    "operating",
    "pool_members",
    "match",
    "screened",
    "diverted",
    "co2e",
    "jobs_retained",
    "public_money",
    "tax_revenue",
)
COMPARISON, FIGURES = "comparison.csv", "figures"
FEW_RUNS = 10
"""With fewer, the calculation error itself is a guess."""


def summarise(folder: Path, lang: str) -> str:
    """Write a result folder's comparison.csv, codebooks, figures/ and report.html, and return the comparison as text.

    In Danish (da) or English (en). Raises NotAResultFolder where the folder is none, ValueError for another language.
    """
    with open_results(folder) as results:
        texts = texts_of(results, lang)
        figures = _figures(results)
        charts = draw(results, texts)
        text = as_text(results, figures, bool(charts), texts)
        report = page.page(results, folder, _told(results, figures, charts, texts), texts)
        result = outputs.identity(results)
    with outputs.written(folder, (page.NAME, COMPARISON, *CODEBOOKS), result, folder) as part:
        write_csv(part / COMPARISON, figures, Figure._fields)
        write_codebooks(part)
        _write_page(part / page.NAME, report)
    for chart in charts:
        _save(chart, folder / FIGURES, result, folder)
    return text


def write_report(folder: Path, lang: str, out: Path | None = None) -> Path:
    """Write a result folder's report into `out`, else into the folder as report.html; return where it is.

    Raises NotAResultFolder where the folder is none, outputs.Refused where another file is in the way, ValueError for another
    language, OSError where it cannot be written.
    """
    path = folder / page.NAME if out is None else out
    with open_results(folder) as results:
        result = outputs.identity(results)
        outputs.require_free(path.parent, [path.name], result)
        report = _report(results, folder, lang)
    with outputs.written(path.parent, [path.name], result, folder if out is None else None) as part:
        _write_page(part / path.name, report)
    return path


def report_as_text(folder: Path, lang: str) -> str:
    """Return a result folder's report as a page of HTML; raises as `write_report` does where the folder is none."""
    with open_results(folder) as results:
        return _report(results, folder, lang)


def _report(results: Results, folder: Path, lang: str) -> str:
    texts = texts_of(results, lang)
    told = _told(results, _figures(results), draw(results, texts), texts)
    return page.page(results, folder, told, texts)


def _write_page(path: Path, report: str) -> None:
    path.write_text(report, encoding="utf-8", newline="\n")


def _save(chart: Chart, into: Path, result: str, inside: Path | None) -> None:
    with outputs.written(into, files_of(chart.name), result, inside) as part:
        save(chart, part)


def _figures(results: Results) -> list[Figure]:
    return comparison(results, results.years_shown)


def _told(results: Results, figures: list[Figure], charts: list[Chart], texts: Texts) -> page.Told:
    """Return what the report tells as the command line does."""
    notes = _notes(results, figures, bool(charts), texts)
    return page.Told(runs(results, texts), measure_tables(results, figures, texts), notes, charts)


def written(folder: Path, lang: str) -> str:
    """Return the line that says where everything is."""
    return load(lang)("note.written", folder=shown(folder))


def draw(results: Results, texts: Texts) -> list[Chart]:
    """Return the charts a result can show: none without paired runs or before the first year that counts."""
    return [drawn() for _, drawn in drawable(results, texts) if not isinstance(drawn, str)]


def draw_again(folder: Path, lang: str, only: Sequence[str], out: Path | None) -> str:
    """Draw figures of a result folder, all or those named, into its figures/ or another folder; say which, and why not others.

    Raises NotAResultFolder, UnknownFigure for a name no figure has, and outputs.Refused where another file is in the way.
    """
    into, lines = out or folder / FIGURES, []
    with open_results(folder) as results:
        texts, result = texts_of(results, lang), outputs.identity(results)
        drawings = drawable(results, texts, only)
        for name in [name for name, drawn in drawings if not isinstance(drawn, str)]:
            outputs.require_free(into, files_of(name), result)
        for name, drawn in drawings:
            if isinstance(drawn, str):
                lines.append(texts("figures.not_drawn", name=name, reason=drawn))
            else:
                _save(drawn(), into, result, folder if out is None else None)
                lines.append(texts("figures.written", name=name, path=shown(into / name)))
    return "\n".join(lines)


def as_text(results: Results, figures: list[Figure], drawn: bool, texts: Texts) -> str:
    """Return the comparison, at most 110 characters wide."""
    opening = "table.paired" if results.pairs_by_scenario else "table.unpaired"
    lines = [texts("table.title"), firms(results, texts), texts(opening, runs=runs(results, texts))]
    lines += [*render(_blocks(results, figures, texts), texts), ""]
    notes = [textwrap.wrap(note, WIDTH, subsequent_indent="  ") for note in _notes(results, figures, drawn, texts)]
    return "\n".join([*lines, *(line for note in notes for line in note)])


def _blocks(results: Results, figures: list[Figure], texts: Texts) -> list[Block]:
    return [_block(measure, figures, results, texts) for measure in MEASURES_SHOWN]


def measure_tables(results: Results, figures: Sequence[Figure], texts: Texts) -> list[Wide]:
    """Return the same figures, a table for each measure."""
    return [_measure_table(measure, figures, results, texts) for measure in MEASURES_SHOWN]


def comparison_tables(results: Results, texts: Texts) -> tuple[list[Wide], list[str]]:
    """Return a table for each measure, and what a reader of them must know."""
    figures = _figures(results)
    return measure_tables(results, figures, texts), _notes(results, figures, True, texts)


def _measure_table(measure: str, figures: Sequence[Figure], results: Results, texts: Texts) -> Wide:
    shown = [figure for figure in figures if figure.measure == measure]
    caption = texts(f"measure.{measure}", since=results.since, tonnes=texts("unit.t"))
    note = texts.sentences.get(f"note.{measure}", "")
    return measure_table(shown, names(_level(measure, texts), results, texts), caption, note, texts)


def _level(measure: str, texts: Texts) -> str:
    """Return what the level of a measure without policy is called."""
    return texts.sentences.get(f"table.level_of.{measure}", texts("table.level"))


def _notes(results: Results, figures: list[Figure], drawn: bool, texts: Texts) -> list[str]:
    """Return what a reader of the tables must know."""
    fewest = min([*results.pairs_by_scenario.values(), *results.without_policy.values()], default=0)
    ranges = "range" if fewest >= ENOUGH_FOR_RANGE else "no_range"
    told = {"least": ENOUGH_FOR_RANGE}
    notes = [texts(f"note.{name}", **told) for name in ("difference", "error", "zero", ranges, "validity")]
    if results.has_added_tax:
        notes.append(texts("note.added_tax"))
    if 1 < fewest < FEW_RUNS:
        notes.append(texts("note.few_runs"))
    if results.grades:
        notes.append(_assumed(results.grades, texts))
    if any(math.isnan(figure.calculation_error) for figure in figures):
        notes.append(texts("note.no_error"))
    if not drawn:
        notes.append(texts("note.no_figures"))
    return notes


def _assumed(grades: Grades, texts: Texts) -> str:
    """Return the sentence that says how much was assumed."""
    told = {}
    for kind, counts in grades.items():
        total = sum(counts.values())
        told[kind] = texts.number(100 * counts.get("assumed", 0) / max(total, 1), 0)
        told[f"{kind}_in_all"] = texts.number(total, 0)
    return texts("note.assumed", **told)


def _block(measure: str, figures: list[Figure], results: Results, texts: Texts) -> Block:
    shown = [figure for figure in figures if figure.measure == measure]
    return block(measure, shown, names(_level(measure, texts), results, texts), results.since, texts)
