"""Two firms worked by hand: the figures are those of docs/tutorial.md, read from its page, none computed by the model."""

import re
from pathlib import Path

import pytest

from model import months
from model.agents.accounts import HAULIERS, OWN_STAFF, PLANT_BUILDERS, STATE, TREATMENT, VIRGIN_SUPPLIERS, WASTE_FIRMS
from model.agents.region import Region
from model.outcomes import INDEX
from model.rules import closure
from tests.shipped_scenarios import shipped

PAGE = (Path(__file__).parents[1] / "docs" / "tutorial.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d{4}-\d{2}) \| (\w+) \| (\S+) \| (\S+) \| (\S+) \| (\S+) \|$", re.MULTILINE)


def number(text):
    return float(text.replace(",", "").replace("−", "-"))


ROWS = ROW.findall(PAGE)


@pytest.fixture(scope="module")
def lived():
    """What stands in the model at the end of each month."""
    scenario = shipped("two_firms.yaml")
    region = Region(scenario, 2011, 0)
    mill, plant = (next(firm for firm in region.firms if firm.code == code) for code in ("sawmill", "heatplant"))
    found = []
    while region.month <= scenario.horizon.end:
        region.step()
        jobs, saved = region.parameters.jobs, mill.margin_shares[-1] if mill.margin_shares else 0.0
        margin, spread = mill.margin_deviation + saved, region.margin_spread
        chance = closure.hazard(mill.base_hazard, margin, jobs.closure_sensitivity, spread, region.cycle)
        evidence = mill.evidence.get(plant.identity)
        found.append(
            {
                "month": months.label(region.month - 1),
                "sawmill": region.ledger.balance_ore["sawmill"],
                "heatplant": region.ledger.balance_ore["heatplant"],
                "trust": evidence.good / (evidence.good + evidence.bad) if evidence else None,
                "jobs": mill.jobs * chance,
            }
        )
    return region, found


def test_the_page_has_a_row_for_every_month(lived):
    assert len(ROWS) == 24
    assert [row[0] for row in ROWS] == [month["month"] for month in lived[1]]


@pytest.mark.parametrize(("place", "column"), [(2, "sawmill"), (3, "heatplant")])
def test_each_account_stands_where_the_page_says_to_the_ore(lived, place, column):
    assert [month[column] for month in lived[1]] == [round(100 * number(row[place])) for row in ROWS]


def test_trust_grows_as_the_page_says(lived):
    for row, month in zip(ROWS, lived[1], strict=True):
        assert (month["trust"] is None) if row[4] == "-" else month["trust"] == pytest.approx(number(row[4]), abs=5e-7)


def test_expected_job_losses_fall_as_the_page_says(lived):
    assert [month["jobs"] for month in lived[1]] == pytest.approx([number(row[5]) for row in ROWS], abs=5e-7)


def test_the_account_of_each_year_weighs_months_by_survival_as_the_page_says(lived):
    region, _ = lived
    (row,) = [firm.row for firm in region.firms if firm.code == "sawmill"]
    assert region.losses.by_firm[:, row] == pytest.approx([1.693948, 3.284155], abs=5e-7)
    assert "**1.693948 jobs**" in PAGE and "**3.284155**" in PAGE


def test_the_case_has_the_price_the_dates_and_the_parties_of_the_page(lived):
    (case,) = lived[0].result().cases
    assert (case.supplier, case.receiver, case.opened_by, case.quantity_per_year) == ("sawmill", "heatplant", "firm", 600)
    dates = [months.label(month) for month in (case.opened, case.assessed, case.matched, case.started)]
    assert dates == ["2011-01", "2011-04", "2011-06", "2011-09"]
    assert case.price_dkk_per_unit == pytest.approx(66.00, abs=0.005)
    assert case.capital_dkk == 120_000
    assert case.delivered == pytest.approx(16 * 50)


def test_all_others_hold_what_the_page_says(lived):
    expected = {
        WASTE_FIRMS: -160_000,
        HAULIERS: 33_600,
        VIRGIN_SUPPLIERS: -288_000,
        TREATMENT: 56_000,
        PLANT_BUILDERS: 120_000,
        OWN_STAFF: 7_020,
        STATE: 0,
    }
    assert {name: lived[0].ledger.balance_ore[name] / 100 for name in expected} == expected
    for amount in ("−160,000", "+33,600", "−288,000", "+56,000", "+120,000", "+7,020"):
        assert amount in PAGE


def test_greenhouse_gas_avoided_is_what_the_page_says(lived):
    assert lived[0].result().outcomes[..., INDEX["co2e"]].sum() == pytest.approx(16 * 9.94)


def test_a_road_too_dear_leaves_both_as_they_are(tmp_path):
    dear = tmp_path / "dear.yaml"
    dear.write_text(
        "title: dear\nextends: two_firms.yaml\nuncertainties: {prices: {freight_dkk_per_t_km: 40}}\n", encoding="utf-8"
    )
    scenario = shipped(str(dear))
    region = Region(scenario, 2011, 0)
    while region.month <= scenario.horizon.end:
        region.step()
    assert region.result().cases == []
