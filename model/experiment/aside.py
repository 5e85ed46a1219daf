"""Files that appear whole or not at all: written aside, onto the disk, and only then given their names."""

import os
from contextlib import suppress
from pathlib import Path


def put(aside: Path, path: Path) -> None:
    """Give a file written aside its name, once all of it is on the disk."""
    with aside.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(aside, path)
    with suppress(OSError):  # Windows opens no folders, and needs none of this
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_text(path: Path, text: str) -> None:
    """Write a text: aside first, and onto the disk. Raises OSError."""
    aside = path.with_name(f"{path.name}.part")
    aside.write_text(text, encoding="utf-8", newline="\n")
    put(aside, path)
