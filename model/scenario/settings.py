"""Settings of the command line: `--set key=value`, put on top of what a file says and read as if it stood in it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..faults import Fault, Place, say
from ..scalars import shortened
from .keys import has_group, key_fault, path_of, proposing_keys, with_value
from .scenario import Experiment, Scenario
from .scenario_faults import FILE_KEYS
from .strict_yaml import KeyPath, Node, ScenarioError, read_text, written

PLACE = Place("--set")
EXPERIMENT = "experiment"


class Setting(NamedTuple):
    """A key given a value on the command line; one of the experiment's block has its path from there."""

    path: KeyPath
    value: Node
    of_experiment: bool


def settings(given: Sequence[str]) -> list[Setting]:
    """Return what `key=value` texts say; raises ScenarioError with every fault found, each told at `--set`."""
    read: list[Setting] = []
    faults: list[Fault] = []
    for one in given:
        try:
            read.append(_setting(one))
        except ScenarioError as error:
            faults += error.faults
    keys = [written(one.path) for one in read]
    faults += [Fault(PLACE, key, say("set_twice")) for key in dict.fromkeys(keys) if keys.count(key) > 1]
    if faults:
        raise ScenarioError(*faults)
    return read


def _setting(given: str) -> Setting:
    key, separator, text = (part.strip() for part in given.partition("="))
    if not separator or not key:
        raise ScenarioError(Fault(PLACE, "", say("set_what", given=shortened(given))))
    first, _, rest = key.partition(".")
    if key in FILE_KEYS:
        raise ScenarioError(Fault(PLACE, key, say("set_in_a_file")))
    of_experiment = first == EXPERIMENT and bool(rest)
    name = rest if of_experiment else key
    if fault := _key_fault(name, of_experiment):
        raise ScenarioError(fault)
    return Setting(path_of(name) or (), _value(key, text), of_experiment)


def _key_fault(name: str, of_experiment: bool) -> Fault | None:
    if not of_experiment:
        return proposing_keys(key_fault(name, PLACE, Scenario), Scenario)
    fault = proposing_keys(key_fault(name.partition(".")[0], PLACE, Experiment), Experiment)
    return fault._replace(key=f"{EXPERIMENT}.{fault.key}") if fault else None


def _value(key: str, text: str) -> Node:
    """Return a value as a file would be read that says `key: text`."""
    try:
        document = read_text(f"value: {text}", "--set")
    except ScenarioError as error:
        raise ScenarioError(*(Fault(PLACE, key, fault.message) for fault in error.faults)) from None
    members = document.content
    if not isinstance(members, dict) or list(members) != ["value"]:
        raise ScenarioError(Fault(PLACE, key, say("set_what", given=shortened(f"{key}={text}"))))
    return _placed(members["value"])


def _placed(node: Node) -> Node:
    """Return a node that stands on the command line, where lines and columns would tell nobody anything."""
    content = node.content
    if isinstance(content, dict):
        content = {key: _placed(one) for key, one in content.items()}
    elif isinstance(content, list):
        content = [_placed(one) for one in content]
    return Node(content, PLACE, PLACE)


def with_settings(contents: Mapping[str, Node], given: Iterable[Setting]) -> dict[str, Node]:
    """Return every scenario's content with the settings that have a place in it; raises ScenarioError for one that has none."""
    changed, faults = dict(contents), []
    for setting in given:
        having = [name for name, content in changed.items() if has_group(content, setting.path)]
        changed |= {name: with_value(changed[name], setting.path, setting.value) for name in having}
        if not having:
            above = setting.path if isinstance(setting.path[-1], int) else setting.path[:-1]
            faults.append(Fault(PLACE, written(setting.path), say("no_scenario_has", key=written(above))))
    if faults:
        raise ScenarioError(*faults)
    return changed


def with_experiment_settings(experiment: Node | None, given: Iterable[Setting]) -> Node | None:
    """Return the experiment's block with the settings that are its; raises ScenarioError where the file has no such block."""
    for setting in given:
        if experiment is None or not has_group(experiment, setting.path):
            key = written((EXPERIMENT, *setting.path))
            raise ScenarioError(Fault(PLACE, key, say("no_group_in_file", group=written((EXPERIMENT, *setting.path[:-1])))))
        experiment = with_value(experiment, setting.path, setting.value)
    return experiment
