"""What a large job will take is told before it begins, and one that cannot fit is refused and leaves nothing."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

import run
from model.experiment.commands import estimate, job_commands
from model.experiment.commands.estimate import Estimate, Room, TooLarge, Tried, begun, estimated, fitting
from model.experiment.workers.executors import Unreachable
from model.faults import say
from tests import made_up
from tests.test_run import use

ASKED = ["run", "centre", "--replicates", "5", "--out", "out"]


@pytest.fixture(autouse=True)
def _made_up_runs_that_count_as_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    use(monkeypatch, made_up.simulate)
    monkeypatch.setattr(estimate, "LARGE_S", 0.0)


def room(monkeypatch: pytest.MonkeyPatch, disk: float = 1e15, memory: float = 1e15) -> None:
    usage: Any = shutil.disk_usage
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(path)._replace(free=int(disk)))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=int(memory)))


def test_a_large_job_is_told_about_before_it_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    room(monkeypatch)
    assert run.main(ASKED) == run.DONE
    told = capsys.readouterr().err.splitlines()[0]
    assert told.startswith("10 runs, about ") and "on the disk" in told and "memory" in told


def test_a_small_job_is_begun_without_a_word(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(estimate, "LARGE_S", 1e9)
    assert run.main(ASKED) == run.DONE
    assert "on the disk" not in capsys.readouterr().err


@pytest.mark.parametrize(("lack", "remedy"), [("disk", "--record year_region --cases none"), ("memory", "--workers")])
@pytest.mark.parametrize("language", ["en", "da"])
def test_a_job_without_room_is_refused_with_a_remedy_and_leaves_nothing(
    lack: str, remedy: str, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    room(monkeypatch, **{lack: 1000.0})
    assert run.main([*ASKED, "--lang", language]) == run.BAD_INPUT
    told = capsys.readouterr().err
    assert remedy in told and "Traceback" not in told
    assert not list(Path().iterdir())


def test_a_job_that_no_longer_fits_is_not_gone_on_with_and_keeps_what_was_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    room(monkeypatch)
    times: list[int] = []

    def interrupted(*asked: Any) -> Any:
        times.append(1)
        if len(times) == 9:  # after the runs that were tried out
            raise KeyboardInterrupt
        return made_up.simulate(*asked)

    use(monkeypatch, interrupted)
    assert run.main(ASKED) == run.INTERRUPTED
    room(monkeypatch, disk=1000.0)
    assert run.main(["resume", "out"]) == run.BAD_INPUT
    assert "--out" in capsys.readouterr().err
    room(monkeypatch)
    assert run.main(["resume", "out"]) == run.DONE


def test_ctrl_c_while_runs_are_tried_out_keeps_nothing_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    use(monkeypatch, interrupted)
    assert run.main(ASKED) == run.INTERRUPTED
    assert "nothing is kept" in capsys.readouterr().err and not list(Path().iterdir())


def test_a_cluster_lost_while_runs_are_tried_out_is_told_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone(*_: Any) -> Any:
        raise Unreachable(say("cluster.gone", address="tcp://there:1"))

    monkeypatch.setattr(job_commands, "workforce", lambda *_: gone)
    assert run.main(ASKED) == run.BAD_INPUT
    told = capsys.readouterr().err
    assert "tcp://there:1" in told and "Traceback" not in told and not list(Path().iterdir())


def test_runs_that_were_tried_out_are_not_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    room(monkeypatch)
    times: list[int] = []

    def counted(*asked: Any) -> Any:
        times.append(1)
        return made_up.simulate(*asked)

    use(monkeypatch, counted)
    assert run.main(ASKED) == run.DONE
    assert len(times) == 10


def test_twice_the_runs_take_twice_the_time_and_room() -> None:
    done = Tried(made_up.finished(3), 0.5)
    once, twice = (estimated(done, left, 1) for left in (1000, 2000))
    assert once is not None and twice is not None
    assert twice.seconds == pytest.approx(2 * once.seconds)
    assert twice.disk_mb - estimate.DISK_MB == pytest.approx(2 * (once.disk_mb - estimate.DISK_MB))


def test_the_first_run_of_a_process_which_reads_the_model_is_not_counted() -> None:
    slow, *others = made_up.finished(2)
    assert begun([slow._replace(seconds=100.0), *others], 1).seconds_a_run == pytest.approx(1.0)


def test_nothing_is_estimated_of_runs_that_all_failed() -> None:
    assert estimated(Tried([], 0.0), 10, 1) is None


def test_what_exactly_fits_is_begun() -> None:
    needed = Estimate(10, 1.0, disk_mb=100.0, memory_mb=100.0)
    fitting(needed, Room(Path("out"), 100.0, 100.0, 1))
    for less in ({"disk_mb": 99.0}, {"memory_mb": 99.0}):
        with pytest.raises(TooLarge):
            fitting(needed, Room(Path("out"), 100.0, 100.0, 1)._replace(**less))


def test_a_result_takes_no_more_room_than_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Estimate] = []
    told = estimate.fitting
    monkeypatch.setattr(estimate, "fitting", lambda one, there: said.append(one) or told(one, there))
    assert run.main(["run", "centre", "--replicates", "60", "--out", "out"]) == run.DONE
    taken = sum(path.stat().st_size for path in Path("out").rglob("*") if path.is_file()) / 2**20
    assert 0 < taken < said[0].disk_mb
