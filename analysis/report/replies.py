"""Six questions, each answered in a few sentences from its numbers."""

from ..reading.estimate import ALONE, LESS, MORE, Estimate
from .findings import FEW_RUNS, MEASURES, Answers, Assumed, Gains, HowMuch, Plants, Stop, Sure, Trifle, When
from .words import Words

QUESTIONS = ("how_much", "when", "stop", "gains", "sure", "assumed")
NAMED = 3
"""Municipalities that lose, named one by one."""


def replies(answers: Answers, words: Words) -> list[tuple[str, str]]:
    """Return each question with its answer."""
    said = (
        _how_much(answers.how_much, words),
        _when(answers.when, words),
        _stop(answers.stop, words),
        _gains(answers.gains, words),
        _sure(answers.sure, words),
        _assumed(answers.assumed, words),
    )
    return [(words(f"answer.{name}"), " ".join(reply)) for name, reply in zip(QUESTIONS, said, strict=True)]


def _how_much(much: HowMuch, words: Words) -> list[str]:
    said = []
    for year in much.years:
        parts = [_amount_of(m, much.figures[m, year], words) for m in MEASURES if (m, year) in much.figures]
        said += [words("answer.much.by", year=year, figures=words.listed(parts))] if parts else []
    if much.public_money is None or much.net_savings is None:
        return [*said, words("answer.much.nothing", since=words.evidence.since)]
    if not words.evidence.paired:
        return said
    if much.lost is not None:
        said.append(words("answer.much.jobs", lost=words.whole(much.lost), year=much.years[-1], without=words.without))
    said.append(words("answer.much.net", figure=words.figure(much.net_savings, words("unit.mdkk"))))
    money = {"money": words.amount(much.public_money), "runs": words.share(much.above_money, words.evidence.runs)}
    return [*said, words("answer.much.money", **money)]


def _amount_of(measure: str, one: Estimate, words: Words) -> str:
    unit = words.texts.sentences.get(f"report.unit.{measure}", "")  # what is counted has none
    level = measure == "jobs_retained" and not words.evidence.paired
    return words(f"answer.much.{'jobs_lost' if level else measure}", figure=words.figure(one, unit))


def _when(when: When, words: Words) -> list[str]:
    evidence, said = words.evidence, []
    told = {"without": words.without, "last": evidence.last}
    final = when.savings.get(evidence.last)
    if final and final.runs > 1:
        first = words.more_from(when.savings)
        said.append(words("answer.time.above" if first else "answer.time.never", year=first or evidence.last, **told))
    if when.half_by is not None and final and words.verdict(final) in (MORE, ALONE):
        said.append(words("answer.time.half", half=when.half_by, **told))
    return [*said, _first_start(when, words)]


def _first_start(when: When, words: Words) -> str:
    starts = when.first_starts
    if starts is None:
        return words("answer.time.no_cases")
    name, told = when.kind, {"runs": words.share(len(starts), words.evidence.runs), "since": words.evidence.since}
    if not starts:
        return words(f"answer.time.{name}_none", **told)
    told["median"] = words.month(starts[(len(starts) - 1) // 2])
    if starts[0] == starts[-1]:
        return words(f"answer.time.{name}_one", **told)
    return words(f"answer.time.{name}", first=words.month(starts[0]), latest=words.month(starts[-1]), **told)


def _stop(stop: Stop | None, words: Words) -> list[str]:
    if stop is None:
        return [words("answer.stops.nothing")]
    ended = "funded" if words.evidence.has_centre else "ended"
    said = [words(f"answer.stops.{ended}", month=words.month(stop.ends))]
    if stop.goes_on:
        said = [words("answer.stops.goes_on", year=words.evidence.end[:4])]
    for year in stop.years:
        told = {measure: words.figure(stop.figures.get((measure, year))) for measure in ("operating", "pool_members")}
        said.append(words("answer.stops.at", year=year, **told))
    if stop.handed_over:
        units = {"savings": words("unit.mdkk")}
        figures = {measure: words.figure(one, units.get(measure, "")) for measure, one in stop.handed_over.items()}
        said.append(words("answer.stops.handed_over", year=words.evidence.last, **figures))
    return said


def _gains(gains: Gains, words: Words) -> list[str]:
    if gains.suppliers is None or gains.receivers is None:
        return [words("answer.who.nothing", since=words.evidence.since)]
    unit = words("unit.mdkk")
    told = {side: words.figure(getattr(gains, side), unit) for side in ("suppliers", "receivers")}
    said = [words("answer.who.sides_taxed" if gains.taxed else "answer.who.sides", year=gains.year, **told)]
    if _are_more(gains.suppliers, gains.receivers, words):
        share = 100 * gains.suppliers.mean / (gains.suppliers.mean + gains.receivers.mean)
        said.append(words("answer.who.share", share=words.whole(share)))
    if gains.home and gains.elsewhere:
        parts = {name: words.figure(getattr(gains, name), unit) for name in ("home", "elsewhere")}
        said.append(words("answer.who.parts", **parts))
    if gains.named:
        seats = words.listed([words.place(code) for code in gains.seats])
        said.append(words("answer.who.named", figure=words.figure(gains.named, unit), seats=seats))
    others = {name: words.figure(getattr(gains, name), unit) for name in ("outside", "state")}
    return [*said, words("answer.who.others", **others), *_by_place(gains, words)]


def _are_more(one: Estimate, other: Estimate, words: Words) -> bool:
    """Return whether both are told to be above zero, so that a share of their sum means something."""
    return all(each.mean > 0 and each.verdict(words.statements) in (MORE, ALONE) for each in (one, other))


def _by_place(gains: Gains, words: Words) -> list[str]:
    """Name the municipality that gains most, and those that lose, as far as either is told."""
    if gains.lead is None or not words.evidence.paired:
        return []
    unit, places = words("unit.mdkk"), gains.places
    verdicts = {code: words.verdict(one) for code, one in places.items()}
    first, second = list(places)[:2]
    said = []
    if verdicts[first] in (MORE, ALONE):
        key = "most" if words.verdict(gains.lead) in (MORE, ALONE) else "most_unsettled"
        told = {"place": words.place(first), "next": words.place(second), "figure": words.figure(places[first], unit)}
        said.append(words(f"answer.who.{key}", **told))
    losing = [code for code in reversed(places) if verdicts[code] == LESS]
    if not losing:
        return [*said, words("answer.who.losing_none", year=gains.year)]
    named = words.listed([f"{words.place(code)} {words.figure(places[code], unit)}" for code in losing[:NAMED]])
    key = "losing" if len(losing) <= NAMED else "losing_more"
    return [*said, words(f"answer.who.{key}", places=named, count=len(losing), all=len(places), year=gains.year)]


def _sure(sure: Sure, words: Words) -> list[str]:
    said = []
    if sure.runs == 1:
        said = [words("answer.certain.alone")]
    elif not words.evidence.paired:
        said = [words("answer.certain.levels")]
    elif "savings" in sure.figures:
        above = words.share(sure.figures["savings"].above, sure.runs)
        said = [words("answer.certain.savings", year=sure.year, runs=above)]
    if 1 < sure.runs < FEW_RUNS:
        said.append(words.texts("note.few_runs"))
    if sure.trifle:
        said.append(_trifle(sure.trifle, words))
    if sure.plants and sure.runs > 1:
        said.append(_plants(sure.plants, words))
    said.append(_sensitivity(sure, words))
    if sure.runs < sure.asked:
        said.append(words("answer.certain.failed", count=sure.asked - sure.runs, asked=sure.asked))
    return said


def _trifle(trifle: Trifle, words: Words) -> str:
    usual, most = words.texts.number(trifle.usual), words.texts.number(trifle.most)
    change = words("answer.certain.next_to_nothing")
    if trifle.money:
        key = "more_money" if trifle.money > 0 else "less_money"
        share = words.texts.number(abs(100 * trifle.share), 1)
        change = words(f"answer.certain.{key}", money=words.whole(abs(trifle.money)), share=share)
    return words("answer.certain.trifle", change=change, usual=usual, most=most)


def _plants(plants: Plants, words: Words) -> str:
    kept, lost = words.share(plants.kept_in, plants.runs), words.share(plants.lost_in, plants.runs)
    return words("answer.certain.plants", kept=kept, lost=lost)


def _sensitivity(sure: Sure, words: Words) -> str:
    if not sure.varied:
        return words("answer.certain.not_drawn")
    found = sure.with_sensitivity
    if found is None:
        return words("answer.certain.too_few")
    goes_with = "goes_with_more" if found.correlation > 0 else "goes_with_less"
    key = goes_with if words.is_told(found.chance) else "not_told"
    return words(f"answer.certain.{key}", correlation=words.texts.signed(found.correlation, 2))


def _assumed(assumed: Assumed, words: Words) -> list[str]:
    said = [words("answer.assume.firms")] if words.evidence.results.places else []
    if {"table_rows", "uncertain_numbers"} <= set(assumed.counts):
        told: dict[str, str] = {}
        for kind, name in (("table_rows", "rows"), ("uncertain_numbers", "numbers")):
            part, total = assumed.counts[kind]
            told |= {name: words.whole(part), f"all_{name}": words.whole(total)}
            told[f"{name}_share"] = words.whole(100 * part / max(total, 1))
        said.append(words("answer.assume.counts", **told))
    else:
        said.append(words("answer.assume.unknown"))
    if assumed.sensitivity:
        low, high = map(words.whole, assumed.sensitivity)
        said.append(words("answer.assume.sensitivity", low=low, high=high))
    if assumed.carried:
        names = [words(f"answer.assume.{name}", month=words.month(month)) for name, month in assumed.carried.items()]
        said.append(words("answer.assume.carried", values=words.listed(names)))
    return [*said, words("answer.assume.prices")]
