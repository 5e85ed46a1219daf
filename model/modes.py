"""What differs between a lorry, a pipe and a pooled round, gathered per mode."""

from typing import NamedTuple

from .parameters import Parameters
from .rules.trust import Evidence, settled

MODES = ("truck", "pipe", "pooled")


class Mode(NamedTuple):
    """The numbers of one mode; see `scenario.Modes` for meanings and units."""

    reliability: float
    viability: float
    specificity: float
    complexity: float

    @property
    def failure_per_month(self) -> float:
        """Return the chance that a failure begins in a given month."""
        return (1.0 - self.reliability) / 12.0


def modes_of(parameters: Parameters) -> dict[str, Mode]:
    """Return the numbers of each mode by its name."""
    numbers = parameters.modes
    return {mode: Mode(*(getattr(numbers, f"{mode}_{field}") for field in Mode._fields)) for mode in MODES}


def settled_evidence(first: Evidence, mode: Mode, parameters: Parameters) -> Evidence:
    """Return the evidence of partners that have dealt with each other for ever through this mode."""
    persistence, trust = parameters.modes.failure_persistence, parameters.trust
    failing = mode.failure_per_month / (mode.failure_per_month + 1.0 - persistence) if persistence < 1 else 1.0
    return settled(first, failing, trust.good_month, trust.bad_month, trust.forgetting_per_month)
