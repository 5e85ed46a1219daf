"""Writes an export: aside first, then renamed, never over anything."""

from contextlib import nullcontext
from pathlib import Path

from model.experiment.results.aside import aside, made, naming, put, tidy
from model.experiment.results.folder import Refused, require_folder
from model.faults import say
from model.paths import shown

from ..reading.results import NotAResultFolder, damage_told, open_results
from ..texts import Texts, load
from .contents import opened
from .separated import DIALECTS, write_separated

WORKBOOK = "xlsx"
FORMATS = (*DIALECTS, WORKBOOK)


def language_of(form: str) -> str:
    """Return the language of an export for which none was asked: Danish for a Danish spreadsheet, else English."""
    return "da" if form == "csv-da" else "en"


def export(result: Path, form: str, out: Path | None = None, lang: str | None = None, raw: bool = False) -> str:
    """Write a result in one of `FORMATS` into a new folder and return the sentence that says where.

    Without `out` the folder is `export-<form>` in the result; without `lang` texts are in `language_of(form)`. `raw` adds the
    raw tables to a workbook; CSV is of them anyhow.
    Raises NotAResultFolder, Refused where the target is not empty, and OSError.
    """
    texts = load(lang or language_of(form))
    if not result.is_dir():
        raise NotAResultFolder(say("result.not_a_folder", folder=result))
    target = out or result / f"export-{form}"
    tidy(target.parent)  # one that was killed when all was done is whole, so that no other writes there
    _require_free(target)
    target = target.resolve() if target.is_dir() else target  # behind a link, for the folder itself makes way
    with made(target.parent, result if out is None else None), aside(target.parent) as part, naming(target):
        folder = part / target.name
        folder.mkdir()
        _write(folder, result, form, texts, raw)
        _require_free(target)
        put(folder, target)
    return texts("export.written", folder=shown(target))


def _write(folder: Path, result: Path, form: str, texts: Texts, raw: bool) -> None:
    if form == WORKBOOK:
        _write_workbook(folder / f"{result.resolve().name}.xlsx", result, texts, raw)
        return
    with opened(result, texts) as contents:
        write_separated(folder, contents, texts, form)


def _write_workbook(path: Path, result: Path, texts: Texts, raw: bool) -> None:
    from .report_sheets import read_book  # the report's tables, for which CSV has no use
    from .workbook import write_workbook

    with damage_told(result), open_results(result) as results:
        book = read_book(results, result, texts.language)
    with opened(result, texts) if raw else nullcontext() as contents:
        write_workbook(path, book, texts, contents)


def _require_free(target: Path) -> None:
    """Raise Refused unless a folder is new or empty: an export is whole, and of one result."""
    require_folder(target)
    if target.is_dir() and any(target.iterdir()):
        raise Refused(say("export.in_use", folder=target))
