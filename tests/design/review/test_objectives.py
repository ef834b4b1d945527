import pytest
from reviewed import add, drop, findings, limits, link, new_kpi, part, spoiled
from samples import one_kpi

from bsclib.design.review.findings import check_scorecard
from bsclib.model.build import build


def named(name):
    return part("objectives", "restore", name=name)


def objective(id, **fields):
    row = {
        "id": id,
        "name": f"Reach {id}",
        "perspective": "user_orientation",
        "owner": "A",
        "supports": ["group.trust"],
    }
    return add("objectives", **row | fields)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([named("Restoration")], ["BSC101 restore"]),
        ([named("Service quality")], ["BSC101 restore"]),
        ([named("Storungsbehebung")], ["BSC101 restore"]),
        ([part("objectives", "restore", owner=None)], ["BSC102 restore", "BSC204 mttr"]),
        ([objective("goal")], ["BSC103 goal"]),
        (
            [part("kpis", "mttr", baseline=9, target=5), part("kpis", "failed", objective="restore")],
            ["BSC103 change", "BSC304 mttr"],
        ),
        ([part("kpis", "mttr", baseline=9, target=5)], ["BSC104 restore", "BSC304 mttr"]),
        ([limits(objectives=[6, 9])], ["BSC105 town"]),
        ([limits(objectives=[2, 4])], ["BSC105 town"]),
        (
            [
                part("objectives", id, perspective="operational_excellence")
                for id in ("change", "restore", "learn", "please")
            ]
            + [limits(kpis=[1, 9])],
            ["BSC107 user_orientation", "BSC107 future_orientation", "BSC106 operational_excellence"],
        ),
        ([named("Implement a ticket tool")], ["BSC108 restore"]),
        ([named("Set up a service desk")], ["BSC108 restore"]),
        ([named("Change the systems safely")], ["BSC109 restore, change"]),
        ([named("Change system safely")], ["BSC109 restore, change"]),
    ],
)
def test_what_is_unwise_is_found_where_it_is(changes, found):
    assert findings(*changes) == found


@pytest.mark.parametrize(
    "changes",
    [
        [named("Restore what is broken")],
        [named("Störungen beheben")],  # no English: not judged
        [named("サービスを復旧する")],
        [named("Installations never fail")],
        [named("Change systems often")],
        [part("kpis", "mttr", baseline=None, target=5)],  # a level to hold has no date
        [part("kpis", "mttr", baseline=5, target=[{"period": "2026-12", "value": 3}], path="stepped")],
        [limits(objectives=[5, 5])],
        [
            part("objectives", "please", perspective="operational_excellence"),
            objective("other"),
            new_kpi("points", objective="other"),
            link("csat", "points"),
            limits(perspective_share=0.5, kpis=[1, 9]),
        ],
    ],
)
def test_a_neighbour_that_is_sound_is_left_in_peace(changes):
    assert findings(*changes) == []


def test_a_scorecard_of_one_perspective_is_not_lopsided():
    every = [part("objectives", id, perspective="all") for id in ("save", "please", "restore", "change", "learn")]
    alone = [lambda data: data.update({"perspectives": [{"id": "all", "name": "All"}]}), limits(kpis=[1, 9])]
    assert findings(*every, *alone) == []


def test_what_is_said():
    others = [drop("links", "training -> failed", "failed -> csat"), link("training", "mttr", lag=2)]
    found = check_scorecard(build(spoiled(named("Innovation"), drop("kpis", "failed"), *others)))
    assert dict(zip(found["where"], found["what"], strict=True)) == {
        "change": "no KPI measures “Change systems safely”",
        "restore": "the name “Innovation” is one word",
    }


def test_one_objective_is_spoken_of_as_one():
    said = set(check_scorecard(one_kpi())["what"])
    assert "there is 1 objective; 15 to 20 are usual" in said


def test_the_only_objective_leaves_the_other_perspectives_empty():
    card = build(
        {
            "id": "s",
            "name": "S",
            "perspectives": "it",
            "objectives": [{"id": "o", "name": "Restore fast", "perspective": "user_orientation"}],
            "kpis": [
                {"id": "k", "name": "K", "objective": "o", "direction": "higher_is_better", "target": 9, "floor": 0}
            ],
        }
    )
    assert "the only objective is in “User orientation”" in set(check_scorecard(card)["what"])
