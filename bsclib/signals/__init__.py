"""Signal or noise, forecast to target, did the action help."""

from __future__ import annotations

from bsclib.signals.action_effects import action_effects
from bsclib.signals.interrupted_series import effect_of

__all__ = ["action_effects", "effect_of"]
