"""A start that is refused leaves nothing, and the corrected call goes through."""

import shutil
import socket
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

import run
from model.experiment.commands import estimate
from model.experiment.results import lock, store
from model.experiment.workers.executors import Unreachable
from model.faults import say
from tests.faults.claim_bad_runs import TWO, command, engine, no_pictures
from tests.made_up import simulate

ASKED = ["run", "two.yaml", "--replicates", "1", "--engine", "agents"]
RULE = "def f(terms, supplier, receiver, bargain):\n    return 1.0\n"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "two.yaml").write_text(TWO, encoding="utf-8")
    (tmp_path / "mine.py").write_text(RULE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with engine(simulate, 0.01), no_pictures():
        yield tmp_path


def too_little(patch: pytest.MonkeyPatch, what: str) -> None:
    usage = shutil.disk_usage
    patch.setattr(estimate, "LARGE_S", 0.0)
    if what == "disk":
        patch.setattr(shutil, "disk_usage", lambda path: usage(path)._replace(free=1000))
    else:
        patch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1000))


def interrupted(patch: pytest.MonkeyPatch) -> None:
    def ctrl_c(*_: object) -> None:
        raise KeyboardInterrupt

    patch.setattr(estimate, "LARGE_S", 0.0)
    patch.setattr(estimate, "tried", ctrl_c)


def gone_meanwhile(patch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise Unreachable(say("cluster.gone", address="x"))

    patch.setattr(estimate, "LARGE_S", 0.0)
    patch.setattr(estimate, "tried", gone)


def full(patch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    patch.setattr("model.experiment.results.ledger.put", no_room)


def not_to_be_locked(patch: pytest.MonkeyPatch) -> None:
    def refuses(self: object, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    patch.setattr(lock.FileLock, "acquire", refuses)


def no_tables(patch: pytest.MonkeyPatch) -> None:
    def elsewhere(*_: object, **__: object) -> None:
        raise store.Unnameable(say("target.name", folder="x"))

    patch.setattr(store, "require_writable", elsewhere)


REFUSALS = {
    "a setting that is none": (lambda patch: None, ["--set", "levers.nothing=1"]),
    "a rule that is none": (lambda patch: None, ["--rule", "price=mine.py:g"]),
    "a rule of no kind": (lambda patch: None, ["--rule", "nonsense"]),
    "too little room on the disk": (lambda patch: too_little(patch, "disk"), []),
    "too little memory": (lambda patch: too_little(patch, "memory"), []),
    "a cluster that goes": (gone_meanwhile, []),
    "Ctrl-C while runs are tried": (interrupted, []),
    "a full disk": (full, []),
    "a folder that cannot be locked": (not_to_be_locked, []),
    "a name DuckDB cannot take": (no_tables, []),
}


OUTS = {"new": ["--out", "deep/er/new"], "empty": ["--out", "empty"], "results": []}
TRIED = [(refusal, "new") for refusal in REFUSALS] + [("a full disk", "empty"), ("a full disk", "results")]


@pytest.mark.parametrize(("refusal", "where"), TRIED)
def test_a_start_that_is_refused_leaves_nothing(place: Path, refusal: str, where: str) -> None:
    out = OUTS[where]
    (place / "empty").mkdir()
    before = sorted(place.rglob("*"))
    prepare, more = REFUSALS[refusal]
    with pytest.MonkeyPatch.context() as patch:
        prepare(patch)
        code, told = command([*ASKED, *more, *out])
    assert code in (run.BAD_INPUT, run.INTERRUPTED) and told and "Traceback" not in told
    assert sorted(place.rglob("*")) == before
    code, told = command([*ASKED, *out])
    assert code == run.DONE, told


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_a_cluster_that_is_not_there_leaves_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("model.experiment.workers.executors.SECONDS_TO_ANSWER", 1)
    before = sorted(place.rglob("*"))
    code, told = command([*ASKED, "--cluster", f"tcp://127.0.0.1:{free_port()}", "--out", "new"])
    assert code == run.BAD_INPUT and "no Dask scheduler answers" in told
    assert sorted(place.rglob("*")) == before
    assert command([*ASKED, "--out", "new"])[0] == run.DONE


def test_a_folder_that_another_process_has_taken_keeps_what_that_put_there(place: Path) -> None:
    (place / "new").mkdir()
    with lock.held(place / "new"):
        assert command([*ASKED, "--out", "new"])[0] == run.BAD_INPUT
        assert (place / "new" / lock.LOCK).exists() and (place / "new" / lock.HOLDER).exists()
    assert list((place / "new").iterdir()) == []
