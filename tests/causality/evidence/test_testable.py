import pytest
from worlds import card_of

from bsclib import read_scorecard
from bsclib.causality.evidence.testable import at_once, untestable
from bsclib.model.graph import in_feedback


def links(*ways):
    """Links from texts such as `a>b 2`."""
    made = []
    for way in ways:
        ends, _, lag = way.partition(" ")
        made.append({"cause": ends[0], "effect": ends[2], "sign": "+"} | ({"lag": int(lag)} if lag else {}))
    return card_of("abcd", made)


@pytest.mark.parametrize(
    ("ways", "instant", "circles"),
    [
        (["a>b 1", "b>c 0"], set(), set()),
        (["a>b 0", "b>a 0"], {0, 1}, {0, 1}),
        (["a>b 0", "b>a 1"], set(), {0, 1}),
        (["a>b 0", "b>c 0", "c>a 0", "c>d 0"], {0, 1, 2}, {0, 1, 2}),
        (["a>b 0", "b>c 0", "c>a 2"], set(), {0, 1, 2}),
        (["a>b", "b>a 0"], {0, 1}, {0, 1}),
    ],
)
def test_feedback(ways, instant, circles):
    card = links(*ways)
    assert at_once(card.links) == instant
    assert in_feedback(card.links) == circles


def test_what_is_untestable_is_said_in_words():
    found = untestable(links("a>b", "b>c 0", "c>b 0", "c>d 3"))
    assert found[0] == "the link states no lag"
    assert found[1] == "feedback without a lag: b comes back to itself, by way of c, within the same period"
    assert set(found) == {0, 1, 2}


def test_shared_quantities_are_named():
    card = card_of(
        "ab",
        [{"cause": "a", "effect": "b", "sign": "+", "lag": 1}],
        a={"formula": "(x + y) / z"},
        b={"formula": "x * y"},
    )
    assert untestable(card) == {0: "arithmetic, not cause and effect: both are computed from x and y"}


def test_the_shipped_case():
    card = read_scorecard("meridian")
    assert [(card.links[n].cause, card.links[n].effect) for n in untestable(card)] == [
        ("budget-variance", "cost-per-user")
    ]
