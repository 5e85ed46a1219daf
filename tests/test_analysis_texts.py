"""Sentences and numbers in Danish and English."""

import re
import string
from pathlib import Path

import pytest

from analysis.texts import LANGUAGES, Texts, decimals_for, load
from model.outcomes import CLASSES

ROOT = Path(__file__).parents[1]
DANISH = [*ROOT.glob("*/texts/da/*.yaml"), ROOT / "analysis/report/bases_da.yaml"]


@pytest.fixture(params=LANGUAGES)
def texts(request: pytest.FixtureRequest) -> Texts:
    return load(request.param)


def places(sentence: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(sentence) if name})


def test_both_languages_have_the_same_sentences_asking_for_the_same_values() -> None:
    danish, english = load("da").sentences, load("en").sentences
    assert set(danish) == set(english)
    assert {key: places(text) for key, text in danish.items()} == {key: places(text) for key, text in english.items()}


def test_every_sentence_is_text(texts: Texts) -> None:
    assert [key for key, text in texts.sentences.items() if not isinstance(text, str) or not text.strip()] == []


def test_numbers_are_written_as_in_the_language() -> None:
    danish, english = load("da"), load("en")
    assert danish.number(1234.5) == "1.234,5"
    assert english.number(1234.5) == "1,234.5"
    assert danish.number(-1234567.891, 2) == "−1.234.567,89"
    assert english.number(0.5, 0) == "0"


def test_the_point_of_an_abbreviation_ends_a_sentence_as_well() -> None:
    texts = Texts("da", {"end": "Den er {figure}.", "dots": "{figure} …", "rest": "{figure}..."}, {})
    assert texts("end", figure="2 mio. kr.") == "Den er 2 mio. kr." and texts("end", figure="2 pct") == "Den er 2 pct."
    assert texts("rest", figure="2 kr") == "2 kr..."


def test_nothing_has_no_sign() -> None:
    english = load("en")
    assert [english.signed(value) for value in (-0.04, 0.04, 0.0, 0.06, -0.06)] == ["0.0", "0.0", "0.0", "+0.1", "−0.1"]


@pytest.mark.parametrize(
    ("values", "decimals"), [([12.3, -3], 1), ([0.123], 2), ([0.0004], 4), ([0.0], 1), ([2268.0], 0), ([], 1)]
)
def test_decimals_follow_the_largest_number(values: list[float], decimals: int) -> None:
    assert decimals_for(values, 1) == decimals


def test_a_scenario_is_called_by_its_label_and_without_one_as_it_is_named() -> None:
    labels = {"centre": {"da": "Centeret", "en": "The centre"}, "mine": "9 m DKK", "danish": {"da": "Kun dansk"}}
    danish, english = (load(language, labels) for language in LANGUAGES)
    assert [texts.scenario("centre") for texts in (danish, english)] == ["Centeret", "The centre"]
    assert [texts.scenario("mine") for texts in (danish, english)] == ["9 m DKK", "9 m DKK"]
    assert english.scenario("danish") == "Kun dansk"
    assert english.scenario("two_years_only") == "two years only"


def test_every_class_has_a_name(texts: Texts) -> None:
    assert all(f"class.{name}" in texts.sentences for name in CLASSES)


def test_another_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="'sv'; choose one of da, en"):
        load("sv")


def test_danish_uses_the_words_of_the_field() -> None:
    sentences = " ".join(load("da").sentences.values())
    assert "dødvægtstab" not in sentences
    assert not re.search(r"\bcenteret (har )?(sparet|skabt|reddet)", sentences)
    for word in (
        "symbioser",
        "fastholdte årsværk",
        "samme forløb uden",
        "mio. kr. (2014-priser)",
        "konstruerede",
    ):
        assert word.lower() in sentences.lower()


@pytest.mark.parametrize("path", DANISH, ids=lambda path: f"{path.parents[2].name}-{path.stem}")
def test_danish_has_one_word_for_one_thing(path: Path) -> None:
    """Restfraktion, modtager, fælles indsamling, samme forløb uden, afledt, overskudsgrad, startværdi, bidragyder."""
    others = r"sidestrøm|aftager|fælles rute|kontrafaktisk|udledt|\bmargin(en)?\b|\bseedet?\b(?!:)|bidragsyder|uvidende"
    said = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    assert [line for line in said if re.search(others, line.split(": ", 1)[-1])] == []
