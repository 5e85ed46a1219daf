"""The command line: one table of commands. Nothing heavy is imported before a command is chosen."""

import argparse
import math
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from model.experiment import arguments as given

if TYPE_CHECKING:
    from model.experiment.carrying_out import Doing
    from model.experiment.design import Run
    from model.experiment.estimate import Tried
    from model.experiment.job import Job
    from model.experiment.ledger import Ledger
    from model.experiment.results import Done, Failed, Made
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
    except KeyboardInterrupt as error:
        return _interrupted(arguments, is_program=argv is None, told=next(iter(error.args), "interrupted"))
    except RuntimeError as error:
        if str(error) != DUCKDB_INTERRUPTED:
            raise
        return _interrupted(arguments, is_program=argv is None)


def _interrupted(arguments: argparse.Namespace, is_program: bool, told: str = "interrupted") -> int:
    if is_program:  # on its way out: one more Ctrl-C changes nothing any more
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    print(f"\n{_worded(_say(told), arguments)}", file=sys.stderr)
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
        tried = _tried(job, folder, arguments)
        with ExitStack() as stack:
            with _bad_input_if(lock.Held, FolderInUse), _no_folder_told(folder):
                stack.enter_context(lock.held(folder))
                require_free(folder)
                book = stack.enter_context(ledger.created(folder, jobs.about(job)))
                book.keep(tried)
            return _carry_out(job, book, folder, arguments)


def _job(arguments: argparse.Namespace) -> "Job":
    """Return what the command line asks for."""
    from model.experiment import own_rules, sources
    from model.experiment.design import SameParameters
    from model.experiment.job import Job
    from model.recording import Recording

    with _bad_input_if(own_rules.RuleFault):
        own = own_rules.read_rules(arguments.rule)
    files = [_load(name, arguments.set) for name in arguments.files]
    sampling = _sampling(files)
    if sampling and arguments.precision is not None:
        raise BadInput(_say("precision_and_draws"))
    said = sources.Given(arguments.replicates, arguments.seed, arguments.rule, arguments.set)
    replicates, seed = _replicates(arguments, files), _setting(arguments.seed, files, "seed", SEED)
    usual = Recording()
    recording = Recording(
        _setting(arguments.record, files, "record", usual.level), _setting(arguments.cases, files, "cases", usual.cases)
    )
    with _bad_input_if(own_rules.RuleFault, SameParameters):
        job = Job(
            scenarios=own_rules.used_in(_scenarios(files), own),
            replicates=replicates,
            seed=seed,
            engine=arguments.engine,
            rules=tuple(own),
            asked=sources.asked(files, said, sampling),
            sources=sources.hashes(files),  # before somebody edits a file
            precision=arguments.precision,
            sampling=sampling,
            recording=recording,
        )
        job.runs(1)
    return job


def _replicates(arguments: argparse.Namespace, files: list["ScenarioFile"]) -> int:
    """Return how many replicates there are, or may be at most where a precision decides."""
    if arguments.precision is not None and arguments.replicates is None:
        return MOST_REPLICATES
    return _setting(arguments.replicates, files, "replicates", REPLICATES)


def _tried(job: "Job", folder: Path, arguments: argparse.Namespace) -> Sequence["Done"]:
    """Do the first few runs of a large job, and say what the others will take; refuse it where there is no room for them."""
    from model.experiment import estimate
    from model.experiment.executors import Unreachable

    runs = job.runs()
    if not estimate.is_large(runs, job.engine):
        return []
    try:
        with _bad_input_if(Unreachable):  # a cluster that went away meanwhile
            tried = estimate.tried(job, _workforce(job, arguments), _processes(arguments))
    except KeyboardInterrupt as error:  # there is no ledger yet
        raise KeyboardInterrupt("interrupted_before") from error
    _expect(tried, len(runs), folder, arguments)
    return tried.done


def _processes(arguments: argparse.Namespace) -> int:
    """Return how many processes of this computer will be at work; none where a cluster is."""
    return 0 if arguments.cluster else arguments.workers or os.cpu_count() or 1


def _expect(tried: "Tried", left: int, folder: Path, arguments: argparse.Namespace) -> None:
    """Say what runs will take, going by some that were tried; refuse them where there is no room."""
    from model.experiment import estimate

    room = estimate.room_at(folder, _processes(arguments))
    expected = estimate.estimated(tried, left, room.processes)
    if expected is not None:
        with _bad_input_if(estimate.TooLarge):
            print(_worded(estimate.fitting(expected, room), arguments), file=sys.stderr, flush=True)


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
        made = make_result(folder, job, runs, book)
        return _tell(job, made, folder, arguments.lang)
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


def _setting(asked: Any, files: list["ScenarioFile"], name: str, otherwise: Any) -> Any:
    """Return what the command line says, else what those files agree on that say anything."""
    said = dict.fromkeys(getattr(file, name) for file in files if getattr(file, name) is not None)
    if asked is None and len(said) > 1:
        raise BadInput(_say("different_settings", name=name, said=", ".join(map(str, said))))
    return next(iter(said), otherwise) if asked is None else asked


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


def _tell(job: "Job", made: "Made", folder: Path, lang: str) -> int:
    """Print the comparison, where everything is, and which runs failed, each with the command that repeats it."""
    if len(made.runs) > len(made.failed):
        from analysis.results import NotAResultFolder
        from analysis.summary import summarise, written

        with _bad_input_if(NotAResultFolder):  # somebody has taken it away
            print(f"{summarise(folder, lang)}\n\n{written(folder, lang)}")
    if job.precision is not None and made.precision is not None:
        print(f"\n{_precision(job.precision, made.precision, made.runs).worded(lang)}")
    for one in made.failed:
        print(_failure(one, folder).worded(lang), file=sys.stderr)
    return SOME_FAILED if made.failed else DONE


def _precision(asked: float, reached: float, runs: Sequence["Run"]) -> "Message":
    """Say which precision was reached, and after how many replicates."""
    key = "precision.reached" if reached <= asked else "precision.missed"
    if reached == math.inf:
        key = "precision.unknown"
    replicates = 1 + max(run.replicate for run in runs)
    return _say(key, asked=f"{asked:g}", reached=f"{reached:.3g}", replicates=replicates)


def _failure(failed: "Failed", folder: Path) -> "Message":
    run = failed.run
    which = {"name": run.name, "replicate": run.replicate, "seed": run.seed, "run": run.id}
    return _say("run_failed", **which, error=failed.error, folder=folder.as_posix())


# --- resume, replay --------------------------------------------------------------------------------------------------


def resume(arguments: argparse.Namespace) -> int:
    """Go on with a job that was interrupted, or say how far it is."""
    from model.experiment import estimate, lock
    from model.experiment.job import Changed
    from model.experiment.preparation import prepare
    from model.experiment.resuming import Unfinishable, begun, open_job, status

    if arguments.status:
        with _bad_input_if(Unfinishable, Changed):
            print(_worded(status(arguments.result), arguments))
        return DONE
    with _bad_input_if(Unfinishable, Changed, lock.Held), open_job(arguments.result) as (job, book):
        prepare(job.engine, job.scenarios.values(), arguments.lang)
        some, left = begun(job, book)
        if estimate.is_large(left, job.engine):
            _expect(estimate.begun(some, _processes(arguments)), len(left), arguments.result, arguments)
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
    arguments: given.Arguments


COMMANDS = {
    "run": Command("run scenarios against their twins and print the comparison", run, given.RUN),
    "resume": Command("go on with an interrupted run, or say how far it is", resume, given.RESUME),
    "replay": Command("do one run again and hold it against what was stored", replay, given.REPLAY),
    "report": Command("write the report of a result as a page of HTML", report, given.REPORT),
    "explain": Command("tell why a case was accepted, dropped or ended", explain, given.EXPLAIN),
    "export": Command("write a result as CSV or as a workbook, with its codebook", export, given.EXPORT),
    "compare": Command("say what changed between two results, inputs and figures", compare, given.COMPARE),
    "figures": Command("draw the figures of a result again, without simulating", figures, given.FIGURES),
    "check": Command("say whether files can be run, and what is wrong with them", check, given.CHECK),
    "show": Command(
        "print every value of a scenario, or what differs from another",
        show,
        given.SHOW,
    ),
    "schema": Command("print the JSON schema of a scenario file, for editors", schema, given.SCHEMA),
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
