"""Where the shipped scenarios and tables lie, in a clone and in an installed package alike, and tables of a user's own."""

import os
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from .faults import Told, say

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"

stand_ins: dict[str, Path] = {}
"""Folders of tables that stand in for those of their names in this process, as `region_tables.standing_in` says."""
_found: dict[str, Path] = {}
"""Folders of tables by the names that scenarios have for them, where this process has looked for them beside a file."""


class NoTables(Told, KeyError):
    """There is no folder of tables of that name."""

    def __str__(self) -> str:
        return self.worded("en")


def found_folder(data: str, beside: Path) -> Path | None:
    """Look for a folder of tables where a file names it, and go by what is found from now on; None where there is none.

    It lies beside that file, else in the working folder, else among the shipped.
    """
    folder = _lying(data, (beside, Path(), SCENARIOS))
    if folder is None:
        _found.pop(data, None)
        return None
    use_folder(data, folder.absolute())
    return folder


def use_folder(data: str, folder: Path) -> None:
    """Go by a folder wherever tables of that name are asked for in this process."""
    _found[data] = folder


def forget_found() -> None:
    """Look for folders of tables anew, as a new process does: what was found was found for a command that is over."""
    _found.clear()


def data_folder(data: str) -> Path:
    """Return a folder of tables: what stands in for it, else what was found for it, else as `found_folder` without a file.

    Raises NoTables where there is none, and for a folder that lies elsewhere.
    """
    folder = stand_ins.get(data) or _found.get(data) or _lying(data, (Path(), SCENARIOS))
    if folder is None:
        raise NoTables(say("no_tables", data=data, folder=Path.cwd().as_posix()))
    return folder


def _lying(data: str, homes: tuple[Path, ...]) -> Path | None:
    """Return the first folder of that name in one of the homes that holds tables and does not lead out of it."""
    for home in homes:
        folder = home / data
        # os.path: names that no file can have are no error there
        if os.path.isfile(folder / "linkages.csv") and folder.resolve().is_relative_to(home.resolve()):
            return folder
    return None


def is_shipped(folder: Path) -> bool:
    """Tell whether a folder, or a file, is one of the shipped."""
    return folder.resolve().is_relative_to(SCENARIOS)


def data_folders() -> list[str]:
    """Return the names of the shipped folders of tables."""
    return sorted(table.parent.relative_to(SCENARIOS).as_posix() for table in SCENARIOS.rglob("linkages.csv"))


def tables_hash(data: str) -> str:
    """Return what identifies the contents of a folder of tables by its name, as they were when a process first asked.

    Raises NoTables where there is no such folder.
    """
    return folder_hash(data_folder(data))


def hash_of_tables(folder: Path) -> str:
    """Return what identifies the contents of a folder of tables."""
    digest = blake2b(digest_size=8)
    for path in table_files(folder):
        digest.update(path.name.encode("utf-8") + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


folder_hash = lru_cache(maxsize=8)(hash_of_tables)
"""The same, as it was when a process first asked."""


def table_files(folder: Path) -> list[Path]:
    """Return the tables of a folder, in the order of their names."""
    return sorted(folder.glob("*.csv"))
