"""Quantities of single runs, as a data file describes them, and their value in every run."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

Values = dict[int, float]
"""A value for each replicate."""


class Tables(Protocol):
    """Answers queries over the tables of a result, as `analysis.reading.results.Results` does."""

    def query(self, query: str, values: dict[str, Any] | None = None) -> list[tuple]:
        """Return the rows of a query; `values` fill its `$name`s."""


class Quantity(NamedTuple):
    """A quantity of a run: recorded outcomes, a number of cases, or whatever a query returns.

    Attributes
    ----------
    scenario : str
        The scenario whose runs are looked at.
    less : str
        A scenario whose value in the same replicate is taken away; "" for none.
    outcomes : tuple of str
        Recorded variables that are added up over places and over the years of `sum`, `end` or `change`.
    sum : tuple of int
        First and last year of a sum.
    end : int
        The year whose value counts.
    change : tuple of int
        Two years: the value in the first is taken from that in the second.
    places : tuple of str
        The places whose outcomes count; all where none is given.
    other_than : tuple of str
        Places that do not count.
    cases : str
        A condition in SQL: the number of cases that meet it.
    query : str
        A query in SQL that returns replicate and value of a `$scenario`.
    """

    scenario: str
    less: str = ""
    outcomes: tuple[str, ...] = ()
    sum: tuple[int, ...] = ()
    end: int | None = None
    change: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    other_than: tuple[str, ...] = ()
    cases: str = ""
    query: str = ""


def quantity(described: Mapping[str, Any]) -> Quantity:
    """Return the quantity that a data file describes.

    Parameters
    ----------
    described : mapping
        Attributes of `Quantity` by name.

    Raises
    ------
    ValueError
        Where it is described by none or by several of outcomes, cases and query, or outcomes by none or several spans of years.
    """
    told: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in described.items()}
    one = Quantity(**told)
    kinds = sum(map(bool, (one.outcomes, one.cases, one.query)))
    spans = sum(map(bool, (one.sum, one.end, one.change)))
    if kinds != 1 or spans != bool(one.outcomes):
        raise ValueError(f"a quantity is outcomes over one span of years, cases, or a query: {dict(described)}")
    return one


def values(tables: Tables, wanted: Quantity) -> Values:
    """Return a quantity's value in every replicate that has one.

    Parameters
    ----------
    tables : Tables
        The tables of a result.
    wanted : Quantity
        What is looked for.

    Returns
    -------
    dict of int to float
        By replicate; where a scenario is taken away, of replicates that both have.
    """
    found = _in_scenario(tables, wanted, wanted.scenario)
    if not wanted.less:
        return found
    others = _in_scenario(tables, wanted, wanted.less)
    return {replicate: value - others[replicate] for replicate, value in found.items() if replicate in others}


def _in_scenario(tables: Tables, wanted: Quantity, scenario: str) -> Values:
    if wanted.outcomes:
        query, told = _of_outcomes(wanted)
    else:
        query, told = wanted.query or _NUMBER_OF_CASES.format(condition=wanted.cases), {}
    rows = tables.query(query, told | {"scenario": scenario})
    return {replicate: float(value) for replicate, value in sorted(rows) if value is not None}


def _of_outcomes(wanted: Quantity) -> tuple[str, dict[str, Any]]:
    told: dict[str, Any] = {"outcomes": list(wanted.outcomes), "added": _added(wanted), "taken": list(wanted.change[:1])}
    conditions = ["scenario = $scenario", "variable IN (SELECT unnest($outcomes))"]
    if wanted.places:
        conditions.append("municipality IN (SELECT unnest($places))")
        told["places"] = list(wanted.places)
    if wanted.other_than:
        conditions.append("municipality NOT IN (SELECT unnest($other_than))")
        told["other_than"] = list(wanted.other_than)
    return _SUM_OF_OUTCOMES.format(conditions=" AND ".join(conditions)), told


def _added(wanted: Quantity) -> list[int | None]:
    if wanted.sum:
        return list(range(wanted.sum[0], wanted.sum[1] + 1))
    return [wanted.change[1] if wanted.change else wanted.end]


_SUM_OF_OUTCOMES = """
    SELECT replicate, sum(CASE WHEN list_contains($added::INT[], year) THEN value
        WHEN list_contains($taken::INT[], year) THEN -value ELSE 0 END)
    FROM outcomes WHERE {conditions} GROUP BY replicate
"""

_NUMBER_OF_CASES = "SELECT replicate, count(*) FILTER ({condition}) FROM cases WHERE scenario = $scenario GROUP BY replicate"
