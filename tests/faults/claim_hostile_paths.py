"""Paths and names that lead elsewhere: nothing outside the folder is read, written or run."""

import contextlib
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import run
from analysis.reading.results import open_results
from analysis.summary import write_report
from model.experiment.workers import own_rules
from model.world.region_tables import tables_in

from . import hostile_folder
from .claims import Case, Outcome, claim
from .places import data_tables

SECRET = "TOP-SECRET-9731"
OUTSIDE, WORK = "outside", "work"
REFUSED = "refused"


class Attempt(NamedTuple):
    """What is tried in the folder `work`; `act` returns the exit code, the rest is looked at for every attempt."""

    how: str
    act: Callable[[Path], int]


def _command(*argv: str) -> int:
    try:
        return run.main(list(argv))
    except SystemExit as error:
        return int(error.code or 0)


def _checks(how: str, text: str, prepare: Callable[[Path], None] | None = None) -> Attempt:
    def act(work: Path) -> int:
        if prepare:
            prepare(work)
        (work / "mine.yaml").write_text(text.replace("OUTSIDE", (work.parent / OUTSIDE).as_posix()), encoding="utf-8")
        tables_in.cache_clear()
        return _command("check", "mine.yaml")

    return Attempt(f"{how}: {text[:120]!r}", act)


def _extends(parent: str, prepare: Callable[[Path], None] | None = None) -> Attempt:
    return _checks("extends", f"title: mine\nextends: {parent}\n", prepare)


def _experiment(scenarios: str, prepare: Callable[[Path], None] | None = None) -> Attempt:
    experiment = f"{{replicates: 1, seed: 1, scenarios: {scenarios}}}"
    return _checks("experiment", f"title: mine\nextends: two_firms.yaml\nexperiment: {experiment}\n", prepare)


def _data(folder: str, prepare: Callable[[Path], None] | None = None) -> Attempt:
    return _checks("tables", f"title: mine\nextends: two_firms.yaml\nregion: {{data: {folder}}}\n", prepare)


def _link(name: str, target: str) -> Callable[[Path], None]:
    def prepare(work: Path) -> None:
        (work / name).symlink_to(work.parent / OUTSIDE / target)

    return prepare


def _rule(rule: str) -> Attempt:
    return Attempt(
        f"rule {rule[:60]!r}",
        lambda _: _command("run", "two_firms", "--replicates", "1", "--rule", rule, "--out", "new"),
    )


def _out(out: str, prepare: Callable[[Path], None] | None = None) -> Attempt:
    def act(work: Path) -> int:
        if prepare:
            prepare(work)
        return _command("run", "two_firms", "--replicates", "1", "--out", out)

    return Attempt(f"out {out[:60]!r}", act)


def _stored_rule(file: str) -> Attempt:
    """Let a result say that its rule lies elsewhere, and have the result read."""

    def act(work: Path) -> int:
        stored = {"price": {"name": "evil.py:f#000000000000", "file": file, "hash": "0"}}
        (work / "provenance.json").write_text(json.dumps({"rules": stored}), encoding="utf-8")
        (work / "rules").mkdir()
        (work / "rules" / "evil.py").write_text(
            (work.parent / OUTSIDE / "evil.py").read_text(encoding="utf-8"), encoding="utf-8"
        )
        try:
            own_rules.read_stored(work)
        except own_rules.RuleFault:
            return run.BAD_INPUT
        return run.DONE

    return Attempt(f"stored rule {file!r}", act)


def _stored_scenario(name: str) -> Attempt:
    """Let a result name a scenario that lies elsewhere, and write its report."""

    def act(work: Path) -> int:
        result = hostile_folder.write(work / "result", hostile_folder.harmless())
        path = result / "provenance.json"
        known = json.loads(path.read_text(encoding="utf-8"))
        known["parameters"][name.replace("OUTSIDE", (work.parent / OUTSIDE).as_posix())] = "cc"
        path.write_text(json.dumps(known), encoding="utf-8")
        with open_results(result) as results:
            assert results.years
        page = write_report(result, "en").read_text(encoding="utf-8")
        print(page.replace("OUTSIDE", ""))
        return run.BAD_INPUT  # no file to refuse; what matters is what the page says

    return Attempt(f"stored scenario {name!r}", act)


ATTEMPTS = (
    _extends("../outside/secret.yaml"),
    _extends("OUTSIDE/secret.yaml"),
    _extends("a/../../outside/secret.yaml"),
    _extends("linked.yaml", _link("linked.yaml", "secret.yaml")),
    _extends("linked/secret.yaml", _link("linked", ".")),
    _extends("C:\\outside\\secret.yaml"),
    _extends("C:secret.yaml"),
    _extends("\\\\server\\share\\secret.yaml"),
    _extends("..\\outside\\secret.yaml"),
    _extends('"../outside/secret.yaml\\0.yaml"'),
    _extends('"secret\\0.yaml"'),
    _extends("file://OUTSIDE/secret.yaml"),
    _extends("~/secret.yaml"),
    _extends("x" * 5_000),
    _extends("x/" * 3_000 + "secret.yaml"),
    _experiment("{a: ../outside/secret.yaml}"),
    _experiment("{a: OUTSIDE/secret.yaml}"),
    _experiment("{a: linked.yaml}", _link("linked.yaml", "secret.yaml")),
    _experiment("{a: 'C:\\secret.yaml'}"),
    _experiment('{a: "secret\\0"}'),
    _experiment("{../../outside/a: {}}"),
    _experiment("{/outside: {}}"),
    _experiment("{a/b: {}}"),
    _experiment("{'a\\b': {}}"),
    _experiment('{"a\\0": {}}'),
    _experiment("{'..': {}}"),
    _experiment("{CON: {}}"),
    _experiment("{lpt1: {}}"),
    _experiment("{" + "x" * 300 + ": {}}"),
    _data("../outside/tables"),
    _data("OUTSIDE/tables"),
    _data("linked", _link("linked", "tables")),
    _data("linked/tables", _link("linked", ".")),
    _data('"tables\\0"'),
    _rule("price=../outside:f"),
    _rule("price=" + "x" * 5_000 + ".py:f"),
    _out("full", lambda work: (work / "full").mkdir() or (work / "full" / "mine.txt").write_text("mine") and None),
    _out("linked", _link("linked", ".")),
    _out("x" * 5_000),
    _stored_rule("../../outside/evil.py"),
    _stored_rule("rules/evil.py"),
    _stored_scenario("../../../outside/secret"),
    _stored_scenario("OUTSIDE/secret"),
)
HOLDS = (
    f"Of {len(ATTEMPTS)} paths and names that lead elsewhere (parents, scenarios of experiments, tables, rules, results; "
    "with .., absolute, with drives, NUL, device names, links, very long) none has an effect: each is refused in words, and "
    "nothing outside the folder is read, written or run."
)


def _plant_any_parent() -> None:
    """Take a parent from anywhere."""
    from model.scenario import scenario_file

    inside = scenario_file._named_file

    def anywhere(named: Any, path: Path, key: str) -> Path:
        there = path.parent / str(named.content)
        return there if there.is_file() else inside(named, path, key)

    scenario_file._named_file = anywhere  # type: ignore[assignment]


@claim(
    "hostile-paths",
    holds=HOLDS,
    quick=len(ATTEMPTS),
    full=len(ATTEMPTS),
    limit_s=120,
    plants={"any-parent": _plant_any_parent},
)
def hostile_paths(case: Case) -> Outcome:
    """Try one path, and look at what is outside before and after."""
    attempt = ATTEMPTS[case.number]
    work = _prepared(case.folder)
    before = _contents(case.folder / OUTSIDE)
    said = io.StringIO()
    with contextlib.chdir(work), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = attempt.act(work)
    wrong = list(_wrongs(code, said.getvalue(), case.folder, before))
    return Outcome(violations=tuple(f"{what}\n{attempt.how}\n{said.getvalue()[:600]}" for what in wrong))


def _wrongs(code: int, said: str, folder: Path, before: dict[str, bytes]) -> Iterator[str]:
    if code != run.BAD_INPUT:
        yield f"exit code {code}"
    if SECRET in said:
        yield "what lies outside was read and told"
    if "Traceback" in said:
        yield "a traceback"
    if _contents(folder / OUTSIDE) != before:
        yield "what lies outside was changed"
    if sorted(os.listdir(folder)) != [OUTSIDE, WORK]:
        yield f"something was written beside: {os.listdir(folder)}"


def _prepared(folder: Path) -> Path:
    outside, work = folder / OUTSIDE, folder / WORK
    (outside / "tables").mkdir(parents=True)
    work.mkdir()
    (outside / "secret.yaml").write_text(f"title: {SECRET}\nextends: two_firms.yaml\n", encoding="utf-8")
    evil = f"from pathlib import Path\nPath({str(outside / 'ran')!r}).write_text('ran')\n\ndef f(*_):\n    return 0\n"
    (outside / "evil.py").write_text(evil, encoding="utf-8")
    for name, text in data_tables("data/two_firms").items():
        (outside / "tables" / name).write_text(text, encoding="utf-8")
    return work


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
