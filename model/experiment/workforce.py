"""Decides where a job's runs are done: here, by processes of this computer, or on a cluster."""

from functools import partial
from typing import NamedTuple

from .allowance import processors
from .carrying_out import Doing
from .executors import in_processes, on_cluster
from .job import Job
from .limits import BY_ENGINE, Limits
from .own_rules import simulator
from .runner import do_by, do_here, is_little
from .worker import by_tables


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
    simulate = by_tables(job.tables, simulator(job.rules, job.engine))
    limits = workers.limits or BY_ENGINE[job.engine]
    size = workers.processes or processors()
    if workers.cluster is not None:
        return partial(do_by, on_cluster(simulate, limits, workers.cluster), size)
    if workers.processes in (None, 1) and is_little(job.size * job.seconds_a_run):
        return lambda runs, stop: do_here(runs, simulate, stop)
    return partial(do_by, in_processes(simulate, limits), size)
