"""Every sentence readers see, in Danish or English, and numbers as that language writes them."""

import math
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("da", "en")
# The same texts, ten times faster where PyYAML was built with libyaml (as its wheels are).
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_UNWRITABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ufffe\\uffff]")
_TWO_POINTS = re.compile(r"(?<=\bkr)\.\.(?!\.)")
"""An abbreviation's point ends the sentence as well."""
MINUS = "\N{MINUS SIGN}"
LONGEST_NAME, LONGEST_WORD = 120, 30
"""Letters of a name in tables and figures, and of a word in it: a longer one fits beside no row and above no panel."""

Labels = Mapping[str, str | Mapping[str, str]]
"""What scenarios are called in tables and figures: in one wording, or by language."""


class Texts(NamedTuple):
    """The sentences of one language by dotted key; call it with a key and the values its sentence asks for.

    `labels` are those of the scenarios of a result; of those `handed_over` their name says that their hosts' cost is missing.
    """

    language: str
    sentences: Mapping[str, str]
    labels: Mapping[str, str]
    handed_over: frozenset[str] = frozenset()

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence with its values filled in; raise KeyError for a key or value that is missing."""
        return _TWO_POINTS.sub(".", self.sentences[key].format(**values))

    def number(self, value: float, decimals: int = 1) -> str:
        """Write a number: 1.234,5 in Danish, 1,234.5 in English; a minus sign, no hyphen, and none before nothing."""
        rounded = round(value, decimals) + 0.0
        marks = str.maketrans(",.-", self.sentences["format.thousands"] + self.sentences["format.decimal"] + MINUS)
        return f"{rounded:,.{decimals}f}".translate(marks)

    def signed(self, value: float, decimals: int = 1) -> str:
        """Write a number with its sign; nothing has none."""
        sign = "+" if round(value, decimals) > 0 else ""
        return sign + self.number(value, decimals)

    def ends(self, low: float, high: float, decimals: int = 1) -> tuple[str, str]:
        """Write the ends of a range; whole numbers as such."""
        shown = 0 if float(low).is_integer() and float(high).is_integer() else decimals
        return self.number(low, shown), self.number(high, shown)

    def plus_minus(self, error: str) -> str:
        """Write a calculation error."""
        return self("table.plus_minus", error=error)

    def scenario(self, name: str) -> str:
        """Return what a scenario is called: its label, else its name with spaces for underscores."""
        called = readable(self.labels.get(name) or name.replace("_", " "))
        return self("scenario.handed_over", name=called) if name in self.handed_over else called


def load(language: str, labels: Labels = MappingProxyType({}), handed_over: Iterable[str] = ()) -> Texts:
    """Read the sentences of a language, all files of its folder; raise ValueError naming the languages there are.

    `labels` and `handed_over` are those of a result (`Results`).
    """
    if language not in LANGUAGES:
        raise ValueError(f"no texts in language '{language}'; choose one of {', '.join(LANGUAGES)}")
    wordings = {name: in_language(language, label) for name, label in labels.items()}
    return Texts(language, _sentences(language), wordings, frozenset(handed_over))


@cache
def _sentences(language: str) -> Mapping[str, str]:
    sentences: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.yaml")):
        sentences.update(_flat(yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)))
    return MappingProxyType(sentences)


def clean(text: str) -> str:
    """Return a text without what no page or drawing may hold: characters that control a terminal or a reader, or are none."""
    return _UNWRITABLE.sub("\ufffd", text)


def readable(name: str) -> str:
    """Return a name that was read from a file as it is shown: clean, and with no words longer than anyone would make them."""
    return cut(re.sub(rf"\S{{{LONGEST_WORD + 1},}}", lambda word: cut(word[0], LONGEST_WORD), clean(name)), LONGEST_NAME)


def cut(text: str, letters: int) -> str:
    """Return a text of so many letters at most, with a mark where its end is left out."""
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"


def in_language(language: str, label: str | Mapping[str, str]) -> str:
    """Return a wording in a language, else in the one it has."""
    return label if isinstance(label, str) else label.get(language) or next(iter(label.values()))


def decimals_for(values: list[float], usual: int) -> int:
    """Return the decimals that show the largest of some numbers with two digits: as many as usual, none from 1,000 on."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest >= 1000:
        return 0
    return usual if largest == 0 else min(4, max(usual, 1 - math.floor(math.log10(largest))))


def _flat(content: dict[str, Any], above: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in content.items():
        flat += _flat(value, f"{above}{key}.") if isinstance(value, dict) else [(f"{above}{key}", value)]
    return flat
