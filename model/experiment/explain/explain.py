"""Tells the story of one case: finds it in a result folder, simulates its run again, and watches it."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ... import __version__, months
from ...faults import Message, Told, say
from ...record import CaseRecord
from ...scenario.scenario import Scenario
from ...world.region_tables import tables_of
from ...world.streams import RegionTables
from ..plan.design import parameters_hash
from ..results.input_tables import used
from ..results.seals import known
from ..results.stored_draws import scenario_of_run
from ..results.tables import case_columns
from ..workers import own_rules
from .arithmetic import Plain
from .stored_cases import Row, StoredCase, find_case

Story = dict[str, Any]
"""A case as plain data for whoever puts it into words: months as texts such as 2011-01, sides as supplier, receiver.

`row`, `others`, `twin`: rows of cases.parquet; `run`: that of runs.parquet; `names`: names in both languages; `private`:
whether nothing but dates may be told. If it may: `rule`, the price rule; `end`, the last month; `sights`, each with month,
kind and figures; `years` of operation and of cost; `why`, the cause in the run's own words.
"""

TOLERANCE = 1e-9
"""Relative: floats may differ so much between computers."""


class Differs(Told):
    """The run does not come out as it was stored; the message says what differs."""


class Seen(NamedTuple):
    """A case watched through a run: its record, the years recorded, what was seen of it, its months of operation."""

    record: CaseRecord
    years: tuple[int, ...]
    sights: list[Any]
    months: list[Plain]


def story(folder: Path, case: str, run: str | None = None) -> Story:
    """Return the story of a case in one run, the first it occurs in unless one is named.

    Raises NotFound where folder, case or run are not there, Gone where its tables are not, ScenarioError or RuleFault where
    what was stored can no longer be used, and Differs where the run comes out otherwise today.
    """
    stored = find_case(folder, case.strip().lower(), run)
    rules = own_rules.read_stored(folder)
    with used(folder, known(folder).get("input_tables", {}), {}):
        scenario = scenario_of_run(folder, stored.run)
        told = _heading(stored, scenario)
        if told["private"]:
            return told
        seen = _watch(stored, scenario, folder)
    return told | _course(seen, scenario) | {"own_rules": [rule.name for rule in rules]}


def _heading(stored: StoredCase, scenario: Scenario) -> Story:
    row = stored.row
    return {
        **stored._asdict(),
        "private": bool(row["private"]),
        "names": _names(row, tables_of(scenario.region.data)),
    }


def _names(row: Row, tables: RegionTables) -> dict[str, dict[str, str]]:
    """Return what codes stand for, by column and language."""
    linkage, outside = tables.catalogue.linkages[row["linkage"]], tables.outside_places
    named: dict[str, Any] = {
        "linkage": linkage,
        "residual": tables.catalogue.residuals[row["residual"]],
        "input": tables.catalogue.inputs[linkage.input],
    }
    named |= {f"{side}_sector": tables.sectors.get(row[f"{side}_sector"]) for side in ("supplier", "receiver")}
    named |= {side: outside.get(row[side].removeprefix("outside-")) for side in ("supplier", "receiver")}
    names = {key: {"en": one.name_en, "da": one.name_da} for key, one in named.items() if one is not None}
    for side in ("supplier", "receiver"):
        place = tables.municipalities.get(row[f"{side}_municipality"])
        if place is not None:
            names[f"{side}_municipality"] = dict.fromkeys(("en", "da"), place.name)
    return names


# --- watching --------------------------------------------------------------------------------------------------------


def _watch(stored: StoredCase, scenario: Scenario, folder: Path) -> Seen:
    """Simulate the run up to the end of the case, or to that of the horizon, and hold it against its row."""
    from ...agents.observe import case_record  # the model is imported only where it is needed
    from ...agents.region import Region, live
    from .eyewitness import Eyewitness

    row = stored.row
    witness = Eyewitness(row["case"])
    region = Region(scenario, stored.run["seed"], stored.run["replicate"], witness=witness)
    witness.watch(region)
    last = months.parse(row["ended"]) if row["ended"] else scenario.horizon.end
    live(region, last)
    if witness.case is None:
        raise Differs(_refused(stored, [say("case.gone")], scenario, folder))
    record = case_record(witness.case, private=False)
    if differences := _differences(row, record):
        raise Differs(_refused(stored, differences, scenario, folder))
    return Seen(record, region.recorder.years, witness.sights, witness.months)


def _differences(row: Row, record: CaseRecord) -> list[Message]:
    now = {name: values[0] for name, values in case_columns([record]).items()}
    return [
        say("case.value", name=name, stored=_said(row[name]), now=_said(value))
        for name, value in now.items()
        if not _same(row[name], value)
    ]


def _same(stored: Any, now: Any) -> bool:
    if isinstance(stored, float) and isinstance(now, float):
        return math.isclose(stored, now, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(stored == now)


def _said(value: Any) -> Message | str:
    return say("case.no_value") if value is None else str(value)


def _refused(stored: StoredCase, differences: Sequence[Message], scenario: Scenario, folder: Path) -> Message:
    row = stored.row
    provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    changed = parameters_hash(scenario) != stored.run["parameters_hash"]
    version = say("case.version", stored=provenance["model"], own=__version__)
    first, *others = (*differences, version.followed_by(say("case.inputs_changed") if changed else None))
    return say("case.differs", case=row["case"], run=row["run"], how=first.followed_by(*others))


# --- the course ------------------------------------------------------------------------------------------------------


def _course(seen: Seen, scenario: Scenario) -> Story:
    return {
        "rule": scenario.rules.price,
        "end": months.label(scenario.horizon.end),
        "sights": [{"month": months.label(one.month), "kind": one.kind, **_dated(one.facts)} for one in seen.sights],
        "years": _years(seen),
        "first_year": seen.years[0],
        "why": _why(seen.sights),
    }


def _dated(facts: Plain) -> Plain:
    return facts | {name: months.label(facts[name]) for name in ("first", "last_month") if name in facts}


def _years(seen: Seen) -> list[Plain]:
    """Return what each recorded year of the case cost and brought, and how it ran; they add up to its row."""
    rows = []
    for year, savings in zip(seen.years, seen.record.savings_by_year_dkk.tolist(), strict=True):
        ran = [month for month in seen.months if months.year(month["month"]) == year]
        if ran or any(savings):
            trust = next((month["trust"] for month in reversed(ran) if "trust" in month), None)
            failed = sum(month["failing"] for month in ran)
            units = sum(month["units"] for month in ran)
            rows.append(
                {"year": year, "months": len(ran), "failed": failed, "units": units, "savings": savings, "trust": trust}
            )
    return rows


BROUGHT_ABOUT = {
    ("no_agreement", "negotiated"): "no_agreement.refused",
    ("no_agreement", "loses_round"): "no_agreement.round",
    ("no_agreement", "waits_in_vain"): "no_agreement.waited",
    ("outcompeted", "negotiated"): "outcompeted.refused",
    ("permit", "permit"): "permit.refused",
    ("price", "negotiated"): "price.refused",
    ("price", "loses_round"): "price.round",
    ("trust", "negotiated"): "trust.refused",
    ("expired", "negotiated"): "expired.refused",
    ("better_offer", "negotiated"): "better_offer.refused",
    ("support_ended", "loses_round"): "support_ended.round",
}
"""What an end is called by its cause and by what was seen of the case just before it, in the same month."""


def _why(sights: Sequence[Any]) -> str:
    """Return the cause of the end and what brought it about; "" for a case that has not ended."""
    if not sights or sights[-1].kind != "ended":
        return ""
    ended = sights[-1]
    cause = ended.facts["cause"]
    before = [one.kind for one in sights[:-1] if one.month == ended.month]
    return BROUGHT_ABOUT.get((cause, before[-1]), cause) if before else cause
