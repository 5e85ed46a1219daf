"""What `run` is asked for: its files and options, made into one job."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...faults import say
from ...paths import shown
from ...recording import Recording
from ...scenario.sampling import Sampling
from ...scenario.scenario import Scenario
from ...scenario.scenario_file import ScenarioError, ScenarioFile
from ...world.known import load_known
from ..plan import sources
from ..plan.design import SameParameters
from ..plan.reference import Reference, reference_of
from ..workers import own_rules
from .exits import BadInput, bad_input_if
from .job import Job

REPLICATES, SEED = 10, 2011
"""Where neither the command line nor a file says otherwise."""
MOST_REPLICATES = 1000
"""Where a precision decides, and nobody says how many there may be."""


def asked_job(arguments: argparse.Namespace) -> Job:
    """Return the job that the command line asks for; raises BadInput."""
    with bad_input_if(own_rules.RuleFault):
        own = own_rules.read_rules(arguments.rule)
    files = [_load(name, arguments.set) for name in arguments.files]
    _require_one_folder_a_name(files)
    sampling = _sampling(files)
    if sampling and arguments.precision is not None:
        raise BadInput(say("precision_and_draws"))
    said = sources.Given(arguments.replicates, arguments.seed, arguments.rule, arguments.set)
    replicates, seed = _replicates(arguments, files), _setting(arguments.seed, files, "seed", SEED)
    usual = Recording()
    recording = Recording(
        _setting(arguments.record, files, "record", usual.level), _setting(arguments.cases, files, "cases", usual.cases)
    )
    with bad_input_if(own_rules.RuleFault, SameParameters):
        job = Job(
            scenarios=own_rules.used_in(_scenarios(files), own),
            replicates=replicates,
            seed=seed,
            engine=arguments.engine,
            rules=tuple(own),
            asked=sources.asked(files, said, sampling),
            sources=sources.hashes(files),  # before somebody edits a file
            precision=arguments.precision,
            sampling=sampling,
            recording=recording,
            reference=_reference(files),
        )
        job.runs(1)
    return job


def _load(name: str, changed: Sequence[str]) -> ScenarioFile:
    with bad_input_if(ScenarioError):
        return load_known(name, changed)


def _replicates(arguments: argparse.Namespace, files: Sequence[ScenarioFile]) -> int:
    """Return how many replicates there are, or may be at most where a precision decides."""
    if arguments.precision is not None and arguments.replicates is None:
        return MOST_REPLICATES
    return int(_setting(arguments.replicates, files, "replicates", REPLICATES))


def _setting(asked: Any, files: Sequence[ScenarioFile], name: str, otherwise: Any) -> Any:
    """Return what the command line says, else what those files agree on that say anything."""
    said = dict.fromkeys(getattr(file, name) for file in files if getattr(file, name) is not None)
    if asked is None and len(said) > 1:
        raise BadInput(say("different_settings", name=name, said=", ".join(map(str, said))))
    return next(iter(said), otherwise) if asked is None else asked


def _sampling(files: Sequence[ScenarioFile]) -> Sampling | None:
    """Return the design that those files agree on that have one."""
    said = dict.fromkeys(file.sampling for file in files if file.sampling is not None)
    if len(said) > 1:
        raise BadInput(say("different_draws"))
    return next(iter(said), None)


def _require_one_folder_a_name(files: Sequence[ScenarioFile]) -> None:
    """Raise BadInput where two files name different folders of tables alike."""
    found: dict[str, Path] = {}
    for name, folder in (named for file in files for named in file.tables.items()):
        if found.setdefault(name, folder).resolve() != folder.resolve():
            raise BadInput(say("two_folders", data=name, first=shown(found[name]), second=shown(folder)))


def _reference(files: Sequence[ScenarioFile]) -> Reference:
    """Return what the report speaks of: as the first file says that says anything."""
    return reference_of(_scenarios(files), next((file.report for file in files if file.report is not None), None))


def _scenarios(files: Sequence[ScenarioFile]) -> dict[str, Scenario]:
    """Return the scenarios of all files by name."""
    scenarios: dict[str, Scenario] = {}
    earlier: dict[str, str] = {}
    for file in files:
        for name, scenario in file.scenarios.items():
            if other := earlier.get(name.casefold()):
                message = "earlier_scenario" if other == name else "earlier_but_case"
                raise BadInput(say(message, file=file.path, name=name, other=other))
            earlier[name.casefold()] = name
            scenarios[name] = scenario
    return scenarios
