"""The two largest kernels against what the machine can copy, and against the random numbers they draw."""

from typing import NamedTuple

import numpy as np

from model.draws import fill_normal, fill_uniform
from model.engine.columns import PARTY

from .clock import Act, in_turn, say
from .ready import LARGE, SHIPPED, SMALL, drawn, ready, run_compiled, world
from .report import Part, table
from .steps import median_steps

LINE = 64
"""Bytes that memory is read by."""
COPIED_MB = 256
RECORD = -(-PARTY.itemsize // LINE) * LINE


class Kernel(NamedTuple):
    """A step: bytes it must move a firm and month, numbers it draws of each kind, what else it reckons."""

    name: str
    moved: int
    uniforms: int
    normals: int
    bytes_are: str


KERNELS = (
    Kernel(
        "firms.face_closure", 2 * LINE + 4 + 8 + 2 * 8 + 2 * 8 + 2 * 8, 1, 1,
        "a firm's first 64 bytes read and written, its row and identity read, its uniform and normal numbers written and "
        "read, its jobs lost read and written",
    ),
    Kernel(
        "firms.spread_awareness", 2 * RECORD + 4 + 8 + 2 * 8, 1, 0,
        f"a firm's {RECORD} bytes read and written, its row and identity read, its uniform number written and read",
    ),
)  # fmt: skip
HEAD = (
    "kernel", "firms", "ns a firm", "bytes a firm", "GB/s", "of copying", "ns of them drawing", "of the kernel",
)  # fmt: skip


def measure(quick: bool) -> Part:
    """Measure the kernels' bytes a second, and how much of their time is drawing."""
    say("bandwidth")
    copying = copy_bandwidth(3 if quick else 15)
    rows, shares = [], []
    for size in (SMALL,) if quick else (SHIPPED, LARGE):
        it = ready("centre_12m", size)
        run_compiled(it)
        by_step, firm_months = median_steps(it, 3 if quick else 9)
        uniform, normal = drawing(world(it).acting_identities[: it.firms], drawn(it)[0].root, 5 if quick else 21)
        for kernel in KERNELS:
            ns = by_step[kernel.name] / firm_months * 1e9
            gb, draws = kernel.moved / ns, kernel.uniforms * uniform + kernel.normals * normal
            shares.append((gb / copying, draws / ns))
            parts = f"{100 * gb / copying:.0f} %", f"{draws:.1f}", f"{100 * draws / ns:.0f} %"
            rows.append([f"`{kernel.name}`", f"{it.firms:,}", f"{ns:.1f}", str(kernel.moved), f"{gb:.1f}", *parts])
    bytes_are = [f"- `{kernel.name}`: {kernel.bytes_are}." for kernel in KERNELS]
    first = f"Copying {COPIED_MB} MB with `numpy.copyto` moves {copying:.1f} GB/s, read and written bytes counted both."
    drew = f"At the last size a uniform number takes {uniform:.1f} ns, a normal one {normal:.1f} ns, drawn alone into an array."
    lines = [first, drew, "", *table(HEAD, rows), "", "Bytes counted:", *bytes_are, "", conclusion(shares)]
    return Part("The largest kernels and the machine", lines)


def conclusion(shares: list[tuple[float, float]]) -> str:
    """Say what binds the kernels, given their share of copying's bandwidth and drawing's share of their time."""
    moved, drew = max(share for share, _ in shares), [share for _, share in shares]
    if moved > 0.7:
        return f"They come to as much as {100 * moved:.0f} % of the bandwidth of copying: memory is what binds them."
    return (
        f"They use at most {100 * moved:.0f} % of the bandwidth of copying, so memory does not bind them: arithmetic does. "
        f"Drawing (ten rounds of Philox; for normal numbers a logarithm, a root and a cosine) is {100 * min(drew):.0f} to "
        f"{100 * max(drew):.0f} % of their time, and closing takes an exponential a firm besides."
    )


def copy_bandwidth(repeats: int) -> float:
    """Return the GB/s, read and written, of copying a large array."""
    source = np.ones(COPIED_MB * 2**20 // 8)
    there = np.zeros_like(source)
    taken = in_turn({"copy": Act(lambda _: np.copyto(there, source))}, repeats)["copy"]
    return 2 * source.nbytes / taken / 1e9


def drawing(identities: np.ndarray, key: tuple[np.uint64, np.uint64], repeats: int) -> tuple[float, float]:
    """Return the nanoseconds of a uniform and of a normal number, drawn alone."""
    out, many = np.empty(identities.size), 240
    identities = np.ascontiguousarray(identities)
    nobody = np.uint64(0)

    def uniforms(_: object) -> None:
        for _ in range(many):
            fill_uniform(identities, nobody, *key, out)

    def normals(_: object) -> None:
        for _ in range(many):
            fill_normal(identities, *key, out)

    taken = in_turn({"uniform": Act(uniforms), "normal": Act(normals)}, repeats)
    drawn_numbers = many * identities.size / 1e9
    return taken["uniform"] / drawn_numbers, taken["normal"] / drawn_numbers
