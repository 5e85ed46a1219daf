"""The tables of input a result was made from: kept in it, so that it needs nothing beside itself, and carried to workers."""

import atexit
import csv
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from ...faults import Message, Told, say
from ...scalars import shortened
from ...shipped import SCENARIOS, data_folder, hash_of_tables, table_files, tables_hash
from ...world.region_tables import standing_in
from .aside import aside, made, naming, put

FOLDER = "tables"
"""Where a result keeps them, each folder under the name that scenarios have for it."""


class Gone(Told):
    """Tables that a result needs and neither keeps nor finds; `message` says which, and where they were."""


def kept_at(folder: Path, name: str) -> Path:
    """Return where a result keeps the tables of a name."""
    return folder / FOLDER / name


def keep(folder: Path, names: Iterable[str]) -> None:
    """Keep the tables of these names in a result, those that are not kept as they are. Raises OSError."""
    for name in names:
        source, place = data_folder(name), kept_at(folder, name)
        if source != place and not _is_kept(place, tables_hash(name)):
            with made(place, inside=folder):
                _copy(source, place)


def _copy(source: Path, place: Path) -> None:
    with aside(place) as part:
        for path in table_files(source):
            with naming(place / path.name):
                shutil.copyfile(path, part / path.name)
                put(part / path.name, place / path.name)


def used(folder: Path, hashes: Mapping[str, str], places: Mapping[str, str]) -> AbstractContextManager[None]:
    """Have this process read the tables of a result, by name and hash: those it keeps, else those found by their names.

    `places` say where they were when it was begun. Raises Gone where there are none of a name.
    """
    standing: dict[str, Path] = {}
    for name, its_hash in hashes.items():
        place = kept_at(folder, name)
        if _is_kept(place, its_hash):
            standing |= {} if _is_as_shipped(name, its_hash) else {name: place}
        elif not _is_found(name):
            raise Gone(_gone(place, name, places))
    return standing_in(standing)


def _is_kept(place: Path, its_hash: str) -> bool:
    return place.is_dir() and hash_of_tables(place) == its_hash


def _is_as_shipped(name: str, its_hash: str) -> bool:
    return _is_found(name) and data_folder(name).is_relative_to(SCENARIOS) and tables_hash(name) == its_hash


def _is_found(name: str) -> bool:
    try:
        data_folder(name)
    except KeyError:
        return False
    return True


def _gone(place: Path, name: str, places: Mapping[str, str]) -> Message:
    was = say("input_tables.was", place=Path(places[name])) if name in places else None
    return say("input_tables.gone", name=name, place=place).followed_by(was)


# --- what was edited -------------------------------------------------------------------------------------------------


def edits(folder: Path, hashes: Mapping[str, str], places: Mapping[str, str]) -> list[Message]:
    """Say which tables were edited where they were when a result was begun, and how; those that have gone say nothing."""
    edited = [name for name, place in places.items() if table_files(now := Path(place)) and hash_of_tables(now) != hashes[name]]
    return [told for name in edited for told in _edits(kept_at(folder, name), Path(places[name]))]


def _edits(then: Path, now: Path) -> Iterator[Message]:
    """Say of each table that differs what differs first, or that it came or went."""
    for name in sorted({path.name for folder in (then, now) for path in table_files(folder)}):
        if not (now / name).is_file():
            yield say("input_tables.removed", file=now / name)
        elif not (then / name).is_file():
            yield say("input_tables.added", file=now / name)
        elif told := _first_edit(_rows(then / name), _rows(now / name)):
            yield say("input_tables.edited", file=now / name, **told)


Rows = list[list[str]]


def _first_edit(before: Rows, after: Rows) -> dict[str, str | int]:
    """Return where two tables differ first: the line, the column, what it was and what it reads, and how many lines differ."""
    lines = enumerate(zip_longest(before, after, fillvalue=[""]), start=1)
    different = [(line, was, reads) for line, (was, reads) in lines if was != reads]
    if not different:
        return {}
    line, before_it, after_it = different[0]
    cells = enumerate(zip_longest(before_it, after_it, fillvalue=""))
    place, was, reads = next((place, was, reads) for place, (was, reads) in cells if was != reads)
    column = before[0][place] if before and place < len(before[0]) else place + 1
    return {"line": line, "column": column, "was": shortened(was), "reads": shortened(reads), "count": len(different)}


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return list(csv.reader(file))


# --- carried to workers ----------------------------------------------------------------------------------------------


class Carried(NamedTuple):
    """Tables of one's own, whole: a worker may lie on another computer, or work when the files were edited."""

    name: str
    hash: str
    files: Sequence[tuple[str, bytes]]


def carried(names: Iterable[str]) -> tuple[Carried, ...]:
    """Return the tables of these names but for those that are shipped, which every worker has."""
    own = [name for name in names if not data_folder(name).is_relative_to(SCENARIOS)]
    return tuple(Carried(name, tables_hash(name), _contents(data_folder(name))) for name in own)


def _contents(folder: Path) -> list[tuple[str, bytes]]:
    return [(path.name, path.read_bytes()) for path in table_files(folder)]


_installed = ExitStack()


def install(tables: Carried) -> None:
    """Have this process read tables as they were carried here, unless it finds the same by their name."""
    if _is_found(tables.name) and tables_hash(tables.name) == tables.hash:
        return
    folder = Path(tempfile.mkdtemp(prefix="symbiosis-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, content in tables.files:
        (folder / name).write_bytes(content)
    _installed.enter_context(standing_in({tables.name: folder}))
