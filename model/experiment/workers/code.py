"""What identifies the model's code, so that nobody goes on with one model where another began."""

from functools import cache
from hashlib import blake2b
from pathlib import Path

from ...shipped import SCENARIOS, data_folders, hash_of_tables
from ..plan.sources import text_hash

PACKAGE = Path(__file__).parents[2]


@cache
def code_hashes() -> dict[str, str]:
    """Return the hash of every source file of the model, by its path in the package."""
    return {path.relative_to(PACKAGE).as_posix(): text_hash(path) for path in sorted(PACKAGE.rglob("*.py"))}


def model_hash() -> str:
    """Return one hash of all that a worker elsewhere brings along: the model's source files, and the shipped tables."""
    tables = {name: hash_of_tables(SCENARIOS / name) for name in data_folders()}
    return blake2b(repr((code_hashes(), tables)).encode("utf-8"), digest_size=16).hexdigest()
