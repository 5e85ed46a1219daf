"""Writes what a command computed into a page of the documentation, between two marks."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from model.experiment.results.aside import write_text

from .texts import MINUS


def write_between(page: Path, begin: str, end: str, text: str) -> None:
    """Replace what stands between two marks of a page; raises ValueError where a mark does not stand there once."""
    before, rest = page.read_text(encoding="utf-8").split(begin)
    _, after = rest.split(end)
    write_text(page, f"{before}{begin}{text}{end}{after}")


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def significant(number: float) -> str:
    """Return a number with three digits that count, whole from 100 on, with a minus sign and none before nothing."""
    shown = f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}"
    return "0" if float(shown) == 0 else shown.replace("-", MINUS)
