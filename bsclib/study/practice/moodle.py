"""The question bank for Moodle, in its XML format, with what is to be said to each option.

Choices become *multichoice* with a feedback for each option; orders and matches become *matching*, which every Moodle
knows, and which has no feedback of its own for an option: there the explanations stand in the general feedback. Numbers
are drawn from a seed. Of several right options each earns its part, and each wrong one costs as much, so that ticking
all earns nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from xml.etree import ElementTree as Xml

from bsclib.study.practice.item_text import answered
from bsclib.study.questions.question import Item


def moodle_xml(items: Iterable[Item], sources: Mapping[str, str]) -> str:
    """A quiz file of Moodle, its questions by topic."""
    quiz, topic = Xml.Element("quiz"), ""
    for item in sorted(items, key=lambda item: item.entry.topic):
        if item.entry.topic != topic:
            topic = item.entry.topic
            _text(_child(_child(quiz, "question", type="category"), "category"), f"$course$/bsclib/{topic}")
        matching = item.question.kind in ("order", "match")
        question = _child(quiz, "question", type="matching" if matching else "multichoice")
        _text(_child(question, "name"), item.id)
        story = f"<p><em>{escape(item.entry.story)}</em></p>" if item.entry.story else ""
        _html(_child(question, "questiontext"), f"{story}<p>{escape(item.question.stem)}</p>")
        _html(_child(question, "generalfeedback"), _general(item, sources, matching))
        _child(question, "defaultgrade").text = "1"
        _child(question, "idnumber").text = item.id
        _child(question, "shuffleanswers").text = "true"
        (_matching if matching else _choices)(question, item)
        _tags(question, item)
    Xml.indent(quiz)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(quiz, encoding="unicode")}\n'


def _choices(question: Xml.Element, item: Item) -> None:
    right = len(item.key)
    _child(question, "single").text = "false" if item.question.kind == "several" else "true"
    _child(question, "answernumbering").text = "ABCD"
    for option in item.options:
        costs = -100 / (len(item.order) - right) if item.question.kind == "several" else 0.0
        answer = _child(question, "answer", fraction=f"{100 / right if option.right else costs:.7g}", format="html")
        _child(answer, "text").text = escape(option.text)
        _html(_child(answer, "feedback"), escape(option.why))


def _matching(question: Xml.Element, item: Item) -> None:
    places = {option: place for place, option in enumerate(item.key)} if item.question.kind == "order" else {}
    for number, option in enumerate(item.options):
        part = _child(question, "subquestion", format="html")
        _child(part, "text").text = escape(option.text)
        _text(_child(part, "answer"), str(places[number] + 1) if places else option.to)


def _general(item: Item, sources: Mapping[str, str], matching: bool) -> str:
    said = answered(item, item.key, dict(sources))
    whys = [f"{text}: {why}" for _, text, why in said.options] if matching else []
    return "".join(f"<p>{escape(text)}</p>" for text in (*whys, *said.notes))


def _tags(question: Xml.Element, item: Item) -> None:
    tags = _child(question, "tags")
    for name in (item.entry.topic, item.question.difficulty, item.question.bloom, *item.question.exams):
        _text(_child(tags, "tag"), name)


def _child(parent: Xml.Element, name: str, **attributes: str) -> Xml.Element:
    return Xml.SubElement(parent, name, attributes)


def _text(parent: Xml.Element, text: str) -> None:
    _child(parent, "text").text = text


def _html(parent: Xml.Element, html: str) -> None:
    parent.set("format", "html")
    _text(parent, html)
