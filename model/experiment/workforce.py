"""Decides where a job's runs are done: here, by processes of this computer, or on a cluster."""

from functools import partial
from typing import NamedTuple

from .allowance import processors
from .carrying_out import Doing
from .executors import in_processes, on_cluster
from .job import Job
from .limits import BY_ENGINE, Limits
from .own_rules import simulator
from .runner import do_by, do_here, takes_a_moment
from .worker import Simulate, by_tables


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
    limits = workers.limits or BY_ENGINE[job.engine]
    size = workers.processes or processors()
    if workers.cluster is not None:
        return partial(do_by, on_cluster(_simulate(job), limits, workers.cluster), size)
    is_little = workers.processes in (None, 1) and takes_a_moment(job.size * job.seconds_a_run)
    if is_little and not workers.guarded:
        return a_few(job, limits)
    return partial(do_by, in_processes(_simulate(job), limits), 1 if is_little else size)


def a_few(job: Job, limits: Limits | None = None) -> Doing:
    """Return what does a few runs of a job: this process, but not by a user's own rules."""
    if job.rules:
        return partial(do_by, in_processes(_simulate(job), limits or BY_ENGINE[job.engine]), 1)
    return lambda runs, stop: do_here(runs, _simulate(job), stop)


def _simulate(job: Job) -> Simulate:
    return by_tables(job.tables, simulator(job.rules, job.engine))
