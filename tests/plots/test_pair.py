import numpy as np
import pandas as pd
import pytest
from pictures import check, words

from bsclib.causality.correlation_test import lag_scan
from bsclib.plots import alt_text
from bsclib.plots.pair import plot_lag_scan, plot_pair
from bsclib.study.lessons.spurious import ERRORS, spurious_pair


@pytest.mark.parametrize("error", ERRORS)
def test_every_example_can_be_drawn(error):
    check(plot_pair(spurious_pair(error)))


def test_what_is_said_is_what_is_drawn():
    pair = spurious_pair("trend")
    drawn = plot_pair(pair, "Training hours", "Calls")
    said = words(drawn)
    r = pair["cause"].shift(1).corr(pair["effect"])
    assert f"As observed: correlation +{r:.2f}" in said
    assert {"Training hours", "Calls"} <= set(said)
    cause, effect = (line.get_ydata() for line in drawn.lines[::2])
    assert np.corrcoef(cause, pair["cause"])[0, 1] == pytest.approx(1)
    assert np.corrcoef(effect, pair["effect"])[0, 1] == pytest.approx(1)
    assert "Training hours and Calls" in alt_text(drawn)


def test_dates_are_years_where_the_months_are_dated():
    pair = spurious_pair("season", months=48)
    pair.index = pd.Index([f"{2022 + at // 12}-{at % 12 + 1:02d}" for at in range(48)])
    assert {"2022", "2023", "2024", "2025"} <= {text for text, _ in check(plot_pair(pair))}


def test_gaps_and_series_that_do_not_move():
    pair = spurious_pair("trend")
    pair.loc[10:40, "cause"] = np.nan
    pair["effect_left"] = 0.0
    drawn = plot_pair(pair)
    check(drawn)
    assert "Trend, season and own past taken out: correlation unknown" in words(drawn)


def test_names_the_font_cannot_draw():
    check(plot_pair(spurious_pair("trend"), "مدة الاستعادة", "Very long name " * 30))


def test_the_best_lag_is_named_and_stands_out():
    pair = spurious_pair("lag_scan")
    scan = lag_scan(pair["cause"], pair["effect"])
    drawn = plot_lag_scan(scan)
    check(drawn)
    best = scan["correlation"].abs().idxmax()
    assert f"{scan.loc[best, 'correlation']:+.2f}".replace("-", "−") in words(drawn)
    dark = [bar.get_facecolor() for bar in drawn.patches]
    assert dark.count(dark[best]) == int((scan["p"] < 0.05).sum())
    assert f"at {scan.loc[best, 'lag']} months" in alt_text(drawn)


def test_the_dashed_line_is_where_p_is_at_the_level():
    scan = lag_scan(pd.Series(np.arange(30.0) % 7), pd.Series(np.arange(30.0) % 5))
    drawn = plot_lag_scan(scan)
    limit = drawn.lines[1].get_ydata()
    assert ((scan["correlation"].abs() > limit) == (scan["p"] < 0.05)).all()


def test_a_scan_of_nothing():
    drawn = plot_lag_scan(lag_scan(pd.Series([1.0] * 5), pd.Series([2.0] * 5)))
    check(drawn)
    assert "None of them" in alt_text(drawn)
