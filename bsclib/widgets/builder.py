"""A scorecard built in tables: the findings beside the row as one types; opened, saved, and never saved over."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from bsclib.design.review.findings import check_scorecard
from bsclib.errors import BscError, Fault, ScorecardError
from bsclib.files import atomic
from bsclib.files.home import ClashError, Home
from bsclib.files.paths import AnyPath
from bsclib.files.scorecard_yaml import draft_text, read_draft
from bsclib.files.scorecards import (
    YAML,
    has_actuals,
    read_actuals,
    read_scorecard,
    write_scorecard,
)
from bsclib.model.nouns import Scorecard
from bsclib.model.perspectives import PERSPECTIVES
from bsclib.reporting.display import Html, sentence, table
from bsclib.widgets.draft import CELLS, REFERS, USUAL, Draft, Notes, choices, first_row
from bsclib.widgets.parts import attended
from bsclib.wording import counted

MOST_BYTES = 5_000_000
"""Of a file that is opened in the browser."""
LABELS = {
    **{"name": "Name", "perspective": "Perspective", "objective": "Objective", "owner": "Owner", "weight": "Weight"},
    **{"direction": "Better is", "role": "Role", "measured_in": "Measured in", "frequency": "Measured"},
    **{"aggregate": "Months add up by", "formula": "Formula", "baseline": "Baseline", "floor": "Floor (score 0)"},
    **{"target": "Target", "path": "Between dates", "at_risk": "At risk from", "on_target": "On target from"},
    **{"guarded_by": "Guarded by", "cause": "Cause", "sign": "More of it means", "effect": "Effect"},
    **{"lag": "Months until it shows", "smallest_effect": "Smallest effect that matters", "why": "Why"},
}
_WIDE = {"name": 28, "why": 34, "formula": 22, "owner": 16, "target": 24, "baseline": 15, "measured_in": 11}
_WORDS = {"higher_is_better": "higher", "lower_is_better": "lower", "within_range": "within a range"}


def build_scorecard(
    scorecard: Scorecard | None = None, actuals: pd.DataFrame | None = None, save_to: AnyPath | None = None
) -> Any:
    """Build a scorecard in tables, with what the review finds beside each row as you type.

    Parameters
    ----------
    scorecard : Scorecard, optional
        The one to begin with; by default the one that is at `save_to`, or else a new one.
    actuals : DataFrame, optional
        What was observed; with it, the review says what it says of both.
    save_to : path-like, optional
        Where it is saved: a folder, a YAML file or an Excel workbook. Without, it can be downloaded as either.

    Returns
    -------
    ipywidgets.Widget or Html
        Tables of objectives, KPIs, targets and links for a person. What another tab or program has saved meanwhile is
        never saved over: you are told, and choose. Comments in a YAML file are not kept. With nobody there, a table of
        the KPIs with their targets, and one of the findings.

    Raises
    ------
    ScorecardError
        When there is something at `save_to` that is no scorecard.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> print(build_scorecard(read_scorecard("meridian"), read_actuals("meridian")).text)
    KPIs of Meridian Freight IT ...
    """
    home = None if save_to is None else Home(save_to)
    if scorecard is None and home and home.file.exists():
        scorecard = home.read()
        if actuals is None and has_actuals(home.file):
            actuals = read_actuals(home.file, scorecard)
    if attended():
        return Explorer(scorecard, actuals, home).live()
    return _static(scorecard, actuals)


def _static(card: Scorecard | None, actuals: pd.DataFrame | None) -> Html:
    if card is None:
        return sentence("A new scorecard: run this cell yourself to build it.")
    shown = Draft().values(card)
    names = {row["key"]: row["name"] for row in shown["objectives"]}
    columns = ("name", "objective", "direction", "baseline", "floor", "target")
    rows = [{LABELS[name]: row[name] for name in columns} for row in shown["kpis"]]
    for row in rows:
        row[LABELS["objective"]] = names.get(row[LABELS["objective"]], "")
        row[LABELS["direction"]] = _WORDS.get(row[LABELS["direction"]], "")
    found = check_scorecard(card, actuals)[["rule", "severity", "where", "what", "fix"]]
    parts = [
        table(pd.DataFrame(rows), f"KPIs of {card.name}"),
        table(found, "What the review finds", otherwise="The review finds nothing."),
    ]
    there = [part for part in parts if part]
    return Html("\n".join(part.text for part in there), "".join(part.html for part in there))


class Explorer:
    """Five tables, a name, buttons that open and save; a sentence, and notes beside the rows."""

    def __init__(self, scorecard: Scorecard | None, actuals: pd.DataFrame | None, home: Home | None = None):
        self.draft, self.actuals, self.home = Draft(), actuals, home
        self.start = self.draft.values(scorecard)
        self.saved, self.set = scorecard, self._set_of(self.start["perspectives"])
        self.drafted: dict[str, Any] | None = None
        """What was saved or opened as a draft."""
        self.widget: Any = None
        self.turned = ""
        """What was said of other tables, until a cell is typed in."""
        if home:
            home.knows(scorecard)

    def live(self) -> Any:
        """The widget."""
        from bsclib.widgets.live import Live, button, choice, opened, text

        start = self.start
        sets = [("for IT", "it"), ("the generic four", "generic"), ("its own", "own")]
        saving = [button("save", f"Save to {self.home.file.name}")] if self.home else []
        controls = [
            text("name", "Name of the scorecard", start["name"]),
            choice("set", "Perspectives", sets, self.set),
            opened("open", "Open a YAML file or workbook", ".yaml,.yml,.xlsx", MOST_BYTES),
            *[*saving, button("yaml", "Download as YAML"), button("xlsx", "Download as Excel")],
            {"name": "card", "kind": "hidden", "label": "", "value": start["card"]},
            *_tables(start),
        ]
        title = f"Building {start['name'] or 'a new scorecard'}"
        self.widget = Live(title, controls, self.answer, saves=False)
        self._tell_base(start)
        return self.widget

    def _tell_base(self, values: Mapping[str, Any]) -> None:
        if self.widget is not None:
            self.widget.bases = {**self.widget.bases, values["card"]: self.draft.base(values["card"])}

    def answer(self, at: dict[str, Any], part: int = 0, act: str = "") -> dict[str, Any]:
        """The faults and findings; what is opened or saved. The review with the actuals comes once the hand rests."""
        try:
            if act == "open":
                return self._open(*self._received(at["open"]))
            if act == "take" and self.home:
                return self._open(self.home.read())
            if act == "draft" and self.home:
                return self._open(read_draft(self.home.draft), None, "It is a draft.")
            if act == "again":
                return self._go_on(at["again"])
        except BscError as fault:
            return {"said": f"Not opened. {fault}"}
        before = self.set
        at = {**at, **self._perspectives(at)}
        notes = self.draft.notes(at, self.actuals if part or act else None, LABELS)
        if act:
            return self._saved(at, notes, act)
        self.turned = self.turned if part else ""
        changed = {"set": self.set, "perspectives": at["perspectives"]} if self.set != before else {"set": self.set}
        return (
            self._told(at, notes, self.turned)
            | {"values": changed}
            | ({"more": 1} if self._looks_further(notes, part) else {})
        )

    def _looks_further(self, notes: Notes, part: int) -> bool:
        return self.actuals is not None and notes.card is not None and not part

    def _told(self, at: Mapping[str, Any], notes: Notes, said: str = "") -> dict[str, Any]:
        """What there is, what is wrong with it, and whether it is saved."""
        data = self.draft.data(at)[0]
        unsaved = data != self.drafted if notes.card is None else notes.card != self.saved
        waits = self.home is not None and self.drafted is None and self.home.draft.is_file()
        offers = {"offers": [("draft", f"Open the draft {self.home.draft.name}")]} if waits and self.home else {}
        if not at["name"].strip() and not any(row.get("name") for name in ("objectives", "kpis") for row in at[name]):
            told = "Nothing is here yet. Give the scorecard a name, an objective, and a KPI that measures it."
            return {"said": told, "notes": {}, "body": "", "code": self._code(), "unsaved": False, **offers}
        many = [counted(len(self.draft.data(at)[1][name]), word) for name, word in _MANY.items()]
        if notes.faults:
            told = f"{', '.join(many)}. {counted(notes.faults, 'thing')} to mend before it can be scored and reviewed."
        else:
            found = counted(notes.findings, "finding") if notes.findings else "nothing"
            told = f"{', '.join(many)}. The review finds {found}."
        if not said and unsaved and self.home:
            told += " Not saved yet."
        body = (table(pd.DataFrame({"what": notes.others}), "Of no row in particular") or sentence()).html
        shown = body if notes.others else ""
        notes_of = {"notes": notes.rows, "body": shown, "code": self._code()}
        return {"said": f"{said} {told}".strip(), **notes_of, "unsaved": unsaved, **offers}

    def _saved(self, at: Mapping[str, Any], notes: Notes, act: str) -> dict[str, Any]:
        """The scorecard, written where it belongs or given as a file."""
        if notes.card is None:
            return self._saved_draft(at, notes, act)
        try:
            if act in ("yaml", "xlsx"):
                file = self._file(notes.card, act)
                self.saved = notes.card
                self.draft.settle(notes.card, at)
                return {**self._told(at, notes, f"{file['name']} is in your downloads."), "file": file}
            if act == "copy" and self.home:
                return self._told(at, notes, f"Yours is in {self.home.beside(notes.card).name}.")
            if self.home:
                self.home.write(notes.card)
                if self.drafted is not None:
                    self.home.draft.unlink(missing_ok=True)
        except ClashError as clash:
            offers = [("take", "Open what is there now (Undo brings yours back)"), ("copy", "Save mine beside it")]
            return {"said": str(clash), "offers": offers, "unsaved": True}
        except BscError as fault:
            return {"said": f"Not saved. {fault}", "unsaved": True}
        self.saved = notes.card
        self.draft.settle(notes.card, at)
        return self._told(at, notes, "Saved.")

    def _saved_draft(self, at: Mapping[str, Any], notes: Notes, act: str) -> dict[str, Any]:
        """What cannot be a scorecard yet, beside the scorecard or as a file; nobody's other draft is written over."""
        data = self.draft.data(at)[0]
        text, more, name = draft_text(data), {}, "scorecard.draft.yaml"
        if act in ("yaml", "xlsx") or not self.home:
            more, place = {"file": {"name": name, "text": text}}, "in your downloads"
        elif self.drafted is None and self.home.draft.exists():
            offers = [("draft", f"Open the draft {self.home.draft.name} (Undo brings yours back)")]
            said = "Not saved: another draft is there already. Open it, or download yours as YAML."
            return {"said": said, "offers": offers, "unsaved": True}
        else:
            atomic.write_text(self.home.draft, text, ScorecardError)
            name, place = self.home.draft.name, "beside the scorecard, which stays as it is"
        self.drafted = data
        said = f"Saved as a draft: {name} is {place}. Open it again to go on; bsc reads none, and names its faults."
        return {**self._told(at, notes, said), **more}

    def _file(self, card: Scorecard, kind: str) -> dict[str, str]:
        name = f"scorecard.{kind}"
        with TemporaryDirectory() as folder:
            actuals = self.actuals if kind == "xlsx" else None
            if actuals is not None:
                actuals = actuals[actuals["kpi"].isin([kpi.id for kpi in card.kpis])]
            write_scorecard(card, Path(folder) / name, actuals)
            return {"name": name, "data": base64.b64encode((Path(folder) / name).read_bytes()).decode("ascii")}

    def _received(self, given: Mapping[str, str]) -> tuple[Scorecard | dict[str, Any], pd.DataFrame | None, str]:
        """What somebody's file holds; it stays on this machine only for as long as it is read."""
        suffix = Path(given["name"]).suffix.casefold()
        data = base64.b64decode(given["data"])
        if suffix not in (*YAML, ".xlsx") or len(data) > MOST_BYTES:
            what = "this is no YAML file or workbook, or it is too large"
            allowed = f"{', '.join(YAML)} and .xlsx, up to {MOST_BYTES // 1_000_000} MB"
            raise ScorecardError(Fault(given["name"], what, allowed=allowed))
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"scorecard{suffix}"
            file.write_bytes(data)
            try:
                card = read_scorecard(file)
            except ScorecardError:
                if suffix in YAML and (draft := read_draft(file)):
                    return draft, None, "It is a draft: what is to mend stands below the rows."
                raise
            try:
                return card, read_actuals(file, card) if suffix == ".xlsx" else None, ""
            except BscError as fault:
                return card, None, f"Its actuals were not read: {fault}"

    def _open(
        self, card: Scorecard | dict[str, Any], actuals: pd.DataFrame | None = None, remark: str = ""
    ) -> dict[str, Any]:
        """Another scorecard, or a draft of one, in the tables; Undo brings back the one before."""
        self.actuals = actuals if actuals is not None else self.actuals
        values = self.draft.values(card)
        self.set = self._set_of(values["perspectives"])
        self.drafted = None if isinstance(card, Scorecard) else self.draft.data(values)[0]
        opened = f"Opened {values['name'] or 'one without a name'}. {remark}".strip()
        return self._turned(values, opened)

    def _go_on(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        """What the tab has kept of tables whose kernel has ended; Undo takes it away."""
        try:
            values = self.draft.again(kept["base"], kept["values"])
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            return {"said": "What you typed here before cannot be read any more, so this is the scorecard as it was."}
        self.set = self._set_of(values["perspectives"])
        return self._turned(values, "What you typed here before, and did not save, is back. Reset begins anew.")

    def _turned(self, values: dict[str, Any], said: str) -> dict[str, Any]:
        """Other tables."""
        self._tell_base(values)
        self.turned = said
        told = self._told(values, self.draft.notes(values, None, LABELS), said)
        return {**told, "values": {**values, "set": self.set}, "turned": True, "more": 1}

    def _perspectives(self, at: Mapping[str, Any]) -> dict[str, Any]:
        """The rows of another set of perspectives, where one was chosen; the objectives stay where they were."""
        rows, wanted = at["perspectives"], at.get("set", self.set)
        if wanted != self.set and wanted in PERSPECTIVES and len(rows) == len(PERSPECTIVES[wanted]):
            rows = [{**row, "name": part.name} for row, part in zip(rows, PERSPECTIVES[wanted], strict=True)]
        self.set = self._set_of(rows)
        return {"perspectives": rows}

    def _set_of(self, rows: list[dict[str, str]]) -> str:
        names = [row.get("name", "") for row in rows]
        return next((word for word, parts in PERSPECTIVES.items() if [one.name for one in parts] == names), "own")

    def _code(self) -> str:
        where = str(self.home.file) if self.home else "scorecard.yaml"
        return (
            "from bsclib import read_scorecard\n"
            "from bsclib.design import check_scorecard\n\n"
            f"scorecard = read_scorecard({where!r})\n"
            f"findings = check_scorecard(scorecard{', actuals' if self.actuals is not None else ''})"
        )


_MANY = {"objectives": "objective", "kpis": "KPI", "links": "link"}
_VIEWS = (
    ("objectives", "Objectives", CELLS["objectives"], "an objective", ""),
    ("kpis", "KPIs", CELLS["kpis"][:10], "a KPI", ""),
    (
        *("kpis", "Targets", ("kpi", *CELLS["kpis"][10:]), ""),
        "Targets: a number, or 5 by 2025-12; 4 by 2026-12, or a range as 1 to 3",
    ),
    ("links", "Links", CELLS["links"], "a link", ""),
    ("perspectives", "Perspectives", CELLS["perspectives"], "a perspective", ""),
)


def _tables(start: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the tables look like."""
    return [
        {
            **{"name": rows, "label": label, "kind": "table", "value": start[rows], "one": one, "hint": hint},
            "columns": [_column(name, rows) for name in columns],
            "first": first_row(rows),
        }
        for rows, label, columns, one, hint in _VIEWS
    ]


_NONE = {"guarded_by": "nobody"}


def _column(name: str, rows: str) -> dict[str, Any]:
    if name == "kpi":
        return {"name": name, "label": "KPI", "kind": "show"}
    column = {"name": name, "label": LABELS[name], "wide": _WIDE.get(name, 9)}
    if name in REFERS:
        return {
            **column,
            "kind": "row",
            "from": REFERS[name],
            "none": _NONE.get(name, ""),
            "wide": 26,
        }
    if name == "sign":
        return {**column, "kind": "choice", "options": [("more", "+"), ("less", "-")], "none": "not said", "wide": 11}
    if name in ("direction", *USUAL):
        words = [(_WORDS.get(word, word), word) for word in choices(name)]
        return {**column, "kind": "choice", "options": words, "wide": 13}
    return {**column, "kind": "text", "usual": {"weight": "1", "at_risk": "0.7", "on_target": "1"}.get(name, "")}
