"""Writes what a command computed into a page of the documentation, between two marks."""

from pathlib import Path

from model.experiment.aside import write_text


def write_between(page: Path, begin: str, end: str, text: str) -> None:
    """Replace what stands between two marks of a page; raises ValueError where a mark does not stand there once."""
    before, rest = page.read_text(encoding="utf-8").split(begin)
    _, after = rest.split(end)
    write_text(page, f"{before}{begin}{text}{end}{after}")
