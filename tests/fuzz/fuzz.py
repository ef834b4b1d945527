"""Drawn files, each read, checked, scored, tested and imported as `bsc` would: no crash, and every fault has a place.

    python tests/fuzz/fuzz.py --count 300             the first three hundred
    python tests/fuzz/fuzz.py --seed 4711 --keep x    one, its files kept in the folder x

A seed is a file, so one that failed fails again. Seeds that failed once are in ``seeds.txt`` and are tried first.
"""

import argparse
import contextlib
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
from drawn import NAMES, Draw
from drawn_books import others_book, reworked, scorecards_book
from drawn_cards import changed, linked, scorecard, yaml_bytes
from drawn_tables import csv_bytes, damaged, disturbed, long_history, long_table, wide_table

from bsclib.actuals.table import check_actuals
from bsclib.causality.evidence.links import link_evidence
from bsclib.design.review.findings import review_scorecard
from bsclib.errors import BscError
from bsclib.files.imports.folder import There, write_folder
from bsclib.files.imports.mapping import ImportMapping, answer_of, answered
from bsclib.files.imports.reading import import_files
from bsclib.files.scorecards import read_actuals, read_scorecard, write_scorecard
from bsclib.model.build import build
from bsclib.scoring.explanation import explain
from bsclib.scoring.published import METHODS
from bsclib.scoring.scores import MISSING_POLICIES, score

SECONDS, BYTES = 10, 1 << 30  # of a processor's time, whatever else the machine does; of memory
LONGEST = 200_000  # letters of a message
KEPT = Path(__file__).with_name("seeds.txt")


TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067"


class Slow(BaseException):
    """It took too long."""


def draw_files(seed, folder):
    """Write the files of a seed to a folder: a scorecard and its actuals."""
    draw = Draw(seed)
    blame = draw.choice(["nothing", "nothing", "card", "table", "table", "both"])
    card = scorecard(draw)
    draw.tame = blame in ("nothing", "card")
    rows = long_table(draw, card) if draw.sometimes(0.75) else wide_table(draw, card)
    for _ in range(0 if draw.tame else draw.choice([0, 1, 1, 2])):
        rows = disturbed(draw, rows) or rows
    text = csv_bytes(draw, rows)
    if not draw.tame and draw.sometimes(0.1):
        text = damaged(draw, text)
    draw.tame = blame in ("nothing", "table")
    for _ in range(0 if draw.tame else draw.choice([0, 1, 1, 2])):
        card = changed(draw, card)
    kind, rework = draw.random(), blame != "nothing" and draw.sometimes(0.3)
    if kind < 0.14 and (book := scorecards_book(draw, card, rows)):
        (folder / "scorecard.xlsx").write_bytes(reworked(draw, book) if rework else book)
        return
    data = yaml_bytes(draw, card)
    (folder / "scorecard.yaml").write_bytes(damaged(draw, data) if not draw.tame and draw.sometimes(0.1) else data)
    draw.tame = blame == "nothing"
    if kind < 0.3 and (book := others_book(draw, rows)):
        (folder / "actuals.xlsx").write_bytes(reworked(draw, book) if rework else book)
    else:
        (folder / "actuals.csv").write_bytes(text)


def attempt(folder, seed):
    """Read, check, score, explain and write what is there; the word for how far it came."""
    draw, said = Draw(f"way {seed}"), ""
    book = folder / "actuals.xlsx"
    place = book if book.exists() else folder
    card = actuals = None
    try:
        card = read_scorecard(folder)
    except BscError as error:
        said = _look_at(error)
    try:
        actuals = read_actuals(place, card)
    except BscError as error:
        said = said or _look_at(error)
    if card is None:
        return said
    if draw.sometimes(0.3):
        again = folder / draw.choice([*["again"] * 5, "again.xlsx"])
        write_scorecard(card, again, actuals)
        assert read_scorecard(again) == card, "written and read again it is another scorecard"
    if actuals is None:
        return said
    method = draw.choice(sorted(METHODS)) if draw.sometimes(0.3) else "kit"
    try:
        if draw.sometimes(0.5):
            review_scorecard(card, actuals)
        scores = score(card, actuals, method=method, missing=draw.choice(list(MISSING_POLICIES)))
    except BscError as error:
        return f"{_look_at(error)} in scoring"
    assert not np.isinf(scores.select_dtypes("number").to_numpy(float)).any(), "a score is infinite"
    if draw.sometimes(0.4):
        assert str(explain(scores, draw.choice([card.id, card.kpis[0].id]))), "nothing is explained"
    return "scored"


def evidence(seed):
    """Test the links of a drawn map on years of drawn actuals."""
    draw = Draw(f"evidence {seed}")
    try:
        card = build(linked(draw, scorecard(draw)))
        links = link_evidence(card, check_actuals(long_history(draw, card), card))
    except BscError as error:
        return f"{_look_at(error)} as evidence"
    assert len(links) == len(card.links), "a link has no verdict"
    for column in ("p", "q", "hidden_driver"):
        assert links[column].dropna().between(0, 1).all(), f"{column} is no share"
    for column in ("estimate", "low", "high", "smallest_effect", "cumulative"):
        assert not np.isinf(links[column].to_numpy(float)).any(), f"{column} is infinite"
    return "tested" if len(links) else "without links"


def imported(folder, seed):
    """Import the actuals as somebody else's file, with an answer to each question; what comes of it reads again."""
    draw = Draw(f"import {seed}")
    files = [file for file in (folder / "actuals.csv", folder / "actuals.xlsx") if file.exists()]
    mapping = ImportMapping()
    if not files:
        return "nothing to import"
    try:
        for _ in range(3):
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            new = import_files(files, mapping)
            if not new.questions:
                break
            mapping = new.mapping
            for question in new.questions[:40]:
                mapping = _answer(draw, mapping, question)
        if new.questions:
            return "asked"
        (folder / "imported").mkdir()
        write_folder(new, folder / "imported", There(ImportMapping()))
        card = read_scorecard(folder / "imported")
        assert card == new.scorecard, "imported and read again it is another scorecard"
        assert len(read_actuals(folder / "imported", card)) == len(new.actuals), "imported actuals are not read again"
    except BscError as error:
        return f"{_look_at(error)} as an import"
    return "imported"


def _answer(draw, mapping, question):
    """The mapping with an answer that a person could give, now and then a silly one."""
    likely = question.choices or ("4", "2026", "2026-03", "[1, 9]", "desk", "12.5", draw.choice(NAMES))
    try:
        return answered(mapping, question, answer_of(question, draw.choice(likely)))
    except (BscError, ValueError):  # which the command says, and asks again
        return mapping


def _look_at(error):
    """What an error is about, if it is as errors should be."""
    for fault in error.faults:
        assert fault.where or fault.what.startswith("and "), f"no place: {fault}"
    message = str(error)
    assert len(message) <= LONGEST, f"{len(message):,} letters"
    odd = [char for char in message if (ord(char) < 32 and char != "\n") or char in TURNS]
    assert not odd, f"{odd[0]!r} in the message: {message[:300]!r}"
    return "refused"


def trial(seed, keep=None):
    """One seed: the outcomes, and what is wrong with it, or nothing."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(keep or temporary)
        folder.mkdir(exist_ok=True)
        draw_files(seed, folder)
        began, before = time.process_time(), _peak()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            with warnings.catch_warnings(), _quiet() as remarks:
                warnings.simplefilter("error")
                outcome, wrong = (attempt(folder, seed),), ""
                if seed % 2:
                    outcome += (imported(folder, seed),)
                if seed % 5 == 0:
                    outcome += (evidence(seed),)
        except BaseException as error:
            outcome, wrong = ("failed",), "".join(traceback.format_exception(error))[-3_000:]
            if isinstance(error, KeyboardInterrupt):
                raise
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        used = _peak() - before
        if used > BYTES:
            wrong += f"it took {used / 1e9:.1f} GB\n"
        if remarks:
            wrong += f"it remarked: {remarks[0]}\n"
        return outcome, wrong, time.process_time() - began


def _peak():
    """The most memory that this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@contextlib.contextmanager
def _quiet():
    """Catch what is written to standard output and error, by whatever library; a list of it at the end."""
    remarks = []
    with tempfile.TemporaryFile() as caught:
        saved = [os.dup(1), os.dup(2)]
        for stream in (1, 2):
            os.dup2(caught.fileno(), stream)
        try:
            yield remarks
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for stream, old in zip((1, 2), saved, strict=True):
                os.dup2(old, stream)
                os.close(old)
            caught.seek(0)
            if text := caught.read().decode("utf-8", "replace"):
                remarks.append(text[:2_000])


def _alarm(*_):
    raise Slow(f"longer than {SECONDS} seconds")


def main():
    """Try the kept seeds and so many more; 1 when one of them failed."""
    asks = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asks.add_argument("--count", type=int, default=300)
    asks.add_argument("--first", type=int, default=0, help="the seed to begin with")
    asks.add_argument("--seed", type=int, help="this one alone")
    asks.add_argument("--keep", help="a folder for the files of the one seed")
    given = asks.parse_args()
    kept = [int(line.split()[0]) for line in KEPT.read_text(encoding="utf-8").splitlines() if line[:1].isdigit()]
    seeds = [given.seed] if given.seed is not None else [*kept, *range(given.first, given.first + given.count)]
    signal.signal(signal.SIGPROF, _alarm)
    if sys.platform == "linux":  # what takes more fails, and not the machine
        resource.setrlimit(resource.RLIMIT_AS, (6 * BYTES, 6 * BYTES))
    if Path("/dev/shm").is_dir():  # in memory: a disk is slower than what is tried
        tempfile.tempdir = "/dev/shm"
    outcomes, slowest, failed = Counter(), (0.0, 0), []
    for number, seed in enumerate(seeds, 1):
        outcome, wrong, seconds = trial(seed, given.keep)
        outcomes.update(outcome)
        slowest = max(slowest, (seconds, seed))
        if wrong:
            failed.append(seed)
            print(f"seed {seed} ({seconds:.1f} s): {wrong}", flush=True)
        if number % 1_000 == 0:
            print(f"{number:,} tried, {len(failed)} wrong", flush=True)
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.most_common())
    print(f"{len(seeds):,} inputs: {counts}")
    print(f"the slowest took {slowest[0]:.1f} s (seed {slowest[1]}); at most {_peak() / 1e9:.2f} GB in all")
    print(f"{len(failed)} wrong{': ' if failed else ''}{', '.join(map(str, failed))}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
