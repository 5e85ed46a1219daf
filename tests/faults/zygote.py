"""A process that has imported all there is and forks a child for each command line, so that a child costs no imports.

It reads a JSON object a line: {"argv", "folder", "environment"} answers the process id of a new child, which does what
`run.py` does with these arguments; {"wait"} answers the exit code of a child, or null while it lives.
"""

import json
import os
import signal
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from . import plants

DRAWS = "FAULT_DRAWS"
"""The environment variable that has children draw what they are asked for, as empty sheets."""
FORKED = "FAULT_ACKNOWLEDGED"
"""The environment variable that names the file in which a child notes the ids of runs it has acknowledged."""


def _child(order: dict[str, Any]) -> None:
    os.setsid()
    os.chdir(order["folder"])
    os.environ.update(order["environment"])
    _redirect()
    _note_acknowledged()
    if "FAULT_FILE_SIZE" in os.environ:
        _limit_files(int(os.environ["FAULT_FILE_SIZE"]))
    sys.argv = ["run.py", *order["argv"]]
    import run

    signal.signal(signal.SIGINT, signal.default_int_handler)
    code = run.main()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


def _redirect() -> None:
    with open(os.devnull) as nothing, open("stdout", "ab") as out, open("stderr", "ab") as err:
        os.dup2(nothing.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)


def _note_acknowledged() -> None:
    """Have the ids of runs written down as soon as the ledger says that they are kept, before anything else is done."""
    from model.experiment.results.ledger import Ledger

    keep = Ledger.keep

    def noted(self: Ledger, done: Any) -> None:
        keep(self, done)
        os.write(noting, "".join(f"{one.run.id}\n" for one in done).encode())

    noting = os.open(os.environ[FORKED], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    Ledger.keep = noted  # type: ignore[method-assign]


def _limit_files(size: int) -> None:
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # to be told by an error, not by death
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _draw_nothing() -> None:
    """Leave out figures and report, which take most of the time and are no part of the store."""
    from analysis import summary

    summary.draw = lambda results, texts: []
    summary.page.page = lambda *_: ""


def _draw_blank() -> None:
    """Have every figure put together and saved as an empty sheet, for rendering takes longest."""
    from matplotlib.figure import Figure

    save = Figure.savefig

    def save_blank(figure: Figure, *place: Any, **how: Any) -> None:
        save(Figure(figsize=(1, 1)), *place, **how)

    Figure.savefig = save_blank  # type: ignore[method-assign]


def _warm() -> None:
    """Do a job once, so that everything is imported, compiled and read."""
    import run

    with (
        tempfile.TemporaryDirectory() as folder,
        open(os.devnull, "w") as nothing,
        redirect_stdout(nothing),
        redirect_stderr(nothing),
    ):
        run.main([*sys.argv[1:], "--out", f"{folder}/out"])
        run.main(["resume", f"{folder}/out"])


def _serve() -> None:
    while line := sys.stdin.readline():
        order = json.loads(line)
        if "wait" in order:
            answer = _ended(order["wait"])
        elif not (answer := os.fork()):
            return _child(order)
        print(json.dumps(answer), flush=True)
    return None


_codes: dict[int, int] = {}


def _ended(child: int) -> int | None:
    if child not in _codes:
        there, status = os.waitpid(child, os.WNOHANG)
        if not there:
            return None
        _codes[child] = os.waitstatus_to_exitcode(status)
    return _codes[child]


if __name__ == "__main__":
    _draw_blank() if DRAWS in os.environ else _draw_nothing()
    plants.planted_here()
    _warm()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a child hears it once it does what `run.py` does
    _serve()
