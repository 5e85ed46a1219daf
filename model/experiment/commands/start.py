"""What a process is given to start with, made safe: its standard streams, and what the environment tells libraries.

A standard stream may be closed or full, may know few letters, and may be a terminal that obeys what is written to it. None of
that may end a command: what cannot be written is noted (`Output.fault`), and told at the end.
"""

import codecs
import errno
import os
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

SIMPLER = {
    "−": "-", "–": "-", "—": "-", "‑": "-", "·": "-", "•": "-", "…": "...", "→": "->", "←": "<-", "↔": "<->",
    "’": "'", "‘": "'", "“": '"', "”": '"', "»": '"', "«": '"', "±": "+/-", "≤": "<=", "≥": ">=", "≈": "~", "×": "x",
    "€": "EUR", "½": "1/2", "æ": "ae", "ø": "oe", "å": "aa", "Æ": "AE", "Ø": "OE", "Å": "AA", "ß": "ss", "°": " deg",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ",
}  # fmt: skip
"""What stands for a letter or sign where the encoding of a stream has none; others lose their accents, or are `?`."""

SPOKEN = "\n\t"
"""The only characters of control that are written."""
HIDDEN = ("Cc", "Cf", "Zl", "Zp")
"""Kinds of characters that steer a terminal, or turn and hide the text around them: they are written out, as \\x1b."""


class Streams(NamedTuple):
    """Standard output and standard error while a command is at work."""

    out: "Output"
    err: "Output"


class Output:
    """A standard stream to which anything can be written. `terminal` is the stream itself, for what draws on a terminal."""

    def __init__(self, stream: Any) -> None:
        self.terminal = stream
        self.fault: OSError | None = None
        self.encoding: str = getattr(stream, "encoding", None) or "utf-8"

    def __getattr__(self, name: str) -> Any:
        return getattr(self.terminal, name)

    def write(self, text: str) -> int:
        """Write a text, in letters that the stream has and with nothing in it that a terminal obeys."""
        self._tried("write", text_for(visible(text), self.encoding))
        return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        self._tried("flush")

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""
        return bool(self.terminal) and self.terminal.isatty()

    def _tried(self, act: str, *text: str) -> None:
        if self.fault is not None or (self.terminal is None and not text):
            return
        try:
            getattr(self.terminal, act)(*text)
        except OSError as error:
            self.fault = error
            self._lead_nowhere()
        except (ValueError, AttributeError) as error:  # it was closed, by somebody here or before this process began
            self.fault = OSError(errno.EBADF, str(error))

    def _lead_nowhere(self) -> None:
        """Have what is still held for it go nowhere, or it would be tried again on the way out."""
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.terminal.fileno())
        except (OSError, ValueError, AttributeError):
            return


@contextmanager
def safely(is_program: bool) -> Iterator[Streams]:
    """Make the process's streams and environment safe while a command is at work; for a program, for good."""
    before = sys.stdout, sys.stderr
    if is_program:
        _occupy_closed()
        _tidy_environment()
    streams = Streams(Output(before[0]), Output(before[1]))
    sys.stdout, sys.stderr = streams
    try:
        yield streams
    finally:
        streams.out.flush()
        streams.err.flush()
        if not is_program:
            sys.stdout, sys.stderr = before


def visible(text: str) -> str:
    """Return a text with the characters that steer a terminal written out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_written_out(letter) if unicodedata.category(letter) in HIDDEN else letter for letter in text)


def text_for(text: str, encoding: str) -> str:
    """Return a text in letters that an encoding has."""
    try:
        return text.encode(encoding, "symbiosis.simpler").decode(encoding)
    except LookupError:  # an encoding nobody knows
        return text.encode("ascii", "symbiosis.simpler").decode("ascii")


def _written_out(letter: str) -> str:
    if letter in SPOKEN:
        return letter
    return letter.encode("ascii", "backslashreplace").decode("ascii") if ord(letter) > 127 else f"\\x{ord(letter):02x}"


def _simpler(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for letters that an encoding lacks, and where to go on: the protocol of `codecs.register_error`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(letter: str) -> str:
    bare = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode("ascii")
    return SIMPLER.get(letter) or bare or "?"


codecs.register_error("symbiosis.simpler", _simpler)


def _occupy_closed() -> None:
    """Put nothing in the place of standard streams that are closed, or the next file opened would be taken for one."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _tidy_environment() -> None:
    """Take out what would keep libraries from being imported: no figure is shown in a window, and one thread is enough."""
    os.environ["MPLBACKEND"] = "agg"
    threads = os.environ.get("NUMBA_NUM_THREADS", "1")
    if not threads.isdecimal() or int(threads) < 1:
        del os.environ["NUMBA_NUM_THREADS"]
