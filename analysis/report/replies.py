"""Six questions, each answered in a few sentences from its numbers."""

import math

from .estimate import Estimate
from .findings import FEW_RUNS, MEASURES, Answers, Assumed, Gains, HowMuch, Stop, Sure, When
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
        keys = {m: f"answer.much.{m if words.evidence.paired or m != 'jobs_retained' else 'jobs_lost'}" for m in MEASURES}
        parts = [words(keys[m], figure=words.figure(much.figures[m, year])) for m in MEASURES if (m, year) in much.figures]
        said += [words("answer.much.by", year=year, figures=words.listed(parts))] if parts else []
    if much.public_money is None:
        return [*said, words("answer.much.nothing", since=words.evidence.since)]
    if not words.evidence.paired:
        return said
    money = {"money": words.size(much.public_money), "above": much.above_money, "runs": words.evidence.runs}
    return [*said, words("answer.much.money", **money)]


def _when(when: When, words: Words) -> list[str]:
    evidence, said = words.evidence, []
    told = {"without": words.without, "last": evidence.last}
    if evidence.paired and evidence.estimate("savings", evidence.last):
        key, year = ("never", evidence.last) if when.above_from is None else ("above", when.above_from)
        said.append(words(f"answer.time.{key}", year=year, **told))
    if when.half_by is not None:
        said.append(words("answer.time.half", half=when.half_by, **told))
    return [*said, _first_start(when, words)]


def _first_start(when: When, words: Words) -> str:
    starts = when.first_starts
    if starts is None:
        return words("answer.time.no_cases")
    told, name = {"runs": words.evidence.runs, "count": len(starts), "since": words.evidence.since}, when.kind
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
        said = [words("answer.stops.goes_on", year=words.evidence.last)]
    for year in stop.years:
        kinds = {measure: words.figure(stop.figures.get((measure, year))) for measure in ("operating", "pool_members")}
        said.append(words("answer.stops.at", year=year, **kinds))
    if stop.handed_over:
        figures = {measure: words.figure(one) for measure, one in stop.handed_over.items()}
        said.append(words("answer.stops.handed_over", year=words.evidence.last, **figures))
    elif words.evidence.has_centre and not words.evidence.centre.get("handed_over"):
        said.append(words("answer.stops.not_compared"))
    return said


def _gains(gains: Gains, words: Words) -> list[str]:
    if gains.suppliers is None or gains.receivers is None:
        return [words("answer.who.nothing", since=words.evidence.since)]
    sides = {"suppliers": words.figure(gains.suppliers), "receivers": words.figure(gains.receivers)}
    said = [words("answer.who.sides", year=gains.year, **sides)]
    if _told_from_zero(gains.suppliers) and _told_from_zero(gains.receivers):
        share = 100 * gains.suppliers.mean / (gains.suppliers.mean + gains.receivers.mean)
        said.append(words("answer.who.share", share=words.whole(share)))
    if words.evidence.results.has_added_tax and not words.evidence.has_centre:
        said.append(words("answer.who.before_tax"))
    if gains.home and gains.elsewhere:
        parts = {"home": words.figure(gains.home), "elsewhere": words.figure(gains.elsewhere)}
        said.append(words("answer.who.parts", **parts))
    said.append(words("answer.who.others", outside=words.figure(gains.outside), state=words.figure(gains.state)))
    return said + _by_place(gains.places, words)


def _told_from_zero(one: Estimate) -> bool:
    """Return whether a mean is above zero by more than its calculation error, or has none in a single run."""
    return one.mean > 0 and (math.isnan(one.error) or one.mean > one.error)


def _by_place(places: dict[str, Estimate], words: Words) -> list[str]:
    if len(places) < 2:
        return []
    in_order = sorted(places, key=lambda code: -places[code].mean)
    said = []
    if places[in_order[0]].mean > 0:
        said.append(words("answer.who.most", place=words.place(in_order[0]), figure=words.figure(places[in_order[0]])))
    if not words.evidence.paired:
        return said
    losing = [code for code in reversed(in_order) if places[code].mean < 0]
    if not losing:
        return [*said, words("answer.who.losing_none")]
    named = words.listed([f"{words.place(code)} {words.figure(places[code])}" for code in losing[:NAMED]])
    key = "losing" if len(losing) <= NAMED else "losing_more"
    return [*said, words(f"answer.who.{key}", places=named, count=len(losing), all=len(places))]


def _sure(sure: Sure, words: Words) -> list[str]:
    said = []
    if sure.runs == 1:
        said = [words("answer.certain.alone")]
    elif not words.evidence.paired:
        said = [words("answer.certain.levels"), words("answer.certain.range")]
    elif {"savings", "jobs_retained"} <= set(sure.figures):
        jobs = sure.figures["jobs_retained"]
        counted = words("count", count=jobs.above, runs=jobs.runs)
        above = {"above": sure.figures["savings"].above, "jobs_above": counted}
        said = [words("answer.certain.savings", year=sure.year, runs=sure.runs, **above), words("answer.certain.range")]
    if 1 < sure.runs < FEW_RUNS:
        said.append(words.texts("note.few_runs"))
    said.append(_sensitivity(sure, words))
    if sure.runs < sure.asked:
        said.append(words("answer.certain.failed", count=sure.asked - sure.runs, asked=sure.asked))
    return said


def _sensitivity(sure: Sure, words: Words) -> str:
    halves = sure.halves
    if halves is None:
        return words("answer.certain.not_halved" if sure.varied else "answer.certain.not_drawn")
    bounds = (*halves.low_draws, *halves.high_draws)
    ends = dict(zip(("low_from", "low_to", "high_from", "high_to"), map(words.whole, bounds), strict=True))
    figures = {"low": words.figure(halves.low), "high": words.figure(halves.high)}
    return words("answer.certain.halves", runs=halves.low.runs, **figures, **ends)


def _assumed(assumed: Assumed, words: Words) -> list[str]:
    said = [words("answer.assume.firms")]
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
    return [*said, words("answer.assume.prices")]
