"""How what a child says is put on top of what its parent says.

Mappings merge key by key; texts, numbers, lists, dated values, wordings and null replace what the parent says.
"""

import re
from functools import reduce

from .schema import Wording
from .strict_yaml import Node

MONTH = re.compile(r"\d{4}-\d{2}")


def merged(parent: Node, *children: Node) -> Node:
    """Return what a mapping says with the changes of each child in turn."""
    return reduce(with_changes, children, parent)


def with_changes(parent: Node, child: Node) -> Node:
    """Return a value with the changes of a child."""
    if not (isinstance(parent.content, dict) and isinstance(child.content, dict)) or _is_dated(child) or _is_wording(child):
        return child
    if not child.content and (_is_dated(parent) or _is_wording(parent)):
        return child  # an empty one is told; it must not stand for the parent's in silence
    members = dict(parent.content)
    for key, member in child.content.items():
        members[key] = with_changes(members[key], member) if key in members else member
    return child._replace(content=members)


def _is_wording(node: Node) -> bool:
    """Tell whether a mapping is a text in one or two languages: half a translation must not keep the parent's other half."""
    return bool(_keys(node)) and set(_keys(node)) <= set(Wording.model_fields)


def _is_dated(node: Node) -> bool:
    """Tell whether a mapping is a step function of time, which says all it has to say by itself."""
    return bool(_keys(node)) and all(MONTH.fullmatch(key) for key in _keys(node))


def _keys(node: Node) -> dict[str, Node]:
    return node.content if isinstance(node.content, dict) else {}
