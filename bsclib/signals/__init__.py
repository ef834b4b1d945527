"""Signal or noise, where it goes, what to say of it, and whether what was done about it helped."""

from bsclib.signals.action_effects import action_effects
from bsclib.signals.alarm_rates import expected_false_signals, false_alarms
from bsclib.signals.assurance import rank_signals, variation_and_assurance
from bsclib.signals.behaviour import process_behaviour
from bsclib.signals.diagnosis import diagnose
from bsclib.signals.forecasts import forecast, target_chances
from bsclib.signals.interrupted_series import effect_of
from bsclib.signals.level_shifts import change_points
from bsclib.signals.limits import natural_limits
from bsclib.signals.monitoring import monitor
from bsclib.signals.trend import theil_sen

__all__ = [
    "action_effects",
    "change_points",
    "diagnose",
    "effect_of",
    "expected_false_signals",
    "false_alarms",
    "forecast",
    "monitor",
    "natural_limits",
    "process_behaviour",
    "rank_signals",
    "target_chances",
    "theil_sen",
    "variation_and_assurance",
]
