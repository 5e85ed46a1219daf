"""Sweeps over levers, and --set: what scenarios they make of a file."""

from itertools import product
from pathlib import Path

import pytest

import run
from model.experiment.plan.design import plan
from model.scenario.scenario_file import ScenarioError, ScenarioFile
from model.world.known import load_known

FILE = """\
title: a sweep
extends: base
experiment:
  replicates: 2
  seed: 3
  scenarios:
    none: base
    centre: centre
    tax: landfill_tax
  levers:
"""


def swept(tmp_path: Path, levers: str, *changed: str) -> ScenarioFile:
    path = tmp_path / "sweep.yaml"
    path.write_text(FILE + "".join(f"    {line}\n" for line in levers.splitlines()), encoding="utf-8")
    return load_known(path, changed)


def ids(file: ScenarioFile) -> list[str]:
    return [one.id for one in plan(file.scenarios, 1, 1)]


TWO = "levers.centre.funding[0].total_dkk: [6e6, 24e6]\nlevers.centre.handed_over: [true, false]"


def test_every_combination_of_levers_makes_one_scenario_out_of_each_that_has_them(tmp_path: Path) -> None:
    file = swept(tmp_path, TWO)
    made = {name: one.levers.centre for name, one in file.scenarios.items() if name not in ("none", "tax")}
    assert list(file.scenarios)[0] == "none" and list(file.scenarios)[-1] == "tax"
    named = product(("6e6", "24e6"), ("true", "false"))
    assert list(made) == [f"centre-total_dkk_{money}-handed_over_{over}" for money, over in named]
    found = [(one.funding[0].total_dkk, one.handed_over) for one in made.values() if one]
    assert found == [*product((6e6, 24e6), (True, False))]


def test_what_is_not_swept_stays_what_the_scenario_says(tmp_path: Path) -> None:
    centre, others = load_known("centre").scenarios["centre"], {"funding": (), "handed_over": False}
    for name, one in swept(tmp_path, TWO).scenarios.items():
        if name.startswith("centre"):
            assert one.levers.centre and centre.levers.centre
            assert one.levers.centre.model_copy(update=others) == centre.levers.centre.model_copy(update=others)
            assert one.uncertainties == centre.uncertainties


def test_labels_tell_the_choices_in_both_languages_and_no_label_becomes_the_name(tmp_path: Path) -> None:
    named = "levers.centre.hour_shares:\n  none_seen: {visibility: 0}\n  no_rounds: {gathering: 0}"
    label = swept(tmp_path, named).scenarios["centre-hour_shares_none_seen"].label
    assert label and label.en == "Centre, 12 m DKK: hour_shares none_seen"
    assert label.da == "Center, 12 mio. kr.: hour_shares none_seen"


LABELLED = TWO + "\n" + """levers.centre.hour_shares: {as_it_was: {}, no_rounds: {gathering: 0}}"""


def labelled(tmp_path: Path, labels: str) -> ScenarioFile:
    path = tmp_path / "sweep.yaml"
    levers = "".join(f"    {line}\n" for line in LABELLED.splitlines())
    path.write_text(f"{FILE}{levers}  labels: {labels}\n", encoding="utf-8")
    return load_known(path)


def test_a_value_with_a_label_is_called_by_it_and_the_others_by_their_keys(tmp_path: Path) -> None:
    words = "{levers.centre.hour_shares: {no_rounds: {da: ingen runder, en: no rounds}}, levers.centre.handed_over: {true: on}}"
    made = labelled(tmp_path, words).scenarios
    both = made["centre-total_dkk_6e6-handed_over_true-hour_shares_no_rounds"].label
    assert both and both.da == "Center, 12 mio. kr.: total_dkk 6e6, on, ingen runder"
    assert both.en == "Centre, 12 m DKK: total_dkk 6e6, on, no rounds"
    one = made["centre-total_dkk_6e6-handed_over_false-hour_shares_as_it_was"].label
    assert one and one.da.endswith("total_dkk 6e6, handed_over false, hour_shares as_it_was")


def test_labels_change_no_run(tmp_path: Path) -> None:
    words = "{levers.centre.handed_over: {true: on, false: off}}"
    assert ids(labelled(tmp_path, words)) == ids(labelled(tmp_path, "{}"))


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ("{levers.centre.hour_share: {}}", "did you mean 'levers.centre.hour_shares'?"),
        ("{levers.centre.hour_shares: {no_round: x}}", "'no_round' is not known; allowed are as_it_was, no_rounds"),
        ("{levers.centre.hour_shares: {no_rounds: {fr: x}}}", "experiment.labels"),
        ("{levers.centre.hour_shares: {as_it_was: x, no_rounds: x}}", "'x' stands here twice"),
        ("{levers.centre.hour_shares: no}", "experiment.labels"),
        ("[]", "experiment.labels"),
    ],
)
def test_a_label_of_nothing_that_is_swept_is_told(tmp_path: Path, labels: str, told: str) -> None:
    with pytest.raises(ScenarioError) as error:
        labelled(tmp_path, labels)
    assert told in str(error.value) and f"{tmp_path / 'sweep.yaml'}:14:" in str(error.value)


def test_a_label_where_nothing_is_swept_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sweep.yaml"
    path.write_text(FILE.replace("  levers:\n", "  labels: {levers.centre.handed_over: {true: on}}\n"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="no lever is swept here") as error:
        load_known(path)
    assert f"{path}:10:" in str(error.value)


@pytest.mark.parametrize("label", ["[]", "{fr: x}", "{da: [a]}"])
def test_a_label_that_is_none_is_told_although_the_choices_would_replace_it(tmp_path: Path, label: str) -> None:
    path = tmp_path / "sweep.yaml"
    asks = f"    centre: {{label: {label}, levers: {{centre: {{funding: []}}}}}}"
    path.write_text(FILE.replace("    centre: centre", asks) + f"    {TWO.splitlines()[0]}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as told:
        load_known(path)
    assert f"{path}:8:" in str(told.value) and " label" in str(told.value)


def test_a_swept_scenario_is_the_same_run_as_one_written_out(tmp_path: Path) -> None:
    for share in ("0.2", "0.1"):
        text = f"title: x\nextends: centre\nlevers: {{centre: {{hour_shares: {{screening: {share}}}}}}}\n"
        (tmp_path / f"written_{share[-1]}.yaml").write_text(text, encoding="utf-8")
    path = tmp_path / "written.yaml"
    entries = "{none: base, a: written_2.yaml, b: written_1.yaml, tax: landfill_tax}"
    block = f"{{replicates: 1, seed: 1, scenarios: {entries}}}"
    path.write_text(f"title: x\nextends: base\nexperiment: {block}\n", encoding="utf-8")
    file = swept(tmp_path, "levers.centre.hour_shares.screening: [0.2, 0.1]")
    assert list(file.scenarios) == ["none", "centre-screening_0_2", "centre-screening_0_1", "tax"]
    assert ids(file) == ids(load_known(path))


def test_levers_that_end_in_the_same_word_are_told_apart(tmp_path: Path) -> None:
    levers = "levers.centre.funding[0].total_dkk: [1e7]\nlevers.centre.grants: [null]"
    assert "centre-total_dkk_1e7-grants_null" in swept(tmp_path, levers).scenarios
    window = "levers.centre.funding[0].first: [2012-01]\nlevers.centre.funding[0].months: [12]"
    assert "centre-first_2012-01-months_12" in swept(tmp_path, window).scenarios
    path = tmp_path / "two.yaml"
    funder = "{funder: a, total_dkk: 1e6, first: 2011-01, months: 9}"
    path.write_text(
        "title: x\nextends: centre\n"
        f"levers: {{centre: {{funding: [{funder}, {funder}]}}}}\n"
        "experiment:\n  replicates: 1\n  seed: 1\n"
        "  scenarios: {two: {}}\n  levers: {'levers.centre.funding[0].months': [8], 'levers.centre.funding[1].months': [9]}\n",
        encoding="utf-8",
    )
    assert list(load_known(path).scenarios) == ["two-funding_0_months_8-funding_1_months_9"]


def test_groups_have_no_name_but_their_number_in_a_list(tmp_path: Path) -> None:
    tax = "levers.landfill_tax_added_dkk_per_t: [{2011-01: 100}, {2011-01: 200}]"
    assert [name for name in swept(tmp_path, tax).scenarios if name.startswith("tax")] == [
        "tax-landfill_tax_added_dkk_per_t_1", "tax-landfill_tax_added_dkk_per_t_2",
    ]  # fmt: skip


FAULTS = {
    "levers.center.handed_over: [true]": "sweep.yaml:11:5 experiment.levers.levers.center: unknown key; .*mean 'centre'",
    "centre.handed_over: [true]": "sweep.yaml:11:5 .*only levers .* 'levers.centre.handed_over'",
    "uncertainties.prices.gate_fee_factor: [1]": "only levers are swept",
    "levers.centre.handed_over: true": "sweep.yaml:11:32 .*a list of values",
    "levers.centre.handed_over: []": "a list of values",
    "levers.centre.handed_over: [true, true]": "sweep.yaml:11:39 .*'true' stands here twice",
    "levers.centre.handed_over: [NO]": "sweep.yaml:11:33 levers.centre.handed_over: 'NO' is neither .* write false",
    "levers.centre.funding[0].total_dkk: [12.000]": "sweep.yaml:11:42 .*12.000 can be read as 12 or as 12000",
    "levers.centre.funding.total_dkk: [1e6]": r"a list stands here; name an entry of it, such as levers.centre.funding\[0\]",
    "levers.centre.funding[7].total_dkk: [1e6]": r"no scenario with a policy has levers.centre.funding\[7\]",
    "levers.platform.funding[0].total_dkk: [1e6]": "no scenario with a policy has levers.platform.funding",
    "levers.centre.hour_shares: {a b: {screening: 0}}": "'a b' cannot name a scenario",
}


@pytest.mark.parametrize("levers", FAULTS)
def test_what_is_wrong_with_a_sweep_is_told_at_its_place(tmp_path: Path, levers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError, match=FAULTS[levers]) as caught:
        swept(tmp_path, levers)
    assert caught.value.worded("da") != caught.value.worded("en")


def test_too_many_combinations_are_refused_before_they_are_made(tmp_path: Path) -> None:
    many = ", ".join(map(str, range(1, 200)))
    levers = "\n".join(f"levers.centre.funding[0].{key}: [{many}]" for key in ("total_dkk", "months"))
    with pytest.raises(ScenarioError, match="39603 scenarios; at most 10000"):
        swept(tmp_path, levers)


def test_values_that_make_two_scenarios_alike_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="says the same as 'centre-total_dkk_6e6'"):
        swept(tmp_path, "levers.centre.funding[0].total_dkk: [6e6, 6000000]")


# --- --set -----------------------------------------------------------------------------------------------------------------


def test_setting_values_makes_the_runs_of_the_same_file_written_out(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "title: x\nextends: centre\nrules: {price: equal_split}\nhorizon: {end: 2020-12}\n"
        "levers: {centre: {hour_shares: {screening: 0.1}, grants: null}}\nuncertainties: {stages: {hurdle_years: 3.5}}\n",
        encoding="utf-8",
    )
    changed = ["rules.price=equal_split", "horizon.end=2020-12", "levers.centre.hour_shares={screening: 0.1}"]
    changed += ["levers.centre.grants=", "uncertainties.stages.hurdle_years=3.5"]
    assert ids(load_known("centre", changed)) == ids(load_known(path)) != ids(load_known("centre"))


def test_a_setting_holds_for_each_scenario_that_has_its_group() -> None:
    changed = ["levers.centre.hour_shares.gathering=0.01", "society.demand={2005-01: 1}"]
    before, after = load_known("funding"), load_known("funding", changed)
    assert list(before.scenarios) == list(after.scenarios)
    for name, one in after.scenarios.items():
        centre, was = one.levers.centre, before.scenarios[name].levers.centre
        assert (centre is None) == (was is None)
        assert centre is None or centre.hour_shares.gathering == 0.01
        assert list(one.society.demand.values()) == [1.0]


def test_a_dated_value_may_be_set_by_its_month_and_the_experiments_own_keys_by_theirs() -> None:
    changed = ["society.demand.2012-01=0.5", "experiment.uncertainties.draws=16", "experiment.seed=9", "title=why"]
    file = load_known("sweep", changed)
    assert file.sampling and file.sampling.draws == 16 and file.seed == 9 and file.title.en == "why"
    demand = [one.society.demand for one in file.scenarios.values()]
    assert all(len(one) == len(load_known("base").scenarios["base"].society.demand) + 1 for one in demand)


WRONG = {
    "levers.centre.handed_over=NO": "--set levers.centre.handed_over: 'NO' is neither true nor false; write false",
    "levers.centre.funding[0].total_dkk=12.000": "--set levers.centre.funding[0].total_dkk: 12.000 can be read",
    "levers.centre.funding[0].total_dkk=1,5": "--set levers.centre.funding[0].total_dkk: 1,5 can be read",
    "levers.centre.fundin=1": "--set levers.centre.fundin: unknown key",
    "levers.platform.funding=[]": "--set levers.platform.funding: no scenario with a policy has levers.platform",
    "levers.centre..x=1": "--set levers.centre..x: this is no key",
    "levers.centre.handed_over": "--set: 'levers.centre.handed_over' sets nothing; write --set key=value",
    "=3": "--set: '=3' sets nothing",
    "extends=base": "--set extends: cannot be set as a whole",
    "experiment.replicates=3": "--set experiment.replicates: this file has no experiment",
    "horizon.end=[1": "--set horizon.end: the '[' that stands here is not closed",
    "horizon.end=1999-01": "--set horizon.start: start 2005-01 lies after",
    "horizon.end.day=3": "--set horizon.end.day: nothing stands under horizon.end",
    "title=a\nextends: b": "--set title: 'title=a extends: b' sets nothing",
}


@pytest.mark.parametrize("given", WRONG)
def test_what_is_wrong_with_a_setting_is_told_at_set(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["check", "centre", "--set", given]) == run.BAD_INPUT
    said = capsys.readouterr().err
    if given != "horizon.end=1999-01":  # told where the other date stands, as in a file
        assert WRONG[given] in said
    assert "1999-01" in said or given != "horizon.end=1999-01"
    assert run.main(["check", "centre", "--lang", "da", "--set", given]) == run.BAD_INPUT
    assert capsys.readouterr().err != said


def test_a_key_set_twice_is_refused_and_all_settings_are_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    twice = ["--set", "rules.price=nash", "--set", "rules.price=nash", "--set", "rule=1"]
    assert run.main(["show", "centre", *twice]) == run.BAD_INPUT
    said = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in said] == ["--set rule", "--set rules.price"]
