"""A table and its sentences as one output."""

from html import escape

import pandas as pd

from bsclib import read_scorecard
from bsclib.files import practice_coverage
from bsclib.plots import plot_practices
from bsclib.plots.canvas import alt_text
from bsclib.reporting.display import table
from bsclib.study.lessons.aloud import aloud, aside, folded, is_are, spoken_months


def test_the_sentences_stand_below_the_table():
    shown = aloud(table(pd.DataFrame({"kpi": ["<b>"]}), "What"), "Look at it.", "", "It is odd.")
    assert repr(shown).endswith("Look at it. It is odd.")
    page = shown._repr_html_()
    assert page.index("</table>") < page.index("Look at it.")
    assert "<b>" not in page


def test_without_a_table_the_sentences_stand_alone():
    assert repr(aloud(None, "Nothing is missing.")) == "Nothing is missing."


def test_words():
    assert [is_are(count) for count in (0, 1, 2)] == ["are", "is", "are"]


def test_months_are_spoken_and_nothing_else():
    periods = pd.Series(["2026-06", "2026\u201103", "2026-Q3", ""])
    assert spoken_months(periods).tolist() == ["June 2026", "March 2026", "2026-Q3", ""]


def test_what_is_folded_is_seen_when_it_is_opened():
    shown = folded("How many <are> left", "One is left.")
    assert repr(shown) == "How many <are> left: One is left."
    assert "<summary>How many &lt;are&gt; left</summary>" in shown._repr_html_()


def test_a_picture_put_aside_keeps_its_size_its_words_and_its_looks_at_night():
    picture = plot_practices(practice_coverage(read_scorecard("meridian")), "Meridian")
    page = aside(table(pd.DataFrame({"kpi": ["a"]}), "What"), picture)._repr_html_()
    across, up = picture.figure.get_size_inches()
    assert f'width="{round(100 * across)}" height="{round(100 * up)}"' in page
    assert f'alt="{escape(alt_text(picture))}"' in page
    assert 'class="bsclib-drawn"' in page
    assert "invert" in page
