"""The question bank as a deck of Anki cards: a note a question, known again by the question's id.

A note's time is when the bank last changed, which ships with it, and not the clock's: the same bank and seed give the
same bytes in every checkout, and Anki takes a corrected deck over the one it has, without a second note. Of somebody's
own questions it is the time of their newest file.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from bsclib.files import atomic
from bsclib.study.practice.item_text import answered, written
from bsclib.study.questions.question import LETTERS, Item

DECK, MODEL = 1_754_310_201, 1_754_310_202
"""What Anki knows the deck and the kind of note by; they never change."""
FIELDS = ("Question", "Answer", "Explanation", "Id")
_CSS = (
    ".card {font-family: sans-serif; font-size: 18px; text-align: left; max-width: 40em; margin: auto} "
    "ol {list-style: upper-alpha} .why {opacity: 0.8}"
)


def write_deck(items: Iterable[Item], path: str | Path, changed: float, sources: Mapping[str, str]) -> int:
    """Write a deck, and say how many notes it has; `changed` is when the questions last did, in seconds."""
    import genanki

    deck = genanki.Deck(DECK, "IT balanced scorecard")
    for item in items:
        tags = [item.entry.topic, item.question.difficulty, *item.question.exams]
        fields = [_front(item), *_back(item, sources), item.id]
        guid = genanki.guid_for("bsclib", item.id)
        deck.add_note(genanki.Note(model=_model(), fields=fields, guid=guid, tags=tags))
    packed = io.BytesIO()
    genanki.Package(deck).write_to_file(packed, timestamp=float(int(changed)))
    atomic.write_bytes(path, atomic.undated(packed.getvalue()))
    return len(deck.notes)


@cache
def _model() -> Any:
    import genanki

    back = "{{FrontSide}}<hr id=answer><p><b>{{Answer}}</b></p>{{Explanation}}"
    card = {"name": "Card", "qfmt": "{{Question}}", "afmt": back}
    return genanki.Model(MODEL, "bsclib question", [{"name": name} for name in FIELDS], [card], css=_CSS)


def _front(item: Item) -> str:
    story = f"<p><i>{escape(item.entry.story)}</i></p>" if item.entry.story else ""
    options = "".join(f"<li>{escape(option.text)}</li>" for option in item.options)
    beside = "".join(f"<li>{escape(text)}</li>" for text in item.beside)
    numbered = f'<ol style="list-style: decimal">{beside}</ol>' if beside else ""
    return f"{story}<p>{escape(item.question.stem)}</p><ol>{options}</ol>{numbered}"


def _back(item: Item, sources: Mapping[str, str]) -> tuple[str, str]:
    said = answered(item, (), dict(sources))
    key = written(item, item.key)
    if item.question.kind in ("single", "numeric"):
        key = f"{LETTERS[item.key[0]]}: {item.options[item.key[0]].text}"
    whys = "".join(
        f'<p>{letter}: {escape(text)}<br><span class="why">{escape(why)}</span></p>'
        for letter, text, why in said.options
    )
    return escape(key), whys + "".join(f"<p>{escape(note)}</p>" for note in said.notes)
