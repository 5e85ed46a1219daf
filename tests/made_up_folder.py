"""A small made-up result folder, for tests of what is read and drawn from one."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from model.experiment.results.store import ABOUT_PLACES, MUNICIPALITIES
from model.experiment.results.tables import TABLES, tables_kept
from model.outcomes import CLASSES, NAMES, OUTSIDE, UNITS
from model.recording import Recording

PLACES = ("326", OUTSIDE)
YEARS = tuple(range(2008, 2025))
CENTRES = {"no_centre": "", "centre_6m": "no_centre", "centre_12m": "no_centre", "centre_24m": "no_centre"}
"""Scenarios, and the twin of each."""

Value = Callable[[str, int, int, str, str], float]
"""What scenario, replicate, year, place and variable give."""
ClassValues = Callable[[str, int, int], dict[str, tuple[int, float]]]
"""Exchanges and savings (DKK) of each class, by scenario, replicate and year."""

STRENGTH = {"centre_6m": 1.0, "centre_12m": 1.8, "centre_24m": 2.6}
BASE = {
    "savings_supplier": 6e6, "savings_receiver": 4e6, "operating_saving": 11e6, "operating": 16, "matched": 2,
    "diverted": 90_000, "co2e": 60_000, "jobs_lost_weighted": 310, "jobs_lost_realised": 20,
}  # fmt: skip
ADDED = {
    "savings_supplier": 4e5, "savings_receiver": 3e5, "operating_saving": 1e6, "operating": 9, "pool_members": 14, "matched": 3,
    "screened": 24, "diverted": 3_000, "co2e": 2_500, "jobs_lost_weighted": -0.8, "jobs_lost_realised": -0.1,
}  # fmt: skip


def plausible(scenario: str, replicate: int, year: int, place: str, variable: str) -> float:
    """Return an outcome that grows with the centre's money and spreads over replicates as real ones do."""
    if place == OUTSIDE:
        return 0.0
    luck = np.random.default_rng([replicate, NAMES.index(variable)]).lognormal(0, 0.35)
    value = BASE.get(variable, 0.0) * luck
    strength = STRENGTH.get(scenario, 0.0)
    if strength and year >= 2011:
        funded = year <= 2014
        value += ADDED.get(variable, 0.0) * strength * luck * (1 if funded or variable not in ("screened", "matched") else 0)
        value += 12e6 / 4 * strength / 1.8 if variable == "public_money" and funded else 0.0
    return value


def plausible_classes(scenario: str, replicate: int, year: int) -> dict[str, tuple[int, float]]:
    """Return class parts that go with `plausible`."""
    strength = STRENGTH[scenario] * (1 + 0.1 * (replicate % 5))
    grown = max(0, min(year, 2016) - 2010)
    waste = max(0, year - 2010) * 1e6 * strength
    return {
        "would_not_have_come": (int(4 * strength * grown), 0.55 * waste),
        "came_earlier": (int(strength * grown), 0.2 * waste),
        "would_have_come_anyway": (15 + grown // 2, 0.03 * waste),
        "came_later": (int(0.5 * grown), -0.08 * waste),
        "crowded_out": (int(0.8 * grown), -0.15 * waste),
        "never_operated": (0, -0.04 * waste),
    }


def write_folder(
    folder: Path,
    scenarios: dict[str, str] | None = None,
    replicates: int = 10,
    years: Sequence[int] = YEARS,
    value: Value = plausible,
    class_values: ClassValues = plausible_classes,
    cases: Sequence[dict[str, Any]] = (),
    lost: Sequence[str] = (),
    places: Sequence[tuple[str, str, float, float, int]] = (),
    sensitivity: Callable[[int], float] | None = None,
    reference: Mapping[str, Any] | None = None,
    recorded: Sequence[str] = PLACES,
) -> Path:
    """Write a result and return its folder: `scenarios` name their twins, runs in `lost` (such as `centre_6m-3`) failed.

    `places` are code, name, lat, lon and named firms. `sensitivity` is the closure sensitivity each replicate drew.
    `reference` is what the report speaks of, as far as it is not the centre of 12 m DKK, at work 2011-14. Outcomes are
    recorded in the places `recorded`.
    """
    scenarios = CENTRES if scenarios is None else scenarios
    runs = [(name, k) for name in scenarios for k in range(replicates) if f"{name}-{k}" not in lost]
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in tables_kept(Recording())}
    for name, k in runs:
        which = {"scenario": name, "replicate": k}
        twin = scenarios[name] and f"{scenarios[name]}-{k}"
        tables["runs"].append(which | {"run": f"{name}-{k}", "twin_run": twin, "draw": k, "seed": 1, "seconds": 1.0})
        tables["outcomes"] += [
            which
            | {
                "year": year,
                "municipality": place,
                "variable": name_,
                "unit": UNITS[name_],
                "value": value(name, k, year, place, name_),
            }
            for year in years
            for place in recorded
            for name_ in NAMES
        ]
        if sensitivity:
            drawn = {"parameter": "jobs.closure_sensitivity", "value": sensitivity(k)}
            tables["draws"].append(which | drawn)
        if twin and twin not in lost:
            tables["additionality"] += [
                which
                | {
                    "year": year,
                    "class": kind,
                    "exchanges": parts.get(kind, (0, 0.0))[0],
                    "savings_dkk": parts.get(kind, (0, 0.0))[1],
                }
                for year in years
                for parts in [class_values(name, k, year)]
                for kind in (*CLASSES, "other")
            ]
            none = {"kept": 0, "kept_fte": 0.0, "lost": 0, "lost_fte": 0.0}
            tables["plants"] += [which | {"year": year} | none for year in years]
            tables["centre"] += [
                which | {"month": f"{year}-{m:02d}", "income_ore": 25_000_000 * (year <= 2014)}
                for year in years
                for m in (1, 12)
            ]
    tables["cases"] += [{"private": 0, **case} for case in cases]
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        _write(folder / f"{table}.parquet", TABLES[table].columns, rows)
    about = [dict(zip(ABOUT_PLACES, place, strict=True)) for place in places]
    _write(folder / f"{MUNICIPALITIES}.parquet", ABOUT_PLACES, about)
    know(folder, provenance_of(scenarios, replicates, reference or {}))
    return folder


def provenance_of(scenarios: Mapping[str, str], replicates: int, reference: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a result says of its making."""
    paired = [name for name, twin in scenarios.items() if twin]
    about = {
        "scenario": "centre_12m" if "centre_12m" in paired else next(iter([*paired, *scenarios])),
        "years": [2014, 2017, 2024],
        "since": 2011,
        "trifle": "",
        "policies": {name: ["2011-01", "2014-12"] for name in paired},
        "handed_over": [],
    }
    told = {"model": "0.0", "seed": 1, "replicates": replicates, "labels": {}, "grades": {}, "engine": "compiled"}
    return told | {"recording": Recording()._asdict(), "reference": about | dict(reference)}


def know(folder: Path, told: Mapping[str, Any]) -> None:
    """Put what a result says of its making into its folder, on top of what it says already."""
    path = folder / "provenance.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    path.write_text(json.dumps(before | dict(told)), encoding="utf-8")


def _write(path: Path, columns: dict[str, str], rows: list[dict[str, Any]]) -> None:
    declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute(f"CREATE TABLE whole ({declared})")
        if rows:
            part = {name: np.array([row.get(name) for row in rows], dtype=object) for name in columns}
            typed = {
                name: part[name] if columns[name] == "VARCHAR" else _numbers(part[name], columns[name]) for name in columns
            }
            database.register("part", typed)
            database.execute("INSERT INTO whole SELECT * FROM part")
        quoted = str(path).replace("'", "''")
        database.execute(f"COPY whole TO '{quoted}' (FORMAT parquet)")


def _numbers(values: np.ndarray, kind: str) -> np.ndarray:
    empty = np.array([value is None for value in values])
    return np.ma.array(np.where(empty, 0, values).astype(np.int64 if kind == "BIGINT" else np.float64), mask=empty)
