"""What the verbs of the `bsc` command share: what they take, what they read, and how they tell what goes wrong."""

from __future__ import annotations

import errno
import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bsclib.errors import ActualsError, BscError, ScorecardError, UnknownNameError, unknown, visible
from bsclib.model import periods
from bsclib.wording import counted

if TYPE_CHECKING:
    import pandas as pd

    from bsclib.model.nouns import Scorecard

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
        except click.ClickException as error:
            error.message = visible(error.message)  # type: ignore[misc]  # it may name a file of somebody else's
            raise
        except (click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if ctx.params.get("debug") or getattr(error, "errno", None) == errno.EPIPE:
                raise
            if sys.platform == "win32" and _no_reader(error):
                ctx.exit(1)
            if isinstance(error, BscError):
                echo(f"Error: {error}", err=True)
                ctx.exit(2 if isinstance(error, UnknownNameError) else 1)
            echo(f"Error: {type(error).__name__}: {error}", err=True)
            echo("This is a fault of bsc itself. Put --debug right after bsc to see where it happened.", err=True)
            ctx.exit(3)


def _no_reader(error: Exception) -> bool:
    """Whether who read standard output is gone, such as `more`, as Windows puts it: without a file, as invalid."""
    return isinstance(error, OSError) and error.errno == errno.EINVAL and error.filename is None


def echo(text: str = "", err: bool = False, nl: bool = True) -> None:
    """Print words in which somebody else's may stand: what would steer the terminal is seen, and does nothing."""
    click.echo(visible(text), err=err, nl=nl)


class Checked(click.ParamType):
    """A value that a function checks; what the function has to say is the message."""

    def __init__(self, name: str, check: Callable[[str], Any]):
        self.name, self.check = name, check

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Check it."""
        try:
            return self.check(value)
        except (ValueError, OSError) as error:
            self.fail(f"{error}.", param, ctx)


def _folder(text: str) -> Path:
    """A folder need not be there yet, but nothing on the way to it may be a file."""
    path = Path(text)
    if file := next((part for part in (path, *path.parents) if part.exists() and not part.is_dir()), None):
        raise ValueError(f"{file} is a file, not a folder")
    return path


def _page(text: str) -> Path:
    """A file to write a page to: in a folder that is there."""
    path = Path(text)
    if path.is_dir():
        raise ValueError(f"{text} is a folder, not a file")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {path.parent}")
    return path


FOLDER = Checked("dir", _folder)  # to write to
PAGE = Checked("FILE", _page)  # to write to
PERIOD = Checked("period", periods.check_period)  # as ISO writes it


def examples(*lines: str) -> str:
    """The end of a verb's help, its lines kept as they are."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


class Command(click.Command):
    """A verb that takes ``-p unit=Genoa`` for ``-p unit Genoa``, for no name holds an equals sign."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments."""
        pairs = {name for option in self.params if option.nargs == 2 for name in option.opts}
        before = ["", *args]
        split = (one.split("=", 1) if last in pairs else [one] for last, one in zip(before, args, strict=False))
        return super().parse_args(ctx, [part for parts in split for part in parts])


def verb(*lines: str) -> Callable[[Verb], click.Command]:
    """Make a command of a function, with examples at the end of its help."""
    return click.command(cls=Command, epilog=examples(*lines))


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


FOR_EXCEL = "csv for Excel"


def _formats(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (form.strip().lower() for form in text.split(","))))


formats_option = click.option(
    "--formats",
    default="html",
    show_default=True,
    metavar="LIST",
    type=Checked("list", _formats),
    help="html, pdf, pptx, ipynb and xlsx, with commas between them.",
)


def form_option(verb: Verb) -> Verb:
    """The options of every verb that prints a frame."""

    @functools.wraps(verb)
    def chosen(*args: Any, form: str, for_excel: bool, **options: Any) -> None:
        if for_excel and form != "csv":
            raise click.UsageError("--for-excel goes with --format csv.")
        verb(*args, form=FOR_EXCEL if for_excel else form, **options)

    forms = click.Choice(["table", "csv", "json"])
    words = "With --format csv: a file to open in Excel, in which no text is taken for a formula."
    excel = click.option("--for-excel", is_flag=True, help=words)(chosen)
    return click.option("--format", "form", type=forms, default="table", show_default=True)(excel)


def read_both(path: str) -> tuple[Scorecard, pd.DataFrame, list[str]]:
    """Read a scorecard, its actuals and the notes on them; what is wrong with either is said at once."""
    from bsclib.files.scorecards import read_actuals_and_notes, read_scorecard

    try:
        card = read_scorecard(path)
    except ScorecardError as error:
        faults = list(error.faults)
        try:
            read_actuals_and_notes(path)
        except ActualsError as other:
            faults += [fault for fault in other.faults if fault not in faults]
        raise ScorecardError(faults) from error
    return card, *read_actuals_and_notes(path, card)


def read_noted(path: str) -> tuple[Scorecard, pd.DataFrame]:
    """Read both, as `read_both`; notes say what was noticed on the way."""
    card, actuals, notes = read_both(path)
    for note in notes:
        echo(f"Note: {note}", err=True)
    return card, actuals


def read_and_score(
    path: str, unit: str | None, as_of: str | None, method: str, missing: str
) -> tuple[Scorecard, pd.DataFrame]:
    """Read and score, with the options of every verb that scores; notes say what was left out."""
    from bsclib.scoring.scores import score

    card, actuals = read_noted(path)
    scores = score(card, actuals, method=method, as_of=as_of, missing=missing)
    units = scores["unit"].cat.categories
    if unit and unit not in units:
        raise UnknownNameError(unknown("unit", unit, filter(None, units), path))
    left_out = scores["left_out"].iloc[0]
    if left_out:
        are = "is" if left_out == 1 else "are"
        echo(f"Note: {counted(left_out, 'row')} after {as_of} {are} left out.", err=True)
    return card, scores
