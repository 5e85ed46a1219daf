"""What a result says of the program that made it: its sources, its commit, and every package behind it."""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from model.experiment.commands import installation

GIT = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


def git(root: Path, *asked: str) -> str:
    here = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    done = subprocess.run(["git", *who, "-C", str(root), *asked], capture_output=True, text=True, check=True, env=here)
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small clone that looks like that of the project."""
    root = tmp_path / "clone"
    for name in ("model", "analysis", "scenarios"):
        (root / name).mkdir(parents=True)
    (root / "run.py").write_text("1\n", encoding="utf-8")
    (root / "model" / "a.py").write_text("2\n", encoding="utf-8")
    git(tmp_path, "init", "-q", "-b", "trunk", str(root))
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    monkeypatch.setattr(installation, "ROOT", root)
    installation.code.cache_clear()
    yield root
    installation.code.cache_clear()


def told() -> dict[str, object]:
    installation.code.cache_clear()
    return installation.code()


@GIT
def test_the_commit_is_named_and_whether_sources_differ_from_it(clone: Path) -> None:
    assert told() | {"sources": ""} == {"sources": "", "commit": git(clone, "rev-parse", "HEAD"), "changed": False}
    (clone / "results").mkdir()
    (clone / "results" / "x.csv").write_text("what it made is no part of it", encoding="utf-8")
    assert told()["changed"] is False
    before = told()["sources"]
    (clone / "model" / "new.py").write_text("3\n", encoding="utf-8")
    after = told()
    assert after["changed"] is True and after["sources"] != before


@GIT
@pytest.mark.parametrize("packed", [False, True])
def test_without_git_the_commit_is_read_from_its_files(clone: Path, monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    commit = git(clone, "rev-parse", "HEAD")
    if packed:
        git(clone, "pack-refs", "--all")
    git(clone, "worktree", "add", "-q", "-b", "other", str(clone.parent / "other"))
    git(clone.parent / "other", "commit", "-q", "--allow-empty", "-m", "second")
    second = git(clone.parent / "other", "rev-parse", "HEAD")
    monkeypatch.setenv("PATH", "")
    assert told() | {"sources": ""} == {"sources": "", "commit": commit, "changed": None}
    monkeypatch.setattr(installation, "ROOT", clone.parent / "other")
    assert told()["commit"] == second != commit


@GIT
def test_another_projects_clone_around_an_installed_package_is_not_named(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = clone / ".venv" / "site-packages"
    shutil.copytree(clone / "model", installed / "model")
    monkeypatch.setattr(installation, "ROOT", installed)
    assert (told()["commit"], told()["changed"]) == (None, None)


@pytest.mark.parametrize("broken", ["", "ref: refs/heads/none", "gitdir: nowhere"])
def test_a_clone_that_cannot_be_read_is_no_obstacle(clone: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    shutil.rmtree(clone / ".git")
    (clone / ".git").write_text(broken, encoding="utf-8")
    assert (told()["commit"], told()["changed"]) == (None, None)


@GIT
def test_asking_git_writes_nothing_not_even_an_index(clone: Path) -> None:
    os.utime(clone / "run.py", (1, 1))  # so that git would like to note that it looked
    before = {path: path.read_bytes() for path in sorted(clone.rglob("*")) if path.is_file()}
    told()
    assert {path: path.read_bytes() for path in sorted(clone.rglob("*")) if path.is_file()} == before


def test_every_package_behind_the_program_is_named_and_no_other() -> None:
    named = installation.versions()
    direct = {"numpy", "duckdb", "mesa", "numba", "scipy", "matplotlib", "pydantic", "pyyaml", "filelock", "xlsxwriter"}
    behind = {"llvmlite", "pydantic-core", "networkx", "pillow"}
    assert direct | behind <= set(named)
    assert not {"pytest", "ruff", "mypy", "hypothesis"} & set(named)
    assert all(version(name) == told for name, told in named.items())


def test_a_clone_that_was_never_installed_names_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    before = installation.versions()
    monkeypatch.setattr(installation, "NAME", "no-such-package")
    installation.versions.cache_clear()
    try:
        assert installation.versions() == before
    finally:
        installation.versions.cache_clear()


NO_NETWORK = """
import sys

calls = []
NAMES = ("socket.connect", "socket.bind", "socket.getaddrinfo")
sys.addaudithook(lambda event, told: calls.append((event, told[1])) if event in NAMES else None)

import run
from model.experiment.results.tablefiles import connected

code = run.main(["run", "two_firms", "--replicates", "2", "--workers", "2", "--engine", "agents", "--out", "out"])
code += run.main(["report", "out", "--out", "page.html"]) + run.main(["export", "out", "--format", "xlsx"])
with connected() as database:
    settings = dict(database.execute("SELECT name, value FROM duckdb_settings()").fetchall())
fetches = [settings[f"auto{what}_known_extensions"] for what in ("install", "load")]
print([call for call in calls if call[0] == "socket.getaddrinfo" or isinstance(call[1], tuple)], code, *fetches)
"""


def test_nothing_leaves_the_machine(tmp_path: Path) -> None:
    """No address is looked up, listened on or connected to, and DuckDB, which could, is told to fetch nothing."""
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK],
        capture_output=True, text=True, cwd=tmp_path, check=False,
        env=os.environ | {"PYTHONPATH": str(installation.ROOT)},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[] 0 false false", done.stdout[-300:] + done.stderr[-3000:]


def test_provenance_holds_all_of_it(tmp_path: Path) -> None:
    from tests.made_up import finished, write_results

    write_results(tmp_path, finished())
    provenance = json.loads((tmp_path / "provenance.json").read_text(encoding="utf-8"))
    assert set(provenance["code"]) == {"sources", "commit", "changed"} and len(provenance["code"]["sources"]) == 32
    assert provenance["packages"] == installation.versions()
