"""Nobody's simulated money or fate is shown: what the tables of a result say of named firms is one sum over three or more."""

import shutil
from collections import defaultdict

import numpy as np
import pytest

from model.agents.region import Region
from model.experiment.plan.design import plan
from model.experiment.results.tables import PRIVATE, tabulated
from model.outcomes import INDEX, NAMED, NAMES, OUTSIDE, PARTS, UNITS
from model.record import RunResult
from model.shipped import SCENARIOS
from model.world.region_tables import load_region_tables
from model.world.tables import TableError
from tests.made_up import no_centre, with_centre
from tests.worlds import SHORT, run, short_with_centre, small_tables

MONEY = ("savings_supplier", "savings_receiver")


def named_in(tables, count):
    """The same tables with only so many of the named firms still named."""
    rows = tuple(row._replace(named=place < count) for place, row in enumerate(tables.partners))
    return tables._replace(partners=rows)


@pytest.fixture(scope="module", params=[12, 3, 2, 1])
def lived(request) -> tuple[int, Region, RunResult]:
    """A region in which so many firms are named, and what its run leaves."""
    region = run(short_with_centre(), named_in(small_tables(), request.param))
    return request.param, region, region.result()


def parts_of(ours: RunResult, theirs: RunResult):
    planned = plan({"no_centre": no_centre(horizon=SHORT), "centre": with_centre(horizon=SHORT)}, 1, seed=7)
    twin, centre = planned
    return tabulated([(twin, theirs), (centre, ours)])[centre.id]


def test_what_is_recorded_of_three_named_firms_or_more_stands_apart_from_their_municipalities(lived):
    count, region, result = lived
    assert (NAMED in result.municipalities) == (count >= 3)
    if count >= 3:
        jobs = result.outcomes[-1, result.municipalities.index(NAMED), INDEX["jobs"]]
        assert jobs == sum(firm.jobs for firm in region.firms if firm.named)
        assert {firm.recorded_at for firm in region.firms if not firm.named} == set(region.municipalities)


def test_where_they_stand_bears_on_no_sum_of_the_region(lived):
    """Only a place of the books differs: the same events, the same sums over the region."""
    _, _, result = lived
    nobody = run(short_with_centre(), named_in(small_tables(), 0)).result()
    inside = [place for place, code in enumerate(result.municipalities) if code != OUTSIDE]
    theirs = [place for place, code in enumerate(nobody.municipalities) if code != OUTSIDE]
    assert np.allclose(result.outcomes[:, inside].sum(axis=1), nobody.outcomes[:, theirs].sum(axis=1), rtol=1e-12)
    assert [case._replace(private=0)[:-1] for case in result.cases] == [case[:-1] for case in nobody.cases]


def test_no_case_of_a_named_firm_shows_money_or_fate_and_none_at_all_where_fewer_than_three_are_named(lived):
    count, region, result = lived
    named = {firm.code for firm in region.firms if firm.named}
    cases = parts_of(result, result)["cases"].columns
    for row, case in enumerate(result.cases):
        hidden = bool({case.supplier, case.receiver} & named) or count < 3
        assert case.private == hidden
        if hidden:
            assert all(np.ma.getmaskarray(cases[name])[row] for name in ("capital_dkk", "savings_supplier_dkk", "delivered"))


def test_subtracting_published_tables_leaves_no_less_than_the_sum_over_three_named_firms(lived):
    """All that anybody could take away from a total: the cases shown, by side's place of record, and by class."""
    count, region, result = lived
    money = {
        code: result.outcomes[:, place, [INDEX[name] for name in MONEY]].sum()
        for place, code in enumerate(result.municipalities)
        if code != OUTSIDE
    }
    shown, true = defaultdict(float), defaultdict(lambda: defaultdict(float))
    for case in result.cases:
        for side, saved in (("supplier", case.savings_supplier_dkk), ("receiver", case.savings_receiver_dkk)):
            firm = region.party_of.get(next((p.identity for p in region.parties if p.code == getattr(case, side)), 0))
            if firm.recorded_at == OUTSIDE:
                continue
            true[firm.recorded_at][firm.code] += saved
            shown[firm.recorded_at] += 0.0 if case.private else saved
    for place, total in money.items():
        left = total - shown[place]
        if abs(left) < 0.01:
            continue
        behind = {code for code, saved in true[place].items() if abs(saved) > 0.01}
        some_named = behind & {firm.code for firm in region.firms if firm.named}
        assert len(behind) >= 3 or not some_named, f"{place}: what is left of its sum is {behind}"


def test_the_parts_of_a_difference_hold_named_firms_exchanges_as_one(lived):
    count, _, result = lived
    without = run(no_centre(horizon=SHORT), named_in(small_tables(), count)).result()
    rows = parts_of(result, without)["additionality"].columns
    last = slice(-len(PARTS), None)
    savings = dict(zip(PARTS, rows["savings_dkk"][last].tolist(), strict=True))
    inside = [place for place, code in enumerate(result.municipalities) if code != OUTSIDE]
    columns = [INDEX[name] for name in MONEY]
    whole = (result.outcomes - without.outcomes)[:, inside][..., columns].sum()
    assert sum(savings.values()) == pytest.approx(whole, abs=0.01)
    assert (savings[NAMED] != 0) == (count >= 3)


def test_every_column_of_cases_that_holds_money_or_an_end_is_private():
    about_money = {"price_dkk_per_unit", "capital_dkk", "investment_grant_dkk", "savings_supplier_dkk", "savings_receiver_dkk"}
    assert about_money | {"ended", "end_cause", "delivered"} == set(PRIVATE)
    assert "DKK" in UNITS.values() and len(NAMES) == len(UNITS)


def test_every_firm_of_a_users_table_is_named_unless_the_table_says_no(tmp_path):
    folder = shutil.copytree(SCENARIOS / "data" / "two_firms", tmp_path / "mine")
    header, *rows = (folder / "partners.csv").read_text(encoding="utf-8").splitlines()
    place = header.split(",").index("named")

    def partners(lines):
        (folder / "partners.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return [one.named for one in load_region_tables(folder).partners]

    assert partners([header, *rows]) == [False, False]
    without = [",".join(cell for i, cell in enumerate(line.split(",")) if i != place) for line in (header, *rows)]
    with pytest.raises(TableError, match="named"):  # that they close by chance would tell of them
        partners(without)
    assert partners([line.replace(",yes,0", ",no,0") for line in without]) == [True, True]
