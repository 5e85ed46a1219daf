"""What changed between two results: inputs first, then figures, with what can be told from zero and what cannot."""

import math
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from model.experiment.results.seals import file_hash, known
from model.experiment.results.stored_scenario import stored_scenario
from model.paths import shown

from ..layout import WIDTH
from ..reading.estimate import SAME
from ..reading.results import Results, damage_told, open_results
from ..scenario_names import firms, runs
from ..summary import FEW_RUNS, MEASURES_SHOWN
from ..texts import Texts, decimals_for, load
from .comparing_figures import Difference, Mean, Values, difference, figures, matched
from .comparing_inputs import Change, changes, scenario_values, setting_changes, shortened

CELL, DATE = 22, 17
"""Widths of an estimate and of a date."""

SINCE_RECORDING = ("jobs_retained",)
"""Measures that count from when recording began."""

Figures = dict[tuple[str, int], Values]
"""A measure by scenario and year."""
ByYear = dict[int, Difference]


class Result(NamedTuple):
    """A result folder opened for comparison."""

    folder: Path
    results: Results
    provenance: dict[str, Any]


def compare(old: Path, new: Path, lang: str) -> str:
    """Return what differs between two result folders, at most 110 characters wide; raises NotAResultFolder."""
    with ExitStack() as stack:
        ours, theirs = (_opened(folder, stack) for folder in (old, new))
        labels = dict(ours.results.labels) | dict(theirs.results.labels)
        handed_over = {*ours.results.about.handed_over, *theirs.results.about.handed_over}
        return "\n".join(_lines(ours, theirs, load(lang, labels, handed_over)))


def _opened(folder: Path, stack: ExitStack) -> Result:
    with damage_told(folder):  # once open, all that is compared is in memory
        return Result(folder, stack.enter_context(open_results(folder)), known(folder))


def _lines(old: Result, new: Result, texts: Texts) -> Iterator[str]:
    yield texts("compare.title")
    for name, one in (("old", old), ("new", new)):
        told = {"folder": shown(one.folder), "runs": runs(one.results, texts), "firms": firms(one.results, texts)}
        yield from _wrapped(texts(f"compare.{name}", **told), 1)
    matches = matched(old.results, new.results)
    yield from ("", texts("compare.inputs"), *_inputs(old, new, matches, texts))
    tables = sorted({path.name for one in (old, new) for path in one.folder.glob("*.parquet")})
    yield ""
    if all(_same_bytes(old.folder / name, new.folder / name) for name in tables):
        yield from _wrapped(texts("compare.identical"))
    else:
        yield from _outcomes(old, new, matches, texts)


# --- inputs ------------------------------------------------------------------------------------------------------------


def _inputs(old: Result, new: Result, matches: dict[str, str], texts: Texts) -> list[str]:
    lines = [line for change in setting_changes(old.provenance, new.provenance) for line in _change(change, 1, texts)]
    for before, after in matches.items():
        ours, theirs = (_values(one, name) for one, name in ((old, before), (new, after)))
        changed = changes(ours, theirs) if ours and theirs else []
        if changed or before != after:
            lines.append(f"  {_title(before, after, texts)}")
            lines += [line for change in changed for line in _change(change, 2, texts)]
    for key, one, matched_names in (("only_old", old, set(matches)), ("only_new", new, set(matches.values()))):
        alone = [name for name in (*one.results.without_policy, *one.results.pairs_by_scenario) if name not in matched_names]
        if alone:
            lines += _wrapped(texts(f"compare.{key}", scenarios="; ".join(map(texts.scenario, alone))), 1)
    return lines or [f"  {texts('compare.no_inputs')}"]


def _values(one: Result, name: str) -> dict[str, str] | None:
    with damage_told(one.folder):
        return scenario_values(stored_scenario(one.folder, name))


def _title(before: str, after: str, texts: Texts) -> str:
    names = dict.fromkeys((before, after))
    told = " → ".join(texts.scenario(name) for name in names)
    return told if len(names) == 1 else f"{told} ({' → '.join(names)})"


def _change(change: Change, depth: int, texts: Texts) -> list[str]:
    key, *sides = change
    before, after = (texts("compare.none") if side is None else shortened(side) for side in sides)
    return _wrapped(f"{key}: {before} → {after}", depth)


def _wrapped(text: str, depth: int = 0) -> list[str]:
    margin = "  " * depth
    return textwrap.wrap(text, WIDTH, initial_indent=margin, subsequent_indent=f"{margin}  ", break_on_hyphens=False)


def _same_bytes(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and file_hash(one) == file_hash(other)


# --- figures -----------------------------------------------------------------------------------------------------------


def _outcomes(old: Result, new: Result, matches: dict[str, str], texts: Texts) -> Iterator[str]:
    both = [year for year in old.results.years if year in new.results.years]
    years = [year for year in both if year in {*old.results.years_shown, *new.results.years_shown}]
    if not matches or not years:
        yield texts("compare.nothing_shared")
        return
    paired = _paired(old, new)
    yield from _wrapped(texts("compare.paired" if paired else "compare.unpaired"))
    since = max(min(old.results.since, new.results.since), both[0])
    for one in (old, new):
        one.results.sum_from(since)
    measures = list(MEASURES_SHOWN)
    if old.results.years[0] != new.results.years[0]:
        measures = [measure for measure in measures if measure not in SINCE_RECORDING]
        began = {"old": old.results.years[0], "new": new.results.years[0]}
        yield from _wrapped(texts("compare.other_recording", **began))
    told = {measure: (figures(old.results, measure), figures(new.results, measure)) for measure in measures}
    for before, after in matches.items():
        is_level = before in old.results.without_policy
        names = {measure: _measure(measure, is_level, since, texts) for measure in told}
        found = {
            names[measure]: _by_year(ours, theirs, (before, after), years, paired) for measure, (ours, theirs) in told.items()
        }
        yield from ("", _title(before, after, texts), *_scenario(found, texts))
    yield from ("", *_wrapped(texts("compare.note")))
    if 1 < min(old.results.replicates, new.results.replicates) < FEW_RUNS:
        yield from _wrapped(texts("note.few_runs"))


def _by_year(ours: Figures, theirs: Figures, names: tuple[str, str], years: list[int], paired: bool) -> ByYear:
    """Return the differences of a measure in the years both results hold it for."""
    before, after = names
    both = {year: (ours.get((before, year), {}), theirs.get((after, year), {})) for year in years}
    comparable = {year: two for year, two in both.items() if (two[0].keys() & two[1].keys() if paired else all(two))}
    return {year: difference(*two, paired) for year, two in comparable.items()}


def _scenario(found: dict[str, ByYear], texts: Texts) -> Iterator[str]:
    """Return the lines of a scenario: what differs as a table, what is the same in every run by name."""
    held = {name: by_year for name, by_year in found.items() if by_year}
    same = [name for name, by_year in held.items() if all(one.verdict == SAME for one in by_year.values())]
    if len(same) == len(held):
        yield f"  {texts('compare.all_same')}"
        return
    heads = "".join(texts(f"compare.column_{name}").rjust(CELL) for name in ("old", "new", "change"))
    yield " " * (4 + DATE) + heads
    for name, by_year in held.items():
        if name not in same:
            yield from _block(name, by_year, texts)
    if same:
        yield from _wrapped(texts("compare.same_in_all", measures="; ".join(same)), 1)


def _paired(old: Result, new: Result) -> bool:
    """Tell whether a replicate has the same luck in both results."""
    seeds = [one.provenance.get("seed") for one in (old, new)]
    return seeds[0] is not None and seeds[0] == seeds[1]


def _measure(measure: str, is_level: bool, since: int, texts: Texts) -> str:
    """Return what a measure is called; some have another name where they are a level."""
    level = texts.sentences.get(f"table.level_of.{measure}")
    return level if is_level and level else texts(f"measure.{measure}", since=since, tonnes=texts("unit.t"))


def _block(title: str, found: ByYear, texts: Texts) -> Iterator[str]:
    yield from _wrapped(title, 1)
    decimals = decimals_for([value for one in found.values() for value in (one.old.mean, one.new.mean)], 1)
    for year, one in found.items():
        cells = [
            _cell(one.old, decimals, texts),
            _cell(one.new, decimals, texts),
            _cell(one.change, decimals, texts, True),
        ]
        date = texts("table.end_of", year=year).ljust(DATE)
        row = "".join(cell.rjust(CELL) for cell in cells)
        yield f"    {date}{row}  {texts(f'compare.verdict_{one.verdict}')}"


def _cell(one: Mean, decimals: int, texts: Texts, signed: bool = False) -> str:
    mean = (texts.signed if signed else texts.number)(one.mean, decimals)
    error = texts("table.not_estimated") if math.isnan(one.error) else texts.number(one.error, decimals)
    return f"{mean} {texts.plus_minus(error)}"
