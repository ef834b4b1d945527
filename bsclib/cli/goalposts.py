"""`bsc diff` of two scorecards: the goalposts that were moved, and what the score would be without them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import pandas as pd

from bsclib.cli import terminal
from bsclib.cli.verbs import read_noted
from bsclib.errors import BscError
from bsclib.files.paths import locate
from bsclib.files.scorecards import WORKBOOKS, YAML, has_actuals, read_scorecard
from bsclib.scoring.goalposts import change_causes, moved_goalposts
from bsclib.scoring.scores import score
from bsclib.scoring.views import last_period, overall_score
from bsclib.wording import counted, listed, month_name, number, signed

if TYPE_CHECKING:
    from rich.console import Console

    from bsclib.model.nouns import Scorecard

CAUSES = {
    "actual": "what was observed",
    "expected": "what was due by then, on the targets' dated paths",
    "weight": "weights that change on a date",
    "missing": "data that came or went",
    "definition": "what was observed of KPIs that are counted otherwise by now, as an event says",
    "weights": "weights that were moved",
    "targets": "targets that were moved",
    "floors": "floors that were moved",
    "thresholds": "thresholds that were moved",
    "definitions": "definitions, and KPIs that are new or gone",
    "goalposts": "goalposts that were moved, which cannot be taken one by one",
    "total": "together",
}
MOST = 25


def are_scorecards(old: str, new: str) -> bool:
    """Whether two scorecards are compared; what is neither is taken for what the other one is."""
    batches, cards = zip(*(_kind(path) for path in (old, new)), strict=True)
    if any(batches) and any(cards):
        batch, card = (old, new) if batches[0] else (new, old)
        raise click.UsageError(f"{batch} is a batch and {card} is a scorecard: compare two of a kind.")
    return any(cards)


def _kind(path: str) -> tuple[bool, bool]:
    """Whether a path is a batch's, and whether it is a scorecard's."""
    folder = Path(path)
    if (folder / "manifest.json").is_file() or folder.suffix == ".json":
        return True, False
    try:
        place = locate(path)
    except BscError:
        return False, False
    files = {*place.iterdir()} if place.is_dir() else {place}
    names = {file.name for file in files}
    here = bool(names & {"scorecard.yaml", "scorecard.yml", "scorecard.xlsx"})
    return False, here or (place.is_file() and place.suffix.casefold() in (*WORKBOOKS, *YAML))


def diff_scorecards(old: str, new: str, form: str) -> None:
    """Compare two scorecards; where the old one has no actuals, both are scored with those of the new one."""
    card, actuals = read_noted(new)
    if has_actuals(old):
        before, observed = read_noted(old)
    else:
        before, observed = read_scorecard(old), actuals
    goalposts = moved_goalposts(before, card, actuals)
    causes = change_causes(before, observed, card, actuals)
    rows = pd.concat([causes.assign(what="cause"), goalposts.assign(what="goalpost")], ignore_index=True)
    rows = rows[["what", "cause", "id", "field", "old", "new", "points", "without"]]
    ends = [_standing(*both) for both in ((before, observed), (card, actuals))]
    terminal.show(rows, form, lambda out: _show(out, (old, new), ends, causes, goalposts))


def _standing(card: Scorecard, actuals: pd.DataFrame) -> tuple[str, float]:
    """The last month, and the overall score in it."""
    scores = score(card, actuals)
    return last_period(scores), overall_score(scores, None, last_period(scores))


def _show(
    out: Console, paths: tuple[str, str], ends: list[tuple[str, float]], causes: pd.DataFrame, goalposts: pd.DataFrame
) -> None:
    from rich.text import Text

    named = " and ".join(f"{path} ({month_name(month)})" for path, (month, _) in zip(paths, ends, strict=True))
    out.print(Text(f"Two scorecards: {named}."), soft_wrap=True)
    before, now = (value for _, value in ends)
    total = causes["points"].iloc[-1]
    moved = ["weights", "targets", "floors", "thresholds", "definitions", "goalposts"]
    points = causes.loc[causes["cause"].isin(moved), "points"].sum()
    out.print(Text(f"The overall score went from {number(before)} to {number(now)} ({signed(total)} points)."))
    if goalposts.empty:
        out.print("No goalpost was moved.")
    else:
        count = counted(len(goalposts), "goalpost was", "goalposts were")
        out.print(Text(f"{count} moved. Had none been moved, it would be {number(now - points)}."))
    out.print()
    shown = causes[(causes["points"].abs() > 1e-9) | (causes["cause"] == "total")]
    texts = pd.DataFrame({"why": shown["cause"].map(CAUSES), "points": [signed(value, 2) for value in shown["points"]]})
    terminal.show_frame(out, texts)
    if len(goalposts):
        out.print()
        first = goalposts.assign(size=goalposts["points"].abs()).sort_values("size", ascending=False, kind="stable")
        table = pd.DataFrame(
            {
                "goalpost": [_goalpost(row) for row in first.to_dict("records")],
                "old": first["old"],
                "new": first["new"],
                "points": [signed(value, 2) if value == value else "" for value in first["points"]],
                "without it": [number(value, 1, none="") for value in first["without"]],
            }
        )
        terminal.show_frame(out, table.head(MOST))
        if len(table) > MOST:
            out.print(f"and {len(table) - MOST} more")
    lost = goalposts[goalposts["without"].isna()]
    if len(lost):
        out.print(Text(f"These cannot be put back alone: {listed(dict.fromkeys(lost['id']))}."))


def _goalpost(row: dict[str, str]) -> str:
    if not row["field"]:
        return f"{row['id']} is {'new' if not row['old'] else 'gone'}"
    return f"{row['id'] or 'the scorecard'}: {row['field']}"
