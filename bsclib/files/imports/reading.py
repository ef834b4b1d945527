"""From files to a proposed mapping with its open questions, and with a mapping to scorecard, actuals and counts.

Both are one function: what the mapping says holds, what it does not say is proposed, and what nothing tells is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from bsclib.actuals.table import COLUMNS, KEYS, NUMBERS, check_actuals
from bsclib.errors import ActualsError, Fault, first_faults
from bsclib.files.imports import definitions, facts, merging, series
from bsclib.files.imports.cells import Grid, read_grids
from bsclib.files.imports.columns import Layout
from bsclib.files.imports.facts import TAKEN, Facts
from bsclib.files.imports.layouts import lay_out, turned
from bsclib.files.imports.mapping import ImportMapping, KpiMapping, Question
from bsclib.files.imports.words import slug
from bsclib.files.paths import AnyPath
from bsclib.model import periods
from bsclib.model.build import build
from bsclib.model.nouns import Scorecard
from bsclib.wording import counted, listed


@dataclass(frozen=True)
class Imported:
    """What comes of other people's files.

    Attributes
    ----------
    mapping : ImportMapping
        What was given, and what was proposed beside it.
    questions : list of Question
        What is open; while there are any, there is no scorecard.
    scorecard : Scorecard or None
    actuals : DataFrame or None
        As `read_actuals` gives them, with all that was there before.
    counts : dict
        How many cells of the files met each fate; the numbers add up to the cells that hold something.
    blanks : int
        Cells for values in which nothing stands.
    sample : list of str
        The first values, as they were understood.
    tables : list of str
        What each column of each table was taken for.
    changes : list of Change
    added : int
        Actuals that were not there before.
    notes : list of str
    """

    mapping: ImportMapping
    questions: list[Question]
    scorecard: Scorecard | None
    actuals: pd.DataFrame | None
    counts: dict[str, int]
    blanks: int
    sample: list[str]
    tables: list[str]
    changes: list[merging.Change] = field(default_factory=list)
    added: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def dropped(self) -> dict[str, int]:
        """How many cells were left out, by the reason."""
        return {reason: count for reason, count in self.counts.items() if reason not in TAKEN}


def import_files(
    paths: Sequence[AnyPath],
    mapping: ImportMapping | None = None,
    scorecard: Scorecard | None = None,
    actuals: pd.DataFrame | None = None,
    name: str = "",
) -> Imported:
    r"""Read other people's workbooks and CSV files as a scorecard and its actuals.

    Parameters
    ----------
    paths : sequence of path-like
        Files that end in .xlsx, .xlsm, .csv, .tsv or .txt; together they make one scorecard.
    mapping : ImportMapping, optional
        What is known of how they are to be read; without it everything is proposed.
    scorecard, actuals : optional
        What is there already: it stays, and the files add to it.
    name : str, optional
        What a new scorecard is called; by default as the first file.

    Returns
    -------
    Imported
        The mapping with what was proposed, the open questions, and when there are none the scorecard and its actuals.

    Raises
    ------
    ActualsError
        When a file cannot be read, holds no table, or says two things of the same KPI, unit and period.

    Notes
    -----
    Nothing is guessed in silence. What is settled by the files is in the mapping, what is not is in the questions, and
    every cell that gives no value is counted by its reason.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> file = Path(mkdtemp(), "desk.csv")
    >>> _ = file.write_text("KPI,Target,Jan 2026,Feb 2026\nFirst contact resolution,>= 75 %,70 %,72 %\n")
    >>> imported = import_files([file])
    >>> imported.questions, imported.scorecard.kpis[0].direction
    ([], 'higher_is_better')
    >>> imported.actuals[["kpi", "period", "actual"]].values.tolist()
    [['first-contact-resolution', '2026-01', 70.0], ['first-contact-resolution', '2026-02', 72.0]]
    """
    mapping = mapping or ImportMapping()
    if mapping.year_starts is None and scorecard is not None:
        mapping = mapping.model_copy(update={"year_starts": scorecard.year_starts})
    grids = [turned(grid) for path in paths for grid in _grids(Path(path))]
    layouts, mapping = lay_out(grids, mapping)
    if not any(not layout.mapping.leave_out for _, layout in layouts):
        raise ActualsError(_no_table(grids, paths))
    questions = [question for _, layout in layouts for question in layout.questions]
    found = facts.gather(grids, layouts, mapping)
    ordered = series.as_series(found)
    ordered.faults += _of_other_years(found, mapping)
    if ordered.faults and not questions:
        raise ActualsError(first_faults(ordered.faults))
    questions += _open_periods(layouts, ordered) if not questions else []
    questions += _open_years(found) if mapping.year_starts is None else []
    called = mapping.name or (scorecard.name if scorecard else name or _title_of(Path(paths[0])))
    defined = definitions.define(found, ordered, mapping, scorecard, called)
    if not defined.ids and not questions:
        raise ActualsError(_no_table(grids, paths))
    if defined.faults:
        raise ActualsError(first_faults(defined.faults))
    if not questions:
        questions += defined.questions
    if found.unreadable and mapping.unreadable is None:
        questions.append(_unreadable(found))
    known = Imported(
        mapping=_with_ids(mapping, defined, called),
        questions=list(dict.fromkeys(questions)),
        scorecard=None,
        actuals=None,
        counts=dict(found.counts()),
        blanks=found.blanks,
        sample=_sample(ordered, defined),
        tables=[_described(layout) for _, layout in layouts],
        notes=[*_without_tables(grids, layouts), *ordered.notes, *defined.notes],
    )
    if known.questions:
        return known
    return _completed(known, ordered, defined, scorecard, actuals)


def _grids(path: Path) -> list[Grid]:
    if path.is_dir():
        raise ActualsError(Fault(str(path), "this is a folder", fix="name the files in it, such as report.xlsx"))
    if not path.is_file():
        raise ActualsError(Fault(str(path), "there is no such file", fix="name a workbook or a CSV file"))
    grids = read_grids(path)
    if {"kpis", "objectives", "perspectives"} <= {grid.title.strip().casefold() for grid in grids}:
        what = "this is a scorecard's workbook already"
        raise ActualsError(Fault(path.name, what, fix=f"use it as it is: bsc check {path.name}"))
    return grids


def _no_table(grids: list[Grid], paths: Sequence[AnyPath]) -> Fault:
    files = listed(dict.fromkeys([grid.file for grid in grids] or [Path(path).name for path in paths]))
    titles = ", ".join(grid.title for grid in grids if grid.title)
    allowed = "a heading row with months, or with Date, KPI and Value, and values below it"
    return Fault(files, "there is no table of values in this", titles, allowed, "give its columns headings")


def _without_tables(grids: list[Grid], layouts: list[tuple[int, Layout]]) -> list[str]:
    """The sheets in which there is something, but no table of values."""
    read = {number for number, _ in layouts}
    titles = [grid.title or grid.file for number, grid in enumerate(grids) if number not in read and grid.content]
    sheets = "sheet" if len(titles) == 1 else "sheets"
    return [f"There is no table of values in the {sheets} {listed(titles)}."] if titles else []


def _open_periods(layouts: list[tuple[int, Layout]], ordered: series.Series) -> list[Question]:
    """Values without a period: of which is asked, a table at a time."""
    asked = []
    for number, layout in layouts:
        undated = [fact for fact in ordered.undated if fact.at[0] == number and fact.at[1] in layout.table.body]
        if not undated:
            continue
        has = "has" if len(undated) == 1 else "have"
        values = f"{counted(len(undated), 'value')} of {layout.where}"
        text = f"{values} {has} no period: which month is it, such as 2026-03?"
        asked.append(Question(("tables", layout.place, "period"), text, (), (undated[0].where,), "a period"))
    return asked


def _open_years(found: Facts) -> list[Question]:
    """Where values are of fiscal years, the month in which those start."""
    fiscal = [fact.where for fact in found.values if "/" in fact.period]
    text = "in which month do your fiscal years start: 4 where FY2026 is April 2025 to March 2026?"
    return [Question(("year_starts",), text, (), (fiscal[0],), "a month, 1 to 12")] if fiscal else []


def _of_other_years(found: Facts, mapping: ImportMapping) -> list[Fault]:
    """Years and quarters that may be of the calendar or fiscal, where the two differ."""
    faults = []
    for fact in found.values:
        try:
            periods.resolve(fact.period or "2026-01", mapping.year_starts)
        except ValueError as problem:
            faults.append(Fault(fact.where, str(problem)))
    return faults


def _unreadable(found: Facts) -> Question:
    shown = tuple(str(fault) for fault in found.unreadable[:6])
    them = "it" if len(found.unreadable) == 1 else "them"
    text = f"{counted(len(found.unreadable), 'value')} cannot be read: mend the file, or leave {them} out"
    return Question(("unreadable",), text, ("leave_out",), shown)


def _with_ids(mapping: ImportMapping, defined: definitions.Definitions, called: str) -> ImportMapping:
    """The mapping with the id of every KPI, so that a later name is no surprise."""
    kpis = dict(mapping.kpis)
    for name, id in defined.ids.items():
        told = kpis.get(name)
        data = told.model_dump(exclude_defaults=True) if told else {}
        kpis[name] = KpiMapping.model_validate({"id": id, **data})
    return mapping.model_copy(update={"kpis": kpis, "name": mapping.name or called})


def _title_of(path: Path) -> str:
    words = re.sub(r"[_\-]+", " ", path.stem).strip()
    return " ".join(words.split()) or "Imported"


def _described(layout: Layout) -> str:
    """What each column of a table was taken for, in a line."""
    where = layout.table.grid.where(layout.table.head[-1])
    parts = []
    months = [column.period for column in layout.columns if column.period and column.holds_values]
    for column in layout.columns:
        if not column.period:
            role = column.role.replace("_", " ") or "?"
            of = f" of {column.name}" if column.name and column.holds_values else ""
            parts.append(f"{column.heading or 'no heading'} = {role}{of}")
    if months:
        spread = f"{min(months)} to {max(months)}" if len(set(months)) > 1 else months[0]
        parts.append(f"{counted(len(months), 'column')} of values, {spread}")
    given = layout.mapping
    if given.leave_out:
        return f"{where}: left out"
    names: dict[str, object] = {
        "titles": given.titles,
        "the sheet's title": given.sheet_is,
        "unit": given.unit,
        "month": given.period,
    }
    names |= {"KPI": given.kpi, "year": given.year, "decimal sign": given.decimal, "dates": given.dates}
    parts += [f"{name} = {str(value).replace('_', ' ')}" for name, value in names.items() if value]
    return f"{where}: {', '.join(parts)}"


def _sample(ordered: series.Series, defined: definitions.Definitions) -> list[str]:
    """A value of each of the first three rows, or the first three values, as they were understood."""
    rows: dict[tuple[int, int], series.Key] = {}
    for key, fact in ordered.actuals.items():
        rows.setdefault(fact.at[:2], key)
    shown = list(dict.fromkeys([*rows.values(), *ordered.actuals]))[:3] if len(rows) < 3 else list(rows.values())[:3]
    out = []
    for key in shown:
        kpi, unit, period = key
        fact = ordered.actuals[key]
        target = ordered.targets.get(key) or ordered.targets.get((kpi, unit, "")) or ordered.targets.get((kpi, "", ""))
        aim = f", target {definitions.scaled(target, defined):g}" if target else ""
        of = f" of {unit}" if unit else ""
        out.append(f"{fact.where}: {kpi}{of}, {period} = {definitions.scaled(fact, defined):g}{aim}")
    return out


def _completed(
    known: Imported,
    ordered: series.Series,
    defined: definitions.Definitions,
    scorecard: Scorecard | None,
    actuals: pd.DataFrame | None,
) -> Imported:
    """The scorecard and its actuals, with what was there before; values that differ are asked about."""
    answer = known.mapping.changed
    card, changes = _scorecard(known, defined, scorecard, actuals, answer == "take")
    table, more, added = merging.merged(_frame(ordered, defined), actuals, _ids(ordered.earlier, defined))
    changes += more
    if changes and answer is None:
        text = f"{counted(len(changes), 'value')} differ{'s' if len(changes) == 1 else ''} from what is there already"
        shown = tuple(map(str, changes[:8]))
        return replace(known, questions=[Question(("changed",), text, ("take", "keep"), shown)], changes=changes)
    if answer == "take":
        table = merging.taken(table, changes)
    tidy = check_actuals(table, card)
    return replace(known, scorecard=card, actuals=tidy, changes=changes, added=added)


def _ids(keys: set[series.Key], defined: definitions.Definitions) -> set[series.Key]:
    return {(defined.ids[kpi], unit, period) for kpi, unit, period in keys}


def _frame(ordered: series.Series, defined: definitions.Definitions) -> pd.DataFrame:
    """The new actuals as a long table."""
    rows: dict[series.Key, dict[str, Any]] = {}
    for part, table in zip(NUMBERS, (ordered.actuals, ordered.numerators, ordered.denominators), strict=True):
        for (kpi, unit, period), fact in table.items():
            key = (defined.ids[kpi], unit, period)
            value = definitions.scaled(fact, defined) if part == "actual" else fact.value.number
            rows.setdefault(key, dict(zip(KEYS, (unit, key[0], period), strict=True)))[part] = value
    return pd.DataFrame(list(rows.values()), columns=COLUMNS)


def _scorecard(
    known: Imported,
    defined: definitions.Definitions,
    scorecard: Scorecard | None,
    actuals: pd.DataFrame | None,
    take: bool,
) -> tuple[Scorecard, list[merging.Change]]:
    """A new scorecard, or the one there is with new KPIs and the targets of new months."""
    called = known.mapping.name or "Imported"
    rows = [row for id, row in defined.rows.items() if "objective" in row]
    if scorecard is None:
        taken = {part["id"] for part in (*defined.perspectives, *defined.objectives, *rows)}
        data: dict[str, Any] = {
            "id": known.mapping.id or slug(called, taken),
            "name": called,
            **({"year_starts": known.mapping.year_starts} if known.mapping.year_starts else {}),
            "perspectives": definitions.in_order(defined.perspectives),
            "objectives": defined.objectives,
            "kpis": rows,
        }
        return build(data), []
    if scorecard.year_starts is None:
        scorecard = scorecard.model_copy(update={"year_starts": known.mapping.year_starts})
    kpis: list[Any] = []
    changes: list[merging.Change] = []
    for kpi in scorecard.kpis:
        seen = merging.periods_seen(actuals, kpi.id)
        row, differing = merging.with_targets(kpi, defined.targets.get(kpi.id, {}), seen, take)
        kpis.append(row)
        changes += differing
    if not rows and kpis == list(scorecard.kpis):
        return scorecard, changes
    return merging.extended(scorecard, defined.perspectives, defined.objectives, [*kpis, *rows]), changes
