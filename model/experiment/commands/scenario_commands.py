"""The commands about scenario files: check them, show one with all its values, print the schema for editors.

Each prints and returns an exit code: 0, or 2 where a file is faulty. They import nothing heavy, to answer at once.
"""

import json
import sys
from collections.abc import Sequence

from ...faults import Message, say
from ...scenario.file_schema import file_schema
from ...scenario.scenario_file import ScenarioError, ScenarioFile
from ...world.known import known_names, load_known
from ..workers.region_size import region_told, size_of
from .exits import BAD_INPUT, DONE
from .scenario_page import Page, difference, whole


def check(paths: Sequence[str], language: str = "en", changed: Sequence[str] = ()) -> int:
    """Print for each file what it holds, or all that is wrong with it."""
    return max([_check(path, language, changed) for path in paths], default=DONE)


def show(path: str, diff: str | None = None, page: Page | None = None, changed: Sequence[str] = ()) -> int:
    """Print a file's scenarios with every value, or only what differs from another file's."""
    page = page or Page()
    try:
        file = load_known(path, changed)
        parent = load_known(file.parent) if file.parent else None
        lines = whole(file, parent, page) if diff is None else difference(file, load_known(diff), page)
    except ScenarioError as error:
        print(error.worded(page.language), file=sys.stderr)
        return BAD_INPUT
    print("\n".join(lines))
    return DONE


def schema_text() -> str:
    """Return the JSON schema of a scenario file as it is shipped for editors."""
    return json.dumps(file_schema(known_names()), indent=2, ensure_ascii=False)


def schema() -> int:
    """Print the JSON schema of a scenario file, for editors."""
    print(schema_text())
    return DONE


def _check(path: str, language: str, changed: Sequence[str]) -> int:
    try:
        file = load_known(path, changed)
    except ScenarioError as error:
        print(error.worded(language), file=sys.stderr)
        return BAD_INPUT
    valid = say("valid", file=path, scenarios=", ".join(file.scenarios))
    settings = say("settings", replicates=file.replicates, seed=file.seed) if file.replicates is not None else None
    print(valid.followed_by(settings, _draws(file), _size(file)).worded(language))
    return DONE


def _size(file: ScenarioFile) -> Message | None:
    """Say what the largest region of a file takes, where that is much."""
    return region_told(max(map(size_of, file.scenarios.values())))


def _draws(file: ScenarioFile) -> Message | None:
    if file.sampling is None:
        return None
    numbers = len(file.sampling.factors)
    return say("drawn_by", draws=file.sampling.draws, numbers=numbers, design=say(f"design.{file.sampling.design}"))
