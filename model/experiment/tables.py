"""What each table of a result holds about a run, as columns."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import months
from ..months import NEVER
from ..outcomes import CLASSES, NAMES, OTHER, VARIABLES
from ..record import CaseRecord, CentreMonth
from .pairing import additionality, classes
from .runner import Finished

Arrays = dict[str, np.ndarray]
"""Columns of one length, by name. A masked array has empty cells."""

MONTHS = ("opened", "assessed", "matched", "started", "ended", "month")
"""Columns of records that are month counts, written as texts such as 2011-01."""

PRIVATE = ("ended", "end_cause", "price_dkk_per_unit", "capital_dkk", "savings_supplier_dkk", "savings_receiver_dkk")
"""Columns of cases left empty where one side is a named firm: no table shows a real firm's simulated finances or fate."""

SQL_TYPES = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE"}


class Paired(NamedTuple):
    """A finished run and its twin: None for a run without policy, and where the twin failed."""

    finished: Finished
    twin: Finished | None


class Table(NamedTuple):
    """A table of the result: its columns with their SQL types, and what it holds about one run.

    `holds` returns arrays and lists of one length; a text or number alone stands in every row.
    """

    columns: dict[str, str]
    holds: Callable[[Paired], dict[str, Any]]

    def rows(self, paired: Paired) -> Arrays:
        """Return the rows about one run, in the order of the columns; nothing at all where there are no rows."""
        held = self.holds(paired)
        length = max((len(values) for values in held.values() if not _alone(values)), default=0)
        if length == 0:
            return {}
        return {
            name: _array(kind, [held[name]] * length if _alone(held[name]) else held[name])
            for name, kind in self.columns.items()
        }


def pair(finished: Sequence[Finished]) -> list[Paired]:
    """Return the runs with their twins, by scenario in the order in which these first appear, then by replicate."""
    by_id = {one.run.id: one for one in finished}
    place = {name: i for i, name in enumerate(dict.fromkeys(one.run.name for one in finished))}
    in_order = sorted(finished, key=lambda one: (place[one.run.name], one.run.replicate))
    return [Paired(one, by_id.get(one.run.twin)) for one in in_order]


def is_partner(firm: str) -> bool:
    """Say whether a firm's code is that of a named Kalundborg partner."""
    return firm.startswith("partner-")


def _which(paired: Paired) -> dict[str, Any]:
    return {"scenario": paired.finished.run.name, "replicate": paired.finished.run.replicate}


def _runs(paired: Paired) -> dict[str, Any]:
    run = paired.finished.run
    return _which(paired) | {
        "run": [run.id],
        "draw": run.replicate,
        "seed": run.seed,
        "twin_run": run.twin,
        "parameters_hash": run.parameters,
        "seconds": paired.finished.seconds,
    }


def _outcomes(paired: Paired) -> dict[str, Any]:
    result = paired.finished.result
    years, places, variables = result.outcomes.shape
    return _which(paired) | {
        "draw": paired.finished.run.replicate,
        "year": np.repeat(np.array(result.years, dtype=np.int64), places * variables),
        "municipality": np.tile(np.repeat(_texts(result.municipalities), variables), years),
        "variable": np.tile(_texts(NAMES), years * places),
        "unit": np.tile(_texts(variable.unit for variable in VARIABLES), years * places),
        "value": result.outcomes.ravel(),
    }


def _cases(paired: Paired) -> dict[str, Any]:
    result = paired.finished.result
    columns = case_columns(result.cases)
    against = classes(result, paired.twin.result) if paired.twin else {}
    stands = [against.get(case.exchange, (None, None)) for case in result.cases]
    columns["class"] = [kind for kind, _ in stands]
    columns["months_earlier"] = [earlier for _, earlier in stands]
    return _which(paired) | {"run": paired.finished.run.id} | columns


def case_columns(cases: Sequence[CaseRecord]) -> dict[str, list[Any]]:
    """Return what is told of cases, by column: None where a stage was not reached, or where it is private."""
    columns = _from_records(CaseRecord, cases)
    columns["end_cause"] = [cause or None for cause in columns["end_cause"]]
    named = [is_private(case.supplier, case.receiver) for case in cases]
    for name in PRIVATE:
        columns[name] = [None if hidden else value for value, hidden in zip(columns[name], named, strict=True)]
    return columns


def is_private(supplier: str, receiver: str) -> bool:
    """Say whether a case has a named firm on one side, so that its money and fate are nobody's business."""
    return is_partner(supplier) or is_partner(receiver)


def _additionality(paired: Paired) -> dict[str, Any]:
    if paired.twin is None:
        return {}
    parts = additionality(paired.finished.result, paired.twin.result)
    years = len(parts.years)
    no_other = np.zeros((years, 1), dtype=np.int64)
    return _which(paired) | {
        "year": np.repeat(np.array(parts.years, dtype=np.int64), len(CLASSES) + 1),
        "class": np.tile(_texts((*CLASSES, OTHER)), years),
        "exchanges": np.hstack([parts.exchanges, no_other]).ravel(),
        "pool_members": np.hstack([parts.pool_members, no_other]).ravel(),
        "savings_dkk": parts.savings_dkk.ravel(),
        "jobs_retained_fte": parts.jobs_retained_fte.ravel(),
    }


def _draws(paired: Paired) -> dict[str, Any]:
    drawn = dict(sorted(paired.finished.result.draws.items()))
    return _which(paired) | {"parameter": list(drawn), "value": list(drawn.values())}


def _centre(paired: Paired) -> dict[str, Any]:
    return _which(paired) | _from_records(CentreMonth, paired.finished.result.centre)


def _from_records(record: Any, rows: Sequence[Any]) -> dict[str, list[Any]]:
    columns = {name: [getattr(row, name) for row in rows] for name in _columns(record)}
    for name in MONTHS:
        if name in columns:
            columns[name] = [None if month == NEVER else months.label(month) for month in columns[name]]
    return columns


def _columns(record: Any) -> dict[str, str]:
    """Return the SQL type of each field of a record that is a single text or number."""
    kinds = {name: kind for name, kind in record.__annotations__.items() if kind in SQL_TYPES}
    return {name: "VARCHAR" if name in MONTHS else SQL_TYPES[kind] for name, kind in kinds.items()}


def _alone(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _texts(values: Iterable[str | None]) -> np.ndarray:
    return np.array(list(values), dtype=object)


def _array(kind: str, values: Any) -> np.ndarray:
    if isinstance(values, np.ndarray):
        return values
    if kind == "VARCHAR":
        return _texts(values)
    empty = [value is None for value in values]
    filled = [0 if value is None else value for value in values]
    numbers = np.array(filled, dtype=np.int64 if kind == "BIGINT" else np.float64)
    return np.ma.array(numbers, mask=empty) if any(empty) else numbers


_TEXT, _WHOLE, _NUMBER = "VARCHAR", "BIGINT", "DOUBLE"
_WHICH = {"scenario": _TEXT, "replicate": _WHOLE}

TABLES = {
    "runs": Table(
        {"run": _TEXT, **_WHICH, "draw": _WHOLE, "seed": _WHOLE}
        | {"twin_run": _TEXT, "parameters_hash": _TEXT, "seconds": _NUMBER},
        _runs,
    ),
    "outcomes": Table(
        {"scenario": _TEXT, "draw": _WHOLE, "replicate": _WHOLE, "year": _WHOLE, "municipality": _TEXT}
        | {"variable": _TEXT, "unit": _TEXT, "value": _NUMBER},
        _outcomes,
    ),
    "cases": Table({"run": _TEXT, **_WHICH, **_columns(CaseRecord), "class": _TEXT, "months_earlier": _WHOLE}, _cases),
    "additionality": Table(
        {**_WHICH, "year": _WHOLE, "class": _TEXT, "exchanges": _WHOLE, "pool_members": _WHOLE}
        | {"savings_dkk": _NUMBER, "jobs_retained_fte": _NUMBER},
        _additionality,
    ),
    "draws": Table({**_WHICH, "parameter": _TEXT, "value": _NUMBER}, _draws),
    "centre": Table({**_WHICH, **_columns(CentreMonth)}, _centre),
}
"""Every table of a result, by name."""
