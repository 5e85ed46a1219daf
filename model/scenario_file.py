"""Scenario files: a scenario as YAML that extends another, or an experiment of several, read into checked `Scenario`s.

Mappings merge key by key with those of the parent; texts, numbers, lists, dated values and null replace what the parent
says. An experiment writes the changes of a scenario out, or names the file that makes them.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import yaml

from .faults import MOST_TOLD, Fault, Message, Place, say
from .guesses import guess
from .keys import LONGEST_NAME, names_a_scenario
from .lever_sweep import sweep
from .merging import merged
from .name_faults import Names
from .nodes import members_of
from .report_faults import report_faults
from .sampling import Sampling, over_faults, sampling_of
from .scalars import is_ambiguous, shortened
from .scenario import Experiment, Report, Scenario, Titled
from .scenario_faults import scenario_faults, schema_faults
from .scenario_table import changes
from .schema import Wording
from .settings import Setting, settings, with_experiment_settings, with_settings
from .shipped import SCENARIOS
from .strict_yaml import Node, ScenarioError, described, plain, read, written

MOST_GENERATIONS = 8

__all__ = ["Names", "ScenarioError", "ScenarioFile", "changes", "find", "load", "resolved", "resolved_text"]


class ScenarioFile(NamedTuple):
    """A file read and checked: its resolved scenarios by name, in the order written.

    A file without an `experiment:` block has one scenario, named after the file, and neither replicates nor a seed.
    `title` is the file's own question, whatever its scenarios ask; `sources` are all files read, this one first. With a
    `sampling`, `replicates` are those of each draw; `record` and `cases` are those of `recording.Recording`.
    """

    path: Path
    title: Wording
    parent: Path | None
    scenarios: dict[str, Scenario]
    replicates: int | None
    seed: int | None
    sources: tuple[Path, ...]
    sampling: Sampling | None = None
    record: str | None = None
    cases: str | None = None
    report: Report | None = None


def load(name: str | Path, names: Names, changed: Sequence[str] = ()) -> ScenarioFile:
    """Return the file of a name or path, looked up in the working folder, then among the shipped, with and without .yaml.

    `names` are the rules and places there are; `changed` are `key=value` texts that are put on top of every scenario.
    Raises ScenarioError with every fault found, each with its place.
    """
    path, given = find(name), settings(changed)
    lineage = _lineage(path)
    parent = lineage[-2].path if len(lineage) > 1 else None
    experiment, own = _taken(merged(*(one.says for one in lineage)), "experiment")
    block = None if experiment is None or experiment.content is None else experiment
    block = with_experiment_settings(block, (one for one in given if one.of_experiment))
    if block is not None:
        return _experiment(_Read(path, parent, lineage, own, [one for one in given if not one.of_experiment]), block, names)
    scenarios = _checked(with_settings({path.stem: own}, given), names, [])
    return ScenarioFile(path, scenarios[path.stem].title, parent, scenarios, None, None, _paths(lineage))


class _Read(NamedTuple):
    """A file read: what it and its parents say beside an experiment, and what the command line changes in its scenarios."""

    path: Path
    parent: Path | None
    lineage: "list[_Generation]"
    own: Node
    given: list[Setting]


def _experiment(file: _Read, block: Node, names: Names) -> ScenarioFile:
    uncertain, levers, labels = (members_of(block).get(word) for word in ("uncertainties", "levers", "labels"))
    faults = [*schema_faults(block, Experiment, ("experiment",)), *_entry_faults(block), *_title_faults(file.own)]
    faults += over_faults(uncertain) if uncertain else ()
    swept, forbidden = sweep(_merged_scenarios(_unlabelled(file.own), block, file.lineage), levers, labels)
    scenarios = _checked(with_settings(swept.contents, file.given), names, faults + forbidden)
    if told := list(report_faults(block, scenarios)):
        raise ScenarioError(*told)
    _refuse_alike(scenarios, {made: _entry(block, name) for made, name in swept.origins.items()})
    sources = tuple(dict.fromkeys((*_paths(file.lineage), *_named_sources(block, file.path))))
    title = with_settings({"": file.own}, (one for one in file.given if one.path[0] == "title"))[""]
    asks = Experiment.model_validate(plain(block))
    return ScenarioFile(
        file.path,
        Wording.model_validate(plain(members_of(title)["title"])),
        file.parent,
        scenarios,
        asks.replicates,
        asks.seed,
        sources,
        _sampling(uncertain, scenarios),
        asks.record,
        asks.cases,
        asks.report,
    )


def _entry(block: Node, name: str) -> Node:
    return members_of(members_of(block).get("scenarios")).get(name, block)


def _sampling(block: Node | None, scenarios: dict[str, Scenario]) -> Sampling | None:
    """Return the design a block asks for; raises ScenarioError where it cannot be had of these scenarios."""
    if block is None or block.content is None:
        return None
    sampling, faults = sampling_of(block, scenarios.values())
    if faults:
        raise ScenarioError(*sorted(faults, key=lambda fault: fault.place))
    return sampling


def resolved(scenario: Scenario) -> dict[str, Any]:
    """Return every value of a scenario as plain data, months as text."""
    return scenario.model_dump(mode="json")


def resolved_text(scenario: Scenario) -> str:
    """Return a scenario as YAML that `load` reads back as the same scenario."""
    return yaml.dump(resolved(scenario), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


# --- finding files ---------------------------------------------------------------------------------------------------


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


def _label(path: Path) -> str:
    """Return a file's name for messages: from the working folder where it lies in it, else in full."""
    full = path.absolute()
    return (full.relative_to(Path.cwd()) if full.is_relative_to(Path.cwd()) else full).as_posix()


# --- inheritance -----------------------------------------------------------------------------------------------------


class _Generation(NamedTuple):
    """A file and what it says itself."""

    path: Path
    says: Node


def _lineage(path: Path, heirs: tuple[Path, ...] = ()) -> list[_Generation]:
    """Return a file and its parents, the complete one first. A label belongs to the file it stands in."""
    extends, says = _taken(read(path, _label(path)), "extends")
    if extends is None:
        return [_Generation(path, says)]
    parent, line = _named_file(extends, path, "extends"), (*heirs, path)
    _check_line(extends, line, parent)
    older = [one._replace(says=_unlabelled(one.says)) for one in _lineage(parent, line)]
    return [*older, _Generation(path, says)]


def _unlabelled(node: Node) -> Node:
    return _taken(node, "label")[1]


def _named_file(named: Node, path: Path, key: str) -> Path:
    """Return the file that a file names under a key: in the file's folder, else among the shipped."""
    if not isinstance(named.content, str):
        raise _refusal(named, key, say("extends_not_text", given=described(named)))
    name, folder = PurePosixPath(named.content), path.parent
    beside = _first_file([folder / name])
    inside = beside is None or beside.resolve().is_relative_to(folder.resolve())
    if name.is_absolute() or ".." in name.parts or set(named.content) & set("\\:") or not inside:
        raise _refusal(named, key, say("extends_outside", given=named.content))
    found = beside or _first_file(_shipped(Path(name)))
    if found is None:
        missing = say("no_parent", given=named.content, allowed=_shipped_names()).followed_by(_guess(name))
        raise _refusal(named, key, missing)
    return found


def _check_line(extends: Node, line: tuple[Path, ...], parent: Path) -> None:
    if parent.resolve() in [heir.resolve() for heir in line]:
        raise _refusal(extends, "extends", say("circle", chain=" -> ".join(_label(path) for path in (*line, parent))))
    if len(line) > MOST_GENERATIONS:
        raise _refusal(extends, "extends", say("too_many_parents", most=MOST_GENERATIONS))


def _refusal(node: Node, key: str, message: Message) -> ScenarioError:
    return ScenarioError(Fault(node.place, key, message))


def _taken(node: Node, key: str) -> tuple[Node | None, Node]:
    """Return what stands under a key of a mapping, and the mapping without it."""
    members = dict(members_of(node))
    taken = members.pop(key, None)
    return taken, node._replace(content=members)


# --- experiments and checks ------------------------------------------------------------------------------------------


def _merged_scenarios(own: Node, experiment: Node, lineage: list[_Generation]) -> dict[str, Node]:
    """Return the content of each scenario of an experiment; the file's own where none can be read."""
    entries = members_of(members_of(experiment).get("scenarios"))
    changes = {name: _changes(name, entry, lineage) for name, entry in entries.items()}
    return {name: merged(own, *made) for name, made in changes.items()} or {"": own}


def _changes(name: str, entry: Node, lineage: list[_Generation]) -> list[Node]:
    """Return the changes an entry makes: those it writes out, or those of the file it names to the complete one."""
    if not isinstance(entry.content, str):
        return [entry] if isinstance(entry.content, dict) else []
    key = written(("experiment", "scenarios", name))
    (complete, says), *changes = _lineage(_named_file(entry, lineage[-1].path, key))
    if any("experiment" in members_of(node) for node in (says, *(one.says for one in changes))):
        raise _refusal(entry, key, say("names_experiment", given=entry.content))
    if complete.resolve() != lineage[0].path.resolve():
        allowed = _label(lineage[0].path)
        raise _refusal(entry, key, say("stands_elsewhere", given=entry.content, other=_label(complete), own=allowed))
    naming = says._replace(content={word: said for word, said in members_of(says).items() if word in ("title", "label")})
    return [one.says for one in changes] or [naming]


def _named_sources(experiment: Node, path: Path) -> Iterator[Path]:
    """Return every file that an experiment's scenarios are taken from."""
    for entry in members_of(members_of(experiment).get("scenarios")).values():
        if isinstance(entry.content, str):
            yield from _paths(_lineage(_named_file(entry, path, "experiment")))


def _paths(lineage: list[_Generation]) -> tuple[Path, ...]:
    return tuple(one.path for one in reversed(lineage))


def _entry_faults(experiment: Node) -> Iterator[Fault]:
    """Return faults of scenarios whose name could not name a file, or that say nothing that could be made."""
    for name, entry in members_of(members_of(experiment).get("scenarios")).items():
        if not names_a_scenario(name):
            yield Fault(entry.key_place, "experiment.scenarios", say("scenario_name", given=shortened(name), most=LONGEST_NAME))
        if not isinstance(entry.content, dict | str):
            key = written(("experiment", "scenarios", name))
            yield Fault(entry.place, key, say("not_changes", given=described(entry)))


def _title_faults(own: Node) -> list[Fault]:
    """Return what is wrong with a file's own title, which no scenario may bear where each has one of its own."""
    titled = own._replace(content={key: node for key, node in members_of(own).items() if key == "title"})
    return schema_faults(titled, Titled)


def _checked(contents: dict[str, Node], names: Names, faults: list[Fault]) -> dict[str, Scenario]:
    """Return the scenarios; raises ScenarioError with the faults given and all found, each told once, by place."""
    for content in contents.values():
        if len(faults) >= MOST_TOLD:
            break  # no more are told, and to look for them takes time
        faults = faults + scenario_faults(content, names)
    if faults:
        raise ScenarioError(*sorted(dict.fromkeys(faults), key=lambda fault: fault.place))
    return {name: Scenario.model_validate(plain(content)) for name, content in contents.items()}


def _refuse_alike(scenarios: dict[str, Scenario], written: dict[str, Node]) -> None:
    """Raise ScenarioError where two scenarios of an experiment say the same: comparing them would tell nothing."""
    first: dict[str, str] = {}
    for name, scenario in scenarios.items():
        says = scenario.model_dump_json(exclude={"title", "label"})
        if says in first:
            message = say("alike", given=name, other=first[says])
            raise ScenarioError(Fault(written[name].key_place, f"experiment.scenarios.{name}", message))
        first[says] = name


# --- printing and storing --------------------------------------------------------------------------------------------


# The same text, several times faster where PyYAML was built with libyaml (as its wheels are).
_SafeDumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_SafeDumper):
    """Writes numbers so that none can be read in two ways: 12.125 as 12.1250."""


def _float_node(dumper: Any, number: float) -> yaml.ScalarNode:
    node = dumper.represent_float(number)
    return yaml.ScalarNode(node.tag, f"{node.value}0") if is_ambiguous(node.value) else node


_Dumper.add_representer(float, _float_node)
