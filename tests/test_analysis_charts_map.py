"""The map: what is in operation between which municipalities, and names that can be read."""

from itertools import combinations
from pathlib import Path

import pytest
from made_up_folder import write_folder
from matplotlib.patches import Circle, Wedge
from report_folder import about

from analysis.charts import exchange_map
from analysis.charts.ground import Box, Ground, beside
from analysis.charts.map_panel import panel_of
from analysis.charts.style import Chart, applied
from analysis.reading.connections import POOLED, Connection, connections, more_operating
from analysis.reading.estimate import estimate
from analysis.reading.results import open_results
from analysis.reading.sides import NOT_SHOWN, RUN, TWIN, Place
from model.shipped import data_folder
from model.world.geography import load_municipalities

TWO = {"no_centre": "", "centre_12m": "no_centre"}
PLACES = (Place("326", "Kalundborg", 55.68, 11.09, 1), Place("316", "Holbæk", 55.72, 11.71, 0))
REGION = tuple(Place(one.code, one.name, one.lat, one.lon, 0) for one in load_municipalities(data_folder("data")).values())
SOME = estimate([2.9, 3.0, 3.1])


def case(to: str = "316", unit: str = "t", started: str = "2012-01", ended: str | None = None, **changes: object) -> dict:
    return {
        "scenario": "centre_12m", "replicate": 0, "supplier": "a", "receiver": "b", "supplier_municipality": "326",
        "receiver_municipality": to, "mode": "truck", "unit": unit, "started": started, "ended": ended,
    } | changes  # fmt: skip


CASES = [
    case(), case(replicate=1), case(unit="m3"), case("326"), case("outside"), case(ended="2014-12"), case(ended="2015-01"),
    case(started="2015-01"), case(mode="pooled"), case(private=1), case(scenario="no_centre", unit="MWh"),
]  # fmt: skip


def operating(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
    """What the made-up cases add up to at the end of 2014, with the exchange of a named firm among them."""
    numbers = {("centre_12m", 0): 6, ("centre_12m", 1): 1, ("no_centre", 0): 1}
    at_home = place == "326" and year == 2014
    return at_home * {"operating": numbers.get((scenario, replicate), 0), "pool_members": 1}.get(name, 0)


@pytest.fixture
def rows(tmp_path: Path) -> list[Connection]:
    with open_results(write_folder(tmp_path, TWO, 2, (2014,), operating, lambda *_: {}, CASES)) as results:
        assert more_operating(results, "centre_12m", 2014).mean == 3.0
        return connections(results, "centre_12m", [2014])


def numbers(rows: list[Connection], side: str = RUN) -> dict[tuple[str, str, str], float]:
    return {(row.supplier, row.receiver, row.kind): row.exchanges for row in rows if row.side == side}


def test_exchanges_in_operation_on_31_december_are_counted_by_kind_as_means_over_runs(rows: list[Connection]) -> None:
    found = numbers(rows)
    assert found["326", "316", "material"] == 1.5  # two of one run that go on into 2015, and one of the other
    assert found["326", "316", "water"] == 0.5
    assert found["326", "326", "material"] == 0.5
    assert numbers(rows, TWIN)["326", "316", "energy"] == 0.5


def test_exchanges_of_named_firms_are_the_rest_of_what_operates(rows: list[Connection]) -> None:
    assert numbers(rows)["326", "", NOT_SHOWN] == 0.5
    assert not any(kind == NOT_SHOWN for *_, kind in numbers(rows, TWIN))
    told = [row for row in rows if row.side == RUN]
    panel = panel_of(told)
    assert panel.drawn[1] + panel.outside + sum(panel.named.values()) == 3.5  # what is in operation, 7 in two runs


def test_a_named_firm_outside_is_counted_once() -> None:
    about = (RUN, "centre_12m", 2014, "outside")
    panel = panel_of([Connection(*about, "", NOT_SHOWN, 2, 1.0), Connection(*about, "326", "material", 2, 2.0)])
    assert (panel.outside, sum(panel.named.values()), panel.drawn[1]) == (2.0, 1.0, 0)


def test_members_of_pooled_rounds_and_firms_outside_stand_apart(rows: list[Connection]) -> None:
    assert numbers(rows)["326", "", POOLED] == 1.0
    chart = exchange_map.draw(rows, PLACES, SOME, 2014, about())
    assert any("Firms outside 0.5 · shared rounds 1.0" in text.get_text() for text in chart.figure.axes[0].texts)


def test_a_line_is_as_wide_as_there_are_exchanges_and_kinds_stand_beside_each_other(rows: list[Connection]) -> None:
    panel = exchange_map.draw(rows, PLACES, SOME, 2014, about()).figure.axes[0]
    lines = {line.get_color(): line for line in panel.lines if line.get_zorder() == 2}
    material, water = (lines[exchange_map.LOOKS[kind].colour] for kind in ("material", "water"))
    assert material.get_linewidth() == pytest.approx(3 * water.get_linewidth())
    assert material.get_linestyle() != water.get_linestyle()
    assert list(material.get_ydata()) != list(water.get_ydata())


def test_a_circles_area_is_the_number_within_and_a_ring_the_number_of_named_firms(rows: list[Connection]) -> None:
    panel = exchange_map.draw(rows, PLACES, SOME, 2014, about()).figure.axes[0]
    (wedge,) = [patch for patch in panel.patches if isinstance(patch, Wedge)]
    (ring,) = [patch for patch in panel.patches if isinstance(patch, Circle) and not patch.get_fill()]
    assert wedge.r == pytest.approx(ring.get_radius())  # half an exchange each


def test_the_title_states_the_difference_where_it_can_be_told(rows: list[Connection]) -> None:
    assert "3.0 more exchanges" in exchange_map.draw(rows, PLACES, SOME, 2014, about()).title
    assert "the runs cannot tell" in exchange_map.draw(rows, PLACES, estimate([-6.0, 12.0]), 2014, about()).title
    fewer = exchange_map.draw(rows, PLACES, estimate([-3.1, -2.9, -3.0]), 2014, about("da"))
    assert "omkring 3,0 færre symbioser" in fewer.title


def dense() -> list[Connection]:
    codes = [place.code for place in REGION]
    between = [(one, other) for one, other in combinations(codes, 2) if (int(one) + int(other)) % 3 == 0]
    about = [(side, name, year) for year in (2011, 2014, 2020) for side, name in ((RUN, "centre_12m"), (TWIN, "no_centre"))]
    rows = [Connection(*one, a, b, "material", 10, 0.4) for one in about for a, b in between]
    return rows + [Connection(*one, code, code, "material", 10, int(code) % 7) for one in about for code in codes]


def drawn(language: str) -> Chart:
    return exchange_map.draw(dense(), REGION, SOME, 2014, about(language))


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_names_of_seventeen_municipalities_do_not_overlap_and_lie_on_the_map(language: str) -> None:
    figure = drawn(language).figure
    names = {place.name for place in REGION}
    with applied():
        figure.draw_without_rendering()
        for axes in figure.axes:
            boxes = [text.get_window_extent() for text in axes.texts if text.get_text() in names]
            assert len(boxes) == 17
            assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
            assert all(axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1 for box in boxes)
            assert min(text.get_fontsize() for text in axes.texts) >= 7


def test_the_map_is_true_to_scale() -> None:
    ground = Ground.of(REGION, 3)
    axes = drawn("en").figure.axes[0]
    with applied():
        axes.figure.draw_without_rendering()
    west, south, east, north = ground.bounds
    assert axes.bbox.width / (east - west) == pytest.approx(axes.bbox.height / (north - south), rel=0.01)
    (x0, y0), (x1, y1) = ground.at["326"], ground.at["316"]
    assert ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 == pytest.approx(39, abs=1.0)  # Kalundborg to Holbæk, in km


def test_one_municipality_alone_has_a_map() -> None:
    rows = [Connection(side, "s", 2011, "326", "326", "material", 1, 1.0) for side in (RUN, TWIN)]
    chart = exchange_map.draw(rows, PLACES[:1], estimate([0.0]), 2011, about())
    assert {text.get_text() for axes in chart.figure.axes for text in axes.texts} >= {"Kalundborg"}


def test_a_name_gives_way_to_another_place() -> None:
    near = (Place("1", "Alpha", 55.0, 11.0, 0), Place("2", "Beta", 55.0, 11.2, 0), Place("3", "Gamma", 56.0, 11.6, 0))
    ground = Ground.of(near, 3)
    with applied():
        axes = exchange_map.draw(
            [Connection(side, "s", 2014, "1", "1", "material", 1, 1.0) for side in (RUN, TWIN)], near, SOME, 2014, about()
        ).figure.axes[0]
        (alpha, *_) = beside(axes, ground, {}, ())
    beta = ground.at["2"]
    assert not Box(alpha.x, alpha.y, alpha.x + ground.km(0.35), alpha.y + ground.km(0.1)).shared(
        Box(beta[0] - 1, beta[1] - 1, beta[0] + 1, beta[1] + 1)
    )


def test_without_places_the_map_says_what_it_needs(rows: list[Connection]) -> None:
    with pytest.raises(ValueError, match="needs their seats"):
        exchange_map.draw(rows, (), SOME, 2014, about())
