"""What the `bsc` command prints: a tree of scores, what a scorecard's files hold, lines for other programs.

Text from files is printed as it is and never read as markup. A status is a symbol and a word; where the terminal cannot
show the symbol, the word stays.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

import pandas as pd
from rich.console import Console
from rich.padding import Padding
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from bsclib import periods
from bsclib.explanations import WORDS
from bsclib.model import KPI, Scorecard
from bsclib.palette import SYMBOLS
from bsclib.scoring import LEVELS

if TYPE_CHECKING:
    from bsclib.datasets import Description

_STYLES = {"on_target": "cyan", "at_risk": "yellow", "off_target": "bold red", "no_data": "dim"}
WHOLE = "the organisation as a whole"
MOST_UNITS = 30


def console(stderr: bool = False) -> Console:
    """A console that leaves words as they are: no markup, no emoji codes, no guessed highlights.

    Where there is no terminal, lines may be 120 characters long, or as long as the variable COLUMNS says.
    """
    out = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not out.is_terminal and "COLUMNS" not in os.environ:
        out.width = 120
    return out


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function to call as ``(done, total)``, which draws a bar on standard error if that is a terminal."""
    err = console(stderr=True)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def show_scores(out: Console, scores: pd.DataFrame, scorecard: Scorecard, unit: str = "") -> None:
    """Print the last month's scores of one unit as a tree, with every KPI's actual and what was expected.

    Parameters
    ----------
    out : Console
        Where to print.
    scores : DataFrame
        As `bsclib.score` returns it.
    scorecard : Scorecard
        The one that was scored.
    unit : str, default ""
        The unit; by default the organisation as a whole, followed by a line for each unit.
    """
    last = scores[scores["period"] == scores.attrs["as_of"]]
    here = last[last["unit"] == unit].set_index("id")
    out.print(Text(f"{scorecard.name}: {unit or WHOLE}, {scores.attrs['as_of']}"), style="bold", soft_wrap=True)
    tree = _tree(out, here, scorecard, ids=True)
    if out.measure(tree, options=out.options.update(max_width=1000)).maximum > out.width:
        tree = _tree(out, here, scorecard, ids=False)
    out.print(tree)
    for id, row in here[(here["level"] == "kpi") & here["actual"].isna()].iterrows():
        out.print(Text(f"{id}: {row['reason'] or 'no actual'}"), style="dim", soft_wrap=True)
    if not unit:
        _show_units(out, last[(last["level"] == "scorecard") & (last["unit"] != "")])


def _tree(out: Console, here: pd.DataFrame, scorecard: Scorecard, ids: bool) -> Table:
    table = _table(
        "Name", *(["Id"] if ids else []), ("Score", "right"), "Status", ("Actual", "right"), ("Expected", "right")
    )
    table.columns[0].min_width = 24
    for id in _downwards(scorecard):
        row = here.loc[id]
        depth = LEVELS.index(row["level"])
        name = Padding(Text(scorecard.names[id], style="bold" if depth < 2 else ""), (0, 0, 0, 2 * depth))
        kpi = scorecard.kpi(id) if row["level"] == "kpi" else None
        numbers = (kpi.show(row["actual"]), _expected(kpi, row["expected"])) if kpi else ("", "")
        cells: list[str | Text] = [_score(row["score"]), _status(out, row["status"], row["label"]), *map(Text, numbers)]
        table.add_row(name, *([Text(id, style="dim")] if ids else []), *cells)
    return table


def _downwards(scorecard: Scorecard) -> Iterator[str]:
    """Every id, each parent before its children."""
    yield scorecard.id
    for perspective in scorecard.perspectives:
        yield perspective.id
        for objective in scorecard.objectives_of(perspective.id):
            yield objective.id
            yield from (kpi.id for kpi in scorecard.kpis_of(objective.id))


def _show_units(out: Console, rows: pd.DataFrame) -> None:
    if rows.empty:
        return
    table = _table("Unit", ("Score", "right"), "Status")
    worst_first = rows.sort_values("score", na_position="last", kind="stable")
    for row in worst_first.head(MOST_UNITS).itertuples():
        table.add_row(Text(str(row.unit)), _score(float(str(row.score))), _status(out, str(row.status)))
    out.print()
    out.print(table)
    if len(rows) > MOST_UNITS:
        out.print(f"and {len(rows) - MOST_UNITS} more units, which score as high or higher")


def _table(*columns: str | tuple[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="underline")
    for column in columns:
        name, justify = column if isinstance(column, tuple) else (column, "left")
        table.add_column(name, justify=justify, no_wrap=name in ("Score", "Status"), overflow="fold")  # type: ignore[arg-type]
    return table


def _score(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.1f}"


def _status(out: Console, status: str, label: str = "") -> Text:
    try:
        SYMBOLS[status].encode(out.encoding)
        symbol = f"{SYMBOLS[status]} "
    except (UnicodeEncodeError, LookupError):
        symbol = ""
    return Text(symbol + WORDS[status] + (f" ({label})" if label else ""), style=_STYLES.get(status, ""))


def _expected(kpi: KPI, value: float) -> str:
    if kpi.direction == "within_range":
        low, high = kpi.range
        return f"{kpi.show(low)} to {kpi.show(high)}"
    return kpi.show(value)


def show_facts(out: Console, facts: Iterable[tuple[str, str]]) -> None:
    """Print what was found, a line each: what it is, and what is there.

    Examples
    --------
    >>> show_facts(console(), [("KPIs", "8"), ("units", "Applications, Infrastructure")])
    KPIs   8
    units  Applications, Infrastructure
    """
    grid = Table.grid(padding=(0, 2))
    for what, there in facts:
        grid.add_row(Text(what, style="bold"), Text(there))
    out.print(grid)


def facts(scorecard: Scorecard, actuals: pd.DataFrame) -> list[tuple[str, str]]:
    """What a scorecard's files hold, in words: how many of what, which units and periods, what is missing.

    Parameters
    ----------
    scorecard : Scorecard
        As read.
    actuals : DataFrame
        As `bsclib.read_actuals` returns it.

    Returns
    -------
    list of (str, str)
        What it is, and what is there.
    """
    parts = {
        name: getattr(scorecard, name) for name in ("perspectives", "objectives", "links", "initiatives", "events")
    }
    counts = [f"{len(found)} {name if len(found) != 1 else name[:-1]}" for name, found in parts.items() if found]
    kpis = f"{len(scorecard.kpis)} KPI{'s' * (len(scorecard.kpis) != 1)}"
    units = sorted(str(unit) for unit in actuals["unit"].cat.categories if unit)
    found = [
        ("Scorecard", f"{scorecard.name} ({scorecard.id})"),
        ("It has", ", ".join([*counts[:2], kpis, *counts[2:]])),
        ("Actuals", f"{len(actuals)} rows" + _spanned(actuals)),
        ("Units", _some(units) or f"none: every row is of {WHOLE}"),
    ]
    silent = [kpi.id for kpi in scorecard.kpis if kpi.id not in set(actuals["kpi"])]
    empty = actuals[actuals[["actual", "numerator", "denominator"]].isna().all(axis=1)]
    if silent:
        found.append(("Without rows", _some(silent)))
    if len(empty):
        found.append(("Empty rows", f"{len(empty)}: nothing was observed there"))
    return [*found, *(("Note", note) for note in actuals.attrs.get("notes", ()))]


def _spanned(actuals: pd.DataFrame) -> str:
    if actuals.empty:
        return ""
    spans = [periods.span(text) for text in actuals["period"].cat.categories]
    first, last = min(first for first, _ in spans), max(last for _, last in spans)
    return f", {periods.period_of(first)} to {periods.period_of(last)}"


def _some(names: list[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def show_frame(out: Console, frame: pd.DataFrame) -> None:
    """Print a frame as a table that fits the terminal; a column of nothing is left out."""
    plain = frame.astype(object).where(frame.notna(), "")
    plain = plain.loc[:, (plain != "").any()]
    table = _table(*((name, "right" if frame[name].dtype.kind in "iuf" else "left") for name in plain.columns))
    for row in plain.itertuples(index=False):
        table.add_row(*(Text(str(cell)) for cell in row))
    out.print(table)


def show_description(out: Console, about: Description) -> None:
    """Print what a shipped data set holds: its files and their columns."""
    out.print(Text(f"{about.title} ({about.name})"), style="bold")
    out.print(Text(f"{about.about}\nLicence: {about.licence}\n"))
    show_frame(out, about.tables)
    for file, part in about.columns.groupby("file", sort=False):
        out.print(Text(f"\n{file}"), style="bold")
        show_frame(out, part.drop(columns="file"))


def write_frame(out: BinaryIO, frame: pd.DataFrame, how: str) -> None:
    """Write a frame for another program, in UTF-8: `csv`, or `json` as a list with a record a line.

    Numbers keep all their digits. What is missing is empty in CSV and ``null`` in JSON.
    """
    if how == "csv":
        text = frame.to_csv(index=False, lineterminator="\n")
    else:
        plain = frame.astype(object).where(frame.notna(), None)
        lines = (json.dumps(record, ensure_ascii=False, allow_nan=False) for record in plain.to_dict("records"))
        text = "[\n" + ",\n".join(lines) + "\n]\n"
    rest = memoryview(text.encode())
    while rest:  # an unbuffered pipe takes what fits
        rest = rest[out.write(rest) :]
