"""The deck, opened by Anki itself."""

from dataclasses import replace

import pytest
import sat
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from bsclib.study.practice.cards import write_deck
from bsclib.study.questions import stock

TIME = 1_790_000_000.0


@pytest.fixture(scope="module")
def items():
    return [stock.put(stock.read_entry(place), 0) for place in stock.places()][:200]


@pytest.fixture
def collection(tmp_path):
    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def imported(collection, path):
    """How many notes were new, updated and alike."""
    request = ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
    log = collection.import_anki_package(request).log
    return len(log.new), len(log.updated), len(log.duplicate)


def corrected(item):
    return replace(item, question=replace(item.question, stem=f"{item.question.stem} Corrected."))


def test_a_corrected_deck_updates_every_note_and_adds_none(items, collection, tmp_path):
    assert write_deck(items, tmp_path / "first.apkg", TIME, {}) == 200
    assert imported(collection, tmp_path / "first.apkg") == (200, 0, 0)
    assert imported(collection, tmp_path / "first.apkg") == (0, 0, 200)
    write_deck([corrected(item) for item in items], tmp_path / "second.apkg", TIME + 60, {})
    assert imported(collection, tmp_path / "second.apkg") == (0, 200, 0)
    notes = [collection.get_note(id) for id in collection.find_notes("")]
    assert len(notes) == 200
    assert all("Corrected." in note["Question"] for note in notes)


def test_a_note_holds_the_question_its_answer_and_why(collection, tmp_path):
    write_deck([sat.item(), sat.item(id="m", **sat.MATCH, matches=(1, 2, 0))], tmp_path / "d.apkg", TIME, {})
    imported(collection, tmp_path / "d.apkg")
    single, match = (collection.get_note(collection.find_notes(f"Id:{id}")[0]) for id in ("one", "m"))
    assert "<li>this</li><li>that</li>" in single["Question"]
    assert single["Answer"] == "A: this"
    assert "A: this (right)" in single["Explanation"]
    assert "It is another." in single["Explanation"]
    assert "your answer" not in single["Explanation"]
    assert match["Answer"] == "A3 B1 C2"
    assert "cat: meow" in match["Explanation"]
    assert single.tags == ["easy", "mine"]


def test_html_in_a_text_does_nothing(collection, tmp_path):
    write_deck([sat.item(stem="Is <b>1 < 2</b> & $x$?")], tmp_path / "d.apkg", TIME, {})
    imported(collection, tmp_path / "d.apkg")
    (note,) = collection.find_notes("Id:one")
    assert "Is &lt;b&gt;1 &lt; 2&lt;/b&gt; &amp; $x$?" in collection.get_note(note)["Question"]


def test_the_same_seed_gives_the_same_bytes(items, tmp_path):
    for name in "ab":
        write_deck(items, tmp_path / name, TIME, {})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    write_deck([stock.put(item.entry, 1) for item in items], tmp_path / "c", TIME, {})
    assert (tmp_path / "a").read_bytes() != (tmp_path / "c").read_bytes()
