"""Three findings as sentences: each says no more than its mean, its calculation error and its runs allow."""

from ..reading.estimate import ALONE, LESS, MORE, SAME, UNCLEAR, Estimate
from .findings import MEASURES, Answers, Best
from .words import Words

LISTED = 3
"""So many scenarios are named one by one."""


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
    agreeing = one.below if verdict == LESS else one.above
    said = [words(f"finding.{measure}.{verdict}", **told)]
    said.append(words(f"finding.{measure}.agree_{verdict}", runs=words.share(agreeing, one.runs)))
    if agreeing == one.runs:
        said.append(words("finding.smallest", figure=words.outcome(one.smallest, measure)))
    return " ".join(said)


def _level(measure: str, year: int, one: Estimate, words: Words) -> str:
    number = words.size(one) if one.runs == 1 else f"{words.size(one)} {words.texts.plus_minus(words.error(one))}"
    amount = words(f"finding.{measure}.level", number=number, since=words.evidence.since)
    told = {"year": year, "amount": amount, "asked": words.evidence.results.replicates, "runs": one.runs}
    if one.runs == 1:
        return words("finding.level_alone", **told)
    return words("finding.level", **told, range=words.range_of(one))


def _best(best: Best, words: Words) -> str:
    told = {
        "compared": len(best.highest_in),
        "year": best.year,
        "scenario": words.texts.scenario(best.scenario),
        "figure": words.figure(best.savings, words("unit.mdkk")),
        "money": words.amount(best.public_money),
    }
    return " ".join([words("finding.best", **told), _how_often(best, words), _settled(best, words)])


def _how_often(best: Best, words: Words) -> str:
    """Say in how many runs the best on average is the highest, and which other one is more often."""
    often = max(best.highest_in, key=lambda name: best.highest_in[name])
    told = {"runs": words.share(best.highest_in[best.scenario], best.runs)}
    if best.highest_in[often] == best.highest_in[best.scenario]:
        return words("finding.best_in", **told)
    more = {"other": words.texts.scenario(often), "other_runs": words.share(best.highest_in[often], best.runs)}
    return words("finding.best_less_often", **told, **more)


def _settled(best: Best, words: Words) -> str:
    """Say from which of the others the best on average is told apart, by the paired differences."""
    near = [words("quoted", name=words.texts.scenario(name)) for name, one in best.leads.items() if words.verdict(one) != MORE]
    if not near:
        return words("finding.best_settled")
    if len(near) == len(best.leads):
        return words("finding.best_open")
    names = words.listed(near) if len(near) <= LISTED else words("finding.best_others", count=len(near))
    return words("finding.best_partly", above=len(best.leads) - len(near), others=len(best.leads), near=names)
