"""The numbers that answer six questions: how much, when, what if it stops, who gains, how sure, what is assumed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from model.outcomes import OUTSIDE

from ..results import FIRST_YEAR, FORMULAS, MILLION, Formula
from .evidence import REGION_AND_OUTSIDE, Estimate, Evidence, estimate

MEASURES = ("savings", "operating", "jobs_retained")
SENSITIVITY = "jobs.closure_sensitivity"
"""The assumption that jobs retained hang on, and that nobody has measured."""
ENOUGH_TO_HALVE = 10
"""With fewer runs, halves of them say nothing."""


class HowMuch(NamedTuple):
    """Each of `MEASURES` at the end of the milestone years, and public money to the last of them."""

    years: tuple[int, ...]
    figures: dict[tuple[str, int], Estimate]
    public_money: Estimate | None


class When(NamedTuple):
    """From which year on savings are above zero in most runs, when half of the last year's is reached, and in which month of
    each run the first helped exchange (without policy: the first) starts, in order.
    """

    above_from: int | None
    half_by: int | None
    helped: bool
    first_starts: tuple[str, ...]


class Stop(NamedTuple):
    """When support ends, what is in operation then and in the last year, and what handing over changes by then."""

    begins: str
    ends: str
    goes_on: bool
    years: tuple[int, ...]
    figures: dict[tuple[str, int], Estimate]
    handed_over: dict[str, Estimate]


class Gains(NamedTuple):
    """Who has more and who has less by the last year, in m DKK: `places` by municipality, `parts` of the region if it has a home."""

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
    """Savings and jobs in the last year, and how jobs go with the closure sensitivity."""

    year: int
    runs: int
    asked: int
    figures: dict[str, Estimate]
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


def answers(evidence: Evidence) -> Answers:
    """Answer the six questions for the scenario the report speaks of."""
    return Answers(
        how_much(evidence),
        when(evidence),
        stop(evidence),
        gains(evidence),
        sure(evidence),
        assumed(evidence),
        best(evidence),
    )


def how_much(evidence: Evidence) -> HowMuch:
    """Return savings, exchanges and jobs at the milestones, and the public money beside them."""
    figures = _figures(evidence, MEASURES, evidence.milestones)
    return HowMuch(evidence.milestones, figures, evidence.estimate("public_money", evidence.last))


def when(evidence: Evidence) -> When:
    """Return when savings come, and when the first exchange starts."""
    years = [year for year in evidence.results.years if year >= FIRST_YEAR]
    found = {year: one for year in years if evidence.paired and (one := evidence.estimate("savings", year)) is not None}
    above_from = None
    for year, one in reversed(found.items()):
        if 2 * one.above <= one.runs:
            break
        above_from = year
    final = found.get(evidence.last)
    half = None
    if final is not None and final.verdict in ("more", "alone") and final.mean > 0:
        half = next(year for year, one in found.items() if 2 * one.mean >= final.mean)
    return When(above_from, half, evidence.has_centre, _first_starts(evidence))


def stop(evidence: Evidence) -> Stop | None:
    """Return what becomes of exchanges when support ends; None where there is none."""
    if not evidence.paired or (months := _support(evidence)) is None:
        return None
    ends = int(months[1][:4])
    goes_on = ends >= evidence.last
    years = tuple(dict.fromkeys([min(ends, evidence.last), evidence.last]))
    return Stop(*months, goes_on, years, _figures(evidence, ("operating", "pool_members"), years), _handed_over(evidence))


def gains(evidence: Evidence) -> Gains:
    """Return who gains and who loses."""
    sides = [_of_region(evidence, Formula((f"savings_{side}",), (FIRST_YEAR,), per=MILLION)) for side in ("supplier", "receiver")]
    by_code = _savings_by_code(evidence)
    outside = by_code.pop(OUTSIDE, None)
    home = [code for code in by_code if code in evidence.centre.get("home", ())]
    parts = [_together(by_code, home), _together(by_code, [code for code in by_code if code not in home])] if home else [None, None]
    return Gains(
        evidence.last, *sides, *parts,
        estimate(outside) if outside is not None else None,
        evidence.estimate("tax_revenue", evidence.last),
        {code: estimate(values) for code, values in by_code.items()},
    )  # fmt: skip


def sure(evidence: Evidence) -> Sure:
    """Return how far the runs agree."""
    found = {measure: evidence.estimate(measure, evidence.last) for measure in ("savings", "jobs_retained")}
    figures = {measure: one for measure, one in found.items() if one is not None}
    return Sure(evidence.last, evidence.runs, evidence.results.replicates, figures, _halves(evidence))


def assumed(evidence: Evidence) -> Assumed:
    """Return how much of the input is assumed."""
    grades = evidence.results.grades
    counts = {kind: (by_grade.get("assumed", 0), sum(by_grade.values())) for kind, by_grade in grades.items()}
    number: Any = evidence.input.get("uncertainties", {}).get("jobs", {}).get("closure_sensitivity", {})
    low, high = number.get("low"), number.get("high")
    return Assumed(counts, (low, high) if low is not None and high is not None else None)


def best(evidence: Evidence) -> Best | None:
    """Return the scenario with the highest savings among those held against the same twin; None below two."""
    twins = evidence.results.twins
    names = [name for name, twin in twins.items() if twin == twins.get(evidence.scenario)]
    found = {name: evidence.values("savings", evidence.last, name) for name in names}
    if len(found) < 2 or not found[evidence.scenario].size or not _same_replicates(evidence, names):
        return None
    first = max(names, key=lambda name: found[name].mean())
    others = np.max([values for name, values in found.items() if name != first], axis=0)
    highest = int((found[first] > others).sum())
    money = evidence.estimate("public_money", evidence.last, first)
    return Best(first, evidence.last, estimate(found[first]), money, len(names), highest, found[first].size)


def _figures(evidence: Evidence, measures: Sequence[str], years: Sequence[int]) -> dict[tuple[str, int], Estimate]:
    found = {(measure, year): evidence.estimate(measure, year) for measure in measures for year in years}
    return {key: one for key, one in found.items() if one is not None}


def _first_starts(evidence: Evidence) -> tuple[str, ...]:
    helped = "AND helped_months > 0" if evidence.has_centre else ""
    rows = evidence.results.query(_FIRST_STARTS.format(helped=helped), {"scenario": evidence.scenario, "from": f"{FIRST_YEAR}-01"})
    return tuple(month for (month,) in rows)


def _support(evidence: Evidence) -> tuple[str, str] | None:
    """Return first and last month of the centre's income; else of the years with public money or an added tax."""
    if evidence.has_centre and (months := evidence.results.funded_months().get(evidence.scenario)):
        return months
    told = {"scenario": evidence.scenario}
    first, last = evidence.results.query(_SUPPORTED_YEARS, told)[0]
    return (f"{first}-01", f"{last}-12") if first is not None else None


def _handed_over(evidence: Evidence) -> dict[str, Estimate]:
    """Return the paired difference to the scenario that is the same but handed over, in the last year."""
    other = _counterpart(evidence)
    if other is None or not _same_replicates(evidence, (other, evidence.scenario)):
        return {}
    measures = ("operating", "pool_members", "savings")
    pairs = {m: [evidence.values(m, evidence.last, name) for name in (other, evidence.scenario)] for m in measures}
    return {m: estimate(over - not_over) for m, (over, not_over) in pairs.items() if over.size}


def _same_replicates(evidence: Evidence, scenarios: Sequence[str]) -> bool:
    first, *others = [evidence.replicates(name) for name in scenarios]
    return bool(first) and all(replicates == first for replicates in others)


def _counterpart(evidence: Evidence) -> str | None:
    """Return the scenario whose input differs in nothing but that its centre is handed over."""
    if not evidence.centre or evidence.centre.get("handed_over"):
        return None
    wanted = _without_title(evidence.input)
    wanted["levers"] = wanted["levers"] | {"centre": evidence.centre | {"handed_over": True}}
    return next((name for name, given in evidence.inputs.items() if _without_title(given) == wanted), None)


def _without_title(given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key not in ("title", "label")}


def _of_region(evidence: Evidence, formula: Formula) -> Estimate | None:
    if evidence.last < FIRST_YEAR:
        return None
    values = evidence.by_place(formula, evidence.last, REGION_AND_OUTSIDE).get((evidence.scenario, "region"))
    return estimate(values) if values is not None else None


def _savings_by_code(evidence: Evidence) -> dict[str, np.ndarray]:
    if evidence.last < FIRST_YEAR:
        return {}
    found = evidence.by_place(FORMULAS["savings"], evidence.last)
    return {place: values for (scenario, place), values in found.items() if scenario == evidence.scenario}


def _together(by_code: dict[str, np.ndarray], codes: Sequence[str]) -> Estimate | None:
    return estimate(np.sum([by_code[code] for code in codes], axis=0)) if codes else None


def _halves(evidence: Evidence) -> Halves | None:
    """Split the runs by their closure sensitivity; None where runs are few or it was not drawn."""
    draws, jobs = evidence.draws(SENSITIVITY), evidence.values("jobs_retained", evidence.last)
    drawn = np.array([draws[k] for k in evidence.replicates() if k in draws])
    if not evidence.paired or drawn.size != jobs.size or drawn.size < ENOUGH_TO_HALVE or drawn.min() == drawn.max():
        return None
    order, half = np.argsort(drawn, kind="stable"), drawn.size // 2
    low, high = order[:half], order[-half:]
    return Halves(estimate(jobs[low]), _ends(drawn[low]), estimate(jobs[high]), _ends(drawn[high]))


def _ends(values: np.ndarray) -> tuple[float, float]:
    return float(values.min()), float(values.max())


_FIRST_STARTS = """
    SELECT min(started) AS month FROM cases
    WHERE scenario = $scenario AND started >= $from {helped} GROUP BY replicate ORDER BY month
"""

_SUPPORTED_YEARS = """
    SELECT min(year), max(year) FROM outcomes
    WHERE scenario = $scenario AND variable IN ('public_money', 'added_tax') AND value <> 0
"""
