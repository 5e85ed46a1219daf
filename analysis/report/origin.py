"""Where the figures come from: versions, seed, hashes, and the command that repeats the runs."""

import shlex
from typing import Any

from .html import Cell, Markup, element, joined, table
from .words import Words

ITEMS = (
    "model", "code", "engine", "python", "platform", "packages", "seed", "replicates", "runs_finished", "runs_failed", "rules",
)  # fmt: skip
BY_NAME = ("parameters", "tables")
"""Hashes, one for each scenario or table."""


def origin(words: Words) -> Markup:
    """Return the provenance of a result."""
    if not words.evidence.provenance:
        return element("p", words("body.provenance_none"))
    rows = [(name, Cell([value], True)) for name, value in entries(words)]
    whole = table(words("body.provenance_caption"), [words("body.item"), words("body.value")], rows, "basis")
    again = [element("p", words("body.again")), element("pre", element("code", command(words)), tabindex="0")]
    return joined([whole, *again])


def entries(words: Words) -> list[tuple[str, str]]:
    """Return what the result says of its making, item by item."""
    known = words.evidence.provenance
    rows = [(words(f"provenance.{name}"), _value(known[name], words)) for name in ITEMS if name in known]
    for group in BY_NAME:
        hashes = known.get(group, {}).items()
        rows += [(words(f"provenance.{group}", name=name), _value(value, words)) for name, value in hashes]
    return rows


def command(words: Words) -> str:
    """Return the command that repeats the runs from the stored scenarios."""
    known = words.evidence.provenance
    names = [*words.evidence.inputs, *filter(None, [words.evidence.results.about.trifle])]
    files = [shlex.quote(f"RESULT/scenarios/{name}.yaml") for name in names]
    options = {"replicates": known.get("replicates"), "seed": known.get("seed"), "engine": known.get("engine")}
    rules = [f"--rule {shlex.quote(_rule(kind, rule))}" for kind, rule in known.get("rules", {}).items()]
    given = [f"--{name} {value}" for name, value in options.items() if value is not None]
    return " ".join(["python run.py run", *files, *given, *rules])


def _rule(kind: str, rule: dict[str, str]) -> str:
    """Return a rule as the command line takes it; its name is file:function#hash."""
    function = rule["name"].rpartition(":")[2].partition("#")[0]
    return f"{kind}=RESULT/{rule['file']}:{function}"


def _value(value: Any, words: Words) -> str:
    if isinstance(value, dict):
        told = {key: one for key, one in value.items() if one is not None}
        parts = [f"{key}: {one['name'] if isinstance(one, dict) else one}" for key, one in told.items()]
        return ", ".join(parts) or words("provenance.none")
    return str(value)
