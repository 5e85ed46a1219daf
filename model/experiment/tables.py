"""What each table of a result holds about a run, as columns."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import months
from ..months import NEVER
from ..outcomes import CLASSES, NAMES, OTHER, UNITS
from ..record import CaseRecord, CentreMonth, RunResult
from .columns import NUMBER, TEXT, WHOLE, Part, coded, part
from .pairing import Classes, Course, additionality, classes, course

Parts = dict[str, Part]
"""What the tables hold about one run, by table: all but the columns `ABOUT_RUN`."""

MONTHS = ("opened", "assessed", "matched", "started", "ended", "month")
"""Columns of records that are month counts, written as texts such as 2011-01."""

PRIVATE = ("ended", "end_cause", "price_dkk_per_unit", "capital_dkk", "savings_supplier_dkk", "savings_receiver_dkk")
"""Columns of cases left empty where one side is a named firm: no table shows a real firm's simulated finances or fate."""

SQL_TYPES = {str: TEXT, int: WHOLE, float: NUMBER}

ABOUT_RUN = {"run": TEXT, "scenario": TEXT, "replicate": WHOLE, "draw": WHOLE, "seed": WHOLE}
ABOUT_RUN |= {"twin_run": TEXT, "parameters_hash": TEXT}
"""Columns that have one value in all rows about a run."""


class Told(NamedTuple):
    """A run by its id, its twin, and how it stands against it: both None for one without policy or whose twin failed."""

    id: str
    run: Course
    twin: Course | None
    against: Classes | None


class Table(NamedTuple):
    """A table of the result: its columns with their SQL types, and what it holds about one run."""

    columns: dict[str, str]
    holds: Callable[[Told], dict[str, Any]]


def tabulated(results: Mapping[str, RunResult], twins: Mapping[str, str]) -> dict[str, Parts]:
    """Return what the tables hold about each run; runs by id, and the id of each one's twin among them, if it has one."""
    courses = {run: course(result) for run, result in results.items()}
    return {run: _parts(_told(run, one, courses.get(twins[run]))) for run, one in courses.items()}


def _told(id: str, run: Course, twin: Course | None) -> Told:
    return Told(id, run, twin, classes(run, twin) if twin else None)


def _parts(told: Told) -> Parts:
    return {name: part(table.columns, table.holds(told)) for name, table in TABLES.items()}


def is_partner(firm: str) -> bool:
    """Say whether a firm's code is that of a named Kalundborg partner."""
    return firm.startswith("partner-")


def _runs(told: Told) -> dict[str, Any]:
    return {"run": [told.id]}


def _outcomes(told: Told) -> dict[str, Any]:
    result = told.run.result
    years, places, variables = result.outcomes.shape
    in_order = np.tile(np.arange(variables), years * places)
    return {
        "year": np.repeat(np.array(result.years, dtype=np.int16), places * variables),
        "municipality": coded(np.tile(np.repeat(np.arange(places), variables), years), result.municipalities),
        "variable": coded(in_order, NAMES),
        "unit": coded(in_order, [UNITS[name] for name in NAMES]),
        "value": result.outcomes.ravel(),
    }


def _cases(told: Told) -> dict[str, Any]:
    columns = case_columns(told.run.result.cases)
    if told.against is None:
        nothing = [None] * len(told.run.of_case)
        return columns | {"class": nothing, "months_earlier": nothing}
    kinds, earlier = told.against.kinds[told.run.of_case], told.against.months_earlier[told.run.of_case]
    return columns | {"class": coded(kinds, CLASSES), "months_earlier": earlier}


def case_columns(cases: Sequence[CaseRecord]) -> dict[str, list[Any]]:
    """Return what is told of cases, by column: None where a stage was not reached, or where it is private."""
    columns = _from_records(CaseRecord, cases)
    columns["end_cause"] = [cause or None for cause in columns["end_cause"]]
    hidden = [i for i, case in enumerate(cases) if is_private(case.supplier, case.receiver)]
    for name in PRIVATE:
        for i in hidden:
            columns[name][i] = None
    return columns


def is_private(supplier: str, receiver: str) -> bool:
    """Say whether a case has a named firm on one side, so that its money and fate are nobody's business."""
    return is_partner(supplier) or is_partner(receiver)


def _additionality(told: Told) -> dict[str, Any]:
    if told.twin is None or told.against is None:
        return {}
    parts = additionality(told.run, told.twin, told.against)
    years = len(parts.years)
    no_other = np.zeros((years, 1), dtype=np.int64)
    return {
        "year": np.repeat(np.array(parts.years, dtype=np.int16), len(CLASSES) + 1),
        "class": coded(np.tile(np.arange(len(CLASSES) + 1), years), (*CLASSES, OTHER)),
        "exchanges": np.hstack([parts.exchanges, no_other]).ravel(),
        "pool_members": np.hstack([parts.pool_members, no_other]).ravel(),
        "savings_dkk": parts.savings_dkk.ravel(),
        "jobs_retained_fte": parts.jobs_retained_fte.ravel(),
    }


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
    "cases": Table({"run": TEXT, **_WHICH, **_columns(CaseRecord), "class": TEXT, "months_earlier": WHOLE}, _cases),
    "additionality": Table(
        {**_WHICH, "year": WHOLE, "class": TEXT, "exchanges": WHOLE, "pool_members": WHOLE}
        | {"savings_dkk": NUMBER, "jobs_retained_fte": NUMBER},
        _additionality,
    ),
    "draws": Table({**_WHICH, "parameter": TEXT, "value": NUMBER}, _draws),
    "centre": Table({**_WHICH, **_columns(CentreMonth)}, _centre),
}
"""Every table of a result, by name."""
