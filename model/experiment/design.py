"""Which runs an experiment needs: every scenario and its twin, once per replicate."""

from hashlib import blake2b
from typing import NamedTuple

from .. import __version__
from ..faults import Told, say
from ..scenario import Scenario
from ..shipped import tables_hash


class SameParameters(Told, ValueError):
    """Two scenarios are one."""


class Run(NamedTuple):
    """One run to do: a scenario in one replicate. `twin` is the id of the run it is paired with, "" for a run without policy.

    `id` follows from parameters, tables, seed, replicate and model version; `parameters` from the first two, whatever
    title and label say.
    """

    id: str
    name: str
    scenario: Scenario
    seed: int
    replicate: int
    twin: str
    parameters: str


def plan(scenarios: dict[str, Scenario], replicates: int, seed: int) -> list[Run]:
    """Return every run to do, by replicate, then in the order of `scenarios`, unnamed twins last.

    Equal twins are one run, and a scenario without policy is its own twin. Raises SameParameters where two differ in
    nothing but name, title and label.
    """
    named = _with_twins(scenarios)
    hashes = {name: parameters_hash(scenario) for name, scenario in named.items()}
    _require_different(hashes)
    twins = {name: parameters_hash(scenario.twin()) for name, scenario in named.items()}
    return [
        Run(
            id=run_id(hashes[name], seed, replicate),
            name=name,
            scenario=scenario,
            seed=seed,
            replicate=replicate,
            twin="" if twins[name] == hashes[name] else run_id(twins[name], seed, replicate),
            parameters=hashes[name],
        )
        for replicate in range(replicates)
        for name, scenario in named.items()
    ]


def parameters_hash(scenario: Scenario) -> str:
    """Return what identifies a scenario's resolved parameters and its tables, whatever its title."""
    return _short_hash(scenario.model_dump_json(exclude={"title", "label"}) + tables_hash(scenario.region.data))


def run_id(parameters: str, seed: int, replicate: int) -> str:
    """Return the id of a run by this version of the model."""
    return _short_hash(f"{parameters} {seed} {replicate} {__version__}")


def _short_hash(text: str) -> str:
    return blake2b(text.encode("utf-8"), digest_size=8).hexdigest()


def _with_twins(scenarios: dict[str, Scenario]) -> dict[str, Scenario]:
    """Add the twins that are not among the scenarios, each named after the first scenario that needs it."""
    named = dict(scenarios)
    known = {parameters_hash(scenario) for scenario in scenarios.values()}
    for name, scenario in scenarios.items():
        twin = scenario.twin()
        if parameters_hash(twin) not in known:
            known.add(parameters_hash(twin))
            named[_free_name(f"{name}_twin", named)] = twin
    return named


def _free_name(name: str, taken: dict[str, Scenario]) -> str:
    while name in taken:
        name += "_"
    return name


def _require_different(hashes: dict[str, str]) -> None:
    first: dict[str, str] = {}
    for name, parameters in hashes.items():
        if parameters in first:
            raise SameParameters(say("same_parameters", first=first[parameters], second=name))
        first[parameters] = name
