"""Compiles the project's own Python as it stands: the functions of a module, and of all modules of the model they call.

Sources stay plain: the agents call the same rules uncompiled, and with NUMBA_DISABLE_JIT=1 so does the engine. What was
compiled is kept on disk under a hash of all sources of the model, so that a rule edited is compiled anew.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numba

PACKAGE = Path(__file__).parent.parent
MOST_KEPT = 4
"""Compiled versions kept on disk; the oldest goes first."""

Replaced = Mapping[str, Any]
"""What stands in for a name of a module, such as "model.negotiation.priced": a function."""
OWN_RULES = "own_rule_"
"""How the modules of users' own rules are called."""


def compiled(function: Callable[..., Any], replaced: Replaced, more_source: str = "") -> Any:
    """Return a function of the model compiled together with all it calls; kept on disk, by all sources and `more_source`."""
    folder = cache_folder(more_source)
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder) if folder else before
    try:
        return numba.njit(cache=folder is not None)(_Mirror(replaced).copy(function))
    finally:
        numba.config.CACHE_DIR = before


def cache_folder(more_source: str = "") -> Path | None:
    """Return where what is compiled of these sources is kept, made if need be; None where nowhere can be written."""
    name = sources_hash(more_source)
    for base in _bases():
        folder = base / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError:
            continue
        _forget_old(base, folder)
        return folder
    return None


def is_kept(more_source: str = "") -> bool:
    """Tell whether these sources have been compiled before."""
    return any(any((base / sources_hash(more_source)).rglob("*.nbi")) for base in _bases())


def _bases() -> list[Path]:
    """Return where compiled code may be kept, the first that can be written being taken."""
    home = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return [PACKAGE / "__pycache__" / "compiled", Path(home) / "regional-symbiosis" / "compiled"]


def sources_hash(more_source: str = "") -> str:
    """Return what identifies all sources of the model, and more of a user's."""
    return blake2b((_own_hash() + more_source).encode("utf-8"), digest_size=8).hexdigest()


@lru_cache(maxsize=1)
def _own_hash() -> str:
    digest = blake2b(numba.__version__.encode())
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _forget_old(base: Path, current: Path) -> None:
    others = sorted((path for path in base.iterdir() if path != current), key=lambda path: path.stat().st_mtime)
    for path in others[: -(MOST_KEPT - 1)]:
        shutil.rmtree(path, ignore_errors=True)


class _Mirror:
    """The model's modules once more, their functions compiled; classes and constants are the same."""

    def __init__(self, replaced: Replaced) -> None:
        self._replaced = replaced
        self._modules: dict[str, ModuleType] = {}
        self._compiled: dict[FunctionType, Any] = {}

    def copy(self, function: Any) -> FunctionType:
        """Return a function whose globals are mirrored."""
        home = self._module(function.__module__)
        copied = FunctionType(function.__code__, vars(home), function.__name__, function.__defaults__)
        copied.__qualname__, copied.__module__ = function.__qualname__, function.__module__
        return copied

    def _module(self, name: str) -> ModuleType:
        if name not in self._modules:
            self._modules[name] = mirror = ModuleType(name)
            for key, value in vars(sys.modules[name]).items():
                if not key.startswith("__"):
                    setattr(mirror, key, self._mirrored(self._replaced.get(f"{name}.{key}", value)))
        return self._modules[name]

    def _mirrored(self, value: Any) -> Any:
        if isinstance(value, FunctionType) and _is_ours(value.__module__):
            if value not in self._compiled:
                self._compiled[value] = numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)(self.copy(value))
            return self._compiled[value]
        if isinstance(value, ModuleType) and _is_ours(value.__name__):
            return self._module(value.__name__)
        return value


def _is_ours(module: str) -> bool:
    return module.startswith((f"{PACKAGE.name}.", OWN_RULES))
