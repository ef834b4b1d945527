import numpy as np
import oddities
import pandas as pd
import projected
import pytest
from oddities import RUDE
from pictures import check, words
from samples import DESK, desk, table

from bsclib import read_actuals, read_scorecard, score
from bsclib.errors import BscError, UnknownNameError
from bsclib.plots import alt_text, plot_fan
from bsclib.reporting import effects_table
from bsclib.scenarios import fit_map, plain_course, project
from bsclib.wording import number

LONG = "the share of all the work that was done as it had been promised to those who wait"
MONTHS = [f"2025-{month:02d}" for month in range(7, 13)]
ACTUALS = table(*(("mttr", month, 8 - at / 2) for at, month in enumerate(MONTHS)))


def line(axes, label):
    return next(one for one in axes.lines if one.get_label() == label)


def fan(id="mttr", effects=None, history=True, **more):
    start = {"mttr": 5.5, "cost": 120.0, "load": 90.0, "leavers": 12.0}
    result = projected.result(desk(), effects if effects is not None else {"mttr": -1.5}, "2025-12", 12, start, **more)
    return plot_fan(result, desk(), id, score(desk(), ACTUALS) if history else None)


@pytest.mark.parametrize("id", [None, "fast", "mttr", "load", "cost"])
@pytest.mark.parametrize("effects", [{}, {"desk": 3, "fast": 8, "mttr": -2, "load": 1, "cost": 20}])
@pytest.mark.parametrize(("first", "history"), [("2026-01", False), ("2026-12", True), ("", True)])
def test_no_text_overlaps_another_or_leaves_the_sheet(id, effects, first, history):
    check(fan(id, effects, history, first_month=dict.fromkeys(desk().names, first)))


@pytest.mark.parametrize("name", [LONG, RUDE["leftward"], RUDE["long"], RUDE["signs"]])
def test_any_name_can_be_drawn(name):
    card = oddities.card(oddities.kpi(name=name, measured_in=name[:20]), name=name)
    result = projected.result(card, {"k0": -1, "odd": 5}, "2025-03", 6, first_month={"k0": "2025-06", "odd": ""})
    for id in ("k0", "odd"):
        check(plot_fan(result, card, id, score(card, oddities.actuals(*oddities.months()))))


def test_the_paths_start_from_the_last_actual():
    axes = fan()
    assert line(axes, "actual").get_ydata() == pytest.approx(8 - np.arange(6) / 2)
    for label, end in (("without", 5.5), ("with", 4.0)):
        drawn = line(axes, label)
        assert len(drawn.get_xdata()) == 13
        assert drawn.get_xdata()[0] == line(axes, "actual").get_xdata()[-1] == 2025 * 12 + 11
        assert drawn.get_ydata()[[0, -1]] == pytest.approx([5.5, end])
    assert line(axes, "target").get_ydata() == pytest.approx([4.0] * 18)


def test_the_band_holds_low_to_high():
    axes = fan(history=False)
    (band,) = [one for one in axes.collections if one.get_label() == "90 %"]
    result = projected.result(desk(), {"mttr": -1.5}, "2025-12", 12, {"mttr": 5.5})
    own = result[result["id"] == "mttr"]
    heights = np.unique(band.get_paths()[0].vertices[:, 1].round(9))
    assert set(heights) == set(np.concatenate([own["low"], own["high"]]).round(9))


def test_labels_stand_at_the_lines_and_say_the_levels():
    said = words(fan())
    assert {"with the changes 4 hours", "without them 5.5 hours", "target ≤ 4 hours"} <= set(said)
    assert any(word.startswith("90 %: 2.99 hours to 5.01") for word in said)
    assert any(
        "effect in December 2026: −1.5 hours" in word and "chance of being on target: 60 %" in word for word in said
    )


def test_without_a_change_there_is_one_path():
    axes = fan(effects={})
    assert not any(one.get_label() == "without" for one in axes.lines)
    said = words(axes)
    assert "Where it is heading: Mean time to restore" in said
    assert not any("effect" in word for word in said)


def test_the_first_month_above_noise_is_marked():
    axes = fan(first_month={"mttr": "2026-04"})
    assert any(list(one.get_xdata()) == [2026 * 12 + 3] * 2 for one in axes.lines)
    assert "the effect stands out from noise from April 2026 on" in words(axes)
    assert alt_text(axes).endswith("The effect stands out from noise from April 2026 on.")
    assert alt_text(fan(first_month={"mttr": ""})).endswith("By then no effect stands out from noise.")
    assert "noise" not in alt_text(fan()), "where nobody knows, nothing is said"


def test_a_score_lies_over_the_bands_of_its_thresholds():
    axes = fan("desk", {"desk": 10})
    assert {"off target below 70", "at risk from 70", "on target from 90"} <= set(words(axes))
    assert "with the changes 70.0" in words(axes)
    assert not any(one.get_label() == "target" for one in axes.lines)
    assert axes.get_ylim()[1] == 100


def test_a_range_is_an_area():
    axes = fan("load", {"load": -8})
    (area,) = [one for one in axes.patches if one.get_label() == "target"]
    assert area.get_bbox().intervaly.tolist() == [70, 80]
    assert "target 70 to 80" in words(axes)


def test_words_for_those_who_cannot_see_it():
    assert alt_text(fan()) == (
        "Fan chart of Mean time to restore, Whole organisation, 12 months to December 2026. Without the changes 5.5 "
        "hours, with them 4 hours (90 %: 2.99 hours to 5.01 hours): −1.5 hours (−2.4 to −0.6). Chance of being on "
        "target: 60 %."
    )


def test_what_nobody_knows_is_drawn_as_nothing():
    result = projected.result(desk(), {}, "2025-12", 12)
    numbers = ["without", "with_", "low", "high", "effect", "effect_low", "effect_high", "chance_of_target"]
    result.loc[result["id"] == "mttr", numbers] = np.nan
    axes = plot_fan(result, desk(), "mttr")
    check(axes)
    assert "expected no data" in words(axes)


def test_one_month_ahead():
    check(plot_fan(projected.result(desk(), {"mttr": -1}, "2025-12", 1), desk(), "mttr"))


def test_it_refuses_what_it_cannot_draw():
    with pytest.raises(UnknownNameError, match="did you mean 'mttr'"):
        fan("mtr")
    both = projected.compared(desk(), {"one": {}, "two": {"mttr": -1}})
    with pytest.raises(BscError, match=r"several scenarios.*one, two"):
        plot_fan(both, desk(), "mttr")
    with pytest.raises(UnknownNameError, match="in the result"):
        plot_fan(both[both["scenario"] == "one"].query("id != 'mttr'"), desk(), "mttr")
    check(plot_fan(both[both["scenario"] == "two"], desk(), "mttr"))


def test_a_unit_is_named():
    result = projected.result(desk(), {"mttr": -1}).assign(unit="Genoa")
    assert any(word.startswith("Genoa ·") for word in words(plot_fan(result, desk(), "mttr")))
    assert DESK["name"] not in words(plot_fan(result, desk(), "mttr"))
    assert isinstance(result, pd.DataFrame)


def test_without_an_actual_it_says_so():
    frame = projected.result(desk(), {}, "2025-12", 12)
    frame.loc[frame["id"] == "mttr", ["without", "with_", "low", "high", "effect", "chance_of_target"]] = np.nan
    axes = plot_fan(frame, desk(), "mttr")
    said = " ".join(text for text, _ in check(axes))
    assert "nan" not in said
    assert "no data to" not in said
    assert "There is no actual, and so no forecast." in alt_text(axes)


def test_a_plain_course_is_drawn_beside():
    card = read_scorecard("meridian")
    fit = fit_map(card, read_actuals("meridian"))
    result, plain = project(fit, horizon=6, draws=200), plain_course(fit, 6, 200)
    axes = plot_fan(result, card, plain=plain)
    drawn = line(axes, "plain")
    own = plain[plain["id"] == card.id]["plain"]
    assert drawn.get_ydata() == pytest.approx(own)
    assert f"From the past alone: {number(own.iloc[-1])} (90 %: " in alt_text(axes)


def test_the_subtitle_has_the_decimals_of_the_table():
    card = read_scorecard("meridian")
    fit = fit_map(card, read_actuals("meridian"))
    result = project(fit, {"training-hours": "+10%"}, horizon=24, draws=500)
    [row] = effects_table(result, card).query("id == 'change-failure-rate'").to_dict("records")
    axes = plot_fan(result, card, "change-failure-rate")
    assert any(f"{row['effect']} % ({row['effect_band']})" in text for text in words(axes))
