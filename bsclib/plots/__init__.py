"""Pictures of scores and of choices: where things stand, how they went, what drives what, and what to do first.

Every function takes frames and returns matplotlib Axes. `show` displays them in a notebook, with the alternative text
that `alt_text` reads. Nothing else is displayed, and no figure stays open. A status is always told by a symbol or a
word as well as by its colour.
"""

from bsclib.plots.alignment import plot_alignment
from bsclib.plots.canvas import alt_text, show
from bsclib.plots.drivers import plot_drivers
from bsclib.plots.fan import plot_fan
from bsclib.plots.frontier import plot_frontier
from bsclib.plots.heat_map import plot_heat_map
from bsclib.plots.influence import plot_influence
from bsclib.plots.link_picture import plot_link
from bsclib.plots.map_picture import plot_strategy_map
from bsclib.plots.pair import plot_lag_scan, plot_pair
from bsclib.plots.practices import plot_practices
from bsclib.plots.prices import plot_prices
from bsclib.plots.priorities import plot_priorities
from bsclib.plots.ranking import plot_ranking
from bsclib.plots.redundancy import plot_redundancy
from bsclib.plots.scenarios import plot_scenarios
from bsclib.plots.schedule import plot_schedule
from bsclib.plots.score_trend import plot_score_trend
from bsclib.plots.trends import plot_trends
from bsclib.plots.waterfall import plot_contributions

__all__ = [
    "alt_text",
    "plot_alignment",
    "plot_contributions",
    "plot_drivers",
    "plot_fan",
    "plot_frontier",
    "plot_heat_map",
    "plot_influence",
    "plot_lag_scan",
    "plot_link",
    "plot_pair",
    "plot_practices",
    "plot_prices",
    "plot_priorities",
    "plot_ranking",
    "plot_redundancy",
    "plot_scenarios",
    "plot_schedule",
    "plot_score_trend",
    "plot_strategy_map",
    "plot_trends",
    "show",
]
