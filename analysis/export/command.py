"""Writes an export: aside first, then renamed, never over anything."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model.faults import Told, say

from ..results import NotAResultFolder
from ..texts import load
from .contents import opened
from .separated import DIALECTS, write_separated

WORKBOOK = "xlsx"
FORMATS = (*DIALECTS, WORKBOOK)


class Refused(Told):
    """The target holds something already."""


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
        raise NotAResultFolder(say("result.not_a_folder", folder=result.as_posix()))
    target = out or result / f"export-{form}"
    with _aside(target) as folder, opened(result, texts) as contents:
        if form == WORKBOOK:
            from .workbook import write_workbook

            write_workbook(folder / f"{result.resolve().name}.xlsx", contents, texts)
        else:
            write_separated(folder, contents, texts, form)
    return texts("export.written", folder=target.as_posix())


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """Hand out a folder beside the target, and give it the target's name once all is written; else remove it."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refused(say("result.in_use", folder=target.as_posix()))
    aside = target.with_name(f"{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        aside.mkdir()
    except FileExistsError:
        raise Refused(say("result.left_over", folder=aside.as_posix())) from None
    try:
        yield aside
        if target.exists():
            target.rmdir()
        aside.rename(target)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
