"""Every example of the README and of the pages on commands runs as it stands, in the order of its page."""

import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

import pytest

import run
from model.world.known import load_known
from tests.blank_figures import blank_figures

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "commands").glob("*.md"))]
HELD_ELSEWHERE = {"check", "schema", "show"}
"""What these print is compared with their pages by test_command_pages.py."""
PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b|…")
"""What stands for something else, as RESULT does: a line with one is a synopsis."""


class Example(NamedTuple):
    """A command of a page, its arguments as they stand, and the exit code its comment claims."""

    line: str
    arguments: list[str]
    code: int


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    """Every fenced block of a page, with the paragraph above it."""
    text = page.read_text(encoding="utf-8")
    for found in re.finditer(r"([^\n]*)\n+(?:<!--[^\n]*\n)?```\w*\n(.*?)\n```", text, re.DOTALL):
        yield found[1], found[2]


def files(page: Path) -> dict[str, str]:
    """The files a page tells its reader to save, by name."""
    saved = {}
    for above, block in blocks(page):
        named = re.search(r"[Ss]ave (?:this|it) as `([\w.]+)`", above) or re.match(r"# (\w+\.py)\n", block)
        if named:
            saved[named[1]] = block
    return saved


def examples(page: Path) -> list[Example]:
    """The commands of a page that can be run as they stand."""
    lines = [line for _, block in blocks(page) for line in block.splitlines() if line.startswith("python run.py")]
    return [_example(line) for line in lines if not PLACEHOLDER.search(line.partition("#")[0])]


def _example(line: str) -> Example:
    command, _, comment = line.partition("#")
    claimed = re.search(r"exit code (\d)", comment)
    return Example(line, shlex.split(command)[2:], int(claimed[1]) if claimed else 0)


def light(arguments: list[str]) -> list[str]:
    """The same command with one replicate in one process, of two draws where there are draws: what an example says does
    not hang on how many there are."""
    if (arguments or ["run"])[0] != "run":
        return arguments
    kept = arguments or list(run.MAIN_JOB)
    if "--replicates" in kept:
        place = kept.index("--replicates")
        kept = kept[:place] + kept[place + 2 :]
    few = ["--set", "experiment.uncertainties.draws=2"] if load_known(kept[1]).sampling else []
    return [*kept, "--replicates", "1", "--workers", "1", *few]


@pytest.fixture(scope="module")
def main_job(tmp_path_factory):
    """The result of the main job, which several pages begin with."""
    folder = tmp_path_factory.mktemp("main") / "funding"
    with blank_figures():
        assert run.main([*light([]), "--out", str(folder)]) == run.DONE
    return folder


def do(arguments: list[str], main_job: Path) -> int:
    """Do what an example says; the main job, written out or not, is done once for all pages."""
    if arguments in ([], ["run", "funding"]):
        shutil.copytree(main_job, "results/funding")
        return run.DONE
    with blank_figures() if arguments[0] == "run" else nullcontext():
        return run.main(light(arguments))


@pytest.mark.parametrize("page", [page for page in PAGES if page.stem not in HELD_ELSEWHERE], ids=lambda page: page.stem)
def test_the_examples_of_a_page_run_in_its_order(page, main_job, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, text in files(page).items():
        Path(name).write_text(text + "\n", encoding="utf-8")
    done = {example.line: do(example.arguments, main_job) for example in examples(page)}
    assert done == {example.line: example.code for example in examples(page)}, capsys.readouterr().err
    assert done, "a page without an example that runs"


def test_every_command_has_a_page_and_every_page_a_command():
    assert {page.stem for page in PAGES[1:]} == set(run.COMMANDS)


def test_a_page_names_every_option_of_its_command():
    for name, command in run.COMMANDS.items():
        page = (ROOT / "docs" / "commands" / f"{name}.md").read_text(encoding="utf-8")
        assert [option for option in command.arguments if option.startswith("--") and option not in page] == [], name


def test_every_link_of_a_page_leads_somewhere():
    for page in [*PAGES, *sorted((ROOT / "docs").glob("*.md")), ROOT / "CHANGELOG.md"]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
