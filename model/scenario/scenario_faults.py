"""What is wrong with a scenario's content, told at the place of the file it was read from."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from ..faults import MOST_TOLD, Fault, Message, Moved, Place, Unfit, say
from ..guesses import closest, near
from ..scalars import comma_fault, month_fault, number_fault, shortened, spelt, truth_fault, whole_fault
from .date_faults import date_faults
from .meanings import meaning
from .name_faults import Names, name_faults
from .nodes import deepest
from .scenario import Scenario
from .schema import Month, Uncertain, Wording
from .schema_tree import ANY, bare, fields, homes, is_dated, member, model_of, schema_at
from .strict_yaml import Cut, KeyPath, Node, described, plain, written

FILE_KEYS = ("extends", "experiment")
"""What a file may say beside the scenario itself."""
TOLD_WITH_DATES = "horizon_order"
"""The schema refuses a horizon as a whole; `date_faults` says which of its dates is wrong."""
MOST_HOMES = 4
"""A key that stands in more groups than that is not told where it belongs."""

_CHECKS: dict[Any, Callable[[str], Message | None]] = {
    bool: truth_fault,
    int: whole_fault,
    float: number_fault,
    Uncertain: number_fault,
}


def scenario_faults(content: Node, names: Names) -> list[Fault]:
    """Return all that is wrong with a scenario's content; an empty list says that it is valid."""
    return [*schema_faults(content, Scenario), *name_faults(content, names), *date_faults(content)]


def schema_faults(content: Node, schema: type[BaseModel], prefix: KeyPath = ()) -> list[Fault]:
    """Return what keeps content from fitting a schema; `prefix` are the keys it stands under."""
    scalars = {told.path: told for told in _scalar_faults(content, schema, ())}
    faults = [Fault(told.place, written(prefix + path), told.message) for path, told in scalars.items()]
    try:
        schema.model_validate(plain(content))
    except ValidationError as error:
        source = _Source(content, schema, prefix)
        found = [_schema_fault(details, source, i < MOST_TOLD) for i, details in enumerate(_not_told(error, scalars))]
        faults += [fault for fault in found if fault.message.key != TOLD_WITH_DATES]
    return faults


class _Source(NamedTuple):
    """Content, the schema it should fit, and the keys it stands under."""

    content: Node
    schema: type[BaseModel]
    prefix: KeyPath


def _not_told(error: ValidationError, told: Collection[KeyPath]) -> list[Any]:
    """Return what pydantic found at places where nothing is told yet."""
    found: list[Any] = error.errors(include_url=False)
    above = {path[:depth] for path in told for depth in range(len(path) + 1)}
    return [details for details in found if not _overlaps(_path(details), told, above)]


def _path(details: Any) -> KeyPath:
    return tuple(key for key in details["loc"] if key != "[key]")


def _overlaps(path: KeyPath, told: Collection[KeyPath], above: Collection[KeyPath]) -> bool:
    """Tell whether a path lies at, above or below one that is told."""
    return path in above or any(path[:depth] in told for depth in range(len(path)))


# --- scalars: looked at before pydantic does, which is laxer ---------------------------------------------------------


class _Told(NamedTuple):
    path: KeyPath
    place: Place
    message: Message


def _scalar_faults(node: Node, schema: Any, path: KeyPath) -> Iterator[_Told]:
    match node.content:
        case dict() as members:
            for key, value in members.items():
                if is_dated(schema) and (message := month_fault(key)):
                    yield _Told((*path, key), value.key_place, message)
                yield from _scalar_faults(value, member(schema, key), (*path, key))
        case list() as entries:
            for index, entry in enumerate(entries):
                yield from _scalar_faults(entry, member(schema, index), (*path, index))
        case str() as text:
            if message := comma_fault(text) if isinstance(text, Cut) else _scalar_fault(text.strip(), bare(schema)):
                yield _Told(path, node.place, message)


def _scalar_fault(text: str, kind: Any) -> Message | None:
    if kind == Month:
        return month_fault(text)
    check = _CHECKS.get(kind) if isinstance(kind, type) else None
    return check(text) if check else None


# --- pydantic's errors -----------------------------------------------------------------------------------------------


def _schema_fault(details: Any, source: _Source, asks: bool) -> Fault:
    """Return the fault behind an error of pydantic's; `asks`: look for the key that was meant, which takes time."""
    kind, is_key = details["type"], "[key]" in details["loc"]
    path = _path(details)
    node, reached = deepest(source.content, path)
    key = written(source.prefix + (path if kind == "missing" else reached))
    place = node.key_place if is_key or kind in ("missing", "extra_forbidden") else node.place
    if kind == "extra_forbidden" and not asks:
        return Fault(place, key, say(kind))
    return Fault(place, key, _message(details, node, source.schema, path))


def _message(details: Any, node: Node, schema: type[BaseModel], path: KeyPath) -> Message:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown_key(str(path[-1]), schema, path[:-1])
    if kind == "missing":
        return _missing(schema, path)
    if isinstance(context.get("error"), Unfit):
        return context["error"].message
    if kind == "literal_error":
        choices = re.findall("'([^']*)'", str(context["expected"]))
        meant = closest(str(node.content), choices)
        hint = say("did_you_mean", guess=meant).offering(meant) if meant else None
        return say(kind, given=_given(node), allowed=", ".join(choices)).followed_by(hint)
    if kind == "model_type":
        kind = _IN_SHORT.get(context["class_name"], kind)
    return _by_kind(kind, node, context)


_KINDS = ("greater_than_equal", "less_than_equal", "less_than", "string_too_short", "too_short", "string_pattern_mismatch")
_TYPES = (
    *("float_type", "int_type", "bool_type", "string_type", "dict_type", "model_type", "tuple_type"),
    *("number_or_mapping", "text_or_languages"),
)
_IN_SHORT = {Uncertain.__name__: "number_or_mapping", Wording.__name__: "text_or_languages"}
"""What is asked for where a group may be written in short."""


def _by_kind(kind: str, node: Node, context: Mapping[str, Any]) -> Message:
    """Return the message for a kind of error of pydantic's; one that is not listed gets words that fit any."""
    if kind in _TYPES:
        return say(kind, given=described(node))
    limits = {name: spelt(value) if isinstance(value, float) else value for name, value in context.items()}
    return say(kind, given=_given(node), **limits) if kind in _KINDS else say("unfit", given=described(node))


def _given(node: Node) -> str | Message:
    return shortened(node.content) if isinstance(node.content, str) else described(node)


# --- keys that are missing, and keys nobody knows --------------------------------------------------------------------


def _missing(schema: type[BaseModel], path: KeyPath) -> Message:
    begin = say("begin") if schema is Scenario and len(path) == 1 else None
    if (group := model_of(schema_at(schema, path))) and group is not Uncertain:
        return say("missing_group", keys=", ".join(fields(group))).followed_by(begin)
    owner = model_of(schema_at(schema, path[:-1]))
    told = meaning(owner, str(path[-1])) if owner else path[-1]
    return say("missing", meaning=told).followed_by(begin)


def unknown_key(key: str, schema: type[BaseModel], path: KeyPath) -> Message:
    """Return what is said of a key that the group at a path does not know."""
    owner = model_of(schema_at(schema, path))
    allowed = [*fields(owner)] if owner else []
    if owner is Scenario:
        allowed += FILE_KEYS
    here, elsewhere = closest(key, allowed), _belongs(key, allowed)
    question = say("did_you_mean", guess=here) if here else None
    if question and here not in FILE_KEYS:  # which the file may say, and not its scenario
        question = question.offering(Moved((*path, str(here))))
    known = say("allowed_keys", allowed=", ".join(allowed))
    if elsewhere and (not here or elsewhere.key != "moved_guess"):
        return say("extra_forbidden").followed_by(replace(elsewhere, otherwise=known), question)
    return say("extra_forbidden").followed_by(known, question)


def _belongs(key: str, allowed: list[str]) -> Message | None:
    """Return where a key belongs that stands in the wrong group, or the one it seems to be; None where nobody can tell."""
    known = {name: homes().get(name, []) for name in (*homes(), *FILE_KEYS, *Scenario.model_fields) if name not in allowed}
    meant = key if key in known else near(key, known)
    if meant is None or len(known[meant]) > MOST_HOMES:
        return None
    home = ", ".join(map(_written, known[meant])) or say("top")
    if meant == key:
        return say("belongs_in", key=meant, home=home)
    first = next(iter(known[meant]), ())
    return say("moved_guess", key=meant, home=home).offering(Moved((*(0 if one == ANY else one for one in first), meant)))


def _written(path: KeyPath) -> str:
    return written(path).replace(f".{ANY}", "[]")
