"""Relations that must hold whatever the numbers are: no right answer is needed to see them broken."""

import csv
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from model.outcomes import ACCOUNTS, INDEX, NAMES, UNITS
from model.shipped import SCENARIOS
from model.world.region_tables import load_region_tables, tables_of
from model.world.streams import WorkplaceRow
from tests.made_up import no_centre
from tests.worlds import (
    digest,
    double_money,
    quiet_sector,
    run,
    shorn,
    short,
    short_with_centre,
    small_tables,
    without_links,
)

ROOT = Path(__file__).parents[1]


def two_years_digest(_=None):
    horizon = {"start": "2010-06", "recorded_from": "2010-06", "end": "2012-06"}
    from tests.made_up import with_centre

    return digest(run(with_centre(horizon=horizon)).result())


@cache
def digest_here():
    return two_years_digest()


# --- order and company -----------------------------------------------------------------------------------------------


def test_reordering_the_rows_of_every_table_changes_no_byte(tmp_path):
    shuffled = tmp_path / "data"
    shutil.copytree(SCENARIOS / "data", shuffled)
    for path in sorted(shuffled.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        random.Random(path.name).shuffle(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    scenario = short_with_centre()
    assert shorn(run(scenario, load_region_tables(shuffled)).result()) == shorn(run(scenario, tables_of("data")).result())


def test_an_isolated_firm_changes_nobody_else():
    """It has no streams and knows nobody; the cases, accounts and fates of all others stay as they are, to the last bit."""
    tables = small_tables()
    hermits = tables._replace(
        sectors=tables.sectors | {"hermit": quiet_sector("hermit")},
        workplaces=(WorkplaceRow("316", "hermit", "50-249", 3), *tables.workplaces),
    )
    scenario = short_with_centre()
    before, after = run(scenario, tables).result(), run(scenario, hermits).result()
    assert len(after.firms) >= len(before.firms) + 3
    places = [after.firms.index(firm) for firm in before.firms]
    assert np.array_equal(after.jobs_lost_by_firm[:, places], before.jobs_lost_by_firm)
    assert [case[:-1] for case in after.cases] == [case[:-1] for case in before.cases]
    about_firms = {
        "jobs",
        "open_firms",
        "aware_firms",
        "jobs_lost_weighted",
        "jobs_lost_realised",
        "jobs_entered",
        "closed_firms",
        "jobs_lost_weighted_large",
    }
    for name in NAMES:
        if name not in about_firms:
            assert np.array_equal(after.outcomes[..., INDEX[name]], before.outcomes[..., INDEX[name]]), name


def test_a_shorter_horizon_is_the_beginning_of_a_longer_one():
    """Firms that enter only later bear on nothing before they do."""
    longer = run(short_with_centre()).result()
    until = short_with_centre(horizon={"start": "2009-01", "recorded_from": "2009-01", "end": "2011-12"})
    assert np.array_equal(run(until).result().outcomes, longer.outcomes[:3])


def test_what_is_recorded_does_not_bear_on_what_happens():
    late = no_centre(horizon={"start": "2009-01", "recorded_from": "2012-01", "end": "2013-12"})
    since_recording = [name in ACCOUNTS for name in NAMES]
    outcomes = [np.where(since_recording, 0.0, one.outcomes) for one in (run(late).result(), run(short()).result())]
    assert np.array_equal(outcomes[0], outcomes[1][3:])


# --- money -----------------------------------------------------------------------------------------------------------


def doubled_rows(rows):
    def double(row):
        money = {f: 2 * getattr(row, f) for f in row._fields if "_dkk" in f}
        return row._replace(**money)

    return {k: double(v) for k, v in rows.items()} if isinstance(rows, dict) else tuple(map(double, rows))


def test_doubling_all_money_changes_no_event():
    scenario, tables = short_with_centre(), small_tables()
    twice = double_money(scenario)
    assert twice.uncertainties.centre.salary_dkk_per_fte_year.high == 1_600_000
    assert twice.society.landfill_tax_dkk_per_t[24120] == 950
    assert twice.levers.centre.funding[0].total_dkk == 24e6
    catalogue = tables.catalogue
    richer = tables._replace(
        sectors=doubled_rows(tables.sectors),
        catalogue=catalogue._replace(
            residuals=doubled_rows(catalogue.residuals),
            inputs=doubled_rows(catalogue.inputs),
            linkages=doubled_rows(catalogue.linkages),
        ),
    )
    once, double = run(scenario, tables).result(), run(twice, richer).result()
    events = [
        [
            getattr(c, f)
            for f in (
                "case",
                "opened",
                "assessed",
                "matched",
                "started",
                "ended",
                "end_cause",
                "quantity_per_year",
                "delivered",
                "helped_months",
            )
        ]
        for c in once.cases
    ]
    assert events == [
        [
            getattr(c, f)
            for f in (
                "case",
                "opened",
                "assessed",
                "matched",
                "started",
                "ended",
                "end_cause",
                "quantity_per_year",
                "delivered",
                "helped_months",
            )
        ]
        for c in double.cases
    ]
    assert len(events) > 100
    for name in NAMES:
        a, b = once.outcomes[..., INDEX[name]], double.outcomes[..., INDEX[name]]
        if UNITS[name] == "DKK":
            assert np.allclose(b, 2 * a, rtol=1e-6, atol=100), name  # each booking is rounded to a whole øre
        else:
            assert np.array_equal(a, b), name


# --- the machine -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
def test_the_hash_seed_changes_nothing(hash_seed):
    code = "from tests.test_relations import two_years_digest; print(two_years_digest())"
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=ROOT, check=True)
    assert told.stdout.strip() == digest_here()


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_process_and_start_method_change_nothing(method):
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as pool:
        assert pool.submit(two_years_digest).result() == digest_here()


def test_a_second_run_in_the_same_process_is_the_same():
    assert digest_here() == two_years_digest()


def test_seed_and_replicate_both_matter():
    digests = {digest(run(short(), seed=s, replicate=r).result()) for s, r in ((1, 1), (1, 2), (2, 1))}
    assert len(digests) == 3


# --- small worlds ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("firms", [0, 1, 2])
def test_a_region_of_so_few_firms_runs(firms):
    tables = without_links(small_tables())
    tables = tables._replace(workplaces=(WorkplaceRow("316", "wood", "10-49", firms),) if firms else ())
    result = run(short_with_centre(), tables).result()
    assert sum(not firm.split("-")[-2].startswith("e") for firm in result.firms) == firms
    assert np.isfinite(result.outcomes).all()


def test_a_horizon_of_one_month_runs():
    one = {"start": "2011-01", "recorded_from": "2011-01", "end": "2011-01"}
    result = run(short_with_centre().model_copy(update={"horizon": no_centre(horizon=one).horizon})).result()
    assert result.outcomes.shape[0] == 1
    assert len(result.centre) == 1


def test_a_run_with_no_municipality_of_a_named_partner_has_no_historic_link():
    here = no_centre(
        horizon={"start": "2011-01", "recorded_from": "2011-01", "end": "2011-06"},
        region={**json.loads(short().region.model_dump_json()), "municipalities": ["316"]},
    )
    assert [c for c in run(here).result().cases if c.opened_by == "historic"] == []
