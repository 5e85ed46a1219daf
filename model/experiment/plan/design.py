"""Which runs an experiment needs: every scenario and its twin, once per draw of the uncertain numbers and replicate."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from ... import __version__
from ...faults import Told, say
from ...recording import Recording
from ...scenario.sampling import Sampling
from ...scenario.scenario import Scenario
from ...shipped import tables_hash
from .sample import Drawn, Identity, Sample, identity_of, points, with_draw

NOT_HASHED = {"title", "label", "uncertainties"}
"""Words, which do not identify a scenario, and what is hashed before the rest."""


class SameParameters(Told, ValueError):
    """Two scenarios are one."""


class Run(NamedTuple):
    """One run to do: a scenario in one replicate. `twin` is the id of the run it is paired with, "" for a run without policy.

    `id` follows from parameters, tables, seed, replicate and model version; `parameters` from the first two, whatever
    title and label say. `recording` says what is kept of it. `base` is the scenario as its file has it, and `drawn` what a
    draw fixes in it; None where each replicate draws all by itself.
    """

    id: str
    name: str
    base: Scenario
    seed: int
    replicate: int
    twin: str
    parameters: str
    drawn: Drawn | None = None
    recording: Recording = Recording()

    @property
    def scenario(self) -> Scenario:
        """The scenario simulated, made anew each time: the base with what its draw fixes."""
        return with_draw(self.base, self.drawn.by_name()) if self.drawn else self.base

    @property
    def draw(self) -> int:
        """The number of the draw; without a design each replicate is one."""
        return self.drawn.draw if self.drawn else self.replicate


def plan(scenarios: dict[str, Scenario], replicates: int, seed: int, sampling: Sampling | None = None) -> list[Run]:
    """Return every run to do, by replicate, then in the order of `scenarios`, unnamed twins last.

    With a design of draws, `replicates` are those of each draw, and the run's replicate counts through all of them: draw d
    has the replicates d * replicates and following, each with luck of its own. Equal twins are one run, and a scenario
    without policy is its own twin. Raises SameParameters where two differ in nothing but
    name, title and label.
    """
    named = _with_twins(scenarios)
    _require_different({name: parameters_hash(scenario) for name, scenario in named.items()})
    return list(_sampled(named, replicates, seed, sampling) if sampling else _unsampled(named, replicates, seed))


def parameters_hash(scenario: Scenario) -> str:
    """Return what identifies a scenario's resolved parameters and its tables, whatever its title."""
    return _parameters_hash(_begun(identity_of(scenario.uncertainties)), _others(scenario))


def _begun(uncertainties: Identity) -> "blake2b":
    """Return a hash begun with what is uncertain, which scenarios share."""
    return blake2b(uncertainties.in_bytes, digest_size=8)


def _others(scenario: Scenario) -> bytes:
    """Return what identifies a scenario but for what is uncertain."""
    return (scenario.model_dump_json(exclude=NOT_HASHED) + tables_hash(scenario.region.data)).encode("utf-8")


def _parameters_hash(begun: "blake2b", others: bytes) -> str:
    digest = begun.copy()
    digest.update(others)
    return digest.hexdigest()


def run_id(parameters: str, seed: int, replicate: int) -> str:
    """Return the id of a run by this version of the model."""
    return _short_hash(f"{parameters} {seed} {replicate} {__version__}")


def _short_hash(text: str) -> str:
    return blake2b(text.encode("utf-8"), digest_size=8).hexdigest()


# --- runs ------------------------------------------------------------------------------------------------------------


def _hashes(begun: "blake2b", texts: tuple[bytes, bytes]) -> tuple[str, str]:
    own, twin = texts
    return _parameters_hash(begun, own), _parameters_hash(begun, twin)


class _Paired(NamedTuple):
    """A scenario by name, with what identifies it and its twin."""

    name: str
    base: Scenario
    parameters: str
    twin: str
    drawn: Drawn | None


def _unsampled(named: dict[str, Scenario], replicates: int, seed: int) -> Iterator[Run]:
    paired = [
        _Paired(name, scenario, parameters_hash(scenario), parameters_hash(scenario.twin()), None)
        for name, scenario in named.items()
    ]
    for replicate in range(replicates):
        yield from _runs(paired, seed, replicate)


def _sampled(named: dict[str, Scenario], replicates: int, seed: int, sampling: Sampling) -> Iterator[Run]:
    samples = _samples(named, sampling, points(sampling, seed))
    which = {name: _uncertain(scenario) for name, scenario in named.items()}
    texts = {name: (_others(scenario), _others(scenario.twin())) for name, scenario in named.items()}
    for draw in range(sampling.draws):
        drawn = {uncertain: sample.drawn(draw) for uncertain, sample in samples.items()}
        begun = {uncertain: _begun(samples[uncertain].identity(one)) for uncertain, one in drawn.items()}
        paired = [
            _Paired(name, scenario, *_hashes(begun[its], texts[name]), drawn[its])
            for (name, scenario), its in zip(named.items(), which.values(), strict=True)
        ]
        _require_different({one.name: one.parameters for one in paired})
        for replicate in range(draw * replicates, (draw + 1) * replicates):
            yield from _runs(paired, seed, replicate)


def _runs(paired: list[_Paired], seed: int, replicate: int) -> Iterator[Run]:
    """Return the runs of a replicate; the id of a twin is one text, however many runs are paired with it."""
    ids = {parameters: run_id(parameters, seed, replicate) for one in paired for parameters in (one.parameters, one.twin)}
    for one in paired:
        twin = "" if one.twin == one.parameters else ids[one.twin]
        yield Run(ids[one.parameters], one.name, one.base, seed, replicate, twin, one.parameters, one.drawn)


def _uncertain(scenario: Scenario) -> str:
    return scenario.uncertainties.model_dump_json()


def _samples(named: dict[str, Scenario], sampling: Sampling, at: np.ndarray) -> dict[str, Sample]:
    """Return the draws by what is uncertain, which most scenarios share."""
    different = {_uncertain(scenario): scenario.uncertainties for scenario in named.values()}
    return {text: Sample(sampling, at, uncertainties) for text, uncertainties in different.items()}


# --- twins -----------------------------------------------------------------------------------------------------------


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
    """Return a name that no other has, not even in other capitals: to some systems files of both would be one."""
    others = {other.casefold() for other in taken}
    while name.casefold() in others:
        name += "_"
    return name


def _require_different(hashes: dict[str, str]) -> None:
    first: dict[str, str] = {}
    for name, parameters in hashes.items():
        if parameters in first:
            raise SameParameters(say("same_parameters", first=first[parameters], second=name))
        first[parameters] = name
