"""What each table of a result holds about a run, as columns."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ... import months
from ...months import NEVER
from ...outcomes import ACCOUNTS, CLASSES, INDEX, NAMES, OUTSIDE, PARTS, REGION, UNITS
from ...record import CaseRecord, CentreMonth, RunResult
from ...recording import Recording
from ..plan.design import Run
from .columns import NUMBER, TEXT, WHOLE, Part, coded, part
from .pairing import Classes, Course, additionality, classes, course, plants

Parts = dict[str, Part]
"""What the tables hold about one run, by table: all but the columns `ABOUT_RUN`."""

BY_MONTH = "outcomes_by_month"
"""The table there is only where months are recorded one by one."""

NAMES_BY_MONTH = tuple(name for name in NAMES if name not in ACCOUNTS)

MONTHS = ("opened", "assessed", "matched", "started", "ended", "month")
"""Columns of records that are month counts, written as texts such as 2011-01."""

PRIVATE = (
    "ended", "end_cause", "price_dkk_per_unit", "capital_dkk", "investment_grant_dkk", "delivered", "savings_supplier_dkk",
    "savings_receiver_dkk",
)  # fmt: skip
"""Columns of cases left empty where one side is a named firm: no table shows somebody's simulated finances or fate."""

SQL_TYPES = {str: TEXT, int: WHOLE, float: NUMBER}

ABOUT_RUN = {"run": TEXT, "scenario": TEXT, "replicate": WHOLE, "draw": WHOLE, "seed": WHOLE}
ABOUT_RUN |= {"twin_run": TEXT, "parameters_hash": TEXT}
"""Columns that have one value in all rows about a run."""


class Told(NamedTuple):
    """A run by its id, its twin, and how it stands against it: both None for one without policy or whose twin failed.

    `recording` says how much of it is kept.
    """

    id: str
    run: Course
    twin: Course | None
    against: Classes | None
    recording: Recording


class Table(NamedTuple):
    """A table of the result: its columns with their SQL types, and what it holds about one run."""

    columns: dict[str, str]
    holds: Callable[[Told], dict[str, Any]]


def tabulated(results: Iterable[tuple[Run, RunResult]]) -> dict[str, Parts]:
    """Return what the tables hold about each run, by its id; twins are among the runs, or have failed."""
    courses = {run.id: (run, course(result)) for run, result in results}
    twins = {run.id: courses[run.twin][1] for run, _ in courses.values() if run.twin in courses}
    return {id: _parts(_told(run, its, twins.get(id))) for id, (run, its) in courses.items()}


def _told(run: Run, its: Course, twin: Course | None) -> Told:
    return Told(run.id, its, twin, classes(its, twin) if twin else None, run.recording)


def _parts(told: Told) -> Parts:
    return {name: part(table.columns, table.holds(told)) for name, table in tables_kept(told.recording).items()}


def tables_kept(recording: Recording) -> dict[str, Table]:
    """Return the tables of a result whose runs are recorded so, by name."""
    return TABLES if recording.by_month else {name: one for name, one in TABLES.items() if name != BY_MONTH}


def _runs(told: Told) -> dict[str, Any]:
    return {"run": [told.id]}


def _outcomes(told: Told) -> dict[str, Any]:
    result = told.run.result
    places, values = _by_place(told, result.outcomes)
    years = np.repeat(np.array(result.years, dtype=np.int16), values[0].size)
    return {"year": years} | _long(places, values, NAMES)


def _by_month(told: Told) -> dict[str, Any]:
    result = told.run.result
    places, values = _by_place(told, result.by_month[..., [INDEX[name] for name in NAMES_BY_MONTH]])
    labels = [months.label(result.first_month + passed) for passed in range(len(values))]
    return {"month": coded(np.repeat(np.arange(len(values)), values[0].size), labels)} | _long(places, values, NAMES_BY_MONTH)


def _by_place(told: Told, values: np.ndarray) -> tuple[Sequence[str], np.ndarray]:
    """Return the places that are recorded, and their values [periods, places, variables]."""
    places = told.run.result.municipalities
    if told.recording.by_municipality:
        return places, values
    outside = places.index(OUTSIDE)
    region = np.delete(values, outside, axis=1).sum(axis=1)
    return (REGION, OUTSIDE), np.stack([region, values[:, outside]], axis=1)


def _long(places: Sequence[str], values: np.ndarray, names: Sequence[str]) -> dict[str, Any]:
    periods, _, variables = values.shape
    in_order = np.tile(np.arange(variables), periods * len(places))
    return {
        "municipality": coded(np.tile(np.repeat(np.arange(len(places)), variables), periods), places),
        "variable": coded(in_order, names),
        "unit": coded(in_order, [UNITS[name] for name in names]),
        "value": values.ravel(),
    }


def _cases(told: Told) -> dict[str, Any]:
    rows = _rows_kept(told)
    cases = told.run.result.cases
    columns, of_case = case_columns([cases[row] for row in rows]), told.run.of_case[rows]
    if told.against is None:
        nothing = [None] * len(rows)
        return columns | {"class": nothing, "months_earlier": nothing}
    kinds, earlier = told.against.kinds[of_case], told.against.months_earlier[of_case]
    return columns | {"class": coded(kinds, CLASSES), "months_earlier": earlier}


def _rows_kept(told: Told) -> np.ndarray:
    """Return which cases are kept: all, those that came to an end within the horizon, or none.

    Of private ones none may be missing where others are kept: their end would show.
    """
    kept, cases = told.recording.cases, told.run.result.cases
    over = (case.ended != NEVER or case.private for case in cases)
    rows = [i for i, ended in enumerate(over) if kept == "all" or (kept == "ended" and ended)]
    return np.array(rows, dtype=np.int64)


def case_columns(cases: Sequence[CaseRecord]) -> dict[str, list[Any]]:
    """Return what is told of cases, by column: None where a stage was not reached, or where it is private."""
    columns = _from_records(CaseRecord, cases)
    columns["end_cause"] = [cause or None for cause in columns["end_cause"]]
    hidden = [i for i, case in enumerate(cases) if case.private]
    for name in PRIVATE:
        for i in hidden:
            columns[name][i] = None
    return columns


def _additionality(told: Told) -> dict[str, Any]:
    if told.twin is None or told.against is None:
        return {}
    parts = additionality(told.run, told.twin, told.against)
    years = len(parts.years)
    return {
        "year": np.repeat(np.array(parts.years, dtype=np.int16), len(PARTS)),
        "class": coded(np.tile(np.arange(len(PARTS)), years), PARTS),
        "exchanges": parts.exchanges.ravel(),
        "pool_members": parts.pool_members.ravel(),
        "savings_dkk": parts.savings_dkk.ravel(),
        "jobs_retained_fte": parts.jobs_retained_fte.ravel(),
    }


def _plants(told: Told) -> dict[str, Any]:
    if told.twin is None:
        return {}
    return plants(told.run.result, told.twin.result)._asdict()


def _draws(told: Told) -> dict[str, Any]:
    drawn = dict(sorted(told.run.result.draws.items()))
    return {"parameter": list(drawn), "value": list(drawn.values())}


def _centre(told: Told) -> dict[str, Any]:
    return _from_records(CentreMonth, told.run.result.centre)


def _from_records(record: Any, rows: Sequence[Any]) -> dict[str, list[Any]]:
    values = dict(zip(record._fields, zip(*rows, strict=True), strict=True)) if rows else {}
    columns = {name: list(values.get(name, ())) for name in _columns(record)}
    for name in MONTHS:
        if name in columns:
            columns[name] = _labels(columns[name])
    return columns


def _labels(counted: list[int]) -> list[str | None]:
    labels = {month: None if month == NEVER else months.label(month) for month in dict.fromkeys(counted)}
    return [labels[month] for month in counted]


def _columns(record: Any) -> dict[str, str]:
    """Return the SQL type of each field of a record that is a single text or number."""
    kinds = {name: kind for name, kind in record.__annotations__.items() if kind in SQL_TYPES}
    return {name: "VARCHAR" if name in MONTHS else SQL_TYPES[kind] for name, kind in kinds.items()}


_WHICH = {"scenario": TEXT, "replicate": WHOLE}

TABLES = {
    "runs": Table(ABOUT_RUN, _runs),
    "outcomes": Table(
        {"scenario": TEXT, "draw": WHOLE, "replicate": WHOLE, "year": WHOLE, "municipality": TEXT}
        | {"variable": TEXT, "unit": TEXT, "value": NUMBER},
        _outcomes,
    ),
    BY_MONTH: Table(
        {"scenario": TEXT, "draw": WHOLE, "replicate": WHOLE, "month": TEXT, "municipality": TEXT}
        | {"variable": TEXT, "unit": TEXT, "value": NUMBER},
        _by_month,
    ),
    "cases": Table({"run": TEXT, **_WHICH, **_columns(CaseRecord), "class": TEXT, "months_earlier": WHOLE}, _cases),
    "additionality": Table(
        {**_WHICH, "year": WHOLE, "class": TEXT, "exchanges": WHOLE, "pool_members": WHOLE}
        | {"savings_dkk": NUMBER, "jobs_retained_fte": NUMBER},
        _additionality,
    ),
    "plants": Table({**_WHICH, "year": WHOLE, "kept": WHOLE, "kept_fte": NUMBER, "lost": WHOLE, "lost_fte": NUMBER}, _plants),
    "draws": Table({**_WHICH, "parameter": TEXT, "value": NUMBER}, _draws),
    "centre": Table({**_WHICH, **_columns(CentreMonth)}, _centre),
}
"""Every table of a result, by name."""
