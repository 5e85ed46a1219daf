"""Takes a region's stocks, and gathers what a run leaves behind."""

from typing import TYPE_CHECKING

import numpy as np

from ..money import ORE_PER_DKK
from ..month.kinds import OPERATING
from ..month.survival import book_by_place
from ..months import NEVER
from ..record import CaseRecord, RunResult
from ..world.named import is_private
from .cases import Case

if TYPE_CHECKING:
    from .region import Region

STOCKS = (
    "operating",
    "historic",
    "pool_members",
    "jobs",
    "jobs_competitiveness",
    "open_firms",
    "aware_firms",
    "known_residuals",
    "residuals",
    "platform_users",
)


def observe(region: "Region") -> None:
    """Take the stocks at the end of a year, and of the horizon; where months are recorded, of every month."""
    of_year = region.month % 12 == 11 or region.month == region.inputs.horizon.end
    if region.recorder.year is None or not (of_year or region.recorder.takes_stocks_monthly):
        return
    stocks = {place: dict.fromkeys(STOCKS, 0.0) for place in region.recorder.municipalities}
    for case in region.cases:
        if case.stage == OPERATING:
            kind = "pool_members" if case.linkage.mode == "pooled" else "operating"
            here = stocks[case.sides[0].recorded_at]
            here[kind] += 1
            here["historic"] += case.opened_by == "historic"
    for firm in region.firms:
        if firm.open:
            here = stocks[firm.recorded_at]
            here["jobs"] += firm.jobs
            here["jobs_competitiveness"] += firm.jobs_from_output()
            here["open_firms"] += 1
            here["aware_firms"] += firm.aware
            here["known_residuals"] += sum(1 for _ in firm.known_supplies())
            here["residuals"] += len(firm.supplies)
    for firm in region.platform.users.values() if region.platform is not None else ():
        stocks[firm.recorded_at]["platform_users"] += 1
    for place, numbers in stocks.items():
        for name, amount in numbers.items():
            region.recorder.stand(name, place, amount, of_year)


def run_result(region: "Region", draws: dict[str, float]) -> RunResult:
    """Return what a run leaves behind; cases in the order of opening, ties by identity."""
    recorder, firms = region.recorder, region.firms
    outcomes, lost = recorder.outcomes(), region.losses.by_firm
    jobs = np.array([firm.jobs for firm in firms])
    places = np.array([recorder.municipalities.index(firm.recorded_at) for firm in firms], np.int64)
    book_by_place(outcomes, lost, jobs, places)
    any_named = any(firm.named for firm in firms)
    cases = sorted([*region.finished, *region.cases], key=lambda case: (case.opened, case.key))
    return RunResult(
        years=recorder.years,
        municipalities=recorder.municipalities,
        outcomes=outcomes,
        cases=[case_record(case, is_private(_named_side(case), any_named, recorder.municipalities)) for case in cases],
        firms=tuple(firm.code for firm in firms),
        jobs_lost_by_firm=lost,
        jobs=jobs,
        closed=np.array([firm.closed for firm in firms], np.int32),
        centre=[entry for centre in region.centres for entry in centre.diary],
        draws=draws,
        by_month=recorder.by_month(),
        first_month=region.inputs.horizon.recorded_from,
    )


def _named_side(case: Case) -> bool:
    return any(side.named for side in case.sides)


def case_record(case: Case, private: bool) -> CaseRecord:
    """Return a case as a row; `private` says that its money and fate are not shown."""
    supplier, receiver = case.sides
    savings = case.savings_ore / ORE_PER_DKK
    return CaseRecord(
        case=f"{case.key:016x}",
        supplier=supplier.code,
        receiver=receiver.code,
        supplier_municipality=supplier.municipality,
        receiver_municipality=receiver.municipality,
        supplier_sector=supplier.sector,
        receiver_sector=receiver.sector,
        supplier_size=supplier.size_class,
        receiver_size=receiver.size_class,
        residual=case.linkage.residual,
        linkage=case.linkage.code,
        mode=case.linkage.mode,
        distance_km=case.pair.km,
        attempt=case.attempt,
        opened_by=case.opened_by,
        opened=case.opened,
        assessed=case.assessed,
        matched=case.matched,
        started=case.started,
        ended=case.ended,
        end_cause=case.end_cause,
        unit=case.pair.supply.residual.unit,
        quantity_per_year=case.quantity,
        price_dkk_per_unit=case.price,
        capital_dkk=case.capital_dkk,
        investment_grant_dkk=case.granted_dkk if case.started != NEVER else 0.0,
        helped_months=case.helped_months,
        delivered=case.delivered,
        savings_supplier_dkk=float(savings[:, 0].sum()),
        savings_receiver_dkk=float(savings[:, 1].sum()),
        supplier_known=case.supplier_known,
        supplier_partners=case.supplier_partners,
        receiver_partners=case.receiver_partners,
        private=int(private),
        savings_by_year_dkk=savings,
    )
