import pytest
from towers import actuals, card, secondary

from bsclib.design.alignment import alignment_findings, initiative_routes, readings, review_alignment, target_gaps
from bsclib.design.alignment.findings import RULES
from bsclib.design.review.findings import RULES as REVIEW
from bsclib.design.review.findings import check_scorecard
from bsclib.design.review.rules import BETWEEN_LEVELS
from bsclib.errors import ScorecardError
from bsclib.files.tower import read_tower
from bsclib.model.edit import change
from bsclib.scoring.scores import score

TOP = card("top", {"grow": []}, [("t", "grow")])


def found(findings, *rules):
    rows = findings[findings["rule"].isin(rules)] if rules else findings
    return rows[["where", "what"]].values.tolist()


def test_what_fits_has_no_findings_but_the_one_team():
    cards = [TOP, card("it", {"a": ["top.grow"], "b": ["top.grow"]})]
    assert alignment_findings(cards).empty


@pytest.mark.parametrize(
    ("supports", "rule", "what"),
    [
        (["top.grwo"], "BSC603", "supports top.grwo: top has no objective 'grwo'; did you mean 'grow'?"),
        (["tpo.grow"], "BSC603", "supports tpo.grow: there is no scorecard 'tpo' here; did you mean 'top'?"),
        (["it.a"], "BSC603", "supports it.a: 'A' supports itself"),
        (["a"], "BSC603", "supports a: 'A' supports itself"),
        (["top.grow", secondary("top.grow")], "BSC612", "supports top.grow is written 2 times"),
    ],
)
def test_faulty_supports_are_found_with_their_place(supports, rule, what):
    findings = alignment_findings([TOP, card("it", {"a": supports, "b": ["top.grow"]})])
    assert found(findings, rule) == [["it.a", what]]


def test_a_scorecard_that_is_not_given_is_said_once():
    it = card("it", {"a": ["top.grow", "group.win"], "b": ["group.last", "top.grow"]})
    findings = alignment_findings([TOP, it])
    assert found(findings, "BSC616") == [["it", "2 supports of 'group', a scorecard that is not among these"]]
    assert found(findings, "BSC603") == []


def test_a_circle_is_found_once_between_scorecards_and_within_one():
    one, two = card("one", {"a": ["two.b"]}), card("two", {"b": ["one.a"]})
    assert found(alignment_findings([one, two]), "BSC611") == [
        ["one.a", "these support each other: one.a → two.b → one.a"]
    ]
    within = card("it", {"a": ["b", "top.grow"], "b": ["a"]})
    assert found(alignment_findings([TOP, within]), "BSC611") == [
        ["it.a", "these support each other: it.a → it.b → it.a"]
    ]


def test_orphans_both_ways():
    top = card("top", {"grow": [], "green": []}, [("t", "grow")])
    it = card("it", {"a": ["top.grow"], "lost": [], "b": ["top.grow"]})
    team = card("team", {"x": ["it.a"]})
    findings = alignment_findings([top, it, team])
    assert found(findings, "BSC601") == [["top.green", "no objective below supports “Green” of The top"]]
    assert found(findings, "BSC602") == [["it.lost", "“Lost” of The it supports nothing above it"]]
    assert found(findings, "BSC615") == [["it", "no objective below supports Lost and B of The it"]]
    stranger = alignment_findings([top, it, card("other", {"x": []})])
    assert found(stranger, "BSC614") == [
        ["other", "The other neither supports another scorecard nor is supported by one"]
    ]


def test_a_goal_that_hangs_on_one_team():
    it = card("it", {"a": ["top.grow"], "b": ["top.grow"]})
    assert found(alignment_findings([TOP, it]), "BSC613") == []
    same = change(change(it, "a", owner="Ann"), "b", owner="Ann")
    assert found(alignment_findings([TOP, same]), "BSC613") == [["top.grow", "“Grow” hangs on Ann alone: A and B"]]
    nobody = change(change(it, "a", owner=""), "b", owner="")
    assert "hangs on The it alone" in found(alignment_findings([TOP, nobody]), "BSC613")[0][1]


def test_a_copy_that_lost_its_meaning():
    it = card(
        "it", {"a": ["top.grow"]}, [("t", "a", {"direction": "lower_is_better", "floor": 200, "measured_in": "%"})]
    )
    assert found(alignment_findings([TOP, it]), "BSC623") == [
        [
            "it.t",
            "it is defined otherwise than in top: direction lower_is_better, there higher_is_better; "
            "measured_in %, there nothing",
        ]
    ]


def test_a_level_without_actuals():
    it = card("it", {"a": ["top.grow"]})
    findings = alignment_findings([TOP, it], {"top": actuals({"t": 1})})
    assert found(findings, "BSC625") == [["it", "The it has no actuals"]]
    tables = review_alignment([TOP, it], {"top": actuals({"t": 1})})
    assert tables["readings"]["status_below"].tolist() == []
    assert review_alignment([TOP, it])["readings"].empty


def test_actuals_without_units_are_of_the_whole():
    it = card("it", {"a": ["top.grow"], "b": ["top.grow"]}, [("p", "a")])
    rows = {"top": actuals({"t": 1}).drop(columns="unit"), "it": actuals({"p": 1}).drop(columns="unit")}
    assert found(alignment_findings([TOP, it], rows)) == []


def test_units_in_one_file_only():
    it = card(
        "it",
        {"a": ["top.grow"]},
        [("p", "a", {"unit_targets": [{"unit": "n", "target": 1}, {"unit": "w", "target": 1}]})],
    )
    ops = card("ops", {"x": ["it.a"]}, [("q", "x")])
    team = card("team", {"y": ["ops.x"]}, [("r", "y")])
    rows = {
        "it": actuals({"p": {"n": 1, "s": 1}}),
        "ops": actuals({"q": {"n": 1, "e": 1}}),
        "team": actuals({"r": {"z": 1}}),
        "top": actuals({"t": 1}),
    }
    assert found(alignment_findings([TOP, it, ops, team], rows), "BSC624") == [
        ["it", "targets are stated for w, of whom no scorecard has actuals"],
        ["it", "there are no actuals of e here, as there are in ops"],
        ["ops", "there are no actuals of s here, as there are in it"],
        ["team", "z has actuals here and in no scorecard above"],
    ]
    rows["ops"] = actuals({"q": {"n": 1, "s": 1, "w": 1}})
    del rows["team"]
    assert found(alignment_findings([TOP, it, ops], rows), "BSC624") == [
        ["it", "targets are stated for w, whose actuals stand elsewhere only"],
        ["it", "there are no actuals of w here, as there are in ops"],
    ]


def test_targets_readings_and_money_are_looked_at_where_they_are_given():
    it = card(
        "it",
        {"a": ["top.grow"], "b": []},
        [("t", "a", {"target": 80, "format": "{:.0f} %"}), ("p", "b")],
        initiatives=[{"id": "w", "name": "Wish", "cost": 1200, "changes": [{"kpi": "p", "by": 1}]}],
    )
    cards, rows = [TOP, it], {"top": actuals({"t": 80}), "it": actuals({"t": 80, "p": 1})}
    scores = {one.id: score(one, rows[one.id]) for one in cards}
    findings = alignment_findings(
        cards, rows, target_gaps(cards, rows), readings(cards, scores), initiative_routes(cards)
    )
    assert found(findings, "BSC621") == [["it.t", "it states 80, top wants 100 in June 2026: −20 (−20.0 %)"]]
    assert found(findings, "BSC631") == [
        ["top.grow", "Grow scores 80.0 (at risk) on its own KPIs and 100.0 (on target) from below in June 2026"]
    ]
    assert found(findings, "BSC641") == [
        ["it.w", "“Wish” costs 1,200 and serves no goal at the top: what its KPIs measure supports nothing at the top"]
    ]
    assert findings["severity"].tolist() == sorted(findings["severity"], key=["high", "medium", "low"].index)
    assert found(alignment_findings(cards), "BSC621", "BSC631", "BSC641") == []


def test_what_a_scorecard_accepts_is_left_out():
    top = card("top", {"grow": [], "green": []}, [("t", "grow")])
    accepted = {"accepted": [{"rule": "BSC601", "where": "green", "why": "the board does it"}]}
    silent = card("top", {"grow": [], "green": []}, [("t", "grow")], review=accepted)
    it = card("it", {"a": ["top.grow"], "b": ["top.grow"]})
    assert len(found(alignment_findings([top, it]), "BSC601")) == 1
    assert found(alignment_findings([silent, it]), "BSC601") == []


@pytest.mark.parametrize("rule", BETWEEN_LEVELS)
def test_the_review_of_one_scorecard_knows_the_rules_between_levels(rule):
    quiet = card("top", {"grow": []}, review={"accepted": [{"rule": rule, "why": "we live with it"}]})
    assert "BSC901" not in set(check_scorecard(quiet)["rule"])


def test_each_rule_has_one_meaning():
    alone = {rule.id for rule in REVIEW}
    assert set(BETWEEN_LEVELS) == set(RULES) - alone
    assert set(RULES) & alone == {"BSC601", "BSC602", "BSC603"}  # the same thing, seen from one level and from all


def test_two_scorecards_of_one_id_are_an_error():
    with pytest.raises(ScorecardError, match="2 scorecards have this id"):
        alignment_findings([TOP, TOP])


def test_meridians_planted_faults_are_found():
    tower = read_tower("meridian")
    tables = review_alignment(tower.cards, tower.actuals)
    assert list(tables) == ["levels", "matrix", "goals", "targets", "closing", "readings", "initiatives", "findings"]
    findings = tables["findings"]
    assert found(findings, "BSC621") == [
        [
            "operations.major-incidents",
            "the targets of units come to 3.4, operations wants 3.0 in December 2026: +0.40 (+13.3 %)",
        ]
    ]
    assert [where for where, _ in found(findings, "BSC601")] == ["enterprise.greener-freight"]
    assert [where for where, _ in found(findings, "BSC602")] == ["operations.fill-shifts"]
    assert [where for where, _ in found(findings, "BSC641")] == ["operations.shift-planner"]
    assert found(findings, "BSC603", "BSC611", "BSC612", "BSC614", "BSC622", "BSC623", "BSC624", "BSC625") == []
