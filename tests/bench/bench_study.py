"""Whether the question bank can be guessed, and how soon `bsc study quiz` asks; what else study takes beside it.

Simulated people sit each paper that has a pass mark, and the COBIT paper of banks that are too small for it: those who
guess each question with its own chance, who answer rightly with a probability, and who know half and guess the rest.

Times are of a fresh interpreter with nothing to type, so that a quiz ends after its first question; medians of runs
taken in turn. The progress file is an empty folder's.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

from bsclib.study.questions.bank import read_questions
from bsclib.study.questions.draw import Paper, draw_paper
from bsclib.study.questions.exams import shipped_exams
from bsclib.study.questions.guessing import strategies
from bsclib.study.questions.question import Bank

PEOPLE = 2000
SMALLER = (3, 6, 10)
ROUNDS = 9
BARE = ["-c", "import click, yaml, rich"]
STUDY = ["-m", "bsclib", "study"]
QUIZ = [*STUDY, "quiz", "-n", "5", "--seed", "1"]
NUMERIC = [*STUDY, "quiz", "arithmetic", "--seed", "3"]
OUT = "the output"
OTHERS = {
    "bsc study quiz, what is due": [*STUDY, "quiz"],
    "bsc study exam --like cobit-foundation": [*STUDY, "exam", "--like", "cobit-foundation", "--seed", "7"],
    "bsc study progress": [*STUDY, "progress"],
    "bsc study cards": [*STUDY, "cards", "-o", OUT],
    "bsc study questions export --moodle": [*STUDY, "questions", "export", "--moodle", "-o", OUT],
}


def passing(paper: Paper, chances: object) -> str:
    """The share of people who pass, when each question is right with such a chance."""
    if paper.needed is None:
        return "no mark"
    draws = np.random.default_rng(0).random((PEOPLE, len(paper.items)))
    return f"{((draws < chances).sum(axis=1) >= paper.needed).mean():.1%}"


def simulated(name: str, paper: Paper) -> None:
    """Print who passes a paper."""
    luck = np.array([item.luck for item in paper.items])
    half = np.where(np.arange(len(luck)) % 2 == 0, 1.0, luck)
    shares = [passing(paper, chances) for chances in (luck, 0.5, half, 0.8)]
    print(f"  {name:<28}{len(luck):>4}{paper.needed or '':>6}  {''.join(f'{share:>9}' for share in shares)}")


def bank() -> None:
    """Print who passes by luck, and what strategies score."""
    whole = read_questions()
    print(f"study, {PEOPLE:,} people a paper: who passes (guessers none, .5 at most 3 %, .8 at least 97 % of COBIT)")
    print(f"  {'paper':<28}{'of':>4}{'mark':>6}  {'guesses':>9}{'.5':>9}{'half':>9}{'.8':>9}")
    for exam in shipped_exams().values():
        if exam.questions and exam.pass_share:
            simulated(exam.id, draw_paper(whole, exam.id, seed=1))
    for every in SMALLER:
        small = Bank(whole.entries[::every], whole.sources)
        simulated(f"cobit-foundation, 1 in {every}", draw_paper(small, "cobit-foundation", seed=1))
    print("study, who knows nothing and picks by what can be seen, on single choices (at most 30 %)")
    for row in strategies(whole).itertuples():
        print(f"  {row.strategy:<28}{row.right:>6.1f} of {row.questions}  {row.share:.0%}")


def seconds(arguments: list[str], home: str) -> float:
    """How long a fresh interpreter takes."""
    arguments = [f"{home}/out" if each == OUT else each for each in arguments]
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "XDG_DATA_HOME": home},
        check=True,
    )
    return time.perf_counter() - start


def main() -> None:
    """Print who passes, ratios, and seconds."""
    bank()
    with tempfile.TemporaryDirectory() as home:
        for arguments in (BARE, QUIZ, NUMERIC):
            seconds(arguments, home)
        rounds = [[seconds(each, home) for each in (BARE, QUIZ, NUMERIC)] for _ in range(ROUNDS)]
        print("study, in a fresh interpreter, beside import click, yaml, rich (at most 3)")
        for place, name in ((1, "bsc study quiz"), (2, "bsc study quiz, first of them numeric")):
            print(f"  {name:<40}{statistics.median(each[place] / each[0] for each in rounds):6.2f}")
        for name, arguments in OTHERS.items():
            print(f"  {name:<40}{statistics.median(seconds(arguments, home) for _ in range(3)):6.2f} s")


if __name__ == "__main__":
    main()
