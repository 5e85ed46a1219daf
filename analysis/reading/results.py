"""A result folder, opened for reading: every measure of a run and of its twin, by year."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import yaml

from model.experiment.results import tablefiles
from model.experiment.results.seals import known
from model.faults import Told, say
from model.outcomes import OUTSIDE, WOULD_NOT_HAVE_COME
from model.recording import Recording

from ..texts import Labels, readable
from .sides import DRAWN, FATES, FLOWS, KEPT, PLACES, SUMS, Fate, Flow, Kept, Place

TABLES = ("runs", "outcomes", "cases", "additionality", "plants", "centre", "draws", "municipalities")

SIGNS_OF_DAMAGE = (duckdb.Error, yaml.YAMLError, ValueError)
"""What is raised where a file of a result is none."""


class NotAResultFolder(Told):
    """The folder lacks the tables of a result."""


RECORDING, POLICY = "recording", "policy"
"""From where a sum runs: the start of recording, or the first year in which a policy of the result is at work."""


class Formula(NamedTuple):
    """How a measure is read from recorded variables, as its expression in `model.outcomes` says.

    The variables are added up, those of `less` taken away, then summed over the years from each of `summed_from` in turn.
    `sign` is -1 for twin - run.
    """

    variables: tuple[str, ...]
    summed_from: tuple[str, ...] = ()
    region_only: bool = False
    sign: int = 1
    per: float = 1.0
    less: tuple[str, ...] = ()


MILLION = 1e6
BOTH_SIDES = ("savings_supplier", "savings_receiver")
PUBLIC = ("subsidies", "investment_grants", "guarantees_paid", "feasibility_grants", "tax_forgone")
"""What firms get from the public: grants, and landfill tax that they need not pay."""


def _money(variables: tuple[str, ...], less: tuple[str, ...] = (), region_only: bool = True) -> Formula:
    return Formula(variables, (POLICY,), region_only, per=MILLION, less=less)


FORMULAS = {
    "savings": _money(BOTH_SIDES, ("added_tax",)),
    "transfers": _money(PUBLIC, ("added_tax",)),
    "net_savings": _money(BOTH_SIDES, PUBLIC),
    "run_rate": Formula(("operating_saving",), region_only=True, per=MILLION, less=("added_tax",)),
    "operating": Formula(("operating",), region_only=True),
    "pool_members": Formula(("pool_members",), region_only=True),
    "match": Formula(("matched",), (POLICY,)),
    "screened": Formula(("screened",), (POLICY,)),  # a twin has no centre, so it screens nobody
    "diverted": Formula(("diverted",), (POLICY,)),
    "co2e": Formula(("co2e",), (POLICY,)),
    "jobs_retained": Formula(("jobs_lost_weighted",), sign=-1),
    "jobs_retained_realised": Formula(("jobs_lost_realised",), (RECORDING,), sign=-1),
    "job_years": Formula(("jobs_lost_weighted",), (POLICY,), sign=-1),
    "job_years_realised": Formula(("jobs_lost_realised",), (RECORDING, POLICY), sign=-1),
    "public_money": _money(("public_money",), region_only=False),
    "tax_revenue": _money(("added_tax",), ("tax_forgone",), region_only=False),
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
    """What one part (`outcomes.PARTS`) makes of a paired run's difference in one year; savings are cumulative, in m DKK."""

    scenario: str
    replicate: int
    year: int
    kind: str
    exchanges: int
    savings_mdkk: float


class Reference(NamedTuple):
    """What a report speaks of: see `model.experiment.plan.reference`, where it is made."""

    scenario: str
    years: Sequence[int]
    since: int
    trifle: str
    policies: dict[str, Sequence[str]]
    handed_over: Sequence[str]


Grades = dict[str, dict[str, int]]
"""Kind of number: grade: how many."""


class Results:
    """The tables of a result folder. Scenarios are in the order of the experiment, replicates and years ascending.

    The scenario that differs from the reference by a trifle is no scenario of the result; it is asked for by `trifles`.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, provenance: dict[str, Any], folder: Path):
        self._database = database
        self.folder, self.provenance = folder, provenance
        self.labels: Labels = provenance["labels"]
        """What the scenarios are called; one without a label is missing."""
        self.recording = Recording(**provenance["recording"])
        """How closely its runs were recorded."""
        self.replicates = int(provenance["replicates"])
        """How many times each scenario was asked for; failed runs are among them."""
        self.grades: Grades = provenance["grades"]
        """How many table rows and uncertain numbers are read, derived or assumed; empty where the result does not say."""
        self.about = Reference(**provenance["reference"])
        """What the report of the result speaks of."""
        self.has_added_tax = bool(self._rows("SELECT 1 FROM yearly WHERE has_added_tax LIMIT 1"))
        """Whether any scenario adds to the landfill tax."""
        self.years = tuple(year for (year,) in self._rows("SELECT DISTINCT year FROM yearly ORDER BY year"))
        self.pairs_by_scenario: dict[str, int] = dict(self._rows(_PAIRS_BY_SCENARIO))
        """Number of paired runs of each scenario that has a twin."""
        self.without_policy: dict[str, int] = dict(self._rows(_RUNS_WITHOUT_POLICY))
        """Number of runs of each scenario that is its own twin."""
        self.twins: dict[str, str] = dict(self._rows(_TWINS))
        """The scenario without policy that each scenario with a twin is held against."""
        self.places = tuple(Place(code, readable(name), *more) for code, name, *more in self._rows(PLACES))
        """The municipalities simulated."""
        self.sum_from(self.about.since)

    def sum_from(self, since: int) -> None:
        """Let sums run from another year than that of the first policy month of any scenario."""
        self.since = since
        """The first year of sums."""
        self.pairs, self.levels = cache(self._pairs), cache(self._levels)

    @property
    def reference(self) -> str:
        """The scenario that titles and findings speak of; where all of its runs failed, the first there is."""
        scenarios = [*self.pairs_by_scenario, *self.without_policy]
        return self.about.scenario if self.about.scenario in scenarios else scenarios[0]

    @property
    def years_shown(self) -> tuple[int, ...]:
        """The years that tables show, those recorded of them; the last where none is."""
        return tuple(year for year in self.about.years if year in self.years) or self.years[-1:]

    @property
    def named_firms(self) -> int:
        """How many firms the tables name; all others are synthetic."""
        return sum(place.named_firms for place in self.places)

    def _pairs(self, measure: str) -> list[Pair]:
        """Return a measure of every paired run and year. Raises KeyError for a name not in `MEASURES_READ`."""
        if measure == ADDITIONAL:
            return [Pair(name, k, year, count, 0.0, count) for name, k, year, count in self._rows(_ADDITIONAL)]
        sign = FORMULAS[measure].sign
        rows = self._rows(_PAIRED.format(level=self._level(measure)))
        return [Pair(name, k, year, run, twin, sign * (run - twin)) for name, k, year, run, twin in rows]

    def _levels(self, measure: str) -> list[Level]:
        """Return a measure's recorded sum in every run without policy; none for `additional`."""
        if measure == ADDITIONAL:
            return []
        return [Level(*row) for row in self._rows(_UNPAIRED.format(level=self._level(measure)))]

    def first_year(self, formula: Formula, year: int) -> int:
        """Return the first year a formula sums over by the end of a year; one that sums over none takes the year alone."""
        firsts = {RECORDING: self.years[0], POLICY: self.since}
        return max((firsts[start] for start in formula.summed_from), default=year)

    def _level(self, measure: str) -> str:
        """Return the query of a measure's value by scenario, replicate and year."""
        firsts = {RECORDING: self.years[0], POLICY: self.since}
        query = f"SELECT scenario, replicate, year, {measure} AS value FROM yearly WHERE {measure} IS NOT NULL"
        for start in FORMULAS[measure].summed_from:
            query = (
                "SELECT scenario, replicate, year, sum(value) OVER (PARTITION BY scenario, replicate ORDER BY year) AS value"
                f" FROM ({query}) WHERE year >= {firsts[start]}"
            )
        return query

    def trifles(self, measure: str, year: int) -> list[float]:
        """Return by how much single runs of the reference and of the scenario next to it differ in a measure, by replicate."""
        rows = self._rows(_TRIFLES.format(level=self._level(measure)), [self.reference, self.about.trifle, year])
        return [difference for (difference,) in rows]

    def class_parts(self) -> list[ClassPart]:
        """Return what the difference of every paired run is made of."""
        return [ClassPart(*row) for row in self._rows(_CLASS_PARTS)]

    def kept(self, scenario: str, year: int) -> list[Kept]:
        """Return which plants each paired run has open on one side only at the end of a year."""
        return [Kept(*row) for row in self._rows(KEPT, [scenario, year])]

    def funded_months(self) -> dict[str, tuple[str, str]]:
        """Return the first and last month with income of each scenario's centre, such as 2011-01."""
        return {scenario: (first, last) for scenario, first, last in self._rows(_FUNDED)}

    def query(self, query: str, values: dict[str, Any] | None = None) -> list[tuple]:
        """Return the rows of a query over the tables and over `yearly` and `pairs`; `values` fill its `$name`s."""
        return self._database.execute(query, values or {}).fetchall()

    def sums(self, scenario: str, variable: str, first: int, last: int) -> dict[tuple[str, str], float]:
        """Return a recorded variable added up over paired runs and years, by side and place."""
        rows = self._rows(SUMS, [scenario, variable, first, last])
        return {(side, place): value for side, place, value in rows}

    def fates(self, scenario: str, since: int) -> list[Fate]:
        """Return what became of the cases opened from a year on, in a scenario's paired runs and in their twins."""
        return [Fate(*row) for row in self._rows(FATES, [scenario, f"{since}-01"])]

    def flows(self, scenario: str, year: int) -> list[Flow]:
        """Return the exchanges in operation on 31 December in a scenario's paired runs and in their twins.

        Pooled rounds are left out, and so are private exchanges, of which no table says when they ended.
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
    _require_readable(folder, provenance)
    with damage_told(folder, (duckdb.Error,)), tablefiles.reading(folder) as tables:
        for name in TABLES:
            tables.view(name)
        database = tables.database
        if not database.execute("SELECT 1 FROM outcomes LIMIT 1").fetchall():
            raise NotAResultFolder(say("result.no_run", folder=folder))
        database.execute(_YEARLY)
        database.execute(_PAIRS, [provenance["reference"]["trifle"]])
        yield Results(database, provenance, folder)


def _require_readable(folder: Path, provenance: dict[str, Any]) -> None:
    """Raise NotAResultFolder where tables are missing, or the result is of a version that reckoned what it tells otherwise."""
    outcomes = (folder / "outcomes.parquet").is_file()
    if outcomes and "reference" not in provenance:
        raise NotAResultFolder(say("result.older", folder=folder, version=provenance.get("model", "?")))
    missing = [f"{name}.parquet" for name in TABLES if not (folder / f"{name}.parquet").is_file()]
    if missing:
        raise NotAResultFolder(say("result.no_folder", folder=folder, missing=", ".join(missing)))


@contextmanager
def damage_told(folder: Path, errors: tuple[type[Exception], ...] = SIGNS_OF_DAMAGE) -> Iterator[None]:
    """Raise NotAResultFolder, naming what was wrong, for errors that damage brings about: of tables, YAML and JSON."""
    try:
        yield
    except errors as error:
        reason = str(error).split("\n")[0]
        raise NotAResultFolder(say("result.damaged", folder=folder, reason=reason)) from error


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
    FROM runs AS run JOIN runs AS twin ON run.twin_run = twin.run WHERE run.scenario <> $1
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

_TRIFLES = """
    WITH level AS ({level})
    SELECT other.value - one.value FROM level AS one JOIN level AS other USING (replicate, year)
    WHERE one.scenario = $1 AND other.scenario = $2 AND year = $3 ORDER BY replicate
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
