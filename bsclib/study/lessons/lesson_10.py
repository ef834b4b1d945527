"""What stages lesson 10: exams beside the lessons, answers that differ, and a capstone.

The capstone is the draft of Meridian's next scorecard, as a working group left it, with half a year of data. What was
done to it is known, so a review of it can be marked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import Any

import pandas as pd

from bsclib.causality.evidence.links import link_evidence
from bsclib.files.scorecards import read_actuals, read_scorecard
from bsclib.model.edit import change
from bsclib.model.nouns import Scorecard
from bsclib.model.status import words
from bsclib.reporting.tables import definition_tables
from bsclib.scoring.scores import score
from bsclib.scoring.views import last_period, snapshot
from bsclib.study.questions.bank import read_questions
from bsclib.study.questions.exams import about, find_exam, shipped_exams
from bsclib.wording import formula_in_words, listed, month_name, number, percent, quoted

FIRST = "2026-01"
"""The first month of the half-year."""
MOST_PAGES = 2
_DATED = re.compile(r"(\S+) \((\d{4}-\d{2})\)")
WEIGHT = 1
"""What the heavy objective is to weigh, so that the mended draft has a score of its own."""
FAULTS: dict[str, dict[str, Any]] = {
    "mttr": {"floor": 4.0},
    "csat": {"target": 3.8},
    "first-contact-resolution": {"aggregate": "mean", "across_units": "mean"},
    "sla-met": {"guarded_by": ()},
    "hold-risk": {"owner": ""},
    "modernise": {"name": "Roll out the new integration platform"},
    "satisfy-users": {"weight": 30},
}
"""What was done to parts of the scorecard."""
LEFT_OUT = frozenset(
    {
        *("fund-change", "stay-available", "deliver-on-time", "work-off-backlog", "run-lean", "automate-work"),
        *("cost-per-user", "run-share", "user-nps", "reopen-rate", "availability", "change-failure-rate", "backlog"),
        *("cost-per-ticket", "cloud-waste", "patch-latency", "automation-coverage", "engagement", "technical-debt"),
        *("audit-findings", "project-on-time", "major-incidents"),
    }
)
"""What a review of the draft need not read: nothing was done to it, and a table of 27 rows is read by nobody."""
LINKS_LEFT_OUT = LEFT_OUT & {
    *("engagement", "technical-debt", "patch-latency", "automation-coverage"),
    *("project-on-time", "major-incidents"),
}
"""Causes whose links it need not read."""
HEAVY = "satisfy-users"
KEY = (
    (
        "BSC303",
        "mttr",
        "The floor of 4 hours is better than the target of 5.",
        "The score is 0 or 100, and shows no way.",
    ),
    ("BSC301", "csat", "The target is the baseline, 3.8.", "Nothing is to become better for users."),
    (
        *("BSC208", "first-contact-resolution", "A ratio is averaged over months and units."),
        "A quiet month in a small port weighs as much as a busy one in a large port.",
    ),
    ("BSC207", "sla-met", "Nothing guards the service level.", "Tickets on hold make it look better, as in lesson 07."),
    ("BSC102", "hold-risk", "Nobody owns the objective.", "When findings pile up, nobody is asked."),
    ("BSC108", "modernise", "Its name is work, not a result.", "The platform can be rolled out and nothing be better."),
    (
        *("BSC401", "satisfy-users", "Its weight of 30 outweighs the rest of its perspective."),
        "The other objectives could all fail, and the perspective would hardly show it.",
    ),
    ("BSC501", "mttr -> sla-met", "The link says neither sign nor lag.", "It cannot be wrong, so it cannot be tested."),
)


@cache
def outline() -> pd.DataFrame:
    """A row a part of an exam: its weight, how many questions the bank has, and what they send their reader to."""
    entries = read_questions().entries
    rows = []
    for exam in shipped_exams().values():
        for topic in exam.topics or [None]:
            tag = f"{exam.id}.{topic.id}" if topic else exam.id
            asked = [entry for entry in entries if tag in entry.question.exams]
            if exam.by_topic and topic:
                asked = [entry for entry in entries if entry.topic == topic.id]
            pages = Counter(entry.question.reread.partition("#")[0] for entry in asked)
            read = ", ".join(page for page, _ in pages.most_common(MOST_PAGES))
            weight = topic.weight if topic else float("nan")
            rows.append((exam.id, topic.name if topic else exam.name, weight, len(asked), read or "not covered"))
    return pd.DataFrame(rows, columns=["exam", "topic", "weight", "questions", "read"])


def covered() -> pd.DataFrame:
    """A row a vendor's exam: its parts, those of which there are questions here, and their share of its weight."""
    rows = []
    for id, parts in outline().query("exam != 'final'").groupby("exam", sort=False):
        here = parts[parts["read"] != "not covered"]
        known = parts["weight"].notna().all()
        share = percent(here["weight"].sum() / parts["weight"].sum()) if known else "weights not known"
        count = (str(len(parts)), str(len(here))) if known else ("not known", "some")
        rows.append((find_exam(str(id)).name, *count, share))
    return pd.DataFrame(rows, columns=["exam", "parts", "covered_here", "by_weight"])


def about_exam(exam: str) -> list[str]:
    """What is known of an exam, in sentences."""
    return about(find_exam(exam))


@cache
def differences() -> pd.DataFrame:
    """The questions to which an exam wants another answer than the literature supports."""
    rows = [
        (_without_options(entry.question.stem), entry.question.examined, entry.question.literature)
        for entry in read_questions().entries
        if entry.question.examined
    ]
    return pd.DataFrame(rows, columns=["question", "in_the_exam", "in_the_literature"])


def _without_options(stem: str) -> str:
    """A question where its options are not shown."""
    return stem.replace("which of these is", "what is").removesuffix(" Choose three.")


# ---- the capstone


@cache
def capstone() -> tuple[Scorecard, pd.DataFrame]:
    """The faulty scorecard, and its half-year of data."""
    card, actuals = mended(), read_actuals("meridian")
    for id, fields in FAULTS.items():
        card = change(card, id, **fields)
    links = tuple(
        link.model_copy(update={"sign": None, "lag": None})
        if (link.cause, link.effect) == ("mttr", "sla-met")
        else link
        for link in card.links
    )
    return change(card, card.id, links=links), actuals[actuals["period"].astype(str) >= FIRST].reset_index(drop=True)


def draft_tables() -> dict[str, pd.DataFrame]:
    """What a reviewer of the draft reads, everything by its name: every row with a fault, and as many without."""
    card = capstone()[0]
    told = definition_tables(card)
    names = {**card.names, **{each.id: each.name for each in card.perspectives}}
    measured, counted, aimed = (told[part] for part in ("what is measured", "how it is counted", "from where to where"))
    kpis = measured.merge(counted, on="id").merge(aimed, on="id")
    kpis["formula"] = kpis["formula"].map(formula_in_words)
    kpis["guarded_by"] = [listed(names[id] for id in kpi.guarded_by) for kpi in card.kpis]
    kpis = kpis.rename(columns={"aggregate": "over_time"})
    kpis["across_units"] = kpis["across_units"].where(kpis["across_units"] != "", kpis["over_time"])
    kpis = kpis[~kpis["id"].isin(LEFT_OUT)]
    began = {kpi.id: kpi.baseline_value for kpi in card.kpis}
    kpis["baseline"] = ["" if began[id] is None else f"{began[id]:g}" for id in kpis["id"]]
    links = told["links"].rename(columns={"lag": "months"})
    links = links[~links["cause"].isin(LINKS_LEFT_OUT)].replace({"sign": {"-": "−"}})
    objectives = told["objectives"][~told["objectives"]["id"].isin(LEFT_OUT)]
    return {
        "objectives": _named(objectives[["name", "perspective", "owner", "weight"]], names).map(_dated),
        "counted": kpis[["name", "formula", "over_time", "across_units", "guarded_by"]],
        "aimed": kpis[["name", "direction", "baseline", "target", "floor", "weight"]]
        .map(_dated)
        .replace("^-", "−", regex=True),
        "links": _named(links, names),
    }


def _dated(cell: Any) -> Any:
    """Values with their months as a person says them: one that is aimed at by then, several from then on."""
    values = _DATED.findall(str(cell))
    if len(values) < 2:
        return f"{values[0][0]} by {month_name(values[0][1])}" if values else cell
    return ", ".join([values[0][0], *(f"from {month_name(month)}: {value}" for value, month in values[1:])])


def _named(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """A table with names in the place of ids."""
    return table.map(lambda cell: names.get(cell, cell) if isinstance(cell, str) else cell)


@cache
def mended() -> Scorecard:
    """The scorecard without its faults: the shipped one, with less weight on one objective."""
    card = read_scorecard("meridian")
    return change(change(card, card.id, name="Meridian Freight IT, the draft"), HEAVY, weight=WEIGHT)


def mended_in_turn(ids: Iterable[str]) -> list[float]:
    """By how many points the overall score of the draft changes when its parts are mended one after the other."""
    card, actuals = capstone()
    whole = mended()
    stands = [float(snapshot(score(card, actuals)).loc[card.id, "score"])]
    for id in ids:
        right = whole.objective(id) if id == HEAVY else whole.kpi(id)
        card = change(card, id, **{field: getattr(right, field) for field in FAULTS[id]})
        stands.append(float(snapshot(score(card, actuals)).loc[card.id, "score"]))
    return [after - before for before, after in pairwise(stands)]


def answer_key() -> pd.DataFrame:
    """What a review of it should find."""
    return pd.DataFrame(KEY, columns=["rule", "where", "what", "why"])


def read_standing(view: pd.DataFrame) -> str:
    """Which perspective stands lowest in a table of `standing`."""
    low = view.iloc[1:].dropna(subset=["score"]).sort_values("score", kind="stable").iloc[0]
    state = words(str(low["status"]))
    return f"Look at {low['perspective']}: {number(low['score'])}, {state}, the lowest of the perspectives."


def read_moved(moved: pd.DataFrame, shown: int) -> str:
    """What took most from the overall score, what gave most back, and what is on no line of the first few shown."""
    whole, parts = float(moved["points"].iloc[-1]), moved.iloc[:-1]
    low, high = parts.loc[parts["points"].idxmin()], parts.loc[parts["points"].idxmax()]
    if not low["points"] < 0 or not whole < 0:
        return ""
    said = f"Look at {quoted(low['kpi'])}: it took {number(-low['points'])} points."
    named = float(low["points"])
    if high["points"] > 0:
        said += f" {quoted(high['kpi'])} gave {number(high['points'])} back."
        named += float(high["points"])
    most = max(-float(each) for each in parts["points"].drop([low.name, high.name]))
    if len(parts) <= shown or not named - whole > 0:
        return said
    return (
        f"{said} The score fell by {number(-whole)}: the other {number(named - whole)} are many small losses, none "
        f"above {number(most)}."
    )


def read_lacking(card: Scorecard, actuals: pd.DataFrame) -> str:
    """Whose last number of a monthly KPI is not of the last month."""
    monthly = {kpi.id for kpi in card.kpis if kpi.frequency == "monthly"}
    rows = actuals.loc[actuals["kpi"].isin(monthly), ["kpi", "unit", "period"]].astype(str)
    last = rows.groupby(["kpi", "unit"])["period"].max()
    late = last[last < last.max()]
    said = (
        f"{unit}'s last number for {card.names[kpi]} is of {month_name(month)}" for (kpi, unit), month in late.items()
    )
    return " ".join(f"{each}." for each in said)


def another_weight() -> str:
    """Why the mended draft has not the score of the report on the same months."""
    shipped, (card, actuals) = read_scorecard("meridian"), capstone()
    now = score(shipped, actuals)
    stands, month = snapshot(now).loc[shipped.id, "score"], month_name(last_period(now))
    weight = definition_tables(shipped)["objectives"].set_index("id").loc[HEAVY, "weight"]
    return (
        f"Mended, your draft has not the score of lesson 09, which is {stands:.1f} in {month}: there "
        f"“{card.names[HEAVY]}” weighs {weight}, and in the mended draft {WEIGHT}. The data are the same, so say on "
        "your page which weight you used."
    )


@cache
def tested() -> pd.DataFrame:
    """What half a year says of the mended scorecard's links."""
    return link_evidence(mended(), capstone()[1])


@cache
def tested_on_five_years() -> pd.DataFrame:
    """What all the data of the shipped case say of the same links, as lesson 04 found it; a row a link, by its ends."""
    found = link_evidence(read_scorecard("meridian"), read_actuals("meridian"))
    return found.set_index(found["cause"].astype(str) + " -> " + found["effect"].astype(str))


@cache
def points_lost() -> pd.Series:
    """By how many points of the overall score each KPI of the mended scorecard falls short, the most first."""
    now = snapshot(score(mended(), capstone()[1]))
    share = now["effective_weight"].astype(float)
    above = now["parent"].astype(str)
    kpis = now[now["level"] == "kpi"].dropna(subset=["score"])
    whole = {}
    for id in kpis.index:
        weight, at = 1.0, str(id)
        while at in share.index and above[at] in share.index:
            weight, at = weight * share[at], above[at]
        whole[id] = weight * (100 - float(kpis.loc[id, "score"]))
    return pd.Series(whole).sort_values(ascending=False, kind="stable")
