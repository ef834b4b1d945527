"""Above and below for people to read: the tables, the matrices of neighbouring levels, and one page of it all."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import pandas as pd

from bsclib.design.alignment.matrix import support_matrix
from bsclib.model.nouns import Scorecard
from bsclib.model.status import words
from bsclib.plots.alignment import plot_alignment
from bsclib.plots.canvas import alt_text, png
from bsclib.reporting.brand import Brand
from bsclib.reporting.display import Html, bullets, heading, sentence, table
from bsclib.wording import counted, listed, money, month_name, number, percent, signed

VERDICTS = {
    "no_link": "directly",
    "supported": "tested links",
    "untested": "untested links",
    "refuted": "refuted links",
}
WAY = "supports"
"""The column that a terminal has no room for: from the objective up to the goal."""


@dataclass(frozen=True)
class AlignmentReport:
    """What one page says of scorecards above and below each other; in a notebook it shows itself."""

    title: str
    lead: str
    findings: tuple[str, ...]
    tables: tuple[tuple[str, pd.DataFrame], ...]
    pictures: tuple[tuple[str, bytes, str], ...]

    def __str__(self) -> str:
        shown = [str(part) for caption, frame in self.tables if (part := table(frame, caption))]
        return "\n\n".join([self.title, self.lead, bullets(self.findings).text, *shown])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.html(3)

    def html(self, level: int = 3) -> str:
        """The report as HTML, its title a heading of the level before."""
        parts = [
            heading(self.title, level - 1)._repr_html_(),
            sentence(self.lead, lead=True)._repr_html_(),
            bullets(self.findings)._repr_html_(),
        ]
        for name, data, alt in self.pictures:
            coded = base64.b64encode(data).decode("ascii")
            image = f'<img src="data:image/png;base64,{coded}" alt="{escape(alt)}" style="max-width: 100%">'
            parts.append(f"{heading(name, level)._repr_html_()}<figure>{image}</figure>")
        parts += [part._repr_html_() for caption, frame in self.tables if (part := table(frame, caption))]
        return "".join(parts)


def alignment_report(cards: Iterable[Scorecard], tables: Mapping[str, pd.DataFrame]) -> AlignmentReport:
    """Write down what a review of scorecards above and below each other comes to.

    Parameters
    ----------
    cards : iterable of Scorecard
    tables : mapping of str to DataFrame
        As `bsclib.design.alignment.review_alignment` returns them, of the same scorecards.

    Returns
    -------
    AlignmentReport

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> from bsclib.design.alignment import review_alignment
    >>> cards = [read_scorecard("enterprise"), read_scorecard("meridian")]
    >>> alignment_report(cards, review_alignment(cards)).lead
    'Nobody works for 1 of 8 goals at the top: Carry freight with less carbon.'
    """
    by_id = {card.id: card for card in cards}
    top = tables["levels"].query("level == 0")["name"]
    pictures = []
    names = {f"{id}.{part.id}": part.name for id, card in by_id.items() for part in card.objectives}
    for above, below in pairwise(list(ids) for _, ids in tables["levels"].groupby("level")["card"]):
        served = listed(by_id[id].name for id in above)
        drawn = plot_alignment(support_matrix(tables["matrix"], above, below), names, served)
        pictures.append((f"Who supports {served}", png(drawn), alt_text(drawn)))
    findings = tables["findings"]
    severe = findings[(findings["severity"] != "low") & (findings["rule"] != "BSC631")]  # its table says more
    said = tuple(f"{row.where}: {row.what}." for row in severe.itertuples())
    lead = " ".join(filter(None, [*_lead(tables)]))
    return AlignmentReport(f"Above and below: {listed(top)}", lead, said, tuple(reader_tables(tables)), tuple(pictures))


def alignment_page(report: AlignmentReport, house: Brand | None = None) -> str:
    """The report as one page of HTML that needs nothing else, in the style of the reports."""
    return Html(str(report), report.html(2)).page(house)


def _lead(tables: Mapping[str, pd.DataFrame]) -> Iterable[str]:
    goals = tables["goals"][tables["goals"]["initiatives"].notna() & (tables["goals"]["goal"] != "")]
    lonely = goals[goals["primary"] + goals["secondary"] == 0]
    if len(goals):
        yield (
            f"Nobody works for {len(lonely)} of {counted(len(goals), 'goal')} at the top: {listed(lonely['name'])}."
            if len(lonely)
            else f"Each of {counted(len(goals), 'goal')} at the top has somebody who works for it."
        )
    else:
        yield "No scorecard here stands above another one: no objective supports any of another scorecard."
    if short := tables["targets"].query("verdict == 'falls_short'")["kpi"].nunique():
        yield f"Targets below do not come to the one above for {counted(short, 'KPI')}."
    if apart := int((tables["findings"]["rule"] == "BSC631").sum()):
        yield f"Read from below, {counted(apart, 'goal has', 'goals have')} another status than on their own KPIs."
    none = tables["goals"][tables["goals"]["goal"] == ""]
    if len(none) and none["money"].iloc[0] > 0:
        yield f"{money(none['money'].iloc[0])} of the initiatives' cost stand behind no goal."


def reader_tables(tables: Mapping[str, pd.DataFrame]) -> Iterable[tuple[str, pd.DataFrame]]:
    """The tables as a reader wants them: a caption, and a frame of texts."""
    levels = tables["levels"].rename(columns={"card": "id", "above": "supports"})
    yield "Levels, the top first", levels
    yield "What stands behind each goal", _goals(tables)
    yield "Targets that do not come to the one above", _gaps(tables["targets"])
    yield "Targets of units that would, in proportion", _closing(tables["closing"])
    yield "Two readings: on its own KPIs, and from below", _readings(tables["readings"])
    yield "Initiatives, and the goals at the top that they serve", _routes(tables["initiatives"])


def _goals(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    matrix = tables["matrix"]
    direct = matrix[matrix["direct"]]
    rows = []
    for row in tables["goals"].itertuples():
        own = direct[(direct["above"] == row.above) & (direct["goal"] == row.goal)]
        served = [
            ", ".join(own.loc[own["strength"] == how, "objective"]) or "–" if row.goal else ""
            for how in ("primary", "secondary")
        ]
        top = pd.notna(row.initiatives)
        behind = [f"{row.initiatives}" if top else "", percent(row.money_share) if pd.notna(row.money_share) else ""]
        goal = f"{row.above}.{row.goal}" if row.goal else "no goal"
        rows.append([goal, percent(row.weight) if row.goal else "", *served, *behind])
    return pd.DataFrame(rows, columns=["goal", "weight", "primary", "secondary", "initiatives", "of the money"])


def _gaps(gaps: pd.DataFrame) -> pd.DataFrame:
    rows = gaps[gaps["verdict"] != "adds_up"]
    shown = [
        [
            row.kpi + (f" ({row.edge})" if row.edge != "target" else ""),
            row.above,
            row.below if row.below != row.above else "its units",
            row.unit or "all",
            month_name(row.period) if row.period else "",
            number(row.stated, 2, "–"),
            number(row.from_below, 2, "–"),
            f"{signed(row.gap, 2)} ({signed(row.gap_percent)} %)" if pd.notna(row.gap) else row.reason,
            words(row.verdict),
        ]
        for row in rows.itertuples()
    ]
    heads = ["KPI", "above", "below", "unit", "month", "wants", "comes to", "gap", "so it"]
    return pd.DataFrame(shown, columns=heads)


def _closing(closing: pd.DataFrame) -> pd.DataFrame:
    rows = closing[closing["change"].abs() > 0]
    rows = rows[rows["period"] == rows["period"].max()]
    shown = [
        [
            row.kpi,
            row.unit,
            row.source,
            month_name(row.period) if row.period else "",
            number(row.target, 2),
            number(row.closing, 2),
            signed(row.change, 2),
        ]
        for row in rows.itertuples()
    ]
    return pd.DataFrame(shown, columns=["KPI", "unit", "stated by", "month", "target", "would be", "change"])


def _readings(readings: pd.DataFrame) -> pd.DataFrame:
    rows = readings[readings["period"] == readings["period"].max()]
    shown = [
        [
            f"{row.card}.{row.objective}",
            f"{number(row.own, none='')} {words(row.status)}".strip(),
            f"{number(row.from_below, none='')} {words(row.status_below)}".strip(),
            signed(row.difference) if pd.notna(row.difference) else "",
            f"{row.results}",
            row.units or "all",
        ]
        for row in rows.itertuples()
    ]
    return pd.DataFrame(shown, columns=["goal", "own KPIs", "from below", "difference", "results", "of"])


def _routes(routes: pd.DataFrame) -> pd.DataFrame:
    alone = routes.loc[routes["goal"] != "", "above"].nunique() == 1
    shown = [
        [
            f"{row.card}.{row.initiative}",
            (row.goal if alone else f"{row.above}.{row.goal}") if row.goal else "none",
            money(row.money),
            (VERDICTS[row.verdict] + ("" if row.effect == "helps" else f", {row.effect}")) if row.goal else row.reason,
            row.links or row.kpi,
            row.way,
        ]
        for row in routes.itertuples()
    ]
    return pd.DataFrame(shown, columns=["initiative", "goal", "money", "over", "KPIs", WAY])
