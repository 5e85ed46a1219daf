"""The bands the program holds results against are those the page fixed beforehand, and the page says every miss."""

import re
from pathlib import Path

import pytest

from analysis.face_validity import BEGIN, CHECKS, END

PAGE = (Path(__file__).parents[1] / "docs" / "face-validity.md").read_text(encoding="utf-8")
BANDS = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", PAGE.split("## Results")[0], re.MULTILINE))
RESULTS = re.findall(
    r"^\| ([^|]+) \| \S+ to \S+ [^|]+ \| (\S+) \| [^|]+ \| (\S+) \|$", PAGE.split(BEGIN)[1].split(END)[0], re.MULTILINE
)


def numbers(text):
    """The first two numbers of a band, percentages as shares."""
    found = [float(n) for n in re.findall(r"(?<![\d.])-?\d+(?:\.\d+)?", text.replace("below", "0 to").replace("-", " ", 0))]
    return [n / 100 for n in found[:2]] if "%" in text else found[:2]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.figure)
def test_a_band_is_the_one_of_the_page(check):
    band = BANDS[check.figure].replace("–", "-")
    band = re.sub(r"(?<=\d)-(?=\d)", " to ", band)
    assert numbers(band) == pytest.approx([check.low, check.high])


def test_every_figure_has_a_result_and_every_miss_is_said():
    assert [row[0] for row in RESULTS] == [check.figure for check in CHECKS]
    for (_, mean, verdict), check in zip(RESULTS, CHECKS, strict=True):
        shown, slack = float(mean), 0.06 * max(abs(check.low), abs(check.high))
        if not check.low - slack <= shown <= check.high + slack:
            assert verdict == "**missed**", check.figure
        if check.low + slack < shown < check.high - slack:
            assert verdict == "within", check.figure


def test_every_check_stands_in_the_page_and_every_band_has_a_check():
    assert sorted(BANDS) == sorted([check.figure for check in CHECKS] + ["figure"])
