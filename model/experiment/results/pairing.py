"""A run against its twin: how each exchange stands, and what the difference in savings and jobs is made of."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from ... import months
from ...months import NEVER
from ...outcomes import (
    CAME_EARLIER,
    CAME_LATER,
    CLASSES,
    CROWDED_OUT,
    INDEX,
    NAMED,
    NEVER_OPERATED,
    OTHER,
    OUTSIDE,
    PARTS,
    WOULD_HAVE_COME_ANYWAY,
    WOULD_NOT_HAVE_COME,
)
from ...record import CaseRecord, RunResult

Exchange = tuple[str, str, str]
"""Supplier, receiver, linkage: the same exchange in run and twin, however many episodes it had."""

POOLED = "pooled"


class Course(NamedTuple):
    """A run as pairing reads it: reckoned once, however many runs are held against it.

    `exchanges` holds the place of each; `of_case` is int [cases], the place of a case's exchange; `apart` is bool [exchanges],
    those with named firms, where these stand apart; `inside` is bool [cases, 2], whether supplier and receiver are firms of
    the region, `in_region` bool [exchanges, 2] the same; `starts` is int [exchanges], the first start or NEVER; `flows` is
    float [exchanges, years, 2], what these firms save.
    """

    result: RunResult
    exchanges: dict[Exchange, int]
    of_case: np.ndarray
    apart: np.ndarray
    inside: np.ndarray
    starts: np.ndarray
    flows: np.ndarray
    in_region: np.ndarray


class Classes(NamedTuple):
    """How exchanges stand against the twin: the run's in their order, then those that the twin alone has.

    `exchanges` holds the place of each, `of_twin` the places of the twin's, in the twin's order; `kinds` is int
    [exchanges], an index of `outcomes.CLASSES`, and `parts` one of `outcomes.PARTS`, where those with named firms stand
    apart; `months_earlier` is masked where an exchange did not operate in both.
    """

    exchanges: dict[Exchange, int]
    of_twin: np.ndarray
    kinds: np.ndarray
    parts: np.ndarray
    months_earlier: np.ma.MaskedArray


class Additionality(NamedTuple):
    """What one paired run's difference is made of, by class and year.

    All are [years, `outcomes.PARTS`]. `exchanges` and `pool_members`, int: how many operate at the end of the year, in the
    run, for `crowded_out` in the twin. `savings_dkk`, float: run - twin, cumulated over recorded years (nothing differs before
    the first policy month), firms of the region; `other` is what no exchange saved or cost: a tax added on what is disposed
    of. `jobs_retained_fte`, float: twin - run, since recording began. Exchanges with named firms are in no class but one sum.
    """

    years: tuple[int, ...]
    exchanges: np.ndarray
    pool_members: np.ndarray
    savings_dkk: np.ndarray
    jobs_retained_fte: np.ndarray


class Plants(NamedTuple):
    """Plants that a pair has open at the end of a year on one side only, and their jobs; each an array [years].

    `kept` are open in the run and closed in the twin, `lost` the other way round: jobs that closures took from the twin less
    those they took from the run are `kept_fte - lost_fte`.
    """

    year: np.ndarray
    kept: np.ndarray
    kept_fte: np.ndarray
    lost: np.ndarray
    lost_fte: np.ndarray


def course(result: RunResult) -> Course:
    """Return a run as pairing reads it."""
    places: dict[Exchange, int] = {}
    of_case = _whole(places.setdefault(case.exchange, len(places)) for case in result.cases)
    inside = np.array([_inside(case) for case in result.cases], dtype=bool).reshape(-1, 2)
    in_region = np.zeros((len(places), 2), dtype=bool)
    np.logical_or.at(in_region, of_case, inside)
    apart = np.zeros(len(places), dtype=bool)
    if NAMED in result.municipalities:
        np.logical_or.at(apart, of_case, np.array([case.private for case in result.cases], dtype=bool))
    starts = _first_starts(of_case, _whole(case.started for case in result.cases), len(places))
    return Course(result, places, of_case, apart, inside, starts, _flows(result, of_case, inside, len(places)), in_region)


def classes(run: Course, twin: Course) -> Classes:
    """Return the class of every exchange that either of the two opened a case for; the first start counts."""
    places = dict(run.exchanges)
    of_twin = _whole(places.setdefault(exchange, len(places)) for exchange in twin.exchanges)
    start, twin_start = np.full((2, len(places)), NEVER)
    start[: len(run.exchanges)] = run.starts
    twin_start[of_twin] = twin.starts
    in_run, in_twin, earlier = start != NEVER, twin_start != NEVER, twin_start - start
    both = in_run & in_twin
    cases = {
        CAME_EARLIER: both & (earlier > 0),
        CAME_LATER: both & (earlier < 0),
        WOULD_HAVE_COME_ANYWAY: both & (earlier == 0),
        WOULD_NOT_HAVE_COME: in_run & ~in_twin,
        CROWDED_OUT: in_twin & ~in_run,
    }
    kinds = np.select(list(cases.values()), [CLASSES.index(kind) for kind in cases], CLASSES.index(NEVER_OPERATED))
    apart = np.zeros(len(places), dtype=bool)
    apart[of_twin] = twin.apart
    apart[: len(run.exchanges)] |= run.apart
    parts = np.where(apart, PARTS.index(NAMED), kinds)
    return Classes(places, of_twin, kinds, parts, np.ma.array(earlier, mask=~both))


def additionality(run: Course, twin: Course, against: Classes) -> Additionality:
    """Return what the difference between a run and its twin is made of. Raises ValueError where they are no pair."""
    ours, theirs = run.result, twin.result
    if (ours.years, ours.firms) != (theirs.years, theirs.firms):
        raise ValueError("run and twin differ in recorded years or in firms: they are not a pair")
    flows = _flow_differences(run, twin, against)
    return Additionality(
        years=ours.years,
        exchanges=_operating(run, twin, against, pooled=False),
        pool_members=_operating(run, twin, against, pooled=True),
        savings_dkk=_savings(flows, _added_tax(theirs) - _added_tax(ours)),
        jobs_retained_fte=_jobs(flows, ours, theirs),
    )


def plants(run: RunResult, twin: RunResult) -> Plants:
    """Return how many plants a pair has open on one side only, by the closures that happened since recording began."""
    ends, since = np.array([[months.month(year, 12)] for year in run.years]), run.first_month
    closed_run, closed_twin = ((since <= one.closed) & (one.closed <= ends) for one in (run, twin))
    kept, lost = closed_twin & ~closed_run, closed_run & ~closed_twin
    counts = kept.sum(axis=1), kept @ run.jobs, lost.sum(axis=1), lost @ run.jobs
    return Plants(np.array(run.years, np.int16), *counts)


def _inside(case: CaseRecord) -> tuple[bool, bool]:
    return case.supplier_municipality != OUTSIDE, case.receiver_municipality != OUTSIDE


def _flows(result: RunResult, of_case: np.ndarray, inside: np.ndarray, exchanges: int) -> np.ndarray:
    """Return the yearly savings of each exchange's firms of the region; nothing for those from outside."""
    years = len(result.years)
    saved = np.array([case.savings_by_year_dkk for case in result.cases]).reshape(-1, years, 2)
    counted = np.where(inside[:, np.newaxis], saved, 0.0)
    return _sum_rows(counted.reshape(-1, years * 2), of_case, exchanges).reshape(exchanges, years, 2)


def _first_starts(of_case: np.ndarray, started: np.ndarray, exchanges: int) -> np.ndarray:
    late = np.iinfo(np.int64).max
    starts = np.full(exchanges, late)
    np.minimum.at(starts, of_case, np.where(started == NEVER, late, started))
    return np.where(starts == late, NEVER, starts)


def _operating(run: Course, twin: Course, against: Classes, pooled: bool) -> np.ndarray:
    """Count by the supplier's place, as the recorded stocks do."""
    ours = _counts(run, against.parts[run.of_case], pooled)
    theirs = _counts(twin, against.parts[against.of_twin[twin.of_case]], pooled)
    crowded_out = np.arange(len(PARTS)) == PARTS.index(CROWDED_OUT)
    return np.where(crowded_out, theirs, ours)


def _counts(of: Course, parts: np.ndarray, pooled: bool) -> np.ndarray:
    """Count the cases of the region's suppliers that operate at the end of each year, int [years, parts]."""
    last_months = np.array([[months.month(year, 12)] for year in of.result.years])
    started, ended = (_whole(getattr(case, name) for case in of.result.cases) for name in ("started", "ended"))
    counted = np.array([(case.mode == POOLED) == pooled for case in of.result.cases], dtype=bool)
    counted &= of.inside[:, 0] & (started != NEVER)
    operates = counted & (started <= last_months) & ((ended == NEVER) | (last_months < ended))
    return operates.astype(np.int64) @ (parts[:, np.newaxis] == np.arange(len(PARTS))).astype(np.int64)


class _Differences(NamedTuple):
    """Yearly savings by side, run - twin: row i of `dkk` [rows, years] is `firms[i]` in an exchange of `parts[i]`."""

    firms: list[str]
    parts: np.ndarray
    dkk: np.ndarray


def _flow_differences(run: Course, twin: Course, against: Classes) -> _Differences:
    """Sum run and twin apart before subtracting, so that what is equal in both cancels to exactly zero."""
    shape = len(against.exchanges), len(run.result.years), 2
    ours, theirs = np.zeros(shape), np.zeros(shape)
    ours[: len(run.exchanges)] = run.flows
    theirs[against.of_twin] = twin.flows
    in_region = np.zeros((len(against.exchanges), 2), dtype=bool)
    in_region[against.of_twin] = twin.in_region
    in_region[: len(run.exchanges)] |= run.in_region
    firms = [exchange[:2] for exchange in against.exchanges]
    exchange, side = np.nonzero(in_region)
    return _Differences(
        firms=[firms[i][j] for i, j in zip(exchange.tolist(), side.tolist(), strict=True)],
        parts=against.parts[exchange],
        dkk=(ours - theirs)[exchange, :, side],
    )


def _added_tax(result: RunResult) -> np.ndarray:
    """Return, by year, the added tax that firms of the region would owe were everything disposed of."""
    inside = [place for place, code in enumerate(result.municipalities) if code != OUTSIDE]
    return result.outcomes[:, inside, INDEX["added_tax"]].sum(axis=1)


def _savings(flows: _Differences, other: np.ndarray) -> np.ndarray:
    by_part = _sum_rows(flows.dkk, flows.parts, len(PARTS))
    by_part[PARTS.index(OTHER)] += other
    return np.cumsum(by_part, axis=1).T


def _jobs(flows: _Differences, run: RunResult, twin: RunResult) -> np.ndarray:
    """Split each firm's jobs over its exchanges by their difference in savings, where these all point the same way."""
    retained = (twin.jobs_lost_by_firm - run.jobs_lost_by_firm).T
    savings = np.cumsum(flows.dkk, axis=1)
    place = {firm: i for i, firm in enumerate(run.firms)}
    rows = np.array([place[firm] for firm in flows.firms], dtype=np.int64)
    gains, losses = (_sum_rows(part, rows, len(run.firms)) for part in (savings.clip(min=0), savings.clip(max=0)))
    one_way = (gains > 0) != (losses < 0)
    per_krone = np.divide(retained, gains + losses, out=np.zeros_like(retained), where=one_way)
    split = _sum_rows(savings * per_krone[rows], flows.parts, len(PARTS))
    split[PARTS.index(OTHER)] += np.where(one_way, 0.0, retained).sum(axis=0)
    return split.T


def _sum_rows(values: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
    """Return the sum of the rows of each group, [count, columns]; rows are added in their order."""
    columns = values.shape[1]
    cells = groups[:, np.newaxis] * columns + np.arange(columns)
    sums = np.bincount(cells.ravel(), values.ravel(), count * columns)
    return sums.astype(float).reshape(count, columns)  # whole numbers where there is no row


def _whole(numbers: Iterable[int]) -> np.ndarray:
    return np.fromiter(numbers, dtype=np.int64)
