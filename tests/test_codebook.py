"""The codebook explains every column and value a result holds, in both languages, and nothing that is not there."""

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

import run
from analysis.codebook import DELIMITERS, ENCODINGS, entries, page, write_codebooks
from analysis.codebook_columns import COLUMNS, MODES, MONTH, NUMBER, ONLY_EXPORTED, SIZE_CLASSES, TEXT, WHOLE
from analysis.texts import LANGUAGES, load
from model.experiment.workers import worker
from model.month.modes import MODES as MODEL_MODES
from model.outcomes import CLASSES, DROP_CAUSES, END_CAUSES, MEASURES, NAMES, OTHER, STAGES
from model.world.population import SIZE_CLASSES as MODEL_SIZE_CLASSES
from tests.blank_figures import blank_figures

PAGE = Path(__file__).parents[1] / "docs" / "measures.md"
OPTIONAL = {"outcomes_by_month", "design", "municipalities", "provenance"}
"""Tables that are no Parquet table, or that older results lack."""
OPTIONAL_ENTRIES = {"asked.sampling.*", "asked.title.*", "labels.*", "rules.*"}
OPTIONAL_ENTRIES |= {"precision.asked_mdkk", "precision.reached_mdkk"}
SQL = {"VARCHAR": {TEXT, MONTH, "moment"}, "BIGINT": {WHOLE, "year"}, "INTEGER": {WHOLE, "year"}, "DOUBLE": {NUMBER}}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small real result with a centre and its twin, by agents, who need no compiling."""
    folder = tmp_path_factory.mktemp("real")
    scenario = folder / "mine.yaml"
    scenario.write_text(
        "title: a small centre\nextends: centre\nhorizon: {start: 2010-01, recorded_from: 2010-01, end: 2011-06}\n"
        "region: {municipalities: ['326', '316']}\nsociety: {programmes: []}\n"
        "levers: {centre: {home: ['326'], funding: [{funder: all, total_dkk: 2e6, first: 2010-03, months: 12}]}}\n",
        encoding="utf-8",
    )
    out = folder / "result"
    arguments = ["--replicates", "1", "--workers", "1", "--engine", "agents", "--out", str(out)]
    with pytest.MonkeyPatch.context() as patch, blank_figures():
        patch.setitem(worker.SECONDS_A_RUN, "agents", 0.0)  # so little is done in this process
        assert run.main(["run", str(scenario), *arguments]) == run.DONE
    return out


def columns(path: Path) -> dict[str, str]:
    with duckdb.connect() as database:
        return {row[0]: row[1] for row in database.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()}


def leaves(content: dict[str, Any], above: str = "") -> set[str]:
    """The dotted keys of the provenance; those a result names itself as `.*`."""
    found = set()
    for key, value in content.items():
        named = f"{above}{key}"
        inner = isinstance(value, dict) and f"{named}.*" not in COLUMNS["provenance"]
        found |= leaves(value, f"{named}.") if inner else {f"{named}.*" if isinstance(value, dict) else named}
    return found


def test_every_column_of_every_table_is_in_the_codebook_and_the_other_way_round(result: Path) -> None:
    there = {path.stem: columns(path) for path in sorted(result.glob("*.parquet"))}
    there["comparison"] = dict.fromkeys((result / "comparison.csv").read_text(encoding="utf-8").split("\n")[0].split(","))
    assert set(COLUMNS) - set(there) - set(ONLY_EXPORTED) <= OPTIONAL
    for table, held in there.items():
        extra = ONLY_EXPORTED.get(table) or ()
        assert list(held) == [name for name in COLUMNS[table] if name not in extra], table


def test_every_column_has_the_type_the_codebook_says(result: Path) -> None:
    for path in sorted(result.glob("*.parquet")):
        for name, kind in columns(path).items():
            assert COLUMNS[path.stem][name].type in SQL[kind], (path.stem, name)


def test_every_value_of_a_listed_column_is_explained(result: Path) -> None:
    with duckdb.connect() as database:
        for table in ("outcomes", "cases", "additionality"):
            for name, column in COLUMNS[table].items():
                if column.values:
                    query = f"""SELECT DISTINCT "{name}" FROM '{result / table}.parquet'"""
                    found = {value for (value,) in database.execute(query).fetchall()}
                    assert found - {None, ""} <= set(column.values), name


def test_every_entry_of_the_provenance_is_in_the_codebook(result: Path) -> None:
    there = leaves(json.loads((result / "provenance.json").read_text(encoding="utf-8")))
    assert there <= set(COLUMNS["provenance"])
    assert set(COLUMNS["provenance"]) - there <= OPTIONAL_ENTRIES


def test_the_lists_are_those_of_the_model() -> None:
    assert (MODES, SIZE_CLASSES) == (MODEL_MODES, MODEL_SIZE_CLASSES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_variable_measure_class_cause_and_stage_is_explained(language: str) -> None:
    book = {(one.column, one.value): one for one in entries(load(language))}
    asked = [("variable", name) for name in NAMES] + [("stage", stage) for stage in STAGES]
    asked += [("class", kind) for kind in (*CLASSES, OTHER)]
    asked += [("end_cause", cause) for cause in (*DROP_CAUSES, *END_CAUSES)]
    asked += [("measure", measure.name) for measure in MEASURES if measure.name != "pair"] + [("pair", "")]
    assert [key for key in asked if not book[key].meaning] == []
    assert all(book["variable", name].unit and book["variable", name].type for name in NAMES)


def test_no_text_of_the_codebook_is_left_over() -> None:
    """What a deleted column meant goes with it."""
    read: set[str] = set()
    english = load("en")

    class Noting(dict):
        def __getitem__(self, key: str) -> str:
            read.add(key)
            return super().__getitem__(key)

    noting = english._replace(sentences=Noting(english.sentences))
    entries(noting), page(noting)
    left = {key for key in english.sentences if key.startswith("codebook.")} - read
    assert {key for key in left if key.split(".")[1] not in ("head", "phrase", "page")} == {"codebook.table.codebook"}


def test_expressions_are_in_words_of_the_language() -> None:
    danish = {one.value: one.expression for one in entries(load("da")) if one.column == "measure" and one.value}
    assert danish["savings"].startswith("sum over årene af (savings_supplier + savings_receiver - added_tax), kun i regionen")
    english = (" run", "twin", "years", "region,", "region only", "of class", "recording")
    assert [name for name, text in danish.items() if any(word in text for word in english)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_result_folder_holds_the_codebook_as_a_spreadsheet_reads_it(result: Path, language: str) -> None:
    path = result / f"codebook.{language}.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") is (language == "da")
    with path.open(encoding=ENCODINGS[language], newline="") as file:
        rows = list(csv.reader(file, delimiter=DELIMITERS[language]))
    assert rows[1:] == [list(one) for one in entries(load(language))]
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []


def test_the_codebook_is_the_same_every_time(tmp_path: Path) -> None:
    written = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_codebooks(tmp_path / name)
        written.append([path.read_bytes() for path in sorted((tmp_path / name).iterdir())])
    assert written[0] == written[1]
    assert len(written[0]) == len(LANGUAGES)


def test_the_measures_page_is_the_one_the_program_prints() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(load("en"))
