"""Reasons of uncertain numbers in Danish."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.report.bases import basis_in

REPORT = Path(__file__).parents[1] / "analysis" / "report"
SCENARIOS = Path(__file__).parents[1] / "scenarios"
DANISH = yaml.safe_load((REPORT / "bases_da.yaml").read_text(encoding="utf-8"))


def bases(content: Any) -> Iterator[str]:
    """Every reason that is given in a file."""
    for key, value in content.items() if isinstance(content, dict) else enumerate(content):
        if isinstance(value, dict | list):
            yield from bases(value)
        elif key == "basis":
            yield value


SHIPPED = {basis for path in SCENARIOS.glob("*.yaml") for basis in bases(yaml.safe_load(path.read_text(encoding="utf-8")))}


def test_every_reason_of_a_shipped_scenario_is_there_in_danish_and_no_other() -> None:
    assert set(DANISH) == SHIPPED
    assert len(set(DANISH.values())) == len(DANISH)


def numbers(text: str, decimal: str) -> list[str]:
    found = "".join(mark if mark.isdigit() or mark in ".," else " " for mark in text).split()
    plain = [one.strip(".,").replace("." if decimal == "," else ",", "").replace(decimal, ".") for one in found]
    return sorted(one for one in plain if one)


@pytest.mark.parametrize("basis", sorted(SHIPPED))
def test_a_danish_reason_has_the_numbers_of_the_english_one(basis: str) -> None:
    assert numbers(basis, ".") == numbers(DANISH[basis], ",")


def test_a_reason_of_ones_own_is_shown_as_it_was_written() -> None:
    assert basis_in("da", "fordi jeg siger det") is None
    assert basis_in("en", "because I say so") == "because I say so"
