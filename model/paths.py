"""Paths as a user gives them: read once, where they come in, and shown as the user would write them."""

import os
import re
import shlex
import stat
import subprocess
from pathlib import Path

_PLAIN_ARGUMENT = re.compile(r"[\w./:@%+=,\\-]+")


def home_filled_in(text: str) -> str:
    """Return the text of a path with `~` replaced by the home folder: not every shell does so in `--out=~/x`."""
    return os.path.expanduser(text)


def given(text: str) -> Path:
    """Return the path a text of the command line names, whole, so that it means the same to all who are handed it."""
    return Path(home_filled_in(text)).absolute()


class Shown(str):
    """A path in a message; `{folder:argument}` writes it as an argument of a command that is to be copied."""

    __slots__ = ()

    def __format__(self, form: str) -> str:
        if form != "argument":
            return super().__format__(form)
        if os.name == "nt":
            return subprocess.list2cmdline([self])
        return str(self) if _PLAIN_ARGUMENT.fullmatch(self) and "\\" not in self else shlex.quote(self)


def shown(path: Path) -> Shown:
    """Return a path as a message tells it: from the working folder, where it lies in that."""
    try:
        here = Path.cwd()
    except OSError:  # there is no working folder any more
        return Shown(path.as_posix())
    is_below = path.is_relative_to(here) and here != Path(here.anchor)
    return Shown((path.relative_to(here) if is_below else path).as_posix())


DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(10))}
"""Names that stand for devices in Windows, in every folder and whatever their ending: no file can be called so."""

KINDS = {
    stat.S_IFLNK: "link",
    stat.S_IFDIR: "folder",
    stat.S_IFREG: "file",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
    stat.S_IFIFO: "pipe",
    stat.S_IFSOCK: "socket",
}


def kind_of(path: Path) -> str:
    """Return what is at a path, without following a link: one of KINDS, `unknown`, or nothing where nothing is there.

    Raises OSError where the system does not say.
    """
    if os.name == "nt" and path.name.partition(".")[0].rstrip().upper() in DEVICES:
        return "device"
    try:
        return KINDS.get(stat.S_IFMT(path.lstat().st_mode), "unknown")
    except FileNotFoundError:
        return ""
