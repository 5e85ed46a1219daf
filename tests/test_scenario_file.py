import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model import months
from model.experiment.scenario_commands import check, file_schema, load_known, schema, show
from model.geography import load_municipalities
from model.scenario import Scenario, Uncertainties
from model.scenario_file import Names, ScenarioError, load, resolved, resolved_text
from model.scenario_table import changes, rows
from model.shipped import SCENARIOS, data_folder

FUNDING = ["no_centre", "centre_6m", "centre_12m", "centre_24m", "centre_12m_two_years", "centre_12m_eight_years"]
FUNDING += ["centre_12m_three_municipalities", "centre_12m_handed_over", "landfill_tax"]
CODES = tuple(load_municipalities(data_folder("data")))
NAMES = Names(
    in_events=lambda data: {"closes": ["partner-01"], "at": ["partner-01"], "bans": ["chips_to_fuel"], "stops": ["fly_ash"]},
    price=("nash",),
    trust=("reinforcement",),
    targeting=("largest_first",),
    municipalities={"data": CODES, "data/two_firms": ("326",)},
)
CENTRE = """
extends: base
levers:
  centre:
    funding:
      - {funder: all, total_dkk: TOTAL, first: FIRST, months: MONTHS}
    hour_shares: {visibility: 0.1, screening: SCREENING, brokerage: 0.4, gathering: 0.1}
    targeting: TARGETING
    catchment: CATCHMENT
    handed_over: HANDED
"""
EXPERIMENT = "extends: base\nexperiment:\n  replicates: 3\n  seed: 7\n  scenarios:\n"
WAGE = "extends: base\nuncertainties:\n  prices:\n    wage_dkk_per_h: "


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name, text):
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


def one(text):
    (scenario,) = load(write("one.yaml", text), NAMES).scenarios.values()
    return scenario


def centre(**values):
    text = CENTRE
    usual = {"TOTAL": "12e6", "FIRST": "2011-01", "MONTHS": "48", "SCREENING": "0.4", "TARGETING": "largest_first"}
    for name, value in (usual | {"CATCHMENT": "[]", "HANDED": "false"} | values).items():
        text = text.replace(name, value)
    return text


def faults(text):
    """Return what is said about a bad file, a line for each fault."""
    with pytest.raises(ScenarioError) as caught:
        load(write("bad.yaml", text), NAMES)
    return str(caught.value).splitlines()


# --- what a good file gives ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_file_is_valid(path):
    assert load_known(path).scenarios


def test_the_example_of_the_documentation_is_valid():
    page = (SCENARIOS.parent / "docs" / "commands" / "check.md").read_text(encoding="utf-8")
    file = load(write("example.yaml", page.split("```yaml\n")[1].split("```")[0]), NAMES)
    assert list(file.scenarios) == ["as_above", "no_centre"]
    assert file.scenarios["as_above"].uncertainties.prices.freight_dkk_per_t_km.high == 2


def test_a_file_has_one_scenario_named_after_it():
    file = load(write("small.yaml", "extends: base\ntitle: Smaller\n"), NAMES)
    assert list(file.scenarios) == ["small"]
    assert (file.replicates, file.seed) == (None, None)
    assert file.scenarios["small"].title.en == "Smaller"


def test_mappings_merge_and_lists_texts_dated_values_and_null_replace():
    write("centre.yaml", centre())
    scenario = one(
        "extends: centre.yaml\n"
        "region: {municipalities: ['326']}\n"
        "society: {demand: {2008-10: 0.5}}\n"
        "levers: {centre: {hour_shares: {screening: 0.3}, funding: []}}\n"
    )
    assert scenario.region.municipalities == ("326",)
    assert scenario.region.road_factor == 1.3
    assert scenario.society.demand == {months.parse("2008-10"): 0.5}
    assert list(scenario.society.landfill_tax_dkk_per_t.values()) == [375, 475]
    assert scenario.levers.centre.hour_shares.screening == 0.3
    assert scenario.levers.centre.hour_shares.brokerage == 0.4
    assert scenario.levers.centre.funding == ()
    assert one("extends: centre.yaml\nlevers: {centre: ~}\n").levers.centre is None


def test_a_plain_number_fixes_an_uncertain_one_and_a_mapping_changes_part_of_it():
    fixed = one(f"{WAGE}500\n").uncertainties.prices.wage_dkk_per_h
    assert (fixed.value, fixed.low, fixed.shape) == (500, None, "fixed")
    wider = one(f"{WAGE}{{high: 900}}\n").uncertainties.prices.wage_dkk_per_h
    assert (wider.value, wider.low, wider.high, wider.shape) == (450, 350, 900, "triangular")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1e3", 1000),
        ("12000", 12000),
        ("'450'", 450),
        ("450.50", 450.5),
        ("+1.2345e+2", 123.45),
        (".5", 0.5),
        ("0.125", 0.125),
    ],
)
def test_numbers_are_read_as_they_are_meant(written, meant):
    assert one(f"{WAGE}{written}\n").uncertainties.prices.wage_dkk_per_h.value == meant


def test_what_looks_like_another_type_stays_text_where_text_is_asked_for():
    assert one("extends: base\ntitle: NO\n").title.en == "NO"
    assert one("extends: base\ntitle: 12.000\n").title.en == "12.000"
    assert one("extends: base\nregion: {municipalities: [326]}\n").region.municipalities == ("326",)
    assert one("extends: base\ntitle: 'null'\n").title.en == "null"


def test_a_mark_at_the_start_and_line_ends_of_windows_change_nothing():
    assert one(b"\xef\xbb\xbfextends: base\r\ntitle: Holb\xc3\xa6k\r\n").title.en == "Holbæk"


def test_an_experiment_has_a_scenario_for_each_name_in_the_order_written():
    text = f"{EXPERIMENT}    b: {{}}\n    a: {{title: A, region: {{road_factor: 2}}}}\n"
    file = load(write("two.yaml", text), NAMES)
    assert list(file.scenarios) == ["b", "a"]
    assert (file.replicates, file.seed) == (3, 7)
    assert file.scenarios["a"].title.en == "A"
    assert file.scenarios["b"] == load("base", NAMES).scenarios["base"].model_copy(update={"label": None})


def test_the_experiment_of_a_parent_is_inherited_and_null_takes_it_away():
    write("more.yaml", "extends: funding\nexperiment: {replicates: 30}\n")
    more, shipped = load("more", NAMES), load("funding", NAMES)
    assert more.replicates == 30
    assert more.scenarios == shipped.scenarios
    write("none.yaml", "extends: funding\nexperiment: null\n")
    assert list(load("none", NAMES).scenarios) == ["none"]


def test_each_scenario_of_the_shipped_experiment_differs_in_what_its_name_says():
    scenarios = load("funding", NAMES).scenarios
    assert list(scenarios) == FUNDING
    assert scenarios["no_centre"].levers.centre is None
    real = {"centre_12m_three_municipalities": ["catchment"], "centre_12m_handed_over": ["handed_over"]}
    real |= {"centre_12m_two_years": ["funding[0].months"], "centre_12m_eight_years": ["funding[0].months"]}
    for name, keys in real.items():
        said = changes(scenarios[name], scenarios["centre_12m"])
        assert [line.split(":")[0] for line in said] == [f"levers.centre.{key}" for key in keys]
    assert all("landfill_tax_added" in line for line in changes(scenarios["landfill_tax"], scenarios["no_centre"]))
    differing = changes(scenarios["centre_24m"], scenarios["centre_6m"])
    assert differing == ["levers.centre.funding[0].total_dkk: 6000000 -> 24000000"]


# --- where files are found -------------------------------------------------------------------------------------------


def test_a_name_is_looked_up_here_and_then_among_the_shipped_with_and_without_yaml():
    for name in ("centre", "centre.yaml", "scenarios/centre", "scenarios/centre.yaml"):
        assert load(name, NAMES).path.resolve() == SCENARIOS / "centre.yaml"
    write("centre.yaml", "extends: base\ntitle: Mine\n")
    assert load("centre", NAMES).scenarios["centre"].title.en == "Mine"


def test_a_parent_beside_the_file_goes_before_a_shipped_one():
    write("mine/base.yaml", resolved_text(load("base", NAMES).scenarios["base"]).replace("1.3", "2.5"))
    write("mine/child.yaml", "extends: base\n")
    assert load("mine/child", NAMES).scenarios["child"].region.road_factor == 2.5


def test_a_missing_file_is_answered_with_the_shipped_names():
    with pytest.raises(ScenarioError, match=r"^fundin.yaml: no such file here, .*centre.*; did you mean 'funding'\?$"):
        load("fundin.yaml", NAMES)


def test_a_folder_is_not_a_file():
    Path("results").mkdir()
    with pytest.raises(ScenarioError, match="^results: this is a folder"):
        load("results", NAMES)


def test_an_unreadable_file_is_said_to_be_so(monkeypatch):
    write("closed.yaml", "extends: base\n")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ScenarioError, match=r"^closed.yaml: cannot be read: Permission denied$"):
        load("closed.yaml", NAMES)


@pytest.mark.parametrize("name", ["x" * 5000, "", ".", "..", "a\0b", "con/../x"])
def test_a_name_no_file_can_have_is_answered_like_any_missing_file(name):
    with pytest.raises(ScenarioError):
        load(name, NAMES)
    assert "extends: " in faults(f"extends: {json.dumps(name)}\n")[0]


# --- bad files: what is said, and where ------------------------------------------------------------------------------

NOT_READABLE = {
    "empty": ("", "bad.yaml: the file is empty; begin with 'title:' and 'extends: base.yaml'"),
    "comments only": ("# soon\n---\n", "bad.yaml: the file is empty; begin with 'title:' and 'extends: base.yaml'"),
    "a list": ("- a\n", "bad.yaml:1:1: the file must consist of 'key: value' lines, not of a list"),
    "a text": ("hello\n", "bad.yaml:1:1: the file must consist of 'key: value' lines, not of the text 'hello'"),
    "not UTF-8": (b"title: a\ntitel: Holb\xe6k\n", "bad.yaml:2:12: not UTF-8 text; save it as UTF-8"),
    "control character": ("a: 1\nb: \x07\n", "bad.yaml:2:4: character U+0007 is not allowed in a scenario; remove it"),
    "too big": (
        "#" * 1_000_001,
        "bad.yaml: larger than 1000000 bytes; a scenario says only what differs from its parent",
    ),
    "two documents": ("title: a\n---\ntitle: b\n", "bad.yaml:2:1: a second document begins here; keep one per file"),
    "key twice": (
        "title: a\nrules: {}\ntitle: b\n",
        "bad.yaml:3:1 title: this key stands here twice, first in line 1; keep one",
    ),
    "nested key twice": (
        "rules:\n  price: nash\n  price: nash\n",
        "bad.yaml:3:3 rules.price: this key stands here twice, first in line 2; keep one",
    ),
    "anchor": (
        "title: &t a\n",
        "bad.yaml:1:8 title: anchors and aliases (&name, *name) are not allowed; write the value out",
    ),
    "alias": (
        "title: *t\n",
        "bad.yaml:1:8 title: anchors and aliases (&name, *name) are not allowed; write the value out",
    ),
    "tag": (
        "title: !!python/name:os.system x\n",
        "bad.yaml:1:8 title: tags such as 'tag:yaml.org,2002:python/name:os.system' are not allowed;"
        " the scenario's schema knows the type",
    ),
    "key that is a list": ("? [a]\n: b\n", "bad.yaml:1:3: a key must be text, not a list"),
    "deep": (
        f"a: {'[' * 30}{']' * 30}\n",
        "bad.yaml:1:24 a[0][0]: nested deeper than 20 levels; nothing in a scenario is",
    ),
}


@pytest.mark.parametrize(("text", "expected"), NOT_READABLE.values(), ids=NOT_READABLE.keys())
def test_what_is_no_strict_yaml_is_refused_at_its_place(text, expected):
    assert faults(text) == [expected]


BROKEN = ["a: [1", "\ta: 1", "a: b: c", "a: 'x", "%", "a: !<\n", "{" * 5000, "- " * 5000, "a: |\n  b\n c"]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_broken_yaml_is_a_fault_with_a_place_and_never_a_traceback(text):
    (line,) = faults(text)
    assert line.startswith("bad.yaml:")


FRAGMENTS = [
    "title",
    "levers",
    "centre",
    "funding",
    ": ",
    "\n",
    "\n  ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "null",
    "1e5",
    "12.000",
]
FRAGMENTS += [
    "experiment",
    "scenarios",
    "'",
    '"',
    "&",
    "*",
    "!",
    "#",
    "? ",
    "|",
    ">",
    "\t",
    "%",
    "@",
    "2011-01",
    "rules",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join)))
def test_whatever_stands_in_a_file_is_either_valid_or_a_fault_with_a_place(text):
    path = write("fuzz.yaml", f"extends: base\n{text}\n".encode("utf-8", "surrogatepass"))
    try:
        assert load(path, NAMES).scenarios
    except ScenarioError as error:
        assert all(fault.place.file == "fuzz.yaml" for fault in error.faults)


GROUPS = "title, label, horizon, region, society, rules, levers, uncertainties, extends, experiment"
NOT_VALID = {
    "unknown key": (
        "extends: base\nhorizont: {end: 2030-12}\n",
        f"bad.yaml:2:1 horizont: unknown key; allowed are {GROUPS}; did you mean 'horizon'?",
    ),
    "unknown key in capitals": (
        "extends: base\nTitle: x\n",
        f"bad.yaml:2:1 Title: unknown key; allowed are {GROUPS}; did you mean 'title'?",
    ),
    "key in the wrong place": (
        "extends: base\nuncertainties:\n  wage_dkk_per_h: 500\n",
        "bad.yaml:3:3 uncertainties.wage_dkk_per_h: unknown key; 'wage_dkk_per_h' belongs in uncertainties.prices",
    ),
    "unknown part of an uncertain number": (
        f"{WAGE}{{hihg: 500}}\n",
        "bad.yaml:4:22 uncertainties.prices.wage_dkk_per_h.hihg: unknown key;"
        " allowed are value, low, high, shape, grade, basis; did you mean 'high'?",
    ),
    "missing key": (
        "extends: base\nlevers:\n  centre: {funding: [{funder: all, first: 2011-01, months: 4}]}\n",
        "bad.yaml:3:3 levers.centre.hour_shares: is missing: a group with visibility, screening, brokerage, gathering",
        "bad.yaml:3:3 levers.centre.targeting: is missing: whom the centre approaches first",
        "bad.yaml:3:3 levers.centre.catchment: is missing: codes of the municipalities it serves; empty: all of them",
        "bad.yaml:3:3 levers.centre.handed_over: is missing: at the end takers run its rounds, its cases go on,"
        " its register stays open",
        "bad.yaml:3:22 levers.centre.funding[0].total_dkk: is missing: the whole amount, 2014 prices",
    ),
    "point between thousands": (
        centre(TOTAL="12.000"),
        "bad.yaml:6:34 levers.centre.funding[0].total_dkk: 12.000 can be read as 12 or as 12000: write 12 or 12000",
    ),
    "points between thousands": (
        centre(TOTAL="12.000.000"),
        "bad.yaml:6:34 levers.centre.funding[0].total_dkk: 12.000.000 can be read as 12 or as 12000000: write 12 or 12000000",
    ),
    "three decimals": (
        f"{WAGE}450.125\n",
        "bad.yaml:4:21 uncertainties.prices.wage_dkk_per_h:"
        " 450.125 can be read as 450.1250 or as 450125: write 450.1250 or 450125",
    ),
    "decimal comma": (
        f"{WAGE}1,5\n",
        "bad.yaml:4:21 uncertainties.prices.wage_dkk_per_h: 1,5 can be read as 1.5 or as 15: write 1.5 or 15",
    ),
    "point and comma": (
        f"{WAGE}1.234,50\n",
        "bad.yaml:4:21 uncertainties.prices.wage_dkk_per_h:"
        " 1.234,50 can be read as 1234.50 or as 123450: write 1234.50 or 123450",
    ),
    "ambiguous bound, told once": (
        f"{WAGE}\n      low: 0,5\n",
        "bad.yaml:5:12 uncertainties.prices.wage_dkk_per_h.low: 0,5 can be read as 0.5 or as 5: write 0.5 or 5",
    ),
    "decimal comma in braces": (
        f"{WAGE}{{low: 350,5}}\n",
        "bad.yaml:4:31 uncertainties.prices.wage_dkk_per_h.5: unknown key; a comma ends an entry here:"
        " write decimals with a point, as in 0.5",
    ),
    "underscore": (
        f"{WAGE}12_000\n",
        "bad.yaml:4:21 uncertainties.prices.wage_dkk_per_h: 12_000 is not a number: write 12000",
    ),
    "text for a number": (
        f"{WAGE}plenty\n",
        "bad.yaml:4:21 uncertainties.prices.wage_dkk_per_h: 'plenty' is not a number; write it as 12000, 0.5 or 12e6",
    ),
    "not a number": (
        f"{WAGE}.nan\n",
        "bad.yaml:4:21 uncertainties.prices.wage_dkk_per_h: '.nan' is not a number; write it as 12000, 0.5 or 12e6",
    ),
    "infinity": (
        centre(TOTAL="inf"),
        "bad.yaml:6:34 levers.centre.funding[0].total_dkk: 'inf' is not a number; write it as 12000, 0.5 or 12e6",
    ),
    "infinite in effect": (
        centre(TOTAL="1e400"),
        "bad.yaml:6:34 levers.centre.funding[0].total_dkk: 1e400 is larger than a number can be here",
    ),
    "null for a number": (
        f"{WAGE}\n",
        "bad.yaml:4:20 uncertainties.prices.wage_dkk_per_h:"
        " a number, or a mapping with value, low, high and shape, is needed here, not nothing (null)",
    ),
    "part of a whole number": (
        centre(MONTHS="4.5"),
        "bad.yaml:6:64 levers.centre.funding[0].months: 4.5 is not a whole number; write digits only",
    ),
    "no months": (
        centre(MONTHS="0"),
        "bad.yaml:6:64 levers.centre.funding[0].months: 0 is too small; at least 1 is allowed",
    ),
    "negative money": (
        centre(TOTAL="-1"),
        "bad.yaml:6:34 levers.centre.funding[0].total_dkk: -1 is too small; at least 0 is allowed",
    ),
    "yes for true": (centre(HANDED="yes"), "bad.yaml:10:18 levers.centre.handed_over: 'yes' is neither true nor false"),
    "month that is none": (
        "extends: base\nhorizon: {end: 2011-13}\n",
        "bad.yaml:2:16 horizon.end: '2011-13' is not a month; write it as 2011-01",
    ),
    "date that is none": (
        "extends: base\nsociety:\n  demand: {2011: 1}\n",
        "bad.yaml:3:12 society.demand.2011: '2011' is not a month; write it as 2011-01",
    ),
    "end before start": (
        "extends: base\nhorizon: {start: 2008-01, recorded_from: 2007-01}\n",
        "bad.yaml:2:10 horizon: start <= recorded_from <= end does not hold",
    ),
    "share above 1": (
        "extends: base\nuncertainties: {modes: {permit_granted: 1.5}}\n",
        "bad.yaml:2:41 uncertainties.modes.permit_granted: value 1.5 lies outside 0.0 to 1.0",
    ),
    "value outside its range": (
        f"{WAGE}{{value: 900}}\n",
        "bad.yaml:4:21 uncertainties.prices.wage_dkk_per_h:"
        " low 350.0 <= value 900.0 <= high 600.0, with low < high, does not hold",
    ),
    "unknown shape": (
        f"{WAGE}{{shape: triangle}}\n",
        "bad.yaml:4:29 uncertainties.prices.wage_dkk_per_h.shape: triangle is not allowed here;"
        " allowed are 'triangular', 'uniform', 'loguniform' or 'fixed'; did you mean 'triangular'?",
    ),
    "more hours than there are": (
        centre(SCREENING="0.5"),
        "bad.yaml:7:18 levers.centre.hour_shares: the shares of hours add up to more than 1",
    ),
    "unknown price rule": (
        "extends: base\nrules: {price: nahs}\n",
        "bad.yaml:2:16 rules.price: 'nahs' is not known; allowed are nash; did you mean 'nash'?",
    ),
    "unknown trust rule": (
        "extends: base\nrules: {trust: blind}\n",
        "bad.yaml:2:16 rules.trust: 'blind' is not known; allowed are reinforcement",
    ),
    "unknown targeting rule": (
        centre(TARGETING="largest"),
        "bad.yaml:8:16 levers.centre.targeting: 'largest' is not known; allowed are largest_first;"
        " did you mean 'largest_first'?",
    ),
    "unknown data folder": (
        "extends: base\nregion: {data: dta}\n",
        "bad.yaml:2:16 region.data: 'dta' is not known; allowed are data, data/two_firms; did you mean 'data'?",
    ),
    "unknown municipality": (
        "extends: base\nregion: {municipalities: ['326', Kalundborg]}\n",
        "bad.yaml:2:34 region.municipalities[1]: 'Kalundborg' is not known; allowed are " + ", ".join(CODES),
    ),
    "municipality twice": (
        "extends: base\nregion: {municipalities: ['326', '306', '326']}\n",
        "bad.yaml:2:41 region.municipalities[2]: '326' stands here twice; keep one",
    ),
    "catchment beyond the region": (
        centre(CATCHMENT="[101]"),
        "bad.yaml:9:17 levers.centre.catchment[0]: '101' is not known; allowed are 326, 316, 306, 253, 259, 265, 269, 320, 329,"
        " 330, 336, 340, 350, 360, 370, 376, 390",
    ),
    "no municipality": (
        "extends: base\nregion: {municipalities: []}\n",
        "bad.yaml:2:26 region.municipalities: at least one entry is needed",
    ),
    "text for a list": (
        "extends: base\nregion: {municipalities: 326}\n",
        "bad.yaml:2:26 region.municipalities: a list such as [a, b] is needed here, not the text '326'",
    ),
    "text for a group": (
        "extends: base\nrules: nash\n",
        "bad.yaml:2:8 rules: a mapping of 'key: value' lines is needed here, not the text 'nash'",
    ),
    "list for a number": (
        "extends: base\nregion: {road_factor: [1.3]}\n",
        "bad.yaml:2:23 region.road_factor: a number is needed here, not a list",
    ),
    "null for a text": (
        "extends: base\ntitle:\n",
        "bad.yaml:2:7 title: a text, or one in two languages such as {da: …, en: …}, is needed here, not nothing (null)",
    ),
    "empty title": ("extends: base\ntitle: ''\n", "bad.yaml:2:8 title: must not be empty"),
    "data out of the folder": (
        "extends: base\nregion: {data: ../x}\n",
        r"bad.yaml:2:16 region.data: ../x does not fit the pattern ^[\w/-]+$",
        r"bad.yaml:2:16 region.data: '../x' is not known; allowed are data, data/two_firms",
    ),
    "funding after the end": (
        centre(FIRST="2024-01"),
        "bad.yaml:6:47 levers.centre.funding[0].first: this line pays from 2024-01 to 2027-12,"
        " but the horizon goes from 2005-01 to 2024-12; move one of them",
    ),
    "funding before the start": (
        centre(FIRST="2004-12"),
        "bad.yaml:6:47 levers.centre.funding[0].first: this line pays from 2004-12 to 2008-11,"
        " but the horizon goes from 2005-01 to 2024-12; move one of them",
    ),
    "parent that is nowhere": (
        "extends: bse.yaml\n",
        "bad.yaml:1:10 extends: no file 'bse.yaml' beside this one, nor among the shipped scenarios (SHIPPED);"
        " did you mean 'base'?",
    ),
    "parent out of the folder": (
        "extends: ../base.yaml\n",
        "bad.yaml:1:10 extends: '../base.yaml' leads out of this file's folder;"
        " put the parent beside this file or name a shipped scenario",
    ),
    "parent from the root": (
        "extends: /etc/passwd\n",
        "bad.yaml:1:10 extends: '/etc/passwd' leads out of this file's folder;"
        " put the parent beside this file or name a shipped scenario",
    ),
    "two parents": ("extends: [a, b]\n", "bad.yaml:1:10 extends: name one parent file, such as base.yaml, not a list"),
    "its own parent": ("extends: bad\n", "bad.yaml:1:10 extends: the parents go in a circle: bad.yaml -> bad.yaml"),
    "no scenarios in an experiment": (
        "extends: base\nexperiment:\n  replicates: 0\n  seed: 1.000\n  scenarios: {}\n",
        "bad.yaml:3:15 experiment.replicates: 0 is too small; at least 1 is allowed",
        "bad.yaml:4:9 experiment.seed: 1.000 can be read as 1 or as 1000: write 1 or 1000",
        "bad.yaml:5:14 experiment.scenarios: at least one entry is needed",
    ),
    "empty changes": (
        "extends: base\nexperiment: {replicates: 1, seed: 1, scenarios: {a: null}}\n",
        "bad.yaml:2:53 experiment.scenarios.a: a mapping of changes ({} for none), or the name of a scenario file,"
        " is needed here, not nothing (null)",
    ),
    "scenario that could not name a file": (
        "extends: base\nexperiment: {replicates: 1, seed: 1, scenarios: {a/../b: {}}}\n",
        "bad.yaml:2:50 experiment.scenarios: 'a/../b' cannot name a scenario; use letters, digits, _ and -",
    ),
}


@pytest.mark.parametrize("case", NOT_VALID.values(), ids=NOT_VALID.keys())
def test_what_the_schema_does_not_allow_is_told_with_place_key_fault_and_remedy(case):
    text, *expected = case
    shipped = ", ".join(sorted(path.stem for path in SCENARIOS.glob("*.yaml")))
    assert faults(text) == [line.replace("SHIPPED", shipped) for line in expected]


def test_all_faults_are_told_at_once_in_order_of_place():
    lines = faults(
        "extends: base\nregion: {road_factor: 9, data: x}\nrules: {price: x}\ncolour: red\nhorizon: {end: soon}\n"
    )
    assert [line.split(": ")[0] for line in lines] == [
        "bad.yaml:2:23 region.road_factor",
        "bad.yaml:2:32 region.data",
        "bad.yaml:3:16 rules.price",
        "bad.yaml:4:1 colour",
        "bad.yaml:5:16 horizon.end",
    ]


def test_a_fault_in_a_parent_is_told_at_its_place_in_the_parent():
    write("parent.yaml", "extends: base\nrules: {price: x}\n")
    lines = faults("extends: parent\nrules: {trust: y}\n")
    assert [line.split(": ")[0] for line in lines] == ["bad.yaml:2:16 rules.trust", "parent.yaml:2:16 rules.price"]


def test_a_fault_shared_by_the_scenarios_of_an_experiment_is_told_once_and_one_of_a_scenario_at_its_line():
    lines = faults(f"{EXPERIMENT}    a: {{}}\n    b: {{colour: red}}\nrules: {{price: x}}\n")
    assert [line.split(": ")[0] for line in lines] == ["bad.yaml:7:9 colour", "bad.yaml:8:16 rules.price"]


def test_a_complete_file_without_its_groups_is_told_how_to_begin():
    lines = faults("title: a\n")
    assert len(lines) == 6
    assert lines[0] == (
        "bad.yaml:1:1 horizon: is missing: a group with start, recorded_from, end;"
        " a file that says only what differs begins with 'extends: base.yaml'"
    )


def test_parents_in_a_circle_are_named():
    write("a.yaml", "extends: b\n")
    write("b.yaml", "extends: a\n")
    with pytest.raises(
        ScenarioError, match=r"^b.yaml:1:10 extends: the parents go in a circle: a.yaml -> b.yaml -> a.yaml$"
    ):
        load("a", NAMES)


def test_eight_generations_of_parents_are_allowed_and_nine_are_not():
    for generation in range(1, 9):
        write(f"g{generation}.yaml", f"extends: {f'g{generation - 1}' if generation > 1 else 'base'}\n")
    assert load("g8", NAMES).scenarios
    write("g9.yaml", "extends: g8\n")
    with pytest.raises(ScenarioError, match="^g1.yaml:1:10 extends: more than 8 generations of parents$"):
        load("g9", NAMES)


def test_a_link_that_leads_out_of_the_folder_is_no_parent(tmp_path):
    write("secret.yaml", "title: x\n")
    Path("in").mkdir()
    try:
        Path("in/link.yaml").symlink_to(tmp_path / "secret.yaml")
    except OSError:
        pytest.skip("no symbolic links here")
    write("in/child.yaml", "extends: link\n")
    with pytest.raises(ScenarioError, match="leads out of this file's folder"):
        load("in/child", NAMES)


# --- storing and showing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["base", "centre"])
def test_a_resolved_scenario_reads_back_as_the_same(name):
    scenario = load(name, NAMES).scenarios[name]
    assert one(resolved_text(scenario)) == scenario
    assert yaml.safe_load(resolved_text(scenario)) == resolved(scenario)


def test_numbers_of_three_decimals_and_very_small_ones_read_back_as_the_same():
    for number in ("12.1250", "0.00001", "1e-12", "123456.7891", "1e11"):
        scenario = one(f"extends: base\nuncertainties: {{jobs: {{margin_volatility: {number}}}}}\n")
        assert one(resolved_text(scenario)) == scenario


def test_changes_are_told_as_key_old_and_new():
    base = load("base", NAMES).scenarios["base"]
    tax = "society: {landfill_tax_dkk_per_t: {2005-01: 400, 2020-01: 500}}"
    child = one(f"{WAGE}500\n{tax}\nregion: {{municipalities: [326]}}\n")
    assert changes(child, base) == [
        f"region.municipalities: [{', '.join(base.region.municipalities)}] -> [326]",
        "society.landfill_tax_dkk_per_t.2005-01: 375 -> 400",
        "society.landfill_tax_dkk_per_t.2020-01: (none) -> 500",
        "uncertainties.prices.wage_dkk_per_h: 450 (350 to 600, triangular) -> 500",
        "society.landfill_tax_dkk_per_t.2010-01: 475 -> (none)",
    ]
    assert changes(base, base) == []


def test_a_centre_taken_away_is_one_change():
    base, centred = load("base", NAMES).scenarios["base"], one(centre())
    assert changes(base, centred) == ["levers.centre: (set) -> null"]
    assert "levers.centre.funding[0].total_dkk: (none) -> 12000000" in changes(centred, base)


def test_every_value_has_a_row_and_every_uncertain_one_a_unit_a_range_a_grade_and_a_basis():
    table = {row.key: row for row in rows(one(centre()))}
    assert table["uncertainties.prices.wage_dkk_per_h"] == (
        "uncertainties.prices.wage_dkk_per_h",
        "450",
        "DKK/h",
        "350 to 600, triangular",
        "assumed",
        "engineer or production manager with overhead",
    )
    assert table["levers.centre.funding[0].total_dkk"][:3] == ("levers.centre.funding[0].total_dkk", "12000000", "DKK")
    assert table["society.landfill_tax_dkk_per_t.2010-01"][1:3] == ("475", "DKK/t")
    assert table["horizon.end"].value == "2024-12"
    uncertain = [row for key, row in table.items() if key.startswith("uncertainties.")]
    assert all(all(row) for row in uncertain if row.grade != "read")
    assert all(all(row._replace(range="as published")) for row in uncertain)


# --- commands --------------------------------------------------------------------------------------------------------


def test_check_says_what_each_file_holds_and_returns_2_where_one_is_faulty(capsys):
    assert check(["base", "funding"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "base: valid; base",
        f"funding: valid; {', '.join(FUNDING)}; replicates 10, seed 2011",
    ]
    assert check([write("bad.yaml", "extends: base\nrules: {price: x}\n"), "base"]) == 2
    said = capsys.readouterr()
    allowed = "nash, equal_split, cost_sharing, posted_gate_fee"
    assert said.err == f"bad.yaml:2:16 rules.price: 'x' is not known; allowed are {allowed}\n"
    assert said.out == "base: valid; base\n"


def test_check_says_so_where_a_table_of_municipalities_is_faulty(capsys):
    write("tables/linkages.csv", "")
    write("tables/municipalities.csv", "wrong\n")
    assert check([write("own.yaml", "extends: base\nregion: {data: tables}\n")]) == 2
    assert "municipalities.csv" in capsys.readouterr().err


def test_show_prints_every_value_of_the_first_scenario_and_what_the_others_change(capsys):
    assert show("funding") == 0
    lines = capsys.readouterr().out.splitlines()
    numbers = sum(len(group.annotation.model_fields) for group in Uncertainties.model_fields.values())
    assert sum(line.startswith("uncertainties.") for line in lines) == numbers > 90
    assert "  levers.centre.funding[0].total_dkk: (none) -> 24000000" in lines
    assert "  levers.landfill_tax_added_dkk_per_t.2011-01: (none) -> 200" in lines


def test_show_with_diff_prints_only_what_differs(capsys):
    write("dear.yaml", f"{WAGE}500\n")
    assert show("dear", "base") == 0
    assert capsys.readouterr().out.splitlines() == [
        "dear, changed from base of base.yaml:",
        "  uncertainties.prices.wage_dkk_per_h: 450 (350 to 600, triangular) -> 500",
    ]
    assert show("base", "base") == 0
    assert capsys.readouterr().out.splitlines()[1] == "  nothing"


def test_show_of_a_faulty_file_returns_2(capsys):
    assert show("nowhere") == 2
    assert capsys.readouterr().err.startswith("nowhere: no such file here")


def test_the_schema_for_editors_knows_each_group_and_requires_nothing(capsys):
    assert schema() == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == file_schema()
    assert {*printed["properties"]} == {*Scenario.model_fields, "extends", "experiment"}
    assert '"required"' not in json.dumps(printed)
    assert {"type": "number"} in printed["$defs"]["Uncertain"]["anyOf"]
    assert {*printed["$defs"]["Changes"]["properties"]} == {*Scenario.model_fields}


def test_the_commands_about_files_import_nothing_heavy():
    code = (
        "import sys; from model.experiment.scenario_commands import check, schema; check(['base']); schema();"
        "print(sorted({'mesa', 'numba', 'scipy', 'pandas', 'numpy', 'matplotlib', 'duckdb'} & set(sys.modules)))"
    )
    path = os.pathsep.join([str(SCENARIOS.parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": path}
    )
    assert done.stdout.splitlines()[-1] == "[]"
