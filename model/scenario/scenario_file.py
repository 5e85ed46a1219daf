"""Scenario files: a scenario as YAML that extends another, or an experiment of several, read into checked `Scenario`s.

Mappings merge key by key with those of the parent; texts, numbers, lists, dated values and null replace what the parent
says. An experiment writes the changes of a scenario out, or names the file that makes them.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ..faults import MOST_TOLD, Fault, Place, say
from ..paths import shown
from ..scalars import is_ambiguous
from .experiment_block import Read, block_faults, contents_of, named_in, place_of_scenario
from .fault_order import Files, at_their_causes, files_of
from .folders_found import folders_found
from .keys import names_a_file
from .lever_sweep import sweep
from .lineage import Generation, find, lineage, taken, unlabelled
from .merging import merged
from .name_faults import Names
from .nodes import members_of
from .offers import tried
from .report_faults import report_faults
from .sampling import Sampling, sampling_of
from .scenario import Experiment, Report, Scenario
from .scenario_faults import scenario_faults
from .scenario_table import changes
from .schema import Wording
from .settings import Setting, settings, with_experiment_settings, with_settings
from .strict_yaml import Node, ScenarioError, plain

__all__ = ["Names", "ScenarioError", "ScenarioFile", "changes", "find", "load", "resolved", "resolved_text"]


class ScenarioFile(NamedTuple):
    """A file read and checked: its resolved scenarios by name, in the order written.

    A file without an `experiment:` block has one scenario, named after the file, and neither replicates nor a seed.
    `title` is the file's own question, whatever its scenarios ask; `sources` are all files read, this one first. With a
    `sampling`, `replicates` are those of each draw; `record` and `cases` are those of `recording.Recording`. `tables` are
    the folders of tables that its scenarios name, where they were found.
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
    tables: dict[str, Path] = {}


def load(name: str | Path, names: Names, changed: Sequence[str] = ()) -> ScenarioFile:
    """Return the file of a name or path, looked up in the working folder, then among the shipped, with and without .yaml.

    `names` are the rules and places there are; `changed` are `key=value` texts that are put on top of every scenario.
    Raises ScenarioError with every fault found, each with its place.
    """
    path, given = find(name), settings(changed)
    generations = lineage(path)
    experiment, own = taken(merged(*(one.says for one in generations)), "experiment")
    block = None if experiment is None or experiment.content is None else experiment
    block = with_experiment_settings(block, (one for one in given if one.of_experiment))
    if block is not None:
        return _experiment(Read(generations, own), block, [one for one in given if not one.of_experiment], names)
    if not names_a_file(path.stem):
        raise ScenarioError(Fault(Place(shown(path)), "", say("file_name")))
    scenarios, tables = _checked(with_settings({path.stem: own}, given), names, _paths(generations), [])
    return ScenarioFile(
        path,
        scenarios[path.stem].title,
        _parent(generations),
        scenarios,
        None,
        None,
        _paths(generations)[::-1],
        tables=tables,
    )


def _experiment(file: Read, block: Node, given: Sequence[Setting], names: Names) -> ScenarioFile:
    members, named = members_of(block), named_in(block, file)
    paths = (*_paths(file.lineage), *(path for found in named.values() for path in _paths(found)[1:]))
    contents = contents_of(block, unlabelled(file.own), named)
    swept, forbidden = sweep(contents, members.get("levers"), members.get("labels"))
    faults = [*block_faults(block, file.own), *forbidden]
    scenarios, tables = _checked(with_settings(swept.contents, given), names, paths, faults)
    if told := list(report_faults(block, scenarios)):
        raise ScenarioError(*told)
    _refuse_alike(scenarios, {made: place_of_scenario(block, name) for made, name in swept.origins.items()})
    title = with_settings({"": file.own}, (one for one in given if one.path[0] == "title"))[""]
    asks = Experiment.model_validate(plain(block))
    return ScenarioFile(
        file.lineage[-1].path,
        Wording.model_validate(plain(members_of(title)["title"])),
        _parent(file.lineage),
        scenarios,
        asks.replicates,
        asks.seed,
        _sources(file.lineage, named.values()),
        _sampling(members.get("uncertainties"), scenarios),
        asks.record,
        asks.cases,
        asks.report,
        tables,
    )


def _parent(generations: Sequence[Generation]) -> Path | None:
    return generations[-2].path if len(generations) > 1 else None


def _paths(generations: Sequence[Generation]) -> tuple[Path, ...]:
    return tuple(one.path for one in generations)


def _sources(own: Sequence[Generation], named: Iterable[Sequence[Generation]]) -> tuple[Path, ...]:
    """Return every file read, each file before its parents."""
    return tuple(dict.fromkeys(path for found in (own, *named) for path in _paths(found)[::-1]))


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


# --- checks ----------------------------------------------------------------------------------------------------------


def _checked(
    contents: Mapping[str, Node], names: Names, paths: Sequence[Path], faults: list[Fault]
) -> tuple[dict[str, Scenario], dict[str, Path]]:
    """Return the scenarios, and their folders of tables; raises ScenarioError with the faults given and all that are found.

    `paths` are the files that the contents were read from, the oldest first. Each fault is told once.
    """
    files = files_of(paths)
    tables, elsewhere = folders_found(contents.values(), paths)
    told = dict.fromkeys([*faults, *elsewhere])
    for content in contents.values():
        if len(told) >= MOST_TOLD:
            break  # no more are told, and to look for them takes time
        told |= dict.fromkeys(_faults(content, names, files))
    if told:
        raise ScenarioError(*sorted(told, key=files.rank))
    return {name: Scenario.model_validate(plain(content)) for name, content in contents.items()}, tables


def _faults(content: Node, names: Names, files: Files) -> list[Fault]:
    """Return what is wrong with a scenario's content, told at its cause, with nothing proposed that is wrong too."""
    found = at_their_causes(scenario_faults(content, names), files)
    return tried(found, content, lambda changed: scenario_faults(changed, names))


def _refuse_alike(scenarios: dict[str, Scenario], places: Mapping[str, Place]) -> None:
    """Raise ScenarioError where two scenarios of an experiment say the same: comparing them would tell nothing."""
    first: dict[str, str] = {}
    for name, scenario in scenarios.items():
        says = scenario.model_dump_json(exclude={"title", "label"})
        if says in first:
            message = say("alike", given=name, other=first[says])
            raise ScenarioError(Fault(places[name], f"experiment.scenarios.{name}", message))
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
