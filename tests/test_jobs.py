"""Jobs lost, weighted by survival and in fact, agree in the mean; closures end what a firm was part of."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from model.experiment.results.pairing import plants
from model.month import simulate as compiled
from model.months import NEVER
from model.outcomes import INDEX
from model.record import RunResult
from model.scenario.scenario import Scenario
from model.world.streams import StreamUse, WorkplaceRow
from tests.made_up import no_centre
from tests.worlds import quiet_sector, run, short_with_centre, small_tables, without_links

TWENTY_YEARS = {"start": "2005-01", "recorded_from": "2005-01", "end": "2024-12"}
NORMAL = {"demand": {"2005-01": 1.0}, "landfill_tax_dkk_per_t": {"2005-01": 375}}


def many_alike(firms=600, use=()):
    """A region of like firms without takers: only margins, demand, closures and entries."""
    tables = without_links(small_tables())
    rows = (WorkplaceRow("316", "shop", "10-49", firms),)
    sectors = tables.sectors | {"shop": quiet_sector("shop")}
    return tables._replace(sectors=sectors, workplaces=rows, sector_streams=tuple(use), outside_streams=())


def fixed_jobs(scenario: Scenario, **values: float) -> Scenario:
    """A scenario whose numbers on jobs are these in every run."""
    jobs = scenario.uncertainties.jobs
    fixed = {name: type(getattr(jobs, name)).model_validate(value) for name, value in values.items()}
    jobs = jobs.model_copy(update=fixed)
    return scenario.model_copy(update={"uncertainties": scenario.uncertainties.model_copy(update={"jobs": jobs})})


def simulated(scenario: Scenario, tables, replicate: int) -> RunResult:
    return compiled.simulate(scenario, 7, replicate, tables)


@pytest.fixture(scope="module")
def quiet_runs():
    return [run(no_centre(horizon=TWENTY_YEARS), many_alike(), replicate=r).result() for r in range(4)]


# --- weighted and realised -------------------------------------------------------------------------------------------


def test_weighted_and_realised_losses_have_the_same_mean():
    """Some 70,000 closures of firms of 10-49 jobs: the difference is a martingale, its spread 0.3 to 0.7 % of the whole."""
    runs = [simulated(no_centre(horizon=TWENTY_YEARS), many_alike(2_500), replicate) for replicate in range(20)]
    for year in (4, 9, 19):
        weighted = np.array([one.outcomes[year, :, INDEX["jobs_lost_weighted"]].sum() for one in runs])
        realised = np.array([one.outcomes[: year + 1, :, INDEX["jobs_lost_realised"]].sum() for one in runs])
        assert realised.sum() == pytest.approx(weighted.sum(), rel=0.02)
        spread = (realised - weighted).std(ddof=1) / np.sqrt(len(runs)) / weighted.mean()
        assert spread < 0.01, "too few closures to see two per cent"


def test_weighted_losses_do_not_vary_where_hazards_do_not_move():
    """The account of a plant that stands from the start is its jobs times its chance to close, whatever its luck."""
    still = fixed_jobs(no_centre(horizon=TWENTY_YEARS, society=NORMAL), closure_sensitivity=0.0, closure_size_exponent=0.0)
    one, other = (simulated(still, many_alike(200), replicate) for replicate in (0, 1))
    monthly = 1.0 - (1.0 - 0.08) ** (1.0 / 12.0)
    for result in (one, other):
        from_the_start = [row for row, firm in enumerate(result.firms) if "-e" not in firm]
        assert 0 < (result.closed[from_the_start] != NEVER).sum() < len(from_the_start), "some close, some last"
        for year in (0, 7, 19):
            expected = result.jobs[from_the_start] * (1.0 - (1.0 - monthly) ** (12 * (year + 1)))
            assert result.jobs_lost_by_firm[year, from_the_start] == pytest.approx(expected, rel=1e-9)


class PlantPairs(NamedTuple):
    """Plants that bear a tax in the one course and not in the other: jobs that the tax costs by the end, in both ways."""

    weighted: np.ndarray
    realised: np.ndarray


@cache
def plant_pairs() -> PlantPairs:
    """Some 22,000 plants, each a pair: all throw away something that a tax makes dearer, by 1.2 % of turnover."""
    waste = StreamUse("shop", "out", "fly_ash", 1.0, 60.0, 0.0)
    untaxed = fixed_jobs(no_centre(horizon=TWENTY_YEARS, society=NORMAL), closure_sensitivity=14.0)
    taxed = untaxed.model_copy(update={"levers": untaxed.levers.model_copy(update={"landfill_tax_added_dkk_per_t": TAX})})
    weighted, realised = [], []
    for replicate in range(8):
        run_, twin = (simulated(one, many_alike(1_200, [waste]), replicate) for one in (taxed, untaxed))
        weighted.append(run_.jobs_lost_by_firm[-1] - twin.jobs_lost_by_firm[-1])
        realised.append(run_.jobs * ((run_.closed != NEVER).astype(float) - (twin.closed != NEVER)))
    return PlantPairs(np.concatenate(weighted), np.concatenate(realised))


TAX = {2005 * 12: 0.0, 2010 * 12: 1_000.0}


def test_over_many_pairs_realised_jobs_rise_with_weighted_ones():
    pairs = plant_pairs()
    assert pairs.weighted.size >= 20_000
    assert pairs.realised.mean() == pytest.approx(pairs.weighted.mean(), rel=0.1)
    deviations = pairs.weighted - pairs.weighted.mean()
    slope = (deviations * pairs.realised).sum() / (deviations**2).sum()
    left = pairs.realised - pairs.realised.mean() - slope * deviations
    error = np.sqrt((left**2).mean() / (deviations**2).sum())
    assert slope > 4 * error


def test_where_one_plant_closes_on_one_side_only_the_weighted_difference_has_the_same_sign_in_the_mean():
    pairs = plant_pairs()
    one_sided = pairs.weighted[pairs.realised > 0]
    assert one_sided.size > 500
    assert one_sided.mean() > 4 * one_sided.std(ddof=1) / np.sqrt(one_sided.size)


def test_weighted_differences_are_far_less_noisy_than_realised_ones():
    pairs = plant_pairs()
    assert pairs.weighted.std() < 0.4 * pairs.realised.std()


def test_plants_kept_and_lost_add_up_to_the_difference_in_realised_losses():
    run_, twin = (run(short_with_centre(money)).result() for money in (24e6, 1e3))
    counted = plants(run_, twin)
    realised = [np.cumsum(one.outcomes[:, :, INDEX["jobs_lost_realised"]].sum(axis=1)) for one in (twin, run_)]
    assert counted.kept_fte - counted.lost_fte == pytest.approx(realised[0] - realised[1])
    assert (counted.kept_fte > 0).tolist() == (counted.kept > 0).tolist()


# --- openings, closures ----------------------------------------------------------------------------------------------


def test_without_shocks_as_many_firms_open_as_close(quiet_runs):
    """Demand at normal, entry for entry: no trend in open firms."""
    calm = fixed_jobs(no_centre(horizon=TWENTY_YEARS, society=NORMAL), entry_per_closure=1.0)
    open_firms = np.mean(
        [run(calm, many_alike(), replicate=r).result().outcomes[:, :, INDEX["open_firms"]].sum(axis=1) for r in range(4)],
        axis=0,
    )
    assert open_firms[-1] == pytest.approx(open_firms[0], rel=0.12)


def test_a_recession_closes_firms(quiet_runs):
    lost = np.mean([r.outcomes[:, :, INDEX["jobs_lost_realised"]].sum(axis=1) for r in quiet_runs], axis=0)
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
    partners = [firm for firm in region.firms if firm.named]
    assert len(partners) == 12
    assert all(firm.open for firm in partners)
    rows = [firm.row for firm in partners]
    assert region.losses.by_firm[:, rows].sum() == 0.0
