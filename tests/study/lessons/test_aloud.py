"""A table and its sentences as one output."""

import pandas as pd

from bsclib.reporting.display import table
from bsclib.study.lessons.aloud import aloud, folded, is_are, spoken_months


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
