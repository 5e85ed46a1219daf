"""Small made-up scenarios and results, for tests of what happens to results."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

from model import months
from model.experiment.commands.job import Job
from model.experiment.commands.provenance import write_provenance
from model.experiment.plan.design import Run, plan
from model.experiment.results import tables
from model.experiment.results.outcome import Failed, Finished, Made
from model.experiment.results.store import write_tables
from model.experiment.workers.executors import in_processes
from model.experiment.workers.limits import Limits
from model.experiment.workers.runner import do_by, do_here
from model.experiment.workers.worker import Simulate
from model.months import NEVER
from model.outcomes import NAMES, OUTSIDE
from model.record import CaseRecord, CentreMonth, RunResult
from model.scenario.scenario import Scenario

YEARS = (2010, 2011, 2012)
FIRMS = ("a", "b", "c", "partner-01")
PLACES = ("326", OUTSIDE)
BASE = Path(__file__).parents[1] / "scenarios" / "base.yaml"
CENTRE = {
    "funding": [{"funder": "all", "total_dkk": 12e6, "first": "2011-01", "months": 48}],
    "hour_shares": {"visibility": 0.1, "screening": 0.4, "brokerage": 0.4, "gathering": 0.1},
    "targeting": "largest_first",
    "catchment": [],
    "handed_over": False,
}


@cache
def _base() -> dict[str, Any]:
    return yaml.safe_load(BASE.read_text(encoding="utf-8"))


THREE = ["326", "316", "306"]


def no_centre(**changes: Any) -> Scenario:
    """The base scenario in its three first municipalities, without background programmes."""
    base = _base()
    region, society = base["region"] | {"municipalities": THREE}, base["society"] | {"programmes": []}
    return Scenario.model_validate(base | {"region": region, "society": society} | changes)


def with_centre(total_dkk: float = 12e6, **changes: Any) -> Scenario:
    funding = [CENTRE["funding"][0] | {"total_dkk": total_dkk}]
    return no_centre(levers={"centre": CENTRE | {"funding": funding}}, **changes)


def case(
    supplier: str = "a",
    receiver: str = "b",
    started: int | None = None,
    ended: int | None = None,
    savings: Any = ((0, 0), (0, 0), (0, 0)),
    **changes: Any,
) -> CaseRecord:
    """A case from `supplier` to `receiver`; months as (year, month) counts, savings by year and side in DKK."""
    fields: dict[str, Any] = {name: 0 for name, kind in CaseRecord.__annotations__.items() if kind is int}
    fields |= {name: 0.0 for name, kind in CaseRecord.__annotations__.items() if kind is float}
    fields |= {name: "x" for name, kind in CaseRecord.__annotations__.items() if kind is str}
    fields |= {
        "supplier": supplier,
        "receiver": receiver,
        "supplier_municipality": "326",
        "receiver_municipality": "326",
    }
    fields |= {"unit": "t", "mode": "truck", "opened": months.month(2010, 1), "assessed": NEVER, "matched": NEVER}
    fields |= {"started": NEVER if started is None else started, "ended": NEVER if ended is None else ended}
    fields |= {"end_cause": "", "savings_by_year_dkk": np.array(savings, dtype=float)}
    return CaseRecord(**fields | changes)


def result(cases: list[CaseRecord], jobs_lost: Any = None, fill: float = 0.0, centre: bool = False) -> RunResult:
    lost = np.zeros((len(YEARS), len(FIRMS))) if jobs_lost is None else np.array(jobs_lost, dtype=float)
    nothing = {name: kind(0) for name, kind in CentreMonth.__annotations__.items()}
    first = {"month": months.month(2011, 1), "staff_fte": 1.0, "income_ore": 100, "salaries_ore": 50, "balance_ore": 50}
    month = CentreMonth(**nothing | first | {"screening_h": 2.0, "screened": 6})
    return RunResult(
        years=YEARS,
        municipalities=PLACES,
        outcomes=np.full((len(YEARS), len(PLACES), len(NAMES)), fill),
        cases=cases,
        firms=FIRMS,
        jobs_lost_by_firm=lost,
        closed=np.full(len(FIRMS), NEVER, np.int32),
        jobs=np.full(len(FIRMS), 10.0),
        centre=[month] if centre else [],
        draws={"prices.wage_dkk_per_h": 450.0, "jobs.margin_volatility": 0.01},
    )


def simulate(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    """Stands in for the model: a result that depends on scenario, seed and replicate."""
    funded = scenario.levers.centre is not None
    start = months.month(2011, 6 if funded else 9)
    saved = float(seed + replicate)
    return result([case(started=start, savings=[(0, 0), (saved, 1), (saved, 2)])], fill=saved, centre=funded)


def runs(replicates: int = 2) -> list[Run]:
    return plan({"no_centre": no_centre(), "centre": with_centre()}, replicates, seed=7)


def tabulated(results: list[tuple[Run, RunResult]], seconds: float = 1.0) -> list[Finished]:
    """Runs that came to their end with these results."""
    parts = tables.tabulated(results)
    return [Finished(run, parts[run.id], seconds) for run, _ in results]


def finished(replicates: int = 2, seconds: float = 1.0) -> list[Finished]:
    return tabulated([(run, simulate(run.scenario, run.seed, run.replicate)) for run in runs(replicates)], seconds)


LIMITS = Limits(seconds=60, memory_mb=4096)


class Outcome(NamedTuple):
    """What became of runs, both lists in the order they were asked for."""

    finished: list[Finished]
    failed: list[Failed]


def run_all(runs: list[Run], workers: int, simulate: Simulate = simulate, limits: Limits = LIMITS) -> Outcome:
    """Do all runs, with no worker in this process."""
    doing = do_by(in_processes(simulate, limits), workers, runs) if workers else do_here(runs, simulate)
    done = {one.run.id: one for together in doing for one in together}
    in_order = [done[run.id] for run in runs]
    return Outcome([one for one in in_order if isinstance(one, Finished)], [one for one in in_order if isinstance(one, Failed)])


def write_results(folder: Path, finished: list[Finished], failed: list[Failed] | None = None) -> None:
    """Write what a result folder holds, but for its ledger."""
    failed = failed or []
    place = {name: i for i, name in enumerate(dict.fromkeys(one.run.name for one in finished))}
    in_order = sorted(finished, key=lambda one: (place[one.run.name], one.run.replicate))
    write_tables(folder, [one.run for one in in_order], in_order)
    job = Job({one.run.name: one.run.base for one in finished}, 2, 7, "agents", (), {}, {})
    write_provenance(folder, job, Made([one.run for one in (*in_order, *failed)], failed, None))
