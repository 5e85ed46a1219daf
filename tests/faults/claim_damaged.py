"""Claim: a file of a result that is not as it was written is noticed by every command that reads it, and never used.

Files are flipped in one bit, cut short, emptied, or take each other's place; some of them of a finished result, some of one
that was killed halfway, with what SQLite had not yet put into the ledger (ledger.sqlite-wal) and without.
"""

import filecmp
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import run as command_line
from model.experiment.commands import workforce
from model.experiment.workers.runner import do_here
from model.experiment.workers.worker import simulate_region
from model.record import RunResult
from model.scenario.scenario import Scenario
from tests.faults.claim_bad_runs import TWO, command, engine, no_pictures

from .claims import Case, Outcome, claim
from .plants import plant

REPLICATES, SEED = 4, 5
QUICK = 0.05
"""Seconds a run of the two firms takes: so few of them are done in this process."""
READERS = ("report", "export", "compare", "compared", "explain", "figures")
"""Commands that read tables and provenance, and have to look at every file first."""
RULE = """\
from model.rules.price import equal_split


def half(terms, supplier, receiver, bargain):
    return equal_split(terms, supplier, receiver, bargain)
"""


class Sound(NamedTuple):
    """Folders without damage: a finished result, another one, one killed halfway, and the same with all in its ledger."""

    finished: Path
    other: Path
    killed: Path
    closed: Path
    run: str
    case: str
    said: dict[tuple[str, str], tuple[int, str]]


class Damage(NamedTuple):
    """What was done: to which folder, how, and to which files in it."""

    folder: str
    way: str
    files: tuple[str, ...]


EACH_CASE = 20
ENOUGH = 5
"""After so many violations a case says no more."""


@claim(
    "damaged",
    holds="A file of a result that is flipped in one bit, cut short, emptied or swapped is noticed by every command that reads "
    "it, and nothing in it is used.",
    quick=1,
    full=50,
    limit_s=900,
    plants=plant("no-seals"),
)
def damaged(case: Case) -> Outcome:
    """Damage twenty copies of a result, one after the other."""
    made, wrong = _damaged_results(EACH_CASE, case.rng.randrange(2**32))
    return Outcome(made, violations=tuple(wrong))


def _damaged_results(count: int, seed: int) -> tuple[int, list[str]]:
    """Damage so many copies of a result, and return how many, and what a command used of them or did not notice."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="damaged-") as place, engine(_fails_once, QUICK), no_pictures(), here():
        sound = _made(Path(place))
        wrong: list[str] = []
        made = 0
        while made < count and len(wrong) < ENOUGH:
            copy = Path(place) / "copy"
            damage = _damaged(sound, copy, chance)
            wrong += [f"{damage}: {fault}" for fault in _faults(sound, damage, copy, thorough=made % 100 == 7)]
            made += 1
    return made, wrong


@contextmanager
def here() -> Iterator[None]:
    """Have runs by a rule of one's own done in this process, where the engine put in its place is."""
    before = workforce.a_few
    workforce.a_few = lambda job, limits=None: lambda runs, stop: do_here(runs, workforce.simulator(job), stop)
    try:
        yield
    finally:
        workforce.a_few = before


# --- results without damage ------------------------------------------------------------------------------------------


def _fails_once(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    if replicate == 1 and scenario.levers.centre is not None:
        raise ArithmeticError("books do not balance")
    return simulate_region(scenario, seed, replicate)


def _made(place: Path) -> Sound:
    (place / "two.yaml").write_text(TWO, encoding="utf-8")
    (place / "half.py").write_text(RULE, encoding="utf-8")
    killed = place / "killed"

    def copies(scenario: Scenario, seed: int, replicate: int) -> RunResult:
        if replicate == REPLICATES - 1 and not killed.exists():
            shutil.copytree(place / "finished", killed, ignore=lambda _, names: [n for n in names if "sqlite" not in n])
            (killed / "ledger.sqlite-shm").unlink()  # SQLite makes it anew
        return _fails_once(scenario, seed, replicate)

    with engine(copies, QUICK):
        _run(place, "finished", SEED)
    _run(place, "other", SEED + 1)
    shutil.copytree(killed, place / "closed")
    with closing(sqlite3.connect(place / "closed" / "ledger.sqlite")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    folders = {name: place / name for name in ("finished", "other", "killed", "closed")}
    sound = Sound(**folders, **_which(place / "finished"), said={})
    for name in ("finished", "killed", "closed"):
        for what in (*READERS, "resume", "replay", "status"):
            fresh = _copied(folders[name], place / "copy")
            sound.said[name, what] = _asked(sound, what, fresh)
    return sound


def _run(place: Path, name: str, seed: int) -> None:
    asked = ["run", f"{place}/two.yaml", "--replicates", str(REPLICATES), "--seed", str(seed), "--workers", "1"]
    asked += ["--engine", "agents", "--rule", f"price={place}/half.py:half", "--out", f"{place}/{name}"]
    code, told = command(asked)
    if code != command_line.SOME_FAILED:
        raise RuntimeError(told)


def _which(folder: Path) -> dict[str, str]:
    """Return a case and a run that can be told of."""
    import duckdb

    with duckdb.connect() as database:
        query = f"SELECT \"case\", run FROM '{folder}/cases.parquet' WHERE started IS NOT NULL ORDER BY 1, 2"
        case, run = database.execute(query).fetchall()[0]
    return {"case": case, "run": run}


# --- damage ----------------------------------------------------------------------------------------------------------


def _damaged(sound: Sound, copy: Path, chance: random.Random) -> Damage:
    """Make a damaged copy, and say what was done to it."""
    name = chance.choices(("finished", "killed", "closed"), (8, 1, 1))[0]
    _copied(getattr(sound, name), copy)
    files = sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file() and _counts(path))
    # The ledger is the largest and the most intricate; it gets a third of all damage.
    weights = [len(files) / 2 if "ledger" in file else 1 for file in files]
    file = chance.choices(files, weights)[0]
    way = chance.choices(("flipped", "cut", "emptied", "swapped", "another's"), (8, 4, 1, 2, 2))[0]
    content = (copy / file).read_bytes()
    if way == "swapped" and len(files) > 1:
        other = chance.choice([one for one in files if (copy / one).read_bytes() != content])
        (copy / file).write_bytes((copy / other).read_bytes())
        (copy / other).write_bytes(content)
        return Damage(name, way, (file, other))
    others = sound.other / file
    if way == "another's" and name == "finished" and others.is_file() and others.read_bytes() != content:
        shutil.copyfile(others, copy / file)
        return Damage(name, way, (file,))
    if way == "emptied" or not content:
        (copy / file).write_bytes(b"" if content else b"x")
        return Damage(name, "emptied", (file,))
    if way == "cut":
        (copy / file).write_bytes(content[: chance.randrange(len(content))])
        return Damage(name, way, (file,))
    at, bit = chance.randrange(len(content)), chance.randrange(8)
    (copy / file).write_bytes(content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :])
    return Damage(name, f"flipped in bit {bit} of byte {at}", (file,))


def _counts(path: Path) -> bool:
    """Say whether a file is part of what was found: a lock and pictures are made anew, and read by nobody."""
    return path.name not in ("ledger.lock", "ledger.holder") and "figures" not in path.parts and path.suffix != ".html"


def _copied(folder: Path, copy: Path) -> Path:
    shutil.rmtree(copy, ignore_errors=True)
    return Path(shutil.copytree(folder, copy))


# --- what commands make of it ----------------------------------------------------------------------------------------


def _faults(sound: Sound, damage: Damage, copy: Path, thorough: bool) -> Iterator[str]:
    """Return what commands did that they must not do with a damaged copy."""
    kept = copy.with_name("damaged")
    _copied(copy, kept)
    in_ledger = all("ledger" in file for file in damage.files)
    for what in READERS if thorough or not in_ledger else ():
        fault = _noticed(sound, damage, what, _asked(sound, what, copy))
        if in_ledger and fault:  # these never look at the ledger
            fault = _same(sound, damage, what, _asked(sound, what, copy))
        yield from fault
    for what in ("replay", "status", "resume"):
        answer = _asked(sound, what, _copied(kept, copy))
        fault = _noticed(sound, damage, what, answer)
        if what != "resume" and any(file.endswith("-wal") for file in damage.files):
            # What SQLite cannot vouch for there counts as never written: those runs are not done yet, and are done again.
            fault = fault if answer[0] else []
        elif fault and what == "status":  # it says of the tables what it found, and of the ledger how much is in it
            fault = _same(sound, damage, what, answer) if in_ledger else fault
        elif fault:
            fault = _same(sound, damage, what, answer)
            fault += _different(sound.finished, copy) if what == "resume" and not fault else []
        yield from fault


def _asked(sound: Sound, what: str, copy: Path) -> tuple[int, str]:
    """Return exit code and words of a command about a copy, the same wherever it lies; -1 where it raised."""
    out = copy.with_name("out")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    arguments = {
        "report": ["report", str(copy), "--out", str(out / "report.html")],
        "export": ["export", str(copy), "--format", "csv", "--out", str(out)],
        "compare": ["compare", str(copy), str(sound.other)],
        "compared": ["compare", str(sound.other), str(copy)],
        "explain": ["explain", str(copy), "--case", sound.case, "--run", sound.run],
        "figures": ["figures", str(copy), "--only", "savings_fan", "--out", str(out)],
        "resume": ["resume", str(copy), "--workers", "1"],
        "replay": ["replay", str(copy), "--run", sound.run],
        "status": ["resume", str(copy), "--status"],
    }
    try:
        code, told = command(arguments[what])
    except BaseException as error:
        return -1, f"{type(error).__name__}: {error}"
    written = "".join(f"\n{path.name} {hash(path.read_bytes())}" for path in sorted(out.rglob("*")) if path.is_file())
    return code, told + written


def _noticed(sound: Sound, damage: Damage, what: str, answer: tuple[int, str]) -> list[str]:
    """Return what is wrong with an answer that has to say that a file is damaged."""
    code, told = answer
    files = [file.removesuffix("-wal") for file in damage.files]
    if damage.folder != "finished" and what in READERS:
        files = ["damage.unfinished", "copy"]  # that it is not finished is all there is to say
    if damage.files == ("provenance.json",) and damage.way == "another's":
        files += ["copy/"]  # then everything else differs from what it says
    names_it = any(file in told for file in files)
    named = names_it and ("not as it was written" in told or "resume" in told)
    fine = named and (code == command_line.BAD_INPUT or (what == "status" and code == 0))
    return [] if fine and "Traceback" not in told else [f"{what}: exit code {code}: {told[-400:]}"]


def _same(sound: Sound, damage: Damage, what: str, answer: tuple[int, str]) -> list[str]:
    """Return how an answer differs from the one about the sound folder."""
    if answer == sound.said[damage.folder, what]:
        return []
    return [f"{what}: neither noticed nor the same: exit code {answer[0]}: {answer[1][-400:]}"]


def _different(sound: Path, copy: Path) -> list[str]:
    files = [path.relative_to(sound) for path in sound.rglob("*") if path.is_file() and "ledger" not in path.name]
    different = [str(file) for file in files if not (copy / file).is_file() or not _equal(sound / file, copy / file)]
    return [f"resume: made other files: {different}"] if different else []


def _equal(one: Path, other: Path) -> bool:
    return filecmp.cmp(one, other, shallow=False)
