from dataclasses import replace

import pytest
from reviewed import ACTUALS, CLEAN, findings, kpi, limits, spoiled

from bsclib.design.review.findings import check_scorecard
from bsclib.model.build import build
from bsclib.scoring.method import Bands
from bsclib.scoring.methods import find_method
from bsclib.scoring.published import METHODS


def target(id, *points, **fields):
    return kpi(id, target=[{"period": period, "value": value} for period, value in points], **fields)


def thresholds(id, at_risk, on_target, **fields):
    return kpi(id, thresholds={"at_risk": at_risk, "on_target": on_target}, **fields)


def above_kpis(at_risk, on_target):
    return lambda data: data.update({"thresholds": {"at_risk": at_risk, "on_target": on_target}})


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([target("csat", ("2026-12", 3.8))], ["BSC301 csat"]),
        ([kpi("csat", baseline=3.8, target=3.8)], ["BSC301 csat"]),
        ([target("csat", ("2025-12", 4.2), ("2026-12", 3.8))], ["BSC301 csat"]),
        ([target("csat", ("2026-12", 3.9))], []),
        ([target("csat", ("2026-12", 3.5))], ["BSC302 csat"]),
        ([target("mttr", ("2026-12", 9.5))], ["BSC302 mttr"]),
        ([target("csat", ("2024-12", 3.5), ("2026-12", 4.2))], []),  # worse before it gets better
        ([kpi("csat", floor=4.2)], ["BSC303 csat"]),
        ([kpi("mttr", floor=4)], ["BSC303 mttr"]),
        ([kpi("mttr", floor=5.1)], []),
        ([kpi("change-share", floor=[20, 45])], ["BSC303 change-share"]),
        ([kpi("change-share", floor=[10, 25])], ["BSC303 change-share"]),
        ([kpi("change-share", floor=None)], []),
        ([kpi("csat", baseline=3.8, target=4.2)], ["BSC304 csat"]),
        ([kpi("csat", baseline=None, target=4.2)], []),  # a level, not a way
        ([kpi("csat", stretch=4.1)], ["BSC307 csat"]),
        ([kpi("mttr", stretch=5.5)], ["BSC307 mttr"]),
        ([kpi("mttr", stretch=3)], []),
        ([thresholds("csat", 0.99, 1.0)], ["BSC308 csat"]),
        ([thresholds("csat", 0.98, 1.0)], []),
        ([limits(band=0.5)], [f"BSC308 {one}" for one in ("town", *(row["id"] for row in CLEAN["kpis"]))]),
        ([thresholds("change-share", 0.7, 1.1)], ["BSC308 change-share"]),
        ([thresholds("sla", 0.7, 2)], ["BSC308 sla"]),  # 80 + 2 × 13 is more than 100 %
        ([thresholds("sla", 0.7, 1.5)], []),
        ([thresholds("mttr", 0.7, 1.8)], ["BSC308 mttr"]),  # less than no time
        ([thresholds("cost", 0.7, 3)], []),  # who knows what a cost can be
        ([above_kpis(0.895, 0.9)], ["BSC308 town"]),
        ([above_kpis(0.7, 1.1)], ["BSC308 town"]),
        ([above_kpis(0, 0.9)], ["BSC308 town"]),
        ([target("sla", ("2026-12", 101))], ["BSC309 sla"]),
        ([kpi("sla", floor=-1)], ["BSC309 sla"]),
        ([kpi("csat", target=[{"period": "2026-12", "value": 6}], floor=-2)], ["BSC309 csat"]),
        ([kpi("mttr", baseline=None, floor=95, target=-1)], ["BSC309 mttr"]),
        ([target("failed", ("2026-12", 0))], []),
        ([target("sla", ("2026-12", 100))], []),
        ([kpi("change-share", target=[-3, 2], floor=[-9, 9], formula="100 * (a - b) / b", baseline=None)], []),
    ],
)  # fmt: skip
def test_what_is_unwise_is_found_where_it_is(changes, found):
    assert [one for one in findings(*changes) if not one.startswith("BSC104")] == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([target("csat", ("2025-11", 4.2))], ["BSC305 csat"]),
        ([target("csat", ("2025-12", 4.2))], []),  # the last actuals are of that month
        ([target("csat", ("2025", 4.2))], []),
        ([target("csat", ("2024-11", 4.2), path="stepped")], ["BSC305 csat"]),
        ([target("csat", ("2024-12", 4.2), path="stepped")], []),  # in force for a year
        ([kpi("csat", floor=None, baseline={"period": "2025-09", "value": 3.8})], ["BSC306 csat"]),
        ([kpi("csat", floor=None, baseline={"period": "2025-08", "value": 3.8})], []),
        ([kpi("csat", floor=3, baseline={"period": "2025-09", "value": 3.8})], []),
        ([kpi("csat", floor=None, baseline={"period": "2025-09", "value": 3.8}), limits(young=2)], []),
        ([kpi("csat", floor=None, baseline=3.8)], []),  # the target holds at once
    ],
)
def test_what_the_actuals_show_of_dates(changes, found):
    seen = findings(*changes, actuals=ACTUALS)
    assert [one for one in seen if one[:6] in ("BSC305", "BSC306")] == found
    assert [one for one in findings(*changes) if one[:6] in ("BSC305", "BSC306")] == []


def test_bands_of_a_method():
    card = build(CLEAN)
    kit = find_method("kit")

    def what(**fields):
        found = check_scorecard(card, method=replace(kit, **fields))
        return found.loc[found["rule"] == "BSC308", "what"].tolist()

    assert what() == []
    assert what(bands=Bands((0.5, 0.9), ("red", "amber", "green"))) == []
    assert what(bands=Bands((0.9, 0.5), ("red", "amber", "green"))) == ["the bands of the method kit overlap: 0.9, 0.5"]
    assert what(bands=Bands((0.5, 0.9), ("red", "green"))) == ["the method kit has 2 words for 3 bands"]
    assert what(cuts=(0.9, 0.9)) == ["the method kit leaves no room for at_risk: 0.9 to 0.9"]
    assert what(cuts=(0.5, 0.9), clamp=(0, 0.8)) == ["the method kit is on target from 0.9, and gives 0.8 at most"]


def test_no_published_method_is_found_fault_with():
    card = build(CLEAN)
    for method in METHODS.values():
        if method.part == "attainment":
            assert check_scorecard(card, method=method).empty, method.name


def test_a_date_that_changes_nothing_is_said_so():
    found = check_scorecard(build(spoiled(kpi("csat", baseline=3.8))), ACTUALS)
    assert found[["rule", "where", "what"]].values.tolist() == [
        [
            "BSC304",
            "csat",
            "the baseline 3.8 of 5 has no date, so there is no way from it: 4.2 of 5 is expected in every month, "
            "and not only by 2026-12",
        ]
    ]
    assert findings(kpi("csat", baseline=3.8, path="stepped")) == []
    assert findings(target("csat", ("2025-12", 4), ("2026-12", 4.2), baseline=3.8)) == []


def test_values_that_differ_never_look_the_same():
    share = kpi("sla", baseline={"period": "2022-12", "value": 99.99}, floor=99)
    found = check_scorecard(build(spoiled(share, target("sla", ("2026-12", 99.95)))))
    assert found["what"].tolist() == ["the target leads from 99.99% to 99.95%, but higher is better"]
    beyond = check_scorecard(build(spoiled(target("sla", ("2026-12", 100.2)))))
    assert beyond["what"].tolist() == ["target 100.2%: a share like this lies between 0 and 100 %"]
    points = check_scorecard(build(spoiled(target("csat", ("2026-12", 7)))))
    assert points["what"].tolist() == ["target 7 of 5: points of 5 lie between 0 and 5"]
    hours = check_scorecard(build(spoiled(target("mttr", ("2026-12", -1)))))
    assert hours["what"].tolist() == ["target −1 hours: hours are not below 0 here"]
