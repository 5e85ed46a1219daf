"""What a million bought is worked out pair by pair, and written between the marks of its page."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from analysis.page import write_between
from analysis.results import Pair
from analysis.returns import per_million


def results():
    told = ((1, 2024, 90.0), (0, 2024, 60.0), (0, 2014, 5.0))
    screened = [Pair("money_6m", replicate, year, 0.0, 0.0, value) for replicate, year, value in told]
    money = [Pair("money_6m", k, 2024, 6.0, 0.0, 6.0) for k in (0, 1)]
    others = [Pair("money_24m", 0, 2024, 0.0, 0.0, 1e9)]
    return SimpleNamespace(
        years=(2014, 2024), pairs=lambda measure: (money if measure == "public_money" else screened) + others
    )


def test_a_million_buys_the_difference_to_the_twin_over_the_money_paid_out_by_replicate():
    assert np.allclose(per_million(results(), "money_6m", "screened", 2024), [10.0, 15.0])


def test_text_is_replaced_between_its_marks_only(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("before\n<a>\nold\n<b>\nafter\n", encoding="utf-8")
    write_between(page, "<a>\n", "<b>\n", "new\n")
    assert page.read_text(encoding="utf-8") == "before\n<a>\nnew\n<b>\nafter\n"


def test_a_page_without_the_marks_is_left_alone(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("nothing here\n", encoding="utf-8")
    with pytest.raises(ValueError, match="unpack"):
        write_between(page, "<a>\n", "<b>\n", "new\n")
    assert page.read_text(encoding="utf-8") == "nothing here\n"
