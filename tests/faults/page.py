"""The page docs/reliability.md: for each claim what must hold and what it came to, when and with which versions."""

import platform
import re
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from .claims import SEED, Claim, claims

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
HEAD = """# Reliability

Faults are made on purpose, in number, and counted. Every figure on this page was written by the command below, run in
full, which takes under an hour on two processors; CI runs the same with fewer cases (`--quick`). Each case is drawn from
a fixed seed, so that one that violates a claim can be tried again by its number (`--only NAME --case K`). A process that is
killed says nothing about a power cut, in which a disk may lose what it said it had written: of that nothing is claimed.

<!-- command: reliability -->
```sh
python -m tests.faults --write
```
"""
PACKAGES = ("mesa", "numpy", "duckdb")
_SECTION = re.compile(r"<!-- claim: (.+?) -->\n(.*?)<!-- end -->\n", re.DOTALL)


def write(told: Sequence[tuple[Claim, str]], page: Path = PAGE) -> None:
    """Write what claims came to into the page; what it says of other claims stays."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    sections = dict(_SECTION.findall(text)) | {title(claim): section(claim, verdict) for claim, verdict in told}
    known = [name for name in sorted(sections) if name.partition(" ")[0] in claims()]
    whole = [f"<!-- claim: {name} -->\n{sections[name]}<!-- end -->\n" for name in known]
    page.write_text("\n".join([HEAD, *whole]), encoding="utf-8", newline="\n")


def title(claim: Claim) -> str:
    """Return under which name the page tells of a claim: one that is about a package stands there once for each version."""
    return claim.name + (f" with {claim.about} {version(claim.about)}" if claim.about else "")


def section(claim: Claim, verdict: str) -> str:
    """Return what the page says of a claim."""
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"## {title(claim)}\n\n{claim.holds}\n\n{verdict}\n\n{when}, seed {SEED}; {versions()}.\n"


def versions() -> str:
    """Return what the claims were tried with."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"Python {platform.python_version()}, {packages}, SQLite {sqlite3.sqlite_version}, {platform.platform()}"
