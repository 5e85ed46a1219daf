"""Whoever makes a mistake is told where, what and how to mend it, in their language; no input ends in a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import run
from model.shipped import SCENARIOS
from model.world.region_tables import tables_in
from tests.bad_input.corpus import LANGUAGES, OF_TABLES, Case, cases, check, kinds, neutral, place

CASES = [case for kind in kinds() for case in cases(kind)]
MENDED = [case for case in CASES if "mend" in case.told]


def named(case: Case) -> str:
    return f"{case.kind}/{case.name}"


def test_the_corpus_is_large_and_complete() -> None:
    assert len(CASES) >= 120 and len(kinds()) >= 25 and len(MENDED) >= 12
    for kind in kinds():
        folder = CASES[0].path.parent.parent / kind
        told = {case.name for case in cases(kind)}
        lying = {path.name for path in folder.iterdir()} - {"messages.yaml"}
        parents = {f"g{generation}.yaml" for generation in range(1, 9)}
        assert lying - told <= (parents if kind == "too_many_generations" else set()), kind


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_mistake_is_told_with_its_place_and_remedy(case: Case, language: str, tmp_path: Path) -> None:
    said = check(case, language, tmp_path / "here")
    assert neutral(said.err) == case.told[language]
    assert (said.code, said.out) == (run.BAD_INPUT, "")


@pytest.mark.parametrize("case", MENDED, ids=named)
def test_one_edit_mends_it(case: Case, tmp_path: Path) -> None:
    said = check(case, "en", tmp_path / "here", mended=True)
    assert (said.code, said.err) == (run.DONE, "")
    assert ".yaml: valid; " in said.out


@pytest.mark.parametrize("kind", ["latin_1", "brackets", "unknown_keys", "tables"])
def test_a_process_of_its_own_says_the_same(kind: str, tmp_path: Path) -> None:
    first = next(cases(kind))
    place(first, tmp_path / "here")
    file = "tables.yaml" if first.kind == "tables" else first.name
    done = subprocess.run(
        [sys.executable, SCENARIOS.parent / "run.py", "check", file, "--lang", "da"],
        cwd=tmp_path / "here",
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1"},
        check=False,
    )
    assert (done.returncode, done.stdout) == (run.BAD_INPUT, "")
    assert neutral(done.stderr) == first.told["da"]


# --- whatever stands in a file ---------------------------------------------------------------------------------------

SHIPPED = {path.stem: path.read_bytes() for path in sorted(SCENARIOS.glob("*.yaml"))}
TOKENS = [b"null", b"{", b"}", b"[", b"]", b": ", b", ", b"'", b'"', b"- ", b"#", b"&a ", b"*a", b"!x ", b"\t", b"\n", b"\r"]
TOKENS += [b"1e400", b"-1", b"12.000", b"2011-13", b"yes", b".nan", b"\xe6", b"\0", b"\xff\xfe", b"---\n", b"...\n", b"| "]
FUZZED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, derandomize=True)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A shipped scenario after a few lines were taken out, tokens put in, pieces swapped or bytes replaced."""
    content = draw(st.sampled_from(sorted(SHIPPED.values(), key=len)))
    for _ in range(draw(st.integers(1, 4))):
        content = draw(st.sampled_from([_without_a_line, _with_a_token, _swapped, _with_odd_bytes]))(content, draw)
    return content


def _without_a_line(content: bytes, draw: st.DrawFn) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    del lines[draw(st.integers(0, len(lines) - 1))]
    return b"".join(lines)


def _with_a_token(content: bytes, draw: st.DrawFn) -> bytes:
    at = draw(st.integers(0, len(content)))
    return content[:at] + draw(st.sampled_from(TOKENS)) + content[at:]


def _swapped(content: bytes, draw: st.DrawFn) -> bytes:
    a, b, c = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 3)))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def _with_odd_bytes(content: bytes, draw: st.DrawFn) -> bytes:
    at = draw(st.integers(0, len(content)))
    odd = draw(st.binary(max_size=3))
    return content[:at] + odd + content[at + len(odd) :]


@FUZZED
@given(content=mutated(), language=st.sampled_from(LANGUAGES))
def test_a_spoilt_scenario_is_valid_or_told_and_never_a_traceback(
    content: bytes, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("spoilt.yaml").write_bytes(content)
    looks_valid_or_told("spoilt.yaml", language, capsys)


@FUZZED
@given(table=st.sampled_from(sorted((SCENARIOS / "data" / "two_firms").glob("*.csv"))), data=st.data())
def test_a_spoilt_table_is_valid_or_told_and_never_a_traceback(
    table: Path, data: st.DataObject, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    case = Case("tables", "statbank", {})
    if not Path("tables").exists():
        place(case, tmp_path)
    content = table.read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        spoil = data.draw(st.sampled_from([_without_a_line, _with_a_token, _swapped, _with_odd_bytes]))
        content = spoil(content, data.draw)
    for file in table.parent.glob("*.csv"):
        Path("tables", file.name).write_bytes(content if file == table else file.read_bytes())
    Path("tables.yaml").write_text(OF_TABLES, encoding="utf-8")
    tables_in.cache_clear()  # the folder was another one before
    looks_valid_or_told("tables.yaml", "en", capsys)


def looks_valid_or_told(file: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = run.main(["check", file, "--lang", language])
    said = capsys.readouterr()
    if code == run.DONE:
        assert said.out and not said.err
    else:
        assert code == run.BAD_INPUT and not said.out
        assert said.err.strip() and "Traceback" not in said.err and "pydantic" not in said.err
