"""Whether returns to a centre's money rise or fall: what each million bought, in an experiment that varies the money.

`python -m analysis.returns results/returns` writes the table into docs/face-validity.md, after `python run.py run returns`.
Which measures it shows of which years, and which scenarios it sets against each other, stands in docs/returns.yaml.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

from model.experiment.results.intervals import calculation_error

from .page import table, write_between
from .reading.results import Results, open_results
from .texts import MINUS, load

DATA, PAGE = Path("docs/returns.yaml"), Path("docs/face-validity.md")
RETURNS = "<!-- returns: begin -->\n", "<!-- returns: end -->"


class Column(NamedTuple):
    """A column of the table: its heading, the measure it shows, and of which year."""

    heading: str
    measure: str
    year: int


class Compared(NamedTuple):
    """Two scenarios: what a million buys in `more`, over what it buys in `less`."""

    more: str
    less: str


class Asked(NamedTuple):
    """What the table shows."""

    columns: Sequence[Column]
    compared: Sequence[Compared]


def read(path: Path) -> Asked:
    """Return what a data file asks the table to show.

    Parameters
    ----------
    path : Path
        A YAML file with `columns` and `compared`.
    """
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Asked([Column(**one) for one in told["columns"]], [Compared(**one) for one in told["compared"]])


def per_million(results: Results, scenario: str, column: Column) -> dict[int, float]:
    """Return, by replicate, the difference to the twin per m DKK paid out.

    Parameters
    ----------
    results : Results
        The result of an experiment in which the scenario has a twin.
    scenario : str
        The scenario whose money is counted.
    column : Column
        The measure and its year.
    """
    found = _by_replicate(results, scenario, column.measure, column.year)
    money = _by_replicate(results, scenario, "public_money", results.years[-1])
    return {replicate: found[replicate] / money[replicate] for replicate in sorted(found)}


def _by_replicate(results: Results, scenario: str, measure: str, year: int) -> dict[int, float]:
    pairs = results.pairs(measure)
    return {pair.replicate: pair.difference for pair in pairs if (pair.scenario, pair.year) == (scenario, year)}


def returns_table(folder: Path, asked: Asked) -> str:
    """Return the table: per million for each budget, then what more money changes per million.

    Parameters
    ----------
    folder : Path
        A result of the experiment.
    asked : Asked
        What is shown, as `read` returns it.
    """
    with open_results(folder) as results:
        bought = {name: [per_million(results, name, one) for one in asked.columns] for name in results.pairs_by_scenario}
        runs = results.replicates
    rows = [_row(f"`{name}`", [np.array([*one.values()]) for one in values]) for name, values in bought.items()]
    for more, less in asked.compared:
        between = [_paired(*both) for both in zip(bought[more], bought[less], strict=True)]
        rows.append(_row(f"`{more}` {MINUS} `{less}`", between))
    heading = ["per m DKK", *(one.heading for one in asked.columns)]
    return f"Replicates: {runs}.\n\n{table(heading, rows)}"


def _paired(one: dict[int, float], other: dict[int, float]) -> np.ndarray:
    """Return the differences over the replicates that both have."""
    return np.array([value - other[replicate] for replicate, value in one.items() if replicate in other])


def _row(name: str, values: Sequence[np.ndarray]) -> list[str]:
    write = load("en").number
    return [name, *(f"{write(v.mean(), 2)} ± {write(calculation_error(v), 2)}" for v in values)]


def main(arguments: Sequence[str]) -> None:
    """Write the table into the page, between its two marks."""
    write_between(PAGE, *RETURNS, returns_table(Path(arguments[0]), read(DATA)))


if __name__ == "__main__":
    main(sys.argv[1:])
