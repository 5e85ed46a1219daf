"""What became of a run: its parts of the tables, or why it failed."""

from typing import NamedTuple

from ..faults import Message
from .design import Run
from .tables import Parts


class Finished(NamedTuple):
    """A run that came to its end, its parts of the tables, and the seconds it took."""

    run: Run
    parts: Parts
    seconds: float


class Failed(NamedTuple):
    """A run that raised, or whose process died: the error in one line, and its traceback."""

    run: Run
    error: Message | str
    traceback: str


Done = Finished | Failed
