"""`bsc import`: other people's files become a scorecard's folder; what they do not say is asked, or listed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bsclib.cli.verbs import FOLDER, echo, verb
from bsclib.errors import ScorecardError, visible
from bsclib.wording import counted, listed

if TYPE_CHECKING:
    from bsclib.files.imports.mapping import ImportMapping, Question
    from bsclib.files.imports.reading import Imported

MOST_SHOWN = 12


@verb(
    "bsc import report-2026.xlsx -o my-scorecard",
    "bsc import kpis.csv values.csv -o my-scorecard",
    "bsc import report-march.xlsx -o my-scorecard    adds what is new",
)
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("-o", "--output", metavar="DIR", type=FOLDER, required=True, help="The scorecard's folder.")
def import_(files: tuple[str, ...], output: Path) -> None:
    """Make a scorecard of other people's workbooks and CSV files.

    Finds their tables, below titles and in several sheets, says what it takes each column for, and shows the first
    three values. What the files do not say, such as which way a KPI is better, it asks; where nobody can answer it
    writes the open fields into DIR/import.yaml and says what they wait for. What gives no value is counted by reason.

    DIR/import.yaml keeps all this, so the same command reads the next month's file: it adds what is new, and nothing
    that is there is lost or changed without being asked.
    """
    from bsclib.files.imports.folder import keep_mapping, read_folder, write_folder
    from bsclib.files.imports.reading import import_files

    there = read_folder(output)
    mapping, name = there.mapping, _name(output)
    while True:
        imported = import_files(files, mapping, there.scorecard, there.actuals, name)
        if not imported.questions:
            break
        if not _somebody_is_there():
            keep_mapping(imported, output, there)
            _list_questions(imported, output)
            click.get_current_context().exit(1)
        mapping = imported.mapping
        for question in imported.questions:
            mapping = _ask(mapping, question)
    _show(imported)
    if _somebody_is_there() and not click.confirm("Is this right?", default=True):
        keep_mapping(imported, output, there)
        echo(f"Correct {output / 'import.yaml'}, and run this again. Nothing else was written.")
        click.get_current_context().exit(1)
    written = write_folder(imported, output, there)
    echo(f"Wrote {listed(map(str, written))}." if written else "Nothing is new, and nothing was written.")
    echo(f"Next: bsc check {output}")


import_.name = "import"  # a word of Python's, so no function's


def _somebody_is_there() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _name(folder: Path) -> str:
    """What a new scorecard is called: as its folder."""
    words = " ".join(folder.resolve().name.replace("-", " ").replace("_", " ").split())
    return (words[:1].upper() + words[1:]) or "Scorecard"


def _ask(mapping: ImportMapping, question: Question) -> ImportMapping:
    """Ask one question until its answer can be read."""
    from bsclib.files.imports.mapping import answer_of, answered

    for line in question.shown:
        echo(f"  {line}")
    while True:
        text = click.prompt(visible(f"{question.text[:1].upper()}{question.text[1:]}\n({question.hint})"), default=None)
        try:
            return answered(mapping, question, answer_of(question, text))
        except (ScorecardError, ValueError) as error:
            echo(f"{error}")


def _list_questions(imported: Imported, folder: Path) -> None:
    """Say what is open, on which line of the mapping the answer belongs, and how it is written."""
    from bsclib.files.imports.mapping import field_line

    file = folder / "import.yaml"
    text = file.read_text(encoding="utf-8")
    many = len(imported.questions)
    head = f"Error: {counted(many, 'question is', 'questions are')} open. Nothing but {file} was written."
    echo(head, err=True)
    for question in imported.questions:
        line = field_line(text, question.field)
        echo(f"  {file}, line {line}: {question.text}", err=True)
        for shown in question.shown:
            echo(f"      {shown}", err=True)
        echo(f"    Write there: {question.field[-1]}: {question.hint}", err=True)
    echo("Write the answers there, and run this again.", err=True)


def _show(imported: Imported) -> None:
    """What was understood, on three values, and what became of every cell."""
    for line in imported.tables:
        echo(line)
    for line in imported.sample:
        echo(f"  {line}")
    for note in imported.notes:
        echo(f"Note: {note}")
    taken = {reason: count for reason, count in imported.counts.items() if reason not in imported.dropped}
    total, dropped = sum(imported.counts.values()), sum(imported.dropped.values())
    echo(f"{counted(total, 'cell')}: {listed(_by_reason(taken))}.")
    if dropped:
        reasons = dict(sorted(imported.dropped.items(), key=lambda pair: -pair[1]))
        echo(f"Left out {counted(dropped, 'cell')}: {listed(_by_reason(reasons), MOST_SHOWN)}.")
    if imported.blanks:
        echo(f"{counted(imported.blanks, 'cell')} for values {'is' if imported.blanks == 1 else 'are'} blank.")
    for change in imported.changes[:MOST_SHOWN]:
        echo(f"Changed: {change}; {'taken' if imported.mapping.changed == 'take' else 'the old one is kept'}.")
    if len(imported.changes) > MOST_SHOWN:
        echo(f"and {len(imported.changes) - MOST_SHOWN:,} more that changed")
    echo(f"{counted(imported.added, 'actual')} {'is' if imported.added == 1 else 'are'} new.")


def _by_reason(counts: dict[str, int]) -> list[str]:
    """How many cells there are of each kind; the number stands behind, so that one reads as well as many."""
    return [f"{reason} ({count:,})" for reason, count in counts.items()]
