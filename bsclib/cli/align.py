"""`bsc align`: scorecards above and below each other, as tables, frames or a page."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bsclib.cli.verbs import PAGE, echo, form_option, verb
from bsclib.errors import BscError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from bsclib.files.tower import Tower


@verb(
    "bsc align meridian                     every level of the shipped case",
    "bsc align enterprise my-scorecard      two levels",
    "bsc align my-scorecards -o align.html  a folder of folders, as a page",
    "bsc align meridian --explain enterprise.on-time-delivery",
    "bsc align meridian --format csv > matrix.csv",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-o", "--output", type=PAGE, metavar="FILE", help="Write it as a page of HTML, with the matrices drawn.")
@click.option("--explain", "goal", metavar="GOAL", help="Only how this goal, scorecard.objective, is read from below.")
@form_option
def align(paths: tuple[str, ...], output: Path | None, goal: str | None, form: str) -> None:
    """Say whether scorecards fit the ones above them.

    Who serves which goal, whether targets add up, what results below say of a goal, where the money goes.
    PATH is a scorecard, or a folder in which, and below which, every scorecard is read; the name of a data set that
    ships stands for its folder. Which level stands above which is told by what their objectives support. csv is the
    matrix: a row for each objective and goal above it. json holds every table.
    """
    from bsclib.batch.kernels.lean import import_jsonschema
    from bsclib.causality.evidence.links import link_evidence
    from bsclib.cli import terminal
    from bsclib.design.alignment.findings import review_alignment
    from bsclib.files.tower import read_tower

    import_jsonschema()  # seconds sooner than the page would
    tower = read_tower(*paths)
    for note in tower.notes:
        echo(f"Note: {note}", err=True)
    if goal:
        _explain(tower, goal, form)
        return
    linked = [card for card in tower.cards if card.links and card.id in tower.actuals]
    with terminal.progress("Testing the links") as progress:
        evidence = {}
        for done, card in enumerate(linked):
            progress(done, len(linked))
            evidence[card.id] = link_evidence(card, tower.actuals[card.id])
    tables = review_alignment(tower.cards, tower.actuals, evidence)
    if output:
        from bsclib.files import atomic
        from bsclib.reporting.alignment import alignment_page, alignment_report

        atomic.write_text(output, alignment_page(alignment_report(tower.cards, tables)), BscError)
        echo(f"Wrote the page to {output}.", err=True)
    if form == "json":
        sys.stdout.buffer.write(_as_json(tables))
    else:
        terminal.show(tables["matrix"], form, lambda out: _show(out, tables))


def _explain(tower: Tower, goal: str, form: str) -> None:
    """Print how a goal is read from below, and each way that leads up to it."""
    from bsclib.cli import terminal
    from bsclib.design.alignment.score_roll_up import explain_reading
    from bsclib.scoring.scores import score

    scores = {card.id: score(card, tower.actuals[card.id]) for card in tower.cards if card.id in tower.actuals}
    explanation = explain_reading(tower.cards, scores, *goal.rpartition(".")[::2])
    terminal.show(explanation.frame(), form, lambda _: echo(explanation.text))


def _as_json(tables: dict[str, pd.DataFrame]) -> bytes:
    """Every table as a list of records, by its name."""
    from bsclib.cli import terminal

    parts = []
    for name, frame in tables.items():
        terminal.write_frame(records := io.BytesIO(), frame, "json")
        parts.append(b'"%s": %s' % (name.encode(), records.getvalue().rstrip()))
    return b"{\n" + b",\n".join(parts) + b"\n}\n"


def _show(out: Console, tables: dict[str, pd.DataFrame]) -> None:
    """Print the tables that say something, and what was found."""
    from rich.text import Text

    from bsclib.cli import terminal
    from bsclib.reporting.alignment import WAY, reader_tables

    for caption, frame in reader_tables(tables):
        if len(frame):
            out.print(Text(caption), style="bold")
            terminal.show_frame(out, frame.drop(columns=WAY, errors="ignore"))
            out.print()
    terminal.show_findings(out, tables["findings"])
