"""Broken YAML: where it went wrong, in words that say what to do, whichever parser noticed it."""

import re
from typing import Any, NamedTuple

from ..decoding import place_of
from ..faults import Fault, Message, say

_CLOSING = {"[": "]", "{": "}"}


def syntax_fault(text: str, file: str, error: Any) -> Fault:
    """Return the fault behind a parser's error (`yaml.MarkedYAMLError`) in a text."""
    mark = error.problem_mark or error.context_mark
    index = _index(text, mark.line, mark.column) if mark else len(text)
    at, message = _tab(text, index) or _bracket_or_quote(text, index) or _line(text, index, str(error.problem))
    return Fault(place_of(at, text, file), "", message)


def _index(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line):
        start = text.find("\n", start) + 1 or len(text)
    return min(start + column, len(text))


Found = tuple[int, Message]


def _tab(text: str, index: int) -> Found | None:
    """Return the tab a line begins with, where the parser stopped or in the line before."""
    start = text.rfind("\n", 0, index) + 1
    before = text.rfind("\n", 0, max(start - 1, 0)) + 1
    for begin in (start, before):
        indent = re.compile(r"[ \t]*").match(text, begin)
        if indent and "\t" in indent[0]:
            return begin + indent[0].index("\t"), say("tab")
    return (index, say("tab")) if text[index : index + 1] == "\t" else None


def _line(text: str, index: int, problem: str) -> Found:
    """Return what is wrong with the line the parser stopped in."""
    start = text.rfind("\n", 0, index) + 1
    before, at = text[start:index], text[index : index + 1]
    if "mapping values are not allowed" in problem:
        return _stray_colon(text, start, index)
    if "escape" in problem:
        return max(text.rfind("\\", start, index + 1), start), say("backslash")
    if re.search(r"(?:^|\n)(?:---|\.\.\.)[^\n]*\s*$", text[:index]):
        return index, say("several_documents")
    if starred := re.search(r"[:,\[{-]\s+([*&!])", text[start : text.find("\n", start) % (len(text) + 1)]):
        return start + starred.start(1), say("reserved", letter=starred[1])
    if before.rstrip().endswith(("'", '"')) and at.strip():
        return index, say("after_quote", rest=_rest(text, index))
    if at and at in "@`%":
        return index, say("reserved", letter=at)
    if "could not find expected ':'" in problem:
        return _without_colon(text, start)
    if not before.strip() and at.strip():
        return index, say("misaligned")
    return index, say("syntax")


def _rest(text: str, index: int) -> str:
    line = text[index:].split("\n", 1)[0].strip()
    return line if len(line) <= 30 else f"{line[:27]}…"


def _stray_colon(text: str, start: int, index: int) -> Found:
    key = re.compile(r"[ \t]*(?:- +)*(?:[{\[] *)?([^\s:]+):[ \t]").match(text, start)
    if key and key.end() <= index:
        return index, say("colon_in_text", key=key[1])
    lines = text[:start].rstrip().rsplit("\n", 1)
    if glued := re.fullmatch(r"\s*(?:- +)*([\w-]+):(\S.*)", lines[-1]):
        return start - len(text[:start]) + text[:start].rfind(lines[-1]), say("no_space", key=glued[1], value=glued[2])
    indent = re.compile(r"[ \t]*").match(text, start)
    return (indent.end() if indent else start), say("too_far_right")


def _without_colon(text: str, start: int) -> Found:
    """Return the last line before `start` that says something, for the parser notices only in the next one."""
    written = text[:start].rstrip()
    begin = written.rfind("\n") + 1
    line = written[begin:]
    return begin + len(line) - len(line.lstrip()), say("no_colon", line=_rest(line, 0))


# --- brackets and quotes ---------------------------------------------------------------------------------------------


class _Opened(NamedTuple):
    letter: str
    at: int


def _bracket_or_quote(text: str, stopped: int) -> Found | None:
    """Return the bracket or quote that was never closed, or closed without having been opened, before the parser stopped."""
    opened: list[_Opened] = []
    index = 0
    while index < len(text):
        letter = text[index]
        if letter == "#" and (index == 0 or text[index - 1].isspace()):
            index = text.find("\n", index) % (len(text) + 1)
        elif letter in "'\"" and _begins_value(text, index, bool(opened)):
            end = _quote_end(text, index)
            if end is None or ("\n" in text[index:end] and index < stopped):
                return index, say("open_quote", letter=letter)
            index = end
        elif fault := _bracket(text, index, opened):
            return fault if fault[0] <= stopped else None
        index += 1
    return (opened[-1].at, _unclosed(opened[-1])) if opened else None


def _bracket(text: str, index: int, opened: list[_Opened]) -> Found | None:
    letter = text[index]
    if letter in _CLOSING and (opened or _begins_value(text, index, False)):
        opened.append(_Opened(letter, index))
    elif letter in "]}" and opened:
        last = opened.pop()
        if letter != _CLOSING[last.letter]:
            return last.at, _unclosed(last)
    elif letter in "]}" and _follows_closed(text, index):
        return index, say("unopened", letter=letter)
    return None


def _unclosed(opened: _Opened) -> Message:
    return say("unclosed", letter=opened.letter, closing=_CLOSING[opened.letter])


def _begins_value(text: str, index: int, is_in_brackets: bool) -> bool:
    """Tell whether a value can begin at a letter: after a colon, a dash, a line's indent or, in brackets, a comma."""
    end = _end_before(text, index)
    before = text[end - 1 : end]
    if is_in_brackets:
        return before in ("", *":-,[{\n")
    return before in ("", *"-\n") or (before == ":" and end < index)


def _follows_closed(text: str, index: int) -> bool:
    end = _end_before(text, index)
    return text[end - 1 : end] in ("", *"]}:")


def _end_before(text: str, index: int) -> int:
    """Return where what stands before a letter ends, blanks taken off."""
    while index and text[index - 1] in " \t":
        index -= 1
    return index


def _quote_end(text: str, index: int) -> int | None:
    """Return where the quote ends that begins at `index`; None where it never does."""
    quote = text[index]
    pattern = r"'(?:[^']|'')*'" if quote == "'" else r'"(?:[^"\\]|\\.)*"'
    found = re.compile(pattern, re.DOTALL).match(text, index)
    return found.end() - 1 if found else None
