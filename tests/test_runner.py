"""Doing runs, in one process or several."""

import io
import os
import re
import time
from pathlib import Path

import numpy as np
import pytest

from model.experiment.commands.progress import progress_in
from model.experiment.workers.executors import in_processes
from model.experiment.workers.limits import Limits
from model.experiment.workers.runner import do_by, do_here, takes_a_moment
from model.faults import worded
from model.record import RunResult
from model.scenario.scenario import Scenario
from tests.made_up import LIMITS, Outcome, run_all, runs, simulate


def raises_in_replicate_1(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    if replicate == 1:
        raise ArithmeticError("books do not\nbalance")
    return simulate(scenario, seed, replicate)


def kills_its_process_in_replicate_1(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    if replicate == 1 and scenario.levers.centre is not None:
        os._exit(9)
    return simulate(scenario, seed, replicate)


def the_twin_kills_its_process_in_replicate_1(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    if replicate == 1 and scenario.levers.centre is None:
        os._exit(9)
    return simulate(scenario, seed, replicate)


def later_runs_finish_first(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    time.sleep(0.2 if replicate == 0 else 0)
    return simulate(scenario, seed, replicate)


def answers(outcome: Outcome) -> list[tuple[str, bytes, str]]:
    return [
        (one.run.id, one.parts["outcomes"].columns["value"].tobytes(), repr(one.parts["additionality"]))
        for one in outcome.finished
    ]


def test_two_workers_return_what_one_returns_in_the_order_asked_for() -> None:
    asked = runs(replicates=3)
    alone, together = run_all(asked, 0, simulate), run_all(asked, 2, later_runs_finish_first)
    assert answers(alone) == answers(together)
    assert [one.run for one in together.finished] == asked


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_a_run_that_raises_is_named_with_its_traceback_and_the_others_go_on(workers: int) -> None:
    outcome = run_all(runs(replicates=3), workers, raises_in_replicate_1)
    assert [(one.run.name, one.run.replicate, one.run.seed) for one in outcome.failed] == [
        ("no_centre", 1, 7),
        ("centre", 1, 7),
    ]
    assert outcome.failed[0].error == "ArithmeticError: books do not balance"
    assert "raises_in_replicate_1" in outcome.failed[0].traceback
    assert [one.run.replicate for one in outcome.finished] == [0, 0, 2, 2]


def test_a_killed_process_costs_only_the_run_that_killed_it() -> None:
    outcome = run_all(runs(replicates=4), 2, kills_its_process_in_replicate_1)
    assert [(one.run.name, one.run.replicate) for one in outcome.failed] == [("centre", 1)]
    assert "ended twice" in str(outcome.failed[0].error)
    assert "proces døde to gange" in worded(outcome.failed[0].error, "da")
    assert len(outcome.finished) == 7


def test_a_run_whose_twin_killed_its_process_is_kept_without_a_pair() -> None:
    outcome = run_all(runs(replicates=2), 2, the_twin_kills_its_process_in_replicate_1)
    assert [(one.run.name, one.run.replicate) for one in outcome.failed] == [("no_centre", 1)]
    pairs = [one.parts["additionality"].rows > 0 for one in outcome.finished if one.run.name == "centre"]
    assert pairs == [True, False]


def test_runs_of_a_replicate_shared_out_over_processes_are_paired_all_the_same() -> None:
    assert answers(run_all(runs(replicates=1), 2, simulate)) == answers(run_all(runs(replicates=1), 0, simulate))


def test_little_work_is_done_without_starting_processes() -> None:
    assert [takes_a_moment(0.05), takes_a_moment(22.5)] == [True, False]


def test_no_runs_have_no_outcome() -> None:
    assert run_all([], 4, simulate) == ([], [])


def hangs_in_replicate_1(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    if replicate == 1 and scenario.levers.centre is not None:
        time.sleep(3600)
    return simulate(scenario, seed, replicate)


def eats_memory_in_replicate_1(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    if replicate == 1 and scenario.levers.centre is not None:
        eaten = []
        while True:
            eaten.append(bytearray(b"x" * 50_000_000))
            time.sleep(0.01)
    return simulate(scenario, seed, replicate)


def test_a_run_that_hangs_is_stopped_and_named_with_where_it_was() -> None:
    outcome = run_all(runs(replicates=3), 2, hangs_in_replicate_1, Limits(seconds=3, memory_mb=4096))
    assert [(one.run.name, one.run.replicate) for one in outcome.failed] == [("centre", 1)]
    assert "stopped after 3 s" in str(outcome.failed[0].error)
    assert "hangs_in_replicate_1" in outcome.failed[0].traceback
    assert len(outcome.finished) == 5


def test_a_run_that_eats_memory_is_stopped_and_named() -> None:
    outcome = run_all(runs(replicates=3), 2, eats_memory_in_replicate_1, Limits(seconds=60, memory_mb=700))
    assert [(one.run.name, one.run.replicate) for one in outcome.failed] == [("centre", 1)]
    assert re.search("no more memory|more than 700 MB", str(outcome.failed[0].error))
    assert len(outcome.finished) == 5


@pytest.mark.parametrize("workers", [0, 2])
def test_once_told_to_stop_nothing_more_begins_and_whole_replicates_are_handed_on(workers: int) -> None:
    asked, done = runs(replicates=50), []
    stop = lambda: len(done) > 0  # noqa: E731 - as short as it can be
    doing = do_by(in_processes(simulate, LIMITS), workers, asked, stop) if workers else do_here(asked, simulate, stop)
    for together in doing:
        done += together
    assert 0 < len(done) < len(asked)
    assert len(done) % 2 == 0


def test_an_interruption_reaches_the_caller_and_leaves_no_process_behind() -> None:
    import multiprocessing

    def interrupt() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(do_by(in_processes(simulate, LIMITS), 2, runs(replicates=4), interrupt))
    assert multiprocessing.active_children() == []


def test_without_a_terminal_progress_is_lines_without_control_characters() -> None:
    stream = io.StringIO()
    with progress_in("en", stream, seconds=0)(3, 0) as advance:
        for _ in range(3):
            advance(1)
    assert re.fullmatch(r"(\d of 3 runs, about \d+:\d\d left\n){3}", stream.getvalue())


def test_without_a_terminal_most_runs_pass_in_silence() -> None:
    stream = io.StringIO()
    with progress_in("en", stream)(50, 0) as advance:
        for _ in range(50):
            advance(1)
    assert stream.getvalue() == "50 of 50 runs, about 0:00 left\n"


def test_the_seconds_of_a_run_are_measured_where_it_runs(tmp_path: Path) -> None:
    outcome = run_all(runs(replicates=1), 0, later_runs_finish_first)
    assert np.min([one.seconds for one in outcome.finished]) >= 0.15
