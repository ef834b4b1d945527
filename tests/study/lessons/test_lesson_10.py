"""What lesson 10 shows, and the numbers that its prose states."""

import pytest

from bsclib import check_scorecard, score
from bsclib.scoring import snapshot
from bsclib.study import mark_review
from bsclib.study.lessons import lesson_10


def findings(card, actuals):
    found = check_scorecard(card, actuals)
    return set(zip(found["rule"], found["where"], strict=True))


def test_every_planted_fault_is_found_by_the_linter_and_nothing_else_is_new():
    draft, actuals = lesson_10.capstone()
    planted = {(row.rule, row.where) for row in lesson_10.answer_key().itertuples()}
    assert len(planted) == 8
    assert findings(draft, actuals) - findings(lesson_10.mended(), actuals) == planted


def test_a_review_is_marked():
    marked = mark_review(["mttr", "run-share", ("csat", "BSC301")], lesson_10.answer_key(), lesson_10.capstone()[0])
    # The KPI's own fault; the link that it is an end of is another place.
    assert marked.score == "2 of 8 found, 1 flagged without a fault"


def test_it_is_half_a_year_and_too_little_to_test():
    months = {period for period in lesson_10.capstone()[1]["period"] if "Q" not in period}
    assert sorted(months) == [f"2026-0{month}" for month in range(1, 7)]
    verdicts = lesson_10.tested()["verdict"].value_counts()
    assert verdicts.to_dict() == {"too_little_data": 19, "not_testable": 1}


def test_the_faults_hide_what_is_so():
    (draft, actuals), card = lesson_10.capstone(), lesson_10.mended()
    before, after = (snapshot(score(each, actuals)) for each in (draft, card))
    assert before.loc["mttr", "score"] == 0
    assert after.loc["mttr", "score"] > 50
    assert (round(before.loc[card.id, "score"], 1), round(after.loc[card.id, "score"], 1)) == (81.1, 84.8)


def test_the_key_is_read_by_names():
    shown = lesson_10.planted()
    assert len(shown) == len(lesson_10.answer_key())
    assert not set(shown["where"]) & set(lesson_10.mended().names)
    assert "Mean time to restore → Tickets solved within the service level" in set(shown["where"])


def test_the_points_that_are_lost_add_up_to_what_lacks():
    lost = lesson_10.points_lost()
    card, actuals = lesson_10.mended(), lesson_10.capstone()[1]
    assert lost.sum() == pytest.approx(100 - snapshot(score(card, actuals)).loc[card.id, "score"])
    assert lost.index[0] == "training-hours"


def test_the_outline_holds_every_exam_and_makes_nothing_up():
    rows = lesson_10.outline().set_index("exam")
    assert rows.loc["cobit-foundation", "weight"].tolist() == [12, 13, 30, 23, 4, 7, 3, 8]
    assert rows.loc[["cism", "bsp"], "weight"].isna().all()
    cisa = rows.loc["cisa"].set_index("topic")["read"]
    assert (cisa.drop("Governance and management of IT") == "not covered").all()
    assert lesson_10.about_exam("cism")[1].startswith("CISM changed on 3 November 2026, and we did not find")


def test_how_much_of_each_exam_is_covered():
    rows = lesson_10.covered().set_index("exam")
    assert rows.loc["COBIT 2019 Foundation"].tolist() == [8, 8, "100 %"]
    assert rows.loc["COBIT 2019 Design and Implementation", "covered_here"] == 6
    assert "weights not known" in rows["by_weight"].tolist()


def test_differences_are_told_with_both_answers():
    shown = lesson_10.differences()
    assert len(shown) >= 8
    assert (shown != "").all(axis=None)
    assert shown["in_the_exam"].str.contains("inan").any(), "the prose speaks of finance"


def test_the_drafts_tables_show_every_planted_fault_by_name():
    told = {part: table.set_index(table.columns[0]) for part, table in lesson_10.draft_tables().items()}
    assert told["objectives"].loc["Hold IT risk where the business accepts it", "owner"] == ""
    assert told["objectives"].loc["Satisfy the people who use our services", "weight"] == "30"
    assert "Roll out the new integration platform" in told["objectives"].index
    assert told["aimed"].loc["Mean time to restore", ["target", "floor"]].tolist() == ["5 (2026-12)", "4"]
    assert told["aimed"].loc["User satisfaction after a ticket", ["baseline", "target"]].tolist() == ["3.8", "3.8"]
    assert told["counted"].loc["Solved at first contact", ["over_time", "across_units"]].tolist() == ["mean", "mean"]
    assert told["counted"].loc["Tickets solved within the service level", "guarded_by"] == ""
    link = told["links"].loc["Mean time to restore"]
    assert link[["effect", "sign", "months"]].tolist() == ["Tickets solved within the service level", "", ""]
    shown = {column for table in lesson_10.draft_tables().values() for column in table}
    assert "id" not in shown
