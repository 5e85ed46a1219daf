"""Every command in the pages of `export` and `compare` does what the page says."""

import re
from pathlib import Path

import pytest

import run

PAGES = Path(__file__).parents[1] / "docs" / "commands"
USAGE = re.compile(r"RESULT|OLD|\[")


def commands(page: str) -> list[list[str]]:
    """The commands of a page that can be run as they stand."""
    blocks = re.findall(r"^```\n(.*?)^```", (PAGES / f"{page}.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("python run.py ")]
    return [line.split()[2:] for line in lines if not USAGE.search(line)]


@pytest.mark.parametrize(("page", "made"), [
    ("export", ["small/export-csv/comparison.csv", "small-da/codebook.da.csv", "small-xlsx/small.xlsx"]),
    ("compare", ["first/codebook.en.csv", "second/provenance.json"]),
])  # fmt: skip
def test_the_commands_of_the_page_run(
    page: str, made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(commands(page)) == 4
    for command in commands(page):
        assert run.main(command) == run.DONE, command
    assert [name for name in made if not (tmp_path / "results" / name).is_file()] == []
    assert {"export": "Eksport: results/small-xlsx", "compare": "replicates: 1 → 2"}[page] in capsys.readouterr().out


@pytest.mark.parametrize("page", ["export", "compare"])
def test_the_page_names_every_option(page: str) -> None:
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    assert [name for name in run.COMMANDS[page].arguments if name.startswith("--") and name not in text] == []
