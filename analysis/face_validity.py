"""Holds the main job's results against the bands of `docs/face-validity.md`, which were written before the first full run.

`python -m analysis.face_validity results/funding` writes the page's table of results anew. It fits nothing.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np

from .page import write_between

PAGE = Path("docs/face-validity.md")
BEGIN, END = "<!-- results: begin -->\n", "<!-- results: end -->"


class Check(NamedTuple):
    """One believable figure: its name on the page, its band, its unit, and the query that gives a value per replicate."""

    figure: str
    low: float
    high: float
    unit: str
    query: str


def _difference(variable: str, first: int, last: int) -> str:
    return f"""SELECT replicate, sum(CASE scenario WHEN 'centre_12m' THEN value WHEN 'no_centre' THEN -value END)
        FROM outcomes WHERE variable = '{variable}' AND year BETWEEN {first} AND {last}
        AND scenario IN ('centre_12m', 'no_centre') GROUP BY replicate ORDER BY replicate"""


def _level(variable: str, year: int, where: str) -> str:
    return f"(SELECT sum(value) FROM outcomes o WHERE o.replicate = r.replicate AND scenario = 'no_centre' \
AND variable = '{variable}' AND year = {year} AND {where})"


def _by_replicate(expression: str) -> str:
    return f"SELECT replicate, {expression} FROM (SELECT DISTINCT replicate FROM runs) r ORDER BY replicate"


KALUNDBORG, ELSEWHERE, REGION = "municipality = '326'", "municipality NOT IN ('326', 'outside')", "municipality <> 'outside'"
HELPED = "scenario = 'centre_12m' AND mode <> 'pooled' AND (opened_by = 'centre' OR helped_months > 0)"
TWO_FIRM = "scenario = 'centre_12m' AND mode <> 'pooled' AND opened_by <> 'historic'"
MATCHED = "sum((matched BETWEEN '2011-01' AND '2014-12')::INT * (CASE scenario WHEN 'centre_12m' THEN 1 ELSE -1 END))"



def _passed(stage: str, before: str) -> str:
    """Return the query for the part of two-firm cases opened 2011-14 that reached a stage, of those that reached `before`."""
    return f"""SELECT replicate, avg(({stage} IS NOT NULL)::INT) FROM cases WHERE {TWO_FIRM} AND {before} IS NOT NULL
        AND opened BETWEEN '2011-01' AND '2014-12' GROUP BY 1 ORDER BY 1"""


CHECKS = (
    Check("centre of 12 m DKK: staff while funded", 2.5, 4, "FTE",
          "SELECT replicate, avg(staff_fte) FROM centre WHERE scenario = 'centre_12m' AND staff_fte > 0 GROUP BY 1 ORDER BY 1"),
    Check("centre of 12 m DKK: firms screened 2011-14", 100, 280, "firms", _difference("screened", 2011, 2014)),
    Check("centre of 12 m DKK: matches 2011-14, run - twin, two-firm", 25, 80, "cases",
          f"SELECT replicate, {MATCHED} FROM cases WHERE scenario IN ('centre_12m', 'no_centre') AND mode <> 'pooled' "
          "GROUP BY 1 ORDER BY 1"),
    Check("matches per screening", 0.2, 0.5, "per firm screened",
          f"""SELECT replicate, m.v / s.v FROM ({_difference("matched", 2011, 2014)}) m(replicate, v)
          JOIN ({_difference("screened", 2011, 2014)}) s(replicate, v) USING (replicate) ORDER BY 1"""),
    Check("centre of 12 m DKK: two-firm exchanges operating at end 2014, run - twin", 10, 30, "exchanges",
          _difference("operating", 2014, 2014)),
    Check("operating per case opened by the centre or helped by it", 0.10, 0.45, "share",
          f"SELECT replicate, avg((started IS NOT NULL)::INT) FROM cases WHERE {HELPED} GROUP BY 1 ORDER BY 1"),
    Check("no centre: historic Kalundborg links operating in 2011", 12, 16, "exchanges",
          _by_replicate(_level("historic", 2011, KALUNDBORG))),
    Check("no centre: net new exchanges among Kalundborg's partners, 2008-2024", 0, 0.9, "a year",
          _by_replicate(f"({_level('operating', 2024, KALUNDBORG)} - {_level('operating', 2008, KALUNDBORG)}) / 16")),
    Check("no centre: two-firm exchanges elsewhere than Kalundborg in 2011", 0, 1, "per 100 firms",
          _by_replicate(f"100 * {_level('operating', 2011, ELSEWHERE)} / {_level('open_firms', 2011, ELSEWHERE)}")),
    Check("no centre: aware firms outside Kalundborg in 2011", 0, 0.12, "share",
          _by_replicate(f"{_level('aware_firms', 2011, ELSEWHERE)} / {_level('open_firms', 2011, ELSEWHERE)}")),
    Check("savings per diverted tonne", 70, 450, "DKK/t",
          """SELECT replicate, sum(savings_supplier_dkk + savings_receiver_dkk) / sum(delivered) FROM cases
          WHERE scenario = 'centre_12m' AND unit = 't' AND savings_supplier_dkk IS NOT NULL AND delivered > 0
          GROUP BY 1 ORDER BY 1"""),
    Check("jobs retained at end 2017, 12 m DKK", 0, 37, "FTE",
          f"SELECT replicate, -v FROM ({_difference('jobs_lost_weighted', 2008, 2017)}) t(replicate, v)"),
    Check("closures per year", 0.03, 0.10, "share of open firms",
          _by_replicate(f"{_level('closed_firms', 2014, REGION)} / {_level('open_firms', 2014, REGION)}")),
    Check("jobs in open firms, 2008-14, no centre", -0.20, 0, "change",
          _by_replicate(f"{_level('jobs', 2014, REGION)} / {_level('jobs', 2008, REGION)} - 1")),
    Check("first exchange the centre helped starts", 9, 24, "months after January 2011",
          f"""SELECT replicate, min(datediff('month', DATE '2011-01-01', (started || '-01')::DATE)) FROM cases
          WHERE {HELPED} AND started IS NOT NULL GROUP BY 1 ORDER BY 1"""),
    Check("centre of 12 m DKK: two-firm exchanges operating at end 2011, run - twin", 0, 3, "exchanges",
          _difference("operating", 2011, 2011)),
    Check("centre of 12 m DKK: part of screened firms that lie in its three municipalities", 0.4, 0.9, "share",
          "SELECT replicate, sum(CASE WHEN municipality IN ('326', '316', '306') THEN value END) / sum(value) FROM outcomes "
          "WHERE scenario = 'centre_12m' AND variable = 'screened' GROUP BY 1 ORDER BY 1"),
    Check("centre of 12 m DKK: pool members at end 2014, run - twin", 10, 200, "members",
          _difference("pool_members", 2014, 2014)),
    Check("assessed as viable per case opened, 12 m DKK, two-firm", 0.15, 0.7, "share", _passed("assessed", "opened")),
    Check("matched per case assessed as viable, 12 m DKK, two-firm", 0.2, 0.9, "share", _passed("matched", "assessed")),
    Check("operating per match, 12 m DKK, two-firm", 0.4, 0.98, "share", _passed("started", "matched")),
    Check("centre of 24 m DKK: part of residuals of open firms in an exchange at end 2024, the fullest run", 0, 0.3, "share",
          """SELECT 0, max(used) FROM (SELECT replicate, sum(CASE WHEN variable IN ('operating', 'pool_members') THEN value END)
          / sum(CASE WHEN variable = 'residuals' THEN value END) AS used FROM outcomes
          WHERE scenario = 'centre_24m' AND year = 2024 AND municipality <> 'outside' GROUP BY 1)"""),
    Check("CO2e avoided per diverted tonne of material", 0.1, 2, "t/t",
          """SELECT replicate, sum(CASE WHEN variable = 'co2e_material' THEN value END)
          / sum(CASE WHEN variable = 'diverted' THEN value END) FROM outcomes
          WHERE scenario = 'centre_12m' AND year >= 2011 GROUP BY 1 ORDER BY 1"""),
)


def values(folder: Path, check: Check) -> np.ndarray:
    """Return a figure's value in each replicate of a result folder of the main job."""
    with duckdb.connect() as database:
        for table in ("runs", "outcomes", "cases", "centre"):
            database.read_parquet(str(folder / f"{table}.parquet")).create_view(table)
        return np.array([row[1] for row in database.execute(check.query).fetchall() if row[1] is not None], float)


def results_table(folder: Path) -> str:
    """Return the rows of the page: figure, band, mean, smallest to largest, and whether the mean lies in its band."""
    lines = ["| figure | band | model: mean | smallest to largest | |", "|---|---|---|---|---|"]
    for check in CHECKS:
        found = values(folder, check)
        mean = float(found.mean())
        verdict = "within" if check.low <= mean <= check.high else "**missed**"
        spread = f"{_short(found.min())} to {_short(found.max())}"
        band = f"{_short(check.low)} to {_short(check.high)}"
        lines.append(f"| {check.figure} | {band} {check.unit} | {_short(mean)} | {spread} | {verdict} |")
    return "\n".join(lines) + "\n"


def _short(number: float) -> str:
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}"


def main(arguments: Sequence[str]) -> None:
    """Write the results into the page, between its two marks."""
    write_between(PAGE, BEGIN, END, results_table(Path(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
