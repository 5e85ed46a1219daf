"""The plan of the house: which room rests on which, and where modules still rest on each other in a circle."""

import re
from graphlib import CycleError, TopologicalSorter

import pytest
from rooms import LEAVES, PAGE, count_arrows, drawn_into, read_imports, room_of

ROOMS = (LEAVES, "rules", "scenario", "world", "month", "agents", "experiment", "analysis")
"""A room rests on those before it alone; the analysis reads files, and of the model it knows leaves and files' names."""


def circle_in(imports: dict[str, set[str]]) -> list[str]:
    """Some circle of modules that import each other, or nothing."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as found:
        return found.args[1]
    return []


def test_a_circle_is_found_where_there_is_one() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}}) and not circle_in({"a": {"b", "c"}, "b": {"c"}, "c": set()})


def test_every_room_rests_on_rooms_before_it_alone() -> None:
    assert {room_of(module) for module in read_imports()} == set(ROOMS)
    upwards = [arrow for arrow in count_arrows() if ROOMS.index(arrow[0]) < ROOMS.index(arrow[1])]
    assert not upwards


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "agents"])
def test_no_modules_of_a_room_import_each_other_in_a_circle(room: str) -> None:
    """Imports for types are counted. Agents, who meet each other in the region, are one circle still."""
    within = {name for name in read_imports() if room_of(name) == room}
    assert within and not circle_in({name: read_imports()[name] & within for name in within})


def test_the_picture_of_the_rooms_is_that_of_the_code() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert drawn_into(page) == page, "python -m tests.rooms draws it anew"


def test_the_example_in_python_runs_and_firms_of_another_kind_are_heard(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    exec(example, {})
    usual, quiet = (re.fullmatch(r"\w+ (\d+) firms, (\d+) aware", line) for line in capsys.readouterr().out.splitlines())
    assert usual and quiet and int(usual[2]) > 0 == int(quiet[2])
    assert min(int(usual[1]), int(quiet[1])) > 2000
