"""Where the shipped scenarios and tables lie, in a clone and in an installed package alike."""

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"


def data_folder(data: str) -> Path:
    """Return a folder of tables: the one of that name in the working folder, else the shipped one.

    Raises KeyError where there is neither, and for a folder that lies elsewhere.
    """
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
    """Return what identifies the contents of a folder of tables."""
    digest = blake2b(digest_size=8)
    for path in sorted(data_folder(data).glob("*.csv")):
        digest.update(path.name.encode("utf-8") + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
