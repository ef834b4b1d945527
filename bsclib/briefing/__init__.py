"""What a director asks of the scores, answered in small tables and plain sentences.

Where do we stand, what moved and why, what is off target and who does something about it, what is missing, and how was
it computed. Tables are frames that are ready to be shown; every sentence is made from the numbers.
"""

from bsclib.briefing.amiss import amiss, at_risk
from bsclib.briefing.computed import computed, rules
from bsclib.briefing.gaps import breaks, gaps, missing
from bsclib.briefing.movement import moved, movement
from bsclib.briefing.recorded import recorded
from bsclib.briefing.standing import headline, standing, summary, title
from bsclib.briefing.wording import month_name

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
