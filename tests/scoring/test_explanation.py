import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from samples import MAY, desk, one_kpi, reword_reasons, table, without

from bsclib import explain, score
from bsclib.errors import BscError, UnknownNameError
from bsclib.scoring.published import METHODS
from bsclib.scoring.scores import MISSING_POLICIES, TEXTS
from bsclib.wording import month_name

SCORES = score(desk(), MAY)


def lines(id, scores=SCORES, **options):
    return {step.label: step.reckoning for step in explain(scores, id, **options).steps}


def test_a_kpi_from_its_parts_to_its_parent():
    assert lines("mttr") == {
        "Actual": "1,800 / 5 / 60 = 6",
        "Floor, where the score is 0": "9",
        "Expected by now": "4, the target",
        "Attainment": "(6 - 9) / (4 - 9) = -3 / -5 = 0.6",
        "Score": "0.6 × 100 = 60",
        "Status": "off target, because 0.6 is below 0.7",
        "Part of": "Restore fast (fast): it adds 0.75 × 60 = 45 of its 70 points",
    }


def test_on_the_way_to_a_target():
    assert lines("cost")["Expected by now"] == "120, on the way to the target 100"


def test_a_range():
    assert lines("load")["Attainment"] == "1, because 75 is inside the range"


def test_clamping_is_said():
    said = lines("k", score(one_kpi(), table(("k", "2026-06", 130))))
    assert said["Score"] == "1.3 counts as 1, and 1 × 100 = 100"


def test_no_way_to_go():
    said = lines("k", score(one_kpi(floor=100), table(("k", "2026-06", 99))))
    assert said["Attainment"] == "0, because 99 is worse than 100, and there is no way to go from 100"


def test_a_parent_is_the_sum_of_what_its_children_add():
    said = lines("fast")
    assert said["Mean time to restore (mttr)"] == "weight 3, a share of 0.75 × score 60 = 45"
    assert said["Score"] == "45 + 25 = 70"
    assert said["Status"] == "at risk, because 0.7 is at least 0.7 and below 0.9"


def test_what_is_missing_carries_nothing():
    scores = score(desk(), without(MAY, "load"))
    assert lines("load", scores)["Actual"] == "no actual"
    assert lines("fast", scores)["Utilisation (load)"] == "weight 1; no data; it carries nothing"
    assert lines("load", score(desk(), without(MAY, "load"), missing="zero"))["Score"] == "0"


def test_where_an_actual_comes_from_is_said():
    rows = table(("A", "cost", "2026-06", 60), ("B", "cost", "2026-06", 66), columns="unit kpi period actual")
    assert lines("cost", score(desk(), rows))["Actual"] == "126  (pooled from the units)"


def test_the_scorecard_itself_is_part_of_nothing():
    assert "Part of" not in lines("desk")


def test_every_reckoning_can_be_redone():
    """The arithmetic that is printed gives the number that is printed."""
    redone = 0
    for id in desk().names:
        for reckoning in lines(id).values():
            sums = re.sub(r"[a-z][a-z ]*", "", reckoning).replace(", ", "|").replace(",", "").replace("×", "*")
            for part in sums.split("|"):
                *steps, result = part.split(" = ")
                for step in filter(re.compile(r"[-\d.()+*/ ]+").fullmatch, steps):
                    assert eval(step) == pytest.approx(float(result.split()[0]), abs=2e-4)
                    redone += 1
    assert redone > 20


def test_text_and_html():
    shown = explain(SCORES, "mttr")
    assert shown.text.splitlines()[0] == "Mean time to restore (mttr): the organisation as a whole, June 2026"
    assert str(shown) == repr(shown) == shown.text
    assert "<caption" in shown._repr_html_()


def test_what_a_person_reads_is_rounded_and_the_frame_is_not():
    shown = explain(SCORES, "desk")
    assert "63.333333" in "".join(shown.frame()["reckoning"])
    for read in (shown.text, shown.tree, shown._repr_html_()):
        assert "63.3" in read
        assert "63.33" not in read


def test_html_is_escaped():
    card = one_kpi(name='<b>"K"</b>')
    page = explain(score(card, table(("k", "2026-06", 3))), "k")._repr_html_()
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"id": "mtrr"}, "no KPI, objective or perspective 'mtrr'.*did you mean 'mttr'"),
        ({"id": "mttr", "unit": "Hull"}, "there is no unit 'Hull'"),
        ({"id": "mttr", "period": "2026-07"}, "there is no period in the scores '2026-07'"),
    ],
)
def test_unknown_names(arguments, words):
    with pytest.raises(UnknownNameError, match=words):
        explain(SCORES, **arguments)


def test_explaining_computes_nothing_new():
    before = SCORES.copy()
    explain(SCORES, "desk")
    assert SCORES.equals(before)
    assert np.isclose(SCORES.loc[0, "score"], (70 + 190 / 3) / 2)


def test_a_part_of_the_scores_and_scores_read_back_can_be_explained(tmp_path):
    SCORES.to_csv(tmp_path / "scores.csv", index=False)
    for scores in (SCORES[SCORES["period"] == "2026-06"], pd.read_csv(tmp_path / "scores.csv")):
        assert lines("mttr", scores)["Score"] == "0.6 × 100 = 60"
    with pytest.raises(UnknownNameError, match="there is no KPI, objective or perspective 'mttr'"):
        explain(SCORES[SCORES["unit"] == "nobody"], "mttr")


def test_small_numbers_keep_their_digits():
    said = lines("k", score(one_kpi(target=2e-7), table(("k", "2026-06", 1e-7))))
    assert said["Attainment"] == "(1e-07 - 0) / (2e-07 - 0) = 1e-07 / 2e-07 = 0.5"


def test_a_tree_goes_down_to_the_actuals():
    shown = explain(SCORES, "desk")
    assert shown.parts[0].title.startswith("Corporate contribution")
    assert "1,800 / 5 / 60 = 6" in shown.tree
    assert "1,800 / 5 / 60 = 6" not in shown.text
    assert "<details>" in shown._repr_html_()
    frame = shown.frame()
    assert list(frame.columns) == ["of", "step", "reckoning"]
    assert frame["of"].nunique() == len(desk().names)


@pytest.mark.parametrize(
    ("method", "line"),
    [
        ("spider_goal_red_flag", "10 / 3 × (1 + (6 - 5.5) / (4 - 5.5)) = 2.222222"),
        ("microsoft_equal_bands", "(0 + (6 - 9) / (5.5 - 9)) / 3 = 0.285714"),
        ("profit_in_between", "0 check-ins so far lay in the band: 100 × 0 / 1 = 0, rounded"),
        ("cascade_health", "100 × 2 / 4 = 50, truncated"),
        ("excel_two_anchors", "100 × (6 - 9) / (4 - 9) = 60"),
    ],
)
def test_the_arithmetic_of_other_methods(method, line):
    said = lines("mttr", score(desk(), MAY, method=method))
    assert said["On its own scale"] == line
    assert said["Rule"].endswith(f"({method})")


def test_a_rule_without_an_answer_says_so():
    said = lines("k", score(one_kpi(floor=-10, target=0), table(("k", "2026-06", 5)), method="sap_achievement"))
    assert said["Score"] == "none: the rule has no answer here"
    assert "divides by what is expected, which is 0" in said["It takes"]


def test_infor_with_a_target_of_zero():
    said = lines("k", score(one_kpi(floor=-10, target=0), table(("k", "2026-06", -0.25)), method="infor_cpm"))
    assert said["On its own scale"] == "1 + (-0.25) = 0.75"


# ------------------------------------------------------------------------------------- scores that went through a file

GAPS = table(
    *(("North", "mttr", "2026-01", None, 3000, 10), ("South", "mttr", "2026-01", None, 900, 2)),
    *(("North", "load", "2026-01", 75, None, None), ("North", "cost", "2026-01", 130, None, None)),
    *(("South", "cost", "2026-01", 90, None, None), ("South", "leavers", "2026-01", 15, None, None)),
    *(("North", "mttr", "2026-02", None, 2000, 10), ("North", "load", "2026-02", 95, None, None)),
    columns="unit kpi period actual numerator denominator",
)
WAYS = [method.name for method in METHODS.values() if method.part == "attainment"]
# The kit's own and every fourth of the others; all of them in the thorough run.
SOME_WAYS = [
    pytest.param(name, marks=[] if name == "kit" or at % 4 == 0 else pytest.mark.slow) for at, name in enumerate(WAYS)
]


def read_back(scores, folder, kind):
    path = folder / f"scores.{kind}"
    if kind == "csv":
        scores.to_csv(path, index=False)
        return pd.read_csv(path)
    scores.astype(dict.fromkeys(TEXTS, "str")).to_parquet(path, index=False)
    return pd.read_parquet(path)


@pytest.mark.parametrize("missing", MISSING_POLICIES)
@pytest.mark.parametrize(
    "method", ["kit", *(pytest.param(name, marks=pytest.mark.slow) for name in WAYS if name != "kit")]
)
def test_scores_from_a_file_are_explained_alike(method, missing, tmp_path):
    scores = score(desk(), GAPS, method=method, missing=missing)
    trees = {unit: explain(scores, "desk", unit).tree for unit in (None, "North")}
    for kind in ("csv", "parquet") if missing == "redistribute" else ("csv",):
        again = read_back(scores, tmp_path, kind)
        assert {unit: explain(again, "desk", unit).tree for unit in trees} == trees


def test_names_come_from_the_scorecard_when_it_is_given():
    renamed = desk(name="The other desk")
    assert explain(SCORES, "desk", scorecard=renamed).title.startswith("The other desk (desk)")


# --------------------------------------------------------------------------------------------- a method of one's own


def redo(explanation):
    """Work out every line of arithmetic, and count them."""
    count = 0
    for reckoning in explanation.frame()["reckoning"]:
        for part in re.sub(r"\(0 to [\d.]+\)|[a-z][a-z -]*:?", "", reckoning).replace(", ", "|").split("|"):
            *steps, result = part.replace(",", "").replace("×", "*").split(" = ")
            for step in filter(re.compile(r"[-\d.()+*/ ]+").fullmatch, steps):
                assert eval(step) == pytest.approx(float(result.split()[0]), abs=2e-4, rel=1e-4), reckoning
                count += 1
    return count


OURS = [
    {"held": False},
    {"held": False, "rounding": "round", "full": 0.5},
    {"clamp": (0.2, 0.9)},
    {"full": 2.0},
    {"cuts": (0.1, 0.2)},
    {"colours": True},
    {"better": "higher"},
    {
        "rule": "twice as far",
        "compute": lambda actual, floor, expected, sign: 2 * (actual - floor) / (expected - floor),
    },
    {"rule": "a / t", "compute": lambda actual, target: actual / target, "takes": ("target",)},
]


@pytest.mark.parametrize("choices", OURS, ids=lambda choices: " ".join(choices))
def test_a_method_of_ones_own_is_explained_by_what_it_is(choices):
    ours = replace(METHODS["kit"], name="ours", **choices)
    scores = score(desk(), MAY, method=ours)
    found = explain(scores, "desk", method=ours)
    assert f"({ours.name})" in found.tree
    assert redo(found) > 12
    with pytest.raises(
        UnknownNameError, match=r"the scores are by 'ours', which is no method that ships.*method=\.\.\."
    ):
        explain(scores, "desk")
    with pytest.raises(BscError, match=r"the scores are by 'ours'"):
        explain(scores, "desk", method=METHODS["kit"])


def test_what_is_not_held_is_not_said_to_be():
    ours = replace(METHODS["kit"], name="ours", held=False)
    said = lines("k", score(one_kpi(), table(("k", "2026-06", 130)), method=ours), method=ours)
    assert said["Score"] == "1.3 × 100 = 130"


def test_a_changed_method_cannot_bear_the_name_of_one_that_ships():
    with pytest.raises(BscError, match=r"it bears the name 'kit', but is not the method that ships"):
        score(desk(), MAY, replace(METHODS["kit"], held=False))
    assert explain(SCORES, "mttr", method=METHODS["kit"]).text == explain(SCORES, "mttr").text


@pytest.mark.parametrize(
    "worked",
    ["a / t", "min({actual}, 1)", "{red} / {floor}", "{} / 2", "{actual} {expected}", lambda actual, red, **_: "1"],
    ids=lambda worked: worked if isinstance(worked, str) else "function",
)
def test_a_line_that_is_no_arithmetic_is_not_shown(worked):
    ours = replace(METHODS["kit"], name="ours", worked=worked)
    assert lines("mttr", score(desk(), MAY, method=ours), method=ours)["Attainment"] == "0.6"


def test_a_rule_replaced_without_its_line_is_shown_as_a_number():
    """The line takes a target, the rule no longer does."""
    other = {"rule": "a / e", "compute": lambda actual, expected: actual / expected, "takes": ("expected",)}
    for name in ("sap_achievement", "infor_cpm", "microsoft_equal_bands"):
        ours = replace(METHODS[name], name="ours", better="either", **other)
        assert lines("mttr", score(desk(), MAY, method=ours), method=ours)["On its own scale"] == "1.5"


def test_a_line_that_is_nearly_the_rule_is_not_said_to_equal_it():
    ours = replace(
        METHODS["kit"],
        name="ours",
        compute=lambda actual, floor, expected, sign: (actual - floor) / (expected - floor) + 5e-5,
    )
    said = lines("mttr", score(desk(), MAY, method=ours), method=ours)
    assert said["Attainment"] == "(6 - 9) / (4 - 9) = -3 / -5, about 0.60005"


def test_large_numbers_keep_their_digits():
    card = one_kpi(floor=2_000_000_000, target=2_000_000_004)
    said = lines("k", score(card, table(("k", "2026-06", 2_000_000_003))))
    assert said["Attainment"] == "(2,000,000,003 - 2,000,000,000) / (2,000,000,004 - 2,000,000,000) = 3 / 4 = 0.75"
    ours = replace(METHODS["kit"], name="ours", held=False)
    said = lines("k", score(one_kpi(), table(("k", "2026-06", 1e12 / 3)), method=ours), method=ours)
    assert "held" not in said["Score"]


def test_just_below_an_edge_is_seen_to_be_below():
    said = lines("k", score(one_kpi(), table(("k", "2026-06", 69.9999999))))
    assert said["Status"] == "off target, because 0.699999999 is below 0.7"


def test_that_the_score_is_0_at_the_floor_is_said_only_where_it_is():
    labels = {"kit": "Floor, where the score is 0", "sap_achievement": "Floor", "spider_goal_red_flag": "Floor"}
    for name, label in labels.items():
        assert label in lines("mttr", score(desk(), MAY, method=name))
    ours = replace(METHODS["kit"], name="ours", clamp=(0.2, 1))
    assert "Floor" in lines("mttr", score(desk(), MAY, method=ours), method=ours)


def test_inside_a_range_a_rule_without_a_floor_sees_the_edge():
    said = lines("load", score(desk(), MAY, method="sap_absolute"))
    assert said["Counts as"] == "70, because 75 is inside the range"
    assert said["On its own scale"] == "1 - |70 - 70| / 70 = 1"


def test_a_band_is_not_mirrored():
    ours = replace(METHODS["profit_in_between"], name="ours", better="higher")
    said = lines("load", score(desk(), MAY, method=ours), method=ours)
    assert "Mirrored" not in said
    assert "mirror" not in said["It takes"]
    assert said["On its own scale"].endswith("100 × 1 / 1 = 100, rounded")


def test_parts_that_do_not_add_up_are_no_explanation():
    changed = SCORES.copy()
    changed.loc[changed["id"] == "fast", "score"] = 80.0
    for scores in (changed, SCORES[SCORES["id"] != "load"]):
        with pytest.raises(BscError, match=r"what is below 'fast' adds up to .*, and its score is .*Fix: give all"):
            explain(scores, "fast")
    ours = replace(METHODS["kit"], name="ours", colours=True)
    with pytest.raises(BscError, match="what is below 'corporate_contribution' adds up to 50, and its score is 0"):
        explain(score(desk(), MAY, method=ours), "corporate_contribution", method=replace(ours, colours=False))


def test_a_month_without_the_node():
    both = pd.concat([SCORES[SCORES["id"] != "mttr"], SCORES.assign(period="2026-05")])
    with pytest.raises(UnknownNameError, match="no KPI, objective or perspective 'mttr'"):
        explain(both, "mttr", period="2026-06")


# -------------------------------------------------------------------------------------------------- sentences, reworded


@pytest.mark.parametrize("method", SOME_WAYS)
def test_no_result_hangs_on_how_a_sentence_is_worded(method, monkeypatch):
    """Every text is replaced; the numbers, the codes and the arithmetic stay."""

    def results():
        frames = [score(desk(), GAPS, method=method, missing=missing) for missing in MISSING_POLICIES]
        trees = [explain(frame, "desk", "North") for frame in frames]
        # What is taken and where an actual comes from are words; the rest is arithmetic.
        sums = [tree.frame().query("step not in ['It takes', 'Actual']")["reckoning"].tolist() for tree in trees]
        sums = [[line for line in each if " = " in line] for each in sums]
        return [frame.drop(columns="reason") for frame in frames], sums

    before, sums = results()
    reword_reasons(monkeypatch)
    after, again = results()
    for frame, other in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(frame, other)
    assert sums == again


def test_between_two_observations_the_last_known_actual_is_said():
    card = one_kpi(frequency="quarterly", measured_in="points", direction="higher_is_better", target=80, floor=60)
    scores = score(card, table(("k", "2026-Q1", 66)), as_of="2026-05")
    assert lines("k", scores, scorecard=card)["Last known"] == "66 points in March 2026, off target"
    assert lines("k", scores)["Last known"] == "66 in March 2026, off target"
    assert "Last known" not in lines("k", scores, period="2026-03")


@pytest.mark.parametrize(
    ("period", "month"),
    [
        ("2026-05", "2026-05"),
        ("2026-Q2", "2026-06"),
        ("2026-Q1", "2026-03"),
        ("2026", "2026-06"),
        ("2026-04-13", "2026-04"),
    ],
)
def test_a_quarter_or_year_is_explained_by_its_last_month(period, month):
    rows = [{"kpi": "k", "period": f"2026-{at:02d}", "actual": at} for at in range(1, 7)]
    scores = score(one_kpi(), pd.DataFrame(rows))
    assert f", {month_name(month)}" in explain(scores, "k", period=period).text


@pytest.mark.parametrize(("period", "month"), [("FY2026", "2026-03"), ("2025/26", "2026-03"), ("FY2026-Q4", "2026-03")])
def test_a_fiscal_year_is_read_as_the_scorecard_writes_it(period, month):
    card = one_kpi().model_copy(update={"year_starts": 4})
    scores = score(card, pd.DataFrame([{"kpi": "k", "period": f"2026-{at:02d}", "actual": at} for at in range(1, 7)]))
    assert f", {month_name(month)}" in explain(scores, "k", period=period, scorecard=card).text
    with pytest.raises(BscError, match="say in the scorecard in which month its years start"):
        explain(scores, "k", period=period)
    with pytest.raises(BscError, match=r"may be of the calendar.*write FY2026"):
        explain(scores, "k", period="2026", scorecard=card)


def test_what_is_no_period_of_the_scores_is_said():
    with pytest.raises(BscError, match="period: 'June' is not a period"):
        explain(SCORES, "mttr", period="June")
    with pytest.raises(UnknownNameError, match="no period in the scores '2031-Q1'"):
        explain(SCORES, "mttr", period="2031-Q1")
