"""Whether returns to a centre's money rise or fall: what each million bought, in the experiment `returns`.

`python -m analysis.returns results/returns` writes the table into docs/face-validity.md, after `python run.py run returns`.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from model.experiment.intervals import calculation_error

from .page import write_between
from .results import Results, open_results

PAGE = Path("docs/face-validity.md")
BEGIN, END = "<!-- returns: begin -->\n", "<!-- returns: end -->"
COLUMNS = (
    ("firms screened", "screened", 2024),
    ("matches to 2014", "match", 2014),
    ("two-firm exchanges 2014", "operating", 2014),
    ("two-firm exchanges 2024", "operating", 2024),
    ("savings to 2024, m DKK", "savings", 2024),
)
"""Heading, measure and year."""
COMPARED = (("money_24m", "money_6m"), ("no_learning_24m", "no_learning_6m"), ("no_order_24m", "no_order_6m"))
"""What four times the money buys per million, against once: with all mechanisms, and with one switched off."""


def per_million(results: Results, scenario: str, measure: str, year: int) -> np.ndarray:
    """Return, by replicate, the difference to the twin per m DKK paid out."""
    found = {pair.replicate: pair.difference for pair in _pairs(results, scenario, measure, year)}
    money = {pair.replicate: pair.difference for pair in _pairs(results, scenario, "public_money", results.years[-1])}
    return np.array([found[replicate] / money[replicate] for replicate in sorted(found)])


def _pairs(results: Results, scenario: str, measure: str, year: int):
    return [pair for pair in results.pairs(measure) if (pair.scenario, pair.year) == (scenario, year)]


def table(folder: Path) -> str:
    """Return the table: per million for each budget, then what four times the money changes per million."""
    lines = [f"| per m DKK | {' | '.join(name for name, _, _ in COLUMNS)} |", "|---" * (len(COLUMNS) + 1) + "|"]
    with open_results(folder) as results:
        for scenario in results.pairs_by_scenario:
            lines.append(_line(scenario, [per_million(results, scenario, m, y) for _, m, y in COLUMNS]))
        for more, less in COMPARED:
            differences = [per_million(results, more, m, y) - per_million(results, less, m, y) for _, m, y in COLUMNS]
            lines.append(_line(f"{more} - {less}", differences))
    return "\n".join(lines) + "\n"


def _line(name: str, values: Sequence[np.ndarray]) -> str:
    return f"| `{name}` | {' | '.join(f'{v.mean():.2f} ± {calculation_error(v):.2f}' for v in values)} |"


def main(arguments: Sequence[str]) -> None:
    """Write the table into the page, between its two marks."""
    write_between(PAGE, BEGIN, END, table(Path(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
