"""Findings of the review as a person reads them."""

import re

from bsclib.design.review.findings import check_scorecard
from bsclib.files.datasets import load_dataset
from bsclib.reporting.findings import in_words


def test_no_field_of_a_file_and_no_id_is_named():
    card, actuals = load_dataset("lakeside")
    told = in_words(check_scorecard(card, actuals), card)
    assert "guarded_by" not in " ".join(told["fix"])
    assert "set limits" not in " ".join(told["fix"])
    ids = [id for id in card.names if "-" in id]
    assert not [id for id in ids if re.search(rf"(?<![\w-]){id}(?![\w-])", " ".join(told["where"] + told["what"]))]
