"""What a director asks of the scores, answered in small tables and plain sentences.

Where do we stand, what moved and why, what is off target and who does something about it, what is missing, and how was
it computed. Tables are frames that are ready to be shown; every sentence is made from the numbers.
"""

from bsclib.reporting.briefing.how_computed import computed, rules
from bsclib.reporting.briefing.missing_data import breaks, gaps, missing
from bsclib.reporting.briefing.movement import moved, movement
from bsclib.reporting.briefing.off_target import amiss, at_risk
from bsclib.reporting.briefing.record import recorded
from bsclib.reporting.briefing.standing import headline, standing, summary, title
from bsclib.wording import month_name

__all__ = [
    "amiss",
    "at_risk",
    "breaks",
    "computed",
    "gaps",
    "headline",
    "missing",
    "month_name",
    "moved",
    "movement",
    "recorded",
    "rules",
    "standing",
    "summary",
    "title",
]
