"""What readers are told about scenarios, firms and runs, wherever these are shown."""

from .reading.results import Results
from .texts import Texts, load


def texts_of(results: Results, language: str) -> Texts:
    """Return the sentences of a language, with what the scenarios of a result are called."""
    return load(language, results.labels, results.about.handed_over)


def runs(results: Results, texts: Texts) -> str:
    """Return how many runs of how many asked for stand behind the figures, such as `10 of 10`."""
    counts = (results.pairs_by_scenario or results.without_policy).values()
    fewest, most = min(counts, default=0), max(counts, default=0)
    key = "table.runs" if fewest == most else "table.runs_vary"
    return texts(key, paired=fewest, fewest=fewest, most=most, asked=results.replicates)


def runs_of(scenario: str, results: Results, texts: Texts) -> str:
    """Return how many paired runs of how many asked for stand behind one scenario."""
    return texts("table.runs", paired=results.pairs_by_scenario[scenario], asked=results.replicates)


def without_policy(has_centre: bool, texts: Texts) -> str:
    """Return what a scenario is compared with: without a centre, or without the measure."""
    return texts("without.centre" if has_centre else "without.measure")


def firms(results: Results, texts: Texts) -> str:
    """Return the sentence that says which firms are synthetic."""
    named = results.named_firms
    return texts("firms.synthetic" if not named else "firms.some_named" if named > 1 else "firms.one_named", named=named)


def names(level: str, results: Results, texts: Texts) -> dict[str, str]:
    """Name the scenarios: levels without policy first, by the scenarios held against them where there are several."""
    labels = dict.fromkeys(results.without_policy, level)
    if len(labels) > 1:
        labels = {name: texts("table.level_for", level=level, scenario=_compared(name, results, texts)) for name in labels}
    return labels | {name: texts.scenario(name) for name in results.pairs_by_scenario}


def _compared(twin: str, results: Results, texts: Texts) -> str:
    compared = [name for name, its_twin in results.twins.items() if its_twin == twin]
    return "; ".join(texts.scenario(name) for name in compared or [twin])
