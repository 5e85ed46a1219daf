"""A user's own rules on the compiled engine: what the agents do with them, or a refusal that says what to do."""

from pathlib import Path

import pytest

from model import kept
from model.engine import choice
from model.experiment.own_rules import KINDS, RuleFault, read_rules, simulator, used_in
from model.experiment.preparation import prepare
from tests.first_difference import first_difference
from tests.made_up import with_centre

HORIZON = {"start": "2010-01", "recorded_from": "2010-01", "end": "2013-12"}
REGION = {"municipalities": ["326"]}
MINE = """
from math import sqrt

SHARE = 1 / 3

def gain(terms):
    return terms.quantity * (terms.disposal_dkk + terms.purchase_dkk - terms.treatment_dkk - terms.haul_dkk)

def a_third(terms, supplier, receiver, bargain):
    return SHARE * gain(terms) / terms.quantity - terms.disposal_dkk + terms.haul_dkk

def grudge(evidence, first, experience, numbers):
    return type(evidence)(evidence.good + experience.good, evidence.bad + 100 * experience.bad + experience.luck)

def smallest_first(firm):
    return -sqrt(firm.jobs)
"""
KIND_OF = {"a_third": "price", "grudge": "trust", "smallest_first": "targeting"}


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    """An empty folder, and no rule of another test."""
    monkeypatch.chdir(tmp_path)
    usual = {name: dict(kind.rules) for name, kind in KINDS.items()}
    yield
    for name, kind in KINDS.items():
        kind.rules.clear()
        kind.rules.update(usual[name])


def read(text: str, *functions: str):
    Path("mine.py").write_text(text, encoding="utf-8")
    return read_rules([f"{KIND_OF.get(function, 'price')}=mine.py:{function}" for function in functions])


def scenario():
    plain = with_centre(horizon=HORIZON).model_dump(mode="json")
    return type(with_centre()).model_validate(plain | {"region": plain["region"] | REGION})


def test_rules_of_every_kind_run_compiled_and_do_what_they_do_with_agents():
    rules = read(MINE, *KIND_OF)
    mine = used_in({"x": scenario()}, rules)["x"]
    prepare("compiled", [mine])
    assert kept.is_kept(choice.source_of(choice.own_rules(mine)))
    theirs = simulator(rules, "compiled")(mine, 7, 0)
    difference = first_difference(simulator(rules, "agents")(mine, 7, 0), theirs)
    assert difference is None, str(difference)
    assert len(theirs.cases) > 20
    assert first_difference(theirs, simulator([], "compiled")(scenario(), 7, 0)) is not None


EVALUATED = "def evaluated(terms, supplier, receiver, bargain):\n    return eval('terms.disposal_dkk')\n"
BUILT = "class Rule:\n    def __call__(self, *all):\n        return 0.0\n\nbuilt = Rule()\n"


def test_a_rule_that_cannot_be_compiled_is_refused_by_name_and_pointed_to_the_agents():
    rules = read(EVALUATED, "evaluated")
    mine = used_in({"x": scenario()}, rules)["x"]
    with pytest.raises(RuleFault, match=r"mine\.py:evaluated: cannot be compiled .*use --engine agents"):
        prepare("compiled", [mine])
    prepare("agents", [mine])
    assert not kept.is_kept(choice.source_of(choice.own_rules(mine)))


def test_a_rule_that_is_no_function_and_has_no_name_of_its_own_is_known_by_that_of_its_file():
    mine = used_in({"x": scenario()}, read(BUILT, "built"))["x"]
    assert choice.source_of(choice.own_rules(mine)) == f"own_price={mine.rules.price}"
    assert mine.rules.price.startswith("mine.py:built#")


def test_two_rules_of_one_file_are_kept_apart_even_where_both_are_made_by_one_function():
    made = "def make(share):\n    def inner(terms, supplier, receiver, bargain):\n        return share\n    return inner\n\n"
    names = []
    for function in ("low", "high"):
        rules = read(made + "low, high = make(1.0), make(2.0)\n", function)
        names.append(choice.source_of(choice.own_rules(used_in({"x": scenario()}, rules)["x"])))
    assert names[0] != names[1]
