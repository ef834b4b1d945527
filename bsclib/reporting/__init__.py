"""What a person reads: sentences and tables, the briefing, the memo, and one page from one notebook.

A notebook says what it found with `sentence`, `bullets` and `table`; `briefing` answers what a director asks of the
scores; a `Brand` is how the organisation writes. Everything is imported when it is first used, because batches read
notebooks' parameters here and have to stay light.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bsclib.reporting.brand import Brand, read_brand
    from bsclib.reporting.display import bullets, heading, named, record, sentence, table
    from bsclib.reporting.evidence_tables import evidence_table, round_numbers
    from bsclib.reporting.notebook import check_parameters
    from bsclib.reporting.tables import definition_tables, series_summary

__all__ = [
    "Brand",
    "bullets",
    "check_parameters",
    "definition_tables",
    "evidence_table",
    "heading",
    "named",
    "read_brand",
    "record",
    "round_numbers",
    "sentence",
    "series_summary",
    "table",
]

_HOMES = {
    "brand": ("Brand", "read_brand"),
    "display": ("bullets", "heading", "named", "record", "sentence", "table"),
    "evidence_tables": ("evidence_table", "round_numbers"),
    "notebook": ("check_parameters",),
    "tables": ("definition_tables", "series_summary"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"bsclib.reporting.{home}"), name)
    raise AttributeError(f"module 'bsclib.reporting' has no attribute {name!r}")
