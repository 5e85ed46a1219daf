"""The commands that do runs: begin a job, go on with one, do one run again. Each returns an exit code; raises BadInput."""

import argparse
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from ...faults import Message, refused_file, say
from ..plan.design import Run
from ..results import input_tables, ledger, lock, store
from ..results.folder import RESULTS, FolderInUse, claimed, require_free
from ..results.input_tables import Gone
from ..results.ledger import Ledger
from ..results.outcome import Done, Failed, Made
from ..workers import preparation
from ..workers.allowance import processors
from ..workers.executors import Unreachable
from ..workers.limits import BY_ENGINE, Limits
from ..workers.own_rules import RuleFault
from . import estimate, installation
from . import job as jobs
from .asked_job import asked_job
from .carrying_out import Doing, Interrupted, carry_out, make_result
from .exits import DONE, INTERRUPTED, SOME_FAILED, bad_input_if, no_folder_told
from .interruption import stoppable
from .job import Changed, Job
from .progress import progress_in
from .resuming import Unfinishable, begun, open_job, replayed, status
from .workforce import Workers, workforce

Summary = Callable[[Path, str], str]
"""Says in a language what came of a result folder."""


class _Begun(NamedTuple):
    """A job with its ledger, what does its runs, and the folder of its result."""

    job: Job
    book: Ledger
    doing: Doing
    folder: Path


def run(arguments: argparse.Namespace, summary: Summary) -> int:
    """Run every scenario and its twin, store what they say, and print the comparison."""
    job = asked_job(arguments)
    doing = _workforce(job, arguments)  # first: a cluster that cannot be used is refused before anything is written
    with _claimed(arguments) as folder:
        _require_room(job, folder, arguments)
        with bad_input_if(RuleFault):
            preparation.prepare(job.engine, job.scenarios.values(), arguments.lang, job.rules)
        tried = _tried(job, doing, folder, arguments)
        with ExitStack() as stack:
            with bad_input_if(lock.Held, FolderInUse), no_folder_told(folder):
                stack.enter_context(lock.held(folder))
                require_free(folder)
                book = stack.enter_context(ledger.created(folder, jobs.about(job), tried))
            return _carry_out(_Begun(job, book, doing, folder), arguments, summary)


def resume(arguments: argparse.Namespace, summary: Summary) -> int:
    """Go on with a job that was interrupted, or say how far it is."""
    if arguments.status:
        with bad_input_if(Unfinishable, Changed, Gone):
            print(status(arguments.result).worded(arguments.lang))
        return DONE
    refused = (Unfinishable, Changed, Gone, RuleFault, FolderInUse, lock.Held)
    with bad_input_if(*refused), open_job(arguments.result) as (job, book):
        doing = _workforce(job, arguments)
        preparation.prepare(job.engine, job.scenarios.values(), arguments.lang, job.rules)
        some, left = begun(job, book)
        if estimate.is_large(left, job.seconds_a_run):
            _expect(estimate.begun(some, _processes(arguments)), len(left), arguments.result, arguments)
        return _carry_out(_Begun(job, book, doing, arguments.result), arguments, summary)


def replay(arguments: argparse.Namespace) -> int:
    """Do one run again, and say whether it comes out as it was stored."""
    with bad_input_if(Unfinishable, Changed, Gone, RuleFault):
        told, same = replayed(arguments.result, arguments.run)
    print(told.worded(arguments.lang))
    return DONE if same else SOME_FAILED


# --- before a job begins ---------------------------------------------------------------------------------------------


@contextmanager
def _claimed(arguments: argparse.Namespace) -> Iterator[Path]:
    """Hand out the result folder, in which tables can be made; where the job does not begin, nothing is left of it."""
    name = "+".join(dict.fromkeys(Path(file).stem for file in arguments.files))
    with ExitStack() as stack:
        with bad_input_if(FolderInUse), no_folder_told(arguments.out or RESULTS):
            folder = stack.enter_context(claimed(arguments.out, name))
            store.require_writable(folder)
        yield folder


def _require_room(job: Job, folder: Path, arguments: argparse.Namespace) -> None:
    """Say what a run of a large region takes; refuse a job for which there is not memory enough before any is taken."""
    at_a_time = min(_processes(arguments), job.size)
    with bad_input_if(estimate.TooLarge):
        estimate.require_room(job.largest, estimate.room_at(folder, at_a_time), _limits(job, arguments).memory_mb)
    if told := estimate.region_told(job.largest):
        print(told.worded(arguments.lang), file=sys.stderr, flush=True)


def _tried(job: Job, doing: Doing, folder: Path, arguments: argparse.Namespace) -> Sequence[Done]:
    """Do the first few runs of a large job, and say what the others will take; refuse it where there is no room for them."""
    runs = job.runs()
    if not estimate.is_large(runs, job.seconds_a_run):
        return []
    try:
        with bad_input_if(Unreachable):  # a cluster that went away meanwhile
            tried = estimate.tried(job, doing, _processes(arguments))
    except KeyboardInterrupt as error:  # there is no ledger yet
        raise KeyboardInterrupt("interrupted_before") from error
    _expect(tried, len(runs), folder, arguments)
    return tried.done


def _expect(tried: estimate.Tried, left: int, folder: Path, arguments: argparse.Namespace) -> None:
    """Say what runs will take, going by some that were tried; refuse them where there is no room."""
    room = estimate.room_at(folder, _processes(arguments))
    expected = estimate.estimated(tried, left, room.processes)
    if expected is not None:
        with bad_input_if(estimate.TooLarge):
            print(estimate.fitting(expected, room).worded(arguments.lang), file=sys.stderr, flush=True)


def _processes(arguments: argparse.Namespace) -> int:
    """Return how many processes of this computer will be at work; none where a cluster is."""
    return 0 if arguments.cluster else arguments.workers or processors()


# --- its runs, and what came of them ---------------------------------------------------------------------------------


def _carry_out(work: _Begun, arguments: argparse.Namespace, summary: Summary) -> int:
    """Do what is not done yet, make the result, and print the comparison."""
    folder = work.folder
    try:
        made = _made(work, arguments.lang)
        if len(made.runs) > len(made.failed):
            print(summary(folder, arguments.lang))
        return _tell(work.job.precision, made, folder, arguments.lang)
    except Interrupted as error:
        told = say("interrupted_after", done=error.done, runs=error.runs, folder=folder)
    except Unreachable as error:  # a cluster that went away meanwhile
        told = say("refused", reason=error.message, folder=folder)
    except OSError as error:  # no room left, or the folder can no longer be written; what was done is kept
        told = say("refused", reason=refused_file(error), folder=folder)
    print(told.worded(arguments.lang), file=sys.stderr)
    return INTERRUPTED


def _made(work: _Begun, language: str) -> Made:
    """Do what is not done yet, and make the result; its tables of input are those it keeps."""
    job, book, doing, folder = work
    installation.code()  # as it is now, before anybody edits it
    about = book.about
    book.on_wait = lambda path: print(say("waiting", file=path).worded(language), file=sys.stderr, flush=True)
    input_tables.keep(folder, job.data)
    with input_tables.used(folder, about["input_tables"], about.get("input_places", {})):
        with stoppable(language) as stop:
            runs = carry_out(job, book, doing, progress_in(language), stop)
        return make_result(folder, job, runs, book)


def _workforce(job: Job, arguments: argparse.Namespace) -> Doing:
    """Return what does the runs, within the limits of their engine and what the command line says of them."""
    with bad_input_if(Unreachable):
        is_guarded = arguments.run_seconds is not None or arguments.run_memory is not None
        return workforce(job, Workers(arguments.workers, _limits(job, arguments), arguments.cluster, is_guarded))


def _limits(job: Job, arguments: argparse.Namespace) -> Limits:
    """Return the limits of a run: those of its engine, and what the command line says of them."""
    asked = {"seconds": arguments.run_seconds, "memory_mb": arguments.run_memory}
    return BY_ENGINE[job.engine]._replace(**{name: value for name, value in asked.items() if value is not None})


def _tell(precision: float | None, made: Made, folder: Path, language: str) -> int:
    """Print the precision reached, and which runs failed, each with the command that repeats it."""
    if precision is not None and made.precision is not None:
        print(f"\n{_precision(precision, made.precision, made.runs).worded(language)}")
    for one in made.failed:
        print(_failure(one, folder).worded(language), file=sys.stderr)
    return SOME_FAILED if made.failed else DONE


def _precision(asked: float, reached: float, runs: Sequence[Run]) -> Message:
    """Say which precision was reached, and after how many replicates."""
    key = "precision.reached" if reached <= asked else "precision.missed"
    if reached == math.inf:
        key = "precision.unknown"
    replicates = 1 + max(run.replicate for run in runs)
    return say(key, asked=f"{asked:g}", reached=f"{reached:.3g}", replicates=replicates)


def _failure(failed: Failed, folder: Path) -> Message:
    run = failed.run
    which = {"name": run.name, "replicate": run.replicate, "seed": run.seed, "run": run.id}
    return say("run_failed", **which, error=failed.error, folder=folder)
