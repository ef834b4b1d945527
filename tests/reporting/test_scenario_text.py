"""What a what-if says in words, from results made by hand; and what needs a fitted map, on a small one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from planned import CARD, actuals, case, fitted
from projected import result
from samples import desk

from bsclib.errors import UnknownNameError
from bsclib.model.build import build
from bsclib.reporting.scenario_text import (
    band_table,
    effect_texts,
    effects_table,
    first_month_table,
    projection_summary,
)
from bsclib.scenarios.fitting import fit_map
from bsclib.scenarios.projection import project
from bsclib.study.lessons.lesson_05 import first_question, supported_map


@pytest.fixture(scope="module")
def card():
    return desk()


@pytest.fixture
def told(card):
    return result(card, {"desk": 2.0, "mttr": -0.5, "fast": 4.0}, horizon=6)


def test_the_answer_in_a_sentence(card, told):
    assert projection_summary(told, card) == (
        "In December 2026 the overall score of Service desk is expected at 62.0, without at 60.0; 90 of 100 draws end "
        "between 59.6 and 64.4. The change you ask about moves it by +2.0 points, by +0.8 to +3.2 in 90 of 100 draws. "
        "The chance that it is on target is 60 %."
    )


def test_what_does_not_reach_the_score(card):
    said = projection_summary(result(card, {"mttr": -0.5}, horizon=6), card)
    assert "is expected at 60.0, as without; 90 of 100" in said
    assert "changes it" not in said


def test_a_score_that_nobody_knows(card, told):
    blank = told.assign(with_=np.nan)
    assert "there is no KPI with an actual" in projection_summary(blank, card)
    assert effects_table(blank, card).empty


def test_a_unit_is_named(card, told):
    assert "of Service desk, Genoa is expected" in projection_summary(told.assign(unit="Genoa"), card)


def test_effects_share_their_decimals():
    assert effect_texts(12.34, -0.5, 20.0) == ["+12", "0", "+20"]
    assert effect_texts(0.82, 0.5151, 1.213) == ["+0.8", "+0.5", "+1.2"]
    assert effect_texts(-0.004, -0.26, 0.0) == ["0", "−0.26", "0"]
    assert effect_texts(1234.0) == ["+1,234"]
    assert effect_texts(0.0, 0.0) == ["0", "0"]
    assert effect_texts(0.00123, 0.01) == ["+0.001", "+0.010"]


def test_what_moves_and_nothing_else(card, told):
    rows = effects_table(told, card)
    assert rows["id"].tolist() == ["desk", "fast", "mttr"]
    assert rows["level"].tolist() == ["scorecard", "objective", "kpi"]
    row = rows.set_index("id").loc["mttr"]
    assert (row["effect"], row["effect_band"], row["measured_in"]) == ("−0.50", "−0.80 to −0.20", "hours")
    assert (row["with_"], row["chance"]) == ("59.5 hours", "60 %")
    assert effects_table(told, card, kpis_only=True)["id"].tolist() == ["mttr"]


def test_a_small_effect_that_is_sure_is_shown(card, told):
    small = {"effect": 0.007, "effect_low": 0.004, "effect_high": 0.01}
    sure, unsure = (told.copy(), told.copy())
    kpi = told["id"] == "mttr"
    sure.loc[kpi, list(small)] = list(small.values())
    assert effects_table(sure, card, kpis_only=True)["effect"].tolist() == ["+0.007"]
    unsure.loc[kpi, list(small)] = [0.007, -0.004, 0.01]
    assert effects_table(unsure, card, kpis_only=True).empty


def test_a_sign_that_a_format_writes_is_not_written_twice(told):
    signed = desk().model_copy(
        update={"kpis": tuple(one.model_copy(update={"format": "{:+.1f}"}) for one in desk().kpis)}
    )
    assert effects_table(told, signed).set_index("id").loc["mttr", "effect"] == "−0.50"


def test_bands_side_by_side(card, told):
    wide = result(card, {"mttr": -0.5}, horizon=6, spread=2)
    rows = band_table({"narrow": told, "wide": wide}, card, "mttr")
    assert rows["assumed"].tolist() == ["narrow", "wide"]
    assert rows["effect_band"].tolist() == ["−0.80 to −0.20", "−1.1 to +0.1"]
    assert band_table({"it": told}, card, "desk")["measured_in"].tolist() == ["points"]


def test_when_it_shows(card, told):
    first = {"desk": "", "mttr": "2026-09", "fast": "2026-08"}
    rows = first_month_table(told.assign(first_month=told["id"].map(first).fillna("")), card)
    assert rows.to_numpy().tolist() == [
        ["Mean time to restore", "September 2026"],
        ["1 other that moves", "not within the horizon"],
    ]
    assert first_month_table(told.assign(first_month=""), card)["name"].tolist() == ["2 that move"]


def test_the_first_question_follows_the_longest_way():
    """From courses on two ways lead on, the longer one over speed to waste."""
    links = [("courses", "load"), ("courses", "speed"), ("speed", "waste")]
    fit = fitted()
    rows = pd.DataFrame({"cause": [a for a, _ in links], "effect": [b for _, b in links], "verdict": "supported"})
    assert first_question(replace(fit, examine=lambda: rows)) == ("courses", "+10%", "waste")
    rows.loc[2, "verdict"] = "refuted"
    assert first_question(replace(fit, examine=lambda: rows))[2] == "speed"


def test_the_question_of_a_small_map():
    assert first_question(fitted()) == ("courses", "+10%", "speed")
    falling = [one | ({"direction": "lower_is_better", "floor": 100, "target": 10}) for one in CARD["kpis"][:3]]
    other = build(CARD | {"kpis": falling, "initiatives": []})
    rows = actuals()
    assert first_question(fit_map(other, rows[rows["kpi"] != "load"])) == ("courses", "-10%", "speed")


def test_nothing_to_ask():
    assert first_question(case(links=[], initiatives=[]).fit) is None
    rows = actuals().assign(actual=lambda rows: rows["actual"].where(rows["kpi"] != "courses", 0.0))
    assert first_question(fit_map(build(CARD), rows)) is None


def test_only_what_is_supported():
    doubtful = [*CARD["links"], {"cause": "waste", "effect": "load", "sign": "+", "lag": 2, "smallest_effect": 0.1}]
    card = build(CARD | {"links": doubtful})
    fit = fit_map(card, actuals())
    assert fit.evidence["verdict"].tolist()[0] == "supported"
    kept = supported_map(card, actuals(), fit)
    assert [link.effect for link in kept.scorecard.links] == ["speed"]
    both = [project(one, {"waste": "-10"}, horizon=6, draws=500) for one in (fit, kept)]
    reach = [
        one.loc[one["id"] == "load", "effect_high"].iloc[-1] - one.loc[one["id"] == "load", "effect_low"].iloc[-1]
        for one in both
    ]
    assert reach[0] > 0
    assert reach[1] == 0


def test_frames_without_rows_keep_their_columns(card):
    nothing = result(card, {}, horizon=3)
    assert isinstance(effects_table(nothing, card), pd.DataFrame)
    assert list(effects_table(nothing, card).columns)[:3] == ["level", "id", "name"]
    assert first_month_table(nothing.assign(first_month=""), card).empty


def test_an_effect_on_what_is_not_there_is_refused(card, told):
    with pytest.raises(UnknownNameError, match=r"id: there is no KPI, objective or perspective 'mtrr'.*'mttr'"):
        band_table({"it": told}, card, "mtrr")
