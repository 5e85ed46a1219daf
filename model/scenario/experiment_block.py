"""The block of an experiment in a scenario file: the content of its scenarios, and what is wrong with the block itself."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..faults import Fault, Place, say
from ..paths import shown
from ..scalars import shortened
from .keys import LONGEST_NAME, names_a_scenario
from .lineage import Generation, lineage, named_file, refusal
from .merging import merged
from .nodes import members_of
from .offers import tried
from .sampling import over_faults
from .scenario import Experiment, Titled
from .scenario_faults import schema_faults
from .strict_yaml import KeyPath, Node, described, written

BLOCK: KeyPath = ("experiment",)
SCENARIOS: KeyPath = (*BLOCK, "scenarios")

Named = dict[str, list[Generation]]
"""The files that scenarios are taken from, by the scenario's name: each with its parents, the complete one first."""


class Read(NamedTuple):
    """A file read: it and its parents, the complete one first, and what they say beside the experiment."""

    lineage: list[Generation]
    own: Node


def entries_of(block: Node) -> Mapping[str, Node]:
    """Return what an experiment says of each of its scenarios."""
    return members_of(members_of(block).get("scenarios"))


def named_in(block: Node, file: Read) -> Named:
    """Return the files an experiment takes scenarios from; raises ScenarioError for one that cannot be used."""
    named = {name: entry for name, entry in entries_of(block).items() if isinstance(entry.content, str)}
    return {name: _named(name, entry, file) for name, entry in named.items()}


def _named(name: str, entry: Node, file: Read) -> list[Generation]:
    key = written((*SCENARIOS, name))
    found = lineage(named_file(entry, file.lineage[-1].path, key))
    if any("experiment" in members_of(one.says) for one in found):
        raise refusal(entry, key, say("names_experiment", given=entry.content))
    complete, own = found[0].path, file.lineage[0].path
    if complete.resolve() != own.resolve():
        told = {"given": entry.content, "other": shown(complete), "own": shown(own)}
        raise refusal(entry, key, say("stands_elsewhere", **told))
    return found


def contents_of(block: Node, own: Node, named: Named) -> dict[str, Node]:
    """Return the content of each scenario of an experiment; the file's own where none can be read."""
    made = {name: merged(own, *_changes(name, entry, named)) for name, entry in entries_of(block).items()}
    return made or {"": own}


def _changes(name: str, entry: Node, named: Named) -> list[Node]:
    """Return the changes an entry makes: those it writes out, or those of the file it names to the complete one."""
    if name not in named:
        return [entry] if isinstance(entry.content, dict) else []
    complete, *heirs = (one.says for one in named[name])
    words = {word: said for word, said in members_of(complete).items() if word in ("title", "label")}
    return heirs or [complete._replace(content=words)]


def block_faults(block: Node, own: Node) -> list[Fault]:
    """Return what is wrong with the block itself, and with the title of its file."""
    told = [*tried(_schema_faults(block), block, _schema_faults, BLOCK), *_entry_faults(block), *_title_faults(own)]
    uncertain = members_of(block).get("uncertainties")
    return [*told, *(over_faults(uncertain) if uncertain else ())]


def _schema_faults(block: Node) -> list[Fault]:
    return schema_faults(block, Experiment, BLOCK)


def _entry_faults(block: Node) -> Iterator[Fault]:
    """Return faults of scenarios whose name could not name a file of its own, or that say nothing that could be made."""
    first: dict[str, str] = {}
    for name, entry in entries_of(block).items():
        if not names_a_scenario(name):
            message = say("scenario_name", given=shortened(name), most=LONGEST_NAME)
            yield Fault(entry.key_place, written(SCENARIOS), message)
        if other := first.get(name.casefold()):
            yield Fault(entry.key_place, written((*SCENARIOS, name)), say("same_but_case", given=name, other=other))
        first.setdefault(name.casefold(), name)
        if not isinstance(entry.content, dict | str):
            yield Fault(entry.place, written((*SCENARIOS, name)), say("not_changes", given=described(entry)))


def _title_faults(own: Node) -> list[Fault]:
    """Return what is wrong with a file's own title, which no scenario may bear where each has one of its own."""
    titled = own._replace(content={key: node for key, node in members_of(own).items() if key == "title"})
    return schema_faults(titled, Titled)


def place_of_scenario(block: Node, name: str) -> Place:
    """Return where an experiment speaks of a scenario."""
    return entries_of(block).get(name, block).key_place
