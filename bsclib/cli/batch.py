"""`bsc batch`, which makes many reports from one notebook, and `bsc diff`, which compares two batches."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bsclib.cli.verbs import FOLDER, echo, form_option, formats_option, verb
from bsclib.errors import ReportError

if TYPE_CHECKING:
    import pandas as pd
    from rich.progress import Progress

    from bsclib.batch.progress import Tally

EVERY = 10.0  # seconds between two lines where there is no terminal
SECONDS, GIB = click.FloatRange(0, min_open=True), click.FloatRange(0)
MEMORY = "A report may take, beyond what the notebook imports; 0 for no limit."
_OVER = "A report for each unit in the scorecard's actuals, or department above it."
MOST_ERRORS = 10
LONGEST = 200  # letters of a parameter that are printed
STOPPING = "Stopping: the reports that run come to their end. Once more, and it stops at once."


@verb(
    "bsc batch 09_executive_report -o reports/june --over unit -p scorecard my-scorecard",
    "bsc batch 09_shared_language -o reports/departments --over department",
    "bsc batch my.ipynb -o reports --plan plan.csv --formats html,pptx --dry-run",
    "bsc batch my.ipynb -o reports --plan plan.csv --resume",
)
@click.argument("notebook")
@click.option("-o", "--output", metavar="DIR", type=FOLDER, required=True, help="A folder for this batch alone.")
@click.option("--plan", "rows", metavar="FILE", help="CSV with a row a report, or YAML with rows or a grid.")
@click.option("--over", type=click.Choice(["unit", "department"]), help=_OVER)
@click.option("-p", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="The same in every report; repeat it.")
@formats_option
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Reports at a time; by default one a core.")
@click.option("--resume", is_flag=True, help="Keep what is whole and would come out the same.")
@click.option("--fail-fast", is_flag=True, help="After the first failure begin no more.")
@click.option("--timeout", type=SECONDS, default=600, show_default=True, metavar="SECONDS", help="For a single cell.")
@click.option("--memory", type=GIB, default=2, show_default=True, metavar="GIB", help=MEMORY)
@click.option("--house", metavar="FILE", help="Your house style: name, logo, colours, numbers.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, such as tcp://10.0.0.5:8786.")
@click.option("--dry-run", is_flag=True, help="Print the plan and what would be run; change nothing.")
def batch(
    notebook: str,
    output: Path,
    rows: str | None,
    over: str | None,
    given: tuple[tuple[str, str], ...],
    dry_run: bool,
    **options: Any,
) -> None:
    """Make many reports from one notebook.

    NOTEBOOK is any notebook with a cell tagged parameters: a path, or the name of one that ships, such as
    09_executive_report. Each row of the plan is a report; its values are checked before anything runs. The folder gets
    the reports, an index.html that lists them with failures first, and a manifest.json for other programs.

    A report that fails costs only itself: its notebook is kept as far as it ran, and the exit code is 1. Ctrl-C ends
    well, with 130: what runs comes to its end, the index is written. After that, or after a crash, --resume makes the
    rest.
    """
    from bsclib import batch as reports
    from bsclib.batch.run import preview_batch

    if rows and over:
        raise click.UsageError("Give --plan or --over, not both.")
    try:
        planned = reports.plan(notebook, rows=rows, over=over, parameters=dict(given))
    except ReportError as error:
        if rows:
            raise
        raise click.UsageError(str(error)) from None
    if dry_run:
        known = {name: options[name] for name in ("formats", "resume", "house")}
        _show_plan(preview_batch(notebook, output, planned, **known))
        return
    with show_progress(len(planned)) as progress:
        made = reports.run_batch(notebook, output, planned, progress=progress, **options)
    _close(made, output)


@verb(
    "bsc diff reports/may reports/june",
    "bsc diff my-scorecard-2025 my-scorecard",
    "bsc diff old new --format csv > changes.csv",
)
@click.argument("old")
@click.argument("new")
@form_option
def diff(old: str, new: str, form: str) -> None:
    """Say what changed between two batches, or two scorecards.

    Of two batches of the same notebook (their folders), report by report. Of two scorecards, which goalposts were moved
    (weights, targets, floors, definitions), what the score would be without each, and how the change of the overall
    score is shared out between what was observed and the goalposts. The first line says what was compared. csv and
    json hold every change.
    """
    from bsclib.batch.diff import change_sentences, changes_by_report, compare_batches
    from bsclib.cli import terminal
    from bsclib.cli.goalposts import are_scorecards, diff_scorecards

    if are_scorecards(old, new):
        diff_scorecards(old, new, form)
        return
    changes = compare_batches(old, new)
    if form == "table":
        echo(f"Two batches: {old} and {new}.")
        echo("\n".join(change_sentences(changes)))
    reports = changes_by_report(changes)
    terminal.show(changes, form, lambda out: terminal.show_frame(out, reports) if len(reports) else None)


@contextlib.contextmanager
def show_progress(total: int) -> Iterator[Callable[[Tally], None]]:
    """Show how far a batch has come, on standard error: a bar in a terminal, else a line now and then."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from bsclib.cli import terminal

    err = terminal.console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        yield _Watch(bar, total)


class _Watch:
    """Turns tallies into a bar or into lines; the clock it reads is never set back."""

    def __init__(self, bar: Progress, total: int):
        self.bar, self.task = bar, bar.add_task("starting", total=total)
        self.began = self.said = time.monotonic()
        self.noted: set[str] = set()

    def __call__(self, tally: Tally) -> None:
        now = time.monotonic()
        if tally.why:
            self._note(f"Note: ordinary kernels are used, because {tally.why}.")
        if tally.stopping and tally.left:
            self._note(STOPPING)
        words = progress_words(tally, now - self.began)
        self.bar.update(self.task, completed=tally.total - tally.left, description=words)
        first = tally.kept + tally.done + tally.failed == tally.kept and not tally.stopping
        if self.bar.disable and (first or not tally.left or now - self.said >= EVERY):
            self.said = now
            echo(f"{tally.total - tally.left} of {tally.total}: {words}", err=True)

    def _note(self, text: str) -> None:
        """Say something once."""
        if text not in self.noted:
            self.bar.console.print(text, soft_wrap=True)
            self.noted.add(text)


def progress_words(tally: Tally, seconds: float) -> str:
    """How far a batch has come, in words, and how long the rest will take at this rate."""
    made = tally.done + tally.failed
    counts = ((tally.kept, "kept"), (tally.done, "done"), (tally.failed, "failed"))
    words = [f"{count:,} {word}" for count, word in counts if count]
    if made and seconds > 0:
        rate = made / seconds
        words.append(f"{rate:.1f} a second" if rate >= 1 else f"{1 / rate:.1f} s each")
        if tally.left and not tally.stopping:
            words.append(f"{_duration(tally.left / rate)} left")
    return ", ".join(words) or "starting"


def _duration(seconds: float) -> str:
    """A time as a person says it."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _show_plan(frame: pd.DataFrame) -> None:
    from bsclib.cli import terminal
    from bsclib.reporting.notebook import HIDDEN, is_secret
    from bsclib.wording import counted, short_name

    frame = frame.assign(**{name: HIDDEN for name in frame if is_secret(str(name))})
    shown = frame.map(lambda value: short_name(value, LONGEST) if isinstance(value, str) else value)
    terminal.show_frame(terminal.console(), shown.rename(columns={"would": "would be"}))
    counts = frame["would"].value_counts()
    words = [f"{counts[word]:,} to {word}" for word in ("run", "keep", "share") if word in counts]
    echo(f"{counted(len(frame), 'report')}: {', '.join(words)}.")


def _close(made: pd.DataFrame, folder: Path) -> None:
    """Say what came of it, and leave with the code that says so too."""
    counts = made["state"].value_counts()
    words = {"done": "made", "kept": "kept", "failed": "failed", "left_out": "left out"}
    summary = ", ".join(f"{counts[state]:,} {word}" for state, word in words.items() if state in counts)
    if lack := int((made["notes"] != "").sum()):
        summary += f", {lack:,} with notes"
    failed = made.loc[made["error"] != "", ["name", "error"]]
    for row in failed.head(MOST_ERRORS).itertuples():
        echo(f"{row.name}: {row.error}", err=True)
    if len(failed) > MOST_ERRORS:
        echo(f"and {len(failed) - MOST_ERRORS} more that failed; the index has them all", err=True)
    lacking = made.loc[made["notes"] != "", "notes"]
    said = list(dict.fromkeys(line for notes in lacking for line in notes.splitlines()))
    for note in said[:MOST_ERRORS]:
        echo(f"Note: {note}", err=True)
    if len(said) > MOST_ERRORS:
        echo(f"and {len(said) - MOST_ERRORS} more notes; manifest.json has them all", err=True)
    if counts.get("left_out"):
        echo("Next: the same command with --resume makes the rest.", err=True)
    echo(f"{folder / 'index.html'} ({summary})")
    signal = int(made["interrupted"].iloc[0])
    if signal or len(failed):
        click.get_current_context().exit(128 + signal if signal else 1)
