"""Files and folders of a user's own: found from where they lie, named so that any system can keep them apart."""

import codecs
import shutil
from pathlib import Path

import pytest

import run
from model.scenario.strict_yaml import ScenarioError
from model.shipped import SCENARIOS
from model.world.known import load_known

MINE = "title: mine\nextends: two_firms\nregion: {data: mine}\n"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def own(folder: Path, gate_fee: int = 200) -> Path:
    """A scenario with tables of its own beside it."""
    shutil.copytree(SCENARIOS / "data" / "two_firms", folder / "mine")
    table = folder / "mine" / "residuals.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",200,", f",{gate_fee},"), encoding="utf-8")
    (folder / "mine.yaml").write_text(MINE, encoding="utf-8")
    return folder / "mine.yaml"


def told(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert run.main([*command]) == run.BAD_INPUT
    return capsys.readouterr().err


def test_tables_are_found_from_the_file_that_names_them_whoever_extends_it(tmp_path: Path) -> None:
    path = own(tmp_path / "there")
    child = tmp_path / "there" / "child.yaml"
    child.write_text("title: child\nextends: mine.yaml\n", encoding="utf-8")
    for one in (path, child):
        assert load_known(one).tables == {"mine": tmp_path / "there" / "mine"}


def test_tables_beside_the_file_go_before_those_in_the_working_folder(tmp_path: Path) -> None:
    shutil.copytree(SCENARIOS / "data" / "two_firms", "mine")
    assert load_known(own(tmp_path / "there")).tables["mine"].resolve() == tmp_path / "there" / "mine"
    alone = tmp_path / "alone.yaml"
    alone.write_text(MINE, encoding="utf-8")
    assert load_known(alone).tables["mine"].resolve() == Path("mine").resolve()


def test_what_a_shipped_file_names_is_shipped(tmp_path: Path) -> None:
    shutil.copytree(SCENARIOS / "data" / "two_firms", "data")
    (tmp_path / "mine.yaml").write_text("title: mine\nextends: base\n", encoding="utf-8")
    assert load_known(tmp_path / "mine.yaml").tables["data"] == SCENARIOS / "data"


def test_two_folders_of_one_name_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(own(tmp_path / "a")), str(own(tmp_path / "b", gate_fee=300).rename(tmp_path / "b" / "other.yaml"))]
    said = told(capsys, "run", *files, "--replicates", "1", "--out", "out")
    assert "two folders are called 'mine'" in said and not Path("out").exists()


def test_files_whose_names_differ_in_capitals_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder, name in (("a", "mine.yaml"), ("b", "Mine.yaml")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text("title: mine\nextends: two_firms\n", encoding="utf-8")
    said = told(capsys, "run", str(tmp_path / "a" / "mine.yaml"), str(tmp_path / "b" / "Mine.yaml"), "--replicates", "1")
    assert "scenario 'Mine' differs from 'mine' of an earlier file in capital letters only" in said


def test_a_twin_is_named_unlike_any_scenario_in_whatever_capitals() -> None:
    from model.experiment.plan.design import plan
    from tests.made_up import no_centre, with_centre

    taken = no_centre(horizon={"start": "2005-01", "recorded_from": "2008-01", "end": "2020-12"})
    names = [one.name for one in plan({"A": with_centre(), "a_TWIN": taken}, replicates=1, seed=1)]
    assert names == ["A", "a_TWIN", "A_twin_"]


@pytest.mark.parametrize("name", ["con.yaml", "COM¹.yaml", "a\nb.yaml", "a\x1b[2J.yaml", "lpt1.old.yaml"])
def test_a_file_whose_name_no_system_could_keep_is_refused(name: str) -> None:
    try:
        Path(name).write_text("title: mine\nextends: two_firms\n", encoding="utf-8")
    except OSError:
        pytest.skip("this system has no such file")
    with pytest.raises(ScenarioError, match="a scenario is named after its file"):
        load_known(name)


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8], ids=["le", "be", "utf-8"])
def test_a_scenario_that_says_its_encoding_by_a_mark_is_read(mark: bytes) -> None:
    encoding = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}.get(mark, "utf-8")
    Path("mine.yaml").write_bytes(mark + "title: Sorø på mål?\nextends: two_firms\n".encode(encoding))
    assert load_known("mine.yaml").title.da == "Sorø på mål?"
