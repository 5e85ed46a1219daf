"""Notices files of a result that are not as they were written: by the hashes in its provenance, and the seal on that."""

import json
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ...faults import Message, Told, say

PROVENANCE, LEDGER, FAILED_RUNS = "provenance.json", "ledger.sqlite", "failed_runs.json"
SEAL = "seal"


OWN_FOLDERS = ("scenarios", "rules", "tables")
"""Folders of a result in which everything is its own."""


class Damaged(Told):
    """A file that is not as it was written; nothing in it is used. `message` says which, and what to do."""

    def __init__(self, path: Path, what: Message | str) -> None:
        self.path = path
        super().__init__(say("damaged", file=path, what=what))


def file_hash(path: Path) -> str:
    """Return the hash of a file's bytes."""
    with path.open("rb") as file:
        hashed = blake2b(digest_size=16)
        while block := file.read(1 << 20):
            hashed.update(block)
    return hashed.hexdigest()


def is_of_a_result(path: Path) -> bool:
    """Say whether a path has the name of a file that a result consists of, and lies in one, whether it is there or not."""
    behind = path.parent.resolve() / path.name  # links to folders are followed, as they are where one writes
    return any(_is_result(folder) and _is_own(behind.relative_to(folder)) for folder in behind.parents)


def _is_result(folder: Path) -> bool:
    return (folder / LEDGER).is_file() or (folder / PROVENANCE).is_file()


def _is_own(path: Path) -> bool:
    """Tell so by the path in the result, whether letters are capital or not, for some systems do not part them."""
    first, *below = (part.lower() for part in path.parts)
    if below:
        return first in OWN_FOLDERS
    return first.startswith("ledger.") or first.endswith(".parquet") or first in (PROVENANCE, FAILED_RUNS)


def sealed(provenance: dict[str, Any]) -> dict[str, Any]:
    """Return a provenance with the hash of all it says."""
    return provenance | {SEAL: _seal(provenance)}


def read_provenance(folder: Path) -> dict[str, Any]:
    """Return the provenance of a result folder. Raises FileNotFoundError where there is none, Damaged."""
    path = folder / PROVENANCE
    provenance = _read(path)
    if provenance.get(SEAL) != _seal(provenance):
        raise Damaged(path, say("damage.differs"))
    return provenance


def known(folder: Path) -> dict[str, Any]:
    """Return the provenance of a result folder after `verified`; nothing for a folder of before there were seals.

    Raises Damaged for a file that is not as it was written, and for a result that was never finished.
    """
    if (folder / LEDGER).is_file():
        if not (folder / PROVENANCE).is_file():
            raise Damaged(folder, say("damage.unfinished", folder=folder))
        return verified(folder)
    if not (folder / PROVENANCE).is_file():
        return {}
    provenance = _read(folder / PROVENANCE)
    return verified(folder) if SEAL in provenance else provenance


def verified(folder: Path) -> dict[str, Any]:
    """Return the provenance of a result folder once every file it vouches for was read and found as it was written.

    Raises FileNotFoundError where there is no provenance, Damaged for the first file that differs or is gone.
    """
    provenance = read_provenance(folder)
    for name, expected in _files(provenance).items():
        path = folder / name
        if not path.is_file():
            raise Damaged(path, say("damage.gone"))
        if file_hash(path) != expected:
            raise Damaged(path, say("damage.differs"))
    return provenance


def _read(path: Path) -> dict[str, Any]:
    try:
        provenance = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Damaged(path, str(error)) from error
    if not isinstance(provenance, dict):
        raise Damaged(path, say("damage.differs"))
    return provenance


def _files(provenance: dict[str, Any]) -> dict[str, str]:
    """Return the hash of every file a provenance vouches for, by its path in the folder."""
    tables = {f"{name}.parquet": value for name, value in provenance["tables"].items()}
    scenarios = {f"scenarios/{name}.yaml": value for name, value in provenance["scenarios"].items()}
    return tables | scenarios | provenance["others"]


def _seal(provenance: dict[str, Any]) -> str:
    said = {name: value for name, value in provenance.items() if name != SEAL}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return blake2b(text.encode("utf-8"), digest_size=16).hexdigest()
