"""What a large job will take - time, room on the disk, memory - told before it begins; one that cannot fit is refused."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from time import perf_counter  # noqa: TID251 - for the time it will take; no result reads it
from typing import NamedTuple

from ...faults import Message, Told, say
from ..plan.design import Run
from ..results.outcome import Done, Finished
from ..results.packing import packed
from ..workers.allowance import free_memory_mb, processors
from ..workers.limits import MEGABYTE
from ..workers.region_size import RegionSize, region_told, size_told
from ..workers.runner import never
from .carrying_out import Doing
from .job import Job
from .progress import clock

LARGE_S = 60.0
"""Work that takes less is begun without asking what it takes."""

MARGIN = 1.5
"""What a run may take more than it is expected to."""
TRIED_EACH, MOST_TRIED = 3, 0.1
"""So many replicates are tried for each process, and at most this part of all."""

DISK_FACTOR, DISK_MB = 3.0, 40.0
"""Room for a result, in what its ledger takes and on top of it: tables take 0.6 of the ledger, and the database in which their
rows gather up to 1.5 (measured: the main job and the shipped sweep, of 90 to 160 runs); figures, report and codebook 8 MB."""

PARENT_MB, PARENT_KB_A_RUN = 150.0, 10.0
"""What the process that keeps the runs holds while it makes tables, and of each run (measured: sweeps of 2,800 and 21,000 runs
of three years took 120 MB, and 2 kB a run; 50,000 runs of two firms over 14 years 370 MB, 4 kB a run; runs of 17 years are
taken to need 10 kB)."""


class TooLarge(Told):
    """A job for which there is no room; `message` says what it would take, and what to do."""


class Room(NamedTuple):
    """What there is: a folder's disk and this computer's memory, in MB, and processes at a time (0: those of a cluster)."""

    folder: Path
    disk_mb: float
    memory_mb: float
    processes: int


class Tried(NamedTuple):
    """Runs that are done, by which others are judged, and the seconds from one to the next, all processes being at work."""

    done: Sequence[Done]
    seconds_a_run: float


class Estimate(NamedTuple):
    """What so many runs will take: seconds, MB on the disk, and MB of memory (0 where it is not known)."""

    runs: int
    seconds: float
    disk_mb: float
    memory_mb: float


def is_large(runs: Sequence[Run], seconds_a_run: float) -> bool:
    """Say whether it is worth knowing what runs will take before they begin."""
    return len(runs) * seconds_a_run >= LARGE_S


def require_room(size: RegionSize, room: Room, run_memory_mb: float) -> None:
    """Raise TooLarge where a run of a large region takes more memory than it may, or all at a time more than there is."""
    if region_told(size) is None:
        return  # what others take is seen when they are tried
    told = {"region": region_told(size), "available": size_told(room.memory_mb), "processes": room.processes}
    fits = int(room.memory_mb // size.memory_mb) if room.processes else room.processes
    if fits < min(room.processes, 1):
        raise TooLarge(say("too_large.region", **told))
    if size.memory_mb > run_memory_mb:
        raise TooLarge(say("too_large.run", most=size_told(run_memory_mb), asked=f"{size.memory_mb * MARGIN:.0f}", **told))
    if fits < room.processes:
        raise TooLarge(say("too_large.at_a_time", fits=fits, **told))


def tried(job: Job, doing: Doing, processes: int) -> Tried:
    """Do the first replicates of a job as all others will be done.

    Time counts from when each process has brought its first, for which it had to start and to read the model.
    """
    runs = job.runs()
    numbers = sorted({run.replicate for run in runs})
    first = set(numbers[: min(TRIED_EACH * max(processes, 1), max(1, round(MOST_TRIED * len(numbers))))])
    came: list[tuple[float, Sequence[Done]]] = [(perf_counter(), [])]
    came += [(perf_counter(), together) for together in doing([run for run in runs if run.replicate in first], never)]
    counted = came[processes:] if len(came) > processes + 1 else came
    (began, _), (ended, _), timed = counted[0], counted[-1], sum(len(together) for _, together in counted[1:])
    return Tried([one for _, together in came for one in together], (ended - began) / max(timed, 1))


def begun(done: Sequence[Done], processes: int) -> Tried:
    """Return what some runs done earlier say; the longest is left out, for the first run of a process reads the model too."""
    seconds = sorted(one.seconds for one in done if isinstance(one, Finished))
    at_once = max(1, min(processes, processors()))
    return Tried(done, fmean(seconds[:-1] or seconds or [0.0]) / at_once)


def room_at(folder: Path, processes: int) -> Room:
    """Return what room there is for a result in a folder."""
    there = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    free, available = shutil.disk_usage(there).free, free_memory_mb()
    return Room(folder, free / MEGABYTE, available, processes)


def estimated(tried: Tried, left: int, processes: int) -> Estimate | None:
    """Return what so many more runs will take, going by those tried; None where none of them finished."""
    finished = [one for one in tried.done if isinstance(one, Finished)]
    if not finished:
        return None
    kept_mb = fmean(len(packed(one.parts)) for one in finished) / MEGABYTE
    worker_mb = max(one.memory_mb for one in finished)
    memory_mb = worker_mb and worker_mb * processes + PARENT_MB + PARENT_KB_A_RUN / 1024 * left
    return Estimate(left, tried.seconds_a_run * left, DISK_MB + DISK_FACTOR * kept_mb * left, memory_mb)


def fitting(estimate: Estimate, room: Room) -> Message:
    """Return what runs will take, in words. Raises TooLarge where there is not room enough for them."""
    told = {"runs": estimate.runs, "time": clock(estimate.seconds), "processes": room.processes}
    told |= {"disk": size_told(estimate.disk_mb), "free": size_told(room.disk_mb), "folder": room.folder}
    told |= {"memory": size_told(estimate.memory_mb), "available": size_told(room.memory_mb)}
    if estimate.disk_mb > room.disk_mb:
        raise TooLarge(say("too_large.disk", **told))
    if estimate.memory_mb > room.memory_mb:
        raise TooLarge(say("too_large.memory", **told))
    time = say("estimate.time" if room.processes else "estimate.time_on_cluster", **told)
    return time.followed_by(say("estimate.disk", **told), say("estimate.memory", **told) if estimate.memory_mb else None)
