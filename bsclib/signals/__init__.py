"""Signal or noise, where it goes, what to say of it, and whether what was done about it helped."""

from bsclib.signals.action_effects import action_effects
from bsclib.signals.assurance import expected_false_signals, rank_signals, variation_and_assurance
from bsclib.signals.behaviour import process_behaviour
from bsclib.signals.diagnosis import diagnose
from bsclib.signals.forecasts import forecast, target_chances
from bsclib.signals.interrupted_series import effect_of
from bsclib.signals.limits import natural_limits
from bsclib.signals.monitoring import monitor

__all__ = [
    "action_effects",
    "diagnose",
    "effect_of",
    "expected_false_signals",
    "forecast",
    "monitor",
    "natural_limits",
    "process_behaviour",
    "rank_signals",
    "target_chances",
    "variation_and_assurance",
]
