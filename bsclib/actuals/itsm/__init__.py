"""Tickets, changes and projects as they become actuals: the clock, the KPIs, the export's own numbers, gaming."""

from bsclib.actuals.itsm.calendar import ServiceCalendar
from bsclib.actuals.itsm.clock import due_time, goal_hours, service_hours
from bsclib.actuals.itsm.kpis import ticket_kpis
from bsclib.actuals.itsm.table import check_tickets

__all__ = ["ServiceCalendar", "check_tickets", "due_time", "goal_hours", "service_hours", "ticket_kpis"]
