"""Scenario files and their parents: found by name or path, beside the file that names them or among the shipped."""

import os
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ..faults import Fault, Message, Place, say
from ..guesses import guess
from ..paths import shown
from ..shipped import SCENARIOS
from .nodes import members_of
from .strict_yaml import Node, ScenarioError, described, read

MOST_GENERATIONS = 8


def find(name: str | Path) -> Path:
    """Return the file of a name or path, looked up as `load` does; raises ScenarioError where there is none."""
    given = Path(name)
    path = _first_file([given, *_shipped(given)])
    if path is None:
        missing = say("no_file", allowed=_shipped_names()).followed_by(_guess(given))
        message = say("folder") if os.path.isdir(given) else missing
        raise ScenarioError(Fault(Place(given.as_posix()), "", message))
    return path


def _shipped(name: Path) -> list[Path]:
    """Return where a shipped scenario of that name would lie; `scenarios/x` and `x` are the same."""
    if name.is_absolute() or ".." in name.parts:
        return []
    return [SCENARIOS / name, *([SCENARIOS.parent / name] if name.parts[:1] == (SCENARIOS.name,) else [])]


def _first_file(places: list[Path]) -> Path | None:
    spelt = (path for place in places for path in (place, place.parent / f"{place.name}.yaml"))
    return next((path for path in spelt if os.path.isfile(path)), None)  # Path.is_file raises where a name is too long


def _shipped_names() -> str:
    return ", ".join(sorted(path.stem for path in SCENARIOS.glob("*.yaml")))


def _guess(given: Path | PurePosixPath) -> Message | None:
    return guess(given.stem, _shipped_names().split(", "))


# --- inheritance -----------------------------------------------------------------------------------------------------


class Generation(NamedTuple):
    """A file and what it says itself."""

    path: Path
    says: Node


def lineage(path: Path, heirs: tuple[Path, ...] = ()) -> list[Generation]:
    """Return a file and its parents, the complete one first. A label belongs to the file it stands in."""
    extends, says = taken(read(path, shown(path)), "extends")
    if extends is None:
        return [Generation(path, says)]
    parent, line = named_file(extends, path, "extends"), (*heirs, path)
    _check_line(extends, line, parent)
    older = [one._replace(says=unlabelled(one.says)) for one in lineage(parent, line)]
    return [*older, Generation(path, says)]


def unlabelled(node: Node) -> Node:
    """Return what a file says but for its label."""
    return taken(node, "label")[1]


def named_file(named: Node, path: Path, key: str) -> Path:
    """Return the file that a file names under a key: in the file's folder, else among the shipped."""
    if not isinstance(named.content, str):
        raise refusal(named, key, say("extends_not_text", given=described(named)))
    name, folder = PurePosixPath(named.content), path.parent
    beside = _first_file([folder / name])
    inside = beside is None or beside.resolve().is_relative_to(folder.resolve())
    if name.is_absolute() or ".." in name.parts or set(named.content) & set("\\:") or not inside:
        raise refusal(named, key, say("extends_outside", given=named.content))
    found = beside or _first_file(_shipped(Path(name)))
    if found is None:
        missing = say("no_parent", given=named.content, allowed=_shipped_names()).followed_by(_guess(name))
        raise refusal(named, key, missing)
    return found


def _check_line(extends: Node, line: tuple[Path, ...], parent: Path) -> None:
    if parent.resolve() in [heir.resolve() for heir in line]:
        raise refusal(extends, "extends", say("circle", chain=" → ".join(shown(path) for path in (*line, parent))))
    if len(line) > MOST_GENERATIONS:
        raise refusal(extends, "extends", say("too_many_parents", most=MOST_GENERATIONS))


def refusal(node: Node, key: str, message: Message) -> ScenarioError:
    """Return what is raised for a node that cannot be used."""
    return ScenarioError(Fault(node.place, key, message))


def taken(node: Node, key: str) -> tuple[Node | None, Node]:
    """Return what stands under a key of a mapping, and the mapping without it."""
    members = dict(members_of(node))
    taken = members.pop(key, None)
    return taken, node._replace(content=members)
