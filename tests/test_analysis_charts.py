"""Charts say what their tables hold, in colours and hatches that can be told apart."""

import math
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from analysis.charts import additionality, exchange_map, fan, forest, funnel, sensitivity
from analysis.charts.style import Chart, applied, balanced
from analysis.tables import DIFFERENCE, LEVEL, ClassMean, FanYear
from analysis.texts import LANGUAGES, Texts, load
from model.outcomes import CLASSES, OTHER

ROOT = Path(__file__).parents[1]
ENGLISH = load("en")
NAMES = {
    "centre_12m": "Centre, 12 m DKK",
    "centre_6m": "Centre, 6 m DKK",
    "no_centre": "Without a centre",
    "a$b$c": "a$b$c",
}
FUNDED = {"centre_6m": ("2011-01", "2014-12")}


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
    return FanYear(scenario, kind, number, 50, mean, mean, *inner, low, high, "range_90", error)


def draw_fan(years: list[FanYear], texts: Texts = ENGLISH) -> Chart:
    return fan.draw(fan.SAVINGS, years, fan.Panels(NAMES, FUNDED), "50 of 50", texts)


def bars(chart: Chart, panel: int) -> list[Rectangle]:
    return [patch for patch in chart.figure.axes[panel].patches if isinstance(patch, Rectangle)]


def heading(axes: Axes) -> Text:
    return next(
        text for text in axes.findobj(Text) if text.get_text() and text.get_text() == axes.get_title(loc="left")
    )


def words(chart: Chart) -> list[str]:
    axes = [text.get_text() for one in chart.figure.axes for text in (*one.texts, one.title, one.xaxis.label)]
    return axes + [text.get_text() for text in chart.figure.texts]


def test_crowded_out_exchanges_stand_below_zero_and_the_others_above() -> None:
    chart = additionality.draw(parts(), 2011, "10 of 10", ENGLISH)
    assert sorted(bar.get_width() for bar in bars(chart, 0)) == [-2.5, 1, 3, 12, 16]
    assert [bar.get_x() for bar in bars(chart, 0) if bar.get_width() < 0] == [0]


def test_savings_by_class_add_up_to_the_sum_written_beside_the_bar() -> None:
    chart = additionality.draw(parts(), 2011, "10 of 10", ENGLISH)
    assert sum(bar.get_width() for bar in bars(chart, 1)) == pytest.approx(8.8)
    assert any("Sum 8.8" in word for word in words(chart))


def test_the_title_of_additionality_states_the_finding() -> None:
    assert "12.0 of 32.0 exchanges at the end of 2014" in additionality.draw(parts(), 2011, "10 of 10", ENGLISH).title
    nothing = [one._replace(exchanges=0.0, savings_mdkk=0.0) for one in parts()]
    assert "no exchange in operation" in additionality.draw(nothing, 2011, "10 of 10", ENGLISH).title


def test_a_title_speaks_of_the_scenario_nearest_the_real_centre() -> None:
    chart = additionality.draw(parts("centre_6m") + parts("centre_12m"), 2011, "10 of 10", ENGLISH)
    assert chart.title.startswith("centre 12m")


@pytest.mark.parametrize(
    ("low", "mean", "high", "said"),
    [
        (1, 2, 3, "2.0 m DKK more saved"),
        (-3, -2, -1, "2.0 m DKK less saved"),
        (-1, 2, 3, "2.0 m DKK more saved by the end of 2024 than without it (middle 90 %: -1.0 to 3.0)"),
        (0, 0, 0, "no difference in savings"),
    ],
)
def test_the_title_of_the_fan_states_the_mean_and_the_range_beside_it(
    low: float, mean: float, high: float, said: str
) -> None:
    assert said in draw_fan([year(2024, low, mean, high)]).title


@pytest.mark.parametrize("error", [2.1, math.nan])
def test_a_title_claims_nothing_the_calculation_error_could_undo(error: float) -> None:
    assert "too few runs" in draw_fan([year(2024, 1, 2, 3, error=error)]).title


def test_the_fan_starts_from_nothing_and_ends_with_the_last_year() -> None:
    chart = draw_fan([year(2011, 0, 1, 2), year(2012, 1, 3, 5), year(2012, 90, 100, 110, "no_centre", LEVEL)])
    median = chart.figure.axes[0].lines[0]
    assert np.asarray(median.get_xydata()).tolist() == [[2010, 0], [2011, 1], [2012, 3]]


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
    charts = [additionality.draw(parts(), 2011, "7 of 9", texts), draw_fan([year(2024, 1, 2, 3)], texts)]
    assert all("2011" in charts[0].caption and chart.alt and chart.title for chart in charts)
    assert "7 of 9" in charts[0].caption and "50 of 50" in charts[1].caption
    assert texts.number(12.0) in charts[0].alt and texts.number(2.0) in charts[1].alt


def test_every_word_lies_inside_the_figure() -> None:
    long = "a scenario with a name of more words than anybody needs"
    fan = [year(n, 0, 1e3, 2e3, name) for name in ("centre_6m", "centre_12m") for n in (2011, 2024)]
    chart_a = additionality.draw(
        [one._replace(scenario=long) for one in parts()] + parts(), 2011, "10 of 10", load("da")
    )
    for chart in (chart_a, draw_fan(fan, load("da"))):
        with applied():
            chart.figure.draw_without_rendering()
            whole = chart.figure.bbox
            inside = chart.figure.get_tightbbox().transformed(chart.figure.dpi_scale_trans)
        assert whole.x0 <= inside.x0 and inside.x1 <= whole.x1
        assert whole.y0 <= inside.y0 and inside.y1 <= whole.y1


def test_headings_do_not_run_into_each_other() -> None:
    chart = additionality.draw(parts() + parts(year=2024), 2011, "10 of 10", load("da"))
    with applied():
        chart.figure.draw_without_rendering()
        boxes = [heading(axes).get_window_extent() for axes in chart.figure.axes]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_colours_stand_out_from_white_and_classes_differ_without_colour() -> None:
    fills = additionality.FILLS
    assert set(fills) == {*CLASSES, OTHER}
    assert all(contrast(fill.colour, "white") >= 4.5 for fill in fills.values())  # white numbers stand on them
    alike = [pair for pair in combinations(fills.values(), 2) if pair[0].hatch == pair[1].hatch]
    assert all(contrast(one.colour, other.colour) >= 2 for one, other in alike)
    marks = (fan.OUTER, fan.INNER, fan.MEDIAN, fan.FUNDED_EDGE)
    assert all(contrast(mark, "white") >= 3 for mark in marks)
    assert contrast(fan.INNER, fan.MEDIAN) >= 3


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
    marks = (sensitivity.POINT, sensitivity.LINE, sensitivity.BAND, sensitivity.ENDS)
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
        additionality.draw([], 2011, "0 of 0", ENGLISH)
    with pytest.raises(ValueError, match="needs a scenario that differs from its twin"):
        draw_fan([year(2024, 1, 2, 3, "no_centre", LEVEL)])


def test_lines_are_about_equally_long_and_no_word_is_broken() -> None:
    assert balanced("12 m DKK, 3 municipalities", 20) == "12 m DKK, 3\nmunicipalities"
    assert balanced("Centre, 6 m DKK", 20) == "Centre, 6 m DKK"
    assert balanced("full-time jobs", 10) == "full-time\njobs"
