"""Why an uncertain number is what it is: the shipped scenarios' reasons in Danish, and anybody's own as written."""

from functools import cache
from pathlib import Path

import yaml


def basis_in(language: str, basis: str) -> str | None:
    """Return a reason in a language; None where there is no translation of it, as of one that a user wrote."""
    return basis if language == "en" else _translated(language).get(basis)


@cache
def _translated(language: str) -> dict[str, str]:
    path = Path(__file__).with_name(f"bases_{language}.yaml")
    told: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return told
