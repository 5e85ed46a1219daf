"""Three findings as sentences: each says no more than its mean, its calculation error and its runs allow."""

from ..estimate import ALONE, LESS, SAME, UNCLEAR, Estimate
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
    verdict = words.verdict(one)
    told = {"year": year, "without": words.without, "number": words.size(one), "error": words.error(one)}
    told |= {"range": words.range_of(one), "mean": words.mean(one)}
    if verdict in (SAME, UNCLEAR, ALONE):
        return words(f"finding.{measure}.{verdict}", **told)
    agreeing = words.share(one.below if verdict == LESS else one.above, one.runs)
    return f"{words(f'finding.{measure}.{verdict}', **told)} {words(f'finding.{measure}.agree_{verdict}', runs=agreeing)}"


def _level(measure: str, year: int, one: Estimate, words: Words) -> str:
    number = words.size(one) if one.runs == 1 else f"{words.size(one)} {words.texts.plus_minus(words.error(one))}"
    amount = words(f"finding.{measure}.level", number=number, since=words.evidence.since)
    told = {"year": year, "amount": amount, "asked": words.evidence.results.replicates, "runs": one.runs}
    if one.runs == 1:
        return words("finding.level_alone", **told)
    return words("finding.level", **told, range=words.range_of(one))


def _best(best: Best, words: Words) -> str:
    sentence = words(
        "finding.best",
        compared=best.compared,
        year=best.year,
        scenario=words.texts.scenario(best.scenario),
        figure=words.figure(best.savings, words("unit.mdkk")),
        money=words.amount(best.public_money),
        runs=words.share(best.highest_in, best.runs),
    )
    settled = best.highest_in >= SETTLED * best.runs
    return f"{sentence} {words('finding.best_settled' if settled else 'finding.best_open')}"
