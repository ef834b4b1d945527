"""The verbs of `bsc study`: what a learner, or whoever writes questions, does in a terminal."""

from __future__ import annotations

import click

from bsclib.cli.verbs import examples, verb


@click.group(epilog=examples("bsc study questions check"))
def study() -> None:
    """Study for a certification."""


@study.group()
def questions() -> None:
    """Work on the question bank, or on questions of your own."""


@verb(
    "bsc study questions check               the bank that ships",
    "bsc study questions check mine.yaml     questions of your own",
)
@click.argument("path", metavar="[FILE]", required=False)
def check(path: str | None) -> None:
    """Look questions over.

    FILE is a YAML file, or a folder of them. What is looked for: right answers that can be guessed, options of unlike
    length, double negatives, stems that are alike, and references that lead nowhere. A finding makes the exit code 1.
    """
    from bsclib.cli import terminal
    from bsclib.errors import Fault
    from bsclib.study.questions.bank import read_questions
    from bsclib.study.questions.check import check_questions, tally
    from bsclib.study.questions.guessing import strategies
    from bsclib.wording import counted, number, percent

    bank = read_questions(path)
    findings = check_questions(bank)
    for row in findings.itertuples():
        click.echo(str(Fault(row.where, row.what, row.got, fix=row.fix)))
    if len(findings):
        click.echo()
    out = terminal.console()
    terminal.show_frame(out, tally(bank))
    click.echo()
    guessed = strategies(bank)
    guessed["right"] = guessed["right"].map(number)
    guessed["share"] = guessed["share"].map(percent)
    guessed = guessed.rename(columns={"most": "right by chance, at most"})
    terminal.show_frame(out, guessed[["strategy", "questions", "right", "right by chance, at most", "share"]])
    said = counted(len(findings), "finding") if len(findings) else "Nothing to say against them"
    click.echo(f"\n{counted(len(bank), 'question')}. {said}.")
    if len(findings):
        click.get_current_context().exit(1)


questions.add_command(check)
