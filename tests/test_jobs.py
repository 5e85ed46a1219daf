"""Jobs lost in expectation and in fact agree in the mean; closures end what a firm was part of."""

import numpy as np
import pytest

from model.outcomes import INDEX
from model.streams import WorkplaceRow
from tests.made_up import no_centre
from tests.worlds import quiet_sector, run, short_with_centre, small_tables, total, without_links

TWENTY_YEARS = {"start": "2005-01", "recorded_from": "2005-01", "end": "2024-12"}


def many_alike(firms=600):
    """A region of like firms without streams: only margins, demand, closures and entries."""
    tables = without_links(small_tables())
    rows = (WorkplaceRow("316", "shop", "10-49", firms),)
    return tables._replace(sectors=tables.sectors | {"shop": quiet_sector("shop")}, workplaces=rows)


@pytest.fixture(scope="module")
def quiet_runs():
    return [run(no_centre(horizon=TWENTY_YEARS), many_alike(), replicate=r).result() for r in range(4)]


def test_expected_and_realised_job_losses_agree_in_the_mean(quiet_runs):
    """About 3,000 closures of firms of 10-49 jobs: the difference is a martingale, its spread about 1.8 %."""
    expected = sum(total(result, "jobs_lost_expected") for result in quiet_runs)
    realised = sum(total(result, "jobs_lost_realised") for result in quiet_runs)
    assert expected > 20_000
    assert realised == pytest.approx(expected, rel=0.055)


def test_expected_losses_are_far_less_noisy_than_realised_ones(quiet_runs):
    def spread(variable):
        yearly = np.array([r.outcomes[:, :, INDEX[variable]].sum(axis=1) for r in quiet_runs])
        return np.diff(yearly, axis=1).std()

    assert spread("jobs_lost_expected") < 0.5 * spread("jobs_lost_realised")


def test_without_shocks_as_many_firms_open_as_close(quiet_runs):
    """Demand at normal, entry for entry: no trend in open firms."""
    demand = {"demand": {"2005-01": 1.0}, "landfill_tax_dkk_per_t": {"2005-01": 375}}
    fixed = no_centre(horizon=TWENTY_YEARS, society=demand)
    jobs = fixed.uncertainties.jobs.model_copy(
        update={"entry_per_closure": type(fixed.uncertainties.jobs.entry_per_closure).model_validate(1.0)}
    )
    calm = fixed.model_copy(update={"uncertainties": fixed.uncertainties.model_copy(update={"jobs": jobs})})
    open_firms = np.mean([
        run(calm, many_alike(), replicate=r).result().outcomes[:, :, INDEX["open_firms"]].sum(axis=1) for r in range(4)
    ], axis=0)
    assert open_firms[-1] == pytest.approx(open_firms[0], rel=0.12)


def test_a_recession_closes_firms(quiet_runs):
    lost = np.mean([r.outcomes[:, :, INDEX["jobs_lost_expected"]].sum(axis=1) for r in quiet_runs], axis=0)
    jobs = np.mean([r.outcomes[:, :, INDEX["jobs"]].sum(axis=1) for r in quiet_runs], axis=0)
    rate = lost / jobs
    assert rate[4] > rate[1] * 1.1  # 2009 against 2006


def test_jobs_follow_from_openings_and_closures():
    result = run(short_with_centre()).result()
    jobs = result.outcomes[:, :, INDEX["jobs"]].sum(axis=1)
    change = (result.outcomes[:, :, INDEX["jobs_entered"]] - result.outcomes[:, :, INDEX["jobs_lost_realised"]]).sum(axis=1)
    assert np.diff(jobs) == pytest.approx(change[1:], abs=1e-6)


def test_a_closed_firm_has_no_live_case():
    region = run(short_with_centre())
    assert any(not firm.open and firm.workplace.enters < 0 for firm in region.firms)
    assert all(side.open for case in region.cases for side in case.sides)


def test_named_partners_do_not_close():
    region = run(short_with_centre())
    partners = [firm for firm in region.firms if firm.partner]
    assert len(partners) == 12
    assert all(firm.open for firm in partners)
    rows = [firm.row for firm in partners]
    assert np.array(region.jobs_lost_by_firm)[:, rows].sum() == 0.0
