"""What is wrong with a scenario's content, told at the place of the file it was read from."""

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from types import UnionType
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ValidationError

from . import months
from .levers import Funding
from .scenario import Horizon, Scenario
from .scenario_messages import ENGLISH, say
from .schema import Uncertain, Wording
from .strict_yaml import Fault, KeyPath, Node, described, plain, shortened, written

FILE_KEYS = ("extends", "experiment")
"""What a file may say beside the scenario itself."""

IN_SHORT = {Uncertain.__name__: "number_or_mapping", Wording.__name__: "text_or_languages"}
"""What is said where neither such a group stands nor what may stand for it."""

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+")
_COMMAS = re.compile(r"[+-]?[0-9]+(,[0-9]+)+|[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+|[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+")


class Names(NamedTuple):
    """Names the schema leaves open: rules by purpose, and the municipality codes of each folder of tables."""

    price: Collection[str]
    trust: Collection[str]
    targeting: Collection[str]
    municipalities: Mapping[str, Collection[str]]
    in_events: Callable[[str], Mapping[str, Collection[str]]]


def scenario_faults(content: Node, names: Names) -> list[Fault]:
    """Return all that is wrong with a scenario's content; an empty list says that it is valid."""
    return [*schema_faults(content, Scenario), *_name_faults(content, names), *_date_faults(content)]


def schema_faults(content: Node, schema: type[BaseModel], prefix: KeyPath = ()) -> list[Fault]:
    """Return what keeps content from fitting a schema; `prefix` are the keys it stands under."""
    scalars = dict(_scalar_faults(content, schema, ()))
    faults = [Fault(node.place, written(prefix + path), message) for path, (node, message) in scalars.items()]
    try:
        schema.model_validate(plain(content))
    except ValidationError as error:
        for details in error.errors(include_url=False):
            path = tuple(key for key in details["loc"] if key != "[key]")
            if not any(_overlap(path, told) for told in scalars):
                faults.append(_schema_fault(details, content, schema, prefix))
    return faults


def _overlap(a: KeyPath, b: KeyPath) -> bool:
    shared = min(len(a), len(b))
    return a[:shared] == b[:shared]


# --- scalars: stricter than pydantic, which reads 12.000 as twelve and yes as true -----------------------------------


def _scalar_faults(node: Node, schema: Any, path: KeyPath) -> Iterator[tuple[KeyPath, tuple[Node, str]]]:
    match node.content:
        case dict() as members:
            for key, member in members.items():
                yield from _scalar_faults(member, _member(schema, key), (*path, key))
        case list() as entries:
            for index, entry in enumerate(entries):
                yield from _scalar_faults(entry, _member(schema, index), (*path, index))
        case str() as text:
            message = _scalar_fault(text.strip(), _scalar_type(schema))
            if message:
                yield path, (node, message)


def _scalar_fault(text: str, kind: type | None) -> str:
    if kind is bool:
        return "" if text in ("true", "false") else say("not_a_boolean", given=shortened(text))
    if kind not in (int, float):
        return ""
    return _number_fault(text) or ("" if kind is float or _WHOLE.fullmatch(text) else say("not_whole", given=text))


def _number_fault(text: str) -> str:
    if is_ambiguous(text) or _COMMAS.fullmatch(text):
        small, large = _readings(text)
        return say("two_readings", given=text, small=small, large=large)
    if not _NUMBER.fullmatch(text):
        bare = text.replace("_", "")
        if bare != text and _NUMBER.fullmatch(bare):
            return say("underscore", given=text, plain=bare)
        return say("not_a_number", given=shortened(text))
    return say("too_large", given=shortened(text)) if math.isinf(float(text)) else ""


def is_ambiguous(number: str) -> bool:
    """Return whether a point in a number may also be read as parting thousands, as in 12.000."""
    return _THOUSANDS.fullmatch(number) is not None


def _readings(text: str) -> tuple[str, str]:
    """Return what a number means where its separator parts decimals, and where it parts thousands."""
    digits = re.sub("[.,]", "", text)
    large = re.sub(r"^([+-]?)0+(?=[0-9])", r"\1", digits)
    if "." in text and "," in text:  # only the last one can part decimals
        whole, decimals = re.split(r"[.,](?=[0-9]*$)", text)
        return f"{re.sub('[.,]', '', whole)}.{decimals}", large
    whole = re.split("[.,]", text)[0]
    small = f"{whole}.{digits[len(whole) :]}".rstrip("0").rstrip(".")
    return f"{small}0" if is_ambiguous(small) else small, large


# --- the schema, key by key ------------------------------------------------------------------------------------------


def _bare(schema: Any) -> Any:
    """Return a type without its annotations and without `| None`; None for what a validator of its own reads."""
    if isinstance(schema, type) or schema is None:
        return schema
    if get_origin(schema) is Annotated:
        kind, *metadata = get_args(schema)
        return None if any(isinstance(item, BeforeValidator) for item in metadata) else _bare(kind)
    if get_origin(schema) in (Union, UnionType):
        return _bare(next(kind for kind in get_args(schema) if kind is not type(None)))
    return schema


@cache
def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """Return the bare type of each key a model knows."""
    hints = get_type_hints(model, include_extras=True)
    return {name: _bare(hints[name]) for name in model.model_fields}


def _model(schema: Any) -> type[BaseModel] | None:
    bare = _bare(schema)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _member(schema: Any, key: str | int) -> Any:
    """Return the type of what stands under a key; None where the schema does not know it."""
    if model := _model(schema):
        return _fields(model).get(str(key))
    bare = _bare(schema)
    if get_origin(bare) is dict:
        return get_args(bare)[1]
    return get_args(bare)[0] if get_origin(bare) is tuple else None


def _scalar_type(schema: Any) -> type | None:
    bare = _bare(schema)
    return float if bare is Uncertain else bare


def _schema_at(schema: Any, path: KeyPath) -> Any:
    for key in path:
        schema = _member(schema, key)
    return schema


# --- pydantic's errors -----------------------------------------------------------------------------------------------


def _schema_fault(details: Any, content: Node, schema: type[BaseModel], prefix: KeyPath) -> Fault:
    kind, is_key = details["type"], "[key]" in details["loc"]
    path = tuple(key for key in details["loc"] if key != "[key]")
    node, reached = _deepest(content, path)
    key = written(prefix + (path if kind == "missing" else reached))
    place = node.key_place if is_key or kind in ("missing", "extra_forbidden") else node.place
    return Fault(place, key, _message(details, node, schema, path))


def _deepest(node: Node, path: KeyPath) -> tuple[Node, KeyPath]:
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


def _message(details: Any, node: Node, schema: type[BaseModel], path: KeyPath) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        is_rest_of_number = str(path[-1]).isdigit() and node.content is None
        return f"{say(kind)}; {say('comma') if is_rest_of_number else _key_hint(str(path[-1]), schema, path[:-1])}"
    if kind == "missing":
        return _missing(schema, path)
    if kind not in ENGLISH:
        return str(details["msg"])
    if kind == "model_type":
        kind = IN_SHORT.get(context["class_name"], kind)
    given = shortened(node.content) if isinstance(node.content, str) and not kind.endswith("_type") else described(node)
    limits = {name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()}
    return say(kind, given=given, **limits) + (_guess(given, _choices(context)) if kind == "literal_error" else "")


def _choices(context: Mapping[str, Any]) -> list[str]:
    return re.findall("'([^']*)'", str(context.get("expected", "")))


def _missing(schema: type[BaseModel], path: KeyPath) -> str:
    hint = say("begin") if schema is Scenario and len(path) == 1 else ""
    if group := _model(_schema_at(schema, path)):
        return say("missing_group", keys=", ".join(_fields(group))) + hint
    owner = _model(_schema_at(schema, path[:-1]))
    field = owner.model_fields.get(str(path[-1])) if owner else None
    return say("missing", meaning=(field and field.description) or path[-1]) + hint


def _key_hint(key: str, schema: type[BaseModel], path: KeyPath) -> str:
    owner = _model(_schema_at(schema, path))
    allowed = [*_fields(owner)] if owner else []
    if owner is Scenario:
        allowed += FILE_KEYS
    guess = _guess(key, allowed)
    home = _homes().get(key)
    if home and not guess:
        return say("belongs_in", key=key, home=written(home))
    return say("allowed_keys", allowed=", ".join(allowed)) + guess


@cache
def _homes() -> dict[str, KeyPath]:
    """Return the group of each key that stands in one group only."""
    homes: dict[str, list[KeyPath]] = {}
    for key, path in _keys(Scenario, ()):
        homes.setdefault(key, []).append(path)
    return {key: paths[0] for key, paths in homes.items() if len(paths) == 1 and paths[0]}


def _keys(schema: Any, path: KeyPath) -> Iterator[tuple[str, KeyPath]]:
    model = _model(schema)
    for key, kind in _fields(model).items() if model and model is not Uncertain else ():
        yield key, path
        yield from _keys(kind, (*path, key))


def _guess(given: str, allowed: Iterable[str]) -> str:
    lowered = {name.casefold(): name for name in allowed}
    close = get_close_matches(given.casefold(), lowered, n=1) if not given.isdigit() else []
    return f"; {say('did_you_mean', guess=lowered[close[0]])}" if close else ""


# --- names and dates -------------------------------------------------------------------------------------------------


def _name_faults(content: Node, names: Names) -> Iterator[Fault]:
    yield from _unknown(content, ("rules", "price"), names.price)
    yield from _unknown(content, ("rules", "trust"), names.trust)
    yield from _unknown(content, ("levers", "centre", "targeting"), names.targeting)
    yield from _unknown(content, ("region", "data"), list(names.municipalities))
    simulated = ("region", "municipalities")
    data = _at(content, ("region", "data"))
    if data and isinstance(data.content, str) and data.content in names.municipalities:
        yield from _unknown_entries(content, simulated, names.municipalities[data.content])
    known = names.municipalities.get(data.content, ()) if data and isinstance(data.content, str) else ()
    codes = [entry.content for entry in _entries(content, simulated) if isinstance(entry.content, str)]
    served = {code: known.get(code, "") for code in codes} if isinstance(known, Mapping) else codes
    yield from _unknown_entries(content, ("levers", "centre", "catchment"), served)
    yield from _unknown_entries(content, ("levers", "centre", "home"), known or served)
    for index in range(len(_entries(content, ("society", "programmes")))):
        yield from _unknown_entries(content, ("society", "programmes", index, "municipalities"), known or served)
    if known and data:
        yield from _event_faults(content, names, str(data.content))


def _event_faults(content: Node, names: Names, data: str) -> Iterator[Fault]:
    for index in range(len(_entries(content, ("society", "events")))):
        for key, allowed in names.in_events(data).items():
            yield from _unknown(content, ("society", "events", index, key), allowed)


def _unknown(content: Node, path: KeyPath, allowed: Collection[str]) -> Iterator[Fault]:
    node = _at(content, path)
    if node and isinstance(node.content, str) and node.content not in allowed:
        given = shortened(node.content)
        message = say("unknown_name", given=given, allowed=_listed(allowed)) + _guess_code(given, allowed)
        yield Fault(node.place, written(path), message)


def _listed(allowed: Collection[str]) -> str:
    """List names; codes that have a name of their own come with it."""
    if isinstance(allowed, Mapping):
        return ", ".join(f"{code} ({name})" if name else code for code, name in allowed.items())
    return ", ".join(allowed)


def _guess_code(given: str, allowed: Collection[str]) -> str:
    named = {name.casefold(): code for code, name in allowed.items()} if isinstance(allowed, Mapping) else {}
    code = named.get(given.casefold())
    return f"; {say('did_you_mean', guess=code)}" if code else _guess(given, allowed)


def _unknown_entries(content: Node, path: KeyPath, allowed: Collection[str]) -> Iterator[Fault]:
    entries = _entries(content, path)
    for index, entry in enumerate(entries):
        yield from _unknown(content, (*path, index), allowed)
        if isinstance(entry.content, str) and entry.content in [earlier.content for earlier in entries[:index]]:
            yield Fault(entry.place, written((*path, index)), say("named_twice", given=shortened(entry.content)))


def _date_faults(content: Node) -> Iterator[Fault]:
    horizon = _valid(Horizon, _at(content, ("horizon",)))
    path: KeyPath = ("levers", "centre", "funding")
    for index, line in enumerate(_entries(content, path)):
        funding = _valid(Funding, line)
        if horizon and funding:
            last = funding.first + funding.months - 1
            if not horizon.start <= funding.first <= last <= horizon.end:
                dates = {"first": funding.first, "last": last, "start": horizon.start, "end": horizon.end}
                labels = {name: months.label(month) for name, month in dates.items()}
                first, _ = _deepest(line, ("first",))
                yield Fault(first.place, written((*path, index, "first")), say("outside_horizon", **labels))


def _entries(content: Node, path: KeyPath) -> list[Node]:
    node = _at(content, path)
    return node.content if node and isinstance(node.content, list) else []


def _at(content: Node, path: KeyPath) -> Node | None:
    node, reached = _deepest(content, path)
    return node if reached == path else None


Model = TypeVar("Model", bound=BaseModel)


def _valid(schema: type[Model], node: Node | None) -> Model | None:
    try:
        return schema.model_validate(plain(node)) if node else None
    except ValidationError:
        return None
