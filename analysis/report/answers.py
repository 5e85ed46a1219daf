"""The six answers of a result, as numbers."""

from collections.abc import Sequence

import numpy as np

from model.outcomes import OUTSIDE

from ..results import FIRST_YEAR, FORMULAS, MILLION, Formula
from .certainty import best, bounds, sure
from .estimate import Estimate, estimate
from .evidence import REGION_AND_OUTSIDE, Evidence, estimates
from .findings import MEASURES, Answers, Assumed, Gains, HowMuch
from .timing import stop, when


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
    figures = estimates(evidence, MEASURES, evidence.milestones)
    money = evidence.estimate("public_money", evidence.last)
    return HowMuch(evidence.milestones, figures, money, _above_money(evidence))


def _above_money(evidence: Evidence) -> int:
    """Return in how many runs firms save more than is paid."""
    saved, paid = (evidence.values(measure, evidence.last) for measure in ("savings", "public_money"))
    return int((saved > paid).sum())


def gains(evidence: Evidence) -> Gains:
    """Return who gains and who loses."""
    by_code = _savings_by_code(evidence)
    outside = by_code.pop(OUTSIDE, None)
    home = [code for code in by_code if code in evidence.centre.get("home", ())]
    elsewhere = [code for code in by_code if home and code not in home]
    return Gains(
        year=evidence.last,
        suppliers=_saved_by("supplier", evidence),
        receivers=_saved_by("receiver", evidence),
        home=_together(by_code, home),
        elsewhere=_together(by_code, elsewhere),
        outside=estimate(outside) if outside is not None else None,
        state=evidence.estimate("tax_revenue", evidence.last),
        places={code: estimate(values) for code, values in by_code.items()},
    )


def assumed(evidence: Evidence) -> Assumed:
    """Return how much of the input is assumed."""
    grades = evidence.results.grades
    counts = {kind: (by_grade.get("assumed", 0), sum(by_grade.values())) for kind, by_grade in grades.items()}
    return Assumed(counts, bounds(evidence))


def _saved_by(side: str, evidence: Evidence) -> Estimate | None:
    formula = Formula((f"savings_{side}",), (FIRST_YEAR,), per=MILLION)
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
