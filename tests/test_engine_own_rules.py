"""A user's own rules on the compiled engine: what the agents do with them, or a refusal that says what to do."""

from pathlib import Path

import pytest

from model import kept
from model.experiment.workers.not_compiled import cause_of
from model.experiment.workers.own_rules import KINDS, RuleFault, read_rules, simulator, used_in
from model.experiment.workers.preparation import prepare
from model.month import choice
from model.rule_numbers import NoNumber
from tests.first_difference import first_difference
from tests.made_up import with_centre

HORIZON = {"start": "2010-01", "recorded_from": "2010-01", "end": "2013-12"}
REGION = {"municipalities": ["326"]}
MINE = """
from math import inf, nan, sqrt

SHARE = 1 / 3

def gain(terms):
    return terms.quantity * (terms.disposal_dkk + terms.purchase_dkk - terms.treatment_dkk - terms.haul_dkk)

def a_third(terms, supplier, receiver, bargain):
    if bargain.supplier_cost_share > 0.9:
        return nan
    return SHARE * gain(terms) / terms.quantity - terms.disposal_dkk + terms.haul_dkk

def grudge(evidence, first, experience, numbers):
    if numbers.good_month > 5.0:
        return type(evidence)(inf, evidence.bad)
    return type(evidence)(evidence.good + experience.good, evidence.bad + 100 * experience.bad + experience.luck)

def smallest_first(firm):
    if firm.usual_saving_dkk > 1e9:
        return nan
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


def scenario(**numbers: float):
    plain = with_centre(horizon=HORIZON).model_dump(mode="json")
    for name, value in numbers.items():
        group, key = name.split("__")
        plain["uncertainties"][group][key] = value
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


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ({"bargaining__supplier_cost_share": 0.99}, r"the rule price=mine\.py:a_third gave nan for case [0-9a-f]{16} in 20"),
        ({"trust__good_month": 9.0}, r"the rule trust=mine\.py:grudge gave inf for what \S+ thinks of \S+ in 20\d\d-\d\d;"),
        ({"prices__gate_fee_factor": 1e9}, r"the rule targeting=mine\.py:smallest_first gave nan for the firm \S+ in 20\d\d-"),
    ],
    ids=["price", "trust", "targeting"],
)
def test_a_number_that_is_none_stops_the_run_and_both_engines_say_whose_it_is_for_whom_and_when(number, said):
    rules = read(MINE, *KIND_OF)
    mine = used_in({"x": scenario(**number)}, rules)["x"]
    messages = []
    for engine in ("agents", "compiled"):
        with pytest.raises(NoNumber, match=said) as caught:
            simulator(rules, engine)(mine, 7, 0)
        messages.append(caught.value.message)
    assert messages[0] == messages[1]


EVALUATED = "def evaluated(terms, supplier, receiver, bargain):\n    return eval('terms.disposal_dkk')\n"
BUILT = "class Rule:\n    def __call__(self, *all):\n        return 0.0\n\nbuilt = Rule()\n"


def test_a_rule_that_cannot_be_compiled_is_refused_by_name_and_pointed_to_the_agents():
    rules = read(EVALUATED, "evaluated")
    mine = used_in({"x": scenario()}, rules)["x"]
    said = r"^mine\.py:2: 'return eval\('terms\.disposal_dkk'\)' cannot be compiled: .*'eval'.*use --engine agents$"
    with pytest.raises(RuleFault, match=said):
        prepare("compiled", [mine], "en", rules)
    prepare("agents", [mine])
    assert not kept.is_kept(choice.source_of(choice.own_rules(mine)))


TOLD_BY_NUMBA = """Failed in nopython mode pipeline (step: nopython frontend)
Failed in nopython mode pipeline (step: nopython frontend)
{reason}

During: typing of get attribute at {place}
{file}
def evaluated(terms, supplier, receiver, bargain):
    <source elided>
    ^

During: resolving callee type: type(_AnyNumber(<function evaluated at 0x7f60031cb600>))
During: typing of call at /somewhere/model/month/choice.py (45)

File "../somewhere/model/month/choice.py", line 45:
def priced(rule, terms, supplier, receiver, bargain):
    return own_price(terms, supplier, receiver, bargain)
    ^
"""


@pytest.mark.parametrize(
    ("told", "place", "reason"),
    [
        (TOLD_BY_NUMBA.format(reason="Unknown attribute 'x'", place="mine.py (2)", file='File "mine.py", line 2:'),
         "mine.py:2", "Unknown attribute 'x'"),
        (TOLD_BY_NUMBA.format(reason="No one:\n \n >>> add(a, b)", place="odd.py (2)", file='File "C:\\a\\mine.py", line 2:'),
         "mine.py:2", "No one: >>> add(a, b)"),
        ("Use of unsupported opcode (IMPORT_NAME) found. Raised from mine.py (2)", "mine.py:2",
         "Use of unsupported opcode (IMPORT_NAME) found"),
        ("The 'with' construct is not supported.. Raised from None", "", "The 'with' construct is not supported"),
        ("NameError: name 'x' is not defined\nDuring: Pass nopython_type_inference", "", "NameError: name 'x' is not defined"),
        ("Can't unify: Outcome(OptionalType(float64), int64)", "", "it does not give a number on every way through it"),
        ("", "", "ValueError"),
    ],
)  # fmt: skip
def test_of_what_the_compiler_says_the_cause_is_told_and_the_line_of_the_rule(told, place, reason):
    cause = cause_of(ValueError(told), read(EVALUATED, "evaluated"))
    assert (cause.place, str(cause.reason)) == (place, reason)
    assert cause.code == ("return eval('terms.disposal_dkk')" if place else "")


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
