"""Broken YAML is told where it went wrong, alike by both of PyYAML's parsers."""

from typing import Any

import pytest
import yaml

from model.scenario.yaml_syntax import place_of, syntax_fault
from tests.bad_input.corpus import FOLDER, cases

BROKEN = [case for kind in ("brackets", "colons", "quotes", "tabs") for case in cases(kind)]


def told(text: str, loader: Any) -> str:
    """What is said of a text, "" where the parser minds nothing."""
    try:
        list(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        return str(syntax_fault(text, "a.yaml", error))
    return ""


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: f"{case.kind}/{case.name}")
def test_both_parsers_lead_to_the_same_words(case: Any) -> None:
    text = (FOLDER / case.kind / case.name).read_text(encoding="utf-8")
    assert told(text, yaml.SafeLoader) == told(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: {b: 1\nc: 2\n", "a.yaml:1:4: the '{' that stands here"),
        ("a: [1, {b: 2]\n", "a.yaml:1:8: the '{' that stands here"),
        ("a: 'b\nc: 1\n", "a.yaml:1:4: the quote '"),
        ("a: it's {b: 1\n  c: [\n", "a.yaml:"),
        ("a: b # {[\n c: d: e\n", "a.yaml:2:"),
        ("a:\n\tb: 1\n", "a.yaml:2:1: a tab"),
        ("a:\n    b: 1\n  \tc: 2\n", "a.yaml:3:3: a tab"),
        ("a: b: c\n", "a.yaml:1:5: a second colon"),
        ("a:\n  - b: c: d\n", "a.yaml:2:9: a second colon"),
        ("ab:1\nc: 2\n", "a.yaml:1:1: a space is missing after the colon; write 'ab: 1'"),
        ("a: &\n", "a.yaml:1:4: a text cannot begin with &"),
        ("a: `b`\n", "a.yaml:1:4: a text cannot begin with `"),
        ("{" * 3, "a.yaml:1:3: the '{'"),
    ],
)
def test_what_went_wrong_is_told_at_its_place(text: str, said: str) -> None:
    assert told(text, yaml.SafeLoader).startswith(said)


def test_a_long_broken_file_is_told_at_once() -> None:
    for text in ("[" * 100_000, "a: {b: 'c'\n" * 20_000, "a: b: c\n" * 20_000, "'" * 99_999, '{a: "' * 20_000):
        assert told(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)).startswith("a.yaml:")


def test_a_place_counts_lines_and_letters_from_one() -> None:
    assert place_of(0, "ab\nc", "f") == ("f", 1, 1)
    assert place_of(3, "ab\nc", "f") == ("f", 2, 1)
