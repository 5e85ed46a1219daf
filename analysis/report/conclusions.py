"""Three findings as sentences: each says no more than its mean, its calculation error and its runs allow."""

from .estimate import Estimate
from .findings import MEASURES, Answers, Best
from .words import Words

SETTLED = 0.9
"""In so many of the runs a scenario must be the highest to be called that without a word of doubt."""


def findings(answers: Answers, words: Words) -> list[str]:
    """Return up to three sentences: savings and exchanges in the last year, and the best scenario or, of one, jobs."""
    last = answers.how_much.years[-1]
    say = _difference if words.evidence.paired else _level
    found = {m: say(m, last, one, words) for m in MEASURES if (one := answers.how_much.figures.get((m, last)))}
    if answers.best is None:
        return list(found.values())
    return [*(found[measure] for measure in MEASURES[:2] if measure in found), _best(answers.best, words)]


def _difference(measure: str, year: int, one: Estimate, words: Words) -> str:
    about = f"finding.{measure}"
    verdict = one.verdict
    told = {"year": year, "without": words.without, "runs": one.runs, "above": one.above, "below": one.below}
    if verdict == "same":
        return words("finding.same", thing=words(f"{about}.thing"), **told)
    way = "more" if one.mean > 0 else "less"
    amount = words(f"{about}.{way}", number=words.size(one))
    if verdict == "alone":
        return words("finding.alone", amount=amount, **told)
    low, high = words.ends(one)
    told |= {"range": words.texts(f"range.{one.range}"), "low": low, "high": high, "error": words.error(one)}
    if verdict == "unclear":
        unit = words(f"{about}.unit")
        return words("finding.unclear", thing=words(f"{about}.thing"), number=words.mean(one), unit=unit, **told)
    return words(f"finding.{verdict}", amount=amount, **told)


def _level(measure: str, year: int, one: Estimate, words: Words) -> str:
    amount = words(f"finding.{measure}.level", number=words.size(one), since=words.evidence.since)
    told = {"year": year, "amount": amount, "asked": words.evidence.results.replicates}
    if one.verdict == "alone" or one.runs == 1:
        return words("finding.level_alone", **told)
    low, high = words.ends(one)
    label = words.texts(f"range.{one.range}")
    return words("finding.level", **told, runs=one.runs, range=label, low=low, high=high, error=words.error(one))


def _best(best: Best, words: Words) -> str:
    told = {"compared": best.compared, "year": best.year, "highest": best.highest_in, "runs": best.runs}
    sentence = words(
        "finding.best",
        scenario=words.texts.scenario(best.scenario),
        figure=words.figure(best.savings),
        money=words.size(best.public_money) if best.public_money else words.texts("table.not_estimated"),
        **told,
    )
    settled = best.highest_in >= SETTLED * best.runs
    return f"{sentence} {words('finding.best_settled' if settled else 'finding.best_open')}"
