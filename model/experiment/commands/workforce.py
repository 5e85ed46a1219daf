"""Decides where a job's runs are done: here, by processes of this computer, or on a cluster."""

from functools import partial
from typing import Any, NamedTuple

from ...record import RunResult
from ..results.input_tables import Carried, carried, install
from ..workers import own_rules
from ..workers.allowance import processors
from ..workers.executors import in_processes, on_cluster
from ..workers.limits import BY_ENGINE, Limits
from ..workers.runner import do_by, do_here, takes_a_moment
from ..workers.worker import Simulate
from .carrying_out import Doing
from .job import Job


class Workers(NamedTuple):
    """Who does the runs: so many processes, otherwise one per processor, within limits; or the workers of a cluster.

    `guarded`: somebody has asked for limits of a run, which hold in processes only.
    """

    processes: int | None = None
    limits: Limits | None = None
    cluster: str | None = None
    guarded: bool = False


def workforce(job: Job, workers: Workers) -> Doing:
    """Return what does the job's runs. Raises Unreachable where the cluster cannot be used.

    Little work is done in this process, unless more than one worker is asked for. No limit holds there, and compiled code
    hears no Ctrl-C; so runs by a user's own rules, and those that limits are asked for, are done by other processes always.
    """
    simulate, limits = simulator(job), workers.limits or BY_ENGINE[job.engine]
    size = workers.processes or processors()
    if workers.cluster is not None:
        return partial(do_by, on_cluster(simulate, limits, workers.cluster), size)
    is_little = workers.processes in (None, 1) and takes_a_moment(job.size * job.seconds_a_run)
    if is_little and not workers.guarded:
        return a_few(job, limits)
    return partial(do_by, in_processes(simulate, limits), 1 if is_little else size)


def a_few(job: Job, limits: Limits | None = None) -> Doing:
    """Return what does a few runs of a job: this process, but not by a user's own rules."""
    simulate = simulator(job)
    if job.rules:
        return partial(do_by, in_processes(simulate, limits or BY_ENGINE[job.engine]), 1)
    return lambda runs, stop: do_here(runs, simulate, stop)


def simulator(job: Job) -> Simulate:
    """Return what does a run of a job in whichever process, with the rules and tables of its user's own."""
    simulate, tables = own_rules.simulator(job.rules, job.engine), carried(job.data)
    return partial(_with_tables, tables, simulate) if tables else simulate


def _with_tables(tables: tuple[Carried, ...], simulate: Simulate, *run: Any, **more: Any) -> RunResult:
    for one in tables:
        install(one)
    return simulate(*run, **more)
