"""The six answers of a result, as numbers."""

from collections.abc import Sequence

import numpy as np

from model.outcomes import NAMED, OUTSIDE

from ..reading.estimate import Estimate, estimate
from ..reading.results import FORMULAS, MILLION, POLICY, Formula
from .certainty import best, bounds, sure
from .evidence import REGION_AND_OUTSIDE, Evidence, estimates
from .findings import MEASURES, Answers, Assumed, Gains, HowMuch
from .timing import stop, when

CARRIED = {"tax": "landfill_tax_dkk_per_t", "demand": "demand"}
"""Dated values of society, which hold on from their last date."""
SIDES = {
    "suppliers": Formula(("savings_supplier",), (POLICY,), per=MILLION, less=("added_tax",)),
    "receivers": Formula(("savings_receiver",), (POLICY,), per=MILLION),
}
"""What each side saves; a tax added on what is thrown away is the suppliers' to pay."""


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
    """Return savings, exchanges and jobs in the years shown, and the public money beside them."""
    figures = estimates(evidence, MEASURES, evidence.years)
    money, net = (evidence.estimate(measure, evidence.last) for measure in ("public_money", "net_savings"))
    return HowMuch(evidence.years, figures, money, net, _above_money(evidence), _lost(evidence))


def _above_money(evidence: Evidence) -> int:
    """Return in how many runs firms save more than is paid."""
    saved, paid = (evidence.values(measure, evidence.last) for measure in ("savings", "public_money"))
    return int((saved > paid).sum())


def _lost(evidence: Evidence) -> float | None:
    """Return how many jobs closures take on average by the last year in the course without policy."""
    pairs = evidence.results.pairs("jobs_retained")
    lost = [pair.twin for pair in pairs if (pair.scenario, pair.year) == (evidence.scenario, evidence.last)]
    return float(np.mean(lost)) if lost else None


def gains(evidence: Evidence) -> Gains:
    """Return who gains and who loses."""
    by_code = _savings_by_code(evidence)
    apart = {place: by_code.pop(place, None) for place in (OUTSIDE, NAMED)}
    home = [code for code in by_code if code in evidence.centre.get("home", ())]
    elsewhere = [code for code in by_code if home and code not in home]
    in_order = sorted(by_code, key=lambda code: -by_code[code].mean())
    return Gains(
        year=evidence.last,
        suppliers=_saved_by("suppliers", evidence),
        receivers=_saved_by("receivers", evidence),
        home=_together(by_code, home),
        elsewhere=_together(by_code, elsewhere),
        named=_one(apart[NAMED]),
        seats=[place.code for place in evidence.results.places if place.named_firms],
        outside=_one(apart[OUTSIDE]),
        state=evidence.estimate("tax_revenue", evidence.last),
        taxed=bool(evidence.input.get("levers", {}).get("landfill_tax_added_dkk_per_t")),
        places={code: estimate(by_code[code]) for code in in_order},
        lead=estimate(by_code[in_order[0]] - by_code[in_order[1]]) if len(in_order) > 1 else None,
    )


def assumed(evidence: Evidence) -> Assumed:
    """Return how much of the input is assumed, and what is carried on beyond its last known date."""
    grades = evidence.results.grades
    counts = {kind: (by_grade.get("assumed", 0), sum(by_grade.values())) for kind, by_grade in grades.items()}
    society = evidence.input.get("society", {})
    known_to = {name: max(society[key]) for name, key in CARRIED.items() if society.get(key)}
    end = evidence.input.get("horizon", {}).get("end", "")
    return Assumed(counts, bounds(evidence), {name: month for name, month in known_to.items() if month < end})


def _saved_by(side: str, evidence: Evidence) -> Estimate | None:
    found = evidence.by_place(SIDES[side], evidence.last, REGION_AND_OUTSIDE)
    return _one(found.get((evidence.scenario, "region")))


def _one(values: np.ndarray | None) -> Estimate | None:
    return None if values is None else estimate(values)


def _savings_by_code(evidence: Evidence) -> dict[str, np.ndarray]:
    found = evidence.by_place(FORMULAS["savings"], evidence.last)
    return {place: values for (scenario, place), values in found.items() if scenario == evidence.scenario}


def _together(by_code: dict[str, np.ndarray], codes: Sequence[str]) -> Estimate | None:
    return estimate(np.sum([by_code[code] for code in codes], axis=0)) if codes else None
