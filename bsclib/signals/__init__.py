"""Signal or noise, where it goes, and what to say of it: process behaviour charts and the NHS's two words."""

from bsclib.signals.assurance import expected_false_signals, rank_signals, variation_and_assurance
from bsclib.signals.behaviour import process_behaviour
from bsclib.signals.forecasts import forecast, target_chances
from bsclib.signals.limits import natural_limits

__all__ = [
    "expected_false_signals",
    "forecast",
    "natural_limits",
    "process_behaviour",
    "rank_signals",
    "target_chances",
    "variation_and_assurance",
]
