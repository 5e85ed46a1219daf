"""Why a user's own rule cannot be compiled: what the compiler found, and the line of the rule where it found it.

Numba tells it in the middle of some hundred lines about the model's own functions, through which it came to the rule.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ...faults import Message, say
from ...scalars import shortened
from .own_rules import OwnRule

PLACE = re.compile(r"""(?:File "(?P<file>[^"]+)", line (?P<line>\d+)|(?:at|from) (?P<from>\S+\.py) \((?P<at>\d+)\))""")
"""How numba names a line."""
ON_THE_WAY = ("Failed in ", "During:", "Return of:", "- Resolution failure", "File ", "raised from", "There are ", "^")
"""What its lines begin with that say how it came there, and not what is wrong."""
TRAILS = re.compile(r" at 0x[0-9a-f]+|\W*Raised( from( None)?)?\W*$")
"""What it says besides: addresses in memory, and words that a place came after."""
NO_NUMBER = ("OptionalType", "none)", "NoneType")
"""What it speaks of where a function has a way out without a number."""


class Cause(NamedTuple):
    """What is wrong, and the line it is wrong in: its place and what stands there; "" where that is not known."""

    place: str
    code: str
    reason: str | Message


def cause_of(error: BaseException, rules: Sequence[OwnRule]) -> Cause:
    """Return why rules cannot be compiled, by what the compiler raised."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    rule, number = _place(lines, rules)
    reason: str | Message = _reason(lines) or type(error).__name__
    if rule is None:
        if any(word in str(error) for word in NO_NUMBER):
            reason = say("rule.without_number")
        return Cause("", "", reason)
    written = rule.source.splitlines()
    code = written[number - 1].strip() if 0 < number <= len(written) else ""
    return Cause(f"{rule.path}:{number}", shortened(code), reason)


def _place(lines: Sequence[str], rules: Sequence[OwnRule]) -> tuple[OwnRule | None, int]:
    """Return the first line of a rule that is named."""
    by_file = {rule.file: rule for rule in rules}
    for found in (found for line in lines for found in PLACE.finditer(line)):
        file = (found["file"] or found["from"]).replace("\\", "/").rpartition("/")[2]
        if file in by_file:
            return by_file[file], int(found["line"] or found["at"])
    return None, 0


def _reason(lines: Sequence[str]) -> str:
    """Return the first line that says what is wrong, with the next one where it ends in a colon."""
    told = [line for line in lines if not line.startswith(ON_THE_WAY)]
    first = " ".join(told[:2]) if told and told[0].endswith(":") else next(iter(told), "")
    return TRAILS.sub("", PLACE.sub("", first)).strip(" .")
