"""Names that come out of files are shown clean and no longer than anyone would make them."""

import pytest

from analysis.report.html import element
from analysis.texts import LONGEST_NAME, load, readable

CONTROL = "".join(map(chr, (0, 7, 8, 11, 12, 27, 127, 133, 155))) + "\ufffe\uffff"


@pytest.mark.parametrize("letter", CONTROL)
def test_nothing_that_controls_a_reader_comes_onto_a_page(letter: str) -> None:
    page = element("p", f"a{letter}b", title=f"c{letter}d")
    assert page == '<p title="c\ufffdd">a\ufffdb</p>'


def test_letters_of_any_language_and_line_ends_stay() -> None:
    assert readable("Holbæk\tÅrhus\n東京 😀") == "Holbæk\tÅrhus\n東京 😀"


def test_a_name_without_end_is_cut_and_says_so() -> None:
    shown = load("en", {"x": "y" * 10_000}).scenario("x")
    assert len(shown) == LONGEST_NAME and shown.endswith("…")
