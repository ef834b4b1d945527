"""`bsc monitor`: what needs attention this month, on one screen, and the agenda of the meeting about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bsclib.cli.verbs import PERIOD, Checked, echo, form_option, read_noted, verb

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from bsclib.model.nouns import Scorecard

MOST = 5
"""Lines of each kind: all of it fits on one screen."""
HEADS = {
    "signal": "Signals: more than noise",
    "miss": "Off target",
    "hit_and_miss": "Hit and miss: the target lies inside the limits, so chance decides",
    "stale": "No actual this month",
    "action_due": "Actions due",
}


def _page(text: str) -> Path:
    path = Path(text)
    if path.suffix.casefold() not in (".html", ".htm") or path.is_dir():
        raise ValueError(f"{text!r} is no name of a page: end it in .html")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {str(path.parent)!r}")
    return path


@verb(
    "bsc monitor my-scorecard",
    "bsc monitor meridian --agenda meeting.html",
    "bsc monitor my-scorecard --format json || echo somebody should look",
)
@click.argument("path")
@click.option("--as-of", type=PERIOD, help="The last period that counts, as 2026-06.")
@click.option("--agenda", type=Checked("FILE", _page), help="Write the review meeting's agenda, one page of HTML.")
@form_option
def monitor(path: str, as_of: str | None, agenda: Path | None, form: str) -> None:
    """Say what needs attention this month.

    Signals first, the most surprising at the top: points that are more than noise by Wheeler's rules, in units and in
    the organisation as a whole. Then what is off target, targets that are met or missed by luck, KPIs without an actual
    and actions of the improvement register that are due. csv and json hold all of it.

    Exit code 0 when there is neither a signal nor an action due, 1 when there is, 2 and 3 as elsewhere.
    """
    from bsclib.cli import terminal
    from bsclib.scoring.scores import score
    from bsclib.signals.action_effects import until
    from bsclib.signals.alarm_rates import expected_false_signals
    from bsclib.signals.behaviour import process_behaviour
    from bsclib.signals.monitoring import monitor as items_of

    card, actuals = read_noted(path)
    actuals = until(actuals, as_of, card.year_starts)
    scores = score(card, actuals)
    behaviour = process_behaviour(actuals, card)
    items = items_of(card, behaviour, scores)
    by_chance = expected_false_signals(behaviour)
    if agenda:
        _write_agenda(agenda, card, actuals, scores, behaviour, items, by_chance)
    terminal.show(items, form, lambda out: _show(out, card, scores, items, by_chance))
    if agenda:
        echo(f"Wrote the agenda to {agenda}.", err=True)
    if items["kind"].isin(["signal", "action_due"]).any():
        click.get_current_context().exit(1)


def _write_agenda(
    file: Path,
    card: Scorecard,
    actuals: pd.DataFrame,
    scores: pd.DataFrame,
    behaviour: pd.DataFrame,
    items: pd.DataFrame,
    by_chance: float,
) -> None:
    from bsclib.batch.kernels.lean import import_jsonschema

    import_jsonschema()  # seconds sooner than the page would
    from bsclib.causality.evidence.links import link_evidence
    from bsclib.errors import BscError
    from bsclib.files import atomic
    from bsclib.reporting.meeting import meeting_page
    from bsclib.signals.action_effects import action_effects
    from bsclib.signals.diagnosis import diagnose

    evidence = link_evidence(card, actuals) if card.links else None

    def diagnosed(kpi: str, unit: str) -> pd.DataFrame:
        return diagnose(kpi, card, behaviour, evidence, unit)

    effects = action_effects(card, actuals)
    atomic.write_text(file, meeting_page(card, scores, items, effects, diagnosed, by_chance), BscError)


def _show(out: Console, card: Scorecard, scores: pd.DataFrame, items: pd.DataFrame, by_chance: float) -> None:
    """Print what needs attention, a block a kind."""
    from rich.table import Table
    from rich.text import Text

    from bsclib.scoring.views import last_period
    from bsclib.wording import month_name, number

    out.print(Text(f"{card.name}, {month_name(last_period(scores))}", style="bold"), soft_wrap=True)
    names = {kpi.id: kpi.name for kpi in card.kpis}
    for kind, head in HEADS.items():
        rows = items[items["kind"] == kind]
        chance = f", where about {number(by_chance, 0)} would come by chance" if kind == "signal" else ""
        lines = [_line(card, names, row) for row in _grouped(kind, rows)]
        out.print(Text(f"\n{head} ({len(lines)}{chance if lines else ''})", style="bold"), soft_wrap=True)
        grid = Table.grid(padding=(0, 2))
        for line in lines[:MOST]:
            grid.add_row("", *map(Text, line))
        if lines:
            out.print(grid)
        if len(lines) > MOST:
            out.print(Text(f"  and {len(lines) - MOST} more", style="dim"))


def _grouped(kind: str, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows to show; of misses one for each KPI, with the units in which it is missed."""
    if kind != "miss":
        return rows.to_dict("records")
    return [
        part.iloc[0].to_dict() | {"units": [unit for unit in part["unit"] if unit]}
        for _, part in rows.groupby("kpi", sort=False)
    ]


def _line(card: Scorecard, names: dict[str, str], row: dict[str, Any]) -> tuple[str, ...]:
    """An item in three cells."""
    from bsclib.model.status import words
    from bsclib.wording import counted, listed, truncated

    if row["kind"] == "action_due":
        action = next(action for action in card.actions if action.id == row["action"])
        late = f"{counted(row['late'], 'month')} late" if row["late"] else "due this month"
        return truncated(action.action, 60), action.owner or "nobody answers for it", f"{late}, {words(row['status'])}"
    kpi = card.kpi(row["kpi"])
    where = f" ({row['unit']})" if row["unit"] and row["kind"] != "miss" else ""
    name = truncated(names[row["kpi"]], 44) + where
    if row["kind"] == "stale":
        return name, f"last {kpi.show(row['actual'])}, {row['period']}", f"{counted(row['late'], 'month')} old"
    value = kpi.show(row["actual"])
    if row["kind"] == "signal":
        return name, value, f"{words(row['variation'])}: {row['rule']}"
    value += f" of {kpi.show(row['expected'], row['actual'])}" if row["expected"] == row["expected"] else ""
    if row["kind"] == "hit_and_miss":
        return name, value, words(row["variation"])
    places = ["as a whole"] * (row["unit"] == "") + row["units"]
    never = "; never met as things are" if row["assurance"] == "never_met" else ""
    return name, value, f"{listed(places, 4)}{never}"
