"""The schema of a scenario, key by key: which type stands under a key, and in which group a key belongs."""

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from .scenario import Scenario
from .schema import Month, Uncertain
from .strict_yaml import KeyPath

ANY = "*"
"""Stands for the number of an entry in a path of keys."""


def bare(schema: Any) -> Any:
    """Return a type without its annotations and without `| None`; a `Month` stays one."""
    if isinstance(schema, type) or schema is None or schema == Month:
        return schema
    if get_origin(schema) is Annotated:
        return bare(get_args(schema)[0])
    if get_origin(schema) in (Union, UnionType):
        return bare(next(kind for kind in get_args(schema) if kind is not type(None)))
    return schema


@cache
def fields(model: type[BaseModel]) -> dict[str, Any]:
    """Return the bare type of each key a model knows."""
    hints = get_type_hints(model, include_extras=True)
    return {name: bare(hints[name]) for name in model.model_fields}


def model_of(schema: Any) -> type[BaseModel] | None:
    """Return a type as the group it is; None where it is none."""
    kind = bare(schema)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def member(schema: Any, key: str | int) -> Any:
    """Return the type of what stands under a key; None where the schema does not know it."""
    if model := model_of(schema):
        return fields(model).get(str(key))
    kind = bare(schema)
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    return get_args(kind)[0] if get_origin(kind) is tuple else None


def is_dated(schema: Any) -> bool:
    """Tell whether the keys of a mapping are months."""
    kind = bare(schema)
    return get_origin(kind) is dict and get_args(kind)[0] == Month


def schema_at(schema: Any, path: KeyPath) -> Any:
    """Return the type at a path of keys; None where the schema does not know it."""
    for key in path:
        schema = member(schema, key)
    return schema


@cache
def homes() -> dict[str, list[KeyPath]]:
    """Return the groups of a scenario in which each key stands; the scenario itself is left out."""
    found: dict[str, list[KeyPath]] = {}
    for key, path in keys(Scenario, ()):
        if path:
            found.setdefault(key, []).append(path)
    return found


def keys(schema: Any, path: KeyPath) -> Iterator[tuple[str, KeyPath]]:
    """Return every key below a type with the path of the group it stands in; numbers that are uncertain have none."""
    model = model_of(schema)
    if get_origin(bare(schema)) is tuple:
        yield from keys(member(schema, 0), (*path, ANY))
    for key, kind in fields(model).items() if model and model is not Uncertain else ():
        yield key, path
        yield from keys(kind, (*path, key))
