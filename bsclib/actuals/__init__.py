"""What was observed: one tidy table, how it adds up over time and across units, and its departures."""

from bsclib.actuals.aggregate import monthly, to_period
from bsclib.actuals.breaks import find_breaks
from bsclib.actuals.correlations import kpi_correlations
from bsclib.actuals.departures import find_departures
from bsclib.actuals.table import check_actuals

__all__ = ["check_actuals", "find_breaks", "find_departures", "kpi_correlations", "monthly", "to_period"]
