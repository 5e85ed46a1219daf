"""The report's way of putting numbers, dates and places into words: each figure asks for its verdict first."""

import itertools
import math
from collections.abc import Mapping, Sequence
from functools import cached_property

from model.outcomes import NAMED, OUTSIDE

from .. import scenario_names
from ..reading.estimate import MORE, NOTHING, SAME, UNCLEAR, Estimate
from ..texts import Texts, decimals_for
from .evidence import Evidence

WRONG = 0.05
"""Chance that anything on a page is said wrongly by luck alone."""


class Words:
    """The sentences of the report in one language, about one result; called with a key below `report` and its values.

    `statements` is how many figures the page states: what is told from nothing is so for all of them together. A page is
    made once to count them (`made`), and once more.
    """

    def __init__(self, evidence: Evidence, texts: Texts, statements: int = 1):
        self.evidence = evidence
        self.texts = texts
        self.statements = statements
        self.made = 0

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence with its values filled in; raise KeyError for a key or value that is missing."""
        return self.texts(f"report.{key}", **values)

    @property
    def without(self) -> str:
        """Return what the scenario is compared with: without a centre, or without the measure."""
        return scenario_names.without_policy(self.evidence.has_centre, self.texts)

    @property
    def scenario(self) -> str:
        """Return what the scenario of the report is called."""
        return self.texts.scenario(self.evidence.scenario)

    @property
    def firms(self) -> str:
        """Return which firms are synthetic."""
        return scenario_names.firms(self.evidence.results, self.texts)

    def verdict(self, one: Estimate) -> str:
        """Count a figure among the statements of the page, and return what may be said of it beside all others."""
        self.made += 1
        return one.verdict(self.statements) if self.evidence.paired else ""

    def more_from(self, by_year: Mapping[int, Estimate]) -> int | None:
        """Return the year from which on a mean is told to be more in every year; None where it is not in the last.

        It is one statement of the page: years are asked from the last one back, as far as they are told, so that what luck
        may do does not add up.
        """
        self.made += 1
        told = itertools.takewhile(lambda year: by_year[year].verdict(self.statements) == MORE, sorted(by_year, reverse=True))
        return min(told, default=None)

    def is_told(self, chance: float) -> bool:
        """Count a statement of the page, and return whether what luck does with this chance may be said beside all others."""
        self.made += 1
        return chance < WRONG / self.statements

    def amount(self, one: Estimate | None) -> str:
        """Write an amount of money that is paid: one that all runs have in common is known, and has no error."""
        unit = self("unit.mdkk")
        fixed = one is not None and (one.runs == 1 or one.deviation < NOTHING)
        return f"{self.size(one)}\N{NO-BREAK SPACE}{unit}" if one and fixed else self.figure(one, unit)

    def figure(self, one: Estimate | None, unit: str = "") -> str:
        """Write a figure with its unit: mean, error and range, or that it is not told from nothing."""
        if one is None:
            return self.texts("table.not_estimated")
        verdict = self.verdict(one)
        if verdict == SAME:
            return self("figure_same")
        told = {"mean": self.mean(one), "unit": f"\N{NO-BREAK SPACE}{unit}" if unit else "", "error": self.error(one)}
        if math.isnan(one.error()):
            return self("figure_alone", **told)
        return self("figure_unclear" if verdict == UNCLEAR else "figure", **told, range=self.range_of(one))

    def outcome(self, value: float, measure: str) -> str:
        """Write what a measure came to in a single run, with its sign and unit."""
        unit = self.texts.sentences.get(f"report.unit.{measure}", "")  # what is counted has none
        counted = not unit and float(value).is_integer()
        number = self.texts.signed(value, 0 if counted else decimals_for([value], 1))
        return f"{number}\N{NO-BREAK SPACE}{unit}" if unit else number

    def range_of(self, one: Estimate) -> str:
        """Write the range of outcomes in brackets; nothing where runs are too few for one."""
        if not one.has_range:
            return ""
        low, high = self.ends(one)
        return self.texts("range.in_brackets", low=low, high=high)

    def mean(self, one: Estimate, decimals: int | None = None) -> str:
        """Write a mean, with its sign where it is a difference."""
        write = self.texts.signed if self.evidence.paired else self.texts.number
        return write(one.mean, _decimals(one) if decimals is None else decimals)

    def size(self, one: Estimate) -> str:
        """Write a mean without its sign: beside a word that tells more from less, or as a level."""
        return self.texts.number(abs(one.mean) if self.evidence.paired else one.mean, _decimals(one))

    def ends(self, one: Estimate, decimals: int | None = None) -> tuple[str, str]:
        """Write the ends of the range of outcomes; whole numbers as such, unless told how many decimals."""
        return self.texts.ends(one.low, one.high, _decimals(one) if decimals is None else decimals)

    def error(self, one: Estimate) -> str:
        """Write the calculation error that holds for all statements of the page together."""
        error = one.error(self.statements)
        return self.texts("table.not_estimated") if math.isnan(error) else self.texts.number(error, _decimals(one))

    def share(self, count: int, runs: int) -> str:
        """Write in how many of the runs something is so."""
        return self("count_all" if count == runs else "count", count=count, runs=runs)

    def month(self, label: str) -> str:
        """Write a month such as 2011-01 in words."""
        return self("month", month=self.texts(f"month.{label[5:]}"), year=label[:4])

    def whole(self, value: float) -> str:
        """Write a number without decimals."""
        return self.texts.number(value, 0)

    def listed(self, parts: Sequence[str]) -> str:
        """Join parts by commas, the last by `and`."""
        return self("and").join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

    def place(self, code: str) -> str:
        """Return what a place is called; its code where no table of the result names it."""
        apart = {OUTSIDE: "body.outside", NAMED: "body.named"}
        return self(apart[code]) if code in apart else self._places.get(code, code)

    @cached_property
    def _places(self) -> dict[str, str]:
        return {place.code: place.name for place in self.evidence.results.places}


def _decimals(one: Estimate) -> int:
    """Return as many decimals as the largest of its numbers needs."""
    return decimals_for([one.mean, one.error(), one.low, one.high], 1)
