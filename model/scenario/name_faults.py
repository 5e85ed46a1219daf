"""Names a scenario uses that nothing has: rules, municipalities, folders of tables, and what events name."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from ..faults import MOST_TOLD, Cause, Fault, Message, say
from ..guesses import guess_code, listed
from ..scalars import shortened
from .nodes import at, deepest, entries, text_at
from .strict_yaml import KeyPath, Node, written


class Names(NamedTuple):
    """Names the schema leaves open: rules by purpose, and the municipality codes of each folder of tables."""

    price: Collection[str]
    trust: Collection[str]
    targeting: Collection[str]
    municipalities: Mapping[str, Collection[str]]
    in_events: Callable[[str], Mapping[str, Collection[str]]]


CATCHMENT: KeyPath = ("levers", "centre", "catchment")
HOME: KeyPath = ("levers", "centre", "home")
PROGRAMMES: tuple[KeyPath, ...] = (("society", "programmes"), ("levers", "programmes"))
SIMULATED: KeyPath = ("region", "municipalities")


DATA: KeyPath = ("region", "data")
EVENTS: KeyPath = ("society", "events")
NONE = "[]"


def name_faults(content: Node, names: Names) -> Iterator[Fault]:
    """Return a fault for each name that is not known where it stands."""
    yield from _unknown(content, ("rules", "price"), names.price)
    yield from _unknown(content, ("rules", "trust"), names.trust)
    yield from _unknown(content, ("levers", "centre", "targeting"), names.targeting)
    data = text_at(content, DATA)
    known = (names.municipalities.get(data) if data else None) or ()
    if data and not known:  # a folder of one's own is known without being among those listed
        yield from _unknown(content, DATA, list(names.municipalities), "unknown_tables")
    yield from _municipality_faults(content, known)
    yield from _home_faults(content, known)
    if known and data:
        yield from _event_faults(content, names.in_events, data)


def _municipality_faults(content: Node, known: Collection[str]) -> Iterator[Fault]:
    """Return faults of codes; where the tables are not known, what is simulated stands for them."""
    codes = _codes(content, SIMULATED)
    if known:
        yield from _unknown_entries(content, SIMULATED, known, _cause(content, DATA, SIMULATED, _flow(known)))
    served = {code: known.get(code, "") if isinstance(known, Mapping) else "" for code in codes}
    yield from _unknown_entries(content, CATCHMENT, served, _cause(content, SIMULATED, CATCHMENT, NONE))
    yield from _unknown_entries(content, HOME, known or served, _cause(content, DATA, HOME, NONE))
    for path in PROGRAMMES:
        cause = _cause(content, DATA, path, NONE)
        for index in range(len(entries(content, path))):
            yield from _unknown_entries(content, (*path, index, "municipalities"), known or served, cause)


def _cause(content: Node, path: KeyPath, anew: KeyPath, cure: str) -> Cause:
    """Return what stands at a path as the cause of faults in what is to be said anew."""
    return Cause(deepest(content, path)[0].place, written(path), anew, cure)


def _flow(codes: Collection[str]) -> str:
    return f"[{', '.join(codes)}]"


def _home_faults(content: Node, known: Collection[str]) -> Iterator[Fault]:
    """Return a fault for each owner of a centre it does not serve; of a catchment that is wrong itself nobody can tell."""
    codes = _codes(content, CATCHMENT)
    if known and not {*codes} <= {*known}:
        return
    cause = _cause(content, CATCHMENT, HOME, NONE)
    for index, owner in enumerate(entries(content, HOME)):
        if codes and isinstance(owner.content, str) and owner.content not in codes:
            message = say("home_outside", given=shortened(owner.content), served=listed(codes))
            yield Fault(owner.place, written((*HOME, index)), message, cause)


def _codes(content: Node, path: KeyPath) -> list[str]:
    return [entry.content for entry in entries(content, path) if isinstance(entry.content, str)]


def _event_faults(content: Node, in_events: Callable[[str], Mapping[str, Collection[str]]], data: str) -> Iterator[Fault]:
    cause = _cause(content, DATA, EVENTS, NONE)
    for index in range(len(entries(content, EVENTS))):
        for key, allowed in in_events(data).items():
            yield from _caused(_unknown(content, (*EVENTS, index, key), allowed), cause)


def _unknown(content: Node, path: KeyPath, allowed: Collection[str], key: str = "unknown_name") -> Iterator[Fault]:
    node = at(content, path)
    if node and isinstance(node.content, str) and node.content not in allowed:
        message = say(key, given=shortened(node.content), allowed=listed(allowed))
        yield Fault(node.place, written(path), message.followed_by(_meant(node.content, path[-1], allowed)))


def _caused(faults: Iterator[Fault], cause: Cause) -> Iterator[Fault]:
    return (fault._replace(cause=cause) for fault in faults)


def _meant(given: str, key: str | int, allowed: Collection[str]) -> Message | None:
    """Return what was meant; not of the later ones of very many entries, which are not told: to look for it takes time."""
    return None if isinstance(key, int) and key >= MOST_TOLD else guess_code(given, allowed)


def _unknown_entries(content: Node, path: KeyPath, allowed: Collection[str], cause: Cause) -> Iterator[Fault]:
    seen: dict[str, None] = {}
    for index, entry in enumerate(entries(content, path)):
        yield from _caused(_unknown(content, (*path, index), allowed), cause)
        if isinstance(entry.content, str) and entry.content in seen:
            yield Fault(entry.place, written((*path, index)), say("named_twice", given=shortened(entry.content)))
        seen[str(entry.content)] = None
