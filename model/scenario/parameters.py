"""The uncertain numbers of a scenario, drawn: one value for each, the same for whoever asks by the same name."""

from collections import namedtuple
from collections.abc import Callable
from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from ..draws import Draws, Purpose
from ..identity import identity
from .scenario import Scenario, Uncertainties
from .schema import Uncertain


class Parameters(NamedTuple):
    """The values drawn, in the groups of the schema: `parameters.trust.good_month` is a float in the schema's unit."""

    prices: Any
    modes: Any
    awareness: Any
    search: Any
    stages: Any
    bargaining: Any
    trust: Any
    ghali: Any
    jobs: Any
    centre: Any
    pools: Any
    platform: Any


def _group_type(group: str) -> Any:
    schema: Any = Uncertainties.model_fields[group].annotation
    return namedtuple(schema.__name__, tuple(schema.model_fields))


GROUPS = {group: _group_type(group) for group in Parameters._fields}


NAMES = tuple(f"{group}.{name}" for group, kind in GROUPS.items() for name in kind._fields)
_IDENTITIES = np.array([identity("parameter", name) for name in NAMES], np.uint64)


def quantiles(draws: Draws) -> dict[str, float]:
    """Return the quantile of each uncertain number in a replicate, by "group.name"."""
    return dict(zip(NAMES, draws.uniform(Purpose.PARAMETER, 0, _IDENTITIES).tolist(), strict=True))


def draw_parameters(scenario: Scenario, uniform: Callable[[str], float]) -> Parameters:
    """Return a value for each uncertain number; `uniform("trust.good_month")` is its quantile, strictly between 0 and 1."""
    drawn = {}
    for group, kind in GROUPS.items():
        numbers = getattr(scenario.uncertainties, group)
        drawn[group] = kind(*(quantile(getattr(numbers, name), uniform(f"{group}.{name}")) for name in kind._fields))
    return Parameters(**drawn)


def as_dict(parameters: Parameters) -> dict[str, float]:
    """Return the values by "group.name", in the schema's order."""
    groups = parameters._asdict().items()
    return {f"{group}.{name}": value for group, numbers in groups for name, value in numbers._asdict().items()}


def quantile(number: Uncertain, u: float) -> float:
    """Return the inverse of the distribution function at `u`, by its closed form; the value itself where it is fixed."""
    return inverse(number)(u)


def inverse(number: Uncertain) -> Callable[[float], float]:
    """Return the inverse of a number's distribution function."""
    low, mode, high = number.low, number.value, number.high
    if number.shape == "fixed" or low is None or high is None:
        return lambda u: mode
    at = _INVERSES[number.shape]
    return lambda u: min(high, max(low, at(low, mode, high, u)))  # rounding may step over an end


def _triangular(low: float, mode: float, high: float, u: float) -> float:
    if u * (high - low) < mode - low:
        return low + sqrt(u * (high - low) * (mode - low))
    return high - sqrt((1.0 - u) * (high - low) * (high - mode))


def _uniform(low: float, _: float, high: float, u: float) -> float:
    return low + u * (high - low)


def _loguniform(low: float, _: float, high: float, u: float) -> float:
    return float(low * (high / low) ** u)


_INVERSES = {"triangular": _triangular, "uniform": _uniform, "loguniform": _loguniform}
