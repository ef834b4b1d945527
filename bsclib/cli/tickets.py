"""`bsc tickets`: other systems' tickets, changes and projects made into actuals, by a map that is proposed first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bsclib.cli.verbs import Checked, echo, verb
from bsclib.errors import BscError, Fault, ScorecardError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from bsclib.actuals.itsm.calendar import ServiceCalendar
    from bsclib.files.tickets.guess import Guess
    from bsclib.files.tickets.read import Tickets
    from bsclib.files.tickets.ticket_map import TicketMap
    from bsclib.model.nouns import Scorecard

BATCH = 500_000
_FIT = "Find the calendar that explains the export's own due times and hours."
_SHARE = "The share of the rows, empty ones aside, that has to be usable, from 0 to 1."


def _file(text: str) -> Path:
    path = Path(text)
    if path.is_dir():
        raise ValueError(f"{text} is a folder, not a file")
    return path


FILE = Checked("file", _file)


@verb(
    "bsc tickets export.csv --guess -o desk/tickets.yaml         propose a map, to be looked at",
    "bsc tickets export.csv --map desk/tickets.yaml -o desk/actuals.csv",
    "bsc report desk",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--guess", is_flag=True, help="Propose a map, by the headings and by what the cells look like.")
@click.option("--map", "map_file", metavar="FILE", type=FILE, help="How the export is read: tickets.yaml.")
@click.option("-o", "--output", metavar="FILE", type=FILE, help="Where the map, or the actuals, are written.")
@click.option("--fit-calendar", is_flag=True, help=_FIT)
@click.option("--at-least", type=click.FloatRange(0, 1), default=0.9, show_default=True, help=_SHARE)
def tickets(
    files: tuple[str, ...],
    guess: bool,
    map_file: Path | None,
    output: Path | None,
    fit_calendar: bool,
    at_least: float,
) -> None:
    """Make actuals of tickets, changes and projects.

    FILE is another system's export: CSV of any kind, Excel or Parquet; several files are parts of one. First let a map
    be guessed and look at it: which column is what, how times are written, what a state means. Then read by it: the
    actuals of all KPIs that the tickets bear out, by unit and month, with numerators and denominators. Beside them
    rejected.csv holds each row that was left out, with its reason; and a scorecard to start from, if there is none.
    """
    if guess == (map_file is not None):
        raise click.UsageError("Say either --guess, to have a map proposed, or --map FILE, to read by it.")
    if guess:
        _guess(files, output, fit_calendar)
        return
    if output is None:
        raise click.UsageError("Say where the actuals are to be written: -o actuals.csv.")
    _read(files, map_file or Path(), output, fit_calendar, at_least)


# ---- a map is proposed ----------------------------------------------------------------------------------------------


def _guess(files: tuple[str, ...], output: Path | None, fit: bool) -> None:
    from bsclib.cli import terminal
    from bsclib.files import atomic
    from bsclib.files.tickets.guess import guess_map

    if output is not None and output.exists():
        raise click.UsageError(f"{output} is there already, and nothing is overwritten.")
    found = guess_map(files)
    if fit:
        _propose_calendar(files, found)
    text = found.text
    out = terminal.console(stderr=output is None)
    _show_guess(out, found, _first(files, found))
    if output is None:
        echo(text, nl=False)
        return
    atomic.write_text(output, text, ScorecardError)
    echo(f"Wrote {output}.")
    names = " ".join(files)
    echo(f"Next: look at it, then bsc tickets {names} --map {output} -o {output.with_name('actuals.csv')}")


def _propose_calendar(files: tuple[str, ...], found: Guess) -> None:
    """Add to a proposed map the calendar that explains the export's own numbers."""
    from bsclib.files.tickets.map_yaml import build_map
    from bsclib.files.tickets.read import read_tickets

    rules = build_map(found.data)
    calendar, shares = _fitted(read_tickets(list(files), rules, at_least=0), rules)
    found.data |= _as_data(calendar)
    found.doubts["calendars", "fitted"] = f"it explains {_explained(shares)}"


def _fitted(read: Tickets, rules: TicketMap) -> tuple[ServiceCalendar, pd.DataFrame]:
    """The calendar that explains an export's own numbers, and how many of them."""
    from bsclib.actuals.itsm.comparison import compare_with_export
    from bsclib.actuals.itsm.fitting import fit_calendar

    calendar = fit_calendar(read.tickets, rules.zone or "UTC")
    plain = read.tickets.drop(columns="calendar", errors="ignore")
    return calendar, compare_with_export(plain, {"": calendar}, read.holds).shares


def _as_data(calendar: ServiceCalendar) -> dict[str, Any]:
    """A calendar as a map writes it."""
    week = {days: list(hours) for days, hours in calendar.week.items()}
    holidays = {"holidays": [str(day) for day in calendar.holidays]} if calendar.holidays else {}
    return {"calendars": {"fitted": {"week": week, **holidays}}, "calendar": "fitted"}


def _explained(shares: pd.DataFrame) -> str:
    from bsclib.wording import listed

    return listed(f"{row.equal:,} of {row.compared:,} {row.number_compared}" for row in shares.itertuples())


def _first(files: tuple[str, ...], found: Guess) -> pd.DataFrame | None:
    """Three tickets as the proposed map reads them, if it can be read by already."""
    from bsclib.files.tickets.map_yaml import build_map
    from bsclib.files.tickets.read import preview

    if ("dates",) in found.doubts and not found.data.get("dates"):
        return None
    try:
        return preview(list(files), build_map(found.data))
    except BscError:
        return None


def _show_guess(out: Console, found: Guess, first: pd.DataFrame | None) -> None:
    """Show what each column was taken for, three tickets as they are read, and what is not sure."""
    import pandas as pd

    from bsclib.cli import terminal
    from bsclib.wording import truncated

    rows = []
    for name, entry in found.data["columns"].items():
        detail = {} if isinstance(entry, str) else dict(entry)
        column = entry if isinstance(entry, str) else detail.pop("column", "")
        extra = ", ".join(f"{key} {value}" for key, value in detail.items())
        cells = [_shown(value) for value in first[name]] if first is not None and name in first else []
        head = {"field": name, "column": truncated(column + (f" ({extra})" if extra and column else extra), 50)}
        rows.append(head | {f"ticket {i}": truncated(cell, 24) for i, cell in enumerate(cells, 1)})
    terminal.show_frame(out, pd.DataFrame(rows).fillna(""))
    if first is not None and len(first.select_dtypes("datetimetz").columns):
        out.print("Times are shown in UTC.")
    if found.doubts:
        out.print("\nNot sure:")
        for place, doubt in found.doubts.items():
            out.print(f"  {': '.join(place)}: {doubt}" if place else f"  {doubt}")
    else:
        out.print("\nNothing is in doubt.")
    out.print()


def _shown(value: Any) -> str:
    import pandas as pd

    if pd.isna(value):
        return "–"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


# ---- and read by ----------------------------------------------------------------------------------------------------


def _read(files: tuple[str, ...], map_file: Path, output: Path, fit: bool, at_least: float) -> None:
    from bsclib.actuals.itsm.kpis import ticket_kpis
    from bsclib.files.actuals_files import write_table
    from bsclib.files.tickets.map_yaml import read_map
    from bsclib.files.tickets.read import check_share, read_tickets

    rules = read_map(map_file)
    read = read_tickets(list(files), rules, at_least=0)
    rejected = output.with_name("rejected.csv")
    _write_rejected(read, rejected)
    _show_read(read, rejected)
    check_share(read, at_least)
    _compare(read, rules, fit)
    card = _scorecard(output)
    parts, holds = in_parts(read.tickets), read.holds
    del read
    actuals = ticket_kpis(
        (parts.pop() for _ in range(len(parts))),
        rules.service_calendars(),
        holds,
        card,
        counted_in=rules.counted_in,
        zone=rules.zone or None,
        days_late=rules.days_late,
        over_budget=rules.over_budget,
    )
    if actuals.empty:
        what = "the tickets bear out no KPI" + (" of the scorecard beside the actuals" if card else "")
        named = ", ".join(f"{kpi.id}: {kpi.catalogue or 'none'}" for kpi in card.kpis) if card else ""
        fix = "name a KPI's entry in the catalogue, as catalogue: sla-attainment" if card else "map the tickets' times"
        raise ScorecardError(Fault(str(output.parent), what, f"entries {named}" if named else "", fix=fix))
    write_table(actuals, output)
    _tell(actuals, output, card)


def in_parts(tickets: pd.DataFrame) -> list[pd.DataFrame]:
    """Tickets in parts, the last first: what has been computed of one, the part itself is let go."""
    return [tickets.iloc[start : start + BATCH].copy() for start in range(0, len(tickets), BATCH)][::-1]


def _write_rejected(read: Tickets, path: Path) -> None:
    from bsclib.errors import ActualsError
    from bsclib.files import atomic
    from bsclib.files.csv_table import for_spreadsheets

    with atomic.replacement(path, ActualsError) as temporary:  # people open it, and anybody can write a ticket
        for_spreadsheets(read.rejected).to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")


def _show_read(read: Tickets, rejected: Path) -> None:
    """Say how much of the export is used, and what was left out, by kind."""
    from bsclib.cli import terminal
    from bsclib.wording import counted, percent

    rows = int((read.rejected["left_out"] == "row").sum())
    echo(f"{counted(len(read.tickets), 'ticket')} from {counted(read.rows - rows, 'row')} of {read.rows:,}.")
    echo(f"Used: {percent(read.used)} of the rows that hold anything.")
    for note in read.notes:
        echo(f"Note: {note}")
    if len(read.rejected):
        echo(f"Left out, each with its reason in {rejected}:")
        terminal.show_frame(terminal.console(), read.kinds())


def _compare(read: Tickets, rules: TicketMap, fit: bool) -> None:
    """Set the export's own numbers against ours, and say which calendar explains them."""
    from bsclib.actuals.itsm.comparison import compare_with_export
    from bsclib.files.tickets.map_yaml import map_text

    if {"due", "due_response", "own_hours", "own_met"} & set(read.tickets.columns):
        comparison = compare_with_export(read.tickets, rules.service_calendars(), read.holds)
        _show_comparison(*comparison)
    if fit:
        calendar, shares = _fitted(read, rules)
        echo(f"This calendar explains {_explained(shares)}; it goes into the map:")
        echo(map_text(_as_data(calendar), {}), nl=False)


def _show_comparison(shares: pd.DataFrame, differences: pd.DataFrame) -> None:
    """Show how many of the export's numbers equal ours, and the first that do not; of hours the likelier reading."""
    from bsclib.cli import terminal
    from bsclib.wording import percent

    out = terminal.console()
    if len(shares):
        echo("The export's own numbers beside ours:")
        terminal.show_frame(out, shares.assign(share=shares["share"].map(percent)))
    hours = shares[shares["number_compared"].str.startswith("own_hours")].sort_values("share", ascending=False)
    differences = differences[~differences["number_compared"].isin(hours["number_compared"][1:])]
    if len(differences):
        echo("The first that differ:")
        cells = {name: differences[name].map(_shown) for name in ("export", "ours")}
        terminal.show_frame(out, differences.assign(**cells))


def _scorecard(output: Path) -> Scorecard | None:
    """The scorecard beside the actuals, whose KPIs are computed under its own ids."""
    from bsclib.files.scorecards import read_scorecard

    return read_scorecard(output.parent) if (output.parent / "scorecard.yaml").exists() else None


def _tell(actuals: pd.DataFrame, output: Path, card: Scorecard | None) -> None:
    """Say what was written, and start a scorecard where there is none."""
    from bsclib.cli.new import scorecard_of_tickets
    from bsclib.wording import counted

    months = sorted(actuals["period"].unique())
    units = len(set(actuals["unit"].astype(str)) - {""})
    kpis = counted(actuals["kpi"].nunique(), "KPI") + (f" of {counted(units, 'unit')}" if units else "")
    echo(f"Wrote {output}: {kpis}, {months[0]} to {months[-1]}.")
    folder = output.parent
    if card is None:
        written = scorecard_of_tickets(actuals, folder)
        echo(f"Wrote {written} to start from: its targets are a tenth better than the first months. Set your own.")
    echo(f"Next: bsc report {folder}")
