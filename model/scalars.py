"""Numbers, months and truth as they are written: stricter than YAML, which reads 12.000 as twelve and yes as true."""

import math
import re

from .faults import Message, say

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+")
_COMMAS = re.compile(r"[+-]?[0-9]+(,[0-9]+)+|[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+|[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+")
_NOT_FINITE = re.compile(r"[+-]?\.?(nan|inf(inity)?)", re.IGNORECASE)
_CURRENCY = re.compile(r"(?:dkk|kr\.?|eur|€)\s*(?=[0-9])", re.IGNORECASE)
_WITH_UNIT = re.compile(r"([+-]?(?!0[xXoObB])[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?)\s*((?![eE]\b)[^\W\d]\S*|%|€)(?:\s.*)?")
_MULTIPLES = {
    "e3": r"k|t\.?kr\.?|tusind|thousand",
    "e6": r"m|mio\.?|mill?\.?|million(s|er)?",
    "e9": r"mia\.?|bn|billions?|milliard(er)?",
}
_PERCENT = re.compile(r"%.*|pct\.?|procent|percent", re.IGNORECASE)
_TRUTH = {
    "true": ("true", "yes", "y", "on", "ja", "j", "sand", "1"),
    "false": ("false", "no", "n", "off", "nej", "falsk", "0"),
}
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})(?:[-/.\s]([0-9]{1,2})(?:[-/.\s][0-9]{1,2})?|([0-9]{2})(?:[0-9]{2})?)")
_YEAR_LAST = re.compile(r"(?:[0-9]{1,2}[-/.])?([0-9]{1,2})[-/.\s]([0-9]{4})")
LONGEST_NUMBER = 100
"""Characters; what is longer is no number with a unit or a slip, and takes long to look at."""
FIRST_YEAR, LAST_YEAR = 1900, 2199


def shortened(text: str) -> str:
    """Return a text on one line, its end left out where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}…"


# --- numbers ---------------------------------------------------------------------------------------------------------


def number_fault(text: str) -> Message | None:
    """Return why a text is no number that can be read in one way only; None where it is one."""
    return _fault(text, say("not_a_number", given=shortened(text), example="0.5"))


def whole_fault(text: str) -> Message | None:
    """Return the same for a whole number."""
    no_number = say("not_whole", given=shortened(text))
    return _fault(text, no_number) or (None if _WHOLE.fullmatch(text) else no_number)


def _fault(text: str, no_number: Message) -> Message | None:
    """Return why a text is no number; `no_number` is said where nobody can tell what was meant."""
    if is_ambiguous(text) or _COMMAS.fullmatch(text):
        return _two_readings(text, text, no_number)
    if _NUMBER.fullmatch(text):
        return say("too_large", given=shortened(text)) if math.isinf(float(text)) else None
    if len(text) > LONGEST_NUMBER:
        return no_number
    bare = re.sub(r"(?<=[0-9])[_'\s](?=[0-9])", "", text)
    if bare != text and _NUMBER.fullmatch(bare):
        return say("parted", given=shortened(text), plain=shortened(bare)).offering(bare, otherwise=no_number)
    if _NOT_FINITE.fullmatch(text):
        return say("not_finite", given=text)
    return _unit_fault(text, no_number) or no_number


def is_ambiguous(number: str) -> bool:
    """Return whether a point in a number may also be read as parting thousands, as in 12.000."""
    return _THOUSANDS.fullmatch(number) is not None


def comma_fault(text: str) -> Message | None:
    """Return what is said where a comma inside braces has cut a number such as 12,000,000 in pieces; None for others."""
    no_number = say("not_a_number", given=shortened(text), example="0.5")
    if _COMMAS.fullmatch(text):
        return _two_readings(text, text, no_number, "comma_in_braces")
    return _unit_fault(text, no_number) if re.match(r"[+-]?[0-9]+,[0-9]", text) else None


def _two_readings(number: str, given: str, no_number: Message, message: str = "two_readings") -> Message:
    """Return what is said of a number with two readings: both, or the one that is accepted where it stands."""
    small, large = _readings(number)
    one = no_number
    for plain in (large, small):
        one = say("one_reading", given=shortened(given), plain=shortened(plain)).offering(plain, otherwise=one)
    told = {"given": shortened(given), "small": shortened(small), "large": shortened(large)}
    return say(message, **told).offering(small, large, otherwise=one)


def _readings(text: str) -> tuple[str, str]:
    """Return what a number means where its separator parts decimals, and where it parts thousands."""
    digits = re.sub("[.,]", "", text)
    large = re.sub(r"^([+-]?)0+(?=[0-9])", r"\1", digits)
    if "." in text and "," in text:  # only the last one can part decimals
        whole, decimals = re.split(r"[.,](?=[0-9]*$)", text)
        return f"{re.sub('[.,]', '', whole)}.{decimals}", large
    whole = re.split("[.,]", text)[0]
    small = f"{whole}.{digits[len(whole) :]}".rstrip("0").rstrip(".")
    return f"{small}0" if is_ambiguous(small) else small, large


def _unit_fault(text: str, no_number: Message) -> Message | None:
    """Return what is said of `12 mio`, `50 %` and `DKK 5`; None where no number stands before or after a unit."""
    bare = _CURRENCY.sub("", text, count=1)
    found = _WITH_UNIT.fullmatch(bare)
    number = (found[1] if found else bare).rstrip(".,")
    if is_ambiguous(number):
        return _two_readings(number, text, no_number)
    if number.count(",") == 1 and "." not in number:
        number = number.replace(",", ".")
    if number == text or not _NUMBER.fullmatch(number):
        return None
    unit = found[2] if found else ""
    if _PERCENT.fullmatch(unit):
        plain = f"{float(number) / 100:.12g}"
        return say("percent", given=shortened(text), plain=plain).offering(plain, otherwise=no_number)
    plain = shortened(number) + _multiple(unit)
    return say("with_unit", given=shortened(text), plain=plain).offering(plain, otherwise=no_number)


def spelt(number: float) -> str:
    """Return a number as it may be written in a scenario: 1e12, not 1e+12; in full where fewer digits are another number."""
    short = f"{number:.12g}"
    return (short if float(short) == number else repr(number)).replace("e+", "e")


def _multiple(unit: str) -> str:
    return next((power for power, names in _MULTIPLES.items() if re.fullmatch(names, unit, re.IGNORECASE)), "")


# --- truth and months ------------------------------------------------------------------------------------------------


def truth_fault(text: str) -> Message | None:
    """Return why a text is neither true nor false, and which of them it seems to mean; None where it is one."""
    if text in _TRUTH:
        return None
    meant = next((truth for truth, words in _TRUTH.items() if text.casefold() in words), None)
    neither = say("not_a_boolean", given=shortened(text))
    return say("meant_truth", given=shortened(text), meant=meant).offering(meant, otherwise=neither) if meant else neither


def month_fault(text: str) -> Message | None:
    """Return why a text is not a month such as 2011-01, and which it seems to mean; None where it is one."""
    if found := _MONTH.fullmatch(text):
        return _calendar_fault(text, int(found[1]), int(found[2]))
    no_month = say("not_a_month", given=shortened(text))
    if found := _YEAR_FIRST.fullmatch(text):
        year, month = found[1], int(found[2] or found[3])
    elif found := _YEAR_LAST.fullmatch(text):
        year, month = found[2], int(found[1])
    elif re.fullmatch("[0-9]{4}", text):
        return say("year_alone", given=text).offering(f"{text}-01", otherwise=no_month)
    else:
        return no_month
    if not 1 <= month <= 12:
        return say("no_such_month", given=text, month=month)
    meant = f"{year}-{month:02d}"
    return say("month_written", given=shortened(text), meant=meant).offering(meant, otherwise=no_month)


def _calendar_fault(text: str, year: int, month: int) -> Message | None:
    if not 1 <= month <= 12:
        return say("no_such_month", given=text, month=month)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return say("no_such_year", given=text, first=FIRST_YEAR, last=LAST_YEAR)
    return None
