"""Make the shipped data sets again: `python -m tools.datasets.build datasets`.

The scorecards and the truths are written by hand. Everything else is made from them, with the same bytes on every
machine: the actuals, the tickets beneath them, `datapackage.json` and `README.md`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from bsclib.actuals.table import COLUMNS
from bsclib.causality.simulation import simulate
from bsclib.causality.truth import Truth, read_truth
from bsclib.files import atomic
from bsclib.files.goal_tables import EXAMPLE
from bsclib.files.scorecards import read_scorecard
from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.scenarios.files import read_scenario
from tools.datasets.cobit import goal_tables
from tools.datasets.package import (
    Descriptor,
    actuals_schema,
    catalogue_schema,
    document,
    goal_table_schemas,
    holds_schema,
    package,
    table,
    targets_schema,
    tickets_schema,
    to_json,
    to_markdown,
)
from tools.datasets.tickets import CATEGORIES, open_minutes, simulate_holds, simulate_tickets
from tools.datasets.tower import BELOW, actuals_below

TICKETS = ("2025-07", "2026-06")
HOLDS = ("Antwerp", "2026-06")
MINUTE = "%Y-%m-%dT%H:%M"
SETS = {
    "meridian": (
        "meridian",
        "Meridian Freight IT",
        "The running case: the IT of a freight company with a team in each of five ports.",
        60,
    ),
    "enterprise": (
        "meridian/enterprise",
        "Meridian Freight",
        "The scorecard above the running case, which its objectives support: the freight company as a whole.",
        60,
    ),
    "lakeside": (
        "lakeside",
        "Lakeside Town Council IT",
        "A case for review: the IT of a town council, with a scorecard that has faults planted in it.",
        36,
    ),
}
"""Name: folder, title, description, how many months."""

CATALOGUE = "KPIs for IT to choose from: what each counts, how it is gamed and which other KPI would show that"
QUESTIONS = "questions of the bank"
SOURCES = "what the questions name as their source"
EXAMS = "exams: their form, their weights, and who says so"
EXAMPLES = "what others publish of their scoring rules, number by number, and pages that print a wrong one"


def make(folder: Path) -> None:
    """Write everything that is generated under a folder that holds the scorecards and truths."""
    sets, resources = [], []
    for name, (path, title, about, months) in SETS.items():
        scorecard, truth = read_scorecard(folder / path), read_truth(folder / path / "truth.yaml")
        actuals = simulate(scorecard, truth, months=months)
        if name == "meridian":
            tickets = simulate_tickets(actuals, *TICKETS, np.random.Generator(np.random.PCG64(truth.seed)))
            actuals = with_minutes(actuals, tickets)
            atomic.write_text(folder / path / "tickets.csv", tickets_csv(tickets))
            holds = simulate_holds(tickets, *HOLDS, np.random.Generator(np.random.PCG64(truth.seed)))
            atomic.write_text(
                folder / path / "holds.csv", holds.to_csv(index=False, lineterminator="\n", date_format=MINUTE)
            )
        atomic.write_text(folder / path / "actuals.csv", actuals_csv(actuals))
        sets.append(_set(name, path, title, about, months, actuals, scorecard, truth))
        resources += _resources(folder, path, name, scorecard, list(truth.units))
        for below, (place, called, what, unit) in BELOW.items() if name == "meridian" else ():
            card = read_scorecard(folder / place)
            rows = actuals_below(card, actuals, tickets, unit)
            atomic.write_text(folder / place / "actuals.csv", actuals_csv(rows))
            entry = _set(below, place, called, what, months, rows, card, truth)
            sets.append(entry | {"generator": "tools.datasets.tower"})
            resources += _resources(folder, place, below, card, list(rows["unit"].unique()))
    resources.append(table(folder, "kpi_catalog.csv", CATALOGUE, catalogue_schema(), ""))
    for name, cells in goal_tables().items():
        about, schema = goal_table_schemas()[name]
        atomic.write_text(folder / EXAMPLE / name, cells.to_csv(index=False, lineterminator="\n"))
        resources.append(table(folder, f"{EXAMPLE}/{name}", about, schema, ""))
    resources.append(document(folder, "published_examples.yaml", EXAMPLES, ""))
    resources.append(document(folder, "exams.yaml", EXAMS, ""))
    for file in sorted((folder / "questions").glob("*.yaml")):
        about = SOURCES if file.stem == "sources" else f"{QUESTIONS}: {file.stem}"
        resources.append(document(folder, f"questions/{file.name}", about, ""))
    descriptor = package(sets, resources)
    atomic.write_text(folder / "datapackage.json", to_json(descriptor))
    atomic.write_text(folder / "README.md", to_markdown(descriptor))


def with_minutes(actuals: pd.DataFrame, tickets: pd.DataFrame) -> pd.DataFrame:
    """Actuals whose share of time on hold has the minutes of the tickets that were solved in each month."""
    solved = tickets[tickets["resolved"].notna()]
    by = [solved["unit"], solved["resolved"].dt.strftime("%Y-%m").rename("period")]
    minutes = (60 * solved["hold_hours"]).round()
    held, waited = minutes.groupby(by).sum(), open_minutes(solved).groupby(by).sum()
    table = actuals.copy()
    rows = table.index[(table["kpi"] == "on-hold-share") & table["period"].isin(held.index.get_level_values("period"))]
    keys = pd.MultiIndex.from_frame(table.loc[rows, ["unit", "period"]].astype(str))
    numerator, denominator = (part.reindex(keys).to_numpy(dtype=float) for part in (held, waited))
    table.loc[rows, "numerator"] = numerator
    table.loc[rows, "denominator"] = denominator
    table.loc[rows, "actual"] = np.round(100 * numerator / denominator, 4)
    return table


def actuals_csv(actuals: pd.DataFrame) -> str:
    """Actuals as the text of a CSV file, numbers as short as they are."""
    return actuals[COLUMNS].to_csv(index=False, lineterminator="\n", float_format="%.12g")


def tickets_csv(tickets: pd.DataFrame) -> str:
    """Tickets as the text of a CSV file: times to the minute, truth values in lower case."""
    text = tickets.astype({"rating": "Int64"})
    text["own_met"] = text["own_met"].map({True: "true", False: "false"}, na_action="ignore")
    return text.to_csv(index=False, lineterminator="\n", date_format=MINUTE, float_format="%.12g")


def _set(
    name: str,
    path: str,
    title: str,
    about: str,
    months: int,
    actuals: pd.DataFrame,
    scorecard: Scorecard,
    truth: Truth,
) -> Descriptor:
    first = periods.span(truth.first)[0]
    return {
        "name": name,
        "title": title,
        "description": about,
        "path": path,
        "units": int(actuals["unit"].nunique()),
        "kpis": len(scorecard.kpis),
        "months": months,
        "first": truth.first,
        "last": periods.period_of(first + months - 1),
        "generator": "bsclib.causality.simulation",
        "seed": truth.seed,
    }


def _resources(folder: Path, path: str, name: str, scorecard: Scorecard, units: list[str]) -> list[Descriptor]:
    schema = actuals_schema(units, [kpi.id for kpi in scorecard.kpis])
    resources = [
        document(folder, f"{path}/scorecard.yaml", "objectives, KPIs, links, initiatives and events", name),
        table(folder, f"{path}/actuals.csv", "what was observed", schema, name),
    ]
    if (folder / path / "actions.yaml").exists():
        about = "the improvement register: what was done about findings, by whom, and what came of it"
        resources.append(document(folder, f"{path}/actions.yaml", about, name))
    if (folder / path / "targets.csv").exists():
        schema = targets_schema(units, [kpi.id for kpi in scorecard.kpis])
        resources.append(table(folder, f"{path}/targets.csv", "the targets of units that have their own", schema, name))
    if (folder / path / "tickets.csv").exists():
        about = f"the tickets beneath the actuals of {TICKETS[0]} to {TICKETS[1]}, and those open at the end"
        categories = sorted({name for names, _ in CATEGORIES.values() for name in names})
        resources.append(table(folder, f"{path}/tickets.csv", about, tickets_schema(units, categories), name))
        about = f"when the tickets that {HOLDS[0]} solved in {HOLDS[1]} stood on hold, and why; reasons overlap"
        resources.append(table(folder, f"{path}/holds.csv", about, holds_schema(), name))
    for file in sorted((folder / path / "scenarios").glob("*.yaml")):
        about = f"a question to ask of it: {read_scenario(file).name.lower()}"
        resources.append(document(folder, f"{path}/scenarios/{file.name}", about, name))
    spoiler = "what is really so: true and false links, hidden drivers, what happened when (an answer key)"
    if (folder / path / "truth.yaml").exists():
        resources.append(document(folder, f"{path}/truth.yaml", spoiler, name))
    if (folder / path / "board_page.yaml").exists():
        about = "the objectives that are struck out of the page for the board"
        resources.append(document(folder, f"{path}/board_page.yaml", about, name))
    if (folder / path / "answer_key.yaml").exists():
        about = "the faults planted in the scorecard and its actuals (an answer key)"
        resources.append(document(folder, f"{path}/answer_key.yaml", about, name))
    return resources


def main(arguments: Sequence[str]) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.datasets.build", description="Write again what is derived.")
    parser.add_argument("folder", type=Path, help="the checkout's datasets")
    folder = parser.parse_args(arguments).folder
    if not (folder / "meridian" / "truth.yaml").is_file():
        parser.error(f"{folder} does not hold the data sets: name the checkout's folder, as datasets")
    make(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
