"""A map for an export that nobody has described: by the words of its headings and by what its cells look like.

What is only likely is said to be so, and what no row settles, such as whether day or month comes first, is asked.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bsclib.actuals.itsm.table import AMOUNTS, COUNTS, TIMES
from bsclib.errors import ActualsError, Fault
from bsclib.files.tickets import cells
from bsclib.files.tickets.date_forms import Order, both_orders, forms_of
from bsclib.files.tickets.map_yaml import map_text
from bsclib.files.tickets.sample import SampledColumn, candidates, flat, plain, read_sample, words
from bsclib.files.tickets.source import Source, open_source
from bsclib.files.tickets.ticket_map import HOURS
from bsclib.wording import counted, listed

_UNITS = {
    "seconds": {"seconds", "second", "sec", "secs", "stc", "segundos", "sekunden", "secondes"},
    "minutes": {"minutes", "minute", "min", "mins", "minutos", "minuten"},
    "hours": {"hours", "hour", "hrs", "hr", "bhrs", "horas", "stunden", "heures"},
}
_SPLITS = (" / ", " | ", " - ", " – ", ": ")
_NO_UNIT = "numbers without a unit in the heading are taken for hours"


@dataclass
class Guess:
    r"""A proposed map.

    Attributes
    ----------
    data : dict
        What `TicketMap` is made of.
    doubts : dict of tuple of str to str
        What is not sure, by its place in the map.

    Examples
    --------
    >>> Guess({"columns": {"number": "ID"}}, {("columns", "number"): "the first column"}).text
    'columns:\n  number: ID  # unsure: the first column\n'
    """

    data: dict[str, Any]
    doubts: dict[tuple[str, ...], str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The map as YAML."""
        return map_text(self.data, self.doubts)


def guess_map(path: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> Guess:
    r"""Propose a map for an export, by the words of its headings and by what its cells look like.

    Headings are known in English, German, French, Spanish and Portuguese, of ServiceNow, Jira, GLPI, OTRS and Znuny,
    Freshdesk and Freshservice, Zendesk, PagerDuty and plain event logs.

    Parameters
    ----------
    path : path-like or sequence of path-like
        As `read_tickets` takes it; several files are parts of one export.

    Returns
    -------
    Guess
        Its `text` is the map as YAML, with what is doubtful behind its lines.

    Raises
    ------
    ActualsError
        For a file that cannot be read, has no row that fits its headings, or no column of numbers.

    Notes
    -----
    Whether day or month comes first is told by a row in which one of them is above 12; when there is none in the whole
    file, the map asks.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "export.csv")
    >>> _ = file.write_text("ID;Statut;Date d'ouverture\n7;Clos;31/03/2024 10:30\n", encoding="utf-8")
    >>> print(guess_map(file).text)
    columns:
      number: ID
      state: Statut
      opened: Date d'ouverture
    dates: '%d/%m/%Y %H:%M'
    zone: UTC  # unsure: times state no zone: write the zone of the clock that wrote them, such as Europe/Berlin
    states:
      Clos: closed
    <BLANKLINE>
    """
    files = [Path(one) for one in ([path] if isinstance(path, str | os.PathLike) else path)]
    sources = [open_source(file) for file in files]
    source = sources[0]
    sample = read_sample(source)
    guess = Guess({"columns": {}})
    history = _number(sample, guess)
    _fields(sample, guess, history)
    if (
        "opened" not in guess.data["columns"]
        and "at" not in guess.data["columns"]
        and "planned_end" not in guess.data["columns"]
    ):
        guess.doubts["columns",] = "no column was found that says when a ticket was opened: name it as opened"
    _kind(sample, guess)
    _dates(sources, sample, guess)
    _states(sources, sample, guess, history)
    _projects(sample, guess, history)
    _decimal(sample, guess)
    _days(sample, guess)
    return guess


def _number(sample: dict[str, SampledColumn], guess: Guess) -> bool:
    """The column of the numbers; whether the file is a history, in which numbers stand again."""
    full = [column for column in candidates(sample, "number") if column.filled > 0.9 * column.count]
    if not full:
        full = [
            column for column in sample.values() if len(column.distinct) == column.count and not column.order.is_time
        ][:1]
        if not full:
            raise ActualsError(
                Fault("", "no column holds a number of its own for each ticket", fix="write tickets.yaml by hand")
            )
        guess.doubts["columns", "number"] = "this is the first column in which nothing stands twice"
    unique = [column for column in full if len(column.distinct) == column.filled]
    chosen = (unique or full)[0]
    history = not unique and len(chosen.distinct) < 0.98 * chosen.filled and bool(_moments(sample))
    if unique and chosen is not full[0]:
        guess.doubts["columns", "number"] = f"{full[0].heading} is not different in each row"
    split = next((s for s in _SPLITS if all(s in text for text in chosen.distinct)), "")
    if not split:
        guess.data["columns"]["number"] = chosen.heading
        if not unique and not history:
            guess.doubts["columns", "number"] = "numbers stand more than once, and no column tells their rows apart"
        return history
    guess.data["columns"]["number"] = {"column": chosen.heading, "split": split, "part": 1}
    parts = [text.split(split) for text in chosen.distinct]
    few = [len({row[i] for row in parts if len(row) > i}) for i in range(1, min(map(len, parts)))]
    if few and min(few) <= max(20, 0.1 * len(parts)):
        guess.data["columns"]["unit"] = {"column": chosen.heading, "split": split, "part": few.index(min(few)) + 2}
        guess.doubts["columns", "unit"] = f"one of {len(few) + 1} parts of a cell, with {min(few)} different values"
    return history


def _moments(sample: dict[str, SampledColumn]) -> list[SampledColumn]:
    return [column for column in candidates(sample, "at") if column.order.is_time]


def _taken(guess: Guess) -> set[str]:
    entries = guess.data["columns"].values()
    return {entry if isinstance(entry, str) else entry.get("column", "") for entry in entries}


def _fields(sample: dict[str, SampledColumn], guess: Guess, history: bool) -> None:
    """Every other column that a heading and its cells give away."""
    columns = guess.data["columns"]
    if history:
        columns["at"] = max(_moments(sample)[:3], key=lambda column: len(column.distinct)).heading
        for name in ("order", "assigned"):
            for column in candidates(sample, name):
                if column.heading not in _taken(guess) and (name == "assigned" or column.is_number):
                    columns.setdefault(name, column.heading)
    for name in ("state", "priority", "unit", *TIMES, *COUNTS, *HOURS, "own_met", "own_met_reversed", *AMOUNTS):
        if name not in words()["headings"] or name in columns:
            continue
        for column in candidates(sample, name):
            entry = None if column.heading in _taken(guess) else _entry(name, column, columns)
            if entry is not None:
                key = name.removesuffix("_reversed")
                columns.setdefault(key, entry)
                _doubt(name, key, column, guess)
                break
    if "reassigned" in columns:
        columns.pop("assigned", None)


def _doubt(name: str, key: str, column: SampledColumn, guess: Guess) -> None:
    if name in HOURS and column.is_number and not _unit_of(column.heading):
        guess.doubts["columns", key] = _NO_UNIT


def _unit_of(heading: str) -> str:
    tokens = plain(heading).split()
    return next((unit for unit, names in _UNITS.items() if names & set(tokens)), "")


def _entry(name: str, column: SampledColumn, columns: dict[str, Any]) -> Any:
    """How a column would be written in the map as this field, or None when its cells do not look like it."""
    unit = _unit_of(column.heading)
    if name in TIMES:
        if column.order.is_time:
            return column.heading
        lasting = name in ("responded", "resolved") and unit and (column.is_number or column.is_span)
        return {"column": column.heading, "measured_in": unit} if lasting else None
    if name in ("state", "unit", "priority"):
        fits = len(column.distinct) <= (2000 if name == "unit" else 100) and not column.order.is_time
        return column.heading if fits and (name != "unit" or len(column.distinct) > 1) else None
    if name in COUNTS:
        filled = column.order.is_time and name == "reopened"
        return {"column": column.heading, "filled": True} if filled else column.heading if column.is_number else None
    if name in HOURS:
        if column.is_span and not column.is_number:
            return column.heading
        if not column.is_number or name.startswith("goal"):
            return None
        return column.heading if unit in ("", "hours") else {"column": column.heading, "measured_in": unit}
    if name in ("own_met", "own_met_reversed"):
        read = [text.casefold() in cells.YES | cells.NO for text in column.distinct]
        if not all(read) or not read:
            return None
        return {"column": column.heading, "reverse": True} if name.endswith("reversed") else column.heading
    return column.heading if column.is_number else None


# ---- words in the cells ---------------------------------------------------------------------------------------------


def _kind(sample: dict[str, SampledColumn], guess: Guess) -> None:
    """What the tickets are: by a column that says so, or by the letters before their numbers."""
    meaning = {word: kind for kind, rows in words()["kinds"].items() for word in rows}
    for column in candidates(sample, "kind"):
        known = {word: meaning[plain(word)] for word in column.distinct if plain(word) in meaning}
        if known and len(known) >= 0.5 * len(column.distinct) and column.heading not in _taken(guess):
            guess.data["columns"]["kind"] = column.heading
            other = {word: kind for word, kind in known.items() if word.casefold() != kind}
            guess.data |= {"kinds": other} if other else {}
            return
    number = guess.data["columns"]["number"]
    texts = sample[number if isinstance(number, str) else number["column"]].distinct
    prefixes = Counter(match[0] for text in texts if (match := re.match(r"[A-Z]{2,6}(?=\d)", text)))
    for prefix, count in prefixes.most_common(1):
        if count > 0.9 * len(texts) and prefix in words()["number_prefixes"]:
            guess.data["columns"]["kind"] = {"always": words()["number_prefixes"][prefix]}


def _whole(sources: Sequence[Source], heading: str) -> Iterable[pa.Array]:
    """A column of all the rows of all the files, block by block."""
    for source in sources:
        places = source.places(heading)
        for block in source.blocks(places) if places else ():
            yield cells.texts(block.columns[places[0]])


def _states(sources: Sequence[Source], sample: dict[str, SampledColumn], guess: Guess, history: bool) -> None:
    """What the words for a state mean; a word that is not known is doubtful."""
    heading = guess.data["columns"].get("state")
    if heading is None:
        return
    distinct = list(
        dict.fromkeys(word for texts in _whole(sources, heading) for word in pc.unique(texts.drop_null()).to_pylist())
    )
    known = {word: state for state, rows in words()["states"].items() for word in flat(rows)}
    stems = {stem: state for state, rows in words()["state_stems"].items() for stem in rows}
    numbered = words()["numbered_states"][_system(sample)]
    known |= {number: state for state, numbers in numbered.items() for number in numbers}
    states, likely = {}, []
    for word in distinct:
        states[word] = known.get(plain(word)) or next((stems[w] for w in plain(word).split() if w in stems), "")
        likely += [word] if states[word] and plain(word) not in known else []
        if not states[word]:
            states[word] = "open"
            guess.doubts["states", word] = "not a word that is known: new, open, hold, resolved, closed or cancelled"
    guess.data["states"] = states
    if likely:
        guess.doubts["states",] = f"told by one of their words: {listed(likely)}"
    if not any(state in ("resolved", "closed") for state in states.values()) and history:
        guess.doubts["states",] = "no word says that a ticket has ended"


def _system(sample: dict[str, SampledColumn]) -> str:
    headings = {plain(heading) for heading in sample}
    if {"opened at", "sys id", "incident state", "sys class name"} & headings:
        return "servicenow"
    return "freshdesk" if {"fr escalated", "due by"} & headings else "glpi"


def _dates(sources: Sequence[Source], sample: dict[str, SampledColumn], guess: Guess) -> None:
    """How times are written, and the zone of those that state none."""
    columns = [_heading(entry) for name, entry in guess.data["columns"].items() if name in (*TIMES, "at")]
    orders = [sample[heading].order for heading in columns if heading in sample and sample[heading].order.is_time]
    forms, doubt = forms_of(orders)
    if doubt == "ask":
        for heading in (heading for heading in columns if sample[heading].order.ambiguous):
            order = Order()
            for texts in _whole(sources, heading):
                order.add(pc.unique(texts.drop_null()).to_pylist())
            orders.append(order)
        forms, doubt = forms_of(orders)
    if forms:
        guess.data["dates"] = forms[0] if len(forms) == 1 else forms
    if doubt == "ask":
        guess.data["dates"] = ""
        guess.doubts["dates",] = f"day or month first? no row tells: {listed(map(repr, both_orders(forms)))}"
    elif doubt == "both":
        guess.doubts["dates",] = "some rows can only be day first, and some only month first"
    naive = any(not _states_zone(sample[h]) for h in columns if h in sample and sample[h].order.is_time)
    if naive:
        guess.data["zone"] = "UTC"
        if not ({"sys id", "opened at"} <= {plain(heading) for heading in sample}):
            guess.doubts["zone",] = (
                "times state no zone: write the zone of the clock that wrote them, such as Europe/Berlin"
            )


def _heading(entry: Any) -> str:
    return entry if isinstance(entry, str) else str(entry.get("column", ""))


def _states_zone(column: SampledColumn) -> bool:
    if pa.types.is_timestamp(column.texts.type):
        return column.texts.type.tz is not None
    return all(re.search(r"(?:Z|UTC|GMT|[-+]\d\d:?\d\d)$", text) and ":" in text for text in column.distinct[:200])


def _projects(sample: dict[str, SampledColumn], guess: Guess, history: bool) -> None:
    """Projects whose plan is in the first of their rows, and what came of it in the last."""
    columns = guess.data["columns"]
    if "planned_end" not in columns and "planned_cost" not in columns:
        return
    columns["kind"] = columns.get("kind", {"always": "project"})
    if not history:
        return
    for planned, actual in (("planned_end", "closed"), ("planned_cost", "actual_cost")):
        heading = columns.get(planned)
        if isinstance(heading, str) and actual not in columns:
            columns[planned] = {"column": heading, "take": "first"}
            columns[actual] = {"column": heading, "take": "later"}
            guess.doubts.setdefault(
                ("columns", "closed"), "the last of a project's rows, against the plan in its first"
            )


def _days(sample: dict[str, SampledColumn], guess: Guess) -> None:
    """Goals in days, of which it is to be said which days they are."""
    heading = guess.data["columns"].get("goal_resolution")
    spans = [cells.read_span(text) for text in sample[heading].distinct] if heading else []
    if any(span and span[1] for span in spans):
        # GLPI counts working days.
        guess.data["days"] = "working" if plain(str(heading)).startswith("sla") else "service"
        guess.doubts["days",] = "some goals are in days: service (24 service hours), working or calendar days"


def _decimal(sample: dict[str, SampledColumn], guess: Guess) -> None:
    named = [_heading(entry) for name, entry in guess.data["columns"].items() if name in (*COUNTS, *HOURS, *AMOUNTS)]
    bad = {
        sign: sum(cells.amounts(sample[h].texts, sign)[1].sum() for h in named if sample[h].is_number) for sign in ".,"
    }
    if bad[","] < bad["."]:
        guess.data["decimal"] = ","
    for name, entry in guess.data["columns"].items():
        if name in HOURS and sample[_heading(entry)].is_number:
            odd = cells.amounts(sample[_heading(entry)].texts, guess.data.get("decimal", "."))[1].sum()
            if odd:
                guess.doubts["columns", name] = (
                    f"{counted(int(odd), 'cell')} cannot be read as numbers, and will be left out"
                )
