"""What a report speaks of follows from the policy, wherever and whenever that is."""

import pytest

import run as command_line
from model.experiment.commands.asked_job import asked_job
from model.experiment.commands.job import about, job_of
from model.experiment.plan.reference import reference_of
from model.months import label
from model.scenario.policy import policy_span
from model.world.known import load_known
from tests.made_up import no_centre, with_centre

WINDOW = {"first": "2012-03", "months": 10}


def span(**levers):
    found = policy_span(no_centre(levers=levers))
    return found and (label(found.first), label(found.last))


@pytest.mark.parametrize(
    ("levers", "months"),
    [
        ({}, None),
        ({"landfill_tax_added_dkk_per_t": {"2010-02": 0}}, None),
        ({"landfill_tax_added_dkk_per_t": {"2010-02": 200, "2013-05": 0}}, ("2010-02", "2013-04")),
        ({"landfill_tax_added_dkk_per_t": {"2010-02": 0, "2011-01": 200}}, ("2011-01", "2024-12")),
        ({"subsidy_dkk_per_t": {"1999-01": 50, "2006-01": 0}}, ("2005-01", "2005-12")),
        ({"investment_grant": WINDOW | {"share": 0.5, "most_dkk_per_case": 1e6}}, ("2012-03", "2012-12")),
        ({"guarantee": WINDOW | {"share": 0.5}}, ("2012-03", "2012-12")),
    ],
)
def test_a_policy_is_at_work_from_its_first_month_to_its_last(levers, months):
    assert span(**levers) == months


def test_a_report_speaks_of_the_first_scenario_with_a_policy_its_last_year_three_years_on_and_the_end():
    found = reference_of({"none": no_centre(), "one": with_centre(), "other": with_centre(24e6)})
    assert (found.scenario, found.years, found.since) == ("one", (2014, 2017, 2024), 2011)


def test_sums_run_from_the_first_policy_month_of_any_scenario():
    early = no_centre(levers={"landfill_tax_added_dkk_per_t": {"2009-06": 100}})
    found = reference_of({"one": with_centre(), "tax": early})
    assert (found.scenario, found.since) == ("one", 2009)
    assert found.policies["tax"] == ("2009-06", "2024-12")


def test_a_policy_without_end_is_shown_three_years_after_it_began_and_at_the_end():
    lasting = no_centre(levers={"landfill_tax_added_dkk_per_t": {"2012-01": 100}})
    assert reference_of({"tax": lasting}).years == (2015, 2024)


def test_the_shipped_experiment_says_which_scenario_its_report_speaks_of():
    file = load_known("funding")
    found = reference_of(file.scenarios, file.report)
    assert (found.scenario, found.trifle, found.years) == ("centre_12m", "centre_12m_05", (2014, 2017, 2024))


def test_what_a_report_speaks_of_is_kept_with_the_job_and_enters_no_run_id(tmp_path):
    text = "title: x\nextends: base\nexperiment:\n  replicates: 1\n  seed: 1\n  scenarios: {a: base.yaml, b: centre.yaml}\n"
    plain, asking = tmp_path / "plain.yaml", tmp_path / "asking.yaml"
    plain.write_text(text, encoding="utf-8")
    asking.write_text(f"{text}  report: {{scenario: b, years: [2012]}}\n", encoding="utf-8")
    one, other = (asked_job(command_line._parser().parse_args(["run", str(path)])) for path in (plain, asking))
    assert [run.id for run in one.runs()] == [run.id for run in other.runs()]
    assert (one.reference.years, other.reference.years) == ((2014, 2017, 2024), (2012,))
    assert job_of(about(other), tmp_path).reference == other.reference
