"""What a result folder says of one scenario, run by run: the numbers behind every sentence of the report."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from model.experiment.results.stored_scenario import stored_scenario
from model.outcomes import OUTCOMES_OF, OUTSIDE

from ..reading.estimate import Estimate, Values, estimate
from ..reading.results import Formula, Results, damage_told

BY_PLACE, ALL_PLACES, REGION_AND_OUTSIDE = "municipality", "'all'", f"if(municipality = '{OUTSIDE}', municipality, 'region')"
"""How places are put together, as SQL."""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Evidence:
    """A result folder, asked about the scenario its report speaks of.

    With paired runs everything is a difference to the twin; without, a level.
    """

    def __init__(self, results: Results, folder: Path):
        self.results = results
        self.folder = folder
        self.paired = bool(results.pairs_by_scenario)
        self.scenario = results.reference
        self.years = results.years_shown
        self.last = self.years[-1]
        self.since = results.since
        self._known: dict[str, dict[tuple[str, int], Values]] = {}

    @property
    def runs(self) -> int:
        """Return how many runs stand behind the figures of the scenario."""
        return (self.results.pairs_by_scenario or self.results.without_policy)[self.scenario]

    @property
    def provenance(self) -> dict[str, Any]:
        """Return what the folder says of its making."""
        return self.results.provenance

    @cached_property
    def inputs(self) -> dict[str, dict[str, Any]]:
        """Return every resolved scenario of the folder by name, in the order of the experiment."""
        names = [*self.results.without_policy, *self.results.pairs_by_scenario]
        order = dict.fromkeys([*self.provenance.get("parameters", {}), *names])
        order.pop(self.results.about.trifle, None)
        paths = {name: stored_scenario(self.folder, name) for name in order}
        with damage_told(self.folder):
            return {
                name: yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
                for name, path in paths.items()
                if path.is_file()
            }

    @property
    def input(self) -> dict[str, Any]:
        """Return the resolved scenario the report speaks of, or nothing."""
        return self.inputs.get(self.scenario, {})

    @property
    def centre(self) -> dict[str, Any]:
        """Return the centre of that scenario, or nothing."""
        return self.input.get("levers", {}).get("centre") or {}

    @property
    def has_centre(self) -> bool:
        """Return whether the scenario has a centre: the folder's own record of it where the scenario itself is missing."""
        return bool(self.centre) or (not self.input and self.scenario in self.results.funded_months())

    @property
    def policy(self) -> Sequence[str] | None:
        """Return the first and last month of the scenario's policy, such as 2011-01; None where it has none."""
        return self.results.about.policies.get(self.scenario)

    @property
    def support(self) -> Sequence[str] | None:
        """Return the first and last month in which a centre is funded, or of the policy where there is no centre."""
        return self.results.funded_months().get(self.scenario, self.policy) if self.has_centre else self.policy

    @property
    def end(self) -> str:
        """Return the last month that was run, such as 2024-12."""
        return str(self.input.get("horizon", {}).get("end") or f"{self.results.years[-1]}-12")

    # --- values of all runs ------------------------------------------------------------------------------------------

    def values(self, measure: str, year: int, scenario: str = "") -> Values:
        """Return a measure at the end of a year in every run of a scenario; empty where it was not recorded."""
        if measure not in self._known:
            self._known[measure] = self._read(measure)
        return self._known[measure].get((scenario or self.scenario, year), np.empty(0))

    def outcomes(self, measure: str, year: int, scenario: str = "") -> Values:
        """Return the same as it happened: of jobs, by the closures there were."""
        return self.values(OUTCOMES_OF.get(measure, measure), year, scenario)

    def estimate(self, measure: str, year: int, scenario: str = "") -> Estimate | None:
        """Sum up a measure at the end of a year; None where it was not recorded."""
        values = self.values(measure, year, scenario)
        return estimate(values, self.outcomes(measure, year, scenario)) if values.size else None

    def _read(self, measure: str) -> dict[tuple[str, int], Values]:
        found: dict[tuple[str, int], list[float]] = {}
        if self.paired:
            for pair in self.results.pairs(measure):
                found.setdefault((pair.scenario, pair.year), []).append(pair.difference)
        else:
            for level in self.results.levels(measure):
                found.setdefault((level.scenario, level.year), []).append(level.value)
        return {key: np.array(values) for key, values in found.items()}

    def by_place(self, formula: Formula, year: int, places: str = BY_PLACE) -> dict[tuple[str, str], Values]:
        """Return what a formula gives in every run at the end of a year, by scenario and place as `places` puts them."""
        sign, first = (formula.sign if self.paired else 1), self.results.first_year(formula, year)
        told = {"year": year, "first": first, "plus": list(formula.variables), "less": list(formula.less)}
        query = (_PAIRED if self.paired else _LEVELS).format(places=places)
        found: dict[tuple[str, str], list[float]] = {}
        for scenario, place, value in self.results.query(query, told):
            found.setdefault((scenario, place), []).append(sign * value / formula.per)
        return {key: np.array(values) for key, values in found.items()}

    def replicates(self, scenario: str = "") -> list[int]:
        """Return the replicates of a scenario's values, in their order."""
        query = _PAIRED_REPLICATES if self.paired else _REPLICATES
        return [replicate for (replicate,) in self.results.query(query, {"scenario": scenario or self.scenario})]

    def hours(self, activity: str, year: int) -> Values:
        """Return the hours the scenario's centre spent on an activity in a year, in every run."""
        told = {"scenario": self.scenario, "year": str(year)}
        rows = self.results.query(_HOURS.format(activity=activity), told)
        return np.array([hours for (hours,) in rows if hours is not None])

    def draws(self, parameter: str) -> dict[int, float]:
        """Return what a parameter was drawn as in each replicate of the scenario."""
        return dict(self.results.query(_DRAWS, {"scenario": self.scenario, "parameter": parameter}))


def estimates(evidence: Evidence, measures: Sequence[str], years: Sequence[int]) -> dict[tuple[str, int], Estimate]:
    """Return measures in years, without those that were not recorded."""
    found = {(measure, year): evidence.estimate(measure, year) for measure in measures for year in years}
    return {key: one for key, one in found.items() if one is not None}


def same_replicates(evidence: Evidence, scenarios: Sequence[str]) -> bool:
    """Return whether the values of scenarios belong to the same replicates, one by one."""
    first, *others = [evidence.replicates(name) for name in scenarios]
    return bool(first) and all(replicates == first for replicates in others)


_TOTAL = """
    WITH total AS (
        SELECT scenario, replicate, {{places}} AS place,
            sum(CASE WHEN list_contains($less, variable) THEN -value ELSE value END) AS value
        FROM outcomes
        WHERE (list_contains($plus, variable) OR list_contains($less, variable)) AND year BETWEEN $first AND $year
        GROUP BY ALL
    )
    {select}
"""

_PAIRED = _TOTAL.format(
    select="""
    SELECT pairs.scenario, run.place, run.value - without.value
    FROM pairs JOIN total AS run USING (scenario, replicate)
    JOIN total AS without ON without.scenario = twin AND without.replicate = pairs.replicate AND without.place = run.place
    ORDER BY pairs.place, run.place, pairs.replicate
"""
)

_LEVELS = _TOTAL.format(
    select="""
    SELECT scenario, total.place, value
    FROM runs JOIN total USING (scenario, replicate) WHERE twin_run = '' ORDER BY file_row_number, total.place
"""
)

_HOURS = """
    SELECT sum({activity}_h) FROM centre JOIN pairs USING (scenario, replicate)
    WHERE scenario = $scenario AND month[1:4] = $year GROUP BY replicate ORDER BY replicate
"""

_PAIRED_REPLICATES = "SELECT replicate FROM pairs WHERE scenario = $scenario ORDER BY replicate"

_REPLICATES = "SELECT replicate FROM runs WHERE scenario = $scenario ORDER BY file_row_number"

_DRAWS = """
    SELECT replicate, value FROM draws WHERE scenario = $scenario AND parameter = $parameter ORDER BY replicate
"""
