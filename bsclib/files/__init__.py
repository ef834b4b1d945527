"""Scorecards, actuals and the data that ships, from and to YAML, CSV, Parquet and Excel; import of other people's.

They are imported when they are first used: whoever only writes a text file whole or not at all loads no Excel.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "files.catalogue": ["as_kpi", "find_kpis", "kpi_catalogue", "practice_coverage"],
    "files.datasets": [
        "answer_key",
        "describe_dataset",
        "list_datasets",
        "load_dataset",
        "published_errata",
        "published_examples",
    ],
    "files.goal_tables": ["GoalTables", "read_goal_tables", "write_goal_template"],
    "files.imports.mapping": ["ImportMapping", "read_mapping"],
    "files.imports.reading": ["Imported", "import_files"],
    "files.tickets.guess": ["Guess", "guess_map"],
    "files.tickets.read": ["Tickets", "read_tickets"],
    "files.tickets.ticket_map": ["TicketMap"],
    "files.scorecards": ["read_actuals", "read_scorecard", "write_actuals", "write_scorecard"],
    "files.tower": ["Tower", "read_tower"],
}
__all__ = sorted(name for names in _HOMES.values() for name in names)


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"bsclib.{home}"), name)
    raise AttributeError(f"module 'bsclib.files' has no attribute {name!r}")
