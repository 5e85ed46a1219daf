"""The base file reads as a manual: what the schema says of a value stands above it, and no value is left out."""

import re

import pytest
import yaml

from model.scenario.levers import Levers
from model.scenario.scenario import Scenario, Uncertainties
from model.scenario.schema import Uncertain
from model.shipped import SCENARIOS

LINES = (SCENARIOS / "base.yaml").read_text(encoding="utf-8").splitlines()
CONTENT = yaml.safe_load("\n".join(LINES))
NUMBERS = [(group, name) for group, kind in Uncertainties.model_fields.items() for name in kind.annotation.model_fields]


@pytest.mark.parametrize(("group", "name"), NUMBERS, ids=".".join)
def test_meaning_and_unit_stand_above_an_uncertain_number_and_its_grade_and_basis_beside_it(group, name):
    field = Uncertainties.model_fields[group].annotation.model_fields[name]
    (place,) = [i for i, line in enumerate(LINES) if line.startswith(f"    {name}: {{") and _group_of(i) == group]
    assert LINES[place - 1].strip() == f"# {field.description} ({field.json_schema_extra['unit']})"
    written = CONTENT["uncertainties"][group][name]
    assert {"value", "grade", "basis"} <= set(written) <= set(Uncertain.model_fields)
    assert {"low", "high", "shape"} <= set(written) or name in ("event_size", *_FIXED)


_FIXED = ("learning_per_month", "trust_threshold", "knowledge_threshold")


def _group_of(place: int) -> str:
    return next(found[1] for line in reversed(LINES[:place]) if (found := re.fullmatch(r"  (\w+):", line)))


def test_every_group_and_every_lever_stands_in_the_file():
    assert set(CONTENT) == set(Scenario.model_fields)
    for name in ("horizon", "region", "society", "rules", "levers"):
        assert set(CONTENT[name]) == set(Scenario.model_fields[name].annotation.model_fields), name


def test_its_levers_are_those_of_no_policy():
    assert Levers.model_validate(CONTENT["levers"]) == Levers()


def test_the_centres_file_explains_every_key_of_a_centre():
    centre = yaml.safe_load((SCENARIOS / "centre.yaml").read_text(encoding="utf-8"))["levers"]["centre"]
    kind = Levers.model_fields["centre"].annotation.__args__[0]
    assert set(centre) == set(kind.model_fields)
