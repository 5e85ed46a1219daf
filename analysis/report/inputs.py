"""What a result stands on: uncertain numbers with range, grade and basis, choices, and what tells its scenarios apart."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from ..texts import LANGUAGES, in_language
from .bases import basis_in
from .html import Cell, Markup, element, items, joined, table
from .words import Words

NOT_COMPARED = ("title", "label")
GROUP = "…"
"""Stands for all values of a group."""
NUMBER_OF = "value"
"""A number with range and basis has this key."""


class Uncertain(NamedTuple):
    """An uncertain number by dotted key: the value shown, between what it is drawn (None where it is fixed), and why.

    `basis` is in the language of the report if it is `translated`, else as its author wrote it.
    """

    key: str
    value: Any
    low: float | None
    high: float | None
    grade: str
    basis: str
    translated: bool


# --- as data ---------------------------------------------------------------------------------------------------------


def uncertain_numbers(words: Words) -> list[Uncertain]:
    """Return every uncertain number of the scenario of the report."""
    return [_uncertain(key, leaf, words) for key, leaf in _numbers(words.evidence.input.get("uncertainties", {}))]


def choices(words: Words) -> list[tuple[str, str]]:
    """Return what else the scenario of the report says, by dotted key."""
    said = {key: value for key, value in words.evidence.input.items() if key not in (*NOT_COMPARED, "uncertainties")}
    return [(key, written(value, words)) for key, value in flat(said) if value is not None]


def differing(words: Words) -> list[tuple[str, list[str]]]:
    """Return, for every other scenario, its name and what differs from that of the report, a line for each key."""
    inputs, first = words.evidence.inputs, words.evidence.scenario
    if first not in inputs:
        return []
    before = _compared(inputs[first])
    return [(words.texts.scenario(name), _lines(before, _compared(inputs[name]), words)) for name in inputs if name != first]


# --- as HTML ---------------------------------------------------------------------------------------------------------


def assumptions(words: Words) -> Markup:
    """Return every uncertain number of the scenario of the report, and its choices."""
    if not words.evidence.input:
        return element("p", words("body.inputs_none"))
    heads = [words(f"body.{name}") for name in ("parameter", "value", "range", "grade", "basis")]
    numbers = [_row(number, words) for number in uncertain_numbers(words)]
    chosen = [(element("code", key), Cell([value], True)) for key, value in choices(words)]
    lead = element("p", words("body.assumptions_lead", scenario=words.scenario))
    return joined([
        lead, table(words("body.assumptions_caption"), heads, numbers, "basis"),
        table(words("body.levers_caption"), [words("body.parameter"), words("body.value")], chosen, "basis"),
    ])  # fmt: skip


def differences(words: Words) -> Markup:
    """Return, for every other scenario, what differs from that of the report."""
    rows = [(name, Cell([_items(lines, words)], True)) for name, lines in differing(words)]
    lead = element("p", words("body.differences_lead", first=words.scenario))
    heads = [words("body.scenario"), words("body.change")]
    return joined([lead, table(words("body.differences_caption"), heads, rows, "basis")])


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return the keys whose values differ, with the old value and the new; None where there is none.

    A group that is gone is one change, from `...`.
    """
    gone = {key for key, value in after.items() if value is None and any(_below(one, key) for one in before)}
    known = {key: value for key, value in before.items() if not any(_below(key, group) for group in gone)}
    known |= dict.fromkeys(gone, GROUP)
    keys = dict.fromkeys([*before, *after])
    return [(key, known.get(key), after.get(key)) for key in keys if known.get(key) != after.get(key)]


def _below(key: str, group: str) -> bool:
    return key.startswith((f"{group}.", f"{group}["))


def flat(content: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Return the values of a scenario by dotted key; of a list of groups by number; a text in several languages is one."""
    if isinstance(content, dict) and content and not set(content) <= set(LANGUAGES):
        for key, value in content.items():
            yield from flat(value, f"{above}.{key}" if above else str(key))
    elif isinstance(content, list) and any(isinstance(one, dict) for one in content):
        for place, value in enumerate(content):
            yield from flat(value, f"{above}[{place}]")
    else:
        yield above, content


def written(value: Any, words: Words) -> str:
    """Write a value as the language writes numbers; texts in the language as far as they are there in it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        number = Decimal(str(value)).normalize()
        return words.texts.number(value, max(0, -int(number.as_tuple().exponent)))
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or words("body.none")
    if isinstance(value, dict) and value:
        return in_language(words.texts.language, value)
    return words("body.none") if value in (None, {}) else basis_in(words.texts.language, str(value)) or str(value)


def _numbers(content: dict[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in content.items():
        if isinstance(value, dict) and NUMBER_OF in value:
            yield f"{above}{key}", value
        elif isinstance(value, dict):
            yield from _numbers(value, f"{above}{key}.")


def _uncertain(key: str, leaf: dict[str, Any], words: Words) -> Uncertain:
    grade = words.texts.sentences.get(f"report.body.grade_{leaf.get('grade')}", str(leaf.get("grade", "")))
    basis = str(leaf.get("basis") or "")
    told = basis_in(words.texts.language, basis)
    return Uncertain(key, leaf[NUMBER_OF], leaf.get("low"), leaf.get("high"), grade, told or basis, told is not None)


def _row(number: Uncertain, words: Words) -> tuple[str | Cell, ...]:
    bounds = words("body.fixed")
    if number.low is not None and number.high is not None:
        bounds = words.texts("table.from_to", low=written(number.low, words), high=written(number.high, words))
    basis = number.basis if number.translated else element("span", number.basis, lang="")  # "": in whatever language
    value = written(number.value, words)
    return element("code", number.key), value, bounds, Cell([number.grade], True), Cell([basis], True)


def _compared(given: dict[str, Any]) -> dict[str, Any]:
    return dict(flat({key: value for key, value in given.items() if key not in NOT_COMPARED}))


def _lines(before: dict[str, Any], after: dict[str, Any], words: Words) -> list[str]:
    return [f"{key}: {written(old, words)} → {written(new, words)}" for key, old, new in changed(before, after)]


def _items(lines: list[str], words: Words) -> str:
    return items((element("code", line) for line in lines), class_="changes") if lines else words("body.no_difference")
