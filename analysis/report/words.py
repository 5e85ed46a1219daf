"""The report's way of putting numbers, dates and places into words."""

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import scenarios
from model.outcomes import OUTSIDE

from ..texts import Texts, decimals_for
from .estimate import Estimate
from .evidence import Evidence

MUNICIPALITIES = Path(scenarios.__file__).parent / "data" / "municipalities.csv"


class Words:
    """The sentences of the report in one language, about one result; called with a key below `report` and its values."""

    def __init__(self, evidence: Evidence, texts: Texts):
        self.evidence = evidence
        self.texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence with its values filled in; raise KeyError for a key or value that is missing."""
        return self.texts(f"report.{key}", **values)

    @property
    def without(self) -> str:
        """Return what the scenario is compared with: without a centre, or without the measure."""
        return self("without.centre" if self.evidence.has_centre else "without.measure")

    @property
    def scenario(self) -> str:
        """Return what the scenario of the report is called."""
        return self.texts.scenario(self.evidence.scenario)

    @cached_property
    def range(self) -> str:
        """Return which range of outcomes stands beside the means."""
        one = self.evidence.estimate("operating", self.evidence.last)
        return self.texts(f"range.{one.range}") if one else ""

    def figure(self, one: Estimate | None) -> str:
        """Write a mean with range and calculation error; the mean alone where there is one run, nothing where none."""
        if one is None:
            return self.texts("table.not_estimated")
        if math.isnan(one.error):
            return self("figure_alone", mean=self.mean(one))
        low, high = self.ends(one)
        told = {"mean": self.mean(one), "low": low, "high": high, "error": self.error(one)}
        label = self.texts(f"range.{one.range}")
        return self("figure", **told) if label == self.range else self("figure_labelled", range=label, **told)

    def mean(self, one: Estimate, decimals: int | None = None) -> str:
        """Write a mean, with its sign where it is a difference."""
        write = self.texts.signed if self.evidence.paired else self.texts.number
        return write(one.mean, _decimals(one) if decimals is None else decimals)

    def size(self, one: Estimate) -> str:
        """Write a mean without its sign: beside a word that tells more from less, or as a level."""
        return self.texts.number(abs(one.mean) if self.evidence.paired else one.mean, _decimals(one))

    def ends(self, one: Estimate, decimals: int | None = None) -> tuple[str, str]:
        """Write the ends of the range of outcomes; whole numbers as such, unless told how many decimals."""
        whole = one.low.is_integer() and one.high.is_integer()
        shown = (0 if whole else _decimals(one)) if decimals is None else decimals
        return self.texts.number(one.low, shown), self.texts.number(one.high, shown)

    def error(self, one: Estimate, decimals: int | None = None) -> str:
        """Write a calculation error."""
        return self.texts.number(one.error, _decimals(one) if decimals is None else decimals)

    def lines(self, one: Estimate | None, decimals: int) -> list[str]:
        """Write mean, range and calculation error for cells of a table, all with as many decimals."""
        if one is None:
            return [self.texts("table.not_estimated")]
        mean = self.mean(one, decimals)
        if math.isnan(one.error):
            return [mean]
        low, high = self.ends(one, decimals)
        error = self.error(one, decimals)
        return [mean, self.texts("table.from_to", low=low, high=high), self.texts("table.plus_minus", error=error)]

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
        """Return what a municipality is called; its code where no table names it."""
        return self("body.outside") if code == OUTSIDE else self._places.get(code, code)

    @cached_property
    def _places(self) -> Mapping[str, str]:
        if not MUNICIPALITIES.is_file():
            return {}
        with MUNICIPALITIES.open(encoding="utf-8", newline="") as file:
            return {row["code"]: row["name"] for row in csv.DictReader(file)}


def decimals(figures: Iterable[Estimate | None]) -> int:
    """Return the decimals that figures beside each other are written with."""
    return decimals_for([one.mean for one in figures if one], 1)


def _decimals(one: Estimate) -> int:
    return decimals_for([one.mean, one.low, one.high], 1)
