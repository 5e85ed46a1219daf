"""The books balance: every krone and every unit has a source and a use, checked against a second reckoning."""

from collections import defaultdict

import numpy as np
import pytest

from model.agents import exchanges
from model.agents.accounts import CENTRE, CENTRE_STAFF, FUNDERS, OVERHEAD, PLANT_BUILDERS, STATE, Ledger
from model.agents.region import Region
from model.money import to_ore
from model.outcomes import OUTSIDE
from tests.worlds import in_region, run, short_with_centre, small_tables, total


@pytest.fixture(scope="module")
def region():
    return run(short_with_centre())


def test_the_accounts_add_up_to_zero_every_month_to_the_ore():
    scenario = short_with_centre()
    region = Region(scenario, 7, 0, small_tables())
    for _ in range(60):
        region.step()
        assert sum(region.ledger.balance_ore.values()) == 0
        assert all(isinstance(ore, int) for ore in region.ledger.balance_ore.values())
    assert sum(abs(ore) for ore in region.ledger.balance_ore.values()) > 10**9


def test_each_firms_account_holds_what_its_cases_saved_it(region):
    """Cases keep their own sums, so a payment booked in one place only would show here."""
    saved = defaultdict(int)
    for case in [*region.cases, *region.finished]:
        for side, party in enumerate(case.sides):
            saved[party.code] += int(case.savings_ore[:, side].sum())
    for party in region.parties:
        assert region.ledger.balance_ore.get(party.code, 0) == saved[party.code]


def test_recorded_savings_are_what_the_accounts_of_the_region_hold(region):
    inside = sum(region.ledger.balance_ore.get(firm.code, 0) for firm in region.firms)
    outside = sum(region.ledger.balance_ore.get(place.code, 0) for place in region.outside)
    result = region.result()
    savings = in_region(result, "savings_supplier") + in_region(result, "savings_receiver")
    assert savings == pytest.approx(inside / 100, abs=1e-6)
    everywhere = total(result, "savings_supplier") + total(result, "savings_receiver")
    assert everywhere == pytest.approx((inside + outside) / 100, abs=1e-6)
    assert outside != 0


def test_savings_are_operating_savings_less_capital_and_transaction_costs(region):
    result = region.result()
    savings = total(result, "savings_supplier") + total(result, "savings_receiver")
    parts = total(result, "operating_saving") - total(result, "capital") - total(result, "transaction_cost")
    assert savings == pytest.approx(parts, abs=1e-6)


def test_capital_is_paid_once():
    """What plant builders got is the capital of the exchanges that started, each counted once, failed cases not at all."""
    region = run(short_with_centre())
    started = [c for c in [*region.cases, *region.finished] if c.opened_by != "historic" and c.started >= 0]
    assert len(started) > 3
    expected = sum(2 * to_ore(0.5 * case.capital_dkk) for case in started)
    assert region.ledger.balance_ore[PLANT_BUILDERS] == expected > 0


def test_the_centre_spends_what_it_was_given_and_says_what_is_left(region):
    ledger, diary = region.ledger.balance_ore, region.result().centre
    assert ledger[FUNDERS] == -sum(month.income_ore for month in diary) == -900_000_000
    assert ledger[CENTRE_STAFF] == sum(month.salaries_ore for month in diary)
    assert ledger[OVERHEAD] == sum(month.overhead_ore for month in diary)
    assert ledger[CENTRE] == diary[-1].balance_ore == 900_000_000 - ledger[CENTRE_STAFF] - ledger[OVERHEAD]
    assert min(month.balance_ore for month in diary) >= 0


def test_forgone_tax_is_what_the_state_lost(region):
    assert total(region.result(), "tax_forgone") == pytest.approx(-region.ledger.balance_ore[STATE] / 100, abs=1e-6)


def test_no_stream_delivers_more_than_there_is(monkeypatch):
    """A second reckoning in each stream's unit: deliveries per month against supply and need worked out here."""
    seen = defaultdict(float)
    original = Ledger.deliver

    def deliver(self, supply, need, units, substitution):
        seen[supply] += units
        seen[need] += units * substitution
        original(self, supply, need, units, substitution)

    monkeypatch.setattr(Ledger, "deliver", deliver)
    region = Region(short_with_centre(), 7, 0, small_tables())
    demand = dict(region.inputs.society.demand)
    busy = 0
    for _ in range(60):
        month = region.month
        factor = [value for date, value in demand.items() if date <= month][-1]
        seen.clear()
        region.step()
        streams = [(s.id, s.quantity_per_year, s.residual.season) for s in region.supplies]
        streams += [(n.id, n.quantity_per_year, n.input.season) for n in region.needs]
        for stream, quantity, season in streams:
            there = quantity / 12 * region.tables.catalogue.seasons[season].months[month % 12] * factor
            assert seen[stream] <= there * (1 + 1e-9)
            busy += seen[stream] > 0
    assert busy > 500


def test_delivered_units_are_what_outcomes_count(region):
    result = region.result()
    by_kind = defaultdict(float)
    for case in result.cases:
        residue = region.tables.catalogue.linkages[case.linkage].residue_share
        by_kind[case.unit] += case.delivered * (1 - residue if case.unit == "t" else 1)
    for unit, variable in (("t", "diverted"), ("m3", "water"), ("MWh", "energy")):
        assert total(result, variable) == pytest.approx(by_kind[unit], rel=1e-9)
        assert by_kind[unit] > 0


def test_a_delivery_beyond_the_supply_stops_the_run(monkeypatch):
    monkeypatch.setattr(exchanges, "_deliverable", lambda case, region: case.pair.supply.quantity_per_year)
    region = Region(short_with_centre(), 7, 0, small_tables())
    with pytest.raises(RuntimeError, match="2009-01: the books do not balance: residual"):
        region.step()


def test_a_ledger_that_lost_money_says_so():
    ledger = Ledger()
    ledger.pay("a", "b", 5)
    assert ledger.out_of_balance([], []) == []
    ledger.balance_ore["a"] += 1
    assert "do not add up" in ledger.out_of_balance([], [])[0]


def test_what_outside_places_gain_is_kept_apart(region):
    outside = region.result().municipalities.index(OUTSIDE)
    assert np.any(region.result().outcomes[:, outside, :] != 0)


def test_the_line_haul_of_a_round_is_paid_once_by_all_its_members_together():
    """Whatever the seasons let through: line hauls and stops of a year, split over its months."""
    scenario = short_with_centre()
    region = Region(scenario, 7, 0, small_tables())
    seen = 0
    for _ in range(60):
        region.step()
        for pool in region.pools.by_taker.values():
            members = [case for case in pool.cases if case.operating]
            if members:
                paid = 12 * sum(region.pools.month_cost(case) for case in members)
                rounds = pool.linkage.rounds_per_year
                assert paid == pytest.approx(rounds * (pool.linkage.round_dkk + len(members) * pool.linkage.stop_dkk))
                seen += 1
    assert seen > 0
