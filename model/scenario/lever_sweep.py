"""Sweeps over levers: every combination of the values an experiment lists makes a scenario out of each that has the levers."""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import product
from math import prod
from typing import NamedTuple

from ..faults import LANGUAGES, Fault, Message, say
from ..guesses import guess, listed
from ..scalars import shortened
from .keys import LONGEST_NAME, has_group, key_fault, names_a_scenario, path_of, proposing_keys, with_value
from .levers import Levers
from .nodes import at, members_of, valid
from .scenario import Scenario
from .schema import Wording
from .strict_yaml import KeyPath, Node, described

MOST_SCENARIOS = 10_000
BLOCK = "experiment.levers"
LABELS = "experiment.labels"
LEVERS = "levers"


class Choice(NamedTuple):
    """A value of a lever: what it is called in a scenario's name, what it says, and its label where the file gives one."""

    name: str
    told: str
    value: Node
    label: Wording | None = None


class Lever(NamedTuple):
    """A lever that is swept: its key, where it stands, what it is called in names, and its values."""

    key: str
    path: KeyPath
    block: Node
    called: str
    choices: list[Choice]


class Swept(NamedTuple):
    """The scenarios after a sweep, by name, and the scenario that each was made of."""

    contents: dict[str, Node]
    origins: dict[str, str]


def sweep(contents: Mapping[str, Node], block: Node | None, labels: Node | None) -> tuple[Swept, list[Fault]]:
    """Return the scenarios with each that has one of the levers replaced by its combinations, and what forbids that.

    `block` lists the values of each lever, `labels` what to call them. A scenario without policy stays as it is: it is what
    the others are compared with.
    """
    members, labelled = members_of(block), members_of(labels)
    faults = [fault for key, given in members.items() for fault in _lever_faults(key, given)]
    faults = faults or [fault for key, given in labelled.items() for fault in _label_faults(key, given, members)]
    if faults or not members:
        return Swept(dict(contents), {name: name for name in contents}), faults
    levers = _levers(members, labelled)
    applying = {name: _applying(content, levers) for name, content in contents.items()}
    idle = [lever for lever in levers if not any(lever in some for some in applying.values())]
    faults = [Fault(one.block.key_place, f"{BLOCK}.{one.key}", say("no_scenario_has", key=_above(one.path))) for one in idle]
    count = sum(prod(len(lever.choices) for lever in some) for some in applying.values())
    if count > MOST_SCENARIOS and block:
        faults.append(Fault(block.key_place, BLOCK, say("too_many_scenarios", count=count, most=MOST_SCENARIOS)))
    swept, origins, taken = {}, {}, set[str]()
    for name, content in contents.items() if not faults else ():
        for made, combined in _combinations(name, content, applying[name]):
            if made.casefold() in taken:
                faults.append(Fault(contents[name].key_place, f"experiment.scenarios.{name}", say("made_twice", name=made)))
            swept[made], origins[made] = combined, name
            taken.add(made.casefold())
    return Swept(swept or dict(contents), origins or {name: name for name in contents}), faults


def _lever_faults(key: str, given: Node) -> Iterator[Fault]:
    where = f"{BLOCK}.{shortened(key)}"
    if key.partition(".")[0] != LEVERS:
        yield Fault(given.key_place, where, say("not_a_lever", guess=f"{LEVERS}.{shortened(key)}"))
    elif fault := proposing_keys(key_fault(key, given.key_place, Scenario), Scenario):
        yield fault._replace(key=f"{BLOCK}.{fault.key}")
    elif not isinstance(given.content, dict | list) or not given.content:
        yield Fault(given.place, where, say("lever_values", given=described(given)))
    elif isinstance(given.content, dict):
        for name, value in given.content.items():
            if not names_a_scenario(name):
                yield Fault(value.key_place, where, say("scenario_name", given=shortened(name), most=LONGEST_NAME))
    else:
        names: set[str] = set()
        for choice in _choices(given):
            if choice.name in names:
                yield Fault(choice.value.place, where, say("named_twice", given=choice.told))
            names.add(choice.name)


def _label_faults(key: str, given: Node, levers: Mapping[str, Node]) -> Iterator[Fault]:
    where = f"{LABELS}.{shortened(key)}"
    if key not in levers:
        yield Fault(given.key_place, where, _unknown(key, levers) if levers else say("nothing_swept"))
        return
    choices = [choice.name for choice in _choices(levers[key])]
    said: set[Wording] = set()
    for name, label in members_of(given).items():
        wording = valid(Wording, label)
        if name not in choices:
            yield Fault(label.key_place, where, _unknown(name, choices))
        elif wording in said:  # nobody could tell the two apart
            yield Fault(label.place, where, say("named_twice", given=shortened(wording.en)))
        elif wording:
            said.add(wording)


def _unknown(given: str, allowed: Collection[str]) -> Message:
    return say("unknown_name", given=shortened(given), allowed=listed(allowed)).followed_by(guess(given, allowed))


def _levers(members: Mapping[str, Node], labelled: Mapping[str, Node]) -> list[Lever]:
    paths = {key: path_of(key) or () for key in members}
    labels = {key: members_of(labelled.get(key)) for key in members}
    return [
        Lever(key, paths[key], given, _called(key, paths), [_with_label(one, labels[key]) for one in _choices(given)])
        for key, given in members.items()
    ]


def _with_label(choice: Choice, labels: Mapping[str, Node]) -> Choice:
    return choice._replace(label=valid(Wording, labels.get(choice.name)))


def _called(key: str, paths: Mapping[str, KeyPath]) -> str:
    """Return the fewest last words of a key that no other key ends in."""
    words = {other: [str(word) for word in path] for other, path in paths.items()}
    own = words.pop(key)
    for count in range(1, len(own)):
        last = own[-count:]
        if not last[0].isdigit() and all(other[-count:] != last for other in words.values()):
            return "_".join(last)
    return "_".join(own)


def _choices(given: Node) -> list[Choice]:
    """Return the values of a lever: named by the file, else by what they are, else by their number."""
    if isinstance(given.content, dict):
        return [Choice(name, name, value) for name, value in given.content.items()]
    entries = given.content if isinstance(given.content, list) else []
    return [_choice(number, value) for number, value in enumerate(entries, 1)]


def _choice(number: int, value: Node) -> Choice:
    told = "null" if value.content is None else value.content if isinstance(value.content, str) else str(number)
    name = re.sub(r"[^\w-]+", "_", told).strip("_")[:40] or str(number)
    return Choice(name, shortened(told), value)


def _applying(content: Node, levers: list[Lever]) -> list[Lever]:
    if valid(Levers, at(content, (LEVERS,))) == Levers():
        return []
    return [lever for lever in levers if has_group(content, lever.path)]


def _above(path: KeyPath) -> str:
    above = path if isinstance(path[-1], int) else path[:-1]
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in above).removeprefix(".")


def _combinations(name: str, content: Node, levers: list[Lever]) -> Iterator[tuple[str, Node]]:
    if not levers:
        yield name, content
        return
    for combination in product(*(lever.choices for lever in levers)):
        chosen = list(zip(levers, combination, strict=True))
        made = content
        for lever, choice in chosen:
            made = with_value(made, lever.path, choice.value)
        suffix = "-".join(f"{lever.called}_{choice.name}" for lever, choice in chosen)
        told = {language: ", ".join(_told(*one, language) for one in chosen) for language in LANGUAGES}
        yield f"{name}-{suffix}", _labelled(made, name, told)


def _told(lever: Lever, choice: Choice, language: str) -> str:
    return choice.label.within(language) if choice.label else f"{lever.called} {choice.told}"


def _labelled(content: Node, name: str, told: Mapping[str, str]) -> Node:
    """Return a scenario's content with the choices in its label, which begins with that of the scenario it is made of."""
    label = at(content, ("label",))
    if label is not None and valid(Wording, label) is None:
        return content  # its fault is told where labels are read
    said = label.content if label else None
    by_language = said if isinstance(said, dict) else {}
    shared = said if isinstance(said, str) else next((one.content for one in by_language.values()), name)
    texts = {language: by_language[language].content if language in by_language else shared for language in LANGUAGES}
    place = content.place
    words = {language: Node(f"{text}: {told[language]}", place, place) for language, text in texts.items()}
    return with_value(content, ("label",), Node(words, place, place))
