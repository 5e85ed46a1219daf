"""What one run returns: yearly outcomes, every case ever opened, the centre's diary. Plain data, no behaviour."""

from typing import NamedTuple

import numpy as np

from .months import NEVER


class CaseRecord(NamedTuple):
    """One case, from opening to end. Months are counts since year 0, `months.NEVER` where a stage was not reached."""

    case: str
    supplier: str
    receiver: str
    supplier_municipality: str
    receiver_municipality: str
    supplier_sector: str
    receiver_sector: str
    supplier_size: str
    receiver_size: str
    residual: str
    linkage: str
    mode: str
    distance_km: float
    attempt: int
    opened_by: str
    opened: int
    assessed: int
    matched: int
    started: int
    ended: int
    end_cause: str
    unit: str
    quantity_per_year: float
    price_dkk_per_unit: float
    capital_dkk: float
    """What the two sides paid, grants apart."""
    investment_grant_dkk: float
    helped_months: int
    delivered: float
    savings_supplier_dkk: float
    savings_receiver_dkk: float
    supplier_known: int
    supplier_partners: int
    receiver_partners: int
    private: int
    """1 where its money and fate are not shown: a firm on one side is named."""
    savings_by_year_dkk: np.ndarray
    """float64 [years recorded, 2]: supplier's and receiver's cash savings, set-up cost and capital included."""

    @property
    def exchange(self) -> tuple[str, str, str]:
        """Return what identifies an exchange in run and twin: supplier, receiver, linkage."""
        return self.supplier, self.receiver, self.linkage


class CentreMonth(NamedTuple):
    """One month of the centre's accounts and diary. Money in whole øre, staff in full-time equivalents.

    Money: balance = last balance + income - salaries - overhead - grants. Hours: worked + carried_in = those of the four
    activities + unassigned + lapsed + carried_out; `home_h` is the part of the four spent on its home municipalities.
    """

    month: int
    staff_fte: float
    income_ore: int
    salaries_ore: int
    overhead_ore: int
    grants_ore: int
    balance_ore: int
    worked_h: float
    carried_in_h: float
    visibility_h: float
    screening_h: float
    brokerage_h: float
    gathering_h: float
    home_h: float
    unassigned_h: float
    lapsed_h: float
    carried_out_h: float
    queue: int
    contacted: int
    refused: int
    screened: int
    walk_ins: int
    surveyed: int
    cases_in_hand: int
    cases_helped: int
    cases_proposed: int
    members_invited: int
    pools_organised: int
    reputation: float


class RunResult(NamedTuple):
    """Everything one run leaves behind.

    `outcomes` is float64 [years, municipalities, variables] in the order of `years`, `municipalities` (then
    `outcomes.OUTSIDE` and, where named firms stand apart, `outcomes.NAMED`) and `outcomes.NAMES`. `jobs_lost_by_firm` is
    float64 [years, firms], jobs lost to closure since recording began, weighted by survival; `closed` is int32 [firms], the
    month a firm closed, NEVER where it did not; `jobs` float64 [firms] are those of a firm while it is open.
    `by_month` is float64 [months, municipalities, variables] from `first_month` on, without months where not asked for.
    """

    years: tuple[int, ...]
    municipalities: tuple[str, ...]
    outcomes: np.ndarray
    cases: list[CaseRecord]
    firms: tuple[str, ...]
    jobs_lost_by_firm: np.ndarray
    closed: np.ndarray
    jobs: np.ndarray
    centre: list[CentreMonth]
    draws: dict[str, float]
    by_month: np.ndarray = np.zeros((0, 0, 0))
    first_month: int = NEVER
