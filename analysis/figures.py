"""The figures there are, in the order of reading: what each one draws, and what a result must hold for it."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import partial
from typing import NamedTuple

from model.faults import Told, say

from .charts import additionality, exchange_map, fan, forest, funnel, sensitivity
from .charts.style import About, Chart
from .reading.connections import connections, more_operating
from .reading.contrasts import contrasts
from .reading.estimate import estimate
from .reading.funnel import built
from .reading.funnel import funnel as funnel_rows
from .reading.results import ADDITIONAL, Results
from .reading.sensitivity import PARAMETER, assumed_range, jobs_by_sensitivity
from .reading.tables import class_means, run_years
from .reading.tables import fan as fan_years
from .scenario_names import firms, names, runs, runs_of, without_policy
from .texts import Texts

Draw = Callable[[], Chart]


class UnknownFigure(Told):
    """No figure has this name."""


class Drawing(NamedTuple):
    """A figure by name: what draws it, and what says why a result cannot show it (a key of the texts, or nothing)."""

    name: str
    draw: Callable[[Results, Texts], Chart]
    lacks: Callable[[Results], str | None]


def drawable(results: Results, texts: Texts, only: Sequence[str] = ()) -> list[tuple[str, Draw | str]]:
    """Return each figure's name with what draws it, or with a sentence on why not and what would show it.

    `only` names those wanted, otherwise all. Reading and drawing is done when it is called, while `results` is open.
    Raises UnknownFigure, naming those there are.
    """
    for name in only:
        _check(name)
    wanted = [one for one in DRAWINGS if not only or one.name in only]
    return [(one.name, _draw_or_reason(one, results, texts)) for one in wanted]


def _check(name: str) -> None:
    if name not in FIGURES:
        near = get_close_matches(name, FIGURES, 1, 0.5)
        guess = say("did_you_mean", guess=near[0]) if near else None
        raise UnknownFigure(say("no_figure", name=name, names=", ".join(FIGURES)).followed_by(guess))


def _draw_or_reason(drawing: Drawing, results: Results, texts: Texts) -> Draw | str:
    reason = _unpaired(results) or drawing.lacks(results)
    if reason:
        return texts(f"reason.{reason}", since=results.since)
    return partial(drawing.draw, results, texts)


def _unpaired(results: Results) -> str | None:
    if not results.pairs_by_scenario:
        return "no_pairs"
    return "too_early" if results.years[-1] < results.since else None


def _nothing(_: Results) -> None:
    return None


def _one_scenario(results: Results) -> str | None:
    return "one_scenario" if len(results.pairs_by_scenario) < 2 else None


def _no_cases(results: Results) -> str | None:
    return None if results.recording.cases == "all" else "no_cases"


def _no_places(results: Results) -> str | None:
    if not results.recording.by_municipality:
        return "region_alone"
    return _no_cases(results) if results.places else "no_places"


def _no_sensitivity(results: Results) -> str | None:
    drawn = results.drawn(results.reference, PARAMETER)
    if len(drawn) < 3:
        return "few_draws" if drawn else "no_draws"
    return "one_draw" if len(set(drawn.values())) < 2 else None


def _about(results: Results, texts: Texts, one_scenario: bool = False) -> About:
    """Return what charts say of a result; of those that draw one scenario alone, on how many of its runs they rest."""
    counted = runs_of(results.reference, results, texts) if one_scenario else runs(results, texts)
    without = without_policy(results.reference in results.funded_months(), texts)
    return About(texts, results.reference, without, results.since, firms(results, texts), counted, len(DRAWINGS))


def _ends(results: Results) -> list[int]:
    """Return the first and the last of the years shown."""
    return list(dict.fromkeys((results.years_shown[0], results.years_shown[-1])))


def _additionality(results: Results, texts: Texts) -> Chart:
    years = _ends(results)
    pairs = [pair for pair in results.pairs(ADDITIONAL) if (pair.scenario, pair.year) == (results.reference, years[0])]
    additional = estimate(pair.difference for pair in pairs)
    return additionality.draw(class_means(results, years), additional, _about(results, texts))


def _fan(measure: str, results: Results, texts: Texts) -> Chart:
    panels = fan.Panels(names(texts(f"fan.{measure}.level_panel"), results, texts), results.about.policies)
    since = [one for one in fan_years(results, measure) if one.year >= results.since - 1]
    single = [one for one in run_years(results, measure) if one.year >= results.since - 1]
    return fan.draw(measure, since, single, panels, _about(results, texts))


def _forest(results: Results, texts: Texts) -> Chart:
    years = _ends(results)
    wanted = [("savings", year) for year in years] + [("jobs_retained", years[-1])]
    return forest.draw(contrasts(results, wanted), _about(results, texts))


def _funnel(results: Results, texts: Texts) -> Chart:
    name = results.reference
    return funnel.draw(funnel_rows(results, name), built(results, name), _about(results, texts, one_scenario=True))


def _map(results: Results, texts: Texts) -> Chart:
    name, year = results.reference, results.years_shown[0]
    years = [one for one in dict.fromkeys((results.since, year, results.years_shown[-1])) if one in results.years]
    more = more_operating(results, name, year)
    about = _about(results, texts, one_scenario=True)
    return exchange_map.draw(connections(results, name, years), results.places, more, year, about)


def _sensitivity(results: Results, texts: Texts) -> Chart:
    name = results.reference
    rows = jobs_by_sensitivity(results, name, results.years_shown[-1])
    return sensitivity.draw(rows, assumed_range(results.folder, name), _about(results, texts, one_scenario=True))


DRAWINGS = (
    Drawing("additionality", _additionality, _nothing),
    Drawing("savings_fan", partial(_fan, fan.SAVINGS), _nothing),
    Drawing("jobs_fan", partial(_fan, fan.JOBS), _nothing),
    Drawing("forest", _forest, _one_scenario),
    Drawing("funnel", _funnel, _no_cases),
    Drawing("map", _map, _no_places),
    Drawing("closure_sensitivity", _sensitivity, _no_sensitivity),
)
FIGURES = tuple(one.name for one in DRAWINGS)
"""The names of all figures."""
