"""What lesson 01 shows of Lakeside, the scorecard that is reviewed: its tables, what was found, and the seven sins."""

from __future__ import annotations

import re

import pandas as pd

from bsclib.design.review.findings import check_scorecard
from bsclib.design.review.sins import seven_sins
from bsclib.errors import UnknownNameError, unknown
from bsclib.files.datasets import answer_key, load_dataset
from bsclib.files.scorecards import read_scorecard
from bsclib.model.nouns import Scorecard
from bsclib.reporting.display import Html, table
from bsclib.reporting.tables import definition_tables, series_summary
from bsclib.study.answer_forms import untouched
from bsclib.study.lessons.aloud import aloud
from bsclib.study.marking import Marking, mark_review
from bsclib.wording import amount, formula_in_words, quoted

_MONTH = re.compile(r"\b(\d{4})-(\d\d)\b")
LOOK_FOR = {
    "objectives": "Read name, owner and weight. A weight with months beside it was changed in those months.",
    "what is measured": "Read each name with its formula. Look for a formula that you have read before.",
    "how it is counted": (
        "“Put together” says how twelve months become a year, and how teams become the town where that differs. "
        "“Guarded by” names the KPI that gets worse when this one is cheated with."
    ),
    "from where to where": (
        "The score is 0 at the floor. The thresholds say from which share of the way a KPI is at risk, "
        "and from which on target. Take the IT staff who leave: from 14 it has to fall to 10, "
        "and the floor of 22 lies behind it. Nothing is odd there."
    ),
    "links": (
        "Read each as a claim: more of the cause brings more (+) or less (−) of the effect. "
        "The lag says after how many months. Take the shared contracts: six months after more is bought together, "
        "a request costs less. Somebody could find that out."
    ),
    "initiatives": (
        "Ask of each which KPI it moves, and whether that is the right way. Take the second team: "
        "it takes 0.6 minutes off the wait, and of waiting less is better."
    ),
    "actuals": (
        "Look for months that are missing, for numbers that cannot be, and for a status that never changes. "
        "Take the IT staff who leave: 12.1 lies between what the units report, and the status changed. "
        "Nothing is odd there."
    ),
}
"""What to look at in a table of the scorecard that is to be reviewed."""

SINS_IN_OUR_WORDS = {
    "IT-centric view": "it speaks of systems, and not of what the business gets",
    "measures that do not matter": "nobody would decide otherwise because of them",
    "no standard definitions": "two people work out two numbers",
    "over-reliance on tools": "a tool shows the numbers, and nobody talks about them",
    "no drill-down": "a total cannot be followed to its parts",
    "too many metrics": "so many that nobody looks at them",
    "no individual impact": "nobody's own work depends on them",
}


def part(name: str) -> Html:
    """One table of the scorecard that is to be reviewed; what is alike in every row is left out."""
    card = read_scorecard("lakeside")
    words = {"lower is better": "lower", "higher is better": "higher", "within range": "range"}
    tables = definition_tables(card)
    if name not in tables:
        raise UnknownNameError(unknown("table", name, tables))
    rows = tables[name].replace(words | {one.id: one.name for one in card.perspectives})
    if name == "how it is counted":
        over = [f", teams: {way}" if way else "" for way in rows["across_units"]]
        rows = rows.drop(columns="across_units").assign(aggregate=rows["aggregate"] + over)
    if "formula" in rows:
        rows["formula"] = rows["formula"].map(formula_in_words)
    told = [column for column in rows if column == "weight" or rows[column].nunique() > 1]
    shown = _by_name(rows[told].rename(columns={"aggregate": "put_together"}), card)
    below = "short_name" if "short_name" in shown else ""
    return aloud(table(shown, f"Lakeside: {name}", below=below), LOOK_FOR[name])


def _by_name(rows: pd.DataFrame, card: Scorecard) -> pd.DataFrame:
    """A table with names in place of ids, the ids of what it is about in a column `short_name`; a month on one line."""
    names = card.names | {one.id: one.name for one in card.initiatives}
    rows = rows.map(
        lambda cell: _MONTH.sub("\\1\u2011\\2", cell).replace(" (", "\u00a0(") if isinstance(cell, str) else cell
    )
    if "id" in rows:
        first = rows["id"].map(names)
        rows = rows.rename(columns={"id": "short_name"}).drop(columns="name", errors="ignore")
        rows.insert(0, "name", first)
    for column in rows.columns.intersection(["objective", "guarded_by", "cause", "effect"]):
        rows[column] = [", ".join(names[id] for id in text.split(", ") if id) for text in rows[column]]
    if "changes" in rows:
        steps = rows["changes"].map(lambda text: re.sub(r"([\w-]+) by", lambda one: f"{names[one[1]]} by", text))
        rows["changes"] = steps.str.replace(" by -", " by\u00a0\u2212").str.replace(" by +", " by\u00a0+")
    for column in rows.columns.intersection(["sign", "target"]):
        rows[column] = rows[column].str.replace("-", "\u2212")  # a month has a hyphen that does not break by now
    if "cost" in rows:
        rows["cost"] = [f"{float(cost):,.0f}" if cost else "" for cost in rows["cost"]]
    return rows


def actuals() -> Html:
    """How the actuals of the scorecard that is to be reviewed went."""
    card, actuals = load_dataset("lakeside")
    rows = series_summary(card, actuals).drop(columns=["first", "months", "lowest", "highest"])
    rows = _by_name(rows, card)
    values = ["latest", "lowest_in_a_unit", "highest_in_a_unit"]
    caption = "Lakeside: the last actual, what any unit reported, and how many months had each status"
    shown = table(rows, caption, dict.fromkeys(values, "{:,.3g}"), below="short_name")
    return aloud(shown, LOOK_FOR["actuals"])


def marked(answer: object) -> Marking | Html:
    """What became of each place that a review of Lakeside named."""
    if untouched(answer):
        return aloud(None, "Once you have named places above, this says what each of them stands for.")
    card = read_scorecard("lakeside")
    try:
        return mark_review(answer, answer_key("lakeside"), card, fair(card))
    except UnknownNameError:
        return aloud(None, "One of your places is not in these tables. The check above says which: mend it first.")


def fair(card: Scorecard) -> pd.DataFrame:
    """What was not planted, and what a reviewer may well ask who holds lesson 00 against it: `where`, `what`."""
    rows = []
    for kpi in card.kpis:
        if kpi.direction == "within_range" and kpi.floor is None:
            low, high = (amount(value) for value in kpi.floors())
            said = (
                "lesson 00 asks for a baseline and a floor, and none is written here. A range needs no baseline: it is "
                "a level to hold. Its floor the kit puts one width of the range away on either side, here at "
                f"{low} and at {high}"
            )
            rows.append((kpi.id, said))
    return pd.DataFrame(rows, columns=["where", "what"])


def sins() -> Html:
    """The seven sins, and what the review counts under each in the reviewed scorecard."""
    card, actuals = load_dataset("lakeside")
    found = check_scorecard(card, actuals)
    counts = seven_sins(found)
    what = found.groupby("rule")["where"].first()
    names = card.names | {one.id: one.name for one in card.initiatives}
    first = [next((what[rule] for rule in rules.split(", ") if rule in what), "") for rules in counts["rules"]]
    counts["for_instance"] = [names.get(place, "the scorecard as a whole" if place else "") for place in first]
    most = counts.sort_values("findings", ascending=False, kind="stable").iloc[0]
    counts["what_it_means"] = [SINS_IN_OUR_WORDS[sin] for sin in counts["sin"]]
    columns = ["sin", "what_it_means", "findings", "for_instance"]
    shown = table(counts[columns], "Lakeside's findings, counted under the seven sins")
    said = f"Most findings, {most['findings']}, fall under one sin: {most['sin']}."
    rest = len(found) - int(counts["findings"].sum())
    other = f"The other {rest} of the {len(found)} are faults of the craft, and no sin covers them." if rest else ""
    return aloud(shown, said, f"Look at {quoted(most['for_instance'])}: did you name it?", other)
