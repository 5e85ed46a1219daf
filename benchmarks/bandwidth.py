"""The kernels over all firms against what the machine can copy, and against the arithmetic they cannot do without."""

from collections.abc import Callable
from math import exp
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from model.draws import fill_normal, fill_uniform
from model.month.columns import PARTY

from .clock import Act, in_turn, say
from .ready import LARGE, SHIPPED, SMALL, Ready, drawn, ready, run_compiled, world
from .report import Part, table
from .steps import median_steps

LINE = 64
"""Bytes that memory is read by."""
RECORD = -(-PARTY.itemsize // LINE) * LINE
COPIED_MB = 256
ROUNDS = 240
"""How often arithmetic is done over all firms while it is timed."""


class Kernel(NamedTuple):
    """A step: bytes it must move a firm and month and what they are, and the arithmetic it does for every firm."""

    name: str
    moved: int
    bytes_are: str
    arithmetic: tuple[str, ...]


KERNELS = (
    Kernel(
        "firms.face_closure", 2 * LINE + 4 + 8 + 3 * 2 * 8,
        "a firm's first 64 bytes read and written, its row and identity read, its uniform number, its normal number and its "
        "jobs lost read and written",
        ("uniform", "normal", "exponential"),
    ),
    Kernel(
        "firms.spread_awareness", 2 * RECORD + 4 + 8 + 2 * 8,
        f"a firm's {RECORD} bytes read and written, its row and identity read, its uniform number read and written",
        ("uniform",),
    ),
)  # fmt: skip
HEAD = (
    "kernel", "firms", "ns a firm", "bytes a firm", "GB/s", "copying, GB/s", "of copying", "arithmetic, ns", "of the kernel",
)  # fmt: skip
NOTE = (
    "Steps of `centre_12m` that do the same for all firms; others (proposals, most of all) look into the few pairs and cases "
    "that chance picks, and have no such count of bytes. Copying is of as many bytes as the kernel moves for all firms, again "
    "and again: where the processor's cache holds them, it is faster than memory. Arithmetic is timed alone, over arrays."
)


def measure(quick: bool) -> Part:
    """Measure the kernels' bytes a second, and how much of their time is arithmetic that cannot be left out."""
    repeats = 3 if quick else 15
    copying = copy_bandwidth(COPIED_MB * 2**20, repeats)
    lines = [
        NOTE,
        "",
        f"`numpy.copyto` of {COPIED_MB} MB moves {copying:.1f} GB/s, bytes read and bytes written both counted.",
    ]
    rows: list[list[str]] = []
    said: list[str] = []
    for size in (SMALL,) if quick else (SHIPPED, LARGE):
        it = ready("centre_12m", size)
        say(f"bandwidth: {it.firms:,} firms")
        run_compiled(it)
        by_step, firm_months = median_steps(it, repeats)
        alone = arithmetic(it, repeats)
        kinds = ", ".join(f"{what} {ns:.1f} ns" for what, ns in alone.items())
        lines.append(f"Numbers made alone for {it.firms:,} firms take {kinds} each.")
        for kernel in KERNELS:
            row, words = _judged(kernel, it.firms, by_step[kernel.name] / firm_months * 1e9, alone, repeats)
            rows.append(row)
            said.append(words)
    counted = [f"- `{kernel.name}`: {kernel.bytes_are}; arithmetic: {', '.join(kernel.arithmetic)}." for kernel in KERNELS]
    lines += ["", *table(HEAD, rows), "", "What is counted:", "", *counted, "", "What binds them:", "", *said]
    return Part("The largest kernels and the machine", lines)


def _judged(kernel: Kernel, firms: int, ns: float, alone: dict[str, float], repeats: int) -> tuple[list[str], str]:
    """Return a kernel's row of the table, and what binds it, given its nanoseconds a firm and those of numbers alone."""
    speed, copying = kernel.moved / ns, copy_bandwidth(firms * kernel.moved // 2, repeats)
    needed = sum(alone[what] for what in kernel.arithmetic)
    moving = f"{kernel.moved}", f"{speed:.1f}", f"{copying:.1f}", f"{100 * speed / copying:.0f} %"
    row = [f"`{kernel.name}`", f"{firms:,}", f"{ns:.1f}", *moving, f"{needed:.1f}", f"{100 * needed / ns:.0f} %"]
    return row, f"- `{kernel.name}`, {firms:,} firms: {bound_by(speed / copying, needed / ns)}."


def bound_by(of_copying: float, of_time: float) -> str:
    """Say what binds a kernel, given its part of copying's bandwidth and its necessary arithmetic's part of its time."""
    if of_copying > 0.7:
        return "moving bytes, nearly as fast as copying does"
    if of_time > 0.5:
        return "arithmetic: draws (Philox; logarithm and cosine for normal numbers) and the exponential are most of its time"
    return (
        f"neither moving bytes nor drawing alone; {100 * (1 - of_time):.0f} % of its time is what else it does for each firm: "
        "look-ups in other rows, branches, adding up"
    )


def copy_bandwidth(size: int, repeats: int) -> float:
    """Return the GB/s, read and written, of copying an array of so many bytes again and again."""
    source = np.ones(max(size // 8, 1))
    there, often = np.zeros_like(source), max(1, COPIED_MB * 2**20 // source.nbytes)

    def copy(_: Any) -> None:
        for _ in range(often):
            np.copyto(there, source)

    return 2 * source.nbytes * often / in_turn({"copy": Act(copy)}, repeats)["copy"] / 1e9


def arithmetic(it: Ready, repeats: int) -> dict[str, float]:
    """Return the nanoseconds of each kind of number, made alone for all firms."""
    identities = world(it).acting_identities[: it.firms].copy()
    key, numbers, out = drawn(it)[0].root, np.linspace(-1.0, 1.0, it.firms), np.empty(it.firms)
    acts = {
        "uniform": Act(_often(lambda: fill_uniform(identities, np.uint64(0), *key, out))),
        "normal": Act(_often(lambda: fill_normal(identities, *key, out))),
        "exponential": Act(_often(lambda: _fill_exponential(numbers, out))),
    }
    return {what: taken / ROUNDS / it.firms * 1e9 for what, taken in in_turn(acts, repeats).items()}


def _often(act: Callable[[], Any]) -> Callable[[Any], None]:
    def done(_: Any) -> None:
        for _ in range(ROUNDS):
            act()

    return done


@njit
def _fill_exponential(numbers, out):
    for i in range(numbers.size):
        out[i] = exp(numbers[i])
