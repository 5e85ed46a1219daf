"""A strict part of YAML: mappings, lists and text, each with the place it stands at. The types come later, from a schema.

Every scalar stays text, whether quoted or not; only a plain `null`, `~` or nothing is None. Duplicate keys, anchors,
aliases, tags, deep nesting and several documents are faults.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import yaml

from ..decoding import NotText, place_of, text_of
from ..faults import Fault, Faulty, Message, Place, os_reason, say
from ..scalars import comma_fault, shortened
from .yaml_syntax import syntax_fault

MOST_BYTES = 1_000_000
MOST_LEVELS = 20
MOST_VALUES = 10_000
"""Keys and values of a file; a large experiment has some hundreds. What is more takes long to check and is a mistake."""
# The same events, more than ten times faster where PyYAML was built with libyaml (as its wheels are).
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

KeyPath = tuple[str | int, ...]


class Cut(str):
    """A number that commas inside braces have cut in pieces, put together again: a fault wherever it stands."""


class Node(NamedTuple):
    """A value, where it stands, and where its key stands (for the entry of a list: the entry itself)."""

    content: "str | None | list[Node] | dict[str, Node]"
    place: Place
    key_place: Place


class ScenarioError(Faulty):
    """A scenario that cannot be used."""


def read(path: Path, label: str) -> Node:
    """Return the mapping a file holds; `label` is the file's name in messages. Raises ScenarioError."""
    return read_text(_text(path, Place(label)), label)


def read_text(text: str, label: str) -> Node:
    """Return the mapping a text holds, as `read` does of a file."""
    try:
        return _Reader(yaml.parse(text, Loader=_LOADER), label).document()
    except yaml.reader.ReaderError as error:
        place = place_of(text.find(chr(error.character)), text, label)
        raise ScenarioError(Fault(place, "", say("control_character", code=f"U+{error.character:04X}"))) from None
    except yaml.MarkedYAMLError as error:
        raise ScenarioError(syntax_fault(text, label, error)) from None


def plain(node: Node) -> Any:
    """Return a node's data without places: text, None, lists and dicts."""
    match node.content:
        case dict() as members:
            return {key: plain(member) for key, member in members.items()}
        case list() as entries:
            return [plain(entry) for entry in entries]
        case content:
            return content


def written(path: KeyPath) -> str:
    """Return a path of keys as it is shown: `funding[0].total_dkk`."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{shortened(key)}" for key in path).removeprefix(".")


def described(node: Node) -> Message:
    """Return what stands in a place, for messages."""
    match node.content:
        case None:
            return say("nothing")
        case dict() as members:
            return say("a_mapping" if members else "an_empty_mapping")
        case list() as entries:
            return say("a_list" if entries else "an_empty_list")
        case text:
            return say("a_text", text=shortened(text))


def _text(path: Path, file: Place) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise ScenarioError(Fault(file, "", say("unreadable", reason=os_reason(error)))) from None
    if len(content) > MOST_BYTES:
        raise ScenarioError(Fault(file, "", say("too_big", most=MOST_BYTES)))
    try:
        return text_of(content)
    except NotText as error:
        raise ScenarioError(Fault(error.place(file.file), "", error.message)) from None


def _place(file: str, mark: Any) -> Place:
    return Place(file, mark.line + 1, mark.column + 1)


LONGEST_CUT = 60
"""Letters of a number that commas may have cut in pieces; what is longer is none."""


class _Reader:
    """Builds nodes out of the parser's events."""

    def __init__(self, events: Iterator[Any], file: str) -> None:
        self.events, self.file = events, file
        self.faults: list[Fault] = []
        self.values = 0

    def document(self) -> Node:
        """Return the one mapping of the file."""
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            self._refuse(Place(self.file), (), "empty")
        root = self._node(next(self.events), (), None)
        next(self.events)  # the document ends
        last = next(self.events)
        if not isinstance(last, yaml.StreamEndEvent):
            self._refuse(_place(self.file, last.start_mark), (), "several_documents")
        self._check_root(root)
        if self.faults:
            raise ScenarioError(*self.faults)
        return root

    def _check_root(self, root: Node) -> None:
        if root.content is None:
            self._refuse(Place(self.file), (), "empty")
        if not isinstance(root.content, dict):
            self._refuse(root.place, (), "not_a_mapping", given=described(root))

    def _node(self, event: Any, path: KeyPath, key_place: Place | None) -> Node:
        place = _place(self.file, event.start_mark)
        self._check(event, place, path)
        content: Any = None
        if isinstance(event, yaml.ScalarEvent):
            is_null = event.implicit[0] and event.value in ("", "~", "null", "Null", "NULL")
            content = None if is_null else event.value
        elif isinstance(event, yaml.MappingStartEvent):
            content = self._mapping(path)
        elif isinstance(event, yaml.SequenceStartEvent):
            content = self._sequence(path)
        return Node(content, place, key_place or place)

    def _check(self, event: Any, place: Place, path: KeyPath) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            self._refuse(place, (), "too_many_values", most=MOST_VALUES)
        if len(path) > MOST_LEVELS:
            self._refuse(place, path[:3], "too_deep", most=MOST_LEVELS)
        if event.anchor is not None and not any(fault.message.key == "anchor" for fault in self.faults):
            self._note(place, path, "anchor")  # once: an anchor has aliases, and a bomb has thousands
        if getattr(event, "tag", None) is not None:
            self._note(place, path, "tag", tag=event.tag)

    def _mapping(self, path: KeyPath) -> dict[str, Node]:
        members: dict[str, Node] = {}
        last = ""  # the key before
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key_place = _place(self.file, event.start_mark)
            key = self._key(event, key_place, path)
            value = self._node(next(self.events), (*path, key), key_place)
            whole = f"{members[last].content},{key}" if last and value.content is None else ""
            if len(whole) <= LONGEST_CUT and comma_fault(whole):
                members[last] = members[last]._replace(content=Cut(whole))
                continue
            last = key
            if key in members:
                self._note(key_place, (*path, key), "duplicate_key", line=members[key].key_place.line)
            members.setdefault(key, value)
        return members

    def _key(self, event: Any, place: Place, path: KeyPath) -> str:
        if not isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            self._refuse(place, path, "key_not_text", given=described(self._node(event, (*path, "?"), None)))
        self._check(event, place, path)
        return getattr(event, "value", "")

    def _sequence(self, path: KeyPath) -> list[Node]:
        entries: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            entries.append(self._node(event, (*path, len(entries)), None))
        return entries

    def _note(self, place: Place, path: KeyPath, message: str, **values: object) -> None:
        self.faults.append(Fault(place, written(path), say(message, **values)))

    def _refuse(self, place: Place, path: KeyPath, message: str, **values: object) -> NoReturn:
        self._note(place, path, message, **values)
        raise ScenarioError(*self.faults)
