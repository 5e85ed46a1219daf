"""The points of a design, and scenarios whose uncertain numbers are fixed to them.

A draw is a scenario like any other, so it is simulated, hashed and paired like any other: where a number was uncertain,
it has the value drawn. Numbers that no factor covers keep their distribution, and each replicate draws them at random.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from pydantic_core import to_json

from ...draws import Draws
from ...scenario.parameters import NAMES, inverse, quantiles
from ...scenario.sampling import Factor, Sampling, number_of
from ...scenario.scenario import Scenario, Uncertainties
from ...scenario.schema import Uncertain


def points(sampling: Sampling, seed: int) -> np.ndarray:
    """Return the quantiles of a design: draws × factors, float64 from 0 to 1; the same for the same seed."""
    match sampling.design:
        case "factorial":
            levels = [_levels(factor, sampling.levels or 1) for factor in sampling.factors]
            return np.array(list(product(*levels)), dtype=float).reshape(-1, len(levels))
        case "random":
            return _at_random(sampling, seed)
    from scipy.stats import qmc  # takes long to import

    if sampling.design == "sobol":
        return qmc.Sobol(len(sampling.factors), seed=seed).random_base2(sampling.draws.bit_length() - 1)
    return qmc.LatinHypercube(len(sampling.factors), seed=seed).random(sampling.draws)


def _levels(factor: Factor, levels: int) -> list[float]:
    """Return the quantiles a factorial looks at: evenly from low to high, or the middle of each value's share."""
    if factor.of:
        return [(i + 0.5) / len(factor.of) for i in range(len(factor.of))]
    return [i / (levels - 1) for i in range(levels)]


def _at_random(sampling: Sampling, seed: int) -> np.ndarray:
    """Return what the replicates of these numbers would draw by themselves."""
    columns = [NAMES.index(factor.name) for factor in sampling.factors]
    drawn = [list(quantiles(Draws(seed, draw)).values()) for draw in range(sampling.draws)]
    return np.array(drawn)[:, columns]


def values_at(factor: Factor, number: Uncertain, at: Sequence[float]) -> list[float]:
    """Return the values of a factor at quantiles: of its list, within its range, or by the number's own distribution."""
    if factor.of:
        return [factor.of[min(int(u * len(factor.of)), len(factor.of) - 1)] for u in at]
    if factor.within:
        low, high = factor.within
        return [min(high, low + u * (high - low)) for u in at]
    return [*map(inverse(number), at)]


def with_values(uncertainties: Uncertainties, values: Mapping[str, float]) -> Uncertainties:
    """Return uncertainties with numbers fixed to these values, by "group.name"; grade and basis stay what they are."""
    changed: dict[str, dict[str, Uncertain]] = {}
    for name, value in values.items():
        group, _, key = name.partition(".")
        changed.setdefault(group, {})[key] = _fixed(number_of(uncertainties, name), value)
    groups = {name: getattr(uncertainties, name).model_copy(update=numbers) for name, numbers in changed.items()}
    return uncertainties.model_copy(update=groups)


def with_draw(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return a scenario with uncertain numbers fixed to these values, by "group.name"."""
    return scenario.model_copy(update={"uncertainties": with_values(scenario.uncertainties, values)})


def _fixed(number: Uncertain, value: float) -> Uncertain:
    return number.model_copy(update={"value": value, "low": None, "high": None, "shape": "fixed"})


class Drawn:
    """What one draw fixes: `values` of the numbers called `names` ("group.name"); small, and shared by many runs."""

    __slots__ = ("draw", "names", "values")

    def __init__(self, draw: int, names: tuple[str, ...], values: np.ndarray) -> None:
        self.draw, self.names, self.values = draw, names, values

    def by_name(self) -> dict[str, float]:
        """Return the values by "group.name"."""
        return dict(zip(self.names, self.values.tolist(), strict=True))


class Sample:
    """Every draw of a design for scenarios with the same uncertainties; scenarios that differ in them have one each.

    `names` are the numbers that draws fix: those of the factors that are uncertain there, or have a range or list instead.
    """

    def __init__(self, sampling: Sampling, at: np.ndarray, uncertainties: Uncertainties) -> None:
        numbers = [number_of(uncertainties, factor.name) for factor in sampling.factors]
        drawn = [i for i, factor in enumerate(sampling.factors) if _is_drawn(factor, numbers[i])]
        self.names = tuple(sampling.factors[i].name for i in drawn)
        self._values = np.empty((len(at), len(drawn)))
        for column, i in enumerate(drawn):
            self._values[:, column] = values_at(sampling.factors[i], numbers[i], at[:, i].tolist())
        self._kept = identity_of(with_values(uncertainties, dict.fromkeys(self.names, 0.0)))
        self._places = [self._kept.fixed.index(name) for name in self.names]

    def drawn(self, draw: int) -> Drawn:
        """Return what a draw fixes."""
        return Drawn(draw, self.names, self._values[draw])

    def identity(self, drawn: Drawn) -> "Identity":
        """Return what identifies the uncertainties with what a draw fixes, many times faster than by making them first."""
        values = list(self._kept.values)
        for place, value in zip(self._places, drawn.values.tolist(), strict=True):
            values[place] = value
        return self._kept._replace(values=values)


def _is_drawn(factor: Factor, number: Uncertain) -> bool:
    return bool(factor.of or factor.within) or number.shape != "fixed"


class Identity(NamedTuple):
    """What identifies uncertainties: the distributions that are drawn from, and each number that is fixed, with its value.

    A range of a fixed number, its grade and its basis bear on nothing that is simulated.
    """

    distributions: bytes
    fixed: tuple[str, ...]
    values: Sequence[float]

    @property
    def in_bytes(self) -> bytes:
        """All of it as bytes."""
        return self.distributions + to_json(self.values)


def identity_of(uncertainties: Uncertainties) -> Identity:
    """Return what identifies uncertainties."""
    numbers = {name: number_of(uncertainties, name) for name in NAMES}
    fixed = tuple(name for name, number in numbers.items() if number.shape == "fixed")
    others = [(name, one.value, one.low, one.high, one.shape) for name, one in numbers.items() if one.shape != "fixed"]
    return Identity(to_json([others, fixed]), fixed, [numbers[name].value for name in fixed])
