"""What the `bsc` command prints: a tree of scores, what a scorecard's files hold, lines for other programs.

Text from files is printed as it is and never read as markup. A status is a symbol and a word; where the terminal cannot
show the symbol, the word stays, and an arrow or a minus sign is written with a hyphen.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pandas as pd
from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook
from rich.padding import Padding
from rich.progress import Progress
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from bsclib.cli.verbs import FOR_EXCEL
from bsclib.errors import visible
from bsclib.files.csv_table import for_spreadsheets
from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.model.status import SYMBOLS, VERDICTS, words
from bsclib.scoring.reasons import CASES
from bsclib.scoring.scores import LEVELS
from bsclib.scoring.views import actual_and_expected, last_known, last_known_words, last_period
from bsclib.wording import amount, arrow, counted, listed, number, probability

if TYPE_CHECKING:
    from bsclib.files.datasets import Description

_STYLES = {"on_target": "cyan", "at_risk": "yellow", "off_target": "bold red", "no_data": "dim"}
_STYLES |= {"supported": "cyan", "refuted": "bold red", "too_little_data": "yellow", "not_testable": "dim"}
_SEVERE = {"high": "bold red", "medium": "yellow", "low": "cyan"}
WHOLE = "the organisation as a whole"
MOST_UNITS = 30
MOST_NAMES = 8


def console(stderr: bool = False) -> Console:
    """A console that leaves words as they are: no markup, no emoji codes, no guessed highlights."""
    # Where there is no terminal, lines may be 120 characters long, or as long as the variable COLUMNS says.
    out = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    out.push_render_hook(_Visible())
    if not out.is_terminal and "COLUMNS" not in os.environ:
        out.width = 120
    return out


class _Visible(RenderHook):
    """Somebody's words in a table steer no terminal."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """What is printed, each part of it seen."""
        return [_Seen(one) for one in renderables]


@dataclass(frozen=True)
class _Seen:
    of: ConsoleRenderable

    def __rich_console__(self, out: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for part in out.render(self.of, options):
            yield part if part.control else Segment(visible(part.text), part.style)


@contextlib.contextmanager
def progress(work: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function to call as ``(done, total)``, which draws a bar on standard error if that is a terminal."""
    err = console(stderr=True)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(work, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def show(frame: pd.DataFrame, form: str, table: Callable[[Console], None]) -> None:
    """Print a frame: as a table for people, or as `csv` or `json` for other programs."""
    if form == "table":
        table(console())
    else:
        write_frame(sys.stdout.buffer, frame, form)


def show_scores(out: Console, scores: pd.DataFrame, scorecard: Scorecard, unit: str = "") -> None:
    """Print the last month's scores of one unit as a tree, with every KPI's actual and what was expected."""
    period = last_period(scores)
    last = scores[scores["period"] == period]
    here = last[last["unit"] == unit].set_index("id")
    out.print(Text(f"{scorecard.name}: {unit or WHOLE}, {period}"), style="bold", soft_wrap=True)
    tree = _tree(out, here, scorecard, ids=True)
    if out.measure(tree, options=out.options.update(max_width=1000)).maximum > out.width:
        tree = _tree(out, here, scorecard, ids=False)
    out.print(tree)
    before = last_known(scores, unit)
    kpis = here[here["level"] == "kpi"]
    misled = [{"grain": [], "case": ""} | json.loads(text or "{}") for text in kpis["taken"]]
    odd = np.array([taken["case"] == "no_target" or bool(taken["grain"]) for taken in misled], dtype=bool)
    silent = kpis["actual"].isna() | odd
    for id, row in kpis[silent].iterrows():
        said = row["reason"] or "no actual"
        if id in before.index and pd.isna(row["actual"]):
            said += f"; last known: {last_known_words(scorecard.kpi(str(id)), before.loc[id])}"
        out.print(Text(f"{id}: {said}"), style="dim", soft_wrap=True)
    if not unit:
        units = last[last["unit"] != ""]
        _show_units(out, units[units["level"] == "scorecard"], units[units["level"] == "kpi"])


def _tree(out: Console, here: pd.DataFrame, scorecard: Scorecard, ids: bool) -> Table:
    columns = ("Score", "right"), "Status", ("Actual", "right"), ("Expected", "right")
    table = _table("Name", *(["Id"] if ids else []), *columns)
    table.columns[0].min_width = 24
    for id in _outline(scorecard):
        row = here.loc[id]
        depth = LEVELS.index(row["level"])
        name = Padding(Text(scorecard.names[id], style="bold" if depth < 2 else ""), (0, 0, 0, 2 * depth))
        numbers = ["", ""]
        if row["level"] == "kpi":
            numbers = [*actual_and_expected(scorecard.kpi(id), row)]
        status = _symbol(out, SYMBOLS, row["status"], row["label"])
        id_cell = [Text(id, style="dim")] if ids else []
        table.add_row(name, *id_cell, number(row["score"], none=""), status, *map(Text, numbers))
    return table


def _outline(scorecard: Scorecard) -> Iterator[str]:
    """Every id, each parent before its children."""
    yield scorecard.id
    for perspective in scorecard.perspectives:
        yield perspective.id
        for objective in scorecard.objectives_of(perspective.id):
            yield objective.id
            yield from (kpi.id for kpi in scorecard.kpis_of(objective.id))


def _without_target(kpis: pd.DataFrame) -> dict[str, list[str]]:
    """The KPIs that add up, and their units that have an actual and no target of their own."""
    rows = kpis[kpis["actual"].notna() & kpis["expected"].isna()]
    return {str(id): list(map(str, of)) for id, of in rows.groupby("id", observed=True)["unit"]}


def _show_units(out: Console, rows: pd.DataFrame, kpis: pd.DataFrame) -> None:
    if rows.empty:
        return
    table = _table("Unit", ("Score", "right"), "Status")
    worst_first = rows.sort_values("score", na_position="last", kind="stable")
    for row in worst_first.head(MOST_UNITS).itertuples():
        shown = number(float(str(row.score)), none="")
        table.add_row(Text(str(row.unit)), shown, _symbol(out, SYMBOLS, str(row.status)))
    out.print()
    out.print(table)
    for id, where in _without_target(kpis).items():
        out.print(Text(f"{id}: {CASES['no_target']} ({listed(where)})"), style="dim", soft_wrap=True)
    if len(rows) > MOST_UNITS:
        out.print(f"and {len(rows) - MOST_UNITS} more units, which score as high or higher")


def _table(*columns: str | tuple[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="underline")
    for column in columns:
        name, justify = column if isinstance(column, tuple) else (column, "left")
        table.add_column(name, justify=justify, no_wrap=name in ("Score", "Status"), overflow="fold")  # type: ignore[arg-type]
    return table


def _symbol(out: Console, symbols: Mapping[str, str], word: str, label: str = "") -> Text:
    """A symbol and the word for it; the word alone where the terminal lacks the symbol."""
    symbol = f"{symbols[word]} " if _can_show(out, symbols[word]) else ""
    return Text(symbol + words(word) + (f" ({label})" if label else ""), style=_STYLES.get(word, ""))


def _can_show(out: Console, text: str) -> bool:
    try:
        text.encode(out.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def show_facts(out: Console, facts: Iterable[tuple[str, str]]) -> None:
    """Print facts, a line each: what it is, and what is there."""
    grid = Table.grid(padding=(0, 2))
    for name, there in facts:
        grid.add_row(Text(name, style="bold"), Text(there))
    out.print(grid)


def scorecard_facts(scorecard: Scorecard, actuals: pd.DataFrame | None) -> list[tuple[str, str]]:
    """What a scorecard's files hold, in words: how many of what, which units and periods, what is missing."""
    nouns = ("perspective", "objective", "KPI", "link", "initiative", "event", "action")
    parts = {noun: getattr(scorecard, f"{noun.lower()}s") for noun in nouns}
    facts = [
        ("Scorecard", f"{scorecard.name} ({scorecard.id})"),
        ("It has", ", ".join(counted(len(part), noun) for noun, part in parts.items() if part or noun == "KPI")),
    ]
    if actuals is None:
        return [*facts, ("Actuals", "none: there is no file of them, so what needs them is not looked at")]
    if actuals.empty:
        return [*facts, ("Actuals", "none: the table is empty")]
    spans = [periods.span(text) for text in actuals["period"].cat.categories]
    first, last = (periods.period_of(end) for end in (min(spans)[0], max(last for _, last in spans)))
    units = sorted(str(unit) for unit in actuals["unit"].cat.categories if unit)
    facts += [
        ("Actuals", f"{counted(len(actuals), 'row')}, {first} to {last}"),
        ("Units", listed(units, MOST_NAMES) or f"none: every row is of {WHOLE}"),
    ]
    silent = [kpi.id for kpi in scorecard.kpis if kpi.id not in set(actuals["kpi"])]
    empty = actuals[actuals[["actual", "numerator", "denominator"]].isna().all(axis=1)]
    if silent:
        facts.append(("Without rows", listed(silent, MOST_NAMES)))
    if len(empty):
        facts.append(("Empty rows", f"{len(empty)}: nothing was observed there"))
    return facts


def show_frame(out: Console, frame: pd.DataFrame) -> None:
    """Print a frame as a table that fits the terminal; a column of nothing is left out."""
    plain = frame.astype(object).where(frame.notna(), "")
    plain = plain.loc[:, (plain != "").any()]
    table = _table(*((name, "right" if frame[name].dtype.kind in "iuf" else "left") for name in plain.columns))
    for row in plain.itertuples(index=False):
        table.add_row(*(Text(str(cell)) for cell in row))
    out.print(table)


def show_findings(out: Console, findings: pd.DataFrame, accepted: int = 0) -> None:
    """Print what a review found, the most severe first: each rule once, with its places below it."""
    for severity, part in findings.groupby("severity", sort=False):
        out.print()
        out.print(Text(f"{severity} ({len(part)})"), style=_SEVERE.get(str(severity), "bold"))
        for rule, rows in part.groupby("rule", sort=False):
            first = rows.iloc[0]
            out.print(Padding(Text(f"{rule}  {first['why']}"), (0, 0, 0, 2)), style="bold")
            grid = Table.grid(padding=(0, 2))
            for where, what in zip(rows["where"], rows["what"], strict=True):
                grid.add_row(Text(where), Text(what))
            out.print(Padding(grid, (0, 0, 0, 4)))
            out.print(Padding(Text(f"Fix: {first['fix']}. Source: {first['source']}."), (0, 0, 0, 4)), style="dim")
    out.print()
    out.print(f"{counted(len(findings), 'finding')}." if len(findings) else "No findings.")
    if accepted:
        more = "more " if len(findings) else ""
        out.print(f"{counted(accepted, f'{more}is', f'{more}are')} accepted by the scorecard, with a reason.")


def show_links(out: Console, evidence: pd.DataFrame, scorecard: Scorecard, sentences: Iterable[str]) -> None:
    """Print the verdict on each link, the reasons, and what the map is worth."""
    if evidence.empty:
        out.print("The map has no links: there is nothing to test.")
        return
    unit = evidence["unit"].iloc[0] or "all units together"
    out.print(Text(f"{scorecard.name}: {unit}"), style="bold", soft_wrap=True)
    out.print(
        "Claim: sign, and lag in months. Effect: of one unit more of the cause, in units of the effect.", style="dim"
    )
    table = _table(
        "Verdict", "Link", "Claim", *((name, "right") for name in ("Effect", "Interval", "Months", "p", "q"))
    )
    names = [_in_letters_of(out, arrow(row.cause, row.effect)) for row in evidence.itertuples()]
    for name, row in zip(names, evidence.itertuples(), strict=True):
        cells = [
            f"{row.sign or ''} {'' if pd.isna(row.lag) else row.lag}".strip(),
            amount(row.estimate, none=""),
            "" if pd.isna(row.low) else f"{amount(row.low)} to {amount(row.high)}",
            f"{row.months}",
            *(probability(p, none="").replace(" ", "") for p in (row.p, row.q)),  # a link is one line of 120 letters
        ]
        cells = [_in_letters_of(out, cell) for cell in cells]
        table.add_row(_symbol(out, VERDICTS, row.verdict), Text(name), *map(Text, cells))
    out.print(table)
    out.print()
    for name, reason in zip(names, evidence["reason"], strict=True):
        out.print(Text.assemble((name, "bold"), f": {_in_letters_of(out, reason)}"))
    out.print()
    for line in sentences:
        out.print(Text(_in_letters_of(out, line)))


def _in_letters_of(out: Console, text: str) -> str:
    """A text whose arrows and minus signs the terminal can show."""
    for sign, instead in (("→", "->"), ("−", "-")):
        if not _can_show(out, sign):
            text = text.replace(sign, instead)
    return text


def show_description(out: Console, about: Description) -> None:
    """Print what a shipped data set holds: its files and their columns."""
    out.print(Text(f"{about.title} ({about.name})"), style="bold")
    out.print(Text(f"{about.about}\nLicence: {about.licence}\n"))
    show_frame(out, about.tables)
    for file, part in about.columns.groupby("file", sort=False):
        out.print(Text(f"\n{file}"), style="bold")
        show_frame(out, part.drop(columns="file"))


def show_entry(out: Console, row: pd.Series, counter: str) -> None:
    """Print everything about one KPI of the catalogue."""
    out.print(Text(f"{row['name']} ({row['id']})"), style="bold")
    facts = [
        ("formula", row["formula"]),
        *(("", part) for part in row["parts"].split("; ")),
        ("measured in", row["measured_in"]),
        *((name, row[name]) for name in ("direction", "role", "frequency", "aggregate")),
        ("perspective", f"{row['perspective']} (generic), {row['it_perspective']} (IT)"),
        ("practice", f"{row['practice']} (ITIL 4)"),
        ("cobit", f"{row['cobit']} (COBIT 2019)"),
        ("gamed by", f"{row['gamed_by']} Risk: {row['gaming_risk']}."),
        ("counter-KPI", f"{row['counter_kpi']}: {counter}"),
        *((name, row[name]) for name in ("effort", "source", "confidence")),
    ]
    show_facts(out, facts)


def write_frame(out: BinaryIO, frame: pd.DataFrame, how: str) -> None:
    """Write a frame for another program, in UTF-8, all digits kept: `csv`, or `json` as a list with a record a line."""
    if how == "csv":
        text = frame.to_csv(index=False, lineterminator="\n")
    elif how == FOR_EXCEL:
        # Excel wants the mark of UTF-8, and takes some texts for formulas.
        text = "\ufeff" + for_spreadsheets(frame).to_csv(index=False, lineterminator="\r\n")
    else:
        plain = frame.astype(object).where(frame.notna(), None)
        lines = (json.dumps(record, ensure_ascii=False, allow_nan=False) for record in plain.to_dict("records"))
        text = "[\n" + ",\n".join(lines) + "\n]\n"
    write_bytes(out, text.encode())


def write_bytes(out: BinaryIO, data: bytes) -> None:
    """Write what another program reads, whatever the terminal's encoding; an unbuffered pipe takes what fits."""
    rest = memoryview(data)
    while rest:
        rest = rest[out.write(rest) :]
