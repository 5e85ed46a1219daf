"""A negotiation as small tables that add up in front of the reader: what there is to share, what each asks, how it is split."""

from typing import Any

from .case_words import Words

INDENT = "    "
LABEL, CELL = 58, 17
Lines = list[str]


def tables(sight: dict[str, Any], rule: str, quantity: float, words: Words) -> Lines:
    """Return the arithmetic of a negotiation: worth and demands always, the split where it came to a price."""
    lines = [*_worth(sight["worth"], quantity, words), "", *_asks(sight, words)]
    settled = sight["settlement"] is not None
    if settled and rule == "nash":
        lines += ["", *_bargain(sight, words)]
    if settled:
        lines += ["", *_split(sight, words)]
    return [*lines, INDENT + words("table.rounding")]


def _row(label: str, *cells: str) -> str:
    return (INDENT + label.ljust(LABEL) + "".join(cell.rjust(CELL) for cell in cells)).rstrip()


def _signed(dkk: float, words: Words) -> str:
    """Write an amount taken away: with its minus, which nothing has not."""
    return words.ore(-dkk)


# --- what both have to share -----------------------------------------------------------------------------------------


def _worth(worth: dict[str, Any], quantity: float, words: Words) -> Lines:
    units = worth["quantity"]
    lines = [_row(words("table.worth"), words("table.per_unit", unit=words.unit), words("table.per_year"))]
    lines += [_per_unit(name, worth, words) for name in ("disposal", "subsidy", "purchase") if _told(name, worth)]
    lines += [_per_unit(name, worth, words, -1) for name in ("treatment", "haul")]
    value = worth["unit_value_dkk"]
    largest = max(abs(worth[f"{name}_dkk"]) for name in ("unit_value", "disposal", "purchase", "treatment", "haul"))
    total = words("table.value", quantity=words.factor(units, largest), unit=words.unit)
    lines += [_row(total, words.factor(value, units), words.ore(units * value))]
    lines += [_row(words("table.running"), "", _signed(worth["running_dkk"], words))]
    lines += [_row(words("table.flow"), "", words.ore(worth["flow_dkk"]))]
    return lines + (_capital(worth, words) if worth["capital_dkk"] else []) + _notes(worth, quantity, words)


def _told(name: str, worth: dict[str, Any]) -> bool:
    return name != "subsidy" or worth["subsidy_dkk"] != 0.0


def _per_unit(name: str, worth: dict[str, Any], words: Words, sign: int = 1) -> str:
    dkk, units = sign * worth[f"{name}_dkk"], worth["quantity"]
    return _row(words(f"table.{name}"), words.factor(dkk, units), words.ore(dkk * units))


def _capital(worth: dict[str, Any], words: Words) -> Lines:
    capital, factor = worth["capital_dkk"], worth["annuity_factor"]
    label = words("table.annuity", capital=words.ore(capital), factor=words.factor(factor, capital))
    return [
        _row(label, "", _signed(worth["annuity_dkk"], words)),
        _row(words("table.surplus"), "", words.ore(worth["surplus_dkk"])),
    ]


def _notes(worth: dict[str, Any], quantity: float, words: Words) -> Lines:
    notes = []
    if abs(worth["quantity"] - quantity) > 1e-9 * quantity:
        through = words.amount(worth["quantity"]), words.amount(quantity)
        notes.append(words("table.season", quantity=through[0], whole=through[1], unit=words.unit))
    if worth["granted_dkk"]:
        notes.append(words("table.granted", granted=words.kroner(worth["granted_dkk"])))
    if worth["guaranteed_share"]:
        notes.append(words("table.guaranteed", share=words.share(worth["guaranteed_share"])))
    return [INDENT + note for note in notes]


# --- what each asks --------------------------------------------------------------------------------------------------


def _asks(sight: dict[str, Any], words: Words) -> Lines:
    asks, stake = sight["asks"], max(one["at_stake_dkk"] for one in sight["asks"])

    def row(name: str, *cells: str) -> str:
        return _row(words(f"table.{name}"), *cells)

    def money(name: str, key: str) -> str:
        return row(name, *(words.ore(one[key]) for one in asks))

    return [
        row("asks", *(words(f"side.{side}") for side in ("supplier", "receiver"))),
        row("trust", *(words.factor(one["trust"], stake) for one in asks)),
        row("reliability", *[words.factor(sight["reliability"], stake)] * 2),
        row("failure", *(words.factor(one["failure_chance"], one["at_stake_dkk"]) for one in asks)),
        money("at_stake", "at_stake_dkk"),
        money("risk", "risk_dkk"),
        *([] if sight["anew"] else _outlay(sight, words)),
        row("alternatives", *(str(one["alternatives"]) for one in asks)),
        money("outside", "outside_dkk"),
        money("least", "least_dkk"),
    ]


def _outlay(sight: dict[str, Any], words: Words) -> Lines:
    """Return what each side's outlay demands; a running exchange's is sunk."""
    asks, factor = sight["asks"], sight["worth"]["annuity_factor"]

    def row(name: str, cells: list[str]) -> str:
        return _row(words(f"table.{name}"), *cells)

    return [
        row("capital", [words.ore(one["capital_dkk"]) for one in asks]),
        row("setup", [words.ore(one["setup_dkk"]) for one in asks]),
        row("hurdle", [_hurdle(one, words) for one in asks]),
        row("outlay_a_year", [words.ore(one["outlay_a_year_dkk"]) for one in asks]),
        row("own_annuity", [_signed(one["capital_dkk"] * factor, words) for one in asks]),
        row("demanded", [words.ore(one["hurdle_dkk"]) for one in asks]),
    ]


def _hurdle(ask: dict[str, Any], words: Words) -> str:
    """Write a hurdle so exactly that the outlay divided by it comes out to the øre."""
    years = ask["hurdle_years"]
    return words.factor(years, (ask["capital_dkk"] + ask["setup_dkk"]) / years**2)


# --- the price, and what it leaves each side -------------------------------------------------------------------------


def _bargain(sight: dict[str, Any], words: Words) -> Lines:
    surplus, least = sight["worth"]["surplus_dkk"], [one["least_dkk"] for one in sight["asks"]]
    left, supplier = surplus - sum(least), sight["settlement"][0]
    rows = [
        ("bargain", ""),
        ("together", words.ore(surplus)),
        ("both_least", _signed(sum(least), words)),
        ("left", words.ore(left)),
        ("power", words.factor(sight["supplier_power"], left)),
        ("supplier_least", words.ore(least[0])),
        ("supplier_gain", words.ore(supplier["flow_dkk"] - supplier["annuity_dkk"])),
    ]
    return [_row(words(f"table.{name}"), cell) for name, cell in rows]


def _split(sight: dict[str, Any], words: Words) -> Lines:
    worth, price, sides = sight["worth"], sight["price"], sight["settlement"]
    units, anew = worth["quantity"], sight["anew"]
    priced = words("table.split_price", quantity=words.factor(units, price), unit=words.unit, price=words.factor(price, units))
    own = [_own(name, worth, words) for name in OWN if _told(name, worth)]
    return [
        INDENT + words("table.split", price=words.price(price)),
        _row("", words("side.supplier"), words("side.receiver")),
        *own,
        _row(priced, words.ore(units * price), words.ore(-units * price)),
        _row(words("table.flow"), *(words.ore(one["flow_dkk"]) for one in sides)),
        *([_row(words("table.less_annuity"), *(_signed(one["annuity_dkk"], words) for one in sides))] * (not anew)),
        _row(words("table.less_risk"), *(_signed(one["risk_dkk"], words) for one in sides)),
        _row(words("table.gain"), *(words.ore(one["gain_dkk"]) for one in sides)),
        *([] if anew else _payback(sight, words)),
    ]


def _payback(sight: dict[str, Any], words: Words) -> Lines:
    back = (words.payback(one["payback_years"]) for one in sight["settlement"])
    within = (words.years(one["hurdle_years"]) for one in sight["asks"])
    return [_row(words("table.payback"), *back), _row(words("table.accepts_within"), *within)]


OWN = {
    "disposal": (0, 1),
    "subsidy": (0, 1),
    "haul": (0, -1),
    "purchase": (1, 1),
    "treatment": (1, -1),
    "running": (1, -1),
}
"""Whose each part is, and whether it is saved (1) or paid."""


def _own(name: str, worth: dict[str, Any], words: Words) -> str:
    side, sign = OWN[name]
    yearly = sign * worth[f"{name}_dkk"] * (1.0 if name == "running" else worth["quantity"])
    return _row(words(f"table.{name}"), *(["", words.ore(yearly)] if side else [words.ore(yearly)]))
