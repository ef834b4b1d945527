"""The syllabus is what the notebooks say."""

from pathlib import Path

from bsclib.study.sittings import lessons
from bsclib.study.syllabus import COMMAND, page

ROOT = Path(__file__).parent.parent.parent


def test_the_page_is_what_make_derived_writes():
    """If this fails: make derived."""
    assert (ROOT / "docs" / "syllabus.md").read_text(encoding="utf-8") == page()
    assert COMMAND.removeprefix("python ") in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_lesson_is_on_it_in_order():
    text = page()
    places = [text.index(f"](../notebooks/{name}.ipynb)") for name in lessons()]
    assert places == sorted(places)
    assert "Does training do anything? | " in text
    assert "| 01 to 05 |" in text
    assert "(optional)" in text
