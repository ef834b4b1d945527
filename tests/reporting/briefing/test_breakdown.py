import re
from dataclasses import replace

import oddities
import pandas as pd
import pytest

from bsclib import score
from bsclib.errors import UnknownNameError
from bsclib.files.datasets import load_dataset
from bsclib.reporting.briefing.breakdown import breakdown
from bsclib.scoring.published import METHODS
from bsclib.scoring.views import snapshot

NAN = float("nan")
TO_DATE = {"cumulates": "year", "aggregate": "sum", "direction": "higher_is_better", "target": 120, "baseline": 0}


@pytest.fixture(scope="module")
def case():
    card, actuals = load_dataset("meridian")
    scores = score(card, actuals)
    return card, scores, breakdown(scores, card, actuals)


def opened(card, rows, unit=None, **how):
    actuals = oddities.actuals(*rows)
    return breakdown(score(card, actuals, **how), card, actuals, unit)


def why(rows, *kpis, **how):
    return opened(oddities.card(*kpis), rows, **how).loc["k0", "why"]


def assert_adds_up(frame):
    for id, row in frame.iterrows():
        below = frame[frame["parent"] == id]
        if below["points"].notna().any():
            assert round(below["points"].sum(), 1) == float(f"{row['score']:.1f}"), id


def test_every_score_is_there_once_each_before_what_is_below_it(case):
    _, scores, frame = case
    assert sorted(frame.index) == sorted(snapshot(scores).index)
    places = {id: at for at, id in enumerate(frame.index)}
    assert all(places[row["parent"]] < places[id] for id, row in frame.iterrows() if row["parent"])
    assert list(frame.index[:4]) == ["meridian", "corporate_contribution", "control-cost", "budget-variance"]


@pytest.mark.parametrize("missing", ["redistribute", "zero", "carry_forward"])
@pytest.mark.parametrize("name", oddities.merged_cases())
def test_what_is_below_a_score_adds_up_to_it_as_it_is_printed(case, name, missing):
    card, actuals = oddities.merged_cases()[name]
    told = pd.DataFrame(columns=["kpi", "variation", "assurance"])
    assert_adds_up(breakdown(score(card, actuals, missing=missing), card, actuals, None, told))
    assert_adds_up(case[2])


def test_a_remainder_goes_where_it_is_largest():
    card = oddities.card(*(oddities.kpi(f"k{at}") for at in range(3)))
    frame = opened(card, [row for at in range(3) for row in oddities.months(f"k{at}", [6.0])])
    assert frame.loc["do", "score"] == pytest.approx(60)
    frame = opened(
        card, [row for at, value in enumerate((6.0, 6.0, 6.01)) for row in oddities.months(f"k{at}", [value])]
    )
    assert f"{frame.loc['do', 'score']:.1f}" == "59.9"
    assert frame.loc[["k0", "k1", "k2"], "points"].tolist() == [20.0, 20.0, 19.9]
    assert "20.0 + 20.0 + 19.9 = 59.9" in frame.loc["do", "why"]


def test_the_way_from_floor_to_target_is_told_with_the_numbers_of_the_report(case):
    assert case[2].loc["mttr", "why"] == (
        "In June 2026 it was 6.0 h (216,330 / 601 / 60). That is 89.9 % of the way from 12.0 h, "
        "where the score is 0, to 5.3 h, which is expected by now on the way to the target of 5.0 h. It is at risk, "
        "because 89.9 % is at least 70 % and below 100 %. It carries 5.0 % of the overall score."
    )


def test_behind_a_kpi_are_definition_owner_signal_links_and_initiative(case):
    row = case[2].loc["first-contact-resolution"]
    assert row["definition"] == "100 × first contact / tickets, in %; higher is better"
    assert row["owner"] == "Service desk manager"
    left = case[2].loc["attrition"]
    assert "(3.56 / 322 × 12 months × 100)" in left["why"], "1,200 says nothing to a director"
    assert left["definition"].startswith("12 months × 100 × leavers a month / staff, in %; lower is better")
    assert row["signal"] == (
        "∿ within its usual swing (63.2 to 69.8 %). What is expected now lies within the usual swing, so some months "
        "meet it and others miss it. The chance of 70.0 % in December 2026 is 16 %."
    )
    assert row["links"].split("\n")[0] == (
        "By the map, when “Training hours per person” rises, “Solved at first contact” rises 3 months later: supported."
    )
    assert row["initiative"].startswith("Reopen the service academy (starts September 2026")
    assert set(case[2].loc["meridian", ["definition", "owner", "links"]]) == {""}


@pytest.mark.parametrize(
    ("values", "kpi", "said"),
    [
        ([4.0], {}, "In January 2025 it was 4. That is 100.0 % of the way from 9, where the score is 0, to the target"),
        ([3.0], {}, "120.0 % of the way from 9, where the score is 0, to the target of 4, so the score is 100.0."),
        ([9.5], {}, "That is beyond 9, where the score is 0.0. From there the way leads to the target of 4."),
        ([75], oddities.RANGE, "That is inside its range of 70 to 80, so the score is 100.0."),
        ([85], oddities.RANGE, "to 80, the nearer edge of its range of 70 to 80. It is off target"),
        ([7, 7, 7], oddities.PATH, "which is expected by now on the way to the target of 4"),
        ([5], {"baseline": 4}, "It is worse than what is expected, 4, and there is no way to go, so the score is 0.0."),
        ([3], {"baseline": 4}, "It is as good as what is expected, 4, and there is no way to go, so the score is 100"),
        ([6, NAN], {}, "There is no score for February 2025: no actual. Last known: 6 in January 2025, off target."),
        ([NAN], {}, "There is no score for January 2025: no actual."),
        ([10, 20], TO_DATE,
         "By the end of February 2025 it came to 30 (10 + 20, January 2025 to February 2025)."),
        ([10, 20], TO_DATE,
         "to 20, which is due by now of the year's target, so the score is 100.0."),
        ([5.5002], {}, "It is off target, because 69.996 % is below 70 %"),
    ],
    ids=["there", "beyond", "behind", "inside", "outside", "path", "no way, worse", "no way, good", "missing now",
         "never", "to date", "due by now", "just below"],
)  # fmt: skip
def test_each_case_has_its_sentence(values, kpi, said):
    assert said in why(oddities.months("k0", values), oddities.kpi(**kpi))


def test_a_policy_for_missing_data_is_named():
    kpis, rows = (
        (oddities.kpi(), oddities.kpi("k1")),
        [*oddities.months("k0", [6, NAN]), *oddities.months("k1", [6, 6])],
    )
    assert "It scores 0.0 in February 2025: no actual: scored 0." in why(rows, *kpis, missing="zero")
    assert "it was 6 (carried forward from 2025-01)" in why(rows, *kpis, missing="carry_forward")
    frame = opened(oddities.card(*kpis), rows)
    assert frame.loc["k0", "part"] == "adds nothing"
    assert "1 part adds nothing, because it has no score." in frame.loc["do", "why"]


def test_what_has_no_score_says_why():
    frame = opened(oddities.card(), oddities.months("k0", [NAN]))
    assert frame.loc["do", "why"] == "It has no score: nothing below it that carries weight was scored."


def test_another_method_shows_its_own_reckoning():
    said = why(oddities.months("k0", [6.0]), oddities.kpi(), method="spider_goal_red_flag")
    assert re.search(r"Expected by now: 4\. Floor: 9\. Rule: .*red flag.*Score: .* = 22\.2\.", said)


def test_colours_are_counted_where_a_method_counts_them():
    card = oddities.card(oddities.kpi(), oddities.kpi("k1"))
    actuals = oddities.actuals(*oddities.months("k0", [4]), *oddities.months("k1", [5]))
    method = replace(METHODS["kit"], name="colours", colours=True)
    frame = breakdown(score(card, actuals, method=method), card, actuals, method=method)
    assert frame.loc["k1", "part"] == "adds 25.0: weight 1 of 2, counts as 50"
    assert_adds_up(frame)


def test_a_scorecard_that_cannot_be_tested_says_so():
    links = [{"cause": "k0", "effect": "k1", "sign": "+", "lag": 1}]
    card = oddities.card(oddities.kpi(), oddities.kpi("k1"), links=links)
    frame = opened(card, [*oddities.months("k0", [4]), *oddities.months("k1", [5])])
    assert re.fullmatch(
        r"By the map, when “KPI k0” rises, “KPI k1” rises 1 month later: .*\.", frame.loc["k0", "links"]
    )


def test_an_unknown_unit_is_refused(case):
    card, scores, _ = case
    with pytest.raises(UnknownNameError, match="did you mean 'Genoa'"):
        breakdown(scores, card, load_dataset("meridian")[1], "Genua")
