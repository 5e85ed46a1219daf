"""The numbers that answer six questions: how much, when, what if it stops, who gains, how sure, what is assumed."""

from typing import NamedTuple

from .estimate import Estimate

MEASURES = ("savings", "operating", "jobs_retained")
SENSITIVITY = "jobs.closure_sensitivity"
"""The assumption that jobs retained hang on, and that nobody has measured."""
FEW_RUNS = 10
"""With fewer, the calculation error is itself a guess."""
ENOUGH_TO_HALVE = 10
"""With fewer runs, halves of them say nothing."""


class HowMuch(NamedTuple):
    """Each of `MEASURES` at the end of the milestone years, and public money to the last of them.

    `above_money` is in how many runs firms save more than that.
    """

    years: tuple[int, ...]
    figures: dict[tuple[str, int], Estimate]
    public_money: Estimate | None
    above_money: int


HELPED, ADDITIONAL, FIRST = "helped", "additional", "first"
"""Which exchange counts as the first: one the centre helped; without centre one that would not have come; else any."""


class When(NamedTuple):
    """From which year on savings are above zero in most runs, when half of the last year's is reached, and in which month of
    each run the first exchange of a kind starts, in order; None where the result keeps too few cases to tell.
    """

    above_from: int | None
    half_by: int | None
    kind: str
    first_starts: tuple[str, ...] | None


class Stop(NamedTuple):
    """In which month support ends, what is in operation then and in the last year, and what handing over changes by then."""

    ends: str
    goes_on: bool
    years: tuple[int, ...]
    figures: dict[tuple[str, int], Estimate]
    handed_over: dict[str, Estimate]


class Gains(NamedTuple):
    """Who has more and who has less by the last year, in m DKK; home and elsewhere where the centre has a home."""

    year: int
    suppliers: Estimate | None
    receivers: Estimate | None
    home: Estimate | None
    elsewhere: Estimate | None
    outside: Estimate | None
    state: Estimate | None
    places: dict[str, Estimate]


class Halves(NamedTuple):
    """Jobs retained where the closure sensitivity was drawn low and where it was drawn high, each with the draws' bounds."""

    low: Estimate
    low_draws: tuple[float, float]
    high: Estimate
    high_draws: tuple[float, float]


class Sure(NamedTuple):
    """Savings and jobs in the last year, whether the closure sensitivity varies, and how jobs go with it."""

    year: int
    runs: int
    asked: int
    figures: dict[str, Estimate]
    varied: bool
    halves: Halves | None


class Assumed(NamedTuple):
    """How many table rows and uncertain numbers there are and are assumed, and the bounds of the closure sensitivity."""

    counts: dict[str, tuple[int, int]]
    sensitivity: tuple[float, float] | None


class Best(NamedTuple):
    """The scenario with the highest mean savings of those in the same world, and in how many runs it is the highest."""

    scenario: str
    year: int
    savings: Estimate
    public_money: Estimate | None
    compared: int
    highest_in: int
    runs: int


class Answers(NamedTuple):
    """The six answers, and the comparison of scenarios where there are several."""

    how_much: HowMuch
    when: When
    stop: Stop | None
    gains: Gains
    sure: Sure
    assumed: Assumed
    best: Best | None
