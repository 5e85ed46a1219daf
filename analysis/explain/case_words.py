"""Figures of a case in words: money, shares, months and sides as a language writes them."""

import math
import textwrap
from typing import Any

from ..layout import WIDTH
from ..texts import Texts

FACTOR_DECIMALS = range(2, 9)
HALF_AN_ORE = 0.005
SIDES = ("supplier", "receiver")
INDENT = "  "

Story = dict[str, Any]
"""A case as plain data, as `model.experiment.explain.explain` makes it."""
Sight = dict[str, Any]
"""Something seen of it in a month."""


class Words:
    """Writes the figures of one case; `unit` is that of its residual."""

    def __init__(self, texts: Texts, unit: str) -> None:
        self.texts = texts
        self.unit = self("unit." + unit)

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence about a case."""
        return self.texts(f"explain.{key}", **values)

    def has(self, key: str) -> bool:
        """Tell whether there is such a sentence."""
        return f"explain.{key}" in self.texts.sentences

    def kroner(self, dkk: float) -> str:
        """Write an amount in whole kroner."""
        return self.texts.number(dkk, 0)

    def ore(self, dkk: float) -> str:
        """Write an amount to the øre."""
        return self.texts.number(dkk, 2)

    def amount(self, units: float) -> str:
        """Write a quantity: whole from a hundred on."""
        return self.texts.number(units, 0 if abs(units) >= 100 or units == round(units) else 1)

    def factor(self, value: float, times: float) -> str:
        """Write a factor with as many decimals as its product with `times` needs to come out to the øre."""
        fits = (d for d in FACTOR_DECIMALS if abs(round(value, d) - value) * abs(times) < HALF_AN_ORE)
        return self.texts.number(value, next(fits, FACTOR_DECIMALS[-1]))

    def share(self, part: float) -> str:
        """Write a share as a percentage, small ones with two decimals, whole ones with none."""
        percentage = 100.0 * part
        decimals = 0 if percentage == round(percentage) else 1 if percentage >= 10.0 else 2
        return self("percent", number=self.texts.number(percentage, decimals))

    def years(self, years: float) -> str:
        """Write years."""
        return self.texts.number(years, 2)

    def payback(self, years: float) -> str:
        """Write years to payback; a dash for never."""
        return self.years(years) if math.isfinite(years) else self.texts("table.not_estimated")

    def month(self, label: str) -> str:
        """Write a month such as 2011-01 in words."""
        year, number = label.split("-")
        return self("month", month=self.texts(f"month.{number}"), year=year)

    def months(self, count: int) -> str:
        """Write a number of months."""
        return self("months_one") if count == 1 else self("months_many", count=count)

    def side(self, number: int) -> str:
        """Name a side of the case."""
        return self(f"side.{SIDES[number]}")

    def price(self, dkk: float) -> str:
        """Write a price per unit, and who pays it to whom."""
        return self("price.paid" if dkk >= 0 else "price.fee", price=self.ore(abs(dkk)), unit=self.unit)

    def rule(self, name: str) -> str:
        """Name a price rule; one of the user's own is called as it is."""
        return self(f"rule.{name}") if self.has(f"rule.{name}") else name

    def name(self, story: Story, key: str) -> str:
        """Return what a code stands for in this language."""
        names = story["names"].get(key)
        return names[self.texts.language] if names else self("outside")


def capital(sentence: str) -> str:
    """Begin a sentence with a capital."""
    return sentence[:1].upper() + sentence[1:]


def wrapped(sentence: str, indent: str = "") -> list[str]:
    """Return a sentence in lines; further ones are indented by two more."""
    return textwrap.wrap(sentence, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")


def only(risk: str, told: bool) -> dict[str, str]:
    """Return an expected loss for a sentence that tells of it, nothing for another."""
    return {"risk": risk} if told else {}


def reason(sight: Sight, words: Words) -> str:
    """Return why a negotiation failed, as a clause."""
    side, why = sight["side"], sight["reason"]
    if why in ("wary", "too_little", "too_little_for_offers"):
        worth, asks = sight["worth"], sight["asks"]
        total = {"surplus": worth["surplus_dkk"], "least": sum(one["least_dkk"] for one in asks)}
        total["offers"] = sum(one["outside_dkk"] for one in asks)
        return words(f"reason.{why}", side=words.side(side), **{name: words.ore(dkk) for name, dkk in total.items()})
    left, ask = sight["settlement"][side], sight["asks"][side]
    if why == "payback" and left["flow_dkk"] <= left["risk_dkk"]:
        why = "payback_never"
    gain = abs(left["gain_dkk"]) if why == "loses" else left["gain_dkk"]
    years = {"payback": words.payback(left["payback_years"]), "hurdle": words.years(ask["hurdle_years"])}
    amounts = {"gain": words.ore(gain), "offers": words.ore(ask["outside_dkk"])}
    return words(f"reason.{why}", side=words.side(side), price=words.price(sight["price"]), **years, **amounts)
