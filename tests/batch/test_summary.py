import math

import pytest
from notebooks_made import code, notebook, shown

from bsclib.batch.summary import summary_of
from bsclib.reporting.notebook import SUMMARY


def recorded(*summaries):
    return notebook(*[code(shows=[shown(SUMMARY, summary)]) for summary in summaries])


def test_a_summary_is_read_back_as_it_was_recorded():
    summary = {
        "title": "Desk: June 2026",
        "unit": "",
        "period": "2026-06",
        "status": "at_risk",
        "score": 84.1,
        "change": None,
        "trend": [80.0, None, 84.1],
        "kpis": [{"id": "mttr", "name": "Time to restore", "actual": 4.2, "score": None, "status": "no_data"}],
    }
    assert summary_of(recorded(summary)) == summary


def test_the_last_word_counts():
    assert summary_of(recorded({"score": 1}, {"score": 2})) == {"score": 2}


def test_most_notebooks_record_nothing():
    assert summary_of(notebook(code(shows=[shown("text/plain", "5")]))) is None
    assert summary_of({"cells": [{"cell_type": "markdown", "source": "a"}]}) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"score": "84"}, {}),
        ({"score": True}, {}),
        ({"score": math.nan}, {}),
        ({"score": 10**400}, {}),
        ({"title": ["a"], "own": 1}, {}),
        ({"trend": "up"}, {}),
        ({"trend": [1, "a", math.inf]}, {"trend": [1, None, None]}),
        ({"trend": list(range(100))}, {"trend": list(range(76, 100))}),
        ({"title": "x" * 1000}, {"title": "x" * 299 + "…"}),
        ({"kpis": [{"name": "without an id"}, "text", {"id": "a", "score": {}}]}, {"kpis": [{"id": "a"}]}),
        ({"kpis": 5}, {}),
    ],
)
def test_what_is_not_of_its_kind_is_left_out(given, kept):
    assert summary_of(recorded(given)) == kept


@pytest.mark.parametrize("odd", [None, "text", 5, [1]])
def test_what_is_no_summary_at_all_counts_as_none(odd):
    assert summary_of({"cells": [{"outputs": [{"data": {SUMMARY: odd}}]}]}) is None
