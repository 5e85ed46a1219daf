"""An editor that reads scenarios/scenario.schema.json knows every key, and refuses what is plainly wrong."""

import json
import re
from typing import Any

import pytest
import yaml

from model.experiment.commands.scenario_commands import schema, schema_text
from model.scenario.scenario import Experiment, Scenario, Uncertainties
from model.scenario.scenario_file import load, resolved
from model.shipped import SCENARIOS
from model.world.known import known_names
from tests.bad_input.corpus import FOLDER
from tests.json_schema import faults

FILE = SCENARIOS / "scenario.schema.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


class Loader(yaml.SafeLoader):
    """Reads numbers as YAML 1.2 and so as editors do: 12e6 is one, and `no` is a text."""


Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":float", ":bool", ":timestamp", ":int"))]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for kind, pattern, first in (
    ("int", r"[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("bool", r"(true|True|TRUE|false|False|FALSE)$", "tTfF"),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(pattern), list(first))
Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))


def told(text: str) -> list[str]:
    return faults(yaml.load(text, Loader=Loader), DOCUMENT, DOCUMENT)


def test_the_committed_schema_is_the_current_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text() + "\n", "python run.py schema > scenarios/scenario.schema.json"
    assert schema() == 0
    assert json.loads(capsys.readouterr().out) == DOCUMENT


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_file_fits_and_so_does_what_is_stored_of_it(path: Any) -> None:
    assert told(path.read_text(encoding="utf-8")) == []
    for scenario in load(path, known_names()).scenarios.values():
        assert faults(resolved(scenario), DOCUMENT, DOCUMENT) == []


REFUSED = [
    "unknown_keys/at_the_top",
    "unknown_keys/in_a_group",
    "unknown_keys/in_an_uncertain_number",
    "keys_in_the_wrong_group/too_high",
    "wrong_types/text_for_a_number",
    "wrong_types/list_for_a_number",
    "wrong_types/text_for_a_group",
    "wrong_types/empty_title",
    "wrong_types/part_of_a_whole_number",
    "wrong_units/millions",
    "wrong_units/percent",
    "booleans/yes",
    "negative_money/funding",
    "negative_money/tax",
    "out_of_range/no_months",
    "out_of_range/no_municipality",
    "malformed_dates/month_13",
    "malformed_dates/one_digit_in_dated_values",
    "unknown_rules/price",
    "unknown_rules/targeting",
    "uncertain_numbers/unknown_shape",
    "uncertain_numbers/unknown_grade",
    "experiments/no_replicates",
    "experiments/unknown_key",
    "experiments/name_with_a_space",
]


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_plainly_wrong_is_refused(case: str) -> None:
    assert told((FOLDER / f"{case}.yaml").read_text(encoding="utf-8"))


def test_nothing_is_required_for_a_file_says_only_what_differs() -> None:
    assert '"required"' not in FILE.read_text(encoding="utf-8")
    assert told("extends: base\n") == [] == told("{}")


def test_the_schema_knows_each_key_with_its_meaning_and_unit() -> None:
    assert {*DOCUMENT["properties"]} == {*Scenario.model_fields, "extends", "experiment"}
    assert {*DOCUMENT["$defs"]["Changes"]["properties"]} == {*Scenario.model_fields}
    assert {*DOCUMENT["$defs"]["Experiment"]["properties"]} == {*Experiment.model_fields}
    prices = DOCUMENT["$defs"]["Prices"]["properties"]
    assert prices["wage_dkk_per_h"]["description"].endswith("setting up an exchange (DKK/h)")
    assert DOCUMENT["$defs"]["Funding"]["properties"]["total_dkk"]["description"].endswith("(DKK)")
    for group in Uncertainties.model_fields.values():
        named = DOCUMENT["$defs"].get(group.annotation.__name__) or DOCUMENT["$defs"]["model__scenario__scenario__Platform"]
        assert all("(" in field["description"] for field in named["properties"].values())


def test_names_that_may_be_used_are_listed() -> None:
    rules = DOCUMENT["$defs"]["Rules"]["properties"]
    assert "nash" in rules["price"]["anyOf"][0]["enum"] and "none" in rules["trust"]["anyOf"][0]["enum"]
    assert "largest_first" in DOCUMENT["$defs"]["CentreInputs"]["properties"]["targeting"]["anyOf"][0]["enum"]
    number = DOCUMENT["$defs"]["Uncertain"]["anyOf"][1]["properties"]
    assert number["shape"]["enum"] == ["triangular", "uniform", "loguniform", "fixed"]
    assert number["grade"]["enum"] == ["read", "derived", "assumed"]
    assert told("extends: base\nrules: {price: 'mine.py:a_third#12ab'}\n") == []
