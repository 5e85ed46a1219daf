"""Numbers, truth and months are read in one way only, and what is not is told with what to write."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import months
from model.faults import Message
from model.scalars import comma_fault, is_ambiguous, month_fault, number_fault, spelt, truth_fault, whole_fault


def told(read: Callable[[str], Message | None], text: str) -> str:
    """What is said of a text, once all that is proposed was read."""
    message = read(text)
    assert message is not None
    return str(message.tried(lambda offer: isinstance(offer, str) and read(offer) is None))


FINE = ["0", "12", "-3.5", "+1e6", ".5", "5.", "12.0", "0.125", "1.2345", "1234.567", "12e-3", "007"]


@pytest.mark.parametrize("text", FINE)
def test_a_plain_number_is_fine(text: str) -> None:
    assert number_fault(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_whatever_the_program_writes_it_reads_as_a_number(number: float) -> None:
    text = spelt(number)
    assert "+" not in text
    assert number_fault(text) is None or is_ambiguous(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12.000", "write 12 or 12000"),
        ("12.000.000", "write 12 or 12000000"),
        ("1,5", "write 1.5 or 15"),
        ("1.234,5", "write 1234.5 or 12345"),
        ("12 000 000", "write 12000000"),
        ("1_000", "write 1000"),
        ("12 mio", "write 12e6"),
        ("12mio.kr", "write 12"),
        ("1,5 mio. kr.", "write 1.5e6"),
        ("12m DKK", "write 12e6"),
        ("3 mia.", "write 3e9"),
        ("650k", "write 650e3"),
        ("kr. 500", "write 500"),
        ("DKK 12.000", "write 12 or 12000"),
        ("50 %", "write 0.5"),
        ("2,5 pct.", "write 0.025"),
        ("25 km", "write 25"),
        ("1e400", "larger than a number can be"),
        ("-.inf", "not a finite number"),
        ("NaN", "not a finite number"),
        ("plenty", "not a number"),
        ("1/3", "not a number"),
        ("٣", "not a number"),
        ("1.2.3", "not a number"),
        ("0xFF", "write it as 12000"),
        ("1e", "write it as 12000"),
        ("", "not a number"),
    ],
)
def test_anything_else_is_told_with_what_to_write(text: str, said: str) -> None:
    assert said in told(number_fault, text)


def test_a_whole_number_has_digits_only() -> None:
    assert whole_fault("48") is None
    assert "not a whole number" in str(whole_fault("4.5"))
    assert "not a whole number" in str(whole_fault("1e3"))


@pytest.mark.parametrize("text", ["true", "false"])
def test_truth_is_true_or_false(text: str) -> None:
    assert truth_fault(text) is None


@pytest.mark.parametrize(("text", "meant"), [("yes", "true"), ("NO", "false"), ("ja", "true"), ("False", "false")])
def test_other_words_for_truth_are_told_what_they_seem_to_mean(text: str, meant: str) -> None:
    assert told(truth_fault, text).endswith(f"write {meant}")


@given(st.integers(1900 * 12, 2200 * 12 - 1))
def test_every_month_the_model_writes_is_fine_and_so_is_none_with_its_zero_left_out(month: int) -> None:
    label = months.label(month)
    assert month_fault(label) is None
    if label[5] == "0":
        assert told(month_fault, label[:5] + label[6:]).endswith(f"write {label}")


@pytest.mark.parametrize("text", ["01-2011", "1/2011", "2011/01", "2011.1", "201101", "2011-01-15", "15-01-2011", "2011 1"])
def test_a_month_written_otherwise_is_told_as_it_should_be(text: str) -> None:
    assert told(month_fault, text).endswith("write 2011-01")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2011", "such as 2011-01"),
        ("2011-13", "no month 13"),
        ("2011-00", "no month 0"),
        ("soon", "write it as 2011-01"),
        ("99999-01", "write it as 2011-01"),
        ("9999", "write it as 2011-01"),
        ("2011011", "write it as 2011-01"),
        ("", "write it as 2011-01"),
        ("0011-01", "years go from 1900 to 2199"),
    ],
)
def test_what_is_no_month_is_told_why(text: str, said: str) -> None:
    assert said in told(month_fault, text)


def test_a_comma_between_digits_cuts_a_number_and_any_other_does_not() -> None:
    for text, said in (("12,000,000", "write 12 or 12000000"), ("1,5 mio. kr.", "write 1.5e6")):
        message = comma_fault(text)
        assert message is not None
        assert said in str(message.tried(lambda offer: number_fault(str(offer)) is None))
    assert comma_fault("2011-01,5") is None and comma_fault("a,b") is None
