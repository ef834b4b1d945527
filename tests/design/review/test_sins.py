import pandas as pd
import pytest
from reviewed import kpi, part, spoiled

from bsclib.design.review.findings import RULES, check_scorecard
from bsclib.design.review.sins import seven_sins
from bsclib.errors import ScorecardError
from bsclib.model.build import build


def test_seven_of_them_whose_rules_there_are():
    counts = seven_sins(
        check_scorecard(build(spoiled(kpi("mttr", formula=None), part("objectives", "save", owner=None))))
    )
    assert counts.columns.tolist() == ["sin", "rules", "findings", "seen"]
    assert dict(zip(counts["sin"], counts["findings"], strict=True)) == {
        "IT-centric view": 0,
        "measures that do not matter": 0,
        "no standard definitions": 1,
        "over-reliance on tools": 0,
        "no drill-down": 0,
        "too many metrics": 0,
        "no individual impact": 3,
    }
    named = [rule for rules in counts["rules"] for rule in rules.split(", ") if rule]
    assert set(named) <= {rule.id for rule in RULES}
    assert len(named) == len(set(named))


def test_what_a_file_cannot_show_is_said():
    row = seven_sins(check_scorecard(build(spoiled()))).iloc[3]
    assert (row["sin"], row["rules"], row["findings"]) == ("over-reliance on tools", "", 0)
    assert row["seen"].startswith("nothing: ")


def test_a_frame_of_something_else():
    with pytest.raises(ScorecardError, match="there is no column 'rule'"):
        seven_sins(pd.DataFrame({"kpi": []}))
