"""Months whose steps are timed: the source of `month.step` with the processor's clock read around every step.

The clock's ticks are added up in places that are appended to the columns' `luck`, counted from its end: step 0 last.
"""

import inspect
import re
import sys
from functools import lru_cache
from types import ModuleType
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
from llvmlite import ir
from numba import int64, typeof
from numba.core import types
from numba.core.extending import intrinsic

from model import kept
from model.month import compiler, month, simulate
from model.month.columns import World, nothing

from .clock import Act, seconds
from .ready import copied

HOME = "own_rule_timed_steps"
"""A module name of which the compiler takes functions."""
STEP = re.compile(r"( +)((?:[a-z_]+\.)?[a-z_]+)\(w\)")


class Timed(NamedTuple):
    """The seconds of a run by step of its months, and its firm-months."""

    by_step: dict[str, float]
    firm_months: float


@intrinsic
def ticks(_: Any) -> Any:
    """Return the processor's own count of time."""

    def read(__: Any, builder: Any, *___: Any) -> Any:
        function = ir.FunctionType(ir.IntType(64), [])
        return builder.call(builder.module.declare_intrinsic("llvm.readcyclecounter", fnty=function), [])

    return types.int64(), read


def timed_source(source: str) -> tuple[str, list[str]]:
    """Return the source of a month's step with every step in it timed, and the names of the steps in their order."""
    lines, names = [], []
    for line in source.rstrip().splitlines():
        found = STEP.fullmatch(line)
        if found is None:
            lines.append(line)
            continue
        indent, name = found.groups()
        names.append(name)
        place = f"w.luck[len(w.luck) - {len(names)}]"
        lines += [f"{indent}_before = ticks()", line, f"{indent}{place} += ticks() - _before"]
    lines.append(f"    w.luck[len(w.luck) - {len(names) + 1}] += w.now[0].acting")
    return "\n".join(lines) + "\n", names


@lru_cache(maxsize=1)
def compiled() -> tuple[Any, list[str]]:
    """Return the timed engine, compiled for this process and not kept on disk, and the names of its steps."""
    source, names = timed_source(inspect.getsource(month.step))
    home = sys.modules[HOME] = ModuleType(HOME)
    vars(home).update({name: value for name, value in vars(month).items() if not name.startswith("__")}, ticks=ticks)
    exec(compile(source, HOME, "exec"), vars(home))
    replaced = simulate.REPLACED | {"model.month.month.step": home.step}
    with patch.object(kept, "folder_of", return_value=None):
        run = compiler.compiled(simulate.begin_and_run, replaced)
    run.compile((typeof(nothing()), int64))
    return run, names


def timed(columns: World, last: int) -> Timed:
    """Run months until `last` is over, and return what each step took."""
    run, names = compiled()
    extra = len(names) + 1
    columns = columns._replace(luck=np.zeros(len(columns.luck) + extra))
    settling = seconds(Act(lambda other: run(other, int(columns.now[0].start) - 1), lambda: copied(columns)))
    whole = seconds(Act(lambda _: run(columns, last)))
    counted = columns.luck[::-1][:extra]
    in_months = max(whole - settling, 0.0)
    shares = counted[:-1] / counted[:-1].sum()
    by_step: dict[str, float] = {}
    for name, share in zip(names, shares, strict=True):
        by_step[name] = by_step.get(name, 0.0) + float(share) * in_months
    return Timed(by_step, float(counted[-1]))
