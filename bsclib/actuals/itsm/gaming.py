"""Where holds look as if they kept tickets within their goals: a reason to look at tickets, never a verdict on people.

A clock that stands still while a ticket waits for its user is fair, and can be misused. Three things would show it:
tickets that were late by the clock and met only by their holds, more holds on tickets near the limit than on others,
and more tickets just below the limit than just above. Each unit is compared with all others.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from bsclib.actuals.itsm.clock import HOUR
from bsclib.actuals.itsm.measures import Calendars, Measures, measure
from bsclib.actuals.itsm.table import OTHER_KINDS, check_tickets
from bsclib.errors import ActualsError, Fault, UnknownNameError, unknown

NEAR, JUST = 0.8, 0.05
"""From which share of its goal on a ticket is near the limit; which share of it is just below and just above."""
CUT, LARGER = 3.0, 1.5
"""A unit is shown when it lies so many standard errors from the others, and so many times as high."""
SIGNS = ("met only by holds", "held near the limit", "just below the limit")
_BANDS = 5  # far, near, just below, just above, beyond


class _Table(NamedTuple):
    """Tickets by what they tell, for units or for shuffles of units; the last axis is the kind of ticket."""

    counts: np.ndarray

    def of(self, bands: slice, held: int | None = None, saved: int | None = None) -> np.ndarray:
        """How many there are in some bands, held or not, met only by their holds or not."""
        cells = self.counts.reshape(*self.counts.shape[:-1], _BANDS, 2, 2)[..., bands, :, :]
        cells = cells if held is None else cells[..., :, held : held + 1, :]
        cells = cells if saved is None else cells[..., :, :, saved : saved + 1]
        return cells.sum(axis=(-3, -2, -1)).astype(float)


def find_gaming(
    tickets: pd.DataFrame,
    calendars: Calendars | None = None,
    holds: pd.DataFrame | None = None,
    shuffles: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Find units whose holds, more than others', fall on tickets that would have missed their goals.

    Parameters
    ----------
    tickets : DataFrame
        As `check_tickets` takes it; solved tickets with a `goal_resolution` and known holds count.
    calendars : mapping of str to ServiceCalendar, optional
    holds : DataFrame, optional
        As for `ticket_kpis`; else `hold_hours` counts.
    shuffles : int, default 1000
        How often the units are dealt out anew over the same tickets, to see how often chance alone is shown.
    seed : int, default 0

    Returns
    -------
    DataFrame
        A row a unit: `unit`; `tickets`, `met`; `met_by_hold` (late by service hours, met only by their holds) and its
        share of those met; `held_near`, `near` (over 80 % of the goal, and met), `held_far`, `far`; `odds_ratio` of
        being held near the limit against far from it, with its 95 % interval `low` and `high`; `just_below` and
        `just_above` (within 5 % of the goal); `look` (whether these tickets are worth a look) and `why`;
        `false_alarm`: the share of shuffles in which any unit would be shown, the same in each row.

    Raises
    ------
    ActualsError
        When the tickets or holds cannot be read, or none of them counts.

    Notes
    -----
    A sign shows when the unit differs from all others by more than 3 standard errors and by a factor of 1.5: shares by
    their hypergeometric variance, odds ratios by Woolf's, half a ticket added to each count [1]_. Shuffles draw the
    same table with the units' sizes kept.

    References
    ----------
    .. [1] B. Woolf, On estimating the relation between blood group and disease, Annals of Human Genetics 19, 1955.

    Examples
    --------
    >>> from bsclib.actuals.itsm import find_gaming
    >>> opened = pd.Series(pd.date_range("2024-03-04T08:00Z", periods=400, freq="h"))
    >>> parked = opened.index % 8 == 0  # every eighth ticket takes nine hours, two of them on hold
    >>> tickets = pd.DataFrame(
    ...     {
    ...         "number": opened.index.astype("str"),
    ...         "unit": ["Rome" if one else "Oslo" for one in opened.index % 16 == 0],
    ...         "opened": opened,
    ...         "resolved": opened + pd.to_timedelta([9 if one else 5 for one in parked], unit="h"),
    ...         "hold_hours": [2.0 if one else 0.0 for one in opened.index % 16 == 0],
    ...         "goal_resolution": 8.0,
    ...     }
    ... )
    >>> find_gaming(tickets)[["unit", "met_by_hold", "look"]].to_numpy().tolist()
    [['Oslo', 0, False], ['Rome', 25, True]]
    """
    table = check_tickets(tickets)
    measures = measure(table, calendars, holds)
    rows = _counting(table, measures)
    units = table["unit"].iloc[rows].cat.remove_unused_categories()
    kinds = 4 * _BANDS
    cells = units.cat.codes.to_numpy() * kinds + _kind(measures, rows)
    counts = np.bincount(cells, minlength=len(units.cat.categories) * kinds).reshape(-1, kinds)
    signs = _signs(_Table(counts))
    drawn = _shuffled(counts, shuffles, np.random.default_rng(seed))
    alarms = _signs(_Table(drawn)).any(axis=(-1, -2)) if shuffles else np.zeros(0)
    own, met, far = _Table(counts), slice(0, 3), slice(0, 1)
    near = slice(1, 3)
    ratio, error = _log_odds(own)
    result = {
        "unit": list(units.cat.categories),
        "tickets": counts.sum(axis=1),
        "met": own.of(met),
        "met_by_hold": own.of(met, saved=1),
        "met_by_hold_share": own.of(met, saved=1) / np.where(own.of(met) > 0, own.of(met), np.nan),
        "held_near": own.of(near, held=1),
        "near": own.of(near),
        "held_far": own.of(far, held=1),
        "far": own.of(far),
        "odds_ratio": np.exp(ratio),
        "low": np.exp(ratio - 1.96 * error),
        "high": np.exp(ratio + 1.96 * error),
        "just_below": own.of(slice(2, 3)),
        "just_above": own.of(slice(3, 4)),
        "look": signs.any(axis=1),
        "why": ["; ".join(np.array(SIGNS)[row]) for row in signs],
        "false_alarm": float(alarms.mean()) if shuffles else np.nan,
    }
    counted = ["met", "met_by_hold", "held_near", "near", "held_far", "far", "just_below", "just_above"]
    return pd.DataFrame(result).astype(dict.fromkeys(counted, "int64"))


def tickets_to_look_at(
    tickets: pd.DataFrame,
    unit: str,
    calendars: Calendars | None = None,
    holds: pd.DataFrame | None = None,
    most: int = 10,
) -> pd.DataFrame:
    """List the tickets of a unit that met their goals only by their holds, those nearest to the limit first.

    Parameters
    ----------
    tickets, calendars, holds
        As for `find_gaming`.
    unit : str
    most : int, default 10

    Returns
    -------
    DataFrame
        `number`, `opened`, `resolved`, `goal_hours`, `service_hours` (holds included), `hold_hours`, `net_hours` (holds
        left out), `used` (the share of the goal that was used).

    Raises
    ------
    ActualsError
        As `find_gaming`.
    UnknownNameError
        When no ticket is of this unit.

    Examples
    --------
    >>> opened = pd.to_datetime(["2024-03-04T08:00Z", "2024-03-04T09:00Z"])
    >>> tickets = pd.DataFrame(
    ...     {
    ...         "number": ["A", "B"],
    ...         "unit": "Rome",
    ...         "opened": opened,
    ...         "resolved": opened + pd.Timedelta(hours=9),
    ...         "hold_hours": [0.0, 2.0],
    ...         "goal_resolution": 8.0,
    ...     }
    ... )
    >>> tickets_to_look_at(tickets, "Rome")[["number", "service_hours", "net_hours"]].values.tolist()
    [['B', 9.0, 7.0]]
    """
    table = check_tickets(tickets)
    if unit not in table["unit"].cat.categories:
        raise UnknownNameError(unknown("unit in the tickets", unit, filter(None, table["unit"].cat.categories), "unit"))
    measures = measure(table, calendars, holds)
    rows = _counting(table, measures)
    rows = rows[(table["unit"].iloc[rows] == unit).to_numpy()]
    goal, service, net = measures.goal[rows], measures.service[rows], measures.net[rows]
    saved = np.flatnonzero((service > goal) & (net <= goal))
    rows = rows[saved[np.argsort(-(net / goal)[saved], kind="stable")][:most]]
    chosen = table.iloc[rows]
    return pd.DataFrame(
        {
            "number": chosen["number"].to_numpy(),
            "opened": chosen["opened"].array,
            "resolved": pd.to_datetime(measures.solved[rows], unit="s", utc=True),
            "goal_hours": measures.goal[rows] / HOUR,
            "service_hours": measures.service[rows] / HOUR,
            "hold_hours": measures.hold[rows] / HOUR,
            "net_hours": measures.net[rows] / HOUR,
            "used": measures.net[rows] / measures.goal[rows],
        }
    )


def _counting(table: pd.DataFrame, measures: Measures) -> np.ndarray:
    """The places of the tickets that tell something: solved, with a goal, and with known holds."""
    known = ~np.isnan(measures.service) & ~np.isnan(measures.hold) & (measures.goal > 0)
    left_out = (table["state"] == "cancelled") | table["kind"].isin(OTHER_KINDS)
    rows = np.flatnonzero(known & ~left_out.to_numpy())
    if not len(rows):
        fix = "give goal_resolution, and hold_hours or a table of holds"
        raise ActualsError(Fault("the table of tickets", "no solved ticket has a goal and known holds", fix=fix))
    return rows


def _kind(measures: Measures, rows: np.ndarray) -> np.ndarray:
    """What each ticket tells: its band of the goal, whether it was held, whether its hold saved it."""
    goal, net = measures.goal[rows], measures.net[rows]
    band = np.digitize(net / goal, [NEAR, 1 - JUST, 1, 1 + JUST], right=True)
    saved = (measures.service[rows] > goal) & (net <= goal)
    return band * 4 + (measures.hold[rows] > 0) * 2 + saved


def _signs(units: _Table) -> np.ndarray:
    """Which signs each unit shows beside all others."""
    others = _Table(units.counts.sum(axis=-2, keepdims=True) - units.counts)
    met, below, around = slice(0, 3), slice(2, 3), slice(2, 4)
    saved = _apart(units.of(met, saved=1), units.of(met), others.of(met, saved=1), others.of(met))
    bunched = _apart(units.of(below), units.of(around), others.of(below), others.of(around))
    (own, own_error), (rest, rest_error) = _log_odds(units), _log_odds(others)
    held = (own - rest > CUT * np.hypot(own_error, rest_error)) & (own - rest > np.log(LARGER))
    return np.stack([saved, held, bunched], axis=-1)


def _apart(part: np.ndarray, whole: np.ndarray, other_part: np.ndarray, other_whole: np.ndarray) -> np.ndarray:
    """Whether a share is larger than that of the others by more than chance: its odds, and its standard errors."""
    total, marked = whole + other_whole, part + other_part
    with np.errstate(divide="ignore", invalid="ignore"):
        share = marked / total
        variance = whole * share * (1 - share) * other_whole / np.maximum(total - 1, 1)
        far = part - whole * share > CUT * np.sqrt(variance)
    odds, other_odds = ((some + 0.5) / (many - some + 0.5) for some, many in ((part, whole), (other_part, other_whole)))
    return far & (variance > 0) & (odds > LARGER * other_odds)


def _log_odds(units: _Table) -> tuple[np.ndarray, np.ndarray]:
    """The logarithm of the odds ratio of being held near the limit against far from it, and its standard error."""
    near, far = slice(1, 3), slice(0, 1)
    cells = [units.of(band, held=held) + 0.5 for band in (near, far) for held in (1, 0)]
    ratio = np.log(cells[0]) - np.log(cells[1]) - np.log(cells[2]) + np.log(cells[3])
    return ratio, np.sqrt(sum(1 / cell for cell in cells))


def _shuffled(counts: np.ndarray, shuffles: int, rng: np.random.Generator) -> np.ndarray:
    """Tables with the same sums, as dealing the tickets out over the units anew gives them."""
    tables = np.empty((shuffles, *counts.shape), dtype=np.int64)
    sizes = counts.sum(axis=1)
    for table in tables:
        left = counts.sum(axis=0)
        for unit, size in enumerate(sizes):
            table[unit] = rng.multivariate_hypergeometric(left, size, method="marginals")
            left = left - table[unit]
    return tables
