"""Every number of the first sheet, worked out again from the Parquet files in ways of its own, and found in the page."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from made_up_folder import CENTRES, write_folder
from report_folder import CENTRE, INPUTS, PLACES, SENSITIVITY, Page, given, report_folder

from analysis import summary
from analysis.reading.estimate import estimate
from analysis.reading.results import open_results
from analysis.report.answers import answers
from analysis.report.certainty import best, sure
from analysis.report.conclusions import findings
from analysis.report.evidence import Evidence
from analysis.report.findings import Answers
from analysis.report.timing import stop, when
from analysis.report.words import Words
from analysis.summary import summarise
from analysis.texts import load
from model.experiment.results.intervals import half_width
from model.outcomes import OUTSIDE

TWO = {"no_centre": "", "centre_12m": "no_centre"}
SCREENED = "variable = 'screened' AND year BETWEEN 2011 AND 2014"
SAVED = "variable IN ('savings_supplier', 'savings_receiver')"


@pytest.fixture(autouse=True)
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "draw", lambda results, texts: [])


def asked(folder: Path) -> Answers:
    with open_results(folder) as results:
        return answers(Evidence(results, folder))


def said(folder: Path, lang: str = "en") -> list[str]:
    with open_results(folder) as results:
        evidence = Evidence(results, folder)
        return findings(answers(evidence), Words(evidence, load(lang)))


def replies(folder: Path) -> dict[str, str]:
    """The six questions of a page with their answers, as a reader sees them."""
    summarise(folder, "en")
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    lines = [(tag, data) for tag, data in page.words if tag in ("dt", "dd")]
    return {question: reply for (_, question), (_, reply) in zip(lines[::2], lines[1::2], strict=True)}


def sums(folder: Path, scenario: str, condition: str) -> list[float]:
    """The sum of outcomes in every replicate."""
    rows = f"'{folder}/outcomes.parquet' WHERE scenario = '{scenario}' AND {condition}"
    query = f"SELECT sum(value) FROM {rows} GROUP BY replicate ORDER BY replicate"
    return [value for (value,) in duckdb.sql(query).fetchall()]


def saved_by(folder: Path, year: int, scenario: str = "centre_12m") -> np.ndarray:
    """What firms of the region have saved more than in the twin, in m DKK, in every replicate."""
    condition = f"{SAVED} AND municipality = '326' AND year BETWEEN 2011 AND {year}"
    return np.array(differences(folder, condition, scenario)) / 1e6


def differences(folder: Path, condition: str, scenario: str = "centre_12m") -> list[float]:
    pairs = zip(sums(folder, scenario, condition), sums(folder, "no_centre", condition), strict=True)
    return [run - twin for run, twin in pairs]


def spread(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
    """Savings 0 at first, then more with a centre in some replicates and less in others; a fifth of them outside."""
    strength = {"no_centre": 0.0, "centre_12m": 1.0}.get(scenario, 2.0)
    gain = strength * (replicate - 2) * (year - 2010) * 1e5 if year > 2010 else 0.0
    here = {
        "savings_supplier": 3e6 + gain, "savings_receiver": 1e6 + 2 * gain, "operating": 10 + strength * replicate,
        "pool_members": 5 + strength * max(0, 2014 - year), "jobs_lost_weighted": 300 - 0.1 * gain / 1e5,
        "jobs_lost_realised": 30 - strength * (replicate == 3) * (year == 2020),
        "tax_forgone": 1e4 + strength * 2e5, "public_money": strength * 3e6 * (2011 <= year <= 2014),
        "screened": strength * (20 + replicate) * (2011 <= year <= 2014), "matched": 2 + strength * replicate,
    }.get(name, 0.0)  # fmt: skip
    return here / 5 if place == "outside" else here


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten pairs of a centre that is also handed over."""
    return report_folder(tmp_path_factory.mktemp("answers") / "r", value=spread)


def test_how_much_agrees_with_the_stored_outcomes_and_the_comparison(folder: Path) -> None:
    much = asked(folder).how_much
    summarise(folder, "en")
    with (folder / "comparison.csv").open(encoding="utf-8", newline="") as file:
        rows = {(r["measure"], int(r["year"])): r for r in csv.DictReader(file) if r["scenario"] == "centre_12m"}
    assert much.years == (2014, 2017, 2024)
    for key, one in much.figures.items():
        told = [float(rows[key][name]) for name in ("mean", "above", "below", "calculation_error")]
        assert [one.mean, one.above, one.below, one.error()] == pytest.approx(told, rel=1e-8)
    saved = saved_by(folder, 2024)
    figure = much.figures["savings", 2024]
    assert figure.mean == pytest.approx(saved.mean())
    assert (figure.above, figure.below) == ((saved > 0).sum(), (saved < 0).sum()) == (7, 2)
    jobs = much.figures["jobs_retained", 2024]  # one plant of one job, in one run of ten
    assert (jobs.above, jobs.below) == (1, 0)
    assert much.above_money == (saved > 14.4).sum()
    assert much.public_money and much.public_money.mean == pytest.approx(14.4)  # 12 m DKK and a fifth, here, outside


def test_the_page_says_how_much_with_the_same_figures(folder: Path) -> None:
    english, reply = load("en"), replies(folder)["How much?"]
    for year in (2014, 2017, 2024):
        saved = saved_by(folder, year)
        assert f"firms' savings {english.signed(saved.mean())} ± " in reply
        operating = differences(folder, f"variable = 'operating' AND municipality = '326' AND year = {year}")
        assert f"exchanges between two firms {english.signed(float(np.mean(operating)))} ± " in reply
    assert "Public money paid out: 14.4\N{NO-BREAK SPACE}m DKK." in reply and "in 7 of 10 runs" in reply


def test_half_of_the_savings_is_saved_by_the_first_year_whose_mean_is_half_the_last(folder: Path) -> None:
    found = asked(folder).when
    by_year = {year: saved_by(folder, year) for year in range(2011, 2025)}
    assert {year: one.mean for year, one in found.savings.items()} == pytest.approx({y: s.mean() for y, s in by_year.items()})
    assert found.half_by == next(year for year, saved in by_year.items() if saved.mean() >= by_year[2024].mean() / 2)


def test_savings_that_fall_back_are_not_above_from_their_first_rise(tmp_path: Path) -> None:
    def dips(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        gains = {2011: 2.0, 2012: -3.0, 2013: 2.5}
        return gains.get(year, 0.0) * (name == "savings_supplier" and scenario != "no_centre")

    write_folder(tmp_path, TWO, 3, range(2010, 2016), dips)
    assert "at the end of 2013 and of every year after it" in replies(tmp_path)["When?"]


def test_savings_that_are_above_in_most_runs_only_are_not_said_to_be_above(tmp_path: Path) -> None:
    def most(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        return (1.0 if replicate else -2.5) * (name == "savings_supplier" and scenario != "no_centre" and year == 2012)

    write_folder(tmp_path, TWO, 4, range(2010, 2014), most)
    assert "cannot be said that savings are above those without a centre at the end of 2013" in replies(tmp_path)["When?"]


def case(replicate: int, started: str | None, helped: int, kind: str = "would_have_come_anyway") -> dict[str, Any]:
    names = {"scenario": "centre_12m", "run": f"centre_12m-{replicate}", "replicate": replicate}
    return names | {"case": f"{started}{helped}", "started": started, "helped_months": helped, "class": kind}


def test_the_first_exchange_is_one_the_centre_helped(tmp_path: Path) -> None:
    cases = [case(0, "2011-02", 0), case(0, "2012-05", 3), case(0, "2012-09", 1), case(1, "2012-11", 2), case(2, None, 5)]
    write_folder(tmp_path, TWO, 3, cases=cases)
    found = asked(tmp_path).when
    assert (found.kind, found.first_starts) == ("helped", ("2012-05", "2012-11"))
    reply = replies(tmp_path)["When?"]
    assert "starts in May 2012 (the median; earliest May 2012, latest November 2012), in 2 of 3 runs" in reply


def test_of_another_measure_the_first_exchange_is_one_that_would_not_have_come(tmp_path: Path) -> None:
    cases = [case(0, "2011-02", 0), case(1, "2013-05", 0, "would_not_have_come")]
    report_folder(tmp_path, {"no_centre": given(None), "centre_12m": given(None)}, 2, scenarios=TWO, cases=cases)
    with open_results(tmp_path) as results:
        found = when(Evidence(results, tmp_path))
    assert (found.kind, found.first_starts) == ("additional", ("2013-05",))


def test_what_is_left_when_funding_ends_and_what_handing_over_changes(folder: Path) -> None:
    found = asked(folder).stop
    assert found and (found.ends, found.goes_on, found.years) == ("2014-12", False, (2014, 2024))
    members = differences(folder, "variable = 'pool_members' AND municipality = '326' AND year = 2024")
    assert found.figures["pool_members", 2024].mean == pytest.approx(np.mean(members))
    condition = "variable = 'operating' AND municipality = '326' AND year = 2024"
    over = np.subtract(sums(folder, "handed_over", condition), sums(folder, "centre_12m", condition))
    assert found.handed_over["operating"].mean == pytest.approx(over.mean()) == 4.5


def test_only_a_scenario_that_differs_in_nothing_else_is_the_handed_over_one(tmp_path: Path) -> None:
    longer = CENTRE | {"handed_over": True, "home": ["316"]}
    report_folder(tmp_path, INPUTS | {"handed_over": given(longer)}, 2)
    with open_results(tmp_path) as results:
        found = stop(Evidence(results, tmp_path))
    assert found and found.handed_over == {}


def test_support_without_a_centre_lasts_as_long_as_it_is_paid(tmp_path: Path) -> None:
    def paid(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        return 1.0 * (name == "public_money" and place == "outside" and scenario != "no_centre" and 2012 <= year <= 2013)

    inputs = {"no_centre": given(None), "centre_12m": given(None)}
    about = {"policies": {"centre_12m": ["2012-01", "2013-12"]}}
    report_folder(tmp_path, inputs, 2, scenarios=TWO, value=paid, reference=about)
    with open_results(tmp_path) as results:
        found = stop(Evidence(results, tmp_path))
    assert found and (found.ends, found.goes_on) == ("2013-12", False)


def test_who_gains_adds_up_to_all_savings_of_the_region(folder: Path) -> None:
    every = asked(folder)
    gains, saved = every.gains, every.how_much.figures["savings", 2024]
    assert gains.suppliers and gains.receivers and gains.home and gains.outside and gains.state
    assert gains.suppliers.mean + gains.receivers.mean == pytest.approx(saved.mean)
    assert sum(one.mean for one in gains.places.values()) == pytest.approx(saved.mean) == pytest.approx(gains.home.mean)
    assert gains.outside.mean == pytest.approx(saved.mean / 5)
    taxes = differences(folder, "variable = 'tax_forgone' AND year >= 2011")
    assert gains.state.mean == pytest.approx(-np.mean(taxes) / 1e6)


def test_jobs_are_held_against_the_drawn_sensitivity_by_rank(folder: Path) -> None:
    found = asked(folder).sure.with_sensitivity
    lost = differences(folder, "variable = 'jobs_lost_weighted' AND year = 2024")
    assert found and found.correlation == pytest.approx(1.0) and np.all(np.diff(lost) < 0)
    assert "sensitivity, the more jobs are retained (rank correlation +1.00" in replies(folder)["How sure?"]


def test_few_runs_are_not_held_against_the_drawn_sensitivity(tmp_path: Path) -> None:
    report_folder(tmp_path, replicates=9)
    with open_results(tmp_path) as results:
        found = sure(Evidence(results, tmp_path))
    assert found.with_sensitivity is None and found.varied
    assert "too few runs here to show how strongly" in replies(tmp_path)["How sure?"]


def test_plants_kept_and_lost_are_counted_by_run(tmp_path: Path) -> None:
    folder = report_folder(tmp_path, replicates=10)
    stored, changed = folder / "plants.parquet", tmp_path / "changed.parquet"
    kept = "(replicate IN (1, 4) AND year >= 2016)::BIGINT * 2 AS kept, (replicate IN (4, 5, 6))::BIGINT AS lost"
    duckdb.sql(f"COPY (SELECT * REPLACE ({kept}) FROM '{stored}') TO '{changed}' (FORMAT parquet)")
    stored.write_bytes(changed.read_bytes())
    found = asked(folder).sure.plants
    assert found == (2, 3, 10)
    assert "In 2 of 10 runs a plant is open at the end that would have closed, in 3 of 10" in replies(folder)["How sure?"]


def test_what_a_trifle_moves_is_what_nine_runs_of_ten_stay_below_and_the_most(tmp_path: Path) -> None:
    def moved(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        if name == "public_money" and place == "326" and year == 2011:
            return {"centre_12m": 12e6, "trifle": 12.05e6}.get(scenario, 0.0)
        by = {0: 40.0, 1: -7.0, 2: 0.5}.get(replicate, 0.1) * (scenario == "trifle")
        return 1e6 * by * (name == "savings_receiver" and place == "326" and year == 2011)

    scenarios = TWO | {"trifle": "no_centre"}
    folder = write_folder(tmp_path, scenarios, 40, (2011, 2012), moved, lambda *_: {}, reference={"trifle": "trifle"})
    assert asked(folder).sure.trifle == pytest.approx((0.1, 40.0, 50_000, 0.05 / 12))  # the fourth from the top of 40
    assert "50,000 DKK more of public money (0.4 %) shifts the savings of a single run" in replies(folder)["How sure?"]
    assert "by less than 0.1 m DKK in nine runs of ten, and by 40.0 at most" in replies(folder)["How sure?"]


def test_values_carried_on_beyond_their_last_date_are_named(tmp_path: Path) -> None:
    society = {"landfill_tax_dkk_per_t": {"2010-01": 475.0}, "demand": {"2009-01": 0.9, "2024-06": 1.0}}
    carried = given(CENTRE) | {"society": society, "horizon": {"end": "2024-12"}}
    folder = report_folder(tmp_path, {"no_centre": given(None), "centre_12m": carried}, 2, scenarios=TWO)
    reply = replies(folder)["What is assumed?"]
    assert "the landfill tax (from January 2010) and demand (from June 2024)" in reply


def test_how_much_is_assumed_is_what_the_provenance_says(folder: Path) -> None:
    assert asked(folder).assumed == ({"table_rows": (30, 40), "uncertain_numbers": (3, 4)}, (3.0, 25.0), {})
    reply = replies(folder)["What is assumed?"]
    assert "30 of 40 rows" in reply and "(75 %)" in reply and "drawn from 3 to 25" in reply


def test_a_fixed_sensitivity_is_not_said_to_vary(tmp_path: Path) -> None:
    fixed = given(CENTRE) | {"uncertainties": {"jobs": {"closure_sensitivity": SENSITIVITY | {"low": None, "high": None}}}}
    folder = report_folder(tmp_path, {"no_centre": given(None), "centre_12m": fixed}, 1, scenarios=TWO)
    duckdb.sql(f"COPY (SELECT * REPLACE (14.0 AS value) FROM '{folder}/draws.parquet') TO '{tmp_path}/one' (FORMAT parquet)")
    (tmp_path / "one").replace(folder / "draws.parquet")
    assert "does not vary it" in replies(folder)["How sure?"]


def test_the_best_scenario_is_the_highest_in_as_many_runs_as_are_counted(folder: Path) -> None:
    found = asked(folder).best
    one, other = (saved_by(folder, 2024, name) for name in ("handed_over", "centre_12m"))
    counts = {"centre_12m": (other > one).sum(), "handed_over": (one > other).sum()}
    assert found and (found.scenario, found.highest_in) == ("handed_over", counts)
    assert found.savings.mean == pytest.approx(one.mean())
    assert found.leads["centre_12m"].mean == pytest.approx((one - other).mean())


def saving(gains: dict[str, Sequence[float]]):
    """Savings of each scenario that differ from the twin by so much in each replicate, in m DKK."""

    def value(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        wanted = name == "savings_supplier" and scenario in gains and place == "326" and year == 2011
        return gains[scenario][replicate] * 1e6 * wanted if wanted else 0.0

    return value


def test_what_is_best_on_average_is_told_beside_what_is_best_most_often_and_from_whom_it_is_told_apart(tmp_path: Path) -> None:
    gains = {"often": [5.0] * 9 + [5.1], "mean": [4.0] * 9 + [60.0], "last": [-70.0] * 9 + [-14.0]}
    scenarios = {"no_centre": "", **dict.fromkeys(gains, "no_centre")}
    third = said(write_folder(tmp_path, scenarios, 10, (2011, 2012), saving(gains), lambda *_: {}))[2]
    assert "highest on average in “mean”: +9.6" in third
    assert "It comes out highest in 1 of 10 model runs, “often” in 9 of 10." in third
    assert "above 1 of the 2 others; between it and “often” the runs cannot settle which is best." in third


def test_a_best_scenario_is_said_to_be_above_all_others_or_none_as_the_runs_allow(tmp_path: Path) -> None:
    def third(name: str, **gains: Sequence[float]) -> str:
        scenarios = {"no_centre": "", **dict.fromkeys(gains, "no_centre")}
        return said(write_folder(tmp_path / name, scenarios, 5, (2011, 2012), saving(gains), lambda *_: {}))[2]

    apart = third("apart", one=[1.0, 1.1, 1.2, 1.3, 1.4], two=[3.0, 3.1, 3.2, 3.3, 3.4])
    assert "“two”" in apart and "above every other scenario" in apart and "highest in all 5 model runs." in apart
    assert "cannot settle whether it is above any other" in third("near", one=[1, 2, 3, 4, 5], two=[5, 4, 3, 2, 1.1])


def test_scenarios_of_another_world_are_not_compared(tmp_path: Path) -> None:
    scenarios = {"no_centre": "", "other": "", "centre_12m": "no_centre", "centre_24m": "other"}
    write_folder(tmp_path, scenarios, 2)
    with open_results(tmp_path) as results:
        assert best(Evidence(results, tmp_path)) is None


def test_runs_of_other_replicates_are_not_compared(tmp_path: Path) -> None:
    report_folder(tmp_path, replicates=4, lost=["centre_12m-1", "handed_over-2"])
    with open_results(tmp_path) as results:
        evidence = Evidence(results, tmp_path)
        found = stop(evidence)
        assert best(evidence) is None and found and found.handed_over == {}


# --- what may be said ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([0, 0, 0], "same"), ([5], "alone"), ([0], "alone"), ([1, 2, 3], "unclear"), ([2.0, 2.1, 2.2], "more"),
        ([-2.0, -2.1, -2.2], "less"), ([-9, 9, 1], "unclear"),
    ],
)  # fmt: skip
def test_a_verdict_says_no_more_than_the_calculation_error_allows(values: list[float], verdict: str) -> None:
    assert estimate(values).verdict() == verdict


def gaining(*gains: float):
    """Savings that differ from the twin by so much in each replicate, in m DKK."""

    def value(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        wanted = name == "savings_supplier" and scenario != "no_centre" and place == "326" and year == 2011
        return gains[replicate] * 1e6 * wanted

    return value


@pytest.mark.parametrize(
    ("gains", "part", "count"),
    [
        ((3.0, 3.1, 3.2), "about 3.1 ± 0.2 m DKK more than they", "in all 3 model runs, whatever was drawn"),
        ((-3.0, -3.1, -3.2), "about 3.1 ± 0.2 m DKK less than they", "in all 3 model runs, whatever was drawn"),
        ((-1.0, 1.0, 1.5), "The runs cannot tell", "+0.5 ± 3.3 m DKK"),
        ((0.0, 0.0, 0.0), "firms save the same", "in every model run"),
        ((4.0,), "saved +4.0 m DKK", "One run does not say how sure that is."),
    ],
)
def test_a_finding_counts_its_runs_and_does_not_overstate(
    tmp_path: Path, gains: tuple[float, ...], part: str, count: str
) -> None:
    first = said(write_folder(tmp_path, TWO, len(gains), (2011, 2012), gaining(*gains)))[0]
    assert part in first and count in first


def test_where_all_runs_agree_the_smallest_difference_of_any_is_told(tmp_path: Path) -> None:
    agreed = said(write_folder(tmp_path / "a", TWO, 4, (2011, 2012), gaining(3.0, 3.1, 0.25, 3.2)))[0]
    assert "The smallest difference of a single run is +0.25\N{NO-BREAK SPACE}m DKK." in agreed
    mixed = said(write_folder(tmp_path / "b", TWO, 12, (2011, 2012), gaining(-0.1, *[3.0] * 11)))[0]
    assert "in 11 of 12 model runs" in mixed and "smallest" not in mixed


def test_jobs_stand_beside_what_the_course_without_policy_loses(folder: Path) -> None:
    lost = sums(folder, "no_centre", "variable = 'jobs_lost_weighted' AND year = 2024")
    assert asked(folder).how_much.lost == pytest.approx(np.mean(lost)) and np.mean(lost) > 0
    assert f"closures take {load('en').number(np.mean(lost), 0)} jobs by 2024" in replies(folder)["How much?"]


def test_a_municipality_has_most_only_where_it_is_told_from_the_next(tmp_path: Path) -> None:
    def by_place(name: str, of_next: Sequence[float]) -> str:
        def value(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
            gains = {"326": 9.0 + replicate / 10, "316": of_next[replicate]}
            return 1e6 * gains.get(place, 0.0) * (name == "savings_supplier" and scenario == "centre_12m" and year == 2011)

        places = (*PLACES, ("316", "Holbæk", 55.7, 11.7, 0))
        write_folder(tmp_path / name, TWO, 4, (2010, 2011, 2012), value, places=places, recorded=("326", "316", OUTSIDE))
        return replies(tmp_path / name)["Who gains?"]

    assert "most goes to synthetic firms in Kalundborg: +9.2" in by_place("apart", [1.0, 1.1, 1.2, 1.3])
    unsettled = by_place("near", [16.0, 2.0, 16.0, 2.0])
    assert "synthetic firms in Kalundborg have the highest mean" in unsettled
    assert "the runs cannot tell it from that of the next, Holbæk" in unsettled


def test_an_added_landfill_tax_is_spoken_of_where_there_is_one(tmp_path: Path) -> None:
    def told(name: str, levers: dict[str, Any]) -> str:
        inputs = {"no_centre": given(None)} | {"centre_12m": given(CENTRE) | {"levers": levers}}
        return replies(report_folder(tmp_path / name, inputs, 2, scenarios=TWO))["Who gains?"]

    assert "landfill tax is taken off" not in told("without", {"centre": CENTRE})
    assert "landfill tax is taken off" in told("with", {"centre": CENTRE, "landfill_tax_added_dkk_per_t": {"2011-01": 200}})


def test_an_unsettled_sign_says_how_many_runs_it_would_take(tmp_path: Path) -> None:
    gains = [-2.0, 2.1] * 6
    write_folder(tmp_path, TWO, 12, (2011, 2012), gaining(*gains))
    summarise(tmp_path, "en")
    text = Page((tmp_path / "report.html").read_text(encoding="utf-8")).text()
    told = int(text.split("would take about ")[1].split(" runs")[0].replace(",", ""))
    stated = int(text.split("it holds for all ")[1].split(" figures")[0])
    of_so_many = half_width(float(np.std(gains, ddof=1)), told, stated)  # their calculation error, beside all others
    assert 0.9 * np.mean(gains) <= of_so_many <= np.mean(gains) and told > 12


def test_few_runs_are_asked_to_be_more_without_a_number(tmp_path: Path) -> None:
    write_folder(tmp_path, TWO, 3, (2011, 2012), gaining(-1.0, 1.0, 1.5))
    summarise(tmp_path, "en")
    text = Page((tmp_path / "report.html").read_text(encoding="utf-8")).text()
    assert "More runs: 3 are too few" in text and "would take about" not in text
    assert "the calculation error is itself a guess" in replies(tmp_path)["How sure?"]


def test_records_are_held_against_the_range_of_a_centre_in_its_last_year_and_not_without_a_range(tmp_path: Path) -> None:
    def told(name: str, replicates: int) -> str:
        folder = write_folder(tmp_path / f"{name}{replicates}", {"no_centre": "", name: "no_centre"}, replicates)
        summarise(folder, "en")
        return Page((folder / "report.html").read_text(encoding="utf-8")).text()

    text = told("centre_6m", 40)
    screened = sorted(round(value) for value in differences(tmp_path / "centre_6m40", SCREENED, "centre_6m"))
    assert f"expect for 2011–2014: {screened[1]} to {screened[-2]} firms screened" in text
    assert "Records of the centre" not in told("centre_6m", 39)


def test_levels_are_not_told_as_effects(tmp_path: Path) -> None:
    told = said(write_folder(tmp_path, {"base": ""}, 3))
    assert all("in the course without policy" in sentence and "of 3 model runs" in sentence for sentence in told)
    assert not any("more" in sentence or "less" in sentence for sentence in told)


def test_each_figure_of_the_first_sheet_is_told_from_nothing_together_with_all_others(tmp_path: Path) -> None:
    gains = (2.0, 3.0, 4.0, 5.0, 6.0)  # 4.0 ± 2.0 alone
    folder = write_folder(tmp_path, TWO, 5, (2011, 2014), gaining(*gains))
    with open_results(folder) as results:
        evidence = Evidence(results, folder)
        alone, among = (findings(answers(evidence), Words(evidence, load("en"), number))[0] for number in (1, 30))
    assert "about 4.0 ± 2.0 m DKK more" in alone
    assert "cannot tell" in among and f"+4.0 ± {estimate(gains).error(30):.1f} m DKK" in among
    summarise(folder, "en")
    page = Page((folder / "report.html").read_text(encoding="utf-8")).text()
    stated = int(page.split("it holds for all ")[1].split(" figures")[0])
    assert stated > 10 and f"{estimate(gains).error(stated):.1f} m DKK" in page.split("Six questions")[0]


def test_several_scenarios_are_compared_in_the_third_finding(tmp_path: Path) -> None:
    third = said(write_folder(tmp_path, CENTRES, 10))[2]
    assert third.startswith("Of the 3 scenarios") and "highest in all 10 model runs" in third


def test_support_goes_on_only_where_it_lasts_to_the_last_month_that_was_run(tmp_path: Path) -> None:
    def stops(name: str, end: str, years: range, shown: list[int]) -> Any:
        inputs = {"no_centre": given(None), "centre_12m": given(CENTRE) | {"horizon": {"end": end}}}
        about = {"years": shown}
        folder = report_folder(tmp_path / name, inputs, 2, scenarios=TWO, years=years, reference=about)
        found = asked(folder).stop
        return found and (found.ends, found.goes_on)

    assert stops("shown", "2024-12", range(2008, 2025), [2012, 2014]) == ("2014-12", False)
    assert stops("cut", "2014-12", range(2008, 2015), [2014]) == ("2014-12", True)
    assert stops("after", "2015-03", range(2008, 2016), [2015]) == ("2014-12", False)


def test_what_ends_with_a_centre_is_its_funding_whatever_other_levers_do(tmp_path: Path) -> None:
    about = {"policies": {"centre_12m": ["2011-01", "2018-06"]}}
    folder = report_folder(tmp_path, {"no_centre": given(None), "centre_12m": given(CENTRE)}, 2, scenarios=TWO, reference=about)
    found = asked(folder).stop
    assert found and found.ends == "2014-12"
    assert "Funding ends in December 2014." in replies(folder)["What if it stops?"]
