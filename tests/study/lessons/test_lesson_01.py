"""What lesson 01 says of the running case, worked out from its data, and of a scorecard with next to nothing in it."""

import json
import re

import oddities
import pytest

from bsclib.design.objectives import first_guess
from bsclib.design.review.findings import check_scorecard
from bsclib.design.review.sins import SINS
from bsclib.errors import UnknownNameError
from bsclib.files.datasets import answer_key, load_dataset
from bsclib.files.paths import shipped_folder
from bsclib.files.scorecards import read_scorecard
from bsclib.model.edit import keep
from bsclib.study.exercises.lesson_01 import _IN_COUNTING, _IN_OBJECTIVES
from bsclib.study.lessons import lakeside
from bsclib.study.lessons import lesson_01 as shown
from bsclib.study.lessons.one_page import her_choice
from bsclib.study.lessons.own_words import in_your_words
from bsclib.study.marking import mark_review


@pytest.fixture(scope="module")
def meridian():
    return load_dataset("meridian")


def test_it_reads_the_running_case_aloud(meridian):
    card, _ = meridian
    assert "it holds 7 of the 18 objectives" in repr(shown.wanted(card))
    assert "has most, 7: 39 % of all" in repr(shown.spread(card))
    assert "17 of 18 objectives meet every word" in repr(shown.smart(card, "2026-06"))
    assert "6 initiatives move KPIs of 6 of the 18 objectives" in repr(shown.work(card))
    assert "Begin with “Keep our people”: impact 4.5 for effort 1.5." in repr(shown.corners(card))
    assert "whether law or risk demands them" in repr(shown.corners(card))
    assert "starts most links here: 3 of 20" in repr(shown.links_here(card))
    assert "moves “Deployments” by \u22123, which is the wrong way" in repr(shown.work(card))
    assert "carries 2.5 % of the score" in repr(shown.guesses(card))
    assert "by +6, which is the wrong way. Ask whether that is meant." in repr(shown.work(load_dataset("lakeside")[0]))


def test_the_first_guess_adds_up_what_an_objective_carries_and_drives(meridian):
    """The largest sum gets 5; what the text says of one objective that drives many and gets little."""
    card, _ = meridian
    guess = first_guess(card)
    parts = guess["impact_from"].str.extractall(r"([\d.]+) %")[0].astype(float)
    sums = parts.groupby(level=0).sum().sort_values()
    assert guess["impact"][sums.index].is_monotonic_increasing
    assert (guess["impact"].max(), guess["impact"].min()) == (5, 1)
    assert "drives 4 others that carry 18.3 %" in guess.loc["modernise", "impact_from"]
    assert "drives 3 others that carry 27.1 %" in guess.loc["restore-fast", "impact_from"]
    assert guess.loc["restore-fast", "impact"] > guess.loc["modernise", "impact"]
    told = _notebook()["priority"]
    assert "*Restore services fast* drives three others with 27.1 %," in told
    assert "*Modernise the applications*, whose four carry 18.3 %." in told


def test_lakeside_says_its_formulas_as_people_write_them():
    said = " ".join(repr(lakeside.part("what is measured")).split())
    assert "100 × (IT spend − IT budget) / IT budget" in said
    assert not re.search(r"[a-z]_[a-z]| \* ", said)


def _notebook():
    """The texts of the lesson, by their ids."""
    notebook = json.loads((shipped_folder() / "notebooks" / "01_objectives.ipynb").read_text(encoding="utf-8"))
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def test_a_loose_end_is_shown_where_there_is_none(meridian):
    card, actuals = meridian
    said = repr(shown.loose(card, check_scorecard(card, actuals)))
    assert "no KPI measures “Free money for change”" in said
    assert "The review finds none of the first two kinds here" in said


FALLS = {"better": "lower", "start": 9, "target": 4}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"name": " "}, "Write between the quotes"),
        ({"name": "Install a new ticket tool"}, "that is work, and not what comes of it"),
        ({"name": "Answer users faster", "owner": "Ann"}, "Met: 2 of 5. One more only a person can judge."),
        (
            {"name": "Answer users faster", "owner": "Ann", "kpi": "Hours to reply", **FALLS, "by": "2027-12"},
            "Met: 4 of 5. One more only a person can judge.",
        ),
        ({"name": "Answer users faster", "kpi": "Wait", "start": 9, "target": 4}, "no"),
        (
            {"name": "Answer users faster", "kpi": "Wait", "start": 9, "target": 4, "by": "soon"},
            "‘soon’ cannot be read as a month",
        ),
        ({"name": "Answer users faster", "kpi": "Wait", "start": 4, "target": 9, "by": "2025-12"}, "is past"),
        ({"name": "Answer users faster", "owner": " The Team"}, "what everybody owns nobody does"),
        (
            {"name": "Answer users faster", "owner": "Ann", "kpi": "Wait", "start": 9, "target": 9, "by": "2027-12"},
            "start and target are the same",
        ),
        ({"name": "Make the ticket tool better", "owner": "Ann"}, "who would notice, a user or only the tool?"),
        ({"name": "Install a new ticket tool faster"}, "that is work, and not what comes of it"),
        ({"name": "Make users happy"}, "“happy” is something else to each of us"),
        ({"name": "Solve tickets", "kpi": "x", **FALLS}, "“x” does not say what is counted"),
        ({"name": "Solve tickets", "kpi": "Mood", **FALLS}, "would two people count “Mood” in the same way?"),
        ({"name": "Solve tickets", "kpi": "Tool is installed", **FALLS}, "this comes true once"),
        (
            {"name": "Solve tickets", "kpi": "Tickets solved", "better": "higher", "start": 50, "target": 40},
            "from 50 to 40 is the wrong way, if more is better",
        ),
        (
            {"name": "Solve tickets", "kpi": "Solved tickets", **FALLS, "by": "2027-12"},
            "you wrote that lower is better.",
        ),
        ({"name": "Solve tickets", "kpi": "Solved", "better": "both"}, "Which way is better?"),
        (
            {
                "name": "Answer users on the day they ask",
                "kpi": "Tickets answered the same day (%)",
                "better": "higher",
                "start": 60,
                "target": 200,
                "by": "2027-03",
            },
            "a share cannot be more than 100 %",
        ),
        (
            {"name": "Solve tickets", "kpi": "Hours until a ticket is solved", **FALLS, "target": -2},
            "cannot be below 0",
        ),
        ({"name": "Solve tickets", "owner": "x"}, "who is “x”?"),
        ({"name": "Be faster"}, "“Be faster” has no object"),
        ({"name": "Use the new ticket tool", "owner": "Ann"}, "Met: 1 of 5. Two more"),
    ],
    ids=[
        *("empty", "work", "owned", "all", "undated", "no month", "past", "everybody", "no way", "tool", "fast work"),
        *(
            "vague",
            "no KPI",
            "one word",
            "once",
            "wrong way",
            "other way",
            "no better",
            "above all",
            "below nothing",
            "no owner",
            "no object",
            "use of a tool",
        ),
    ],
)
def test_an_objective_in_ones_own_words_is_held_against_dorans_five(words, says):
    assert says in repr(in_your_words("2026-06", **words))


@pytest.mark.parametrize(
    ("met", "owners"),
    [
        ("no", ["A and B", "Ann & Bob", "Ann/Bob", "Ann or Bob", "ann and bob", "Ann, Bob, Carl"]),
        ("no", ["Head of delivery and head of security", "Ann and the IT controller"]),
        ("yes", ["Ann", "Head of people and skills", "Research and development lead", "Andy Orwell", "IT controller"]),
        ("yes", ["Ann Smith, service desk manager"]),
        ("cannot tell", ["Head of People and Skills", "Smith, Ann"]),
    ],
)
def test_an_owner_is_one_name(met, owners):
    """*Assignable* asks for one; a post may have an “and” in it."""
    for owner in owners:
        said = repr(in_your_words("2026-06", name="Answer users faster", owner=owner))
        assert re.search(rf"assignable +{met} ", said), owner


@pytest.mark.parametrize(
    "written",
    [
        {"by": "December 2027"},
        {"by": "Dec 2027"},
        {"by": "12/2027"},
        {"by": "2027-12", "start": "60", "target": "30 min"},
        {"by": "2027-12", "better": "the fewer the better"},
    ],
    ids=["month", "short month", "slash", "numbers in quotes", "way in words"],
)
def test_ones_own_words_may_be_written_as_people_write(written):
    asked = {"name": "Reply to users faster", "owner": "Ann", "kpi": "Minutes to reply", **FALLS, **written}
    assert "Met: 4 of 5." in repr(in_your_words("2026-06", **asked))


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({"by": 2027 - 12}, "Without quotes the month is a sum, and comes to 2015."),
        ({"start": "soon"}, "Start and target are one number each. Here this holds no number."),
        ({"name": None}, "Write between the quotes"),
    ],
    ids=["sum", "no number", "none"],
)
def test_a_slip_in_ones_own_words_is_named(written, says):
    assert says in repr(
        in_your_words("2026-06", **{"name": "Reply to users", "kpi": "Minutes to reply", **FALLS, **written})
    )


@pytest.mark.parametrize("verb", ["Reply to users", "React to alerts", "Tell users of changes", "Install patches"])
def test_a_fair_objective_is_specific(verb):
    assert re.search(r"specific +yes ", repr(in_your_words("2026-06", name=f"{verb} faster")))


def test_what_a_choice_lost_is_told_by_names(meridian):
    card, actuals = meridian
    struck = ["Control what IT costs", "Solve it the first time", "Change often and safely", "Keep our people"]
    mine = keep(card, objectives=shown.without(card, struck))
    said = repr(shown.new_here(card, mine, check_scorecard(card, actuals)))
    assert "“Tickets reopened” guarded it, and is out now" in said
    assert "without its guard nobody sees when an incident is marked restored at the first sign of life" in said
    assert "only “Solve it the first time” is struck out" in repr(shown.one_out(card, check_scorecard(card, actuals)))
    assert "of the catalogue would" not in said
    assert not re.search(r"_|limits:|15 to 20|\w-rate", said)


def test_what_was_accepted_is_told_with_its_reason(meridian):
    card, actuals = meridian
    said = repr(shown.accepted(card))
    assert "the review says that something is to get better, and nobody says by when." in said
    assert "Somebody answered: a promised level holds from the first day." in said
    assert "somebody gave a reason for each" in repr(shown.reviewed(card, check_scorecard(card, actuals)))


def test_objectives_are_struck_out_by_name_or_id(meridian):
    card, _ = meridian
    left = shown.without(card, ["free money for change", "restore-fast"])
    assert len(left) == 16
    assert not {"fund-change", "restore-fast"} & set(left)
    assert set(left) == set(shown.without(card, ["Free money", "Restore services"])), "first words do"
    assert len(shown.without(card, ["Restore services fats"])) == 18
    said = shown.misread(card, ["Restore services fats", "Keep our people"])
    assert said == (
        "‘Restore services fats’ is no objective here; did you mean “Restore services fast”? "
        "So nothing is struck out for it."
    )
    assert shown.misread(card, ["Keep our people"]) == shown.misread(card, []) == ""


@pytest.mark.parametrize(
    ("struck", "gone"),
    [
        ("Free money for change", {"fund-change"}),
        ("Free money for change, Restore services fast", {"fund-change", "restore-fast"}),
        ("Free money for change and Keep our people", {"fund-change", "keep-people"}),
        ({"fund-change"}, {"fund-change"}),
        ("", set()),
        (..., set()),
        ([...], set()),
        (["Free money for change, Keep our people"], {"fund-change", "keep-people"}),
    ],
    ids=["one", "two", "and", "set", "none", "dots", "dots in brackets", "one text in brackets"],
)
def test_what_is_struck_out_may_be_written_as_people_write(meridian, struck, gone):
    card, _ = meridian
    assert {one.id for one in card.objectives} - set(shown.without(card, struck)) == gone


def test_what_the_chief_information_officer_decides(meridian):
    """What the lesson says of the six that she strikes out: from the bottom of the matrix, or by a reason."""
    card, actuals = meridian
    said = repr(shown.her_page(card, card, "2026-06"))
    assert "You struck out nothing, so you see the 12 lines that she keeps. They fit on one page." in said
    mine = keep(card, objectives=shown.without(card, her_choice()))
    assert [len(mine.objectives_of(view.id)) for view in mine.perspectives] == [3, 3, 3, 3]
    struck = [one for one in card.objectives if one.id in her_choice()]
    assert len(struck) == 6
    alone = {one.owner for one in struck} - {one.owner for one in mine.objectives}
    assert alone == {"Lead architect"}
    one_new = repr(shown.new_here(card, mine, check_scorecard(card, actuals)))
    assert "Your choice raises 1 new finding. Would you put something back because of it?" in one_new
    assert "“Open audit findings”: it lost its links with “Close security gaps quickly”" in one_new
    assert card.objective("hold-risk").owner == card.objective("stay-secure").owner == "Head of security"
    order = shown.ranked(card).set_index("id")
    impacts = [order["impact"][id] for id in her_choice()]
    assert impacts == sorted(impacts), "she reads the matrix from below"
    low = order[(order["impact"] <= impacts[-1]) & ~order.index.isin(her_choice())]
    asked_for = {"control-cost", "deliver-value", "satisfy-users", "hold-risk", "stay-available"}
    assert asked_for == set(low.index[low["impact"] < impacts[-1]])
    others = low[low["impact"] == impacts[-1]]
    assert len(others) == 2
    assert (others["effort"] < order["effort"][her_choice()[-1]]).all()
    told = _notebook()
    page = told["she-decides"]
    for one in struck:
        row = re.search(rf"\| {one.name} \| ([^|]+) \| ([^|]+) \| ([^|]+) \|", page)
        assert row, one.name
        assert (float(row[1]), row[2]) == (order["impact"][one.id], one.owner)
        shows = {other.id for other in mine.objectives if other.name == row[3]}
        assert shows or (row[3], one.id) == ("nothing", "fund-change")
        assert not shows or one.id == "run-lean" or _leads_to(card, one.id, *shows), one.name
    assert not any(card.kpi(end).objective == "fund-change" for link in card.links for end in (link.cause, link.effect))
    assert "five of the six leave a trace" in page
    assert "the last of the five" in told["she-decides-why"]
    assert (order["quadrant"] == "quick win").sum() == 5
    assert order.index[order["quadrant"] == "quick win"][-1] == "modernise"
    assert all(f"*{card.names[id]}*" in told["she-decides-why"] for id in asked_for)


def _leads_to(card, start, end):
    """Whether links lead from an objective to another one, in one step or several."""
    steps = {(card.kpi(link.cause).objective, card.kpi(link.effect).objective) for link in card.links}
    reached = {start}
    for _ in steps:
        reached |= {effect for cause, effect in steps if cause in reached}
    return end in reached


@pytest.mark.parametrize(
    ("kpi", "start", "target", "possible"),
    [
        ("Share of tickets solved at once", 60, 101, False),
        ("Tickets on time in per cent", 60, 100, True),
        ("Open tickets", 40, -1, False),
        ("Budget spent (%)", 120, 100, True),
        ("Cost against last year (%)", 130, 110, True),
        ("Net promoter score", -20, 10, True),
        ("Budget variance", 5, -2, True),
        ("Hours to reply", 9, 0, True),
        ("Tickets on time", "60 %", "200 %", False),
        ("Tickets on time", "60", "200", True),
    ],
)
def test_a_target_that_no_actual_can_reach_is_not_realistic(kpi, start, target, possible):
    falls = kpi in ("Open tickets", "Hours to reply", "Budget variance") or start in (120, 130)
    words = {"kpi": kpi, "better": "lower" if falls else "higher", "start": start, "target": target, "by": "2027-12"}
    said = repr(in_your_words("2026-06", name="Answer users faster", **words))
    assert re.search(rf"realistic +{'cannot tell' if possible else 'no'} ", said)


def test_a_kpi_that_gets_worse_measures_nothing_and_still_has_its_date():
    words = {"kpi": "Hours to reply", "better": "lower", "start": 8, "target": 12, "by": "2027-12"}
    said = repr(in_your_words("2026-06", name="Answer users faster", **words))
    assert re.search(r"measurable +no +from 8 to 12 is the wrong way", said)
    assert re.search(r"time-related +yes ", said)


def test_the_example_of_round_two_is_worked_out_rightly():
    parts = [(90, 100), (10, 20)]
    assert round(100 * sum(done for done, _ in parts) / sum(asked for _, asked in parts)) == 83
    assert sum(100 * done / asked for done, asked in parts) / 2 == 70


def test_a_choice_says_what_it_leaves_empty_and_how_many_too_many_it_is(meridian):
    card, _ = meridian
    users = [one.id for one in card.objectives_of("user_orientation")]
    said = shown.kept(card, keep(card, objectives=shown.without(card, users)))
    assert "Kept: 15 objectives" in said
    assert "That is 3 objectives more than a page holds." in said
    assert "“User orientation” is empty now: that is a question that nobody asks." in said
    hers = shown.kept(card, keep(card, objectives=shown.without(card, her_choice())))
    assert hers == "Kept: 12 objectives, 19 KPIs and 13 links."


def test_the_page_of_ones_own_choice(meridian):
    card, _ = meridian
    mine = keep(card, objectives=shown.without(card, ["Keep our people", "Restore services fast"]))
    said = repr(shown.her_page(card, mine, "2026-06"))
    assert "4 more objectives do not fit on it." in said
    assert "Nothing of “Future orientation” is on it." in said
    assert "chief information officer" not in said


def test_a_date_that_is_past_is_told(meridian):
    card, _ = meridian
    said = repr(shown.her_page(card, card, "2026-06"))
    assert "4.3\u00a0of\u00a05" in said
    assert "99.9\u00a0%" in said
    assert "4\u00a0findings, due since July\u00a02025" in said
    assert "82\u00a0% by December\u00a02026" in said
    assert "Look at “Open audit findings” and “Training hours per person”: the date of each is past." in said
    early = repr(shown.her_page(card, card, "2025-07"))
    assert "4\u00a0findings by July\u00a02025" in early
    assert "20\u00a0tickets" in early
    assert "is past" not in early


def test_no_id_stands_on_the_screen(meridian):
    card, actuals = meridian
    findings = check_scorecard(card, actuals)
    said = [shown.guesses(card), shown.work(card), shown.links_here(card), shown.weighed(card), shown.turned(card)]
    text = "\n".join(map(repr, [*said, shown.loose(card, findings), shown.corners(card), shown.owned(card)]))
    assert not [one.id for one in (*card.kpis, *card.objectives) if "-" in one.id and one.id in text]


def test_a_scorecard_with_one_objective_is_read_too():
    card = oddities.card()
    findings = check_scorecard(card)
    for said in (
        *(shown.wanted(card), shown.smart(card, "2025-01"), shown.spread(card), shown.owned(card), shown.work(card)),
        *(shown.loose(card, findings), shown.guesses(card), shown.corners(card), shown.reviewed(card, findings)),
        *(shown.accepted(card), shown.links_here(card), shown.weighed(card), shown.turned(card)),
        *(shown.one_out(card, findings), shown.new_here(card, card, findings), shown.her_page(card, card, "2026-06")),
    ):
        assert repr(said).strip()
    assert "so nobody can be asked" in repr(shown.owned(card))


def test_what_is_alike_in_every_row_of_lakeside_is_left_out():
    objectives = repr(lakeside.part("objectives"))
    assert "Supports" not in objectives
    assert "learning_growth" not in objectives
    assert "last, teams: sum" in repr(lakeside.part("how it is counted"))


def test_each_part_of_lakeside_says_what_to_look_for():
    for name, says in lakeside.LOOK_FOR.items():
        shown_here = lakeside.actuals() if name == "actuals" else lakeside.part(name)
        assert repr(shown_here).endswith(says)


def test_the_sins_name_one_finding_each():
    said = repr(lakeside.sins())
    assert "The other 16 of the 28" in said
    assert "Look at “Include everyone in digital services”: did you name it?" in said
    assert "a total cannot be followed to its parts" in said
    assert set(lakeside.SINS_IN_OUR_WORDS) == set(SINS)


def test_what_was_named_is_marked():
    assert "Once you have named places" in repr(lakeside.marked(...))
    marked = lakeside.marked([answer_key("lakeside")["where"].iloc[0]])
    assert "1 of 28 found" in repr(marked)
    assert "the solution lists them" in repr(marked)
    assert "BSC" not in repr(marked) + marked._repr_html_()
    page = lakeside.marked(["call wait", "chatbot", "online-requests"])._repr_html_()
    assert "Waiting time on the citizens&#x27; hotline; Requests open at the end of the month" in page
    assert "Try out a chatbot on the town&#x27;s web pages" in page
    assert "`" not in page
    assert "The check above says which" in repr(lakeside.marked(["foo"]))


def test_what_lesson_00_asks_for_is_a_fair_finding():
    """No range of Lakeside has a baseline or a floor; lesson 00 says that each KPI has both."""
    card, key = read_scorecard("lakeside"), answer_key("lakeside")
    fair = lakeside.fair(card)
    assert fair["where"].tolist() == ["budget-variance"]
    marked = lakeside.marked(["Spending over or under the budget", key["where"].iloc[0]])
    assert marked.unfounded == 0
    assert "it is a fair finding: lesson 00 asks for a baseline and a floor" in marked.wrong["why"].iloc[0]
    assert "here at −8 and at 7" in marked.wrong["why"].iloc[0]


def test_the_first_two_rounds_give_eight_faults_and_six_more_are_enough():
    card, key = read_scorecard("lakeside"), answer_key("lakeside")
    rounds = [*_IN_OBJECTIVES, *_IN_COUNTING]
    assert len(mark_review(rounds, key, card).found) == 8
    assert len(key) / 2 == 8 + 6
    assert mark_review(["shared-contracts -> cost-per-request"], key, card).found.empty, (
        "it shows how a link is written"
    )


def test_a_table_that_there_is_not_is_named():
    with pytest.raises(UnknownNameError, match=r"there is no table 'objectivs'.*did you mean 'objectives'"):
        lakeside.part("objectivs")
