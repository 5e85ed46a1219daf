"""Numbers in the cells of a table: with a point before decimals, or with a comma where the file separates by semicolons."""

from dataclasses import replace

from ..faults import Message, say
from ..scalars import is_ambiguous, number_fault

_SWAPPED = str.maketrans(".,", ",.")
THOUSANDS = 3
"""Digits that a mark between thousands has behind it."""
NOT_TOLD = ("..", "...")
"""What StatBank writes for a number that is confidential or not there."""


def plain(text: str, has_commas: bool) -> str:
    """Return a number as it is written with a point before decimals, given the file's way; and the other way about."""
    return text.translate(_SWAPPED) if has_commas else text


def cell_fault(text: str, has_commas: bool) -> Message | None:
    """Return why a text is no number in a table that can be read in one way only; None where it is one."""
    if text in NOT_TOLD:
        return say("table.not_told", given=text)
    pointed = plain(text, has_commas)
    # Tables are written by programs, and 55.681 is a latitude: one mark parts decimals here.
    if is_ambiguous(pointed) and pointed.count(".") == 1:
        return None
    message = _other_mark(pointed) or number_fault(pointed)
    return as_in_file(message, has_commas) if message else None


def _other_mark(text: str) -> Message | None:
    """Return what is said of a number with the other mark before decimals, which cannot part thousands where it stands."""
    number = text.replace(",", ".")
    if text.count(",") != 1 or "." in text or number_fault(number) or len(text.partition(",")[2]) == THOUSANDS:
        return None
    return say("one_reading", given=text, plain=number).offering(number, otherwise=number_fault(text))


def as_in_file(message: Message, has_commas: bool) -> Message:
    """Return a message about numbers with a point as one about how the file writes them."""
    if not has_commas:
        return message
    return replace(
        message,
        values=tuple((name, plain(value, True) if isinstance(value, str) else value) for name, value in message.values),
        offers=tuple(plain(offer, True) if isinstance(offer, str) else offer for offer in message.offers),
        otherwise=as_in_file(message.otherwise, True) if message.otherwise else None,
    )
