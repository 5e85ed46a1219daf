"""How far cases come, and why they go no further: counts from request to surviving exchange, with policy and without."""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from .estimate import Estimate, estimate
from .results import Results
from .sides import GOING_ON, NOT_SHOWN, RUN, TWIN, Fate

CONTACTED, SCREENED, SURVIVING = "contacted", "screened", "surviving"
STAGES = ("opened", "assessed", "matched", "built")
STEPS = (CONTACTED, SCREENED, *STAGES, SURVIVING)
TWO_FIRMS, MEMBERS = "two_firms", "members"
UNITS = {CONTACTED: "requests", SCREENED: "firms", SURVIVING: "exchanges"}


class FunnelRow(NamedTuple):
    """The mean number in a run that came to a step, or, where `cause` says why, that came there and no further.

    `contacted` counts requests and `screened` firms, over the years given; the other steps follow the cases opened in
    these years, by kind those between two firms and those of members of rounds: `opened`, `assessed` as
    viable, `matched` (terms accepted by both), `built` (began to operate), `surviving` (known to operate at the end).
    Causes of `opened` are of cases not assessed as viable, and so on; those of `built` end exchanges. `going_on` is a case
    still open, `not_shown` one of a named firm, whose end no table tells.
    """

    side: str
    scenario: str
    kind: str
    step: str
    cause: str
    unit: str
    first_year: int
    last_year: int
    runs: int
    mean: float


def funnel(results: Results, scenario: str) -> list[FunnelRow]:
    """Return the funnel of a scenario's paired runs and of their twins, step by step, each followed by its causes."""
    first, last, runs = results.since, results.years[-1], results.pairs_by_scenario[scenario]
    fates = results.fates(scenario, first)
    counts = {
        step: _by_side(results.sums(scenario, step, first, last)) for step in (CONTACTED, SCREENED)
    }  # counted over the whole region and outside
    named = {RUN: scenario, TWIN: results.twins[scenario]}
    rows: list[FunnelRow] = []
    for kind, side in product((TWO_FIRMS, MEMBERS), (RUN, TWIN)):
        before = [(step, "", counts[step][side]) for step in (CONTACTED, SCREENED)] if kind == TWO_FIRMS else []
        its = [one for one in fates if (one.side, one.pooled) == (side, kind == MEMBERS)]
        for step, cause, total in (*before, *_steps(its)):
            about = (side, named[side], kind, step, cause, UNITS.get(step, "cases"))
            rows.append(FunnelRow(*about, first, last, runs, total / runs))
    return rows


def built(results: Results, scenario: str) -> Estimate:
    """Return how many more cases between two firms, opened since the policy began, came into operation than in the twin."""
    replicates = {pair.replicate for pair in results.pairs("operating") if pair.scenario == scenario}
    more = dict.fromkeys(sorted(replicates), 0.0)
    for fate in results.fates(scenario, results.since):
        if fate.reached == STAGES[-1] and not fate.pooled:
            more[fate.replicate] += fate.cases if fate.side == RUN else -fate.cases
    return estimate(more.values())


def _by_side(sums: dict[tuple[str, str], float]) -> dict[str, float]:
    return {side: sum(value for (one, _), value in sums.items() if one == side) for side in (RUN, TWIN)}


def _steps(fates: Sequence[Fate]) -> list[tuple[str, str, float]]:
    told: list[tuple[str, str, float]] = []
    for place, step in enumerate(STAGES):
        told.append((step, "", sum(one.cases for one in fates if one.reached in STAGES[place:])))
        told += [(step, cause, number) for cause, number in _causes(fates, step) if not _survives(step, cause)]
    told.append((SURVIVING, "", sum(number for cause, number in _causes(fates, STAGES[-1]) if cause == GOING_ON)))
    return told


def _survives(step: str, cause: str) -> bool:
    return step == STAGES[-1] and cause == GOING_ON


def _causes(fates: Sequence[Fate], step: str) -> list[tuple[str, int]]:
    """Return how many ended at a step by cause, the commonest first; those whose end is unknown last."""
    numbers: dict[str, int] = {}
    for one in fates:
        if one.reached == step:
            numbers[one.fate] = numbers.get(one.fate, 0) + one.cases
    return sorted(numbers.items(), key=lambda item: (item[0] in (GOING_ON, NOT_SHOWN), -item[1], item[0]))
