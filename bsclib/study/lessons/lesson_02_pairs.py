"""What lesson 02 shows of pairs: which KPIs move together, and which of them say the same twice."""

from __future__ import annotations

import pandas as pd

from bsclib.design.selection.redundancy import ABOVE
from bsclib.errors import UnknownNameError, unknown
from bsclib.model.edit import keep
from bsclib.model.nouns import Scorecard
from bsclib.plots.redundancy import plot_redundancy
from bsclib.reporting.display import Html, named, table
from bsclib.study.lessons.aloud import aloud, aside
from bsclib.study.lessons.lesson_02_shortlist import Shortlist
from bsclib.wording import counted, quoted, signed

_OUT = "Pairs that move together once trend, season and events are out"


def correlated(short: Shortlist, column: str) -> Html:
    """The pairs that correlate most: as they are (`raw`), or in what trend, season and events leave over (`left`)."""
    if column not in ("raw", "left"):
        raise UnknownNameError(unknown("way to compare", column, ("raw", "left")))
    rows = named(named(short.pairs, short.card.names, "kpi"), short.card.names, "other")
    if rows.empty:
        return aloud(None, "No two KPIs have two years of actuals in common: too few to compare.")
    top = rows.reindex(rows[column].abs().sort_values(ascending=False, kind="stable").index).head(6)
    raw = column == "raw"
    first = top.iloc[0]
    said = f"{quoted(first['kpi'])} and {quoted(first['other'])} lead the list with {signed(first[column], 2)}."
    if raw:
        shown = top[["kpi", "other", "raw"]].rename(columns={"raw": "correlation"})
        rest = "Would you say that they tell the same story? Both may only follow the calendar."
        return aloud(table(shown, "Pairs that correlate most, as they are", {"correlation": "{:+.2f}"}), said, rest)
    columns = {"raw": "as_they_are", "left": "in_departures"}
    shown = top[["kpi", "other", *columns, "by_arithmetic"]].rename(columns=columns)
    both = f"{counted(len(short.apart), 'pair')} {'has' if len(short.apart) == 1 else 'have'}"
    rest = f"{both} {ABOVE} or more and a quantity in common."
    out = table(shown, _OUT, dict.fromkeys(columns.values(), "{:+.2f}"))
    return aside(aloud(out, said, rest, _turned(top[top["raw"].round(2) * top["left"].round(2) < 0])))


def _turned(pairs: pd.DataFrame) -> str:
    """Why the sign of a correlation may turn when trend and season are out."""
    if pairs.empty:
        return ""
    one = pairs.iloc[0]
    both = f"{quoted(one['kpi'])} and {quoted(one['other'])}"
    years, months = ("one rose while the other fell", "they rise and fall together")
    if one["left"] < 0:
        years, months = ("they rose or fell together", "one rises when the other falls")
    signs = f"{signed(one['raw'], 2)} as they are, and {signed(one['left'], 2)} in their departures"
    return f"The sign may turn: {both} show {signs}. Over the years {years}, but from month to month {months}."


def nearest_few(short: Shortlist, most: int = 7) -> Scorecard | None:
    """The scorecard cut down to the few KPIs that move together most; nothing where too few can be compared."""
    top = short.pairs.reindex(short.pairs["left"].abs().sort_values(ascending=False, kind="stable").index)
    few: list[str] = []
    for pair in zip(top["kpi"], top["other"], strict=True):
        few += [id for id in pair if id not in few]
        if len(few) >= most:
            break
    return keep(short.card, kpis=few[:most]) if len(few) > 1 else None


def framed(short: Shortlist) -> Html:
    """The picture of the few that move together most, and what it shows."""
    few = nearest_few(short)
    picture = (
        plot_redundancy(short.actuals[short.actuals["kpi"].isin([one.id for one in few.kpis])], few) if few else None
    )
    return aside(_framed(short), picture, "The picture: which KPIs move together")


def _framed(short: Shortlist) -> Html:
    """What the picture of what moves together shows."""
    if not short.apart:
        return aloud(None, "No two KPIs stand in a frame, so nothing here has to be kept apart.")
    one, other = (quoted(short.card.names[id]) for id in short.apart[0])
    said = f"Look at the frame: {one} and {other} move together, because both contain the same quantity."
    return aloud(None, said)
