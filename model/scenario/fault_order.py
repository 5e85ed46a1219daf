"""In which order faults of a scenario are told, and in which file: what a user wrote first, not what it was put on top of."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ..faults import Cause, Fault, Message, Place, Put, say
from ..paths import shown
from ..shipped import is_shipped
from .settings import PLACE
from .strict_yaml import written


class Files(NamedTuple):
    """The files that content was read from, by what messages call them; of two, the later one is the heir and has the say."""

    oldest_first: tuple[str, ...]
    shipped: frozenset[str]

    def age(self, label: str) -> int:
        """Return how many files have the say over this one; none over the command line."""
        return -1 if label == PLACE.file else self.oldest_first[::-1].index(label)

    def rank(self, fault: Fault) -> tuple[bool, Place]:
        """Return what faults are sorted by: those of shipped files last, else by place."""
        return fault.place.file in self.shipped, fault.place


def files_of(paths: Iterable[Path]) -> Files:
    """Return the files of some paths, the oldest first; of one that comes twice the later one counts."""
    paths = list(dict.fromkeys([*paths][::-1]))[::-1]
    shipped = frozenset(shown(path) for path in paths if is_shipped(path))
    return Files(tuple(map(shown, paths)), shipped)


def at_their_causes(faults: Sequence[Fault], files: Files) -> list[Fault]:
    """Return the faults, those of an older file that a younger one caused as one fault for each cause, told in the younger."""
    caused: dict[Cause, list[Fault]] = {}
    told = []
    for fault in faults:
        if fault.cause and files.age(fault.cause.place.file) < files.age(fault.place.file):
            caused.setdefault(fault.cause, []).append(fault)
        else:
            told.append(fault)
    return told + [_at(cause, group) for cause, group in caused.items()]


def _at(cause: Cause, faults: Sequence[Fault]) -> Fault:
    """Return faults as one, told where their cause stands, with what to add there."""
    first, *others = faults
    message = say("conflict", key=first.key, place=str(first.place), fault=first.message)
    more = say("more_like_it", count=len(others)) if others else None
    return Fault(cause.place, cause.key, message.followed_by(more, _cure(cause)))


def _cure(cause: Cause) -> Message:
    """Say what to add where the cause stands."""
    too, anew = ("set_too", "set_anew") if cause.place == PLACE else ("say_too", "say_anew")
    key, put = written(cause.anew), Put(cause.anew, cause.cure)
    otherwise = say(anew, key=key)
    return say(too, key=key, text=put.text, lines=str(put)).offering(put, otherwise=otherwise) if put.text else otherwise
