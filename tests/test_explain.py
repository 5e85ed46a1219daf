"""The story of a case: it equals the stored row, adds up before the reader, and tells nothing of a real firm's affairs."""

import json
import re
import shutil
from pathlib import Path

import duckdb
import pytest

import run
from analysis.explain.explanation import tell
from analysis.texts import MINUS, load
from model import months
from model.agents.region import Region
from model.experiment.explain.arithmetic import negotiation
from model.experiment.explain.explain import story
from model.experiment.explain.eyewitness import Eyewitness
from model.experiment.results.seals import file_hash, sealed
from model.experiment.workers import worker
from model.experiment.workers.own_rules import KINDS
from model.month.modes import Mode
from model.rules.cost import Terms
from model.rules.negotiation import FAILURES, Custom, Position, negotiate
from model.rules.price import RULES, Bargain
from tests.blank_figures import blank_figures
from tests.worlds import digest, everything, small_tables

WORLD = """title: why
extends: centre.yaml
horizon: {start: 2009-01, recorded_from: 2010-01, end: 2015-12}
region: {municipalities: ["326", "316", "306"]}
experiment:
  replicates: 1
  seed: 1
  scenarios:
    usual: {}
    rough:
      levers: {guarantee: {first: 2011-01, months: 60, share: 0.8}}
      rules: {price: equal_split}
      uncertainties:
        modes: {truck_reliability: 0.7, failure_persistence: 0.87, truck_viability: 0.95, pooled_reliability: 0.8}
        stages: {no_time_per_month: 0.002}
        prices: {volatility_per_month: 0.1}
"""
KINDS_OF_CASE = """
    SELECT end_cause, started IS NOT NULL AS operated, mode = 'pooled' AS pooled, min("case"), arg_min(run, "case")
    FROM cases WHERE NOT (starts_with(supplier, 'partner') OR starts_with(receiver, 'partner')) GROUP BY ALL ORDER BY ALL
"""
NAMED = "(starts_with(supplier, 'partner') OR starts_with(receiver, 'partner'))"
NUMBER = re.compile(rf"{MINUS}?[\d.,]+$")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """A result folder of two scenarios and their twins."""
    folder = tmp_path_factory.mktemp("explain")
    (folder / "world.yaml").write_text(WORLD, encoding="utf-8")
    with blank_figures():
        assert run.main(["run", str(folder / "world.yaml"), "--workers", "1", "--out", str(folder / "out")]) == run.DONE
    return folder / "out"


def ask(result, query):
    with duckdb.connect() as database:
        database.read_parquet(str(result / "cases.parquet")).create_view("cases")
        return database.execute(query).fetchall()


@pytest.fixture(scope="module")
def stories(result):
    """The story of one case of each kind, by (cause of its end, whether it operated, whether it is of a round)."""
    return {tuple(kind): story(result, case, its_run) for *kind, case, its_run in ask(result, KINDS_OF_CASE)}


def seen(told, kind):
    return [sight for sight in told["sights"] if sight["kind"] == kind]


def figures(line):
    """The numbers at the end of a line of a table, in English."""
    cells = re.split(r"\s{2,}", line.strip())[1:]
    return [float(cell.replace(",", "").replace(MINUS, "-")) for cell in cells if NUMBER.match(cell)]


def block(lines, first, last):
    """The lines of a table from the one that begins with `first` to the next that begins with `last`."""
    begins = next(i for i, line in enumerate(lines) if line.startswith(first))
    ends = next(i for i, line in enumerate(lines[begins:], begins) if line.startswith(last))
    return lines[begins : ends + 1]


# --- the story is that of the row ------------------------------------------------------------------------------------


def test_all_kinds_of_end_occur(stories):
    dropped = {cause for cause, operated, _ in stories if not operated}
    ended = {cause for cause, operated, _ in stories if operated}
    assert dropped >= {
        "no_agreement",
        "not_viable",
        "no_time",
        "permit",
        "partner_closed",
        "support_ended",
        "outcompeted",
        None,
    }
    assert ended >= {"price", "supply_failure", "partner_closed", "support_ended", None}
    assert {pooled for *_, pooled in stories} == {True, False}


def test_dates_price_and_capital_told_are_those_of_the_row(stories):
    for told in stories.values():
        row = told["row"]
        assert [sight["month"] for sight in seen(told, "opened")] == [row["opened"]]
        assert [sight["month"] for sight in seen(told, "assessed") if sight["passed"]] == [row["assessed"]] * bool(
            row["assessed"]
        )
        assert [sight["month"] for sight in seen(told, "started")] == [row["started"]] * bool(row["started"])
        assert [sight["month"] for sight in seen(told, "ended")] == [row["ended"]] * bool(row["ended"])
        agreed = [sight for sight in seen(told, "negotiated") if not sight["failure"]]
        if row["matched"]:
            assert agreed[0]["month"] == row["matched"]
            assert agreed[0]["worth"]["capital_dkk"] == pytest.approx(row["capital_dkk"])
            assert agreed[-1]["price"] == pytest.approx(row["price_dkk_per_unit"])
        assert sum(sight["helped"] for sight in seen(told, "worked")) <= row["helped_months"]


def test_years_add_up_to_the_row(stories):
    for told in stories.values():
        row, years = told["row"], told["years"]
        saved = [sum(year["savings"][side] for year in years) for side in (0, 1)]
        assert saved == pytest.approx([row["savings_supplier_dkk"], row["savings_receiver_dkk"]], abs=1e-6)
        assert sum(year["units"] for year in years) == pytest.approx(row["delivered"])


def test_set_up_cost_told_is_what_the_sides_bring_to_the_table(stories):
    for told in stories.values():
        for sight in seen(told, "negotiated")[:1]:
            spent = [sum(one["own"][side] for one in seen(told, "worked")) for side in (0, 1)]
            assert [one["setup_dkk"] for one in sight["asks"]] == pytest.approx(spent)


def test_the_cause_in_words_is_that_of_the_row(stories):
    for lang, opening in (("en", ("Dropped (", "Ended (")), ("da", ("Opgivet (", "Ophørt ("))):
        texts = load(lang)
        for (cause, operated, _), told in stories.items():
            text = " ".join(tell(told, lang).split())
            if cause is None:
                assert not any(word in text for word in opening)
            else:
                assert f"{opening[operated]}{texts(f'explain.cause.{cause}')}), " in text


def test_a_reason_told_holds_in_figures(stories):
    for told in stories.values():
        for sight in seen(told, "negotiated"):
            least = sum(one["least_dkk"] for one in sight["asks"])
            if sight["reason"] in ("too_little", "too_little_for_offers"):
                assert sight["worth"]["surplus_dkk"] <= least
            elif not sight["failure"]:
                assert sight["worth"]["surplus_dkk"] > least
                for left, one in zip(sight["settlement"], sight["asks"], strict=True):
                    assert left["gain_dkk"] >= 0.0
                    assert left["payback_years"] <= one["hurdle_years"] * (1 + 1e-8)
        for sight in seen(told, "out_of_time"):
            assert sight["luck"] < sight["chance"]
        for kind, bound in (("assessed", "viability"), ("permit", "granted")):
            assert all((sight["luck"] < sight[bound]) == sight["passed"] for sight in seen(told, kind))


# --- it adds up in front of the reader -------------------------------------------------------------------------------


def test_sums_shown_add_up(stories):
    tables = 0
    for told in stories.values():
        lines = [line.strip() for line in tell(told, "en").splitlines()]
        while any(line.startswith("What both have to share") for line in lines):
            lines = lines[next(i for i, line in enumerate(lines) if line.startswith("What both have to share")) :]
            adds_up(lines[: next(i for i, line in enumerate(lines) if line.startswith("Amounts with a minus"))])
            lines = lines[1:]
            tables += 1
    assert tables > 10


def adds_up(lines):
    """Check what a negotiation's tables show, from their text alone."""
    worth = block(lines, "Disposal saved", "= together")
    rows = [figures(line) for line in worth]
    assert sum(row[0] for row in rows[:-1]) == pytest.approx(rows[-1][0], abs=0.02)
    assert sum(row[1] for row in rows[:-1]) == pytest.approx(rows[-1][1], abs=0.03)
    quantity = float(re.search(r"on ([\d.,]+)", worth[-1])[1].replace(",", ""))
    assert all(row[0] * quantity == pytest.approx(row[1], abs=0.03) for row in rows)
    running, flow = (figures(line)[0] for line in block(lines, "+ running cost", "= gain before capital"))
    assert rows[-1][1] + running == pytest.approx(flow, abs=0.02)
    chance, stake, loss = (figures(line) for line in block(lines, "Chance of a failed year", "= expected loss"))
    assert [c * s for c, s in zip(chance, stake, strict=True)] == pytest.approx(loss, abs=0.02)
    if any(line.startswith("What a price") or line.startswith("What a fee") for line in lines):
        split_adds_up(lines[next(i for i, line in enumerate(lines) if line.startswith("What a ")) :])


def split_adds_up(lines):
    own, flow = (
        block(lines, "Disposal saved", "= gain before capital")[:-1],
        figures(block(lines, "= gain before", "= gain before")[0]),
    )
    supplier, receiver = 0.0, 0.0
    for line in own:
        cells = figures(line)
        if line.startswith(("+ purchase", "+ treatment", "+ running")):
            receiver += cells[0]
        else:
            supplier += cells[0]
            receiver += cells[1] if len(cells) == 2 else 0.0
    assert [supplier, receiver] == pytest.approx(flow, abs=0.03)
    after = [figures(line) for line in block(lines, "= gain before", "= gain after")]
    assert [sum(row[side] for row in after[:-1]) for side in (0, 1)] == pytest.approx(after[-1], abs=0.03)


def test_both_languages_tell_all_of_it(stories):
    for told in stories.values():
        english, danish = tell(told, "en"), tell(told, "da")
        for text in (english, danish):
            assert not re.search(r"\{|\}|None|\bnan\b|\binf\b|\.\.", text)
            assert max(map(len, text.splitlines())) <= 110
        assert english.count("\n\n") == danish.count("\n\n")
        assert "DKK" not in danish and "kr." not in english
        table = [line for line in english.splitlines() if re.match(r"    \S.* \S+$", line) and figures(line)]
        assert len(table) == len(
            [line for line in danish.splitlines() if re.match(r"    \S.* \S+$", line) and danish_figures(line)]
        )


def danish_figures(line):
    return [cell for cell in re.split(r"\s{2,}", line.strip())[1:] if NUMBER.match(cell)]


def test_the_worked_case_of_the_tutorial_is_explained_with_its_figures(tmp_path, capsys):
    folder = tmp_path / "two"
    assert run.main(["run", "two_firms", "--replicates", "1", "--workers", "1", "--out", str(folder)]) == run.DONE
    ((case,),) = ask(folder, 'SELECT "case" FROM cases')
    capsys.readouterr()
    assert run.main(["explain", str(folder), "--case", case.upper()]) == run.DONE
    text = capsys.readouterr().out
    page = (Path(run.__file__).parent / "docs" / "tutorial.md").read_text(encoding="utf-8")
    literals = "268,800 17,883.54 250,916.46 63,600 19,080 21,170 8,941.77 31,308.23 134,400 39,600 66.00 0.149029 468 3,510"
    for figure in literals.split():
        assert figure in page and figure in text
    assert "January 2011" in text and "Operation starts. Each side pays 60,000.00 DKK" in text
    assert f"{MINUS}18,710.00" in text and "115,690.00" in text and "0.749" in text and "0.828" in text
    assert "in operation at the end of the run (December 2012)" in text
    example = (Path(run.__file__).parent / "docs" / "commands" / "explain.md").read_text(encoding="utf-8")
    shown = example.split("```text\n")[1].split("\n```")[0].splitlines()
    assert [line for line in text.splitlines() if not line.startswith("Run ")] == [line for line in shown if line != "…"]


# --- watching changes nothing, and a real firm's affairs are not told ------------------------------------------------


def test_a_witness_changes_no_byte_of_the_result():
    scenario = everything()

    def lived(case):
        witness = Eyewitness(case) if case else None
        region = Region(scenario, 7, 0, small_tables(), witness=witness)
        if witness:
            witness.watch(region)
        while region.month <= scenario.horizon.end:
            region.step()
        return region.result(), witness

    alone, _ = lived(None)
    longest = max((case for case in alone.cases if case.started != months.NEVER), key=lambda case: case.helped_months)
    watched, witness = lived(longest.case)
    assert len(witness.sights) > 5
    assert digest(watched) == digest(alone)
    assert watched.centre == alone.centre


@pytest.mark.parametrize("lang", ["da", "en"])
def test_of_a_named_firms_case_only_dates_are_told(result, lang):
    texts = load(lang).sentences
    fate = {text for key, text in texts.items() if key.startswith(("explain.cause.", "class."))} - {"trust"}
    told_of = (
        "DKK",
        "kr.",
        *fate,
        *(text.split(" (")[0] for key, text in texts.items() if key.startswith("explain.verdict.")),
    )
    partners = ask(result, f'SELECT "case", run, started FROM cases WHERE {NAMED}')
    assert {bool(started) for _, _, started in partners} == {True, False}
    for case, its_run, _ in partners[:: max(len(partners) // 20, 1)]:
        told = story(result, case, its_run)
        assert not {"sights", "years", "why"} & set(told)
        text = tell(told, lang)
        assert not [word for word in told_of if word in text]
        assert ("navngiven" if lang == "da" else "named firm") in text


# --- other runs, the twin --------------------------------------------------------------------------------------------


def test_without_a_run_the_first_is_taken_and_the_others_are_named(result):
    query = f'SELECT "case", count(*) FROM cases WHERE NOT {NAMED} GROUP BY ALL HAVING count(*) > 2 ORDER BY ALL LIMIT 1'
    ((case, count),) = ask(result, query)
    runs = [one for (one,) in ask(result, f"""SELECT run FROM cases WHERE "case" = '{case}'""")]
    told = story(result, case)
    assert told["row"]["run"] == runs[0]
    text = tell(told, "en")
    assert all(f"run {one}:" in text for one in runs[1:])
    assert len(told["others"]) == count - 1
    assert story(result, case, runs[1])["row"]["run"] == runs[1]


def test_the_twins_story_stands_beside_it(stories):
    for told in stories.values():
        text = tell(told, "en")
        if told["twin"] is None:
            assert "has no policy and so no twin" in text
        elif any(one["started"] for one in told["twin"]):
            assert "There it started in" in text
        else:
            assert "There it never started" in text or "There it was never tried" in text


# --- bad input -------------------------------------------------------------------------------------------------------


def refused(capsys, *arguments):
    assert run.main(["explain", *map(str, arguments)]) == run.BAD_INPUT
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1
    return said.err


def test_a_folder_that_is_none_is_refused(tmp_path, capsys):
    assert "is no result folder: it has no runs.parquet" in refused(capsys, tmp_path, "--case", "1")
    danish = refused(capsys, tmp_path, "--case", "1", "--lang", "da")
    assert "er ikke en resultatmappe: den mangler runs.parquet" in danish


def test_an_unknown_case_or_run_is_refused_with_those_there_are(result, capsys):
    ((case, its_run),) = ask(result, 'SELECT "case", run FROM cases ORDER BY "case" LIMIT 1')
    other = "0" if case[-1] != "0" else "1"
    said = refused(capsys, result, "--case", case[:-1] + other)
    assert "column 'case' of" in said and f"did you mean {case}" in said
    assert case in refused(capsys, result, "--case", case[:8])
    assert "there is no run nonsense" in refused(capsys, result, "--case", case, "--run", "nonsense")
    ((lonely, stranger),) = ask(
        result,
        """SELECT "case", (SELECT min(run) FROM cases WHERE run NOT IN (SELECT run FROM cases AS c WHERE
        c."case" = one."case")) AS other FROM cases AS one GROUP BY "case" HAVING count(*) = 1 ORDER BY "case" LIMIT 1""",
    )
    assert f"run {stranger} has no case {lonely}" in refused(capsys, result, "--case", lonely, "--run", stranger)
    said = refused(capsys, result, "--case", case[:-1] + other, "--lang", "da")
    assert "der er ikke noget muligt samarbejde" in said and f"mente du {case}" in said and " eller " in said
    said = refused(capsys, result, "--case", lonely, "--run", stranger, "--lang", "da")
    assert f"modelkørsel {stranger} har ikke det mulige samarbejde {lonely}; samarbejdet forekommer i " in said


def vouch(folder, **said):
    """Have a provenance say other things, and vouch for every file as it is now."""
    provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8")) | said
    provenance["tables"] = {name: file_hash(folder / f"{name}.parquet") for name in provenance["tables"]}
    provenance["others"] = {name: file_hash(folder / name) for name in provenance["others"]}
    (folder / "provenance.json").write_text(json.dumps(sealed(provenance)), encoding="utf-8")


def test_a_run_that_comes_out_otherwise_is_refused_with_what_differs(result, tmp_path, capsys):
    query = 'SELECT "case", run FROM cases WHERE matched IS NOT NULL AND price_dkk_per_unit IS NOT NULL LIMIT 1'
    ((case, its_run),) = ask(result, query)
    copy = tmp_path / "copy"
    shutil.copytree(result, copy)
    source = (result / "cases.parquet").as_posix()
    with duckdb.connect() as database:
        database.execute(f"""COPY (SELECT * REPLACE (price_dkk_per_unit + 1 AS price_dkk_per_unit) FROM '{source}')
            TO '{(copy / "cases.parquet").as_posix()}' (FORMAT parquet)""")
    vouch(copy, model="0.0.9")
    said = refused(capsys, copy, "--case", case, "--run", its_run)
    assert "does not come out as it was stored" in said and "price_dkk_per_unit" in said and "version 0.0.9" in said
    said = refused(capsys, copy, "--case", case, "--run", its_run, "--lang", "da")
    assert "bliver et andet end det, der blev gemt" in said and "price_dkk_per_unit" in said and "version 0.0.9" in said
    assert ", nu " in said and ", now " not in said


def test_own_rules_are_taken_from_the_folder_and_must_be_as_they_were(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(worker.SECONDS_A_RUN, "agents", 0.0)  # so little is done in this process
    Path("mine.py").write_text("def third(terms, supplier, receiver, bargain):\n    return 10.0\n", encoding="utf-8")
    usual = dict(KINDS["price"].rules)
    rule = ["--engine", "agents", "--rule", "price=mine.py:third"]
    try:
        assert run.main(["run", "two_firms", *rule, "--replicates", "1", "--workers", "1", "--out", "out"]) == run.DONE
        ((case,),) = ask(Path("out"), 'SELECT "case" FROM cases')
        KINDS["price"].rules.clear()
        KINDS["price"].rules.update(usual)
        capsys.readouterr()
        assert run.main(["explain", "out", "--case", case]) == run.DONE
        said = capsys.readouterr().out
        assert "The price rule is mine.py:third#" in said and "a price of 10.00 DKK/t" in said
        Path("out/rules/mine.py").write_text(
            "def third(terms, supplier, receiver, bargain):\n    return 11.0\n", encoding="utf-8"
        )
        assert "not as it was written" in refused(capsys, "out", "--case", case)
        vouch(Path("out"))
        assert "not the rule this result was made with" in refused(capsys, "out", "--case", case)
    finally:
        KINDS["price"].rules.clear()
        KINDS["price"].rules.update(usual)


# --- why a negotiation failed ----------------------------------------------------------------------------------------

TERMS = Terms(quantity=100.0, disposal_dkk=200.0, purchase_dkk=300.0, treatment_dkk=50.0, haul_dkk=50.0, running_dkk=0.0,
              capital_dkk=10_000.0, annuity_factor=0.15)  # fmt: skip
WILLING = Position(0, 0.0, 0.9, 5.0, 1_000.0)


def failed(supplier=WILLING, receiver=WILLING, rule="posted_gate_fee", fee=0.5, terms=TERMS):
    custom = Custom(RULES[rule], Bargain(0.5, fee), Mode(1.0, 1.0, 0.5, 1.0), 0.1)
    table = supplier, receiver
    outcome = negotiate(terms, custom, table)
    worked = negotiation(terms, custom, table, outcome)
    assert worked["failure"] == FAILURES[outcome.failure] and worked["price"] == outcome.price
    return worked["reason"], worked["side"]


def test_each_refusal_is_named_with_its_side():
    assert failed() == ("", 0)
    assert failed(receiver=WILLING._replace(takes_part=False)) == ("wary", 1)
    assert failed(terms=TERMS._replace(haul_dkk=500.0)) == ("too_little", 0)
    assert failed(supplier=WILLING._replace(alternatives=1, outside_dkk=90_000.0)) == ("too_little_for_offers", 0)
    assert failed(fee=1.5) == ("loses", 0)
    assert failed(fee=-1.5) == ("loses", 1)
    assert failed(supplier=WILLING._replace(hurdle_years=1.0)) == ("payback", 0)
    assert failed(receiver=WILLING._replace(alternatives=1, outside_dkk=20_000.0), fee=-0.3) == ("better_elsewhere", 1)
