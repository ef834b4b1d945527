import oddities
import pandas as pd
import pytest
from hypothesis import given
from samples import desk, small
from strategies import scorecards

from bsclib.design.objectives import balance, first_guess, new_findings, ownership
from bsclib.errors import BscError, UnknownNameError
from bsclib.files.datasets import load_dataset
from bsclib.model.edit import change


def chained():
    """Three objectives; `low` drives `middle`, which drives `high`; one KPI each."""
    ids = ("low", "middle", "high")
    kpis = [
        oddities.kpi("k-low", objective="low", baseline=10, target=9),
        oddities.kpi("k-middle", objective="middle", baseline=10, target=5),
        oddities.kpi("k-high", objective="high", baseline=0, target=-5),
    ]
    links = [{"cause": "k-low", "effect": "k-middle"}, {"cause": "k-middle", "effect": "k-high"}]
    objectives = [{"id": id, "name": id, "perspective": "all"} for id in ids]
    return oddities.card(*kpis, objectives=objectives, links=links)


# ------------------------------------------------------------------------------------------------- spread and ownership


def test_balance_by_hand():
    found = balance(small())
    assert found["perspective"].tolist()[-2:] == ["Future orientation", "All"]
    assert found["objectives"].tolist() == [0, 0, 1, 1, 2]
    assert found["share"].tolist() == [0, 0, 0.5, 0.5, 1]
    assert found["kpis"].tolist() == [0, 0, 2, 1, 3]
    assert found["id"].tolist()[-2:] == ["future_orientation", ""]


def test_drivers_and_results_are_counted():
    kpis = [oddities.kpi("a", role="leading"), oddities.kpi("b"), oddities.kpi("c")]
    found = balance(oddities.card(*kpis)).set_index("id")
    assert found.loc["all", ["kpis", "leading", "lagging"]].tolist() == [3, 1, 2]
    assert balance(desk())["kpis"].tolist() == [2, 0, 2, 0, 4], "a perspective without KPIs is counted too"


def test_owners_by_hand():
    card = oddities.card(
        oddities.kpi(owner="Ann"),
        oddities.kpi("k1", owner="Ann"),
        oddities.kpi("k2", owner="Bob"),
        oddities.kpi("k3"),
        objectives=[{"id": "do", "name": "Do it", "perspective": "all", "owner": "Bob"}],
        initiatives=[{"id": "i", "name": "I", "owner": "Cid"}],
    )
    assert ownership(card).to_numpy().tolist() == [
        ["Ann", 0, 2, 0],
        ["Bob", 1, 1, 0],
        ["Cid", 0, 0, 1],
        ["(nobody)", 0, 1, 0],
    ]


def test_owners_of_everything_leave_no_row_for_nobody():
    assert "(nobody)" not in ownership(load_dataset("meridian")[0])["owner"].tolist()


# --------------------------------------------------------------------------------------------------- impact and effort


def test_the_first_guess_by_hand():
    """Each carries a third; `low` touches all of it, `high` only its own. 10 % and 50 % are asked; 0 tells nothing."""
    found = first_guess(chained())
    assert found["impact"].to_dict() == {"low": 5.0, "middle": 3.0, "high": 1.0}
    assert found["effort"].to_dict() == {"low": 1.0, "middle": 5.0, "high": 3.0}
    assert found.loc["low", "impact_from"] == "carries 33.3 % of the score, drives 2 others that carry 66.7 %"
    assert found.loc["middle", "impact_from"].endswith("drives 1 other that carries 33.3 %")
    assert found["effort_from"].tolist() == [
        "its KPIs are to move 10 % from where they began",
        "its KPIs are to move 50 % from where they began",
        "nothing to tell from",
    ]


def test_weights_count_in_the_first_guess():
    heavier = change(chained(), "high", weight=[{"period": "2024", "value": 1}, {"period": "2025", "value": 8}])
    assert first_guess(heavier).loc["high", "impact_from"].startswith("carries 80 %")
    assert first_guess(heavier)["impact"].to_dict() == {"low": 5.0, "middle": 3.0, "high": 1.0}


def test_more_than_double_counts_as_double():
    assert "100 %" in first_guess(change(chained(), "k-low", target=90)).loc["low", "effort_from"]


def test_what_somebody_knows_better_stands_instead():
    found = first_guess(chained(), {"high": (4.5, 2)})
    assert found.loc["high"].tolist() == [4.5, 2.0, "given", "given"]
    assert found.loc["low"].equals(first_guess(chained()).loc["low"])


@pytest.mark.parametrize(
    ("instead", "error", "says"),
    [
        ({"hihg": (3, 3)}, UnknownNameError, "there is no objective 'hihg'.*did you mean 'high'"),
        ({"high": (0, 3)}, BscError, r"instead, high: impact and effort run from 1 to 5. Got: \(0, 3\)"),
        ({"high": (3, float("nan"))}, BscError, "run from 1 to 5"),
    ],
)
def test_what_cannot_be_given_is_refused(instead, error, says):
    with pytest.raises(error, match=says):
        first_guess(chained(), instead)


@given(scorecards())
def test_any_scorecard_can_be_guessed_at(card):
    found = first_guess(card)
    assert found.index.tolist() == [one.id for one in card.objectives]
    assert found[["impact", "effort"]].stack().between(1, 5).all()
    assert ((2 * found[["impact", "effort"]]) % 1 == 0).all(axis=None)


# ------------------------------------------------------------------------------------------------- what a choice leaves


def test_only_new_findings_are_raised():
    before = pd.DataFrame({"rule": ["BSC101", "BSC102"], "where": ["a", "a"]})
    after = pd.DataFrame({"rule": ["BSC101", "BSC101"], "where": ["a", "b"]})
    assert new_findings(before, after).to_numpy().tolist() == [["BSC101", "b"]]
    assert new_findings(after, after).empty
