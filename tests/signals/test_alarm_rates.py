import pytest

from bsclib import load_dataset
from bsclib.errors import BscError, UnknownNameError
from bsclib.signals import expected_false_signals, false_alarms, process_behaviour
from bsclib.signals.alarm_rates import WORLDS, false_alarm_rate
from bsclib.signals.run_rules import RULE_SETS

MOST = {"independent": 0.15, "season": 0.20, "trend": 0.20, "season and memory 0.5": 0.26} | {
    f"memory {share}": 0.33 for share in (0.3, 0.5, 0.7)
}


def test_false_alarms_are_rare_and_steps_are_found():
    # What `make bench` measures on 2,000 series a world, here on 150: within three standard errors of the bars.
    table = false_alarms(series=150).set_index("world")
    assert table.index.tolist() == list(WORLDS)
    for world, most in MOST.items():
        assert table.loc[world, "false_alarm"] <= most + 0.09, world
        assert table.loc[world, "found"] >= 0.71 - 0.11, world
    assert (table.loc[["memory 0.7", "trend", "season and memory 0.5"], "raw"] > 0.6).all()


def test_the_same_seed_gives_the_same_table():
    assert false_alarms(10).equals(false_alarms(10))
    assert not false_alarms(10).equals(false_alarms(10, seed=2))


def test_what_cannot_be_simulated():
    with pytest.raises(BscError, match="this cannot be simulated"):
        false_alarms(0)
    with pytest.raises(BscError, match="this cannot be simulated"):
        false_alarms(5, baseline=6)
    with pytest.raises(UnknownNameError, match="did you mean 'nelson'"):
        false_alarms(1, rules="nelsen")


def test_more_false_signals_are_expected_of_more_rules_and_more_series():
    scorecard, actuals = load_dataset("meridian")
    chart = process_behaviour(actuals, scorecard)
    rates = {rules: false_alarm_rate(rules) for rules in RULE_SETS}
    assert rates["limits"] < rates["wheeler"] < rates["western_electric"] < rates["nelson"] < 0.06
    judged = chart.query("period == '2026-06' and actual.notna() and centre.notna()")
    quarters = chart.query("period == '2026-Q2' and actual.notna() and centre.notna()")
    assert expected_false_signals(chart) == pytest.approx((len(judged) + len(quarters)) * rates["wheeler"])
