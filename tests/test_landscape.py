"""What scenarios of a replicate share: built once, the same as built twice, and beyond the reach of any run."""

import gc
import hashlib
import weakref

import numpy as np
import pytest

from model.agents.opportunities import found_rows
from model.agents.pairs import pair_of
from model.agents.party import OutsidePlace
from model.agents.region import Region, _release
from model.draws import Purpose
from model.experiment.workers.runner import _batches
from model.world import landscape
from model.world.landscape import MOST_KEPT, build, landscape_of
from model.world.matching import ACQUAINTED
from model.world.population import Setting, setting_of
from tests.made_up import no_centre, runs
from tests.worlds import SHORT, run, shorn, short, short_with_centre, small_tables

TABLES = small_tables(2)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(landscape, "_kept", [])


def region(scenario=None, seed=7, replicate=0, tables=TABLES):
    return Region(scenario or short(), seed, replicate, tables)


def setting():
    region()
    return landscape._kept[-1][0]


def digest(one):
    plain = repr((one.workplaces, one.outside, one.acquaintances, [sorted(known) for known in one.acquainted]))
    columns = b"".join(column.tobytes() for column in one.pairs)
    return hashlib.sha256(plain.encode() + columns).hexdigest()


def with_number(group, name, value):
    numbers = short().uncertainties.model_dump()
    numbers[group][name] = value
    return short(uncertainties=numbers)


def numbers():
    groups = short().uncertainties
    return [(group, name) for group in type(groups).model_fields for name in type(getattr(groups, group)).model_fields]


# --- sharing ---------------------------------------------------------------------------------------------------------


def test_two_scenarios_that_share_a_landscape_leave_what_they_leave_with_one_each():
    fresh = []
    for scenario in (short(), short_with_centre()):
        landscape._kept.clear()
        fresh.append(shorn(run(scenario).result()))
    landscape._kept.clear()
    one, other = run(short()), run(short_with_centre())
    assert one.landscape is other.landscape
    assert [shorn(one.result()), shorn(other.result())] == fresh
    assert shorn(run(short()).result()) == fresh[0]


def test_a_run_leaves_the_landscape_as_it_was():
    scenario = short_with_centre()
    before = region(scenario, tables=small_tables()).landscape
    of_old = digest(before)
    assert run(scenario).landscape is before
    assert digest(before) == of_old


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "another"},
        {"society": {"landfill_tax_dkk_per_t": {"2005-01": 900}, "demand": {"2005-01": 0.8}}},
        {"horizon": {"start": "2009-01", "recorded_from": "2011-01", "end": "2013-12"}},
        {"levers": short_with_centre().levers.model_dump()},
        {"rules": {"price": "another", "trust": "another"}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_does_not_shape_the_region_does_not_part_two_scenarios(changes):
    plain = region()
    changed = no_centre(**({"horizon": SHORT} | changes))
    assert landscape_of(setting_of(changed, plain.parameters, TABLES, 7, 0)) is plain.landscape


@pytest.mark.parametrize(
    "changes",
    [
        {"municipalities": ("326", "316")},
        {"road_factor": 1.4},
        {"candidates_per_stream": 1},
        {"start": 24100},
        {"end": 24200},
        {"seed": 8},
        {"replicate": 1},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_shapes_the_region_parts_two_scenarios(changes):
    plain = setting()
    assert digest(build(plain._replace(**changes))) != digest(build(plain))
    assert landscape_of(plain._replace(**changes)) is not landscape_of(plain)


def test_an_uncertain_number_is_in_the_setting_if_and_only_if_it_bears_on_the_landscape():
    """One left out would let scenarios share a landscape that is not theirs; one too many would part them for nothing."""
    plain, of_plain = setting(), digest(region().landscape)
    bearing = []
    for group, name in numbers():
        number = getattr(getattr(short().uncertainties, group), name)
        landscape._kept.clear()
        moved = region(with_number(group, name, number.low if number.low is not None else number.value))
        if digest(moved.landscape) != of_plain:
            bearing.append(name)
            assert landscape._kept[-1][0] != plain, name
    assert bearing and sorted(bearing) == sorted(set(Setting._fields) & {name for _, name in numbers()})


def test_tables_changed_after_a_run_give_another_landscape_and_equal_ones_the_same():
    tables = TABLES._replace(sectors=dict(TABLES.sectors))
    before = region().landscape
    assert region(tables=tables).landscape is before
    tables.sectors["food"] = tables.sectors["food"]._replace(estate=not tables.sectors["food"].estate)
    after = region(tables=tables).landscape
    assert digest(after) != digest(before)
    assert region().landscape is before


# --- keeping ---------------------------------------------------------------------------------------------------------


def test_a_landscape_cannot_be_written_to():
    one = region().landscape
    with pytest.raises(AttributeError):
        one.workplaces = ()  # type: ignore[misc]
    for column in one.pairs:
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 0
        with pytest.raises(ValueError, match="WRITEABLE"):
            column.setflags(write=True)
    for value in one[:4]:
        assert isinstance(value, tuple)
        hash(value)


def test_a_process_keeps_few_landscapes_and_those_used_last():
    first = region(replicate=0).landscape
    for replicate in range(1, 6):
        region(replicate=replicate)
        assert region(replicate=0).landscape is first
        assert len(landscape._kept) == MOST_KEPT
    for replicate in range(1, 1 + MOST_KEPT):
        region(replicate=replicate)
    assert region(replicate=0).landscape is not first


def test_a_kept_landscape_keeps_no_run_alive():
    one = run(short())
    gone = weakref.ref(one)
    _release(one)
    del one
    gc.collect()
    assert len(landscape._kept) == 1
    assert gone() is None


def test_runs_of_a_replicate_go_to_one_worker_as_long_as_all_have_their_part():
    def together(workers):
        return [[run.replicate for run in batch.runs] for batch in _batches(runs(replicates=3), workers)]

    assert together(1) == [[0, 0], [1, 1], [2, 2]]
    assert together(3)[0] == [0, 0]
    assert together(4)[0] == [0]
    assert together(60) == [[0], [0], [1], [1], [2], [2]]


# --- pairs -----------------------------------------------------------------------------------------------------------


def test_every_pair_has_the_identity_road_and_contact_its_ends_give_it():
    here = region()
    columns = here.candidates.columns
    search = here.parameters.search
    for row in range(columns.id.size):
        pair = here.candidates.pairs[row]
        assert pair == pair_of(pair.supply, pair.need, pair.linkage, here.inputs.region.road_factor)
        assert pair.km <= pair.linkage.reach_km
        assert row in here.candidates.rows(pair.supply)
        supplier, receiver = pair.supply.owner, pair.need.owner
        neighbours = supplier.municipality == receiver.municipality
        stranger = search.same_municipality_weight if neighbours else search.other_weight
        contact = search.public_taker_weight if pair.need.public else stranger
        assert columns.contact[row] == (ACQUAINTED if receiver.identity in supplier.acquainted else contact)
        assert (row >= here.landscape.first_from_outside) == isinstance(supplier, OutsidePlace)
    assert columns.id.size > 1000


def test_acquainted_partners_are_found_from_both_ends():
    here = region()
    known = [row for row in range(here.candidates.columns.id.size) if here.candidates.columns.contact[row] == ACQUAINTED]
    takers = [row for supply in here.supplies for row in here.candidates.acquainted_takers(supply)]
    suppliers = [row for need in here.needs for row in here.candidates.acquainted_suppliers(need)]
    assert known and takers == sorted(suppliers) == known


def test_looking_at_those_who_look_finds_what_looking_at_all_pairs_finds():
    here = run(short_with_centre())
    columns, found = here.candidates.columns, {}
    luck = here.draws.uniform(Purpose.FIND_PARTNER, here.month, np.array(columns.id))
    for row, contact in enumerate(columns.contact.tolist()):
        pair = here.candidates.pairs[row]
        ready = pair.supply.owner.readiness() if pair.supply.known else 0.0
        if isinstance(pair.supply.owner, OutsidePlace):
            contact, ready = here.parameters.search.other_weight, pair.need.owner.readiness()
        if luck[row] < contact * ready:
            found.setdefault(pair.supply.index, []).append(row)
    assert found and found_rows(here) == found
