"""Runs claims, prints what they came to, and keeps the figures of a run in full in docs/reliability.md."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tqdm import tqdm

from . import page
from .claims import SEED, Claim, Counts, claims
from .processes import tried

HELD, VIOLATED, USAGE = 0, 1, 2
MOST_TOLD = 5
"""So many violations are printed in full."""


class Result(NamedTuple):
    """What a claim came to, and how long that took."""

    claim: Claim
    counts: Counts
    seconds: float

    @property
    def line(self) -> str:
        """Return the counts in a line."""
        return f"{self.claim.name}: {'VIOLATED' if self.counts.violated else 'held'}; {told(self.claim, self.counts)}"


def told(claim: Claim, counts: Counts) -> str:
    """Return counts in words."""
    parts = [f"{counts.faults:,} faults made"]
    if claim.strikes:
        parts.append(f"{counts.struck:,} in the middle of a write")
    parts.append(f"{counts.violated:,} violated")
    parts += [f"{name} {count:,}" for name, count in sorted(counts.sums.items())]
    parts += [f"{name} {peak:.3g}" for name, peak in sorted(counts.peaks.items())]
    return ", ".join(parts)


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code: 0 where every claim held, 1 where one was violated."""
    known = claims()
    asked = _parser(known).parse_args(argv)
    if asked.write and (asked.quick or asked.case or asked.plant):
        print("--write keeps the figures of a run in full: leave out --quick, --case and --plant", file=sys.stderr)
        return USAGE
    chosen = [known[name] for name in asked.only or known]
    results = _all_run([claim for claim in chosen if not asked.plant or asked.plant in claim.plants], asked)
    violated = sum(result.counts.violated for result in results)
    faults = sum(result.counts.faults for result in results)
    names = ", ".join(result.claim.name for result in results if result.counts.violated)
    print(f"{len(results)} claims, {faults:,} faults made, {violated:,} violated{names and f' ({names})'}; seed {SEED}")
    return VIOLATED if violated else HELD


def _all_run(chosen: Sequence[Claim], asked: argparse.Namespace) -> list[Result]:
    """Run claims one after the other, each with all workers; few cases of each rather side by side, a worker each."""
    if not asked.quick:
        return [_run(claim, asked, asked.workers) for claim in chosen]
    with ThreadPoolExecutor(asked.workers) as side_by_side:
        return list(side_by_side.map(lambda claim: _run(claim, asked, 1), chosen))


def _run(claim: Claim, asked: argparse.Namespace, most: int) -> Result:
    numbers = asked.case or range(claim.quick if asked.quick else claim.full)
    workers = max(1, min(most, claim.workers or most, len(numbers)))
    counts, begun = Counts(), time.monotonic()
    with tqdm(
        total=len(numbers), desc=claim.name, unit="case", file=sys.stderr, mininterval=2, leave=False, disable=asked.quick
    ) as bar:
        for number, outcome in tried(claim, numbers, workers, asked.plant):
            counts.add(number, outcome)
            bar.update()
            bar.set_postfix(violated=counts.violated, refresh=False)
    if claim.judge and not asked.case:
        for wrong in claim.judge(counts):
            counts.violate(None, wrong)
    result = Result(claim, counts, time.monotonic() - begun)
    _print(result)
    if asked.write:  # at once, for it may be stopped before the next is done
        page.write([(claim, _verdict(result))])
    return result


def _print(result: Result) -> None:
    print(f"{result.line}; {result.seconds:.0f} s")
    for number, violation in sorted(result.counts.violations, key=lambda one: -1 if one[0] is None else one[0])[:MOST_TOLD]:
        again = "" if number is None else f" (again: python -m tests.faults --only {result.claim.name} --case {number})"
        print(f"  {result.counts.violated:,} violated, of them case {number}{again}:")
        print("\n".join(f"    {line}" for line in violation.splitlines()))
    sys.stdout.flush()


def _verdict(result: Result) -> str:
    return f"{'Violated' if result.counts.violated else 'Held'}: {told(result.claim, result.counts)}; {result.seconds:,.0f} s."


def _parser(known: dict[str, Claim]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Make faults on purpose and count them.")
    parser.add_argument("--quick", action="store_true", help="few of each, in two minutes; otherwise all, in an hour")
    parser.add_argument("--only", action="append", choices=sorted(known), metavar="NAME", help=", ".join(sorted(known)))
    parser.add_argument("--case", type=int, action="append", metavar="K", help="these cases alone, counted from 0")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="processes at a time")
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/reliability.md")
    plants = sorted({name for claim in known.values() for name in claim.plants})
    parser.add_argument("--plant", choices=plants, metavar="NAME", help=f"with a defect: {', '.join(plants)}")
    return parser
