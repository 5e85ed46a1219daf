"""Which draws of the uncertain numbers an experiment makes: a design over numbers, each by its own distribution or another.

As a file says it (`scenario.Design`), with its faults, and as it is carried out (`Sampling`). The points themselves are made in
`experiment/sample.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from math import prod
from typing import Annotated, Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from ..faults import Fault, Message, say
from ..guesses import guess
from ..scalars import number_fault, shortened, spelt
from .nodes import members_of
from .scenario import MOST_DRAWS, Scenario, Uncertainties
from .schema import Uncertain
from .strict_yaml import Node, described

ALL = "uncertainties"
"""The group that holds every uncertain number; in a file also written `all`."""
BLOCK = "experiment.uncertainties"

NUMBERS: dict[str, Any] = {
    f"{ALL}.{group}.{name}": field
    for group, info in Uncertainties.model_fields.items()
    for name, field in getattr(info.annotation, "model_fields", {}).items()
}
"""The field of each uncertain number, by its dotted key, in the schema's order."""


class Factor(NamedTuple):
    """An uncertain number of a design, by "group.name": drawn by its own distribution, evenly within a range, or of a list.

    `within` is (low, high) or None; `of` holds the values of a list, each as likely as the others, else nothing.
    """

    name: str
    within: tuple[float, float] | None = None
    of: tuple[float, ...] = ()


class Sampling(NamedTuple):
    """A design over factors, in the schema's order: how many draws, and at how many levels a factorial looks at each."""

    design: str
    draws: int
    factors: tuple[Factor, ...]
    levels: int | None = None

    def as_data(self) -> dict[str, Any]:
        """Return what JSON can hold of it; `from_data` makes the same of that."""
        over = {one.name: _as_written(one) for one in self.factors}
        return {"design": self.design, "draws": self.draws, "levels": self.levels, "over": over}


def from_data(told: Mapping[str, Any]) -> Sampling:
    """Return the sampling that `Sampling.as_data` told."""
    factors = tuple(_as_told(name, given) for name, given in told["over"].items())
    return Sampling(told["design"], told["draws"], factors, told["levels"])


def _as_written(factor: Factor) -> list[float] | dict[str, float] | None:
    return list(factor.of) if factor.of else dict(zip(("low", "high"), factor.within, strict=True)) if factor.within else None


def _as_told(name: str, given: Any) -> Factor:
    if isinstance(given, Mapping):
        return Factor(name, within=(given["low"], given["high"]))
    return Factor(name, of=tuple(given or ()))


# --- as a file says it ----------------------------------------------------------------------------------------------------


def over_faults(block: Node) -> Iterator[Fault]:
    """Return faults of what a design goes over, key by key."""
    over = members_of(block).get("over")
    match over.content if over else "all":
        case dict() as members if members:
            for key, given in members.items():
                yield from _key_faults(key, given)
                yield from _given_faults(key, given)
        case list() as entries if entries:
            for index, entry in enumerate(entries):
                yield from _entry_faults(index, entry)
        case [] if over:
            yield Fault(over.place, f"{BLOCK}.over", say("too_short"))
        case said if over and said != "all":
            yield Fault(over.place, f"{BLOCK}.over", say("over_what", given=described(over)))


def _entry_faults(index: int, entry: Node) -> Iterator[Fault]:
    if isinstance(entry.content, str):
        yield from _key_faults(entry.content, entry)
    else:
        yield Fault(entry.place, f"{BLOCK}.over[{index}]", say("string_type", given=described(entry)))


def sampling_of(block: Node, scenarios: Iterable[Scenario]) -> tuple[Sampling | None, list[Fault]]:
    """Return the design that a block without faults of its own asks for, for these scenarios, and what forbids it."""
    members, scenarios = members_of(block), list(scenarios)
    given = _given(members.get("over"))
    faults = list(_fixed_faults(given, members.get("over"), scenarios))
    factors = tuple(_factors(given, scenarios))
    if not factors and not faults:
        faults = [Fault(block.key_place, f"{BLOCK}.over", say("nothing_uncertain"))]
    faults += _size_faults(block, factors)
    if faults:
        return None, faults
    design, levels = str(members["design"].content), _whole(members.get("levels"))
    draws = _factorial_draws(factors, levels) if design == "factorial" else _whole(members["draws"]) or 0
    return Sampling(design, draws, factors, levels), []


def _whole(node: Node | None) -> int | None:
    return int(node.content) if node and isinstance(node.content, str) else None


def _key_faults(key: str, node: Node) -> Iterator[Fault]:
    if not _covered(key):
        known = (ALL, *dict.fromkeys(name.rpartition(".")[0] for name in NUMBERS), *NUMBERS)
        elsewhere = key.partition(".")[0] in Scenario.model_fields.keys() - {ALL}
        meant = None if elsewhere else guess(key if key.startswith(ALL) else f"{ALL}.{key}", known)
        yield Fault(node.key_place, f"{BLOCK}.over", say("not_uncertain", given=shortened(key)).followed_by(meant))


def _covered(key: str) -> list[str]:
    """Return the numbers that a key stands for: one, a group of them, or all."""
    return [name for name in NUMBERS if name == key or name.startswith(f"{key}.")]


def _given_faults(key: str, given: Node) -> Iterator[Fault]:
    where = f"{BLOCK}.over.{shortened(key)}"
    if given.content is None:
        return
    if not isinstance(given.content, dict | list) or not given.content:
        yield Fault(given.place, where, say("range_or_values", given=described(given)))
        return
    faults = [Fault(node.place, where, message) for node in _numbers_in(given) if (message := _text_fault(node))]
    if isinstance(given.content, dict):
        wrong = [name for name in given.content if name not in ("low", "high")]
        faults += [Fault(given.content[name].key_place, f"{where}.{name}", say("range_keys")) for name in wrong]
        missing = [name for name in ("low", "high") if name not in given.content]
        faults += [Fault(given.key_place, f"{where}.{name}", say("range_keys")) for name in missing]
    if key in NUMBERS and not faults and (message := _unfit(key, given)):
        faults = [Fault(given.place, where, message)]
    if key not in NUMBERS and _covered(key):
        faults += [Fault(given.key_place, where, say("one_number"))]
    yield from faults


def _numbers_in(given: Node) -> list[Node]:
    match given.content:
        case dict() as bounds:
            return [bounds[name] for name in ("low", "high") if name in bounds]
        case list() as values:
            return values
    return []


def _text_fault(node: Node) -> Message | None:
    if not isinstance(node.content, str):
        return say("float_type", given=described(node))
    message = number_fault(node.content.strip())
    return message.tried(lambda offer: isinstance(offer, str) and number_fault(offer) is None) if message else None


def _unfit(key: str, given: Node) -> Message | None:
    """Return why a number may not have these values: they go beyond its bounds, are no range, or stand there twice."""
    numbers = [float(str(node.content)) for node in _numbers_in(given)]
    if isinstance(given.content, dict):
        low, high = (float(str(given.content[name].content)) for name in ("low", "high"))
        if low >= high:
            return say("low_below_high", low=spelt(low), high=spelt(high))
    elif len(set(numbers)) < len(numbers):
        return say("named_twice", given=next(spelt(one) for one in numbers if numbers.count(one) > 1))
    field = NUMBERS[key]
    bounded: Any = Annotated[field.annotation, *field.metadata]
    kind = TypeAdapter(bounded)
    for number in numbers:
        try:
            kind.validate_python({"value": number})
        except ValidationError as error:
            told: Any = error.errors()[0]["ctx"]["error"]
            return told.message
    return None


# --- what it comes to -----------------------------------------------------------------------------------------------------


def _given(over: Node | None) -> dict[str, Node | None]:
    """Return the keys that a design goes over, and what they are given in place of their distribution."""
    match over.content if over else "all":
        case dict() as members:
            return {key: None if given.content is None else given for key, given in members.items()}
        case list() as entries:
            return {str(entry.content): None for entry in entries}
    return {ALL: None}


def _factors(given: Mapping[str, Node | None], scenarios: list[Scenario]) -> Iterator[Factor]:
    """Return the numbers asked for by name, and those of groups that are uncertain in a scenario."""
    for name in NUMBERS:
        if given.get(name):
            yield _factor(name, given[name])
        elif any(name == key or name.startswith(f"{key}.") for key in given) and _is_drawn(name, scenarios):
            yield _factor(name, None)


def _factor(name: str, given: Node | None) -> Factor:
    short = name.removeprefix(f"{ALL}.")
    match given.content if given else None:
        case dict() as bounds:
            return Factor(short, within=(float(str(bounds["low"].content)), float(str(bounds["high"].content))))
        case list() as values:
            return Factor(short, of=tuple(float(str(value.content)) for value in values))
    return Factor(short)


def _is_drawn(name: str, scenarios: Iterable[Scenario]) -> bool:
    return any(number_of(scenario.uncertainties, name.removeprefix(f"{ALL}.")).shape != "fixed" for scenario in scenarios)


def number_of(uncertainties: Uncertainties, name: str) -> Uncertain:
    """Return an uncertain number by "group.name"."""
    group, _, key = name.partition(".")
    number: Uncertain = getattr(getattr(uncertainties, group), key)
    return number


def _fixed_faults(given: Mapping[str, Node | None], over: Node | None, scenarios: list[Scenario]) -> Iterator[Fault]:
    entries = over.content if over and isinstance(over.content, list) else []
    places = {str(entry.content): entry.place for entry in entries}
    places |= {key: node.key_place for key, node in members_of(over).items()}
    for key, instead in given.items():
        if key in NUMBERS and instead is None and not _is_drawn(key, scenarios):
            yield Fault(places[key], f"{BLOCK}.over", say("fixed_number", key=key))


def _size_faults(block: Node, factors: tuple[Factor, ...]) -> Iterator[Fault]:
    """Return what is wrong with how many draws or levels a design has."""
    members = members_of(block)
    design, draws, levels = members["design"].content, members.get("draws"), members.get("levels")
    if design == "factorial":
        if draws and draws.content is not None:
            yield Fault(draws.key_place, f"{BLOCK}.draws", say("factorial_draws"))
        if _whole(levels) is None and any(not one.of for one in factors):
            yield Fault(block.key_place, f"{BLOCK}.levels", say("factorial_levels"))
        elif (count := _factorial_draws(factors, _whole(levels))) > MOST_DRAWS:
            told = say("factorial_size", numbers=len(factors), count=f"{float(count):.3g}".replace("e+", "e"), most=MOST_DRAWS)
            yield Fault((levels or block).key_place, f"{BLOCK}.levels", told)
        return
    if levels and levels.content is not None:
        yield Fault(levels.key_place, f"{BLOCK}.levels", say("only_factorial", design=design))
    count = _whole(draws) or 0
    if not draws or not count:
        yield Fault(block.key_place, f"{BLOCK}.draws", say("draws_missing", design=design))
    elif design == "sobol" and count & (count - 1):
        below = 1 << (count.bit_length() - 1)
        key = "power_of_two" if 2 * below <= MOST_DRAWS else "power_of_two_below"
        yield Fault(draws.place, f"{BLOCK}.draws", say(key, given=count, below=below, above=2 * below))


def _factorial_draws(factors: Iterable[Factor], levels: int | None) -> int:
    return prod(len(one.of) or levels or 1 for one in factors)
