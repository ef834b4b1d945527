"""What a director asks of the scores, answered in small tables and plain sentences.

Where do we stand, what moved and why, what is off target and who does something about it, what is missing, and how was
it computed. Tables are frames that are ready to be shown; every sentence is made from the numbers.
"""

from bsclib.reporting.briefing.ahead import foreseen
from bsclib.reporting.briefing.attribution import movement, movement_table
from bsclib.reporting.briefing.breakdown import breakdown
from bsclib.reporting.briefing.decisions import to_decide
from bsclib.reporting.briefing.how_computed import roll_up_table, rules
from bsclib.reporting.briefing.map_words import link_verdicts, weakest_cause
from bsclib.reporting.briefing.means import means_said
from bsclib.reporting.briefing.missing_data import caveats, filled, gaps, missing_actuals, series_breaks
from bsclib.reporting.briefing.off_target import kpis_with_status, watch_list
from bsclib.reporting.briefing.overview import course, headline, standing, summary, title, weakest_unit
from bsclib.reporting.briefing.record import report_data
from bsclib.reporting.briefing.shared_language import shared_breakdown, shared_language, shared_summary
from bsclib.reporting.briefing.three_views import three_views
from bsclib.reporting.briefing.trends import courses
from bsclib.reporting.briefing.two_words import signal_sentences, signal_table, two_words

__all__ = [
    "breakdown",
    "caveats",
    "course",
    "courses",
    "filled",
    "foreseen",
    "gaps",
    "headline",
    "kpis_with_status",
    "link_verdicts",
    "means_said",
    "missing_actuals",
    "movement",
    "movement_table",
    "report_data",
    "roll_up_table",
    "rules",
    "series_breaks",
    "shared_breakdown",
    "shared_language",
    "shared_summary",
    "signal_sentences",
    "signal_table",
    "standing",
    "summary",
    "three_views",
    "title",
    "to_decide",
    "two_words",
    "watch_list",
    "weakest_cause",
    "weakest_unit",
]
