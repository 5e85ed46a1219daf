"""The funnel: every case that comes to a step goes on, ends for a cause, is still open, or is not shown."""

from pathlib import Path

import pytest
from made_up_folder import write_folder
from report_folder import about

from analysis.charts import funnel as chart
from analysis.reading.estimate import Estimate, estimate
from analysis.reading.funnel import MEMBERS, STAGES, TWO_FIRMS, FunnelRow, built, funnel
from analysis.reading.results import open_results
from analysis.reading.sides import GOING_ON, NOT_SHOWN, RUN, TWIN
from model.outcomes import NAMES

TWO = {"no_centre": "", "centre_12m": "no_centre"}
MONTHS = {"opened": "2011-03", "assessed": "2011-05", "matched": "2011-07", "started": "2011-09"}
CENTRE = "centre_12m"


def case(reached: str, scenario: str = CENTRE, replicate: int = 0, cause: str | None = None, **changes: object) -> dict:
    """A case that came as far as `reached`, and, where there is a cause, ended in 2012."""
    stages = dict(zip(STAGES, MONTHS, strict=True))
    months = {stages[stage]: MONTHS[stages[stage]] for stage in STAGES[: STAGES.index(reached) + 1]}
    firms = {"supplier": "a", "receiver": "b", "mode": "truck"}
    end = {"ended": "2012-02", "end_cause": cause} if cause else {}
    return {"scenario": scenario, "replicate": replicate, **firms, **months, **end, **changes}


CASES = [
    *[case("opened", cause="not_viable") for _ in range(3)],
    case("opened"),
    case("assessed", cause="no_agreement"),
    case("matched", cause="permit"),
    case("matched", private=1),
    *[case("built", replicate=1) for _ in range(2)],
    case("built", replicate=1, private=1),
    case("built", cause="price"),
    case("built", opened="2010-12"),  # opened before the years that count
    case("built", "no_centre"),
]


def steady(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
    return {"contacted": 20.0, "screened": 8.0}.get(name, 0.0) * (scenario == CENTRE) * (place == "326") * (year >= 2011)


def read(folder: Path, cases: list[dict] = CASES) -> tuple[list[FunnelRow], Estimate]:
    assert "contacted" in NAMES
    with open_results(write_folder(folder, TWO, 2, (2010, 2011, 2012), steady, lambda *_: {}, cases)) as results:
        return funnel(results, CENTRE), built(results, CENTRE)


def means(rows: list[FunnelRow], side: str = RUN, kind: str = TWO_FIRMS) -> dict[tuple[str, str], float]:
    return {(row.step, row.cause): row.mean for row in rows if (row.side, row.kind) == (side, kind)}


def test_numbers_are_means_over_paired_runs(tmp_path: Path) -> None:
    found = means(read(tmp_path)[0])
    assert [found[step, ""] for step in STAGES] == [5.5, 3.5, 3.0, 2.0]
    assert found["contacted", ""] == 40 and found["screened", ""] == 16  # two years of 20 and of 8
    assert found["surviving", ""] == 1.0
    assert means(read(tmp_path)[0], TWIN)["built", ""] == 0.5


def test_every_case_that_comes_to_a_step_is_accounted_for(tmp_path: Path) -> None:
    rows, _ = read(tmp_path)
    for side in (RUN, TWIN):
        found = means(rows, side)
        for step, after in zip(STAGES, [*STAGES[1:], "surviving"], strict=True):
            causes = sum(mean for (one, cause), mean in found.items() if one == step and cause)
            assert found[step, ""] == pytest.approx(found[after, ""] + causes), (side, step)


def test_the_end_of_a_named_firms_case_is_not_shown_and_not_taken_for_survival(tmp_path: Path) -> None:
    found = means(read(tmp_path)[0])
    assert found["built", NOT_SHOWN] == found["matched", NOT_SHOWN] == 0.5
    assert found["opened", GOING_ON] == 0.5
    assert ("matched", GOING_ON) not in found


def test_only_cases_opened_in_the_years_that_count_are_followed(tmp_path: Path) -> None:
    before = [case("built", opened="2010-12") for _ in range(9)]
    assert means(read(tmp_path / "a")[0]) == means(read(tmp_path / "b", CASES + before)[0])


def test_members_of_shared_rounds_are_counted_apart_and_not_drawn(tmp_path: Path) -> None:
    rows, more = read(tmp_path, [*CASES, *[case("built", mode="pooled") for _ in range(4)]])
    assert means(rows) == means(read(tmp_path / "without")[0])
    assert means(rows, kind=MEMBERS)["built", ""] == 2.0 and ("contacted", "") not in means(rows, kind=MEMBERS)
    drawn = chart.draw(rows, more, about())
    assert more.mean == pytest.approx(1.5) and "of which 2.0 came into operation, and 0.0 without policy" in drawn.caption
    assert max(bar.get_width() for bar in drawn.figure.axes[0].patches) == 40


def test_the_title_compares_numbers_and_says_when_they_cannot_be_told_apart(tmp_path: Path) -> None:
    rows, more = read(tmp_path)
    assert more.mean == pytest.approx(1.5)  # 1 - 1 and 3 - 0
    title = chart.draw(rows, more, about()).title
    assert "2.0 come into operation on average and 0.5 without a centre; the runs cannot tell them apart" in title
    told = chart.draw(rows, estimate([1.4, 1.5, 1.6]), about()).title
    assert "2.0 come into operation on average according to the model, 1.5 more than the 0.5 without a centre" in told


def test_both_panels_have_a_bar_for_every_step_and_cause_on_one_scale(tmp_path: Path) -> None:
    rows, more = read(tmp_path)
    run, twin = chart.draw(rows, more, about("da")).figure.axes
    assert run.get_xlim() == twin.get_xlim()
    assert [round(bar.get_y(), 6) for bar in run.patches] == [round(bar.get_y(), 6) for bar in twin.patches]
    labels = [label.get_text() for label in run.get_yticklabels()]
    assert labels[:3] == ["Kontaktet (henvendelser)", "Screenet (virksomheder)", "Mulige samarbejder"]
    widths = dict(zip(labels, [bar.get_width() for bar in run.patches], strict=True))
    assert widths["Mulige samarbejder"] == 5.5 and widths["prisen"] == 0.5


def test_the_caption_says_how_many_runs(tmp_path: Path) -> None:
    rows, more = read(tmp_path)
    for language in ("da", "en"):
        assert "7 af 9" in chart.draw(rows, more, about(language, "7 af 9")).caption
