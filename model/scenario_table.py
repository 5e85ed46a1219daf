"""A scenario as a table: each value with unit, range, grade and basis; and what differs between two scenarios."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic.fields import FieldInfo

from . import months
from .scenario import NO_POLICY, Scenario
from .schema import Strict, Uncertain, Wording
from .strict_yaml import KeyPath, written

UNNAMED = {"title": NO_POLICY, "label": None}
"""What takes a scenario's own words away."""


class Row(NamedTuple):
    """One value of a scenario, all as text; range is "" where it is fixed, and grade where it is a choice."""

    key: str
    value: str
    unit: str
    range: str
    grade: str
    basis: str


def rows(scenario: Scenario) -> list[Row]:
    """Return a row for every value of a scenario, in the schema's order."""
    return list(_group_rows(scenario, ()))


def changes(child: Scenario, parent: Scenario) -> list[str]:
    """Return what differs but for title and label, a line `key: old -> new` for each key, in the order of the child."""
    old, new = (_values(scenario.model_copy(update=UNNAMED)) for scenario in (parent, child))
    keys = [key for key in {**new, **old} if old.get(key) != new.get(key) and not _told_by_another(key, new)]
    return [f"{key}: {_text(key, old)} -> {_text(key, new)}" for key in keys]


def spelt(value: Any) -> str:
    """Return a value as a person writes it: 12000000, true, null, [326, 316]."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(spelt, value))}]"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _told_by_another(key: str, new: dict[str, str]) -> bool:
    """Return whether a key is gone because the group it was in is gone, or because it is a group now."""
    return key not in new and any(_is_in(key, other) or _is_in(other, key) for other in new)


def _is_in(key: str, group: str) -> bool:
    return key.startswith((f"{group}.", f"{group}["))


def _text(key: str, values: dict[str, str]) -> str:
    return values.get(key) or ("(set)" if any(_is_in(other, key) for other in values) else "(none)")


def _values(scenario: Scenario) -> dict[str, str]:
    return {row.key: f"{row.value} ({row.range})" if row.range else row.value for row in rows(scenario)}


def _group_rows(group: Strict, path: KeyPath) -> Iterator[Row]:
    written_out = group.model_dump(mode="json")
    for name, field in type(group).model_fields.items():
        yield from _rows(getattr(group, name), written_out[name], (*path, name), field)


def _rows(value: Any, written_out: Any, path: KeyPath, field: FieldInfo) -> Iterator[Row]:
    if isinstance(value, Uncertain):
        yield _uncertain_row(value, path, field)
    elif isinstance(value, Wording):
        yield _plain_row(" / ".join(dict.fromkeys((value.da, value.en))), path, field, "")
    elif isinstance(value, Strict):
        yield from _group_rows(value, path)
    elif isinstance(value, dict):
        for month, number in value.items():
            yield _plain_row(number, (*path, months.label(month)), field, _unit(path, field))
    elif isinstance(value, tuple) and value and isinstance(value[0], Strict):
        for index, member in enumerate(value):
            yield from _group_rows(member, (*path, index))
    else:
        yield _plain_row(written_out, path, field, _unit(path, field))


def _uncertain_row(number: Uncertain, path: KeyPath, field: FieldInfo) -> Row:
    span = "" if number.shape == "fixed" else f"{spelt(number.low)} to {spelt(number.high)}, {number.shape}"
    return Row(written(path), spelt(number.value), _unit(path, field), span, number.grade, number.basis)


def _plain_row(value: Any, path: KeyPath, field: FieldInfo, unit: str) -> Row:
    return Row(written(path), spelt(value), unit, "", "", field.description or "")


def _unit(path: KeyPath, field: FieldInfo) -> str:
    """Return the unit the schema names, else the one that the name ends in."""
    extra = field.json_schema_extra
    name = str(path[-1])
    if isinstance(extra, dict) and "unit" in extra:
        return str(extra["unit"])
    if "_dkk" in name:
        return "DKK" + name.split("_dkk")[1].replace("_per_", "/")
    return name if name == "months" else ""
