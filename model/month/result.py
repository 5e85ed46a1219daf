"""What a run leaves behind, out of its columns."""

from typing import Any

import numpy as np

from ..money import ORE_PER_DKK
from ..months import NEVER, year
from ..outcomes import OUTSIDE
from ..record import CaseRecord, CentreMonth, RunResult
from ..scenario.parameters import Parameters, as_dict
from ..scenario.scenario import Scenario
from ..world.landscape import Landscape
from ..world.named import is_private
from ..world.streams import Catalogue
from .causes import CAUSES
from .columns import World
from .funding import TENTHS
from .ground import Ground
from .kinds import ACTIVITIES, HOME
from .recorder import MONEY
from .survival import book_by_place

OPENED_BY = ("firm", "centre", "historic")


def result_of(w: World, scenario: Scenario, ground: Ground, catalogue: Catalogue, parameters: Parameters) -> RunResult:
    """Return the outcomes, cases and diary of a run; cases in the order of opening, ties by identity."""
    horizon, firms, places = scenario.horizon, len(ground.firms), ground.recorded
    parties = w.parties[:firms]
    lost = np.ascontiguousarray(w.jobs_lost.T)
    book_by_place(w.outcomes, lost, parties["jobs"], parties["recorded_at"])
    return RunResult(
        years=tuple(range(year(horizon.recorded_from), year(horizon.end) + 1)),
        municipalities=places,
        outcomes=np.where(MONEY, w.outcomes / ORE_PER_DKK, w.outcomes),
        cases=_cases(w, ground, catalogue),
        firms=ground.firms,
        jobs_lost_by_firm=lost,
        jobs=parties["jobs"].copy(),
        closed=w.profiles["closed"][:firms],
        centre=_diary(w),
        draws=as_dict(parameters),
        by_month=np.where(MONEY, w.by_month / ORE_PER_DKK, w.by_month),
        first_month=horizon.recorded_from,
    )


def _cases(w: World, ground: Ground, catalogue: Catalogue) -> list[CaseRecord]:
    cases = w.cases[: w.now[0].cases]
    order = np.lexsort((cases["key"], cases["opened"]))
    columns = _columns(cases[order], w.savings_ore[: len(cases)][order] / ORE_PER_DKK, ground.landscape, catalogue)
    columns["private"] = _private(cases[order], ground)
    return list(map(CaseRecord, *(columns[name] for name in CaseRecord._fields)))


def _columns(cases: np.ndarray, savings: np.ndarray, landscape: Landscape, catalogue: Catalogue) -> dict[str, Any]:
    """Return the fields of `CaseRecord` as columns."""
    linkages = [catalogue.linkages[code] for code in sorted(catalogue.linkages)]
    used = [linkages[row] for row in cases["linkage"].tolist()]
    columns: dict[str, Any] = {name: cases[name].tolist() for name in CaseRecord._fields if name in (cases.dtype.names or ())}
    for side in ("supplier", "receiver"):
        parties = [_party(row, landscape) for row in cases[side].tolist()]
        for place, what in enumerate(("", "_municipality", "_sector", "_size")):
            columns[side + what] = [party[place] for party in parties]
    return columns | {
        "case": [f"{key:016x}" for key in cases["key"].tolist()],
        "residual": [linkage.residual for linkage in used],
        "linkage": [linkage.code for linkage in used],
        "mode": [linkage.mode for linkage in used],
        "unit": [catalogue.residuals[linkage.residual].unit for linkage in used],
        "distance_km": cases["km"].tolist(),
        "opened_by": [OPENED_BY[by] for by in cases["opened_by"].tolist()],
        "end_cause": [CAUSES[cause] for cause in cases["end_cause"].tolist()],
        "quantity_per_year": cases["quantity"].tolist(),
        "price_dkk_per_unit": cases["price"].tolist(),
        "investment_grant_dkk": np.where(cases["started"] != NEVER, cases["granted_dkk"], 0.0).tolist(),
        "savings_supplier_dkk": savings[:, :, 0].sum(axis=1).tolist(),
        "savings_receiver_dkk": savings[:, :, 1].sum(axis=1).tolist(),
        "savings_by_year_dkk": list(savings),
    }


def _private(cases: np.ndarray, ground: Ground) -> list[int]:
    workplaces, outside = ground.landscape.workplaces, ground.landscape.outside
    named = np.array([*(workplace.named for workplace in workplaces), *[False] * len(outside)], bool)
    sides = named[cases["supplier"]] | named[cases["receiver"]]
    return [int(is_private(side, bool(named.any()), ground.recorded)) for side in sides.tolist()]


def _party(row: int, landscape: Landscape) -> tuple[str, str, str, str]:
    """Return code, municipality, sector and size class of a party."""
    firms = len(landscape.workplaces)
    if row >= firms:
        return landscape.outside[row - firms].code, OUTSIDE, OUTSIDE, ""
    workplace = landscape.workplaces[row]
    return workplace.code, workplace.municipality, workplace.sector.code, workplace.size_class


def _diary(w: World) -> list[CentreMonth]:
    names = w.diary.dtype.names or ()
    return [_month(int(w.now[0].start) + i, dict(zip(names, row, strict=True))) for i, row in enumerate(w.diary.tolist())]


def _month(month: int, entry: dict[str, Any]) -> CentreMonth:
    spent = entry.pop("spent_h")
    hours = {f"{activity}_h": float(sum(of_areas)) for activity, of_areas in zip(ACTIVITIES, spent, strict=True)}
    entry |= hours | {"home_h": float(sum(of_areas[HOME] for of_areas in spent))}
    return CentreMonth(month=month, staff_fte=entry.pop("staff_tenths") / TENTHS, **entry)
