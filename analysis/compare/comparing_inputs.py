"""What differs between the inputs of two results: versions, settings, and every key of their scenarios."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from ..export.contents import flat

SETTINGS = (
    "model", "code", "python", "platform", "packages", "engine", "seed", "replicates", "runs_finished", "runs_failed", "rules",
    "input_tables",
)  # fmt: skip
"""Entries of the provenance that may differ; scenarios are looked at key by key, tables as such."""
UNCERTAIN = {"value", "low", "high", "shape"}
LONGEST = 60
"""Characters of a text that are shown."""
# The same content, ten times faster where PyYAML was built with libyaml (as its wheels are).
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Change = tuple[str, str | None, str | None]
"""A key, and what it said before and after; None where it was not there."""


def setting_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return what differs between two provenances, in entries both have: an older version may have kept fewer."""
    both = [name for name in SETTINGS if name in old and name in new]
    return changes(*(flat({name: told[name] for name in both} | _asked(told)) for told in (old, new)))


def _asked(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the command line set, and by which design numbers were drawn."""
    asked = told.get("asked", {})
    return {name: asked[name] for name in ("set", "sampling") if asked.get(name)}


def scenario_values(path: Path) -> dict[str, str] | None:
    """Return the values of a resolved scenario by dotted key, None where it is not kept.

    Raises ValueError where the file is no YAML.
    """
    if not path.is_file():
        return None
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name}: {error}") from error
    return dict(_values(content, ""))


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """Return the keys that differ, in the order of the newer one, then those that are gone."""
    return [(key, old.get(key), new.get(key)) for key in {**new, **old} if old.get(key) != new.get(key)]


def _values(content: Any, key: str) -> Iterator[tuple[str, str]]:
    """Return the values of a scenario by dotted key; an uncertain number is one value, with its range and shape."""
    if isinstance(content, dict) and content:
        if content.keys() >= UNCERTAIN:
            yield key, _uncertain(content)
            content = {name: value for name, value in content.items() if name not in UNCERTAIN}
        for name, value in content.items():
            yield from _values(value, f"{key}.{name}" if key else str(name))
    elif isinstance(content, list) and any(isinstance(one, dict) for one in content):
        for place, one in enumerate(content):
            named = one.get("name", place) if isinstance(one, dict) else place
            yield from _values(one, f"{key}[{named}]")
    else:
        yield key, _spelt(content)


def _uncertain(number: dict[str, Any]) -> str:
    value, low, high = (_spelt(number[name]) for name in ("value", "low", "high"))
    return value if number["low"] is None else f"{value} ({low} – {high}, {number['shape']})"


def _spelt(value: Any) -> str:
    """Write a value as a scenario file says it."""
    if isinstance(value, bool) or value is None:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list):
        return f"[{', '.join(map(_spelt, value))}]"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def shortened(text: str) -> str:
    """Return a text on one line, and no longer than can be read at a glance."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
