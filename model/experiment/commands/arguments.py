"""What each command of the command line takes, as argparse has it. Read before every command, so nothing heavy is imported."""

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...paths import given, home_filled_in
from ...recording import CASES_KEPT, LEVELS

ENGINES, DEFAULT_ENGINE = ("compiled", "agents"), "compiled"
EXPORTS = ("csv", "csv-da", "xlsx")

Arguments = dict[str, dict[str, Any]]
"""What argparse is told of each argument, by name."""


def _whole(low: int, high: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from {low} to {high}")
        return int(text)

    return whole_number


def _above_zero(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return number


STANDARD_OUTPUT = "-"


def _path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("a path is needed here; this text is empty")
    return given(text)


def _new_folder(text: str) -> Path:
    if text == STANDARD_OUTPUT:
        raise argparse.ArgumentTypeError("several files are written, which '-' cannot take: name a folder ('./-' is one)")
    return _path(text)


def _new_file(text: str) -> Path | str:
    return text if text == STANDARD_OUTPUT else _path(text)


def _lang(of: str) -> dict[str, Any]:
    return {"choices": ("da", "en"), "default": "en", "help": f"language of {of}"}


FILE: dict[str, Any] = {"type": home_filled_in, "metavar": "FILE", "help": "a scenario file, or the name of a shipped one"}
FILES = FILE | {"nargs": "+"}

WORK: Arguments = {
    "--workers": {"type": _whole(1, 1_000), "metavar": "N", "help": "processes; otherwise one per processor"},
    "--cluster": {"metavar": "ADDRESS", "help": "a Dask scheduler, such as tcp://host:8786, whose workers do the runs"},
    "--run-seconds": {
        "type": _above_zero,
        "metavar": "S",
        "help": "stop a run that takes longer, and go on with the others",
    },
    "--run-memory": {"type": _above_zero, "metavar": "MB", "help": "stop a run whose process uses more memory"},
}

SET: dict[str, Any] = {
    "action": "append",
    "default": [],
    "metavar": "KEY=VALUE",
    "help": "put a value on top of every scenario that has the key's group; once per key",
}

RUN: Arguments = {
    "files": FILES,
    "--replicates": {"type": _whole(1, 1_000_000), "metavar": "N", "help": "paired runs per scenario and draw"},
    "--precision": {
        "type": _above_zero,
        "metavar": "X",
        "help": "add runs until savings are known to within X m DKK (calculation error), or N replicates are done",
    },
    **WORK,
    "--out": {"type": _new_folder, "metavar": "DIR", "help": "result folder; otherwise a new one under results/"},
    "--seed": {"type": _whole(0, 2**32 - 1), "metavar": "N", "help": "which stream of random numbers"},
    "--set": SET,
    "--record": {
        "choices": LEVELS,
        "help": "outcomes kept: by year or by month too, of each municipality or of the region alone",
    },
    "--cases": {"choices": CASES_KEPT, "help": "cases kept: all, those that came to an end, or none"},
    "--rule": {
        "action": "append",
        "default": [],
        "metavar": "KIND=FILE.py:FUNCTION",
        "help": "a rule of your own: price, trust or targeting",
    },
    "--engine": {
        "choices": ENGINES,
        "default": DEFAULT_ENGINE,
        "help": "what simulates: agents that can be watched, or the same model compiled; the results are the same",
    },
    "--lang": _lang("the table, the figures and messages"),
}

RESULT: dict[str, Any] = {"type": _path, "metavar": "RESULT", "help": "a result folder as 'run' writes it"}

RESUME: Arguments = {
    "result": RESULT,
    "--status": {"action": "store_true", "help": "only say how far it is"},
    **WORK,
    "--lang": _lang("the table, the figures and messages"),
}

REPLAY: Arguments = {
    "result": RESULT,
    "--run": {"required": True, "metavar": "ID", "help": "a run, from the column 'run' of runs.parquet or a message"},
    "--lang": _lang("messages"),
}

EXPLAIN: Arguments = {
    "result": RESULT,
    "--case": {"required": True, "metavar": "ID", "help": "a case, from the column 'case' of cases.parquet"},
    "--run": {"metavar": "ID", "help": "the run to look at; otherwise the first in which the case occurs"},
    "--lang": _lang("the story and messages"),
}

CHECK: Arguments = {"files": FILES, "--set": SET, "--lang": _lang("messages")}

SHOW: Arguments = {
    "file": FILE,
    "group": {
        "nargs": "?",
        "default": "",
        "metavar": "GROUP",
        "help": "a group or key alone, such as levers or prices",
    },
    "--diff": FILE | {"help": "the file to compare with"},
    "--set": SET,
    "--lang": _lang("headings, meanings and messages"),
}

EXPORT: Arguments = {
    "result": RESULT,
    "--format": {
        "choices": EXPORTS,
        "required": True,
        "help": "csv for programs, csv-da for a Danish spreadsheet, xlsx",
    },
    "--out": {"type": _new_folder, "metavar": "DIR", "help": "folder, new or empty; otherwise export-FORMAT in the result"},
    "--lang": {
        "choices": ("da", "en"),
        "help": "language of the workbook, and of labels and codebook; otherwise da for csv-da, else en",
    },
    "--all": {"action": "store_true", "help": "xlsx: the raw tables and the codebook too; CSV holds them anyhow"},
}

COMPARE: Arguments = {
    "old": {"type": _path, "metavar": "OLD", "help": "a result folder as 'run' writes it"},
    "new": {"type": _path, "metavar": "NEW", "help": "the result folder to hold against it"},
    "--lang": _lang("the comparison"),
}

FIGURES: Arguments = {
    "result": RESULT,
    "--only": {
        "action": "extend",
        "nargs": "+",
        "default": [],
        "metavar": "NAME",
        "help": "figures to draw; otherwise all",
    },
    "--lang": _lang("the figures"),
    "--out": {"type": _new_folder, "metavar": "DIR", "help": "where to put them; otherwise the result's figures/"},
}

REPORT: Arguments = {
    "result": RESULT,
    "--lang": _lang("the report"),
    "--out": {
        "type": _new_file,
        "metavar": "FILE",
        "help": "file to write, - for standard output; otherwise report.html in the result folder",
    },
}

SCHEMA: Arguments = {"--lang": _lang("messages")}
