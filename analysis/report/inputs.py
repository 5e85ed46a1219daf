"""What a result stands on: uncertain numbers with range, grade and basis, choices, and what tells its scenarios apart."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .html import Cell, Markup, element, items, joined, table
from .words import Words

NOT_COMPARED = ("title", "label")
GROUP = "..."
"""Stands for all values of a group."""
NUMBER_OF = "value"
"""A number with range and basis has this key."""


def assumptions(words: Words) -> Markup:
    """Return every uncertain number of the scenario of the report, and its choices."""
    given = words.evidence.input
    if not given:
        return element("p", words("body.inputs_none"))
    numbers = [_number(key, leaf, words) for key, leaf in _numbers(given.get("uncertainties", {}))]
    heads = [words(f"body.{name}") for name in ("parameter", "value", "range", "grade", "basis")]
    chosen = {key: value for key, value in given.items() if key not in (*NOT_COMPARED, "uncertainties")}
    choices = [(element("code", key), Cell([written(value, words)], True)) for key, value in flat(chosen) if value is not None]
    lead = element("p", words("body.assumptions_lead", scenario=words.scenario))
    return joined([
        lead, table(words("body.assumptions_caption"), heads, numbers, "basis"),
        table(words("body.levers_caption"), [words("body.parameter"), words("body.value")], choices, "basis"),
    ])  # fmt: skip


def differences(words: Words) -> Markup:
    """Return, for every other scenario, what differs from that of the report."""
    inputs, first = words.evidence.inputs, words.evidence.scenario
    others = [name for name in inputs if name != first]
    before = _compared(inputs[first])
    rows = [(words.texts.scenario(name), Cell([_changes(before, _compared(inputs[name]), words)], True)) for name in others]
    lead = element("p", words("body.differences_lead", first=words.texts.scenario(first)))
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
    """Return the values of a scenario by dotted key; of a list of groups by number."""
    if isinstance(content, dict) and content:
        for key, value in content.items():
            yield from flat(value, f"{above}.{key}" if above else str(key))
    elif isinstance(content, list) and any(isinstance(one, dict) for one in content):
        for place, value in enumerate(content):
            yield from flat(value, f"{above}[{place}]")
    else:
        yield above, content


def written(value: Any, words: Words) -> str:
    """Write a value as the language writes numbers; texts as they are."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        number = Decimal(str(value)).normalize()
        return words.texts.number(value, max(0, -int(number.as_tuple().exponent)))
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or words("body.none")
    return words("body.none") if value is None else str(value)


def _numbers(content: dict[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in content.items():
        if isinstance(value, dict) and NUMBER_OF in value:
            yield f"{above}{key}", value
        elif isinstance(value, dict):
            yield from _numbers(value, f"{above}{key}.")


def _number(key: str, leaf: dict[str, Any], words: Words) -> tuple[str | Cell, ...]:
    low, high = leaf.get("low"), leaf.get("high")
    bounds = words("body.fixed")
    if low is not None and high is not None:
        bounds = words.texts("table.from_to", low=written(low, words), high=written(high, words))
    grade = words.texts.sentences.get(f"report.body.grade_{leaf.get('grade')}", str(leaf.get("grade", "")))
    basis = element("span", str(leaf.get("basis") or ""), lang="en")
    return element("code", key), written(leaf[NUMBER_OF], words), bounds, Cell([grade], True), Cell([basis], True)


def _compared(given: dict[str, Any]) -> dict[str, Any]:
    return dict(flat({key: value for key, value in given.items() if key not in NOT_COMPARED}))


def _changes(before: dict[str, Any], after: dict[str, Any], words: Words) -> str:
    found = changed(before, after)
    if not found:
        return words("body.no_difference")
    lines = [f"{key}: {written(old, words)} → {written(new, words)}" for key, old, new in found]
    return items((element("code", line) for line in lines), class_="changes")
