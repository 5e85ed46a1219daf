"""A result as CSV, Danish CSV and workbook: the same figures, inert texts, nothing overwritten."""

import csv
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
from made_up_folder import know, write_folder

import run
from analysis.codebook import entries
from analysis.codebook_columns import COLUMNS
from analysis.export import command, workbook
from analysis.export.contents import flat
from analysis.export.formats import Formats
from analysis.texts import load
from model.experiment.results import aside

FORMULAS = (
    "=1+1", "+1+1", "-1+1", "-5", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "  @x", "=HYPERLINK(\"http://x\",\"y\")",
    "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "=1;2", "=\"a\"&\"b\"",
    "＝1+1", "＋1", "－1", "＠x", "{=1+1}",
)  # fmt: skip
HARMLESS = (
    "Æble & søn <A/S>", 'Says "hi"; and, more', "a=b", "x\x07y\x00z", "http://example.org", "mailto:a@b.dk",
    "007", "1e5", "_x0041_",
)  # fmt: skip
PAYLOADS = (*FORMULAS, *HARMLESS)
SEPARATED = {"csv": (",", "utf-8"), "csv-da": (";", "utf-8-sig")}
TWO = {"no_centre": "", "=centre": "no_centre"}


def shown(text: str) -> str:
    """A text as it may stand in a file: no control characters."""
    return text.replace("\x07", "\ufffd").replace("\x00", "\ufffd")


def small(scenario: str, replicate: int, year: int, place: str, variable: str) -> float:
    return (-1.5 if variable == "savings_supplier" else 1234.25) * (1 + replicate) * (2 if scenario == "=centre" else 1)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up result whose firms, scenario and label are what an attacker, or a careless hand, would write."""
    folder = tmp_path_factory.mktemp("export") / "mine"
    about = {"run": "=centre-0", "scenario": "=centre", "replicate": 0, "price_dkk_per_unit": -12.5}
    cases = [about | {"case": f"{i:x}", "supplier": text} for i, text in enumerate(PAYLOADS)]
    write_folder(folder, TWO, 2, (2011, 2014), small, lambda *_: {}, cases, reference={"scenario": "=centre"})
    know(folder, {"labels": {"=centre": "=2+5 center"}})
    return folder


@pytest.fixture(scope="module")
def exported(result: Path) -> dict[str, Path]:
    folders = {form: result.parent / form for form in command.FORMATS}
    for form, folder in folders.items():
        command.export(result, form, folder, raw=True)
    return folders


def separated(folder: Path, form: str, table: str) -> list[dict[str, str]]:
    delimiter, encoding = SEPARATED[form]
    with (folder / f"{table}.csv").open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(path: Path) -> dict[str, ElementTree.Element]:
    """The XML of each sheet by name."""
    with zipfile.ZipFile(path) as book:
        names = [one.get("name", "") for one in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{NAMESPACE}sheet")]
        return {name: ElementTree.fromstring(book.read(f"xl/worksheets/sheet{i}.xml")) for i, name in enumerate(names, start=1)}


def cells(sheet: ElementTree.Element) -> list[list[str]]:
    """The texts and numbers of a sheet, without empty cells."""
    return [["".join(cell.itertext()) for cell in row.iter(f"{NAMESPACE}c")] for row in sheet.iter(f"{NAMESPACE}row")]


@pytest.fixture(scope="module")
def book(exported: dict[str, Path]) -> dict[str, ElementTree.Element]:
    return sheets(exported["xlsx"] / "mine.xlsx")


@pytest.mark.parametrize("form", SEPARATED)
@pytest.mark.parametrize("place", range(len(PAYLOADS)), ids=lambda i: ascii(PAYLOADS[i]))
def test_no_text_of_a_csv_is_a_formula(exported: dict[str, Path], form: str, place: int) -> None:
    text, written = PAYLOADS[place], separated(exported[form], form, "cases")[place]["supplier"]
    dangerous = text in FORMULAS and not text.startswith("{")
    assert written == ("'" if dangerous else "") + shown(text)


@pytest.mark.parametrize("place", range(len(PAYLOADS)), ids=lambda i: ascii(PAYLOADS[i]))
def test_every_text_of_a_workbook_is_a_text(book: dict[str, ElementTree.Element], place: int) -> None:
    written = [row for row in cells(book["cases"]) if f"{place:x}" in row[:4]]
    decoded = re.sub(r"_x005F_", "_", " ".join(written[0])).replace("_x000D_", "\r")
    assert shown(PAYLOADS[place]) in decoded


def test_a_workbook_has_no_formula_and_no_link(exported: dict[str, Path], book: dict[str, ElementTree.Element]) -> None:
    for name, sheet in book.items():
        assert list(sheet.iter(f"{NAMESPACE}f")) == [], name
        assert list(sheet.iter(f"{NAMESPACE}hyperlink")) == [], name
    with zipfile.ZipFile(exported["xlsx"] / "mine.xlsx") as archive:
        assert [name for name in archive.namelist() if "extern" in name.lower() or "vba" in name.lower()] == []


def test_labels_and_scenario_names_are_inert_too(exported: dict[str, Path]) -> None:
    for form in SEPARATED:
        last = separated(exported[form], form, "comparison")[-1]
        assert (last["scenario"], last["label"]) == ("'=centre", "'=2+5 center")
        told = {row["entry"]: row["value"] for row in separated(exported[form], form, "provenance")}
        assert told["labels.=centre"] == "'=2+5 center"


def test_negative_numbers_stay_numbers(exported: dict[str, Path], book: dict[str, ElementTree.Element]) -> None:
    assert {row["price_dkk_per_unit"] for row in separated(exported["csv"], "csv", "cases")} == {"-12.5"}
    assert {row["price_dkk_per_unit"] for row in separated(exported["csv-da"], "csv-da", "cases")} == {"-12,5"}
    numbers = [cell.findtext(f"{NAMESPACE}v") for cell in book["cases"].iter(f"{NAMESPACE}c") if cell.get("t") is None]
    assert numbers.count("-12.5") == len(PAYLOADS)


@pytest.mark.parametrize("form", SEPARATED)
def test_a_csv_holds_every_row_and_number_of_its_table(result: Path, exported: dict[str, Path], form: str) -> None:
    rows = separated(exported[form], form, "outcomes")
    with duckdb.connect() as database:
        there = database.execute(f"SELECT year, variable, value FROM '{result / 'outcomes.parquet'}'").fetchall()
    read = [(int(row["year"]), row["variable"], float(row["value"].replace(",", "."))) for row in rows]
    assert read == there


def test_danish_csv_has_a_mark_semicolons_and_decimal_commas(exported: dict[str, Path]) -> None:
    for path in sorted(exported["csv-da"].iterdir()):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path.name
    text = (exported["csv-da"] / "outcomes.csv").read_text(encoding="utf-8-sig")
    assert "1234,25" in text and "1234.25" not in text
    assert (exported["csv-da"] / "codebook.da.csv").is_file()
    assert not (exported["csv"] / "comparison.csv").read_bytes().startswith(b"\xef")


def test_outcomes_over_the_region_are_the_sum_over_municipalities(exported: dict[str, Path]) -> None:
    sums: dict[tuple[str, ...], float] = {}
    for row in separated(exported["csv"], "csv", "outcomes"):
        place = "outside" if row["municipality"] == "outside" else "region"
        key = (row["scenario"], row["replicate"], row["year"], place, row["variable"])
        sums[key] = sums.get(key, 0.0) + float(row["value"])
    rows = separated(exported["csv"], "csv", "outcomes_region")
    told = {(r["scenario"], r["replicate"], r["year"], r["place"], r["variable"]): float(r["value"]) for r in rows}
    assert told == pytest.approx(sums)


@pytest.mark.parametrize("form", SEPARATED)
def test_every_exported_column_is_in_the_codebook(exported: dict[str, Path], form: str) -> None:
    delimiter, encoding = SEPARATED[form]
    for path in sorted(exported[form].glob("*.csv")):
        if path.stem.split(".")[0] not in ("codebook", "provenance"):
            header = path.read_text(encoding=encoding).split("\n")[0].split(delimiter)
            assert header == list(COLUMNS[path.stem]), path.name


OF_THE_REPORT = {"Measures", "By municipality", "Who pays", "Funders", "Chain of effects", "Assumptions", "Choices", "Origin"}


def test_the_first_sheet_says_what_it_is_and_on_how_many_runs_it_rests(book: dict[str, ElementTree.Element]) -> None:
    assert next(iter(book)) == "Read me"
    text = " ".join(cell for row in cells(book["Read me"]) for cell in row)
    assert "All firms in the model are synthetic. 2 of 2 paired model runs" in text
    assert "outcomes" in text and "export RESULT --format csv" in text


def test_raw_tables_stand_in_a_workbook_only_where_they_are_asked_for(
    result: Path, book: dict[str, ElementTree.Element], tmp_path: Path
) -> None:
    command.export(result, "xlsx", tmp_path / "x")
    raw = {"codebook", "outcomes_region", "comparison", "provenance", "runs", "cases", "additionality"}
    raw |= {"plants", "draws", "centre", "municipalities"}
    without = set(sheets(tmp_path / "x" / "mine.xlsx"))
    assert set(book) - without == raw and without < {"Read me"} | OF_THE_REPORT


@pytest.mark.parametrize("language", ["en", "da"])
def test_no_two_sheets_of_a_workbook_have_one_name(language: str) -> None:
    told = [text for name, text in load(language).sentences.items() if name.startswith("export.sheet.")]
    names = [name.casefold() for name in (*told, *sorted({*COLUMNS, "codebook", "provenance"}))]  # as Excel tells them apart
    assert len(set(names)) == len(names) and max(map(len, names)) <= 31


def test_every_table_sheet_has_a_frozen_header_a_filter_and_widths(book: dict[str, ElementTree.Element]) -> None:
    for name, sheet in list(book.items())[1:]:
        (pane,) = sheet.iter(f"{NAMESPACE}pane")
        (filtered,) = (one.get("ref", "") for one in sheet.iter(f"{NAMESPACE}autoFilter"))
        assert (f"A{pane.get('ySplit')}", pane.get("state")) == (filtered.split(":")[0], "frozen"), name
        assert len(list(sheet.iter(f"{NAMESPACE}autoFilter"))) == 1, name
        assert list(sheet.iter(f"{NAMESPACE}col")), name


def test_the_codebook_sheet_is_the_codebook(book: dict[str, ElementTree.Element]) -> None:
    rows = cells(book["codebook"])[1:]
    assert rows == [[cell for cell in entry if cell] for entry in entries(load("en"))]


def test_a_danish_workbook_is_danish(result: Path, tmp_path: Path) -> None:
    command.export(result, "xlsx", tmp_path / "da", "da")
    text = " ".join(cell for row in cells(sheets(tmp_path / "da" / "mine.xlsx")["Læs mig"]) for cell in row)
    assert "Alle virksomheder i modellen er konstruerede. 2 af 2 parrede modelkørsler" in text


def head_of(sheet: ElementTree.Element) -> ElementTree.Element:
    top = next(sheet.iter(f"{NAMESPACE}pane")).get("ySplit")
    return next(row for row in sheet.iter(f"{NAMESPACE}row") if row.get("r") == top)


def test_no_head_of_a_danish_workbook_is_english(result: Path, tmp_path: Path) -> None:
    heads = {}
    for language in ("da", "en"):
        command.export(result, "xlsx", tmp_path / language, language)
        pages = list(sheets(tmp_path / language / "mine.xlsx").values())[1:]
        heads[language] = {"".join(cell.itertext()) for page in pages for cell in head_of(page).iter(f"{NAMESPACE}c")}
    alike = {head for head in heads["da"] & heads["en"] if any(map(str.isalpha, head))}
    assert alike == {"Parameter"}  # the same word in both


def test_a_table_too_long_for_a_sheet_is_left_out_and_named(
    result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 25)
    command.export(result, "xlsx", tmp_path / "x", raw=True)
    book = sheets(tmp_path / "x" / "mine.xlsx")
    assert "cases" not in book and "runs" in book
    (said,) = [row for row in cells(book["Read me"]) if row[0] == "cases"]
    assert "--format csv" in said[1]


@pytest.mark.parametrize("form", command.FORMATS)
def test_the_same_result_makes_the_same_bytes(result: Path, exported: dict[str, Path], tmp_path: Path, form: str) -> None:
    command.export(result, form, tmp_path / "again", raw=True)
    for path in sorted(exported[form].iterdir()):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize(
    ("column", "unit", "code"),
    [("mean", "m DKK", "#,##0.0"), ("mean", "exchanges", "#,##0.0"), ("year", "m DKK", "0"), ("runs", "m DKK", "#,##0")],
)
def test_numbers_have_the_decimals_of_their_unit(column: str, unit: str, code: str) -> None:
    names = list(COLUMNS["comparison"])
    row = [unit if name == "unit" else 1 for name in names]
    assert Formats("comparison", names).of(names.index(column), row) == code


def test_whole_kroner_of_cases_have_no_decimals() -> None:
    names = list(COLUMNS["cases"])
    assert Formats("cases", names).of(names.index("capital_dkk"), [""] * len(names)) == "#,##0"


def test_nested_entries_become_dotted_keys() -> None:
    assert flat({"a": {"b": [1, {"c": None}]}, "d": [], "e": "x"}) == {"a.b.0": "1", "a.b.1.c": "", "d": "", "e": "x"}


# --- the command line --------------------------------------------------------------------------------------------------


def refused(result: Path, *options: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run.main(["export", str(result), "--format", "csv", *options]) == run.BAD_INPUT
    said = capsys.readouterr()
    assert said.out == "" and "Traceback" not in said.err
    return said.err


def test_the_command_says_where_it_wrote(result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["export", str(result), "--format", "csv", "--out", str(tmp_path / "deep" / "x")]) == run.DONE
    assert "deep/x" in capsys.readouterr().out.replace("\\", "/")
    assert run.given.EXPORTS == command.FORMATS


def test_nothing_is_overwritten(result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    assert "is there already and is not empty" in refused(result, "--out", str(tmp_path), capsys=capsys)
    for danish in (["--format", "csv-da"], ["--format", "xlsx", "--lang", "da"]):  # the former is Danish by itself
        assert "findes allerede og er ikke tom" in refused(result, "--out", str(tmp_path), *danish, capsys=capsys)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_export_at_work_is_not_disturbed_and_what_a_killed_one_left_is_cleared(result: Path, tmp_path: Path) -> None:
    left = tmp_path / aside.CORNER / "killed.part"
    (left / "x").mkdir(parents=True)
    with aside.aside(tmp_path) as at_work:
        (at_work / "mine.txt").write_text("mine", encoding="utf-8")
        assert run.main(["export", str(result), "--format", "csv", "--out", str(tmp_path / "x")]) == run.DONE
        assert (at_work / "mine.txt").read_text(encoding="utf-8") == "mine"
        assert not left.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_what_the_system_refuses_is_told_in_the_language_asked_for(
    result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    inside = str(tmp_path / "letter.txt" / "x")
    assert "cannot be used: " in refused(result, "--out", inside, capsys=capsys)
    danish = refused(result, "--out", inside, "--lang", "da", capsys=capsys)
    assert "kan ikke bruges: " in danish and "Errno" not in danish


@pytest.mark.parametrize("kind", ["missing", "empty", "a file"])
def test_what_is_no_result_is_told(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "r"
    if kind == "empty":
        folder.mkdir()
    if kind == "a file":
        folder.write_text("x", encoding="utf-8")
    assert "r" in refused(folder, "--out", str(tmp_path / "x"), capsys=capsys)
    assert not (tmp_path / "x").exists() and not (tmp_path / "x.part").exists()


@pytest.mark.parametrize("name", ["outcomes.parquet", "cases.parquet", "provenance.json"])
@pytest.mark.parametrize("damage", ["cut", "noise"])
def test_a_damaged_result_is_told_and_leaves_nothing(
    tmp_path: Path, name: str, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_folder(tmp_path / "r", TWO, 1, (2014,), small, lambda *_: {})
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2] if damage == "cut" else b"\xff\x00" * 200)
    said = refused(folder, "--out", str(tmp_path / "x"), capsys=capsys)
    assert "damaged" in said or "provenance.json: not as it was written" in said
    said = refused(folder, "--out", str(tmp_path / "x"), "--lang", "da", capsys=capsys)
    assert "beskadiget" in said or "provenance.json: er ikke, som den blev skrevet" in said
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_the_municipalities_of_a_result_come_along(tmp_path: Path) -> None:
    places = [("259", "Køge", 55.46, 12.18, 0)]
    folder = write_folder(tmp_path / "r", TWO, 1, (2014,), small, lambda *_: {}, places=places)
    for form in command.FORMATS:
        command.export(folder, form, tmp_path / form, raw=True)
    assert list(separated(tmp_path / "csv", "csv", "municipalities")[0]) == list(COLUMNS["municipalities"])
    (koge,) = separated(tmp_path / "csv-da", "csv-da", "municipalities")
    assert (koge["name"], koge["lat"]) == ("Køge", "55,46")
    assert cells(sheets(tmp_path / "xlsx" / "r.xlsx")["municipalities"])[1] == ["259", "Køge", "55.46", "12.18", "0"]
