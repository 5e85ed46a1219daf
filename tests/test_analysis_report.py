"""The report as a page: whole, readable by everybody, safe, and the same again."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from made_up_folder import write_folder
from report_folder import CENTRE, INPUTS, SENSITIVITY, Page, about, given, report_folder

import run
from analysis import summary
from analysis.charts import fan
from analysis.reading.results import Results
from analysis.reading.tables import fan as fan_years
from analysis.summary import write_report
from analysis.texts import LANGUAGES, Texts, load

SCRIPT, IMAGE = "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'
PAYLOADS = (SCRIPT, IMAGE, "--><script>alert(2)</script>", "' onclick='x", "{0}&lt;")


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the figures out: they take a second each."""
    monkeypatch.setattr(summary, "draw", lambda results, texts: [])


@pytest.fixture(scope="module", params=LANGUAGES)
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of a result that has everything."""
    folder = report_folder(tmp_path_factory.mktemp(request.param) / "r")
    return write_report(folder, request.param).read_text(encoding="utf-8")


def read(folder: Path, lang: str = "en") -> Page:
    return Page(write_report(folder, lang).read_text(encoding="utf-8"))


def assert_sound(page: Page) -> None:
    """The structure that every page must have."""
    assert page.faults == []
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False)), levels
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    pointed = [one for name in ("aria-labelledby", "aria-describedby") for value in page.values(name) for one in value.split()]
    assert {*pointed, *(link[1:] for link in page.values("href"))} <= set(ids)
    assert not page.named("script", "link", "iframe", "object", "form")
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


def test_the_page_is_sound_and_complete(whole: str) -> None:
    assert_sound(Page(whole))


def test_the_page_needs_no_network(whole: str) -> None:
    assert not re.search(r"https?:|@import|url\((?!#)", whole)
    assert all(source.startswith("data:image/png;base64,") for source in Page(whole).values("src"))
    assert all(link.startswith("#") for link in Page(whole).values("href"))


def test_every_picture_has_words_in_its_place(whole: str) -> None:
    page = Page(whole)
    pictures = page.named("svg", "img")
    assert len(pictures) == len(page.named("figure")) > 4
    for picture in pictures:
        assert picture.get("alt") or (picture["role"] == "img" and picture["aria-labelledby"] and picture["aria-describedby"])
    assert sum(1 for tag, data in page.words if tag == "desc" and len(data) > 40) == len(page.named("svg"))


def test_every_table_has_caption_and_headers_and_scrolls_by_itself(whole: str) -> None:
    page = Page(whole)
    assert len(page.named("table")) == len(page.named("caption")) > 10
    assert all(head.get("scope") in ("col", "colgroup", "row") for head in page.named("th"))
    regions = [attributes for attributes in page.named("div") if attributes.get("role") == "region"]
    assert all(region["tabindex"] == "0" and region["aria-label"] for region in regions)
    inside = [path for (tag, _), path in zip(page.elements, page.within, strict=True) if tag == "table"]
    assert all(path[-1] == "div" for path in inside)


def test_the_page_says_its_language_and_can_be_skipped_through(whole: str) -> None:
    page = Page(whole)
    lang = page.named("html")[0]["lang"]
    assert lang in LANGUAGES
    assert page.elements[[tag for tag, _ in page.elements].index("body") + 1] == ("a", {"href": "#findings", "class": "skip"})
    opening = load(str(lang)).sentences["firms.synthetic"]
    assert page.text().index(opening) < page.text().index("1" if lang == "en" else "2")


def test_text_and_background_differ_enough() -> None:
    from analysis.report.page import STYLE

    colours = re.findall(r"(?<!-)color: (#[0-9a-f]{3,6})", STYLE.read_text(encoding="utf-8"))
    assert colours and all(contrast(colour, "#f1f4f8") >= 4.5 for colour in colours if colour != "#fff")


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    shares = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_no_sentence_is_left_with_an_empty_place(whole: str) -> None:
    assert not re.search(r"\{[a-z_]+\}|\bnan\b|None", Page(whole).text())


def test_the_same_result_makes_the_same_bytes(tmp_path: Path) -> None:
    folders = [report_folder(tmp_path / name, replicates=3) for name in ("a", "b")]
    first, second = (write_report(folder, "da").read_bytes() for folder in folders)
    assert first == second


def test_a_picture_too_large_for_a_drawing_is_embedded_with_its_alternative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analysis.report import figures

    def only_the_fan(results: Results, texts: Texts) -> list:
        names = {name: name for name in (*results.pairs_by_scenario, *results.without_policy)}
        return [fan.draw(fan.SAVINGS, fan_years(results, "savings"), [], fan.Panels(names, {}), about())]

    monkeypatch.setattr(summary, "draw", only_the_fan)
    monkeypatch.setattr(figures, "LARGEST_SVG", 10)
    page = read(report_folder(tmp_path, replicates=2))
    assert not page.named("svg")
    assert len(page.named("img")) == 1 and "Fans of cumulative savings" in str(page.named("img")[0]["alt"])


@pytest.mark.usefixtures("undrawn")
def test_what_users_write_stays_text(tmp_path: Path) -> None:
    centre = CENTRE | {"funding": [CENTRE["funding"][0] | {"funder": SCRIPT}]}  # type: ignore[index]
    content = given(centre) | {"uncertainties": {"jobs": {IMAGE: SENSITIVITY | {"basis": SCRIPT}}}}
    inputs = {"no_centre": given(None), "centre_12m": content}
    provenance = {"title": IMAGE, "labels": {"centre_12m": SCRIPT}, "platform": PAYLOADS[3], "engine": PAYLOADS[4]}
    page = read(report_folder(tmp_path, inputs, 2, provenance=provenance))
    assert_sound(page)
    assert not [image for image in page.named("img") if image.get("src") == "x"]
    for payload in PAYLOADS[:2] + PAYLOADS[3:]:
        assert payload in page.text(), payload


def test_names_of_scenarios_stay_text_in_figures_too(tmp_path: Path) -> None:
    labels = dict(zip(("no_centre", "centre_12m", "handed_over"), PAYLOADS, strict=False))
    page = read(report_folder(tmp_path, replicates=2, provenance={"labels": labels}))
    assert_sound(page)
    assert len(page.named("svg", "img")) == len(page.named("figure")) > 4
    assert IMAGE in page.text()


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("scenarios", "years", "replicates"),
    [
        ({"base": ""}, range(2008, 2025), 3),
        ({"base": ""}, range(2011, 2013), 1),
        ({"base": ""}, (2005,), 2),
        ({"no_centre": "", "centre_6m": "no_centre"}, (2008, 2009), 2),  # before anything is cumulated
        ({"no_centre": "", "centre_6m": "no_centre"}, range(2008, 2013), 1),
        ({"no_centre": "", "cheap": "", "centre_6m": "no_centre", "centre_12m": "cheap"}, range(2010, 2017), 2),
    ],
)
def test_a_folder_without_scenarios_or_with_few_years_still_has_a_sound_report(
    tmp_path: Path, scenarios: dict[str, str], years: Sequence[int], replicates: int, lang: str
) -> None:
    page = read(write_folder(tmp_path, scenarios, replicates, years), lang)
    assert_sound(page)
    assert not re.search(r"\{[a-z_]+\}|\bnan\b|None", page.text())
    assert load(lang).sentences["report.answer.stops.nothing"] in page.text() or any(scenarios.values())


@pytest.mark.usefixtures("undrawn")
def test_failed_runs_are_counted_out(tmp_path: Path) -> None:
    text = read(report_folder(tmp_path, replicates=5, lost=["centre_12m-1"])).text()
    assert "1 of 5 runs did not finish" in text
    assert "of 4 runs" in text and "4 to 5 of 5 paired model runs" in text


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_sheet_is_short_enough_for_one_page(tmp_path: Path, lang: str) -> None:
    page = write_report(report_folder(tmp_path), lang).read_text(encoding="utf-8")
    sheet = Page(page[page.index('<section class="first"') : page.index("<nav")])
    assert 2000 < len(sheet.text()) < 5000  # about 5200 characters fill an A4 sheet as it prints


@pytest.mark.usefixtures("undrawn")
def test_the_question_is_the_experiments_else_that_of_its_scenarios_else_a_general_one(tmp_path: Path) -> None:
    def heading(name: str, inputs: dict, **provenance: object) -> str:
        page = read(report_folder(tmp_path / name, inputs, 1, provenance=provenance), "da")
        return next(data for tag, data in page.words if tag == "h1")

    different = INPUTS | {"centre_12m": given(CENTRE, "Something else?")}
    assert heading("own", INPUTS, asked={"title": {"en": "Why?", "da": "Hvorfor?"}}) == "Hvorfor?"
    assert heading("shared", INPUTS) == "What is asked?"
    assert heading("general", different) == load("da").sentences["report.question"]


SHIPPED = Path(run.__file__).parent / "scenarios"


@pytest.mark.usefixtures("undrawn")
def test_the_command_writes_where_it_is_told_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = report_folder(tmp_path / "r", replicates=1), tmp_path / "page.html"
    assert run.main(["report", str(folder), "--lang", "da", "--out", str(out)]) == run.DONE
    assert capsys.readouterr().out.strip() == out.as_posix()
    assert '<html lang="da">' in out.read_text(encoding="utf-8") and not (folder / "report.html").exists()
    assert run.main(["report", str(folder)]) == run.DONE
    assert '<html lang="en">' in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("make", [lambda path: path / "none", lambda path: path])
def test_what_is_no_result_is_bad_input(
    tmp_path: Path, make: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(["report", str(make(tmp_path))]) == run.BAD_INPUT
    assert "is no result folder" in capsys.readouterr().err
