"""A rule of the user's own, from a file: used everywhere, kept with the results, and refused with a reason."""

import json
from pathlib import Path

import pytest

import run
from model.experiment.commands import workforce
from model.experiment.commands.carrying_out import Doing
from model.experiment.commands.job import Job
from model.experiment.results.store import read_table
from model.experiment.workers import worker
from model.experiment.workers.own_rules import KINDS, OwnRule, RuleFault, read_rules, simulator, used_in
from model.experiment.workers.runner import do_by, do_here
from model.experiment.workers.worker import ENGINES
from tests.blank_figures import blank_figures
from tests.made_up import no_centre, run_all, with_centre
from tests.made_up import runs as made_up_runs
from tests.worlds import digest

THIRD = """
def a_third(terms, supplier, receiver, bargain):
    gain = terms.quantity * (terms.disposal_dkk + terms.purchase_dkk - terms.treatment_dkk - terms.haul_dkk)
    return gain / 3 / terms.quantity - terms.disposal_dkk + terms.haul_dkk
"""
GRUDGE = """
def grudge(evidence, first, experience, numbers):
    return type(evidence)(evidence.good + experience.good, evidence.bad + 100 * experience.bad + experience.luck)
"""
SMALLEST = """
def smallest_first(firm):
    return -firm.jobs
"""
A_FEW = workforce.a_few
SMALL = """title: why
extends: centre
horizon: {start: 2011-01, recorded_from: 2011-01, end: 2014-12}
region: {municipalities: ["326"]}
"""


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    """An empty folder, and no rule of another test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(worker.SECONDS_A_RUN, "agents", 0.0)  # so that one worker is this process
    monkeypatch.setattr(workforce, "a_few", here)  # rules here are harmless, and another process takes long to start
    usual = {name: dict(kind.rules) for name, kind in KINDS.items()}
    yield
    for name, kind in KINDS.items():
        kind.rules.clear()
        kind.rules.update(usual[name])


def here(job: Job, limits: object = None) -> Doing:
    return lambda runs, stop: do_here(runs, simulator(job.rules, job.engine), stop)


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def do(*more: str, out: str, file: str = "two_firms", workers: int = 1) -> dict:
    """Run a file with these options, and return what the result folder says of itself."""
    command = ["run", file, *more, "--out", out, "--workers", str(workers), "--replicates", "2"]
    with blank_figures():
        assert run.main(command) == run.DONE
    return json.loads(Path(out, "provenance.json").read_text(encoding="utf-8"))


def prices(out: str) -> set[float]:
    """Prices of everything agreed."""
    cases = read_table(Path(out), "cases")
    return set(cases["price_dkk_per_unit"].tolist()) - {0.0, None}


def test_a_rule_from_a_file_sets_the_price_and_is_kept_with_the_results():
    write("mine.py", THIRD)
    usual, mine = do(out="usual"), do("--engine", "agents", "--rule", "price=mine.py:a_third", out="mine")
    assert prices("mine") and prices("mine") != prices("usual")
    assert Path("mine/rules/mine.py").read_text(encoding="utf-8") == THIRD
    name = mine["rules"]["price"]["name"]
    assert name == f"mine.py:a_third#{mine['rules']['price']['hash']}"
    assert name in Path("mine/scenarios/two_firms.yaml").read_text(encoding="utf-8")
    assert usual["rules"] == {}
    assert not Path("usual/rules").exists()


def test_one_process_and_two_give_the_same_tables():
    write("region.yaml", SMALL)
    write("mine.py", THIRD + GRUDGE + SMALLEST)
    rules = "price=mine.py:a_third", "trust=mine.py:grudge", "targeting=mine.py:smallest_first"
    options = [word for rule in rules for word in ("--engine", "agents", "--rule", rule)]
    one = do(*options, out="one", file="region.yaml")
    two = do(*options, out="two", file="region.yaml", workers=2)
    assert one["runs_finished"] == two["runs_finished"] == 4
    assert one["tables"] == two["tables"]
    assert [one["rules"][kind]["file"] for kind in KINDS] == ["rules/mine.py"] * 3


def test_the_stored_source_and_scenario_do_the_same_run_again():
    write("mine.py", THIRD)
    first = do("--engine", "agents", "--rule", "price=mine.py:a_third", out="first")
    rule = ["--engine", "agents", "--rule", "price=first/rules/mine.py:a_third"]
    again = do(*rule, out="again", file="first/scenarios/two_firms.yaml")
    assert again["tables"] == first["tables"]
    assert again["parameters"] == first["parameters"]


def test_an_edited_rule_makes_other_run_ids():
    write("mine.py", THIRD)
    before = do("--engine", "agents", "--rule", "price=mine.py:a_third", out="before")["parameters"]
    write("mine.py", THIRD.replace("3", "4"))
    after = do("--engine", "agents", "--rule", "price=mine.py:a_third", out="after")["parameters"]
    assert before != after
    assert not set(read_table(Path("before"), "runs")["run"]) & set(read_table(Path("after"), "runs")["run"])


@pytest.mark.parametrize(
    ("kind", "text"),
    [("trust=mine.py:grudge", GRUDGE), ("targeting=mine.py:smallest_first", SMALLEST), ("price=mine.py:a_third", THIRD)],
)
def test_each_kind_of_rule_changes_a_region(kind, text):
    write("mine.py", text)
    horizon = {"start": "2009-01", "recorded_from": "2009-01", "end": "2014-12"}
    scenario = with_centre(horizon=horizon)
    rules = read_rules([kind])
    (mine,) = used_in({"x": scenario}, rules).values()
    assert digest(simulator(rules, "agents")(mine, 7, 0)) != digest(simulator([], "agents")(scenario, 7, 0))


def test_a_rule_that_raises_fails_its_runs_and_names_its_line():
    write("mine.py", "def f(terms, supplier, receiver, bargain):\n    return 1 / 0\n")
    job = ["run", "two_firms", "--engine", "agents", "--rule", "price=mine.py:f", "--out", "x", "--workers", "1"]
    assert run.main(job) == run.SOME_FAILED
    (failure, *_) = json.loads(Path("x/failed_runs.json").read_text(encoding="utf-8"))
    assert "ZeroDivisionError" in failure["error"]
    assert 'File "mine.py", line 2, in f' in failure["traceback"]


ENDLESS = "def f(terms, supplier, receiver, bargain):\n    while True:\n        pass\n"


def test_a_rule_without_end_is_stopped_however_little_there_is_to_do(monkeypatch):
    monkeypatch.setattr(workforce, "a_few", A_FEW)
    write("mine.py", ENDLESS)
    job = ["run", "two_firms", "--replicates", "1", "--engine", "agents", "--rule", "price=mine.py:f", "--run-seconds", "0.5"]
    assert run.main([*job, "--out", "x"]) == run.SOME_FAILED
    (failure, *_) = json.loads(Path("x/failed_runs.json").read_text(encoding="utf-8"))
    assert failure["error"] == "stopped after 0.5 s, the most a run may take (--run-seconds)"


def test_only_little_work_without_rules_or_limits_is_done_in_this_process():
    job = Job({"x": no_centre()}, 1, 7, "compiled", (), {}, {})
    rules = (OwnRule("price", "mine.py", "f", ENDLESS),)
    apart = {
        "little": workforce.workforce(job, workforce.Workers()),
        "rules": A_FEW(job._replace(rules=rules)),
        "limits": workforce.workforce(job, workforce.Workers(guarded=True)),
        "two": workforce.workforce(job, workforce.Workers(2)),
        "much": workforce.workforce(job._replace(replicates=1_000), workforce.Workers()),
    }
    assert [name for name, doing in apart.items() if getattr(doing, "func", None) is do_by] == list(apart)[1:]


@pytest.mark.parametrize(
    ("text", "rule", "said"),
    [
        (None, "price=mine.py:f", "price=mine.py: no such file; paths start at the working folder"),
        ("def g(): ...", "price=mine.py:f", "price=mine.py: no function 'f' in it; there are g"),
        ("from math import pi", "price=mine.py:f", "price=mine.py: no function 'f' in it; there are none"),
        ("f = 3", "price=mine.py:f", "price=mine.py: no function 'f' in it"),
        ("def f(terms): ...", "price=mine.py:f", "a price rule is called with 4: terms, supplier, receiver, bargain"),
        ("def f(a, b, c): ...", "trust=mine.py:f", "a trust rule is called with 4: evidence, first, experience, numbers"),
        ("def f(): ...", "targeting=mine.py:f", "'f' does not take the right arguments (too many positional arguments)"),
        ("import no_such", "price=mine.py:f", "mine.py:1: cannot be loaded: ModuleNotFoundError: No module named 'no_such'"),
        ("def f(:", "price=mine.py:f", "price=mine.py:1: cannot be loaded: SyntaxError: invalid syntax"),
        ("x = 1\n\ny = 1 / 0", "price=mine.py:f", "price=mine.py:3: cannot be loaded: ZeroDivisionError"),
        ("def price_of(*a): ...", "price=mine.py:price_off", "there are price_of; did you mean 'price_of'?"),
        ("raise SystemExit", "price=mine.py:f", "cannot be loaded: SystemExit"),
        ("", "cost=mine.py:f", "write it as KIND=path/file.py:function, KIND being price, trust, targeting"),
        ("", "price=mine.py", "--rule price=mine.py: write it as KIND=path/file.py:function"),
        ("", "price=mine.py:", "write it as KIND=path/file.py:function"),
        (SMALLEST, "targeting=mine.py:smallest_first", "targeting=mine.py: no scenario has a centre to follow it"),
    ],
)  # fmt: skip
def test_a_fault_names_place_fault_and_remedy(text, rule, said, capsys):
    if text is not None:
        write("mine.py", text)
    assert run.main(["run", "two_firms", "--engine", "agents", "--rule", rule]) == run.BAD_INPUT
    told = capsys.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("price=other.py:f", "price=other.py: der er ingen fil med det navn; stier begynder i arbejdsmappen"),
        ("price=mine.py:g", "price=mine.py: der er ingen funktion 'g' i filen; der er smallest_first"),
        ("price=empty.py:f", "price=empty.py: der er ingen funktion 'f' i filen; der er ingen"),
        ("price=odd.py:f", "price=odd.py: kan ikke læses: det ligner tekst i Windows-1252; gem filen som UTF-8"),
        ("price=folder:f", "price=folder: kan ikke læses: "),
        ("trust=mine.py:smallest_first", "en regel af typen trust kaldes med 4: evidence, first, experience, numbers"),
        ("cost=mine.py:f", "skriv den som TYPE=sti/fil.py:funktion, hvor TYPE er en af price, trust, targeting"),
        ("targeting=mine.py:smallest_first", "targeting=mine.py: intet scenarie har et center"),
    ],
)
def test_a_fault_is_told_in_danish_where_that_is_asked_for(rule, said, capsys):
    write("mine.py", SMALLEST)
    write("empty.py", "")
    Path("odd.py").write_bytes(b"f = '\xe6'")
    Path("folder").mkdir()
    assert run.main(["run", "two_firms", "--engine", "agents", "--rule", rule, "--lang", "da"]) == run.BAD_INPUT
    assert said in capsys.readouterr().err


def test_two_rules_of_a_kind_and_two_files_of_a_name_are_refused():
    write("mine.py", THIRD)
    Path("other").mkdir()
    write("other/mine.py", GRUDGE)
    with pytest.raises(RuleFault, match="stands there twice"):
        read_rules(["price=mine.py:a_third", "price=mine.py:a_third"])
    with pytest.raises(RuleFault, match=r"other/mine.py: another rule's file is called mine.py too"):
        read_rules(["price=mine.py:a_third", "trust=other/mine.py:grudge"])


def test_any_callable_with_room_for_the_arguments_will_do():
    write("mine.py", "class Rule:\n    def __call__(self, *all): return 0.0\nf = Rule()\n")
    (rule,) = read_rules(["price=mine.py:f"])
    assert KINDS["price"].rules[rule.name](1, 2, 3, 4) == 0.0


def test_without_rules_scenarios_and_runs_are_what_they_were():
    scenarios = {"x": no_centre()}
    assert used_in(scenarios, []) == scenarios
    assert simulator([], "agents") is ENGINES["agents"]


def test_the_engine_chosen_follows_the_rule(monkeypatch):
    write("mine.py", THIRD)
    monkeypatch.setitem(ENGINES, "compiled", lambda scenario, seed, replicate: (scenario, seed, replicate))
    (rule,) = rules = read_rules(["price=mine.py:a_third"])
    del KINDS["price"].rules[rule.name]  # as in a fresh process
    assert simulator(rules, "compiled")("scenario", 7, 1) == ("scenario", 7, 1)
    assert rule.name in KINDS["price"].rules


def test_a_rule_unknown_in_a_fresh_process_is_installed_there():
    write("mine.py", THIRD)
    rules = read_rules(["price=mine.py:a_third"])
    scenarios = used_in({one.name: one.scenario for one in made_up_runs(1)}, rules)
    short = {"start": "2009-01", "recorded_from": "2009-01", "end": "2009-03"}
    from model.experiment.plan.design import plan

    runs = plan({"x": no_centre(horizon=short, rules=scenarios["no_centre"].rules.model_dump())}, 2, 1)
    assert [one.error for one in run_all(runs, 2, simulator(rules, "agents")).failed] == []
