"""What the report is made of: tables, targets, the machine."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Part(NamedTuple):
    """A chapter of the report."""

    title: str
    lines: list[str]


class Target(NamedTuple):
    """What was hoped for: at most, or at least, so much."""

    limit: float
    at_least: bool = False

    def reached(self, value: float) -> bool:
        """Tell whether a value is good enough."""
        return value >= self.limit if self.at_least else value <= self.limit

    def verdict(self, value: float) -> str:
        """Return the target and whether it is reached, as it stands in a table."""
        words = "at least" if self.at_least else "at most"
        return f"{words} {self.limit:g}: {'reached' if self.reached(value) else '**missed**'}"

    def missed(self, what: str, value: float, unit: str = "") -> list[str]:
        """Return a line that says by how much the target is missed; none where it is reached."""
        if self.reached(value):
            return []
        words = "at least" if self.at_least else "at most"
        return ["", f"missed: {what} is {value:.3g}{unit}, hoped for was {words} {self.limit:g}{unit}"]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a Markdown table; all columns but the first stand to the right."""
    rule = ["---", *["--:"] * (len(head) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]


def ms(taken: float) -> str:
    """Return seconds as milliseconds."""
    return f"{taken * 1e3:,.1f}" if taken < 0.1 else f"{taken * 1e3:,.0f}"


def times(ratio: float) -> str:
    """Return a ratio with as many places as mean something."""
    return f"{ratio:.2f}" if ratio < 10.0 else f"{ratio:.1f}" if ratio < 100.0 else f"{ratio:.0f}"


def exponent(sizes: Sequence[float], taken: Sequence[float]) -> float:
    """Return the power of size with which times grow: the least-squares slope of their logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(taken), 1)[0])


def machine() -> list[str]:
    """Return what it was measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "mesa"))
    return [
        f"- {platform.platform()}",
        f"- {processor()}, {os.cpu_count()} processors",
        f"- Python {platform.python_version()}, {packages}",
    ]


def processor() -> str:
    """Return the name of the processor, where it can be read."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
