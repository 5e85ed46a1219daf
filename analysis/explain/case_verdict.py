"""Why a case was accepted, dropped or ended, in a sentence."""

from .case_words import INDENT, SIDES, Sight, Story, Words, only, reason, wrapped


def verdict(story: Story, words: Words) -> list[str]:
    """Return why a case was accepted, where it was, and why it ended, or how it stands at the end of the run."""
    sentences = [*_accepted(story, words), _end(story, words)]
    return [words("heading.verdict"), *(line for one in sentences for line in wrapped(one, INDENT))]


def _accepted(story: Story, words: Words) -> list[str]:
    if story["row"]["opened_by"] == "historic":
        return [words("verdict.accepted_sunk")]
    agreed = [one for one in story["sights"] if one["kind"] == "negotiated" and not one["failure"]]
    return [_why_accepted(agreed[0], words)] if agreed else []


def _why_accepted(sight: Sight, words: Words) -> str:
    values = {"price": words.price(sight["price"])}
    for side, left, ask in zip(SIDES, sight["settlement"], sight["asks"], strict=True):
        values[f"{side}_gain"] = words.ore(left["gain_dkk"])
        values[f"{side}_payback"] = words.payback(left["payback_years"])
        values[f"{side}_hurdle"] = words.years(ask["hurdle_years"])
    return words("verdict.accepted", **values)


def _end(story: Story, words: Words) -> str:
    row = story["row"]
    if not story["why"]:
        kind = "running" if row["started"] else "built" if row["matched"] else "pending"
        return words(f"verdict.{kind}", end=words.month(story["end"]))
    kind, cause = ("over" if row["started"] else "dropped"), words(f"cause.{row['end_cause']}")
    return words(f"verdict.{kind}", cause=cause, reason=_why(story, words))


def _why(story: Story, words: Words) -> str:
    """Return why a case ended, as a clause: told of what was seen of it last."""
    cause, _, how = story["why"].partition(".")
    if how == "refused" and cause != "permit":
        return _no_price(story, cause, words)
    if how == "round":
        return _without_round(story, cause, words)
    return words(f"why.{_CLAUSE.get(story['why'], cause)}", **_figures(story, words))


_CLAUSE = {
    "no_agreement.waited": "waited",
    "permit": "banned",
    "permit.refused": "permit",
    "regulation": "banned",
    "support_ended": "centre_left",
}


def _no_price(story: Story, cause: str, words: Words) -> str:
    """Return why firms that negotiated went apart: before they began, in talks about another price, or at a renewal."""
    negotiated = _seen("negotiated", story)
    because = reason(negotiated, words)
    if not negotiated["anew"]:
        return because
    talks = _seen("talks", story)
    if cause in ("price", "trust"):
        flow, risk = words.kroner(abs(talks["flow"])), words.kroner(talks["risk"])
        told = only(risk, cause == "trust")
        return words(f"why.{cause}", side=words.side(talks["side"]), flow=flow, reason=because, **told)
    return words("why.renewal", reason=because)


def _without_round(story: Story, cause: str, words: Words) -> str:
    months = words.months(_seen("loses_round", story)["months"])
    if cause == "support_ended":
        return words("why.round_lost")
    return words("why.round_poor", months=months) if story["row"]["started"] else words("why.round")


def _figures(story: Story, words: Words) -> dict[str, str]:
    """Return the figures that a cause may be told with."""
    ended = story["sights"][-1]
    figures = {"side": words.side(ended["side"]), "months": words.months(ended["failed"])}
    for kind in ("out_of_time", "assessed", "permit", "renews", "waits_in_vain"):
        figures |= _told_of(kind, _seen(kind, story), words)
    return figures


def _told_of(kind: str, sight: Sight, words: Words) -> dict[str, str]:
    if not sight:
        return {}
    if kind == "waits_in_vain":
        return {"months": words.months(sight["months"])}
    if kind == "renews":
        return {"here": words.kroner(sight["here"]), "better": words.kroner(sight["better"])}
    told = {name: words.share(sight[name]) for name in ("chance", "luck", "viability", "granted") if name in sight}
    return told | ({"side": words.side(sight["side"])} if kind == "out_of_time" else {})


def _seen(kind: str, story: Story) -> Sight:
    """Return what was seen of a kind last, nothing where it never was."""
    return next((sight for sight in reversed(story["sights"]) if sight["kind"] == kind), {})
