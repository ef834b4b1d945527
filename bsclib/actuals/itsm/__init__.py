"""Tickets, changes and projects as they become actuals: the clock, the KPIs, the export's own numbers, gaming."""

from bsclib.actuals.itsm.table import check_tickets

__all__ = ["check_tickets"]
