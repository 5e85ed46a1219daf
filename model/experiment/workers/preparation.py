"""Has the model compiled before the first run needs it."""

import sys
from collections.abc import Iterable, Sequence

from ... import kept
from ...faults import say
from ...month import choice
from ...scenario.scenario import Scenario
from .not_compiled import cause_of
from .own_rules import OwnRule, RuleFault


def prepare(engine: str, scenarios: Iterable[Scenario], language: str = "en", rules: Sequence[OwnRule] = ()) -> None:
    """Have the model compiled where it has to be and is not yet, before several processes set out to do it at once.

    Raises RuleFault where one of a user's own `rules` cannot be compiled.
    """
    if engine != "compiled":
        return
    for own in {choice.source_of(own): own for own in map(choice.own_rules, scenarios)}.values():
        if not kept.is_kept(choice.source_of(own)):
            is_once = kept.folder_of(choice.source_of(own)) is not None
            print(say("compiling" if is_once else "compiling_each_time").worded(language), file=sys.stderr, flush=True)
            _compile(own, rules)


def _compile(own: choice.OwnRules, rules: Sequence[OwnRule]) -> None:
    from ...month.simulate import warm

    try:
        warm(own)
    except Exception as error:  # of many kinds, not all of them the compiler's own
        if not own:
            raise
        names = ", ".join(name.partition("#")[0] for _, name, _ in own)
        cause = cause_of(error, rules)
        message = "rule.not_compiled_at" if cause.place else "rule.not_compiled"
        raise RuleFault(say(message, names=names, **cause._asdict())) from error
