"""What is read from a result folder: every measure as its expression says, paired with the twin."""

from pathlib import Path

import pytest
from made_up_folder import CENTRES, know, write_folder

from analysis.reading.results import ADDITIONAL, FORMULAS, MEASURES_READ, NotAResultFolder, open_results
from model.outcomes import MEASURES, OUTSIDE

YEARS = (2010, 2011, 2012)
TWO = {"no_centre": "", "centre_6m": "no_centre"}


def differences(folder: Path, measure: str) -> dict[int, float]:
    with open_results(folder) as results:
        return {pair.year: pair.difference for pair in results.pairs(measure) if pair.replicate == 0}


def only(variable: str, run: float = 0.0, twin: float = 0.0, outside: float = 0.0):
    """Return outcomes in which one variable has one value in every year: in the run, in its twin, and in both outside."""

    def value(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        if name != variable:
            return 0.0
        if place == OUTSIDE:
            return outside if scenario != "no_centre" else 0.0
        return run if scenario != "no_centre" else twin

    return value


def test_every_measure_of_the_vocabulary_can_be_read() -> None:
    assert set(MEASURES_READ) | {"pair"} == {measure.name for measure in MEASURES}


@pytest.mark.parametrize(
    ("measure", "variable", "by_year"),
    [
        ("savings", "savings_receiver", {2011: 4, 2012: 8}),  # cumulative from 2011, the region only, in m DKK
        ("run_rate", "operating_saving", {2010: 4, 2011: 4, 2012: 4}),
        ("operating", "operating", {2010: 4e6, 2011: 4e6, 2012: 4e6}),
        ("match", "matched", {2011: 5e6, 2012: 10e6}),  # everywhere
        ("co2e", "co2e", {2011: 5e6, 2012: 10e6}),
        (
            "jobs_retained",
            "jobs_lost_weighted",
            {2010: -5e6, 2011: -5e6, 2012: -5e6},
        ),  # twin - run, an account that stands at the end of the year
        ("jobs_retained_realised", "jobs_lost_realised", {2010: -5e6, 2011: -10e6, 2012: -15e6}),  # since recording began
        ("job_years_realised", "jobs_lost_realised", {2011: -10e6, 2012: -25e6}),
        ("transfers", "tax_forgone", {2011: 4, 2012: 8}),
        ("transfers", "added_tax", {2011: -4, 2012: -8}),
        ("net_savings", "investment_grants", {2011: -4, 2012: -8}),
        ("net_savings", "added_tax", {2011: 0, 2012: 0}),  # what a tax takes from firms the state has
        ("job_years", "jobs_lost_weighted", {2011: -5e6, 2012: -10e6}),  # the retained jobs of 2011 and later years
        ("public_money", "public_money", {2011: 5, 2012: 10}),
    ],
)
def test_a_measure_is_what_its_expression_says(tmp_path: Path, measure: str, variable: str, by_year: dict[int, float]) -> None:
    folder = write_folder(tmp_path, TWO, 1, YEARS, only(variable, run=7e6, twin=3e6, outside=1e6))
    assert differences(folder, measure) == by_year


def test_savings_of_both_sides_are_added(tmp_path: Path) -> None:
    def both(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        return 1e6 if scenario == "centre_6m" and place != OUTSIDE and name.startswith("savings_") else 0.0

    assert differences(write_folder(tmp_path, TWO, 1, YEARS, both), "savings") == {2011: 2, 2012: 4}


def test_additional_are_the_exchanges_in_operation_that_never_operate_in_the_twin(tmp_path: Path) -> None:
    def parts(scenario: str, replicate: int, year: int) -> dict[str, tuple[int, float]]:
        in_operation = {2010: 0, 2011: 3, 2012: 2}[year] * (replicate == 0)
        return {"would_not_have_come": (in_operation, 0.0), "came_earlier": (9, 0.0), "crowded_out": (7, 0.0)}

    folder = write_folder(tmp_path, TWO, 2, YEARS, class_values=parts)
    assert differences(folder, ADDITIONAL) == {2010: 0, 2011: 3, 2012: 2}
    with open_results(folder) as results:
        assert [pair.difference for pair in results.pairs(ADDITIONAL) if pair.replicate == 1] == [0, 0, 0]
        assert results.levels(ADDITIONAL) == []


def test_each_run_is_held_against_its_own_twin(tmp_path: Path) -> None:
    def by_replicate(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        return 100.0 * replicate + {"no_centre": 0, "cheap": 10, "centre_6m": 3, "levy": 25}[scenario]

    scenarios = {"no_centre": "", "cheap": "", "centre_6m": "no_centre", "levy": "cheap"}
    folder = write_folder(tmp_path, scenarios, 3, (2011,), by_replicate, lambda *_: {})
    with open_results(folder) as results:
        assert [(p.scenario, p.replicate, p.difference) for p in results.pairs("operating")] == [
            *(("centre_6m", k, 3) for k in range(3)),
            *(("levy", k, 15) for k in range(3)),
        ]
        assert results.twins == {"centre_6m": "no_centre", "levy": "cheap"}
        assert list(results.without_policy) == ["no_centre", "cheap"]


def test_a_run_whose_twin_failed_is_no_pair_and_is_missed(tmp_path: Path) -> None:
    with open_results(write_folder(tmp_path, TWO, 3, YEARS, lost=["no_centre-1"])) as results:
        assert results.pairs_by_scenario == {"centre_6m": 2}
        assert results.replicates == 3
        assert {pair.replicate for pair in results.pairs("savings")} == {0, 2}


def test_levels_are_those_of_runs_without_policy_and_have_no_sign(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, TWO, 1, YEARS, only("jobs_lost_weighted", run=7, twin=3))
    with open_results(folder) as results:
        assert [(level.scenario, level.year, level.value) for level in results.levels("jobs_retained")] == [
            ("no_centre", 2010, 3),
            ("no_centre", 2011, 3),
            ("no_centre", 2012, 3),
        ]


def test_the_funded_period_is_the_months_with_income(tmp_path: Path) -> None:
    with open_results(write_folder(tmp_path, TWO, 1, (2011, 2014, 2016))) as results:
        assert results.funded_months() == {"centre_6m": ("2011-01", "2014-12")}


def test_scenarios_keep_the_order_of_the_experiment(tmp_path: Path) -> None:
    scenarios = {"zebra": "no_centre", **dict(reversed(CENTRES.items()))}
    folder = write_folder(tmp_path, scenarios, 1, YEARS, lambda *_: 0.0, lambda *_: {})
    with open_results(folder) as results:
        assert list(results.pairs_by_scenario) == ["zebra", "centre_24m", "centre_12m", "centre_6m"]


def test_a_folder_without_tables_is_refused_by_name(tmp_path: Path) -> None:
    with (
        pytest.raises(NotAResultFolder, match=r"is no result folder: it has no runs\.parquet, outcomes\.parquet"),
        open_results(tmp_path),
    ):
        pass


def test_a_result_without_a_finished_run_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, TWO, 0)
    with pytest.raises(NotAResultFolder, match="no finished run") as refused, open_results(folder):
        pass
    assert "indeholder ingen modelkørsel, der blev færdig" in refused.value.worded("da")


def test_a_folder_with_brackets_and_quotes_in_its_name_is_read(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "it's [a] test", TWO, 1, YEARS)
    assert set(differences(folder, "savings")) == {2011, 2012}


@pytest.mark.parametrize(
    ("recorded", "shown"), [((2014, 2017, 2024), (2014, 2017, 2024)), ((2013, 2014), (2014,)), ((2012, 2013), (2013,))]
)
def test_tables_show_the_years_of_the_report_that_were_recorded_else_the_last(
    tmp_path: Path, recorded: tuple[int, ...], shown: tuple[int, ...]
) -> None:
    with open_results(write_folder(tmp_path, TWO, 1, recorded)) as results:
        assert results.years_shown == shown


def test_sums_run_from_the_year_the_result_says_unless_they_are_told_another(tmp_path: Path) -> None:
    yearly = only("savings_receiver", run=2e6, twin=1e6)
    folder = write_folder(tmp_path, TWO, 1, YEARS, yearly, reference={"since": 2010})
    assert differences(folder, "savings") == {2010: 1, 2011: 2, 2012: 3}
    with open_results(folder) as results:
        results.pairs("savings")
        results.sum_from(2012)
        assert [pair.difference for pair in results.pairs("savings")] == [1]


def test_a_scenario_that_differs_by_a_trifle_is_no_scenario_of_the_result(tmp_path: Path) -> None:
    def grown(scenario: str, replicate: int, year: int, place: str, name: str) -> float:
        saved = {"no_centre": 0.0, "centre_6m": 1e6, "trifle": 1e6 + 1e5 * replicate}[scenario]
        return saved * (name == "savings_supplier" and place != OUTSIDE)

    scenarios = TWO | {"trifle": "no_centre"}
    folder = write_folder(tmp_path, scenarios, 2, YEARS, grown, lambda *_: {}, reference={"trifle": "trifle"})
    with open_results(folder) as results:
        assert list(results.pairs_by_scenario) == ["centre_6m"]
        assert {pair.scenario for pair in results.pairs("savings")} == {"centre_6m"}
        assert results.trifles("savings", 2012) == [0.0, pytest.approx(0.2)]


def test_a_report_speaks_of_the_first_scenario_there_is_where_all_runs_of_its_own_failed(tmp_path: Path) -> None:
    lost = [f"centre_12m-{k}" for k in range(2)]
    with open_results(write_folder(tmp_path, CENTRES, 2, YEARS, lost=lost)) as results:
        assert results.reference == "centre_6m"


def test_a_result_of_a_version_that_reckoned_otherwise_is_refused_in_words(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, TWO, 1, YEARS)
    (folder / "provenance.json").unlink()
    know(folder, {"model": "0.4.0"})
    with pytest.raises(NotAResultFolder, match=r"0\.4\.0"), open_results(folder):
        pass


def test_formulas_ask_only_for_recorded_variables() -> None:
    from model.outcomes import NAMES

    assert [name for formula in FORMULAS.values() for name in formula.variables if name not in NAMES] == []
