"""Where the shipped scenarios and tables lie, in a clone and in an installed package alike."""

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"

stand_ins: dict[str, Path] = {}
"""Folders of tables that stand in for those of their names in this process, as `streams.standing_in` says."""


def data_folder(data: str) -> Path:
    """Return a folder of tables: what stands in for it, else the one of that name in the working folder, else the shipped one.

    Raises KeyError where there is neither, and for a folder that lies elsewhere.
    """
    if data in stand_ins:
        return stand_ins[data]
    for home in (Path(), SCENARIOS):
        folder = home / data
        if (folder / "linkages.csv").is_file() and folder.resolve().is_relative_to(home.resolve()):
            return folder
    raise KeyError(data)


def data_folders() -> list[str]:
    """Return the names of the shipped folders of tables."""
    return sorted(table.parent.relative_to(SCENARIOS).as_posix() for table in SCENARIOS.rglob("linkages.csv"))


@lru_cache(maxsize=8)
def tables_hash(data: str) -> str:
    """Return what identifies the contents of a folder of tables, by its name."""
    return hash_of_tables(data_folder(data))


def hash_of_tables(folder: Path) -> str:
    """Return what identifies the contents of a folder of tables."""
    digest = blake2b(digest_size=8)
    for path in table_files(folder):
        digest.update(path.name.encode("utf-8") + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def table_files(folder: Path) -> list[Path]:
    """Return the tables of a folder, in the order of their names."""
    return sorted(folder.glob("*.csv"))
