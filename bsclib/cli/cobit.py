"""`bsc cobit`: from rated enterprise goals to what COBIT's 40 objectives weigh, by one's own copy of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bsclib.cli.verbs import echo, form_option, verb

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

_RATE = "What an enterprise goal rates, 1 to 5, as EG05 5, in place of the file's; repeat it."


@verb(
    "bsc cobit cobit-example                      tables that are made up, to try it",
    "bsc cobit my-goals.xlsx --template           an empty workbook, to be filled in",
    "bsc cobit my-goals.xlsx --rate EG01 5 --rate EG02 1",
    "bsc cobit toolkit.xlsx --format csv > importance.csv",
)
@click.argument("path")
@click.option("--rate", "rates", nargs=2, multiple=True, metavar="GOAL RATING", help=_RATE)
@click.option("--template", is_flag=True, help="Write an empty template to PATH: .xlsx, or a folder of CSV files.")
@form_option
def cobit(path: str, rates: tuple[tuple[str, str], ...], template: bool, form: str) -> None:
    """Say what COBIT 2019's 40 objectives weigh for your goals.

    This is design factor 2. PATH holds the ratings of the 13 enterprise goals, 1 to 5, and COBIT's two tables of which
    goal serves which: a folder of CSV files, a workbook such as the design toolkit, or cobit-example. The tables
    belong to ISACA, so you bring your own copy. A goal without a rating counts as 3.

    The answer is relative to all goals rated 3, in per cent, rounded to 5.
    """
    from bsclib.cli import terminal
    from bsclib.design.cobit import BASELINE, rating_findings, relative_importance
    from bsclib.files.goal_tables import ENTERPRISE_GOALS, read_goal_tables, write_goal_template

    if template:
        if rates:
            raise click.UsageError("A template is written empty; leave --rate out.")
        echo(f"Wrote {write_goal_template(path)}.")
        echo(f"Next: fill it in from your copy of COBIT 2019, then bsc cobit {path}")
        return
    tables = read_goal_tables(path)
    known = dict.fromkeys(ENTERPRISE_GOALS, BASELINE) if tables.ratings is None else dict(tables.ratings)
    ratings = known | {goal.strip().upper(): rating for goal, rating in rates}
    result = relative_importance(tables, ratings)
    terminal.show(result, form, lambda out: _show(out, result))
    for finding in rating_findings(tables, ratings).itertuples():
        echo(f"Finding: {finding.what}, and {finding.why}. {finding.fix.capitalize()}.", err=form != "table")


def _show(out: Console, result: pd.DataFrame) -> None:
    """Print the objectives by their importance, a line a step, the most important first."""
    from bsclib.cli import terminal
    from bsclib.wording import signed

    order = result.sort_values("relative_importance", ascending=False, kind="stable")
    steps = order.groupby(order["relative_importance"].map(lambda value: f"{signed(value, 0)} %"), sort=False)
    rows = steps["objective"].agg(", ".join).rename_axis("relative importance").rename("objectives").reset_index()
    terminal.show_frame(out, rows)
