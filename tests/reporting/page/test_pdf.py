import base64
import importlib.abc
import re
import sys
import zlib

import pandas as pd
import pytest
from notebooks_made import code, markdown, notebook, png, shown

from bsclib.errors import ReportError
from bsclib.reporting.brand import Brand
from bsclib.reporting.page.page import page
from bsclib.reporting.page.pdf import check_pdf, to_pdf

WIDE = pd.DataFrame([[f"row {row}", *range(1000, 1022)] for row in range(2)])
LONG = pd.DataFrame({"KPI": [f"KPI {n}" for n in range(24)], "Why": ["because " * 30] * 24})
TALL = pd.DataFrame({"KPI": ["A"], "Where": ["x" * 300], "Why": ["because " * 900]})
CELLS = (
    markdown("# Service desk: June 2026\n\nIt went well."),
    markdown("## Heat map"),
    code(shows=[shown("image/png", png(40, 20), alt="Genoa is (far) lowest")]),
    markdown("## Tables"),
    code(shows=[shown("text/html", LONG.to_html(index=False))]),
)


@pytest.fixture(scope="module")
def made():
    html = page(notebook(*CELLS), house=Brand(name="Northwind & Söhne"))
    return html, to_pdf(html)


def laid_out(html):
    """The text of each page as it is printed, and how wide and how far right it goes, in millimetres."""
    import weasyprint

    for sheet in weasyprint.HTML(string=html).render().pages:
        texts = [box for box in sheet._page_box.descendants() if getattr(box, "text", "")]
        yield " ".join(box.text for box in texts), sheet.width, max(box.position_x + box.width for box in texts)


@pytest.fixture(scope="module")
def sheets(made):
    return list(laid_out(made[0]))


def test_the_same_page_gives_the_same_bytes(made):
    html, paper = made
    assert paper.startswith(b"%PDF-")
    assert to_pdf(html) == paper
    assert not re.search(rb"CreationDate|ModDate", paper)


def test_each_page_but_the_first_has_a_running_head_and_each_a_number(sheets):
    texts = [text for text, _, _ in sheets]
    assert len(texts) > 2
    assert "Northwind & Söhne Service desk: June 2026" not in texts[0]
    assert all("Northwind & Söhne Service desk: June 2026" in text for text in texts[1:])
    assert [re.search(rf"\d+ / {len(texts)}", text)[0] for text in texts] == [
        f"{number} / {len(texts)}" for number in range(1, len(texts) + 1)
    ]


def test_a_table_goes_on_with_its_head_and_no_row_is_lost(sheets):
    text = " ".join(text for text, _, _ in sheets)
    assert [f"KPI {n}" for n in range(24) if f"KPI {n} " not in text] == []
    assert sum("KPI Why" in text for text, _, _ in sheets) >= 2


def test_alternative_texts_bookmarks_and_the_language_are_in_it(made):
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made[1], re.DOTALL)
    paper = b"".join(zlib.decompress(one) for one in packed if one.startswith(b"x"))
    assert rb"/Alt (Genoa is \(far\) lowest)" in paper
    assert b"/Title (Heat map)" in paper
    assert b"/Lang (en)" in paper
    assert b"/MarkInfo" in paper


def test_nothing_is_cut_at_the_edge_however_wide_or_tall():
    with pd.option_context("display.max_colwidth", None):
        tables = [shown("text/html", frame.to_html(index=False)) for frame in (WIDE, TALL)]
    found = list(laid_out(page(notebook(markdown("# T"), *[code(shows=[one]) for one in tables]))))
    assert all(right <= wide for _, wide, right in found)
    assert any(wide > 1100 for _, wide, _ in found), "no page lies on its side"
    text = " ".join(text for text, _, _ in found)
    assert text.count("because") == 900
    assert text.count("x") >= 300


def test_nothing_outside_the_page_is_looked_at(tmp_path):
    (tmp_path / "a.png").write_bytes(base64.b64decode(png(8, 8)))
    inside = f'<p>Text</p><img alt="" src="data:image/png;base64,{png(8, 8)}">'
    outside = f'<p>Text</p><img alt="" src="{(tmp_path / "a.png").as_uri()}">'
    assert b"/Subtype /Image" in to_pdf(inside)
    assert b"/Subtype /Image" not in to_pdf(outside)


class Missing(importlib.abc.MetaPathFinder):
    def __init__(self, error):
        self.error = error

    def find_spec(self, name, path=None, target=None):
        if name == "weasyprint":
            raise self.error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ImportError("No module named 'weasyprint'"), r"PDF: WeasyPrint is not installed\. Fix: .*bsclib\[pdf\]"),
        (
            OSError("cannot load library 'libpango-1.0-0': no such file\n\nsee the docs"),
            r"PDF: a library of the system is missing: cannot load library .*: no such file\. Fix: install Pango",
        ),
    ],
)
def test_an_engine_that_is_not_there_is_an_error_that_says_what_to_do(monkeypatch, error, said):
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(error), *sys.meta_path])
    with pytest.raises(ReportError, match=said):
        check_pdf()
    with pytest.raises(ReportError, match=said):
        to_pdf("<p>a</p>")
