"""`python -m benchmarks`: measures all there is to measure, and writes docs/performance.md."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from . import bandwidth, commands, engines, growth, limit, steps
from .clock import say, today
from .report import Part, machine

HERE = Path(__file__).parent
REPORT, NOTES = HERE.parent / "docs" / "performance.md", HERE / "notes.md"
PARTS: dict[str, Callable[[bool], Part]] = {
    "engines": engines.measure,
    "limit": limit.measure,
    "steps": steps.measure,
    "bandwidth": bandwidth.measure,
    "commands": commands.measure,
    "growth": growth.measure,
}
"""What can be measured, in the order in which it is: the largest region last."""


def main() -> int:
    """Measure what is asked for: everything goes into the report; what is asked for quickly or in part is only printed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed and memory.")
    parser.add_argument("--quick", action="store_true", help="small sizes and few repeats, to try it; printed only")
    parser.add_argument("--only", nargs="+", choices=tuple(PARTS), metavar="NAME", help=f"only these of {', '.join(PARTS)}")
    parser.add_argument("--out", type=Path, default=REPORT, help="where the full report goes")
    arguments = parser.parse_args()
    shown = arguments.quick or arguments.only is not None
    parts: list[Part] = []
    for name in arguments.only or PARTS:
        parts.append(PARTS[name](arguments.quick))
        if not shown:  # after every part: what has been measured is there if a later one fails
            arguments.out.write_text(report(parts, arguments.quick), encoding="utf-8")
            say(f"written so far: {arguments.out}")
    if shown:
        print(report(parts, arguments.quick))
    return 0


def report(parts: list[Part], quick: bool) -> str:
    """Return the report: the machine, every part, and the notes made by hand."""
    lines = ["# Speed and memory", "", f"Measured on {today()} by `python -m benchmarks{' --quick' * quick}`:", ""]
    lines += machine()
    for part in parts:
        lines += ["", f"## {part.title}", "", *part.lines]
    return "\n".join(lines) + "\n\n" + NOTES.read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
