"""The worked arithmetic of one case in words: why it was accepted, dropped or ended."""

from typing import Any

from ..texts import load
from .case_course import happened
from .case_verdict import verdict
from .case_words import INDENT, SIDES, Story, Words, wrapped

MOST_OTHERS = 12
"""Other runs named one by one."""
STAGE_DATES = ("opened", "assessed", "matched", "started")


def tell(story: Story, lang: str) -> str:
    """Return the story of a case as text in Danish (da) or English (en); of a named firm's, dates only."""
    words = Words(load(lang), story["row"]["unit"])
    parts = [_heading(story, words)]
    if story["private"]:
        parts.append(_dates_only(story, words))
    else:
        parts += [happened(story, words), _by_year(story, words), verdict(story, words)]
    parts += [_twin(story, words), _others(story, words)]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _heading(story: Story, words: Words) -> list[str]:
    row, run = story["row"], story["run"]
    which = {"run": row["run"], "scenario": words.texts.scenario(row["scenario"]), "replicate": row["replicate"]}
    stream = words(
        "stream",
        residual=words.name(story, "residual"),
        input=words.name(story, "input").lower(),
        quantity=words.amount(row["quantity_per_year"]),
        unit=words.unit,
        mode=words(f"mode.{row['mode']}"),
        km=words.texts.number(row["distance_km"], 1),
    )
    return [
        words("title", case=row["case"], linkage=words.name(story, "linkage")),
        *(_party(story, side, words) for side in SIDES),
        stream,
        words("run", **which, seed=run["seed"]),
        *([] if story["private"] else [words("synthetic")]),
    ]


def _party(story: Story, side: str, words: Words) -> str:
    place = words.name(story, f"{side}_municipality")
    sector = words.name(story, f"{side}_sector") if f"{side}_sector" in story["names"] else words.name(story, side)
    return words(side, code=story["row"][side], sector=sector, place=place)


def _dates_only(story: Story, words: Words) -> list[str]:
    dates = {stage: story["row"][stage] for stage in STAGE_DATES}
    said = {stage: words.month(date) if date else words("private.not_reached") for stage, date in dates.items()}
    return [*wrapped(words("private.why")), *(words(f"private.{stage}", month=said[stage]) for stage in STAGE_DATES)]


# --- year by year ----------------------------------------------------------------------------------------------------

YEAR_COLUMNS = ("year", "units", "failed", "supplier", "receiver", "trust_supplier", "trust_receiver")
YEAR_WIDTHS = (8, 14, 8, 16, 16, 14, 14)


def _by_year(story: Story, words: Words) -> list[str]:
    years, row = story["years"], story["row"]
    head = [words(f"years.{name}", unit=words.unit) if name == "units" else words(f"years.{name}") for name in YEAR_COLUMNS]
    saved = [row["savings_supplier_dkk"], row["savings_receiver_dkk"]]
    total = [words("years.total"), words.texts.number(row["delivered"], 1), "", *map(words.ore, saved)]
    lines = [words("heading.years"), _columns(head), *(_columns(_year(one, words)) for one in years), _columns(total)]
    first = int(story["first_year"])
    late = [words("years.unrecorded", year=first)] if int(row["opened"][:4]) < first else []
    return [*lines, *(line for note in (words("years.note"), *late) for line in wrapped(note, INDENT))]


def _year(one: dict[str, Any], words: Words) -> list[str]:
    trust = [words.texts.number(level, 3) for level in one["trust"]] if one["trust"] else ["", ""]
    operated = [words.texts.number(one["units"], 1), str(one["failed"])] if one["months"] else ["", ""]
    return [str(one["year"]), *operated, *map(words.ore, one["savings"]), *trust]


def _columns(cells: list[str]) -> str:
    first, *others = cells
    widths = YEAR_WIDTHS[1 : len(cells)]
    right = "".join(cell.rjust(width) for cell, width in zip(others, widths, strict=True))
    return (INDENT + first.ljust(YEAR_WIDTHS[0]) + right).rstrip()


# --- beside it -------------------------------------------------------------------------------------------------------


def _twin(story: Story, words: Words) -> list[str]:
    if story["twin"] is None:
        return [words("twin.no_twin")]
    started = sorted(one["started"] for one in story["twin"] if one["started"])
    kind = story["row"]["class"]
    if started:
        line = words("twin.started", month=words.month(started[0]))
    else:
        line = words("twin.never", cases=len(story["twin"])) if story["twin"] else words("twin.unopened")
    classed = words("twin.class", kind=words.texts(f"class.{kind}")) if kind and not story["private"] else ""
    return [words("heading.twin"), *wrapped(f"{line} {classed}", INDENT)]


def _others(story: Story, words: Words) -> list[str]:
    others = story["others"]
    if not others:
        return []
    lines = [
        words("heading.others"),
        *(line for one in others[:MOST_OTHERS] for line in wrapped(_other(one, story["private"], words), INDENT)),
    ]
    return lines + ([INDENT + words("fate.more", count=len(others) - MOST_OTHERS)] if len(others) > MOST_OTHERS else [])


def _other(row: dict[str, Any], private: bool, words: Words) -> str:
    which = {"scenario": words.texts.scenario(row["scenario"]), "replicate": row["replicate"], "run": row["run"]}
    return words("fate.line", **which, fate=_private_fate(row, words) if private else _fate(row, words))


def _fate(row: dict[str, Any], words: Words) -> str:
    dates = {name: words.month(row[name]) for name in ("opened", "started", "ended") if row[name]}
    if not row["ended"]:
        return words("fate.running" if row["started"] else "fate.pending", **dates)
    return words("fate.over" if row["started"] else "fate.dropped", **dates, cause=words(f"cause.{row['end_cause']}"))


def _private_fate(row: dict[str, Any], words: Words) -> str:
    dates = {name: words.month(row[name]) for name in ("opened", "started") if row[name]}
    return words("fate.private_started" if row["started"] else "fate.private", **dates)
