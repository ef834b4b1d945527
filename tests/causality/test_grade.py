import pytest

from bsclib.causality.grade import GRADES, grade_map, grade_maps
from bsclib.causality.truth import build_truth, read_truth
from bsclib.files.datasets import load_dataset
from bsclib.files.paths import shipped_folder
from bsclib.model.nouns import Link


@pytest.fixture(scope="module")
def meridian():
    card, _ = load_dataset("meridian")
    return card, read_truth(shipped_folder() / "datasets" / "meridian" / "truth.yaml")


def grades(frame):
    return {(row.cause, row.effect): row.grade for row in frame.itertuples()}


def test_the_map_of_the_running_case(meridian):
    frame = grade_map(*meridian)
    assert frame["grade"].value_counts().to_dict() == {
        "found": 16,
        "false": 3,
        "identity": 1,
        "missed": 2,
    }
    found = grades(frame)
    late = frame.set_index(["cause", "effect"]).loc[("patch-latency", "audit-findings")]
    assert (late["lag"], late["true_lag"], late["grade"]) == (2, 3, "found")  # within its window of one month
    assert found["budget-variance", "cost-per-user"] == "identity"
    assert found["utilisation", "attrition"] == found["technical-debt", "run-share"] == "missed"
    assert frame.loc[frame["grade"] == "false", "why"].str.len().min() > 0


def test_a_lag_outside_its_window_is_wrong(meridian):
    frame = grade_map(*meridian, [Link(cause="patch-latency", effect="audit-findings", sign="+", lag=2, window=0)])
    assert frame["grade"].iloc[0] == "wrong lag"


def test_a_learners_map(meridian):
    mine = [
        Link(cause="automation-coverage", effect="mttr", sign="+", lag=2),
        Link(cause="engagement", effect="attrition"),
        Link(cause="attrition", effect="engagement", sign="-", lag=3),
        Link(cause="csat", effect="user-nps", sign="+", lag=6, window=4),
    ]
    frame = grade_map(*meridian, mine)
    found = grades(frame)
    assert [found[link.cause, link.effect] for link in mine] == ["wrong sign", "found", "false", "found"]
    assert len(frame[frame["grade"] == "missed"]) == 18 - 3
    assert set(frame["grade"]) <= set(GRADES)


def test_an_empty_map_misses_everything(meridian):
    assert set(grade_map(*meridian, [])["grade"]) == {"missed"}


def test_of_several_lags_the_nearest_counts(meridian):
    truth = build_truth(
        {
            "processes": {"csat": {"level": 1}, "mttr": {"level": 1}},
            "links": [
                {"cause": "mttr", "effect": "csat", "lag": 1, "by": -1},
                {"cause": "mttr", "effect": "csat", "lag": 6, "by": 1},
            ],
        }
    )
    late = grade_map(meridian[0], truth, [Link(cause="mttr", effect="csat", sign="+", lag=5)])
    assert late[["grade", "true_lag"]].values.tolist() == [["found", 6.0]]


def test_maps_are_graded_side_by_side(meridian):
    card, truth = meridian
    wrong = [Link(cause="automation-coverage", effect="mttr", sign="+", lag=2)]
    found = grade_maps(card, truth, {"drawn": card.links, "wrong": wrong, "empty": []})
    assert found.set_index("map")["links"].to_dict() == {"drawn": 20, "wrong": 1, "empty": 0}
    assert found.set_index("map").loc["drawn", ["found", "false", "identity", "missed"]].tolist() == [16, 3, 1, 2]
    assert found.set_index("map").loc["wrong", ["wrong_sign", "missed"]].tolist() == [1, 17]
    assert found.set_index("map").loc["empty", "missed"] == 18
