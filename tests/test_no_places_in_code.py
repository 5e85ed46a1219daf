"""No year, scenario, municipality or firm stands in the code of the analysis: it speaks of the result it is given."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from model.outcomes import NAMES as OUTCOMES

ROOT = Path(__file__).parent.parent
SCENARIOS = ROOT / "scenarios"
FILES = [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("analysis/**/*.py"))]
FILES.append("model/experiment/results/pairing.py")

YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")

ALLOWED = {
    ("analysis/export/workbook.py", "ALWAYS"): "the date every workbook bears, so that two of one result are the same bytes",
    ("analysis/charts/exchange_map.py", "360"): "degrees of a circle, and the code of Lolland",
    ("analysis/reading/funnel.py", "two_firms"): "cases between two firms, and the name of a worked example",
    ("analysis/explain/negotiation_tables.py", "subsidy"): "a part of what a side gains, and the name of a scenario",
    ("analysis/report/tables.py", "activities"): "a step from money to effects, and the name of an experiment",
}
"""What is let stand, by the name it is given or by itself, with the reason."""


class Literal(NamedTuple):
    """A text or number in the code, and the name it is given, "" where it has none."""

    value: str | int | float
    line: int
    name: str


def literals(source: str) -> Iterator[Literal]:
    """Yield all texts and numbers but docstrings, parts of formatted texts among them."""
    tree = ast.parse(source)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    names = {
        id(part): node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        for part in ast.walk(node.value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in told and type(node.value) in (str, int, float):
            yield Literal(node.value, node.lineno, names.get(id(node), ""))


def rows(table: str) -> list[dict[str, str]]:
    with (SCENARIOS / "data" / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shipped() -> dict[str, dict]:
    """Return the shipped scenario files by name."""
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(SCENARIOS.glob("*.yaml"))}


def scenario_names() -> set[str]:
    """Return what scenarios are called in experiments, and the files that hold them."""
    return {name for file, held in shipped().items() for name in (file, *(held.get("experiment") or {}).get("scenarios", {}))}


def keys(held: object) -> set[str]:
    """Return all keys of a scenario file but the names of an experiment's scenarios."""
    if isinstance(held, list):
        return set().union(*map(keys, held))
    if not isinstance(held, dict):
        return set()
    below = (held[key].values() if key == "scenarios" else [held[key]] for key in held)
    return {str(key) for key in held}.union(*(keys(part) for parts in below for part in parts))


VOCABULARY = set(OUTCOMES).union(*map(keys, shipped().values()))
"""Words of the model, some of which are scenarios' names as well: `centre` is a lever, `trifle` a key of an experiment."""

SCENARIO_NAMES = scenario_names() - VOCABULARY
PLAIN = {name for name in SCENARIO_NAMES if name.isalpha()}
"""Names that are words of the language, such as `half`: code may use them within others for something else."""

CODES = {row["code"] for row in rows("municipalities.csv")}
PLACES = {row["name"] for row in rows("municipalities.csv")}
PARTNERS = {row[key] for row in rows("partners.csv") for key in ("code", "name")}
SOUGHT = sorted((SCENARIO_NAMES - PLAIN) | CODES | PLACES | PARTNERS, key=len, reverse=True)
NAMED = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in SOUGHT), re.IGNORECASE)


def faults(source: str) -> list[Literal]:
    """Return the texts and numbers that name a year, a scenario, a municipality or a firm."""
    return [one for one in literals(source) if _is_fault(one.value)]


def _is_fault(value: str | int | float) -> bool:
    if not isinstance(value, str):
        return 1900 <= value < 2100 or str(value) in CODES
    return bool(YEAR.search(value) or NAMED.search(value) or value in PLAIN)


@pytest.mark.parametrize("path", FILES)
def test_no_year_scenario_municipality_or_firm_stands_in_the_code(path):
    found = faults((ROOT / path).read_text(encoding="utf-8"))
    told = [one for one in found if not {(path, one.name), (path, str(one.value))} & ALLOWED.keys()]
    assert not told, "\n".join(f"{path}:{one.line}: {one.value!r}" for one in told)


def test_what_is_let_stand_still_stands():
    for path, what in ALLOWED:
        found = faults((ROOT / path).read_text(encoding="utf-8"))
        assert [one for one in found if what in (one.name, str(one.value))], (path, what)


@pytest.mark.parametrize(
    "line",
    [
        "since = 2011",
        "when = '2014-12'",
        "text = f'to {year} from 2008'",
        "query = \"scenario = 'centre_12m'\"",
        "twin = 'no_centre'",
        "name = 'recession'",
        "place = '326'",
        "place = 326",
        "name = 'in Kalundborg'",
        "name = 'kalundborg'",
        "firm = 'partner-03'",
        "firm = 'Novo Nordisk'",
        "def tell():\n    '''Tell.'''\n    return 'Gyproc'",
    ],
)
def test_a_year_a_scenario_a_municipality_and_a_firm_are_found(line):
    assert faults(line)


@pytest.mark.parametrize(
    "line",
    [
        "'''The centre of 2011 in Kalundborg.'''",
        "def tell():\n    '''Tell of centre_12m.'''",
        "X = 1\n'''Since 2011.'''",
        "x = 3260, 20110, 0.326, 12",
        "x = 'partner', 'municipality', 'centre', 'trifle', 'handed_over', 'answer.time.half'",
        "x = '1326', '20141'",
    ],
)
def test_docstrings_other_numbers_and_words_of_the_model_are_let_alone(line):
    assert not faults(line)
