"""What became of a run: its parts of the tables, or why it failed."""

from collections.abc import Sequence
from typing import NamedTuple

from ...faults import Message
from ..plan.design import Run
from .tables import Parts


class Finished(NamedTuple):
    """A run that came to its end, its parts of the tables, and the seconds it took.

    `memory_mb` is what its process held then; 0 where the run was done earlier, for it is not kept.
    """

    run: Run
    parts: Parts
    seconds: float
    memory_mb: float = 0.0


class Failed(NamedTuple):
    """A run that raised, or whose process died: the error in one line, and its traceback."""

    run: Run
    error: Message | str
    traceback: str


Done = Finished | Failed


class Made(NamedTuple):
    """What a result is made of: all runs, those of them that failed, and the precision reached, if one was asked for.

    `precision` is the largest calculation error of what a scenario saves, in m DKK; infinite where it is not known.
    """

    runs: Sequence[Run]
    failed: list[Failed]
    precision: float | None
