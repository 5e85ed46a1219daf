"""Tries what messages propose before anybody is told: put in the place of what stands there, it must be accepted.

All that is proposed passes here or at `Message.tried` (see `faults`), so nobody is told to write what is refused as well.
"""

from collections.abc import Callable, Iterable, Sequence

from ..faults import MOST_TOLD, Fault, Moved, Offer, Put
from .keys import has_group, path_of, with_value
from .nodes import at, members_of
from .strict_yaml import KeyPath, Node, read_text, written

OTHER_MISTAKES = ("hours_above_one", "outside_range", "range_without_width")
"""What is wrong with values together says nothing against one that is read as it was meant."""

FAULTS_LIKE_READING = 150
"""So many faults take as long to tell as all else that reading content takes."""

Read = Callable[[Node], Iterable[Fault]]
"""Returns all that is wrong with content."""


def tried(faults: Sequence[Fault], content: Node, read: Read, above: KeyPath = ()) -> list[Fault]:
    """Return the faults of content as they may be told; `above` are the keys that it stands under."""
    offering = [fault for fault in faults if fault.message.has_offers]
    if not offering:
        return list(faults)
    trial = _Trial(content, read, above, {(fault.key, fault.message.key) for fault in read(content)})
    told = {fault: _tried(fault, trial) for fault in offering[: _worth_trying(len(faults))]}
    return [told.get(fault, fault) for fault in faults]


def _worth_trying(faults: int) -> int:
    """Return how many of so many faults are looked at; what they propose takes the longer to try the more faults there are."""
    return int(MOST_TOLD / (1 + faults / FAULTS_LIKE_READING))


def _tried(fault: Fault, trial: "_Trial") -> Fault:
    message = fault.message.tried(lambda offer: trial.accepts(fault, offer))
    return fault if message is None else fault._replace(message=message)


class _Trial:
    """Content that is read anew with one thing in it changed, and what is wrong with it as it stands."""

    def __init__(self, content: Node, read: Read, above: KeyPath, before: set[tuple[str, str]]) -> None:
        self._content, self._read, self._above, self._before = content, read, above, before

    def accepts(self, fault: Fault, offer: Offer) -> bool:
        """Tell whether what is offered in place of what a fault is about would be read without another one."""
        path = (path_of(fault.key) or ())[len(self._above) :]
        node = at(self._content, path) if path else None
        if node is None:
            return False
        if isinstance(offer, Put):
            return self._takes(offer.path, _node_of(offer.text, node))
        if isinstance(offer, Moved):
            return self._takes_key(node, path, offer.path)
        is_key = fault.place == node.key_place != node.place
        return self._takes_key(node, path, (*path[:-1], offer)) if is_key else self._takes(path, node._replace(content=offer))

    def _takes(self, path: KeyPath, value: Node) -> bool:
        return has_group(self._content, path) and not self._new_faults(with_value(self._content, path, value), path)

    def _takes_key(self, node: Node, old: KeyPath, new: KeyPath) -> bool:
        """Tell whether a value may stand under another key: in its group, where none stands; elsewhere, if it fits there."""
        content = _without(self._content, old)
        standing = at(content, new)
        is_free = standing is None or standing.key_place.file != node.key_place.file
        if not is_free or not has_group(content, new):
            return False
        found = self._new_faults(with_value(content, new, node), new)
        is_neighbour = old[:-1] == new[:-1]
        return not ([fault for fault in found if fault.message.key == "extra_forbidden"] if is_neighbour else found)

    def _new_faults(self, changed: Node, path: KeyPath) -> list[Fault]:
        """Return what is wrong at a path after a change, and what is wrong beside it and was not."""
        at_all, beside = _under((*self._above, *path)), _under((*self._above, *path[:-1]))
        found = [fault for fault in self._read(changed) if fault.message.key not in OTHER_MISTAKES and beside(fault.key)]
        return [fault for fault in found if at_all(fault.key) or (fault.key, fault.message.key) not in self._before]


def _under(path: KeyPath) -> Callable[[str], bool]:
    """Return what tells whether a key stands at a path or below it."""
    above = written(path)
    return lambda key: not above or key == above or key.startswith((f"{above}.", f"{above}["))


def _node_of(text: str, like: Node) -> Node:
    """Return a value as a file would be read that says it, where another stands."""
    return members_of(read_text(f"value: {text}", like.place.file))["value"]


def _without(content: Node, path: KeyPath) -> Node:
    """Return content without a key of a mapping in it."""
    group = at(content, path[:-1])
    if group is None or not isinstance(path[-1], str):
        return content
    rest = group._replace(content={key: one for key, one in members_of(group).items() if key != path[-1]})
    return rest if len(path) == 1 else _replaced(content, path[:-1], rest)


def _replaced(content: Node, path: KeyPath, node: Node) -> Node:
    """Return content with the node at a path replaced, whatever stood there."""
    key, below = path[0], at(content, path[:1])
    changed = node if len(path) == 1 or below is None else _replaced(below, path[1:], node)
    if isinstance(content.content, list):
        return content._replace(content=[changed if index == key else one for index, one in enumerate(content.content)])
    return content._replace(content={**members_of(content), str(key): changed})
