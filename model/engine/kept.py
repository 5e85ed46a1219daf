"""Where compiled code is kept on disk: under a hash of the sources it was made of, so that a rule edited is compiled anew."""

import os
import shutil
import tempfile
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
NEVER_COMPILED = ("experiment", "activities")
"""Folders of the model whose functions no compiled code calls."""
MOST_KEPT = 4
"""Compiled versions kept; the one made longest ago goes first, but never that of these sources without a user's own rules."""


def folder_of(more: str = "") -> Path | None:
    """Return the folder for these sources and `more`, made if need be; None where nowhere can be written."""
    for base in _bases():
        folder = base / name_of(more)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError:
            continue
        _forget_others(folder)
        return folder
    return None


def is_kept(more: str = "") -> bool:
    """Tell whether these sources have been compiled here before."""
    return any(any((base / name_of(more)).rglob("*.nbi")) for base in _bases())


def _bases() -> list[Path]:
    """Return where compiled code may be kept, the first that can be written being taken."""
    home = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return [PACKAGE / "__pycache__" / "compiled", Path(home) / "regional-symbiosis" / "compiled"]


def name_of(more: str) -> str:
    """Return what identifies these sources and `more`."""
    return blake2b((_sources_hash() + more).encode("utf-8"), digest_size=8).hexdigest()


@lru_cache(maxsize=1)
def _sources_hash() -> str:
    digest = blake2b(version("numba").encode("utf-8"))
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        if place.parts[0] not in NEVER_COMPILED:
            digest.update(place.as_posix().encode("utf-8") + path.read_bytes())
    return digest.hexdigest()


def _forget_others(current: Path) -> None:
    stay = current, current.with_name(name_of(""))
    others = [path for path in current.parent.iterdir() if path not in stay]
    others.sort(key=lambda path: path.stat().st_mtime)
    for path in others[: max(len(others) + len(set(stay)) - MOST_KEPT, 0)]:
        shutil.rmtree(path, ignore_errors=True)
