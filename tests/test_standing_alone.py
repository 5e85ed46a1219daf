"""A result holds all it needs: its tables may go, or change, and it may be asked from any folder."""

import json
import shutil
from pathlib import Path

import pytest

import run
from model.experiment.results import input_tables
from model.experiment.results.store import read_table
from model.experiment.workers.worker import simulate_region
from model.shipped import SCENARIOS, data_folder, folder_hash, forget_found, tables_hash
from model.world.region_tables import standing_in, tables_of
from tests.faults.claim_bad_runs import TWO, command, engine, no_pictures

OWN = TWO.replace("extends: two_firms.yaml\n", "extends: two_firms.yaml\nregion: {data: my/tables}\n").replace(
    "no_centre: two_firms.yaml", "no_centre: {}"
)


def make(place: Path) -> Path:
    """Make a result in a folder from tables of its user's own."""
    shutil.copytree(SCENARIOS / "data" / "two_firms", place / "my" / "tables")
    (place / "two.yaml").write_text(OWN, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, engine(simulate_region, 0.01), no_pictures():
        patch.chdir(place)
        code, told = command(["run", "two.yaml", "--replicates", "1", "--engine", "agents", "--out", "result"])
    assert code == run.DONE, told
    return place


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tables of its user's own and a result made from them; nothing in it is changed."""
    return make(tmp_path_factory.mktemp("made"))


@pytest.fixture
def place(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A copy of it, as the working folder, in what is to be a new process: the result was made elsewhere."""
    forget_found()
    folder = Path(shutil.copytree(made, tmp_path / "place"))
    monkeypatch.chdir(folder)
    with engine(simulate_region, 0.01), no_pictures():
        yield folder


def answers(result: Path | str) -> dict[str, tuple[int, str]]:
    """What every command says that has to know the tables of a result."""
    runs = read_table(Path(result), "cases")
    of, case = str(runs["run"][0]), str(runs["case"][0])
    asked = {
        "status": ["resume", f"{result}", "--status"],
        "resume": ["resume", f"{result}"],
        "replay": ["replay", f"{result}", "--run", of],
        "explain": ["explain", f"{result}", "--case", case, "--run", of],
    }
    return {name: command(arguments) for name, arguments in asked.items()}


def test_a_result_keeps_its_tables_as_they_were_and_vouches_for_them(place: Path) -> None:
    for path in sorted(Path("my/tables").glob("*.csv")):
        assert (Path("result/tables/my/tables") / path.name).read_bytes() == path.read_bytes()
    provenance = json.loads(Path("result/provenance.json").read_text(encoding="utf-8"))
    assert "tables/my/tables/linkages.csv" in provenance["others"]
    table = Path("result/tables/my/tables/linkages.csv")
    table.write_bytes(table.read_bytes() + b"\n")
    code, told = command(["report", "result", "--out", "page.html"])
    assert code == run.BAD_INPUT and "linkages.csv: not as it was written" in told


def test_tables_that_are_gone_are_no_obstacle(place: Path) -> None:
    before = {path: path.read_bytes() for path in Path("result").glob("*.parquet")}
    shutil.rmtree("my")
    assert {name: code for name, (code, _) in answers("result").items()} == dict.fromkeys(answers("result"), run.DONE)
    assert {path: path.read_bytes() for path in Path("result").glob("*.parquet")} == before


def test_any_folder_will_do_to_ask_from(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "elsewhere").mkdir()
    monkeypatch.chdir(place / "elsewhere")
    for name, (code, told) in answers("../result").items():
        assert code == run.DONE, (name, told)


def test_other_tables_of_the_name_in_the_working_folder_are_not_taken_for_them(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = place / "elsewhere" / "my" / "tables"
    shutil.copytree(place / "my" / "tables", other)
    sectors = other / "residuals.csv"
    sectors.write_text(sectors.read_text(encoding="utf-8").replace("Wood chips", "Others' chips"), encoding="utf-8")
    monkeypatch.chdir(place / "elsewhere")
    told = answers("../result")
    assert {code for code, _ in told.values()} == {run.DONE}
    assert "Wood chips" in told["explain"][1]
    assert "Others' chips" in tables_of("my/tables").catalogue.residuals["wood_chips"].name_en  # as before


def test_tables_that_were_edited_are_named_with_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(make(tmp_path))
    table = Path("my/tables/residuals.csv")
    table.write_text(table.read_text(encoding="utf-8").replace(",200,", ",250,"), encoding="utf-8")
    Path("my/tables/seasons.csv").unlink()
    with engine(simulate_region, 0.01), no_pictures():
        told_by = answers("result")
    for name in ("status", "resume", "replay"):
        code, told = told_by[name]
        assert code == run.BAD_INPUT
        assert "my/tables/residuals.csv, line 2, column gate_fee_dkk_per_unit: '200' now reads '250'" in told
        assert "my/tables/seasons.csv: it is gone" in told and "put them back" in told
    assert told_by["explain"][0] == run.DONE  # it takes those the result keeps


@pytest.mark.parametrize("how", ["gone", "damaged"])
def test_where_neither_are_there_it_is_said_where_they_were(made: Path, place: Path, how: str) -> None:
    kept = Path("result/tables/my/tables")
    shutil.rmtree("my")
    shutil.rmtree(kept) if how == "gone" else (kept / "linkages.csv").write_bytes(b"")
    for name, (code, told) in answers("result").items():
        assert code == run.BAD_INPUT and "result/tables/my/tables" in told, (name, told)
        if name != "explain":
            assert f"they were in {(made / 'my' / 'tables').as_posix()}" in told and "'my/tables'" in told


def test_kept_tables_that_are_damaged_are_kept_anew_by_resume(place: Path) -> None:
    table = Path("result/tables/my/tables/linkages.csv")
    sound = table.read_bytes()
    table.write_bytes(b"")
    code, told = command(["resume", "result", "--status"])
    assert code == run.DONE and "linkages.csv: not as it was written" in told
    assert command(["resume", "result"])[0] == run.DONE
    assert table.read_bytes() == sound


def test_a_result_without_tables_of_its_own_is_read_as_before(place: Path) -> None:
    """As older ones are: the provenance does not vouch for tables, and those found by their name serve."""
    path = Path("result/provenance.json")
    provenance = json.loads(path.read_text(encoding="utf-8"))
    provenance["others"] = {}
    del provenance["seal"]
    path.write_text(json.dumps(provenance), encoding="utf-8")
    Path("result/ledger.sqlite").unlink()
    shutil.rmtree("result/tables")
    assert answers("result")["explain"][0] == run.DONE
    assert command(["report", "result", "--out", "page.html"])[0] == run.DONE
    shutil.rmtree("my")
    code, told = answers("result")["explain"]
    assert code == run.BAD_INPUT and "'my/tables'" in told


def test_a_result_of_another_version_is_read_or_refused_with_version_and_remedy(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model.experiment.commands.job.__version__", "99.0")
    assert command(["report", "result", "--out", "page.html"])[0] == run.DONE
    assert command(["export", "result", "--format", "csv", "--out", "e"])[0] == run.DONE
    for name in ("status", "resume", "replay"):
        code, told = answers("result")[name]
        assert code == run.BAD_INPUT and "begun with version" in told and "go on with" in told


def test_tables_that_stand_in_do_so_for_a_while_only(place: Path) -> None:
    with standing_in({"my/tables": SCENARIOS / "data"}):
        assert data_folder("my/tables") == SCENARIOS / "data"
        assert tables_hash("my/tables") == tables_hash("data")
    assert data_folder("my/tables") == Path("my/tables")
    assert tables_hash("my/tables") != tables_hash("data")


def test_tables_are_carried_to_a_worker_that_has_others_or_none(place: Path) -> None:
    (carried,) = input_tables.carried(["my/tables", "data"])
    assert carried.name == "my/tables"
    input_tables.install(carried)
    assert data_folder("my/tables") == Path("my/tables")  # it has the same
    shutil.rmtree("my")
    folder_hash.cache_clear()
    with standing_in({}):
        input_tables.install(carried)
        assert tables_hash("my/tables") == carried.hash
        assert tables_of("my/tables").catalogue.residuals
