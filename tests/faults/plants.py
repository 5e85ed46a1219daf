"""Defects of the store, put into a process on purpose: with each of them its claim must be violated.

One is named in the environment as well, so that processes a claim starts have it too.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

PLANTED = "FAULT_PLANT"
"""The environment variable that names the defect."""


def acknowledge_early() -> None:
    """Say that runs are kept before they are, and keep them once the next ones come or somebody reads."""
    from model.experiment.results.ledger import Ledger

    keep, rows = Ledger.keep, Ledger._rows
    waiting: list[Any] = []

    def keep_what_waits(self: Ledger) -> None:
        late = list(waiting)
        waiting.clear()
        if late:
            keep(self, late)

    def not_yet(self: Ledger, done: Iterable[Any]) -> None:
        keep_what_waits(self)
        waiting.extend(done)

    def rows_after_all(self: Ledger, query: str, *values: object) -> list[Any]:
        keep_what_waits(self)
        return rows(self, query, *values)

    Ledger.keep, Ledger._rows = not_yet, rows_after_all  # type: ignore[method-assign, assignment]


def no_seals() -> None:
    """Look at no seal and no hash."""
    from model.experiment.results import seals
    from model.experiment.results.ledger import Ledger

    Ledger._require = lambda *_: None  # type: ignore[method-assign, assignment]
    seals._files = lambda _: {}


def no_lock() -> None:
    """Let everybody into a folder."""
    from model.experiment.results import lock

    lock.held = lambda _: nullcontext()  # type: ignore[assignment, return-value]


def as_they_came() -> None:
    """Write runs in the order in which they came in."""
    from model.experiment.results.ledger import Ledger

    def read(self: Ledger, runs: Iterable[Any]) -> Iterator[Any]:
        asked = {run.id: run for run in runs}
        for row in self._rows("SELECT * FROM runs ORDER BY rowid"):
            if row[0] in asked:
                yield self._told(asked[row[0]], row)

    Ledger.read = read  # type: ignore[method-assign]


def forget_the_dead() -> None:
    """Do nothing more about runs whose process died."""
    from model.experiment.workers import runner

    runner._alone = lambda *_: iter(())  # type: ignore[assignment, return-value]


def hoard() -> None:
    """Hold on to every run that was kept."""
    from model.experiment.results.ledger import Ledger

    keep = Ledger.keep
    hoarded: list[Any] = []

    def keep_and_hold(self: Ledger, done: Any) -> None:
        hoarded.extend(done)
        keep(self, done)

    Ledger.keep = keep_and_hold  # type: ignore[method-assign]


def careless_rename() -> None:
    """Take no notice where a file cannot be given its name."""
    from model.experiment.results import aside, store

    put = aside.put

    def careless(path: Path, name: Path) -> None:
        with suppress(OSError):
            put(path, name)

    aside.put = store.put = careless


def in_place() -> None:
    """Write every output where it is to stand, a little at a time."""
    from analysis import outputs
    from analysis.export import command

    @contextmanager
    def nowhere_else(folder: Path) -> Iterator[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder

    def there_already(part: Path, path: Path) -> None:
        if part != path:
            os.replace(part, path)

    outputs.aside = command.aside = nowhere_else  # type: ignore[assignment]
    outputs.put = command.put = there_already


DEFECTS: dict[str, Callable[[], None]] = {
    "acknowledge-early": acknowledge_early,
    "no-seals": no_seals,
    "no-lock": no_lock,
    "as-they-came": as_they_came,
    "forget-the-dead": forget_the_dead,
    "hoard": hoard,
    "careless-rename": careless_rename,
    "in-place": in_place,
}


def plant(name: str) -> dict[str, Callable[[], None]]:
    """Return a defect by its name, as a claim takes it."""

    def put() -> None:
        os.environ[PLANTED] = name
        DEFECTS[name]()

    return {name: put}


def planted_here() -> None:
    """Put the defect into this process that the environment names, if any."""
    if PLANTED in os.environ:
        DEFECTS[os.environ[PLANTED]]()
