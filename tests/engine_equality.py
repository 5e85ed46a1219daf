"""Runs regions on the agents and on the compiled engine and says where they part: `python -m tests.engine_equality`.

For every region one line; where the two differ, the first event that does, all fields of both sides, and what each side
decided on in that month. The exit code is 1 where anything differs, 2 where there is no engine to compare with.
"""

import argparse
import sys
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from operator import attrgetter
from time import perf_counter
from typing import Any, NamedTuple

from model import months
from model.agents.opportunities import Proposal, opportunity
from model.agents.pairs import Pair
from model.agents.party import Party
from model.agents.region import Region, live
from model.draws import Purpose
from model.experiment.explain.eyewitness import Eyewitness
from model.record import RunResult
from model.scenario.scenario import Scenario
from model.world.known import load_known
from model.world.streams import RegionTables
from tests.first_difference import Difference, first_difference
from tests.random_regions import random_region

ENGINE = "model.month.simulate"
FULL = ("funding", "rules", "rivals", "recession")
"""Shipped questions whose scenarios are run on the full region, in one replicate."""


class Subject(NamedTuple):
    """One run to be looked at: what it is called, and all that a run takes."""

    name: str
    scenario: Scenario
    seed: int
    replicate: int
    tables: RegionTables | None


Simulate = Callable[[Subject], RunResult]


def by_agents(subject: Subject) -> RunResult:
    """Run the agents."""
    region = Region(subject.scenario, subject.seed, subject.replicate, subject.tables)
    live(region, subject.scenario.horizon.end)
    return region.result()


def by_engine(subject: Subject) -> RunResult:
    """Run the compiled engine."""
    return import_module(ENGINE).simulate(*subject[1:])


def of_random_region(seed: int, firms: int | None = None) -> Subject:
    """The run of a random region."""
    scenario, tables = random_region(seed, firms)
    return Subject(f"random region {seed}", scenario, seed, 0, tables)


def of_shipped(question: str, name: str) -> Subject:
    """The run of a shipped scenario on the full region."""
    file = load_known(question)
    return Subject(f"{question}/{name}", file.scenarios[name], file.seed or 2011, 0, None)


# --- one run ---------------------------------------------------------------------------------------------------------


class Verdict(NamedTuple):
    """What became of a run: one line, and a report where the two sides differ or one of them fails."""

    line: str
    report: str = ""


def compare(subject: Subject, theirs: Simulate = by_engine) -> str:
    """Return where agents and engine part, with both sides' arithmetic; "" where they do not."""
    difference = first_difference(by_agents(subject), theirs(subject))
    return told(difference, subject) if difference else ""


def look_at(subject: Subject) -> Verdict:
    """Run a region on both sides."""
    ours, agents_s = _timed(by_agents, subject)
    try:
        theirs, engine_s = _timed(by_engine, subject)
    except Exception:
        return Verdict(f"{_summary(subject, ours)}: THE ENGINE FAILS", traceback.format_exc())
    difference = first_difference(ours, theirs)
    took = f"agents {agents_s:.2f} s, engine {engine_s:.2f} s"
    if difference is None:
        return Verdict(f"{_summary(subject, ours)}: equal ({took})")
    return Verdict(f"{_summary(subject, ours)}: DIFFERS ({took})", told(difference, subject))


def _timed(simulate: Simulate, subject: Subject) -> tuple[RunResult, float]:
    began = perf_counter()
    return simulate(subject), perf_counter() - began


def _summary(subject: Subject, result: RunResult) -> str:
    horizon = subject.scenario.horizon
    sizes = (
        f"{len(result.firms)} firms, {horizon.end - horizon.start + 1} months, {len(result.cases)} cases, "
        f"{sum(case.started >= 0 for case in result.cases)} exchanges"
    )
    return f"{subject.name}: {sizes}; {', '.join(features(subject.scenario))}"


def features(scenario: Scenario) -> list[str]:
    """Name what a scenario has: rules, levers, programmes, events."""
    levers, society = scenario.levers, scenario.society
    found = [scenario.rules.price, scenario.rules.trust]
    if levers.centre is not None:
        found.append(f"centre ({', '.join(_traits(levers.centre))})")
    found += [name for name in type(levers).model_fields if name != "centre" and getattr(levers, name) is not None]
    found += ["programmes"] * bool(society.programmes) + ["events"] * bool(society.events)
    return found


def _traits(centre: Any) -> list[str]:
    lines = [f"{len(centre.funding)} lines"] if len(centre.funding) > 1 else []
    named = [name for name in ("catchment", "home", "grants", "handed_over") if getattr(centre, name)]
    return [centre.targeting, *lines, *named]


# --- the arithmetic of both sides ------------------------------------------------------------------------------------


def told(difference: Difference, subject: Subject) -> str:
    """Return a difference in words, with what both sides decided on."""
    return "\n".join([str(difference), *arithmetic(difference, subject)])


def arithmetic(difference: Difference, subject: Subject) -> list[str]:
    """Return what agents and engine decided on a case that differs, in the months that matter; nothing without a case."""
    if not difference.case:
        return []
    return [
        "  what the agents decided on:",
        *_indented(agents_decisions(difference, subject)),
        "  what the engine decided on:",
        *_indented(engine_decisions(difference, subject)),
    ]


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines or ["nothing about this case in these months"]]


def agents_decisions(difference: Difference, subject: Subject) -> list[str]:
    """Run the agents again up to the month of a difference, with an eye on its case and on who comes upon whom."""
    witness = Eyewitness(difference.case)
    region = Onlooker(difference, subject, witness)
    witness.watch(region)
    live(region, min(difference.month, subject.scenario.horizon.end))
    seen = [*region.sights, *(tuple(sight) for sight in witness.sights)]
    seen += [(month["month"], "operated", month) for month in witness.months]
    mattering = [sight for sight in seen if difference.since <= sight[0] <= difference.month]
    return [line for sight in sorted(mattering, key=lambda sight: sight[0]) for line in _sight(*sight)]


class Onlooker(Region):
    """A region that notes, in the month in which one side opens a case, how its pair stands before anybody answers."""

    def __init__(self, difference: Difference, subject: Subject, witness: Eyewitness) -> None:
        super().__init__(subject.scenario, subject.seed, subject.replicate, subject.tables, witness=witness)
        self._sides = [side for side in (difference.ours, difference.theirs) if side is not None]
        self.sights: list[tuple[int, str, dict[str, Any]]] = []

    def _answer(self) -> None:
        if self.month in [side["opened"] for side in self._sides]:
            self.sights += [(self.month, "before anybody answers", self._standing(row)) for row in self._rows()]
        super()._answer()

    def _rows(self) -> list[int]:
        ends = tuple(self._sides[0][name] for name in ("supplier", "receiver", "linkage"))
        supplies = [supply for supply in self.supplies if supply.owner.code == ends[0]]
        rows = (row for supply in supplies for row in self.candidates.rows(supply))
        return [row for row in rows if _ends(self.candidates.pairs[row]) == ends]

    def _standing(self, row: int) -> dict[str, Any]:
        pair = self.candidates.pairs[row]
        supply, need = pair.supply, pair.need
        surplus, quantity = opportunity(pair, self)
        return {
            "contact": float(self.candidates.columns.contact[row]),
            "luck": self.draws.one(Purpose.FIND_PARTNER, self.month, pair.id),
            "attention": self.market.attention[supply.residual.code],
            "supplier": _mind(supply.owner) | {"known": supply.known, "free": supply.free},
            "receiver": _mind(need.owner) | {"free": need.free / pair.linkage.substitution},
            "rests_until": months.label(supply.rests_until.get(pair.id, self.month)),
            "come_upon": row in self.found.get(supply.index, []),
            "surplus_dkk": surplus,
            "quantity": quantity,
            "proposals_to_the_receiver": [_offer(one) for one in sorted(need.proposals, key=attrgetter("rank"))],
        }


def _offer(proposal: Proposal) -> str:
    supplier = proposal.pair.supply.owner.code
    return f"{proposal.quantity!r} of {supplier}, {proposal.surplus_dkk!r} DKK ({proposal.opened_by})"


def _ends(pair: Pair) -> tuple[str, str, str]:
    return pair.supply.owner.code, pair.need.owner.code, pair.linkage.code


def _mind(party: Party) -> dict[str, Any]:
    return {"open": party.open, "aware": party.aware, "informed": party.informed}


DATES = ("first", "last_month")
"""Figures of a sight that are months."""


def _sight(month: int, kind: str, facts: dict[str, Any]) -> list[str]:
    dated = {name: months.label(value) if name in DATES else value for name, value in facts.items() if name != "month"}
    return [f"{months.label(month)} {kind}:", *(f"  {name} = {value}" for name, value in _flat(dated))]


def _flat(facts: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every number of nested facts by its path."""
    match facts:
        case dict():
            for key, value in facts.items():
                yield from _flat(value, f"{name}.{key}" if name else key)
        case list() if any(isinstance(value, dict) for value in facts):
            for side, value in zip(("supplier", "receiver"), facts, strict=False):
                yield from _flat(value, f"{name}[{side}]")
        case _:
            yield name, repr(facts)


def engine_decisions(difference: Difference, subject: Subject) -> list[str]:
    """Ask the engine for its own account of the same months, where it can give one."""
    trace = getattr(import_module(ENGINE), "trace", None) if has_engine() else None
    if trace is None:
        return [f"{ENGINE} has no trace"]
    return [line for month in _months(difference, subject) for line in trace(*subject[1:], difference.case, month)]


def _months(difference: Difference, subject: Subject) -> range:
    horizon = subject.scenario.horizon
    return range(max(difference.since, horizon.start), min(difference.month, horizon.end) + 1)


def has_engine() -> bool:
    """Tell whether there is an engine to compare with."""
    return find_spec(ENGINE.rpartition(".")[0]) is not None and find_spec(ENGINE) is not None


# --- all of them -----------------------------------------------------------------------------------------------------


class Task(NamedTuple):
    """What a worker is told: the maker of a subject, and what it takes."""

    make: Callable[..., Subject]
    arguments: tuple[Any, ...]


def tasks(regions: int, seed: int, full_region: bool) -> list[Task]:
    """Return the random regions of so many seeds in a row, and the shipped scenarios where they are asked for."""
    found = [Task(of_random_region, (n,)) for n in range(seed, seed + regions)]
    if full_region:
        found += [Task(of_shipped, (question, name)) for question in FULL for name in load_known(question).scenarios]
    return found


def do(task: Task) -> Verdict:
    """Look at one run."""
    return look_at(task.make(*task.arguments))


def main(arguments: list[str] | None = None) -> int:
    """Run the check from a command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.engine_equality", description=__doc__)
    parser.add_argument("--regions", type=int, default=100, help="how many random regions")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first; the others follow")
    parser.add_argument("--full-region", action="store_true", help=f"also {', '.join(FULL)} on the full region")
    parser.add_argument("--workers", type=int, default=2, help="processes; 1: this one alone")
    given = parser.parse_args(arguments)
    if not has_engine():
        print(f"There is no {ENGINE} to compare with.", file=sys.stderr)
        return 2
    return _run_all(tasks(given.regions, given.seed, given.full_region), given.workers)


def _run_all(listed: list[Task], workers: int) -> int:
    """Look at all, tell of each as soon as those before it are done, and sum up."""
    differing = 0
    for verdict in _verdicts(listed, workers):
        print("\n".join(filter(None, verdict)), flush=True)
        differing += bool(verdict.report)
    print(f"{len(listed)} runs: {len(listed) - differing} equal, {differing} not")
    return 1 if differing else 0


def _verdicts(listed: list[Task], workers: int) -> Iterator[Verdict]:
    if workers == 1:
        yield from map(do, listed)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(do, listed)


if __name__ == "__main__":
    sys.exit(main())
