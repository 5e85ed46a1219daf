"""The commands about scenario files: check them, show one with all its values, print the schema for editors.

Each prints and returns an exit code: 0, or 2 where a file is faulty. They import nothing heavy, to answer at once.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..known import known_names
from ..scenario import Experiment, Scenario
from ..scenario_file import ScenarioError, ScenarioFile, load
from ..scenario_table import changes, rows

DONE, BAD_INPUT = 0, 2


def load_known(name: str | Path) -> ScenarioFile:
    """Return a scenario file, checked against the rules and tables there are; raises ScenarioError."""
    return load(name, known_names())


def check(paths: Sequence[str]) -> int:
    """Print for each file what it holds, or all that is wrong with it."""
    return max([_check(path) for path in paths], default=DONE)


def show(path: str, diff: str | None = None) -> int:
    """Print a file's scenarios with every value, or only what differs from another file's."""
    try:
        file = load_known(path)
        lines = _whole(file) if diff is None else _difference(file, load_known(diff))
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    print("\n".join(lines))
    return DONE


def schema() -> int:
    """Print the JSON schema of a scenario file, for editors."""
    print(json.dumps(file_schema(), indent=2, ensure_ascii=False))
    return DONE


def _check(path: str) -> int:
    try:
        file = load_known(path)
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    settings = "" if file.replicates is None else f"; replicates {file.replicates}, seed {file.seed}"
    print(f"{path}: valid; {', '.join(file.scenarios)}{settings}")
    return DONE


# --- show ------------------------------------------------------------------------------------------------------------


def _whole(file: ScenarioFile) -> list[str]:
    """Return the first scenario in full, what it changes of the parent file, and how the others differ from it."""
    (name, first), *others = file.scenarios.items()
    lines = [f"{name}: {first.title.en}", ""]
    if file.parent:
        lines += [f"changed from {file.parent.name}:", *_indented(changes(first, _first(load_known(file.parent)))), ""]
    lines += _table(first)
    for other, scenario in others:
        lines += ["", f"{other}, changed from {name}:", *_indented(changes(scenario, first))]
    return lines


def _difference(file: ScenarioFile, against: ScenarioFile) -> list[str]:
    """Return how each scenario differs from the one of the same name in another file, else from its first."""
    lines = []
    for name, scenario in file.scenarios.items():
        other = name if name in against.scenarios else next(iter(against.scenarios))
        lines += [f"{name}, changed from {other} of {against.path.name}:"]
        lines += _indented(changes(scenario, against.scenarios[other]))
    return lines


def _first(file: ScenarioFile) -> Scenario:
    return next(iter(file.scenarios.values()))


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines or ["nothing"]]


def _table(scenario: Scenario) -> list[str]:
    """Return the rows in columns; the last one, the basis, is as long as it is."""
    cells = [("key", "value", "unit", "range", "grade", "basis"), *rows(scenario)]
    widths = [max(len(row[column]) for row in cells if row[0] != "title") for column in range(len(cells[0]) - 1)]
    return ["  ".join([*map(str.ljust, row[:-1], widths), row[-1]]).rstrip() for row in cells]


# --- schema ----------------------------------------------------------------------------------------------------------


def file_schema() -> dict[str, Any]:
    """Return the JSON schema of a file: nothing is required, for a file says only what differs from its parent."""
    document = _without_required(Scenario.model_json_schema())
    experiment = _without_required(Experiment.model_json_schema())
    changed = {"type": "object", "properties": dict(document["properties"]), "additionalProperties": False}
    experiment["properties"]["scenarios"]["additionalProperties"] = {"anyOf": [{"$ref": "#/$defs/Changes"}, {"type": "string"}]}
    document["$defs"] |= {"Changes": changed, "Experiment": experiment}
    document["$defs"]["Wording"] = {"anyOf": [{"type": "string"}, document["$defs"]["Wording"]]}
    document["$defs"]["Uncertain"] = {"anyOf": [{"type": "number"}, document["$defs"]["Uncertain"]]}
    document["properties"]["extends"] = {"type": "string", "description": "the parent file"}
    document["properties"]["experiment"] = {"anyOf": [{"$ref": "#/$defs/Experiment"}, {"type": "null"}]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document, "title": "Scenario file"}


def _without_required(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _without_required(value) for key, value in schema.items() if key != "required"}
    return [_without_required(value) for value in schema] if isinstance(schema, list) else schema
