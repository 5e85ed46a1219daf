"""Assumptions, choices and differences as the stored scenarios have them."""

from pathlib import Path
from typing import Any

import pytest
from report_folder import CENTRE, INPUTS, SENSITIVITY, given, report_folder, rows, told

from analysis.report.inputs import GROUP, assumptions, changed, differences, flat, written
from analysis.report.origin import command, origin


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rules = {"price": {"name": "mine.py:a_third#ab12", "file": "rules/mine.py", "hash": "ab12"}}
    return report_folder(tmp_path_factory.mktemp("inputs") / "r", replicates=1, provenance={"rules": rules})


def test_every_uncertain_number_stands_with_range_grade_and_basis(folder: Path) -> None:
    sensitivity = ["jobs.closure_sensitivity", "14", "3 to 25", "assumed", "nobody measured"]
    assert sensitivity in rows(told(folder, assumptions))
    assert ["jobs.closure_sensitivity", "14", "3 til 25", "antaget", "nobody measured"] in rows(told(folder, assumptions, "da"))


def test_a_basis_of_ones_own_is_not_marked_as_of_the_page_s_language(folder: Path) -> None:
    assert '<span lang="">nobody measured</span>' in told(folder, assumptions, "da")


def test_the_choices_of_the_scenario_are_listed_and_what_is_not_chosen_is_not(folder: Path) -> None:
    found = {row[0]: row[1] for row in rows(told(folder, assumptions)) if len(row) == 2}
    assert found["levers.centre.funding[0].total_dkk"] == "12,000,000"
    assert found["levers.centre.funding[0].funder"] == "Fund & friends"
    assert "levers.platform" not in found and not any(key.startswith("uncertainties") for key in found)


def test_texts_of_choices_are_in_the_language_of_the_page(tmp_path: Path) -> None:
    funding = [CENTRE["funding"][0] | {"funder": {"da": "Staten", "en": "the state"}}]
    inputs = INPUTS | {"centre_12m": given(CENTRE | {"funding": funding})}
    found = {row[0]: row[1] for row in rows(told(report_folder(tmp_path, inputs, 1), assumptions, "da")) if len(row) == 2}
    assert found["levers.centre.funding[0].funder"] == "Staten"


def test_what_differs_is_told_as_old_and_new(folder: Path) -> None:
    found = rows(told(folder, differences))
    assert ["handed over", "levers.centre.handed_over: false → true"] in found
    assert ["no centre", "levers.centre: … → nothing"] in found


def test_a_group_that_is_gone_is_one_change_and_one_that_came_is_told_in_full() -> None:
    one, other = dict(flat(given(CENTRE))), dict(flat(given(None)))
    assert changed(one, other) == [("levers.centre", GROUP, None)]
    came = changed(other, one)
    assert ("levers.centre.handed_over", None, False) in came and len(came) == len(one) - len(other) + 1


def test_the_same_scenario_differs_in_nothing() -> None:
    assert changed(dict(flat(given(CENTRE))), dict(flat(given(CENTRE)))) == []


@pytest.mark.parametrize(
    ("value", "english", "danish"),
    [
        (12e6, "12,000,000", "12.000.000"), (0.0006, "0.0006", "0,0006"), (1e-5, "0.00001", "0,00001"), (14, "14", "14"),
        (True, "true", "true"), (None, "nothing", "intet"), (["326", "316"], "326, 316", "326, 316"),
        ([], "nothing", "intet"), ("a, b", "a, b", "a, b"),
    ],
)  # fmt: skip
def test_values_are_written_in_full_as_the_language_writes_numbers(folder: Path, value: Any, english: str, danish: str) -> None:
    assert told(folder, lambda words: written(value, words)) == english
    assert told(folder, lambda words: written(value, words), "da") == danish


def test_the_runs_are_repeated_from_the_stored_scenarios_and_rules(folder: Path) -> None:
    assert told(folder, command) == (
        "python run.py run RESULT/scenarios/no_centre.yaml RESULT/scenarios/centre_12m.yaml RESULT/scenarios/handed_over.yaml "
        "--replicates 1 --seed 7 --engine compiled --rule price=RESULT/rules/mine.py:a_third"
    )
    assert ["Seed", "7"] in rows(told(folder, origin)) and ["Table cases", "bb"] in rows(told(folder, origin))


def test_the_command_repeats_the_scenario_that_differs_by_a_trifle_as_well(tmp_path: Path) -> None:
    scenarios = {"no_centre": "", "centre_12m": "no_centre", "trifle": "no_centre"}
    nothing = {"value": lambda *_: 0.0, "class_values": lambda *_: {}}
    folder = report_folder(tmp_path, replicates=1, scenarios=scenarios, reference={"trifle": "trifle"}, **nothing)
    assert "RESULT/scenarios/trifle.yaml" in told(folder, command)


def test_numbers_without_a_range_are_fixed(tmp_path: Path) -> None:
    fixed = SENSITIVITY | {"low": None, "high": None, "shape": "fixed", "grade": "read"}
    content = given(CENTRE) | {"uncertainties": {"jobs": {"closure_sensitivity": fixed}}}
    report_folder(tmp_path, {"no_centre": given(None), "centre_12m": content}, 1)
    assert ["jobs.closure_sensitivity", "14", "fixed", "read", "nobody measured"] in rows(told(tmp_path, assumptions))
