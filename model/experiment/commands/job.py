"""A job: what was asked for, whole, so that another process can go on with it another day."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ... import __version__
from ...faults import Message, Told, say
from ...recording import Recording
from ...scenario.sampling import Sampling, from_data
from ...scenario.scenario import Scenario
from ...scenario.scenario_file import ScenarioError
from ...scenario.scenario_table import changes
from ...shipped import data_folder, tables_hash
from ...world.known import load_known
from ..plan import reference
from ..plan.design import Run, plan
from ..plan.reference import Reference
from ..plan.sources import Asked, text_hash
from ..results import input_tables
from ..results.ledger import About
from ..workers.code import code_hashes
from ..workers.own_rules import OwnRule
from ..workers.region_size import RegionSize, size_of
from ..workers.worker import SECONDS_A_RUN


class Job(NamedTuple):
    """An experiment to be done: scenarios by name, with the rules and the engine that do them.

    `sources` are the files that the scenarios were read from, with the hashes of their texts; `asked` is what the command
    line said. With a `precision` (in m DKK), `replicates` is the most there may be. `reference` is what the report speaks of.
    """

    scenarios: dict[str, Scenario]
    replicates: int
    seed: int
    engine: str
    rules: tuple[OwnRule, ...]
    asked: Asked
    sources: dict[str, str]
    precision: float | None = None
    sampling: Sampling | None = None
    recording: Recording = Recording()
    reference: Reference | None = None

    @property
    def size(self) -> int:
        """About how many runs there are: those of twins that no file names come on top."""
        return self.replicates * len(self.scenarios) * (self.sampling.draws if self.sampling else 1)

    @property
    def largest(self) -> RegionSize:
        """About what a run of the largest of its regions takes."""
        return max(map(size_of, self.scenarios.values()))

    @property
    def seconds_a_run(self) -> float:
        """About how long a run takes, in the largest of its regions; rather more than less."""
        return SECONDS_A_RUN[self.engine] * max(1.0, self.largest.times_as_long)

    @property
    def data(self) -> list[str]:
        """The names of the folders of tables that its scenarios read."""
        return list(dict.fromkeys(scenario.region.data for scenario in self.scenarios.values()))

    def runs(self, replicates: int | None = None) -> list[Run]:
        """Return the runs of so many replicates, otherwise of all; raises ValueError where two scenarios are one."""
        planned = plan(self.scenarios, self.replicates if replicates is None else replicates, self.seed, self.sampling)
        return [run._replace(recording=self.recording) for run in planned]


class Changed(Told):
    """The model or a scenario is no longer what a job was begun with; `message` says what changed."""


def about(job: Job) -> About:
    """Return a job as plain data, with all that must be the same for anyone who goes on with it."""
    return {
        **job._asdict(),
        "scenarios": {name: scenario.model_dump_json() for name, scenario in job.scenarios.items()},
        "rules": [rule._asdict() for rule in job.rules],
        "sampling": job.sampling.as_data() if job.sampling else None,
        "reference": job.reference._asdict() if job.reference else None,
        "model": __version__,
        "code": code_hashes(),
        "input_tables": {name: tables_hash(name) for name in job.data},
        "input_places": {name: str(data_folder(name).resolve()) for name in job.data},
    }


def job_of(told: About, folder: Path) -> Job:
    """Return the job that `about` made plain data of, and whose result lies in a folder.

    Raises Changed where the model, the tables or a scenario are not as they were then.
    """
    _require_same_model(told)
    _require_same_tables(told, folder)
    scenarios = {name: Scenario.model_validate_json(text) for name, text in told["scenarios"].items()}
    job = Job(
        scenarios=scenarios,
        rules=tuple(OwnRule(**rule) for rule in told["rules"]),
        sampling=from_data(told["sampling"]) if told["sampling"] else None,
        recording=Recording(*told["recording"]),
        reference=reference.from_data(told["reference"]) if told["reference"] else None,
        **{name: told[name] for name in Job._fields if name not in _READ_BACK},
    )
    _require_same_sources(job)
    return job


_READ_BACK = ("scenarios", "rules", "sampling", "recording", "reference")
"""What is something else as plain data."""


def _require_same_model(told: About) -> None:
    if told["model"] != __version__:
        raise Changed(say("changed.version", then=told["model"], now=__version__))
    if files := _different(told["code"], code_hashes()):
        raise Changed(say("changed.code", files=", ".join(files)))


def _require_same_tables(told: About, folder: Path) -> None:
    """Raise Changed where tables were edited; a folder that has gone says nothing, for the result keeps its own."""
    if edits := input_tables.edits(folder, told["input_tables"], told.get("input_places", {})):
        raise Changed(say("changed.tables_edited").followed_by(*edits))
    now = {name: tables_hash(name) for name in told["input_tables"]}
    if tables := _different(told["input_tables"], now):
        raise Changed(say("changed.tables", tables=", ".join(tables)))


def _different(then: dict[str, str], now: dict[str, str]) -> list[str]:
    return [name for name in sorted({*then, *now}) if then.get(name) != now.get(name)]


def _require_same_sources(job: Job) -> None:
    """Raise Changed where a scenario file was edited; one that has gone says nothing."""
    edited = [name for name, then in job.sources.items() if Path(name).is_file() and text_hash(Path(name)) != then]
    if edited:
        raise Changed(say("changed.sources", files=", ".join(edited)).followed_by(*_edits(job, edited)))


class _Edits(NamedTuple):
    """What edits changed in a scenario, told as lines `key: old -> new`."""

    name: str
    then: Scenario
    now: Scenario

    def worded(self, language: str) -> str:
        return "; ".join(f"{self.name}: {change}" for change in changes(self.now, self.then, language))


def _edits(job: Job, edited: list[str]) -> Iterator[Message]:
    """Say which values of the scenarios the edits changed, where the files can be read as they are now."""
    for name in edited:
        with suppress(ScenarioError):
            now = load_known(name).scenarios
            for scenario in now.keys() & job.scenarios.keys():
                edits = _Edits(scenario, job.scenarios[scenario], now[scenario])
                if edits.worded("en"):
                    yield say("changed.values", edits=edits)
