"""The numbers that answer six questions: how much, when, what if it stops, who gains, how sure, what is assumed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from model.experiment.results.intervals import Trend

from ..reading.estimate import Estimate

MEASURES = ("savings", "operating", "jobs_retained")
SENSITIVITY = "jobs.closure_sensitivity"
"""The assumption that jobs retained hang on, and that nobody has measured."""
FEW_RUNS = 10
"""With fewer, the calculation error is itself a guess."""


class HowMuch(NamedTuple):
    """Each of `MEASURES` at the end of the years shown, public money to the last of them, and savings without transfers.

    `above_money` is in how many runs firms save more than that money; `lost` how many jobs the course without policy loses.
    """

    years: tuple[int, ...]
    figures: dict[tuple[str, int], Estimate]
    public_money: Estimate | None
    net_savings: Estimate | None
    above_money: int
    lost: float | None


HELPED, ADDITIONAL, FIRST = "helped", "additional", "first"
"""Which exchange counts as the first: one the centre helped; without centre one that would not have come; else any."""


class When(NamedTuple):
    """Savings by year since the first of policy, when half of the last mean is reached, and first exchanges.

    `first_starts` is the month in which the first exchange of a kind starts in each run, in order; None where the result
    keeps too few cases to tell.
    """

    savings: dict[int, Estimate]
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
    """Who has more and who has less by the last year, in m DKK.

    `places` are by code, the most first; `lead` is what the first has more than the second. `named` are the firms that the
    tables name, where they stand apart, and `seats` the municipalities they stand in; `home` adds up a centre's owners,
    `elsewhere` the other municipalities. `taxed` tells whether the scenario adds a landfill tax.
    """

    year: int
    suppliers: Estimate | None
    receivers: Estimate | None
    home: Estimate | None
    elsewhere: Estimate | None
    named: Estimate | None
    seats: Sequence[str]
    outside: Estimate | None
    state: Estimate | None
    taxed: bool
    places: dict[str, Estimate]
    lead: Estimate | None


class Plants(NamedTuple):
    """In how many runs a plant is open at the end of the last year that closed in the twin, and the other way round."""

    kept_in: int
    lost_in: int
    runs: int


class Trifle(NamedTuple):
    """By how much next to nothing moves the savings of a single run, in m DKK: less in nine runs of ten, and at most.

    `money` is what the next to nothing costs, in DKK, and `share` which part of the public money that is.
    """

    usual: float
    most: float
    money: float
    share: float


class Sure(NamedTuple):
    """Savings and jobs in the last year, plants kept, how jobs go with the closure sensitivity, and what a trifle moves.

    `with_sensitivity` is None where the sensitivity does not vary or runs are few.
    """

    year: int
    runs: int
    asked: int
    figures: dict[str, Estimate]
    plants: Plants | None
    varied: bool
    with_sensitivity: Trend | None
    trifle: Trifle | None


class Assumed(NamedTuple):
    """How many table rows and uncertain numbers there are and are assumed, and the bounds of the closure sensitivity.

    `carried` holds the last known month of what society's dated values are carried on from, by name.
    """

    counts: dict[str, tuple[int, int]]
    sensitivity: tuple[float, float] | None
    carried: Mapping[str, str]


class Best(NamedTuple):
    """The scenario with the highest mean savings of those in the same world.

    `leads` is what it has more than each other one, run by run; `highest_in` in how many runs each scenario is the highest.
    """

    scenario: str
    year: int
    savings: Estimate
    public_money: Estimate | None
    leads: dict[str, Estimate]
    highest_in: dict[str, int]
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
