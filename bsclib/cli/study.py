"""The verbs of `bsc study`: what a learner, or whoever writes questions, does in a terminal."""

from __future__ import annotations

import sys

import click

from bsclib.cli.verbs import echo, examples, verb
from bsclib.wording import counted

SEED = click.IntRange(min=0)


@click.group(
    epilog=examples(
        "bsc study quiz cobit -n 5                    five questions, explained at once",
        "bsc study exam --like cobit-foundation       a mock exam",
        "bsc study progress                           what is learnt, and what is due",
    )
)
def study() -> None:
    """Study for a certification."""


@verb(
    "bsc study quiz                          what is due, then what is new",
    "bsc study quiz itil -n 10               ten questions on ITIL",
    "bsc study quiz --questions mine.yaml    questions of your own",
)
@click.argument("topic", required=False, default="")
@click.option("-n", "count", type=click.IntRange(min=1), default=5, show_default=True, help="How many questions.")
@click.option("--seed", type=SEED, help="The same seed asks the same questions in the same way.")
@click.option("--questions", "path", metavar="FILE", help="Questions of your own: a YAML file, or a folder of them.")
def quiz(topic: str, count: int, seed: int | None, path: str | None) -> None:
    """Answer a few questions; each is explained at once.

    TOPIC is a topic of the question bank, such as cobit; without it, questions come from all topics. Without --seed
    the questions that are due come first, and then those that you have not met.
    """
    from datetime import UTC, datetime

    from bsclib.cli import exam as room
    from bsclib.study.practice import choice, progress
    from bsclib.study.questions import stock

    now = datetime.now(UTC)
    drawn = choice.seed_of(now) if seed is None else seed
    data = None
    if seed is None:
        data, notes = progress.read()
        for note in notes:
            echo(f"Note: {note}", err=True)
    if path is None:
        places, sources = choice.chosen(stock.places(topic), count, drawn, data, now), stock.sources()
        entries = [stock.read_entry(place) for place in places]
    else:
        from bsclib.study.questions.bank import read_questions

        bank = read_questions(path)
        entries, sources = choice.chosen(choice.of_topic(bank, topic), count, drawn, data, now), bank.sources
    if len(entries) < count:
        echo(f"Note: only {counted(len(entries), 'question')} can be asked, because there are no more.", err=True)
    room.keep_answers(room.ask_quiz((stock.put(entry, drawn) for entry in entries), len(entries), sources))


@verb(
    "bsc study exam                                  which exams there are",
    "bsc study exam --like cobit-foundation          begin one, or go on with it",
    "bsc study exam --like cobit-foundation --seed 7 --practice    explained at once, without a clock",
)
@click.option("--like", "exam", metavar="EXAM", help="The exam whose form and weights it follows.")
@click.option("--seed", type=SEED, help="The same seed gives the same paper.")
@click.option("--practice", is_flag=True, help="Explain each answer at once, and set no time.")
@click.option("--questions", "path", metavar="FILE", help="Questions of your own: a YAML file, or a folder of them.")
def exam(exam: str | None, seed: int | None, practice: bool, path: str | None) -> None:
    """Sit a mock exam.

    It is kept at every step. Stopped in the middle, the same command goes on with it, and the time that you were away
    does not count. Without --seed it goes on with the one that you put away last, or draws a new one.
    """
    import secrets
    import time
    from datetime import UTC, datetime

    from bsclib.cli import exam as room
    from bsclib.study.practice import open_exams, progress
    from bsclib.study.practice import sitting as engine
    from bsclib.study.practice.item_text import wrapped
    from bsclib.study.practice.result import learn, result_of
    from bsclib.study.questions.bank import read_questions
    from bsclib.study.questions.draw import draw_paper
    from bsclib.study.questions.exams import about, shipped_exams

    if exam is None:
        room.say(
            [line for each in shipped_exams().values() for line in (each.id, *(f"    {text}" for text in about(each)))]
        )
        return
    bank = read_questions(path)
    if seed is None:
        seed = open_exams.latest(exam, practice)
    if seed is None:
        seed = secrets.randbelow(10_000)
    paper = draw_paper(bank, exam, seed)
    sitting = open_exams.load(paper, seed, time.monotonic(), practice)
    state = f"It is as you left it, {len(sitting.answers)} answered." if sitting else "help says what you may type."
    head = [f"Seed {seed}, {counted(len(paper.items), 'question')}. {state}"]
    room.say(wrapped([*about(paper.exam), *([paper.note] if paper.note else []), *head], room.columns()))
    place = room.Room(sitting or engine.begun(paper, time.monotonic(), practice), seed, bank.sources)
    if not place.sit():
        room.say([f"Put away. To go on: bsc study exam --like {exam} --seed {seed}{' --practice' if practice else ''}"])
        return
    sat, now, drawn = place.sitting, datetime.now(UTC), seed
    result = result_of(sat)
    for note in progress.change(lambda data: learn(data, result, sat, drawn, now)):
        echo(f"Note: {note}", err=True)
    open_exams.forget(sat, seed)
    room.say_result(sat, result, bank.sources)
    room.say_due(now)


@verb(
    "bsc study cards -o deck.apkg                the whole bank, for Anki",
    "bsc study cards itil -o itil.apkg           one topic",
)
@click.argument("topic", required=False, default="")
@click.option(
    "-o", "--output", "out", default="deck.apkg", show_default=True, metavar="FILE", help="Where to write it."
)
@click.option("--seed", type=SEED, default=0, show_default=True, help="Draws numbers, and shuffles options.")
@click.option("--questions", "path", metavar="FILE", help="Questions of your own: a YAML file, or a folder of them.")
def cards(topic: str, out: str, seed: int, path: str | None) -> None:
    """Write a deck of cards for Anki.

    Import it again after a correction: notes that you have are updated, and what you learnt stays.
    """
    from bsclib.study.practice.cards import write_deck
    from bsclib.study.practice.choice import of_topic
    from bsclib.study.questions import stock
    from bsclib.study.questions.bank import changed_at, read_questions

    bank = read_questions(path)
    items = [stock.put(entry, seed) for entry in of_topic(bank, topic)]
    count = write_deck(items, out, changed_at(path), bank.sources)
    echo(f"{counted(count, 'note')} in {out}.")


@verb(
    "bsc study questions export --moodle -o bank.xml",
    "bsc study questions export itil --moodle       one topic, to the terminal",
)
@click.argument("topic", required=False, default="")
@click.option("--moodle", is_flag=True, required=True, help="As Moodle's XML, with a feedback for each option.")
@click.option("-o", "--output", "out", metavar="FILE", help="Where to write it; without it, to the terminal.")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Draws numbers, and shuffles options.")
@click.option("--questions", "path", metavar="FILE", help="Questions of your own: a YAML file, or a folder of them.")
def export(topic: str, moodle: bool, out: str | None, seed: int, path: str | None) -> None:
    """Write questions for another program."""
    from bsclib.cli import terminal
    from bsclib.files import atomic
    from bsclib.study.practice.choice import of_topic
    from bsclib.study.practice.moodle import moodle_xml
    from bsclib.study.questions import stock
    from bsclib.study.questions.bank import read_questions

    bank = read_questions(path)
    items = [stock.put(entry, seed) for entry in of_topic(bank, topic)]
    text = moodle_xml(items, bank.sources)
    if out is None:
        terminal.write_bytes(sys.stdout.buffer, text.encode())
        return
    atomic.write_text(out, text)
    echo(f"{counted(len(items), 'question')} in {out}.")


@verb(
    "bsc study progress",
    "bsc study progress --export mine.json    for your trainer",
)
@click.option("--export", "out", metavar="FILE", help="Write which exercises were right, for a trainer; no name in it.")
def progress(out: str | None) -> None:
    """Say what is learnt: lessons, topics, mock exams, and what is due.

    It is kept on this machine, in one small file without a name in it.
    """
    import json
    from datetime import UTC, datetime

    from bsclib.cli import exam as room
    from bsclib.cli import terminal
    from bsclib.files import atomic
    from bsclib.study.practice import overview
    from bsclib.study.practice import progress as kept

    data, notes = kept.read()
    for note in notes:
        echo(f"Note: {note}", err=True)
    if out is not None:
        atomic.write_text(out, json.dumps(kept.exported(data), indent=1, sort_keys=True, ensure_ascii=False) + "\n")
        echo(f"The exercises of {counted(len(data['lessons']), 'lesson')} are in {out}.")
        return
    console, now = terminal.console(), datetime.now(UTC)
    for frame in (overview.lessons(data), overview.topics(data, now), overview.exams(data)):
        if len(frame):
            terminal.show_frame(console, frame)
            echo()
    room.say_due(now)
    echo(f"Kept in {kept.home() / kept.FILE}")


@verb(
    'bsc study certificate --name "Your name"                  certificate.pdf in this folder',
    'bsc study certificate --name "Your name" -o mine.pdf',
)
@click.option("--name", required=True, help="The name to print; it is kept nowhere else.")
@click.option(
    "-o", "--output", "out", default="certificate.pdf", show_default=True, metavar="FILE", help="Where to write it."
)
def certificate(name: str, out: str) -> None:
    """Print what you have learnt as a certificate, a PDF.

    It names the course, the day and the results by topic, and says what it rests on. It is no vendor's certificate.
    """
    from datetime import UTC, datetime

    from bsclib.files import atomic
    from bsclib.reporting.page.pdf import to_pdf
    from bsclib.study.practice import progress
    from bsclib.study.practice.certificate import certificate_html

    data, notes = progress.read()
    for note in notes:
        echo(f"Note: {note}", err=True)
    atomic.write_bytes(out, to_pdf(certificate_html(name, data, datetime.now(UTC))))
    echo(f"Written to {out}.")


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
    from bsclib.wording import number, percent

    bank = read_questions(path)
    findings = check_questions(bank)
    for row in findings.itertuples():
        echo(str(Fault(row.where, row.what, row.got, fix=row.fix)))
    if len(findings):
        echo()
    out = terminal.console()
    terminal.show_frame(out, tally(bank))
    echo()
    guessed = strategies(bank)
    guessed["right"] = guessed["right"].map(number)
    guessed["share"] = guessed["share"].map(percent)
    guessed = guessed.rename(columns={"most": "right by chance, at most"})
    terminal.show_frame(out, guessed[["strategy", "questions", "right", "right by chance, at most", "share"]])
    said = counted(len(findings), "finding") if len(findings) else "Nothing to say against them"
    echo(f"\n{counted(len(bank), 'question')}. {said}.")
    if len(findings):
        click.get_current_context().exit(1)


questions.add_command(check)
questions.add_command(export)
for each in (quiz, exam, progress, cards, certificate):
    study.add_command(each)
