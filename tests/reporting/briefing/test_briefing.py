import json
import re

import numpy as np
import oddities
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text
from samples import plain_card, reword_reasons, table

from bsclib import score
from bsclib.errors import UnknownNameError
from bsclib.files.datasets import load_dataset
from bsclib.plots import alt_text
from bsclib.plots.heat_map import plot_heat_map
from bsclib.plots.map_picture import plot_strategy_map
from bsclib.plots.score_trend import plot_score_trend
from bsclib.plots.trends import plot_trends
from bsclib.plots.waterfall import plot_contributions
from bsclib.reporting import briefing
from bsclib.reporting.briefing.attribution import both_scores
from bsclib.reporting.briefing.missing_data import guards
from bsclib.reporting.briefing.off_target import initiatives_of, targets_moved
from bsclib.reporting.briefing.overview import fell_most, how_to_read_units
from bsclib.scoring.scores import MISSING_POLICIES, TEXTS
from bsclib.scoring.views import snapshot
from bsclib.wording import listed, short_name

NAN = float("nan")


@pytest.fixture(scope="module")
def case():
    card, actuals = load_dataset("meridian")
    return card, score(card, actuals)


def scored(card, *rows, **how):
    return score(card, oddities.actuals(*rows), **how)


def two(now0, now1, before0=7.0, before1=7.0):
    """Two KPIs on the way from 9 to 4, over two months."""
    card = oddities.card(oddities.kpi(), oddities.kpi("k1"))
    rows = [*oddities.months("k0", (before0, now0)), *oddities.months("k1", (before1, now1))]
    return card, scored(card, *rows)


# ------------------------------------------------------------------------------------------------------------ sentences


def test_headline_compares_with_a_month_and_a_year_before():
    card = oddities.card()
    rows = [("", "k0", period, value) for period, value in (("2025-06", 5.0), ("2026-05", 6.0), ("2026-06", 5.0))]
    said = briefing.headline(scored(card, *rows))
    assert said == (
        "The overall score is 80.0 of 100, at risk: 20.0 points more than in May 2026, as much as in June 2025."
    )


def falls(*lasts, firsts=(4, 4, 4, 4), months=("2025-06", "2026-06")):
    """Units of one KPI that stood somewhere, and stand somewhere a year later; at 4 is 100, at 9 is 0."""
    card = oddities.card(oddities.kpi(aggregate="mean"))
    rows = [
        (f"u{at}", "k0", month, value)
        for month, values in zip(months, (firsts, lasts), strict=True)
        for at, value in enumerate(values)
    ]
    return scored(card, *rows)


def test_a_unit_that_fell_much_more_than_the_others_is_named_beside_the_fall():
    scores = falls(8, 4, 4.5, 4)
    assert briefing.headline(scores).endswith("less than in June 2025."), "of the whole it is asked what to do about it"
    assert fell_most(scores) == ("u0", pytest.approx(80), "June 2025", pytest.approx(10))
    assert briefing.headline(scores, "u0").endswith(" No other unit fell by more than 10.0.")
    assert "unit" not in briefing.headline(scores, "u1"), "it is another that fell"
    assert briefing.headline(falls(8, 4, 4, 4), "u0").endswith(" No other unit fell since then.")
    assert fell_most(falls(8, 4, 4, 4, months=("2026-05", "2026-06"))).since == "May 2026"


@pytest.mark.parametrize(
    "scores",
    [
        falls(8, 6.1, 4, 4),
        falls(4.2, 4, 4, 4),
        falls(8, 4, 4, 4, firsts=(4, 9, 9, 9)),
        falls(8, 4, firsts=(4, 4)),
        falls(4, 4, 4, 4),
        falls(4, 4, 4, 4, firsts=(8, 4, 4, 4)),
    ],
    ids=["another fell by half", "by little", "the whole rose", "two units", "none", "one rose"],
)
def test_no_unit_is_named_that_did_not_fall_much_more(scores):
    assert fell_most(scores) is None
    assert "fell" not in briefing.headline(scores, "u0")


def test_headline_of_the_first_month_compares_with_nothing():
    assert briefing.headline(scored(oddities.card(), ("", "k0", "2026-06", 4))) == (
        "The overall score is 100.0 of 100, on target."
    )


def test_headline_says_why_there_is_no_score():
    scores = scored(oddities.card(), ("", "k0", "2026-06", NAN))
    why = "nothing below it that carries weight was scored"
    assert briefing.headline(scores) == f"There is no overall score for June 2026: {why}."


def test_an_unknown_unit_is_refused_with_the_nearest(case):
    with pytest.raises(UnknownNameError, match="did you mean 'Genoa'"):
        briefing.headline(case[1], "Genua")


def test_summary_names_the_best_and_the_worst_perspective():
    names = {"good": "Good", "bad": "Bad"}
    card = oddities.card(
        oddities.kpi("k0", objective="o-good"),
        oddities.kpi("k1", objective="o-bad"),
        perspectives=[{"id": id, "name": name} for id, name in names.items()],
        objectives=[{"id": f"o-{id}", "name": id, "perspective": id} for id in names],
    )
    assert briefing.summary(scored(card, ("", "k0", "2026-06", 4), ("", "k1", "2026-06", 8))) == (
        "Strongest is Good (100.0, on target), weakest Bad (20.0, off target)."
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((4, 4), "All 2 KPIs are on target."),
        ((4, NAN), "Of 2 KPIs, 1 is on target and 1 without data."),
        ((8, 8), "All 2 KPIs are off target."),
        ((NAN, NAN), "All 2 KPIs are without data."),
    ],
)
def test_summary_counts_what_there_is(values, said):
    assert briefing.summary(two(*values)[1]) == said


def test_names_are_listed_as_people_do():
    assert listed([]) == ""
    assert listed(["a", "b"]) == "a and b"
    assert listed("abcd", most=2) == "a, b and 2 more"
    assert listed(["Who leaves, a year", "b", "c"]) == "Who leaves, a year; b and c"


def test_a_name_cannot_turn_the_sentence_around_or_fill_the_page():
    assert short_name("מדד") == "\u2068מדד\u2069"
    assert short_name("plain") == "plain"
    assert len(short_name("x" * 500)) == 80


def test_title_names_the_unit_and_the_month(case):
    card, scores = case
    assert briefing.title(scores, card) == "Meridian Freight IT: June 2026"
    assert briefing.title(scores, card, "Genoa") == "Meridian Freight IT, Genoa: June 2026"


# ------------------------------------------------------------------------------------------------------ where we stand


def test_standing_counts_each_kpi_once(case):
    card, scores = case
    for unit in scores["unit"].cat.categories:
        found = briefing.standing(scores, unit)
        counts = found[["on_target", "at_risk", "off_target", "no_data"]].sum(axis=1)
        assert counts.iloc[0] == len(card.kpis)
        assert counts.iloc[1:].sum() == len(card.kpis)


def test_standing_leaves_out_what_it_cannot_compare():
    found = briefing.standing(scored(oddities.card(), ("", "k0", "2026-06", 6)))
    assert list(found) == ["perspective", "score", "status", "on_target", "at_risk", "off_target", "no_data"]
    assert found["score"].tolist() == [60, 60]


# ---------------------------------------------------------------------------------------------------------- what moved


def test_moved_by_hand():
    """Each KPI carries half: from 7 to 4 is 60 points of score, from 7 to 8 is −20."""
    card, scores = two(4.0, 8.0)
    found = briefing.movement_table(scores, card)
    assert found[["kpi", "before", "now", "why"]].to_numpy().tolist() == [
        ["KPI k0", "7", "4", "better"],
        ["KPI k1", "7", "8", "worse"],
        ["Overall score", "40.0", "60.0", ""],
    ]
    assert found["points"].tolist() == pytest.approx([30, -10, 20])
    assert briefing.movement(scores) == (
        "Since January 2025 the overall score rose by 20.0 points, from 40.0 to 60.0. "
        "KPIs that pulled it up added 30.0 points, KPIs that pulled it down took 10.0."
    )


def test_moved_points_add_up_to_the_change(case):
    card, scores = case
    for unit in scores["unit"].cat.categories:
        found = briefing.movement_table(scores, card, unit, most=3)
        assert len(found) == 5
        assert found["points"][:-1].sum() == pytest.approx(found["points"].iloc[-1], abs=0.05 + 1e-9)


@given(st.lists(st.sampled_from([4.0, 5.0, 6.5, 8.0, NAN]), min_size=4, max_size=4))
def test_moved_adds_up_when_kpis_come_and_go(values):
    card, scores = two(*values)
    found = briefing.movement_table(scores, card)
    before, now = (
        scores.loc[(scores["level"] == "scorecard") & (scores["period"] == month), "score"].iloc[0]
        for month in ("2025-01", "2025-02")
    )
    if len(found):
        assert found["points"][:-1].sum() == pytest.approx(now - before, abs=0.1)
        assert found["points"].iloc[-1] == pytest.approx(now - before)
    else:
        assert np.isnan(now - before) or abs(now - before) < 0.1


@pytest.mark.parametrize(
    ("kpi", "values", "why"),
    [
        ({}, (7, 6), "better"),
        ({}, (7, 7.0001), None),
        ({}, (7, 7.004), "slightly worse"),
        ({"direction": "higher_is_better", "baseline": 4, "target": 9}, (7, 6), "worse"),
        ({"direction": "within_range", "baseline": None, "target": [7, 8]}, (9, 8.5), "nearer to its range"),
        ({"direction": "within_range", "baseline": None, "target": [7, 8]}, (8.5, 9), "farther from its range"),
        ({"direction": "within_range", "baseline": None, "target": [7, 8]}, (9, 7.5), "in its range again"),
        ({"direction": "within_range", "baseline": None, "target": [7, 8]}, (7.5, 9), "no longer in its range"),
        (
            {"baseline": {"value": 9, "period": "2024-12"}, "target": {"value": 4, "period": "2025-04"}},
            (8.2, 8.2),
            "stands still while more was expected",
        ),
        (
            {"baseline": {"value": 9, "period": "2024-12"}, "target": {"value": 4, "period": "2025-04"}},
            (8.2, 8.1),
            "better, but more was expected",
        ),
    ],
)
def test_why_it_moved(kpi, values, why):
    card = oddities.card(oddities.kpi(**kpi))
    found = briefing.movement_table(scored(card, *oddities.months("k0", values)), card)
    assert (found["why"].iloc[0] if len(found) else None) == why


@pytest.mark.parametrize(
    ("second", "why"), [(60, "farther from what is due by now"), (90, "nearer to what is due by now")]
)
def test_a_sum_to_date_is_not_better_because_it_grew(second, why):
    card = oddities.card(
        oddities.kpi(direction="higher_is_better", target=1200, baseline=0, aggregate="sum", cumulates="year")
    )
    scores = scored(card, *oddities.months("k0", (80, second)))
    assert briefing.movement_table(scores, card)["why"].iloc[0] == why
    better = "1 moved for the better" if second > 80 else "0 moved for the better"
    assert better in alt_text(plot_trends(scores, card).figure)


def test_why_a_kpi_that_comes_or_goes_moved_the_score():
    card, scores = two(7.0, NAN, 7.0, 4.0)
    assert briefing.movement_table(scores, card)["why"].tolist()[:2] == [
        "is not scored now",
        "carries more or less weight than before",
    ]
    card, scores = two(7.0, 4.0, 7.0, NAN)
    assert "was not scored before" in briefing.movement_table(scores, card)["why"].tolist()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("one month", "January 2025 is the first month with actuals, so there is nothing to compare it with."),
        ("everything missing", "There is no overall score for March 2025, so there is no change to share out."),
        ("back again", "There is no overall score for February 2025, so there is no change to share out."),
        ("nothing off target", "Nothing moved since February 2025."),
    ],
)
def test_movement_says_why_there_is_nothing_to_show(name, said):
    card, actuals = oddities.all_cases()[name]
    scores = score(card, actuals)
    assert briefing.movement(scores) == said
    assert briefing.movement_table(scores, card).empty


def test_what_moved_it_adds_up_as_it_is_printed(case):
    """In each month and unit: the two pulls to the change, and the causes too."""
    card, scores = case
    for unit in ("", "Genoa", "Antwerp"):
        for month in ("2025-09", "2026-02", "2026-06"):
            said = briefing.movement(scores[scores["period"].astype(str) <= month], unit, card)
            numbers = [
                float(text.replace("−", "-")) for text in re.findall(r"[-+−]?\d+\.\d+(?= points|\. Of|\.$)", said)
            ]
            change = numbers[0] if " rose " in said else -numbers[0]
            added, taken = map(float, re.search(r"added ([\d.]+) points, .* took (\d+\.\d)", said).groups())
            causes = [float(text.replace("−", "-")) for text in re.findall(r"([+−][\d.]+) points come", said)]
            assert round(added - taken, 1) == change, said
            assert not causes or round(sum(causes), 1) == change, said


def test_movement_says_what_of_it_was_due_and_what_came_or_went():
    said = briefing.movement(score(*load_dataset("meridian")))
    assert "fell by 2.0 points, from 86.22 to 84.25." in said, "86.2 less 84.3 would be 1.9"
    parts = ["−1.7 points come from what was observed", "−0.3 points come from targets that move with time."]
    assert said.endswith(" and ".join(parts))
    rows = [("k0", "2025-01", 8), ("k1", "2025-01", 2), ("k0", "2025-02", 8)]
    card = plain_card(k0={"target": 10}, k1={"target": 10})
    gone = briefing.movement(score(card, table(*rows)))
    assert gone.endswith("Of this change, +30.0 points come from data that came or went.")
    level = briefing.movement(score(card, table(*rows, ("k1", "2025-02", 3))))
    assert "Of this change" not in level


# ------------------------------------------------------------------------------------------------------- what is amiss


def test_amiss_names_cost_owner_and_initiative():
    card = oddities.card(
        oddities.kpi(owner="Ana"),
        oddities.kpi("k1"),
        oddities.kpi("k2", weight=2),
        objectives=[{"id": "do", "name": "Do it", "perspective": "all", "owner": "Bo"}],
        links=[{"cause": "k0", "effect": "k1", "sign": "+", "lag": 1}],
        initiatives=[
            {"id": "run", "name": "Run", "start": "2025-01", "changes": [{"kpi": "k0", "by": -1}]},
            {"id": "plan", "name": "Plan", "start": "2025-09", "changes": [{"kpi": "k0", "by": -1}]},
        ],
    )
    rows = [row for id in ("k0", "k1", "k2") for row in oddities.months(id, (4, 7, 7))]
    found = briefing.kpis_with_status(scored(card, *rows), card)
    assert found["kpi"].tolist() == ["KPI k2", "KPI k0", "KPI k1"], "the most costly first"
    assert found["points_lost"].tolist() == pytest.approx([30, 15, 15])
    assert found["months"].tolist() == [2, 2, 2]
    assert found["owner"].tolist() == ["Bo", "Ana", "Bo"]
    assert found["initiative"].tolist() == [
        "none",
        "Run (since January 2025); Plan (starts September 2025)",
        "Run (since January 2025); Plan (starts September 2025)",
    ]
    assert initiatives_of(card, "k1", "2025-03") == (
        "Run (since January 2025, by way of KPI k0); Plan (starts September 2025, by way of KPI k0)"
    )
    assert found[["actual", "expected"]].to_numpy().tolist() == [["7", "4"]] * 3


def test_what_makes_a_kpi_worse_is_nothing_done_about_it():
    """Neither on it, nor on what drives it the wrong way; where a link has no sign, nobody says that it harms."""
    initiatives = [
        {"id": "up", "name": "Up", "changes": [{"kpi": "k0", "by": 1}]},
        {"id": "down", "name": "Down", "changes": [{"kpi": "k3", "by": -2}]},
    ]
    links = [
        {"cause": "k0", "effect": "k1", "sign": "-", "lag": 1},
        {"cause": "k0", "effect": "k2", "sign": "+", "lag": 1},
        {"cause": "k3", "effect": "k4"},
    ]
    card = oddities.card(*(oddities.kpi(f"k{at}") for at in range(5)), links=links, initiatives=initiatives)
    found = briefing.kpis_with_status(scored(card, *(("", f"k{at}", "2025-01", 9) for at in range(5))), card)
    assert found.loc[[f"k{at}" for at in range(5)], "initiative"].tolist() == [
        *("none", "Up (no start given)", "none"),
        *("Down (no start given)", "Down (no start given)"),
    ]


def test_an_open_action_is_somebody_at_work():
    work = {"id": "run", "name": "Run", "start": "2025-01", "changes": [{"kpi": "k0", "by": -1}]}
    actions = [
        {"id": "a", "action": "Ask for reasons", "kpi": "k0", "unit": "north", "state": "under_way", "due": "2025-02"},
        {"id": "b", "action": "Wait", "kpi": "k1", "state": "dropped"},
        {"id": "c", "action": "Later", "kpi": "k1", "decided": "2025-02"},
        {"id": "d", "action": "Since done", "kpi": "k2", "state": "finished", "finished": "2025-03"},
    ]
    card = oddities.card(*(oddities.kpi(f"k{at}") for at in range(3)), actions=actions, initiatives=[work])
    off = [(unit, f"k{at}", "2025-01", 9) for at in range(3) for unit in ("north", "south")]
    scores = scored(card, *off)
    found = [briefing.kpis_with_status(scores, card, unit) for unit in (None, "north", "south")]
    run, ask = "Run (since January 2025)", "Ask for reasons (due February 2025)"
    done = "Since done (under way)"
    assert [each.loc[["k0", "k1", "k2"], "initiative"].tolist() for each in found] == [
        [f"{run}; {ask}", "none", done],
        [f"{run}; {ask}", "none", done],
        [run, "none", done],
    ]
    assert initiatives_of(card, "k0", "2025-01").endswith(
        "Ask for reasons (action in north, under way, due February 2025)"
    )
    assert ": KPI k1 costs" in briefing.to_decide(scores, card)[0]


def test_an_initiative_counts_where_it_is_done():
    """In its own unit and in the whole, which names the unit, and in no other unit; without one in all of them."""
    work = {"id": "hire", "name": "Hire", "start": "2025-01", "changes": [{"kpi": "k0", "by": -1}]}
    off = [(unit, "k0", "2025-01", 9) for unit in ("north", "south")]
    for more, said in (({"unit": "north"}, ["Hire in north", "Hire in north", "none"]), ({}, ["Hire"] * 3)):
        card = oddities.card(initiatives=[work | more])
        scores = scored(card, *off)
        found = [
            briefing.kpis_with_status(scores, card, unit)["initiative"].item() for unit in (None, "north", "south")
        ]
        assert found == [text if text == "none" else f"{text} (since January 2025)" for text in said]
    named = oddities.card(initiatives=[work | {"name": "Hire in north", "unit": "north"}])
    assert initiatives_of(named, "k0", "2025-01") == "Hire in north (since January 2025)"


def test_the_course_names_both_ends_and_how_long_it_is_so():
    card = oddities.card(oddities.kpi())
    rows = oddities.months("k0", (4, 9, 9, 5))
    assert briefing.course(scored(card, *rows)) == (
        "In 4 months the overall score lay between 0.0 (February 2025) and 100.0 (January 2025). "
        "It has been at risk for 1 month, and not on target for 3."
    )
    assert briefing.course(scored(card, *oddities.months("k0", (9, 8, 9)))).endswith("off target all the time.")
    assert briefing.course(scored(card, *oddities.months("k0", (4, 4)))) == ""
    near = briefing.course(scored(card, *oddities.months("k0", (4, 7.004, 7))))
    assert "between 39.9 (February 2025) and 100.0 (January 2025). At 40.0 it is almost at its lowest now." in near
    for lasts in ((4, 7.1, 7), (4, 7), (4, 7, 7)):
        assert "almost" not in briefing.course(scored(card, *oddities.months("k0", lasts)))


def test_the_weakest_cause_is_off_target_and_leads_to_most():
    objectives = [{"id": id, "name": f"Objective {id}", "perspective": "all"} for id in "abcd"]
    links = [
        {"cause": "k0", "effect": "k3", "sign": "+", "lag": 1},
        {"cause": "k1", "effect": "k2", "sign": "+", "lag": 1},
        {"cause": "k1", "effect": "k3", "sign": "+", "lag": 1},
        {"cause": "k1", "effect": "k0", "sign": "-", "lag": 1},
    ]
    kpis = [oddities.kpi(f"k{at}", objective=id) for at, id in enumerate("abcd")]
    card = oddities.card(*kpis, objectives=objectives, links=links)

    def said(*values, verdicts=None, unit=""):
        tested = None if verdicts is None else pd.DataFrame({"verdict": verdicts})
        rows = [(unit, f"k{at}", "2025-01", value) for at, value in enumerate(values)]
        return briefing.weakest_cause(scored(card, *rows), card, unit, tested)

    none = "No box off target leads to another one that is not on target, so none of them holds another back."
    assert (
        said(9, 9, 5, 5)
        == "Look at Objective b (0.0): by the map it holds back most others, Objective c and Objective d."
    )
    assert said(9, 9, 4, 5) == "Look at Objective a (0.0): by the map it holds back Objective d."
    assert said(9, 4, 4, 4) == said(4, 4, 9, 9) == none
    verdicts = ["supported", "too_little_data", "refuted", "supported"]
    assert said(4, 9, 5, 5, verdicts=verdicts) == (
        "Look at Objective b (0.0): by the map it holds back Objective c (too little data). Of 4 arrows the data "
        "support 2, refute 1 and cannot tell of 1. Supported means that the data fit an arrow, not that it exists: "
        "something unmeasured may move both ends. Do not rely on what they refute: Objective b → Objective d."
    )
    assert said(9, 4, 4, 4, verdicts=["supported"] * 4).startswith(f"{none} Of 4 arrows the data support 4. Supported")
    assert "Supported means" not in said(9, 4, 4, 4, verdicts=["refuted"] * 4)
    of_all = said(9, 4, 4, 4, verdicts=["supported"] * 4, unit="North")
    assert "the data of all units support 4." in of_all, "a unit's page says whose data they are"


def test_a_number_that_lacks_a_unit_is_marked_and_explained():
    card = oddities.card(oddities.kpi(aggregate="mean"), oddities.kpi("k1", aggregate="mean"))
    both = [(unit, id, "2025-01", 9) for unit in ("north", "south") for id in ("k0", "k1")]
    cases = {
        (): "",
        ("k0",): "Take care: with south's last number, KPI k0 would be 7, not 5.",
        ("k0", "k1"): "Take care: of KPI k0 and KPI k1 not all units report, so the whole may look better or worse "
        "than it is.",
    }
    for gone, said in cases.items():
        later = [("north", id, "2025-02", 5) for id in ("k0", "k1")]
        later += [("south", id, "2025-02", 9) for id in ("k0", "k1") if id not in gone]
        scores = scored(card, *both, *later)
        assert briefing.caveats(scores, card) == said
        names = {1: "KPI k0 (last 9 in January 2025, off target)", 2: "KPI k0 and KPI k1"}.get(len(gone), "")
        why = ", because they have no number for February 2025" if len(gone) > 1 else ""
        left = f"Take care: the score leaves out {names}{why}." if gone else ""
        assert briefing.caveats(scores, card, "south") == left
        why = briefing.movement_table(scores, card)["why"]
        off = briefing.kpis_with_status(scores, card, status="at_risk")["kpi"]
        assert [off[id].endswith(", without south") for id in off.index] == [id in gone for id in off.index]
        assert [why[id].endswith(", without south") for id in ("k0", "k1")] == [id in gone for id in ("k0", "k1")]


@pytest.mark.parametrize(
    ("aggregate", "values", "said"),
    [
        ("ratio", (9, 5), "with south's last number, KPI k0 would be 8, not 5."),
        ("max", (9, 5), "with south's last number, KPI k0 would be 9, not 5."),
        ("min", (5, 9), "with south's last number, KPI k0 would be 5, not 9."),
        ("mean", (9, 9), "south has not reported KPI k0 since February 2025."),
    ],
    ids=["ratio", "largest", "smallest", "alike"],
)
def test_the_whole_with_a_units_last_number_is_pooled_as_the_kpi_says(aggregate, values, said):
    formula = {"formula": "a / b"} if aggregate == "ratio" else {}
    card = oddities.card(oddities.kpi(aggregate=aggregate, **formula))
    rows = [("south", "2025-01", values[0], 3), ("north", "2025-01", values[0], 1), ("north", "2025-02", values[1], 1)]
    frame = oddities.actuals(*((unit, "k0", period, value) for unit, period, value, _ in rows))
    if formula:
        frame = frame.assign(numerator=[value * many for *_, value, many in rows], denominator=[row[3] for row in rows])
    assert briefing.caveats(score(card, frame), card).endswith(said)


def test_the_score_with_what_is_missing_is_said_and_whether_it_was_ever_lower():
    """Of the whole and of the unit that lacks a number; one that is there, or makes no difference, adds nothing."""
    card = oddities.card(oddities.kpi(aggregate="mean"), oddities.kpi("k1", aggregate="mean"))
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    rows = [(unit, id, month, 5) for unit in ("north", "south") for id in ("k0", "k1") for month in months]
    gone = ("south", "k0", "2025-12", 5)

    def said(*rows, unit=None):
        frame = oddities.actuals(*rows)
        scores = score(card, frame)
        whole = briefing.filled(frame, scores, card)
        return briefing.caveats(scores, card, unit, score(card, whole)), len(whole) - len(frame)

    lacking = [row for row in rows if row != gone]
    worse = [(*row[:3], 9) if row[0] == "south" and row[1] == "k0" and row[2] == "2025-11" else row for row in lacking]
    assert said(*rows) == ("", 0)
    assert said(*lacking) == ("Take care: south has not reported KPI k0 since December 2025.", 1)
    assert said(*lacking, ("south", "k0", "2025-12", NAN)) == (said(*lacking)[0], 0), "a row without a number gives way"
    assert said(*worse)[0] == (
        "Take care: with south's last number, KPI k0 would be 7, not 5, and the overall score 60.0, not 80.0."
    )
    fallen = [(*row[:3], 6) if row[0] == "north" and row[2] == "2025-12" else row for row in worse]
    assert said(*fallen)[0].endswith(", and the overall score 50.0, not 65.0.")
    assert said(*worse, unit="south")[0].endswith(
        "(last 9 in November 2025, off target); with it the overall score would be 40.0, not 80.0."
    )
    older = [
        (unit, id, f"2024-{month:02d}", 5)
        for unit in ("north", "south")
        for id in ("k0", "k1")
        for month in range(1, 13)
    ]
    assert said(*older, *fallen)[0].endswith(", and the overall score 50.0, its lowest in 23 months.")
    low = [(*row[:3], 7) if row[2] == "2024-06" else row for row in older]
    assert said(*low, *worse)[0].endswith("not 80.0."), "it was as low"
    at = {("south", "k0", "2025-11"): 6.5, ("north", "k0", "2025-12"): 6}
    lowest = [(*row[:3], at.get(row[:3], row[3])) for row in lacking]
    assert said(*older, *lowest)[0].endswith("not 70.0."), "it is at its lowest already"


def test_two_scores_differ_by_what_is_said_of_them():
    """With one decimal where that gives the difference; else with two, and the earlier one gives way in its last."""
    for before, now in ((86.2217, 84.2549), (72.2271, 67.8635), (80.04, 79.96), (50.0, 50.2)):
        first, second = (float(text) for text in both_scores(before, now))
        digits = 1 if round(first, 1) == first and round(second, 1) == second else 2
        assert f"{second - first:.{digits}f}" == f"{now - before:.{digits}f}"
        assert abs(first - before) < 0.011 or digits == 1
        assert second == round(now, digits)


def test_what_is_on_target_while_its_guard_is_not_is_not_relied_on():
    guarded = [oddities.kpi(guarded_by=["k1"]), oddities.kpi("k1"), oddities.kpi("k2", guarded_by=["k1", "k3"])]
    card = oddities.card(*guarded, oddities.kpi("k3"))

    def said(*lasts):
        rows = [("", f"k{at}", f"2025-0{month + 1}", v) for at, vs in enumerate(lasts) for month, v in enumerate(vs)]
        scores = scored(card, *rows)
        return briefing.caveats(scores, card), guards(scores, card).removeprefix(
            "A guard is a KPI that shows what another one may cost. Here guards are off target: "
        )

    one = "KPI k0 may come at the cost of KPI k1 (off target)."
    assert said((4, 4), (9, 9), (9, 9), (4, 4)) == (f"Take care: {one}", one)
    assert said((4, 4), (9, 9), (4, 4), (4, 9)) == (
        "Take care: KPI k0 and KPI k2 may come at the cost of KPI k1 (off target).",
        "KPI k0 and KPI k2 may come at the cost of KPI k1 (off target), and KPI k2 at the cost of KPI k3 (off target).",
    )
    assert said((5, 5), (9, 9), (9, 9), (4, 4)) == said((4, 4), (5, 5), (4, 4), (4, 4)) == ("", "")


def test_months_before_a_unit_went_missing_are_not_forgotten():
    card = oddities.card(oddities.kpi(aggregate="mean"))
    values = {"north": (9, 9, 4, 9), "south": (9, 9, None, None)}
    rows = [
        (unit, "k0", f"2025-0{month}", value)
        for unit, series in values.items()
        for month, value in enumerate(series, 1)
        if value is not None
    ]
    assert briefing.kpis_with_status(scored(card, *rows), card)["months"].tolist() == [
        "1 (before south stopped reporting: 2)"
    ]
    still = [row for row in rows if row[2] != "2025-03" or row[0] != "north"] + [("north", "k0", "2025-03", 9)]
    assert briefing.kpis_with_status(scored(card, *still), card)["months"].tolist() == [4]


def test_the_weakest_unit_is_named_where_the_whole_hides_it():
    card = oddities.card(oddities.kpi(aggregate="mean"), oddities.kpi("k1", aggregate="mean"))
    rows = [("north", "k0", "2025-01", 9), ("south", "k0", "2025-01", 7), ("north", "k1", "2025-01", 9)]
    rows += [("south", "k1", "2025-01", 4), ("north", "k0", "2025-02", 8), ("south", "k0", "2025-02", 9)]
    rows += [("north", "k1", "2025-02", 8), ("south", "k1", "2025-02", 2)]
    scores = scored(card, *rows)
    assert briefing.kpis_with_status(scores, card).loc["k0", "weakest_unit"] == "south 9"
    assert "weakest_unit" not in briefing.kpis_with_status(scores, card, "north")
    for last, said in ((9, "north 8; west last 9, in January 2025"), (7.5, "north 8")):
        rows = [("north", "k0", "2025-02", 8), ("south", "k0", "2025-02", 7), ("west", "k0", "2025-01", last)]
        gone = scored(card, *rows, ("north", "k0", "2025-01", 8))
        assert briefing.kpis_with_status(gone, card).loc["k0", "weakest_unit"] == said
    assert briefing.movement_table(scores, card)["why"]["k1"] == "better, but north 8 is off target"
    assert not briefing.movement_table(scores, card, "north")["why"].str.contains("but").any()


def test_a_whole_beyond_all_its_units_says_why():
    """Pooled, two units that fail in turn may be on target together, and each alone is not."""
    kpis = [oddities.kpi("k0", aggregate="mean"), oddities.kpi("k1", aggregate="mean")]
    rows = [("north", "k0", "2025-01", 2), ("south", "k0", "2025-01", 5.5)]
    rows += [("north", "k1", "2025-01", 6), ("south", "k1", "2025-01", 2.5)]
    why = " lie outside what its units score, because the whole is scored on the numbers of all units together"
    assert why in briefing.weakest_unit(scored(oddities.card(*kpis), *rows))
    same = [(unit, id, month, 5 + (unit == "north")) for unit, id, month, _ in rows]
    assert "outside" not in briefing.weakest_unit(scored(oddities.card(*kpis), *same))


def test_two_values_that_look_alike_get_another_digit():
    cases = {"{:.0f} EUR": ("208.7 EUR", "209.3 EUR"), "{:,.1f}": ("208.7", "209.3"), "": ("208.7 EUR", "209.3 EUR")}
    for shown_by, said in cases.items():
        card = oddities.card(oddities.kpi(format=shown_by, measured_in="EUR", target=200, baseline=220))
        table = briefing.movement_table(scored(card, ("", "k0", "2025-01", 208.7), ("", "k0", "2025-02", 209.3)), card)
        assert tuple(table.loc["k0", ["before", "now"]]) == said


def test_counts_of_the_whole_are_means_and_say_so():
    counts = [oddities.kpi(measured_in="findings"), oddities.kpi("k1", format="{:.1f}", measured_in="tickets")]
    others = [
        oddities.kpi("k2", measured_in="%"),
        oddities.kpi("k3", measured_in="hours"),
        oddities.kpi("k4", measured_in="of 5"),
        oddities.kpi("k5", aggregate="sum"),
        oddities.kpi("k6"),
    ]
    card = oddities.card(*counts, *others)
    rows = [(unit, f"k{at}", "2025-01", 4 + (at == 6) / 2) for unit in ("north", "south") for at in range(7)]
    scores = scored(card, *rows)
    said = briefing.means_said(scores, card)
    shown = ["6.4 findings a unit", "6.4 a unit", "6.4%", "6.4 hours", "6.4 of 5", "6.4", "6.4"]
    assert [kpi.show(6.4) for kpi in said.kpis] == shown
    assert briefing.means_said(scores, said) == said
    assert briefing.means_said(scores, card, "north") == card
    ports = oddities.card(*counts, *others[:4], oddities.kpi("k6", measured_in="tickets a port"))
    assert briefing.means_said(scores, ports).kpi("k1").show(6.4) == "6.4 a port", "a unit has a name there"
    alone = scored(card, *(("", id, period, value) for unit, id, period, value in rows if unit == "north"))
    assert briefing.means_said(alone, card) == card


def test_the_heat_map_is_read_as_it_is_drawn():
    rows = [(unit, "k0", "2025-06", 4) for unit in ("north", "south")]
    young = scored(oddities.card(), *rows)
    older = scored(oddities.card(), *rows, ("north", "k0", "2024-06", 4))
    assert ["a year ago" in how_to_read_units(scores) for scores in (young, older)] == [False, True]
    assert ["▸ marks south" in how_to_read_units(young, unit) for unit in ("", "south")] == [False, True]


def test_the_courses_worth_a_look_come_first():
    card = oddities.card(*(oddities.kpi(f"k{at}") for at in range(3)))

    def found(*lasts):
        rows = [
            ("", f"k{at}", f"2025-0{n}", v) for at, ends in enumerate(lasts) for n, v in zip((1, 4), ends, strict=True)
        ]
        scores = scored(card, *rows)
        return briefing.courses(scores, card)

    away = "Farther from what is expected than in January 2025: {}."
    both = f"These are the 2 KPIs off target. {away.format('KPI k0')}"
    assert found((7, 9), (9, 7), (4, 5)) == (["k0", "k1"], ["k2"], both)
    one = f"This is the only KPI at risk. {away.format('none')}"
    assert found((5, 5), (4, 4), (5, 4)) == (["k0"], ["k1", "k2"], one)
    assert found((4, 4), (4, 4), (4, 4)) == (["k0", "k1", "k2"], [], away.format("none"))
    assert briefing.courses(scored(card, ("", "k0", "2025-01", 9)), card)[2] == "This is the only KPI off target."


def test_points_lost_are_what_the_overall_score_lacks_to_100(case):
    card, scores = case
    for unit in scores["unit"].cat.categories:
        lost = sum(
            briefing.kpis_with_status(scores, card, unit, status)["points_lost"].sum()
            for status in ("off_target", "at_risk")
        )
        on_target = snapshot(scores, unit)
        assert lost == pytest.approx(100 - on_target["score"].iloc[0], abs=1e-9)


def test_a_range_is_expected_as_a_range():
    card = oddities.card(oddities.kpi(direction="within_range", baseline=None, target=[70, 80], format="{:.0f} %"))
    assert briefing.kpis_with_status(scored(card, ("", "k0", "2025-01", 99)), card)["expected"].tolist() == [
        "70 % to 80 %"
    ]


def test_a_target_that_moved_within_a_year_is_said():
    path = [{"period": "2024-01", "value": 6}, {"period": "2025-01", "value": 4}]
    stepped = oddities.card(oddities.kpi(target=path, path="stepped"))
    longer = scored(stepped, *(("", "k0", f"{2024 + at // 12}-{at % 12 + 1:02d}", 8) for at in range(26)))
    said = "The target itself moved within a year: KPI k0 to 4 (6 until December 2024)."
    whole = scored(stepped, *(("", "k0", f"{2024 + at // 12}-{at % 12 + 1:02d}", 8) for at in range(24)))
    assert targets_moved(whole, stepped) == said
    assert briefing.watch_list(whole, stepped) == f"No KPI is at risk. {said}"
    assert targets_moved(longer, stepped) == "", "longer ago than a year"
    met = scored(stepped, *(("", "k0", f"{2024 + at // 12}-{at % 12 + 1:02d}", 3) for at in range(24)))
    assert targets_moved(met, stepped) == "", "on target"
    nearing = oddities.card(oddities.kpi(target=path, baseline={"value": 9, "period": "2023-01"}))
    going = scored(nearing, *(("", "k0", f"{2024 + at // 12}-{at % 12 + 1:02d}", 8) for at in range(24)))
    assert targets_moved(going, nearing) == "", "it moves all the time"


def test_at_risk_says_how_many_have_no_data():
    card, scores = two(5.0, NAN)
    assert briefing.watch_list(scores, card) == "At risk, and next to watch: KPI k0. 1 KPI has no data."
    card, scores = two(4.0, 4.0)
    assert briefing.watch_list(scores, card) == "No KPI is at risk."


# ----------------------------------------------------------------------------------------------------- what is missing


def test_missing_tells_where_and_since_when():
    card = oddities.card(oddities.kpi(owner="Ana"), oddities.kpi("k1"))
    rows = [*oddities.months("k0", (7, NAN, NAN), "North"), *oddities.months("k0", (7, 7, 7), "South")]
    scores = scored(card, *rows)
    assert briefing.missing_actuals(scores, card).to_numpy().tolist() == [
        ["KPI k0", "North", "January 2025", "7, ◆ off target", "no actual for 2 months", "Ana"],
        ["KPI k1", "everywhere", "never", "", "never reported", "nobody"],
    ]
    assert briefing.missing_actuals(scores, card, "South").empty
    assert briefing.missing_actuals(scores, card, "North")["kpi"].tolist() == ["KPI k0"]
    assert briefing.gaps(scores, card) == (
        "1 KPI lacks an actual for this month in at least one unit. Never reported: KPI k1."
    )
    assert briefing.gaps(scores, card, "South") == (
        "Every KPI that was reported before has an actual this month. Never reported in this unit: KPI k1."
    )


def test_a_unit_without_a_target_is_said_to_lack_one():
    card = oddities.card(oddities.kpi(aggregate="sum"), oddities.kpi("k1"))
    rows = [(unit, id, "2025-01", 7) for unit in ("North", "South") for id in ("k0", "k1")]
    scores = scored(card, *rows)
    assert briefing.gaps(scores, card, "North") == (
        "Every KPI that was reported before has an actual this month. Not scored, because they have no target: KPI k0."
    )
    assert "no target" not in briefing.gaps(scores, card)


def test_a_carried_actual_is_still_missing():
    card = oddities.card()
    rows = oddities.months("k0", (7, NAN))
    found = briefing.missing_actuals(scored(card, *rows, missing="carry_forward"), card)
    assert found["why"].tolist() == ["no actual for 1 month"]


def test_a_quarter_is_not_missing_before_it_ends():
    card = oddities.card(oddities.kpi(frequency="quarterly"), oddities.kpi("k1"))
    for months, why in ((5, "not due before its quarter ends, in June 2025"), (7, "no actual for 4 months")):
        scores = scored(card, ("", "k0", "2025-Q1", 7), *oddities.months("k1", [7.0] * months))
        assert briefing.missing_actuals(scores, card)["why"].tolist() == [why]


def test_gaps_tell_of_idle_objectives_and_rows_left_out():
    card, actuals = oddities.all_cases()["an idle objective"]
    assert briefing.gaps(score(card, actuals, as_of="2025-02"), card) == (
        "Every KPI that was reported before has an actual this month. No KPI measures: dream. "
        "1 row of the actuals ends after February 2025 and is left out."
    )


def test_breaks_are_those_of_the_last_months(case):
    card, scores = case
    found = briefing.series_breaks(scores, card, months=24)
    assert found["month"].tolist() == ["July 2024"]
    assert found["kind"].tolist() == ["tool change"]
    assert len(briefing.series_breaks(scores, card, months=60)) > 1
    assert briefing.series_breaks(scores, card, months=1).empty


# ------------------------------------------------------------------------------------------------- how it was computed


def test_computed_adds_up_to_the_overall_score(case):
    _, scores = case
    for unit in scores["unit"].cat.categories:
        found = briefing.roll_up_table(scores, unit)
        assert found["points"][:-1].sum() == pytest.approx(found["points"].iloc[-1])
        assert (found["share"] * found["score"])[:-1].tolist() == pytest.approx(found["points"][:-1].tolist())
        assert found["share"].iloc[-1] == pytest.approx(1)


def test_computed_without_a_score_claims_none():
    card, actuals = oddities.all_cases()["everything missing"]
    found = briefing.roll_up_table(score(card, actuals))
    assert found[["share", "score", "points"]].isna().all(axis=None)


def test_rules_name_policy_and_thresholds():
    card, scores = two(4.0, 4.0)
    said = briefing.rules(scores, card)
    assert "(actual − floor) / (expected − floor)" in said
    assert "A KPI is at risk from an attainment of 0.7 and on target from 1." in said
    assert "at risk from a score of 70 and on target from 90." in said
    assert said.endswith("A KPI without an actual carries no weight: the others share it.")
    own = oddities.card(oddities.kpi(), oddities.kpi("k1", thresholds={"at_risk": 0.5, "on_target": 1}))
    zero = score(own, oddities.actuals(*oddities.months()), missing="zero")
    assert "Each KPI says itself from which attainment" in briefing.rules(zero, own)
    assert briefing.rules(zero, own).endswith("scores 0.")


def test_the_example_of_a_strict_kpi_is_the_units_own(case):
    """Each score that the rules of a unit's report cite is one that its report shows, and none is the whole's."""
    card, scores = case
    for unit in scores["unit"].cat.categories:
        said = briefing.rules(scores, card, unit=unit)
        now = snapshot(scores, unit)
        shown = {f"{value:.1f}" for value in now["score"]}
        assert set(re.findall(r"with (\d+\.\d)", said)) <= shown, unit
    assert "93.7" in briefing.rules(scores, card)
    assert "93.7" not in briefing.rules(scores, card, unit="Genoa")
    assert "So KPI" not in briefing.rules(*reversed(two(4.0, 8.0))), "no KPI is at risk above 90"


@pytest.mark.parametrize("name", oddities.all_cases())
def test_every_answer_can_be_given_for_odd_scorecards(name):
    card, actuals = oddities.all_cases()[name]
    for missing in ("redistribute", "propagate"):
        scores = score(card, actuals, missing=missing)
        for unit in scores["unit"].cat.categories:
            for say in (briefing.headline, briefing.summary, briefing.movement):
                assert say(scores, unit).endswith(".")
            for say in (briefing.watch_list, briefing.gaps):
                assert say(scores, card, unit).endswith(".")
            for show in (briefing.movement_table, briefing.kpis_with_status, briefing.missing_actuals):
                assert isinstance(show(scores, card, unit), pd.DataFrame)
            assert len(briefing.standing(scores, unit)) == 1 + len(card.perspectives)


# ------------------------------------------------------------------------------------------------------------- recorded


def test_recorded_holds_what_the_scores_hold(case):
    card, scores = case
    found = briefing.report_data(scores, card)
    now = snapshot(scores)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (found["title"], found["unit"], found["period"]) == ("Meridian Freight IT: June 2026", "", "2026-06")
    assert found["score"] == pytest.approx(now["score"].iloc[0])
    assert found["status"] == now["status"].iloc[0]
    assert len(found["trend"]) == 24
    assert found["trend"][-1] == pytest.approx(found["score"], abs=0.01)
    assert found["change"] == pytest.approx(found["trend"][-1] - found["trend"][-2], abs=0.02)
    assert [kpi["id"] for kpi in found["kpis"]] == [kpi.id for kpi in card.kpis]
    for kpi in found["kpis"]:
        row = now.loc[kpi["id"]]
        assert kpi["actual"] == pytest.approx(row["actual"])
        assert kpi["shown"] == card.kpi(kpi["id"]).show(row["actual"])
        assert kpi["score"] == pytest.approx(row["score"])
        assert kpi["status"] == row["status"]


def test_recorded_of_a_unit_is_the_units(case):
    card, scores = case
    found = briefing.report_data(scores, card, "Genoa")
    assert found["title"] == "Meridian Freight IT, Genoa: June 2026"
    assert found["score"] == pytest.approx(snapshot(scores, "Genoa")["score"].iloc[0])
    assert len(found["kpis"]) == len(card.kpis)
    with pytest.raises(UnknownNameError, match="did you mean 'Genoa'"):
        briefing.report_data(scores, card, "Genua")


def test_recorded_has_none_where_there_is_nothing():
    card = oddities.card(oddities.kpi(), oddities.kpi("k1"))
    found = briefing.report_data(scored(card, ("", "k0", "2026-06", NAN), ("", "k1", "2026-06", NAN)), card)
    assert (found["score"], found["change"], found["status"], found["trend"]) == (None, None, "no_data", [None])
    assert {kpi["shown"] for kpi in found["kpis"]} == {"no data"}
    assert {kpi["actual"] for kpi in found["kpis"]} == {None}


def test_recorded_names_both_ends_of_a_range():
    ranged = {"direction": "within_range", "target": [70, 80], "baseline": None, "format": "{:.0f} %"}
    card = oddities.card(oddities.kpi(**ranged))
    (kpi,) = briefing.report_data(scored(card, ("", "k0", "2026-06", 90.0)), card)["kpis"]
    assert (kpi["shown"], kpi["expected"], kpi["expected_shown"]) == ("90 %", 80.0, "70 % to 80 %")


# ----------------------------------------------------------------------------- out of a file, and with reasons reworded

OF_SCORES = [
    briefing.course,
    briefing.headline,
    briefing.summary,
    briefing.standing,
    briefing.movement,
    briefing.roll_up_table,
]
OF_BOTH = [briefing.title, briefing.movement_table, briefing.watch_list, briefing.missing_actuals, briefing.gaps]
OF_BOTH += [briefing.caveats, briefing.weakest_cause, briefing.courses, briefing.means_said]
OF_BOTH += [briefing.kpis_with_status, briefing.to_decide, briefing.report_data, briefing.three_views]
OF_ACTUALS_TOO = [briefing.breakdown, briefing.foreseen]
OF_LINKS = {"link_verdicts"}
OF_NO_UNIT = [briefing.rules, briefing.series_breaks]
OF_ALL_UNITS = [briefing.weakest_unit]
OF_OTHER_FRAMES = {
    "filled",
    "shared_breakdown",
    "shared_language",
    "shared_summary",
    "signal_sentences",
    "signal_table",
    "two_words",
}


@pytest.fixture(scope="module")
def gappy():
    """Two units over 14 months: what is missing, carried, off target or out of range, and a KPI that nobody reports."""
    ranged = {"direction": "within_range", "baseline": None, "target": [5, 7], "guarded_by": ["k0"]}
    card = oddities.card(
        oddities.kpi(owner="Ana"),
        oddities.kpi("k1", objective="grow", **ranged),
        oddities.kpi("k2", objective="grow", weight=2, aggregate="sum"),
        oddities.kpi("k3"),
        perspectives=[{"id": "all", "name": "All there is"}, {"id": "more", "name": "There is more"}],
        objectives=[
            {"id": "do", "name": "Do it", "perspective": "all", "owner": "Bo"},
            {"id": "grow", "name": "Grow", "perspective": "more"},
            {"id": "dream", "name": "Dream", "perspective": "more"},
        ],
        links=[{"cause": "k0", "effect": "k2", "sign": "+", "lag": 1}],
        initiatives=[{"id": "run", "name": "Run", "start": "2025-01", "changes": [{"kpi": "k0", "by": -1}]}],
        events=[{"period": "2025-02", "kind": "tool_change", "kpis": ["k1"], "why": "a new tool"}],
    )
    periods = [str(month) for month in pd.period_range("2024-03", "2025-05", freq="M")]
    rows = [
        (unit, f"k{at}", period, NAN if lacking(unit, at, month) else 4 + (3 * at + month) % 5 + shift)
        for unit, shift in (("North", 0.5), ("South", 0.0))
        for at in range(3)
        for month, period in enumerate(periods)
    ]
    return card, oddities.actuals(*rows)


def lacking(unit, at, month):
    return unit == "North" and (month % 6 == 4 or (at == 2 and month > 11))


def answers(scores, card, actuals=None, drawn=True):
    """Every answer of the briefing, and each picture of scores: what it says, and the words that stand in it."""
    told = {(say.__name__, None): say(scores, card) for say in OF_NO_UNIT}
    told |= {(say.__name__, None): say(scores) for say in OF_ALL_UNITS}
    pictures = {("heat map", None): plot_heat_map(scores)} if drawn else {}
    for unit in (None, "North"):
        told |= {(say.__name__, unit): say(scores, unit) for say in OF_SCORES}
        told |= {(say.__name__, unit): say(scores, card, unit) for say in OF_BOTH}
        told |= {
            (say.__name__, unit): say(scores, card, actuals, unit) for say in OF_ACTUALS_TOO if actuals is not None
        }
        if drawn:
            pictures |= {
                ("score trend", unit): plot_score_trend(scores, unit=unit),
                ("contributions", unit): plot_contributions(scores, unit=unit),
                ("map", unit): plot_strategy_map(card, scores, unit),
                ("trends", unit): plot_trends(scores, card, unit),
            }
    return told | {
        what: [alt_text(axes), *(text.get_text() for text in axes.figure.findobj(Text))]
        for what, axes in pictures.items()
    }


def assert_same_answers(before, after):
    assert before.keys() == after.keys()
    for what, answer in before.items():
        if isinstance(answer, pd.DataFrame):
            pd.testing.assert_frame_equal(after[what], answer, obj=str(what), rtol=1e-12)
        else:
            assert after[what] == answer, what


def test_the_answers_are_all_there_are():
    asked = {say.__name__ for say in (*OF_SCORES, *OF_BOTH, *OF_ACTUALS_TOO, *OF_NO_UNIT, *OF_ALL_UNITS)}
    assert asked | OF_OTHER_FRAMES | OF_LINKS == set(briefing.__all__)


@pytest.mark.parametrize(
    "missing",
    [pytest.param(one, marks=[] if one == "carry_forward" else pytest.mark.slow) for one in MISSING_POLICIES],
)
def test_scores_out_of_a_file_give_the_same_answers(gappy, missing, tmp_path):
    card, actuals = gappy
    scores = score(card, actuals, missing=missing, as_of="2025-04")
    scores.to_csv(tmp_path / "scores.csv", index=False)
    given = answers(scores, card, actuals)
    assert_same_answers(given, answers(pd.read_csv(tmp_path / "scores.csv"), card, actuals))
    if missing != "carry_forward":  # which has every kind of cell
        return
    scores.to_parquet(tmp_path / "scores.parquet")
    scores.astype(dict.fromkeys(TEXTS, "str")).to_parquet(tmp_path / "texts.parquet")
    # A picture takes a while, and has been drawn of texts and of categories.
    given = answers(scores, card, actuals, drawn=False)
    for name in ("scores", "texts"):
        again = pd.read_parquet(tmp_path / f"{name}.parquet")
        assert_same_answers(given, answers(again, card, actuals, drawn=False))


@pytest.mark.parametrize("missing", MISSING_POLICIES)
def test_no_answer_hangs_on_how_a_reason_is_worded(gappy, missing, monkeypatch):
    """Where an answer cites a reason it cites the new words; nothing else changes."""
    card, actuals = gappy
    drawn = missing == "carry_forward"  # which has every kind of cell
    scores = score(card, actuals, missing=missing)
    before = answers(scores, card, drawn=drawn)
    reword_reasons(monkeypatch)
    reworded = score(card, actuals, missing=missing)
    above = scores["level"] != "kpi"
    new = dict(zip(scores.loc[above, "reason"], reworded.loc[above, "reason"], strict=True))
    assert_same_answers(
        {what: cite(answer, new) for what, answer in before.items()}, answers(reworded, card, drawn=drawn)
    )


def cite(answer, new):
    """An answer with other reasons: its texts only, as no number and no table holds one."""
    if isinstance(answer, list):
        return [cite(text, new) for text in answer]
    for reason, other in new.items():
        answer = answer.replace(reason, other) if isinstance(answer, str) and reason else answer
    return answer
