"""Spoilt scenario files and tables: told in words, or valid and read back as the same scenario."""

import contextlib
import io
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

import run
from model.scenario.scenario import Scenario
from model.scenario.scenario_file import resolved_text
from model.shipped import SCENARIOS, folder_hash
from model.world.known import load_known
from model.world.region_tables import load_region_tables, tables_in
from model.world.streams import RegionTables

from ..pace import takes_too_long
from . import spoilt_scenarios, spoilt_tables
from .claims import Case, Counts, Outcome, claim
from .measured import Taken, measured
from .places import SHIPPED
from .spoilt_scenarios import SAME, WRONG, Spoilt, Typo
from .spoilt_tables import SpoiltTables

USUAL_S, MOST_MB, LEAST_RIGHT = 1.0, 200.0, 0.95
LANGUAGES = ("en", "da")
OF_TABLES = 0.3
"""Part of the cases that spoil a table."""
MOST_READ_BACK = 2
"""So many scenarios of a file are written out and read back, chosen at random."""
MOST_SHOWN = 600
LONGEST_MESSAGE = 50_000
"""Characters."""


class Said(NamedTuple):
    """What the command line said of a file."""

    code: int
    out: str
    err: str


HOLDS = (
    "A scenario file or table of input that was spoilt at random, or is wrong by construction, ends in a message and never in "
    f"a traceback; nothing wrong is accepted in silence; what is accepted is read back from its resolved text as the same "
    f"scenario, and what was only written in another way is the same scenario; none takes far longer than {USUAL_S:g} s of the "
    f"processor, or more than {MOST_MB:g} MB; of names mistyped by one letter {LEAST_RIGHT:.0%} at least are answered with the right one; "
    "whatever a message says to write instead is accepted where it is written."
)


def _enough_right(counts: Counts) -> Iterator[str]:
    typed, right = counts.sums["typos"], counts.sums["typos told right"]
    if typed and right / typed < LEAST_RIGHT:
        yield f"the right name was suggested for {right:,} of {typed:,} typos ({right / typed:.1%})"


def _plant_duplicates() -> None:
    """Keep the first of two keys and say nothing."""
    from model.scenario import strict_yaml

    told = strict_yaml._Reader._note

    def silent(self: object, place: object, path: object, message: str, **values: object) -> None:
        if message != "duplicate_key":
            told(self, place, path, message, **values)  # type: ignore[arg-type]

    strict_yaml._Reader._note = silent  # type: ignore[method-assign, assignment]


def _plant_no_guess() -> None:
    """Never ask whether another name was meant."""
    from model.scenario import scenario_faults
    from model.world import sheets, tables

    scenario_faults.closest = lambda *_: None
    tables.guess = sheets.guess = lambda *_: None


def _plant_untried() -> None:
    """Propose whatever comes to mind."""
    from model.scenario.offers import _Trial

    _Trial.accepts = lambda *_: True  # type: ignore[method-assign, assignment]


def _plant_traceback() -> None:
    """Let an error of the parser through."""
    from model.scenario import strict_yaml

    def raising(*_: object) -> None:
        raise RuntimeError("planted")

    strict_yaml.syntax_fault = raising  # type: ignore[assignment]


@claim(
    "bad-input",
    holds=HOLDS,
    quick=600,
    full=50_000,
    limit_s=30,
    judge=_enough_right,
    plants={
        "no-duplicate-check": _plant_duplicates,
        "no-guess": _plant_no_guess,
        "traceback": _plant_traceback,
        "untried": _plant_untried,
    },
)
def bad_input(case: Case) -> Outcome:
    """Spoil one scenario file or table, and have it checked as the command line does."""
    if case.rng.random() < OF_TABLES:
        return _judged_tables(spoilt_tables.spoilt(case.rng), case)
    return _judged_scenario(spoilt_scenarios.spoilt(case.rng), case)


def _judged_scenario(spoilt: Spoilt, case: Case) -> Outcome:
    for name, content in {**spoilt.beside, "mine.yaml": spoilt.content}.items():
        path = case.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    said, taken = measured(lambda: _checked("mine.yaml", case.rng))
    wrong = list(_wrongs(said, taken, spoilt.expected))
    followed, refused = _followed(said.err, spoilt.content)
    wrong += refused
    if said.code == run.DONE:
        wrong += _read_back(Path("mine.yaml"), case.rng)
        if spoilt.expected == SAME and _scenarios(Path("mine.yaml"), "mine") != _shipped_scenarios(spoilt.origin):
            wrong.append("accepted as another scenario")
    shown = spoilt.content[:MOST_SHOWN].decode("utf-8", errors="backslashreplace")
    outcome = _outcome(f"{spoilt.origin}.yaml, {spoilt.how}", spoilt.typo, said, taken, wrong, shown)
    return outcome._replace(sums={**outcome.sums, "proposals followed": followed})


def _judged_tables(spoilt: SpoiltTables, case: Case) -> Outcome:
    folder = case.folder / "tables"
    folder.mkdir()
    for name, text in spoilt_tables._tables(spoilt.origin).items():
        content = spoilt.content if name == spoilt.file else text.encode()
        if content is not None:
            (folder / name).write_bytes(content)
    (case.folder / "tables.yaml").write_text(spoilt_tables.ALONE[spoilt.origin], encoding="utf-8")
    tables_in.cache_clear()  # the folder of every case has the same name
    folder_hash.cache_clear()
    said, taken = measured(lambda: _checked("tables.yaml", case.rng))
    wrong = list(_wrongs(said, taken, spoilt.expected))
    if said.code == run.DONE:
        wrong += _read_back(Path("tables.yaml"), case.rng)
        if spoilt.expected == SAME and _rows(load_region_tables(folder)) != _shipped_rows(spoilt.origin):
            wrong.append("accepted as other tables")
    shown = (spoilt.content or b"")[:MOST_SHOWN].decode("utf-8", errors="backslashreplace")
    return _outcome(f"{spoilt.origin}, {spoilt.how}", spoilt.typo, said, taken, wrong, shown)


def _checked(file: str, rng: Random) -> Said:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run.main(["check", file, "--lang", rng.choice(LANGUAGES)])
    return Said(code, out.getvalue(), err.getvalue())


def _wrongs(said: Said, taken: Taken, expected: str) -> Iterator[str]:
    if said.code == run.DONE:
        if expected == WRONG:
            yield "accepted in silence, and wrong"
        if said.err or not said.out:
            yield "accepted without saying so"
    elif said.code != run.BAD_INPUT or said.out or not said.err.strip():
        yield f"exit code {said.code}, and said {said.out!r}"
    elif expected == SAME:
        yield "refused, and nothing is wrong with it"
    yield from _too_much(said, taken)


def _too_much(said: Said, taken: Taken) -> Iterator[str]:
    if re.search(r"Traceback|pydantic|Error\b", said.err):
        yield "the message speaks of the program's insides"
    if len(said.err) > LONGEST_MESSAGE:
        yield f"said {len(said.err):,} characters"
    if takes_too_long(taken.seconds, USUAL_S):
        yield f"took {taken.seconds:.2f} s"
    if taken.megabytes is not None and taken.megabytes > MOST_MB:
        yield f"took {taken.megabytes:.0f} MB"


def _outcome(how: str, typo: Typo | None, said: Said, taken: Taken, wrong: list[str], shown: str) -> Outcome:
    sums = {"accepted" if said.code == run.DONE else "refused": 1}
    if typo:
        sums |= {"typos": 1, "typos told right": int(_is_right(said.err, typo))}
    violations = tuple(f"{what}\n{how}\n{said.err[:MOST_SHOWN]}\n----\n{shown}" for what in wrong)
    peaks = {"longest s": taken.seconds} | ({"most MB": taken.megabytes} if taken.megabytes is not None else {})
    return Outcome(1, 0, violations, sums, peaks)


def _is_right(err: str, typo: Typo) -> bool:
    """Tell whether a message about the name that was mistyped asks for the right one."""
    lines = [line for line in err.splitlines() if typo.typed in line]
    return any(f"'{typo.meant}'" in line.split(typo.typed, 1)[1] for line in lines)


# --- what is proposed ------------------------------------------------------------------------------------------------

PROPOSAL = re.compile(
    r"^mine\.yaml:(?P<line>\d+):(?P<column>\d+) (?P<key>\S+): '?(?P<given>[^']+?)'? "
    r"(?:is |can be |kan |er )[^;]*?(?:write|skriv) (?P<plain>[^\s,;]+)(?: (?:or|eller) (?P<other>[^\s,;]+))?"
)
EXAMPLES = ("it", "den", "det", "digits", "kun")
"""What follows where a message says how such a thing is written in general."""


def _followed(err: str, content: bytes) -> tuple[int, list[str]]:
    """Return how many proposals were followed, and those that are refused where they are written."""
    refused, number = [], 0
    for found in filter(None, map(PROPOSAL.match, err.splitlines())):
        for plain in filter(None, (found["plain"], found["other"])):
            mended = None if plain in EXAMPLES else _with_proposal(content, found, plain)
            if mended is None:
                continue
            Path("mine.yaml").write_bytes(mended)
            number += 1
            again = _checked("mine.yaml", random.Random(0))
            if re.search(rf":{found['line']}:{found['column']} {re.escape(found['key'])}: ", again.err):
                refused.append(f"says to write {plain}, which is refused: {again.err[:MOST_SHOWN]}")
    if number:
        Path("mine.yaml").write_bytes(content)
    return number, refused


def _with_proposal(content: bytes, found: re.Match[str], plain: str) -> bytes | None:
    """Return the file with a proposal in the place of what it is about; None where that cannot be told from the message."""
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        return None
    line, at = lines[int(found["line"]) - 1], int(found["column"]) - 1
    standing = re.match(rf"(['\"]?){re.escape(found['given'])}\1", line[at:])
    if standing is None:
        return None
    lines[int(found["line"]) - 1] = line[:at] + plain + line[at + standing.end() :]
    return "\n".join(lines).encode()


# --- what is accepted ------------------------------------------------------------------------------------------------


def _read_back(path: Path, rng: Random) -> Iterator[str]:
    scenarios = list(load_known(path).scenarios.values())
    rng.shuffle(scenarios)
    for scenario in scenarios[:MOST_READ_BACK]:
        Path("back.yaml").write_text(resolved_text(scenario), encoding="utf-8", newline="\n")
        said = _checked("back.yaml", random.Random(0))
        if said.code != run.DONE:
            yield f"accepted, and its resolved text is refused: {said.err}"
        elif load_known("back.yaml").scenarios["back"] != scenario:
            yield "accepted, and its resolved text is another scenario"


def _scenarios(path: Path, own: str) -> dict[str, Scenario]:
    """Return a file's scenarios; that of a file of one is called by nothing."""
    return {"" if name == own else name: scenario for name, scenario in load_known(path).scenarios.items()}


@cache
def _shipped_scenarios(name: str) -> dict[str, Scenario]:
    assert name in SHIPPED
    return _scenarios(SCENARIOS / f"{name}.yaml", name)


@cache
def _shipped_rows(data: str) -> dict[str, list[object]]:
    return _rows(load_region_tables(SCENARIOS / data))


def _rows(tables: RegionTables) -> dict[str, list[object]]:
    """Return the rows of all tables, whatever the place they stand in."""
    rows = tables.rows()
    return {name: [(*row[:-1], row.origin[:-1]) for row in held] for name, held in rows.items()}
