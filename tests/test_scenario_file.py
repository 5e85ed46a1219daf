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
from model.experiment.commands.scenario_commands import check
from model.scenario.scenario_file import Names, ScenarioError, load, resolved, resolved_text
from model.scenario.scenario_table import changes
from model.shipped import SCENARIOS, data_folder
from model.world.geography import load_municipalities
from model.world.known import load_known

FUNDING = ["no_centre", "centre_6m", "centre_12m", "centre_24m", "centre_12m_two_years", "centre_12m_eight_years"]
FUNDING += ["centre_12m_three_municipalities", "centre_12m_handed_over", "landfill_tax", "centre_12m_05"]
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
    real |= {"centre_12m_05": ["funding[0].total_dkk"]}
    real |= {"centre_12m_two_years": ["funding[0].months"], "centre_12m_eight_years": ["funding[0].months"]}
    for name, keys in real.items():
        said = changes(scenarios[name], scenarios["centre_12m"])
        assert [line.split(":")[0] for line in said] == [f"levers.centre.{key}" for key in keys]
    assert all("landfill_tax_added" in line for line in changes(scenarios["landfill_tax"], scenarios["no_centre"]))
    differing = changes(scenarios["centre_24m"], scenarios["centre_6m"])
    assert differing == ["levers.centre.funding[0].total_dkk: 6000000 → 24000000"]


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
    with pytest.raises(ScenarioError, match=r"^closed.yaml: cannot be read: you have no permission to$"):
        load("closed.yaml", NAMES)


@pytest.mark.parametrize("name", ["x" * 5000, "", ".", "..", "a\0b", "con/../x"])
def test_a_name_no_file_can_have_is_answered_like_any_missing_file(name):
    with pytest.raises(ScenarioError):
        load(name, NAMES)
    assert "extends: " in faults(f"extends: {json.dumps(name)}\n")[0]


# --- bad files: what is said about each mistake is held by test_bad_input.py -----------------------------------------

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


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join)))
def test_whatever_stands_in_a_file_is_either_valid_or_a_fault_with_a_place(text):
    path = write("fuzz.yaml", f"extends: base\n{text}\n".encode("utf-8", "surrogatepass"))
    try:
        assert load(path, NAMES).scenarios
    except ScenarioError as error:
        assert all(fault.place.file == "fuzz.yaml" for fault in error.faults)


def test_all_faults_are_told_at_once_in_order_of_place():
    lines = faults("extends: base\nregion: {road_factor: 9, data: x}\nrules: {price: x}\ncolour: red\nhorizon: {end: soon}\n")
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
    with pytest.raises(ScenarioError, match=r"^b.yaml:1:10 extends: the parents go in a circle: a.yaml → b.yaml → a.yaml;"):
        load("a", NAMES)


def test_eight_generations_of_parents_are_allowed_and_nine_are_not():
    for generation in range(1, 9):
        write(f"g{generation}.yaml", f"extends: {f'g{generation - 1}' if generation > 1 else 'base'}\n")
    assert load("g8", NAMES).scenarios
    write("g9.yaml", "extends: g8\n")
    with pytest.raises(ScenarioError, match="^g1.yaml:1:10 extends: more than 8 generations of parents;"):
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
        f"region.municipalities: [{', '.join(base.region.municipalities)}] → [326]",
        "society.landfill_tax_dkk_per_t.2005-01: 375 → 400",
        "society.landfill_tax_dkk_per_t.2020-01: (none) → 500",
        "uncertainties.prices.wage_dkk_per_h: 450 (350 to 600, triangular) → 500",
        "society.landfill_tax_dkk_per_t.2010-01: 475 → (none)",
    ]
    assert changes(base, base) == []


def test_a_centre_taken_away_is_one_change():
    base, centred = load("base", NAMES).scenarios["base"], one(centre())
    assert changes(base, centred) == ["levers.centre: (set) → null"]
    assert "levers.centre.funding[0].total_dkk: (none) → 12000000" in changes(centred, base)


# --- commands --------------------------------------------------------------------------------------------------------


def test_check_says_what_each_file_holds_and_returns_2_where_one_is_faulty(capsys):
    assert check(["base", "funding"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "base: valid; base",
        f"funding: valid; {', '.join(FUNDING)}; replicates 40, seed 2011",
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


def test_the_commands_about_files_import_nothing_heavy():
    code = (
        "import sys; from model.experiment.commands.scenario_commands import check, schema; check(['base']); schema();"
        "print(sorted({'mesa', 'numba', 'scipy', 'pandas', 'numpy', 'matplotlib', 'duckdb'} & set(sys.modules)))"
    )
    path = os.pathsep.join([str(SCENARIOS.parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": path}
    )
    assert done.stdout.splitlines()[-1] == "[]"


# --- what must go together, and what need not ------------------------------------------------------------------------


def valid(text):
    return load_known(write("mine.yaml", text)).scenarios


def test_a_horizon_cut_short_leaves_out_its_parents_programmes_and_later_dates():
    (scenario,) = valid("extends: base\nhorizon: {end: 2012-12}\n").values()
    assert len(scenario.society.programmes) == 2
    assert max(scenario.society.demand) > scenario.horizon.end
    stored = resolved_text(scenario)
    assert one(stored) == scenario


def test_dates_before_the_start_say_what_is_in_force_then():
    assert valid("extends: base\nsociety: {demand: {1990-01: 0.5, 2000-01: 0.9}}\n")
    assert valid("extends: base\nlevers: {subsidy_dkk_per_t: {1990-01: 50}}\n")


def test_money_and_events_may_fill_what_is_recorded_from_its_first_month_to_its_last():
    assert valid(centre(FIRST="2008-01", MONTHS="204"))
    assert valid("extends: base\nsociety: {events: [{month: 2024-12, stops: fly_ash}]}\n")
    assert valid("extends: base\nlevers: {guarantee: {share: 1, first: 2024-01, months: 12}}\n")


def test_a_centre_of_the_whole_region_or_of_its_owners_may_have_a_home():
    assert valid("extends: centre\n")
    assert valid("extends: centre\nlevers: {centre: {catchment: ['316', '326', '306', '330']}}\n")
    assert valid("extends: centre\nlevers: {centre: {catchment: ['330'], home: []}}\n")


def test_a_pot_may_take_all_of_the_funding():
    assert valid("extends: grants\nlevers: {centre: {grants: {total_dkk: 12e6}}}\n")


def test_scenarios_that_differ_in_one_value_are_not_alike():
    assert valid(f"{EXPERIMENT}    a: {{}}\n    b: {{uncertainties: {{prices: {{wage_dkk_per_h: 450}}}}}}\n")


def test_a_folder_of_ones_own_tables_can_be_used():
    for table in (SCENARIOS / "data" / "two_firms").glob("*.csv"):
        write(f"mine/{table.name}", table.read_bytes())
    assert valid("extends: two_firms\nregion: {data: mine}\n")
