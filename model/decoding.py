"""The text of a file that a user wrote: UTF-8, or UTF-16 where the file's own mark says so. Nothing is guessed.

Text in another encoding is refused by the name it probably has, for a wrong guess would change letters in silence.
"""

import codecs

from .faults import Message, Place, say

MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""What a file may begin with, and how the rest of it is read then."""
WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
OTHERS = {"cp1252": "Windows-1252", "cp850": "CP850", "mac_roman": "Mac Roman"}
"""Encodings that programs on Danish computers write besides, with the names people know them by; the likeliest first."""
LETTERS = frozenset("æøåÆØÅéÉüÜöÖäÄëïèêàâóôçñß")
SIGNS = frozenset("–—’‘“”…€§°·´²³×£½«»")
"""Letters and signs outside ASCII that Danish texts are likely to have."""


class NotText(Exception):
    """Bytes that cannot be read as text; `message` says why, and `readable` is the text before them, if any."""

    def __init__(self, message: Message, readable: str = "") -> None:
        super().__init__(message)
        self.message, self.readable = message, readable

    def place(self, file: str) -> Place:
        """Return where in a file it stands; the file as a whole where nothing before it could be read."""
        return place_of(len(self.readable), self.readable, file) if self.readable else Place(file)


def text_of(content: bytes) -> str:
    """Return the text that bytes of a file hold, without its mark; raises NotText."""
    mark = next((mark for mark in MARKS if content.startswith(mark)), b"")
    if content.startswith(WIDE) or (not mark and b"\0" in content[:4]):
        raise NotText(say("utf16"))
    try:
        return content.decode(MARKS.get(mark, "utf-8"))
    except UnicodeDecodeError as error:
        if mark and mark != codecs.BOM_UTF8:
            raise NotText(say("utf16")) from None
        name = _likely(content)
        raise NotText(
            say("other_encoding", encoding=name) if name else say("not_utf8"), content[: error.start].decode("utf-8-sig")
        ) from None


def place_of(index: int, text: str, file: str) -> Place:
    """Return the place of a letter of a text."""
    return Place(file, text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def _likely(content: bytes) -> str:
    """Return the name of the encoding in which all that is not ASCII belongs in a Danish text; "" where there is none."""
    odd = bytes(byte for byte in {*content} if byte > 127)
    found = {name: {*odd.decode(encoding, errors="replace")} for encoding, name in OTHERS.items()}
    for expected in (LETTERS, LETTERS | SIGNS):  # letters alone are the surer
        if name := next((name for name, letters in found.items() if letters <= expected), ""):
            return name
    return ""
