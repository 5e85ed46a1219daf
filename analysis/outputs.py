"""Where commands write what they make of a result: files that are new, or that this program wrote for the same result.

Files are written in sets, such as a chart's five, and the first of a set, a page or a drawing, carries the mark of all, which
names the result and the hash of each. A file that no mark vouches for, or that was edited since, is somebody's work, and is
never written over.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from model.experiment.results.aside import CORNER, aside, made, naming, put
from model.experiment.results.folder import Refused, require_folder
from model.experiment.results.seals import is_of_a_result
from model.faults import Message, say
from model.paths import kind_of

from .reading.results import Results

BEGINNING = b'<meta charset="utf-8">'
"""What stands in a page before its mark; in a drawing that is the last line."""
_IN_PAGE = re.compile(BEGINNING + rb"(<meta name='regional-symbiosis' content='(\{[^<>']*\})'>)")
_IN_DRAWING = re.compile(rb"(<!-- regional-symbiosis (\{[^<>]*\}) -->\n)\Z")
MOST_AT_ONCE = 1 << 16
"""Bytes of a file that are in memory; a mark stands within so many of its beginning or its end."""
ITSELF = ""
"""Stands for the file that carries a mark, whatever it is called."""

Hashes = dict[str, list[str]]
"""The hashes that the contents of each file of a set may have."""


class Mark(NamedTuple):
    """What a set of files says of itself: for which result it was written, and what is in them."""

    result: str
    hashes: Hashes


def identity(results: Results) -> str:
    """Return what identifies a result wherever it lies, whatever is made of it again: the ids of its runs."""
    ids = "\n".join(run for (run,) in results.query("SELECT run FROM runs ORDER BY run"))
    return blake2b(ids.encode("utf-8"), digest_size=8).hexdigest()


def require_free(folder: Path, names: Sequence[str], result: str) -> None:
    """Raise Refused where it is sure beforehand that a set cannot be written for a result; OSError where nobody can tell."""
    with naming(folder):
        require_folder(folder)
        _refuse(_out_of_place(folder / name) for name in names)
        first = folder / names[0]
        if kind_of(first):
            _refuse([_not_ours(first, ITSELF, _mark_of(first), result)])


@contextmanager
def written(folder: Path, names: Sequence[str], result: str, inside: Path | None = None) -> Iterator[Path]:
    """Hand out an empty folder to write a set of files in; then they take their places, each whole.

    The folder is made if need be, `inside` one that has to be there. Raises Refused, before and after, where something else is
    in the way, and OSError that names the file.
    """
    require_free(folder, names, result)
    with made(folder, inside), aside(folder) as part:
        with naming(folder if len(names) > 1 else folder / names[0]):
            yield part
        _Set(part, folder, [name for name in names if (part / name).is_file()], result).take_places()


class _Set:
    """Files written aside, and the folder in which they are to stand."""

    def __init__(self, part: Path, folder: Path, names: Sequence[str], result: str) -> None:
        self._part, self._folder, self._names, self._result = part, folder, names, result

    def take_places(self) -> None:
        """Put the files in their places. While they are put there the mark vouches for those they replace, too."""
        if not self._names:
            return
        first, *others = self._names
        before = _mark_of(self._folder / first)
        new = {self._key(name): [_hash(self._part / name)] for name in self._names}
        old = self._replaced(new, before)
        kept = before.hashes if before and before.result == self._result else {}
        bare = (self._part / first).read_bytes()
        with naming(self._folder / first):
            self._put_marked(first, bare, kept | {key: new[key] + old.get(key, []) for key in new})
        for name in others:
            with naming(self._folder / name):
                put(self._part / name, self._folder / name)
        if old:
            with naming(self._folder / first):
                self._put_marked(first, bare, kept | new)

    def _key(self, name: str) -> str:
        return ITSELF if name == self._names[0] else name

    def _replaced(self, new: Hashes, before: Mark | None) -> Hashes:
        """Return the hashes of files that are there already and hold something else; raises Refused unless they are ours."""
        _refuse(_out_of_place(self._folder / name) for name in self._names)
        there = {self._key(name): self._folder / name for name in self._names if kind_of(self._folder / name)}
        old = {key: [_hash(path)] for key, path in there.items()}
        different = [key for key in there if old[key] != new[key]]
        _refuse(_not_ours(there[key], key, before, self._result) for key in different)
        return {key: old[key] for key in different}

    def _put_marked(self, first: str, bare: bytes, hashes: Hashes) -> None:
        (self._part / first).write_bytes(_marked(bare, Mark(self._result, hashes)))
        put(self._part / first, self._folder / first)


def _refuse(obstacles: Iterable[Message | None]) -> None:
    """Raise Refused for the first obstacle, saying how many more there are."""
    told = [*filter(None, obstacles)]
    if told:
        raise Refused(told[0].followed_by(say("target.more", count=len(told) - 1) if len(told) > 1 else None))


def _out_of_place(path: Path) -> Message | None:
    """Return why no ordinary file can stand in a place, whatever is in it; None where one can."""
    kind = kind_of(path)
    if CORNER in path.parts or is_of_a_result(path):
        return say("target.own", file=path)
    if kind == "link":
        return say("target.link", file=path, to=os.readlink(path))
    if kind == "folder":
        return say("target.folder", file=path)
    return say("target.special", file=path, kind=say(f"kind.{kind}")) if kind not in ("", "file") else None


def _not_ours(path: Path, key: str, mark: Mark | None, result: str) -> Message | None:
    """Return why a file that is there may not be written over; None where the mark of its set vouches for it."""
    if mark is None or key not in mark.hashes:
        return say("target.foreign", file=path)
    if mark.result != result:
        return say("target.other_result", file=path)
    return None if _hash(path) in mark.hashes[key] else say("target.edited", file=path)


# --- marks -----------------------------------------------------------------------------------------------------------


def _marked(bare: bytes, mark: Mark) -> bytes:
    """Return a page or drawing with its mark, where readers do not see it."""
    said = json.dumps({"result": mark.result, "files": mark.hashes}, sort_keys=True).encode("ascii")
    if BEGINNING in bare[:MOST_AT_ONCE]:
        return bare.replace(BEGINNING, BEGINNING + b"<meta name='regional-symbiosis' content='" + said + b"'>", 1)
    return bare + b"<!-- regional-symbiosis " + said + b" -->\n"


def _mark_of(path: Path) -> Mark | None:
    """Return the mark that a file carries; None for one without, or that is none of ours."""
    found = _span(path) if kind_of(path) == "file" else None
    if found is None:
        return None
    try:
        said = json.loads(found.said)
        return Mark(str(said["result"]), {str(name): [str(one) for one in hashes] for name, hashes in said["files"].items()})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _hash(path: Path) -> str:
    """Return the hash of a file's contents, its mark apart."""
    found = _span(path)
    parts = [(0, path.stat().st_size)] if found is None else [(0, found.begin), (found.end, path.stat().st_size)]
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        for at, end in parts:
            file.seek(at)
            while at < end and (block := file.read(min(end - at, MOST_AT_ONCE))):
                digest.update(block)
                at += len(block)
    return digest.hexdigest()


class _Span(NamedTuple):
    """Where a mark stands in a file, and what it says."""

    begin: int
    end: int
    said: bytes


def _span(path: Path) -> _Span | None:
    with path.open("rb") as file:
        if found := _IN_PAGE.search(file.read(MOST_AT_ONCE)):
            return _Span(found.start(1), found.end(1), found[2])
        last = max(path.stat().st_size - MOST_AT_ONCE, 0)
        file.seek(last)
        found = _IN_DRAWING.search(file.read())
        return _Span(last + found.start(1), last + found.end(1), found[2]) if found else None
