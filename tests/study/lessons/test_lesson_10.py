"""What lesson 10 shows, and the numbers that its prose states."""

import json
import re
from pathlib import Path

import pytest

from bsclib import change, check_scorecard, read_scorecard, score, study
from bsclib.errors import UnknownNameError
from bsclib.reporting.briefing import caveats, movement_table, standing
from bsclib.scoring import snapshot
from bsclib.study import mark_review
from bsclib.study.lessons import lesson_10, lesson_10_review

ROOT = Path(__file__).parents[3]


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
    assert marked.score == "2 of 8 found, 1 more flagged that was not planted"


def test_each_round_of_the_review_asks_for_what_its_own_tables_show():
    key, tables = lesson_10.answer_key(), lesson_10.draft_tables()
    assert lesson_10_review.ROUNDS[1] | lesson_10_review.ROUNDS[2] == set(key["where"])
    assert not lesson_10_review.ROUNDS[1] & lesson_10_review.ROUNDS[2]
    first = {cell for part in ("objectives", "counted") for cell in tables[part].iloc[:, 0]}
    assert set(lesson_10_review.planted(1)["where"]) <= first
    second = set(tables["aimed"]["name"]) | {f"{cause} → {effect}" for cause, effect, *_ in tables["links"].to_numpy()}
    assert set(lesson_10_review.planted(2)["where"]) <= second


def test_a_round_is_marked_by_itself():
    named = ["Mean time to restore", "Hold IT risk where the business accepts it", "Deployments"]
    first, second = (lesson_10_review.reviewed(named, turn) for turn in (1, 2))
    assert first.score == "1 of 5 found, 2 more flagged that were not planted here"
    assert second.score == "1 of 3 found, 2 more flagged that were not planted here"
    assert "Still to be found: 2 in objectives, 2 in KPIs." in first.rest
    for none in (..., []):
        untouched = lesson_10_review.reviewed(none, 1)
        assert repr(untouched).startswith("○ Not attempted.")
        assert "○ Not attempted." in untouched._repr_html_()


def test_what_is_sound_is_not_called_safe_and_a_heavy_weight_is_spoken_of():
    """Who asks only the content has good answers; and a weight of 4 stands in the very table."""
    (told,) = lesson_10_review.reviewed(["User satisfaction"], 1).wrong["why"]
    assert "You may ask for one" in told
    (told,) = lesson_10_review.reviewed(["Tickets solved"], 2).wrong["why"]
    assert "It weighs 4 of 5 in its objective" in told


def test_first_words_are_known_up_to_a_comma_and_only_what_is_shown_is_guessed():
    assert not lesson_10_review.reviewed(["Staff who leave", "Time tickets"], 1).unread
    shown = lesson_10_review._shown(1)
    (said,) = lesson_10_review.reviewed(["Cost per tickt"], 1).unread
    assert "Cost per ticket" not in shown
    assert "Did you mean" not in said


def test_a_fault_of_the_other_round_is_judged_by_this_rounds_tables():
    told = lesson_10_review.reviewed(["Mean time to restore", "Mean time -> Tickets solved"], 1).wrong["why"]
    assert told[0].startswith("It adds up its parts first")
    assert told[1] == "It stands in neither of these two tables."
    assert "Its target is better" in lesson_10_review.reviewed(["Tickets solved within the"], 2).wrong["why"][0]


@pytest.mark.parametrize(
    ("named", "turn", "score", "why"),
    [
        (
            "Budget variance → IT cost per user",
            2,
            "1 more flagged that was not planted here and is fair",
            "share a quan",
        ),
        ("Benefits realised", 1, "1 more flagged that was not planted here and is fair", "Fair: no KPI guards it"),
        ("Benefits realised", 2, "1 more flagged that was not planted here and is fair", "fair for another reason: no"),
        ("Benefits realised, Deployments", 1, "2 more flagged that were not planted here, 1 of them fair", "no KPI"),
        ("Would recommend IT -> Benefits", 2, "1 more flagged that was not planted here and is fair", "refuted it"),
        ("Deployments -> Project", 2, "1 more flagged that was not planted here and is fair", "there is no such link"),
        ("Training -> Engagement", 2, "1 more flagged that was not planted here and is fair", "there is no such link"),
        ("Training -> Changes", 2, "1 more flagged that was not planted here", "five years of data support it"),
        (
            "Training hours",
            2,
            "1 more flagged that was not planted here and is fair",
            "in Genoa is of April 2026",
        ),
    ],
    ids=["arithmetic", "unguarded", "other tables", "one of two", "refuted", "false", "untested", "true", "stale"],
)
def test_what_was_not_planted_is_fair_where_earlier_lessons_say_so(named, turn, score, why):
    """Lesson 02 called the KPI unguarded, and lesson 04 the links arithmetic, refuted or false."""
    marked = lesson_10_review.reviewed(named, turn)
    assert marked.score == f"0 of {5 if turn == 1 else 3} found, {score}"
    assert why in marked.wrong["why"].iloc[0]
    assert not any(id in marked.wrong["why"].iloc[0] for id in lesson_10.mended().names if "-" in id)


@pytest.mark.parametrize("turn", [1, 2])
def test_every_row_of_a_rounds_tables_is_found_or_gets_a_reason_of_its_own(turn):
    tables = [lesson_10.draft_tables()[part] for part in (("objectives", "counted"), ("aimed", "links"))[turn - 1]]
    rows = [
        " -> ".join(row) for table in tables for row in table[[*table.columns[: 1 + ("cause" in table)]]].to_numpy()
    ]
    assert len(rows) == (23 if turn == 1 else 24)
    marked = {row: lesson_10_review.reviewed([row], turn) for row in rows}
    wrong = [why for one in marked.values() for why in one.wrong["why"]]
    assert sum(len(one.found) for one in marked.values()) == len(lesson_10_review.ROUNDS[turn])
    assert len(wrong) == len(rows) - len(lesson_10_review.ROUNDS[turn])
    assert not [why for why in wrong if "nothing was planted" in why or "neither of these" in why or len(why) < 40]


def test_a_name_is_known_by_its_first_word_and_a_strange_one_stops_nothing():
    assert lesson_10_review.reviewed(["hold it risk"], 1).score == "1 of 5 found, nothing else flagged"
    assert lesson_10_review.reviewed(["Hold", "Roll out", "Satisfy"], 1).score == "3 of 5 found, nothing else flagged"
    assert "April" in lesson_10_review.reviewed("Training", 1).wrong["why"][0]
    assert lesson_10_review.reviewed("Deliver", 1).wrong["why"].tolist()[0].startswith("Its name says")
    told = lesson_10_review.reviewed(["hold it rsk", "hold-rsk", "Keep", "Hold IT risk"], 1)
    assert told.score == "1 of 5 found, nothing else flagged"
    assert len(told.unread) == 3
    assert told.unread[0].endswith("Did you mean 'Hold IT risk where the business accepts it'?")
    assert "Keep the service levels we promised; " in told.unread[2]
    for shown in (repr(told), told._repr_html_()):
        assert "There is no " in shown.replace("&#x27;", "'")
    assert "hold-risk" not in " ".join(told.unread)


def test_a_name_with_a_comma_comes_back_as_it_was_written():
    page = lesson_10_review.reviewed(["Staff who leave, a year", "Training -> Changes"], 2)._repr_html_()
    assert "Staff who leave, a year" in page
    assert "Training → Changes" in page
    assert "Staff who leave;" not in page


def test_the_examples_of_an_answer_are_neither_planted_nor_found_by_the_program():
    cells = json.loads((ROOT / "notebooks" / "10_certification.ipynb").read_text(encoding="utf-8"))["cells"]
    told = "".join("".join(cell["source"]) for cell in cells if cell["id"] in ("review-1", "review"))
    named = re.findall(r'"([^"]+)"', told)
    assert len(named) == 4
    assert not set(named) & {place.replace("→", "->") for place in lesson_10_review.program_finds()["where"]}
    assert not lesson_10_review.reviewed(named[:2], 1).wrong["fair"].any()
    assert not lesson_10_review.reviewed(named[2:], 2).wrong["fair"].any()


def test_the_lowest_perspective_is_read_aloud():
    draft, actuals = lesson_10.capstone()
    said = lesson_10.read_standing(standing(score(draft, actuals)))
    assert said == "Look at Operational excellence: 65.7, off target, the lowest of the perspectives."


def test_what_the_sheet_asks_for_stands_on_the_page():
    """Which KPIs moved the score, and which number is not to be relied on, as the page that passes says."""
    card, actuals = lesson_10.mended(), lesson_10.capstone()[1]
    scores = score(card, actuals)
    moved = movement_table(scores, card).head(3).set_index("kpi")["points"].round(1)
    assert moved.to_dict() == {
        "Training hours per person": -1.1,
        "Booked share of working hours": 0.7,
        "Budget variance": -0.3,
    }
    assert lesson_10.read_moved(movement_table(scores, card), 3) == (
        "Look at “Training hours per person”: it took 1.1 points. “Booked share of working hours” gave 0.7 back. "
        "The score fell by 1.9: the other 1.5 are many small losses, none above 0.3."
    )
    assert (
        lesson_10.read_lacking(card, actuals) == "Genoa's last number for Training hours per person is of April 2026."
    )
    assert "with Genoa's last number, Training hours per person would be" in caveats(scores, card)


def test_the_page_that_passes_says_what_the_numbers_say():
    """The month adds up, the price is the sum of two initiatives, and five years support what half a year cannot."""
    cells = json.loads((ROOT / "notebooks" / "10_certification.ipynb").read_text(encoding="utf-8"))["cells"]
    page, price = (
        "".join(next(c["source"] for c in cells if c["id"] == id)) for id in ("sheet-example", "report-head")
    )
    card, actuals = lesson_10.mended(), lesson_10.capstone()[1]
    moved = movement_table(score(card, actuals), card)["points"]
    named = moved["training-hours"], moved["utilisation"]
    rest = moved[card.id] - sum(named)
    lost, back = -named[0], named[1]
    said = (
        f"{-moved[card.id]:.1f} less than in May. Training took {lost:.1f}, small losses {-rest:.1f}, and booked hours "
    )
    assert f"{said}gave {back:.1f} back." in page
    assert round(lost, 1) + round(-rest, 1) - round(back, 1) == pytest.approx(round(-moved[card.id], 1))
    academy, posts = (next(work for work in card.initiatives if work.id == id) for id in ("academy", "genoa-team"))
    assert academy.start > "2026-06"
    assert (posts.start, posts.months) == ("2026-05", 4), "so two months of four are paid"
    still = academy.cost, posts.cost * 2 / 4
    assert f"the service academy costs {still[0]:,.0f} EUR" in price
    assert f"{still[1]:,.0f} are still to pay" in price
    assert f"has {sum(still):,.0f} EUR still to pay" in page
    assert lesson_10.tested_on_five_years().loc["training-hours -> change-failure-rate", "verdict"] == "supported"
    assert "Five years of data support that training lowers failed changes." in page
    assert f"Training costs most, {lesson_10.points_lost().iloc[0]:.1f} points" in page


def test_the_two_scores_of_the_last_lines_are_those_of_the_scorecard_in_use_and_of_the_mended_draft():
    cells = json.loads((ROOT / "notebooks" / "10_certification.ipynb").read_text(encoding="utf-8"))["cells"]
    last, recap = ("".join(next(c["source"] for c in cells if c["id"] == id)) for id in ("what-next", "take-with-you"))
    actuals = lesson_10.capstone()[1]
    used, mended = (
        snapshot(score(card, actuals)).loc[card.id, "score"]
        for card in (read_scorecard("meridian"), lesson_10.mended())
    )
    assert f"By the scorecard in use IT stands at {used:.1f} of 100, and by the mended draft at {mended:.1f}." in last
    assert f"mended it stands at {mended:.1f}. The scorecard in use stands at {used:.1f}." in recap
    rows = snapshot(score(lesson_10.mended(), actuals))
    assert f"promised, {rows.loc['benefits-realised', 'actual']:.0f} have come true" in last


def test_no_kpi_is_offered_as_its_own_guard():
    """The draft's service level had a guard before, and findings name it; those of the catalogue are no KPIs here."""
    found = lesson_10_review.program_finds()
    guarded = found[found["what"].str.startswith("no KPI guards it")].set_index("where")["what"]
    assert (
        "“Time tickets spend on hold” would. How it is gamed: Tickets about to be late are put on hold"
        in guarded["Tickets solved within the service level"]
    )
    assert not [where for where, what in guarded.items() if where in what or "catalogue" in what]


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
    shown = lesson_10_review.planted()
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
    assert rows.loc["COBIT 2019 Foundation"].tolist() == ["8", "8", "100 %"]
    assert rows.loc["COBIT 2019 Design and Implementation", "covered_here"] == "6"
    assert rows.loc["CISM"].tolist() == ["not known", "some", "weights not known"]
    assert "The final of this workbook" not in rows.index, "nobody pays for that one"
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
    assert told["aimed"].loc["Mean time to restore", ["target", "floor"]].tolist() == ["5 by December 2026", "4"]
    stepped = "2.5, from January 2024: 3, from January 2026: 3.5"
    assert told["aimed"].loc["Training hours per person", "target"] == stepped
    assert told["objectives"].loc["Close security gaps quickly", "weight"] == "1, from January 2025: 2"
    assert lesson_10.mended().kpi("training-hours").path == "stepped", "so that its target is said to change on a day"
    assert told["aimed"].loc["User satisfaction after a ticket", ["baseline", "target"]].tolist() == ["3.8", "3.8"]
    assert told["counted"].loc["Solved at first contact", ["over_time", "across_units"]].tolist() == ["mean", "mean"]
    assert told["counted"].loc["Tickets solved within the service level", "guarded_by"] == ""
    link = told["links"].loc["Mean time to restore"]
    assert link[["effect", "sign", "months"]].tolist() == ["Tickets solved within the service level", "", ""]
    tables = lesson_10.draft_tables()
    shown = {column for table in tables.values() for column in table}
    assert "id" not in shown
    assert all(len(table) <= 15 and len(table.columns) <= 6 for table in tables.values())
    assert {name: len(table) for name, table in tables.items()} == {
        "objectives": 12,
        "counted": 11,
        "aimed": 11,
        "links": 13,
    }, "what is left out is left out by ids that there are"


def test_what_a_program_finds_is_told_by_names():
    found = lesson_10_review.program_finds()
    assert (found["planted"] == "yes").sum() == len(lesson_10.answer_key()) < len(found)
    cells = json.loads((ROOT / "notebooks" / "10_certification.ipynb").read_text(encoding="utf-8"))["cells"]
    said = "".join(next(cell["source"] for cell in cells if cell["id"] == "program-head"))
    assert (len(found), len(lesson_10.answer_key())) == (19, 8)
    assert "it finds 19: the eight that were planted, and eleven that stood in the scorecard before" in said
    ids = {id for id in lesson_10.mended().names if "-" in id}
    assert not [id for id in ids for text in [*found["where"], *found["what"]] if id in text]
    assert "Mean time to restore → Tickets solved within the service level" in set(found["where"])


def test_the_page_says_why_the_report_has_another_score():
    card, actuals = lesson_10.mended(), lesson_10.capstone()[1]
    said = lesson_10.another_weight()
    assert said.startswith("Mended, your draft has not the score of lesson 09, which is 84.3 in June 2026:")
    assert "weighs 2, and in the mended draft 1" in said
    heavier = change(card, lesson_10.HEAVY, weight=2)
    assert snapshot(score(heavier, actuals)).loc[card.id, "score"] == pytest.approx(84.3, abs=0.05), "it is all of it"


def test_what_she_says_mends_what_changes_the_score():
    """Her answer stands in the notebook, folded; the code of the solution says the same."""
    cells = json.loads((ROOT / "notebooks" / "10_certification.ipynb").read_text(encoding="utf-8"))["cells"]
    said = "".join(next(cell["source"] for cell in cells if cell["id"] == "score-head"))
    card = lesson_10.mended()
    assert f"| {card.kpi('mttr').name} | the floor is {card.kpi('mttr').floor:g} hours |" in said
    assert f"| {card.kpi('csat').name} | the target is {card.kpi('csat').target:g} |" in said
    assert f"| {card.names[lesson_10.HEAVY]} | the weight is {lesson_10.WEIGHT}," in said


def test_the_quiz_asks_what_a_lesson_or_the_page_beside_it_teaches():
    cells = json.loads((ROOT / "notebooks" / "10_certification.ipynb").read_text(encoding="utf-8"))["cells"]
    seed = int("".join(next(cell["source"] for cell in cells if cell["id"] == "quiz")).partition("seed=")[2][:4])
    taught = {"the goals cascade", "governance and management", "six principles of a governance system"}
    asked = {item.question.reread.partition("COBIT: ")[2] for item in study.quiz("cobit", n=3, seed=seed).items}
    assert asked <= taught


@pytest.mark.parametrize(
    "shown",
    [lesson_10_review.planted, lambda turn: lesson_10_review.reviewed(["Cost"], turn)],
    ids=["planted", "reviewed"],
)
def test_there_are_two_rounds(shown):
    with pytest.raises(UnknownNameError, match=r"there is no round '3'. Allowed: 1, 2"):
        shown(3)
