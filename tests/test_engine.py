"""The compiled engine beside the agents: what it looks at, how its tables grow, what its runs share and leave alone."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import run as command_line
from model.agents.firm import Firm
from model.agents.opportunities import opportunity
from model.agents.region import Region
from model.draws import Draws, Purpose, key_of
from model.month import build, luck, month, opportunities, simulate
from model.month.columns import BY_FIRM, World
from model.record import RunResult
from model.rules.effort import most_cases
from model.scenario.scenario import Scenario
from model.world.landscape import landscape_of
from model.world.population import setting_of
from model.world.streams import RegionTables
from tests.engine_equality import Subject, by_engine, of_random_region
from tests.first_difference import first_difference
from tests.worlds import everything, short, small_tables

ROOT = Path(__file__).parents[1]

# --- without a compiler ----------------------------------------------------------------------------------------------

UNCOMPILED = """
from numba.core.dispatcher import Dispatcher
from model.month import simulate
from tests.engine_equality import by_agents, by_engine
from tests.first_difference import first_difference
from tests.test_engine import with_every_lever

of = with_every_lever()
assert not isinstance(simulate._compiled(), Dispatcher)
result = by_engine(of)
print(len(result.cases), sum(case.started >= 0 for case in result.cases), len(result.centre))
print(first_difference(by_agents(of), result))
"""


def with_every_lever() -> Subject:
    """Two and a half years of a few firms, with every lever."""
    horizon = {"start": "2010-07", "recorded_from": "2010-07", "end": "2012-12"}
    return Subject("every lever", everything(horizon=horizon), 7, 0, small_tables(1))


def test_with_the_compiler_off_the_same_source_tells_the_same_story():
    switches = {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", UNCOMPILED], cwd=ROOT, env=os.environ | switches, capture_output=True, text=True
    )
    assert not done.returncode, done.stderr
    counts, difference = done.stdout.split("\n", 1)
    cases, exchanges, diary = counts.split()
    assert (int(cases) > 30, int(exchanges) > 5, int(diary)) == (True, True, 30)
    assert difference.strip() == "None"


# --- what is looked at -----------------------------------------------------------------------------------------------

REGIONS = (2, 5, 11, 17, 28, 32)
"""Seeds of random regions: firms alone, with a platform, with an open register, few and many proposals."""
Offers = dict[int, tuple[float, float]]
"""Pairs by identity, and what their proposals promise: surplus and quantity."""


class AllPairs(Region):
    """A region that works out the month's proposals from every candidate pair, before it makes those of its own."""

    def __init__(self, of: Subject) -> None:
        super().__init__(of.scenario, of.seed, of.replicate, of.tables)
        self._all_draws = Draws(of.seed, of.replicate)
        self.expected: dict[int, Offers] = {}
        self.made: dict[int, Offers] = {}

    def _propose(self) -> None:
        self.expected[self.month] = self._by_all_pairs()
        super()._propose()
        proposals = [one for need in self.needs for one in need.proposals]
        assert len({one.pair.id for one in proposals}) == len(proposals)
        self.made[self.month] = {one.pair.id: (one.surplus_dkk, one.quantity) for one in proposals}

    def _by_all_pairs(self) -> Offers:
        offers, asked_for = {}, defaultdict(int)
        for supply, found in self._worthwhile().items():
            owner = self.supplies[supply].owner
            if not isinstance(owner, Firm):
                within = found if self.supplies[supply].unlimited else found[:1]
                offers |= {self.candidates.pairs[row].id: offer for row, offer in within}
            elif owner.takes_for_a_living or self._has_time(owner, asked_for[owner.code]):
                asked_for[owner.code] += 1
                row, best = min(found, key=lambda one: (-one[1][0], self.candidates.pairs[one[0]].id))
                offers[self.candidates.pairs[row].id] = best
        return offers

    def _has_time(self, owner: Firm, asked_for: int) -> bool:
        most = most_cases(owner.jobs, self.parameters.stages.jobs_per_further_case)
        return self.burden.get(owner.identity, 0.0) + asked_for + 1.0 <= most

    def _worthwhile(self) -> dict[int, list[tuple[int, tuple[float, float]]]]:
        """Rows come upon and worth a case, with what they promise, by supply."""
        columns, found = self.candidates.columns, defaultdict(list)
        luck = self._all_draws.uniform(Purpose.FIND_PARTNER, self.month, columns.id)
        for row in range(columns.id.size):
            pair = self.candidates.pairs[row]
            if luck[row] < self._chance(row):
                surplus, quantity = opportunity(pair, self)
                if surplus > 0.0:
                    found[pair.supply.index].append((row, (surplus, quantity)))
        return found

    def _chance(self, row: int) -> float:
        """The chance a month that somebody comes upon a pair."""
        pair, search = self.candidates.pairs[row], self.parameters.search
        looks = pair.supply.owner if isinstance(pair.supply.owner, Firm) else pair.need.owner
        if not (isinstance(looks, Firm) and looks.open and looks.aware):
            return 0.0
        ready = search.self_identification_per_month * (1.0 if looks.informed else search.aware_weight)
        if looks is pair.need.owner:
            return search.other_weight * ready
        if not pair.supply.known:
            return 0.0
        weights = [float(self.candidates.columns.contact[row])]
        for shown in self.introductions():
            weights += [shown.weight] * bool(shown.supplies[pair.supply.index] and shown.needs[pair.need.index])
        return max(weights) * ready * self.market.attention[pair.supply.residual.code]


def all_pairs_of(of: Subject) -> AllPairs:
    region = AllPairs(of)
    while region.month <= of.scenario.horizon.end:
        region.step()
    return region


@cache
def looked_at(seed: int) -> tuple[Subject, AllPairs]:
    of = of_random_region(seed, 40)
    return of, all_pairs_of(of)


@pytest.mark.parametrize("seed", REGIONS)
def test_agents_propose_what_looking_at_every_pair_would_have_them_propose(seed):
    _, region = looked_at(seed)
    assert sum(map(len, region.expected.values())) > 10
    assert region.made == region.expected


@pytest.mark.parametrize("seed", REGIONS)
def test_the_engine_proposes_what_looking_at_every_pair_would_have_it_propose(seed, monkeypatch):
    of, region = looked_at(seed)
    busiest = sorted(region.expected, key=lambda at: len(region.expected[at]))[-2:]
    for at in busiest:
        proposals = proposals_of_engine(of, at, monkeypatch)
        assert set(proposals) == set(region.expected[at])
        for pair, promised in region.expected[at].items():
            assert proposals[pair] == pytest.approx(promised, rel=1e-9)


class Seen(Exception):
    """What was wanted of a month has been seen; only compiled code chooses rules by number, so the rest of it is left out."""


def proposals_of_engine(of: Subject, at: int, monkeypatch: pytest.MonkeyPatch) -> Offers:
    """Run compiled up to a month, then that month's first steps as plain Python, and return what firms propose in it."""
    world = world_before(of, at)
    seen: Offers = {}
    propose = opportunities.propose

    def watched(w: World) -> None:
        propose(w)
        made = w.proposals[: w.now[0].proposals]
        assert set(made.opened_by.tolist()) <= {BY_FIRM}
        seen.update(zip(made.pair.tolist(), zip(made.surplus_dkk.tolist(), made.quantity.tolist(), strict=True), strict=True))
        assert len(seen) == len(made)
        raise Seen

    with monkeypatch.context() as patched:
        # Called from plain Python, compiled code hands back words as int, which it would not take as uint64.
        patched.setattr(luck, "key_of", lambda *key: tuple(map(np.uint64, key_of(*key))))
        patched.setattr(opportunities, "propose", watched)
        with pytest.raises(Seen):
            month.step(world)
    return seen


def world_before(of: Subject, at: int) -> World:
    """The columns of a region as they are when a month begins."""
    worlds: list[World] = []
    world_of = build.world_of
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(build, "world_of", lambda *given: worlds.append(world_of(*given)) or worlds[-1])
        patched.setattr(simulate.result, "result_of", lambda *_: None)
        patched.setattr(simulate, "_compiled", until(at - 1, simulate._compiled))
        by_engine(of)
    assert worlds[-1].now[0].month == at and not worlds[-1].now[0].full
    return worlds[-1]


def until(last: int, compiled: Callable[..., Any]) -> Callable[..., Any]:
    """What gives compiled code that runs no further than a month."""
    return lambda *own: lambda world, _: compiled(*own)(world, last)


@pytest.mark.parametrize("seed", REGIONS)
def test_every_case_a_firm_opens_was_proposed_by_looking_at_every_pair(seed):
    of, region = looked_at(seed)
    by_firms = [case for case in by_engine(of).cases if case.opened_by == "firm" and case.mode != "pooled"]
    pairs = region.candidates.pairs
    expected = {
        (at, pair.supply.owner.code, pair.need.owner.code, pair.linkage.code): offers[pair.id][1]
        for at, offers in region.expected.items()
        for pair in pairs.values()
        if pair.id in offers
    }
    assert by_firms
    for case in by_firms:
        assert case.quantity_per_year <= expected[case.opened, case.supplier, case.receiver, case.linkage] * (1 + 1e-9)


# --- tables that grow ------------------------------------------------------------------------------------------------

FEWEST = {name: 2 if name == "notes" else 1 for name in build.Sizes._fields}
"""Rows to begin with; half of the notes stay empty."""


@cache
def busy() -> tuple[Subject, RunResult]:
    """A region whose every table fills, and its story with room to spare."""
    of = of_random_region(1, 40)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(simulate, "_sizes", [build.Sizes()])
        result = by_engine(of)
        assert simulate._sizes == [build.Sizes()]
    return of, result


@pytest.mark.parametrize("short_of", [*FEWEST, "everything"])
def test_tables_that_turn_out_too_short_are_doubled_and_the_story_stays_the_same(short_of, monkeypatch):
    of, expected = busy()
    few = FEWEST if short_of == "everything" else {short_of: FEWEST[short_of]}
    begun_with = build.Sizes()._replace(**few)
    sizes = [begun_with]
    monkeypatch.setattr(simulate, "_sizes", sizes)
    difference = first_difference(expected, by_engine(of))
    assert difference is None, str(difference)
    (enough,) = sizes
    times = {now // before for now, before in zip(enough, begun_with, strict=True)}
    assert len(times) == 1 and times.pop() >= 2


def test_room_found_to_be_needed_is_there_for_the_next_run(monkeypatch):
    sizes = [build.Sizes(**FEWEST)]
    monkeypatch.setattr(simulate, "_sizes", sizes)
    worlds: list[World] = []
    world_of = build.world_of
    monkeypatch.setattr(build, "world_of", lambda *given: worlds.append(world_of(*given)) or worlds[-1])
    by_engine(busy()[0])
    first = len(worlds)
    by_engine(busy()[0])
    assert first > 3 and len(worlds) == first + 1


# --- what is shared --------------------------------------------------------------------------------------------------


def imprint(value: Any) -> Any:
    """What a value holds, as something that can be compared later."""
    if isinstance(value, np.ndarray):
        return blake2b(value.tobytes()).hexdigest(), value.dtype, value.shape
    if isinstance(value, dict):
        return {name: imprint(member) for name, member in value.items()}
    if isinstance(value, tuple):
        return tuple(map(imprint, value))
    return value


def test_twins_share_landscape_and_ground_and_a_run_leaves_both_as_they_were(monkeypatch):
    grounds: list[Any] = []
    world_of = build.world_of

    def watched(scenario: Scenario, ground: Any, *more: Any) -> World:
        grounds.append((ground, imprint(ground)))
        return world_of(scenario, ground, *more)

    monkeypatch.setattr(build, "world_of", watched)
    tables: RegionTables = small_tables(2)
    twins = [everything(), short(), everything(rules={"price": "equal_split", "trust": "ghali2017"}), short()]
    for twin in twins:
        simulate.simulate(twin, 7, 0, tables)
    ground, before = grounds[0]
    drawn = build.drawn(short(), Draws(7, 0))
    assert ground.landscape is landscape_of(setting_of(short(), drawn, tables, 7, 0))
    assert len(grounds) == len(twins) and all(other is ground for other, _ in grounds)
    # Programmes are laid out when first asked for.
    assert grounds[1][1][:-1] == before[:-1] and len(ground.checks) == 1
    assert imprint(ground) == grounds[1][1]


def test_another_replicate_has_another_ground():
    tables = small_tables(2)
    firms = [simulate.simulate(short(), 7, replicate, tables).firms for replicate in (0, 1)]
    assert firms[0] != firms[1]


def test_a_run_changes_its_own_columns_and_those_of_no_other(monkeypatch):
    worlds: list[World] = []
    world_of = build.world_of
    monkeypatch.setattr(build, "world_of", lambda *given: worlds.append(world_of(*given)) or worlds[-1])
    tables = small_tables(2)
    simulate.simulate(everything(), 7, 0, tables)
    after = imprint(tuple(worlds[0]))
    simulate.simulate(everything(), 7, 0, tables)
    simulate.simulate(short(), 7, 0, tables)
    assert imprint(tuple(worlds[0])) == after
    assert imprint(worlds[0].outcomes) == imprint(worlds[1].outcomes) != imprint(worlds[2].outcomes)


# --- files -----------------------------------------------------------------------------------------------------------


def test_both_engines_write_the_same_tables_byte_for_byte_and_say_which_they_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written = {}
    for engine in command_line.given.ENGINES:
        options = ["--engine", engine, "--out", engine, "--workers", "1", "--replicates", "2"]
        assert command_line.main(["run", "two_firms", *options]) == command_line.DONE
        assert json.loads(Path(engine, "provenance.json").read_text(encoding="utf-8"))["engine"] == engine
        written[engine] = {path.name: path.read_bytes() for path in Path(engine).glob("*.parquet")}
    assert set(written) == {"agents", "compiled"}
    agents, compiled = written["agents"], written["compiled"]
    assert set(agents) == set(compiled) > {"runs.parquet", "cases.parquet", "outcomes.parquet"}
    # Runs say how many seconds they took.
    differing = {name for name in agents if agents[name] != compiled[name]}
    assert differing <= {"runs.parquet"}
