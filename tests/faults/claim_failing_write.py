"""Every k-th write below the result folder fails, once or for good."""

import errno

from . import children
from .claims import Case, Outcome, claim
from .plants import plant

WRITES = 60
"""So many of the job's writes are struck, each once and each for good."""


@claim(
    "failing-write",
    holds="Where a write, flush, rename or new file below the result folder fails, once or for good, the program ends in a "
    "message and never in a traceback, or does without; the ledger is whole, the job goes on once writing works again, and "
    "its result is that of an undisturbed one.",
    quick=4,
    full=2 * WRITES,
    limit_s=300,
    strikes=True,
    plants=plant("careless-rename"),
)
def failing_write(case: Case) -> Outcome:
    """Have one write fail, or that and all after it, with a full disk or a broken one."""
    stage = children.stage()
    if stage.zygote.interposer is None:
        return Outcome(0, 0, sums={"not tried (no C compiler, or no LD_PRELOAD)": 1})
    which = case.number // 2 * 37 % WRITES  # so that few of them are spread over all
    at = 1 + which * stage.writes // WRITES + case.rng.randrange(max(stage.writes // WRITES, 1))
    mode, code = ("once", "forever")[case.number % 2], case.rng.choice((errno.ENOSPC, errno.EIO))
    child = stage.zygote.start(case.folder, *stage.begun, FAULT_AT=at, FAULT_MODE=mode, FAULT_ERRNO=code)
    ended = stage.zygote.ended(child)
    faults = int(child.writes()[0] >= at)
    wrong = children.stopped_well(child, ended)
    if ended == 0:
        wrong += children.whole(stage, child)
    wrong += children.finished(stage, child)
    return Outcome(
        faults,
        faults,
        tuple(f"write {at} {mode}, errno {code}: {one}" for one in wrong),
        sums={"done without": ended == 0},
    )
