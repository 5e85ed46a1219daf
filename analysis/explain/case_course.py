"""What happened to a case, month by month, in sentences."""

from collections.abc import Callable

from .case_words import INDENT, Sight, Story, Words, capital, only, reason, wrapped
from .negotiation_tables import tables


def happened(story: Story, words: Words) -> list[str]:
    """Return what was seen of a case, in order of time, each negotiation with its arithmetic."""
    lines = [words("heading.story")]
    if story["row"]["opened_by"] == "historic":
        lines += wrapped(words("opened.historic"), INDENT)
    for sight in story["sights"]:
        sentences = _TOLD[sight["kind"]](sight, story, words)
        lines += wrapped(f"{capital(_when(sight, words))}: {' '.join(sentences)}", INDENT)
        if sight["kind"] == "negotiated":
            lines += ["", *tables(sight, story["rule"], story["row"]["quantity_per_year"], words), ""]
    return lines


def _when(sight: Sight, words: Words) -> str:
    last = words.month(sight["month"])
    first = words.month(sight["first"]) if "first" in sight else last
    return last if first == last else words("from_to", first=first, last=last)


def _opened(sight: Sight, story: Story, words: Words) -> list[str]:
    who = sight["opened_by"]
    if sight["mode"] == "pooled":
        who += "_pooled"
    elif who == "firm":
        who += "_supplier" if sight["supplier_acts"] else "_receiver"
    amounts = {"supply": sight["free_supply"], "need": sight["free_need"], "quantity": sight["quantity"]}
    sentences = [words(f"opened.{who}")]
    sentences += [words("opened.again", attempt=sight["attempt"])] if sight["attempt"] > 1 else []
    free = {name: words.amount(units) if units < 1e12 else "∞" for name, units in amounts.items()}
    return [
        *sentences,
        words("opened.free", **free, unit=words.unit),
        words("opened.expected", surplus=words.kroner(sight["surplus_dkk"])),
    ]


def _worked(sight: Sight, story: Story, words: Words) -> list[str]:
    supplier, receiver = map(words.ore, sight["own"])
    spent = {"supplier": supplier, "receiver": receiver, "months": words.months(sight["months"])}
    sentences = [words("worked.line", stage=words(f"stage.{sight['stage']}"), **spent)]
    if sight["helped"]:
        sentences.append(words("worked.helped", helped=sight["helped"]))
    else:
        sentences.append(words("worked.unaided", pace=words.share(sight["pace"])))
    if sight["granted"]:
        sentences.append(words("worked.granted", granted=words.ore(sight["granted"])))
    if sight["most_chance"]:
        sentences.append(words("worked.chance", chance=words.share(sight["most_chance"])))
    return sentences


def _out_of_time(sight: Sight, story: Story, words: Words) -> list[str]:
    side = capital(words.side(sight["side"]))
    return [words("out_of_time", side=side, chance=words.share(sight["chance"]), luck=words.share(sight["luck"]))]


def _assessed(sight: Sight, story: Story, words: Words) -> list[str]:
    key = "assessed.passed" if sight["passed"] else "assessed.failed"
    return [words(key, luck=words.share(sight["luck"]), viability=words.share(sight["viability"]))]


def _negotiated(sight: Sight, story: Story, words: Words) -> list[str]:
    kind = "negotiated.anew" if sight["anew"] else "negotiated.first"
    if sight["failure"]:
        cause = words(f"cause.{sight['failure']}")
        end = words("negotiated.failed", cause=cause, reason=reason(sight, words))
    else:
        end = words("negotiated.agreed")
    return [words(kind, rule=words.rule(story["rule"])), end]


def _permit(sight: Sight, story: Story, words: Words) -> list[str]:
    key = "permit.passed" if sight["passed"] else "permit.failed"
    waited = "permit.waited" if story["row"]["mode"] == "pooled" else "permit.built"
    return [
        words(waited, since=words.month(story["row"]["matched"])),
        words(key, luck=words.share(sight["luck"]), granted=words.share(sight["granted"])),
    ]


def _started(sight: Sight, story: Story, words: Words) -> list[str]:
    each, last = words.ore(0.5 * sight["capital_dkk"]), words.month(sight["last_month"])
    granted = words("started_granted", granted=words.ore(sight["granted_dkk"])) if sight["granted_dkk"] else ""
    return [words("started", capital=each, last=last), granted]


def _talks(sight: Sight, story: Story, words: Words) -> list[str]:
    months, side = words.months(sight["months"]), words.side(sight["side"])
    flow, risk = words.kroner(abs(sight["flow"])), words.kroner(sight["risk"])
    return [words(f"talks.{sight['cause']}", months=months, side=side, flow=flow, **only(risk, sight["cause"] == "trust"))]


def _renews(sight: Sight, story: Story, words: Words) -> list[str]:
    here, better = words.kroner(sight["here"]), words.kroner(sight["better"])
    return [words("renews", here=here, better=better, premium=words.share(sight["premium"]))]


def _waits_in_vain(sight: Sight, story: Story, words: Words) -> list[str]:
    return [words("waits_in_vain", months=words.months(sight["months"]))]


def _loses_round(sight: Sight, story: Story, words: Words) -> list[str]:
    if story["sights"][-1]["cause"] == "support_ended":
        return [words("loses_round.organiser")]
    return [words("loses_round.poor", months=words.months(sight["months"]))]


def _ended(sight: Sight, story: Story, words: Words) -> list[str]:
    return [words("ended.over" if sight["operated"] else "ended.dropped", cause=words(f"cause.{sight['cause']}"))]


_TOLD: dict[str, Callable[[Sight, Story, Words], list[str]]] = {
    "opened": _opened,
    "worked": _worked,
    "out_of_time": _out_of_time,
    "assessed": _assessed,
    "negotiated": _negotiated,
    "permit": _permit,
    "started": _started,
    "talks": _talks,
    "renews": _renews,
    "waits_in_vain": _waits_in_vain,
    "loses_round": _loses_round,
    "ended": _ended,
}
