"""Headings that can be reread, and words that the glossary explains."""

from bsclib.study.questions.reading import glossary, headings, pages


def test_headings_of_notebooks_and_pages():
    assert "What a scorecard is for" in headings("00_start_here")
    assert "The score" in headings("glossary")
    assert headings("nowhere") == ()
    assert {"03_scoring", "certification"} <= set(pages())


def test_the_glossary_knows_entries_and_words_of_tables():
    assert {"kpi", "numerator", "denominator", "undecided", "guarded by"} <= glossary()
    assert "metric" not in glossary()
