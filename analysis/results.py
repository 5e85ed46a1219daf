"""A result folder, opened for reading: every measure of a run and of its twin, by year."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import yaml

from model.experiment import tablefiles
from model.experiment.seals import known
from model.faults import Told, say
from model.outcomes import OUTSIDE, WOULD_NOT_HAVE_COME
from model.recording import Recording

from .sides import DRAWN, FATES, FLOWS, PLACES, SUMS, Fate, Flow, Place
from .texts import Labels, readable

TABLES = ("runs", "outcomes", "cases", "additionality", "centre")
ADDED_LATER = {
    "draws": "scenario VARCHAR, replicate BIGINT, parameter VARCHAR, value DOUBLE",
    "municipalities": "code VARCHAR, name VARCHAR, lat DOUBLE, lon DOUBLE",
}
"""Tables that older results lack, with the columns read from them: nothing but a few figures needs them."""
FIRST_YEAR = 2011
"""What is cumulated "from 2011" starts here, or with the first recorded year after it."""
RECORDING = 0
"""Stands for the start of recording as the first year of a sum."""


SIGNS_OF_DAMAGE = (duckdb.Error, yaml.YAMLError, ValueError)
"""What is raised where a file of a result is none."""


class NotAResultFolder(Told):
    """The folder lacks the tables of a result."""


class Formula(NamedTuple):
    """How a measure is read from recorded variables, as its expression in `model.outcomes` says.

    The variables are added up, those of `less` taken away, then summed over the years from each of `summed_from` in turn.
    `sign` is -1 for twin - run.
    """

    variables: tuple[str, ...]
    summed_from: tuple[int, ...] = ()
    region_only: bool = False
    sign: int = 1
    per: float = 1.0
    less: tuple[str, ...] = ()


MILLION = 1e6
FORMULAS = {
    "savings": Formula(
        ("savings_supplier", "savings_receiver"), (FIRST_YEAR,), region_only=True, per=MILLION, less=("added_tax",)
    ),
    "run_rate": Formula(("operating_saving",), region_only=True, per=MILLION, less=("added_tax",)),
    "operating": Formula(("operating",), region_only=True),
    "pool_members": Formula(("pool_members",), region_only=True),
    "match": Formula(("matched",), (FIRST_YEAR,)),
    "screened": Formula(("screened",), (FIRST_YEAR,)),  # a twin has no centre, so it screens nobody
    "diverted": Formula(("diverted",), (FIRST_YEAR,)),
    "co2e": Formula(("co2e",), (FIRST_YEAR,)),
    "jobs_retained": Formula(("jobs_lost_weighted",), sign=-1),
    "jobs_retained_realised": Formula(("jobs_lost_realised",), (RECORDING,), sign=-1),
    "job_years": Formula(("jobs_lost_weighted",), (FIRST_YEAR,), sign=-1),
    "public_money": Formula(("public_money",), (FIRST_YEAR,), per=MILLION),
    "tax_revenue": Formula(("added_tax",), (FIRST_YEAR,), per=MILLION, less=("tax_forgone",)),
}
ADDITIONAL = "additional"
"""The measure that is a count of classified exchanges: it has a difference, and no level."""
MEASURES_READ = (*FORMULAS, ADDITIONAL)


class Pair(NamedTuple):
    """A measure in a run and in its twin, in one year; `difference` has the measure's sign."""

    scenario: str
    replicate: int
    year: int
    run: float
    twin: float
    difference: float


class Level(NamedTuple):
    """A measure's recorded sum in a run without policy, in one year."""

    scenario: str
    replicate: int
    year: int
    value: float


class ClassPart(NamedTuple):
    """What one class makes of a paired run's difference in one year; savings are cumulative, in m DKK."""

    scenario: str
    replicate: int
    year: int
    kind: str
    exchanges: int
    savings_mdkk: float


Grades = dict[str, dict[str, int]]
"""Kind of number: grade: how many."""


class Results:
    """The tables of a result folder. Scenarios are in the order of the experiment, replicates and years ascending."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        replicates: int,
        provenance: dict[str, Any],
        folder: Path,
    ):
        self._database = database
        self.folder = folder
        self.labels: Labels = provenance.get("labels", {})
        """What the scenarios are called; one without a label is missing."""
        self.recording = Recording(**provenance.get("recording", {}))
        """How closely its runs were recorded."""
        self.replicates = replicates
        """How many times each scenario was asked for; failed runs are among them."""
        self.grades: Grades = provenance.get("grades", {})
        """How many table rows and uncertain numbers are read, derived or assumed; empty where the result does not say."""
        self.has_added_tax = bool(self._rows("SELECT 1 FROM yearly WHERE has_added_tax LIMIT 1"))
        """Whether any scenario adds to the landfill tax."""
        self.years = tuple(year for (year,) in self._rows("SELECT DISTINCT year FROM yearly ORDER BY year"))
        self.pairs_by_scenario: dict[str, int] = dict(self._rows(_PAIRS_BY_SCENARIO))
        """Number of paired runs of each scenario that has a twin."""
        self.without_policy: dict[str, int] = dict(self._rows(_RUNS_WITHOUT_POLICY))
        """Number of runs of each scenario that is its own twin."""
        self.twins: dict[str, str] = dict(self._rows(_TWINS))
        """The scenario without policy that each scenario with a twin is held against."""
        self.places = tuple(Place(code, readable(name), *seat) for code, name, *seat in self._rows(PLACES))
        """The municipalities simulated; none where the result is too old to tell them."""

    def pairs(self, measure: str) -> list[Pair]:
        """Return a measure of every paired run and year. Raises KeyError for a name not in `MEASURES_READ`."""
        if measure == ADDITIONAL:
            return [Pair(name, k, year, count, 0.0, count) for name, k, year, count in self._rows(_ADDITIONAL)]
        sign = FORMULAS[measure].sign
        rows = self._rows(_PAIRED.format(level=_level(measure)))
        return [Pair(name, k, year, run, twin, sign * (run - twin)) for name, k, year, run, twin in rows]

    def levels(self, measure: str) -> list[Level]:
        """Return a measure's recorded sum in every run without policy; none for `additional`."""
        if measure == ADDITIONAL:
            return []
        return [Level(*row) for row in self._rows(_UNPAIRED.format(level=_level(measure)))]

    def class_parts(self) -> list[ClassPart]:
        """Return what the difference of every paired run is made of."""
        return [ClassPart(*row) for row in self._rows(_CLASS_PARTS)]

    def funded_months(self) -> dict[str, tuple[str, str]]:
        """Return the first and last month with income of each scenario's centre, such as 2011-01."""
        return {scenario: (first, last) for scenario, first, last in self._rows(_FUNDED)}

    def query(self, query: str, values: dict[str, Any] | None = None) -> list[tuple]:
        """Return the rows of a query over the tables and over `yearly` and `pairs`; `values` fill its `$name`s."""
        return self._database.execute(query, values or {}).fetchall()

    def sums(self, scenario: str, variable: str, first: int, last: int) -> dict[tuple[str, str], float]:
        """Return a recorded variable added up over paired runs and years, by side and municipality."""
        rows = self._rows(SUMS, [scenario, variable, first, last])
        return {(side, place): value for side, place, value in rows}

    def fates(self, scenario: str, since: int) -> list[Fate]:
        """Return what became of the cases opened from a year on, in a scenario's paired runs and in their twins."""
        return [Fate(*row) for row in self._rows(FATES, [scenario, f"{since}-01"])]

    def flows(self, scenario: str, year: int) -> list[Flow]:
        """Return the exchanges in operation on 31 December in a scenario's paired runs and in their twins.

        Pooled rounds are left out, and so are exchanges of named firms, of which no table says when they ended.
        """
        return [Flow(*row) for row in self._rows(FLOWS, [scenario, f"{year}-12"])]

    def drawn(self, scenario: str, parameter: str) -> dict[int, float]:
        """Return what each replicate drew for an uncertain number; nothing where it has one value in all runs."""
        return dict(self._rows(DRAWN, [scenario, parameter]))

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple]:
        return self._database.execute(query, values).fetchall()


@contextmanager
def open_results(folder: Path) -> Iterator[Results]:
    """Open a result folder. Raises NotAResultFolder, naming what is missing, and Damaged for what is not as it was written.

    OSError comes of a file that goes while it is read, here and in what the results are used for.
    """
    provenance = known(folder) if folder.is_dir() else {}
    missing = [f"{name}.parquet" for name in TABLES if not (folder / f"{name}.parquet").is_file()]
    if missing:
        raise NotAResultFolder(say("result.no_folder", folder=folder, missing=", ".join(missing)))
    with damage_told(folder, (duckdb.Error,)), tablefiles.reading(folder) as tables:
        for name in TABLES:
            tables.view(name)
        database = tables.database
        for name, columns in ADDED_LATER.items():
            if (folder / f"{name}.parquet").is_file():
                tables.view(name)
            else:
                database.execute(f"CREATE TEMP TABLE {name} ({columns})")
        if not database.execute("SELECT 1 FROM outcomes LIMIT 1").fetchall():
            raise NotAResultFolder(say("result.no_run", folder=folder))
        database.execute(_YEARLY)
        database.execute(_PAIRS)
        yield Results(database, _replicates(provenance, database), provenance, folder)


@contextmanager
def damage_told(folder: Path, errors: tuple[type[Exception], ...] = SIGNS_OF_DAMAGE) -> Iterator[None]:
    """Raise NotAResultFolder, naming what was wrong, for errors that damage brings about: of tables, YAML and JSON."""
    try:
        yield
    except errors as error:
        reason = str(error).split("\n")[0]
        raise NotAResultFolder(say("result.damaged", folder=folder, reason=reason)) from error


def milestones(years: tuple[int, ...], wanted: tuple[int, ...] = (2014, 2024)) -> tuple[int, ...]:
    """Return the wanted years that were recorded, and the last one that was."""
    return tuple(year for year in years if year in wanted or year == years[-1])


def _replicates(provenance: dict[str, Any], database: duckdb.DuckDBPyConnection) -> int:
    if "replicates" in provenance:
        return int(provenance["replicates"])
    return int(database.execute("SELECT coalesce(max(replicate) + 1, 0) FROM runs").fetchall()[0][0])


def _level(measure: str) -> str:
    """Return the query of a measure's value by scenario, replicate and year."""
    query = f"SELECT scenario, replicate, year, {measure} AS value FROM yearly WHERE {measure} IS NOT NULL"
    for first_year in FORMULAS[measure].summed_from:
        query = (
            "SELECT scenario, replicate, year, sum(value) OVER (PARTITION BY scenario, replicate ORDER BY year) AS value"
            f" FROM ({query}) WHERE year >= {first_year}"
        )
    return query


def _in_one_year(formula: Formula) -> str:
    """Return the expression of what a year adds to a measure."""
    counted = f"variable IN ({_quoted(*formula.variables, *formula.less)})"
    places = f" AND municipality <> '{OUTSIDE}'" if formula.region_only else ""
    signed = f"CASE WHEN variable IN ({_quoted(*formula.less)}) THEN -value ELSE value END" if formula.less else "value"
    return f"sum({signed}) FILTER ({counted}{places}) / {formula.per}"


def _quoted(*names: str) -> str:
    return ", ".join(f"'{name}'" for name in names)


_YEARLY = f"""
    CREATE TEMP TABLE yearly AS
    SELECT scenario, replicate, year, bool_or(variable = 'added_tax' AND value <> 0) AS has_added_tax,
        {", ".join(f"{_in_one_year(formula)} AS {measure}" for measure, formula in FORMULAS.items())}
    FROM outcomes GROUP BY scenario, replicate, year
"""
"""All measures in one pass, for the table of outcomes is by far the largest."""

_PAIRS = """
    CREATE TEMP TABLE pairs AS
    SELECT run.scenario, run.replicate, twin.scenario AS twin,
        min(run.file_row_number) OVER (PARTITION BY run.scenario) AS place
    FROM runs AS run JOIN runs AS twin ON run.twin_run = twin.run
"""

_PAIRS_BY_SCENARIO = "SELECT scenario, count(*) FROM pairs GROUP BY scenario ORDER BY min(place)"

_TWINS = "SELECT scenario, any_value(twin) FROM pairs GROUP BY scenario ORDER BY min(place)"

_RUNS_WITHOUT_POLICY = """
    SELECT scenario, count(*) FROM runs WHERE twin_run = '' GROUP BY scenario ORDER BY min(file_row_number)
"""

_PAIRED = """
    WITH level AS ({level})
    SELECT pairs.scenario, pairs.replicate, run.year, run.value, without.value
    FROM pairs JOIN level AS run USING (scenario, replicate)
    JOIN level AS without ON without.scenario = twin AND without.replicate = pairs.replicate AND without.year = run.year
    ORDER BY place, pairs.replicate, run.year
"""

_UNPAIRED = """
    WITH level AS ({level})
    SELECT scenario, replicate, year, value
    FROM runs JOIN level USING (scenario, replicate) WHERE twin_run = '' ORDER BY file_row_number, year
"""

_ADDITIONAL = f"""
    SELECT scenario, replicate, year, exchanges::DOUBLE FROM pairs JOIN additionality USING (scenario, replicate)
    WHERE class = '{WOULD_NOT_HAVE_COME}' ORDER BY place, replicate, year
"""

_CLASS_PARTS = f"""
    SELECT scenario, replicate, year, class, exchanges, savings_dkk / {MILLION}
    FROM pairs JOIN additionality USING (scenario, replicate) ORDER BY place, replicate, file_row_number
"""

_FUNDED = "SELECT scenario, min(month), max(month) FROM centre WHERE income_ore > 0 GROUP BY scenario ORDER BY scenario"
