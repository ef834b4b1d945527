"""Tickets with the due times, hours and verdicts that a tool with a known calendar gives."""

import numpy as np
import pandas as pd

from bsclib.actuals.itsm.calendar import ServiceCalendar
from bsclib.actuals.itsm.clock import due_time, service_hours

# As a GLPI sample of 146 tickets has it: Monday to Friday 7 to 19, Saturday 8 to 12.
GLPI = ServiceCalendar({"mon-fri": "7:00-19:00", "sat": "8:00-12:00"}, zone="America/Sao_Paulo")


def exported(size=146, at_closing="glpi", seed=0, calendar=GLPI):
    """Tickets with the numbers that a tool with this calendar gives, to the minute."""
    rng = np.random.default_rng(seed)
    opened = pd.Series(
        pd.Timestamp("2025-05-12T11:00Z") + pd.to_timedelta(rng.integers(0, 100 * 1440, size), unit="min")
    )
    resolved = opened + pd.to_timedelta(rng.exponential(1500, size).astype(int), unit="min")
    goal, hold = rng.choice([2.0, 4.0, 6.0], size), rng.choice([0.0, 0.0, 3.0, 12.0], size)
    due = due_time(opened, goal + hold, calendar, at_closing=at_closing)
    spent = service_hours(opened, resolved, calendar)
    columns = {"opened": opened, "resolved": resolved, "due": due, "goal_resolution": goal, "hold_hours": hold}
    net = np.maximum(spent - hold, 0)
    return pd.DataFrame({"number": opened.index.astype("str"), **columns, "own_hours": net, "own_met": net <= goal})
