"""Where the keys and values of a shipped scenario file stand in its text, and what the schema says of each."""

import inspect
import re
from collections.abc import Iterator
from functools import cache
from types import NoneType
from typing import Any, NamedTuple, get_args

import annotated_types
import yaml

from model.scenario.scenario import Experiment, Scenario
from model.scenario.schema import Uncertain
from model.scenario.schema_tree import fields, model_of, schema_at
from model.scenario.strict_yaml import KeyPath
from model.shipped import SCENARIOS

SHIPPED = {path.stem: path.read_text(encoding="utf-8") for path in sorted(SCENARIOS.glob("*.yaml"))}
ROOT: KeyPath = ()


class Spot(NamedTuple):
    """A member of a mapping: the path of its key, where key and value begin and end, and whether braces are around it.

    `schema` and `path` say what it is a member of: a scenario, or the settings of an experiment.
    """

    schema: Any
    path: KeyPath
    key: tuple[int, int]
    value: tuple[int, int]
    scalar: str | None
    in_braces: bool
    siblings: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the key itself."""
        return str(self.path[-1])

    @property
    def owner(self) -> Any:
        """Return the group of the schema the key stands in; None where there is none."""
        return model_of(schema_at(self.schema, self.path[:-1]))

    @property
    def kind(self) -> Any:
        """Return the bare type of the value; None where the schema does not know the key."""
        return fields(self.owner).get(self.name) if self.owner else None

    @property
    def may_be_null(self) -> bool:
        """Tell whether the schema takes null in this place."""
        return NoneType in get_args(self.owner.model_fields[self.name].annotation)

    @property
    def limits(self) -> tuple[float, float]:
        """Return the least and the most the schema allows of a number."""
        if self.owner is Uncertain:
            return limits(model_of(schema_at(self.schema, self.path[:-2])), str(self.path[-2]))
        return limits(self.owner, self.name)


@cache
def limits(owner: Any, name: str) -> tuple[float, float]:
    """Return the least and the most a field of a group may be."""
    low, high = float("-inf"), float("inf")
    for rule in owner.model_fields[name].metadata:
        if isinstance(rule, annotated_types.Ge):
            low = float(rule.ge)  # type: ignore[arg-type]
        elif isinstance(rule, annotated_types.Le):
            high = float(rule.le)  # type: ignore[arg-type]
        elif hasattr(rule, "func"):
            found = inspect.getclosurevars(rule.func).nonlocals
            low, high = found.get("low", low), found.get("high", high)
    return low, high


@cache
def spots(name: str) -> tuple[Spot, ...]:
    """Return every member of every mapping of a shipped scenario file."""
    return tuple(_spots(yaml.compose(SHIPPED[name], Loader=yaml.SafeLoader), ROOT, SHIPPED[name]))


def _spots(node: Any, path: KeyPath, text: str) -> Iterator[Spot]:
    if isinstance(node, yaml.SequenceNode):
        for index, entry in enumerate(node.value):
            yield from _spots(entry, (*path, index), text)
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        below = (*path, key.value)
        schema, within = _schema(below)
        begin, end = value.start_mark.index, value.end_mark.index
        end = begin + len(text[begin:end].rstrip())
        scalar = value.value if isinstance(value, yaml.ScalarNode) else None
        siblings = tuple(other.value for other, _ in node.value)
        span = (key.start_mark.index, key.end_mark.index)
        yield Spot(schema, within, span, (begin, end), scalar, bool(node.flow_style), siblings)
        yield from _spots(value, below, text)


def _schema(path: KeyPath) -> tuple[Any, KeyPath]:
    """Return what a path of a file's keys lies in, and the path within it."""
    if path[0] != "experiment" or len(path) == 1:
        return Scenario, path
    if len(path) > 3 and path[1] == "scenarios":
        return Scenario, path[3:]
    return Experiment, path[1:]


def line_start(text: str, index: int) -> int:
    """Return where the line begins in which a letter stands."""
    return text.rfind("\n", 0, index) + 1


def is_first_of_line(text: str, spot: Spot) -> bool:
    """Tell whether nothing but blanks stands before a key in its line."""
    return not text[line_start(text, spot.key[0]) : spot.key[0]].strip()


def data_tables(data: str) -> dict[str, str]:
    """Return the texts of a shipped folder of tables by file name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((SCENARIOS / data).glob("*.csv"))}


def number_like(text: str | None) -> bool:
    """Tell whether a scalar is a number."""
    return bool(text and re.fullmatch(r"[+-]?[0-9.]+(e[0-9]+)?", text))
