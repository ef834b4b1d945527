"""Signal or noise, where it goes, and what to say of it: process behaviour charts and the NHS's two words."""

from bsclib.signals.alarm_rates import expected_false_signals, false_alarms
from bsclib.signals.assurance import rank_signals, variation_and_assurance
from bsclib.signals.behaviour import process_behaviour
from bsclib.signals.forecasts import forecast, target_chances
from bsclib.signals.level_shifts import change_points
from bsclib.signals.limits import natural_limits
from bsclib.signals.trend import theil_sen

__all__ = [
    "change_points",
    "expected_false_signals",
    "false_alarms",
    "forecast",
    "natural_limits",
    "process_behaviour",
    "rank_signals",
    "target_chances",
    "theil_sen",
    "variation_and_assurance",
]
