"""The suite of faults sees a defect that is planted, a process that hangs or dies, and keeps its figures."""

import os
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults import harness, page
from tests.faults.claims import Case, Claim, Counts, Outcome, claims
from tests.faults.measured import measured
from tests.faults.processes import tried

PLANTED = [
    ("bad-input", "no-duplicate-check", range(150)),
    ("bad-input", "traceback", range(150)),
    ("hostile-text", "no-escape", range(1)),
    ("hostile-text", "no-apostrophe", range(1)),
    ("hostile-paths", "any-parent", range(3)),
    ("kill", "acknowledge-early", range(4, 40)),
    ("kill-writing", "in-place", range(14)),
    ("same-bytes", "as-they-came", range(1)),
    ("damaged", "no-seals", range(1)),
]


def counted(claim: Claim, numbers: range, plant: str | None = None) -> Counts:
    counts = Counts()
    for number, outcome in tried(claim, numbers, 1, plant):
        counts.add(number, outcome)
    return counts


@pytest.mark.parametrize(("name", "plant", "numbers"), PLANTED, ids=lambda one: str(one) if isinstance(one, str) else "")
def test_a_planted_defect_violates_the_claim(name: str, plant: str, numbers: range) -> None:
    with closing(tried(claims()[name], numbers, 1, plant)) as outcomes:  # the first violation is enough
        assert any(outcome.violations for _, outcome in outcomes)


def test_without_a_defect_the_same_cases_hold() -> None:
    assert counted(claims()["bad-input"], range(150)).violations == []
    assert counted(claims()["hostile-paths"], range(3)).violations == []


def test_suggestions_that_are_missing_are_seen_over_all_cases(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--only", "bad-input", "--plant", "no-guess", "--workers", "2"]
    few = [part for number in range(60) for part in ("--case", str(number))]
    assert harness.main([*arguments, *few]) == harness.HELD  # single cases are not judged together
    counts = counted(claims()["bad-input"], range(60), "no-guess")
    assert counts.sums["typos"] and not counts.sums["typos told right"]
    judge = claims()["bad-input"].judge
    assert judge is not None and list(judge(counts))
    assert "60 faults made, 0 violated" in capsys.readouterr().out


def test_a_violated_claim_fails_and_is_told_with_how_to_repeat_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert harness.main(["--only", "hostile-paths", "--plant", "any-parent", "--case", "0"]) == harness.VIOLATED
    told = capsys.readouterr().out
    assert "hostile-paths: VIOLATED; 1 faults made" in told
    assert "--only hostile-paths --case 0" in told and "seed 2011" in told


def test_figures_of_a_run_that_is_not_full_are_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert harness.main(["--quick", "--write"]) == harness.USAGE
    assert "--write" in capsys.readouterr().err


def test_the_page_keeps_what_it_says_of_other_claims(tmp_path: Path) -> None:
    kept = tmp_path / "reliability.md"
    bad_input, paths = claims()["bad-input"], claims()["hostile-paths"]
    page.write([(bad_input, "Held: 3 faults made.")], kept)
    page.write([(paths, "Held: 4 faults made.")], kept)
    text = kept.read_text(encoding="utf-8")
    assert text.index("3 faults made") < text.index("4 faults made")
    assert "UTC, seed 2011; Python 3." in text and "SQLite" in text and bad_input.holds in text


def hangs(case: Case) -> Outcome:
    time.sleep(600 if case.number == 1 else 0)
    return Outcome()


def dies(case: Case) -> Outcome:
    if case.number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
@pytest.mark.parametrize(("attempt", "told"), [(hangs, "still not done after 3 s"), (dies, "the process died")])
def test_a_case_that_hangs_or_dies_is_told_and_the_others_go_on(
    attempt: object, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.faults.processes._work", _working[attempt])
    monkeypatch.setattr("tests.faults.processes.STARTS_IN_S", 60)
    counts = counted(Claim("made-up", "", 3, 3, hangs, limit_s=3), range(3))
    assert counts.cases == 3 and [number for number, _ in counts.violations] == [1]
    assert told in counts.violations[0][1]


def works_hanging(_: str, __: Path, ___: None, pipe: object) -> None:
    _works(hangs, pipe)


def works_dying(_: str, __: Path, ___: None, pipe: object) -> None:
    _works(dies, pipe)


_working = {hangs: works_hanging, dies: works_dying}


def _works(attempt: object, pipe: object) -> None:
    os.setsid()
    try:
        while True:
            number = pipe.recv()  # type: ignore[attr-defined]
            pipe.send(attempt(Case(number, None, Path())))  # type: ignore[attr-defined, operator, arg-type]
    except EOFError:
        return


def test_memory_and_time_are_measured() -> None:
    given, taken = measured(lambda: len(bytearray(80_000_000)))
    assert given == 80_000_000
    assert taken.seconds >= 0
    if taken.megabytes is not None:
        assert 60 < taken.megabytes < 200
