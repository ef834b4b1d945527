import pytest
from reviewed import ABOVE, ACTUALS, CLEAN, accept, findings, kpi, limits, part, spoiled

from bsclib.design.review.findings import RULES, check_scorecard
from bsclib.design.review.rules import SEVERITIES
from bsclib.errors import ScorecardError, UnknownNameError
from bsclib.model.build import build

COLUMNS = ["rule", "severity", "where", "what", "why", "fix", "source"]
OWNERLESS = [part("objectives", "restore", owner=None), kpi("mttr", aggregate="mean", measured_in=None)]
THREE = ["BSC208 mttr", "BSC102 restore", "BSC204 mttr", "BSC206 mttr"]


def test_nothing_is_found_in_a_sound_scorecard():
    found = check_scorecard(build(CLEAN), ACTUALS, above=ABOVE)
    assert found.empty
    assert found.columns.tolist() == COLUMNS
    accepted = check_scorecard(build(CLEAN), ACTUALS, above=ABOVE, accepted=True)
    assert accepted.empty
    assert accepted.columns.tolist() == [*COLUMNS[:5], "reason", "source"]


def test_the_most_severe_first_then_by_rule_then_as_in_the_scorecard():
    assert findings(*OWNERLESS) == THREE
    found = check_scorecard(build(spoiled(*OWNERLESS)))
    assert found["severity"].tolist() == ["high", "medium", "medium", "low"]
    assert found.index.tolist() == [0, 1, 2, 3]


def test_each_rule_has_an_id_of_its_own_in_order_and_says_everything():
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    assert len(ids) > 60
    for rule in RULES:
        assert rule.severity in SEVERITIES
        assert rule.needs in ("", "table", "actuals", "above")
        for text in (rule.why, rule.fix, rule.source):
            assert text
            assert not text.endswith(".")


def test_a_finding_says_what_its_rule_says():
    by_id = {rule.id: rule for rule in RULES}
    for row in check_scorecard(build(spoiled(*OWNERLESS))).itertuples():
        rule = by_id[row.rule]
        assert (row.severity, row.why, row.fix, row.source) == (rule.severity, rule.why, rule.fix, rule.source)


class TestAccepted:
    @pytest.mark.parametrize("place", ["mttr", ""])
    def test_what_is_accepted_is_silent_and_kept_with_its_reason(self, place):
        card = build(spoiled(*OWNERLESS, accept("BSC208", place, "no counts yet")))
        found = check_scorecard(card)
        assert (found["rule"] + " " + found["where"]).tolist() == THREE[1:]
        (row,) = check_scorecard(card, accepted=True).itertuples()
        assert (row.rule, row.where, row.reason, row.severity) == ("BSC208", "mttr", "no counts yet", "high")

    def test_a_reason_for_one_place_comes_before_one_for_all(self):
        both = accept("BSC208", "", "everywhere"), accept("BSC208", "mttr", "just here")
        frame = check_scorecard(build(spoiled(*OWNERLESS, *both)), accepted=True)
        assert frame["reason"].tolist() == ["just here"]

    def test_another_place_is_not_silent(self):
        assert findings(*OWNERLESS, accept("BSC208", "csat")) == [*THREE, "BSC901 csat"]

    def test_a_link_is_accepted_as_it_is_written(self):
        untold = lambda data: data["links"][3].pop("why")  # noqa: E731
        assert findings(untold) == ["BSC509 mttr -> csat"]
        assert findings(untold, accept("BSC509", "mttr -> csat")) == []

    def test_what_is_accepted_and_not_found_is_a_finding(self):
        assert findings(accept("BSC208", "csat")) == ["BSC901 csat"]
        assert findings(accept("BSC208")) == ["BSC901 town"]
        found = check_scorecard(build(spoiled(accept("BSC208", "csat"), accept("BSC205", "csat"))))
        assert found["what"].tolist() == ["BSC208 and BSC205 are accepted here, and not found"]

    def test_that_can_be_accepted_too(self):
        assert findings(accept("BSC208", "csat"), accept("BSC901", "csat")) == []

    @pytest.mark.parametrize("rule", ["BSC702", "BSC701", "BSC601"])
    def test_what_was_not_looked_for_is_not_missed(self, rule):
        assert findings(accept(rule, "csat"), above=None) == []
        assert findings(accept(rule, "csat"), actuals=ACTUALS) == ["BSC901 csat"]

    def test_a_rule_that_there_is_not(self):
        with pytest.raises(
            ScorecardError, match=r"review.accepted\[1\].rule: there is no rule 'BSC999'. Allowed: BSC101"
        ):
            findings(accept("BSC208"), accept("BSC999"))


def test_limits_are_the_scorecards_own():
    assert findings(limits(objectives=[15, 20])) == ["BSC105 town"]


def test_an_unknown_method():
    with pytest.raises(UnknownNameError, match="there is no scoring method"):
        check_scorecard(build(CLEAN), method="kti")


def test_nothing_is_changed():
    card, rows = build(CLEAN), ACTUALS.copy()
    check_scorecard(card, rows, above=ABOVE)
    assert card == build(CLEAN)
    assert rows.equals(ACTUALS)
