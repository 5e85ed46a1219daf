"""A scenario as lines to read on a terminal: what it changes first, then every value, group by group."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from shutil import get_terminal_size
from textwrap import wrap
from typing import NamedTuple

from ...faults import Fault, Message, Place, say, worded
from ...guesses import guess
from ...scenario.scenario import Scenario
from ...scenario.scenario_file import ScenarioError, ScenarioFile
from ...scenario.scenario_table import Row, changes, rows

NARROWEST, USUAL, WIDEST = 80, 100, 110
WIDEST_CELL = 36
INDENT, DEEPER = "  ", "      "


class Page(NamedTuple):
    """How a scenario is shown: in which language, how wide, and which group or key alone (empty: all)."""

    language: str = "en"
    group: str = ""
    width: int = USUAL

    def say(self, key: str, **values: object) -> str:
        """Return a sentence in the page's language."""
        return say(key, **values).worded(self.language)


def width() -> int:
    """Return how many columns the terminal has, within what can be read well."""
    return min(max(get_terminal_size((USUAL, 24)).columns, NARROWEST), WIDEST)


def whole(file: ScenarioFile, parent: ScenarioFile | None, page: Page) -> list[str]:
    """Return one scenario in full, after what it changes of the parent file, and what each of the others changes.

    The one is the first, or the first that has the group asked for; another is set against the one before it from which
    it differs least.
    """
    name, first = _with_group(file, page)
    lines = [*wrap(page.say("show.title", name=name, title=first.title.within(page.language)), page.width)]
    if parent:
        lines += ["", page.say("show.changed", parent=parent.path.name), *_changes(first, first_of(parent), page)]
    lines += _groups([row for row in rows(first) if _is_asked(row.key, page.group)], page)
    told = {name: first}
    for other in [other for other in file.scenarios if other != name]:
        scenario = file.scenarios[other]
        like = _most_alike(scenario, told)
        heading = _wrapped(page.say("show.other_changed", name=other, first=like), "", page)
        lines += ["", *heading, *_changes(scenario, told[like], page)]
        told[other] = scenario
    return lines


def _most_alike(scenario: Scenario, told: Mapping[str, Scenario]) -> str:
    return min(told, key=lambda name: len(changes(scenario, told[name])))


def difference(file: ScenarioFile, against: ScenarioFile, page: Page) -> list[str]:
    """Return how each scenario differs from the one of the same name in another file, else from its first."""
    lines = []
    for name, scenario in file.scenarios.items():
        other = name if name in against.scenarios else next(iter(against.scenarios))
        lines += [page.say("show.diff", name=name, other=other, file=against.path.name)]
        lines += _changes(scenario, against.scenarios[other], page)
    return lines


def first_of(file: ScenarioFile) -> Scenario:
    """Return a file's first scenario."""
    return next(iter(file.scenarios.values()))


def _changes(scenario: Scenario, other: Scenario, page: Page) -> list[str]:
    lines = changes(scenario, other, page.language)
    told = [line for line in lines if _concerns(line.split(": ")[0], page.group)]
    return [piece for line in told or [page.say("show.nothing")] for piece in _wrapped(line, INDENT, page)]


# --- rows ------------------------------------------------------------------------------------------------------------


def _with_group(file: ScenarioFile, page: Page) -> tuple[str, Scenario]:
    """Return the first scenario, named, that has the group asked for; raises ScenarioError where none has."""
    for name, scenario in file.scenarios.items():
        if any(_is_asked(row.key, page.group) for row in rows(scenario)):
            return name, scenario
    table = [row for scenario in file.scenarios.values() for row in rows(scenario)]
    groups = dict.fromkeys(_two_levels(row.key) for row in table if _group(row.key))
    message = say("show.no_group", group=page.group, allowed=", ".join(groups))
    raise ScenarioError(Fault(Place(file.path.name), "", message.followed_by(_guess(page.group, table))))


def _guess(group: str, table: Sequence[Row]) -> Message | None:
    return guess(group, dict.fromkeys(part for row in table for part in row.key.split(".")))


def _is_asked(key: str, group: str) -> bool:
    """Tell whether a key lies in a group, which may be named by any run of whole parts: `prices`, `levers.centre`."""
    bare = ".".join(part.split("[")[0] for part in key.split("."))
    return f".{group.strip('.')}." in f".{bare}." or f".{group}." in f".{key}." if group else True


def _concerns(key: str, group: str) -> bool:
    """Tell whether a change of a key is one of a group: the group may lie in what came or went."""
    return _is_asked(key, group) or f".{group}".startswith(f".{key}.")


def _group(key: str) -> str:
    return key.rpartition(".")[0]


def _two_levels(key: str) -> str:
    return ".".join(part.split("[")[0] for part in _group(key).split(".")[:2])


def _groups(table: Sequence[Row], page: Page) -> Iterator[str]:
    for group, members in groupby(table, lambda row: _group(row.key)):
        yield ""
        if group:
            yield group
        yield from _columns(list(members), page)


def _columns(members: Sequence[Row], page: Page) -> Iterator[str]:
    """Return for each value a line of name, value, unit, range and grade, and what it means and stands on below it."""
    cells = [_cells(row, page) for row in members]
    widths = [_width(line[column] for line in cells) for column in range(4)]
    for row, line in zip(members, cells, strict=True):
        joined = "  ".join(cell.ljust(size) for cell, size in zip(line, widths, strict=True)).rstrip()
        yield from _wrapped(joined, INDENT, page)
        yield from _wrapped(worded(row.meaning, page.language), DEEPER, page)
        if row.basis:
            yield from _wrapped(page.say("show.basis", basis=row.basis), DEEPER, page)


def _width(cells: Iterable[str]) -> int:
    """Return how wide a column is; a cell that is longer than most sticks out."""
    return max((len(cell) for cell in cells if len(cell) <= WIDEST_CELL), default=0)


def _cells(row: Row, page: Page) -> tuple[str, str, str, str]:
    value = f"{row.value} {row.unit}".rstrip()
    return (
        row.key.rpartition(".")[2],
        value,
        row.range.worded(page.language) if row.range else "",
        row.grade.worded(page.language) if row.grade else "",
    )


def _wrapped(line: str, indent: str, page: Page) -> list[str]:
    """Return a line in pieces that fit the page; one that fits keeps its blanks."""
    if len(indent) + len(line) <= page.width:
        return [f"{indent}{line}"]
    return wrap(line, page.width, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False)
