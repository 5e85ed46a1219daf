"""Carries a job out: does the runs its ledger lacks, keeps each before it counts as done, and makes the result of them."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from ..plan.design import Run
from ..results.intervals import calculation_error
from ..results.ledger import Ledger
from ..results.outcome import Done, Failed, Finished, Made
from ..results.store import write_tables
from ..workers.runner import Stop
from .job import Job
from .progress import Progress
from .provenance import write_provenance

Doing = Callable[[list[Run], Stop], Generator[list[Done], None, None]]
"""Does runs, in this process or others: `runner.do_here` or `runner.do_by` with all but runs and stop given."""

FIRST_ROUND = 10
"""So many replicates are done before it is looked, for the first time, how sure their difference is."""

MILLION = 1e6


class Interrupted(Exception):
    """Not all runs were done, for it was to stop; what was done is in the ledger."""

    def __init__(self, done: int, runs: int) -> None:
        self.done, self.runs = done, runs
        super().__init__(done, runs)


def carry_out(job: Job, ledger: Ledger, doing: Doing, progress: Progress, stop: Stop) -> list[Run]:
    """Do what the ledger lacks, and return all runs of the job. Raises Interrupted where `stop` ended it.

    With a precision asked for, rounds of replicates are done, each twice the last, until the paired differences are known
    so well. It is decided on whole rounds, in the order of the replicates, so an interrupted job comes to the same end.
    """
    for replicates in _rounds(job):
        runs = job.runs(replicates)
        _do_missing(runs, ledger, doing, progress, stop)
        if job.precision is None or precision(runs, ledger) <= job.precision:
            break
    return runs


def make_result(folder: Path, job: Job, runs: Sequence[Run], ledger: Ledger) -> Made:
    """Write the tables and, last, the provenance; return what they say. Raises OSError where it cannot be written."""
    in_order = by_scenario(runs)
    failed = [one for one in ledger.read(_failed(in_order, ledger)) if isinstance(one, Failed)]
    write_tables(folder, in_order, (one for one in ledger.read(in_order) if isinstance(one, Finished)))
    made = Made(runs, failed, None if job.precision is None else precision(runs, ledger))
    write_provenance(folder, job, made)
    return made


def by_scenario(runs: Sequence[Run]) -> list[Run]:
    """Return runs by scenario, in the order in which these first appear, then by replicate."""
    place = {name: i for i, name in enumerate(dict.fromkeys(run.name for run in runs))}
    return sorted(runs, key=lambda run: (place[run.name], run.replicate))


def precision(runs: Sequence[Run], ledger: Ledger) -> float:
    """Return the largest calculation error of the savings that a scenario changes, in m DKK; infinite while unknown.

    Savings are cumulative to the last year recorded; failed runs are left out.
    """
    differences: dict[str, list[float]] = {run.name: [] for run in runs if run.twin}
    for one in ledger.read(run for run in runs if run.twin):
        if isinstance(one, Finished) and one.parts["additionality"].rows:
            differences[one.run.name].append(_saved(one))
    errors = [calculation_error(saved) for saved in differences.values()]
    return max((float("inf") if np.isnan(error) else error for error in errors), default=0.0)


def _saved(finished: Finished) -> float:
    """Return run - twin: what the classes make of the difference adds up to it."""
    columns = finished.parts["additionality"].columns
    years, saved = np.asarray(columns["year"]), np.asarray(columns["savings_dkk"])
    return float(saved[years == years.max()].sum()) / MILLION


def _rounds(job: Job) -> list[int]:
    if job.precision is None:
        return [job.replicates]
    rounds = [FIRST_ROUND << doubled for doubled in range(32)]
    return [*(replicates for replicates in rounds if replicates < job.replicates), job.replicates]


def _do_missing(runs: list[Run], ledger: Ledger, doing: Doing, progress: Progress, stop: Stop) -> None:
    there = ledger.done()
    missing = [run for run in runs if run.id not in there]
    done = len(runs) - len(missing)
    with progress(len(runs), done) as report, closing(doing(missing, stop)) as all_done:
        for together in all_done:
            ledger.keep(together)
            done += len(together)
            report(len(together))
    if done < len(runs):
        raise Interrupted(done, len(runs))


def _failed(runs: Sequence[Run], ledger: Ledger) -> list[Run]:
    failed = ledger.failed()
    return [run for run in runs if run.id in failed]
