"""What `show` prints can be read on a terminal, tells every value, and speaks the reader's language."""

from pathlib import Path

import pytest

from model.experiment.commands.scenario_commands import show
from model.experiment.commands.scenario_page import NARROWEST, WIDEST, Page, width
from model.scenario.scenario import Uncertainties
from model.scenario.scenario_table import rows
from model.shipped import SCENARIOS
from model.world.known import load_known

WAGE = "extends: base\nuncertainties: {prices: {wage_dkk_per_h: 500}}\n"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def shown(capsys: pytest.CaptureFixture[str], *asked: str | None, **page: object) -> list[str]:
    assert show(*asked, page=Page(**page)) == 0  # type: ignore[arg-type]
    return capsys.readouterr().out.splitlines()


def test_every_value_has_a_row_and_every_uncertain_one_a_unit_a_range_a_grade_and_a_basis() -> None:
    (scenario,) = load_known("centre").scenarios.values()
    table = {row.key: row for row in rows(scenario)}
    wage = table["uncertainties.prices.wage_dkk_per_h"]
    assert wage[1:3] == ("450", "DKK/h")
    assert [str(wage.range), str(wage.grade), wage.basis] == [
        "350 to 600, triangular",
        "assumed",
        "engineer or production manager with overhead",
    ]
    assert wage.meaning.worded("da").startswith("hvad en time")
    assert table["levers.centre.funding[0].total_dkk"][:3] == ("levers.centre.funding[0].total_dkk", "12000000", "DKK")
    assert table["society.landfill_tax_dkk_per_t.2010-01"][1:3] == ("475", "DKK/t")
    assert table["horizon.end"].value == "2024-12"
    uncertain = [row for key, row in table.items() if key.startswith("uncertainties.")]
    assert len(uncertain) == sum(len(group.annotation.model_fields) for group in Uncertainties.model_fields.values())
    assert all(row.unit and row.grade and row.basis for row in uncertain)
    assert all(row.range for row in uncertain if str(row.grade) != "read")


@pytest.mark.parametrize("file", sorted(path.stem for path in SCENARIOS.glob("*.yaml")))
@pytest.mark.parametrize("columns", [NARROWEST, WIDEST])
def test_every_line_fits_the_terminal_and_every_value_is_there(
    file: str, columns: int, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = shown(capsys, file, width=columns)
    assert max(map(len, lines)) <= columns
    text = " ".join(" ".join(lines).split())
    first = next(iter(load_known(file).scenarios.values()))
    for row in rows(first):
        assert f"{row.key.rpartition('.')[2]} {row.value}" in text, row.key
        assert " ".join(row.basis.split()) in text, row.key


def test_changes_come_first_then_the_groups_each_under_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    Path("dear.yaml").write_text(WAGE, encoding="utf-8")
    lines = shown(capsys, "dear")
    assert lines[2:4] == [
        "Changed from base.yaml",
        "  uncertainties.prices.wage_dkk_per_h: 450 (350 to 600, triangular) → 500",
    ]
    assert lines.index("horizon") < lines.index("rules") < lines.index("uncertainties.prices")


def test_of_an_experiment_each_scenario_is_set_against_the_earlier_one_it_differs_least_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = shown(capsys, "funding")
    at = lines.index("centre_24m, changed from centre_6m")
    assert lines[at + 1 : at + 3] == ["  levers.centre.funding[0].total_dkk: 6000000 → 24000000", ""]


@pytest.mark.parametrize(
    ("group", "there", "not_there"),
    [
        ("levers", "targeting", "wage_dkk_per_h"),
        ("prices", "wage_dkk_per_h", "targeting"),
        ("levers.centre.funding", "total_dkk", "targeting"),
        ("wage_dkk_per_h", "wage_dkk_per_h", "freight_dkk_per_t_km"),
        ("society.programmes[1]", "Rest til Ressource", "Grøn Industrisymbiose"),
    ],
)
def test_a_group_or_key_can_be_shown_alone(group: str, there: str, not_there: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(shown(capsys, "centre", group=group))
    assert there in text and not_there not in text


def test_a_group_that_only_a_later_scenario_has_is_shown_of_that_one(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "funding", group="levers.centre.funding")
    assert lines[0].startswith("centre_6m: ")
    assert "  levers.centre: (set) → null" in lines


def test_an_unknown_group_is_answered_with_the_groups_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert show("centre", None, Page("da", "pries")) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "'pries' er ikke en nøgle" in said.err and "mente du 'prices'?" in said.err


def test_with_diff_only_what_differs_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    Path("dear.yaml").write_text(WAGE, encoding="utf-8")
    assert shown(capsys, "dear", "base") == [
        "dear, changed from base of base.yaml",
        "  uncertainties.prices.wage_dkk_per_h: 450 (350 to 600, triangular) → 500",
    ]
    assert shown(capsys, "base", "base")[1] == "  nothing"
    assert shown(capsys, "dear", "base", group="levers")[1] == "  nothing"


def test_headings_meanings_and_grades_are_danish_where_asked(capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(shown(capsys, "centre", language="da"))
    for word in ("Ændret i forhold til base.yaml", "antaget", "trekantfordelt", "Begrundelse: ", "hvem der betaler"):
        assert word in text
    for word in ("Changed", "assumed", "triangular", "Basis: ", "who pays"):
        assert word not in text


def test_a_faulty_file_is_told_instead(capsys: pytest.CaptureFixture[str]) -> None:
    assert show("nowhere") == 2
    assert capsys.readouterr().err.startswith("nowhere: no such file here")


def test_the_width_follows_the_terminal_within_what_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns, expected in (("20", NARROWEST), ("95", 95), ("400", WIDEST)):
        monkeypatch.setenv("COLUMNS", columns)
        assert width() == expected
