"""Dotted keys such as `levers.centre.funding[0].total_dkk`: read as a path, held against a schema, and given a value."""

import re
import unicodedata
from typing import get_origin

from pydantic import BaseModel

from ..faults import Fault, Message, Moved, Offer, Place, say
from ..paths import DEVICES
from ..scalars import shortened
from .merging import with_changes
from .scenario_faults import unknown_key
from .schema_tree import bare, is_dated, member, model_of, schema_at
from .strict_yaml import KeyPath, Node, written

_PART = re.compile(r"([^\s.\[\]=]+)((?:\[[0-9]{1,4}\])*)")


def path_of(key: str) -> KeyPath | None:
    """Return a dotted key as a path, entries of lists by their number; None where it is no such key."""
    path: list[str | int] = []
    for part in key.split("."):
        found = _PART.fullmatch(part)
        if found is None:
            return None
        path += [found[1], *map(int, re.findall("[0-9]+", found[2]))]
    return tuple(path)


def key_fault(key: str, place: Place, schema: type[BaseModel]) -> Fault | None:
    """Return why nothing can be set under a dotted key of a schema; None where it can."""
    path = path_of(key)
    if path is None:
        return Fault(place, shortened(key), say("not_a_key"))
    for depth, step in enumerate(path):
        message = _step_fault(step, path[:depth], schema)
        if message:
            return Fault(place, written(path[: depth + 1]), message)
    return None


def _step_fault(step: str | int, above: KeyPath, schema: type[BaseModel]) -> Message | None:
    group = schema_at(schema, above)
    if get_origin(bare(group)) is tuple:
        return None if isinstance(step, int) else say("entry_by_number", key=f"{written(above)}[0]")
    if isinstance(step, str) and (is_dated(group) or member(group, step) is not None):
        return None
    return unknown_key(str(step), schema, above) if model_of(group) else say("nothing_under", key=written(above))


def proposing_keys(fault: Fault | None, schema: type[BaseModel]) -> Fault | None:
    """Return a fault of a key with nothing proposed but keys that are some."""

    def is_key(offer: Offer) -> bool:
        return isinstance(offer, Moved) and key_fault(written(offer.path), fault_place, schema) is None

    if fault is None:
        return None
    fault_place = fault.place
    return fault._replace(message=fault.message.tried(is_key) or fault.message)


def has_group(content: Node, path: KeyPath) -> bool:
    """Tell whether there is what a key stands in: its group, its dated values, or the very entry of a list."""
    for key in path[:-1]:
        below = _under(content, key)
        if below is None:
            return False
        content = below
    if isinstance(path[-1], int):
        return _under(content, path[-1]) is not None
    return isinstance(content.content, dict)


def with_value(content: Node, path: KeyPath, value: Node) -> Node:
    """Return content with a value put on top of what stands under a key, as a child's is; its group is there (`has_group`)."""
    if not path:
        return with_changes(content, value)
    key, below = path[0], _under(content, path[0])
    changed = with_value(below, path[1:], value) if below else value
    match content.content:
        case list() as entries if isinstance(key, int):
            return content._replace(content=[*entries[:key], changed, *entries[key + 1 :]])
        case dict() as members:
            return content._replace(content={**members, str(key): changed})
    raise KeyError(written(path))


def _under(node: Node, key: str | int) -> Node | None:
    match node.content:
        case dict() as members if isinstance(key, str):
            return members.get(key)
        case list() as entries if isinstance(key, int) and key < len(entries):
            return entries[key]
    return None


LONGEST_NAME = 100
NOT_IN_FILES = frozenset('\\/:*?"<>|')
"""Signs that names of files in Windows cannot have."""


def names_a_scenario(name: str) -> bool:
    """Tell whether a scenario may bear the name, which files on any system bear too."""
    return bool(re.fullmatch(r"[\w-]+", name)) and names_a_file(name)


def names_a_file(name: str) -> bool:
    """Tell whether a file on any system may bear the name, with an ending after it."""
    is_device = unicodedata.normalize("NFKC", name).upper().split(".")[0].rstrip() in DEVICES
    return name.isprintable() and len(name) <= LONGEST_NAME and not is_device and not NOT_IN_FILES & {*name}
