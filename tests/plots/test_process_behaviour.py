import numpy as np
import pandas as pd
import pytest
from oddities import RUDE, card, kpi
from pictures import check, words

from bsclib import load_dataset
from bsclib.errors import UnknownNameError
from bsclib.plots import alt_text, plot_process_behaviour
from bsclib.signals import process_behaviour


@pytest.fixture(scope="module")
def meridian():
    scorecard, actuals = load_dataset("meridian")
    return scorecard, process_behaviour(actuals, scorecard)


def behaviour(values, scorecard):
    periods = pd.period_range("2022-01", periods=len(values), freq="M").astype(str)
    return process_behaviour(pd.DataFrame({"kpi": "k0", "period": periods, "actual": values}), scorecard)


def noise(count):
    return np.random.default_rng(1).normal(6, 1, count)


def test_every_kpi_of_every_unit_can_be_drawn(meridian):
    scorecard, chart = meridian
    for unit, id in chart[["unit", "kpi"]].drop_duplicates().iloc[::7].itertuples(index=False):
        check(plot_process_behaviour(chart, scorecard, id, unit))


def test_signals_differ_in_shape_and_have_their_rules_number(meridian):
    scorecard, chart = meridian
    axes = plot_process_behaviour(chart, scorecard, "utilisation", "Genoa", months=60)
    markers = {line.get_marker() for line in axes.lines if len(line.get_xdata()) == 1}
    assert markers >= {"o", "D"}
    numbers = [text for text in words(axes) if text in {"1", "2", "3"}]
    rows = chart.query("kpi == 'utilisation' and unit == 'Genoa' and signal")
    assert len(numbers) == len(rows)
    assert any(text.startswith("1: ") for text in words(axes))
    assert "signal, for the worse" in words(axes)


def test_what_is_drawn_is_what_is_in_the_frame(meridian):
    scorecard, chart = meridian
    axes = plot_process_behaviour(chart, scorecard, "csat", months=24)
    rows = chart.query("kpi == 'csat' and unit == ''").tail(24)
    drawn = {line.get_label(): line.get_ydata() for line in axes.lines}
    assert drawn["actual"] == pytest.approx(rows["actual"].to_numpy())
    assert drawn["centre"] == pytest.approx(rows["centre"].to_numpy())
    assert drawn["target"] == pytest.approx(4.3)


def test_a_known_break_is_lettered_and_told(meridian):
    scorecard, chart = meridian
    axes = plot_process_behaviour(chart, scorecard, "mttr")
    assert "a" in words(axes)
    assert any(text.startswith("a: July 2024, the new ticket tool") for text in words(axes))


def test_words_say_what_it_shows(meridian):
    scorecard, chart = meridian
    text = alt_text(plot_process_behaviour(chart, scorecard, "change-failure-rate"))
    assert "natural limits 10.3 % to 13.9 %" in text
    assert "8 in a row on one side, worsening" in text
    quiet = alt_text(plot_process_behaviour(chart, scorecard, "on-hold-share", "Antwerp"))
    assert quiet.endswith("No signal. Variation: worsening; target: never met.")


def test_three_months_have_no_limits_and_it_is_said():
    axes = plot_process_behaviour(behaviour([5.0, 6.0, 5.5], card()), card(), "k0")
    check(axes)
    assert "There are no limits: 3 months, 12 are needed." in alt_text(axes)


@pytest.mark.parametrize("values", [[5.0] * 30, [5.0, *[np.nan] * 20, *noise(20)], [0.0] * 30, noise(30) * 1e12])
def test_odd_series_are_drawn(values):
    check(plot_process_behaviour(behaviour(values, card()), card(), "k0"))


@pytest.mark.parametrize("name", RUDE.values())
def test_rude_names(name):
    rude = card(
        kpi(name=name, measured_in=name[:20]),
        events=[{"period": "2023-01", "kind": "tool_change", "why": name}],
    )
    check(plot_process_behaviour(behaviour(noise(30), rude), rude, "k0"))


def test_a_range_has_two_edges():
    ranged = card(kpi(direction="within_range", target=[5, 7], baseline=None))
    axes = plot_process_behaviour(behaviour(noise(30), ranged), ranged, "k0")
    check(axes)
    assert sum(line.get_label() == "target" for line in axes.lines) == 2
    assert {"from 5", "to 7"} <= set(words(axes))


def test_unknown_names_are_answered_with_the_nearest(meridian):
    scorecard, chart = meridian
    with pytest.raises(UnknownNameError, match="did you mean 'mttr'"):
        plot_process_behaviour(chart, scorecard, "mtrr")
    with pytest.raises(UnknownNameError, match="did you mean 'Genoa'"):
        plot_process_behaviour(chart, scorecard, "mttr", "Genua")
