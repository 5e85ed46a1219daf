"""Code compiled and kept: made anew when a source is edited, read from disk when not, and always of one signature."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from numba import typeof

from model import kept
from model.month import build, simulate
from model.month.columns import KINDS, World, nothing
from model.world.known import load_known
from tests.made_up import no_centre
from tests.worlds import everything, short, small_tables

PRICE_OF_A_RULE_IN_ANOTHER_FILE = """
from model.month.compiler import compiled
from model.rules import cost, price

split = compiled(price.equal_split, {})
terms = cost.Terms(10.0, 300.0, 200.0, 50.0, 20.0, 0.0, 0.0, 0.1)
print(split(terms, price.IDLE, price.IDLE, price.Bargain(0.5, 0.5)), sum(split.stats.cache_hits.values()))
"""
"""`equal_split` calls `surplus`, which calls `flow`, which calls `unit_value`: all of them in another file."""
IS_KEPT_ALONE = """
import sys
from model import kept
kept.is_kept()
print(*(name for name in ("numba", "numpy", "mesa") if name in sys.modules))
"""
FEW_FIRMS = 2


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the model, nothing of it compiled yet."""
    return Path(shutil.copytree(kept.PACKAGE, tmp_path / "model", ignore=shutil.ignore_patterns("__pycache__")))


def said_by(program: str, package: Path) -> list[str]:
    """What a program prints with this copy of the model, word by word."""
    paths = {"PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=package.parent, env=os.environ | paths, capture_output=True, text=True
    )
    assert not done.returncode, done.stderr
    return done.stdout.split()


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")


def indices(package: Path) -> set[Path]:
    return set((package / "__pycache__" / "compiled").rglob("*.nbi"))


def test_a_rule_edited_is_compiled_anew_where_it_is_called_from_another_file_and_read_from_disk_where_nothing_is(package):
    price, hits = said_by(PRICE_OF_A_RULE_IN_ANOTHER_FILE, package)
    assert (float(price), int(hits)) == (-65.0, 0)
    value = "disposal + purchase - treatment - haul"
    edit(package / "rules" / "cost.py", value, f"{value} + 8.0")
    price, hits = said_by(PRICE_OF_A_RULE_IN_ANOTHER_FILE, package)
    assert (float(price), int(hits)) == (-61.0, 0)
    made = indices(package)
    price, hits = said_by(PRICE_OF_A_RULE_IN_ANOTHER_FILE, package)
    assert (float(price), int(hits)) == (-61.0, 1)
    assert indices(package) == made and len(made) == 2


ONE_DRAW = "from model.draws import Draws, Purpose; print(Draws(7, 1).one(Purpose.SIZE, 0, 3))"


def test_where_nothing_can_be_kept_code_is_compiled_each_time(package, monkeypatch):
    kept_draw = said_by(ONE_DRAW, package)
    assert set((package / "__pycache__" / "kernels").rglob("*.nbi"))
    shutil.rmtree(package / "__pycache__")
    for name in (package / "__pycache__", package.parent / "home"):
        name.write_text("no folder", encoding="utf-8")  # so that nobody, not even root, can put anything there
    for home in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(home, str(package.parent / "home"))
    assert said_by(ONE_DRAW, package) == kept_draw
    price, hits = said_by(PRICE_OF_A_RULE_IN_ANOTHER_FILE, package)
    assert (float(price), int(hits)) == (-65.0, 0)


def test_no_function_is_kept_in_a_way_of_its_own():
    sources = [path.read_text(encoding="utf-8") for path in kept.PACKAGE.rglob("*.py") if path.name != "kept.py"]
    assert sum("@kernel(" in source for source in sources) > 4
    assert not [source for source in sources if "cache=True" in source or "import njit" in source]


def test_asking_whether_code_is_kept_imports_no_compiler(package):
    assert said_by(IS_KEPT_ALONE, package) == []


# --- where it is kept ------------------------------------------------------------------------------------------------


@pytest.fixture
def of_copy(package: Path, monkeypatch: pytest.MonkeyPatch):
    """Has code kept under the hash of the copy; gives the name of the folder as the sources stand."""
    monkeypatch.setattr(kept, "PACKAGE", package)

    def name(more: str = "") -> str:
        kept._sources_hash.cache_clear()
        return kept.folder_of(more).name

    yield name
    kept._sources_hash.cache_clear()


@pytest.mark.parametrize(
    ("file", "is_another"),
    [
        ("experiment/store.py", False),
        ("agents/activities/screening.py", False),
        ("rules/cost.py", True),
        ("month/month.py", True),
        ("rules/negotiation.py", True),
        ("draws.py", True),
    ],
)
def test_code_is_kept_elsewhere_once_a_file_it_is_made_of_is_edited_and_only_then(file, is_another, package, of_copy):
    before = of_copy()
    with (package / file).open("a", encoding="utf-8") as source:
        source.write("# A remark.\n")
    assert (of_copy() != before) is is_another


def test_no_compiled_function_is_of_a_folder_left_out_of_the_hash():
    ours = [name for name in sys.modules if name.startswith("model.")]
    assert ours and simulate._compiled().py_func.__module__ == "model.month.simulate"
    left_out = tuple(f"model.{folder}" for folder in kept.NEVER_COMPILED)
    mirrored = names_of_modules_in(simulate._compiled().py_func)
    assert "model.rules.cost" in mirrored and "model.month.month" in mirrored
    assert not [name for name in mirrored if name.startswith(left_out)]


def names_of_modules_in(function) -> set[str]:
    """The modules whose functions a compiled function calls, over any number of calls in between."""
    seen, waiting = set(), [function.__globals__]
    found: set[str] = set()
    while waiting:
        names = waiting.pop()
        if id(names) in seen:
            continue
        seen.add(id(names))
        for value in list(names.values()):
            if hasattr(value, "py_func") and value.py_func.__module__.startswith("model."):
                found.add(value.py_func.__module__)
                waiting.append(value.py_func.__globals__)
            elif type(value).__name__ == "module" and value.__name__.startswith("model."):
                waiting.append(vars(value))
    return found


def test_a_users_rules_are_kept_apart_and_never_crowd_out_the_usual_ones(of_copy, package):
    usual = of_copy()
    made = [of_copy(f"own_price=mine.py:f#{n}") for n in range(8)]
    assert len({usual, *made}) == 9
    there = {path.name for path in (package / "__pycache__" / "compiled").iterdir()}
    assert usual in there and made[-1] in there
    assert len(there) == kept.MOST_KEPT


def test_so_many_versions_are_kept_before_the_first_one_goes(of_copy, package):
    usual = of_copy()
    made = [of_copy(f"own_price=mine.py:f#{n}") for n in range(kept.MOST_KEPT - 1)]
    assert {path.name for path in (package / "__pycache__" / "compiled").iterdir()} == {usual, *made}


def test_code_once_kept_is_known_to_be_and_another_version_is_not(of_copy, package):
    folder = package / "__pycache__" / "compiled" / of_copy()
    assert not kept.is_kept()
    (folder / "engine_0").mkdir()
    (folder / "engine_0" / "begin_and_run.nbi").touch()
    assert kept.is_kept() and not kept.is_kept("own_price=mine.py:f#1")


# --- one signature ---------------------------------------------------------------------------------------------------


def worlds_run(monkeypatch: pytest.MonkeyPatch) -> list[World]:
    """Run regions of very different make and return their columns."""
    worlds: list[World] = []
    world_of = build.world_of
    monkeypatch.setattr(build, "world_of", lambda *given: worlds.append(world_of(*given)) or worlds[-1])
    (two_firms,) = [load_known("two_firms").scenarios[name] for name in list(load_known("two_firms").scenarios)[:1]]
    for scenario, tables in (
        (everything(), small_tables(FEW_FIRMS)),
        (short(), small_tables(FEW_FIRMS)),
        (short(rules={"price": "posted_gate_fee", "trust": "ghali2017"}), small_tables(FEW_FIRMS)),
        (no_centre(horizon={"start": "2010-01", "recorded_from": "2010-01", "end": "2010-03"}), small_tables(FEW_FIRMS)),
        (two_firms, None),
    ):
        simulate.simulate(scenario, 7, 0, tables)
    return worlds


def test_the_columns_that_code_is_compiled_for_have_the_types_of_every_world_run_and_no_second_version_is_compiled(monkeypatch):
    worlds = worlds_run(monkeypatch)
    assert len(worlds) >= 5 and len({len(world.parties) for world in worlds}) > 1
    expected = dict(zip(World._fields, map(typeof, nothing()), strict=True))
    for world in worlds:
        assert dict(zip(World._fields, map(typeof, world), strict=True)) == expected
    assert set(KINDS) == set(World._fields)
    run = simulate._compiled()
    assert len(run.overloads) == 1
    simulate.warm()
    assert len(run.overloads) == 1
