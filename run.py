"""The command line: one table of commands. Nothing heavy is imported before a command is chosen."""

import argparse
import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from model.experiment.carrying_out import Doing
    from model.experiment.job import Job
    from model.experiment.ledger import Ledger
    from model.experiment.results import Failed
    from model.faults import Message
    from model.sampling import Sampling
    from model.scenario import Scenario
    from model.scenario_file import ScenarioFile

DONE, SOME_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 3
DUCKDB_INTERRUPTED = "Query interrupted"
"""What DuckDB makes of Ctrl-C while it is at work: a RuntimeError of these words, in place of KeyboardInterrupt."""

MAIN_JOB = ("run", "scenarios/funding.yaml")
REPLICATES, SEED = 10, 2011
MOST_REPLICATES = 1000
"""Where neither the command line nor a file says otherwise."""
ENGINES, DEFAULT_ENGINE = ("compiled", "agents"), "compiled"
EXPORTS = ("csv", "csv-da", "xlsx")


class BadInput(Exception):
    """What the user gave cannot be used; `told` says where, why and what to do, in words or in what can be worded."""

    def __init__(self, told: object) -> None:
        super().__init__(told)
        self.told = told


def main(argv: list[str] | None = None) -> int:
    """Do what the command line says, and return the exit code; without a command, do the main job."""
    arguments = _parser().parse_args((sys.argv[1:] if argv is None else argv) or MAIN_JOB)
    try:
        code = arguments.act(arguments)
        sys.stdout.flush()
        return code
    except BadInput as error:
        print(_worded(error.told, arguments), file=sys.stderr)
        return BAD_INPUT
    except _damaged() as error:
        print(_worded(error, arguments), file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:  # whoever reads has had enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return _interrupted(arguments)
    except RuntimeError as error:
        if str(error) != DUCKDB_INTERRUPTED:
            raise
        return _interrupted(arguments)


def _interrupted(arguments: argparse.Namespace) -> int:
    print(f"\n{_worded(_say('interrupted'), arguments)}", file=sys.stderr)
    return INTERRUPTED


def _damaged() -> type[Exception]:
    """Return what is raised for a file of a result that is not as it was written."""
    from model.experiment.seals import Damaged

    return Damaged


def _say(key: str, /, **values: object) -> "Message":
    from model.faults import say

    return say(key, **values)


def _worded(told: object, arguments: argparse.Namespace) -> str:
    from model.faults import worded

    return worded(told, arguments.lang or "en")  # an export may leave it open


# --- commands about scenario files -----------------------------------------------------------------------------------


def check(arguments: argparse.Namespace) -> int:
    """Say of each file whether it can be run, with every fault of every file."""
    from model.experiment import scenario_commands

    return scenario_commands.check(arguments.files, arguments.lang, arguments.set)


def show(arguments: argparse.Namespace) -> int:
    """Print every value of a file's scenarios, or what differs from those of another file."""
    from model.experiment import scenario_commands, scenario_page

    page = scenario_page.Page(arguments.lang, arguments.group, scenario_page.width())
    return scenario_commands.show(arguments.file, arguments.diff, page, arguments.set)


def schema(arguments: argparse.Namespace) -> int:
    """Print the JSON schema of a scenario file."""
    from model.experiment import scenario_commands

    return scenario_commands.schema()


# --- run -------------------------------------------------------------------------------------------------------------


def run(arguments: argparse.Namespace) -> int:
    """Run every scenario and its twin, store what they say, and print the comparison."""
    from model.experiment import job as jobs
    from model.experiment import ledger, lock
    from model.experiment.folder import FolderInUse, require_free
    from model.experiment.own_rules import RuleFault
    from model.experiment.preparation import prepare

    job = _job(arguments)
    with _claimed(arguments) as folder:
        with _bad_input_if(RuleFault):
            prepare(job.engine, job.scenarios.values(), arguments.lang)
        with ExitStack() as stack:
            with _bad_input_if(lock.Held, FolderInUse), _no_folder_told(folder):
                stack.enter_context(lock.held(folder))
                require_free(folder)
                book = stack.enter_context(ledger.created(folder, jobs.about(job)))
            return _carry_out(job, book, folder, arguments)


def _job(arguments: argparse.Namespace) -> "Job":
    """Return what the command line asks for."""
    from model.experiment import own_rules, sources
    from model.experiment.design import SameParameters
    from model.experiment.job import Job

    with _bad_input_if(own_rules.RuleFault):
        own = own_rules.read_rules(arguments.rule)
    files = [_load(name, arguments.set) for name in arguments.files]
    sampling = _sampling(files)
    if sampling and arguments.precision is not None:
        raise BadInput(_say("precision_and_draws"))
    given = sources.Given(arguments.replicates, arguments.seed, arguments.rule, arguments.set)
    replicates, seed = _replicates(arguments, files), _setting(arguments.seed, files, "seed", SEED)
    with _bad_input_if(own_rules.RuleFault, SameParameters):
        job = Job(
            scenarios=own_rules.used_in(_scenarios(files), own),
            replicates=replicates,
            seed=seed,
            engine=arguments.engine,
            rules=tuple(own),
            asked=sources.asked(files, given, sampling),
            sources=sources.hashes(files),  # before somebody edits a file
            precision=arguments.precision,
            sampling=sampling,
        )
        job.runs(1)
    return job


def _replicates(arguments: argparse.Namespace, files: list["ScenarioFile"]) -> int:
    """Return how many replicates there are, or may be at most where a precision decides."""
    if arguments.precision is not None and arguments.replicates is None:
        return MOST_REPLICATES
    return _setting(arguments.replicates, files, "replicates", REPLICATES)


def _carry_out(job: "Job", book: "Ledger", folder: Path, arguments: argparse.Namespace) -> int:
    """Do what is not done yet, make the result, and print the comparison."""
    from model.experiment.carrying_out import Interrupted, carry_out, make_result
    from model.experiment.executors import Unreachable
    from model.experiment.interruption import stoppable
    from model.experiment.progress import progress_in
    from model.faults import os_reason

    doing = _workforce(job, arguments)
    try:
        with stoppable(arguments.lang) as stop:
            runs = carry_out(job, book, doing, progress_in(arguments.lang), stop)
        failed = make_result(folder, job, runs, book)
        return _tell(len(runs) > len(failed), failed, folder, arguments.lang)
    except Interrupted as error:
        told = _say("interrupted_after", done=error.done, runs=error.runs, folder=folder.as_posix())
    except BrokenPipeError:
        raise
    except Unreachable as error:  # a cluster that went away meanwhile
        told = _say("refused", reason=error.message, folder=folder.as_posix())
    except OSError as error:  # no room left, or the folder can no longer be written; what was done is kept
        told = _say("refused", reason=os_reason(error), folder=folder.as_posix())
    print(_worded(told, arguments), file=sys.stderr)
    return INTERRUPTED


def _workforce(job: "Job", arguments: argparse.Namespace) -> "Doing":
    """Return what does the runs, within the limits of their engine and what the command line says of them."""
    from model.experiment.executors import Unreachable
    from model.experiment.limits import BY_ENGINE
    from model.experiment.workforce import Workers, workforce

    asked = {"seconds": arguments.run_seconds, "memory_mb": arguments.run_memory}
    limits = BY_ENGINE[job.engine]._replace(**{name: value for name, value in asked.items() if value is not None})
    with _bad_input_if(Unreachable):
        return workforce(job, Workers(arguments.workers, limits, arguments.cluster))


def _load(name: str, changed: list[str]) -> "ScenarioFile":
    from model.experiment.scenario_commands import load_known
    from model.scenario_file import ScenarioError

    with _bad_input_if(ScenarioError):
        return load_known(name, changed)


def _setting(given: int | None, files: list["ScenarioFile"], name: str, otherwise: int) -> int:
    """Return what the command line says, else what those files agree on that say anything."""
    said = dict.fromkeys(getattr(file, name) for file in files if getattr(file, name) is not None)
    if given is None and len(said) > 1:
        raise BadInput(_say("different_settings", name=name, said=", ".join(map(str, said))))
    return next(iter(said), otherwise) if given is None else given


def _sampling(files: list["ScenarioFile"]) -> "Sampling | None":
    """Return the design that those files agree on that have one."""
    said = dict.fromkeys(file.sampling for file in files if file.sampling is not None)
    if len(said) > 1:
        raise BadInput(_say("different_draws"))
    return next(iter(said), None)


def _scenarios(files: list["ScenarioFile"]) -> dict[str, "Scenario"]:
    """Return the scenarios of all files by name."""
    scenarios: dict[str, Scenario] = {}
    for file in files:
        for name, scenario in file.scenarios.items():
            if name in scenarios:
                raise BadInput(_say("earlier_scenario", file=file.path, name=name))
            scenarios[name] = scenario
    return scenarios


@contextmanager
def _claimed(arguments: argparse.Namespace) -> Iterator[Path]:
    """Hand out the result folder; one into which nothing came is removed again."""
    from model.experiment.folder import FolderInUse, claim_folder, claim_this

    name = "+".join(dict.fromkeys(Path(file).stem for file in arguments.files))
    with _bad_input_if(FolderInUse), _no_folder_told(arguments.out or Path("results")):
        folder = claim_this(arguments.out) if arguments.out else claim_folder(Path("results"), name)
    try:
        yield folder
    except BaseException:
        with suppress(OSError):  # another process may have put something there by now
            folder.rmdir()
        raise


@contextmanager
def _no_folder_told(folder: Path) -> Iterator[None]:
    from model.faults import os_reason

    try:
        yield
    except OSError as error:
        told = _say("unusable_folder", folder=folder.as_posix(), reason=os_reason(error))
        raise BadInput(told) from error


@contextmanager
def _bad_input_if(*errors: type[Exception]) -> Iterator[None]:
    try:
        yield
    except errors as error:
        raise BadInput(_refused(error) if isinstance(error, OSError) else error) from error


def _refused(error: OSError) -> "Message":
    """Return what the system refused, and why."""
    from model.faults import os_reason

    return _say("unusable", file=error.filename, reason=os_reason(error))


def _tell(compare: bool, failed: list["Failed"], folder: Path, lang: str) -> int:
    """Print the comparison, where everything is, and which runs failed, each with the command that repeats it."""
    if compare:
        from analysis.results import NotAResultFolder
        from analysis.summary import summarise, written

        with _bad_input_if(NotAResultFolder):  # somebody has taken it away
            print(f"{summarise(folder, lang)}\n\n{written(folder, lang)}")
    for one in failed:
        print(_failure(one, folder).worded(lang), file=sys.stderr)
    return SOME_FAILED if failed else DONE


def _failure(failed: "Failed", folder: Path) -> "Message":
    run = failed.run
    which = {"name": run.name, "replicate": run.replicate, "seed": run.seed, "run": run.id}
    return _say("run_failed", **which, error=failed.error, folder=folder.as_posix())


# --- resume, replay --------------------------------------------------------------------------------------------------


def resume(arguments: argparse.Namespace) -> int:
    """Go on with a job that was interrupted, or say how far it is."""
    from model.experiment import lock
    from model.experiment.job import Changed
    from model.experiment.preparation import prepare
    from model.experiment.resuming import Unfinishable, open_job, status

    if arguments.status:
        with _bad_input_if(Unfinishable, Changed):
            print(_worded(status(arguments.result), arguments))
        return DONE
    with _bad_input_if(Unfinishable, Changed, lock.Held), open_job(arguments.result) as (job, book):
        prepare(job.engine, job.scenarios.values(), arguments.lang)
        return _carry_out(job, book, arguments.result, arguments)


def replay(arguments: argparse.Namespace) -> int:
    """Do one run again, and say whether it comes out as it was stored."""
    from model.experiment.job import Changed
    from model.experiment.resuming import Unfinishable, replayed

    with _bad_input_if(Unfinishable, Changed):
        told, same = replayed(arguments.result, arguments.run)
    print(_worded(told, arguments))
    return DONE if same else SOME_FAILED


# --- explain ---------------------------------------------------------------------------------------------------------


def explain(arguments: argparse.Namespace) -> int:
    """Tell in words and figures why one case was accepted, dropped or ended."""
    from analysis.explanation import tell
    from model.experiment.explain import Differs, story
    from model.experiment.own_rules import RuleFault
    from model.experiment.stored_cases import NotFound
    from model.scenario_file import ScenarioError

    with _bad_input_if(NotFound, Differs, RuleFault, ScenarioError):
        told = story(arguments.result, arguments.case, arguments.run)
    print(tell(told, arguments.lang))
    return DONE


# --- export ----------------------------------------------------------------------------------------------------------


def export(arguments: argparse.Namespace) -> int:
    """Write a result as CSV or as a workbook."""
    from analysis.export import command
    from analysis.results import NotAResultFolder

    arguments.lang = arguments.lang or command.language_of(arguments.format)
    with _bad_input_if(NotAResultFolder, command.Refused, OSError):
        written = command.export(arguments.result, arguments.format, arguments.out, arguments.lang)
    print(written)
    return DONE


# --- compare ---------------------------------------------------------------------------------------------------------


def compare(arguments: argparse.Namespace) -> int:
    """Print what changed between two results."""
    from analysis import comparing
    from analysis.results import NotAResultFolder

    with _bad_input_if(NotAResultFolder, OSError):
        told = comparing.compare(arguments.old, arguments.new, arguments.lang)
    print(told)
    return DONE


# --- figures ---------------------------------------------------------------------------------------------------------


def figures(arguments: argparse.Namespace) -> int:
    """Draw the figures of a result again, without simulating, and say which cannot be drawn and why."""
    from analysis.figures import UnknownFigure
    from analysis.results import NotAResultFolder
    from analysis.summary import draw_again

    with _bad_input_if(NotAResultFolder, UnknownFigure, OSError):
        told = draw_again(arguments.result, arguments.lang, arguments.only, arguments.out)
    print(told)
    return DONE


# --- report ----------------------------------------------------------------------------------------------------------


def report(arguments: argparse.Namespace) -> int:
    """Write the report of a result folder, a page of HTML, and say where it is."""
    from analysis.results import NotAResultFolder
    from analysis.summary import write_report

    with _bad_input_if(NotAResultFolder, OSError):
        path = write_report(arguments.result, arguments.lang, arguments.out)
    print(path.as_posix())
    return DONE


# --- the table of commands -------------------------------------------------------------------------------------------


class Command(NamedTuple):
    """A command: what it does in one line, its function, and its arguments as argparse takes them."""

    does: str
    act: Callable[[argparse.Namespace], int]
    arguments: dict[str, dict[str, Any]]


def _whole(low: int, high: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from {low} to {high}")
        return int(text)

    return whole_number


def _above_zero(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return number


def _lang(of: str) -> dict[str, Any]:
    return {"choices": ("da", "en"), "default": "en", "help": f"language of {of}"}


FILE: dict[str, Any] = {"metavar": "FILE", "help": "a scenario file, or the name of a shipped one"}
FILES = FILE | {"nargs": "+"}

WORK_ARGUMENTS: dict[str, dict[str, Any]] = {
    "--workers": {"type": _whole(1, 1_000), "metavar": "N", "help": "processes; otherwise one per processor"},
    "--cluster": {"metavar": "ADDRESS", "help": "a Dask scheduler, such as tcp://host:8786, whose workers do the runs"},
    "--run-seconds": {
        "type": _above_zero,
        "metavar": "S",
        "help": "stop a run that takes longer, and go on with the others",
    },
    "--run-memory": {"type": _above_zero, "metavar": "MB", "help": "stop a run whose process uses more memory"},
}

SET: dict[str, Any] = {
    "action": "append",
    "default": [],
    "metavar": "KEY=VALUE",
    "help": "put a value on top of every scenario that has the key's group; once per key",
}

RUN_ARGUMENTS: dict[str, dict[str, Any]] = {
    "files": FILES,
    "--replicates": {"type": _whole(1, 1_000_000), "metavar": "N", "help": "paired runs per scenario and draw"},
    "--precision": {
        "type": _above_zero,
        "metavar": "X",
        "help": "add runs until savings are known to within X m DKK (calculation error), or N replicates are done",
    },
    **WORK_ARGUMENTS,
    "--out": {"type": Path, "metavar": "DIR", "help": "result folder; otherwise a new one under results/"},
    "--seed": {"type": _whole(0, 2**32 - 1), "metavar": "N", "help": "which stream of random numbers"},
    "--set": SET,
    "--rule": {
        "action": "append",
        "default": [],
        "metavar": "KIND=FILE.py:FUNCTION",
        "help": "a rule of your own: price, trust or targeting",
    },
    "--engine": {
        "choices": ENGINES,
        "default": DEFAULT_ENGINE,
        "help": "what simulates: agents that can be watched, or the same model compiled; the results are the same",
    },
    "--lang": _lang("the table, the figures and messages"),
}

RESULT: dict[str, Any] = {"type": Path, "metavar": "RESULT", "help": "a result folder as 'run' writes it"}

RESUME_ARGUMENTS: dict[str, dict[str, Any]] = {
    "result": RESULT,
    "--status": {"action": "store_true", "help": "only say how far it is"},
    **WORK_ARGUMENTS,
    "--lang": _lang("the table, the figures and messages"),
}

REPLAY_ARGUMENTS: dict[str, dict[str, Any]] = {
    "result": RESULT,
    "--run": {"required": True, "metavar": "ID", "help": "a run, from the column 'run' of runs.parquet or a message"},
    "--lang": _lang("messages"),
}

EXPLAIN_ARGUMENTS: dict[str, dict[str, Any]] = {
    "result": RESULT,
    "--case": {"required": True, "metavar": "ID", "help": "a case, from the column 'case' of cases.parquet"},
    "--run": {"metavar": "ID", "help": "the run to look at; otherwise the first in which the case occurs"},
    "--lang": _lang("the story and messages"),
}

CHECK_ARGUMENTS = {"files": FILES, "--set": SET, "--lang": _lang("messages")}

SHOW_ARGUMENTS: dict[str, dict[str, Any]] = {
    "file": FILE,
    "group": {
        "nargs": "?",
        "default": "",
        "metavar": "GROUP",
        "help": "a group or key alone, such as levers or prices",
    },
    "--diff": FILE | {"help": "the file to compare with"},
    "--set": SET,
    "--lang": _lang("headings, meanings and messages"),
}

EXPORT_ARGUMENTS: dict[str, dict[str, Any]] = {
    "result": RESULT,
    "--format": {
        "choices": EXPORTS,
        "required": True,
        "help": "csv for programs, csv-da for a Danish spreadsheet, xlsx",
    },
    "--out": {"type": Path, "metavar": "DIR", "help": "folder, new or empty; otherwise export-FORMAT in the result"},
    "--lang": {
        "choices": ("da", "en"),
        "help": "language of codebook and first sheet; otherwise da for csv-da, else en",
    },
}

COMPARE_ARGUMENTS: dict[str, dict[str, Any]] = {
    "old": {"type": Path, "metavar": "OLD", "help": "a result folder as 'run' writes it"},
    "new": {"type": Path, "metavar": "NEW", "help": "the result folder to hold against it"},
    "--lang": {"choices": ("da", "en"), "default": "en", "help": "language of the comparison"},
}

FIGURES_ARGUMENTS: dict[str, dict[str, Any]] = {
    "result": RESULT,
    "--only": {
        "action": "extend",
        "nargs": "+",
        "default": [],
        "metavar": "NAME",
        "help": "figures to draw; otherwise all",
    },
    "--lang": {"choices": ("da", "en"), "default": "en", "help": "language of the figures"},
    "--out": {"type": Path, "metavar": "DIR", "help": "where to put them; otherwise the result's figures/"},
}

REPORT_ARGUMENTS: dict[str, dict[str, Any]] = {
    "result": RESULT,
    "--lang": {"choices": ("da", "en"), "default": "en", "help": "language of the report"},
    "--out": {"type": Path, "metavar": "FILE", "help": "file to write; otherwise report.html in the result folder"},
}

COMMANDS = {
    "run": Command("run scenarios against their twins and print the comparison", run, RUN_ARGUMENTS),
    "resume": Command("go on with an interrupted run, or say how far it is", resume, RESUME_ARGUMENTS),
    "replay": Command("do one run again and hold it against what was stored", replay, REPLAY_ARGUMENTS),
    "report": Command("write the report of a result as a page of HTML", report, REPORT_ARGUMENTS),
    "explain": Command("tell why a case was accepted, dropped or ended", explain, EXPLAIN_ARGUMENTS),
    "export": Command("write a result as CSV or as a workbook, with its codebook", export, EXPORT_ARGUMENTS),
    "compare": Command("say what changed between two results, inputs and figures", compare, COMPARE_ARGUMENTS),
    "figures": Command("draw the figures of a result again, without simulating", figures, FIGURES_ARGUMENTS),
    "check": Command("say whether files can be run, and what is wrong with them", check, CHECK_ARGUMENTS),
    "show": Command(
        "print every value of a scenario, or what differs from another",
        show,
        SHOW_ARGUMENTS,
    ),
    "schema": Command("print the JSON schema of a scenario file, for editors", schema, {"--lang": _lang("messages")}),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="symbiosis",
        description="A region of firms and a publicly funded symbiosis centre, against the same region without it.",
        epilog=f"Without a command: {' '.join(MAIN_JOB)}. "
        "Exit codes: 0 done, 1 some runs failed, 2 bad input, 3 interrupted.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        added = commands.add_parser(name, help=command.does, description=command.does)
        added.set_defaults(act=command.act)
        for argument, options in command.arguments.items():
            added.add_argument(argument, **options)
    return parser


if __name__ == "__main__":
    sys.exit(main())
