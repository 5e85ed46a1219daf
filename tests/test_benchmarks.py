"""Measurements: what is reckoned from times, how it is told, and that months with timed steps are the same months."""

import inspect

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks.bandwidth import bound_by
from benchmarks.clock import Act, in_turn
from benchmarks.engines import compare
from benchmarks.ready import copied, ready, run_compiled, unrecorded, world
from benchmarks.report import Part, Target, exponent, ms, table, times
from benchmarks.timed_months import timed_source
from model.month import month, simulate

FEW = 60


def test_exponent_is_the_power_of_a_power_law():
    sizes = [300, 2_500, 10_000, 100_000]
    assert exponent(sizes, [3e-6 * size**1.07 for size in sizes]) == pytest.approx(1.07)


def test_targets_say_whether_they_are_reached():
    fast, lean = Target(30, at_least=True), Target(1.25)
    assert fast.verdict(30.0) == "at least 30: reached" and fast.verdict(29.9) == "at least 30: **missed**"
    assert lean.verdict(1.25) == "at most 1.25: reached" and lean.verdict(1.26) == "at most 1.25: **missed**"
    assert lean.missed("it", 1.2) == []
    assert lean.missed("it", 1.3, " s") == ["", "missed: it is 1.3 s, hoped for was at most 1.25 s"]


def test_tables_are_markdown():
    assert table(("a", "b"), [["x", "1"]]) == ["| a | b |", "| --- | --: |", "| x | 1 |"]


def test_numbers_have_as_many_places_as_mean_something():
    assert [times(ratio) for ratio in (1.234, 56.78, 123.4)] == ["1.23", "56.8", "123"]
    assert [ms(taken) for taken in (0.01234, 1.2345)] == ["12.3", "1,234"]


def test_what_binds_a_kernel_hangs_on_both_shares():
    assert bound_by(0.9, 0.1).startswith("moving bytes")
    assert bound_by(0.2, 0.7).startswith("arithmetic")
    assert bound_by(0.2, 0.3).startswith("neither")


def test_acts_are_done_in_turn_and_what_prepares_them_each_time():
    done = []
    acts = {name: Act(done.append, lambda name=name: name) for name in "ab"}
    assert set(in_turn(acts, 2)) == {"a", "b"}
    assert done == ["a", "b"] * 3


def test_every_step_of_a_month_is_timed_and_none_is_lost():
    source = inspect.getsource(month.step)
    changed, names = timed_source(source)
    kept = [line for line in changed.splitlines() if "ticks()" not in line and "w.luck[" not in line]
    assert kept == source.rstrip().splitlines()
    assert "firms.face_closure" in names and "_begin_month" in names
    assert changed.count("_before = ticks()") == len(names) == source.count("(w)\n")


def test_months_not_recorded_leave_the_pattern_and_the_outcomes_alone():
    it = ready("centre_12m", FEW)
    run_compiled(it)
    pattern = unrecorded(world(it))
    columns = copied(pattern)
    simulate._compiled()(columns, it.scenario.horizon.end)
    assert columns.now[0].cases > 0 and not columns.now[0].full
    assert not np.any(columns.outcomes) and pattern.now[0].cases == 0


def test_both_engines_are_timed():
    agents, compiled = compare(ready("no_centre", FEW), 1)
    assert agents > 0.0 and compiled > 0.0


def test_the_report_ends_with_the_notes_made_by_hand():
    text = command.report([Part("Title", ["line"])], quick=True)
    assert "## Title\n\nline\n" in text
    assert text.endswith(command.NOTES.read_text(encoding="utf-8"))
