"""Notebooks and their parameters, run to reports: one, or ten thousand."""

from __future__ import annotations

from bsclib.parameters import check_parameters
from bsclib.reports.batch import run_batch
from bsclib.reports.one import run_report, to_html
from bsclib.reports.planning import plan

__all__ = ["check_parameters", "plan", "run_batch", "run_report", "to_html"]
