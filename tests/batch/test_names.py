import random
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bsclib.batch.names import DEVICES, OURS, digest, distinct_names, report_names, safe_name

TEXTS = st.one_of(
    st.text(max_size=40), st.sampled_from(["CON", "index", "../..", "a/b", "A\\b", "e\u0301", "é", "❤️", "\u202eexe"])
)


@given(TEXTS)
@example("x" * 500)
@example("語" * 500)
@example("\ud800")
@example("_:0")
def test_a_name_is_safe_everywhere(text):
    name = safe_name(text)
    assert not set(name) & set("/\\:*?\"<>|\0\n\r\t. '`$&;%#")
    assert len(name) <= 80
    assert len(name.encode()) <= 180
    assert name == name.strip("-_") == unicodedata.normalize("NFC", name)
    assert name.casefold() not in DEVICES | OURS
    assert all(unicodedata.category(one)[0] in "LMN" or one in "-_" for one in name)
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Service desk", "Service-desk"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\temp\\x.html", "C-temp-x-html"),
        ("line\nbreak", "line-break"),
        ("Zürich & Köln", "Zürich-Köln"),
        ("物流", "物流"),
        ("🚚 Trucks 🚚", "Trucks"),
        ("❤️", ""),
        ("", ""),
        ("...", ""),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("nul", "nul-1"),
        ("Manifest", "Manifest-1"),
        ("a.failed", "a-failed"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("cafe\u0301", "café"),
    ],
)
def test_names_people_meet(text, name):
    assert safe_name(text) == name


ROWS = st.lists(st.dictionaries(st.sampled_from(["unit", "as_of"]), TEXTS, max_size=2), min_size=1, max_size=8)


@given(ROWS)
def test_no_two_names_are_alike(rows):
    found = report_names(rows)
    assert len({unicodedata.normalize("NFKC", name).casefold() for name in found}) == len(rows)
    assert all(safe_name(name) == name for name in found)


@given(ROWS, st.randoms())
def test_the_order_of_rows_does_not_matter(rows, chance):
    rows = list({digest(row): row for row in rows}.values())
    mixed = chance.sample(rows, len(rows))
    assert {digest(row): name for row, name in zip(rows, report_names(rows), strict=True)} == {
        digest(row): name for row, name in zip(mixed, report_names(mixed), strict=True)
    }


def test_what_is_the_same_in_all_reports_is_no_part_of_a_name():
    rows = [{"unit": unit, "as_of": "2026-06", "months": months} for unit in ("a", "b") for months in (12, 24)]
    assert report_names(rows) == ["a-months-12", "a-months-24", "b-months-12", "b-months-24"]
    assert report_names([{"unit": "a"}]) == ["a"]
    assert report_names([{}], "monthly") == ["monthly"]
    assert report_names([{"unit": ""}, {"unit": "a"}]) == ["no-unit", "a"]


def test_names_that_capitals_alone_tell_apart_and_rows_that_are_the_same():
    found = report_names([{"unit": "apps"}, {"unit": "Apps"}, {"unit": "desk"}, {"unit": "desk"}])
    assert found[2:] == ["desk", "desk-2"]
    assert [name[:5] for name in found[:2]] == ["apps-", "Apps-"]
    assert found[0].casefold() != found[1].casefold()
    assert distinct_names(["a", "a", "a-2"], ["1", "1", "2"]) == ["a", "a-3", "a-2"]


def test_long_texts_that_differ_at_their_end_have_two_names():
    one, two = report_names([{"unit": "x" * 10_000_000 + end} for end in "ab"])
    assert one != two
    assert max(len(one), len(two)) <= 80


def test_ten_thousand_names_are_quick_to_make():
    rows = [{"unit": f"unit {number % 5000}"} for number in range(10_000)]
    random.Random(1).shuffle(rows)
    assert len(set(report_names(rows))) == 10_000
