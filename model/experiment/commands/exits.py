"""How a command ends: its exit codes, and what is raised for what its user gave and cannot be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...faults import Told, os_reason, refusal, say

DONE, SOME_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 3


class BadInput(Exception):
    """What the user gave cannot be used; `told` says where, why and what to do, in words or in what can be worded."""

    def __init__(self, told: object) -> None:
        super().__init__(told)
        self.told = told


@contextmanager
def bad_input_if(*errors: type[Exception]) -> Iterator[None]:
    """Raise BadInput for errors that the user can mend."""
    try:
        yield
    except errors as error:
        raise BadInput(refusal(error) if isinstance(error, OSError) else error) from error


@contextmanager
def no_folder_told(folder: Path) -> Iterator[None]:
    """Raise BadInput where the system refuses a result folder."""
    try:
        yield
    except OSError as error:
        told = say("unusable_folder", folder=folder, reason=os_reason(error))
        raise BadInput(error if isinstance(error, Told) else told) from error
