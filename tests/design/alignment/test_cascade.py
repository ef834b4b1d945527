import pytest
from towers import card, secondary

from bsclib.design.alignment import levels
from bsclib.design.alignment.cascade import cascade
from bsclib.errors import ScorecardError
from bsclib.files.scorecards import read_scorecard
from bsclib.files.tower import read_tower

TOP = card("top", {"grow": [], "last": []})
MID = card("mid", {"a": ["top.grow"], "b": [secondary("top.grow")]})
LOW = card("low", {"x": ["mid.a", "mid.b"], "y": [secondary("mid.b"), "top.last"]})


def test_levels_follow_from_what_is_supported_whatever_the_order():
    for cards in ([LOW, TOP, MID], [TOP, MID, LOW]):
        assert levels(cards)[["level", "card", "above"]].values.tolist() == [
            [0, "top", ""],
            [1, "mid", "top"],
            [2, "low", "mid, top"],
        ]


def test_van_grembergens_cascade_ships():
    # Van Grembergen, Saull & De Haes 2001: business, IT strategic, IT development and IT operations, units below.
    tower = levels(read_tower("meridian").cards)
    by_level = tower.groupby("level")["card"].apply(list).to_list()
    assert by_level == [["enterprise"], ["meridian"], ["development", "operations"], ["antwerp", "genoa"]]


def test_the_strongest_way_comes_first_and_then_the_shortest():
    tower = cascade([TOP, MID, LOW])
    ways = tower.ways(("low", "x"), ("top", "grow"))
    assert [[node[1] for node in way] for way in ways] == [["x", "a", "grow"], ["x", "b", "grow"]]
    costs = tower.costs[tower.place["low", "x"], tower.place["top", "grow"]]
    assert (tower.strength(costs), tower.secondary(costs)) == (1.0, 0)
    twice = tower.costs[tower.place["low", "y"], tower.place["top", "grow"]]
    assert tower.strength(twice) == 0.25
    assert tower.ways(("top", "grow"), ("low", "x")) == []


@pytest.mark.parametrize(
    ("goal", "fault", "what"),
    [
        ("tpo.grow", "unknown", "there is no scorecard 'tpo' here; did you mean 'top'?"),
        ("top.grwo", "unknown", "top has no objective 'grwo'; did you mean 'grow'?"),
        ("elsewhere.grow", "unknown", "there is no scorecard 'elsewhere' here; did you mean 'top.grow'?"),
        ("elsewhere.fly", "absent", "elsewhere"),
        ("grwo", "unknown", "no scorecard has an objective 'grwo'; did you mean 'grow'?"),
        ("a", "unclear", "'a' is an objective of several scorecards: write mid.a or other.a"),
        ("low.x", "own", "'X' supports itself"),
        ("x", "own", "'X' supports itself"),
    ],
)
def test_a_support_that_leads_nowhere_says_why(goal, fault, what):
    tower = cascade([TOP, MID, card("other", {"a": []}), card("low", {"x": [goal]})])
    claim = next(claim for claim in tower.claims if claim.node[0] == "low")
    assert (claim.goal, claim.fault, claim.what) == (None, fault, what)
    assert ("low", "x") not in {node for node, _ in tower.edges}


def test_a_goal_without_its_scorecard_is_the_only_one_of_its_name():
    tower = cascade([TOP, card("low", {"x": ["grow"], "last": ["last"]})])
    assert {goal for _, goal in tower.edges} == {("top", "grow"), ("top", "last")}


def test_a_goal_that_is_claimed_twice_counts_at_its_strongest():
    for supports in (["top.grow", secondary("top.grow")], [secondary("top.grow"), "top.grow"]):
        assert cascade([TOP, card("low", {"x": supports})]).edges == {(("low", "x"), ("top", "grow")): "primary"}


def test_scorecards_in_a_circle_share_a_level_and_are_said():
    one, two = card("one", {"a": ["two.b"]}), card("two", {"b": ["one.a"]})
    tower = cascade([one, two, card("low", {"x": ["one.a"]})])
    assert dict(tower.level) == {"one": 0, "two": 0, "low": 1}
    assert [sorted(circle) for circle in tower.circles()] == [[("one", "a"), ("two", "b")]]


def test_two_scorecards_of_one_id_and_none_at_all_are_errors():
    with pytest.raises(ScorecardError, match=r"top: 2 scorecards have this id.*Fix: give each scorecard an id"):
        cascade([TOP, TOP])
    with pytest.raises(ScorecardError, match="there is no scorecard"):
        cascade([])


def test_one_scorecard_is_a_level_of_its_own():
    assert levels([read_scorecard("lakeside")])["level"].tolist() == [0]
