"""`--precision` goes on until the paired difference is known so well, in whole rounds, and says how well that is."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import run
from model import months
from model.experiment.results.intervals import calculation_error
from model.experiment.results.store import read_table
from model.record import RunResult
from model.scenario.scenario import Scenario
from tests import made_up
from tests.test_run import use

MILLION = 1e6


def saved_mdkk(replicate: int) -> float:
    """What a centre saves in a replicate: scattered, and the same however often it is asked."""
    return float(np.random.default_rng(replicate).normal(100, 30))


def scattered(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    saved = saved_mdkk(replicate) * MILLION if scenario.levers.centre is not None else 0.0
    return made_up.result([made_up.case(started=months.month(2011, 1), savings=[(0, 0), (saved, 0), (0, 0)])])


@pytest.fixture(autouse=True)
def _scattered_runs_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    use(monkeypatch, scattered)


def reached(folder: str) -> dict[str, Any]:
    provenance: dict[str, Any] = json.loads(Path(folder, "provenance.json").read_text(encoding="utf-8"))
    return provenance["precision"] | {"replicates": provenance["replicates"]}


def asked_for(precision: float, most: str = "39") -> dict[str, Any]:
    assert run.main(["run", "centre", "--precision", f"{precision:g}", "--out", "out", "--replicates", most]) == run.DONE
    return reached("out")


def error_after(replicates: int) -> float:
    return calculation_error([saved_mdkk(replicate) for replicate in range(replicates)])


def test_it_stops_after_the_first_round_that_is_good_enough_and_says_what_was_reached(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = (error_after(10) + error_after(20)) / 2
    told = asked_for(asked)
    assert told["replicates"] == 20
    assert told["reached_mdkk"] == pytest.approx(error_after(20)) and told["asked_mdkk"] == pytest.approx(asked, rel=1e-5)
    assert f"within {error_after(20):.3g} m DKK (calculation error) after 20 replicates" in capsys.readouterr().out


def test_at_the_most_replicates_there_may_be_it_stops_and_says_that_it_was_missed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = asked_for(0.001, "15")
    assert told["replicates"] == 15 and told["reached_mdkk"] == pytest.approx(error_after(15))
    assert "Precision not reached" in capsys.readouterr().out


def test_with_one_pair_nothing_is_known_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked_for(1, "1")["reached_mdkk"] is None
    assert "Precision not known" in capsys.readouterr().out


def test_an_interrupted_job_comes_to_the_same_end(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = (error_after(10) + error_after(20)) / 2
    times: list[int] = []

    def interrupted(*arguments: Any) -> RunResult:
        times.append(1)
        if len(times) == 30:
            raise KeyboardInterrupt
        return scattered(*arguments)

    use(monkeypatch, interrupted)
    assert run.main(["run", "centre", "--precision", f"{asked:g}", "--out", "broken", "--replicates", "39"]) == run.INTERRUPTED
    assert run.main(["resume", "broken"]) == run.DONE
    assert reached("broken") == asked_for(asked)
    for table in ("outcomes", "additionality"):
        there, here = (read_table(Path(folder), table) for folder in ("broken", "out"))
        assert all(np.array_equal(there[name], here[name]) for name in there)


def test_with_a_design_of_draws_it_is_refused_with_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["run", "sweep", "--precision", "1"]) == run.BAD_INPUT
    assert "--precision" in capsys.readouterr().err
