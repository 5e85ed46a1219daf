"""The command line: one table of commands. Nothing heavy is imported before a command is chosen."""

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from model.experiment.commands import arguments as given
from model.experiment.commands import start
from model.experiment.commands.exits import BAD_INPUT, DONE, INTERRUPTED, SOME_FAILED, BadInput, bad_input_if
from model.faults import os_reason, refusal, say, worded
from model.paths import shown
from model.shipped import forget_found

__all__ = ["BAD_INPUT", "DONE", "INTERRUPTED", "SOME_FAILED", "main"]

MAIN_JOB = ("run", "scenarios/funding.yaml")


def main(argv: list[str] | None = None) -> int:
    """Do what the command line says, and return the exit code; without a command, do the main job."""
    with start.safely(is_program=argv is None) as streams:
        try:
            arguments = _parser().parse_args((sys.argv[1:] if argv is None else argv) or MAIN_JOB)
        except SystemExit as asked:  # for help, or in a way there is none
            raise SystemExit(_ended(int(asked.code or 0), streams, argparse.Namespace(lang="en"))) from None
        return _ended(_acted(arguments, is_program=argv is None), streams, arguments)


def _acted(arguments: argparse.Namespace, is_program: bool) -> int:
    forget_found()
    try:
        return int(arguments.act(arguments))
    except BadInput as error:
        print(_worded(error.told, arguments), file=sys.stderr)
        return BAD_INPUT
    except _damaged() as error:
        print(_worded(error, arguments), file=sys.stderr)
        return BAD_INPUT
    except OSError as error:  # a file that the system refuses, and of which no command had more to say
        print(_worded(refusal(error), arguments), file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt as error:
        return _interrupted(arguments, is_program, told=next(iter(error.args), "interrupted"))


def _ended(code: int, streams: start.Streams, arguments: argparse.Namespace) -> int:
    """Return how a command ends; where what it printed came nowhere, say so. Whoever reads may have had enough, as `head`."""
    streams.out.flush()
    fault = streams.out.fault
    if fault is None or isinstance(fault, BrokenPipeError):
        return code
    keeps = getattr(arguments, "act", None) in KEEPING
    whole = say("output.files_whole") if keeps and code == DONE else None
    print(_worded(say("output.lost", reason=os_reason(fault)).followed_by(whole), arguments), file=sys.stderr)
    return code if keeps or code != DONE else BAD_INPUT


def _interrupted(arguments: argparse.Namespace, is_program: bool, told: str = "interrupted") -> int:
    if is_program:  # on its way out: one more Ctrl-C changes nothing any more
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    print(f"\n{_worded(say(told), arguments)}", file=sys.stderr)
    return INTERRUPTED


def _damaged() -> type[Exception]:
    """Return what is raised for a file of a result that is not as it was written."""
    from model.experiment.results.seals import Damaged

    return Damaged


def _worded(told: object, arguments: argparse.Namespace) -> str:
    return worded(told, arguments.lang or "en")  # an export may leave it open


# --- commands about scenario files -----------------------------------------------------------------------------------


def check(arguments: argparse.Namespace) -> int:
    """Say of each file whether it can be run, with every fault of every file."""
    from model.experiment.commands import scenario_commands

    return scenario_commands.check(arguments.files, arguments.lang, arguments.set)


def show(arguments: argparse.Namespace) -> int:
    """Print every value of a file's scenarios, or what differs from those of another file."""
    from model.experiment.commands import scenario_commands, scenario_page

    page = scenario_page.Page(arguments.lang, arguments.group, scenario_page.width())
    return scenario_commands.show(arguments.file, arguments.diff, page, arguments.set)


def schema(arguments: argparse.Namespace) -> int:
    """Print the JSON schema of a scenario file."""
    from model.experiment.commands import scenario_commands

    return scenario_commands.schema()


# --- commands that do runs -------------------------------------------------------------------------------------------


def run(arguments: argparse.Namespace) -> int:
    """Run every scenario and its twin, store what they say, and print the comparison."""
    from model.experiment.commands import job_commands

    return job_commands.run(arguments, _summary)


def resume(arguments: argparse.Namespace) -> int:
    """Go on with a job that was interrupted, or say how far it is."""
    from model.experiment.commands import job_commands

    return job_commands.resume(arguments, _summary)


def replay(arguments: argparse.Namespace) -> int:
    """Do one run again, and say whether it comes out as it was stored."""
    from model.experiment.commands import job_commands

    return job_commands.replay(arguments)


def _summary(folder: Path, language: str) -> str:
    """Return the comparison, and where everything is."""
    from analysis.reading.results import NotAResultFolder
    from analysis.summary import summarise, written
    from model.experiment.results.folder import Refused

    with bad_input_if(NotAResultFolder, Refused):  # somebody has taken it away, or put something in its place
        return f"{summarise(folder, language)}\n\n{written(folder, language)}"


# --- commands that read results --------------------------------------------------------------------------------------


def explain(arguments: argparse.Namespace) -> int:
    """Tell in words and figures why one case was accepted, dropped or ended."""
    from analysis.explain.explanation import tell
    from model.experiment.explain.explain import Differs, story
    from model.experiment.explain.stored_cases import NotFound
    from model.experiment.results.input_tables import Gone
    from model.experiment.workers.own_rules import RuleFault
    from model.scenario.scenario_file import ScenarioError

    with bad_input_if(NotFound, Differs, Gone, RuleFault, ScenarioError):
        told = story(arguments.result, arguments.case, arguments.run)
    print(tell(told, arguments.lang))
    return DONE


def export(arguments: argparse.Namespace) -> int:
    """Write a result as CSV or as a workbook."""
    from analysis.export import command
    from analysis.reading.results import NotAResultFolder
    from model.experiment.results.folder import Refused

    arguments.lang = arguments.lang or command.language_of(arguments.format)
    with bad_input_if(NotAResultFolder, Refused):
        written = command.export(arguments.result, arguments.format, arguments.out, arguments.lang, arguments.all)
    print(written)
    return DONE


def compare(arguments: argparse.Namespace) -> int:
    """Print what changed between two results."""
    from analysis.compare import comparing
    from analysis.reading.results import NotAResultFolder

    with bad_input_if(NotAResultFolder):
        told = comparing.compare(arguments.old, arguments.new, arguments.lang)
    print(told)
    return DONE


def figures(arguments: argparse.Namespace) -> int:
    """Draw the figures of a result again, without simulating, and say which cannot be drawn and why."""
    from analysis.figures import UnknownFigure
    from analysis.reading.results import NotAResultFolder
    from analysis.summary import draw_again
    from model.experiment.results.folder import Refused

    with bad_input_if(NotAResultFolder, UnknownFigure, Refused):
        told = draw_again(arguments.result, arguments.lang, arguments.only, arguments.out)
    print(told)
    return DONE


def report(arguments: argparse.Namespace) -> int:
    """Write the report of a result folder, a page of HTML, and say where it is; or print the page itself."""
    from analysis.reading.results import NotAResultFolder
    from analysis.summary import report_as_text, write_report
    from model.experiment.results.folder import Refused

    with bad_input_if(NotAResultFolder, Refused):
        if arguments.out == given.STANDARD_OUTPUT:
            return _print_whole(report_as_text(arguments.result, arguments.lang))
        path = write_report(arguments.result, arguments.lang, arguments.out)
    print(shown(path))
    return DONE


def _print_whole(text: str) -> int:
    """Print a text as it would stand in a file: in UTF-8, whatever the terminal writes."""
    if hasattr(sys.stdout, "buffer"):
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8"))
    else:  # it is caught as text
        sys.stdout.write(text)
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


KEEPING = (run, resume, report, export, figures)
"""What is kept in files, whether or not anything can be printed."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="symbiosis",
        description="A region of firms and a publicly funded symbiosis centre, against the same region without it.",
        epilog=f"Without a command: {' '.join(MAIN_JOB)}. Exit codes: 0 done, 1 some runs failed, 2 bad input, 3 interrupted.",
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
