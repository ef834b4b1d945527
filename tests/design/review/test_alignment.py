import pytest
from reviewed import ABOVE, CLEAN, add, findings, part, spoiled

from bsclib.design.review.findings import check_scorecard
from bsclib.model.build import build


def supports(*targets):
    return part("objectives", "please", supports=list(targets))


def changes(*pairs, **fields):
    row = {"changes": [{"kpi": id, "by": by} for id, by in pairs]} | fields
    return part("initiatives", "runbooks", **row)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (supports("group.thrift"), ["BSC601 group.trust"]),
        (supports("trust"), []),  # the scorecard above may be left out
        (supports("other.thing", "group.trust"), []),  # nobody can say what another one holds
        (supports("group.trust", "group.trsut"), ["BSC603 please"]),
        (supports("grup.trust"), ["BSC603 please", "BSC601 group.trust"]),
        (supports("trust", "nothing"), ["BSC603 please"]),
        (supports(), ["BSC601 group.trust", "BSC602 please"]),
        (changes(), ["BSC604 runbooks"]),
        (changes(("automation", 0)), ["BSC604 runbooks"]),
        (changes(("automation", -8)), ["BSC605 runbooks"]),
        (changes(("mttr", 1)), ["BSC605 runbooks"]),
        (changes(("mttr", -1)), []),
        (changes(("automation", -8), ("mttr", -1)), []),  # a price is paid
        (changes(("automation", -8), ("change-share", -1)), []),  # a range may be reached from either side
        (changes(("automation", -8), ("mttr", 0)), ["BSC605 runbooks"]),
        (part("initiatives", "runbooks", owner=None), ["BSC606 runbooks"]),
        (part("initiatives", "runbooks", start=None), ["BSC606 runbooks"]),
        (add("initiatives", id="more", name="More", owner="A", start="2026"), ["BSC604 more"]),
    ],
)
def test_what_is_unwise_is_found_where_it_is(change, found):
    assert findings(change) == found


def test_without_the_scorecard_above_its_rules_are_silent():
    assert findings(supports("group.nothing"), above=None) == []


def test_where_nothing_is_supported_nobody_is_blamed():
    nothing = [part("objectives", id, supports=None) for id in ("save", "please", "restore", "change", "learn")]
    assert findings(*nothing, above=None) == []


def test_a_scorecard_above_that_nothing_names_is_one_finding():
    other = ABOVE.model_copy(update={"id": "desk", "name": "The desk"})
    found = check_scorecard(build(CLEAN), above=other)
    assert found[["rule", "where", "what"]].values.tolist() == [
        ["BSC601", "desk", "no objective supports anything of The desk; supports names group instead"]
    ]
    bare = build(spoiled(*(part("objectives", one["id"], supports=None) for one in CLEAN["objectives"])))
    assert check_scorecard(bare, above=ABOVE)["what"].tolist() == ["no objective supports anything of The town"]
