"""Ctrl-C once: what has begun comes to its end, and nothing more begins. Ctrl-C twice: everything stops at once."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ...faults import say
from ..workers.runner import Stop


@contextmanager
def stoppable(language: str) -> Iterator[Stop]:
    """Hand out what says whether to stop, in the main thread of a process; the second Ctrl-C raises KeyboardInterrupt."""
    asked: list[int] = []

    def ask(signum: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(signum)
        print(f"\n{say('stopping').worded(language)}", file=sys.stderr, flush=True)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)
