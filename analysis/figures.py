"""The figures there are, in the order of reading: what each one draws, and what a result must hold for it."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import partial
from typing import NamedTuple

from model.faults import Told, say

from .charts import additionality, exchange_map, fan, forest, funnel, sensitivity
from .charts.style import Chart, reference
from .connections import connections, more_operating
from .contrasts import contrasts
from .funnel import built
from .funnel import funnel as funnel_rows
from .results import FIRST_YEAR, Results, milestones
from .scenario_names import names, runs, runs_of, since
from .sensitivity import PARAMETER, assumed_range, jobs_by_sensitivity
from .tables import class_means
from .tables import fan as fan_years
from .texts import Texts

MAP_YEARS = (2011, 2014, 2020)
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
        return texts(f"reason.{reason}", since=FIRST_YEAR)
    return partial(drawing.draw, results, texts)


def _unpaired(results: Results) -> str | None:
    if not results.pairs_by_scenario:
        return "no_pairs"
    return "too_early" if results.years[-1] < FIRST_YEAR else None


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
    drawn = results.drawn(_reference(results), PARAMETER)
    if len(drawn) < 3:
        return "few_draws" if drawn else "no_draws"
    return "one_draw" if len(set(drawn.values())) < 2 else None


def _reference(results: Results) -> str:
    return reference(list(results.pairs_by_scenario))


def _additionality(results: Results, texts: Texts) -> Chart:
    means = class_means(results, milestones(results.years))
    return additionality.draw(means, since(results), runs(results, texts), texts)


def _fan(measure: str, results: Results, texts: Texts) -> Chart:
    headings = names(texts(f"fan.{measure}.level_panel"), results, texts)
    panels = fan.Panels(headings, results.funded_months())
    return fan.draw(measure, fan_years(results, measure), panels, runs(results, texts), texts)


def _forest(results: Results, texts: Texts) -> Chart:
    years = milestones(results.years)
    wanted = [("savings", year) for year in dict.fromkeys((years[0], years[-1]))] + [("jobs_retained", years[-1])]
    rows = contrasts(results, wanted, _reference(results))
    return forest.draw(rows, since(results), runs(results, texts), texts)


def _funnel(results: Results, texts: Texts) -> Chart:
    name, first = _reference(results), since(results)
    rows = funnel_rows(results, name, first)
    return funnel.draw(rows, built(results, name, first), runs_of(name, results, texts), texts)


def _map(results: Results, texts: Texts) -> Chart:
    name = _reference(results)
    years = [year for year in MAP_YEARS if year in results.years]
    years += [results.years[-1]] if len(years) < len(MAP_YEARS) and results.years[-1] not in years else []
    rows = connections(results, name, years)
    more = more_operating(results, name, exchange_map.title_year(years))
    return exchange_map.draw(rows, results.places, more, runs_of(name, results, texts), texts)


def _sensitivity(results: Results, texts: Texts) -> Chart:
    name = _reference(results)
    rows = jobs_by_sensitivity(results, name, milestones(results.years)[-1])
    return sensitivity.draw(rows, assumed_range(results.folder, name), runs_of(name, results, texts), texts)


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
