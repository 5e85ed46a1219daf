"""What stands in each column of a result: type, unit and the values allowed. Meanings stand in `texts/*/codebook.yaml`."""

from collections.abc import Sequence
from typing import NamedTuple

from model.outcomes import CLASSES, DROP_CAUSES, END_CAUSES, MEASURES, NAMES, OUTSIDE, PARTS, REGION, UNITS
from model.recording import CASES_KEPT, LEVELS

TEXT, WHOLE, NUMBER, YEAR, MONTH = "text", "whole", "number", "year", "month"
"""What a cell holds: a text, a whole number, a number, a year, a month such as 2011-01."""

BY_ROW = "by_row"
"""Stands where a unit would: it is named in the row."""

MODES = ("truck", "pipe", "pooled")
SIZE_CLASSES = ("1-9", "10-49", "50-249", "250-999")
OPENERS = ("firm", "centre", "historic")
KINDS = ("level", "difference")
GRADES = ("read", "derived", "assumed")
ENGINES = ("compiled", "agents")
CAUSES = tuple(dict.fromkeys((*DROP_CAUSES, *END_CAUSES)))
OUTCOME_UNITS = tuple(dict.fromkeys(UNITS.values()))
MEASURES_WITH_FIGURES = tuple(measure for measure in MEASURES if measure.name != "pair")


class Column(NamedTuple):
    """A column: its type, its unit ("" where it has none), and the values it may hold (none: any)."""

    type: str
    unit: str = ""
    values: Sequence[str] = ()


_TEXT, _COUNT, _SIDE = Column(TEXT), Column(WHOLE), Column(TEXT)
_MONTH, _DKK, _ORE, _HOURS = Column(MONTH), Column(NUMBER, "DKK"), Column(WHOLE, "øre"), Column(NUMBER, "h")
_WHICH = {"scenario": _TEXT, "replicate": _COUNT}
_CLASS = Column(TEXT, "", CLASSES)
_OUTCOME = {"variable": Column(TEXT, "", NAMES), "unit": Column(TEXT, "", OUTCOME_UNITS), "value": Column(NUMBER, BY_ROW)}

COLUMNS: dict[str, dict[str, Column]] = {
    "runs": {
        "run": _TEXT, **_WHICH, "draw": _COUNT, "seed": _COUNT, "twin_run": _TEXT, "parameters_hash": _TEXT,
    },
    "outcomes": {
        "scenario": _TEXT, "draw": _COUNT, "replicate": _COUNT, "year": Column(YEAR), "municipality": Column(TEXT), **_OUTCOME,
    },
    "outcomes_by_month": {
        "scenario": _TEXT, "draw": _COUNT, "replicate": _COUNT, "month": _MONTH, "municipality": Column(TEXT), **_OUTCOME,
    },
    "outcomes_region": {
        "scenario": _TEXT, "draw": _COUNT, "replicate": _COUNT, "year": Column(YEAR),
        "place": Column(TEXT, "", (REGION, OUTSIDE)), **_OUTCOME,
    },
    "cases": {
        "run": _TEXT, **_WHICH, "case": _TEXT, "supplier": _TEXT, "receiver": _TEXT,
        "supplier_municipality": _SIDE, "receiver_municipality": _SIDE, "supplier_sector": _SIDE, "receiver_sector": _SIDE,
        "supplier_size": Column(TEXT, "jobs", SIZE_CLASSES), "receiver_size": Column(TEXT, "jobs", SIZE_CLASSES),
        "residual": _TEXT, "linkage": _TEXT, "mode": Column(TEXT, "", MODES), "distance_km": Column(NUMBER, "km"),
        "attempt": _COUNT, "opened_by": Column(TEXT, "", OPENERS),
        "opened": _MONTH, "assessed": _MONTH, "matched": _MONTH, "started": _MONTH, "ended": _MONTH,
        "end_cause": Column(TEXT, "", CAUSES), "unit": Column(TEXT, "", ("t", "m3", "MWh")),
        "quantity_per_year": Column(NUMBER, BY_ROW), "price_dkk_per_unit": Column(NUMBER, "DKK/unit"),
        "capital_dkk": _DKK, "investment_grant_dkk": _DKK, "helped_months": Column(WHOLE, "months"),
        "delivered": Column(NUMBER, BY_ROW), "savings_supplier_dkk": _DKK, "savings_receiver_dkk": _DKK,
        "supplier_known": Column(WHOLE, "residuals"), "supplier_partners": Column(WHOLE, "exchanges"),
        "receiver_partners": Column(WHOLE, "exchanges"), "private": Column(WHOLE), "class": _CLASS,
        "months_earlier": Column(WHOLE, "months"),
    },
    "additionality": {
        **_WHICH, "year": Column(YEAR), "class": Column(TEXT, "", PARTS), "exchanges": Column(WHOLE, "exchanges"),
        "pool_members": Column(WHOLE, "members"), "savings_dkk": _DKK, "jobs_retained_fte": Column(NUMBER, "FTE"),
    },
    "plants": {
        **_WHICH, "year": Column(YEAR), "kept": Column(WHOLE, "plants"), "kept_fte": Column(NUMBER, "FTE"),
        "lost": Column(WHOLE, "plants"), "lost_fte": Column(NUMBER, "FTE"),
    },
    "draws": {**_WHICH, "parameter": _TEXT, "value": Column(NUMBER)},
    "centre": {
        **_WHICH, "month": _MONTH, "staff_fte": Column(NUMBER, "FTE"),
        **dict.fromkeys(("income_ore", "salaries_ore", "overhead_ore", "grants_ore", "balance_ore"), _ORE),
        **dict.fromkeys(("worked_h", "carried_in_h", "visibility_h", "screening_h", "brokerage_h", "gathering_h"), _HOURS),
        **dict.fromkeys(("home_h", "unassigned_h", "lapsed_h", "carried_out_h"), _HOURS),
        **dict.fromkeys(("queue", "contacted", "refused", "screened", "walk_ins", "surveyed"), Column(WHOLE, "firms")),
        **dict.fromkeys(("cases_in_hand", "cases_helped"), Column(WHOLE, "cases")),
        "cases_proposed": Column(WHOLE, "residuals"), "members_invited": Column(WHOLE, "members"),
        "pools_organised": Column(WHOLE, "rounds"), "reputation": Column(NUMBER, "0-1"),
    },
    "design": {"scenario": _TEXT, "draw": _COUNT, "parameter": _TEXT, "value": Column(NUMBER)},
    "municipalities": {
        "code": _TEXT, "name": _TEXT, "lat": Column(NUMBER, "degrees"), "lon": Column(NUMBER, "degrees"),
        "named_firms": Column(WHOLE, "firms"),
    },
    "comparison": {
        "measure": Column(TEXT, "", tuple(measure.name for measure in MEASURES_WITH_FIGURES)),
        "unit": Column(TEXT, "", tuple(dict.fromkeys(measure.unit for measure in MEASURES_WITH_FIGURES))),
        "year": Column(YEAR), "scenario": _TEXT, "kind": Column(TEXT, "", KINDS), "runs": Column(WHOLE, "runs"),
        "mean": Column(NUMBER, BY_ROW), "range_low": Column(NUMBER, BY_ROW), "range_high": Column(NUMBER, BY_ROW),
        "above": Column(WHOLE, "runs"), "below": Column(WHOLE, "runs"), "calculation_error": Column(NUMBER, BY_ROW),
        "runs_asked": Column(WHOLE, "runs"), "label": _TEXT,
    },
    "provenance": {
        "model": _TEXT, "code.sources": _TEXT, "code.commit": _TEXT, "code.changed": _TEXT,
        "python": _TEXT, "platform": _TEXT, "packages.*": _TEXT, "labels.*": _TEXT, "seed": _COUNT,
        "replicates": _COUNT, "runs_finished": Column(WHOLE, "runs"), "runs_failed": Column(WHOLE, "runs"),
        "parameters.*": _TEXT, "scenarios.*": _TEXT, "input_tables.*": _TEXT, "grades.*": Column(WHOLE, "", GRADES),
        "tables.*": _TEXT, "others.*": _TEXT, "seal": _TEXT,
        "asked.title.*": _TEXT, "asked.files": _TEXT, "asked.replicates": _COUNT, "asked.seed": _COUNT, "asked.rules": _TEXT,
        "asked.set": _TEXT, "asked.sampling.*": _TEXT,
        "recording.level": Column(TEXT, "", LEVELS), "recording.cases": Column(TEXT, "", CASES_KEPT),
        "precision.asked_mdkk": Column(NUMBER, "m DKK"), "precision.reached_mdkk": Column(NUMBER, "m DKK"),
        "engine": Column(TEXT, "", ENGINES), "rules.*": _TEXT,
        "reference.scenario": _TEXT, "reference.years": Column(YEAR), "reference.since": Column(YEAR),
        "reference.trifle": _TEXT, "reference.policies.*": _MONTH, "reference.handed_over": _TEXT,
    },
}  # fmt: skip
"""Every column of every table, in the order in which it stands there; `.*` stands for what a result names itself."""

ONLY_EXPORTED = {"outcomes_region": None, "comparison": ("runs_asked", "label")}
"""What `export` adds to a result: a whole table (None), or columns."""
