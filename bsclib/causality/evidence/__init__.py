"""Is this link real? The strategy map's claims of cause and effect, tested on the actuals.

`link_evidence` answers for a scorecard; `engine.examine` does the same for plain arrays.
"""

from bsclib.causality.evidence.links import COLUMNS, link_evidence

__all__ = ["COLUMNS", "link_evidence"]
