"""The command line, with the model replaced by made-up results where runs are only a means."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

import run
from model.experiment.results.store import read_table
from model.experiment.workers import preparation, worker
from model.record import RunResult
from model.scenario.scenario import Scenario
from tests import made_up
from tests.blank_figures import blank_figures

ROOT = Path(run.__file__).parent
PATIENCE_S = 600
"""After so long a process counts as hung, however slow the computer is."""
LIGHT = ["--workers", "1", "--replicates", "2"]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _figures_rendered_for_one_test_only(request: pytest.FixtureRequest) -> Iterator[None]:
    whole = request.function is test_without_a_command_the_main_job_is_done_and_says_where_it_wrote
    with nullcontext() if whole else blank_figures():
        yield


@pytest.fixture
def made_up_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, made_up.simulate)


def use(monkeypatch: pytest.MonkeyPatch, simulate: object) -> None:
    for engine in run.given.ENGINES:
        monkeypatch.setitem(worker.ENGINES, engine, simulate)
    monkeypatch.setattr(preparation, "prepare", lambda *asked: None)


def write(name: str, replicates: int, seed: int, scenario: str = "x") -> str:
    text = "extends: base\nexperiment: {replicates: %d, seed: %d, scenarios: {%s: {title: why}}}\n"
    Path(name).write_text(text % (replicates, seed, scenario), encoding="utf-8")
    return name


@pytest.mark.usefixtures("made_up_runs")
def test_without_a_command_the_main_job_is_done_and_says_where_it_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main([]) == run.DONE
    folder = Path("results/funding")
    assert "results/funding" in capsys.readouterr().out
    table = read_table(folder, "runs")
    names = list(dict.fromkeys(table["scenario"]))
    assert len(names) == 10 and {"no_centre", "centre_6m", "centre_12m", "centre_24m", "landfill_tax"} < set(names)
    assert table["replicate"].size == 10 * 40
    assert set(table["seed"]) == {2011}
    assert any((folder / "figures").iterdir())


@pytest.mark.usefixtures("made_up_runs")
def test_the_command_line_wins_over_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["run", "funding", *LIGHT, "--seed", "5", "--out", "my/folder"]) == run.DONE
    table = read_table(Path("my/folder"), "runs")
    assert (set(table["replicate"]), set(table["seed"])) == ({0, 1}, {5})
    assert not Path("results").exists()


@pytest.mark.parametrize("cached", [False, True])
def test_the_compiled_engine_is_made_ready_once_and_named_in_the_results(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cached: bool
) -> None:
    from model import kept
    from model.month import simulate

    warmed: list[object] = []
    monkeypatch.setattr(kept, "is_kept", lambda more: cached)
    monkeypatch.setattr(simulate, "warm", warmed.append)
    monkeypatch.setattr(simulate, "simulate", made_up.simulate)
    assert run.main(["run", "centre", *LIGHT, "--engine", "compiled", "--out", "x"]) == run.DONE
    assert len(warmed) == (not cached)
    assert ("compiling the model" in capsys.readouterr().err) is not cached
    assert run.main(["run", "centre", *LIGHT, "--engine", "compiled", "--out", "y", "--lang", "da"]) == run.DONE
    assert ("modellen kompileres" in capsys.readouterr().err) is not cached
    assert json.loads(Path("x/provenance.json").read_text(encoding="utf-8"))["engine"] == "compiled"


@pytest.mark.usefixtures("made_up_runs")
def test_both_engines_have_the_same_run_ids() -> None:
    for engine in run.given.ENGINES:
        assert run.main(["run", "centre", *LIGHT, "--engine", engine, "--out", engine]) == run.DONE
    agents, compiled = (read_table(Path(engine), "runs")["run"].tolist() for engine in run.given.ENGINES)
    assert agents == compiled
    assert set(run.given.ENGINES) == set(worker.ENGINES)


@pytest.mark.usefixtures("made_up_runs")
def test_a_second_run_does_not_touch_the_results_of_the_first() -> None:
    for _ in range(2):
        assert run.main(["run", "centre", *LIGHT]) == run.DONE
    assert sorted(path.name for path in Path("results").iterdir()) == ["centre", "centre-2"]


@pytest.mark.usefixtures("made_up_runs")
def test_a_folder_in_use_is_refused_before_anything_runs(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine").mkdir()
    Path("mine/letter.txt").write_text("dear", encoding="utf-8")
    assert run.main(["run", "centre", *LIGHT, "--out", "mine"]) == run.BAD_INPUT
    assert "mine is there already and is not empty" in capsys.readouterr().err
    assert run.main(["run", "centre", *LIGHT, "--out", "mine", "--lang", "da"]) == run.BAD_INPUT
    assert "mine findes allerede og er ikke tom; angiv en ny mappe med --out" in capsys.readouterr().err
    assert [path.name for path in Path("mine").iterdir()] == ["letter.txt"]


def test_failed_runs_are_named_and_the_others_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails_once(scenario: Scenario, seed: int, replicate: int) -> RunResult:
        if replicate == 1 and scenario.levers.centre is not None:
            raise ArithmeticError("books do not balance")
        return made_up.simulate(scenario, seed, replicate)

    use(monkeypatch, fails_once)
    assert run.main(["run", "centre", *LIGHT, "--seed", "3"]) == run.SOME_FAILED
    said = capsys.readouterr()
    assert "failed: centre, replicate 1, seed 3: ArithmeticError: books do not balance" in said.err
    assert "results/centre" in said.out
    assert read_table(Path("results/centre"), "runs")["scenario"].tolist() == ["centre", "centre_twin", "centre_twin"]
    assert "fails_once" in Path("results/centre/failed_runs.json").read_text(encoding="utf-8")


def test_where_every_run_failed_that_is_said_and_nothing_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(scenario: Scenario, seed: int, replicate: int) -> RunResult:
        raise ArithmeticError("no")

    use(monkeypatch, fails)
    assert run.main(["run", "centre", *LIGHT]) == run.SOME_FAILED
    assert capsys.readouterr().err.count("failed: ") == 4


def test_an_interruption_leaves_a_ledger_to_go_on_with(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(scenario: Scenario, seed: int, replicate: int) -> RunResult:
        raise KeyboardInterrupt

    use(monkeypatch, interrupted)
    assert run.main(["run", "centre", *LIGHT]) == run.INTERRUPTED
    assert "interrupted" in capsys.readouterr().err
    assert run.main(["resume", "results/centre", "--status"]) == run.DONE
    assert "0 of 4 runs done" in capsys.readouterr().out


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C cannot be sent to another process there")
@pytest.mark.parametrize("whole_group", [True, False])
def test_ctrl_c_ends_all_processes(tmp_path: Path, whole_group: bool) -> None:
    with subprocess.Popen(
        [sys.executable, ROOT / "run.py", "run", "centre", "--replicates", "100", "--workers", "2"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # which a process in the background has not
    ) as process:  # fmt: skip
        while process.poll() is None and not list(tmp_path.glob("results/centre/ledger.sqlite")):
            time.sleep(0.05)  # until it is at work
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == run.INTERRUPTED
    assert said.strip().splitlines()[-1].startswith("interrupted")


@pytest.mark.usefixtures("made_up_runs")
def test_several_files_are_one_experiment(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["run", write("a.yaml", 2, 1, "no_policy"), "centre", "--workers", "1"]) == run.DONE
    table = read_table(Path("results/a+centre"), "runs")
    assert table["scenario"].tolist() == ["no_policy", "no_policy", "centre", "centre"]


@pytest.mark.usefixtures("made_up_runs")
def test_files_that_disagree_need_a_word_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    files = [write("a.yaml", 2, 1), write("b.yaml", 3, 1)]
    assert run.main(["run", *files]) == run.BAD_INPUT
    assert "different replicates (2, 3); choose with --replicates" in capsys.readouterr().err
    assert run.main(["run", *files, *LIGHT]) == run.BAD_INPUT
    assert "has a scenario 'x' too" in capsys.readouterr().err


@pytest.mark.usefixtures("made_up_runs")
def test_scenarios_that_are_one_are_refused_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    files = [write("a.yaml", 2, 1, "first"), write("b.yaml", 2, 1, "second")]
    assert run.main(["run", *files]) == run.BAD_INPUT
    assert "scenarios 'first' and 'second' have the same parameters" in capsys.readouterr().err
    assert run.main(["run", *files, "--lang", "da"]) == run.BAD_INPUT
    assert "scenarierne 'first' og 'second' har samme parametre; udelad det ene" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [["--replicates", "0"], ["--workers", "-1"], ["--seed", "1e3"], ["--lang", "de"], ["--seed", "4294967296"]],
)
def test_bad_options_exit_with_2(options: list[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        run.main(["run", "centre", *options])
    assert exit_.value.code == run.BAD_INPUT


def test_a_faulty_file_is_told_by_place_and_nothing_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text("title: why\nextends: base\nhorizons: {start: 2005-01}\n", encoding="utf-8")
    assert run.main(["run", "mine.yaml"]) == run.BAD_INPUT
    assert "mine.yaml:3:1" in capsys.readouterr().err
    assert run.main(["check", "mine.yaml", "base"]) == run.BAD_INPUT
    assert not Path("results").exists()


@pytest.mark.parametrize("command", [["check", "funding"], ["show", "centre", "--diff", "base"], ["schema"]])
def test_commands_about_files_answer(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(command) == run.DONE
    assert capsys.readouterr().out


@pytest.mark.parametrize("command", [["--help"], ["check", "centre"], ["schema"]])
def test_quick_commands_import_nothing_heavy(command: list[str]) -> None:
    timed = subprocess.run(
        [sys.executable, "-X", "importtime", ROOT / "run.py", *command], capture_output=True, text=True, check=True
    )
    imported = re.findall(r"\| +(\w+)\n", timed.stderr)
    assert "argparse" in imported
    assert not {"mesa", "numba", "numpy", "duckdb", "scipy", "pandas", "matplotlib", "tqdm"}.intersection(imported)


@pytest.mark.usefixtures("made_up_runs")
def test_progress_and_results_do_not_mix(capsys: pytest.CaptureFixture[str]) -> None:
    run.main(["run", "centre", *LIGHT])
    said = capsys.readouterr()
    assert "4 of 4 runs" in said.err
    assert "runs, about" not in said.out
    assert "\r" not in said.out + said.err
    run.main(["run", "centre", *LIGHT, "--lang", "da"])
    assert "4 af 4 modelkørsler, ca. 0:00 tilbage" in capsys.readouterr().err
    assert io.StringIO(said.out).readline().strip()
