"""The part of JSON Schema that scenarios/scenario.schema.json uses, checked as the specification says."""

import re
from collections.abc import Iterator
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_SILENT = {"$schema", "$defs", "title", "description", "examples"}


def faults(value: Any, schema: Any, document: Any) -> list[str]:
    """Return what in a value a schema does not allow; ValueError for a keyword that is not known here."""
    if isinstance(schema, bool):
        return [] if schema else ["is not allowed"]
    return [fault for keyword in schema if keyword not in _SILENT for fault in _by(keyword, value, schema, document)]


def _by(keyword: str, value: Any, schema: Any, document: Any) -> Iterator[str]:
    asked = schema[keyword]
    if keyword == "$ref":
        yield from faults(value, document["$defs"][asked.removeprefix("#/$defs/")], document)
    elif keyword == "anyOf":
        if all(faults(value, one, document) for one in asked):
            yield f"{value!r} fits none of the alternatives"
    elif keyword == "type":
        if not any(_is(value, name) for name in ([asked] if isinstance(asked, str) else asked)):
            yield f"{value!r} is no {asked}"
    elif isinstance(value, dict) and keyword in _OF_MAPPINGS:
        yield from _in_mapping(keyword, value, schema, document)
    elif keyword == "items":
        yield from (fault for entry in _entries(value) for fault in faults(entry, asked, document))
    elif keyword not in _OF_MAPPINGS:
        yield from _beyond(keyword, value, asked)


def _entries(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is(value: Any, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


_OF_MAPPINGS = ("properties", "additionalProperties", "patternProperties", "propertyNames")


def _in_mapping(keyword: str, value: dict[str, Any], schema: Any, document: Any) -> Iterator[str]:
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for key, member in value.items():
        matching = [pattern for pattern in patterns if re.search(pattern, str(key))]
        if keyword == "properties" and key in known:
            yield from faults(member, known[key], document)
        elif keyword == "patternProperties":
            yield from (fault for pattern in matching for fault in faults(member, patterns[pattern], document))
        elif keyword == "propertyNames":
            yield from faults(key, schema[keyword], document)
        elif keyword == "additionalProperties" and key not in known and not matching:
            yield from (f"{key}: {fault}" for fault in faults(member, schema[keyword], document))


_LIMITS = {
    "enum": lambda value, asked: value in asked,
    "pattern": lambda value, asked: not isinstance(value, str) or re.search(asked, value),
    "minimum": lambda value, asked: not _is(value, "number") or value >= asked,
    "maximum": lambda value, asked: not _is(value, "number") or value <= asked,
    "exclusiveMaximum": lambda value, asked: not _is(value, "number") or value < asked,
    "minLength": lambda value, asked: not isinstance(value, str) or len(value) >= asked,
    "minItems": lambda value, asked: not isinstance(value, list) or len(value) >= asked,
    "minProperties": lambda value, asked: not isinstance(value, dict) or len(value) >= asked,
}


def _beyond(keyword: str, value: Any, asked: Any) -> Iterator[str]:
    if keyword not in _LIMITS:
        raise ValueError(f"keyword {keyword} is not known")
    if not _LIMITS[keyword](value, asked):
        yield f"{value!r} goes against {keyword} {asked}"
