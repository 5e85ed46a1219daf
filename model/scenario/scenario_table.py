"""A scenario as a table: each value with unit, range, grade and basis; and what differs between two scenarios."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic.fields import FieldInfo

from .. import months
from ..faults import Message, say
from .meanings import Meaning, meaning
from .scenario import Scenario
from .schema import Strict, Uncertain, Wording
from .strict_yaml import KeyPath, written

UNNAMED = {"title": None, "label": None}
"""What takes a scenario's own words away."""


class Row(NamedTuple):
    """One value of a scenario as text; range and grade are None where it is a choice, range where it is fixed.

    `meaning` is what the schema says of it, and `basis` why an uncertain number has its value and range.
    """

    key: str
    value: str
    unit: str
    range: Message | None
    grade: Message | None
    meaning: Meaning
    basis: str


def rows(scenario: Scenario) -> list[Row]:
    """Return a row for every value of a scenario, in the schema's order."""
    return list(_group_rows(scenario, ()))


def changes(child: Scenario, parent: Scenario, language: str = "en") -> list[str]:
    """Return what differs but for title and label, a line `key: old -> new` for each key, in the order of the child."""
    old, new = (_values(scenario.model_copy(update=UNNAMED), language) for scenario in (parent, child))
    keys = [key for key in {**new, **old} if old.get(key) != new.get(key) and not _told_by_another(key, new)]
    return [f"{key}: {_text(key, old, language)} → {_text(key, new, language)}" for key in keys]


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


def _text(key: str, values: dict[str, str], language: str) -> str:
    group = "show.set" if any(_is_in(other, key) for other in values) else "show.absent"
    return values.get(key) or say(group).worded(language)


def _values(scenario: Scenario, language: str) -> dict[str, str]:
    return {row.key: _with_range(row, language) for row in rows(scenario)}


def _with_range(row: Row, language: str) -> str:
    return f"{row.value} ({row.range.worded(language)})" if row.range else row.value


class _Field(NamedTuple):
    """A key of the schema: the path to it, the group it stands in, and what the schema says of it."""

    path: KeyPath
    owner: type[Strict]
    info: FieldInfo

    def under(self, key: str | int) -> "_Field":
        """Return what stands under a key of this one, of which the schema says the same."""
        return self._replace(path=(*self.path, key))


def _group_rows(group: Strict, path: KeyPath) -> Iterator[Row]:
    written_out = group.model_dump(mode="json")
    for name, info in type(group).model_fields.items():
        yield from _rows(getattr(group, name), written_out[name], _Field((*path, name), type(group), info))


def _rows(value: Any, written_out: Any, field: _Field) -> Iterator[Row]:
    if isinstance(value, Uncertain):
        yield _uncertain_row(value, field)
    elif isinstance(value, Wording):
        yield _plain_row(" / ".join(dict.fromkeys((value.da, value.en))), field)
    elif isinstance(value, Strict):
        yield from _group_rows(value, field.path)
    elif isinstance(value, dict):
        for month, number in value.items():
            yield _plain_row(number, field.under(months.label(month)))
    elif isinstance(value, tuple) and value and isinstance(value[0], Strict):
        for index, member in enumerate(value):
            yield from _group_rows(member, (*field.path, index))
    else:
        yield _plain_row(written_out, field)


def _uncertain_row(number: Uncertain, field: _Field) -> Row:
    low, high, shape = spelt(number.low), spelt(number.high), say(f"show.shape.{number.shape}")
    span = None if number.shape == "fixed" else say("show.range", low=low, high=high, shape=shape)
    grade = say(f"show.grade.{number.grade}")
    return Row(written(field.path), spelt(number.value), _unit(field), span, grade, _meaning(field), number.basis)


def _plain_row(value: Any, field: _Field) -> Row:
    return Row(written(field.path), spelt(value), _unit(field), None, None, _meaning(field), "")


def _meaning(field: _Field) -> Meaning:
    return meaning(field.owner, _name(field))


def _name(field: _Field) -> str:
    return next(str(key) for key in reversed(field.path) if key in field.owner.model_fields)


def _unit(field: _Field) -> str:
    extra = field.info.json_schema_extra
    return unit_of(_name(field), extra if isinstance(extra, dict) else {})


def unit_of(name: str, told: Mapping[str, Any]) -> str:
    """Return the unit a field is told to have, else the one that its name ends in, else nothing."""
    if "unit" in told:
        return str(told["unit"])
    if "_dkk" in name:
        return "DKK" + name.split("_dkk")[1].replace("_per_", "/")
    return name if name == "months" else ""
