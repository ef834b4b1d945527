"""Findings of the review as a person reads them."""

import re

import pytest

from bsclib.design.review.findings import RULES, check_scorecard
from bsclib.files.datasets import load_dataset
from bsclib.model.actions import Action
from bsclib.model.initiatives import Initiative
from bsclib.model.nouns import KPI, Scorecard
from bsclib.reporting.findings import in_words


@pytest.mark.parametrize("name", ["lakeside", "meridian"])
def test_no_id_is_named(name):
    card, actuals = load_dataset(name)
    told = in_words(check_scorecard(card, actuals), card)
    ids = [id for id in card.names if "-" in id]
    assert not [id for id in ids if re.search(rf"(?<![\w-]){id}(?![\w-])", " ".join(told["where"] + told["what"]))]
    assert "Days until a critical patch is installed" in " ".join(told["what"]) or name != "lakeside"


def test_no_remedy_names_a_field_of_a_file():
    kinds = (Scorecard, KPI, Initiative, Action)
    fields = {field for kind in kinds for field in kind.model_fields if "_" in field}
    fields |= {"set limits", "in supports", "in changes", "in frequency", "in outcome", "in finished", "cumulates:"}
    assert not [rule.id for rule in RULES for field in fields if field in rule.remedy]
    assert [rule.fix for rule in RULES if rule.id == "BSC207"] == ["name the counter-KPI in guarded_by"]
