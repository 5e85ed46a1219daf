"""A user's own rule: a function in a file, named on the command line, used in every process and kept with the results."""

import inspect
import json
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from ...decoding import NotText, text_of
from ...faults import Message, Told, os_reason, say
from ...guesses import guess
from ...paths import home_filled_in
from ...record import RunResult
from ...rules import price, targeting, trust
from ...scenario.scenario import Scenario
from .worker import ENGINES, Simulate


class Kind(NamedTuple):
    """One sort of rule: where rules of it are looked up by name, one of them as a model, and what a function becomes."""

    rules: dict[str, Any]
    example: Callable[..., Any]
    rule_of: Callable[[Any], Any]


KINDS = {
    "price": Kind(price.RULES, price.nash, lambda function: function),
    "trust": Kind(trust.RULES, trust.reinforce, trust.revised_by),
    "targeting": Kind(targeting.RULES, targeting.largest_first, lambda function: function),
}


class RuleFault(Told, ValueError):
    """A rule that cannot be used; the message says where, why and what to do."""


class OwnRule(NamedTuple):
    """A rule as its user wrote it. `source` is the whole file, so that no process reads the file a second time."""

    kind: str
    path: str
    function: str
    source: str

    @property
    def file(self) -> str:
        """Return the name of its file."""
        return Path(self.path).name

    @property
    def hash(self) -> str:
        """Return what identifies its source."""
        return blake2b(self.source.encode("utf-8"), digest_size=6).hexdigest()

    @property
    def name(self) -> str:
        """Return what it is called in a scenario; another source makes another name, and so other run ids."""
        return f"{self.file}:{self.function}#{self.hash}"


def read_rules(asked: Sequence[str]) -> list[OwnRule]:
    """Return the rules asked for, such as `price=path/file.py:function`, installed here; raises RuleFault."""
    rules = [_read(one) for one in asked]
    _require_distinct(rules)
    return _installed(rules)


def _installed(rules: list[OwnRule]) -> list[OwnRule]:
    for rule in rules:
        install(rule)
    return rules


def read_stored(folder: Path) -> list[OwnRule]:
    """Return the rules a result folder was made with, installed here; raises RuleFault where one is not as it was."""
    stored = json.loads((folder / "provenance.json").read_text(encoding="utf-8")).get("rules", {})
    functions = {kind: rule["name"].rpartition("#")[0].rpartition(":")[2] for kind, rule in stored.items()}
    places = {kind: folder / "rules" / Path(rule["file"]).name for kind, rule in stored.items()}
    rules = [_read(f"{kind}={place}:{functions[kind]}") for kind, place in places.items()]
    # Before any of it is run: it must be what the result was made with.
    for rule in rules:
        if rule.name != stored[rule.kind]["name"]:
            raise RuleFault(say("rule.changed", path=rule.path))
    return _installed(rules)


def install(rule: OwnRule) -> None:
    """Make a rule known by its name in this process; raises RuleFault."""
    kind = KINDS[rule.kind]
    if rule.name not in kind.rules:
        kind.rules[rule.name] = kind.rule_of(_function(rule, kind))


def used_in(scenarios: dict[str, Scenario], rules: Sequence[OwnRule]) -> dict[str, Scenario]:
    """Return the scenarios with these rules in place of what they name; raises RuleFault where one finds no place."""
    for rule in rules:
        changed = {name: _with(scenario, rule) for name, scenario in scenarios.items()}
        if rule.kind == "targeting" and changed == scenarios:
            raise RuleFault(say("rule.no_centre", path=rule.path))
        scenarios = changed
    return scenarios


def simulator(rules: Sequence[OwnRule], engine: str) -> Simulate:
    """Return what does a run by these rules with an engine, in whichever process."""
    return partial(_simulate, engine, tuple(rules)) if rules else ENGINES[engine]


def _simulate(engine: str, rules: tuple[OwnRule, ...], *run: Any, **more: bool) -> RunResult:
    for rule in rules:
        install(rule)
    return ENGINES[engine](*run, **more)


def _with(scenario: Scenario, rule: OwnRule) -> Scenario:
    if rule.kind != "targeting":
        return scenario.model_copy(update={"rules": scenario.rules.model_copy(update={rule.kind: rule.name})})
    if scenario.levers.centre is None:
        return scenario
    centre = scenario.levers.centre.model_copy(update={"targeting": rule.name})
    return scenario.model_copy(update={"levers": scenario.levers.model_copy(update={"centre": centre})})


# --- reading ---------------------------------------------------------------------------------------------------------


def _read(asked: str) -> OwnRule:
    kind, _, place = asked.partition("=")
    path, _, function = place.rpartition(":")
    if kind not in KINDS or not path or not function.isidentifier():
        raise RuleFault(say("rule.form", asked=asked, kinds=", ".join(KINDS)))
    path = home_filled_in(path)
    return OwnRule(kind, path, function, _source(path, f"{kind}={path}"))


def _source(path: str, place: str) -> str:
    try:
        return text_of(Path(path).read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError:
        raise RuleFault(say("rule.no_file", place=place, folder=Path.cwd())) from None
    except (OSError, ValueError, NotText) as error:  # ValueError: a path that no file can have
        reason = error.message if isinstance(error, NotText) else os_reason(error) if isinstance(error, OSError) else str(error)
        raise RuleFault(say("rule.unreadable", place=place, reason=reason)) from None


def _require_distinct(rules: list[OwnRule]) -> None:
    sources: dict[str, str] = {}
    for rule in rules:
        if [other.kind for other in rules].count(rule.kind) > 1:
            raise RuleFault(say("rule.twice", kind=rule.kind))
        if sources.setdefault(rule.file.casefold(), rule.source) != rule.source:
            raise RuleFault(say("rule.same_name", path=rule.path, file=rule.file))


def _function(rule: OwnRule, kind: Kind) -> Any:
    """Return the function itself, once it is sure that it can be called as the rules of its kind are."""
    place = f"{rule.kind}={rule.path}"
    defined = _defined(rule, place)
    function = defined.get(rule.function)
    if not callable(function):
        raise RuleFault(_no_function(rule, place, defined))
    wanted = list(inspect.signature(kind.example).parameters)
    try:
        inspect.signature(function).bind(*wanted)
    except (TypeError, ValueError) as error:
        takes = say("rule.called_with", kind=rule.kind, count=len(wanted), wanted=", ".join(wanted))
        wrong = say("rule.arguments", place=place, function=rule.function, error=error)
        raise RuleFault(wrong.followed_by(takes)) from None
    return function


def _no_function(rule: OwnRule, place: str, defined: dict[str, Any]) -> Message:
    there = [name for name, one in defined.items() if inspect.isfunction(one) and one.__module__ == _module(rule)]
    told = say("rule.no_function", place=place, function=rule.function, there=", ".join(there) or say("rule.none"))
    return told.followed_by(guess(rule.function, there))


def _defined(rule: OwnRule, place: str) -> dict[str, Any]:
    """Run the file and return what it defines."""
    module = ModuleType(_module(rule))
    module.__file__ = rule.path
    sys.modules[module.__name__] = module  # dataclasses look their module up there
    try:
        exec(compile(rule.source, rule.path, "exec"), module.__dict__)
    except (Exception, SystemExit) as error:
        told = getattr(error, "msg", None) or str(error)
        at = ":".join(filter(None, (place, _line_of(error, rule.path))))
        raise RuleFault(say("rule.not_loaded", place=at, error=f"{type(error).__name__}: {told}")) from error
    return module.__dict__


def _line_of(error: BaseException, path: str) -> str:
    """Return the line of a file that an error comes from; "" where it comes from nowhere in it."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return str(error.lineno or "")
    lines = [str(frame.lineno) for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return lines[-1] if lines else ""


def _module(rule: OwnRule) -> str:
    return f"own_rule_{rule.hash}"
