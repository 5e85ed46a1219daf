"""Has the model compiled before the first run needs it."""

import sys
from collections.abc import Iterable

from ..engine import choice, kept
from ..scenario import Scenario
from .own_rules import RuleFault

LONGEST_REASON = 300
"""Characters of what the compiler says that are passed on."""


def prepare(engine: str, scenarios: Iterable[Scenario]) -> None:
    """Have the model compiled where it has to be and is not yet, before several processes set out to do it at once.

    Raises RuleFault where a user's own rule cannot be compiled.
    """
    if engine != "compiled":
        return
    for own in {choice.source_of(own): own for own in map(choice.own_rules, scenarios)}.values():
        if not kept.is_kept(choice.source_of(own)):
            print("compiling the model (once, about 20 s) …", file=sys.stderr, flush=True)
            _compile(own)


def _compile(own: choice.OwnRules) -> None:
    from numba.core.errors import NumbaError

    from ..engine.simulate import warm

    try:
        warm(own)
    except NumbaError as error:
        if not own:
            raise
        names = ", ".join(name.partition("#")[0] for _, name, _ in own)
        what = "; ".join(line.strip() for line in str(error).splitlines() if line.strip())[:LONGEST_REASON]
        raise RuleFault(
            f"{names}: cannot be compiled ({what}); keep to numbers and math, or use --engine agents"
        ) from error
