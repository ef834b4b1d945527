"""Tickets, changes and projects as they become actuals: the clock, the KPIs, the export's own numbers, gaming."""

from bsclib.actuals.itsm.calendar import ServiceCalendar
from bsclib.actuals.itsm.clock import due_time, goal_hours, service_hours
from bsclib.actuals.itsm.comparison import Comparison, compare_with_export
from bsclib.actuals.itsm.fitting import fit_calendar
from bsclib.actuals.itsm.gaming import find_gaming, tickets_to_look_at
from bsclib.actuals.itsm.kpis import ticket_kpis
from bsclib.actuals.itsm.table import check_tickets

__all__ = [
    "Comparison",
    "ServiceCalendar",
    "check_tickets",
    "compare_with_export",
    "due_time",
    "find_gaming",
    "fit_calendar",
    "goal_hours",
    "service_hours",
    "ticket_kpis",
    "tickets_to_look_at",
]
