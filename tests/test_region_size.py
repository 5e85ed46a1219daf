"""What a region will take is worked out from its tables, told where it is much, and refused before any memory is taken."""

import shutil
from pathlib import Path

import psutil
import pytest

import run
from model.experiment.commands import estimate
from model.experiment.commands.estimate import Room, TooLarge, require_room
from model.experiment.workers.region_size import LARGE_REGION_MB, RegionSize, size_of
from model.scenario.parameters import draw_parameters
from model.shipped import SCENARIOS
from model.world.known import load_known
from model.world.landscape import build
from model.world.population import setting_of
from model.world.region_tables import tables_of

THREE = ("region.municipalities=['326', '316', '306']", "levers.centre.home=[]", "levers.centre.catchment=[]")


def test_firms_are_as_many_as_are_made() -> None:
    scenario = load_known("centre", THREE).scenarios["centre"]
    parameters = draw_parameters(scenario, lambda name: 0.5)
    made = build(setting_of(scenario, parameters, tables_of("data"), 7, 0))
    assert size_of(scenario).firms == pytest.approx(len(made.workplaces), rel=0.25)


def test_what_makes_a_region_larger_makes_it_take_more() -> None:
    usual = size_of(load_known("centre").scenarios["centre"])
    three = size_of(load_known("centre", THREE).scenarios["centre"])
    for key in ("region.candidates_per_stream=2500", "uncertainties.jobs.entry_per_closure=20"):
        assert size_of(load_known("centre", [key]).scenarios["centre"]).memory_mb > 2 * usual.memory_mb > 2 * three.memory_mb
    assert usual.memory_mb < LARGE_REGION_MB and 0.9 < usual.times_as_long < 1.1


def told(size: RegionSize, processes: int, free_mb: float = 8_000.0, most_mb: float = 2_048.0) -> str:
    with pytest.raises(TooLarge) as caught:
        require_room(size, Room(Path(), 1e9, free_mb, processes), most_mb)
    return str(caught.value)


def test_a_region_without_room_is_refused_with_what_to_do() -> None:
    large = RegionSize(60_000, 3_000.0, 50.0)
    assert "8000 MB are available" in told(RegionSize(1e6, 9_000.0, 50.0), 1)
    assert "take fewer workplaces" in told(RegionSize(1e6, 9_000.0, 50.0), 1)
    assert "--run-memory 4500" in told(large, 1)
    assert "ask for at most 2 with --workers 2" in told(large, 4, most_mb=5_000.0)
    require_room(large, Room(Path(), 1e9, 8_000.0, 2), 5_000.0)
    require_room(large, Room(Path(), 1e9, 8_000.0, 0), 5_000.0)  # a cluster knows what it has


@pytest.fixture
def crowded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A region of its user's own with 40,000 workplaces of one sector in one town."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SCENARIOS / "data", "mine", ignore=shutil.ignore_patterns("two_firms"))
    table = Path("mine/workplaces.csv")
    table.write_text(table.read_text(encoding="utf-8").replace("326,food,1-9,6,", "326,food,1-9,40000,"), encoding="utf-8")
    Path("mine.yaml").write_text("extends: base\ntitle: crowded\nregion: {data: mine}\n", encoding="utf-8")
    return table


def test_check_and_run_say_what_a_large_region_takes_and_run_begins_nothing(
    crowded: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(["check", "mine.yaml"]) == run.DONE
    assert "of which a run takes about" in capsys.readouterr().out
    monkeypatch.setattr(psutil, "virtual_memory", lambda: _memory(2_000))
    assert run.main(["run", "mine.yaml", "--out", "out"]) == run.BAD_INPUT
    assert "where 2000 MB are available; nothing was begun" in capsys.readouterr().err
    assert not Path("out").exists()


def _memory(megabytes: int) -> object:
    class Memory:
        available = megabytes * estimate.MEGABYTE

    return Memory()


def test_more_workplaces_than_inhabitants_are_a_slip(crowded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crowded.write_text(crowded.read_text(encoding="utf-8").replace(",40000,", ",100000000,"), encoding="utf-8")
    assert run.main(["check", "mine.yaml"]) == run.BAD_INPUT
    said = capsys.readouterr().err
    assert said.startswith("mine/workplaces.csv:2:14 workplaces: ") and "Kalundborg), which has" in said
