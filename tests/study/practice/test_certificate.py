"""A certificate on paper, read back by another library."""

from datetime import UTC, datetime
from io import BytesIO

import pypdf
import pytest

from bsclib.errors import BscError
from bsclib.reporting.page.pdf import to_pdf
from bsclib.study.practice import progress
from bsclib.study.practice.certificate import certificate_html
from bsclib.study.questions import stock

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def learn(data):
    progress.answered(data, {place.id: i > 0 for i, place in enumerate(stock.places("itil")[:3])}, NOW)
    progress.exercise_checked(data, "03", "a", "weights", "right")
    progress.exam_taken(data, "cobit-foundation", 7, 51, 75, True, NOW)
    progress.exam_taken(data, "gone", 7, 1, 3, None, NOW)
    return data


@pytest.fixture
def learnt():
    return learn(progress.read()[0])


@pytest.fixture(scope="module")
def paper():
    data = learn({"questions": {}, "lessons": {}, "exams": []})
    return pypdf.PdfReader(BytesIO(to_pdf(certificate_html("Ana <b>Ångström</b>", data, NOW))))


def tags(node):
    """The kinds of a PDF's structure, in reading order."""
    node = node.get_object()
    if not isinstance(node, dict):
        return []
    kids = node.get("/K", []).get_object() if isinstance(node.get("/K"), pypdf.generic.PdfObject) else []
    below = [tag for kid in (kids if isinstance(kids, list) else [kids]) for tag in tags(kid)]
    return [str(node["/S"]), *below] if "/S" in node else below


def test_it_can_be_read_back_and_says_what_it_rests_on(paper):
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    assert "Ana <b>Ångström</b>" in text
    assert "IT balanced scorecard" in text
    assert "29 November 2026" in text
    bank = len(stock.places())
    assert f"3 of {bank} questions of the question bank, 1 of " in text
    assert "and 2 mock exams" in text
    assert f"ITIL {len(stock.places('itil'))} 3 2" in text
    assert "COBIT 2019 Foundation 2026-11-29 51 of 75 passed" in text
    assert "gone 2026-11-29 1 of 3 no pass mark" in text
    assert "It is no certificate of ISACA, PeopleCert, the Balanced Scorecard Institute or any other vendor" in text


def test_readers_aids_find_headings_tables_and_the_language(paper):
    root = paper.trailer["/Root"].get_object()
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    kinds = tags(root["/StructTreeRoot"])
    assert kinds.count("/H1") == 1
    assert kinds.count("/Table") == kinds.count("/Caption") == 3
    assert kinds.count("/TR") == (1 + 1) + (1 + 1) + (1 + 2)
    assert kinds.count("/TH") == 4 + 3 + 4 + 4, "each column and each row has its head"


def test_what_was_not_learnt_has_no_table(learnt):
    learnt["exams"] = [{"exam": ["odd"]}]
    assert "[&#x27;odd&#x27;]" in certificate_html("Ana", learnt, NOW)
    learnt["exams"].clear()
    html = certificate_html("Ana", learnt, NOW)
    assert "Mock exams, the last ten" not in html
    assert "and 0 mock exams" in html


def test_nothing_is_certified_where_nothing_was_learnt():
    with pytest.raises(BscError, match=r"nothing to certify yet.*bsc study quiz"):
        certificate_html("Ana", progress.read()[0], NOW)


@pytest.mark.parametrize("name", ["", " \t ", "a\x07b", "x" * 81, "\ud800", "a\u202eb"], ids=repr)
def test_a_name_that_cannot_be_printed(learnt, name):
    with pytest.raises(BscError, match="cannot be printed as a name"):
        certificate_html(name, learnt, NOW)
