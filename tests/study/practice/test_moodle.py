"""The Moodle file, read back by a parser that somebody else wrote."""

from html import unescape
from xml.etree import ElementTree as Xml

import pytest
import sat
from moodle_xml_parser import parser

from bsclib.study.practice.moodle import moodle_xml
from bsclib.study.questions import stock


@pytest.fixture(scope="module")
def items():
    return {place.id: stock.put(stock.read_entry(place), 3) for place in stock.places()}


@pytest.fixture(scope="module")
def text(items):
    return moodle_xml(items.values(), stock.sources())


def test_each_choice_comes_back_with_a_feedback_for_each_option(items, text):
    read = parser.parse_bytes(text.encode())["multichoice"]
    assert {each.name for each in read} == {id for id, item in items.items() if not matching(item)}
    for each in read:
        item = items[each.name]
        assert item.question.stem in each.text_pre_parse
        assert [(o.answer, o.feedback) for o in each.options] == [(o.text, o.why) for o in item.options]
        assert [o.score_fraction > 0 for o in each.options] == [option.right for option in item.options]
        assert each.single is (item.question.kind != "several")


def matching(item):
    return item.question.kind in ("order", "match")


def test_all_right_earns_everything_and_ticking_all_nothing(text):
    for each in parser.parse_bytes(text.encode())["multichoice"]:
        shares = [option.score_fraction for option in each.options]
        assert sum(share for share in shares if share > 0) == pytest.approx(100, abs=1e-3)
        assert sum(shares) == pytest.approx(100 if each.single else 0, abs=1e-3)


def test_orders_and_matches_come_back_as_pairs(items, text):
    read = Xml.fromstring(text).findall("question[@type='matching']")
    assert {each.findtext("name/text") for each in read} == {id for id, item in items.items() if matching(item)}
    for each in read:
        item = items[each.findtext("name/text")]
        pairs = {unescape(part.findtext("text")): part.findtext("answer/text") for part in each.findall("subquestion")}
        if item.question.kind == "match":
            assert pairs == {option.text: option.to for option in item.question.options}
        else:
            assert sorted(pairs, key=pairs.get) == [option.text for option in item.question.options]
        assert all(option.why in unescape(each.findtext("generalfeedback/text")) for option in item.options)


def test_topics_are_categories_and_the_same_seed_gives_the_same_bytes(items, text):
    topics = [part.text for part in Xml.fromstring(text).findall("question/category/text")]
    assert topics == sorted(topics)
    assert len(topics) == len({item.entry.topic for item in items.values()})
    assert text == moodle_xml([stock.put(item.entry, 3) for item in items.values()], stock.sources())


def test_html_in_a_text_does_nothing():
    options = [{"text": t, "why": "a <i>b</i> & c", "right": t == "<u>"} for t in ("<u>", "$x$", "&amp;", "]]>")]
    read = parser.parse_string(moodle_xml([sat.item(stem="Is <b>this</b> it?", options=options)], {}))["multichoice"][0]
    text = Xml.fromstring(moodle_xml([sat.item(stem="Is <b>this</b> it?", options=options)], {}))
    assert "&lt;b&gt;this&lt;/b&gt;" in text.findtext("question[@type='multichoice']/questiontext/text")
    assert [option.answer for option in read.options] == ["<u>", "$x$", "&amp;", "]]>"]
