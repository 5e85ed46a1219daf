"""Charts say what their tables hold, in colours and hatches that can be told apart."""

import math
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from report_folder import about

from analysis.charts import additionality, exchange_map, fan, forest, funnel, sensitivity
from analysis.charts.style import Chart, applied, balanced
from analysis.reading.estimate import Estimate, estimate
from analysis.reading.tables import DIFFERENCE, LEVEL, ClassMean, FanYear, RunYear
from analysis.texts import LANGUAGES, Texts, load
from model.outcomes import CLASSES, NAMED, OTHER

ROOT = Path(__file__).parents[1]
ENGLISH = load("en")
NAMES = {
    "centre_12m": "Centre, 12 m DKK",
    "centre_6m": "Centre, 6 m DKK",
    "no_centre": "Without a centre",
    "a$b$c": "a$b$c",
}
FUNDED = {"centre_6m": ("2011-01", "2014-12")}


SOME = estimate([11.0, 12.0, 13.0])


def draw_parts(means: list[ClassMean], texts: Texts = ENGLISH, additional: Estimate = SOME) -> Chart:
    return additionality.draw(means, additional, about(texts.language, "7 of 9"))


def luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def parts(scenario: str = "centre_12m", year: int = 2014) -> list[ClassMean]:
    exchanges = dict(zip(CLASSES, (12.0, 3.0, 16.0, 1.0, 2.5, 0.0), strict=True))
    savings = dict(zip(CLASSES, (8.0, 2.0, 0.5, -0.5, -1.0, -0.2), strict=True))
    return [ClassMean(scenario, year, kind, 10, exchanges[kind], savings[kind]) for kind in CLASSES]


def year(
    number: int,
    low: float,
    mean: float,
    high: float,
    scenario: str = "centre_12m",
    kind: str = DIFFERENCE,
    error: float = 0.5,
) -> FanYear:
    inner = ((low + mean) / 2, (mean + high) / 2)
    return FanYear(scenario, kind, number, 50, mean, error, mean, *inner, low, high)


def few(one: FanYear) -> FanYear:
    """The same year with too few runs for a range."""
    names = ("median", "inner_low", "inner_high", "range_low", "range_high")
    return one._replace(**dict.fromkeys(names, math.nan))


def draw_fan(years: list[FanYear], texts: Texts = ENGLISH, runs: list[RunYear] | None = None, **changes: Any) -> Chart:
    changes = {"reference": next(one.scenario for one in years)} | changes
    return fan.draw(fan.SAVINGS, years, runs or [], fan.Panels(NAMES, FUNDED), about(texts.language, "50 of 50", **changes))


def bars(chart: Chart, panel: int) -> list[Rectangle]:
    return [patch for patch in chart.figure.axes[panel].patches if isinstance(patch, Rectangle)]


def heading(axes: Axes) -> Text:
    return next(text for text in axes.findobj(Text) if text.get_text() and text.get_text() == axes.get_title(loc="left"))


def words(chart: Chart) -> list[str]:
    axes = [text.get_text() for one in chart.figure.axes for text in (*one.texts, one.title, one.xaxis.label)]
    return axes + [text.get_text() for text in chart.figure.texts]


def test_crowded_out_exchanges_stand_below_zero_and_the_others_above() -> None:
    chart = draw_parts(parts())
    assert sorted(bar.get_width() for bar in bars(chart, 0)) == [-2.5, 1, 3, 12, 16]
    assert [bar.get_x() for bar in bars(chart, 0) if bar.get_width() < 0] == [0]


def test_savings_by_class_add_up_to_the_sum_written_beside_the_bar() -> None:
    chart = draw_parts(parts())
    assert sum(bar.get_width() for bar in bars(chart, 1)) == pytest.approx(8.8)
    assert any("Sum 8.8" in word for word in words(chart))


def test_the_title_of_additionality_states_the_finding() -> None:
    assert "of 32.0 exchanges between two firms at the end of 2014 about 12.0 would not" in draw_parts(parts()).title
    assert "the runs can tell of none" in draw_parts(parts(), additional=estimate([-9.0, 12.0, 33.0])).title
    named = [*parts(), ClassMean("centre_12m", 2014, NAMED, 10, 18.0, 1.0)]
    assert draw_parts(named).title.endswith("(18.0 of them, with named firms, are not classified)")
    nothing = [one._replace(exchanges=0.0, savings_mdkk=0.0) for one in parts()]
    assert "no exchange is in operation" in draw_parts(nothing).title


def test_a_title_speaks_of_the_scenario_of_the_report() -> None:
    means = parts("centre_6m") + parts("centre_12m")
    for name in ("centre_6m", "centre_12m"):
        chart = additionality.draw(means, estimate([11.0, 13.0]), about(reference=name))
        assert chart.title.startswith(name.replace("_", " "))


@pytest.mark.parametrize(
    ("low", "mean", "high", "said"),
    [
        (1, 2, 3, "saved about 2.0 ± 0.5 m DKK more than they would have without a centre (1 to 3)"),
        (-3, -2, -1, "saved about 2.0 ± 0.5 m DKK less than they would have without a centre (1 to 3)"),
        (-1.5, 2, 3, "saved about 2.0 ± 0.5 m DKK more than they would have without a centre (−1.5 to 3.0)"),
    ],
)
def test_the_title_of_the_fan_states_the_mean_its_error_and_the_range_beside_it(
    low: float, mean: float, high: float, said: str
) -> None:
    assert said in draw_fan([year(2024, low, mean, high)]).title


def test_a_title_claims_nothing_the_calculation_error_could_undo() -> None:
    unclear = draw_fan([year(2024, 1, 2, 3, error=2.1)]).title
    assert "the runs cannot tell whether firms save more or less" in unclear and "without a centre: 2.0 ± 2.1 m DKK" in unclear
    assert "one run does not say how sure" in draw_fan([year(2024, 1, 2, 3, error=math.nan)]).title
    assert "save the same" in draw_fan([year(2024, 0, 0, 0, error=0.0)]).title


def test_a_title_counts_as_one_of_all_that_are_told_together() -> None:
    years = [year(2024, 1, 2, 3, error=1.7)]
    assert "2.0 ± 1.7 m DKK more" in draw_fan(years).title
    assert "than they would without a centre: 2.0 ± 2.4 m DKK" in draw_fan(years, statements=7).title


def test_runs_too_few_for_a_range_are_drawn_one_by_one() -> None:
    runs = [RunYear("centre_12m", DIFFERENCE, k, 2011, value) for k, value in enumerate((1.0, 4.0))]
    chart = draw_fan([few(year(2011, 0, 2.5, 5))], runs=runs)
    thin = [line for line in chart.figure.axes[0].lines if line.get_color() == fan.OUTER]
    assert [np.asarray(line.get_xydata()).tolist() for line in thin] == [[[2010, 0], [2011, k]] for k in (1, 4)]
    assert not chart.figure.axes[0].collections or "too few for a range" in chart.caption
    assert "(" not in chart.title.split("without a centre")[1]


def test_the_fan_starts_from_nothing_and_ends_with_the_last_year() -> None:
    chart = draw_fan([year(2011, 0, 1, 2), year(2012, 1, 3, 5), year(2012, 90, 100, 110, "no_centre", LEVEL)])
    mean = next(line for line in chart.figure.axes[0].lines if line.get_color() == fan.MEAN)
    assert np.asarray(mean.get_xydata()).tolist() == [[2010, 0], [2011, 1], [2012, 3]]


def test_a_fan_that_has_a_value_before_the_first_year_starts_there() -> None:
    level = [year(number, 80, 90 + number - 2010, 99, "no_centre", LEVEL) for number in (2010, 2011, 2012)]
    chart = draw_fan([year(2011, 0, 1, 2), year(2012, 1, 3, 5), *level])
    mean = next(line for line in chart.figure.axes[1].lines if line.get_color() == fan.MEAN)
    assert np.asarray(mean.get_xydata()).tolist() == [[2010, 90], [2011, 91], [2012, 92]]


def test_scenarios_share_an_axis_and_the_level_has_its_own() -> None:
    years = [year(2012, 1, 3, 5, "centre_6m"), year(2012, 2, 20, 50), year(2012, 900, 1000, 1100, "no_centre", LEVEL)]
    first, second, level = (axes.get_ylim() for axes in draw_fan(years).figure.axes[:3])
    assert first == second
    assert level[1] > 1000 > first[1]


def test_the_funded_period_reaches_from_its_first_to_its_last_month() -> None:
    chart = draw_fan([year(number, 0, 1, 2, "centre_6m") for number in range(2011, 2017)])
    (span,) = bars(chart, 0)
    assert (span.get_x(), span.get_x() + span.get_width()) == (2010, 2014)  # the ends of those years


@pytest.mark.parametrize("language", LANGUAGES)
def test_captions_and_alternatives_say_how_many_runs_and_what_is_seen(language: str) -> None:
    texts = load(language)
    charts = [draw_parts(parts(), texts), draw_fan([year(2024, 1, 2, 3)], texts)]
    assert all("2011" in charts[0].caption and chart.alt and chart.title for chart in charts)
    assert "7 of 9" in charts[0].caption and "50 of 50" in charts[1].caption
    assert texts.number(12.0) in charts[0].alt and texts.number(2.0) in charts[1].alt


def test_every_word_lies_inside_the_figure() -> None:
    long = "a scenario with a name of more words than anybody needs"
    fan = [year(n, 0, 1e3, 2e3, name) for name in ("centre_6m", "centre_12m") for n in (2011, 2024)]
    chart_a = draw_parts([one._replace(scenario=long) for one in parts()] + parts(), load("da"))
    for chart in (chart_a, draw_fan(fan, load("da"))):
        with applied():
            chart.figure.draw_without_rendering()
            whole = chart.figure.bbox
            inside = chart.figure.get_tightbbox().transformed(chart.figure.dpi_scale_trans)
        assert whole.x0 <= inside.x0 and inside.x1 <= whole.x1
        assert whole.y0 <= inside.y0 and inside.y1 <= whole.y1


def test_headings_do_not_run_into_each_other() -> None:
    chart = draw_parts(parts() + parts(year=2024), load("da"))
    with applied():
        chart.figure.draw_without_rendering()
        boxes = [heading(axes).get_window_extent() for axes in chart.figure.axes]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_colours_stand_out_from_white_and_classes_differ_without_colour() -> None:
    fills = additionality.FILLS
    assert set(fills) == {*CLASSES, NAMED, OTHER}
    assert all(contrast(fill.colour, "white") >= 4.5 for fill in fills.values())  # white numbers stand on them
    alike = [pair for pair in combinations(fills.values(), 2) if pair[0].hatch == pair[1].hatch]
    assert all(contrast(one.colour, other.colour) >= 2 for one, other in alike)
    marks = (fan.OUTER, fan.INNER, fan.MEAN, fan.FUNDED_EDGE)
    assert all(contrast(mark, "white") >= 3 for mark in marks)
    assert contrast(fan.INNER, fan.MEAN) >= 3


def test_marks_of_every_other_chart_stand_out_from_white_and_differ_without_colour() -> None:
    looks = [*funnel.LOOKS.values()]
    assert all(contrast(look.face if look.face != "white" else look.edge, "white") >= 3 for look in looks)
    assert len({look.hatch for look in looks}) == len(looks)
    kinds = [*exchange_map.LOOKS.values()]
    assert all(contrast(look.colour, "white") >= 3 for look in kinds)
    assert len({look.line for look in kinds}) == len({look.hatch for look in kinds}) == len(kinds)
    assert contrast(exchange_map.EMPTY, "white") >= 3
    assert all(contrast(colour, "white") >= 3 for colour in (forest.RANGE, forest.ERROR, forest.MEAN))
    assert contrast(forest.ERROR, forest.MEAN) >= 2  # and a white edge between them
    marks = (sensitivity.POINT, sensitivity.LINE, sensitivity.ENDS)
    assert all(contrast(mark, "white") >= 3 for mark in marks)


def test_a_dollar_in_a_name_stays_a_dollar() -> None:
    assert "a$b$c" in draw_fan([year(2024, 1, 2, 3, "a$b$c")]).title
    with applied():
        draw_fan([year(2024, 1, 2, 3, "a$b$c")]).figure.draw_without_rendering()


def test_the_users_own_settings_of_matplotlib_change_nothing() -> None:
    before = draw_fan([year(2024, 1, 2, 3)]).figure.axes[0].title.get_fontsize()
    with matplotlib.rc_context({"axes.titlesize": 40, "font.size": 30}):
        assert draw_fan([year(2024, 1, 2, 3)]).figure.axes[0].title.get_fontsize() == before


def test_drawing_needs_no_pyplot() -> None:
    program = "import sys, analysis.summary; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_without_paired_runs_a_chart_says_what_it_needs() -> None:
    with pytest.raises(ValueError, match="needs a scenario that differs from its twin"):
        draw_parts([])
    with pytest.raises(ValueError, match="needs a scenario that differs from its twin"):
        draw_fan([year(2024, 1, 2, 3, "no_centre", LEVEL)])


def test_lines_are_about_equally_long_and_no_word_is_broken() -> None:
    assert balanced("12 m DKK, 3 municipalities", 20) == "12 m DKK, 3\nmunicipalities"
    assert balanced("Centre, 6 m DKK", 20) == "Centre, 6 m DKK"
    assert balanced("full-time jobs", 10) == "full-time\njobs"
    whole = balanced("by 2024 about 7.7 ± 4.1 full-time jobs are retained", 20)
    assert any("7.7\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}4.1" in line for line in whole.split("\n"))
