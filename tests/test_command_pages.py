"""What the pages about commands for files show is what the commands print."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import run

PAGES = Path(run.__file__).parent / "docs" / "commands"
NAMED = ("check", "show", "schema")
FENCE = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)


class Example(NamedTuple):
    """A command of a page, and the lines it is said to print (none where the page does not show them)."""

    command: str
    lines: list[str]


def examples(page: str) -> Iterator[Example]:
    blocks = FENCE.findall(page)
    for (kind, text), (following, shown) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if kind == "sh":
            (command,) = text.strip().splitlines()
            yield Example(command, shown.splitlines() if following == "text" else [])


@pytest.mark.parametrize("name", NAMED)
def test_every_example_prints_what_the_page_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    for file, text in re.findall(r"[Ss]ave this as `([\w.]+)`:\n\n```yaml\n(.*?)```", page, re.DOTALL):
        Path(file).write_text(text, encoding="utf-8")
    tried = list(examples(page))
    assert tried
    for example in tried:
        program, script, *arguments = shlex.split(example.command.split(">")[0])
        assert (program, script) == ("python", "run.py")
        code = run.main(arguments)
        said = capsys.readouterr()
        assert code == (run.BAD_INPUT if said.err else run.DONE)
        in_order(example.lines, (said.out + said.err).splitlines())


def in_order(shown: list[str], printed: list[str]) -> None:
    """Assert that the lines shown are those printed; a line `…` stands for any number of them."""
    rest = printed
    for piece in "\n".join(shown).split("\n…\n") if shown else []:
        lines = piece.splitlines()
        starts = [at for at in range(len(rest)) if rest[at : at + len(lines)] == lines]
        assert starts, f"{lines} is not printed, but {rest}"
        rest = rest[starts[0] + len(lines) :]
    assert not shown or not rest, rest


@pytest.mark.parametrize("name", NAMED)
def test_the_usage_on_a_page_names_every_argument(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    usage = FENCE.findall((PAGES / f"{name}.md").read_text(encoding="utf-8"))[0][1]
    for argument in run.COMMANDS[name].arguments:
        if (name, argument) != ("schema", "--lang"):
            assert {"files": "FILE", "file": "FILE", "group": "GROUP"}.get(argument, argument) in usage
