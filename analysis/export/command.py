"""Writes an export: aside first, then renamed, never over anything."""

from pathlib import Path

from model.experiment.aside import aside, naming, put
from model.experiment.seals import is_of_a_result
from model.faults import say
from model.paths import kind_of, shown

from ..outputs import Refused
from ..results import NotAResultFolder
from ..texts import Texts, load
from .contents import opened
from .separated import DIALECTS, write_separated

WORKBOOK = "xlsx"
FORMATS = (*DIALECTS, WORKBOOK)


def language_of(form: str) -> str:
    """Return the language of an export for which none was asked: Danish for a Danish spreadsheet, else English."""
    return "da" if form == "csv-da" else "en"


def export(result: Path, form: str, out: Path | None = None, lang: str | None = None) -> str:
    """Write a result in one of `FORMATS` into a new folder and return the sentence that says where.

    Without `out` the folder is `export-<form>` in the result; without `lang` texts are in `language_of(form)`.
    Raises NotAResultFolder, Refused where the target is not empty, and OSError.
    """
    texts = load(lang or language_of(form))
    if not result.is_dir():
        raise NotAResultFolder(say("result.not_a_folder", folder=result))
    target = out or result / f"export-{form}"
    _require_free(target)
    target = target.resolve() if target.is_dir() else target  # behind a link, for the folder itself makes way
    with aside(target.parent) as part, naming(target):
        folder = part / target.name
        folder.mkdir()
        _write(folder, result, form, texts)
        _require_free(target)
        put(folder, target)
    return texts("export.written", folder=shown(target))


def _write(folder: Path, result: Path, form: str, texts: Texts) -> None:
    with opened(result, texts) as contents:
        if form == WORKBOOK:
            from .workbook import write_workbook

            write_workbook(folder / f"{result.resolve().name}.xlsx", contents, texts)
        else:
            write_separated(folder, contents, texts, form)


def _require_free(target: Path) -> None:
    """Raise Refused unless a folder is new or empty: an export is whole, and of one result."""
    kind = kind_of(target)
    if kind and not target.is_dir():
        raise Refused(say("target.no_folder", path=target, kind=say(f"kind.{kind}")))
    if is_of_a_result(target / "readme"):
        raise Refused(say("target.own", file=target))
    if kind and any(target.iterdir()):
        raise Refused(say("export.in_use", folder=target))
