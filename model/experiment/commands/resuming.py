"""Opens what an earlier process began: to go on with it, to say how far it is, or to do one of its runs again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ...faults import Message, Told, refusal, say
from ..plan.design import Run, parameters_hash
from ..results import input_tables, ledger, lock, store
from ..results.outcome import Failed, Finished
from ..results.packing import packed
from ..results.seals import PROVENANCE, Damaged, read_provenance, verified
from ..workers import own_rules
from ..workers.preparation import prepare
from ..workers.runner import never
from .job import Job, job_of
from .workforce import a_few

SOME = 50
"""Of the runs done, so many say what the others will take."""


class Unfinishable(Told):
    """There is nothing to go on with; `message` says why, and what to do."""


@contextmanager
def open_job(folder: Path) -> Iterator[tuple[Job, ledger.Ledger]]:
    """Hand out a folder's job and its ledger, held for this process.

    Raises Unfinishable where folder or ledger is not there or is damaged, Changed where the model or a scenario is not what
    the job was begun with, lock.Held where another process works on it.
    """
    with _told():
        _require_ledger(folder)
        with lock.held(folder), ledger.opened(folder) as book, _its_job(folder, book) as job:
            store.require_writable(folder)
            yield job, book


def begun(job: Job, book: ledger.Ledger) -> tuple[list[Finished | Failed], list[Run]]:
    """Return some of a job's runs that are done, and those that are left."""
    runs, there = job.runs(), book.done()
    return list(book.read([run for run in runs if run.id in there][:SOME])), [run for run in runs if run.id not in there]


def status(folder: Path) -> Message:
    """Return how far a job is: runs done, failed and asked for, and whether its result is there and whole.

    Raises Unfinishable and Changed as `open_job` does; it may be asked while another process is at work.
    """
    with _told():
        _require_ledger(folder)
        with ledger.reading(folder) as book, _its_job(folder, book) as job:
            done, failed = book.done(), len(book.failed())
            runs = "?" if job.precision is not None else len(job.runs())
        told = say("status.runs", folder=folder, done=len(done), runs=runs, failed=failed)
        return told.followed_by(_result(folder))


class Replayed(NamedTuple):
    """What came of a run done again, and whether it is what was stored."""

    told: Message
    same: bool


def replayed(folder: Path, run_id: str) -> Replayed:
    """Do one run and its twin again in this process, and hold what the tables would say against what is stored.

    Raises Unfinishable and Changed as `open_job` does, and Unfinishable for a run there is none of.
    """
    with _told():
        _require_ledger(folder)
        with ledger.reading(folder) as book, _its_job(folder, book) as job:
            run, twin = _found(job, book, run_id)
            stored = next(book.read([run]), None)
            again = _again(job, run, twin)
    which = {"run": run.id, "name": run.name, "replicate": run.replicate, "seed": run.seed}
    return _held_against(stored, again, say("replay.run", **which))


def _again(job: Job, run: Run, twin: Run | None) -> Finished | Failed:
    prepare(job.engine, job.scenarios.values())
    for rule in job.rules:
        own_rules.install(rule)
    pair = [run] if twin is None else [twin, run]
    (done,) = a_few(job)(pair, never)
    (again,) = (one for one in done if one.run.id == run.id)
    return again


def _held_against(stored: Finished | Failed | None, again: Finished | Failed, told: Message) -> Replayed:
    if isinstance(again, Failed):
        same = isinstance(stored, Failed) and stored.error == again.error
        key = "replay.failed_again" if same else "replay.fails_now"
        return Replayed(told.followed_by(say(key, error=again.error, traceback=again.traceback)), same)
    if stored is None:
        return Replayed(told.followed_by(say("replay.not_stored")), True)
    if isinstance(stored, Failed):
        return Replayed(told.followed_by(say("replay.finishes_now", error=stored.error)), False)
    different = [name for name in again.parts if packed({name: again.parts[name]}) != packed({name: stored.parts[name]})]
    if different:
        return Replayed(told.followed_by(say("replay.differs", tables=", ".join(different))), False)
    return Replayed(told.followed_by(say("replay.same", tables=", ".join(again.parts))), True)


def _found(job: Job, book: ledger.Ledger, run_id: str) -> tuple[Run, Run | None]:
    """Return a run and its twin."""
    runs = {run.id: run for run in job.runs(_replicates_begun(job, book))}
    run = runs.get(run_id)
    if run is None:
        raise Unfinishable(say("replay.unknown", run=run_id))
    return run, runs.get(run.twin)


def _replicates_begun(job: Job, book: ledger.Ledger) -> int:
    """Return how many replicates there may be runs of: with a precision, only as many as were done."""
    return job.replicates if job.precision is None else max(1, min(job.replicates, len(book.done())))


def _result(folder: Path) -> Message:
    if not (folder / PROVENANCE).is_file():
        return say("status.no_result", folder=folder)
    try:
        verified(folder)
    except Damaged as error:
        return error.message.followed_by(say("status.make_again", folder=folder))
    return say("status.whole")


def _require_ledger(folder: Path) -> None:
    if not (folder / ledger.NAME).is_file():
        key = "no_ledger" if folder.is_dir() else "no_such_folder"
        raise Unfinishable(say(key, folder=folder, ledger=ledger.NAME))


@contextmanager
def _its_job(folder: Path, book: ledger.Ledger) -> Iterator[Job]:
    """Hand out a ledger's job, with its tables, once all was read: a damaged page may hide runs, and what was asked for."""
    book.check()
    about = book.about
    with input_tables.used(folder, about["input_tables"], about.get("input_places", {})):
        yield _job(folder, about)


def _job(folder: Path, about: ledger.About) -> Job:
    """Return the job a ledger tells; raises Changed, and Damaged where the folder's result is one of another job."""
    job = job_of(about, folder)
    try:
        provenance = read_provenance(folder)
    except (Damaged, FileNotFoundError):  # then nobody knows better; going on makes it anew
        return job
    said = provenance["seed"], provenance["engine"], provenance["parameters"]
    if said != (job.seed, job.engine, {run.name: parameters_hash(run.base) for run in job.runs(1)}):
        raise Damaged(folder / ledger.NAME, say("damage.other_job", provenance=PROVENANCE))
    return job


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except Damaged as error:
        raise Unfinishable(error.message.followed_by(say("start_anew"))) from error
    except BrokenPipeError:  # nobody reads what is printed any more
        raise
    except OSError as error:
        raise Unfinishable(refusal(error)) from error
