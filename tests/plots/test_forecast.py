import numpy as np
import pandas as pd
import pytest
from oddities import card, kpi
from pictures import check, words

from bsclib import load_dataset
from bsclib.errors import BscError
from bsclib.plots import alt_text, plot_forecast
from bsclib.signals import forecast, process_behaviour, target_chances


@pytest.fixture(scope="module")
def meridian():
    scorecard, actuals = load_dataset("meridian")
    bands = [forecast(actuals, 12, level, scorecard=scorecard) for level in (0.9, 0.8)]
    return scorecard, process_behaviour(actuals, scorecard), *bands, target_chances(actuals, scorecard)


def test_kpis_of_all_units_can_be_drawn(meridian):
    scorecard, history, wide, narrow, chances = meridian
    for row in chances.iloc[::11].itertuples():
        axes = plot_forecast(wide, history, scorecard, row.kpi, row.unit, narrow, chance=row.chance)
        check(axes)
        assert "chance of the target then" in " ".join(words(axes))


def test_both_bands_are_drawn_and_told(meridian):
    scorecard, history, wide, narrow, _ = meridian
    axes = plot_forecast(wide, history, scorecard, "mttr", narrow=narrow, chance=0.05)
    assert len(axes.collections) == 2
    text = alt_text(axes)
    assert "90 %: " in text
    assert "80 %: " in text
    assert "made with a chance of 5 %" in text
    line = next(line for line in axes.lines if line.get_label() == "forecast")
    own = wide.query("kpi == 'mttr' and unit == ''")["expected"]
    assert line.get_ydata()[1:] == pytest.approx(own.to_numpy())


def test_few_points_and_a_range():
    ranged = card(kpi(direction="within_range", target=[5, 7], baseline=None))
    for values in ([6.0], [5.0, 6.0, 5.5], np.random.default_rng(1).normal(6, 1, 30)):
        periods = pd.period_range("2022-01", periods=len(values), freq="M").astype(str)
        actuals = pd.DataFrame({"kpi": "k0", "period": periods, "actual": values})
        ahead, history = forecast(actuals, 6, scorecard=ranged), process_behaviour(actuals, ranged)
        check(plot_forecast(ahead, history, ranged, "k0"))


def test_a_forecast_without_the_kpi_is_refused(meridian):
    scorecard, history, wide, _, _ = meridian
    with pytest.raises(BscError, match="the forecast has nothing of mttr"):
        plot_forecast(wide.query("kpi != 'mttr'"), history, scorecard, "mttr")
