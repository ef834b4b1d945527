"""The `bsc` command: one thin function a verb.

What is heavy is imported by the verb that needs it, so that help appears at once. Exit codes: 0 when all went well, 1
when something is wrong with the data, 2 when something is wrong with the command, 3 when `bsc` itself failed.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bsclib import __version__
from bsclib.arguments import FOLDER, PERIOD
from bsclib.errors import ActualsError, BscError, ReportError, ScorecardError, UnknownNameError, unknown

if TYPE_CHECKING:
    import pandas as pd

    from bsclib.model import Scorecard

REPORT = "09_executive_report.ipynb"
Verb = Callable[..., None]


class Verbs(click.Group):
    """Turns what goes wrong into words and an exit code; `--debug` lets the traceback through."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order in which one meets them."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb."""
        try:
            for stream in (sys.stdout, sys.stderr):
                if hasattr(stream, "reconfigure"):  # a terminal without a letter shows a question mark in its place
                    stream.reconfigure(errors="replace")
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except KeyboardInterrupt:
            ctx.exit(130)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if ctx.params.get("debug") or getattr(error, "errno", None) == errno.EPIPE:
                raise
            ctx.exit(_tell(error))


def _tell(error: Exception) -> int:
    """Say what went wrong, and give the exit code that says whose it is to mend."""
    if isinstance(error, BscError):
        click.echo(f"Error: {error}", err=True)
        return 2 if isinstance(error, UnknownNameError) else 1
    click.echo(f"Error: {type(error).__name__}: {error}", err=True)
    click.echo("This is a fault of bsc itself. Put --debug right after bsc to see where it happened.", err=True)
    return 3


def examples(*lines: str) -> str:
    """The end of a verb's help, its lines kept as they are."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "bsc new my-scorecard                 a scorecard to start from",
        "bsc check my-scorecard               is anything wrong with it?",
        "bsc score my-scorecard               where we stand",
        "bsc explain my-scorecard reopened    how one number came about",
        "bsc report my-scorecard              the report, as a web page",
    ),
)
@click.version_option(__version__, prog_name="bsc")
@click.option("--debug", is_flag=True, envvar="BSC_DEBUG", help="Show the traceback of an error.")
def main(debug: bool) -> None:
    """Keep an IT balanced scorecard: check it, score it, explain it, report it.

    PATH is a folder with scorecard.yaml and actuals.csv, an Excel workbook, or the name of a data set that ships, such
    as meridian.
    """


# ------------------------------------------------------------------------------------------------ what the verbs share


def scoring_options(verb: Verb) -> Verb:
    """The options of every verb that scores."""
    missing = "Without an actual: redistribute (its weight goes to the others), carry_forward, propagate or zero."
    for option in (
        click.option("--missing", default="redistribute", metavar="POLICY", show_default=True, help=missing),
        click.option("--method", default="kit", show_default=True, help="The scoring method."),
        click.option("--unit", help="A unit; without it, the organisation as a whole."),
        click.option("--as-of", type=PERIOD, help="The last period that counts, as 2026-06."),
    ):
        verb = option(verb)
    return verb


def _read(path: str) -> tuple[Scorecard, pd.DataFrame]:
    """Read both files of a scorecard; what is wrong with either is said at once."""
    from bsclib.files import read_actuals, read_scorecard

    try:
        card = read_scorecard(path)
    except ScorecardError as error:
        faults = list(error.faults)
        try:
            read_actuals(path)
        except ActualsError as other:
            faults += [fault for fault in other.faults if fault not in faults]
        raise ScorecardError(faults) from error
    return card, read_actuals(path, card)


def _score(path: str, unit: str | None, as_of: str | None, method: str, missing: str) -> tuple[Scorecard, pd.DataFrame]:
    """Read and score; a note says what was left out."""
    from bsclib.scoring import score

    card, actuals = _read(path)
    for note in actuals.attrs.get("notes", ()):
        click.echo(f"Note: {note}", err=True)
    scores = score(card, actuals, method=method, as_of=as_of, missing=missing)
    units = scores["unit"].cat.categories
    if unit and unit not in units:
        raise UnknownNameError(unknown("unit", unit, filter(None, units), path))
    if scores.attrs["left_out"]:
        click.echo(f"Note: {scores.attrs['left_out']} rows after {as_of} are left out.", err=True)
    return card, scores


# --------------------------------------------------------------------------------------------------------------- verbs


@main.command(
    epilog=examples(
        "bsc new my-scorecard                  my-scorecard/scorecard.yaml and actuals.csv",
        "bsc new my-scorecard --format xlsx    my-scorecard/scorecard.xlsx",
    )
)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--format", "form", type=click.Choice(["yaml", "xlsx"]), default="yaml", help="Text files, or Excel.")
def new(folder: Path, form: str) -> None:
    """Write a scorecard to start from.

    It is filled in with a small made-up IT department, so every verb works on it at once. Nothing is overwritten.
    """
    from bsclib.starters import new_scorecard

    try:
        files = new_scorecard(folder, form)
    except ScorecardError as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"Wrote {' and '.join(map(str, files))}.")
    click.echo(f"Next: bsc check {folder if form == 'yaml' else files[0]}")


@main.command(epilog=examples("bsc check my-scorecard", "bsc check my-scorecard/scorecard.xlsx"))
@click.argument("path")
def check(path: str) -> None:
    """Say what is there and what is wrong.

    Reads the scorecard and its actuals. Every fault is named at once, with its file and line, or sheet and cell.
    """
    from bsclib import terminal

    card, actuals = _read(path)
    terminal.show_facts(terminal.console(), terminal.facts(card, actuals))
    click.echo("No faults.")


@main.command(
    epilog=examples(
        "bsc score meridian",
        "bsc score my-scorecard --unit Applications --as-of 2025-12",
        "bsc score meridian --format csv > scores.csv",
    )
)
@click.argument("path")
@scoring_options
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def score(path: str, form: str, **options: Any) -> None:
    """Say where we stand.

    The table shows the last month of one unit, or of the organisation as a whole. csv and json are for other programs:
    every month of one unit, or of all units and the organisation, whose unit is empty (--unit "" for it alone).
    """
    from bsclib import terminal

    card, scores = _score(path, **options)
    unit = options["unit"]
    if form == "table":
        terminal.show_scores(terminal.console(), scores, card, unit or "")
    else:
        rows = scores if unit is None else scores[scores["unit"] == unit]
        terminal.write_frame(sys.stdout.buffer, rows, form)


@main.command(
    epilog=examples(
        "bsc explain my-scorecard reopened",
        'bsc explain meridian "Mean time to restore"',
        "bsc explain meridian meridian --tree",
    )
)
@click.argument("path")
@click.argument("id")
@scoring_options
@click.option("--period", type=PERIOD, metavar="MONTH", help="The month to explain; without it, the last one.")
@click.option("--tree", is_flag=True, help="Everything below it too, down to the actuals.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def explain(path: str, id: str, period: str | None, tree: bool, form: str, **options: Any) -> None:
    """Say how one score came about.

    In steps to follow with a pocket calculator. ID is the id, or the name in quotes, of a KPI, an objective, a
    perspective or the scorecard. csv and json hold everything below it too.
    """
    from bsclib import terminal
    from bsclib.explanations import explain as explained

    card, scores = _score(path, **options)
    id = {name.casefold(): one for one, name in card.names.items()}.get(id.casefold(), id)
    found = explained(scores, id, unit=options["unit"], period=period)
    if form == "table":
        click.echo(found.tree if tree else found.text)
    else:
        terminal.write_frame(sys.stdout.buffer, found.frame(), form)


@main.command(epilog=examples("bsc report meridian", "bsc report my-scorecard -o reports/june -p as_of 2026-06"))
@click.argument("path")
@click.option("-o", "--output", type=FOLDER, default="reports", show_default=True, help="Where index.html goes.")
@click.option("-p", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter; may be repeated.")
def report(path: str, output: Path, given: tuple[tuple[str, str], ...]) -> None:
    """Make the executive report.

    One page, as one HTML file. Its parameters are unit, as_of, method and missing; they mean what the options of
    `bsc score` mean.
    """
    from bsclib import reports, terminal
    from bsclib.shipped import shipped

    notebook = shipped() / "notebooks" / REPORT
    try:
        values = reports.check_parameters(notebook, dict(given))
    except ReportError as error:
        raise click.UsageError(str(error)) from None
    if "scorecard" in values:
        raise click.UsageError("PATH says already which scorecard; leave -p scorecard out.")
    as_of = PERIOD(values["as_of"]) if values.get("as_of") else None
    _score(path, values.get("unit"), as_of, values.get("method", "kit"), values.get("missing", "redistribute"))
    with terminal.progress("Running the report") as progress:
        page = reports.run_report(notebook, output, {"scorecard": path, **values}, progress=progress)
    click.echo(page)


@main.command(epilog=examples("bsc data", "bsc data meridian"))
@click.argument("name", required=False)
def data(name: str | None) -> None:
    """List the data sets that ship, or describe one."""
    from bsclib import datasets, terminal

    if name is None:
        terminal.show_frame(terminal.console(), datasets.list_datasets())
    else:
        terminal.show_description(terminal.console(), datasets.describe_dataset(name))


@main.command(epilog=examples("bsc methods", "bsc methods --format csv > methods.csv"))
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def methods(form: str) -> None:
    """List the scoring methods, and what each reproduces.

    For each method its rule and source, how many numbers its source publishes, and how many of them the kit gives at
    the precision printed. Those whose part is attainment can score a whole scorecard: bsc score PATH --method NAME.
    """
    from bsclib import datasets, terminal
    from bsclib.conformance import conformance
    from bsclib.published import METHODS

    found = conformance(datasets.published_examples(), METHODS)
    if form == "table":
        both = found["rule"] + "\nSource: " + found["source"]
        terminal.show_frame(terminal.console(), found.assign(rule=both).drop(columns="source"))
    else:
        terminal.write_frame(sys.stdout.buffer, found, form)


@main.command(epilog=examples("bsc lab", "bsc lab my-lessons --no-browser"))
@click.argument("folder", metavar="[DIR]", default="bsc-notebooks", type=FOLDER)
@click.option("--copy-only", is_flag=True, help="Copy the notebooks, and start nothing.")
@click.option("--no-browser", is_flag=True, help="Start JupyterLab without opening a browser.")
def lab(folder: Path, copy_only: bool, no_browser: bool) -> None:
    """Open the notebooks in JupyterLab.

    They are copied to a folder of your own, DIR, or bsc-notebooks where you are. A notebook that is there already is
    never overwritten, so what you changed is kept.
    """
    from bsclib.starters import copy_notebooks, open_lab

    for kept in copy_notebooks(folder):
        click.echo(f"Kept {kept}: it differs from the one that ships.", err=True)
    click.echo(f"The notebooks are in {folder}.")
    if not copy_only:
        click.get_current_context().exit(open_lab(folder, browser=not no_browser))


if __name__ == "__main__":
    main(prog_name="bsc")
