"""What a run leaves behind, out of its columns."""

import numpy as np

from ..accounts import ORE_PER_DKK
from ..funding import TENTHS
from ..hours import ACTIVITIES, HOME
from ..landscape import Landscape
from ..modes import MODES
from ..months import NEVER, year
from ..outcomes import OUTSIDE
from ..parameters import Parameters, as_dict
from ..record import CaseRecord, CentreMonth, RunResult
from ..recorder import MONEY
from ..scenario import Scenario
from ..streams import Catalogue
from .causes import CAUSES
from .columns import World

OPENED_BY = ("firm", "centre", "historic")


def result_of(w: World, scenario: Scenario, landscape: Landscape, catalogue: Catalogue, parameters: Parameters) -> RunResult:
    """Return the outcomes, cases and diary of a run; cases in the order of opening, ties by identity."""
    horizon = scenario.horizon
    return RunResult(
        years=tuple(range(year(horizon.recorded_from), year(horizon.end) + 1)),
        municipalities=(*scenario.region.municipalities, OUTSIDE),
        outcomes=np.where(MONEY, w.outcomes / ORE_PER_DKK, w.outcomes),
        cases=_cases(w, landscape, catalogue),
        firms=tuple(workplace.code for workplace in landscape.workplaces),
        jobs_lost_by_firm=w.jobs_lost,
        centre=_diary(w),
        draws=as_dict(parameters),
    )


def _cases(w: World, landscape: Landscape, catalogue: Catalogue) -> list[CaseRecord]:
    cases = w.cases[: w.now[0].cases]
    codes = sorted(catalogue.linkages)
    linkages = [catalogue.linkages[code] for code in codes]
    parties = _parties(landscape)
    columns = {name: cases[name].tolist() for name in cases.dtype.names}
    savings = w.savings_ore[: len(cases)] / ORE_PER_DKK
    totals = savings.sum(axis=1).tolist()
    order = np.lexsort((cases["key"], cases["opened"])).tolist()
    records = []
    for i in order:
        linkage = linkages[columns["linkage"][i]]
        supplier, receiver = parties[columns["supplier"][i]], parties[columns["receiver"][i]]
        records.append(
            CaseRecord(
                case=f"{columns['key'][i]:016x}",
                supplier=supplier[0],
                receiver=receiver[0],
                supplier_municipality=supplier[1],
                receiver_municipality=receiver[1],
                supplier_sector=supplier[2],
                receiver_sector=receiver[2],
                supplier_size=supplier[3],
                receiver_size=receiver[3],
                residual=linkage.residual,
                linkage=linkage.code,
                mode=linkage.mode,
                distance_km=columns["km"][i],
                attempt=columns["attempt"][i],
                opened_by=OPENED_BY[columns["opened_by"][i]],
                opened=columns["opened"][i],
                assessed=columns["assessed"][i],
                matched=columns["matched"][i],
                started=columns["started"][i],
                ended=columns["ended"][i],
                end_cause=CAUSES[columns["end_cause"][i]],
                unit=catalogue.residuals[linkage.residual].unit,
                quantity_per_year=columns["quantity"][i],
                price_dkk_per_unit=columns["price"][i],
                capital_dkk=columns["capital_dkk"][i],
                investment_grant_dkk=columns["granted_dkk"][i] if columns["started"][i] != NEVER else 0.0,
                helped_months=columns["helped_months"][i],
                delivered=columns["delivered"][i],
                savings_supplier_dkk=totals[i][0],
                savings_receiver_dkk=totals[i][1],
                supplier_known=columns["supplier_known"][i],
                supplier_partners=columns["supplier_partners"][i],
                receiver_partners=columns["receiver_partners"][i],
                savings_by_year_dkk=savings[i],
            )
        )
    return records


class _parties:
    """Code, municipality, sector and size of parties by row, made when first asked for: most parties have no case."""

    def __init__(self, landscape: Landscape) -> None:
        self._landscape = landscape

    def __getitem__(self, row: int) -> tuple[str, str, str, str]:
        firms = len(self._landscape.workplaces)
        if row >= firms:
            return self._landscape.outside[row - firms].code, OUTSIDE, OUTSIDE, ""
        workplace = self._landscape.workplaces[row]
        return workplace.code, workplace.municipality, workplace.sector.code, workplace.size_class


def _diary(w: World) -> list[CentreMonth]:
    return [_month(int(w.now[0].start) + i, dict(zip(w.diary.dtype.names, entry, strict=True))) for i, entry in enumerate(w.diary.tolist())]


def _month(month: int, entry: dict) -> CentreMonth:
    spent = entry.pop("spent_h")
    return CentreMonth(
        month=month,
        staff_fte=entry.pop("staff_tenths") / TENTHS,
        **{f"{activity}_h": float(sum(hours)) for activity, hours in zip(ACTIVITIES, spent, strict=True)},
        home_h=float(sum(hours[HOME] for hours in spent)),
        **entry,
    )
