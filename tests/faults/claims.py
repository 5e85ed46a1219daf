"""What a claim is, what a case of it is given, and what it hands back."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

SEED = 2011
"""Of every claim; with a claim's name and a case's number it makes what the case does."""
MOST_KEPT = 200
"""So many violations are kept in full; all are counted."""


class Case(NamedTuple):
    """One case of a claim: its number, what it draws from, and an empty folder that is the working folder."""

    number: int
    rng: Random
    folder: Path


class Outcome(NamedTuple):
    """What came of a case.

    `faults` were made, `struck` of them in the middle of a write; `violations` tell in full what did not hold. `sums` are
    further counts that are added up, `peaks` numbers of which the largest is told.
    """

    faults: int = 1
    struck: int = 0
    violations: tuple[str, ...] = ()
    sums: Mapping[str, int] = {}
    peaks: Mapping[str, float] = {}


Judge = Callable[["Counts"], Iterable[str]]
Plant = Callable[[], None]


@dataclass(frozen=True)
class Claim:
    """A claim: what must hold, how many cases are tried, and the function that tries one.

    `limit_s` is after how many seconds a case counts as hung. `judge` says what is wrong with all counts together.
    `about` is the package whose version it hangs on. `plants` are defects by name, each put into a process by a call, with
    which the claim must be violated.
    """

    name: str
    holds: str
    quick: int
    full: int
    attempt: Callable[[Case], Outcome]
    limit_s: float = 60
    strikes: bool = False
    workers: int | None = None
    judge: Judge | None = None
    about: str | None = None
    plants: Mapping[str, Plant] = field(default_factory=dict)


@dataclass
class Counts:
    """What the cases of a claim came to."""

    cases: int = 0
    faults: int = 0
    struck: int = 0
    violated: int = 0
    violations: list[tuple[int | None, str]] = field(default_factory=list)
    sums: Counter[str] = field(default_factory=Counter)
    peaks: dict[str, float] = field(default_factory=dict)

    def add(self, number: int, outcome: Outcome) -> None:
        """Count what came of a case."""
        self.cases += 1
        self.faults += outcome.faults
        self.struck += outcome.struck
        self.sums.update(outcome.sums)
        for name, peak in outcome.peaks.items():
            self.peaks[name] = max(peak, self.peaks.get(name, peak))
        for told in outcome.violations:
            self.violate(number, told)

    def violate(self, number: int | None, told: str) -> None:
        """Count a violation, of a case or of all cases together."""
        self.violated += 1
        if len(self.violations) < MOST_KEPT:
            self.violations.append((number, told))


REGISTERED: dict[str, Claim] = {}


def claim(name: str, *, holds: str, quick: int, full: int, **more: object) -> Callable[[Callable[[Case], Outcome]], Claim]:
    """Make a function that tries one case into a claim; `more` are further fields of `Claim`."""

    def made(attempt: Callable[[Case], Outcome]) -> Claim:
        if name in REGISTERED:
            raise ValueError(f"two claims are called {name}")
        REGISTERED[name] = Claim(name, holds, quick, full, attempt, **more)  # type: ignore[arg-type]
        return REGISTERED[name]

    return made


def claims() -> dict[str, Claim]:
    """Return every claim of this folder by name."""
    for module in sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)])):
        if module.startswith("claim_"):
            importlib.import_module(f"{__package__}.{module}")
    return REGISTERED


def rng(name: str, number: int) -> Random:
    """Return what a case of a claim draws from, the same on every machine."""
    return Random(f"{SEED}/{name}/{number}")
