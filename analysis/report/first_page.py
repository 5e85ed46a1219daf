"""The first sheet: the question, three findings, six answers, what would change our mind, what the model cannot say."""

import math

from model.experiment.results.intervals import ENOUGH_FOR_RANGE, half_width

from ..reading.estimate import NOTHING, UNCLEAR, Estimate, estimate
from ..texts import in_language
from .conclusions import findings
from .findings import FEW_RUNS, Answers
from .html import Markup, element, items, joined
from .replies import replies
from .words import Words

ROUNDS = 8
"""Times the number of runs is worked out anew: the fewer there are, the more standard errors an interval is wide."""
MOST_RUNS = 100_000
"""Beyond so many, to ask for more runs is no advice."""


def first_page(answers: Answers, runs: str, words: Words) -> Markup:
    """Return the first sheet; `runs` says how many runs of how many asked for there are."""
    content = (_findings(answers, words), _replies(answers, words), element("div", _mind(words), _cannot(words), class_="pair"))
    return element(  # the head last: it says how many statements there are
        "section", _banner(words), _head(runs, words), *content, class_="first", aria_labelledby="question"
    )


def question(words: Words) -> str:
    """Return the experiment's question: its title, else the one all its scenarios have, else a general one."""
    language = words.texts.language
    titles = {in_language(language, given["title"]) for given in words.evidence.inputs.values() if "title" in given}
    shared = titles.pop() if len(titles) == 1 else words("question")
    asked = words.evidence.provenance.get("asked", {}).get("title")
    return in_language(language, asked) if asked else shared


def _banner(words: Words) -> Markup:
    return element("p", words.firms, class_="synthetic")


def _head(runs: str, words: Words) -> Markup:
    paired = words.evidence.paired
    told = {"scenario": words.scenario, "without": words.without}
    counted = words("what_paired" if paired else "what_levels", runs=runs)
    lead = [words("what", runs=counted), words("speaks_of" if paired else "speaks_of_level", **told)]
    if words.evidence.runs == 1:
        lead.append(words("brackets_alone"))
    else:
        lead.append(words("errors" if paired else "errors_level", statements=words.statements))
        ranged = words.evidence.runs >= ENOUGH_FOR_RANGE
        lead.append(words("brackets" if ranged else "no_range", least=ENOUGH_FOR_RANGE))
    return element("header", element("h1", question(words), id="question"), element("p", " ".join(lead), class_="lead"))


def _findings(answers: Answers, words: Words) -> Markup:
    said = findings(answers, words)
    heading = words("finding.heading" if len(said) == 3 else "finding.heading_short")
    points = element("ol", *(element("li", sentence) for sentence in said), class_="findings")
    return joined([element("h2", heading, id="findings"), points])


def _replies(answers: Answers, words: Words) -> Markup:
    pairs = [element("div", element("dt", question), element("dd", reply)) for question, reply in replies(answers, words)]
    return joined([element("h2", words("answer.heading")), element("dl", *pairs, class_="answers")])


def _mind(words: Words) -> Markup:
    points = [*_records(words), words("mind.sensitivity"), words("mind.firms"), *_more_runs(words)]
    return element("div", element("h2", words("mind.heading")), items(points))


def _records(words: Words) -> list[str]:
    """Say what the runs expect of records: of a centre's in its last year, without policy of exchanges; given a range only."""
    evidence = words.evidence
    if not evidence.paired:
        one = evidence.estimate("operating", evidence.last)
        told = {"year": evidence.last}
        return [words("mind.records_level", operating=_span(one, words), **told)] if one and one.has_range else []
    if not evidence.has_centre or evidence.support is None:
        return []
    year = min(int(evidence.support[1][:4]), evidence.last)
    found = {m: evidence.estimate(m, year) for m in ("screened", "match", "operating")}
    spans = {measure: _span(one, words) for measure, one in found.items() if one and one.has_range}
    return [words("mind.records", first=evidence.since, year=year, **spans)] if len(spans) == len(found) else []


def _span(one: Estimate, words: Words) -> str:
    low, high = words.ends(one, 0)
    return low if low == high else words.texts("table.from_to", low=low, high=high)


def _more_runs(words: Words) -> list[str]:
    """Say how many runs would make the calculation error of savings as small as their mean, where it is larger."""
    values = words.evidence.values("savings", words.evidence.last)
    if not words.evidence.paired or not values.size or not values.any():
        return []
    if values.size < FEW_RUNS:
        return [words("mind.few_runs", runs=values.size)]
    one = estimate(values)
    if one.verdict(words.statements) != UNCLEAR or not (needed := _runs_needed(one, words.statements)):
        return []
    digits = 1 - math.floor(math.log10(needed))
    return [words("mind.more_runs", runs=words.whole(math.ceil(needed * 10**digits) / 10**digits))]


def _runs_needed(one: Estimate, statements: int) -> int:
    """Return about how many runs it takes for the error, beside so many statements, to be as small as the mean; 0: too many."""
    needed = one.runs
    for _ in range(ROUNDS):
        times = half_width(one.deviation, needed, statements) / max(abs(one.mean), NOTHING)
        if needed * times**2 > MOST_RUNS:
            return 0
        needed = max(math.ceil(needed * times**2), 2)
    return needed


def _cannot(words: Words) -> Markup:
    named = "finances_named" if words.evidence.results.named_firms else "finances"
    reality = ["evaluation"] if words.evidence.has_centre else []
    points = items(words(f"cannot.{name}") for name in (*reality, named, "outside", "misses"))
    return element("div", element("h2", words("cannot.heading")), points)
