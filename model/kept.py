"""Where compiled code is kept on disk: under a hash of the sources it was made of, so that a rule edited is compiled anew.

Where nothing can be kept, as for a service whose program folder and home are read-only, code is compiled each time.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent
NEVER_COMPILED = ("experiment", "agents")
"""Folders of the model whose functions no compiled code calls."""
WHOLE, KERNELS = "compiled", "kernels"
"""What is kept: the months of the engine, and functions that serve by themselves (`kernel`)."""
MOST_KEPT = 4
"""Compiled versions kept; the one made longest ago goes first, but never that of these sources without a user's own rules."""


def kernel(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Return what compiles a function with numba's options when it is first called, and keeps the code where it can."""
    import numba

    def compiled(function: Callable[..., Any]) -> Any:
        with kept_in(_own_folder()) as is_kept:
            return numba.njit(cache=is_kept, **options)(function)

    return compiled


@lru_cache(maxsize=1)
def _own_folder() -> Path | None:
    return folder_of(kind=KERNELS)


@contextmanager
def kept_in(folder: Path | None) -> Iterator[bool]:
    """Have numba keep what is declared meanwhile in a folder; hand out whether it can, which without a folder it cannot."""
    import numba

    settings: Any = numba.config
    before = settings.CACHE_DIR
    if folder is not None:
        settings.CACHE_DIR = str(folder)
    try:
        yield folder is not None
    finally:
        settings.CACHE_DIR = before


def folder_of(more: str = "", kind: str = WHOLE) -> Path | None:
    """Return the folder for these sources and `more`, made if need be; None where nowhere can be written."""
    for base in _bases(kind):
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
    """Tell whether the whole model of these sources has been compiled here before."""
    return any(any((base / name_of(more)).rglob("*.nbi")) for base in _bases(WHOLE))


def _bases(kind: str) -> list[Path]:
    """Return where compiled code may be kept, the first that can be written being taken."""
    bases = [PACKAGE / "__pycache__" / kind]
    with suppress(RuntimeError):  # a user without a home
        home = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        bases.append(Path(home) / "regional-symbiosis" / kind)
    return bases


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
