"""Names a scenario uses that nothing has: rules, municipalities, folders of tables, and what events name."""

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from .faults import MOST_TOLD, Fault, Message, say
from .guesses import guess_code
from .nodes import at, deepest, entries, text_at
from .scalars import shortened
from .strict_yaml import KeyPath, Node, written


class Names(NamedTuple):
    """Names the schema leaves open: rules by purpose, and the municipality codes of each folder of tables."""

    price: Collection[str]
    trust: Collection[str]
    targeting: Collection[str]
    municipalities: Mapping[str, Collection[str]]
    in_events: Callable[[str], Mapping[str, Collection[str]]]


MOST_LISTED = 30
CATCHMENT: KeyPath = ("levers", "centre", "catchment")
HOME: KeyPath = ("levers", "centre", "home")
PROGRAMMES: tuple[KeyPath, ...] = (("society", "programmes"), ("levers", "programmes"))
SIMULATED: KeyPath = ("region", "municipalities")


def name_faults(content: Node, names: Names) -> Iterator[Fault]:
    """Return a fault for each name that is not known where it stands."""
    yield from _unknown(content, ("rules", "price"), names.price)
    yield from _unknown(content, ("rules", "trust"), names.trust)
    yield from _unknown(content, ("levers", "centre", "targeting"), names.targeting)
    data = text_at(content, ("region", "data"))
    known = (names.municipalities.get(data) if data else None) or ()
    if data and not known:  # a folder of one's own is known without being among those listed
        yield from _unknown(content, ("region", "data"), list(names.municipalities), "unknown_tables")
    yield from _municipality_faults(content, known)
    yield from _home_faults(content)
    if known and data:
        yield from _event_faults(content, names.in_events, data)


def _municipality_faults(content: Node, known: Collection[str]) -> Iterator[Fault]:
    """Return faults of codes; where the tables are not known, what is simulated stands for them."""
    codes = _codes(content, SIMULATED)
    if known:
        yield from _unknown_entries(content, SIMULATED, known)
    served = {code: known.get(code, "") if isinstance(known, Mapping) else "" for code in codes}
    yield from _unknown_entries(content, CATCHMENT, served)
    yield from _unknown_entries(content, HOME, known or served)
    for path in PROGRAMMES:
        for index in range(len(entries(content, path))):
            yield from _unknown_entries(content, (*path, index, "municipalities"), known or served)


def _home_faults(content: Node) -> Iterator[Fault]:
    """Return a fault for each owner of a centre it does not serve."""
    served = dict.fromkeys(_codes(content, CATCHMENT), "")
    for index, owner in enumerate(entries(content, HOME)):
        if served and isinstance(owner.content, str) and owner.content not in served:
            message = say("home_outside", given=shortened(owner.content), served=_listed(served))
            is_inherited = owner.place.file != content.place.file
            said = say("home_inherited", place=str(deepest(content, CATCHMENT)[0].place)) if is_inherited else None
            yield Fault(owner.place, written((*HOME, index)), message.followed_by(said))


def _codes(content: Node, path: KeyPath) -> list[str]:
    return [entry.content for entry in entries(content, path) if isinstance(entry.content, str)]


def _event_faults(
    content: Node, in_events: Callable[[str], Mapping[str, Collection[str]]], data: str
) -> Iterator[Fault]:
    for index in range(len(entries(content, ("society", "events")))):
        for key, allowed in in_events(data).items():
            yield from _unknown(content, ("society", "events", index, key), allowed)


def _unknown(content: Node, path: KeyPath, allowed: Collection[str], key: str = "unknown_name") -> Iterator[Fault]:
    node = at(content, path)
    if node and isinstance(node.content, str) and node.content not in allowed:
        message = say(key, given=shortened(node.content), allowed=_listed(allowed))
        yield Fault(node.place, written(path), message.followed_by(_meant(node.content, path[-1], allowed)))


def _meant(given: str, key: str | int, allowed: Collection[str]) -> Message | None:
    """Return what was meant; not of the later ones of very many entries, which are not told: to look for it takes time."""
    return None if isinstance(key, int) and key >= MOST_TOLD else guess_code(given, allowed)


def _listed(allowed: Collection[str]) -> object:
    """List names, of very many the first; codes that have a name of their own come with it."""
    named = allowed if isinstance(allowed, Mapping) else dict.fromkeys(allowed, "")
    listed = [f"{code} ({name})" if name else code for code, name in islice(named.items(), MOST_LISTED)]
    return ", ".join([*listed, "…"] if len(named) > MOST_LISTED else listed) or say("none")


def _unknown_entries(content: Node, path: KeyPath, allowed: Collection[str]) -> Iterator[Fault]:
    seen: dict[str, None] = {}
    for index, entry in enumerate(entries(content, path)):
        yield from _unknown(content, (*path, index), allowed)
        if isinstance(entry.content, str) and entry.content in seen:
            yield Fault(entry.place, written((*path, index)), say("named_twice", given=shortened(entry.content)))
        seen[str(entry.content)] = None
