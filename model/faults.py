"""What is wrong with what a user gave: where, at which key, and a message that is worded when it is shown.

The sentences lie in model/texts, a folder for each language; none is read before the first message is shown.
"""

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
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


class Moved(NamedTuple):
    """A proposal to let a value stand under another key: the path of that key."""

    path: tuple[str | int, ...]


class Put(NamedTuple):
    """A proposal to let a key have a value, written as it would be in a file: `[]`, `[851, 860]`."""

    path: tuple[str | int, ...]
    text: str

    def __str__(self) -> str:
        opened = "".join(f"{key}: {{" for key in self.path[:-1])
        return f"{opened}{self.path[-1]}: {self.text}{'}' * (len(self.path) - 1)}"


Offer = str | Moved | Put
"""What a message proposes: a text to write instead, another key to write it under, or what to say elsewhere."""


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence by its key and the values it is filled with, and what is said after it.

    Whoever reads what it is about must accept all that it `offers`, or `otherwise` is said in its place, or nothing. Until
    that has been tried (`tried`), an offer is not made: so nobody is told to write what is refused as well.
    """

    key: str
    values: tuple[tuple[str, object], ...] = ()
    more: "tuple[Message, ...]" = ()
    offers: tuple[Offer, ...] = ()
    otherwise: "Message | None" = None

    def __str__(self) -> str:
        return self.worded("en")

    def worded(self, language: str) -> str:
        """Return the message in a language, its parts joined by semicolons."""
        return "; ".join(self._parts(language))

    def _parts(self, language: str) -> list[str]:
        if self.offers:
            return self.otherwise._parts(language) if self.otherwise else []
        values = {name: worded(value, language) for name, value in self.values}
        more = [part for message in self.more for part in message._parts(language)]
        return [sentences(language)[self.key].format(**values), *more]

    def followed_by(self, *more: "Message | None") -> "Message":
        """Return the message with others after it; None is nothing to say."""
        return replace(self, more=(*self.more, *filter(None, more)))

    def offering(self, *offers: Offer, otherwise: "Message | None" = None) -> "Message":
        """Return the message as one that proposes something; `otherwise` is said where that would be refused."""
        return replace(self, offers=offers, otherwise=otherwise)

    def tried(self, accepts: Callable[[Offer], bool]) -> "Message | None":
        """Return what of the message stands once every offer in it has been tried; None where nothing does."""
        if not all(map(accepts, self.offers)):
            return self.otherwise.tried(accepts) if self.otherwise else None
        more = tuple(filter(None, (part.tried(accepts) for part in self.more)))
        return replace(self, more=more, offers=(), otherwise=None)

    @property
    def has_offers(self) -> bool:
        """Whether anything in it is still to be tried."""
        return bool(self.offers) or any(part.has_offers for part in self.more)


def say(key: str, /, **values: object) -> Message:
    """Return a message; its values are texts, numbers, paths, or messages that are worded with it."""
    return Message(key, tuple(values.items()))


class Cause(NamedTuple):
    """What made a fault of something that is right by itself: where it stands, and its key.

    What is to be said `anew` to go with it, and such a value as YAML (`cure`), if one goes with anything.
    """

    place: Place
    key: str
    anew: tuple[str | int, ...]
    cure: str = ""


class Fault(NamedTuple):
    """One thing wrong with a file: where, at which key or column (may be empty), and what to do.

    With a `cause`, it is wrong only because of what stands there.
    """

    place: Place
    key: str
    message: Message
    cause: Cause | None = None

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

    def __init__(self, key: str | Message, /, **values: object) -> None:
        self.message = say(key, **values) if isinstance(key, str) else key
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
