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
        print("interrupted: this run left no results; the same command starts again", file=sys.stderr)
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
    with _naming_input():
        runs = plan(_scenarios(files), replicates, seed)
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
    return f"failed: {run.name}, replicate {run.replicate}, seed {run.seed}: {failed.error} (traceback: failed_runs.json)"
