"""Decides where a job's runs are done: here, by processes of this computer, or on a cluster."""

import os
from functools import partial
from typing import Any, NamedTuple

from ..record import RunResult
from . import own_rules
from .carrying_out import Doing
from .executors import in_processes, on_cluster
from .input_tables import Carried, carried, install
from .job import Job
from .limits import BY_ENGINE, Limits
from .runner import do_by, do_here, is_little
from .worker import Simulate


class Workers(NamedTuple):
    """Who does the runs: so many processes, otherwise one per processor, within limits; or the workers of a cluster."""

    processes: int | None = None
    limits: Limits | None = None
    cluster: str | None = None


def workforce(job: Job, workers: Workers) -> Doing:
    """Return what does the job's runs. Raises Unreachable where the cluster cannot be used.

    Little work is done in this process, unless more than one worker is asked for. No limit holds then, and a run that ends
    its process ends this one; all that is in the ledger stays.
    """
    simulate = simulator(job)
    limits = workers.limits or BY_ENGINE[job.engine]
    size = workers.processes or os.cpu_count() or 1
    if workers.cluster is not None:
        return partial(do_by, on_cluster(simulate, limits, workers.cluster), size)
    if workers.processes in (None, 1) and is_little(job.size, job.engine):
        return lambda runs, stop: do_here(runs, simulate, stop)
    return partial(do_by, in_processes(simulate, limits), size)


def simulator(job: Job) -> Simulate:
    """Return what does a run of a job in whichever process, with the rules and tables of its user's own."""
    simulate, tables = own_rules.simulator(job.rules, job.engine), carried(job.data)
    return partial(_with_tables, tables, simulate) if tables else simulate


def _with_tables(tables: tuple[Carried, ...], simulate: Simulate, *run: Any, **more: Any) -> RunResult:
    for one in tables:
        install(one)
    return simulate(*run, **more)
