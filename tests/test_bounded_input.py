"""What the suite of faults found in reading input, one test each: large input is told at once, nothing empty or odd passes."""

import time
from pathlib import Path

import pytest

from analysis.neutral import inert
from model.experiment.results.stored_scenario import stored_scenario
from model.scalars import number_fault
from model.scenario.strict_yaml import ScenarioError
from model.shipped import SCENARIOS, NoTables, data_folder, found_folder
from model.world.geography import Municipality
from model.world.known import load_known
from model.world.sheets import MOST_ROWS
from model.world.tables import TableError, read_table
from tests.pace import takes_too_long

USUAL_S = 2.0


def refused(text: str, folder: Path) -> str:
    """What is said of a scenario file, and that it does not take long."""
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    begun = time.process_time()
    with pytest.raises(ScenarioError) as caught:
        load_known(folder / "mine.yaml")
    assert not takes_too_long(time.process_time() - begun, USUAL_S)
    return str(caught.value)


@pytest.mark.parametrize("number", [4_000, 30_000])
@pytest.mark.parametrize(
    ("before", "entry", "after"),
    [
        ("levers: {", "centre{}: 1, ", "}"),
        ("society: {demand: {", "2011-01x{}: 1, ", "}}"),
        ("region: {municipalities: [", "m{}, ", "]}"),
        ("experiment: {replicates: 1, seed: 1, scenarios: {", "s{}: [], ", "}}"),
        ("levers: {", "a{}: 1,5, ", "}"),
    ],
    ids=["keys", "months", "municipalities", "scenarios", "commas"],
)
def test_very_many_mistakes_are_told_at_once(number: int, before: str, entry: str, after: str, tmp_path: Path) -> None:
    whole = before + "".join(map(entry.format, range(number))) + after
    told = refused(f"extends: base\ntitle: many\n{whole}\n", tmp_path)
    assert "more faults" in told or "more than 10000 keys and values" in told


@pytest.mark.parametrize("text", ["1" * 200_000 + "x", "1 " * 50_000, "1" * 50_000 + " " * 50_000 + "x", "1.000." * 20_000])
def test_a_long_text_is_no_number_and_that_is_seen_at_once(text: str) -> None:
    begun = time.process_time()
    told = str(number_fault(text))
    assert not takes_too_long(time.process_time() - begun, USUAL_S)
    assert "is not a number" in told and len(told) < 300


@pytest.mark.parametrize("empty", ["title: {}", "society: {demand: {}}"])
def test_an_empty_wording_or_course_does_not_stand_for_the_parent_s(empty: str, tmp_path: Path) -> None:
    assert "mine.yaml" in refused(f"extends: base\n{empty}\n", tmp_path)


def test_an_experiment_s_own_title_is_checked_where_every_scenario_has_another(tmp_path: Path) -> None:
    experiment = "experiment: {replicates: 1, seed: 1, scenarios: {a: {title: a}}}"
    assert "title" in refused(f"extends: base\ntitle: {{en: [a]}}\n{experiment}\n", tmp_path)


@pytest.mark.parametrize("name", ["CON", "lpt1", "x" * 101])
def test_no_scenario_bears_a_device_s_name_or_one_too_long_for_a_file(name: str, tmp_path: Path) -> None:
    told = refused(f"extends: base\ntitle: a\nexperiment: {{replicates: 1, seed: 1, scenarios: {{{name}: {{}}}}}}\n", tmp_path)
    assert "cannot name a scenario" in told


def test_tables_lie_beside_their_file_or_in_the_working_folder_or_among_the_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, work = tmp_path / "beside", tmp_path / "work"
    for folder in (tmp_path / "outside", beside / "tables_a", work / "tables_a", work / "tables_b", work / "data"):
        folder.mkdir(parents=True)
        (folder / "linkages.csv").write_text("", encoding="utf-8")
    monkeypatch.chdir(work)
    Path("linked").symlink_to(tmp_path / "outside")
    found = {name: found_folder(name, beside) for name in ("tables_a", "tables_b", "data/two_firms")}
    assert found == {
        "tables_a": beside / "tables_a",
        "tables_b": Path("tables_b"),
        "data/two_firms": SCENARIOS / "data/two_firms",
    }
    assert data_folder("tables_a") == beside / "tables_a"
    assert found_folder("data", SCENARIOS) == SCENARIOS / "data"  # what a shipped scenario names is shipped
    for elsewhere in ("../outside", "linked", (tmp_path / "outside").as_posix(), "a\0b", "x" * 5_000):
        assert found_folder(elsewhere, beside) is None
        with pytest.raises(NoTables, match="there is no folder of tables of that name"):
            data_folder(elsewhere)


def test_a_table_with_very_many_rows_or_columns_is_refused_in_short(tmp_path: Path) -> None:
    path = tmp_path / "municipalities.csv"
    header = ",".join((*Municipality._fields[:-1], "grade", "low_factor", "high_factor", "source_or_basis"))
    for content in (
        header + "\n" + "1,a,1,1,55,11,assumed,0.5,2,b\n" * (MOST_ROWS + 1),
        "," * 100_000,
        "x" * 5_000_001,
    ):
        path.write_text(content, encoding="utf-8")
        begun = time.process_time()
        with pytest.raises(TableError) as caught:
            read_table(path, Municipality)
        assert not takes_too_long(time.process_time() - begun, USUAL_S)
        assert len(str(caught.value)) < 1_500


@pytest.mark.parametrize("text", ["\xa0=1+1", "\u200b=1+1", "\ufeff@x", "\u202e-1", " +1", "＝1"])
def test_what_no_eye_sees_does_not_hide_a_formula(text: str) -> None:
    assert inert(text) == f"'{text}"
    assert inert(f"a{text}") == f"a{text}"


def test_a_result_s_scenarios_are_read_from_its_own_folder(tmp_path: Path) -> None:
    assert stored_scenario(tmp_path, "../../secret") == tmp_path / "scenarios" / "secret.yaml"
    assert stored_scenario(tmp_path, "/etc/secret") == tmp_path / "scenarios" / "secret.yaml"
    assert stored_scenario(tmp_path, "centre_12m") == tmp_path / "scenarios" / "centre_12m.yaml"
