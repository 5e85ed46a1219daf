"""Columns in little room: what is put together is what was taken apart."""

import numpy as np
import pytest

from model.experiment.results.columns import NUMBER, TEXT, WHOLE, Texts, coded, joined, part, texts


def spelt(column: Texts) -> list[str | None]:
    return [column.words[code] if code >= 0 else None for code in column.codes]


@pytest.mark.parametrize("values", [[], [None, None], ["a"], ["b", None, "a", "b", ""]])
def test_texts_are_kept_as_they_are_and_empty_cells_stay_empty(values: list[str | None]) -> None:
    assert spelt(texts(values)) == values


@pytest.mark.parametrize("words", [1, 126, 127, 128, 40_000])
def test_every_text_keeps_its_place_however_many_there_are(words: int) -> None:
    values = [f"word {i}" for i in range(words)]
    assert spelt(texts([*values, None])) == [*values, None]


def test_columns_below_each_other_become_one() -> None:
    above, below = texts(["a", None, "b"]), texts(["c", "b"])
    together = joined(TEXT, [(3, above), (2, "x"), (2, below)])
    assert isinstance(together, Texts)
    assert spelt(together) == ["a", None, "b", "x", "x", "c", "b"]
    assert list(together.words) == ["a", "b", "x", "c"]


def test_numbers_keep_their_empty_cells() -> None:
    first, second = (part({"n": kind}, {"n": values}) for kind, values in ((WHOLE, [1, None]), (NUMBER, [0.5, 2.0])))
    assert joined(WHOLE, [(2, first.columns["n"]), (2, 7)]).tolist() == [1, None, 7, 7]
    assert joined(NUMBER, [(2, second.columns["n"])]).tolist() == [0.5, 2.0]


@pytest.mark.parametrize(("kind", "dtype"), [(WHOLE, np.int64), (NUMBER, np.float64)])
def test_no_rows_are_a_column_all_the_same(kind: str, dtype: type) -> None:
    assert joined(kind, []).dtype == dtype
    assert spelt(joined(TEXT, [])) == []


def test_a_part_has_as_many_rows_as_its_longest_column() -> None:
    kinds = {"text": TEXT, "number": WHOLE, "alone": TEXT}
    assert part(kinds, {"text": coded([0, 1], ["a", "b"]), "number": [1, 2], "alone": "x"}).rows == 2
    assert part(kinds, {}).rows == 0
