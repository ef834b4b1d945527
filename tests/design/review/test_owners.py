import pytest
from reviewed import ACTUALS, CLEAN, findings, kpi, limits, part

ALL = [part("objectives", one["id"], owner="Jo") for one in CLEAN["objectives"]]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (ALL, ["BSC801 town"]),
        ([*ALL, kpi("mttr", owner="Max")], []),
        ([*ALL, limits(owner=8)], []),
        ([limits(owner=1)], ["BSC801 town"]),
    ],
)
def test_owners_of_too_much(changes, found):
    assert findings(*changes) == found


def test_a_ratio_whose_parts_nobody_gives():
    bare = ACTUALS.copy()
    bare.loc[bare["kpi"] == "mttr", ["numerator", "denominator"]] = None
    assert findings(actuals=bare) == ["BSC803 mttr"]
    bare.loc[bare.index[bare["kpi"] == "mttr"][:1], ["numerator", "denominator"]] = ACTUALS.loc[
        ACTUALS.index[ACTUALS["kpi"] == "mttr"][:1], ["numerator", "denominator"]
    ]
    assert findings(actuals=bare) == []
    assert (
        findings(
            kpi("mttr", aggregate="mean", formula="hours"),
            actuals=bare.drop(columns="numerator").drop(columns="denominator"),
        )[0]
        == "BSC803 cost"
    )
