"""What differs between a lorry, a pipe and a pooled round, gathered per mode."""

from typing import NamedTuple

from ..scenario.parameters import Parameters

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

    def failing_share(self, persistence: float) -> float:
        """Return the share of months that fail in the long run, where a failure goes on for another month so often."""
        begins = self.failure_per_month
        return begins / (begins + 1.0 - persistence) if persistence < 1 else 1.0


def modes_of(parameters: Parameters) -> dict[str, Mode]:
    """Return the numbers of each mode by its name."""
    numbers = parameters.modes
    return {mode: Mode(*(getattr(numbers, f"{mode}_{field}") for field in Mode._fields)) for mode in MODES}
