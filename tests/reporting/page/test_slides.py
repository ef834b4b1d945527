import importlib.abc
import io
import itertools
import re
import sys
import zipfile

import pandas as pd
import pytest
from notebooks_made import code, markdown, notebook, png, shown

from bsclib.errors import ReportError
from bsclib.reporting.brand import COLOURS, Brand
from bsclib.reporting.display import disclosures, table
from bsclib.reporting.page import slides
from bsclib.reporting.page.page import page
from bsclib.reporting.page.slides import check_slides, to_slides

STAND = pd.DataFrame({"perspective": ["IT"], "score": [84.3], "status": ["at_risk"]})
LONG = pd.DataFrame({"KPI": [f"KPI {n}" for n in range(60)], "Why": ["because " * 8] * 60})
WIDE = pd.DataFrame([range(1000, 1040)], columns=[f"Column{n}" for n in range(40)])
TALL = pd.DataFrame({"KPI": ["A"], "Why": ["word " * 2000]})
NODE = {"parent": "", "name": "IT", "score": 84.3, "status": "at_risk", "part": "", "why": "20.6 + 63.7 = 84.3."}
CELLS = (
    markdown("# Service desk: June 2026\n\nIt went well."),
    markdown("## Where we stand\n\nBelow $x_1$.\n\n- one\n- two\n  - deeper"),
    code(shows=[shown("text/html", table(STAND, "Scores").html)]),
    code(shows=[shown("text/html", disclosures(pd.DataFrame([NODE], index=["it"]), "Open a score").html)]),
    markdown("## Pictures"),
    code(shows=[shown("image/png", png(1200, 600), alt="Genoa is lowest")]),
    code(shows=[shown("image/png", png(300, 900), alt="a tall one")]),
    code(shows=[shown("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>", alt="a map")]),
    markdown("## " + "Very long title " * 20),
    code(shows=[shown("text/html", LONG.to_html(index=False))]),
    code(shows=[shown("text/html", WIDE.to_html())]),
    markdown("## Words\n\n" + "A sentence of some length. " * 200),
    code(shows=[shown("text/html", TALL.to_html(index=False))]),
)


@pytest.fixture(scope="module")
def made():
    with pd.option_context("display.max_colwidth", None):
        html = page(notebook(*CELLS), house=Brand(name="Northwind & Söhne", band="#ffe08a"))
    return html, to_slides(html, Brand(name="Northwind & Söhne", band="#ffe08a"))


@pytest.fixture(scope="module")
def deck(made):
    import pptx

    return pptx.Presentation(io.BytesIO(made[1]))


def of(deck, title):
    """The slides of a section."""
    return [one for one in deck.slides if re.sub(r" \(\d+\)$", "", one.shapes.title.text) == title]


def tables(some):
    return [shape.table for one in some for shape in one.shapes if shape.has_table]


def pictures(some):
    return [shape for one in some for shape in one.shapes if shape.shape_type == 13]


def test_the_same_page_gives_the_same_bytes_and_no_time(made):
    html, file = made
    assert to_slides(html, Brand(name="Northwind & Söhne", band="#ffe08a")) == file
    packed = zipfile.ZipFile(io.BytesIO(file))
    assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert set(re.findall(rb"\d{4}-\d\d-\d\dT", packed.read("docProps/core.xml"))) == {b"2000-01-01T"}


def test_each_section_has_its_slide_and_each_slide_a_title_of_its_own(deck):
    titles = [one.shapes.title.text for one in deck.slides]
    assert titles[:2] == ["Service desk: June 2026", "Where we stand"]
    assert titles[-1] == "How this report was made"
    assert len(set(titles)) == len(titles)
    assert all(len(title) < 100 for title in titles)
    assert deck.slides[0].placeholders[1].text_frame.text == "Northwind & Söhne\nIt went well."


def test_a_table_is_a_table_with_its_words_and_colours(deck):
    (stand,) = tables(of(deck, "Where we stand"))
    assert [[cell.text for cell in row.cells] for row in stand.rows] == [
        ["Perspective", "Score", "Status"],
        ["IT", "84.3", "▲ at risk"],
    ]
    assert stand.first_row
    assert str(stand.cell(1, 2).fill.fore_color.rgb) != str(
        stand.cell(1, 2).text_frame.paragraphs[0].runs[0].font.color.rgb
    )
    shape = next(shape for shape in of(deck, "Where we stand")[0].shapes if shape.has_table)
    assert shape._element.nvGraphicFramePr.cNvPr.get("descr") == "Scores"


@pytest.mark.parametrize("rows", range(2, 16, 2))
def test_a_heading_stands_above_its_table(rows):
    """However much there is before it."""
    import pptx

    filling = pd.DataFrame({"KPI": [f"KPI {n}" for n in range(rows)]})
    cells = [markdown("# A report"), markdown("## Why"), code(shows=[shown("text/html", table(filling, "A").html)])]
    cells += [markdown("### Decided"), code(shows=[shown("text/html", table(filling, "What came of it").html)])]
    pages = pptx.Presentation(io.BytesIO(to_slides(page(notebook(*cells))))).slides
    (there,) = (one for one in pages if any(part.has_text_frame and part.text == "Decided" for part in one.shapes))
    assert any(part.has_text_frame and part.text == "What came of it" for part in there.shapes)


def test_a_long_table_goes_on_with_its_headings_and_no_row_is_lost(deck):
    parts = [one for one in tables(list(deck.slides)) if one.cell(0, 1).text == "Why"][:-1]
    assert len(parts) > 2
    assert {one.cell(0, 0).text for one in parts} == {"KPI"}
    rows = [row.cells[0].text for one in parts for row in list(one.rows)[1:]]
    assert rows == [f"KPI {n}" for n in range(60)]


def test_a_wide_table_is_cut_between_columns_and_none_is_lost(deck):
    parts = [one for one in tables(list(deck.slides)) if one.cell(0, 1).text.startswith("Column")]
    assert [cell.text for one in parts for cell in list(one.rows[1].cells)[1:]] == [str(n) for n in range(1000, 1040)]


def test_pictures_have_their_alternative_text_and_what_cannot_be_shown_is_said(deck):
    found = pictures(deck.slides)
    assert [shape._element.nvPicPr.cNvPr.get("descr") for shape in found] == ["Genoa is lowest", "a tall one"]
    texts = [shape.text_frame.text for one in of(deck, "Pictures") for shape in one.shapes if shape.has_text_frame]
    assert "A drawing that the page shows cannot be shown on a slide: a map." in texts


def test_what_the_page_folds_away_is_in_the_notes(deck):
    notes = of(deck, "Where we stand")[0].notes_slide.notes_text_frame.text
    assert "20.6 + 63.7 = 84.3." in notes
    texts = [shape.text_frame.text for shape in of(deck, "Where we stand")[0].shapes if shape.has_text_frame]
    assert not any("20.6" in text for text in texts)
    assert "Below x_1.\n•  one\n•  two\n•  deeper" in texts


def test_a_cell_that_would_fill_a_slide_is_cut_and_whole_in_the_notes(deck):
    (cut,) = [one for one in tables(of(deck, "Words")) if one.cell(1, 0).text == "A"]
    assert cut.cell(1, 1).text.endswith("…")
    assert any(
        one.has_notes_slide and one.notes_slide.notes_text_frame.text.count("word") == 2000 for one in deck.slides
    )


def test_nothing_goes_over_the_edge_or_over_something_else(deck):
    for one in deck.slides:
        boxes = sorted(
            (
                shape.top,
                shape.left,
                shape.top + sum(row.height for row in shape.table.rows)
                if shape.has_table
                else shape.top + shape.height,
                shape.left + shape.width,
            )
            for shape in one.shapes
        )
        assert all(
            top >= 0 and left >= 0 and low <= deck.slide_height and right <= deck.slide_width
            for top, left, low, right in boxes
        )
        assert all(low <= top + 10 for (_, _, low, _), (top, _, _, _) in itertools.pairwise(boxes)), (
            one.shapes.title.text
        )


def test_a_long_text_goes_on_and_none_of_it_is_lost(deck):
    texts = [shape.text_frame.text for one in of(deck, "Words") for shape in one.shapes if shape.has_text_frame]
    assert sum(text.count("A sentence of some length.") for text in texts) >= 195
    assert len(of(deck, "Words")) > 2


def test_the_house_gives_the_colours_and_the_ink_on_them(made):
    theme = zipfile.ZipFile(io.BytesIO(made[1])).read("ppt/theme/theme1.xml").decode()
    assert re.search(r'<a:accent1><a:srgbClr val="FFE08A"', theme)
    assert re.search(f'<a:accent2><a:srgbClr val="{COLOURS["accent"][1:].upper()}"', theme)


def test_the_colours_without_a_house_are_the_pages():
    assert all(f"--{name}: {colour}" in page(notebook(markdown("# T"))) for name, colour in COLOURS.items())


def test_printed_lines_are_cut_after_so_many_and_it_is_said():
    import pptx

    source = "# T\n\n```\n" + "\n".join(f"line {n}" for n in range(100)) + "\n```\n\n\x0bbell"
    made = pptx.Presentation(io.BytesIO(to_slides(page(notebook(markdown(source))))))
    text = "\n".join(shape.text_frame.text for one in made.slides for shape in one.shapes if shape.has_text_frame)
    assert "line 39" in text
    assert "line 40" not in text
    assert "… and 60 more lines, which the page shows" in text


def test_a_notebook_that_shows_nothing_is_a_title():
    import pptx

    made = pptx.Presentation(io.BytesIO(to_slides(page(notebook()))))
    assert [one.shapes.title.text for one in made.slides] == ["Report", "How this report was made"]


class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "pptx":
            raise ImportError("No module named 'pptx'")


def test_slides_without_their_library_are_an_error_that_says_what_to_do(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "pptx"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(ReportError, match=r"slides: python-pptx is not installed\. Fix: .*bsclib\[pptx\]"):
        check_slides()
    assert slides.WITHOUT
