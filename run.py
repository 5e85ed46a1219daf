"""The command line: one table of commands. Nothing heavy is imported before a command is chosen."""

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from model.experiment.runner import Failed, Outcome
    from model.scenario import Scenario
    from model.scenario_file import ScenarioFile

DONE, SOME_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 3
MAIN_JOB = ("run", "scenarios/funding.yaml")
REPLICATES, SEED = 10, 2011
"""Where neither the command line nor a file says otherwise."""


class BadInput(Exception):
    """What the user gave cannot be used; the text says where, why and what to do."""


def main(argv: list[str] | None = None) -> int:
    """Do what the command line says, and return the exit code; without a command, do the main job."""
    arguments = _parser().parse_args((sys.argv[1:] if argv is None else argv) or MAIN_JOB)
    try:
        return arguments.act(arguments)
    except BadInput as error:
        print(f"error: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("interrupted: what was not finished is not kept; the same command starts again", file=sys.stderr)
        return INTERRUPTED


# --- run -------------------------------------------------------------------------------------------------------------


def run(arguments: argparse.Namespace) -> int:
    """Run every scenario and its twin, store what they say, and print the comparison."""
    from model.experiment.design import plan
    from model.experiment.runner import progress, run_all
    from model.experiment.store import write_results

    files = [_load(path) for path in arguments.files]
    replicates = arguments.replicates or _agreed(files, "replicates", REPLICATES)
    seed = _agreed(files, "seed", SEED) if arguments.seed is None else arguments.seed
    try:
        runs = plan(_scenarios(files), replicates, seed)
    except ValueError as error:
        raise BadInput(error) from error
    with _claimed(arguments) as folder:
        with progress(len(runs)) as report:
            outcome = run_all(runs, arguments.workers, report=report)
        write_results(folder, outcome.finished, outcome.failed)
    return _tell(outcome, folder, arguments.lang)


@contextmanager
def _claimed(arguments: argparse.Namespace) -> Iterator[Path]:
    """Hand out the result folder; one that does not get its results is removed again."""
    from model.experiment.store import FolderInUse, claim_folder, claim_this

    name = "+".join(Path(file).stem for file in arguments.files)
    try:
        folder = claim_this(arguments.out) if arguments.out else claim_folder(Path("results"), name)
    except FolderInUse as error:
        raise BadInput(error) from error
    except OSError as error:
        raise BadInput(f"no result folder can be made here: {error}; name another with --out") from error
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _tell(outcome: "Outcome", folder: Path, lang: str) -> int:
    """Print the comparison, where everything is, and which runs failed."""
    if outcome.finished:
        from analysis.summary import summarise

        print(summarise(folder, lang))
    print(f"\nResults, figures and tables: {folder.as_posix()}")
    for failed in outcome.failed:
        print(_failure(failed), file=sys.stderr)
    return SOME_FAILED if outcome.failed else DONE


def _failure(failed: "Failed") -> str:
    run = failed.run
    return (
        f"failed: {run.name}, replicate {run.replicate}, seed {run.seed}: {failed.error} (traceback: failed_runs.json)"
    )


# --- check, show, schema ---------------------------------------------------------------------------------------------


def check(arguments: argparse.Namespace) -> int:
    """Say of each file whether it can be run, with every fault of every file."""
    faults = 0
    for name in arguments.files:
        try:
            file = _load(name)
        except BadInput as error:
            faults += 1
            print(error, file=sys.stderr)
        else:
            print(f"{name}: good ({', '.join(file.scenarios)})")
    return BAD_INPUT if faults else DONE


def show(arguments: argparse.Namespace) -> int:
    """Print every value of a file's scenarios, or what differs from those of another file."""
    from model.scenario_file import resolved_text

    file = _load(arguments.file)
    if arguments.diff:
        print("\n".join(_differences(file, _load(arguments.diff))))
        return DONE
    for name, scenario in file.scenarios.items():
        print(f"# {name}\n{resolved_text(scenario)}")
    return DONE


def _differences(file: "ScenarioFile", other: "ScenarioFile") -> Iterator[str]:
    """Compare scenarios of one name, and every other one with the first of the other file."""
    from model.scenario_file import changes

    first = next(iter(other.scenarios))
    for name, scenario in file.scenarios.items():
        base = name if name in other.scenarios else first
        lines = changes(scenario, other.scenarios[base])
        yield f"# {name} against {other.path.stem}: {base}" + ("" if lines else " (no difference)")
        yield from lines


def schema(arguments: argparse.Namespace) -> int:
    """Print the JSON schema of a complete scenario, for editors."""
    import json

    from model.scenario import Scenario

    print(json.dumps(Scenario.model_json_schema(), indent=2, ensure_ascii=False))
    return DONE


# --- reading files ---------------------------------------------------------------------------------------------------


def _load(name: str) -> "ScenarioFile":
    from model.known import known_names
    from model.scenario_file import ScenarioError, load

    try:
        return load(name, known_names())
    except ScenarioError as error:
        raise BadInput(error) from error


def _scenarios(files: list["ScenarioFile"]) -> dict[str, "Scenario"]:
    """Return the scenarios of all files by name."""
    scenarios: dict[str, Scenario] = {}
    for file in files:
        for name, scenario in file.scenarios.items():
            if name in scenarios:
                raise BadInput(
                    f"{file.path}: an earlier file has a scenario '{name}' too; rename one, or run them apart"
                )
            scenarios[name] = scenario
    return scenarios


def _agreed(files: list["ScenarioFile"], setting: str, otherwise: int) -> int:
    """Return what the files that say anything about it agree on."""
    said = {getattr(file, setting): file for file in files if getattr(file, setting) is not None}
    if len(said) > 1:
        raise BadInput(f"the files ask for different {setting} ({', '.join(map(str, said))}); choose with --{setting}")
    return next(iter(said), otherwise)


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


FILES: dict[str, Any] = {"nargs": "+", "metavar": "FILE", "help": "scenario file, or name of a shipped one"}
FILE = {"metavar": "FILE", "help": FILES["help"]}

COMMANDS = {
    "run": Command(
        "run scenarios against their twins and print the comparison",
        run,
        {
            "files": FILES,
            "--replicates": {"type": _whole(1, 1_000_000), "metavar": "N", "help": "paired runs per scenario"},
            "--workers": {
                "type": _whole(1, 1_000),
                "metavar": "N",
                "help": "processes (otherwise as many as processors)",
            },
            "--out": {"type": Path, "metavar": "DIR", "help": "result folder (otherwise a new one under results/)"},
            "--seed": {"type": _whole(0, 2**32 - 1), "metavar": "N", "help": "which stream of random numbers"},
            "--lang": {"choices": ("da", "en"), "default": "en", "help": "language of table and figures"},
        },
    ),
    "check": Command("say whether files can be run, and what is wrong with them", check, {"files": FILES}),
    "show": Command(
        "print every value of a scenario, or what differs from another",
        show,
        {"file": FILE, "--diff": FILE | {"help": "what to compare with"}},
    ),
    "schema": Command("print the JSON schema of a scenario, for editors", schema, {}),
}


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
        for flag, options in command.arguments.items():
            added.add_argument(flag, **options)
    return parser


if __name__ == "__main__":
    sys.exit(main())
