"""Pictures of scores and of choices: where things stand, how they went, what drives what, and what to do first.

Every function takes frames and returns matplotlib Axes. `show` displays them in a notebook, with the alternative text
that `alt_text` reads. Nothing else is displayed, and no figure stays open. A status is always told by a symbol or a
word as well as by its colour. A picture is imported when it is first drawn: pages that draw none need the colours only.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "alignment": ["plot_alignment"],
    "canvas": ["alt_text", "show"],
    "drivers": ["plot_drivers"],
    "fan": ["plot_fan"],
    "forecast": ["plot_forecast"],
    "frontier": ["plot_frontier"],
    "heat_map": ["plot_heat_map"],
    "influence": ["plot_influence"],
    "link_picture": ["plot_link"],
    "map_picture": ["plot_strategy_map"],
    "pair": ["plot_lag_scan", "plot_pair"],
    "practices": ["plot_practices"],
    "prices": ["plot_prices"],
    "priorities": ["plot_priorities"],
    "process_behaviour": ["plot_process_behaviour"],
    "ranking": ["plot_ranking"],
    "redundancy": ["plot_redundancy"],
    "scenarios": ["plot_scenarios"],
    "schedule": ["plot_schedule"],
    "score_trend": ["plot_score_trend"],
    "trends": ["plot_trends"],
    "waterfall": ["plot_contributions"],
}
__all__ = sorted(name for names in _HOMES.values() for name in names)


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"bsclib.plots.{home}"), name)
    raise AttributeError(f"module 'bsclib.plots' has no attribute {name!r}")
