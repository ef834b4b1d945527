"""Tickets out of other systems' exports: read by a map, counted, and what cannot be used put aside with its reason."""

from __future__ import annotations

import datetime
import itertools
import os
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bsclib.actuals.itsm.table import COLUMNS, COUNTS, NAMES, TRUTHS
from bsclib.errors import ActualsError, Fault
from bsclib.files.tickets import checks
from bsclib.files.tickets.fields import EMPTY, Fields, Log, coded_places, places, read_fields
from bsclib.files.tickets.goals import with_goals
from bsclib.files.tickets.history import tickets_of
from bsclib.files.tickets.map_yaml import read_map
from bsclib.files.tickets.source import Source, open_source
from bsclib.files.tickets.ticket_map import Column, TicketMap, given
from bsclib.wording import counted, listed, percent

Holds = tuple[pa.Array, pa.Array, pa.Array]
AnyPath = str | os.PathLike[str]
REJECTED = ("file", "row", "left_out", "kind", "reason")


@dataclass(frozen=True)
class Tickets:
    r"""What was read of an export, and what was not.

    Attributes
    ----------
    tickets : DataFrame
        One row a ticket, with the columns of `check_tickets` that the export has.
    holds : DataFrame or None
        `number`, `start` and `end` (missing while it lasts), where a history says so.
    rejected : DataFrame
        `file`, `row` (the headings' is 1), `left_out` (``row`` or only a ``cell``), `kind` and `reason`.
    rows : int
        Rows of the files, without the headings. So many as are used and those left out, together.
    notes : list of str
        What was noticed in reading, in sentences.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "export.csv")
    >>> _ = file.write_text("Number,Opened,Closed\nA1,2024-03-04 09:00,2024-03-04 11:00\nA2,,\n")
    >>> columns = {"number": "Number", "opened": "Opened", "closed": "Closed"}
    >>> read = read_tickets(file, TicketMap(columns=columns, zone="UTC"), at_least=0.5)
    >>> read.rows, len(read.tickets), read.used, read.rejected["kind"].tolist()
    (2, 1, 0.5, ['opened and closed are missing'])
    """

    tickets: pd.DataFrame
    holds: pd.DataFrame | None
    rejected: pd.DataFrame
    rows: int
    notes: list[str]

    @property
    def used(self) -> float:
        """Share of the rows that hold anything which is used."""
        left_out = self.rejected[self.rejected["left_out"] == "row"]
        empty = int((left_out["kind"] == EMPTY).sum())
        return (self.rows - len(left_out)) / (self.rows - empty) if self.rows > empty else 0.0

    def kinds(self) -> pd.DataFrame:
        """How many rows and cells were left out, by kind, the commonest first, with an example."""
        groups = self.rejected.groupby(["left_out", "kind"], sort=False, observed=True)
        table = groups.agg(count=("row", "size"), first_row=("row", "first"), example=("reason", "first"))
        return table.reset_index().sort_values(["left_out", "count"], ascending=False, ignore_index=True)


def read_tickets(
    path: AnyPath | Sequence[AnyPath],
    ticket_map: TicketMap | AnyPath,
    at_least: float = 0.9,
) -> Tickets:
    r"""Read tickets, changes or projects out of another system's export.

    Parameters
    ----------
    path : path-like or sequence of path-like
        CSV of any dialect, Excel (its first sheet) or Parquet; several files are parts of one export, or tickets and
        the history that accompanies them, as the map says.
    ticket_map : TicketMap or path-like
        How it is read, or the ``tickets.yaml`` that says it.
    at_least : float, 0..1, default 0.9
        The share of the rows, empty ones aside, that has to be usable.

    Returns
    -------
    Tickets

    Raises
    ------
    ScorecardError
        For a map that does not hold, with the line of each fault.
    ActualsError
        For a file that cannot be read, columns that are not there, times without a zone, and less than `at_least`.

    Notes
    -----
    A row whose number, times or state cannot be used is left out whole; of what cannot be read otherwise only the cell
    is. Files are read block by block, so a file may be larger than memory.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "export.csv")
    >>> _ = file.write_text("Nr;Eröffnet;Gelöst\n7;31.03.2024 01:30;31.03.2024 03:30\n", encoding="cp1252")
    >>> columns = {"number": "Nr", "opened": "Eröffnet", "resolved": "Gelöst"}
    >>> read = read_tickets(file, TicketMap(columns=columns, dates="%d.%m.%Y %H:%M", zone="Europe/Berlin"))
    >>> read.tickets["resolved"] - read.tickets["opened"]
    0   0 days 01:00:00
    dtype: timedelta64[s]
    """
    rules = ticket_map if isinstance(ticket_map, TicketMap) else read_map(ticket_map)
    files = [Path(one) for one in ([path] if isinstance(path, str | os.PathLike) else path)]
    sources = [open_source(file) for file in files]
    columns, history = rules.columns.given(), given(rules.history) if rules.history else {}
    changes = [source for source in sources if history and _is_history(source, history, columns)]
    main = [source for source in sources if source not in changes]
    log = Log()
    table, rows = _read(main, rules, columns, log)
    accompanying, more_rows = _read(changes, rules, history, log)
    table, holds = _used(table, rules, columns, main, log)
    if changes:
        table, holds = _accompanied(table, accompanying, history, columns)
    frame = _frame(table)
    del table
    pa.default_memory_pool().release_unused()
    rejected = pd.DataFrame(dict(zip(REJECTED, log.columns, strict=True))).sort_values(
        ["file", "row"], ignore_index=True
    )
    notes = [note for source in sources for note in source.notes] + _notes(frame, columns)
    if history and not changes:
        notes.append("The map describes a history, and no file has its columns.")
    read = Tickets(frame, _held(holds, frame), rejected, rows + more_rows, notes)
    check_share(read, at_least)
    return read


def preview(path: AnyPath | Sequence[AnyPath], rules: TicketMap, count: int = 3, among: int = 2000) -> pd.DataFrame:
    """The first tickets as they are read, from so many rows on top of the first file."""
    source = open_source(Path(path if isinstance(path, str | os.PathLike) else path[0]))
    columns = rules.columns.given()
    table, _ = _read([source], rules, columns, log := Log(), among)
    return _frame(_used(table, rules, columns, [source], log)[0]).head(count)


def _used(
    table: pa.Table, rules: TicketMap, columns: Mapping[str, Column], sources: Sequence[Source], log: Log
) -> tuple[pa.Table, Holds | None]:
    """The tickets that can be used, and their holds where the rows are changes; the others are noted."""
    if not len(table):
        return table.select(["number"]), None
    if "at" in columns:
        tickets, holds, ticket_of = tickets_of(table, columns)
        tickets = pa.table(with_goals(_as_fields(tickets), rules).columns)
        tickets, refusals = _checked(tickets, rules, columns)
        _log_rows(log, sources, table, ticket_of, refusals)
        return tickets.filter(pa.array(~refusals.refused)), holds
    for check in (_checked, _unrepeated):
        table, refusals = check(table, rules, columns)
        _log_rows(log, sources, table, np.arange(len(table)), refusals)
        table = table.filter(pa.array(~refusals.refused)) if refusals.refused.any() else table
    return table, None


def check_share(read: Tickets, at_least: float) -> None:
    """Refuse an export of which too little can be used, and say why."""
    if read.used >= at_least and (len(read.tickets) or not at_least):
        return
    kinds = read.kinds()
    reasons = [f"{row.kind} in {counted(row.count, 'row')}: {row.example}" for row in kinds.head(3).itertuples()]
    what = f"only {percent(read.used)} of the rows can be used" if read.rows else "there is no row below the headings"
    fix = "mend the map, or ask for less" if reasons else "export the tickets again"
    where = listed(dict.fromkeys(read.rejected["file"]))
    raise ActualsError(Fault(where, what, "; ".join(reasons), f"at least {percent(at_least)}", fix))


def _is_history(source: Source, history: Mapping[str, Column], columns: Mapping[str, Column]) -> bool:
    """Whether a file has the columns of the history, and not those of the tickets."""

    def has(wanted: Mapping[str, Column]) -> bool:
        return all(source.places(column.column) for column in wanted.values() if column.column)

    return has(history) and not has(columns)


def _read(
    sources: Sequence[Source], rules: TicketMap, columns: Mapping[str, Column], log: Log, most: int | None = None
) -> tuple[pa.Table, int]:
    """The usable rows of some files as one table, with the place each comes from, and how many rows there are."""
    parts, rows = [], 0
    for number, source in enumerate(sources):
        blocks = source.blocks(places(source, columns), coded_places(source, columns))
        for block in blocks if most is None else (block.head(most) for block in itertools.islice(blocks, 1)):
            fields = read_fields(block, source, rules, columns, log)
            if fields.naive and not rules.zone:
                what = "its times state no zone, and the map gives none"
                fix = "write the zone of the clock they were written by, such as zone: Europe/Berlin"
                raise ActualsError(Fault(source.name, what, fix=fix))
            rows += len(block.rows) + len(block.faulty)
            fields = fields if "at" in columns else with_goals(fields, rules)
            here = {_FILE: pa.repeat(pa.scalar(number, pa.int32()), len(fields.rows)), _ROW: pa.array(fields.rows)}
            parts.append(pa.table(fields.columns | here))
    empty = pa.table({"number": pa.array([], pa.string())})
    return pa.concat_tables(parts, promote_options="default") if parts else empty, rows


_FILE, _ROW = "_file", "_row"
EARLY = "responded before opened"


def _as_fields(table: pa.Table) -> Fields:
    return Fields({name: table[name].combine_chunks() for name in table.column_names}, np.arange(len(table)))


def _checked(table: pa.Table, rules: TicketMap, columns: Mapping[str, Column]) -> tuple[pa.Table, checks.Refusals]:
    exported = datetime.datetime.fromisoformat(rules.exported) if rules.exported else None
    if exported and len(rules.exported or "") == len("2026-09-05"):
        exported += datetime.timedelta(days=1)
    if exported and exported.tzinfo is None:
        exported = exported.replace(tzinfo=zoneinfo.ZoneInfo(rules.zone or "UTC"))
    now = (exported or datetime.datetime.now(datetime.UTC)).timestamp()
    timed = "resolved" in columns or "closed" in columns
    return checks.check_times(table, int(now), timed)


def _unrepeated(table: pa.Table, rules: TicketMap, columns: Mapping[str, Column]) -> tuple[pa.Table, checks.Refusals]:
    return table, checks.check_numbers(table, (_FILE, _ROW))


def _log_rows(
    log: Log, sources: Sequence[Source], table: pa.Table, ticket_of: np.ndarray, refusals: checks.Refusals
) -> None:
    """Note the rows of refused tickets, and the first of those whose response is left out."""
    refused, early = refusals.refused[ticket_of], np.isin(ticket_of, list(refusals.early))
    places = np.flatnonzero(early)
    early[:] = False
    early[places[np.unique(ticket_of[places], return_index=True)[1]]] = True
    rows = np.flatnonzero(refused | early)
    some = table.select([_FILE, _ROW]).take(pa.array(rows)).to_pydict() if len(rows) else {_FILE: [], _ROW: []}
    names, places = [source.name for source in sources], ticket_of[rows].tolist()
    told = [refusals.reasons.get(place) for place in places]
    log.extend(
        [names[file] for file in some[_FILE]],
        some[_ROW],
        ["row" if why else "cell" for why in told],
        [why[0] if why else EARLY for why in told],
        [why[1] if why else refusals.early[place] for why, place in zip(told, places, strict=True)],
    )


def _accompanied(
    table: pa.Table, changes: pa.Table, history: Mapping[str, Column], columns: Mapping[str, Column]
) -> tuple[pa.Table, Holds]:
    """Tickets with what a history beside them tells and they do not."""
    told, holds, _ = tickets_of(changes, history)
    place = pc.index_in(table["number"], told["number"])
    for name in ("responded", "reopened", "reassigned"):
        if name in told.column_names and name not in columns:
            table = table.append_column(name, told[name].take(place))
    return table, holds


def _frame(table: pa.Table) -> pd.DataFrame:
    """Tickets as pandas has them: names as categories in alphabetical order, counts as Int64, truth as boolean."""
    frame = {}
    for name in [name for name in COLUMNS if name in table.column_names]:
        values = table[name]
        if name in NAMES:
            frame[name] = _categories(values)
        elif name in COUNTS or name in TRUTHS:
            frame[name] = values.to_pandas().astype("Int64" if name in COUNTS else "Float64")
            frame[name] = frame[name] if name in COUNTS else frame[name].astype("boolean")
        else:
            frame[name] = values.to_pandas()
        frame[name] = frame[name].astype("str") if name in ("number", "deployment") else frame[name]
        table = table.drop_columns([name])
    return pd.DataFrame(frame)


def _categories(values: pa.ChunkedArray) -> pd.Categorical:
    """Coded names with the categories that are there, in alphabetical order."""
    chunks = values.unify_dictionaries().chunks
    words = chunks[0].dictionary.to_pylist() if chunks else []
    codes = np.concatenate([chunk.indices.to_numpy(zero_copy_only=False) for chunk in chunks] or [np.empty(0, int)])
    there = np.flatnonzero(np.bincount(codes, minlength=len(words)))
    order = sorted(there.tolist(), key=words.__getitem__)
    place = np.zeros(len(words), np.int32)
    place[order] = np.arange(len(order))
    return pd.Categorical.from_codes(place[codes], pd.Index([words[code] for code in order], dtype="str"))


def _held(holds: Holds | None, frame: pd.DataFrame) -> pd.DataFrame | None:
    if holds is None:
        return None
    table = pa.table(dict(zip(("number", "start", "end"), holds, strict=True))).to_pandas()
    table["number"] = table["number"].astype("str")
    return table[table["number"].isin(frame["number"])].reset_index(drop=True)


def _notes(frame: pd.DataFrame, columns: Mapping[str, Column]) -> list[str]:
    notes = []
    if "state" in frame and not {"resolved", "closed"} & set(frame.columns):
        ended = int(frame["state"].isin(["resolved", "closed"]).sum())
        if ended:
            notes.append(f"{counted(ended, 'ticket')} ended, and the map names no column that says when.")
    return notes
