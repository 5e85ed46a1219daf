"""A run against its twin: how each exchange stands, and what the difference in savings and jobs is made of."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from .. import months
from ..months import NEVER
from ..outcomes import (
    CAME_EARLIER,
    CAME_LATER,
    CLASSES,
    CROWDED_OUT,
    INDEX,
    NEVER_OPERATED,
    OUTSIDE,
    WOULD_HAVE_COME_ANYWAY,
    WOULD_NOT_HAVE_COME,
)
from ..record import CaseRecord, RunResult

Exchange = tuple[str, str, str]
"""Supplier, receiver, linkage: the same exchange in run and twin, however many episodes it had."""

FIRST_YEAR = 2011
"""Savings are cumulated from this year, as the measures in `outcomes.py` are."""

POOLED = "pooled"


class Against(NamedTuple):
    """How one exchange stands against the twin; `months_earlier` is None unless it operated in both."""

    kind: str
    months_earlier: int | None


class Additionality(NamedTuple):
    """What one paired run's difference is made of, by class and year.

    `exchanges` and `pool_members` are int [years, classes]: how many operate at the end of the year, in the run, for
    `crowded_out` in the twin. `savings_dkk` is float [years, classes + 1]: run - twin, cumulated from 2011, firms of the
    region; the last column `other` is what no exchange saved or cost: a tax added on what is disposed of.
    `jobs_retained_fte` is float [years, classes + 1], the last column `other`: twin - run, cumulated over recorded years.
    """

    years: tuple[int, ...]
    exchanges: np.ndarray
    pool_members: np.ndarray
    savings_dkk: np.ndarray
    jobs_retained_fte: np.ndarray


def classes(run: RunResult, twin: RunResult) -> dict[Exchange, Against]:
    """Return the class of every exchange that either of the two opened a case for; the first start counts."""
    with_policy, without = _first_starts(run.cases), _first_starts(twin.cases)
    return {
        exchange: _against(with_policy.get(exchange, NEVER), without.get(exchange, NEVER))
        for exchange in with_policy | without
    }


def additionality(run: RunResult, twin: RunResult) -> Additionality:
    """Return what the difference between a run and its twin is made of. Raises ValueError where they are no pair."""
    if (run.years, run.firms) != (twin.years, twin.firms):
        raise ValueError("run and twin differ in recorded years or in firms: they are not a pair")
    against = classes(run, twin)
    flows = _flow_differences(run, twin, against)
    return Additionality(
        years=run.years,
        exchanges=_operating(run, twin, against, pooled=False),
        pool_members=_operating(run, twin, against, pooled=True),
        savings_dkk=_savings(flows, _added_tax(twin) - _added_tax(run), run.years),
        jobs_retained_fte=_jobs(flows, run, twin),
    )


def _first_starts(cases: Iterable[CaseRecord]) -> dict[Exchange, int]:
    starts: dict[Exchange, int] = {}
    for case in cases:
        earlier = [month for month in (starts.get(case.exchange, NEVER), case.started) if month != NEVER]
        starts[case.exchange] = min(earlier, default=NEVER)
    return starts


def _against(start: int, twin_start: int) -> Against:
    if start == NEVER:
        return Against(NEVER_OPERATED if twin_start == NEVER else CROWDED_OUT, None)
    if twin_start == NEVER:
        return Against(WOULD_NOT_HAVE_COME, None)
    earlier = twin_start - start
    kind = CAME_EARLIER if earlier > 0 else CAME_LATER if earlier < 0 else WOULD_HAVE_COME_ANYWAY
    return Against(kind, earlier)


def _operating(run: RunResult, twin: RunResult, against: dict[Exchange, Against], pooled: bool) -> np.ndarray:
    """Count by the supplier's place, as the recorded stocks do."""
    last_months = np.array([months.month(year, 12) for year in run.years])
    counts = np.zeros((len(run.years), len(CLASSES)), dtype=np.int64)
    for cases, of_twin in ((run.cases, False), (twin.cases, True)):
        for case in cases:
            kind = against[case.exchange].kind
            in_region = case.supplier_municipality != OUTSIDE
            if in_region and (case.mode == POOLED) == pooled and (kind == CROWDED_OUT) == of_twin:
                counts[:, CLASSES.index(kind)] += _runs_at(case, last_months)
    return counts


def _runs_at(case: CaseRecord, last_months: np.ndarray) -> np.ndarray:
    if case.started == NEVER:
        return np.zeros(last_months.shape, dtype=bool)
    return (case.started <= last_months) & ((case.ended == NEVER) | (last_months < case.ended))


class _Flows(NamedTuple):
    """Yearly savings by side, run - twin: row i of `dkk` [rows, years] is `firms[i]` in an exchange of class `kinds[i]`."""

    firms: list[str]
    kinds: np.ndarray
    dkk: np.ndarray


def _flow_differences(run: RunResult, twin: RunResult, against: dict[Exchange, Against]) -> _Flows:
    """Sum run and twin apart before subtracting, so that what is equal in both cancels to exactly zero."""
    ours, theirs = _flows_by_side(run), _flows_by_side(twin)
    nothing = np.zeros(len(run.years))
    sides = list(ours | theirs)
    rows = [ours.get(side, nothing) - theirs.get(side, nothing) for side in sides]
    return _Flows(
        firms=[firm for firm, _ in sides],
        kinds=np.array([CLASSES.index(against[exchange].kind) for _, exchange in sides], dtype=np.int64),
        dkk=np.array(rows).reshape(len(sides), len(run.years)),
    )


def _flows_by_side(result: RunResult) -> dict[tuple[str, Exchange], np.ndarray]:
    """Return yearly savings by (firm, exchange), firms of the region only."""
    flows: dict[tuple[str, Exchange], np.ndarray] = {}
    for case in result.cases:
        sides = ((case.supplier, case.supplier_municipality), (case.receiver, case.receiver_municipality))
        for side, (firm, municipality) in enumerate(sides):
            if municipality != OUTSIDE:
                key = firm, case.exchange
                flows[key] = flows.get(key, 0.0) + case.savings_by_year_dkk[:, side]
    return flows


def _added_tax(result: RunResult) -> np.ndarray:
    """Return, by year, the added tax that firms of the region would owe were everything disposed of."""
    inside = [place for place, code in enumerate(result.municipalities) if code != OUTSIDE]
    return result.outcomes[:, inside, INDEX["added_tax"]].sum(axis=1)


def _savings(flows: _Flows, other: np.ndarray, years: tuple[int, ...]) -> np.ndarray:
    by_class = np.vstack([_sum_rows(flows.dkk, flows.kinds, len(CLASSES)), other])
    counted = np.array(years) >= FIRST_YEAR
    return np.cumsum(by_class * counted, axis=1).T


def _jobs(flows: _Flows, run: RunResult, twin: RunResult) -> np.ndarray:
    """Split each firm's jobs over its exchanges by their difference in savings, where these all point the same way."""
    retained = np.cumsum(twin.jobs_lost_by_firm - run.jobs_lost_by_firm, axis=0).T
    savings = np.cumsum(flows.dkk, axis=1)
    place = {firm: i for i, firm in enumerate(run.firms)}
    rows = np.array([place[firm] for firm in flows.firms], dtype=np.int64)
    gains, losses = (_sum_rows(part, rows, len(run.firms)) for part in (savings.clip(min=0), savings.clip(max=0)))
    one_way = (gains > 0) != (losses < 0)
    per_krone = np.divide(retained, gains + losses, out=np.zeros_like(retained), where=one_way)
    split = _sum_rows(savings * per_krone[rows], flows.kinds, len(CLASSES))
    unsplit = np.where(one_way, 0.0, retained).sum(axis=0)
    return np.column_stack([split.T, unsplit])


def _sum_rows(values: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
    """Return the sum of the rows of each group, [count, columns]."""
    total = np.zeros((count, values.shape[1]))
    np.add.at(total, groups, values)
    return total
