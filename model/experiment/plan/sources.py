"""What a run was asked for: scenario files with hashes of their texts, and settings given on the command line."""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from ...scenario.sampling import Sampling
from ...scenario.scenario_file import ScenarioFile
from ...shipped import SCENARIOS

Asked = dict[str, Any]
"""The question of a single file; files, each with its hash; replicates, seed, rules and --set as given; the design."""


class Given(NamedTuple):
    """What the command line said, as it said it: None or nothing where it did not."""

    replicates: int | None = None
    seed: int | None = None
    rules: Sequence[str] = ()
    changed: Sequence[str] = ()


def asked(files: Sequence[ScenarioFile], given: Given, sampling: Sampling | None = None) -> Asked:
    """Return what was asked for, without any place: neither folders nor the number of workers change a result."""
    told = dict.fromkeys(path for file in files for path in file.sources)
    return {
        "title": files[0].title.model_dump() if len(files) == 1 else None,
        "files": [{"name": _name(path), "hash": text_hash(path)} for path in told],
        "replicates": given.replicates,
        "seed": given.seed,
        "rules": [_without_folder(rule) for rule in given.rules],
        "set": list(given.changed),
        **({"sampling": sampling.as_data()} if sampling else {}),
    }


def _name(path: Path) -> str:
    """Return a shipped file's path from the project's folder, of any other the name alone."""
    full = path.resolve()
    return full.relative_to(SCENARIOS.parent).as_posix() if full.is_relative_to(SCENARIOS) else path.name


def hashes(files: Sequence[ScenarioFile]) -> dict[str, str]:
    """Return the hash of the text of every file that scenarios were read from, by its full path."""
    return {str(path.resolve()): text_hash(path) for file in files for path in file.sources}


def text_hash(path: Path) -> str:
    """Return the hash of a file's text, whatever its line ends."""
    return blake2b(path.read_bytes().replace(b"\r\n", b"\n"), digest_size=16).hexdigest()


def _without_folder(rule: str) -> str:
    """Return `price=mine.py:function` without the file's folder."""
    kind, separator, place = rule.partition("=")
    return kind + separator + place.replace("\\", "/").rpartition("/")[2]
