"""The points of a design, and scenarios whose uncertain numbers are fixed to them.

A draw is a scenario like any other, so it is simulated, hashed and paired like any other: where a number was uncertain,
it has the value drawn. Numbers that no factor covers keep their distribution, and each replicate draws them at random.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, product
from typing import Any

import numpy as np
from pydantic_core import to_json

from ..draws import Draws
from ..parameters import NAMES, quantile, quantiles
from ..sampling import Factor, Sampling, number_of
from ..scenario import Scenario, Uncertainties
from ..schema import Uncertain


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


def value_at(factor: Factor, number: Uncertain, at: float) -> float:
    """Return the value of a factor at a quantile: of its list, within its range, or by the number's own distribution."""
    if factor.of:
        return factor.of[min(int(at * len(factor.of)), len(factor.of) - 1)]
    if factor.within:
        low, high = factor.within
        return min(high, low + at * (high - low))
    return quantile(number, at)


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
            factor, number = sampling.factors[i], numbers[i]
            self._values[:, column] = [value_at(factor, number, quantile_drawn) for quantile_drawn in at[:, i].tolist()]
        self._words = _words(with_values(uncertainties, dict.fromkeys(self.names, 0.0)), self.names)

    def drawn(self, draw: int) -> Drawn:
        """Return what a draw fixes."""
        return Drawn(draw, self.names, self._values[draw])

    def text(self, drawn: Drawn) -> str:
        """Return the JSON of the uncertainties with a draw's values, many times faster than by making them first."""
        numbers = to_json(drawn.values.tolist()).decode()[1:-1].split(",") if self.names else []
        return "".join(chain.from_iterable(zip(self._words, [*numbers, ""], strict=True)))


def _is_drawn(factor: Factor, number: Uncertain) -> bool:
    return bool(factor.of or factor.within) or number.shape != "fixed"


def _words(uncertainties: Uncertainties, names: Sequence[str]) -> list[str]:
    """Return the JSON of uncertainties in pieces, between which the values of these numbers belong."""
    words, end = ["{"], '"value":'
    for i, (group, numbers) in enumerate(_groups(uncertainties)):
        words[-1] += f'{"," if i else ""}"{group}":{{'
        for j, (key, number) in enumerate(numbers):
            text = f'{"," if j else ""}"{key}":{number.model_dump_json()}'
            if f"{group}.{key}" in names:
                before, _, after = text.partition(end)
                words[-1] += before + end
                words.append(after.removeprefix(to_json(0.0).decode()))
            else:
                words[-1] += text
        words[-1] += "}"
    words[-1] += "}"
    return words


def _groups(uncertainties: Uncertainties) -> Iterable[tuple[str, list[tuple[str, Any]]]]:
    for group in type(uncertainties).model_fields:
        numbers = getattr(uncertainties, group)
        yield group, [(key, getattr(numbers, key)) for key in type(numbers).model_fields]
