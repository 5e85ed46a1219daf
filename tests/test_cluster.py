"""Runs done by a real Dask cluster: a scheduler and two workers, each a process of its own."""

import shutil
import socket
from pathlib import Path

import psutil
import pytest

import run as command_line
from model.experiment.results.outcome import Failed, Finished
from model.experiment.workers.executors import Unreachable, on_cluster
from model.experiment.workers.limits import Limits
from model.experiment.workers.runner import do_by, do_here
from model.shipped import SCENARIOS
from tests.failing import ends_its_process_in_replicate_1, raises_in_replicate_1, sleeps_in_replicate_1
from tests.faults.claim_bad_runs import command, no_pictures
from tests.faults.cluster import cluster
from tests.made_up import runs, simulate

pytest.importorskip("distributed")

AMPLE = Limits(120, 2048)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("cluster")) as address:
        yield address


def done_by(address, simulate, replicates=4, limits=AMPLE):
    together = do_by(on_cluster(simulate, limits, address), 2, runs(replicates))
    return {one.run.id: one for some in together for one in some}


def failed(done):
    return [one for one in done.values() if isinstance(one, Failed)]


def test_a_cluster_returns_what_this_process_returns(address):
    here = {one.run.id: one for some in do_here(runs(4), simulate) for one in some}
    there = done_by(address, simulate)
    assert there.keys() == here.keys()
    for run, one in there.items():
        assert isinstance(one, Finished)
        assert repr(one.parts) == repr(here[run].parts)


def test_a_run_that_raises_there_is_named_with_its_traceback_and_the_others_go_on(address):
    done = done_by(address, raises_in_replicate_1)
    (one,) = failed(done)
    assert (one.run.name, one.run.replicate, one.error) == ("centre", 1, "ArithmeticError: books do not balance")
    assert "raises_in_replicate_1" in one.traceback
    assert len(done) == 8


def test_a_run_that_ends_every_worker_it_gets_is_named_and_the_others_are_taken_over(address):
    done = done_by(address, ends_its_process_in_replicate_1)
    (one,) = failed(done)
    assert (one.run.name, one.run.replicate) == ("centre", 1)
    assert str(one.error).startswith("every worker of the cluster that took it up died")
    assert len(done) == 8


def test_a_run_that_takes_too_long_there_is_named_with_where_it_was(address):
    done = done_by(address, sleeps_in_replicate_1, limits=Limits(10, 2048))  # the others take a moment
    (one,) = failed(done)
    assert (one.run.name, one.run.replicate) == ("centre", 1) and "stopped after 10 s" in str(one.error)
    assert "sleeps_in_replicate_1" in one.traceback
    assert len(done) == 8


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def asked(tmp_path: Path, address: str) -> list[str]:
    return ["run", "two_firms", "--replicates", "1", "--cluster", address, "--engine", "agents", "--out", f"{tmp_path}/out"]


@pytest.mark.parametrize("wrong", ["tcp://127.0.0.1:{}", "nonsense://here:{}"])
def test_where_no_scheduler_answers_that_is_said(tmp_path, monkeypatch, wrong):
    monkeypatch.setattr("model.experiment.workers.executors.SECONDS_TO_ANSWER", 2)
    code, told = command(asked(tmp_path, wrong.format(free_port())))
    assert code == command_line.BAD_INPUT
    assert "no Dask scheduler answers at" in told
    assert "Traceback" not in told


def test_workers_that_come_up_only_now_are_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("model.experiment.workers.executors.SECONDS_TO_COME_UP", 120)
    (tmp_path / "cluster").mkdir()
    with cluster(tmp_path / "cluster", workers=1, waited_for=False) as alone:
        assert not failed(done_by(alone, simulate, replicates=1))


def test_a_scheduler_without_workers_is_said_to_have_none(tmp_path, monkeypatch):
    monkeypatch.setattr("model.experiment.workers.executors.SECONDS_TO_COME_UP", 1)
    (tmp_path / "cluster").mkdir()
    with cluster(tmp_path / "cluster", workers=0) as alone:
        code, told = command(asked(tmp_path, alone))
    assert (code, "has no workers" in told) == (command_line.BAD_INPUT, True)


def test_workers_that_lack_this_program_are_told_so_and_nothing_is_left(tmp_path):
    (tmp_path / "cluster").mkdir()
    with cluster(tmp_path / "cluster", workers=1, lacks_program=True) as alone:
        code, told = command(asked(tmp_path, alone))
    assert code == command_line.BAD_INPUT and "Traceback" not in told
    assert "cannot load this program" in told and "No module named 'model'" in told and "install it" in told
    assert not (tmp_path / "out").exists()


def test_tables_of_ones_own_go_along_to_workers_that_have_none(address, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SCENARIOS / "data" / "two_firms", "mine")
    Path("mine.yaml").write_text("title: mine\nextends: two_firms.yaml\nregion: {data: mine}\n", encoding="utf-8")
    here = ["run", "mine.yaml", "--replicates", "1", "--engine", "agents"]
    with no_pictures():
        code, told = command([*here, "--cluster", address, "--out", "there"])
        assert code == command_line.DONE, told
        assert command([*here, "--out", "here"])[0] == command_line.DONE
    for path in Path("here").rglob("*"):
        if path.is_file() and "ledger" not in path.name:
            assert (Path("there") / path.relative_to("here")).read_bytes() == path.read_bytes(), path


def test_a_whole_run_by_a_cluster_writes_nothing_but_its_own_messages(address, tmp_path, capfd):
    with no_pictures():
        code, told = command(asked(tmp_path, address))
    assert code == command_line.DONE, told
    assert capfd.readouterr().err == ""


def test_workers_that_go_and_do_not_come_back_are_not_waited_for_for_ever(tmp_path, monkeypatch):
    (tmp_path / "cluster").mkdir()
    with cluster(tmp_path / "cluster", workers=1) as alone:
        together = do_by(on_cluster(sleeps_in_replicate_1, AMPLE, alone), 1, runs(2))
        next(together)  # however long it takes
        _kill_workers(alone)
        monkeypatch.setattr("model.experiment.workers.executors.SECONDS_WITHOUT_WORKERS", 1)
        with pytest.raises(Unreachable, match="has no workers"):
            list(together)


def _kill_workers(address: str) -> None:
    """End the workers of one scheduler, and first what would start them again."""
    children = psutil.Process().children()
    for parent in [child for child in children if f"worker {address}" in " ".join(child.cmdline())]:
        family = [parent, *parent.children(recursive=True)]
        for process in family:
            process.kill()
