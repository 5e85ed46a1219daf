"""Finding one's way in what was read from a file."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from .strict_yaml import KeyPath, Node, plain

Model = TypeVar("Model", bound=BaseModel)


def deepest(node: Node, path: KeyPath) -> tuple[Node, KeyPath]:
    """Return the node at a path, or the last one on the way to it, and the path to that."""
    for depth, key in enumerate(path):
        match node.content:
            case dict() as members if key in members:
                node = members[str(key)]
            case list() as entries if isinstance(key, int):
                node = entries[key]
            case _:
                return node, path[:depth]
    return node, path


def at(content: Node, path: KeyPath) -> Node | None:
    """Return the node at a path; None where there is none."""
    node, reached = deepest(content, path)
    return node if reached == path else None


def members_of(node: Node | None) -> dict[str, Node]:
    """Return what a mapping says by key; nothing where there is no mapping."""
    return node.content if node and isinstance(node.content, dict) else {}


def entries(content: Node, path: KeyPath) -> list[Node]:
    """Return the entries of the list at a path; none where there is no list."""
    node = at(content, path)
    return node.content if node and isinstance(node.content, list) else []


def text_at(content: Node, path: KeyPath) -> str | None:
    """Return the text at a path; None where there is no text."""
    node = at(content, path)
    return node.content if node and isinstance(node.content, str) else None


def valid(schema: type[Model], node: Node | None) -> Model | None:
    """Return what a node says in terms of a schema; None where it does not fit, which is told elsewhere."""
    try:
        return schema.model_validate(plain(node)) if node else None
    except ValidationError:
        return None
