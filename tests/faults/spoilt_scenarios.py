"""Scenario files spoilt on purpose: at random, in ways that are wrong by construction, and in ways that change nothing."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from typing import Any, NamedTuple

from model.scenario.levers import CentreInputs
from model.scenario.scenario import Experiment, Scenario
from model.scenario.schema import Month, Uncertain, Wording
from model.scenario.schema_tree import fields, is_dated

from .places import SHIPPED, Spot, is_first_of_line, limits, line_start, spots

WRONG, SAME, ANY = "wrong", "same", "any"
"""What must be said of a spoilt file: that it is wrong, that it is what it was, or either."""
LETTERS = "abcdefghijklmnopqrstuvwxyz_"
EXPERIMENTS = tuple(name for name, text in SHIPPED.items() if "\nexperiment:" in text)
SINGLE = tuple(name for name in SHIPPED if name not in EXPERIMENTS)


class Typo(NamedTuple):
    """A name mistyped by one letter, and the right one."""

    typed: str
    meant: str


class Spoilt(NamedTuple):
    """A file to check, `mine.yaml`, made of a shipped one, with others beside it; `how` says what was done."""

    how: str
    origin: str
    content: bytes
    expected: str = ANY
    typo: Typo | None = None
    beside: Mapping[str, bytes] = {}


class Unfitting(Exception):
    """A way of spoiling finds nothing to spoil in a file."""


Spoil = Callable[[Random, str], Spoilt]


def spoilt(rng: Random) -> Spoilt:
    """Return a spoilt scenario file."""
    while True:
        how = rng.choices(list(WAYS), weights=list(WAYS.values()))[0]
        name = rng.choice(EXPERIMENTS if rng.random() < 0.1 else SINGLE)
        try:
            return how(rng, name)
        except Unfitting:
            continue


def _spot(rng: Random, name: str, fits: Callable[[Spot], Any]) -> Spot:
    found = [spot for spot in spots(name) if fits(spot)]
    if not found:
        raise Unfitting
    return rng.choice(found)


def _replaced(how: str, name: str, span: tuple[int, int], new: str, **more: Any) -> Spoilt:
    text = SHIPPED[name]
    return Spoilt(how, name, (text[: span[0]] + new + text[span[1] :]).encode(), **({"expected": WRONG} | more))


# --- keys ------------------------------------------------------------------------------------------------------------


def mistyped(rng: Random, word: str) -> str:
    """Return a word with one letter put in, left out, replaced or swapped with the next; the same word never."""
    while True:
        at, letter = rng.randrange(len(word)), rng.choice(LETTERS)
        made = rng.choice(
            (
                word[:at] + letter + word[at:],
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
            )
        )
        if made != word and made:
            return made


def typo(rng: Random, name: str) -> Spoilt:
    """Mistype one key of the schema by one letter: every other time one of the complete file, which has them all."""
    name = rng.choice((name, "base"))
    spot = _spot(
        rng,
        name,
        lambda spot: len(spot.name) >= 3 and spot.kind is not None or spot.path in (("extends",), ("experiment",)),
    )
    known = {*fields(spot.owner), *spot.siblings, "extends", "experiment"}
    typed = mistyped(rng, spot.name)
    if typed in known:
        raise Unfitting
    return _replaced(f"typo {spot.name} -> {typed}", name, spot.key, typed, typo=Typo(typed, spot.name))


def unknown_key(rng: Random, name: str) -> Spoilt:
    """Put a key nobody knows into a group."""
    spot = _spot(rng, name, lambda spot: spot.owner and spot.owner is not Wording)
    key = rng.choice(
        ("colour", "x", "<<", "1", "__class__", "model_config", "Levers", "total dkk", "ø", "null", "é" * 40, "k" * 300)
    )
    return _before(f"unknown key {key[:20]}", name, spot, f"{key}: {rng.choice(('1', 'a', '{}', '[]', 'null'))}")


def _before(how: str, name: str, spot: Spot, member: str, **more: Any) -> Spoilt:
    """Put a member before another one of its mapping."""
    text = SHIPPED[name]
    if spot.in_braces:
        return _replaced(how, name, (spot.key[0], spot.key[0]), f"{member}, ", **more)
    indent = " " * (spot.key[0] - line_start(text, spot.key[0]))
    return _replaced(how, name, (spot.key[0], spot.key[0]), f"{member}\n{indent}", **more)


def duplicate_key(rng: Random, name: str) -> Spoilt:
    """Say a key twice."""
    text = SHIPPED[name]
    spot = _spot(rng, name, lambda spot: spot.scalar is not None)
    value = text[slice(*spot.value)] if rng.random() < 0.5 else rng.choice(("1", "null", "{}", "[]"))
    key = rng.choice((spot.name, f'"{spot.name}"', f"'{spot.name}'", f"? {spot.name}\n{_indent(text, spot)}"))
    if "\n" in key and spot.in_braces or spot.name != str(spot.name).strip():
        key = spot.name
    return _before(f"duplicate key {key}", name, spot, f"{key}: {value}")


def _indent(text: str, spot: Spot) -> str:
    return " " * (spot.key[0] - line_start(text, spot.key[0]))


def missing_key(rng: Random, name: str) -> Spoilt:
    """Leave out a key that must be there: of the complete file, or of a group no parent has."""
    spot = _spot(rng, name, lambda spot: _is_needed(spot, name))
    text = SHIPPED[name]
    begin, end = spot.key[0], spot.value[1]
    if spot.in_braces:
        after = re.compile(r"\s*,\s*").match(text, end)
        before = re.search(r",\s*$", text[:begin])
        if after:
            end = after.end()
        elif before:
            begin = before.start()
    return _replaced(f"without {spot.name}", name, (begin, end), "")


def _is_needed(spot: Spot, name: str) -> bool:
    if not spot.owner or spot.owner is Wording or spot.owner is Experiment or name in EXPERIMENTS:
        return False
    in_list = any(isinstance(key, int) for key in spot.path)
    return (name == "base" or in_list) and bool(spot.owner.model_fields[spot.name].is_required())


def wrong_group(rng: Random, name: str) -> Spoilt:
    """Put a key that is known into a group that does not know it."""
    spot = _spot(rng, name, lambda spot: spot.owner and spot.owner not in (Wording, Uncertain))
    known = [key for owner in (Scenario, CentreInputs, Uncertain) for key in fields(owner)]
    key = rng.choice([key for key in known if key not in fields(spot.owner)])
    return _before(f"{key} in the wrong group", name, spot, f"{key}: 1")


# --- values ----------------------------------------------------------------------------------------------------------

NO_NUMBERS = (
    *(
        "abc",
        "NaN",
        ".nan",
        ".inf",
        "-Infinity",
        "1e400",
        "-1e400",
        "12.000",
        "1.234.567",
        "'1,5'",
        "'12,000'",
        "0x1F",
        "1_000",
    ),
    *(
        "'1 000'",
        "１２",
        "٣",
        "[1]",
        "{}",
        "12 mio",
        "50%",
        "true",
        "1e",
        "--1",
        "+-1",
        "1.2.3",
        "∞",
        "½",
        "1e5.5",
        "'1\\u00a0000'",
    ),
    *(
        "''",
        "'-'",
        "'.'",
        "[]",
        "[[]]",
        "'\u200b1'",
        "0b1",
        "0o7",
        "1:30",
        "1d",
        "1e+",
        "2011-01-01",
        "9" * 400,
        "1e9999999999",
    ),
    *("e5", "NULL5", "~1", "1/2", "(1)", "1'000", '"1\\n2"', '"1\\0"'),
)
NO_WHOLES = ("1.5", "1e2", "1.0", "'2.'", "-1.5")
NO_MONTHS = (
    *(
        "2011",
        "2011-13",
        "2011-00",
        "2011-1",
        "11-2011",
        "2011-01-01",
        "january 2011",
        "0000-01",
        "9999-12",
        "2011/01",
        "201101",
    ),
    *(
        "''",
        "[2011-01]",
        "２０１１-01",
        "2011-٠١",
        "1e3",
        "-2011-01",
        "2011-01T00:00",
        "2011 -01",
        "1899-12",
        "2200-01",
        "{}",
    ),
)
NO_TRUTHS = ("yes", "no", "on", "True", "FALSE", "1", "0", "''", "ja", "[true]", "{}", "maybe", "truee")
NO_TEXTS = ("''", "[]", "{}", "[a]", "{fr: x}", "{da: a, en: b, de: c}", "{da: ''}", "{da: [a]}", "{en: {}}")
NO_GROUPS = ("1", "a", "[]", "[1]", "true", "''", "12.000")
NO_LISTS = ("1", "a", "{a: 1}", "''", "[[1]]", "[{}]", "[null]")
NO_NAMES = ("nosh", "''", "[nash]", "{}", "../nash", "nash ", "Nash", "'nash\u200b'", "__class__")


def wrong_value(rng: Random, name: str) -> Spoilt:
    """Put into a place what its type does not take."""
    spot = _spot(rng, name, lambda spot: spot.kind is not None and spot.owner is not Wording and _refused(spot))
    value = rng.choice(_refused(spot))
    return _replaced(f"{spot.name}: {value[:40]}", name, spot.value, value)


def _refused(spot: Spot) -> tuple[str, ...]:
    """Return what the type of a place does not take."""
    kind = spot.kind
    if spot.owner is Uncertain and spot.name in ("shape", "grade"):
        return ("triangel", "''", "[]", "1", "Fixed", "{}")
    if kind in _BY_KIND:
        return _BY_KIND[kind]
    if is_dated(kind):
        return (
            "1",
            "{}",
            "{2011: 1}",
            "{2011-13: 1}",
            "{2011-01: a}",
            "{2011-01: -1}",
            "{2011-01: 12.000}",
            "[2011-01]",
            "{2011-01: null}",
        )
    if isinstance(kind, type) and kind not in (str, Wording, Uncertain):
        return NO_GROUPS if hasattr(kind, "model_fields") else ()
    if spot.name in ("price", "trust", "targeting"):
        return NO_NAMES
    if spot.name in ("catchment", "home", "municipalities"):
        return (*NO_LISTS, '["999"]', '["326", "326"]', "[kalundborg]", '["0326"]', '["326 "]')
    return NO_LISTS if spot.name in ("funding", "programmes", "events") else ()


_BY_KIND: dict[Any, tuple[str, ...]] = {
    Month: NO_MONTHS,
    float: NO_NUMBERS,
    int: (*NO_NUMBERS, *NO_WHOLES),
    bool: NO_TRUTHS,
    Wording: NO_TEXTS,
    Uncertain: tuple(value for value in NO_NUMBERS if value != "{}"),  # an empty group changes nothing
}


def out_of_range(rng: Random, name: str) -> Spoilt:
    """Put a number beyond what is allowed into a place for one."""
    spot = _spot(
        rng,
        name,
        lambda spot: spot.kind in (float, int, Uncertain) and spot.scalar is not None and spot.owner is not Wording,
    )
    low, high = spot.limits if spot.kind is not Uncertain else limits(spot.owner, spot.name)
    beyond = [f"{at:.15g}" for at in (low - 1e-6, low - 1, low - 1e15) if at > float("-inf")]
    beyond += [f"{at:.15g}" for at in (high * 1.001 + 1, high + 1e6, 1e300) if at < float("inf") and high < float("inf")]
    if low == 1e-9:
        beyond += ["0", "-0", "1e-10"]
    if spot.kind is int:
        beyond = [at for at in beyond if re.fullmatch(r"-?\d+", at)]
    if not beyond:
        raise Unfitting
    value = rng.choice(beyond).replace("e+", "e")
    return _replaced(f"{spot.name}: {value}", name, spot.value, value)


def null_value(rng: Random, name: str) -> Spoilt:
    """Say nothing where something must be said."""
    spot = _spot(rng, name, lambda spot: spot.kind in (float, int, bool, Month) and not spot.may_be_null)
    return _replaced(f"{spot.name}: null", name, spot.value, rng.choice(("null", "~", "")))


def reversed_range(rng: Random, name: str) -> Spoilt:
    """Give an uncertain number, or the horizon, limits in the wrong order."""
    spot = _spot(rng, name, lambda spot: spot.kind is Uncertain)
    low, high = limits(spot.owner, spot.name)
    values = [
        "{value: 0.5, low: 0.9, high: 0.1, shape: triangular}",
        "{value: 0.5, low: 0.6, high: 0.7, shape: uniform}",
        "{value: 0.5, low: 0.5, high: 0.5, shape: uniform}",
        "{value: 0.5, low: 0, high: 1, shape: loguniform}",
        "{value: 0.5, low: 0.1, high: 0.9, shape: uniform, basis: ''}",
        "{value: 0.5, low: 0.1, high: 0.9, shape: normal}",
    ]
    if "extends:" not in SHIPPED[name]:  # otherwise what is left out is the parent's
        values += ["{value: 0.5, shape: triangular}", "{low: 0.1, high: 0.9, shape: uniform}"]
    value = rng.choice(values)
    return _replaced(f"{spot.name}: {value} in {low:g}..{high:g}", name, spot.value, value)


def reversed_horizon(rng: Random, name: str) -> Spoilt:
    """Set one date of the horizon before or after the others."""
    spot = _spot(rng, name, lambda spot: spot.path[:1] == ("horizon",) and len(spot.path) == 2)
    value = {"start": "2190-01", "recorded_from": rng.choice(("1901-01", "2190-01")), "end": "1901-01"}[spot.name]
    return _replaced(f"horizon {spot.name}: {value}", name, spot.value, value)


# --- YAML ------------------------------------------------------------------------------------------------------------


def forbidden_yaml(rng: Random, name: str) -> Spoilt:
    """Use an anchor, an alias or a tag."""
    spot = _spot(rng, name, lambda spot: spot.scalar is not None)
    mark = rng.choice(
        ("&a ", "!!str ", "!x ", "!!python/object/apply:os.system ", "!<tag:yaml.org,2002:float> ", "! ", "&a !b ")
    )
    if rng.random() < 0.3:
        return _replaced("alias", name, spot.value, "*a")
    return _replaced(mark, name, (spot.value[0],) * 2, mark)


def merge_key(rng: Random, name: str) -> Spoilt:
    """Merge as YAML 1.1 does."""
    spot = _spot(rng, name, lambda spot: spot.owner and spot.owner is not Wording)
    return _before("merge key", name, spot, f"<<: {rng.choice(('{a: 1}', '*base', '[{a: 1}]', '{}', 'null'))}")


def control_character(rng: Random, name: str) -> Spoilt:
    """Put a character into the text that YAML does not allow."""
    at, character = (
        rng.randrange(len(SHIPPED[name])),
        rng.choice("\0\1\7\b\x0b\x0c\x0e\x1b\x1f\x7f\x80\x9f\ufffe\uffff"),
    )
    return _replaced(f"{character!a} at {at}", name, (at, at), character)


def several_documents(rng: Random, name: str) -> Spoilt:
    """Add a second document."""
    more = rng.choice(("---\ntitle: two\n", "...\n---\n{}\n", "--- a\n", "---\n"))
    return Spoilt("two documents", name, (SHIPPED[name] + more).encode(), WRONG)


def encoded(rng: Random, name: str) -> Spoilt:
    """Write the file in another encoding; all shipped ones have a letter outside ASCII."""
    text = "".join(letter for letter in SHIPPED[name] if ord(letter) < 256)
    if text.isascii():
        raise Unfitting
    encoding = rng.choice(
        ("latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp500", "cp1252")
    )
    content = text.encode(encoding, errors="replace")
    return Spoilt(encoding, name, content, SAME if encoding == "utf-16" else WRONG)  # utf-16 begins with a mark that says so


def bomb(rng: Random, name: str) -> Spoilt:
    """Try to eat time and memory."""
    many = 10 ** rng.randint(2, 5)
    laughs = "a0: &a0 [lol]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
    bombs = {
        "laughs": laughs,
        "brackets": "title: " + "[" * many,
        "braces": "title: " + "{a: " * many,
        "closed brackets": "title: " + "[" * many + "]" * many,
        "dashes": "title:\n" + "- " * many + "a",
        "indents": "".join(" " * i + f"k{i}:\n" for i in range(min(many, 1_300))),
        "long line": "title: " + "x" * 999_000 + "\nlevers: 1",
        "long key": "x" * 100_000 + ": 1",
        "keys": "".join(f"k{i}: {i}\n" for i in range(min(many, 50_000))),
        "same keys": "a: 1\n" * min(many, 100_000),
        "entries": "levers: {programmes: [" + "1, " * min(many, 200_000) + "]}",
        "months": "society: {demand: {" + "".join(f"2011-01x{i}: 1, " for i in range(min(many, 40_000))) + "}}",
        "colons": "a: " * many,
        "question marks": "? " * many,
        "quotes": "title: " + "'" * (2 * many + 1),
        "backslashes": 'title: "' + "\\x41" * min(many, 200_000),
        "too big": "#" + "x" * 2_000_000,
        "comments": "#\n" * 400_000 + "levers: 1",
        "blank lines": "\n" * 900_000 + "levers: 1",
        "anchors": "".join(f"k{i}: &a{i} 1\n" for i in range(min(many, 50_000))),
        "digits": "horizon: {start: " + "9" * min(10 * many, 900_000) + "}",
        "spaces": "title:" + " " * 900_000 + "\nlevers: 1",
        "numbers with spaces": "experiment: {seed: '" + "1 " * many + "'}",
        "commas": "experiment: {replicates: '" + "1," * many + "'}",
        "points": "experiment: {replicates: '" + "1.000." * many + "x'}",
        "cut numbers": "levers: {" + "a: 1,5, " * min(many, 100_000) + "}",
        "decimal commas": "levers: {" + ", ".join(f"a{i}: 1,5" for i in range(min(many, 40_000))) + "}",
        "unit": "experiment: {replicates: '" + "1" * many + " " * many + "x'}",
        "many typos": "levers: {" + "".join(f"centr{'e' * (i % 7)}{i}: 1, " for i in range(min(many, 20_000))) + "}",
        "literal": "title: |\n" + "  x\n" * min(10 * many, 150_000) + "levers: 1",
        "municipalities": "region: {municipalities: [" + ", ".join(f"m{i}" for i in range(min(many, 50_000))) + "]}",
        "experiment": "experiment: {replicates: 1, seed: 1, scenarios: {"
        + "".join(f"s{i}: 1, " for i in range(min(many, 20_000)))
        + "}}",
    }
    how = rng.choice(list(bombs))
    text = f"{bombs[how]}\n" if how == "laughs" or rng.random() < 0.3 else f"extends: base\n{bombs[how]}\n"
    return Spoilt(f"bomb: {how}, {many:,}", name, text.encode(), WRONG)


# --- parents ---------------------------------------------------------------------------------------------------------


def wrong_parent(rng: Random, name: str) -> Spoilt:
    """Extend what cannot be extended."""
    given = rng.choice(
        (
            *(
                "../base.yaml",
                "/etc/passwd",
                "..",
                ".",
                "/",
                "nobody.yaml",
                "mine.yaml",
                "mine",
                "other.yaml",
                "a/../../b.yaml",
                "C:\\x.yaml",
            ),
            *(
                "C:/x.yaml",
                "\\\\server\\share",
                "~/x.yaml",
                "file:///etc/passwd",
                "http://example.org/x.yaml",
                "'a\\0b'",
                '"a\\0b"',
                "''",
                '" "',
            ),
            *(
                "[base.yaml]",
                "{a: b}",
                "x" * 300,
                "x/" * 2_000 + "y",
                "base.yaml/x",
                "./../base.yaml",
                "folder",
                "folder.yaml",
            ),
            *(
                "CON",
                "NUL.yaml",
                "base.yaml:stream",
                "basé.yaml",
                "*.yaml",
                "'*'",
                "$HOME/x.yaml",
                "%2e%2e/base.yaml",
                '"base\\nyaml"',
            ),
        )
    )
    beside = {"other.yaml": b"extends: mine.yaml\ntitle: other\n", "folder.yaml/x": b"", "folder/x": b""}
    return Spoilt(f"extends: {given[:40]}", name, f"title: mine\nextends: {given}\n".encode(), WRONG, beside=beside)


def long_line_of_parents(rng: Random, name: str) -> Spoilt:
    """Extend a file that extends a file, and so on: too often, or in a circle."""
    length = rng.randint(9, 40)
    last = rng.choice(("extends: base\n", "extends: g0\n", f"extends: g{length - 2}\n"))
    beside = {f"g{i}.yaml": f"extends: g{i + 1}\n".encode() for i in range(length)} | {f"g{length}.yaml": last.encode()}
    return Spoilt(f"{length} parents", name, b"title: mine\nextends: g0\n", WRONG, beside=beside)


def wrong_experiment(rng: Random, name: str) -> Spoilt:
    """Ask for scenarios that cannot be made."""
    experiment = rng.choice(
        (
            *(
                "{}",
                "1",
                "[]",
                "{replicates: 1}",
                "{replicates: 0, seed: 1, scenarios: {a: {}}}",
                "{replicates: 1, seed: -1, scenarios: {a: {}}}",
            ),
            *(
                "{replicates: 1, seed: 1, scenarios: {}}",
                "{replicates: 1, seed: 1, scenarios: [a]}",
                "{replicates: 1, seed: 1, scenarios: {a: 1}}",
            ),
            "{replicates: 1, seed: 1, scenarios: {a: {}, b: {}}}",
            "{replicates: 1, seed: 1, scenarios: {a: ../base.yaml}}",
            "{replicates: 1, seed: 1, scenarios: {a: /etc/passwd}}",
            "{replicates: 1, seed: 1, scenarios: {a: nobody.yaml}}",
            "{replicates: 1, seed: 1, scenarios: {a: mine.yaml}}",
            "{replicates: 1, seed: 1, scenarios: {a: funding.yaml}}",
            "{replicates: 1, seed: 1, scenarios: {../a: {}}}",
            "{replicates: 1, seed: 1, scenarios: {a/b: {}}}",
            "{replicates: 1, seed: 1, scenarios: {'': {}}}",
            "{replicates: 1, seed: 1, scenarios: {' ': {}}}",
            "{replicates: 1, seed: 1, scenarios: {a b: {}}}",
            '{replicates: 1, seed: 1, scenarios: {"a\\n": {}}}',
            "{replicates: 1, seed: 1, scenarios: {a: {levers: {centre: 1}}}}",
            "{replicates: 1, seed: 1, scenarios: {a: {extends: base.yaml}}}",
            "{replicates: 1, seed: 1, scenarios: {a: {experiment: {}}}}",
            "{replicates: 1, seed: 4294967296, scenarios: {a: {}}}",
            "{replicates: 1000001, seed: 1, scenarios: {a: {}}}",
            "{replicates: 1, seed: 1, scenarios: {a: null}}",
            "{replicates: 1, seed: 1, scenarios: {a: base.yaml}, more: 1}",
        )
    )
    return Spoilt(experiment, name, f"title: mine\nextends: base.yaml\nexperiment: {experiment}\n".encode(), WRONG)


# --- at random -------------------------------------------------------------------------------------------------------

TOKENS = (
    *(
        "null",
        "{",
        "}",
        "[",
        "]",
        ": ",
        ", ",
        "'",
        '"',
        "- ",
        "#",
        " #",
        "&a ",
        "*a",
        "!x ",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "1e400",
        "-1",
        "12.000",
    ),
    *(
        "2011-13",
        "yes",
        ".nan",
        "æ",
        "\0",
        "---\n",
        "...\n",
        "| ",
        "> ",
        "|+9\n",
        "%YAML 1.1\n",
        "%TAG ! x\n",
        "? ",
        "@",
        "`",
        "\u2028",
        "\u0085",
    ),
    *(
        "\ufeff",
        "\u202e",
        "\u200b",
        "😀",
        "<<: ",
        "\\",
        "\\x",
        "extends: ",
        "experiment: ",
        "  ",
        "\n\n",
        "=",
        "~",
        "\xa0",
        "é",
    ),
)


def random_bytes(rng: Random, name: str) -> Spoilt:
    """Flip, cut, swap, double and put in, a few times."""
    content, done = SHIPPED[name].encode(), []
    for _ in range(rng.randint(1, 4)):
        spoil = rng.choice(_AT_RANDOM)
        content = spoil(content, rng)
        done.append(spoil.__name__)
    return Spoilt(", ".join(done), name, content)


def flipped(content: bytes, rng: Random) -> bytes:
    """Flip a bit."""
    at = rng.randrange(max(1, len(content)))
    return content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :] if content else b""


def odd_bytes(content: bytes, rng: Random) -> bytes:
    """Replace a few bytes."""
    at, odd = rng.randint(0, len(content)), rng.randbytes(rng.randint(1, 3))
    return content[:at] + odd + content[at + len(odd) :]


def cut(content: bytes, rng: Random) -> bytes:
    """Cut the end, or a piece, off."""
    a, b = sorted((rng.randint(0, len(content)), rng.randint(0, len(content))))
    return content[:a] if rng.random() < 0.5 else content[:a] + content[b:]


def swapped(content: bytes, rng: Random) -> bytes:
    """Swap two pieces."""
    a, b, c = sorted(rng.randint(0, len(content)) for _ in range(3))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def token(content: bytes, rng: Random) -> bytes:
    """Put in what means something in YAML."""
    at = rng.randint(0, len(content))
    return content[:at] + rng.choice(TOKENS).encode() + content[at:]


def lines(content: bytes, rng: Random) -> bytes:
    """Leave out, double, swap, indent or join lines."""
    kept = content.splitlines(keepends=True) or [b""]
    at, other = rng.randrange(len(kept)), rng.randrange(len(kept))
    what = rng.randrange(5)
    if what == 0:
        del kept[at]
    elif what == 1:
        kept.insert(other, kept[at])
    elif what == 2:
        kept[at], kept[other] = kept[other], kept[at]
    elif what == 3:
        kept[at] = rng.choice((b" ", b"  ", b"\t", b"- ")) + kept[at]
    else:
        kept[at] = kept[at].rstrip(b"\n").lstrip(b" ")
    return b"".join(kept)


_AT_RANDOM = (flipped, odd_bytes, cut, swapped, token, lines)


# --- what changes nothing --------------------------------------------------------------------------------------------


def harmless(rng: Random, name: str) -> Spoilt:
    """Write the same in another way."""
    text = SHIPPED[name]
    ways = {
        "CRLF": text.replace("\n", "\r\n"),
        "BOM": "\ufeff" + text,
        "BOM and CRLF": "\ufeff" + text.replace("\n", "\r\n"),
        "comment at the end": text + "# the end",
        "no newline at the end": text.rstrip("\n"),
        "blank lines": text + "\n\n\n",
        "document mark": "---\n" + text,
        "comment first": "# æøå\n" + text,
    }
    how = rng.choice((*ways, "quoted", "comment in a line"))
    made = ways.get(how) or _quoted(rng, name) if how != "comment in a line" else _commented(rng, text)
    return Spoilt(how, name, made.encode(), SAME)


def _quoted(rng: Random, name: str) -> str:
    text = SHIPPED[name]
    spot = _spot(
        rng,
        name,
        lambda spot: spot.scalar and text[slice(*spot.value)] == spot.scalar and spot.scalar not in ("null", "~"),
    )
    quote = rng.choice("'\"")
    return text[: spot.value[0]] + quote + (spot.scalar or "") + quote + text[spot.value[1] :]


def _commented(rng: Random, text: str) -> str:
    kept = text.split("\n")
    at = rng.randrange(len(kept))
    if kept[at].count('"') % 2 or kept[at].count("'") % 2:
        raise Unfitting
    kept[at] += " # a remark"
    return "\n".join(kept)


@cache
def tops(name: str) -> tuple[tuple[int, int], ...]:
    """Return where each member at the top of a file begins and ends, remarks before it apart."""
    text = SHIPPED[name]
    begins = [
        spot.key[0]
        for spot in spots(name)
        if len(spot.path) == 1 and is_first_of_line(text, spot) and spot.key[0] == line_start(text, spot.key[0])
    ]
    return tuple(zip(begins, [*begins[1:], len(text)], strict=True))


def reordered(rng: Random, name: str) -> Spoilt:
    """Write the groups at the top in another order."""
    if name in EXPERIMENTS:
        raise Unfitting
    text = SHIPPED[name].rstrip("\n") + "\n"
    pieces = [text[begin:end] for begin, end in tops(name)]
    rng.shuffle(pieces)
    return Spoilt("reordered", name, "".join(pieces).encode(), SAME)


WAYS: dict[Spoil, int] = {
    random_bytes: 30,
    typo: 15,
    wrong_value: 16,
    out_of_range: 8,
    duplicate_key: 5,
    missing_key: 5,
    unknown_key: 4,
    wrong_group: 2,
    null_value: 3,
    reversed_range: 3,
    reversed_horizon: 1,
    forbidden_yaml: 3,
    merge_key: 1,
    control_character: 2,
    several_documents: 1,
    encoded: 2,
    bomb: 4,
    wrong_parent: 3,
    long_line_of_parents: 1,
    wrong_experiment: 2,
    harmless: 3,
    reordered: 2,
}
"""Ways of spoiling a scenario file, by how often each is taken."""
