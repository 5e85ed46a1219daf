"""Whoever mistypes a name by a letter is told the right one."""

import pytest

from model.faults import Fault
from model.guesses import closest, guess, guess_code, slips
from model.scenario.offers import tried
from model.scenario.scenario import Experiment, Scenario
from model.scenario.scenario_faults import schema_faults
from model.scenario.schema import Uncertain
from model.scenario.schema_tree import ANY, fields, keys, model_of, schema_at
from model.scenario.strict_yaml import KeyPath, Node, Place

LEAST_RIGHT = 0.95
LETTERS = "abcdefghijklmnopqrstuvwxyz_"


def typos(name: str) -> list[str]:
    """Every name one slip away: a letter dropped, doubled, swapped with the next one, or replaced by its neighbour."""
    places = range(len(name))
    dropped = [name[:i] + name[i + 1 :] for i in places]
    doubled = [name[: i + 1] + name[i:] for i in places]
    swapped = [name[:i] + name[i + 1] + name[i] + name[i + 2 :] for i in places[:-1]]
    replaced = [name[:i] + LETTERS[(LETTERS.find(name[i]) + 5) % len(LETTERS)] + name[i + 1 :] for i in places]
    return [typed for typed in dict.fromkeys(dropped + doubled + swapped + replaced) if typed != name and typed]


def groups() -> dict[KeyPath, list[str]]:
    """Every group of the schema with its keys."""
    found: dict[KeyPath, list[str]] = {}
    for key, path in keys(Scenario, ()):
        found.setdefault(path, []).append(key)
    found["uncertain",] = list(fields(Uncertain))
    found["experiment",] = list(fields(Experiment))
    return found


def test_a_key_mistyped_by_one_letter_is_guessed_in_nearly_all_cases() -> None:
    tried = right = 0
    for allowed in groups().values():
        for key in allowed:
            for typed in typos(key)[::3]:
                if typed not in allowed:
                    tried += 1
                    right += closest(typed, allowed) == key
    assert tried > 2_500
    assert right / tried >= LEAST_RIGHT


def content(path: KeyPath, key: str) -> Node:
    """What a file holds that says only one key, in a group."""
    here = Place("a.yaml", 1, 1)
    node = Node({key: Node(None, here, here)}, here, here)
    for part in reversed(path):
        node = Node([node] if part == ANY else {str(part): node}, here, here)
    return node


def test_the_message_about_a_mistyped_key_holds_the_right_one_in_every_group() -> None:
    count = right = 0
    for path, allowed in groups().items():
        for key in allowed if path and model_of(schema_at(Scenario, path)) else ():
            for typed in typos(key)[:: max(1, len(typos(key)) // 3)]:
                if typed in allowed:
                    continue
                wrong = content(path, typed)
                told = [str(fault) for fault in tried(faults_of(wrong), wrong, faults_of)]
                count += 1
                right += any(f"'{key}'" in line for line in told if f".{typed}: unknown key" in line)
    assert count > 400
    assert right / count >= LEAST_RIGHT


def faults_of(content: Node) -> list[Fault]:
    return schema_faults(content, Scenario)


@pytest.mark.parametrize(
    ("typed", "allowed", "meant"),
    [
        ("triangle", ["triangular", "uniform", "fixed"], "triangular"),
        ("largest", ["largest_first", "first_come"], "largest_first"),
        ("TITLE", ["title", "rules"], "title"),
        ("blind", ["reinforcement", "none"], None),
        ("x", ["xy"], None),
        ("325", ["326"], None),
        ("", ["a"], None),
        ("y" * 5000, ["title"], None),
    ],
)
def test_longer_slips_are_guessed_by_likeness_and_nothing_is_guessed_at_random(
    typed: str, allowed: list[str], meant: str | None
) -> None:
    assert closest(typed, allowed) == meant
    assert (guess(typed, allowed) is None) == (meant is None)


def test_whoever_writes_a_municipality_s_name_is_told_its_code() -> None:
    named = {"326": "Kalundborg", "316": "Holbæk"}
    for typed, code in (("Kalundborg", "326"), ("holbaek", "316"), ("0316", "316"), ("326.0", "326"), ("316 Holbæk", "316")):
        message = guess_code(typed, named)
        assert message is not None
        assert str(message.tried(lambda offer, code=code: offer == code)) == f"did you mean '{code}'?"
    assert guess_code("3160", named) is None


def test_slips_are_counted_as_letters_dropped_added_replaced_or_swapped() -> None:
    assert [slips("abcd", other) for other in ("abcd", "abd", "abcde", "abxd", "acbd", "dcba")] == [0, 1, 1, 1, 1, 3]
