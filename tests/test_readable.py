"""Names that come out of files are shown clean and no longer than anyone would make them."""

import csv
from pathlib import Path
from typing import NamedTuple

import pytest

from analysis.reading.tables import write_csv
from analysis.report.html import element
from analysis.texts import LONGEST_NAME, LONGEST_WORD, load, readable


class Row(NamedTuple):
    name: str
    value: float


CONTROL = "".join(map(chr, (0, 7, 8, 11, 12, 27, 127, 133, 155))) + "\ufffe\uffff"


@pytest.mark.parametrize("letter", CONTROL)
def test_nothing_that_controls_a_reader_comes_onto_a_page(letter: str) -> None:
    page = element("p", f"a{letter}b", title=f"c{letter}d")
    assert page == '<p title="c\ufffdd">a\ufffdb</p>'


def test_letters_of_any_language_and_line_ends_stay() -> None:
    assert readable("Holbæk\tÅrhus\n東京 😀") == "Holbæk\tÅrhus\n東京 😀"


def test_a_name_without_end_is_cut_and_says_so() -> None:
    shown = load("en", {"x": "y z " * 10_000, "w": "w" * 10_000}).scenario
    assert LONGEST_NAME - 1 <= len(shown("x")) <= LONGEST_NAME and shown("x").endswith("…")
    assert shown("w") == "w" * (LONGEST_WORD - 1) + "…"


def test_a_carriage_return_in_a_name_breaks_no_row_of_csv(tmp_path: Path) -> None:
    write_csv(tmp_path / "x.csv", [Row("a\r=1+1", 1.0), Row("\r\n=2", 2.0)], Row._fields)
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file, strict=True)) == [["name", "value"], ["a\n=1+1", "1"], ["'\n=2", "2"]]
