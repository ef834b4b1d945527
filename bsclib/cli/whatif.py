"""`bsc whatif`: a question asked at the command line, its answer as a table, a frame, a scenario file or a memo."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bsclib.cli.verbs import PAGE, PERIOD, Checked, echo, form_option, read_noted, verb
from bsclib.errors import BscError, Fault, UnknownNameError, unknown

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from bsclib.model.nouns import Scorecard
    from bsclib.scenarios.definition import Scenario

Pair = tuple[str, str]
NAME = "What if"
"""What a scenario is called that has no file."""
HEADS = ("Without", "With", "90 of 100", "Effect", "90 of 100", "in", "Target reached")


def _pair(text: str) -> Pair:
    """A KPI and its change, at the first sign for equals."""
    name, _, change = text.partition("=")
    if not name.strip() or not change.strip():
        raise ValueError(f"{text!r} is no change: write KPI=+10%, KPI=-3 or KPI=98")
    change = change.strip()
    return name.strip(), f"={change}" if change[0].isdigit() or change[0] == "." else change


def _begun(text: str) -> tuple[str, str | None]:
    """An initiative, and where it is to start in another month, that month."""
    name, _, start = text.partition("=")
    if not name.strip():
        raise ValueError(f"{text!r} is no initiative: write ID, or ID=2026-09")
    return name.strip(), PERIOD(start.strip()) if start.strip() else None


def _new(text: str) -> Path:
    """A file that is not there yet."""
    if (path := PAGE.check(text)).exists():
        raise ValueError(f"{text} is there already, and nothing is overwritten")
    return path


@verb(
    "bsc whatif meridian --set training-hours=+10%",
    "bsc whatif meridian --set mttr=-1 --set csat=4.3 --horizon 12",
    "bsc whatif meridian --initiative academy --initiative runbooks=2026-10",
    "bsc whatif my-scorecard --set mttr=-10% --save faster.yaml --memo faster.html",
    "bsc whatif my-scorecard --scenario faster.yaml --format csv > faster.csv",
)
@click.argument("path")
@click.option(
    "--set",
    "changes",
    type=Checked("KPI=CHANGE", _pair),
    multiple=True,
    help="Move a KPI for good: +10% of its latest actual, +3 in its own unit, 98 for a level. May be repeated.",
)
@click.option(
    "--initiative",
    "initiatives",
    type=Checked("ID[=MONTH]", _begun),
    multiple=True,
    help="Run an initiative, from its own start or from another month. May be repeated.",
)
@click.option("--horizon", type=click.IntRange(1, 120), help="How many months ahead.  [default: 24]")
@click.option("--unit", help="A unit; without it, the organisation as a whole.")
@click.option("--draws", type=click.IntRange(100, 200_000), default=10_000, show_default=True, help="How many futures.")
@click.option("--seed", type=click.IntRange(0), help="Where chance comes from; the same seed gives the same answer.")
@click.option("--scenario", "given", metavar="FILE", help="A scenario to start from, as --save writes it.")
@click.option("--save", type=Checked("FILE", _new), help="Write what is asked to a scenario file, such as faster.yaml.")
@click.option("--memo", type=PAGE, help="Write a decision memo, one page of HTML.")
@form_option
def whatif(
    path: str, form: str, draws: int, seed: int | None, save: Path | None, memo: Path | None, **asked: Any
) -> None:
    """Say what happens if KPIs are moved, or initiatives run.

    The answer rests on the scorecard's map, fitted to its actuals: a change travels along the links, after their lags.
    First the overall score with it and without, the band that holds 90 of 100 draws, and the chance of being on target;
    then everything that moves; then what one should know before one believes it. csv and json hold every month.

    KPI and ID are ids, or names in quotes.
    """
    from bsclib.cli import terminal
    from bsclib.scenarios.fitting import fit_map
    from bsclib.scenarios.notes import scenario_notes
    from bsclib.scenarios.projection import project

    if not asked["changes"] and not asked["initiatives"] and asked["given"] is None:
        raise click.UsageError("Nothing is asked. Say what changes with --set, --initiative or --scenario.")
    card, actuals = read_noted(path)
    scenario = _scenario(card, save, asked)
    fit = fit_map(card, actuals, scenario.unit or None)
    result = project(fit, scenario.changes, scenario.initiatives, scenario.horizon, draws, seed)
    if save:
        from bsclib.scenarios.files import write_scenario

        write_scenario(scenario, save)
    notes = scenario_notes(fit, result, scenario.changes, scenario.initiatives)
    if memo:
        _write_memo(memo, card, result, fit, scenario, notes)
    if form != "table":
        for note in notes:
            echo(f"Note: {note}", err=True)
    terminal.show(result, form, lambda out: _show(out, result, card, notes))
    for name, file in (("scenario", save), ("memo", memo)):
        if file:
            echo(f"Wrote the {name} to {file}.", err=True)


def _scenario(card: Scorecard, save: Path | None, asked: dict[str, Any]) -> Scenario:
    """What is asked: a scenario's file, and what the options add to it."""
    from bsclib.scenarios.definition import Scenario, build_scenario, check_scenario
    from bsclib.scenarios.files import read_scenario

    base = read_scenario(asked["given"]) if asked["given"] else Scenario(id="what-if", name=NAME)
    names = {kpi.name.casefold(): kpi.id for kpi in card.kpis}
    plans = {initiative.name.casefold(): initiative.id for initiative in card.initiatives}
    moves = [(names.get(id.casefold(), id), text) for id, text in asked["changes"]]
    more = [(plans.get(id.casefold(), id), start) for id, start in asked["initiatives"]]
    kpis, known = ([one.id for one in table] for table in (card.kpis, card.initiatives))
    strangers = [unknown("KPI", id, kpis, "--set") for id, _ in moves if id not in kpis]
    strangers += [unknown("initiative", id, known, "--initiative") for id, _ in more if id not in known]
    if strangers:
        raise UnknownNameError(strangers)
    moved = _added(dict(base.changes), moves, "--set")
    stated = base.initiatives if isinstance(base.initiatives, Mapping) else dict.fromkeys(base.initiatives)
    begun: dict[str, str | None] = dict(stated)
    begun = _added(begun, more, "--initiative")
    fields = base.model_dump() | {"changes": moved, "initiatives": _as_stated(card, begun)}
    if save:
        fields |= {"id": re.sub(r"[^\w-]+", "-", save.stem).strip("-") or "what-if", "name": save.stem}
    unit = base.unit if asked["unit"] is None else asked["unit"]
    fields |= {"horizon": asked["horizon"] or base.horizon, "unit": unit}
    scenario = build_scenario(fields)
    check_scenario(scenario, card)
    return scenario


def _added(before: dict[str, Any], more: list[tuple[str, Any]], option: str) -> dict[str, Any]:
    """What is asked twice must be asked alike."""
    faults = []
    for id, value in more:
        if id in before and before[id] != value:
            both = " and ".join(str(asked or "its own start") for asked in (before[id], value))
            faults.append(Fault(f"{option} {id}", "this is asked twice, in two ways", got=both, fix="keep one"))
        before[id] = value
    if faults:
        raise BscError(faults)
    return before


def _as_stated(card: Scorecard, begun: dict[str, str | None]) -> tuple[str, ...] | dict[str, str]:
    """Ids alone where all start as they are planned; else each with its start."""
    if not any(begun.values()):
        return tuple(begun)
    planned = {initiative.id: initiative.start for initiative in card.initiatives}
    return {id: start or planned.get(id) or "" for id, start in begun.items()}


def _write_memo(
    file: Path, card: Scorecard, result: pd.DataFrame, fit: Any, scenario: Scenario, notes: list[str]
) -> None:
    from bsclib.batch.kernels.lean import import_jsonschema

    import_jsonschema()  # seconds sooner than the page would
    from bsclib.files import atomic
    from bsclib.reporting.memo.options import SINGLE
    from bsclib.reporting.memo.page import decision_memo, memo_page
    from bsclib.reporting.memo.sensitivity import link_sensitivity
    from bsclib.scenarios.course import plain_course

    if scenario.name == NAME:
        scenario = scenario.model_copy(update={"name": SINGLE})
    links = link_sensitivity(fit, scenario.changes, scenario.initiatives, scenario.horizon)
    more: dict[str, Any] = {"notes": {scenario.id: notes}, "plain": plain_course(fit, scenario.horizon)}
    made = decision_memo(card, result, scenario, fit.evidence, scenario.question, links=links, **more)
    atomic.write_text(file, memo_page(made), BscError)


def _show(out: Console, result: pd.DataFrame, card: Scorecard, notes: list[str]) -> None:
    """Print the answer, what moves, and what one should know."""
    from rich.table import Table
    from rich.text import Text

    from bsclib.reporting.scenario_text import effects_table, projection_summary
    from bsclib.scoring.scores import LEVELS

    out.print(Text(projection_summary(result, card)))
    rows = effects_table(result, card)
    if rows.empty:
        out.print("Nothing moves within the horizon.")
    else:
        out.print()
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        table.add_column("Id", no_wrap=True)
        for head in HEADS:
            table.add_column(head, justify="left" if head == "in" else "right")
        for row in rows.itertuples():
            id = Text("  " * LEVELS.index(row.level) + row.id, style="" if row.level == "kpi" else "bold")
            cells = (row.without, row.with_, row.band, row.effect, row.effect_band, row.measured_in, row.chance)
            table.add_row(id, *map(Text, cells))
        out.print(table)
    if notes:
        out.print()
    for note in notes:
        out.print(Text(f"Note: {note}"))
