"""What scenarios are called, in two languages, and experiments that name the files of their scenarios."""

from pathlib import Path

import pytest

from model.experiment.plan.design import parameters_hash
from model.scenario.scenario_file import ScenarioError, ScenarioFile, resolved_text
from model.scenario.scenario_table import changes
from model.world.known import load_known

EXPERIMENT = "extends: {parent}\nexperiment: {{replicates: 1, seed: 1, scenarios: {{a: {a}, b: {{rules: {{trust: none}}}}}}}}\n"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def written(name: str, text: str) -> ScenarioFile:
    Path(name).write_text(text, encoding="utf-8")
    return load_known(name)


def fault(name: str, text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        written(name, text)
    return str(caught.value)


def test_a_plain_title_stands_for_both_languages_and_one_language_for_the_other():
    plain = written("plain.yaml", "extends: base\ntitle: Why?\n").title
    danish = written("danish.yaml", "extends: base\ntitle: {da: Hvorfor?}\n").title
    both = written("both.yaml", "extends: base\ntitle: {da: Hvorfor?, en: Why?}\n").title
    assert (plain.da, plain.en) == ("Why?", "Why?")
    assert (danish.da, danish.en) == ("Hvorfor?", "Hvorfor?")
    assert (both.within("da"), both.within("en")) == ("Hvorfor?", "Why?")


def test_a_title_in_one_language_does_not_keep_the_parents_in_the_other():
    written("parent.yaml", "extends: base\ntitle: {da: Hvorfor?, en: Why?}\n")
    assert written("child.yaml", "extends: parent\ntitle: {da: Hvordan?}\n").title.en == "Hvordan?"


def test_a_label_belongs_to_the_file_it_stands_in_and_is_not_inherited():
    assert load_known("centre").scenarios["centre"].label.en == "Centre, 12 m DKK"
    child = written("child.yaml", "extends: centre\n").scenarios["child"]
    assert child.label is None
    assert child.title == load_known("centre").title


def test_names_identify_nothing():
    centre = load_known("centre").scenarios["centre"]
    renamed = written("mine.yaml", "extends: centre\ntitle: Mine\nlabel: {da: Min, en: Mine}\n").scenarios["mine"]
    assert parameters_hash(renamed) == parameters_hash(centre)
    assert changes(renamed, centre) == []


def test_a_resolved_scenario_keeps_its_title_and_label():
    file = written("mine.yaml", "extends: centre\ntitle: {da: Hvor meget?, en: How much?}\nlabel: Mine\n")
    again = written("again.yaml", resolved_text(file.scenarios["mine"])).scenarios["again"]
    assert again == file.scenarios["mine"]


def test_a_file_named_in_an_experiment_makes_its_changes_there():
    a = written("all.yaml", EXPERIMENT.format(parent="base", a="half.yaml")).scenarios["a"]
    assert a == load_known("half").scenarios["half"]


def test_what_the_experiments_file_changes_holds_for_the_files_it_names_too():
    file = written("deep.yaml", EXPERIMENT.format(parent="recession", a="half"))
    a, b = file.scenarios.values()
    assert a.society.demand == load_known("recession").scenarios["recession"].society.demand == b.society.demand
    assert a.levers == load_known("half").scenarios["half"].levers


def test_the_complete_file_named_in_an_experiment_changes_nothing_but_the_name():
    a = written("all.yaml", EXPERIMENT.format(parent="base", a="base")).scenarios["a"]
    assert a == load_known("base").scenarios["base"]


def test_a_file_that_stands_on_another_complete_one_is_refused_with_both_named():
    written("complete.yaml", resolved_text(load_known("base").scenarios["base"]))
    assert "all.yaml:2:53 experiment.scenarios.a: 'complete' changes complete.yaml, and this file" in fault(
        "all.yaml", EXPERIMENT.format(parent="base", a="complete")
    )


@pytest.mark.parametrize(
    ("a", "said"),
    [
        ("funding", "is an experiment of several scenarios; name a file of one"),
        ("hlaf", "did you mean 'half'?"),
        ("../half", "leads out of this file's folder"),
        ("[half]", "a mapping of changes"),
        ("null", "a mapping of changes"),
    ],
)
def test_an_entry_that_cannot_be_made_is_told_at_its_place(a, said):
    told = fault("all.yaml", EXPERIMENT.format(parent="base", a=a))
    assert told.startswith("all.yaml:2:53 experiment.scenarios.a: ")
    assert said in told


def test_every_shipped_scenario_has_a_title_and_a_label_in_both_languages():
    folder = Path(__file__).parents[1] / "scenarios"
    for path in folder.glob("*.yaml"):
        for name, scenario in load_known(path).scenarios.items():
            assert scenario.title.da != scenario.title.en, name
            assert scenario.label is not None, name
