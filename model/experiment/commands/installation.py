"""What stands behind a result that no scenario tells: the program's sources, their commit, and the packages it runs on."""

import os
import platform
import re
import subprocess
import tomllib
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ..plan.sources import text_hash
from ..workers.code import PACKAGE

ROOT = PACKAGE.parent
PARTS = ("run.py", "model", "analysis")
"""What the program is made of, in a clone and in an installed package alike."""
NAME, EXTRAS = "regional-symbiosis", ("", "cluster")
"""The program as packages know it, with what it can do without."""
SECONDS_FOR_GIT = 10.0


@cache
def code() -> dict[str, str | bool | None]:
    """Return what identifies the program: a hash of all its sources, the commit, and whether sources differ from that.

    Commit and difference are None where they cannot be told.
    """
    return {"sources": _sources_hash(), "commit": _commit(ROOT), "changed": _is_changed(ROOT)}


@cache
def versions() -> dict[str, str]:
    """Return the version of every package that the program depends on, directly or not, and that is installed."""
    needed: dict[str, Distribution] = {}
    waiting = deque(_requirements(_own_requirements(), EXTRAS))
    seen: set[tuple[str, tuple[str, ...]]] = set()
    while waiting:
        wanted = waiting.popleft()
        extras = ("", *sorted(wanted.extras))
        found = _installed(wanted.name)
        if found is not None and (wanted.name, extras) not in seen:
            seen.add((wanted.name, extras))
            needed[canonicalize_name(wanted.name)] = found
            waiting += _requirements(found.requires or (), extras)
    return {name: needed[name].version for name in sorted(needed)}


def python() -> str:
    """Return the version of Python."""
    return platform.python_version()


def _requirements(texts: Iterable[str], extras: Iterable[str]) -> Iterator[Requirement]:
    """Return the requirements that hold here, with any of these extras."""
    for requirement in map(Requirement, texts):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
            yield requirement


def _own_requirements() -> list[str]:
    own = _installed(NAME)
    if own is not None:
        return own.requires or []
    try:  # a clone that was never installed
        project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    except (OSError, ValueError, KeyError):
        return []
    return [*project.get("dependencies", ()), *project.get("optional-dependencies", {}).get("cluster", ())]


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _sources_hash() -> str:
    digest = blake2b(digest_size=16)
    for part in PARTS:
        place = ROOT / part
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            if path.is_file():
                digest.update(f"{path.relative_to(ROOT).as_posix()} {text_hash(path)}\n".encode())
    return digest.hexdigest()


# --- the commit ------------------------------------------------------------------------------------------------------


def _commit(root: Path) -> str | None:
    """Return the commit of a clone of this project; None for an installed package, which may lie within another's clone."""
    if not (root / ".git").exists():
        return None
    return _git(root, "rev-parse", "HEAD") or _commit_in_files(root / ".git")


def _is_changed(root: Path) -> bool | None:
    """Tell whether sources or scenarios differ from the commit, new ones included; None where nobody can say."""
    if not (root / ".git").exists():
        return None
    told = _git(root, "status", "--porcelain", "--", *PARTS, "scenarios", "pyproject.toml")
    return None if told is None else bool(told)


def _git(root: Path, *asked: str) -> str | None:
    """Return what git says of a clone; None where there is no git, or it will not say. It writes nothing, not even an index."""
    here = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        said = subprocess.run(
            ["git", "--no-optional-locks", "-C", str(root), *asked],
            capture_output=True, text=True, timeout=SECONDS_FOR_GIT, env=here, check=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return None
    return said.stdout.strip()


def _commit_in_files(git: Path) -> str | None:
    """Return the commit as git keeps it in files, without git: of a clone, and of a further working tree of one."""
    try:
        if git.is_file():  # `gitdir: …`, as in a further working tree
            git = (git.parent / _text(git).removeprefix("gitdir:").strip()).resolve()
        common = git / _text(git / "commondir") if (git / "commondir").is_file() else git
        head = _text(git / "HEAD")
        ref = head.removeprefix("ref:").strip()
        return head if ref == head else _commit_of(ref, git, common)
    except (OSError, ValueError):
        return None


def _commit_of(ref: str, git: Path, common: Path) -> str | None:
    for place in (git, common):
        if (place / ref).is_file():
            return _text(place / ref)
    found = re.search(rf"^([0-9a-f]{{40,64}}) {re.escape(ref)}$", _text(common / "packed-refs"), re.MULTILINE)
    return found[1] if found else None


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()
