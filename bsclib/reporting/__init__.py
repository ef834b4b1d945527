"""What a person reads: sentences and tables, the briefing, the memo, and one page from one notebook.

A notebook says what it found with `sentence`, `bullets` and `table`; `briefing` answers what a director asks of the
scores; a `Brand` is how the organisation writes. Everything is imported when it is first used, because batches read
notebooks' parameters here and have to stay light.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "alignment": ["alignment_report"],
    "brand": ["Brand", "read_brand"],
    "display": ["bullets", "disclosures", "heading", "named", "record", "sentence", "table"],
    "evidence_tables": ["evidence_table", "round_numbers"],
    "meeting": ["meeting_page"],
    "memo.page": ["decision_memo"],
    "memo.scenario": ["scenario_report"],
    "notebook": ["check_parameters"],
    "scenario_text": [
        *("allocation_summary", "band_table", "coverage_sentence", "effects_table", "first_month_table"),
        *("initiative_table", "projection_summary"),
    ],
    "tables": ["definition_tables", "series_summary"],
}
__all__ = sorted(name for names in _HOMES.values() for name in names)


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"bsclib.reporting.{home}"), name)
    raise AttributeError(f"module 'bsclib.reporting' has no attribute {name!r}")
