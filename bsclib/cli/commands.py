"""The `bsc` command: one thin function a verb.

What is heavy is imported by the verb that needs it, so that help appears at once. Exit codes: 0 when all went well, 1
when something is wrong with the data, 2 when something is wrong with the command, 3 when `bsc` itself failed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bsclib import __version__
from bsclib.cli.align import align
from bsclib.cli.app import app
from bsclib.cli.batch import batch, diff
from bsclib.cli.cobit import cobit
from bsclib.cli.imports import import_
from bsclib.cli.monitor import monitor
from bsclib.cli.study import study
from bsclib.cli.teach import teach
from bsclib.cli.tickets import tickets
from bsclib.cli.verbs import (
    FOLDER,
    PERIOD,
    Verbs,
    echo,
    examples,
    form_option,
    formats_option,
    read_and_score,
    read_both,
    read_noted,
    scoring_options,
    verb,
)
from bsclib.cli.whatif import whatif
from bsclib.errors import ReportError, ScorecardError

SEVERITY = click.Choice(["high", "medium", "low", "never"])
FAIL_ON = "Exit with 1 when a finding is at least as severe."
EXPLAINED = "The month to explain, or a quarter or year, by its last month; without it, the last one."
REPORT = "09_executive_report.ipynb"


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "bsc new my-scorecard                 a scorecard to start from",
        "bsc import FILE -o my-scorecard      a scorecard from somebody's workbook",
        "bsc check my-scorecard               is anything wrong with it?",
        "bsc score my-scorecard               where we stand",
        "bsc explain my-scorecard reopened    how one number came about",
        "bsc links my-scorecard               is its map borne out?",
        "bsc monitor my-scorecard             what needs attention this month?",
        "bsc align enterprise my-scorecard    does it fit the level above?",
        "bsc whatif my-scorecard --set x=+5%  what if a KPI changes?",
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


@verb(
    "bsc new my-scorecard          my-scorecard/scorecard.yaml and actuals.csv",
    "bsc new my-scorecard --format xlsx    my-scorecard/scorecard.xlsx",
)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--format", "form", type=click.Choice(["yaml", "xlsx"]), default="yaml", help="Text files, or Excel.")
def new(folder: Path, form: str) -> None:
    """Write a scorecard to start from.

    It is filled in with a small made-up IT department, so every verb works on it at once. Nothing is overwritten.
    """
    from bsclib.cli.new import new_scorecard

    try:
        files = new_scorecard(folder, form)
    except ScorecardError as error:
        raise click.UsageError(str(error)) from None
    echo(f"Wrote {' and '.join(map(str, files))}.")
    echo(f"Next: bsc check {folder if form == 'yaml' else files[0]}")


@verb(
    "bsc check my-scorecard",
    "bsc check meridian --above enterprise",
    "bsc check my-scorecard --format json --fail-on medium",
)
@click.argument("path")
@click.option("--above", metavar="PATH", help="The scorecard above, whose objectives this one supports.")
@form_option
@click.option("--fail-on", type=SEVERITY, default="high", show_default=True, help=FAIL_ON)
def check(path: str, above: str | None, form: str, fail_on: str) -> None:
    """Say what is there, what is wrong, and what is unwise.

    Reads the scorecard and its actuals, if there are any. Every fault, which keeps it from being scored, is named at
    once, with its file and line, or sheet and cell. Without faults it is reviewed: each finding says where, what, why
    it matters and how to mend it. A scorecard may set limits of its own and accept findings, in its section review.
    """
    from bsclib.cli import terminal
    from bsclib.design.review.findings import review_scorecard
    from bsclib.design.review.rules import SEVERITIES
    from bsclib.files.scorecards import has_actuals, read_scorecard

    card, actuals, notes = read_both(path) if has_actuals(path) else (read_scorecard(path), None, [])
    findings, accepted = review_scorecard(card, actuals, read_scorecard(above) if above else None)
    if form == "table":
        facts = [*terminal.scorecard_facts(card, actuals), *(("Note", note) for note in notes)]
        terminal.show_facts(terminal.console(), facts)
    elif actuals is None:
        echo("Note: there is no file of actuals, so what needs them is not looked at.", err=True)
    terminal.show(findings, form, lambda out: terminal.show_findings(out, findings, len(accepted)))
    failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on != "never" else ()
    if findings["severity"].isin(failing).any():
        click.get_current_context().exit(1)


@verb(
    "bsc score meridian",
    "bsc score my-scorecard --unit Applications --as-of 2025-12",
    "bsc score meridian --format csv > scores.csv",
)
@click.argument("path")
@scoring_options
@form_option
def score(path: str, form: str, **options: Any) -> None:
    """Say where we stand.

    The table shows the last month of one unit, or of the organisation as a whole. csv and json are for other programs:
    every month of one unit, or of all units and the organisation, whose unit is empty (--unit "" for it alone).
    """
    from bsclib.cli import terminal

    card, scores = read_and_score(path, **options)
    unit = options["unit"]
    rows = scores if unit is None else scores[scores["unit"] == unit]
    terminal.show(rows, form, lambda out: terminal.show_scores(out, scores, card, unit or ""))


@verb(
    "bsc explain my-scorecard reopened",
    'bsc explain meridian "Mean time to restore" --period 2026-Q1',
    "bsc explain meridian meridian --tree",
)
@click.argument("path")
@click.argument("id")
@scoring_options
@click.option("--period", type=PERIOD, metavar="PERIOD", help=EXPLAINED)
@click.option("--tree", is_flag=True, help="Everything below it too, down to the actuals.")
@form_option
def explain(path: str, id: str, period: str | None, tree: bool, form: str, **options: Any) -> None:
    """Say how one score came about.

    In steps to follow with a pocket calculator. ID is the id, or the name in quotes, of a KPI, an objective, a
    perspective or the scorecard. csv and json hold everything below it too.
    """
    from bsclib.cli import terminal
    from bsclib.scoring.explanation import explain as explained

    card, scores = read_and_score(path, **options)
    id = {name.casefold(): key for key, name in card.names.items()}.get(id.casefold(), id)
    explanation = explained(scores, id, unit=options["unit"], period=period, scorecard=card)
    terminal.show(explanation.frame(), form, lambda _: echo(explanation.tree if tree else explanation.text))


@verb(
    "bsc links meridian",
    "bsc links my-scorecard --unit Applications",
    "bsc links meridian --format csv > links.csv",
)
@click.argument("path")
@click.option("--unit", help="A unit's data alone; without it, all units together.")
@form_option
def links(path: str, unit: str | None, form: str) -> None:
    """Test the map: say of each claimed link whether it is real.

    For each link a verdict (supported, refuted, too little data, not testable), what one unit more of the cause changes
    the effect by, with an interval, how many months that rests on, and why. Below it what the map is worth as a whole.
    csv and json hold every number.
    """
    from bsclib.causality.evidence.links import link_evidence
    from bsclib.causality.map_claims import map_quality, map_words
    from bsclib.cli import terminal

    card, actuals = read_noted(path)
    evidence = link_evidence(card, actuals, unit or None)
    sentences = map_words(evidence, map_quality(card, evidence))
    terminal.show(evidence, form, lambda out: terminal.show_links(out, evidence, card, sentences))


@verb(
    "bsc report meridian",
    "bsc report my-scorecard -o reports/june -p as_of 2026-06",
    "bsc report my-scorecard --formats html,pptx",
)
@click.argument("path")
@click.option("-o", "--output", type=FOLDER, default="reports", show_default=True, help="Where index.html goes.")
@click.option("-p", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter; may be repeated.")
@formats_option
def report(path: str, output: Path, given: tuple[tuple[str, str], ...], formats: tuple[str, ...]) -> None:
    """Make the executive report.

    One page, as one HTML file, in which every score opens to how it came about; with --formats html,pptx also slides.
    Its parameters are unit, as_of, method and missing, which mean what the options of `bsc score` mean, and scenario: a
    scenario file, whose outcome the report tells.
    """
    from bsclib import batch as reports
    from bsclib.cli import terminal
    from bsclib.files.paths import shipped_folder

    notebook = shipped_folder() / "notebooks" / REPORT
    try:
        values = reports.check_parameters(notebook, dict(given))
    except ReportError as error:
        raise click.UsageError(str(error)) from None
    if "scorecard" in values:
        raise click.UsageError("PATH says already which scorecard; leave -p scorecard out.")
    as_of = PERIOD(values["as_of"]) if values.get("as_of") else None
    read_and_score(path, values.get("unit"), as_of, values.get("method", "kit"), values.get("missing", "redistribute"))
    with terminal.progress("Running the report") as progress:
        made = reports.run_report(notebook, output, {"scorecard": path, **values}, formats=formats, progress=progress)
    echo("\n".join(str(made.with_suffix(f".{form}")) for form in formats))


@verb("bsc data", "bsc data meridian")
@click.argument("name", required=False)
def data(name: str | None) -> None:
    """List the data sets that ship, or describe one."""
    from bsclib.cli import terminal
    from bsclib.files import datasets

    if name is None:
        terminal.show_frame(terminal.console(), datasets.list_datasets())
    else:
        terminal.show_description(terminal.console(), datasets.describe_dataset(name))


@verb(
    "bsc simulate meridian -o practice --seed 7",
    "bsc simulate my-scorecard -o practice --truth my-truth.yaml --months 36",
)
@click.argument("path")
@click.option("-o", "--output", metavar="DIR", type=FOLDER, required=True, help="The folder to write.")
@click.option("--truth", metavar="FILE", help="What is really so; without it, truth.yaml beside the scorecard.")
@click.option("--months", type=click.IntRange(1, 1200), default=60, show_default=True, help="How many months.")
@click.option("--seed", type=click.IntRange(0), help="Where chance comes from; without it, the truth's own seed.")
def simulate(path: str, output: Path, truth: str | None, months: int, seed: int | None) -> None:
    """Make up a scorecard's actuals from a truth that you know.

    The truth says how each KPI moves by itself, what drives what, and what happened when. DIR becomes a scorecard like
    any other: test its map with bsc links, knowing the answers. Nothing is overwritten.
    """
    from bsclib.cli.new import refuse_overwriting, simulate_scorecard

    try:
        refuse_overwriting(output)
    except ScorecardError as error:
        raise click.UsageError(str(error)) from None
    made = simulate_scorecard(path, output, truth, months, seed)
    echo(f"Wrote {' and '.join(map(str, made.files))}.")
    echo(f"Made from {made.truth}: {months} months from {made.first}, seed {made.seed}.")
    echo(f"Next: bsc links {output}")


@verb("bsc methods", "bsc methods --format csv > methods.csv")
@form_option
def methods(form: str) -> None:
    """List the scoring methods, and what each reproduces.

    For each method its rule and source, how many numbers its source publishes, and how many of them the kit gives at
    the precision printed. Those whose part is attainment can score a whole scorecard: bsc score PATH --method NAME.
    """
    from bsclib.cli import terminal
    from bsclib.files import datasets
    from bsclib.scoring.conformance import conformance_table
    from bsclib.scoring.published import METHODS

    methods = conformance_table(datasets.published_examples(), METHODS)
    both = methods.assign(rule=methods["rule"] + "\nSource: " + methods["source"]).drop(columns="source")
    terminal.show(methods, form, lambda out: terminal.show_frame(out, both))


@verb(
    "bsc kpis --perspective customer --role leading",
    'bsc kpis --practice "Incident management" --text reopen',
    "bsc kpis mean-time-to-restore",
    "bsc kpis --format csv > kpis.csv",
)
@click.argument("id", required=False)
@click.option("--text", default="", help="Words in its name, formula, parts or how it is gamed; in any order.")
@click.option("--perspective", default="", metavar="ID", help="Of the IT or the generic perspectives.")
@click.option("--practice", default="", metavar="NAME", help="A practice of ITIL 4.")
@click.option("--role", default="", help="leading or lagging.")
@click.option("--cobit", default="", metavar="ID", help="An objective of COBIT 2019, as DSS02.")
@form_option
def kpis(id: str | None, form: str, **conditions: str) -> None:
    """Find KPIs in the catalogue, or show one.

    All conditions hold together. With ID everything about that KPI: its formula, what each part of it counts, how it is
    gamed, and the KPI that would show it. csv and json hold everything too.
    """
    from bsclib.cli import terminal
    from bsclib.files.catalogue import entry, find_kpis

    if id and any(conditions.values()):
        raise click.UsageError("ID says already which KPI; leave the conditions out.")
    entries = entry(id).to_frame().T if id else find_kpis(**conditions)
    if id:
        counter = entry(entries["counter_kpi"].iloc[0])["name"]
        terminal.show(entries, form, lambda out: terminal.show_entry(out, entries.iloc[0], counter))
    elif entries.empty and form == "table":
        echo("No KPI of the catalogue is like that.")
    else:
        generic = conditions["perspective"].casefold() in set(entries["perspective"])
        columns = ["id", "name", "perspective" if generic else "it_perspective", "role", "practice"]
        terminal.show(entries, form, lambda out: terminal.show_frame(out, entries[columns]))


@verb("bsc lab", "bsc lab my-lessons --no-browser")
@click.argument("folder", metavar="[DIR]", default="bsc-notebooks", type=FOLDER)
@click.option("--copy-only", is_flag=True, help="Copy the notebooks, and start nothing.")
@click.option("--no-browser", is_flag=True, help="Start JupyterLab without opening a browser.")
def lab(folder: Path, copy_only: bool, no_browser: bool) -> None:
    """Open the notebooks in JupyterLab.

    They are copied to a folder of your own, DIR, or bsc-notebooks where you are. A notebook that is there already is
    never overwritten, so what you changed is kept.
    """
    from bsclib.cli.new import copy_notebooks, open_lab

    for kept in copy_notebooks(folder):
        echo(f"Kept {kept}: it differs from the one that ships.", err=True)
    echo(f"The notebooks are in {folder}.")
    if not copy_only:
        click.get_current_context().exit(open_lab(folder, browser=not no_browser))


_YOURS = (new, import_, check, score, explain, links, monitor, align, whatif, report, batch, diff, app)
_OURS = (data, tickets, simulate, methods, kpis, cobit, lab, study, teach)
for each in (*_YOURS, *_OURS):
    main.add_command(each)
