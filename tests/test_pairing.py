"""A run against its twin, in numbers small enough to work by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.experiment.results import pairing
from model.experiment.results.pairing import Additionality, course
from model.months import month
from model.outcomes import (
    CAME_EARLIER,
    CAME_LATER,
    CLASSES,
    CROWDED_OUT,
    NAMED,
    NAMES,
    NEVER_OPERATED,
    OTHER,
    OUTSIDE,
    PARTS,
    WOULD_HAVE_COME_ANYWAY,
    WOULD_NOT_HAVE_COME,
)
from model.record import CaseRecord, RunResult
from tests.made_up import FIRMS, PLACES, YEARS, case, result

MAY = month(2011, 5)


def classes(run: RunResult, twin: RunResult) -> dict[tuple[str, str, str], tuple[str, int | None]]:
    """How each exchange stands: its class, and by how many months it came earlier."""
    found = pairing.classes(course(run), course(twin))
    kinds = [CLASSES[kind] for kind in found.kinds]
    return dict(zip(found.exchanges, zip(kinds, found.months_earlier.tolist(), strict=True), strict=True))


def additionality(run: RunResult, twin: RunResult) -> Additionality:
    ours, theirs = course(run), course(twin)
    return pairing.additionality(ours, theirs, pairing.classes(ours, theirs))


def by_class(values: np.ndarray, year: int) -> dict[str, float]:
    """What is not zero at the end of a year."""
    return {name: value for name, value in zip(PARTS, values[YEARS.index(year)].tolist(), strict=True) if value}


@pytest.mark.parametrize(
    ("start", "twin_start", "kind", "months_earlier"),
    [
        (MAY, None, WOULD_NOT_HAVE_COME, None),
        (MAY, MAY + 14, CAME_EARLIER, 14),
        (MAY, MAY, WOULD_HAVE_COME_ANYWAY, 0),
        (MAY + 3, MAY, CAME_LATER, -3),
        (None, MAY, CROWDED_OUT, None),
        (None, None, NEVER_OPERATED, None),
    ],
)
def test_class_of_an_exchange(start: int | None, twin_start: int | None, kind: str, months_earlier: int | None) -> None:
    found = classes(result([case(started=start)]), result([case(started=twin_start)]))
    assert found == {("a", "b", "x"): (kind, months_earlier)}


def test_a_case_opened_in_one_of_the_two_only_is_classed_all_the_same() -> None:
    run, twin = result([case("a", "b", started=MAY)]), result([case("b", "c", started=MAY), case("c", "a")])
    assert {exchange[:2]: kind for exchange, (kind, _) in classes(run, twin).items()} == {
        ("a", "b"): WOULD_NOT_HAVE_COME,
        ("b", "c"): CROWDED_OUT,
        ("c", "a"): NEVER_OPERATED,
    }


def test_of_several_episodes_the_first_start_counts() -> None:
    run = result([case(), case(started=MAY + 6), case(started=MAY)])
    twin = result([case(started=MAY + 2, ended=MAY + 4), case(started=MAY + 20)])
    assert classes(run, twin)["a", "b", "x"] == (CAME_EARLIER, 2)


def test_another_linkage_between_the_same_two_firms_is_another_exchange() -> None:
    found = classes(result([case(started=MAY, linkage="heat")]), result([case(started=MAY, linkage="water")]))
    assert [kind for kind, _ in found.values()] == [WOULD_NOT_HAVE_COME, CROWDED_OUT]


def test_exchanges_are_counted_while_they_operate_at_the_end_of_the_year() -> None:
    run = result([case("a", "b", started=month(2010, 12), ended=month(2012, 12)), case("b", "c", started=month(2012, 12))])
    twin = result([case("c", "a", started=MAY, ended=month(2012, 1))])
    counts = additionality(run, twin).exchanges
    assert by_class(counts, 2010) == {WOULD_NOT_HAVE_COME: 1}
    assert by_class(counts, 2011) == {WOULD_NOT_HAVE_COME: 1, CROWDED_OUT: 1}
    assert by_class(counts, 2012) == {WOULD_NOT_HAVE_COME: 1}


def test_members_of_pooled_rounds_and_suppliers_from_outside_are_not_counted_as_exchanges() -> None:
    run = result([case(started=MAY, mode="pooled"), case("outside-DK", "c", started=MAY, supplier_municipality=OUTSIDE)])
    parts = additionality(run, result([]))
    assert by_class(parts.exchanges, 2012) == {}
    assert by_class(parts.pool_members, 2012) == {WOULD_NOT_HAVE_COME: 1}


def test_savings_are_run_minus_twin_cumulated_over_the_recorded_years() -> None:
    run = result([case(started=MAY, savings=[(5, 5), (100, 20), (60, 10)]), case("b", "c", savings=[(0, 0), (-7, -3), (0, 0)])])
    twin = result([case(started=MAY + 6, savings=[(5, 5), (40, 10), (60, 10)])])
    savings = additionality(run, twin).savings_dkk
    assert by_class(savings, 2010) == {}
    assert by_class(savings, 2011) == {CAME_EARLIER: 70, NEVER_OPERATED: -10}
    assert by_class(savings, 2012) == {CAME_EARLIER: 70, NEVER_OPERATED: -10}


def test_exchanges_with_named_firms_are_one_sum_beside_the_classes_and_the_parts_add_up() -> None:
    """Were they in the classes, a class with one of them would tell its money by subtraction."""
    some = [
        case("a", "b", started=MAY, savings=[(0, 0), (30, 5), (0, 0)], private=1),
        case("c", "b", started=MAY, savings=[(0, 0), (7, 3), (0, 0)]),
    ]
    run, twin = (result(cases)._replace(municipalities=(*PLACES, NAMED)) for cases in (some, []))
    run, twin = (one._replace(outcomes=np.zeros((len(YEARS), len(PLACES) + 1, len(NAMES)))) for one in (run, twin))
    parts = additionality(run, twin)
    assert by_class(parts.savings_dkk, 2012) == {WOULD_NOT_HAVE_COME: 10, "named": 35}
    assert by_class(parts.exchanges, 2012) == {WOULD_NOT_HAVE_COME: 1, "named": 1}


def test_what_a_party_outside_the_region_saves_is_left_out() -> None:
    run = result([case("a", "outside-DK", started=MAY, receiver_municipality=OUTSIDE, savings=[(0, 0), (3, 900), (0, 0)])])
    assert by_class(additionality(run, result([])).savings_dkk, 2012) == {WOULD_NOT_HAVE_COME: 3}


def test_a_firms_jobs_are_split_over_its_exchanges_by_their_difference_in_savings() -> None:
    run = result(
        [
            case("a", "b", started=MAY, savings=[(0, 0), (30, 0), (0, 0)]),
            case("a", "c", savings=[(0, 0), (0, 0), (10, 0)]),
        ]
    )
    twin = result([case("a", "c", started=MAY)], jobs_lost=[(0, 0, 0, 0), (8, 0, 0, 0), (8, 0, 0, 0)])
    jobs = additionality(run, twin).jobs_retained_fte
    assert by_class(jobs, 2011) == {WOULD_NOT_HAVE_COME: 8}  # all of the savings so far
    assert by_class(jobs, 2012) == {WOULD_NOT_HAVE_COME: 6, CROWDED_OUT: 2}  # 30 : 10


def test_jobs_of_a_firm_whose_exchanges_pull_both_ways_or_not_at_all_are_other() -> None:
    run = result(
        [
            case("a", "b", started=MAY, savings=[(0, 0), (30, 0), (0, 0)]),
            case("a", "c", savings=[(0, 0), (-10, 0), (0, 0)]),
        ]
    )
    twin = result([], jobs_lost=[(0, 0, 0, 0), (8, 0, 0.5, 0), (8, 0, 0.5, 0)])
    assert by_class(additionality(run, twin).jobs_retained_fte, 2012) == {OTHER: 8.5}


def test_a_run_against_itself_differs_in_nothing() -> None:
    run = result([case(started=MAY, savings=[(0.1, 0.2), (0.3, 0.7), (1 / 3, 9)]), case(savings=[(0.1, 1), (0, 0), (0, 0)])])
    parts = additionality(run, run)
    assert not parts.savings_dkk.any()
    assert not parts.jobs_retained_fte.any()
    assert by_class(parts.exchanges, 2012) == {WOULD_HAVE_COME_ANYWAY: 1}


def test_runs_of_different_regions_are_no_pair() -> None:
    with pytest.raises(ValueError, match="not a pair"):
        additionality(result([]), result([])._replace(firms=("a",), jobs_lost_by_firm=np.zeros((3, 1))))


amounts = st.integers(-1_000_000, 1_000_000).map(float)
starts = st.one_of(st.none(), st.integers(month(2010, 1), month(2012, 12)))
some_cases = st.lists(
    st.builds(
        case,
        supplier=st.sampled_from(FIRMS),
        receiver=st.sampled_from(FIRMS),
        started=starts,
        savings=st.lists(st.tuples(amounts, amounts), min_size=3, max_size=3),
        receiver_municipality=st.sampled_from(["326", OUTSIDE]),
    ),
    max_size=12,
)
jobs = st.lists(st.lists(st.floats(0, 50), min_size=4, max_size=4), min_size=3, max_size=3)


def region_savings(cases: list[CaseRecord]) -> float:
    """Both sides' savings, firms of the region only."""
    ours = [one.savings_by_year_dkk[:, 0].sum() for one in cases]
    theirs = [one.savings_by_year_dkk[:, 1].sum() for one in cases if one.receiver_municipality != OUTSIDE]
    return sum(ours) + sum(theirs)


@given(some_cases, some_cases, jobs, jobs)
def test_the_classes_add_up_to_the_whole_difference(ours: list, theirs: list, lost: list, lost_in_twin: list) -> None:
    parts = additionality(result(ours, lost), result(theirs, lost_in_twin))
    assert parts.savings_dkk[-1].sum() == pytest.approx(region_savings(ours) - region_savings(theirs), abs=1e-6)
    retained = np.sum(lost_in_twin[-1]) - np.sum(lost[-1])
    assert parts.jobs_retained_fte[-1].sum() == pytest.approx(retained, abs=1e-6)


@given(some_cases, some_cases)
def test_every_exchange_that_operates_in_the_run_is_in_one_class_and_none_never_operated(ours: list, theirs: list) -> None:
    counts = additionality(result(ours), result(theirs)).exchanges
    assert counts[-1].sum() - by_class(counts, 2012).get(CROWDED_OUT, 0) == sum(one.started >= 0 for one in ours)
    assert NEVER_OPERATED not in by_class(counts, 2012)
