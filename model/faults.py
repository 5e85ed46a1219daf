"""What is wrong with what a user gave: where, at which key, and a message that is worded when it is shown.

The sentences lie in model/texts, a folder for each language; none is read before the first message is shown.
"""

import errno
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from .paths import shown

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("en", "da")
MOST_TOLD = 50
"""So many faults are told one by one."""


class Place(NamedTuple):
    """A place in a file; line and column count from 1, 0 standing for the whole file or the whole line."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join(map(str, filter(None, self)))


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence by its key and the values it is filled with, and what is said after it."""

    key: str
    values: tuple[tuple[str, object], ...] = ()
    more: "tuple[Message, ...]" = ()

    def __str__(self) -> str:
        return self.worded("en")

    def worded(self, language: str) -> str:
        """Return the message in a language, its parts joined by semicolons."""
        values = {name: worded(value, language) for name, value in self.values}
        sentence = sentences(language)[self.key].format(**values)
        return "; ".join([sentence, *(part.worded(language) for part in self.more)])

    def followed_by(self, *more: "Message | None") -> "Message":
        """Return the message with others after it; None is nothing to say."""
        return Message(self.key, self.values, (*self.more, *filter(None, more)))


def say(key: str, /, **values: object) -> Message:
    """Return a message; its values are texts, numbers, paths, or messages that are worded with it."""
    return Message(key, tuple(values.items()))


class Fault(NamedTuple):
    """One thing wrong with a file: where, at which key or column (may be empty), and what to do."""

    place: Place
    key: str
    message: Message

    def __str__(self) -> str:
        return self.worded("en")

    def worded(self, language: str) -> str:
        """Return the line a reader sees."""
        where = f"{self.place} {self.key}" if self.key else str(self.place)
        return f"{where}: {self.message.worded(language)}"


class Faulty(ValueError):
    """Base of what is raised for a faulty file: `faults` are all that were found; the text has an English line for each."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(self.worded("en"))

    def worded(self, language: str) -> str:
        """Return a line for each fault; of very many, the first ones and how many there are."""
        lines = [fault.worded(language) for fault in self.faults[:MOST_TOLD]]
        more = len(self.faults) - MOST_TOLD
        return "\n".join([*lines, say("more_faults", count=more).worded(language)] if more > 0 else lines)


class Told(Exception):
    """Base of what is raised for what a user can mend: `message` says it; the text is the message in English."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message)

    def worded(self, language: str) -> str:
        """Return what a reader sees."""
        return self.message.worded(language)


class Unfit(ValueError):
    """Values that do not fit together, raised where a schema checks them; its `message` says why."""

    def __init__(self, key: str, /, **values: object) -> None:
        self.message = say(key, **values)
        super().__init__(str(self.message))


def worded(value: Any, language: str) -> str:
    """Return a value as text, in a language where it can be worded; a path as it is seen from the working folder."""
    if isinstance(value, Path):
        return shown(value)
    return value.worded(language) if hasattr(value, "worded") else str(value)


@cache
def sentences(language: str) -> dict[str, str]:
    """Return every sentence of a language by its dotted key."""
    import yaml

    # The same texts, ten times faster where PyYAML was built with libyaml (as its wheels are).
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, str] = {}
    for path in sorted((TEXTS / language).glob("*.yaml")):
        found.update(_flat(yaml.load(path.read_text(encoding="utf-8"), Loader=loader)))
    return found


def _flat(content: dict[str, Any], above: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in content.items():
        flat += _flat(value, f"{above}{key}.") if isinstance(value, dict) else [(f"{above}{key}", value)]
    return flat


# --- what the system refuses -----------------------------------------------------------------------------------------

SHARING_VIOLATIONS = (32, 33)
"""What Windows calls a file that another program has open."""


def os_reason(error: OSError) -> "Message | str":
    """Return why the system refused a file or folder; reasons that are rare are told in the system's own words."""
    key = f"reason.{_name(error)}"
    return say(key) if key in sentences("en") else str(error.strerror or error).partition("\n")[0]


def refusal(error: OSError) -> Message:
    """Say what the system refused: the file or folder, why, and what can be done about it, where that is known."""
    if isinstance(error, Told):
        return error.message
    remedy = f"remedy.{_name(error)}"
    return refused_file(error).followed_by(say(remedy) if remedy in sentences("en") else None)


def refused_file(error: OSError) -> Message:
    """Say what the system refused, the file or folder, and why."""
    if error.filename is None:
        return say("system_refused", reason=os_reason(error))
    return say("unusable", file=_place(error.filename), reason=os_reason(error))


def _name(error: OSError) -> str:
    if getattr(error, "winerror", None) in SHARING_VIOLATIONS:
        return "EBUSY"
    return errno.errorcode.get(error.errno or 0, "")


def _place(filename: Any) -> Path | str:
    return Path(os.fsdecode(filename)) if isinstance(filename, str | bytes | os.PathLike) else str(filename)
