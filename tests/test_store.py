"""The result folder."""

import json
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest
import yaml

from model.experiment.results import store
from model.experiment.results.folder import FolderInUse, claim_folder, claim_this
from model.experiment.results.outcome import Failed
from model.experiment.results.store import MissingTable, read_table
from model.months import month
from model.outcomes import CAME_EARLIER, NAMES, PARTS, WOULD_NOT_HAVE_COME
from model.scenario.scenario import Scenario
from model.shipped import tables_hash
from tests.made_up import PLACES, YEARS, case, finished, result, run_all, runs, simulate, tabulated, write_results


def stored(folder: Path, name: str = "r", **changes: float) -> Path:
    folder = claim_folder(folder, name)
    write_results(folder, finished(**changes))
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def of_cases(folder: Path, ours: list, theirs: list) -> dict[str, list]:
    """The cases table of one run with policy, as lists."""
    twin, run = runs(replicates=1)
    write_results(folder, tabulated([(twin, result(theirs)), (run, result(ours))]))
    table = read_table(folder, "cases")
    return {name: values[table["scenario"] == "centre"].tolist() for name, values in table.items()}


def test_outcomes_come_back_as_they_were(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    made = [(run, result([])) for run in runs()]
    made = [(run, one._replace(outcomes=rng.normal(size=one.outcomes.shape))) for run, one in made]
    write_results(tmp_path, tabulated(made))
    table = read_table(tmp_path, "outcomes")
    shape = (2, 2, len(YEARS), len(PLACES), len(NAMES))  # scenarios, replicates, years, places, variables
    assert table["value"].size == np.prod(shape)
    values = table["value"].reshape(shape)
    in_order = [made[0], made[2], made[1], made[3]]  # by scenario, then replicate
    assert (values.reshape(4, *shape[2:]) == [one.outcomes for _, one in in_order]).all()
    row = 17
    assert table["variable"][row] == NAMES[row]
    assert table["municipality"][len(NAMES)] == PLACES[1]
    assert table["year"][len(NAMES) * len(PLACES)] == YEARS[1]
    assert table["unit"][NAMES.index("diverted")] == "t"


def test_runs_name_their_twins(tmp_path: Path) -> None:
    table = read_table(stored(tmp_path), "runs")
    ids = dict(zip(zip(table["scenario"], table["replicate"], strict=True), table["run"], strict=True))
    assert list(ids) == [("no_centre", 0), ("no_centre", 1), ("centre", 0), ("centre", 1)]
    assert table["twin_run"].tolist() == ["", "", ids["no_centre", 0], ids["no_centre", 1]]


def test_the_same_results_make_the_same_bytes_whatever_time_they_took(tmp_path: Path) -> None:
    first, second = files(stored(tmp_path, seconds=1.0)), files(stored(tmp_path, seconds=2.0))
    assert first == second


def test_workers_and_the_order_in_which_runs_finish_change_no_byte(tmp_path: Path) -> None:
    for workers, name in ((0, "alone"), (2, "together")):
        (tmp_path / name).mkdir()
        write_results(tmp_path / name, run_all(runs(), workers, simulate).finished)
    alone, together = files(tmp_path / "alone"), files(tmp_path / "together")
    assert alone == together


def test_a_case_keeps_its_months_class_and_money(tmp_path: Path) -> None:
    ours = [case(started=month(2011, 3), end_cause="", price_dkk_per_unit=12.5), case("b", "c", quantity_per_year=-4.0)]
    cases = of_cases(tmp_path, ours, [case(started=month(2011, 8))])
    assert cases["started"] == ["2011-03", None]
    assert cases["opened"] == ["2010-01", "2010-01"]
    assert cases["end_cause"] == [None, None]
    assert cases["class"] == [CAME_EARLIER, "never_operated"]
    assert cases["months_earlier"] == [5, None]
    assert cases["price_dkk_per_unit"] == [12.5, 0.0]
    assert cases["quantity_per_year"] == [0.0, -4.0]
    assert "savings_by_year_dkk" not in cases


def test_cases_of_a_run_without_policy_have_no_class(tmp_path: Path) -> None:
    table = read_table(stored(tmp_path), "cases")
    assert table["class"].tolist() == [None, None, CAME_EARLIER, CAME_EARLIER]


def test_no_table_shows_the_finances_or_fate_of_a_private_case(tmp_path: Path) -> None:
    ended = {"started": month(2011, 3), "ended": month(2012, 3), "end_cause": "price"}
    money = {"price_dkk_per_unit": 1.0, "capital_dkk": 2.0, "savings_supplier_dkk": 3.0, "savings_receiver_dkk": 4.0}
    cases = of_cases(tmp_path, [case("a", "b", **ended, **money, private=1), case("a", "b", **ended, **money)], [])
    for name in (*money, "ended", "end_cause"):
        assert cases[name][0] is None, name
        assert cases[name][1] is not None, name
    assert cases["class"] == [WOULD_NOT_HAVE_COME] * 2


def test_additionality_has_every_class_of_every_year_and_only_pairs(tmp_path: Path) -> None:
    table = read_table(stored(tmp_path), "additionality")
    assert table["class"][: len(PARTS)].tolist() == [*PARTS]
    assert table["class"].size == 2 * len(YEARS) * len(PARTS)
    assert list(dict.fromkeys(table["scenario"])) == ["centre"]
    at_end = (table["class"] == CAME_EARLIER) & (table["year"] == 2012) & (table["replicate"] == 0)
    assert table["exchanges"][at_end].tolist() == [1]


def test_draws_and_the_centres_diary_are_kept(tmp_path: Path) -> None:
    folder = stored(tmp_path)
    draws, centre = read_table(folder, "draws"), read_table(folder, "centre")
    assert draws["parameter"][:2].tolist() == ["jobs.margin_volatility", "prices.wage_dkk_per_h"]
    assert draws["value"][:2].tolist() == [0.01, 450.0]
    assert centre["scenario"].tolist() == ["centre", "centre"]
    assert centre["month"].tolist() == ["2011-01", "2011-01"]
    assert centre["income_ore"].tolist() == [100, 100]


def test_tables_without_rows_keep_their_columns(tmp_path: Path) -> None:
    twin = runs(replicates=1)[0]
    write_results(tmp_path, tabulated([(twin, result([]))]))
    for name in ("cases", "centre", "additionality"):
        table = read_table(tmp_path, name)
        assert "scenario" in table
        assert all(len(values) == 0 for values in table.values())


def test_the_resolved_scenario_can_be_run_again(tmp_path: Path) -> None:
    folder = stored(tmp_path)
    run = runs()[1]
    text = (folder / "scenarios" / "centre.yaml").read_text(encoding="utf-8")
    assert Scenario.model_validate(yaml.safe_load(text)) == run.scenario


def test_a_run_whose_twin_failed_is_kept_without_a_pair(tmp_path: Path) -> None:
    twin, run = runs(replicates=1)
    done = tabulated([(run, simulate(run.scenario, run.seed, run.replicate))])
    write_results(tmp_path, done, [Failed(twin, "ValueError: no", "Traceback …")])
    assert read_table(tmp_path, "runs")["scenario"].tolist() == ["centre"]
    assert read_table(tmp_path, "additionality")["class"].size == 0
    (failure,) = json.loads((tmp_path / "failed_runs.json").read_text(encoding="utf-8"))
    assert (failure["scenario"], failure["replicate"], failure["seed"]) == ("no_centre", 0, 7)
    assert failure["traceback"] == "Traceback …"


def test_provenance_names_versions_and_hashes_but_no_place(tmp_path: Path) -> None:
    text = (stored(tmp_path) / "provenance.json").read_text(encoding="utf-8")
    provenance = json.loads(text)
    assert provenance["seed"] == 7
    assert provenance["replicates"] == 2
    assert provenance["packages"]["numpy"] == np.__version__
    assert list(provenance["parameters"]) == ["no_centre", "centre"]
    assert str(tmp_path) not in text
    for name, its_hash in provenance["scenarios"].items():
        stored_file = tmp_path / "r" / "scenarios" / f"{name}.yaml"
        assert its_hash == blake2b(stored_file.read_bytes(), digest_size=16).hexdigest()
    assert provenance["input_tables"] == {"data": tables_hash("data")}


def test_no_file_but_the_ledger_tells_the_date(tmp_path: Path) -> None:
    today = datetime.now(UTC).date().isoformat().encode()
    assert not [name for name, content in files(stored(tmp_path)).items() if today in content]


def test_however_many_runs_are_written_at_a_time_the_bytes_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = files(stored(tmp_path, "at_once"))
    monkeypatch.setattr(store, "RUNS_AT_A_TIME", 1)
    assert files(stored(tmp_path, "one_by_one")) == at_once


def test_no_result_is_overwritten(tmp_path: Path) -> None:
    assert [claim_folder(tmp_path / "new", "funding").name for _ in range(3)] == ["funding", "funding-2", "funding-3"]


def test_a_folder_asked_for_must_be_new_or_empty(tmp_path: Path) -> None:
    assert claim_this(tmp_path / "deep" / "new") == claim_this(tmp_path / "deep" / "new")
    with pytest.raises(FolderInUse, match="not empty"):
        claim_this(tmp_path / "deep")


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"runs\.parquet is missing") as missing:
        read_table(tmp_path, "runs")
    assert isinstance(missing.value, MissingTable)
    assert "runs.parquet mangler: " in missing.value.worded("da")


def test_a_folder_with_odd_letters_can_be_written_and_read(tmp_path: Path) -> None:
    folder = stored(tmp_path, "år [1] d'or")
    assert read_table(folder, "runs")["replicate"].tolist() == [0, 1, 0, 1]


def test_the_municipalities_of_the_experiment_are_told_with_their_seats(tmp_path: Path) -> None:
    table = read_table(stored(tmp_path), "municipalities")
    assert table["code"].tolist() == ["326", "316", "306"]  # in the order in which the scenarios name them
    assert table["name"].tolist() == ["Kalundborg", "Holbæk", "Odsherred"]
    assert all(54 < lat < 58 for lat in table["lat"]) and all(7 < lon < 16 for lon in table["lon"])
