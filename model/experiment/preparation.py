"""Has the model compiled before the first run needs it."""

import sys
from collections.abc import Iterable

from .. import kept
from ..engine import choice
from ..faults import say
from ..scenario import Scenario
from .own_rules import RuleFault

LONGEST_REASON = 300
"""Characters of what the compiler says that are passed on."""


def prepare(engine: str, scenarios: Iterable[Scenario], language: str = "en") -> None:
    """Have the model compiled where it has to be and is not yet, before several processes set out to do it at once.

    Raises RuleFault where a user's own rule cannot be compiled.
    """
    if engine != "compiled":
        return
    for own in {choice.source_of(own): own for own in map(choice.own_rules, scenarios)}.values():
        if not kept.is_kept(choice.source_of(own)):
            is_once = kept.folder_of(choice.source_of(own)) is not None
            print(say("compiling" if is_once else "compiling_each_time").worded(language), file=sys.stderr, flush=True)
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
        raise RuleFault(say("rule.not_compiled", names=names, reason=what)) from error
