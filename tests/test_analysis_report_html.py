"""Pieces of HTML: text stays text, whatever is in it."""

from report_folder import Page

from analysis.report.html import Cell, Markup, element, items, joined, table

NASTY = "<b>&\"'"


def test_text_is_escaped_and_markup_is_not() -> None:
    assert element("p", NASTY) == "<p>&lt;b&gt;&amp;&quot;&#x27;</p>"
    assert element("p", element("b", "x")) == "<p><b>x</b></p>"
    assert joined(["<", Markup("<br>")], ", ") == "&lt;, <br>"


def test_markup_cut_or_added_to_is_text_again() -> None:
    assert element("p", Markup("<b>")[1:] + ">") == "<p>b&gt;&gt;</p>"


def test_attributes_are_escaped_named_as_in_html_and_left_out_where_there_is_none() -> None:
    made = element("p", "", class_=NASTY, aria_label="x", id=None)
    assert made == '<p class="&lt;b&gt;&amp;&quot;&#x27;" aria-label="x"></p>'


def test_elements_without_an_end_have_none() -> None:
    assert element("br") == "<br>"


def test_a_table_has_a_header_for_every_row_and_every_column() -> None:
    page = Page(table("Totals", ["a", "b", "c"], [["x", "1", Cell(["2", "3"])], [NASTY, Cell(["y"], True), ""]]))
    assert page.faults == []
    assert [head["scope"] for head in page.named("th")] == ["col"] * 3 + ["row"] * 2
    assert ("th", NASTY) in page.words and ("span", "2") in page.words and ("span", "3") in page.words
    assert page.named("div") == [{"class": "wide", "role": "region", "aria-label": "Totals", "tabindex": "0"}]


def test_points_become_a_list() -> None:
    assert items(["a", NASTY]) == "<ul><li>a</li><li>&lt;b&gt;&amp;&quot;&#x27;</li></ul>"
